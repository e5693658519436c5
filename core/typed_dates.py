"""Dates as people write them, in English, Russian, Azerbaijani and Kazakh, read as EDTF."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from itertools import product

from babel.core import Locale
from django.utils.translation import gettext as _

from core.dates import OPEN, DateError, Edtf, Precision
from core.folding import fold

# Longer than any date in words; longer text is not parsed.
LONGEST = 120
LANGUAGES = ("en", "ru", "az", "kk")

# All words below are folded: lower case, similar Russian letters for Kazakh ones, и for й.
# Case endings of month names; Babel gives the nominative, and for Russian also the genitive.
_CASES = {
    "az": ("da", "de", "in", "un", "inda", "inde", "unda", "unde", "dan", "den"),
    "kk": ("да", "де", "та", "те", "нын", "нин", "дын", "дин", "тын", "тин")
    + ("ында", "инде", "нда", "нде", "дан", "ден", "тан", "тен", "нан", "нен"),
}
_OTHER_MONTHS = {"sept": 9, "фев": 2, "сен": 9, "ноя": 11}
# Words that add nothing to a date: prepositions, "year", "day", endings of ordinals.
_FILLER_WORDS = (
    "of the in on at day month year dated st nd rd th ad ce "
    "в во г гг год года году годом число числа месяц месяца месяце от е го и х ого ый "
    "il ili ilin ilinin ilde ilinde ay ayi ayin ayinin ayinda gunu ci cu de da ju "
    "ж жыл жылы жылгы жылдын жылда жылынын ай аи айы аиы аинын аиында куни ши сы си"
)
_FILLERS = frozenset(_FILLER_WORDS.split())
_QUARTER = {"quarter", "q", "квартал", "квартала", "квартале", "кв", "kvartal", "kv", "rub"}
_QUARTER |= {"kvartali", "kvartalinda", "токсан", "токсаны", "токсанында", "ткс"}
_HALF = {"half", "h", "полугодие", "полугодия", "полугодии", "yarimil", "yarimi", "жартыжылдык"}
_ORDINALS = {
    **{"first": 1, "second": 2, "third": 3, "fourth": 4},
    **{"первыи": 1, "второи": 2, "третии": 3, "четвертыи": 4},
    **{"первое": 1, "второе": 2, "первом": 1, "втором": 2, "третьем": 3, "четвертом": 4},
    **{"birinci": 1, "ikinci": 2, "ucuncu": 3, "dorduncu": 4},
    **{"биринши": 1, "екинши": 2, "ушинши": 3, "тортинши": 4},
    **{"i": 1, "ii": 2, "iii": 3, "iv": 4, "и": 1, "ии": 2, "иии": 3},
}
# Parts of a year or decade that an Edtf cannot express; they are read as the whole.
_PARTS = (
    r"early|mid|middle of|late|the end of|end of|beginning of|(?:в )?начал[оеа]|(?:в )?середин[аеы]"
    r"|(?:в )?кон(?:ец|це|ца)"
)
_ABOUT_BEFORE = re.compile(
    r"(?:~|(?:about|around|circa|approximately|approx\.?|ca\.?|c\.|около|примерно|приблизительно"
    r"|ориентировочно|ок\.|texminen|taxminen|шамамен)\s)\s*(?P<rest>.+)"
)
_ABOUT_AFTER = re.compile(
    r"(?P<rest>.+?)\s*(?:шамасында|шамасы|шамалары|radelerinde|civarinda|texminen|or so"
    r"|приблизительно|ориентировочно|примерно|~)"
)
_UNSURE_BEFORE = re.compile(
    r"(?:possibly|probably|perhaps|maybe|возможно|вероятно|предположительно|ehtimal ki,?|ehtimal"
    r"|мумкин)\s+(?P<rest>.+)"
)
_UNSURE_AFTER = re.compile(r"(?P<rest>.+?)\s*(?:\?|\(\?\)|\(uncertain\))")
_BETWEEN = [
    re.compile(pattern)
    for pattern in (
        r"between (?P<first>.+) and (?P<last>.+)",
        r"(?:в период )?между (?P<first>.+) и (?P<last>.+)",
        r"(?P<first>.+?) (?:ile|ve) (?P<last>.+) arasinda",
        r"(?P<first>.+?) (?:мен|бен|пен) (?P<last>.+) (?:аралыгында|арасында)",
    )
]
_DAK = r"(?:-?(?:ye|ya|e|a|de|da) )?(?:qeder|dek)|-?(?:a|e|ya|ye)(?:dek|dak)"
# Words around a date that make it a bound, and which: "upto" and "from" include the date, "before"
# and "after" exclude it, and "point" is the date itself.
_BOUNDS = [
    (re.compile(pattern), readings)
    for pattern, readings in (
        (r"(?:not|no) later than (?P<rest>.+)|(?P<rest2>.+) or earlier", ("upto",)),
        (r"(?:не позднее|не позже) (?P<rest>.+)", ("upto",)),
        (r"(?P<rest>.+?)(?:-?(?:den|dan))? gec olmayaraq", ("upto",)),
        (r"(?P<rest>.+?)(?:нан|нен|дан|ден|тан|тен) кешиктирмеи", ("upto",)),
        (r"(?:not|no) earlier than (?P<rest>.+)|(?P<rest2>.+) or later", ("from",)),
        (r"не ранее(?: чем)? (?P<rest>.+)|не раньше (?P<rest2>.+)", ("from",)),
        (r"(?P<rest>.+?)(?:-?(?:den|dan))? tez olmayaraq", ("from",)),
        (r"(?:before|prior to|earlier than|ранее|раньше) (?P<rest>.+)", ("before",)),
        (r"(?P<rest>.+?)(?:-?(?:den|dan))? evvel", ("before",)),
        (r"(?P<rest>.+?)(?:га|ге|ка|ке) деиин", ("upto", "before")),
        (r"(?:after|later than|после|позднее|позже) (?P<rest>.+)", ("after",)),
        (r"(?P<rest>.+?)(?:-?(?:den|dan))? sonra", ("after",)),
        (r"(?P<rest>.+?)(?:нан|нен|дан|ден|тан|тен) кеиин", ("after",)),
        (r"(?:until|till|by) (?P<rest>.+)", ("upto", "point")),
        (r"(?:до|к) (?P<rest>.+)", ("before", "upto")),
        (rf"(?P<rest>.+?) ?(?:{_DAK})", ("upto", "before")),
        (r"(?:since|from|starting|as of|с|со|начиная с) (?P<rest>.+)", ("point", "from")),
        (r"(?P<rest>.+(?:il|ay)[a-z]*?)(?:den|dan)(?: beri| etibaren)?", ("point", "from")),
        (r"(?P<rest>.+)(?:дан|ден|тан|тен|нан|нен)(?: бери| бастап)", ("point", "from")),
    )
]
_NOT_ENDED = {
    *("present", "to present", "now", "ongoing", "not ended", "н.в", "н. в", "по настоящее время"),
    *("наст. время", "indiyedek", "hazirda", "осы уакытка деиин", "казирги уакытка деиин"),
}
_DECADE = re.compile(
    rf"(?:(?:{_PARTS})[\s-]+)?(?:the )?(?P<decade>[0-9]{{3}})(?:0(?:'?s|-?[ех]|-?ые|-?ых"
    r"|-(?:ci|cu) iller(?:in|de|inde)?|-?(?:шы|ши)? ?жылдар(?:ы|да|дын)?)|[xх]|0x)(?: г?г?\.?"
    r"| годов| годы| годах)?"
)
_YEAR_FIRST = re.compile(r"([0-9]{4})\s?[-./]\s?([0-9]{1,2})(?:\s?[-./]\s?([0-9]{1,2}))?")
_YEAR_LAST = re.compile(r"(?:([0-9]{1,2})\s?([-./])\s?)?([0-9]{1,2})\s?[-./]\s?([0-9]{4})")
_SHORT_YEAR = re.compile(r"[0-9]{1,2}([-./])[0-9]{1,2}\1[0-9]{2}|['’][0-9]{2}")
_UNSAID = re.compile(r"([0-9]{4}(?:-[0-9]{2})?)(?:-xx){1,2}")
_WORD = re.compile(r"[0-9]+|[^\W\d_]+|[^\s.,()'’-]")


@dataclass(frozen=True, slots=True)
class Offer:
    """One reading of a typed date, with its words in the active language."""

    date: Edtf
    words: str


def typed(text: str) -> list[Offer]:
    """The readings of a date as people write it, the likeliest first; empty if not understood.

    EDTF is read as it is. If day and month are numbers, the day comes first. Output of
    `Edtf.describe` in any of the four languages, for years from 1000, is read back with the same
    bounds. Raises DateError, and nothing else, for a non-existent date or a two-digit year.
    """
    if len(text) > LONGEST or not text.strip():
        return []
    with suppress(DateError):
        return [_offer(Edtf.parse(text))]
    found = dict.fromkeys(_readings(fold(text).strip(" .,;")))
    return [_offer(value) for value in found]


def _offer(value: Edtf) -> Offer:
    return Offer(value, value.describe())


def _readings(text: str) -> list[Edtf]:
    """The readings of folded text."""
    if text in _NOT_ENDED:
        return [Edtf.parse(OPEN)]
    for pattern in _BETWEEN:
        if match := pattern.fullmatch(text):
            pairs = product(_qualified(match["first"]), _qualified(match["last"]))
            if found := [_between(first, last) for first, last in pairs]:
                return found
    for pattern, readings in _BOUNDS:
        if match := pattern.fullmatch(text):
            rest = next(filter(None, match.groups()))
            if dates := _qualified(rest):
                return [found for value in dates for found in _bounded(value, readings)]
    return _qualified(text)


def _between(first: Edtf, last: Edtf) -> Edtf:
    return Edtf.parse(f"[{_plain(first)}..{_plain(last)}]")


def _plain(value: Edtf) -> str:
    """The text of a point for use in a set of dates, without "about" and "uncertain"."""
    if value.precision == Precision.SET:
        raise DateError(_("A decade or “between” cannot itself be a limit: give a year or a day."))
    return value.text.rstrip("~?%")


def _bounded(value: Edtf, readings: tuple[str, ...]) -> Iterator[Edtf]:
    point = _plain(value)
    for reading in readings:
        if reading == "point":
            yield value
        elif reading == "upto":
            yield Edtf.parse(f"[..{point}]")
        elif reading == "from":
            yield Edtf.parse(f"[{point}..]")
        elif reading == "before":
            yield Edtf.parse(f"[..{_neighbour(value, -1)}]")
        else:
            yield Edtf.parse(f"[{_neighbour(value, 1)}..]")


def _neighbour(value: Edtf, step: int) -> str:
    """The last day, month or year before a point, or the first one after it."""
    try:
        day = (value.earliest if step < 0 else value.latest) + timedelta(days=step)
    except OverflowError:
        raise DateError(_("Dates must be in the years 1 to 9999.")) from None
    length = {Precision.YEAR: 4, Precision.MONTH: 7}.get(value.precision, 10)
    return day.isoformat()[:length]


def _qualified(text: str) -> list[Edtf]:
    """The readings of text that may call a date approximate or uncertain."""
    marks, text = set(), text.strip(" .,;")
    for mark, patterns in (
        ("?", (_UNSURE_AFTER, _UNSURE_BEFORE)),
        ("~", (_ABOUT_BEFORE, _ABOUT_AFTER)),
    ):
        for pattern in patterns:
            if match := pattern.fullmatch(text):
                marks.add(mark)
                text = match["rest"]
    sign = "%" if len(marks) == 2 else "".join(marks)
    found = _points(text.strip(" .,;"))
    # An Edtf set cannot be approximate or uncertain: better no reading than one without the mark.
    return [
        Edtf.parse(f"{_plain(value)}{sign}") if sign else value
        for value in found
        if not sign or value.precision != Precision.SET
    ]


def _points(text: str) -> list[Edtf]:
    """The readings of a single date: in digits, in words, or a decade."""
    if _SHORT_YEAR.fullmatch(text):
        raise _short_year()
    if match := _UNSAID.fullmatch(text):
        return [Edtf.parse(match[1])]
    if match := _DECADE.fullmatch(text):
        return [Edtf.parse(f"[{match['decade']}0..{match['decade']}9]")]
    if match := _YEAR_FIRST.fullmatch(text):
        return [_point(*match.groups())]
    if match := _YEAR_LAST.fullmatch(text):
        return _figures(*match.groups())
    return _in_words(text)


def _short_year() -> DateError:
    return DateError(_("Write the year with four digits: two do not say which century."))


def _figures(first: str | None, sign: str | None, second: str, year: str) -> list[Edtf]:
    """Month and year, or day, month and year; except with dots, also with the month first."""
    if first is None:
        return [_point(year, second)]
    orders = [(first, second)]
    if sign != "." and first != second:
        orders.append((second, first))
    possible = [(day, month) for day, month in orders if 1 <= int(month) <= 12]
    if len(possible) == 2 and max(int(first), int(second)) > 12:
        possible = possible[:1]
    return [_point(year, month, day) for day, month in possible or orders[:1]]


def _point(year: str, month: str | int | None = None, day: str | None = None) -> Edtf:
    parts = (f"-{int(part):02}" for part in (month, day) if part is not None)
    # In EDTF a second number above 12 is a part of the year; in a typed date it is a mistake.
    if month is not None and not 1 <= int(month) <= 12:
        raise DateError(_("There is no month %(month)s.") % {"month": month})
    return Edtf.parse(year + "".join(parts))


@cache
def month_names() -> dict[str, int]:
    """Month numbers by folded name, with declined and abbreviated forms, in the four languages."""
    names = dict(_OTHER_MONTHS)
    for language in LANGUAGES:
        # Some of Babel's stand-alone abbreviations are in another language: "format" comes first.
        for context, width in product(("format", "stand-alone"), ("wide", "abbreviated")):
            for month, name in Locale(language).months[context][width].items():
                names.setdefault(fold(name).rstrip("."), month)
        for month, name in Locale(language).months["format"]["wide"].items():
            stems = {fold(name), re.sub("к$", "г", fold(name))}
            for stem, case in product(stems, _CASES.get(language, ())):
                names.setdefault(stem + case, month)
    for month, name in Locale("ru").months["format"]["wide"].items():
        stem = fold(name)
        names[(stem[:-1] if stem[-1] == "я" else stem.removesuffix("а")) + "е"] = month
    return names


def _in_words(text: str) -> list[Edtf]:
    """A date with a four-digit year and, if given, month and day, quarter or half."""
    text = re.sub(rf"(?:{_PARTS})[\s-]+", "", text)
    words = [word for word in _WORD.findall(text) if word not in _FILLERS or word in _ORDINALS]
    years = [word for word in words if word.isdecimal() and len(word) == 4]
    numbers = [int(word) for word in words if word.isdecimal() and len(word) < 3]
    names = [word for word in words if not word.isdecimal() and word not in _FILLERS]
    months = [month_names()[name] for name in names if name in month_names()]
    if len(months) == 1 == len(names) and not years and len(numbers) == 2 and max(numbers) > 31:
        raise _short_year()
    if len(words) == 1 and len(numbers) == 1 and numbers[0] > 12:
        raise _short_year()
    if len(years) != 1 or len(years) + len(numbers) + len(names) < len(set(words) - _FILLERS):
        return []
    if len(months) == len(names) and len(months) + len(numbers) <= 2 and len(months) <= 1:
        if numbers and not months:
            return []
        return [_point(years[0], *months, *map(str, numbers))]
    return _part_of_year(years[0], numbers, words)


def _part_of_year(year: str, numbers: list[int], words: list[str]) -> list[Edtf]:
    """A quarter or half of a year, by number or in words."""
    said = {word for word in words if not word.isdecimal()}
    which = numbers + [_ORDINALS[word] for word in said if word in _ORDINALS and not numbers]
    names = said - _FILLERS - set(_ORDINALS)
    for vocabulary, first, most in ((_QUARTER, 33, 4), (_HALF, 40, 2)):
        if len(which) == 1 and 1 <= which[0] <= most and names and names <= vocabulary:
            return [Edtf.parse(f"{year}-{first + which[0] - 1}")]
    return []
