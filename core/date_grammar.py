"""Readings of folded text as a date, a limit or the two ends of a period."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import product

from django.utils.translation import gettext as _

from core import date_words as words
from core.date_parts import (
    YEARS,
    Parts,
    existing,
    is_filler,
    is_season,
    part_of_year,
    parts,
    whole_dates,
)
from core.date_words import Edge
from core.dates import OPEN, DateError, Edtf, Precision, today

_ABOUT, _UNSURE, _BETWEEN, _OR = (
    [re.compile(pattern) for pattern in patterns]
    for patterns in (words.ABOUT, words.UNSURE, words.BETWEEN, words.OR)
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
# Two dates in figures have five hyphens: 2024-05-22-2024-05-24. More signs are not tried.
MOST_SIGNS = 6
_YEARS_SHORTENED = re.compile(r"(?P<before>[^0-9]*)(?P<year>[0-9]{4}) [0-9]{1,2}")
_UNSAID = re.compile(r"([0-9]{4}(?:-[0-9]{2})?)(?:-xx){1,2}")
_DECADE = re.compile(rf"(?:(?:in|during|в|во) )?(?:the )?{words.DECADE}")


def readings(text: str) -> list[Edtf]:
    """The readings of folded text as one date."""
    if text in words.NOT_ENDED:
        return [Edtf.parse(OPEN)]
    for pattern in _BETWEEN:
        match = pattern.fullmatch(text)
        if match and (found := spans(match["first"], match["last"])):
            return [between(start, end) for start, end in found]
    for pattern in _OR:
        match = pattern.fullmatch(text)
        pairs = spans(match["first"], match["last"]) if match else []
        if found := [pair for pair in pairs if not pair[1].is_open]:
            return _one_of(found)
    return _limits(text, qualified) or qualified(text)


def limits_of_periods(text: str) -> list[Edtf]:
    """The readings of folded text as a limit at some day of a period: before 7–8 July 2015."""

    def ended(rest: str) -> list[Edtf]:
        return [between(start, end) for start, end in separated(rest) if not end.is_open]

    return _limits(text, ended)


def _limits(text: str, read: Callable[[str], list[Edtf]]) -> list[Edtf]:
    """The readings of text as a limit of the dates that `read` finds in it."""
    for pattern, readings in _LIMITS:
        if match := pattern.fullmatch(text):
            edge, rest = _edge(match["rest"])
            if dates := read(rest):
                found = [date for value in dates for date in _limited(value, readings, edge)]
                if rest in words.TODAY and "upto" in readings:
                    found.append(Edtf.parse(OPEN))
                return found
    return []


def _edge(text: str) -> tuple[Edge | None, str]:
    """The part that text names, such as "the end of", and the text without it."""
    for pattern, edge in _EDGES:
        if match := pattern.fullmatch(text):
            return edge, match["rest"]
    return None, text


def _ends(value: Edtf) -> tuple[str, str]:
    """The texts of the first and last point of a date, for use in a set of dates."""
    if not value.is_definite:
        raise DateError(
            _("The ends of a limit or period cannot be “about” or uncertain: give a year or a day.")
        )
    first, _dots, last = value.text.strip("[]").partition("..")
    return first, last or first


def between(first: Edtf, last: Edtf) -> Edtf:
    """Some day from the first date to the last. Raises DateError if they are in another order."""
    if first.earliest and last.latest and first.earliest > last.latest:
        raise DateError(
            _("%(first)s is later than %(last)s. Write the earlier date first.")
            % {"first": first.describe(), "last": last.describe()}
        )
    return Edtf.parse(f"[{_ends(first)[0]}..{_ends(last)[1]}]")


def follows(first: Edtf, last: Edtf) -> bool:
    """Whether the last date begins on the day after the first one, as 1993 after 1992."""
    days = first.latest, last.earliest
    return all(days) and days[1].toordinal() - days[0].toordinal() == 1


def _one_of(pairs: list[tuple[Edtf, Edtf]]) -> list[Edtf]:
    """One of two dates as some day between them. Raises DateError if other days lie between."""
    ordered = [tuple(sorted(pair)) for pair in pairs]
    dates = [between(*pair) for pair in ordered]
    if found := [date for date, pair in zip(dates, ordered, strict=True) if follows(*pair)]:
        return found
    raise DateError(
        _(
            "There are other days between %(first)s and %(last)s. Write %(date)s if they are "
            "possible too."
        )
        % {
            "first": ordered[0][0].describe(),
            "last": ordered[0][1].describe(),
            "date": dates[0],
        }
    )


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
    if text in words.TODAY:
        return [Edtf.parse(today().isoformat())]
    if match := _DECADE.fullmatch(text):
        decade = Edtf.parse(f"[{match['decade']}0..{match['decade']}9]")
        century = f"[{match['decade']}0..{match['decade'][:2]}99]"
        # In English the 1900s are a decade or a century.
        is_both = match["decade"].endswith("0") and (match["ending"] or "").endswith("s")
        return [decade, Edtf.parse(century)] if is_both else [decade]
    return existing(whole_dates(text)) or part_of_year(text)


def separated(text: str) -> list[tuple[Edtf, Edtf]]:
    """The readings of two dates with a dash, hyphen or slash between them as a period."""
    # A spaced dash separates dates; others may join the parts of one.
    errors = []
    for sign in (" - ", "-", "/"):
        places = [found.start() for found in re.finditer(re.escape(sign), text)]
        for at in places if len(places) <= MOST_SIGNS else ():
            try:
                if found := spans(text[:at], text[at + len(sign) :]):
                    return found
            except DateError as error:
                errors.append(error)
    if errors:
        raise errors[0]
    return []


def spans(first: str, last: str) -> list[tuple[Edtf, Edtf]]:
    """The readings of two texts as the start and the end of a period."""
    first, stated = first.strip(), last.strip(" .,;")
    last = YEARS.sub("", stated)
    if last in words.NOT_ENDED:
        return [(start, Edtf.parse(OPEN)) for start in qualified(first)]
    if last in words.TODAY:
        return list(product(qualified(first), [*qualified(last), Edtf.parse(OPEN)]))
    # In the summers of both years, which is no period.
    if last != stated and last.isdecimal() and is_season(first):
        return []
    match = _YEARS_SHORTENED.fullmatch(f"{qualifier(first)[1]} {last}")
    if match and is_filler(match["before"]):
        # 1990-92: the second year is of the first one's century.
        last = match["year"][: -len(last)] + last
        if last <= match["year"]:
            return []
    one, other = (parts(_edge(text)[1]) for text in (first, last))
    if one and other and not (one.year and other.year):
        return _completed_span(one, other)
    starts = _starts(first, last)
    ends = starts and (qualified(last) or _of_year_in(first, last))
    # Winter is at the start or at the end of a year.
    pairs = list(product(starts, ends))
    return [pair for pair in pairs if not pair[1].certainly_before(pair[0])] or pairs


def _starts(first: str, last: str) -> list[Edtf]:
    """The readings of the start of a period, which may lack the year or the word of its end."""
    found = qualified(first) or _of_year_in(last, first)
    if (match := _DECADE.fullmatch(last)) and re.fullmatch("[0-9]{3}0", first):
        # 1980–1990-е are two decades. In English 1980–1990s may start with a year.
        decade = between(found[0], Edtf.parse(f"{first[:3]}9"))
        found = [decade, *found] if (match["ending"] or "").endswith("s") else [decade]
    return found


def _of_year_in(other: str, text: str) -> list[Edtf]:
    """The readings of text as a part of the one year that another text gives: Q1–Q3 2020, or with
    the word of the other text, I–III quarters 2020."""
    years = re.findall("(?<![0-9])[0-9]{4}(?![0-9])", other)
    has_more = other.strip() not in years
    if text in words.ORDINALS or text.isdecimal():
        named = (word for word in re.findall(r"\w+", other) if word in words.QUARTER | words.HALF)
        text = " ".join([text, *named])
    return part_of_year(f"{text} {years[0]}") if len(years) == 1 and has_more else []


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
