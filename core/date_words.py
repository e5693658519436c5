"""The words of typed dates in English, Russian, Azerbaijani and Kazakh, as tables.

All words are folded: lower case, without accents, with similar Russian letters for Kazakh ones, and
и for й. Entries separated by "|" are regular expressions without groups of their own.
"""

import re
from enum import Enum
from functools import cache
from itertools import product

from babel.core import Locale

from core.folding import fold

LANGUAGES = ("en", "ru", "az", "kk")

# Case endings: of Azerbaijani and Kazakh words, "from" and "to" a date.
_AZ_FROM, _AZ_TO = "-?d[ae]n", r"(?:-?(?:y?[ae]|d[ae])|(?<=[0-9])-?n[ae])"
_KK_FROM, _KK_TO = "-?[ндт][ае]н", "-?[гкн]?[ае]"

# Case endings of month names; Babel gives the nominative, and for Russian also the genitive.
MONTH_ENDINGS = {
    "az": "da de in un inda inde unda unde dan den i u a e ina une una ine inin unun indan unden "
    "inden undan",
    "kk": "да де та те нын нин дын дин тын тин ында инде нда нде дан ден тан тен нан нен ы и сы "
    "си ынын инин сынын синин сында синде ына ине сына сине ынан инен сынан синен га ге ка ке "
    "дагы деги тагы теги ындагы индеги сындагы синдеги",
}
OTHER_MONTHS = {"sept": 9, "фев": 2, "сен": 9, "ноя": 11}
# Month numbers as they stand between a day and a year: 27.VIII.1992.
ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")

# Words that add nothing to a date: prepositions, "year", "day", "month".
_FILLER_WORDS = (
    "of the in on at day month year dated ad ce during sometime inclusive onward onwards "
    "в во на за г год года году годом число числа месяц месяца месяце от течение включительно "
    "il ili ilin ilinin ilde ilinde ci cu ay ayi ayin ayinin ayinda aylari aylarinda gunu "
    "tarixi tarixin tarixinde tarixlerinde tarixli erzinde daxil olmaqla "
    "ж жыл жылы жылгы жылдын жылда жылынын ай аи айы аиы аиынын аиында аилары аиларында куни "
    "кунги ишинде коса алганда "
    "j jyl jyly jylgy jyldyn jylda jil jili jilgi jildin jilda aiy aiynda aiynyn"
)
FILLERS = frozenset(_FILLER_WORDS.split())
# Endings of numbers: 27th, 27-го, 27-si, 1992-ci, 5-інде.
NUMBER_ENDINGS = (
    "st|nd|rd|th|го|я|и|ое|ая|ого|ому|му|м|ом|ыи|ои|г"
    "|ci|cu|si|su|i|u|de|da|ye|ya|inde|unda|inda|unde|sinde|sinda"
    "|шы|ши|сы|си|ы|инде|ында|синде|сында|да|те|та|ж"
)
PLURAL_ENDINGS = "е|х|их|ых"
# "Years" after a period: 1992-1994 гг.
YEARS = r"(?:-(?:ci|cu|и|шы|ши))?\s*(?:гг|год(?:ы|ов|ах|ам)|iller\w*|жж|жылдар\w*)\.?"
QUARTER = {"quarter", "q", "квартал", "квартала", "квартале", "кв", "kvartal", "kv", "rub", "rubu"}
QUARTER |= {"quarters", "кварталы", "кварталов", "кварталах"}
QUARTER |= {"kvartali", "kvartalinda", "rubunde", "токсан", "токсаны", "токсанында", "ткс"}
HALF = {"half", "h", "полугодие", "полугодия", "полугодии", "пг"}
HALF |= {"половина", "половины", "половине", "жартысы", "жартысында"}
HALF |= {"yarimil", "yarimi", "yarisi", "yarisinda", "yarimillik", "yarimilliyi"}
HALF |= {"yarimili", "yarimilinde", "yarimilliyinde"}
HALF |= {"жартыжылдык", "жартыжылдыгы", "жартыжылдыгында"}
ORDINALS = {
    **{"first": 1, "second": 2, "third": 3, "fourth": 4},
    **{"первыи": 1, "второи": 2, "третии": 3, "четвертыи": 4},
    **{"первое": 1, "второе": 2, "первом": 1, "втором": 2, "третьем": 3, "четвертом": 4},
    **{"первая": 1, "вторая": 2, "первои": 1, "первого": 1, "второго": 2},
    **{"ilk": 1, "алгашкы": 1, "birinci": 1, "ikinci": 2, "ucuncu": 3, "dorduncu": 4},
    **{"биринши": 1, "екинши": 2, "ушинши": 3, "тортинши": 4},
    **{"i": 1, "ii": 2, "iii": 3, "iv": 4, "и": 1, "ии": 2, "иии": 3},
}
# Seasons by their first month: of the northern hemisphere, as calendars and statistics count them.
SEASONS = {
    3: "spring|весн(?:а|ы|е|у|ои)|yaz(?:i|da|in|inda|iнда)?|коктем(?:и|де|ги|инде)?",
    6: "summer|лет(?:о|а|е|у|ом)|yay(?:i|da|in|inda)?|жаз(?:ы|да|гы|ында)?",
    9: "autumn|fall|осен(?:ь|и|ью)|payiz(?:i|da|in|inda)?|куз(?:и|де|ги|инде)?",
    12: "winter|зим(?:а|ы|е|у|ои)|qis(?:i|da|in|inda)?|кыс(?:ы|та|кы|ында)?",
}
SEASON_WORDS = {"season", "fesli", "feslinde", "мезгили", "мезгилинде", "время"}
# Names of weekdays that Babel lacks, by their number from Monday, 0.
_OTHER_WEEKDAYS = {
    1: "tues вторника", 2: "weds среду среды", 3: "thur thurs четверга", 4: "пятницу пятницы",
    0: "понедельника", 5: "субботу субботы", 6: "воскресенья",
}  # fmt: skip


