"""Readings of folded text as a single date, in digits or words of four languages."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import product

from django.utils.translation import gettext as _

from core import date_words as words
from core.date_words import Edge
from core.dates import OPEN, DateError, Edtf, Precision

_ABOUT, _UNSURE, _BETWEEN = (
    [re.compile(pattern) for pattern in patterns]
    for patterns in (words.ABOUT, words.UNSURE, words.BETWEEN)
)
_LIMITS = [
    (re.compile(pattern.format(phrases)), readings)
    for readings, *placed in words.LIMITS
    for pattern, phrases in zip(
        (r"(?:{}) (?P<rest>.+)", "(?P<rest>.+?)(?:{})"), placed, strict=True
    )
    if phrases
]
_EDGES = [
    (re.compile(pattern), edge)
    for edge, (before, after) in words.EDGES.items()
    for pattern in (
        rf"{words.BEFORE_EDGE}(?:{before})[\s-]+(?P<rest>.+)",
        rf"(?P<rest>.+?)\s(?:{after})",
    )
]
_DECADE = re.compile(rf"(?:(?:in|during|в|во) )?(?:the )?{words.DECADE}")
_YEARS = re.compile(rf"(?:{words.YEARS})$")
_SEASONS = {month: re.compile(names) for month, names in words.SEASONS.items()}
_FIGURES = re.compile(r"(?P<before>[^0-9]*?)(?P<figures>[0-9][0-9\s./-]*[0-9])(?P<after>[^0-9]*)")
_TRAILING = re.compile(r"(?P<date>.*[0-9])\s*(?P<word>[^\W\d_]+)\.?")
_YEAR_FIRST = re.compile(r"([0-9]{4})\s?([-./])\s?([0-9]{1,2})\s?\2\s?([0-9]{1,2})")
_YEAR_LAST = re.compile(r"([0-9]{1,2})\s?([-./])\s?([0-9]{1,2})\s?\2\s?([0-9]{4})")
_YEAR_AND_MONTH = re.compile(r"(?P<year>[0-9]{4})(?P<sign>[-./])(?P<month>[0-9]{1,2})")
_MONTH_AND_YEAR = re.compile(r"(?P<month>[0-9]{1,2})[-./](?P<year>[0-9]{4})")
_YEARS_SHORTENED = re.compile(r"(?P<before>[^0-9]*)(?P<year>[0-9]{4}) [0-9]{1,2}")
_SHORT_YEAR = re.compile(r"[0-9]{1,2}\s?([-./])\s?[0-9]{1,2}\s?\1\s?[0-9]{2}")
_DAY_AND_MONTH = re.compile(r"(?P<day>[0-9]{1,2})(?:\.(?P<month>[0-9]{1,2}))?\.?")
_UNSAID = re.compile(r"([0-9]{4}(?:-[0-9]{2})?)(?:-xx){1,2}")
_ROMAN = re.compile(r"(?P<before>[0-9\s./-]*)(?P<month>[ivxихі]+)(?P<after>[\s./-]*[0-9\s./-]*)")
_NUMBER_ENDING = re.compile(
    rf"(?<=[0-9])(?:\s?-\s?|')?(?:{words.NUMBER_ENDINGS})(?!\w)"
    # After a year these mean a decade.
    rf"|(?<=(?<![0-9][0-9])[0-9])-?(?:{words.PLURAL_ENDINGS})(?!\w)"
)
# A hyphen only joins words; brackets and other signs have a meaning, which must not get lost.
_TOKEN = re.compile(r"[0-9]+|[^\W\d_]+|(?<!\w)-|-(?!\w)|[^\s.,'-]")


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a date that a text gives; `date` raises DateError if it does not exist."""

    year: int | None = None
    month: int | None = None
    day: int | None = None

    def completed(self, other: "Parts") -> "Parts":
        """These parts, with the year and month of the other date where this one lacks them."""
        month = other.month if self.month is None and self.day else self.month
        return Parts(other.year if self.year is None else self.year, month, self.day)

    @property
    def date(self) -> Edtf:
        # In EDTF a second number above 12 is a part of the year; in a typed date it is a mistake.
        if self.month is not None and not 1 <= self.month <= 12:
            raise DateError(_("There is no month %(month)s.") % {"month": f"{self.month:02}"})
        rest = (f"-{part:02}" for part in (self.month, self.day) if part is not None)
        return Edtf.parse(f"{self.year:04}" + "".join(rest))


