"""Values whose scale is wrong: a thousand or a million times off the values beside them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

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


def out_of_scale(figures: Iterable["Figure"]) -> Iterator[tuple["Figure", list["Figure"]]]:
    """The figures that are about a thousand or a million times off, each with those that it is
    off: other statements of the same period, and the nearest ones before and after.

    Values of all reporters, valuations and sources are compared, but only of the same unit, goods
    and kind of period. Of two values that differ, the one that differs from more others beside it,
    then from more in the series, is found; of two alone, the one that was recorded last.
    """
    series = defaultdict(lambda: defaultdict(list))
    for figure in figures:
        if figure.value and figure.period.year is not None and figure.unit != Unit.PERCENT:
            series[_series(figure)][figure.period.year].append(figure)
    for years in series.values():
        while found := _most_off(years):
            yield found
            years[found[0].period.year].remove(found[0])


def published_out_of_scale(figure: "Figure") -> list["Figure"]:
    """The published figures of the same pair of which a draft is about a thousand or a million
    times off. One query."""
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


def _series(figure: "Figure") -> tuple:
    """What figures have in common that are about the same amount; flows also have periods of the
    same length and part of the year."""
    if figure.indicator.measure == figure.indicator.Measure.STOCK:
        kind = ""
    else:
        end = figure.period_until
        years = end.year - figure.period.year if end and end.year else 0
        kind = (str(figure.period)[4:].rstrip("~?%"), str(end)[4:], years)
    return (
        figure.indicator_id,
        figure.from_country_id,
        figure.to_country_id,
        figure.commodity_id,
        figure.unit,
        figure.status == figure.Status.TARGET,
        kind,
    )


def _most_off(years: dict[int, list["Figure"]]) -> tuple["Figure", list["Figure"]] | None:
    """The figure that is off at least half of its neighbours, and most of them; with those."""
    worst = None
    for year, rows in years.items():
        for figure in rows:
            beside = [*(row for row in rows if row is not figure), *_nearest(years, year)]
            off = [row for row in beside if is_out_of_scale(figure, row)]
            if not off or 2 * len(off) < len(beside):
                continue
            everyone = (row for others in years.values() for row in others)
            rank = len(off), sum(is_out_of_scale(figure, row) for row in everyone), figure.pk
            if worst is None or rank > worst[0]:
                worst = rank, figure, off
    return worst and worst[1:]


def _nearest(years: dict[int, list["Figure"]], year: int) -> Iterator["Figure"]:
    """The figures of the nearest year before and after, at most YEARS away."""
    for step in (-1, 1):
        for distance in range(1, YEARS + 1):
            if rows := years.get(year + step * distance):
                yield from rows
                break


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
