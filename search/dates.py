"""Dates in queries, as entries state them: in English, for example "11 March 2024"."""

import re
from functools import cache

from babel.dates import get_month_names

from search.words import key

# A day or month in the order of ISO 8601, or a day in that of most countries of the region.
_DATE = re.compile(
    r"(?P<year>\d{4})-(?P<month>0?[1-9]|1[0-2])(?:-(?P<day>\d{1,2}))?|"
    r"(?P<first>\d{1,2})\.(?P<second>0?[1-9]|1[0-2])\.(?P<last>\d{4})"
)
_ENGLISH = get_month_names("wide", locale="en")
# The languages of queries, besides English.
_LANGUAGES = ("az", "kk", "ru")


def in_words(text: str) -> str:
    """A date in figures in words: "2024-03-11" and "11.03.2024"; empty if it is none."""
    if not (found := _DATE.fullmatch(text)):
        return ""
    day, month = found["day"] or found["first"], found["month"] or found["second"]
    parts = (day and str(int(day)), _ENGLISH[int(month)], found["year"] or found["last"])
    return " ".join(filter(None, parts))


@cache
def months() -> dict[str, str]:
    """The keys of names of months in other languages, with those in English."""
    return {
        key(name): key(_ENGLISH[number])
        for language in _LANGUAGES
        for context in ("stand-alone", "format")
        for number, name in get_month_names("wide", context, language).items()
    }