def readings(text: str) -> list[Edtf]:
    """The readings of folded text as one date."""
    if text in words.NOT_ENDED:
        return [Edtf.parse(OPEN)]
    for pattern in _BETWEEN:
        match = pattern.fullmatch(text)
        if match and (found := spans(match["first"], match["last"])):
            return [between(start, end) for start, end in found]
    for pattern, readings in _LIMITS:
        if match := pattern.fullmatch(text):
            edge, rest = _edge(match["rest"])
            if dates := qualified(rest):
                return [found for value in dates for found in _limited(value, readings, edge)]
    return qualified(text)


def _edge(text: str) -> tuple[Edge | None, str]:
    """The part that text names, such as "the end of", and the text without it."""
    for pattern, edge in _EDGES:
        if match := pattern.fullmatch(text):
            return edge, match["rest"]
    return None, text


def _ends(value: Edtf) -> tuple[str, str]:
    """The texts of the first and last point of a date, for use in a set of dates."""
    if not value.is_definite:
        raise DateError(_("A limit cannot be “about” or uncertain: give a year or a day."))
    first, _dots, last = value.text.strip("[]").partition("..")
    return first, last or first


def between(first: Edtf, last: Edtf) -> Edtf:
    return Edtf.parse(f"[{_ends(first)[0]}..{_ends(last)[1]}]")


def _limited(value: Edtf, readings: tuple[str, ...], edge: Edge | None) -> Iterator[Edtf]:
    """The readings of a limit. Only the start of a year is certainly after the year before, and
    only its end is certainly before the next: otherwise the limit lies within the year."""
    first, last = _ends(value)
    for reading in readings:
        if reading == "point":
            yield value
        elif reading == "upto" or reading == "before" and edge in (Edge.MIDDLE, Edge.END):
            yield Edtf.parse(f"[..{last}]")
        elif reading == "from" or reading == "after" and edge in (Edge.MIDDLE, Edge.START):
            yield Edtf.parse(f"[{first}..]")
        elif reading == "before":
            yield Edtf.parse(f"[..{_neighbour(value, -1)}]")
        else:
            yield Edtf.parse(f"[{_neighbour(value, 1)}..]")


def _neighbour(value: Edtf, step: int) -> str:
    """The last day, month or year before a date, or the first one after it."""
    try:
        day = (value.earliest if step < 0 else value.latest) + timedelta(days=step)
        after = value.latest + timedelta(days=1)
    except OverflowError:
        raise DateError(_("Dates must be in the years 1 to 9999.")) from None
    months = value.earliest.day == after.day == 1
    years = months and value.earliest.month == after.month == 1
    return day.isoformat()[: 4 if years else 7 if months else 10]


def qualifier(text: str) -> tuple[str, str]:
    """The sign of a date that text calls approximate, ~, uncertain, ?, or both, %, and the rest."""
    marks, text = set(), text.strip(" .,;")
    for mark, patterns in (("?", _UNSURE), ("~", _ABOUT)):
        for pattern in patterns:
            if match := pattern.fullmatch(text):
                marks.add(mark)
                text = match["rest"]
    return "%" if len(marks) == 2 else "".join(marks), text.strip(" .,;")


def qualified(text: str) -> list[Edtf]:
    """The readings of text that may call a date approximate or uncertain, or name a part of it."""
    sign, text = qualifier(text)
    found = _points(_edge(text)[1])
    # An Edtf set cannot be approximate or uncertain: better no reading than one without the mark.
    return [
        Edtf.parse(f"{value}{sign}") if sign else value
        for value in found
        if not sign or value.precision != Precision.SET
    ]


def _points(text: str) -> list[Edtf]:
    """The readings of a single date: in digits, in words, or a decade."""
    if match := _UNSAID.fullmatch(text):
        return [Edtf.parse(match[1])]
    if match := _DECADE.fullmatch(text):
        decade = Edtf.parse(f"[{match['decade']}0..{match['decade']}9]")
        century = f"[{match['decade']}0..{match['decade'][:2]}99]"
        # In English the 1900s are a decade or a century.
        is_both = match["decade"].endswith("0") and (match["ending"] or "").endswith("s")
        return [decade, Edtf.parse(century)] if is_both else [decade]
    return [found.date for found in _days(text)] or _part_of_year(text)


