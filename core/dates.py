"""Dates as precise as their source: EDTF text, and the bounds derived from it."""

import re
from calendar import monthrange
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import IntEnum
from functools import lru_cache

from babel.core import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, get_day_names, parse_pattern
from django.utils.translation import get_language
from django.utils.translation import gettext as _


class DateError(ValueError):
    """The text is not a date that the knowledge base understands; the message says why."""


class Precision(IntEnum):
    """How much of a date its source gives, from nothing to the day; coarser sorts first."""

    NONE = 0
    SET = 1
    YEAR = 2
    HALF = 3
    QUARTER = 4
    MONTH = 5
    DAY = 6


OPEN = ".."
_POINT = re.compile(r"(?P<year>[0-9]{4})(?:-(?P<part>[0-9]{2})(?:-(?P<day>[0-9]{2}))?)?")
_QUALIFIED = re.compile(r"(?P<point>[0-9-]+)(?P<qualifier>[~?%]?)")
_SET = re.compile(r"\[(?P<first>[^.\[\]]*)\.\.(?P<last>[^.\[\]]*)\]")

# EDTF's codes for quarters and halves of a year: first month, number of months, precision.
_YEAR_PARTS = {
    33: (1, 3, Precision.QUARTER),
    34: (4, 3, Precision.QUARTER),
    35: (7, 3, Precision.QUARTER),
    36: (10, 3, Precision.QUARTER),
    40: (1, 6, Precision.HALF),
    41: (7, 6, Precision.HALF),
}
# The sort key has room for every precision within a day; see Edtf.sort_key.
_PRECISIONS = len(Precision) + 1


@dataclass(frozen=True, slots=True)
class Edtf:
    """An immutable date as its source gives it, with the earliest and latest day it can mean.

    Use `Edtf.parse`. Empty text is an unknown date (falsy, no bounds); `..` is the end of
    something that has not ended. "About" and "uncertain" do not change the bounds, because no
    source says how far they reach; such a date is never *certainly* within a period.
    """

    text: str
    earliest: date | None = field(compare=False)
    latest: date | None = field(compare=False)
    precision: Precision = field(compare=False)

    @staticmethod
    def parse(text: str) -> "Edtf":
        """Read EDTF text such as 2005, 2020-09, 1992-08-27, 1992~, 2023?, [1990..1992], [..1995].

        Raises DateError, naming the part that cannot be read.
        """
        return _parse(text.strip())

    @staticmethod
    def between(earliest: date | None, latest: date | None) -> "Edtf":
        """A day from earliest to latest (None: no limit), as the shortest EDTF text."""
        first, last = earliest and earliest.isoformat(), latest and latest.isoformat()
        if not first and not last:
            return _parse("")
        for text in (first[:4], first[:7], first) if first and last else ():
            if (_parse(text).earliest, _parse(text).latest) == (earliest, latest):
                return _parse(text)
        return _parse(f"[{first or ''}..{last or ''}]")

    def __str__(self) -> str:
        return self.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __bool__(self) -> bool:
        return bool(self.text)

    def __lt__(self, other: "Edtf") -> bool:
        return self.sort_key < other.sort_key

    @property
    def is_open(self) -> bool:
        """Whether this is the end of something that had not ended when its source was written."""
        return self.text == OPEN

    @property
    def is_at_least(self) -> bool:
        """Whether only its beginning is known, as of "2014 or later"."""
        return self.precision == Precision.SET and self.latest is None

    @property
    def is_approximate(self) -> bool:
        return self.text.endswith(("~", "%"))

    @property
    def is_uncertain(self) -> bool:
        return self.text.endswith(("?", "%"))

    @property
    def is_definite(self) -> bool:
        """Whether the true day lies within the bounds: not approximate and not uncertain."""
        return not self.is_approximate and not self.is_uncertain

    def plus(self, *, years: int = 0, months: int = 0, days: int = 0) -> "Edtf":
        """The date shifted by calendar months, then by days, as precise as before.

        An approximate or uncertain date gives a year with the same mark. A bound after the year
        9999 becomes None.
        """
        months += 12 * years
        earliest, latest = (
            bound and _later(bound, months, days) for bound in (self.earliest, self.latest)
        )
        if not self.is_definite and earliest:
            return _parse(f"{earliest.year:04}{self.text[-1]}")
        return Edtf.between(earliest, latest)

    @property
    def sort_key(self) -> int:
        """A never-null number that sorts by earliest day (or latest, if only that is known), then
        by precision. Unknown dates come first, `..` last."""
        if self.is_open:
            return (date.max.toordinal() + 1) * _PRECISIONS
        anchor = self.earliest or self.latest
        return anchor.toordinal() * _PRECISIONS + self.precision if anchor else 0

    @property
    def year(self) -> int | None:
        """The year under which the date is listed: that of the day that it sorts by."""
        anchor = self.earliest or self.latest
        return anchor.year if anchor else None

    @property
    def calendar_day(self) -> int | None:
        """Month and day as in the function calendar_day; None if the day is unknown."""
        day = self.earliest
        return calendar_day(day) if day and day == self.latest else None

    def possibly_within(self, start: date | None, end: date | None) -> bool:
        """Whether a day that the date can mean lies between start and end (None: no limit)."""
        if not self.text or self.is_open:
            return False
        return (self.earliest or date.min) <= (end or date.max) and (self.latest or date.max) >= (
            start or date.min
        )

    def certainly_before(self, other: "Edtf") -> bool:
        """Whether all days of this date precede all days of the other; False if either is
        approximate, uncertain or unknown."""
        return bool(
            self.latest
            and other.earliest
            and self.latest < other.earliest
            and self.is_definite
            and other.is_definite
        )

    @property
    def iso(self) -> str:
        """The date for HTML's <time datetime>; empty if that cannot express it."""
        if self.precision in (Precision.YEAR, Precision.MONTH, Precision.DAY):
            return self.text.rstrip("~?%")
        return ""

    def describe(self) -> str:
        """The date in words of the active language: "2005", "September 2020", "about 1992"."""
        return _described(self, get_language())