class Edge(Enum):
    """A vague part of a year, month or decade; as a date it is read as the whole."""

    START = "start"
    MIDDLE = "middle"
    END = "end"


_CASE = "(?:n|n[ae]|nd[ae]|nd[ae]n|n[iu]n)?"
_KK_CASE = "(?:н|н[ае]|нд[ае]|н[ае]н|н[ыи]н)?"
_EXPIRY = "expir(?:y|ation)|completion|conclusion"
_RU_EXPIRY = "окончани|завершени|истечени|прошестви"
# Words before and after a date that name a part of it.
EDGES = {
    Edge.START: (
        "beginning(?: of)?|start(?: of)?|first days of|early(?: in)?"
        r"|нач\.|начал(?:о|а|е|у|ом)|первы(?:е|х|м) (?:дни|днях|числах|числам)",
        f"(?:evveli|evvelleri|baslangici|basi){_CASE}|басы{_KK_CASE}",
    ),
    Edge.MIDDLE: (
        r"middle(?: of)?|mid|сер\.|середин(?:а|ы|е|у|ои)",
        f"(?:ortasi|ortalari){_CASE}|ортасы{_KK_CASE}",
    ),
    Edge.END: (
        f"(?:year[ -])?end(?: of)?|close of|last days of|late(?: in)?|(?:{_EXPIRY}) of"
        r"|кон\.|кон(?:ец|ца|це|цу|цом)|последни(?:е|х) (?:дни|днях|числах)"
        f"|(?:{_RU_EXPIRY})(?:е|я|ю|и|ем)",
        f"(?:sonu|sonlari|axiri|axirlari|(?:bitme|qurtarma|basa catma)si){_CASE}"
        "|bit(?:dik|en)|(?:qurtar|basa cat)(?:diq|an)"
        f"|(?:соны|аягы|аякталуы|битуи){_KK_CASE}|аякталган|биткен",
    ),
}
BEFORE_EDGE = r"(?:(?:in|at|on|by|towards?|the|very|в|во|на|само[мейг]о?|самыи)\s)*"