def _days(text: str) -> list[Parts]:
    """The readings of a year, month or day, in digits or words. It may not exist."""
    text = _NUMBER_ENDING.sub(" ", text).strip()
    if (match := _TRAILING.fullmatch(text)) and match["word"] in words.FILLERS:
        text = match["date"]
    if found := _roman(text):
        return [found]
    match = _FIGURES.fullmatch(text)
    is_figures = match and _is_filler(match["before"], match["after"])
    if is_figures and (found := _in_figures(match["figures"])):
        return found
    found = _parts_in_words(_tokens(text))
    is_whole = found and found.year is not None and (found.month or not found.day)
    return [found] if is_whole else []


def _is_filler(*texts: str) -> bool:
    return all(word in words.FILLERS for text in texts for word in _TOKEN.findall(text))


def _roman(text: str) -> Parts | None:
    """A date whose month is a Roman number: 27.VIII.1992."""
    match = _ROMAN.fullmatch(text)
    # Latin and Cyrillic letters look the same.
    month = match and match["month"].translate(str.maketrans("ихі", "ixi"))
    if month not in words.ROMAN:
        return None
    before, after = (re.findall("[0-9]+", match[name]) for name in ("before", "after"))
    numbers, signs = sorted(before + after, key=len), re.search("[./-]", match[0])
    if len(before) > 1 or len(after) > 1 or not numbers or len(numbers[-1]) != 4:
        return None
    if len(numbers) == 1 and not signs or len(numbers) == 2 and len(numbers[0]) > 2:
        return None
    return _given(numbers[-1], words.ROMAN.index(month) + 1, *numbers[:-1])


def _in_figures(text: str) -> list[Parts]:
    """The readings of a date in digits; empty if it is none."""
    if _SHORT_YEAR.fullmatch(text):
        raise short_year()
    if match := _YEAR_FIRST.fullmatch(text):
        return [_given(match[1], match[3], match[4])]
    if match := _YEAR_LAST.fullmatch(text):
        return _day_and_month(match[1], match[2], match[3], match[4])
    if match := _MONTH_AND_YEAR.fullmatch(text):
        return [_given(match["year"], match["month"])]
    if match := _YEAR_AND_MONTH.fullmatch(text):
        # 2010/11 is a month or two years. 1992-93 is two years only, which are a period; after a
        # hyphen, a number that could be a day is rather a mistake.
        most = {"/": 12, "-": 31, ".": 99}[match["sign"]]
        if int(match["month"]) > max(most, int(match["year"][2:])):
            return []
        return [_given(match["year"], match["month"])]
    return []


def _day_and_month(first: str, sign: str, second: str, year: str) -> list[Parts]:
    """A date with the day first; except with dots, also with the month first."""
    orders = [(first, second)]
    if sign != "." and first != second:
        orders.append((second, first))
    possible = [(day, month) for day, month in orders if 1 <= int(month) <= 12]
    if len(possible) == 2 and max(int(first), int(second)) > 12:
        possible = possible[:1]
    return [_given(year, month, day) for day, month in possible or orders[:1]]


def _given(*numbers: str | int) -> Parts:
    return Parts(*map(int, numbers))


def _tokens(text: str) -> list[str]:
    found = _TOKEN.findall(_NUMBER_ENDING.sub(" ", text))
    return [word for word in found if word not in words.FILLERS or word in words.ORDINALS]


def _parts_in_words(tokens: list[str]) -> Parts | None:
    """The parts of a date whose month, if it has one, is a name. Raises DateError for a short
    year."""
    months = words.month_names()
    named = [months.get(token) for token in tokens if not token.isdecimal()]
    numbers = [token for token in tokens if token.isdecimal()]
    years = [number for number in numbers if len(number) == 4]
    days = [number for number in numbers if len(number) < 3]
    short = [number for number in days if int(number) > 31]
    if not years and None not in named and (short and named or len(days) == 2 and named):
        raise short_year()
    if len(tokens) == 1 and tokens == short:
        raise short_year()
    if None in named or max(len(named), len(years), len(days)) > 1 or not tokens:
        return None
    if len(years) + len(days) < len(numbers):
        return None
    year, month, day = (group[0] if group else None for group in (years, named, days))
    return Parts(year and int(year), month, day and int(day))


