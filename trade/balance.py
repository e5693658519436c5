"""What follows from the figures of a pair: turnover, balance, growth and shares of one reporter.

Nothing here adds, subtracts or divides figures of different reporters, sources, units or goods.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from sources.dates import Precision
from trade.models import Commodity, Figure
from trade.rules import EXPORTS, TURNOVER, reported_trade

# The one of several that is taken where no editor has chosen: the later in these goes first.
_STATUS = {"not_stated": 0, "provisional": 1, "revised": 2, "final": 3}
_VALUATION = {"not_stated": 0, "cif": 1, "fob": 1}


@dataclass(frozen=True, slots=True)
class Told:
    """A number of one reporter and time: stated by one figure, or computed from two of a source.

    `low` and `high` are the ends of all that this reporter has said of it, earlier vintages
    included.
    """

    value: Decimal
    low: Decimal
    high: Decimal
    figures: tuple[Figure, ...]
    all: tuple[Figure, ...] = ()

    @property
    def computed(self) -> bool:
        return len(self.figures) > 1

    @property
    def figure(self) -> Figure:
        return self.figures[0]

    @property
    def source_id(self) -> int:
        return self.figure.source_id


def tell(figures: Iterable[Figure], choices: set[str] = frozenset()) -> Told:
    """The figure that stands for several of one reporter and number; all others in its band.

    First what editors prefer (`choices`, by slug), then the final before the provisional, the
    exact before the about, the valued before the unvalued, the last stated, the first loaded.
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
    values = [row.value for row in rows]
    return Told(best.value, min(values), max(values), (best,), rows)


def reporter_key(figure: Figure) -> str:
    """Who states a figure; empty where no one is named, which is nobody's line."""
    return figure.reporter.slug if figure.reporter else figure.reporter_area


def of_whole_years(figures: Iterable[Figure]) -> list[Figure]:
    """Those of one whole year; no targets."""
    return [
        row
        for row in figures
        if row.period.precision == Precision.YEAR
        and not row.period_until
        and row.status != row.Status.TARGET
    ]


def by_year(figures: Iterable[Figure], key, choices=frozenset()) -> dict[object, dict[int, Told]]:
    """Annual figures by a key and year, each year told once."""
    groups = defaultdict(lambda: defaultdict(list))
    for row in of_whole_years(figures):
        groups[key(row)][row.period.year].append(row)
    return {
        name: {year: tell(rows, choices) for year, rows in sorted(years.items())}
        for name, years in groups.items()
    }


def exchanges(figures: Iterable[Figure], choices=frozenset()) -> dict[tuple, tuple[Told, Told]]:
    """Exports and imports that one reporter states in one source, by reporter, source and year."""
    sides = defaultdict(lambda: ([], []))
    for row in of_whole_years(figures):
        if reported_trade(row):
            key = (reporter_key(row), row.source_id, row.period.year)
            sides[key][row.indicator.slug != EXPORTS].append(row)
    return {
        key: tuple(tell(rows, choices) for rows in both) for key, both in sides.items() if all(both)
    }


def turnovers(figures: list[Figure], choices=frozenset()) -> dict[str, dict[int, Told]]:
    """The turnover by reporter and year: as stated, or else exports and imports together."""
    stated = [row for row in figures if row.indicator.slug == TURNOVER]
    found = by_year(stated, reporter_key, choices)
    for (reporter, _source, year), both in _newest_last(exchanges(figures, choices)):
        told = found.setdefault(reporter, {}).get(year)
        if told is None or told.computed:
            found[reporter][year] = _together(both, both[0].value + both[1].value)
    return {reporter: dict(sorted(years.items())) for reporter, years in found.items()}


def balances(figures: list[Figure], choices=frozenset()) -> dict[str, dict[int, Told]]:
    """Exports less imports by reporter and year, both of one source."""
    found = defaultdict(dict)
    for (reporter, _source, year), both in _newest_last(exchanges(figures, choices)):
        found[reporter][year] = _together(both, both[0].value - both[1].value)
    return {reporter: dict(sorted(years.items())) for reporter, years in found.items()}


def _newest_last(found: dict) -> list:
    def stated(item):
        (_reporter, source, _year), both = item
        date = both[0].figure.source.date.latest
        return max(told.figure.edition for told in both), str(date or ""), source

    return sorted(found.items(), key=stated)


def _together(both: tuple[Told, Told], value: Decimal) -> Told:
    return Told(value, value, value, tuple(told.figure for told in both))


def growth(years: dict[int, Told]) -> dict[int, Decimal]:
    """The growth in per cent against the year before, where one source gives both years."""
    return {
        year: (told.value / years[year - 1].value - 1) * 100
        for year, told in years.items()
        if year - 1 in years
        and years[year - 1].value > 0
        and years[year - 1].source_id == told.source_id
    }


@dataclass(frozen=True, slots=True)
class Part:
    """A class of goods in what one reporter states: its value, and its share in per cent."""

    commodity: Commodity
    told: Told
    share: Decimal | None


def composition(figures: list[Figure], choices=frozenset()) -> tuple[list[Part], Told | None]:
    """The classes of goods of one reporter, direction and year, the largest first; and the total.

    Only classes of one level and revision, so that none holds another. Shares are of the total
    that the same source states; none without it.
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
    told = [tell(rows, choices) for rows in levels[max(levels)].values()]
    sources = {part.source_id for part in told}
    same = [row for row in totals if {row.source_id} == sources]
    total = tell(same, choices) if same else None
    whole = total.value if total else None
    parts = [
        Part(part.figure.commodity, part, part.value / whole * 100 if whole else None)
        for part in told
    ]
    return sorted(parts, key=lambda part: (-part.told.value, part.commodity.code)), total
