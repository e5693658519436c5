"""The words of amounts in English, Russian, Azerbaijani and Kazakh: scales, units, qualifiers.

All text is folded: lower case, similar Russian letters for Kazakh ones, и for й.
"""

import re
from itertools import chain

from trade.units import Unit

# The powers of ten, with the endings of cases. "Units" says that a number has no other scale.
SCALES = tuple(
    (scale, re.compile(words))
    for scale, words in (
        (0, r"units?|ones|единиц[аы]?|ед|birlik|бирлик"),
        (3, r"thousands?|thous|thsd|k|тыс|тысяч\w{0,3}|min(?:e|i|in|lik|den|dan)?|мын\w{0,4}"),
        (6, r"millions?|mln|mn|mio|mm?|млн|миллион\w{0,4}|mil[yj]on\w{0,8}"),
        (
            9,
            r"billions?|bln|bn|b|milliards?|mlrd|mlyd|mrd|mld|млрд|миллиард\w{0,4}"
            r"|mil[yj]ard\w{0,8}",
        ),
        (12, r"trillions?|trln|trn|трлн|триллион\w{0,4}|tril[yj]on\w{0,8}"),
    )
)  # fmt: skip
THOUSAND_MILLION = [3, 6]
# Small numbers in words, with the endings of cases. Ten is left out in Azerbaijani and Kazakh: the
# word is also an English preposition and a Russian pronoun.
NUMBER_WORDS = {
    word: number
    for number, words in {
        1: "one один одного одному одним bir бир",
        2: "two два две двух двум двумя iki еки",
        3: "three три трех трем тремя uc уш",
        4: "four четыре четырех четырем dord торт",
        5: "five пять пяти пятью bes бес",
        6: "six шесть шести шестью alti алты",
        7: "seven семь семи семью yeddi жети",
        8: "eight восемь восьми восемью sekkiz сегиз",
        9: "nine девять девяти девятью doqquz тогыз",
        10: "ten десять десяти десятью",
        11: "eleven одиннадцать одиннадцати",
        12: "twelve двенадцать двенадцати",
    }.items()
    for word in words.split()
}

_DOLLARS = r"\$|dollars?|dollar\w{1,8}|doll?|долл?|доллар\w{0,8}"
_MANATS = r"manats?|manat\w{1,8}|man|манат\w{0,6}|ман"
_ROUBLES = r"rou?bles?|rubl\w{0,8}|рубл\w{0,6}|руб|р"
_LIRAS = r"lir(?:as?|e\w{0,4})|lira\w{1,4}|лир\w{0,4}"
_LEI = r"lei|leu|leev|леи|леев|leyi?"
_SOMS = r"soms?|som\w{1,4}|so'm|сом\w{0,4}"
_AZERBAIJANI = r"azerbaijan\w{0,2}|azerbaycan\w{0,3}|азерб\w{0,12}|азирбаижан\w{0,4}"
_TURKMEN = r"turkmen\w{0,8}|туркмен\w{0,8}|туркм"
_RUSSIAN = r"russian|rus|rusiya|росс?|россииск\w{1,3}|ресеи\w{0,4}"
_BELARUSIAN = r"bel[ao]rus\w{0,5}|бел|бел[ао]рус\w{0,6}"
_KYRGYZ = r"kyrgyz\w{0,5}|qirgiz\w{0,6}|к[иы]рг[иы]з\w{0,6}"
_UZBEK = r"uzbek\w{0,6}|ozbek\w{0,6}|узб|узбек\w{0,6}|озбек\w{0,6}"
_COUNTED = (
    r"(?:joint |commercial )?(?:companies|company|enterprises?|firms?|institutions?"
    r"|organi[sz]ations?|documents?|agreements?|treaties|treaty|contracts?|memorand(?:a|ums?)"
    r"|projects?|people|persons?|students?|tourists?|visitors?|passengers?)"
    r"|чел|шт|штук\w?|компани\w{1,8}|предприяти\w{1,3}|организаци\w{1,3}|документ\w{0,3}"
    r"|соглашени\w{1,3}|договор\w{0,3}|контракт\w{0,3}|меморандум\w{0,6}|проект\w{0,3}"
    r"|человека?|студент\w{0,6}|турист\w{0,6}|пассажир\w{0,3}"
    r"|eded|sirket\w{0,6}|muessise\w{0,6}|sened\w{0,6}|sazis\w{0,6}|muqavile\w{0,6}"
    r"|memorandum\w{0,4}|layihe\w{0,6}|nefer\w{0,4}|telebe\w{0,6}|turist\w{0,6}|sernisin\w{0,6}"
    r"|дана|касипорын\w{0,4}|касипорн\w{0,4}|кужат\w{0,6}|келисим\w{0,6}|жоба\w{0,6}|адам\w{0,4}"
    r"|жолаушы\w{0,4}"
)


