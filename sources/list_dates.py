"""Dates in the cells of lists: formats that leave nothing to guess, and the precision they support.

Many databases store a month or year as midnight on its first day. A column of timestamps that are
mostly such firsts states months and years, not days.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from django.utils.translation import gettext as _

from core.date_words import TODAY, weekday_names
from core.dates import DateError, Edtf, Precision, wrong_weekday
from core.folding import fold, visible
from core.rows import FileError, RowError
from core.typed_dates import LONGEST, Offer, typed
from sources.list_languages import in_english, months_in

# The directives of strptime that a format may have, as patterns.
_DIRECTIVES = {
    "Y": "(?P<year>[0-9]{4})",
    "m": "(?P<month>[0-9]{1,2})",
    "b": r"(?P<name>[^\W\d_]+)\.?",
    "B": r"(?P<name>[^\W\d_]+)\.?",
    "d": "(?P<day>[0-9]{1,2})",
    "j": "(?P<day_of_year>[0-9]{1,3})",
    # Some weekdays have two words in Azerbaijani.
    "a": r"(?P<weekday>[^\W\d_]+(?: [^\W\d_]+)?)\.?",
    "A": r"(?P<weekday>[^\W\d_]+(?: [^\W\d_]+)?)\.?",
    "H": "(?P<hour>[0-9]{1,2})",
    "I": "(?P<hour>[0-9]{1,2})",
    "p": r"(?P<half>[ap]\.?m\.?)",
    "M": "(?P<minute>[0-9]{1,2})",
    "S": "(?P<second>[0-9]{1,2})",
    "f": "(?P<fraction>[0-9]{1,9})",
    "z": "(?:z|[+-](?:[01][0-9]|2[0-3]):?[0-5][0-9])",
    "Z": "[a-z]{1,5}",
    "%": "%",
}
# The numbers, and how many digits they have next to another number: 200356 could be several days.
_NUMBERS = {"%Y", "%m", "%d", "%j", "%H", "%I", "%M", "%S", "%f"}
_WIDTHS = {"%m": 2, "%d": 2, "%j": 3, "%H": 2, "%I": 2, "%M": 2, "%S": 2}
PRECISIONS = {"day": 10, "month": 7, "year": 4}
_UTC = re.compile(r"(?:z|utc|gmt|[+-]00(?::?00)?)$", re.IGNORECASE)
# Full hours in UTC at which the next day begins further east. Noon often stands for no time.
_EVENING = range(13, 24)
_YEAR_AND_TWO_DIGITS = re.compile("(?P<century>[0-9]{2})(?P<year>[0-9]{2})[-–/](?P<other>[0-9]{2})")
# Firsts of a month are one day in thirty, and 1 January is one first in twelve.
MOSTLY, MOSTLY_JANUARY = 1 / 2, 1 / 4


class AmbiguousDate(DateError):
    """A cell has several readings as a date; the message gives them."""


class DoubtfulDay(DateError):
    """The times of a column leave its days in doubt; the message is the same for all its cells."""


def date_error(column: str, text: str, error: DateError) -> RowError:
    """The error of a row with this text in a column of dates."""
    if isinstance(error, DoubtfulDay):
        return RowError(column, str(error))
    kind = _("this date is not understood")
    if isinstance(error, AmbiguousDate):
        kind = _("this date has several readings")
    return RowError(column, kind, text[:60], str(error))


class Stamp(NamedTuple):
    """The date in a cell; whether its time is the midnight that starts the day; and its hour, if it
    is a full hour of an evening in UTC, which may be midnight of the next day elsewhere."""

    date: Edtf
    midnight: bool = False
    evening: int | None = None


class DateFormat:
    """A format with the directives of strptime, for whole cells, with the names of months in a
    further `language` too.

    Raises FileError if a date in it would be incomplete or a guess: two digits for the year, no
    year, a week, the locale's own format.
    """

    def __init__(self, form: str, language: str = ""):
        self.form = form
        self.months = months_in(language)
        names = re.findall(r"%(-?.?)", form)
        self._check(names)
        tokens = re.findall("%.|[^%]+", visible(form))
        around = zip(["", *tokens], tokens, [*tokens[1:], ""], strict=False)
        pattern = "".join(self._pattern(token, before, after) for before, token, after in around)
        self.pattern = re.compile(pattern, re.IGNORECASE)
        self.has_time = bool({"H", "I"} & set(names))
        self.has_half_days = "I" in names

    def _check(self, names: list[str]) -> None:
        if {"y", "g"} & set(names):
            self._refuse(_("Two digits do not say which century: the list needs years in %Y."))
        if {"x", "X", "c", "D"} & set(names):
            self._refuse(_("This depends on the computer. Write out the parts, such as %d.%m.%Y."))
        if {"U", "W", "V", "G", "u", "w"} & set(names):
            self._refuse(_("Weeks cannot be read. Give the days, or the months."))
        if unknown := [name for name in names if name not in _DIRECTIVES]:
            words = _("%(name)s is unknown. Use %(known)s.")
            known = ", ".join(f"%{name}" for name in _DIRECTIVES)
            self._refuse(words % {"name": f"%{unknown[0]}", "known": known})
        months, days = (
            [name for name in names if name in group] for group in ({"m", "b", "B"}, {"d", "j"})
        )
        if names.count("Y") != 1:
            self._refuse(_("It must have %Y, the year, exactly once."))
        hours = [name for name in names if name in {"H", "I"}]
        weekdays = [name for name in names if name in {"a", "A"}]
        twice = len(set(names) - {"%"}) < len([name for name in names if name != "%"])
        if twice or max(map(len, (months, days, hours, weekdays))) > 1 or "j" in days and months:
            self._refuse(_("It gives the same part of the date twice."))
        if "d" in days and not months:
            self._refuse(_("It has a day without a month."))
        if weekdays and not days:
            self._refuse(_("It has a weekday without a day."))

    def _refuse(self, reason: str) -> None:
        raise FileError(f"{_('The format “%s” cannot be used.') % self.form} {reason}")

    @staticmethod
    def _pattern(token: str, before: str, after: str) -> str:
        """The pattern of a directive or of the text between two."""
        if token[0] != "%":
            return re.sub(r"(\\ )+", r"\\s+", re.escape(token))
        width = _WIDTHS.get(token)
        if width and (before in _NUMBERS or after in _NUMBERS):
            return _DIRECTIVES[token[1]].replace(f"{{1,{width}}}", f"{{{width}}}")
        return _DIRECTIVES[token[1]]

    def read(self, text: str) -> Stamp | None:
        """The date in a cell, as it is written, whatever its offset from UTC; None in another
        format.

        Day or month 00 is unknown. Raises DateError for a date or time that does not exist, and
        for a day on another weekday.
        """
        text = visible(text)
        match = self.pattern.fullmatch(text)
        found = match.groupdict() if match else {}
        month = found.get("month") or self.months.get(fold(found.get("name") or ""), "")
        if not match or found.get("name") and not month:
            return None
        year, day = found["year"], found.get("day")
        if found.get("day_of_year"):
            date = Edtf.parse(f"{year}-01-01").plus(days=int(found["day_of_year"]) - 1)
            if date.year != int(year):
                return None
        else:
            known = [int(month or 0), int(day or 0)]
            while known and not known[-1]:
                known.pop()
            date = Edtf.parse("-".join([year, *(f"{part:02}" for part in known)]))
        if found.get("weekday"):
            weekday = weekday_names().get(fold(found["weekday"]))
            if weekday is None or date.precision != Precision.DAY:
                return None
            if date.earliest.weekday() != weekday:
                raise wrong_weekday(date, weekday)
        hour = self._full_hour(found)
        is_evening = hour in _EVENING and _UTC.search(text)
        return Stamp(date, self.has_time and hour == 0, hour if is_evening else None)

    def _full_hour(self, found: dict[str, str | None]) -> int | None:
        """The hour of the time, from 0 to 24; None if it is not a full hour.

        Raises DateError for a time that does not exist.
        """
        stated = [found[name] for name in ("hour", "minute", "second") if found.get(name)]
        hour, minute, second, fraction = (
            int(found.get(name) or 0) for name in ("hour", "minute", "second", "fraction")
        )
        half = (found.get("half") or "").lower()[:1]
        first, last = (1, 12) if self.has_half_days else (0, 12 if half == "a" else 24)
        within_hour = bool(minute or second or fraction)
        is_hour = first <= hour <= last and not (hour == 24 and (within_hour or half))
        # Leap seconds are the last of an hour.
        if not is_hour or minute > 59 or second > 59 + (minute == 59):
            raise DateError(_("There is no time %(time)s.") % {"time": ":".join(stated)})
        if half:
            hour = hour % 12 + 12 * (half == "p") if hour <= 12 else hour
        return None if within_hour else hour


class Timestamp(DateFormat):
    """A date in a format, followed by a time with or without seconds and an offset from UTC."""

    def __init__(self, form: str):
        super().__init__(f"{form} %H:%M")
        seconds = f"(?::{_DIRECTIVES['S']}(?:[.,]{_DIRECTIVES['f']})?)?"
        zone = rf"\s?(?:{_DIRECTIVES['z']}|utc|gmt|[+-][01][0-9])?"
        date_and_time = self.pattern.pattern.replace(r"\s+", r"(?:\s+|t)")
        self.pattern = re.compile(date_and_time + seconds + zone, re.IGNORECASE)


# What needs no format: the year or the dots leave no doubt which number is the day.
TIMESTAMPS = (Timestamp("%Y-%m-%d"), Timestamp("%d.%m.%Y"))


@lru_cache(maxsize=65536)
def timestamp(text: str) -> Stamp | None:
    """The date in a cell with a time, in a format that leaves no doubt; None in any other."""
    return next(filter(None, (form.read(text) for form in TIMESTAMPS)), None)


@lru_cache(maxsize=65536)
def date_in_words(text: str, language: str = "") -> Edtf:
    """The date in the visible text of a cell without a format, in EDTF or as in a form; the list's
    `language` may name the months too.

    Raises DateError, with the reason, if it is not understood, has several readings, or says more
    than a date in a list can.
    """
    offers = _offers(text, language)
    if len(offers) > 1 or any(offer.until for offer in offers):
        raise _ambiguous(text, offers)
    return offers[0].date if offers else Edtf.parse(text)


@lru_cache(maxsize=65536)
def span_in_words(text: str, language: str = "") -> tuple[Edtf, Edtf]:
    """The start and the end in the text of a cell that may give both: 1992–1995. The end of a
    single date, and the start or end that is not named, are unknown.

    Raises DateError like `date_in_words`.
    """
    match = _YEAR_AND_TWO_DIGITS.fullmatch(text)
    if match and match["year"] < match["other"] <= "12":
        # 2001-02 is February 2001 in EDTF, but in such a column more likely two years.
        years = "{century}{year}–{century}{other}".format(**match.groupdict())
        raise _ambiguous(text, [text, years])
    offers, unknown = _offers(text, language), Edtf.parse("")
    periods = [offer for offer in offers if offer.until]
    if len(periods) == 1:
        return periods[0].date, periods[0].until
    if not offers:
        return Edtf.parse(text), unknown
    if len(offers) == 1:
        return offers[0].date, unknown
    first, last = (offer.date for offer in offers[:2])
    if len(offers) == 2 and last.text == f"[{first}..]":
        return first, unknown
    if len(offers) == 2 and first.text == f"[..{last}]":
        return unknown, last
    raise _ambiguous(text, offers)


def _ambiguous(text: str, readings: Iterable) -> AmbiguousDate:
    words = _("“%(text)s” can mean: %(readings)s. Write one, or declare the format.")
    return AmbiguousDate(words % {"text": text, "readings": " · ".join(map(str, readings))})


def _offers(text: str, language: str) -> list[Offer]:
    """The readings of a cell. Raises DateError if it says more than a date in a list can."""
    if len(text) > LONGEST:
        raise DateError(_("This is too long for a date."))
    text = in_english(text, language)
    folded = fold(text)
    if any(word in folded for word in TODAY):
        raise DateError(_("“Today” changes with each import. Give the date."))
    offers = typed(text)
    if len(offers) == 1 and offers[0].note:
        words = _("“%(text)s” is an Old Style date. Give the New Style date, %(day)s.")
        raise DateError(words % {"text": text, "day": offers[0].date})
    return offers


@dataclass
class Firsts:
    """Counts the timestamps of a column: how many are midnight on a first day, and how many are at
    each full hour of an evening in UTC."""

    counts: Counter = field(default_factory=Counter)
    evenings: Counter = field(default_factory=Counter)

    def add(self, stamp: Stamp) -> None:
        text = stamp.date.text
        first = stamp.midnight and text.endswith("-01") and len(text) == 10
        self.counts.update(all=1, firsts=first, january=first and text.endswith("-01-01"))
        self.evenings.update(() if stamp.evening is None else [stamp.evening])

    @property
    def are_months(self) -> bool:
        return self.counts["firsts"] > self.counts["all"] * MOSTLY

    @property
    def are_years(self) -> bool:
        """Whether 1 January stands for the year."""
        return self.are_months and self.counts["january"] > self.counts["firsts"] * MOSTLY_JANUARY

    @property
    def are_shifted(self) -> bool:
        """Whether most times are the same hour of an evening, or two hours in summer and winter."""
        hours = self.evenings
        mostly = hours.total() > self.counts["all"] * MOSTLY
        return mostly and max(hours) - min(hours) <= 1

    def supported(self, stamp: Stamp) -> Edtf:
        """The date as precise as the column supports: a first at midnight as its month or year.

        Raises DateError if the day is doubtful, because days were written as times in UTC.
        """
        if stamp.evening and self.are_shifted:
            raise DoubtfulDay(
                _(
                    "Most times in this column are %(hour)d:00 in UTC or an hour off, which is "
                    "midnight of the next day in another time zone. Give days without times, or, "
                    "if the days are right, add to the mapping: precision = “day”."
                )
                % {"hour": max(self.evenings, key=self.evenings.get)}
            )
        if not stamp.midnight or not self.are_months:
            return stamp.date
        return first_as_period(stamp.date, january_is_year=self.are_years)


def first_as_period(date: Edtf, january_is_year: bool = True) -> Edtf:
    """The month of a date on a first, and the year of 1 January; any other date as it is."""
    if january_is_year and date.text.endswith("-01-01"):
        return Edtf.parse(date.text[:-6])
    return (
        Edtf.parse(date.text[:-3]) if date.text.endswith("-01") and len(date.text) == 10 else date
    )


def at_most(date: Edtf, precision: str) -> Edtf:
    """The date no more precise than "day", "month" or "year"."""
    length = PRECISIONS[precision]
    return Edtf.parse(re.sub(r"[0-9]{4}(?:-[0-9]{2}){1,2}", lambda day: day[0][:length], date.text))
