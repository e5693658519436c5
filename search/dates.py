"""Dates and years in queries. Entries state dates in English, for example "11 March 2024"."""

import re
from collections.abc import Iterator
from functools import cache

from babel.dates import get_month_names

from core.date_words import LANGUAGES
from search.index import YEAR_SIZES
from search.match import Filter, Match, any_of, token
from search.words import key

# A day or month in the order of ISO 8601, or a day in that of most countries of the region.
_DATE = re.compile(
    r"(?P<year>\d{4})-(?P<month>0?[1-9]|1[0-2])(?:-(?P<day>\d{1,2}))?|"
    r"(?P<first>\d{1,2})\.(?P<second>0?[1-9]|1[0-2])\.(?P<last>\d{4})"
)
_ENGLISH = get_month_names("wide", locale="en")
# The years of ranges without a first or last year.
_FIRST_YEAR, _LAST_YEAR = 1, 2999


def in_words(text: str) -> str:
    """A date in figures in words: "2024-03-11" and "11.03.2024"; empty for anything else."""
    if not (found := _DATE.fullmatch(text)):
        return ""
    day, month = found["day"] or found["first"], found["month"] or found["second"]
    parts = (day and str(int(day)), _ENGLISH[int(month)], found["year"] or found["last"])
    return " ".join(filter(None, parts))


@cache
def months() -> dict[str, str]:
    """The keys of the English names of months, by their names in the four languages in small
    letters.

    Keys of these would not do: that of "қазан" is also that of Kazan. Nor would the declined and
    short forms of core.date_words.month_names, some of which are names: Maya.
    """
    return {
        name.lower(): key(_ENGLISH[number])
        for language in LANGUAGES
        for context in ("stand-alone", "format")
        for number, name in get_month_names("wide", context, language).items()
    }


def within_years(first: str | None, last: str | None) -> Match | None:
    """Entries that possibly fall into the years from first to last; None if the range is empty."""
    if not (first or last):
        return None
    start, end = int(first or _FIRST_YEAR), int(last or max(_LAST_YEAR, int(first or 0)))
    if start > end:
        return None
    return any_of(Filter(one) for one in year_tokens(start, end))


def year_tokens(first: int, last: int) -> Iterator[str]:
    """The fewest tokens of years, tens and hundreds that together are the years from first to
    last."""
    while first <= last:
        size, name = next(
            (size, name)
            for size, name in reversed(YEAR_SIZES)
            if first % size == 0 and first + size - 1 <= last
        )
        yield token(name, first // size)
        first += size
