"""The parts of a date that folded text gives, in digits or words of four languages."""

import re
from dataclasses import dataclass, replace
from functools import cache

from django.utils.translation import gettext as _

from core import date_words as words
from core.dates import DateError, Edtf, wrong_weekday

YEARS = re.compile(rf"(?:{words.YEARS})$")
_SEASONS = {month: re.compile(names) for month, names in words.SEASONS.items()}
_FIGURES = re.compile(r"(?P<before>[^0-9]*?)(?P<figures>[0-9][0-9\s./-]*[0-9])(?P<after>[^0-9]*)")
_TRAILING = re.compile(r"(?P<date>.*[0-9])\s*(?P<word>[^\W\d_]+)\.?")
_YEAR_FIRST = re.compile(r"([0-9]{4})\s?([-./])\s?([0-9]{1,2})\s?\2\s?([0-9]{1,2})")
_YEAR_LAST = re.compile(r"([0-9]{1,2})\s?([-./])\s?([0-9]{1,2})\s?\2\s?([0-9]{4})")
_YEAR_AND_MONTH = re.compile(r"(?P<year>[0-9]{4})(?P<sign>[-./])(?P<month>[0-9]{1,2})")
_MONTH_AND_YEAR = re.compile(r"(?P<month>[0-9]{1,2})[-./](?P<year>[0-9]{4})")
_SHORT_YEAR = re.compile(r"[0-9]{1,2}\s?([-./])\s?[0-9]{1,2}\s?\1\s?[0-9]{2}")
# As in data sets: 2024-S1, 2024M01.
_SEMESTER = re.compile(r"([0-9]{4})-?s([12])")
_NUMBERED_MONTH = re.compile(r"([0-9]{4})\s?-?m([0-9]{1,2})")
_WITH_SLASHES = re.compile(r"([0-9]{1,2})/([^\W\d_]+)/([0-9]{4})")
_ROMAN_DAY = re.compile(r"(?P<day>[0-9]{1,2})[\s./]?(?P<month>[ivxихі]+)")
_DAY_AND_MONTH = re.compile(r"(?P<day>[0-9]{1,2})(?:\.(?P<month>[0-9]{1,2}))?\.?")
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
    """The parts of a date that a text gives, with the weekday of a day (Monday is 0); `date` raises
    DateError if it does not exist or is on another weekday."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None

    def completed(self, other: "Parts") -> "Parts":
        """These parts, with the year and month of the other date where this one lacks them."""
        month = other.month if self.month is None and self.day else self.month
        return replace(self, year=other.year if self.year is None else self.year, month=month)

    @property
    def date(self) -> Edtf:
        # In EDTF a second number above 12 is a part of the year; in a typed date it is a mistake.
        if self.month is not None and not 1 <= self.month <= 12:
            raise DateError(_("There is no month %(month)s.") % {"month": f"{self.month:02}"})
        rest = (f"-{part:02}" for part in (self.month, self.day) if part is not None)
        found = Edtf.parse(f"{self.year:04}" + "".join(rest))
        if self.weekday is not None and found.earliest.weekday() != self.weekday:
            raise wrong_weekday(found, self.weekday)
        return found


def existing(found: list[Parts]) -> list[Edtf]:
    """The dates of these parts that exist. Raises DateError if none of them does."""
    dates, errors = [], []
    for one in found:
        try:
            dates.append(one.date)
        except DateError as error:
            errors.append(error)
    if errors and not dates:
        raise errors[0]
    return dates


@cache
def _weekday_patterns() -> list[re.Pattern]:
    name = rf"(?P<name>{words.weekday_pattern()})(?:\.| gunu| куни)?"
    return [
        re.compile(rf"(?:on |в |во )?{name}[,\s]+(?P<rest>.*[0-9].*)"),
        re.compile(rf"(?P<rest>.*[0-9].*?)(?:[.,\s]+|\s\(){name}\)?"),
    ]


def without_weekday(text: str) -> tuple[int | None, str]:
    """The weekday that text starts or ends with, from Monday, 0, and the rest of the text."""
    for pattern in _weekday_patterns():
        if match := pattern.fullmatch(text):
            return words.weekday_names()[match["name"]], match["rest"].strip(" .,;")
    return None, text


def whole_dates(text: str) -> list[Parts]:
    """The readings of a year, month or day, in digits or words. It may not exist."""
    weekday, text = without_weekday(text)
    found = _plain_days(text)
    return found if weekday is None else [replace(day, weekday=weekday) for day in found if day.day]


def _plain_days(text: str) -> list[Parts]:
    text = _NUMBER_ENDING.sub(" ", text).strip()
    if (match := _TRAILING.fullmatch(text)) and match["word"] in words.FILLERS:
        text = match["date"]
    if found := _roman(text):
        return [found]
    if match := _NUMBERED_MONTH.fullmatch(text):
        return [_given(match[1], match[2])]
    text = _WITH_SLASHES.sub(r"\1 \2 \3", text)
    match = _FIGURES.fullmatch(text)
    is_figures = match and is_filler(match["before"], match["after"])
    if is_figures and (found := _in_figures(match["figures"])):
        return found
    found = _parts_in_words(_tokens(text))
    is_whole = found and found.year is not None and (found.month or not found.day)
    return [found] if is_whole else []


def is_filler(*texts: str) -> bool:
    return all(word in words.FILLERS for text in texts for word in _TOKEN.findall(text))


def _roman(text: str) -> Parts | None:
    """A date whose month is a Roman number: 27.VIII.1992."""
    match = _ROMAN.fullmatch(text)
    month = match and _roman_month(match["month"])
    if not month:
        return None
    before, after = (re.findall("[0-9]+", match[name]) for name in ("before", "after"))
    numbers, signs = sorted(before + after, key=len), re.search("[./-]", match[0])
    if len(before) > 1 or len(after) > 1 or not numbers or len(numbers[-1]) != 4:
        return None
    if len(numbers) == 1 and not signs or len(numbers) == 2 and len(numbers[0]) > 2:
        return None
    return _given(numbers[-1], month, *numbers[:-1])


def _roman_month(text: str) -> int | None:
    """The month of a Roman number, in Latin letters or in Cyrillic ones that look the same."""
    plain = text.translate(str.maketrans("ихі", "ixi"))
    return words.ROMAN.index(plain) + 1 if plain in words.ROMAN else None


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
        # 2010/11 is a month or two years; 1914-18 is two years only, which are a period.
        most = 99 if match["sign"] == "." else 12
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
    weekday, text = without_weekday(text.strip(" .,;"))
    if match := _DAY_AND_MONTH.fullmatch(text):
        found = [Parts(None, match["month"] and int(match["month"]), int(match["day"]))]
    elif (match := _ROMAN_DAY.fullmatch(text)) and (month := _roman_month(match["month"])):
        found = [Parts(None, month, int(match["day"]))]
    elif in_words := _parts_in_words(_tokens(text)):
        found = [in_words]
    else:
        found = _plain_days(text)
    if len(found) != 1 or weekday is not None and not found[0].day:
        return None
    return replace(found[0], weekday=weekday)


def part_of_year(text: str) -> list[Edtf]:
    """A quarter, half or season of a year, by number or in words."""
    tokens = _tokens(_SEMESTER.sub(r"\1 h\2", text))
    said = {token for token in tokens if not token.isdecimal()}
    years = [token for token in tokens if token.isdecimal() and len(token) == 4]
    numbers = [token for token in tokens if token.isdecimal() and len(token) != 4]
    second = [*years[1:], *numbers]
    season = said - words.SEASON_WORDS - {"/", "-"}
    if second:
        season = {word for word in season if not YEARS.fullmatch(word)}
    if years and (found := _season(years[0], second, season)):
        return found
    which = [int(number) for number in numbers if len(number) < 3]
    which = which or [words.ORDINALS[word] for word in said if word in words.ORDINALS]
    names = said - words.FILLERS - set(words.ORDINALS) - {"/", ":"}
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


def is_season(text: str) -> bool:
    return any(names.fullmatch(word) for word in _tokens(text) for names in _SEASONS.values())


def short_year() -> DateError:
    return DateError(_("Write the year with four digits: two do not say which century."))
