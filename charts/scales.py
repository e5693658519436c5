"""Scales from numbers, days and years to positions in a drawing, and their round ticks."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from math import ceil, floor

from django.utils.translation import gettext as _


def round_steps(unit: Decimal | int = 1) -> Iterator[Decimal | int]:
    """1, 2, 5, 10, 20, 50 ... times the unit."""
    while True:
        yield from (unit, 2 * unit, 5 * unit)
        unit *= 10


def round_step(span: Decimal | int, most: int, unit: Decimal | int = 1) -> Decimal | int:
    """The smallest round step of which at most `most` cover the span."""
    return next(step for step in round_steps(unit) if step * most >= span)


def round_values(low: Decimal, high: Decimal, most: int = 5) -> list[Decimal]:
    """Round values in about `most` steps that enclose zero and the range from low to high."""
    low, high = min(low, Decimal()), max(high, Decimal())
    if low == high:
        high = Decimal(1)
    span = high - low
    step = round_step(span, most, Decimal(1).scaleb((span / most).adjusted()))
    return [step * number for number in range(floor(low / step), ceil(high / step) + 1)]


def round_years(first: int, last: int, most: int) -> list[int]:
    """At most `most` round years from first to last; all years if they are few."""
    step = round_step(last - first + 1, most)
    return list(range(-(-first // step) * step, last + 1, step))


def round_months(months: range, most: int) -> list[int]:
    """At most `most` of these months, counted from the year 0, at round distances: all of them,
    or every second, third, sixth, or the January of every year, second year ..."""
    steps = (1, 2, 3, 6, *(12 * step for step in range(1, len(months) // 12 + 2)))
    step = next(step for step in steps if len(months) <= step * most)
    return [month for month in months if month % step == 0]


def in_years(day: date) -> float:
    """A day as a number of years: 1 January 2005 is 2005."""
    return round(day.year + (day.timetuple().tm_yday - 1) / 366, 3)


def years_in_words(bounds: tuple[int, int]) -> str:
    """Years from first to last: "2005", "2005–2009"."""
    first, last = bounds
    return str(first) if first == last else f"{first}–{last}"


def year_ranges(years: Iterable[int]) -> list[str]:
    """Years as ranges, in order: "1992", "1996–2004", "2006–14". The end of a range within one
    century has two digits."""
    found, rows = [], sorted(set(years))
    for _shift, group in groupby(enumerate(rows), key=lambda pair: pair[1] - pair[0]):
        run = [year for _place, year in group]
        first, last = run[0], run[-1]
        short = first >= 1000 and first // 100 == last // 100
        end = f"{last % 100:02}" if short else str(last)
        found.append(str(first) if first == last else f"{first}–{end}")
    return found


@dataclass(frozen=True, slots=True)
class Linear:
    """Maps the values from low to high to a line from start to end, in the units of the drawing.

    Values outside are placed at the edge; if low equals high, all are placed at the end.
    """

    low: Decimal | float
    high: Decimal | float
    start: float
    end: float
    digits: int = 1

    def __call__(self, value: Decimal | float) -> float:
        span = self.high - self.low
        share = min(max(float((value - self.low) / span), 0), 1) if span else 1
        return round(self.start + share * (self.end - self.start), self.digits)


@dataclass(frozen=True, slots=True)
class Tick:
    """A year at its position; minor ticks are left out if there is little room."""

    year: int
    x: float
    minor: bool


@dataclass(frozen=True, slots=True)
class YearAxis:
    """The years from first to last across a drawing, in per cent of its width.

    They are grouped into at most `most` bins of `step` years, which begin at round years.
    """

    first: int
    last: int
    most: int = 60

    @property
    def step(self) -> int:
        first, last, most = self.first, self.last, self.most
        return next(step for step in round_steps() if last // step - first // step < most)

    def bin(self, year: int) -> tuple[int, int]:
        """The first and last year of the bin of a year."""
        start = year // self.step * self.step
        return max(start, self.first), min(start + self.step - 1, self.last)

    def bins(self) -> list[tuple[int, int]]:
        return sorted({self.bin(year) for year in range(self.first, self.last + 1)})

    def x(self, at: float) -> float:
        """The position of a moment; 2005 is the beginning of that year."""
        return Linear(self.first, self.last + 1, 0, 100, digits=3)(at)

    def place(self, bounds: tuple[int, int]) -> tuple[float, float]:
        """The x and width of the years from first to last."""
        x = self.x(bounds[0])
        return x, round(self.x(bounds[1] + 1) - x, 3)

    @property
    def ticks(self) -> tuple[Tick, ...]:
        return tuple(
            Tick(year, self.x(year + 0.5), bool(place % 2))
            for place, year in enumerate(round_years(self.first, self.last, 10))
        )


def counts_in_words(certain: int, possible: int) -> str:
    """A certain and a possible count: "3", "possibly 2", "3 and possibly 2"."""
    if not possible:
        return str(certain)
    if not certain:
        return _("possibly %d") % possible
    return _("%(sure)d and possibly %(possible)d") % {"sure": certain, "possible": possible}
