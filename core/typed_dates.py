"""Dates as people write them, in English, Russian, Azerbaijani and Kazakh, read as EDTF."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from itertools import permutations
from unicodedata import category

from django.utils.translation import gettext as _

from core import date_words as words
from core.date_grammar import (
    between,
    follows,
    limits_of_periods,
    qualifier,
    readings,
    separated,
    spans,
)
from core.date_parts import Parts, parts, short_year, without_weekday
from core.dates import DateError, Edtf, Precision, wrong_weekday
from core.folding import fold

# Longer than any date in words; longer text is not parsed.
LONGEST = 120
# The last countries left the Julian calendar in the 1920s.
LAST_OLD_STYLE = 1930

_PERIODS = [re.compile(pattern) for pattern in (*words.PERIODS, *words.DASHED)]
_AND = re.compile(words.AND)
_SHORT_DECADE = re.compile(
    r"(?<![0-9])[0-9]0(?:'?s|-?[ех]|-?ые|-?ых|-c[iu] iller\w*|-?(?:шы|ши)?[ -]?жылдар\w*)(?!\w)"
    r"(?!.*[0-9]{4})"
)
_CENTURY, _BEFORE_OUR_ERA, _FISCAL, _WEEK = map(
    re.compile, (words.CENTURY, words.BEFORE_OUR_ERA, words.FISCAL, words.WEEK)
)
_STYLES = {
    style: re.compile(rf"[(\[](?:{pattern})\.?[)\]]|(?<!\w)(?:{pattern})(?!\w)\.?")
    for style, pattern in (("old", words.OLD_STYLE), ("new", words.NEW_STYLE))
}
_BRACKETED = re.compile(
    r"(?P<first>[^()\[\]/]+)[(\[](?P<last>[^()\[\]/]+)[)\]](?P<tail>[^()\[\]/]*)"
)
_SLASHED = re.compile(r"(?P<first>[^/]+)/(?P<last>[^/]+)(?P<tail>)")

# The form of Russian and Kazakh documents: «27» августа 1992 года.
_QUOTED_DAY = re.compile('["«„]\\s?([0-9]{1,2})\\s?["»]')
_SHORTENED = re.compile(r"(?<![0-9])'[0-9]{2}(?![0-9])")
_DOTS = re.compile(r"(?<=[^\s.])\s?\.{2,}\s?(?=[^\s.]|$)")
_DASH = re.compile(r"(?<=[0-9])\s*[‒–—―]\s*(?=[0-9])")
# The second number is a month or the last digits of a year.
_MONTH_OR_YEARS = re.compile("[0-9]{4}/[0-9]{1,2}")
_YEARS_BEFORE_2000 = re.compile("[01][0-9]{3}-[0-9]{2}")
_SIGN = re.compile(r"(?:[+-]|\.\.)\s*\.?[0-9]")


@dataclass(frozen=True, slots=True)
class Offer:
    """One reading of a typed date, with its words in the active language.

    `until` is the end of a period, which takes two fields. `note` says what the date leaves out.
    """

    date: Edtf
    words: str
    until: Edtf | None = None
    note: str = ""

    @property
    def is_day(self) -> bool:
        """Whether it is one certain day."""
        return self.date.precision == Precision.DAY and self.date.is_definite and not self.until

    def __str__(self):
        dates = " – ".join(map(input_text, filter(None, (self.date, self.until))))
        return f"{dates} ({self.words})"


def input_text(value: Edtf) -> str:
    """The text that is read as this date only: EDTF, but "1939-H2" for 1939-41."""
    if not _may_be_years(value):
        return str(value)
    year, code = value.text.split("-")
    return f"{year}-H{int(code) - 39}" if code >= "40" else f"{year}-Q{int(code) - 32}"


def _may_be_years(value: Edtf) -> bool:
    """Whether EDTF for a quarter or half is also how people write two years: 1939-41. In this
    century, such years would be after 2032."""
    is_part = value.precision in (Precision.QUARTER, Precision.HALF)
    return (
        is_part
        and bool(_YEARS_BEFORE_2000.fullmatch(value.text))
        and value.text[5:] > value.text[2:4]
    )


def typed(text: str) -> list[Offer]:
    """The readings of a date as people write it, the likeliest first; empty if not understood.

    EDTF is read as it is; 1939-41 also as two years. If day and month are numbers, the day comes
    first. Output of `Edtf.describe` in any of the four languages, for years from 1000, is read back
    with the same bounds. Raises DateError, and nothing else, for a date that does not exist or
    cannot be stored.
    """
    # A right-to-left override shows the digits in another order.
    if len(text) > LONGEST or not text.strip() or "\u202e" in text:
        return []
    offers = []
    with suppress(DateError):
        offers = [_offer(Edtf.parse(text))]
        if not _may_be_years(offers[0].date):
            return offers
    if strange := [letter for letter in text if category(letter) == "No"]:
        raise DateError(_("“%s” is not a plain digit: write the number in 0–9.") % strange[0])
    # A dash between numbers and dots mean "to"; elsewhere people use a dash as a hyphen.
    text = fold(_DASH.sub(" - ", text))
    text = _DOTS.sub(" - ", text).strip(" ,;")
    text = text if text.startswith("..") else text.strip(" .,;")
    _refuse(text)
    text = _QUOTED_DAY.sub(r"\1", text)
    if styled := _styled(text):
        return [styled]
    may_be_years = bool(offers) or _MONTH_OR_YEARS.fullmatch(text)
    offers += [_offer(value) for value in dict.fromkeys(readings(text))]
    if not offers or may_be_years:
        found = (offer for period in _periods(text) for offer in _period_offers(*period))
        offers += dict.fromkeys(found)
    return offers or [_offer(value) for value in dict.fromkeys(limits_of_periods(text))]


def _offer(value: Edtf) -> Offer:
    return Offer(value, value.describe())


def _period_offers(start: Edtf, end: Edtf) -> Iterator[Offer]:
    """A period, or an unknown day within it."""
    said = _("from %(start)s until %(end)s") % {"start": start.describe(), "end": end.describe()}
    if end.is_open:
        said = _("since %(start)s, not ended") % {"start": start.describe()}
        yield Offer(start, said, until=end)
        return
    sometime = between(start, end)
    yield Offer(start, said, until=end)
    yield _offer(sometime)


def _refuse(text: str) -> None:
    """Raise DateError for what no date of ours can say, with the reason."""
    if _FISCAL.search(text):
        raise DateError(
            _(
                "Fiscal years start in different months. Give the first and the last month of this "
                "one, such as [1992-04..1993-03]."
            )
        )
    if _WEEK.search(text):
        raise DateError(_("Weeks cannot be read. Give the first and the last day."))
    if _CENTURY.search(text):
        raise DateError(
            _(
                "A century is too long for a date, and sources count it differently. Give the "
                "years that the source supports, such as [1801..1900]."
            )
        )
    if _BEFORE_OUR_ERA.search(text):
        raise DateError(_("Dates must be in the years 1 to 9999."))
    if _SIGN.match(text):
        raise DateError(
            _(
                "A date cannot start with a sign. Write “until” before an end; years before the "
                "year 1 cannot be stored."
            )
        )
    if _SHORTENED.search(text) or _SHORT_DECADE.search(text):
        raise short_year()


@cache
def _weekday_pairs() -> list[re.Pattern]:
    """Two weekdays before or after two days: 7–8 July 2015 (Tuesday–Wednesday)."""
    one, other = (rf"(?P<{place}>{words.weekday_pattern()})" for place in ("one", "other"))
    pair = rf"{one}\s?-\s?{other}"
    return [
        re.compile(rf"{pair}[,\s]+(?P<rest>.+)"),
        re.compile(rf"(?P<rest>.+?)(?:[.,\s]+|\s\(){pair}\)?"),
    ]


def _with_weekdays(text: str) -> str:
    """Text of a period with its two weekdays, if it has them, before its two days."""
    for pattern in _weekday_pairs():
        if match := pattern.fullmatch(text):
            sign = " - " if " - " in match["rest"] else "-"
            first, sign, last = match["rest"].partition(sign)
            return f"{match['one']} {first} - {match['other']} {last}" if sign else text
    return text


def _periods(text: str) -> list[tuple[Edtf, Edtf]]:
    """The readings of folded text as a period: its start and its end."""
    text = _with_weekdays(text)
    for pattern in _PERIODS:
        if (match := pattern.fullmatch(text)) and (found := spans(match["first"], match["last"])):
            return found
    if found := separated(text):
        return found
    if match := _AND.fullmatch(text):
        days = spans(match["first"], match["last"])
        return [span for span in days if follows(*span) and span[1].precision == Precision.DAY]
    return []


def _styled(text: str) -> Offer | None:
    """The New Style day of text that gives it in both styles, or names the style:
    25 October (7 November) 1917. None for any other text.

    Raises DateError if two days in one text are not the same day, or if it is on another weekday.
    """
    marked = {style for style, pattern in _STYLES.items() if pattern.search(text)}
    for pattern in _STYLES.values():
        text = pattern.sub(" ", text)
    weekday, text = without_weekday(text.strip(" .,;"))
    found = _new_style_day(text, marked)
    if found and weekday is not None and found.date.earliest.weekday() != weekday:
        raise wrong_weekday(found.date, weekday)
    return found


def _new_style_day(text: str, marked: set[str]) -> Offer | None:
    """The New Style day of text without the weekday and the names of styles, `marked`."""
    for pattern in (_BRACKETED, _SLASHED):
        if match := pattern.fullmatch(text):
            given = [parts(match[name]) for name in ("first", "last")]
            tail = parts(match["tail"]) if match["tail"].strip(" .") else Parts()
            if None in given or tail is None or not all(one.day for one in given):
                continue
            # One weekday is enough for one day.
            if any(one.weekday is not None for one in given):
                return None
            days = [one.completed(tail) for one in given]
            # Later days with a slash between them are a period, unless a style is named.
            if pattern is _SLASHED and not marked and (days[1].year or 0) > LAST_OLD_STYLE:
                return None
            return _same_day(*days, pattern is _BRACKETED, bool(marked))
    sign, text = qualifier(text)
    day = parts(text) if len(marked) == 1 else None
    if day is None or None in (day.year, day.month, day.day) or day.weekday is not None:
        return None
    return _old_style(day, sign) if marked == {"old"} else _offer(_signed(day.date, sign))


def _same_day(one: Parts, other: Parts, must_be: bool, is_marked: bool) -> Offer | None:
    """Two dates as the same day in Old and in New Style, or, if no style is marked, written twice;
    None or DateError if they are not."""
    days = [one.completed(other), other.completed(one)]
    if any(None in (day.year, day.month) for day in days):
        return None
    if must_be and not is_marked and days[0] == days[1]:
        return _offer(days[0].date)
    # The year may turn between the two: 6 January 1900 (25 December).
    turned = [
        replace(day, year=day.year + {12: -1, 1: 1}.get(day.month, 0))
        if given.year is None
        else day
        for day, given in zip(days, (one, other), strict=True)
    ]
    for old, new in (*permutations(days), *permutations(turned)):
        # 29 February 1900 is a day in the old style only.
        with suppress(DateError):
            if _new_style(old) == new.date:
                return _old_style(old)
    if must_be:
        raise DateError(
            _("%(one)s and %(other)s are not one day in two calendars. Write the one you mean.")
            % {"one": _julian_words(days[0]), "other": _julian_words(days[1])}
        )
    return None


def _old_style(old: Parts, sign: str = "") -> Offer:
    """The New Style day of an Old Style one, which the note names."""
    new = _signed(_new_style(old), sign)
    note = _("Old Style: %(date)s. Keep it in “as stated”.") % {"date": _julian_words(old)}
    return Offer(new, new.describe(), note=note)


def _signed(day: Edtf, sign: str) -> Edtf:
    return Edtf.parse(f"{day}{sign}")


def _is_julian_only(day: Parts) -> bool:
    """Whether it is 29 February of a century that has no leap year in the Gregorian calendar."""
    return (day.month, day.day) == (2, 29) and day.year % 100 == 0 and day.year % 400 != 0


def _new_style(old: Parts) -> Edtf:
    """A day of the Julian calendar in the Gregorian one."""
    extra = _is_julian_only(old)
    year = old.year - (old.month < 3)
    day = replace(old, day=old.day - extra).date
    new = day.plus(days=year // 100 - year // 400 - 2 + extra)
    if not new:
        raise DateError(_("Dates must be in the years 1 to 9999."))
    return new


def _julian_words(day: Parts) -> str:
    """A day of either calendar in words of the active language."""
    if not _is_julian_only(day):
        return day.date.describe()
    # Babel knows Gregorian days only. The year of such a day ends with 00 and cannot contain 28.
    return replace(day, day=28).date.describe().replace("28", "29")
