"""The words of a text as one letter each, so that regular expressions can describe dates.

d day   Y year   p date in figures   D decade   n other number   M E G J names of months
w v weekday   o ordinal   q quarter or half-year   Q half   s season   y "year"   m u "month"
g "day"   < = > last, this, next   T C last and this year in one word   0 1 2 today, yesterday,
tomorrow   f from   t to   b between   a and   K R until, between (after)   P prepositions
    i of, the
h H edges (early, "sonunda")   c about   l after, before   k number in words
, . - / ( ) signs   x anything else
"""

import re
from functools import lru_cache
from typing import NamedTuple

from core import date_words as words
from extraction.words import WORD, folded, word_set
from trade.amount_words import NUMBER_WORDS

_ISO_OR_LONGER = r"[0-9]+(?:-[0-9]+){2,}"
_ROMAN_DATE = r"[0-9]{1,2}[./ ][IVXІХ]{1,4}[./ ][0-9]{4}(?![0-9])"
# June 28,1889 without a space.
_DAY_BEFORE_YEAR = "[0-9]{1,2}(?=,[0-9]{4}(?![0-9]|[.,][0-9]))"
_TOKEN = re.compile(
    r"[\"«„“]\s?(?P<day>[0-9]{1,2})\s?[\"»”](?=\s[^\W\d_])"
    rf"|(?P<number>{_ROMAN_DATE}|{_ISO_OR_LONGER}|{_DAY_BEFORE_YEAR}|[0-9]+(?:[.,:/][0-9]+)*)"
    rf"(?:(?P<hyphen>['’-]?)(?P<ending>[^\W\d_]{{1,6}})(?!\w))?"
    rf"|(?P<word>(?:\bгг?|\bжж?)\.|{WORD})|(?P<sign>[.,()/–—‒−-])|(?P<other>[^\s\w.,()/–—‒−-]+|[\d_]+)"
)
_FIGURES = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}([./-])[0-9]{1,2}\1[0-9]{4}|[0-9]{4}([./])[0-9]{1,2}\2"
    rf"[0-9]{{1,2}}|{_ROMAN_DATE}"
)
_ENDING = re.compile(
    rf"(?:{words.NUMBER_ENDINGS}|{words.PLURAL_ENDINGS}|d[ae]n|d[ae]k|n[ae]|a|e|ni|un|in"
    r"|[ндт][ае]н|[гкн][ае]|дагы|деги|тагы|теги|ндагы|ми)"
)
_DECADE_ENDING = re.compile(r"'?s|е|ые|х|ых|м|ми")
# Years that a text can mean, and those that it can mean by a bare number.
YEARS, BARE = range(1000, 2151), range(1700, 2101)
_DASHES = "–—‒−-"
_YEAR_WORD = re.compile(
    r"year|год(?:а|у|ом|е|ы|ов|ах|ам|ами)?|гг?\.?|жж?\.?|жыл\w{0,9}|j[yi]l\w{0,6}"
    r"|il(?:i|in|de|e|den|ile|ini|inin|inde|inden|ine)?|iller\w{0,6}"
)
_MONTH_WORD = re.compile(
    r"months?|месяц(?:а|е|ев|у|ы)?|ay(?:i|in|da|inda|lari|larinda|larinin|dan|liq)?"
    r"|аи(?:ы|да|дын|ында|лары|ларында|ларынын)?"
)
_DAY_WORD = re.compile(r"gun(?:u|unde)?|кун(?:и|ги)?|tarix(?:i|in|inde|li|lerinde|den|inden)")
_HALVES = {"half", "половина", "половины", "половине", "yarisi", "yarisinda", "yarimi"}
_HALVES |= {"жартысы", "жартысында"}
_LISTS = {
    "<": "last прошлом прошлого прошлыи прошлую прошлое прошедшем прошедшего минувшем минувшего "
    "истекшем otan oten kecen откен",
    "=": "this current этом этого этот текущем текущего текущии нынешнем нынешнего bu cari осы "
    "агымдагы",
    ">": "next следующем следующего следующии будущем будущего gelen novbeti келеси келер",
    "T": "былтыр былтыргы bildir",
    "C": "биыл биылгы",
    "v": "ertesi axsami",
    "u": "ayinin аиынын",
    "o": "ilk первые первых",
    "0": "today сегодня bugun бугин",
    "1": "yesterday вчера dunen кеше",
    "2": "tomorrow завтра ертен",
    "f": "from с со",
    "t": "to till until through по до",
    "b": "between между",
    "a": "and и ve жане мен бен пен",
    "K": "qeder dek kimi деиин",
    "P": "in since by during on for в во к ко за от на",
    "i": "of the",
    "c": "about around circa около примерно приблизительно texminen шамамен",
    "l": "after before после",
    "R": "arasinda аралыгында арасында",
}
_LISTED = {word: code for code, listed in _LISTS.items() for word in listed.split()}
_EDGES = [
    (code, re.compile(pattern))
    for placed in words.EDGES.values()
    for code, pattern in zip("hH", placed, strict=True)
]
_SEASONS = re.compile("|".join(words.SEASONS.values()))
# Abbreviations, and those that are no other words: only these can be without a year.
_SHORT = 3
CERTAIN_SHORT = word_set(
    "jan feb mar apr jun jul aug sep sept oct nov dec янв фев апр июн июл авг сен окт ноя дек"
)
_FULL_SHORT = {"may", "маи", "мая", "мае"}
_LOCATIVE = re.compile("(?!казанда)\\w{3,}(?:d[ae]|[дт][ае](?:гы|ги)?)")
# Genitives before the day in Azerbaijani and Kazakh: "martın 11-də", "наурыздың 11-і".
_GENITIVE = re.compile(r"\w+(?:[iu]n|[дтн][ыи]н)")


