"""Values computed from the figures of a pair: turnover, balance, growth and shares by reporter.

Nothing here adds, subtracts or divides figures of different reporters, sources, units or goods.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property

from charts.scales import in_years
from trade.models import Figure
from trade.rules import EXPORTS, TURNOVER, of_whole_year, reported_trade
from trade.templatetags.figures import amount, in_words

# Which of several figures to use if no editor has chosen one: the highest number wins.
_STATUS = {"not_stated": 0, "provisional": 1, "revised": 2, "final": 3}
_VALUATION = {"not_stated": 0, "cif": 1, "fob": 1}


@dataclass(frozen=True)
class Observation:
    """One reporter's number for one time: stated by a figure, or computed from two of a source.

    `low` and `high` are the lowest and highest values that this reporter has stated, including
    earlier vintages. If requested, `growth` is the change from the year before and `share` the
    share of the total that the same source states, both in per cent.
    """

    value: Decimal
    low: Decimal
    high: Decimal
    figures: tuple[Figure, ...]
    all: tuple[Figure, ...] = ()
    growth: Decimal | None = None
    share: Decimal | None = None

    @property
    def computed(self) -> bool:
        return len(self.figures) > 1

    @property
    def figure(self) -> Figure:
        return self.figures[0]

    @property
    def source_id(self) -> int:
        return self.figure.source_id

    @cached_property
    def url(self) -> str:
        return self.figure.get_absolute_url()

    @cached_property
    def when(self) -> str:
        return self.figure.when

    @cached_property
    def at(self) -> float:
        """Its position on an axis of years."""
        return in_years(_day(self.figure))

    @cached_property
    def words(self) -> str:
        row = self.figure
        if self.computed:
            unit = "" if row.unit == row.Unit.COUNT else row.get_unit_display()
            return f"{in_words(self.value)} {unit}".strip()
        return amount(row)


def _day(figure: Figure) -> date:
    """The first day of a year, month or day; for any other period the last possible day."""
    period = figure.period
    one = period.earliest and period.latest and period.iso
    return period.earliest if one else period.latest or period.earliest


def observation(figures: Iterable[Figure], choices: set[str] = frozenset()) -> Observation:
    """The best of several figures of one reporter and number; all of them set its range.

    Preferred are figures chosen by editors (`choices`, slugs), then final over provisional, exact
    over approximate, a stated valuation over none, the last stated, and the first loaded.
    """
    rows = tuple(figures)
    best = max(
        rows,
        key=lambda row: (
            row.slug in choices,
            _STATUS.get(row.status, 0),
            row.qualifier == row.Qualifier.EXACT,
            _VALUATION[row.valuation],
            row.edition or (row.source.date.latest.isoformat() if row.source.date.latest else ""),
            -row.pk,
        ),
    )
    # A range is drawn from end to end, at its lower one.
    values = [end for row in rows for end in (row.value, row.upper) if end is not None]
    return Observation(best.value, min(values), max(values), (best,), rows)


def reporter_key(figure: Figure) -> str:
    """The slug or area of the reporter; empty if none is named (such points are not joined)."""
    return figure.reporter.slug if figure.reporter else figure.reporter_area


def of_whole_years(figures: Iterable[Figure]) -> list[Figure]:
    """The figures of a single whole year, without targets."""
    return [row for row in figures if of_whole_year(row) and row.status != row.Status.TARGET]


def by_year(
    figures: Iterable[Figure], key, choices=frozenset()
) -> dict[object, dict[int, Observation]]:
    """One observation for each key and year of the annual figures."""
    groups = defaultdict(lambda: defaultdict(list))
    for row in of_whole_years(figures):
        groups[key(row)][row.period.year].append(row)
    return {
        name: {year: observation(rows, choices) for year, rows in sorted(years.items())}
        for name, years in groups.items()
    }


def exchanges(
    figures: Iterable[Figure], choices=frozenset()
) -> dict[tuple, tuple[Observation, Observation]]:
    """Exports and imports that a reporter states in one source, by reporter, source and year."""
    sides = defaultdict(lambda: ([], []))
    for row in of_whole_years(figures):
        if reported_trade(row):
            key = (reporter_key(row), row.source_id, row.period.year)
            sides[key][row.indicator.slug != EXPORTS].append(row)
    return {
        key: tuple(observation(rows, choices) for rows in both)
        for key, both in sides.items()
        if all(both)
    }


def turnovers(figures: list[Figure], choices=frozenset()) -> dict[str, dict[int, Observation]]:
    """The turnover by reporter and year: as stated, or else the sum of exports and imports."""
    stated = [row for row in figures if row.indicator.slug == TURNOVER]
    found = by_year(stated, reporter_key, choices)
    for (reporter, _source, year), both in _newest_last(exchanges(figures, choices)):
        row = found.setdefault(reporter, {}).get(year)
        if row is None or row.computed:
            found[reporter][year] = _together(both, both[0].value + both[1].value)
    return {reporter: dict(sorted(years.items())) for reporter, years in found.items()}


def balances(figures: list[Figure], choices=frozenset()) -> dict[str, dict[int, Observation]]:
    """Exports minus imports by reporter and year, both from one source."""
    found = defaultdict(dict)
    for (reporter, _source, year), both in _newest_last(exchanges(figures, choices)):
        found[reporter][year] = _together(both, both[0].value - both[1].value)
    return {reporter: dict(sorted(years.items())) for reporter, years in found.items()}


def _newest_last(found: dict) -> list:
    def stated(item):
        (_reporter, source, _year), both = item
        date = both[0].figure.source.date.latest
        return max(row.figure.edition for row in both), str(date or ""), source

    return sorted(found.items(), key=stated)


def _together(both: tuple[Observation, Observation], value: Decimal) -> Observation:
    return Observation(value, value, value, tuple(row.figure for row in both))


def growth(years: dict[int, Observation]) -> dict[int, Decimal]:
    """The growth in per cent from the year before, if one source gives both years."""
    return {
        year: (row.value / years[year - 1].value - 1) * 100
        for year, row in years.items()
        if year - 1 in years
        and years[year - 1].value > 0
        and years[year - 1].source_id == row.source_id
    }


def composition(
    figures: list[Figure], choices=frozenset()
) -> tuple[list[Observation], Observation | None]:
    """The commodities of one reporter, direction and year, largest first; and the total.

    All commodities are of one level and revision, so that none contains another. Shares are of the
    total that the same source states; if there is none, total and shares are None.
    """
    levels = defaultdict(lambda: defaultdict(list))
    totals = []
    for row in figures:
        goods = row.commodity
        if goods is None:
            totals.append(row)
        else:
            level = (-len(goods.code), goods.classification, goods.revision)
            levels[level][goods.code].append(row)
    if not levels:
        return [], None
    parts = [observation(rows, choices) for rows in levels[max(levels)].values()]
    sources = {part.source_id for part in parts}
    same = [row for row in totals if {row.source_id} == sources]
    total = observation(same, choices) if same else None
    if total and total.value:
        parts = [replace(part, share=part.value / total.value * 100) for part in parts]
    return sorted(parts, key=lambda part: (-part.value, part.figure.commodity.code)), total