def _of(nation: str, currency: str) -> str:
    return rf"(?:{nation}) (?:{currency})"


# What the words beside a number can mean; of several currencies, the newest comes first.
_WORDS = tuple(
    (tuple(units), re.compile(words))
    for units, words in (
        (
            (Unit.USD,),
            rf"(?:(?:us|u s|usa|american|америк\w{{1,8}}|амер|abs|amerika|акш) )?(?:{_DOLLARS})"
            r"(?: (?:us|u s|usa|сша))?",
        ),
        ((Unit.EUR,), r"€|euros?|avro\w{0,6}|евро|еуро\w{0,6}"),
        ((Unit.AZN,), "₼"),
        ((Unit.AZN, Unit.AZM), _of(_AZERBAIJANI, _MANATS)),
        ((Unit.TMT, Unit.TMM), _of(_TURKMEN, _MANATS)),
        ((Unit.AZN, Unit.AZM, Unit.TMT, Unit.TMM), _MANATS),
        (
            (Unit.KZT,),
            r"(?:(?:kazakh\w{0,7}|qazax\w{0,7}|казах\w{0,12}|казак\w{0,8}) )?"
            r"(?:₸|tenge\w{0,4}|tenqe\w{0,4}|тенге\w{0,8}|тг)",
        ),
        ((Unit.RUB,), "₽"),
        ((Unit.RUB, Unit.RUR), _of(_RUSSIAN, _ROUBLES)),
        ((Unit.BYN, Unit.BYR, Unit.BYB), _of(_BELARUSIAN, _ROUBLES)),
        ((Unit.SUR,), _of(r"soviet|sovet|советск\w{1,3}|кенес", _ROUBLES)),
        ((Unit.TJR,), _of(r"tajik|tacik|таджикск\w{1,3}", _ROUBLES)),
        (
            (Unit.RUB, Unit.RUR, Unit.SUR, Unit.BYN, Unit.BYR, Unit.BYB, Unit.TJR),
            _ROUBLES,
        ),
        ((Unit.TRY,), "₺"),
        (
            (Unit.TRY, Unit.TRL),
            rf"(?:(?:turkish|turk|turkiye|турецк\w{{1,3}}|турик) )?(?:{_LIRAS})|tl",
        ),
        ((Unit.UAH,), r"₴|hryvn\w{1,4}|qrivn\w{1,4}|гривн\w{1,4}|гривен|грн"),
        ((Unit.UAK,), r"karbovan\w{1,5}|карбован\w{1,5}"),
        ((Unit.GEL,), r"₾|lari\w{0,3}|лари"),
        ((Unit.AMD,), r"֏|drams?|dram\w{1,4}|драм\w{0,4}"),
        ((Unit.KGS,), _of(_KYRGYZ, _SOMS)),
        ((Unit.UZS,), rf"{_of(_UZBEK, _SOMS)}|(?:(?:{_UZBEK}) )?(?:sums?|сум\w{{0,2}})"),
        ((Unit.KGS, Unit.UZS), _SOMS),
        ((Unit.TJS,), r"somoni\w{0,4}|сомони"),
        ((Unit.MDL,), _of(r"moldovan?|молдавск\w{1,3}|молдов\w{1,5}", _LEI)),
        ((Unit.RON, Unit.ROL), _of(r"romanian|ruminiya|румынск\w{1,3}", _LEI)),
        ((Unit.RON, Unit.ROL, Unit.MDL), _LEI),
        ((Unit.BGN, Unit.BGL), r"(?:(?:bulgarian|болгарск\w{1,3}) )?(?:levs?|leva|лев\w{0,2})"),
        ((Unit.PLN, Unit.PLZ), r"(?:(?:polish|польск\w{1,3}) )?(?:zlot\w{1,4}|злот\w{1,4}|zl)"),
        ((Unit.CNY,), r"(?:(?:chinese|китаиск\w{1,3}) )?(?:yuan\w{0,4}|юан\w{1,4})|renminbi|rmb"),
        ((Unit.JPY,), r"(?:(?:japanese|японск\w{1,3}) )?(?:yens?|yen[ai]\w{0,3}|иен\w{0,3})"),
        ((Unit.CNY, Unit.JPY), "¥"),
        ((Unit.GBP,), r"£|(?:british )?pounds? sterling|british pounds?|фунт\w{0,3} стерлингов"),
        ((Unit.CHF,), r"swiss francs?|швеицарск\w{1,3} франк\w{0,3}"),
        ((Unit.PERCENT,), r"%|per cent|percent|pct|процент\w{0,3}|faiz\w{0,5}|паиыз\w{0,5}"),
        ((Unit.TONNE,), r"t|tonnes?|(?:metric )?tons?|ton\w{1,5}|т|тн|тонн\w{0,6}"),
        ((Unit.COUNT,), _COUNTED),
    )
)
# The codes come before the words. Those of other currencies can be words of their own in running
# text (ALL, TOP), so that only an amount in a form may have them (`units.named`).
UNITS = (
    *(
        ((unit,), re.compile(unit.value.lower()))
        for unit in dict.fromkeys(chain.from_iterable(units for units, _words in _WORDS))
    ),
    *_WORDS,
)
# The countries, by slug, of currencies whose names several countries use.
HOMES = {
    **dict.fromkeys((Unit.AZN, Unit.AZM), "azerbaijan"),
    **dict.fromkeys((Unit.TMT, Unit.TMM), "turkmenistan"),
    **dict.fromkeys((Unit.RUB, Unit.RUR), "russia"),
    **dict.fromkeys((Unit.BYN, Unit.BYR, Unit.BYB), "belarus"),
    **dict.fromkeys((Unit.RON, Unit.ROL), "romania"),
    Unit.SUR: "soviet-union",
    Unit.TJR: "tajikistan",
    Unit.KGS: "kyrgyzstan",
    Unit.UZS: "uzbekistan",
    Unit.MDL: "moldova",
    Unit.CNY: "china",
    Unit.JPY: "japan",
}

