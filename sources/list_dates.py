"""Dates in the cells of lists: formats that leave nothing to guess, and the precision they support.

Many databases store a month or year as midnight on its first day. A column of timestamps that are
mostly such firsts states months and years, not days.
"""

import re
from collections import Counter
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from core.date_words import month_names, weekday_names
from core.dates import DateError, Edtf, Precision, wrong_weekday
from core.folding import fold, visible
from core.rows import FileError

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
# Firsts of a month are one day in thirty, and 1 January is one first in twelve.
MOSTLY, MOSTLY_JANUARY = 1 / 2, 1 / 4


class DateFormat:
    """A format with the directives of strptime, for whole cells.

    Raises FileError if a date in it would be incomplete or a guess: two digits for the year, no
    year, a week, the locale's own format.
    """

    def __init__(self, form: str):
        self.form = form
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

    def read(self, text: str) -> tuple[Edtf, bool] | None:
        """The date in a cell, and whether its time is the midnight that starts the day; None in
        another format.

        Day or month 00 is unknown. Raises DateError for a date or time that does not exist, and
        for a day on another weekday.
        """
        match = self.pattern.fullmatch(visible(text))
        found = match.groupdict() if match else {}
        month = found.get("month") or month_names().get(fold(found.get("name") or ""), "")
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
        return date, self._is_midnight(found)

    def _is_midnight(self, found: dict[str, str | None]) -> bool:
        """Whether the time of day is the midnight that starts the day, not 24:00, which ends it.

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
        starts_day = hour in (0, 12) and half == "a" or hour == 0 and not half
        return self.has_time and starts_day and not within_hour


@dataclass
class Firsts:
    """Counts the timestamps of a column, and how many are midnight on a first day."""

    counts: Counter = field(default_factory=Counter)

    def add(self, date: Edtf, midnight: bool) -> None:
        first = midnight and date.text.endswith("-01") and len(date.text) == 10
        self.counts.update(all=1, firsts=first, january=first and date.text.endswith("-01-01"))

    @property
    def are_months(self) -> bool:
        return self.counts["firsts"] > self.counts["all"] * MOSTLY

    @property
    def are_years(self) -> bool:
        """Whether 1 January stands for the year."""
        return self.are_months and self.counts["january"] > self.counts["firsts"] * MOSTLY_JANUARY

    def supported(self, date: Edtf, midnight: bool) -> Edtf:
        """The date as precise as the column supports: a first at midnight as its month or year."""
        if not midnight or not self.are_months:
            return date
        return first_as_period(date, january_is_year=self.are_years)


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