# How a date is limited, with the words before it, and the endings and words after it. "upto" and
# "from" include the date, "before" and "after" exclude it, "point" is the date itself. With several
# readings the editor chooses.
LIMITS = (
    (("upto",), "(?:до|по|until|till|up to)(?=.* (?:включительно|inclusive)$)",
     f"(?:{_AZ_TO}|-)? ?(?:qeder|kimi|d[ae]k) \\(?daxil olmaqla\\)?"
     f"|(?:{_KK_TO}) деиин коса алганда"),
    (("from",), "(?:from|since)(?=.* onwards?$)", " onwards?"),
    (("upto",), "(?:not|no) later than|not after|(?:on|in) or before"
     "|не (?:позднее|позже)(?: чем)?",
     " (?:or|and) (?:earlier|before)| at the latest| (?:или|и) (?:ранее|раньше)"
     f"|(?:{_AZ_FROM})? gec olmayaraq"
     f"|(?:{_KK_FROM}) (?:кешиктирмеи|кеш емес)"),
    (("from",), "(?:not|no) (?:earlier|sooner) than|not before|not until|(?:on|in) or after"
     "|не (?:ранее|раньше)(?: чем)?",
     " (?:or|and) (?:later|after)| at the earliest| (?:или|и) (?:позднее|позже|далее)"
     f"|(?:{_AZ_FROM})? tez olmayaraq|(?:{_KK_FROM}) ерте емес"),
    (("before",), "before|prior to|earlier than|ранее|раньше",
     f"(?:{_AZ_FROM})? (?:evvel|qabaq)|(?:{_KK_FROM}) бурын"),
    # "По окончании" is after the end, "по конец" up to it.
    (("after",), "after|later than|following|после|позднее|позже"
     f"|upon(?= (?:the )?(?:end|close|{_EXPIRY}) of )|on(?= (?:the )?(?:{_EXPIRY}) of )"
     f"|по(?= (?:{_RU_EXPIRY})[ию] )",
     f"(?:{_AZ_FROM})? sonra|(?:{_KK_FROM}) (?:кеиин|сон)|(?<=[гк][ае]н) сон"),
    (("upto", "before"), "", f"(?:{_AZ_TO}|-)? ?(?:qeder|kimi|d[ae]k)|(?:{_KK_TO}) деиин"
     "|(?<=[гк][ае]н)ш[ае]"),
    (("upto", "point"), "until|till|by|up to|through", ""),
    (("before", "upto"), "до|к|ко", ""),
    (("upto",), "по|вплоть до", ""),
    (("point", "from"), "since|from|starting(?: from)?|as (?:of|from|at)|(?:with effect|effective)"
     "(?: from)?|с|со|начиная с",
     f"(?:{_AZ_FROM})(?: beri| etibaren)?|(?:{_KK_FROM})(?: бери| бастап)?| ?-"),
)  # fmt: skip
# "Until now", in Azerbaijani and Kazakh with the case ending that other ends of a period have.
UNTIL_NOW = {
    *("indiyedek", "indiye qeder", "indiye kimi", "hazirda", "hazirki dovre qeder"),
    *("осы уакытка деиин", "казирги уакытка деиин", "казирге деиин", "осы кунге деиин"),
}
# What has not ended, in all four languages.
NOT_ENDED = UNTIL_NOW | {
    *("present", "to present", "the present", "now", "until now", "to date"),
    *("ongoing", "not ended", "н.в", "н. в", "по н.в", "до настоящего времени"),
    *("по настоящее время", "настоящее время", "наст. время"),
}
# Periods: two dates, of which the first may lack the month and year that the second has.
PERIODS = (
    "(?:from )?(?P<first>.+?) (?:to|till|until|through) (?P<last>.+)",
    "(?:с|со|от) (?P<first>.+?) (?:по|до) (?P<last>.+)",
    f"(?P<first>.+?)(?:{_AZ_FROM}) (?P<last>.+?)(?:{_AZ_TO}|-)? ?(?:qeder|kimi|d[ae]k)",
    f"(?P<first>.+?)(?:{_KK_FROM})(?: бастап)? (?P<last>.+?)(?:{_KK_TO}) деиин",
    f"(?P<first>.+?)(?:{_AZ_FROM}|{_KK_FROM})(?: бастап)? (?P<last>{'|'.join(UNTIL_NOW)})",
)
# "From" and "between" with two dates that have a dash: from 22–24 May 2024.
DASHED = [
    around.format(dates)
    for around in (
        "(?:from|between|(?:in|for) the (?:period|years)|с|со|между|в период|за период) {}",
        "{} (?:arasinda|аралыгында|арасында)",
    )
    for dates in (
        r"(?P<first>.+?) - (?P<last>.+)",
        r"(?P<first>[^-]*[0-9])-(?P<last>[0-9][^-]*)",
    )
]
# Two days, if they follow one another: 7 and 8 July 2015.
AND = "(?P<first>.+?) (?:and|&|и|ve|жане|мен|бен|пен) (?P<last>.+)"
# One of two dates that follow one another: 1992 or 1993, and EDTF's [1992,1993].
OR = (
    "(?:either )?(?P<first>.+?) (?:or|или|либо|ya da|ve ya|veya|yaxud|немесе) (?P<last>.+)",
    r"\[(?P<first>[^,.]+),(?P<last>[^,.]+)\]",
)
BETWEEN = (
    "(?:sometime )?between (?P<first>.+) and (?P<last>.+)",
    "(?:(?:at|around|by) )?(?:the )?turn of (?:the )?(?:years? )?"
    "(?P<first>.+?)(?: and | - |/|-(?=[0-9]))(?P<last>.+)",
    "(?:на|к) рубеж[еу] (?P<first>.+?)(?: и | - |/|-(?=[0-9]))(?P<last>.+)",
    "(?:в период )?между (?P<first>.+) и (?P<last>.+)",
    "(?P<first>.+?) (?:ile|ve) (?P<last>.+) arasinda",
    "(?P<first>.+?) (?:мен|бен|пен) (?P<last>.+) (?:аралыгында|арасында)",
)
# The day on which it is typed; with "until", a source can also mean that something has not ended.
TODAY = {
    *("today", "сегодня", "сегодняшнего дня", "сегодняшнии день"),
    *("bu gun", "bugun", "бугин", "бугинги кун", "bugin", "bugingi kun"),
}
# "About" and "uncertain", before and after a date.
ABOUT = (
    r"(?:~|(?:(?:(?:on|in) or )?(?:about|around)|circa|approximately|approx|ca|около|примерно"
    r"|приблизительно|ориентировочно|texminen|taxminen|teqriben|шамамен)\s"
    r"|(?:approx|ca|c|ок|прибл)\.)\s*(?P<rest>.+)",
    r"(?P<rest>.+?)\s*(?:шамасында|шамасы|шамалары|(?:га|ге|ка|ке) жуык|radelerinde|civarinda"
    r"|texminen|or so|приблизительно|ориентировочно|примерно|~)",
    r"(?P<rest>.+?)\s*\((?:approx\.?|approximately|circa|ca\.?|около|примерно|приблизительно"
    r"|texminen|teqriben|шамамен)\)",
)
UNSURE = (
    r"(?P<rest>.+?)\s*(?:\?|[(\[]\?[)\]]|\((?:uncertain|possibly|probably|предположительно|вероятно"
    r"|ehtimal|мумкин)\))",
    r"(?:possibly|probably|perhaps|maybe|возможно|вероятно|предположительно|ehtimal ki,?|ehtimal"
    r"|мумкин)\s+(?P<rest>.+)",
)
# Endings of decades after 199: the 1990s, 1990-е, 1990-ci illər, 1990 жылдар.
DECADE = (
    r"(?P<decade>[0-9]{3})(?:[xх]|0x|0(?P<ending>'?s|-?[ех]|-?ые|-?ых|-?ы?м(?= годам)|-ми"
    r"|-(?:ci|cu) iller(?:i|in|de|inde|e|ine|den)?"
    r"|-?(?:шы|ши)?[ -]?жылдар(?:ы|да|дын|ынын|ында|га|дан)?))(?: г?г?\.?| год(?:ов|ы|ах|ам))?"
)
FISCAL = (
    r"\bfy(?:\b|(?=[0-9]))|(?:fiscal|financial|budget) years?|(?:финансов|бюджетн)\w+ год\w*"
    r"|maliyye il\w*|каржы жыл\w*"
)
WEEK = r"\b[0-9]{4}-?w[0-9]{2}(?!\w)|\bweeks?\b|недел[яеиюь]|hefte\w*|\bапта\w*"
# What no date of ours can say: a century, and a year before the first.
CENTURY = (
    r"\b(?:centur(?:y|ies)|век\w?|веков|столети\w*|тысячелети\w*|millenni\w+|esr\w*|yuzillik\w*"
    r"|минжылдык\w*|гасыр\w*)\b|\b[ivxхи]+ (?:в|вв|г)(?:\b|$)"
)
BEFORE_OUR_ERA = (
    r"\bb\.?\s?c\.?(?:\s?e\.?)?(?:$|\s)|до\s(?:н\.?\s?э|нашеи эры|р\.?\s?х|рождества)"
    r"|\be\.\s?e\.?(?:$|\s)|eramizdan evvel|б\.?\s?з\.?\s?[бд]|заманымызга деиин|дауиримизге деиин"
)
# The two calendars of dates before 1918 (in Britain 1752): "25 October (7 November) 1917".
OLD_STYLE = (
    r"o\.?\s?s\.?|old style|julian|ст\.\s?ст\.?|(?:по )?стар(?:ому|ого|ыи) стил[юья]"
    r"|kohne (?:uslub|stil|teqvim)\w*|ески (?:стил|кунтизбе)\w*|ескише"
)
NEW_STYLE = (
    r"n\.?\s?s\.?|new style|gregorian|н\.\s?ст\.?|(?:по )?нов(?:ому|ого|ыи) стил[юья]"
    r"|yeni (?:uslub|stil|teqvim)\w*|жана (?:стил|кунтизбе)\w*|жанаша"
)