# The endings of "than" and "to" in Azerbaijani and Kazakh, after digits or abbreviations; those of
# words are in the tables above.
_DAN, _DEK = r"(?:(?:-|(?<=[0-9]))(?:dan|den))?", r"(?:(?:-|(?<=[0-9]))[ny]?[ae])?"
_NAN = r"(?:(?:-|(?<=[0-9]))(?:нан|нен|дан|ден|тан|тен))?"
_GA = r"(?:(?:-|(?<=[0-9]))(?:га|ге|ка|ке|на|не|а|е))?"
_UNIT = "(?P<unit> [^0-9]+)?"
# Words around a number that qualify it, the longer ones first. Its unit may follow those after it.
QUALIFIERS = tuple(
    (qualifier, re.compile(pattern if pattern.endswith("(?P<rest>.+)") else pattern + _UNIT))
    for qualifier, patterns in (
        (
            "about",
            (
                r"(?:[~∼≈≃≅]|(?:about|around|circa|approximately|approx\.?|ca\.?|c\.|roughly|some|nearly"
                r"|almost|около|примерно|приблизительно|порядка|ориентировочно|почти|ок\.|texminen"
                r"|taxminen|teqriben|шамамен)\s)\s*(?P<rest>.+)",
                r"(?P<rest>.+?) (?:or so|civarinda|etrafinda|radelerinde|texminen|teqriben"
                r"|шамасында|шамасы|приблизительно|примерно|ориентировочно)",
                rf"(?P<rest>.+?){_DEK} yaxin",
                rf"(?P<rest>.+?){_GA} жуык",
            ),
        ),
        (
            "at_least",
            (
                r"(?:≥|>=|(?:at least|no less than|not less than|no fewer than|minimum|min\.|from"
                r"|не менее(?: чем)?|не меньше(?: чем)?|как минимум|минимум|от|en azi|azi|кеминде)"
                r"\s)\s*(?P<rest>.+)",
                r"(?P<rest>.+?) (?:(?:or|and) (?:more|above)|и (?:более|выше|больше)|или более"
                r"|ve (?:daha )?cox)",
                rf"(?P<rest>.+?){_DAN} az olma(?:yan|yaraq|maqla)",
                rf"(?P<rest>.+?){_NAN} (?:кем|аз) емес",
            ),
        ),
        (
            "up_to",
            (
                r"(?:≤|<=|(?:up to|at most|no more than|not more than|not exceeding|maximum|max\.?"
                r"|до|не более(?: чем)?|не больше(?: чем)?|не свыше|не выше|максимум|en coxu"
                r"|maksimum|ен коби|ен коп)\s)\s*(?P<rest>.+)",
                r"(?P<rest>.+?) (?:or (?:less|fewer)|(?:и|или) (?:менее|меньше))",
                rf"(?P<rest>.+?){_DAN} (?:cox|artiq) olma(?:yan|yaraq|maqla)",
                rf"(?P<rest>.+?){_NAN} (?:аспаитын|аспаиды|артык емес|коп емес)",
                rf"(?P<rest>.+?){_DEK} ?(?:qeder|dek)",
                rf"(?P<rest>.+?){_GA} деиин",
            ),
        ),
        (
            "more_than",
            (
                r"(?:>|(?:more than|over|above|exceed(?:s|ed|ing)|in excess of|greater than"
                r"|более(?: чем)?|больше(?: чем)?|свыше|выше|превы(?:шает|сил[аио]?))\s)\s*"
                r"(?P<rest>.+)",
                rf"(?P<rest>.+?)(?:{_DAN} (?:cox|artiq|yuxari)| с лишним)",
                rf"(?P<rest>.+?){_NAN} (?:астам|артык|коп|жогары)",
            ),
        ),
        (
            "less_than",
            (
                r"(?:<|(?:less than|fewer than|under|below|менее(?: чем)?|меньше(?: чем)?|ниже)\s)"
                r"\s*(?P<rest>.+)",
                rf"(?P<rest>.+?){_DAN} (?:az|asagi)",
                rf"(?P<rest>.+?){_NAN} (?:аз|кем|томен)",
            ),
        ),
    )
    for pattern in patterns
)
# Both ends of a range. A dash stands between a number and another one, or its currency.
RANGES = tuple(
    re.compile(pattern)
    for pattern in (
        r"between (?P<first>.+) and (?P<last>.+)",
        r"(?:from )?(?P<first>.*[0-9].*) to (?P<last>.*[0-9].*)",
        r"(?:в пределах )?между (?P<first>.+) и (?P<last>.+)",
        r"(?:от |с )?(?P<first>.*[0-9].*) до (?P<last>.*[0-9].*)",
        r"(?P<first>.*[0-9].*?) (?:ile|ve) (?P<last>.*[0-9].*) arasinda",
        rf"(?P<first>.*[0-9].*?){_DAN} (?P<last>[0-9].*?){_DEK} ?(?:qeder|dek)",
        r"(?P<first>.*[0-9].*?) (?:мен|бен|пен) (?P<last>.*[0-9].*) (?:аралыгында|арасында)",
        rf"(?P<first>.*[0-9].*?){_NAN} (?P<last>[0-9].*?){_GA} деиин",
        r"(?P<first>[^0-9]*[0-9].*?) ?(?:-|\.\.\.) ?(?P<last>(?:[+-]|[^\w\s.,] ?)*[0-9].*)",
    )
)