_ENGLISH_MONTHS = word_set(
    "january february march april may june july august september october november december"
)


_MONTHS = ("M", "E", "G", "J")
# Verbs after the English "may": it may be denounced.
_AFTER_MAY = word_set("be have not also need only still use decide become enter take")


class Token(NamedTuple):
    """A word, number or sign of the text. `value` is what `typed` reads for it; `ending` is the
    case ending of a number."""

    start: int
    end: int
    value: str
    ending: str = ""

    @property
    def has_place(self) -> bool:
        """Whether it is a month or weekday in the case that means "in" or "on"."""
        return bool(_LOCATIVE.fullmatch(self.value))


def tokens_of(text: str) -> tuple[list[Token], str]:
    """The tokens of a text, and a text of their codes, one letter each."""
    tokens, codes = [], []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        if kind == "word":
            code, value = _word(match["word"])
            if value in _AFTER_MAY and tokens and tokens[-1].value == "may":
                is_verb = text[tokens[-1].start] == "m"
                codes[-1] = "x" if is_verb else codes[-1]
            tokens.append(Token(match.start(), match.end(), value))
        elif kind == "sign":
            code = "-" if match["sign"] in _DASHES else match["sign"]
            tokens.append(Token(match.start(), match.end(), code))
        elif kind == "other":
            code = "a" if match["other"] == "&" else "x"
            tokens.append(Token(match.start(), match.end(), code))
        elif kind == "day":
            code, value = _number(match["day"], "", "")
            tokens.append(Token(match.start(), match.end(), value))
        else:
            code, number_tokens = _number_tokens(match)
            tokens += number_tokens
        codes += code
    return tokens, "".join(codes)


def _number_tokens(match: re.Match) -> tuple[str, list[Token]]:
    """The code and token of a number, or those of a number and the word that touches it: 2024года,
    29-April."""
    number, hyphen, ending = match["number"], match["hyphen"], match["ending"]
    following = _word(ending) if ending and hyphen in ("", "-") else ("", "")
    if following[0] in _MONTHS or not hyphen and following[0] == "y":
        code, value = _number(number, "", "")
        end, start = match.end("number"), match.start("ending")
        dash = [Token(end, start, "-")] if hyphen else []
        joined = [Token(match.start(), end, value), *dash, Token(start, match.end(), following[1])]
        return f"{code}{hyphen}{following[0]}", joined
    code, value = _number(number, hyphen or "", ending or "")
    return code, [Token(match.start(), match.end(), value, ending or "")]


@lru_cache(maxsize=65536)
def _word(word: str) -> tuple[str, str]:
    name = folded(word)
    return _code(name, word), name


def names_time(word: str) -> bool:
    """Whether a word is a month, a weekday, or a word such as "year"."""
    return _word(word)[0] in "MEGJwymg"


def _code(name: str, word: str) -> str:
    if not name:
        return "x"
    if code := _LISTED.get(name):
        return code
    if name.rstrip(".") in words.month_names():
        return _month(name)
    if name in words.weekday_names():
        return "w" if len(name) > _SHORT or word.isupper() else "x"
    for code, pattern in (("y", _YEAR_WORD), ("m", _MONTH_WORD), ("g", _DAY_WORD)):
        if pattern.fullmatch(name):
            return code
    if name in words.QUARTER | words.HALF and len(name) > 1:
        return "Q" if name in _HALVES else "q"
    if name in words.ORDINALS and (len(name) > _SHORT or word.isupper()):
        return "o"
    if _SEASONS.fullmatch(name):
        return "s"
    for code, pattern in _EDGES:
        if pattern.fullmatch(name):
            return code
    if name in NUMBER_WORDS:
        return "k"
    return "x"


def _month(name: str) -> str:
    if len(name) <= _SHORT and name not in _FULL_SHORT or name == "sept":
        return "J"
    if name in _ENGLISH_MONTHS:
        return "E"
    return "G" if _GENITIVE.fullmatch(name) else "M"


@lru_cache(maxsize=65536)
def _number(number: str, hyphen: str, ending: str) -> tuple[str, str]:
    if len(number) > 20:
        return "n", ""
    if ending:
        known = folded(ending)
        is_decade = _DECADE_ENDING.fullmatch(f"{hyphen.strip('-')}{known}")
        if is_decade and re.fullmatch("[0-9]{3}0", number):
            return "D", f"{number}s"
        if not _ENDING.fullmatch(known):
            return "n", ""
    if _FIGURES.fullmatch(number):
        return "p", number
    if all(re.fullmatch("0?[1-9]|[12][0-9]|3[01]", day) for day in number.split("/", 1)):
        return "d", number
    if number.isdecimal() and len(number) == 4 and int(number) in YEARS:
        return "Y", number
    return "n", ""
