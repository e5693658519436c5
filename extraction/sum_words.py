"""The words around sums in English, Russian, Azerbaijani and Kazakh, folded. Those of the sums
themselves are in trade.amount_words."""

import re
from itertools import product

from extraction.words import word_set

# Words that say how many times as much something became.
FACTORS = {
    **{"doubled": 2, "double": 2, "twofold": 2, "twice": 2, "tripled": 3, "triple": 3},
    **{"threefold": 3, "quadrupled": 4, "fourfold": 4, "fivefold": 5, "tenfold": 10},
    **{"вдвое": 2, "втрое": 3, "вчетверо": 4, "впятеро": 5},
    **{
        f"{stem}{ending}": factor
        for (stem, factor), ending in product(
            (("удвоил", 2), ("утроил", 3)), ("", "а", "о", "и", "ся", "ась", "ось", "ись")
        )
    },
    **{"удвоить": 2, "утроить": 3},
}
# "Times" after a number.
TIMES = word_set("times fold раза раз defe defeye defeden defelik есе есеге еседен есели")
# Words of growth and decline. Beside "times" they say how many times as much; without them it can
# be how often.
CHANGE = re.compile(
    "more|higher|larger|greater|bigger|gr[eo]w\\w{0,3}|rose|risen|rising|increas\\w+|up|jumped|expanded"
    "|surged|soared|fell|fallen|dropped|declin\\w+|decreas\\w+|shrank|reduced|cut|lower"
    "|выше|больше|выр\\w+|увелич\\w+|возрос\\w*|рост|сниз\\w+|сниж\\w+|сокра\\w+|упал\\w*"
    "|art\\w+|cox\\w*|azal\\w+|boyu\\w+|yuksel\\w+"
    "|ос\\w+|арт\\w+|коп\\w*|кобеи\\w+|азаи\\w+|томенде\\w+"
)

# Cases of numbers in Azerbaijani and Kazakh; other endings make an ordinal: 5-ci, 5-й.
CASE = re.compile(r"[yn]?[ae]|d[ae]n|[yn]?[ae]?d[ae]k|[гкн]?[ае]|[ндт][ае]н")
_ABLATIVE, _DATIVE = re.compile(r".*(?:d[ae]n|[ндт][ае]н)"), re.compile(r".*[aeае]")
# Words after a sum that qualify it only after these cases: "25 faiz çox" is 25 per cent more.
AFTER_CASE = (
    (_ABLATIVE, word_set("cox az artiq yuxari asagi астам артык коп аз кем жогары томен")),
    (_DATIVE, word_set("yaxin qeder dek жуык деиин")),
)
# "Is" at the end of an Azerbaijani word: azdır, çoxdur.
COPULA = re.compile("(?<=[a-z])d[iu]r$")
# Words between a qualifier and its number: более чем на 5, примерно в 5.
BETWEEN = word_set("чем на в by in than")
# Qualifiers of `read` that in running text have another meaning: the start of something, or, before
# counted things, the place in a treaty ("under 12 agreements").
NOT_QUALIFIERS, NOT_OF_COUNTS = word_set("from от min max c"), word_set("under below above")
# Abbreviations keep their stop in a span; "man" without it is an English word.
ABBREVIATED = word_set("тыс млн млрд долл дол руб чел шт ед ман mln mlrd bn thous man")
WITHOUT_STOP = word_set("млн млрд mln mlrd bn")
RANGE_WORDS = word_set("to and до и ve мен бен пен")
RANGE_STARTS = word_set("between from между от")
# Words that cannot be adjectives between a number and what it counts.
STOP_WORDS = word_set(
    "of in on at for to from by with per and or than the a i и в на с со из от до по к за для у о "
    "ve ile ise мен бен жане"
)
# Endings of nouns in the plural: 12 городов компании.
PLURAL = re.compile(r"\w+(?:ах|ях|ов|ев|еи|ам|ям|ами|ями|[лдт][ае]р|l[ae]r)")
# Words before the number of an article, page or document.
REFERENCES = word_set(
    "article articles art paragraph section chapter annex page pages pp p no nos resolution law "
    "статья статьи статье ст пункт пункта пункте п стр страница приложение глава номер закон "
    "madde maddesi bend sehife nomre бап тармак бет"
)
# After "per cent": percentage points are not a percentage.
POINTS = ("пункт", "bend", "тарм")
# Words before a year.
BEFORE_YEAR = word_set("in since by of until the and в с к и")
# After another number than one these are of a name: the 1957 Trade Agreement.
SINGULAR = word_set(
    "company enterprise firm institution organization organisation document agreement treaty "
    "contract memorandum project person student tourist visitor passenger"
)