def parts(text: str) -> Parts | None:
    """The parts of a date that may lack its year and month, and may not exist; None if it is not
    understood."""
    text = text.strip(" .,;")
    if match := _DAY_AND_MONTH.fullmatch(text):
        return Parts(None, match["month"] and int(match["month"]), int(match["day"]))
    if found := _parts_in_words(_tokens(text)):
        return found
    found = _days(text)
    return found[0] if len(found) == 1 else None


def _part_of_year(text: str) -> list[Edtf]:
    """A quarter, half or season of a year, by number or in words."""
    tokens = _tokens(text)
    said = {token for token in tokens if not token.isdecimal()}
    years = [token for token in tokens if token.isdecimal() and len(token) == 4]
    numbers = [token for token in tokens if token.isdecimal() and len(token) != 4]
    second = [*years[1:], *numbers]
    season = said - words.SEASON_WORDS - {"/", "-"}
    if second:
        season = {word for word in season if not _YEARS.fullmatch(word)}
    if years and (found := _season(years[0], second, season)):
        return found
    which = [int(number) for number in numbers if len(number) < 3]
    which = which or [words.ORDINALS[word] for word in said if word in words.ORDINALS]
    names = said - words.FILLERS - set(words.ORDINALS)
    for vocabulary, first, most in ((words.QUARTER, 33, 4), (words.HALF, 40, 2)):
        is_known = bool(names) and names <= vocabulary
        if is_known and len(years) == len(which) == 1 and 1 <= which[0] <= most:
            return [Edtf.parse(f"{years[0]}-{first + which[0] - 1}")]
    return []


def _season(year: str, second: list[str], said: set[str]) -> list[Edtf]:
    """Some day of a season of three months. A winter of one year is at its start or end, if no
    second year follows."""
    name = said.pop() if len(said) == 1 else ""
    month = next((month for month, names in _SEASONS.items() if names.fullmatch(name)), None)
    if month is None or len(second) > 1:
        return []
    start = int(year)
    if month != 12:
        starts = [] if second else [start]
    elif second:
        starts = [start] if f"{start + 1:04}".endswith(second[0]) and len(second[0]) > 1 else []
    else:
        starts = [start - 1, start]
    return [
        Edtf.parse(f"[{start:04}-{month:02}..{start + month // 12:04}-{(month + 1) % 12 + 1:02}]")
        for start in starts
    ]


def _is_season(text: str) -> bool:
    return any(names.fullmatch(word) for word in _tokens(text) for names in _SEASONS.values())


def spans(first: str, last: str) -> list[tuple[Edtf, Edtf]]:
    """The readings of two texts as the start and the end of a period."""
    first, stated = first.strip(), last.strip(" .,;")
    last = _YEARS.sub("", stated)
    if last in words.NOT_ENDED:
        return [(start, Edtf.parse(OPEN)) for start in qualified(first)]
    # In the summers of both years, which is no period.
    if last != stated and last.isdecimal() and _is_season(first):
        return []
    match = _YEARS_SHORTENED.fullmatch(f"{first} {last}")
    if match and _is_filler(match["before"]):
        # 1990-92: the second year is of the first one's century.
        end = match["year"][: -len(last)] + last
        return [(Edtf.parse(match["year"]), Edtf.parse(end))] if end > match["year"] else []
    one, other = (parts(_edge(text)[1]) for text in (first, last))
    if one and other and not (one.year and other.year):
        return _completed_span(one, other)
    return list(product(qualified(first), qualified(last)))


def _completed_span(one: Parts, other: Parts) -> list[tuple[Edtf, Edtf]]:
    """A period from dates of which one lacks its year or month: 7 to 8 July 2015."""
    start, end = one.completed(other), other.completed(one)
    if None in (start.year, end.year) or bool(start.day) != bool(end.day):
        return []
    if bool(start.month) != bool(end.month) or not start.month:
        return []
    # From December to January of the stated year.
    if one.year is None and start.month > end.month:
        start = replace(start, year=end.year - 1)
    return [(start.date, end.date)]


def short_year() -> DateError:
    return DateError(_("Write the year with four digits: two do not say which century."))
