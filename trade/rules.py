"""Rules that find disagreements: pure functions over the published figures of a pair."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import combinations
from typing import TYPE_CHECKING

from core.dates import Precision
from relations.rules import COMPUTED, Finding, Member
from trade.magnitudes import out_of_scale
from trade.quantities import change, sum_of
from trade.templatetags.figures import amount, worded

if TYPE_CHECKING:  # the models import this module
    from trade.models import Figure

TURNOVER, EXPORTS, IMPORTS, GROWTH = "trade-turnover", "exports", "imports", "trade-turnover-growth"
USUAL_VALUATION = {EXPORTS: "fob", IMPORTS: "cif"}

Interval = tuple[Decimal | None, Decimal | None]


def figure_findings(figures: list["Figure"]) -> Iterator[Finding]:
    """All findings among the published figures of a pair, as last stated."""
    latest = last_stated(figures)
    yield from rival_figures(latest)
    yield from misfit_sums(latest)
    yield from misfit_growth(latest)
    yield from misfit_magnitudes(latest)


def of_whole_year(figure: "Figure") -> bool:
    """Whether it is of one whole year: not of a part of a year, nor of several years."""
    return figure.period.precision == Precision.YEAR and not figure.period_until


def of_month(figure: "Figure") -> bool:
    """Whether it is of a single month."""
    return figure.period.precision == Precision.MONTH and not figure.period_until


def of_one_time(figure: "Figure") -> bool:
    """Whether a chart over the years has a place for it: a flow of a whole year, or a stock."""
    if figure.indicator.measure == figure.indicator.Measure.STOCK:
        return not figure.period_until
    return of_whole_year(figure)


def last_stated(figures: Iterable["Figure"]) -> list["Figure"]:
    """The numbers of each source as it last stated them: a revision does not rival earlier
    editions."""
    last = {}
    for figure in figures:
        key = figure.source_id, figure.reporter, *same_number(figure)
        last.setdefault(key, []).append(figure)
    return [
        row
        for rows in last.values()
        for day in [max(row.last_stated for row in rows)]
        for row in rows
        if row.last_stated == day
    ]


def same_number(figure: "Figure") -> tuple[str, ...]:
    """The key of the number that figures of any source and reporter state.

    The same goods in any revision of a classification have one key. FOB exports and CIF imports
    are different numbers; a valuation that is not stated is taken to be the usual one.
    """
    goods = figure.commodity
    return (
        figure.indicator.slug,
        figure.from_country.slug,
        figure.to_country.slug,
        f"{goods.classification} {goods.code}" if goods else "",
        figure.unit,
        USUAL_VALUATION.get(figure.indicator.slug, figure.valuation)
        if figure.valuation == figure.Valuation.NOT_STATED
        else figure.valuation,
        figure.basis,
        str(figure.status == figure.Status.TARGET),
        str(figure.period),
        str(figure.period_until),
    )


def interval(figure: "Figure") -> Interval | None:
    """The values that a number can mean: its `bounds`, widened by half of its last stated digit.

    461.9 million means 461.85 to 461.95 million. None for "about"; an end without a limit is None.
    """
    if figure.bounds is None:
        return None
    half = _half_a_digit(figure)
    low, high = figure.bounds
    return None if low is None else low - half, None if high is None else high + half


def _half_a_digit(figure: "Figure") -> Decimal:
    """Half of the last digit that a source states; zero for a count that is not rounded."""
    if figure.unit == figure.Unit.COUNT and not figure.scale:
        return Decimal()
    numbers = [number for number in (figure.value, figure.upper) if number is not None]
    exponent = min(figure.scale, *(row.normalize().as_tuple().exponent for row in numbers))
    return Decimal(5).scaleb(exponent - 1)


def apart(*intervals: Interval) -> bool:
    """Whether two of these intervals have no value in common."""
    starts = [start for start, _end in intervals if start is not None]
    ends = [end for _start, end in intervals if end is not None]
    return bool(starts and ends) and min(ends) < max(starts)


def rival_figures(figures: list["Figure"]) -> Iterator[Finding]:
    """Figures of one number and period, by any reporter, that cannot be the same."""
    stated = defaultdict(list)
    for figure in figures:
        stated[same_number(figure)].append(figure)
    for key in sorted(key for key, rows in stated.items() if len(rows) > 1):
        rows = sorted(stated[key], key=lambda row: row.pk)
        if any(_rivals(one, other) for one, other in combinations(rows, 2)):
            yield Finding(
                rule="rival_figures",
                subject="|".join(key),
                title=str(rows[0]),
                members=tuple(member(row) for row in rows),
            )


def _rivals(one: "Figure", other: "Figure") -> bool:
    """Whether two statements of a number exclude each other.

    A source that gives goods in two revisions of a classification does not contradict itself,
    since the same code may cover less or more.
    """
    if one.source_id == other.source_id and one.commodity_id != other.commodity_id:
        return False
    bounds = interval(one), interval(other)
    return all(bounds) and apart(*bounds)


def misfit_sums(figures: list["Figure"]) -> Iterator[Finding]:
    """Turnovers that are not the sum of the exports and imports that the same source states."""
    parts_of = defaultdict(list)
    for row in figures:
        if reported_trade(row):
            parts_of[_told_with(row)].append(row)
    for total in figures:
        if total.indicator.slug != TURNOVER or not total.reporter_country_id:
            continue
        parts = parts_of[_told_with(total)]
        bounds = [interval(row) for row in (total, *parts)]
        kinds = sorted(part.indicator.slug for part in parts)
        if kinds != [EXPORTS, IMPORTS] or not all(bounds):
            continue
        stated, *added = bounds
        low, high = (
            None if None in ends else sum(ends, Decimal()) for ends in zip(*added, strict=True)
        )
        if apart(stated, (low, high)):
            words = worded(sum_of(part.quantity for part in parts), str)
            yield _computed("sum", total, parts, words)


def reported_trade(figure: "Figure") -> bool:
    """Whether these are exports that the exporter states, or imports that the importer states."""
    return bool(figure.reporter_country_id) and (
        figure.indicator.slug == EXPORTS
        and figure.from_country_id == figure.reporter_country_id
        or figure.indicator.slug == IMPORTS
        and figure.to_country_id == figure.reporter_country_id
    )


def _told_with(figure: "Figure") -> tuple:
    """The values that a turnover shares with the exports and imports that its source adds up."""
    return (
        figure.source_id,
        figure.period,
        figure.period_until,
        figure.unit,
        figure.commodity_id,
        figure.reporter_country_id,
        figure.status == figure.Status.TARGET,
    )


def misfit_growth(figures: list["Figure"]) -> Iterator[Finding]:
    """Growth rates of turnover that do not fit the same source's turnovers of the two years."""
    turnovers = defaultdict(dict)
    for row in figures:
        if (
            row.indicator.slug == TURNOVER
            and of_whole_year(row)
            and row.status != row.Status.TARGET
        ):
            turnovers[_grown_with(row, row.period.year)][row.unit] = row
    for growth in figures:
        if growth.indicator.slug != GROWTH or not of_whole_year(growth):
            continue
        year = growth.period.year
        both = [turnovers.get(_grown_with(growth, when), {}) for when in (year, year - 1)]
        units = set.intersection(*map(set, both))
        if len(units) != 1:
            continue  # the growth may be that of another currency
        now, before = (rows[unit] for rows in both for unit in units)
        bounds = [interval(row) for row in (growth, now, before)]
        if not all(bounds):
            continue
        rate, later, earlier = bounds
        if any(end is not None and end <= 0 for end in earlier):
            continue
        low, high = (
            None if None in ends else (ends[0] / ends[1] - 1) * 100
            for ends in zip(later, reversed(earlier), strict=True)
        )
        if apart(rate, (low, high)):
            computed = change(now.quantity, before.quantity)
            words = worded(computed, lambda value: f"{value:.1f} %")
            yield _computed("growth", growth, [now, before], words)


def _grown_with(figure: "Figure", year: int) -> tuple:
    """The values that a growth rate shares with the turnovers of its source, and a year."""
    return figure.source_id, figure.reporter_country_id, figure.commodity_id, year


def misfit_magnitudes(figures: list["Figure"]) -> Iterator[Finding]:
    """Values about a thousand or a million times off those of the same or of adjacent years."""
    for figure, others in out_of_scale(figures):
        yield Finding(
            rule="magnitude",
            subject=figure.slug,
            title=str(figure),
            members=tuple(member(row, dated=True) for row in (figure, *others)),
        )


def _computed(rule, stated, parts, result) -> Finding:
    return Finding(
        rule=rule,
        subject=stated.slug,
        title=str(stated),
        members=(
            member(stated),
            *(member(part) for part in parts),
            Member(id=COMPUTED, value=result, url=stated.get_absolute_url()),
        ),
    )


def member(figure: "Figure", dated: bool = False) -> Member:
    """A figure as a rival value; `dated` adds its period."""
    words = f"{amount(figure)} ({figure.when})" if dated else amount(figure)
    return Member.read(f"figure:{figure.slug}", words, figure, figure.get_absolute_url())
