"""Values computed from the figures of a pair: turnover, balance, growth and shares by reporter.

Nothing here adds, subtracts or divides figures of different reporters, sources, units or goods.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from operator import add, sub

from charts.scales import in_years
from trade.models import Figure
from trade.quantities import Quantity, change, share
from trade.rules import EXPORTS, TURNOVER, of_month, of_whole_year, reported_trade
from trade.templatetags.figures import amount, in_words, per_cent, unit_words

# Which of several figures to use if no editor has chosen one: the highest number wins.
_STATUS = {"not_stated": 0, "provisional": 1, "revised": 2, "final": 3}
_VALUATION = {"not_stated": 0, "cif": 1, "fob": 1}
# Sources that publish figures of their own come before reports of others.
_KIND = {"news": 1, "academic": 1, "op_ed": 0, "encyclopedia": 0}
_GRADE = {"primary": 2, "secondary": 1, "tertiary": 0}


@dataclass(frozen=True)
class Observation:
    """One reporter's number for one time: stated by a figure, or computed from two of a source.

    `low` and `high` are the lowest and highest values that this reporter has stated, including
    earlier vintages. `result` is the computed number. If requested, `growth` is the change from
    the year before and `share` the share of the total that the same source states, both in per
    cent. `unit` is the unit of a computed number, if it is not that of its figures.
    """

    value: Decimal
    low: Decimal
    high: Decimal
    figures: tuple[Figure, ...]
    all: tuple[Figure, ...] = ()
    result: Quantity | None = None
    growth: Quantity | None = None
    share: Quantity | None = None
    unit: str = ""

    @property
    def computed(self) -> bool:
        return self.result is not None

    @property
    def quantity(self) -> Quantity:
        """The number with its qualifier."""
        return self.result or self.figure.quantity

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
        return in_years(day_of(self.figure))

    @cached_property
    def words(self) -> str:
        row = self.figure
        if self.unit == row.Unit.PERCENT:
            return per_cent(self.result)
        if self.computed:
            return f"{in_words(self.result)} {unit_words(row)}".strip()
        return amount(row)


def day_of(figure: Figure) -> date:
    """The first day of a year, month or day; for any other period the last possible day."""
    period = figure.period
    one = period.earliest and period.latest and period.iso
    return period.earliest if one else period.latest or period.earliest


def observation(figures: Iterable[Figure], choices: set[str] = frozenset()) -> Observation:
    """The best of several figures of one reporter and number; all of them set its range."""
    rows = tuple(figures)
    # A range is drawn from end to end, at its lower one.
    values = [end for row in rows for end in (row.value, row.upper) if end is not None]
    (best,) = preferred([(row,) for row in rows], choices)
    return Observation(best.value, min(values), max(values), (best,), rows)


def preferred(
    statements: Iterable[tuple[Figure, ...]], choices: set[str] = frozenset()
) -> tuple[Figure, ...]:
    """The best of several statements of the same number, or of the same two numbers.

    Preferred are figures chosen by editors (`choices`, slugs), then those of the better source by
    kind and grade, final over provisional, exact over approximate, a stated valuation over none,
    the last stated, and the first loaded. A statement that only rounds a more precise one of a
    source of no lesser kind does not count, unless it is a later edition of the same source.
    """

    statements = list(statements)
    if len(statements) == 1:
        return statements[0]

    def chosen(rows):
        return sum(row.slug in choices for row in rows)

    def order(rows):
        return (
            chosen(rows),
            _kind(rows[0]),
            _grade(rows[0]),
            min(_STATUS.get(row.status, 0) for row in rows),
            all(row.qualifier == row.Qualifier.EXACT for row in rows),
            min(_VALUATION[row.valuation] for row in rows),
            max(_last_stated(row) for row in rows),
            -min(row.pk for row in rows),
        )

    def repeats(rows, finer):
        later = _last_stated(rows[0]) > _last_stated(finer[0])
        return (
            not chosen(rows)
            and _kind(rows[0]) <= _kind(finer[0])
            and not (later and rows[0].source_id == finer[0].source_id)
            and all(map(_rounds, rows, finer))
            and any(map(_is_coarser, rows, finer))
        )

    return max(
        (rows for rows in statements if not any(repeats(rows, other) for other in statements)),
        key=order,
    )


def _kind(figure: Figure) -> int:
    return _KIND.get(figure.source.kind, 2)


def _grade(figure: Figure) -> int:
    return _GRADE.get(figure.source.grade, _kind(figure))


def _last_stated(figure: Figure) -> str:
    latest = figure.source.date.latest
    return figure.last_stated or (latest.isoformat() if latest else "")


def _rounds(coarse: Figure, fine: Figure) -> bool:
    """Whether one figure states the number of another with no more digits, rounded or cut off."""
    if {coarse.qualifier, fine.qualifier} != {coarse.Qualifier.EXACT}:
        return False
    place = _last_place(coarse)
    return _last_place(fine) <= place and abs(coarse.value - fine.value) < Decimal(1).scaleb(place)


def _is_coarser(figure: Figure, other: Figure) -> bool:
    return _last_place(figure) > _last_place(other)


def _last_place(figure: Figure) -> int:
    """The power of ten of the last digit that counts.

    Zeros before the decimal point count in the scale of the source; in a number written out in
    full, three or more after at least two other digits do not.
    """
    _sign, digits, exponent = figure.value.normalize().as_tuple()
    written_out = figure.scale == 0 and exponent >= 3 and len(digits) > 1
    return exponent if written_out else min(exponent, figure.scale)


def reporter_key(figure: Figure) -> str:
    """The slug or area of the reporter; empty if none is named (such points are not joined)."""
    reporter = figure.reporter
    return reporter.slug if reporter else figure.reporter_area


def of_whole_years(figures: Iterable[Figure]) -> list[Figure]:
    """The figures of a single whole year, without targets."""
    return [row for row in figures if of_whole_year(row) and row.status != row.Status.TARGET]


def by_year(
    figures: Iterable[Figure], key, choices=frozenset()
) -> dict[object, dict[int, Observation]]:
    """One observation for each key and year of the annual figures."""
    return _by_time(of_whole_years(figures), key, lambda row: row.period.year, choices)


def by_month(
    figures: Iterable[Figure], key, choices=frozenset()
) -> dict[object, dict[date, Observation]]:
    """One observation for each key and month (its first day) of the monthly figures."""
    rows = [row for row in figures if of_month(row) and row.status != row.Status.TARGET]
    return _by_time(rows, key, lambda row: row.period.earliest, choices)


def _by_time(figures, key, time, choices) -> dict[object, dict]:
    groups = defaultdict(lambda: defaultdict(list))
    for row in figures:
        groups[key(row)][time(row)].append(row)
    return {
        name: {at: observation(rows, choices) for at, rows in sorted(times.items())}
        for name, times in groups.items()
    }


def computed(result: Quantity, figures: Iterable[Figure], unit: str = "") -> Observation:
    """The observation of a number that follows from figures; see `Observation`."""
    high = result.value if result.upper is None else result.upper
    return Observation(result.value, result.value, high, tuple(figures), result=result, unit=unit)


def exchanges(
    figures: Iterable[Figure], choices=frozenset()
) -> dict[str, dict[int, tuple[Observation, Observation]]]:
    """The exports and imports that a reporter states in one source, by reporter and year.

    If several sources state both, the preferred source counts.
    """
    sides = defaultdict(lambda: defaultdict(lambda: defaultdict(lambda: ([], []))))
    for row in of_whole_years(figures):
        if reported_trade(row):
            both = sides[reporter_key(row)][row.period.year][row.source_id]
            both[row.indicator.slug != EXPORTS].append(row)
    found = defaultdict(dict)
    for reporter, years in sides.items():
        for year, sources in sorted(years.items()):
            stated = {
                tuple(row.figure for row in both): both
                for both in (
                    tuple(observation(rows, choices) for rows in sides)
                    for sides in sources.values()
                    if all(sides)
                )
            }
            if stated:
                found[reporter][year] = stated[preferred(stated, choices)]
    return found


def turnovers(figures: list[Figure], choices=frozenset()) -> dict[str, dict[int, Observation]]:
    """The turnover by reporter and year: as stated, or else the sum of exports and imports."""
    found = _computed(figures, choices, add)
    stated = [row for row in figures if row.indicator.slug == TURNOVER]
    for reporter, years in by_year(stated, reporter_key, choices).items():
        found[reporter] = dict(sorted((found.get(reporter, {}) | years).items()))
    return found


def balances(figures: list[Figure], choices=frozenset()) -> dict[str, dict[int, Observation]]:
    """Exports minus imports by reporter and year, both from one source."""
    return _computed(figures, choices, sub)


def _computed(
    figures: list[Figure], choices, operator: Callable
) -> dict[str, dict[int, Observation]]:
    """The numbers that follow from exports and imports, by reporter and year."""
    found = defaultdict(dict)
    for reporter, years in exchanges(figures, choices).items():
        for year, both in years.items():
            result = operator(*(row.quantity for row in both))
            if result:
                found[reporter][year] = computed(result, (row.figure for row in both))
    return found


def growth(years: dict[int, Observation]) -> dict[int, Quantity]:
    """The growth in per cent from the year before, if one source gives both years."""
    found = {
        year: change(row.quantity, years[year - 1].quantity)
        for year, row in years.items()
        if year - 1 in years and years[year - 1].source_id == row.source_id
    }
    return {year: rate for year, rate in found.items() if rate}


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
    if total:
        parts = [replace(part, share=share(part.quantity, total.quantity)) for part in parts]
    return sorted(parts, key=lambda part: (-part.value, part.figure.commodity.code)), total