def wrong_weekday(day: Edtf, weekday: int) -> DateError:
    """The error of a day that its source puts on another weekday, from Monday, 0."""
    names = get_day_names("wide", locale=babel_locale())
    return DateError(
        _("%(date)s was a %(right)s, not a %(given)s.")
        % {
            "date": day.describe(),
            "right": names[day.earliest.weekday()],
            "given": names[weekday],
        }
    )


def describe_span(start: Edtf, until: Edtf) -> str:
    """A period in words with both its ends: "12–13 May 2013"; without `until`, a date."""
    return "".join(span_words(start, until))


def span_words(start: Edtf, until: Edtf) -> tuple[str, str, str]:
    """The words of describe_span: those of the start, a dash, and those of the end. Two plain dates
    give only once what they share: ("January", " – ", "June 2024")."""
    if not until or until == start:
        return start.describe(), "", ""
    return _interval(start, until) or (start.describe(), " – ", until.describe())


def calendar_day(day: date) -> int:
    """Month and day as a number that sorts like them: 827 for 27 August."""
    return day.month * 100 + day.day


def sort_keys_of(year: int | None) -> tuple[int, int]:
    """The first and last sort key of the dates listed under a year; None: of unknown dates."""
    if year is None:
        return 0, _PRECISIONS - 1
    first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
    return first * _PRECISIONS, (last + 1) * _PRECISIONS - 1


def year_of(sort_key: int) -> int | None:
    """The year under which a date with this sort key is listed; None if it is unknown."""
    day = sort_key // _PRECISIONS
    return date.fromordinal(day).year if 0 < day <= date.max.toordinal() else None


def today() -> date:
    """The current date in UTC, which is what "today" means everywhere."""
    return datetime.now(UTC).date()


def babel_locale() -> Locale:
    """The active language as a Babel locale; English if Babel has none for it."""
    return _locale(get_language() or "en")


@lru_cache
def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")


# Pages repeat dates, and the words of a month take several look-ups of translations.
@lru_cache(maxsize=65536)
def _described(value: Edtf, _language: str | None) -> str:
    if not value.text:
        return _("date unknown")
    if value.is_open:
        return _("not ended")
    if match := _SET.fullmatch(value.text):
        first, last = (_words(_parse(part)) if part else "" for part in match.groups())
        if not first:
            return _("not later than %(date)s") % {"date": last}
        if not last:
            return _("%(date)s or later") % {"date": first}
        return _("between %(first)s and %(last)s") % {"first": first, "last": last}
    words = _words(value)
    if value.is_approximate:
        words = _("about %(date)s") % {"date": words}
    if value.is_uncertain:
        words = _("%(date)s (uncertain)") % {"date": words}
    return words