# The Latin alphabets of Kazakh, of 2018 and 2021, folded; some letters are written in two ways.
_LATIN = str.maketrans("абгдезиклмнопрстқғңүұәөіж", "abgdeziklmnoprstqgnuuaoij")
_LATIN_VARIANTS = {"у": ("u", "y"), "ы": ("y", "i"), "й": ("i", "y"), "ш": ("s", "sh")}


def _latin(word: str) -> list[str]:
    """The spellings of a Kazakh word in Latin letters, folded."""
    letters = (_LATIN_VARIANTS.get(letter, letter.translate(_LATIN)) for letter in word)
    return ["".join(spelling) for spelling in product(*letters)]


@cache
def month_names() -> dict[str, int]:
    """Month numbers by folded name, with declined and abbreviated forms, in the four languages."""
    names = dict(OTHER_MONTHS)
    for language in LANGUAGES:
        # Some of Babel's stand-alone abbreviations are in another language: "format" comes first.
        for context, width in product(("format", "stand-alone"), ("wide", "abbreviated")):
            for month, name in Locale(language).months[context][width].items():
                names.setdefault(fold(name).rstrip("."), month)
        for month, name in Locale(language).months["format"]["wide"].items():
            stems = {fold(name), re.sub("к$", "г", fold(name))}
            for stem, case in product(stems, MONTH_ENDINGS.get(language, "").split()):
                names.setdefault(stem + case, month)
    for month, name in Locale("kk").months["format"]["wide"].items():
        endings = {latin for case in MONTH_ENDINGS["kk"].split() for latin in _latin(case)}
        stems = {*_latin(name), *_latin(re.sub("к$", "г", name))}
        for stem, case in product(stems, ["", *endings]):
            names.setdefault(stem + case, month)
    for month, name in Locale("ru").months["format"]["wide"].items():
        stem = fold(name)
        stem = stem[:-1] if stem[-1] == "я" else stem.removesuffix("а")
        for ending in ("е", "ю", "у", "ем", "ом"):
            names.setdefault(stem + ending, month)
    return names


@cache
def weekday_names() -> dict[str, int]:
    """Numbers of weekdays from Monday, 0, by folded name, in the four languages."""
    names = {word: day for day, words in _OTHER_WEEKDAYS.items() for word in words.split()}
    for language in LANGUAGES:
        # Azerbaijani abbreviations are single letters.
        for width in ("wide", *(["abbreviated"] if language != "az" else [])):
            for day, name in Locale(language).days["format"][width].items():
                names.setdefault(fold(name).rstrip("."), day)
    for day, name in Locale("kk").days["format"]["wide"].items():
        for case in ("да", "де", "дагы", "деги"):
            names.setdefault(fold(name) + case, day)
    return names


@cache
def weekday_pattern() -> str:
    """A regular expression for the names of weekdays, the longest first."""
    return "|".join(sorted(weekday_names(), key=len, reverse=True))
