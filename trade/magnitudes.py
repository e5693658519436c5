"""Values whose scale is wrong: a thousand or a million times off the values beside them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain
from math import inf
from typing import TYPE_CHECKING

from core.dates import Precision
from trade.units import ENDED, INTRODUCED, MONEY, Unit

if TYPE_CHECKING:  # the models import this module
    from trade.models import Figure

# The factors of a wrong scale, and how many times a ratio may be above or below each: values also
# really change, so the smallest factor has the least room.
FACTORS = {1_000: 5, 1_000_000: 10, 1_000_000_000: 10}
# Smaller amounts of money really change a hundredfold from year to year.
LEAST = 100_000
# How many years apart two values of a series may be to be compared, if none lies between them.
YEARS = 3
# How many periods of each kind a year has.
PARTS = {Precision.HALF: 2, Precision.QUARTER: 4, Precision.MONTH: 12}


def out_of_scale(figures: Iterable["Figure"]) -> Iterator[tuple["Figure", list["Figure"]]]:
    """The figures that are about a thousand or a million times off, each with those that it is
    off: other statements of the same period, and the nearest ones before and after.

    Values of all reporters, valuations and sources are compared, but only of the same unit, goods
    and length of period. Of two values that differ, the one that differs from more others beside
    it, then from more in the series, is found; of two alone, the one that was recorded last.
    """
    series = defaultdict(lambda: defaultdict(list))
    for figure in figures:
        if figure.value and figure.period.year is not None and figure.unit != Unit.PERCENT:
            parts = _parts_of_year(figure)
            series[parts, *_series(figure)][_place(figure, parts)].append(figure)
    for (parts, *_key), periods in series.items():
        while found := _most_off(periods, YEARS * parts):
            yield found
            place = _place(found[0], parts)
            periods[place].remove(found[0])
            if not periods[place]:
                del periods[place]


def published_out_of_scale(figure: "Figure") -> list["Figure"]:
    """The published figures of the same pair of which a draft, which may be unsaved, is about a
    thousand or a million times off. One query."""
    if not figure.pair:
        return []
    published = type(figure).objects.published().between(*figure.pair).exclude(pk=figure.pk)
    rows = published.filter(indicator=figure.indicator, unit=figure.unit).for_pages()
    for row, others in out_of_scale([*rows, figure]):
        if row is figure:
            return others
        if figure in others:
            return [row]
    return []


def _parts_of_year(figure: "Figure") -> int:
    """How many periods like its own follow each other in a year: 1, 2, 4 or 12; a stock, 1."""
    if figure.period_until or _is_stock(figure):
        return 1
    return PARTS.get(figure.period.precision, 1)


def _is_stock(figure: "Figure") -> bool:
    return figure.indicator.measure == figure.indicator.Measure.STOCK


def _place(figure: "Figure", parts: int) -> int:
    """The place of its period among those of its length: the year, or the year times its parts."""
    month = figure.period.earliest.month if parts > 1 else 1
    return figure.period.year * parts + (month - 1) * parts // 12


def _series(figure: "Figure") -> tuple:
    """What figures of the same amount have in common besides their parts of a year. Periods with
    two ends, and single days, are compared with those of the same length in other years."""
    stock = _is_stock(figure)
    end = figure.period_until
    years = end.year - figure.period.year if end and end.year else 0
    day = figure.period.precision == Precision.DAY
    span = (str(figure.period)[4:], str(end)[4:], years) if (end or day) and not stock else ()
    return (
        figure.indicator_id,
        figure.from_country_id,
        figure.to_country_id,
        figure.commodity_id,
        figure.unit,
        figure.status == figure.Status.TARGET,
        not stock and figure.period.precision == Precision.SET,
        span,
    )


def _most_off(
    periods: dict[int, list["Figure"]], farthest: int
) -> tuple["Figure", list["Figure"]] | None:
    """The figure that is off at least half of its neighbours, and most of them; with those."""
    worst, order = None, sorted(periods)
    for number, place in enumerate(order):
        near = [
            row
            for other in (*order[max(number - 1, 0) : number], *order[number + 1 : number + 2])
            if abs(other - place) <= farthest
            for row in periods[other]
        ]
        for figure in periods[place]:
            beside = [*(row for row in periods[place] if row is not figure), *near]
            off = [row for row in beside if is_out_of_scale(figure, row)]
            if not off or 2 * len(off) < len(beside):
                continue
            everyone = chain.from_iterable(periods.values())
            # A figure that is not saved yet is the last.
            last = figure.pk or inf
            rank = len(off), sum(is_out_of_scale(figure, row) for row in everyone), last
            if worst is None or rank > worst[0]:
                worst = rank, figure, off
    return worst and worst[1:]


def is_out_of_scale(one: "Figure", other: "Figure") -> bool:
    """Whether one value is about a thousand or a million times the other, or as many times as a
    redenomination of their currency."""
    low, high = sorted((float(abs(one.value)), float(abs(other.value))))
    if one.unit in MONEY and high < LEAST:
        return False
    changes = {table[one.unit].factor: 5 for table in (ENDED, INTRODUCED) if one.unit in table}
    return any(
        factor > 1 and factor / room <= high / low <= factor * room
        for factor, room in (FACTORS | changes).items()
    )