@lru_cache(maxsize=65536)
def _parse(text: str) -> Edtf:
    if not text or text == OPEN:
        return Edtf(text, None, None, Precision.NONE)
    if "/" in text:
        raise DateError(
            _("This field takes one date. Enter “from” and “until” as two dates, without “/”.")
        )
    if text.startswith("["):
        return _parse_set(text)
    match = _QUALIFIED.fullmatch(text)
    if not match:
        raise DateError(
            _(
                "“%(text)s” is not a date in EDTF. Write for example 2005, 2020-09, 1992-08-27, "
                "1992~ (about), 2023? (uncertain), [1990..1992] or [..1995]."
            )
            % {"text": text}
        )
    return Edtf(text, *_bounds(match["point"]))


def _parse_set(text: str) -> Edtf:
    match = _SET.fullmatch(text)
    if not match or not any(match.groups()):
        raise DateError(
            _("“%(text)s” is not a set of dates: write [1990..1992], [..1995] or [2020..].")
            % {"text": text}
        )
    earliest = _bounds(match["first"])[0] if match["first"] else None
    latest = _bounds(match["last"])[1] if match["last"] else None
    if earliest and latest and earliest > latest:
        raise DateError(_("In “%(text)s” the first date is later than the last.") % {"text": text})
    return Edtf(text, earliest, latest, Precision.SET)


def _bounds(point: str) -> tuple[date, date, Precision]:
    """First day, last day and precision of an unqualified point."""
    match = _POINT.fullmatch(point)
    if not match:
        raise DateError(
            _("“%(text)s” is not a date: write year, year-month or year-month-day in digits.")
            % {"text": point}
        )
    year, part, day = (int(digits) if digits else None for digits in match.groups())
    if year == 0:
        raise DateError(_("There is no year 0."))
    if part is None:
        return date(year, 1, 1), date(year, 12, 31), Precision.YEAR
    if day is None and part in _YEAR_PARTS:
        month, months, precision = _YEAR_PARTS[part]
        last = month + months - 1
        return date(year, month, 1), date(year, last, monthrange(year, last)[1]), precision
    if not 1 <= part <= 12:
        raise DateError(_("There is no month %(month)s.") % {"month": match["part"]})
    days = monthrange(year, part)[1]
    if day is None:
        return date(year, part, 1), date(year, part, days), Precision.MONTH
    if not 1 <= day <= days:
        raise DateError(
            _("%(month)s has no day %(day)s.")
            % {
                "month": format_skeleton("yMMMM", date(year, part, 1), locale=babel_locale()),
                "day": day,
            }
        )
    return date(year, part, day), date(year, part, day), Precision.DAY


def _later(day: date, months: int, days: int) -> date | None:
    """The day plus calendar months and then days; None after the year 9999."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > date.max.year:
        return None
    last = monthrange(year, month + 1)[1]
    try:
        return date(year, month + 1, min(day.day, last)) + timedelta(days=days)
    except OverflowError:
        return None


def _words(point: Edtf) -> str:
    """An unqualified point in words of the active language."""
    locale = babel_locale()
    match point.precision:
        case Precision.YEAR:
            return point.text[:4]
        case Precision.HALF:
            first = point.earliest.month == 1
            words = _("first half of %(year)s") if first else _("second half of %(year)s")
            return words % {"year": point.text[:4]}
        case Precision.QUARTER:
            return format_skeleton("yQQQQ", point.earliest, locale=locale)
        case Precision.MONTH:
            return format_skeleton("yMMMM", point.earliest, locale=locale)
        case _:
            return format_date(point.earliest, "long", locale=locale)


def _interval(start: Edtf, until: Edtf) -> tuple[str, str, str] | None:
    """Two plain days of one year, months of one year, or years, as CLDR writes an interval, with
    the months in full; None for any other dates."""
    first, last = start.earliest, until.earliest
    alike = start.precision == until.precision and start.is_definite and until.is_definite
    match start.precision:
        case Precision.YEAR:
            skeleton, differing = "y", "y"
        case Precision.MONTH if alike and first.year == last.year:
            skeleton, differing = "yMMM", "M"
        case Precision.DAY if alike and first.year == last.year:
            skeleton, differing = "yMMMd", "d" if first.month == last.month else "M"
        case _:
            return None
    locale = babel_locale()
    patterns = locale.interval_formats.get(skeleton, {}).get(differing, ())
    if not alike or len(patterns) != 2:
        return None
    texts = [
        parse_pattern(pattern.replace("MMM", "MMMM").replace("LLL", "LLLL")).apply(day, locale)
        for pattern, day in zip(patterns, (first, last), strict=True)
    ]
    words = texts[0].rstrip(" \u2009–-")
    return words, texts[0][len(words) :].replace("\u2009", " "), texts[1]
