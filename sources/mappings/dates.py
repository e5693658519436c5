"""The dates in the cells of a mapped list: several formats, words, and periods in one cell."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from django.utils.translation import gettext as _

from core.dates import DateError, Edtf
from core.folding import fold
from core.rows import RowError
from sources.list_dates import (
    AmbiguousDate,
    DateFormat,
    Firsts,
    Stamp,
    date_error,
    date_in_words,
    span_in_words,
    timestamp,
)
from sources.list_languages import months_in
from sources.mappings.keys import WORDS

# What may stand between two dates in a format: the formats decide which one does.
_BETWEEN = re.compile(r"\s*[-–—/]\s*|\s+(?:to|until|till|bis|do|по|до)\s+", re.IGNORECASE)
# Whole numbers, also as spreadsheets write them: 5.0.
_WHOLE = re.compile(r"([0-9]{1,4})(?:\.0+)?")


# How many different texts of a field are remembered with their dates.
REMEMBERED = 16384


class NotInFormat(Exception):
    """A cell is in none of the formats of its field."""


class DateReader:
    """Reads the dates of one field, in its formats, and in words if it has none or names WORDS.

    `language` is that of the list, for the names of months. Raises FileError for a format that
    cannot be used.
    """

    def __init__(self, formats: Iterable[str] = (), language: str = ""):
        formats = tuple(formats)
        self.language = language
        self.formats = [DateFormat(form, language) for form in formats if form != WORDS]
        self.in_words = not formats or WORDS in formats
        # Most dates of a list are in many rows.
        self.stamp = lru_cache(maxsize=REMEMBERED)(self._stamp)
        self.span = lru_cache(maxsize=REMEMBERED)(self._span)
        self.may_have_times = self.in_words or any(form.has_time for form in self.formats)

    @classmethod
    def of(cls, content: Mapping, name: str) -> "DateReader":
        """The reader of a field of a mapping."""
        formats = content.get("formats", {}).get(name, ())
        formats = (formats,) if isinstance(formats, str) else formats
        return cls(formats, content.get("language", ""))

    @property
    def named(self) -> str:
        return " · ".join(form.form for form in self.formats)

    def _stamp(self, text: str) -> Stamp | None:
        """The date in one of the formats, or with a time; None for any other text.

        Raises AmbiguousDate if two formats read different dates, and DateError if it is not a date.
        """
        found, problem = {}, None
        for form in self.formats:
            try:
                if stamp := form.read(text):
                    found[stamp.date] = stamp
            except DateError as error:
                problem = problem or error
        if len(found) > 1:
            words = _("“%(text)s” can mean: %(readings)s. Declare one format.")
            readings = " · ".join(map(str, found))
            raise AmbiguousDate(words % {"text": text, "readings": readings})
        if not found and problem:
            raise problem
        return next(iter(found.values()), None) or (timestamp(text) if self.in_words else None)

    def date(self, text: str, firsts: Firsts | None = None) -> Edtf:
        """The date in a text, blank in blank text; `firsts` are the times of its column.

        Raises DateError, or NotInFormat if the field has formats only.
        """
        if not text:
            return Edtf.parse("")
        if stamp := self.stamp(text):
            return firsts.supported(stamp) if firsts else stamp.date
        if not self.in_words:
            raise NotInFormat
        return date_in_words(text, self.language)

    def _span(self, text: str) -> tuple[Edtf, Edtf]:
        """The start and the end in a text that may give both; the end of one date is unknown."""
        unknown = Edtf.parse("")
        if not text:
            return unknown, unknown
        if stamp := self.stamp(text):
            return stamp.date, unknown
        pairs = set()
        for match in _BETWEEN.finditer(text) if self.formats else ():
            try:
                ends = [self.stamp(part) for part in (text[: match.start()], text[match.end() :])]
            except DateError:
                continue
            if all(ends):
                pairs.add((ends[0].date, ends[1].date))
        if len(pairs) == 1:
            return pairs.pop()
        if not self.in_words:
            raise NotInFormat
        return span_in_words(text, self.language)

    def parts(self, cells: dict[str, tuple[str, str]]) -> Edtf:
        """The date whose year, month and day are in cells: (column, text) by the part's name.

        Zeros and blank cells are unknown. Raises RowError at the column of a wrong part.
        """
        numbers = {name: self._part(name, *cell) for name, cell in cells.items()}
        year, month, day = (numbers.get(name, 0) for name in ("year", "month", "day"))
        if not year and (month or day):
            raise RowError(cells["year"][0], _("a date needs its year"))
        if day and not month:
            raise RowError(cells["month"][0], _("a day needs its month"))
        text = "-".join(f"{number:0{width}}" for number, width in
                        ((year, 4), (month, 2), (day, 2)) if number)  # fmt: skip
        try:
            return Edtf.parse(text)
        except DateError as error:
            column = cells.get("day" if day else "month" if month else "year", ("",))[0]
            raise date_error(column, text, error) from error

    def _part(self, name: str, column: str, text: str) -> int:
        """A year, month or day as a number, 0 for an unknown one."""
        if not text:
            return 0
        match = _WHOLE.fullmatch(text)
        if match and (name == "year") <= (len(match[1]) == 4 or not int(match[1])):
            return int(match[1])
        named = name == "month" and months_in(self.language).get(fold(text).rstrip("."), 0)
        if not named:
            words = {
                "year": _("this is not a year of four digits"),
                "month": _("this is not a month"),
                "day": _("this is not a day"),
            }
            raise RowError(column, words[name], text[:60])
        return named
