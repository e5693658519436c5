"""The charts over time of a pair: trade by reporter, shares of totals, and other indicators."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from django.utils.translation import gettext as _

from charts.styles import Styles
from relations.models import Country, Relation
from trade.areas import Area
from trade.balance import (
    Observation,
    balances,
    by_month,
    by_year,
    computed,
    growth,
    observation,
    reporter_key,
    turnovers,
)
from trade.charts import MONTHLY, NEVER, YEARLY, Chart, Line, reporters, stated_by, styled
from trade.goods import Goods
from trade.models import Figure, Indicator
from trade.quantities import share
from trade.rules import EXPORTS, IMPORTS, TURNOVER, of_month, of_one_time, reported_trade

FLOWS = (EXPORTS, IMPORTS)
# Values by year or month of each key, such as a reporter.
Observed = dict[object, dict[int | date, Observation]]


def units(figures: Iterable[Figure]) -> list[str]:
    """The units of these figures, US dollars first; nothing is converted."""
    found = {row.unit for row in figures}
    return sorted(found, key=lambda unit: (unit != Figure.Unit.USD, unit))


def pair_charts(
    pair: Relation,
    figures: list[Figure],
    choices: set[str],
    worlds: Iterable[Figure] = (),
    styles: Styles | None = None,
) -> list[Chart]:
    """The charts over time of a pair's trade in one kind of goods, and of its other indicators.

    `worlds` are the two countries' own totals over the whole world, for shares. By default the
    styles are those of the reporters of these figures.
    """
    by_indicator = defaultdict(list)
    for row in figures:
        by_indicator[row.indicator.slug].append(row)
    trade = [row for slug in (TURNOVER, *FLOWS) for row in by_indicator.pop(slug, ())]
    sides = (pair.country_a, pair.country_b)
    found = []
    for unit in units(trade):
        rows = [row for row in trade if row.unit == unit]
        found += [
            _turnover(rows, unit, choices),
            *(_goods(rows, unit, seller, choices) for seller in sides),
            _balance(rows, unit, choices),
            *(_shares(sides, rows, unit, flow, worlds, choices) for flow in FLOWS),
            _turnover_by_month(rows, unit, choices),
            *(_goods(rows, unit, seller, choices, by_month=True) for seller in sides),
        ]
    for _slug, rows in sorted(by_indicator.items()):
        once = [row for row in rows if of_one_time(row)]
        monthly = [row for row in rows if of_month(row) and row not in once]
        found += [_over_time([row for row in once if row.unit == unit]) for unit in units(once)]
        found += [
            _over_time([row for row in monthly if row.unit == unit], by_month=True)
            for unit in units(monthly)
        ]
    # A single month is listed with the figures of other periods instead.
    drawn = [
        chart
        for chart in found
        if (chart.lines or chart.targets) and not (chart.by_month and chart.only)
    ]
    return styled(drawn, styles or Styles(reporters(pair, figures)))


def _goods_of(figures: list[Figure]) -> Goods:
    """The goods of figures that are all about the same goods."""
    return Goods.of_figure(figures[0])


def turnover_chart(pair: Relation, figures: list[Figure], choices: set[str]) -> Chart | None:
    """The chart of a pair's turnover by year alone, of its figures of trade in one kind of goods:
    of the first unit that has a value or a target, US dollars before others."""
    of_units = (
        _turnover([row for row in figures if row.unit == unit], unit, choices)
        for unit in units(figures)
    )
    drawn = next((chart for chart in of_units if chart.lines or chart.targets), None)
    return drawn and styled([drawn], Styles(reporters(pair, figures)))[0]


def _turnover(figures: list[Figure], unit: str, choices: set[str]) -> Chart:
    goals = [
        row
        for row in figures
        if row.indicator.slug == TURNOVER and row.status == Figure.Status.TARGET
    ]
    return Chart(
        key=f"turnover-{unit.lower()}",
        title=_("Turnover in %(goods)s, by reporter") % {"goods": _goods_of(figures).words},
        description=_(
            "Exports and imports together, as each reporter states them. If a reporter states no "
            "turnover, its own exports and imports from one source are added, unless their "
            "qualifiers (“more than”, “about”) allow no sum."
        ),
        unit=unit,
        lines=_lines(turnovers(figures, choices), figures),
        targets=tuple(observation([row]) for row in goals),
        goods=_goods_of(figures),
    )


def _turnover_by_month(figures: list[Figure], unit: str, choices: set[str]) -> Chart:
    stated = [row for row in figures if row.indicator.slug == TURNOVER]
    return Chart(
        key=f"turnover-by-month-{unit.lower()}",
        title=_("Turnover in %(goods)s by month, by reporter")
        % {"goods": _goods_of(figures).words},
        description=_("Single months as each reporter states them. Months are never added."),
        unit=unit,
        lines=_lines(by_month(stated, reporter_key, choices), figures, MONTHLY),
        goods=_goods_of(figures),
        by_month=True,
    )


def _goods(
    figures: list[Figure], unit: str, seller: Country, choices: set[str], by_month: bool = False
) -> Chart:
    rows = [row for row in figures if row.indicator.slug in FLOWS and row.from_country == seller]
    observed = _observed(rows, by_month, choices)
    names, kinds = _names(rows), {row.indicator.slug: str(row.indicator) for row in rows}
    title = (
        _("%(goods)s by month, %(seller)s → %(buyer)s")
        if by_month
        else _("%(goods)s, %(seller)s → %(buyer)s")
    )
    buyer = next(side for side in figures[0].pair if side != seller)
    part = "-by-month" if by_month else ""
    return Chart(
        key=f"from-{seller.slug}{part}-{unit.lower()}",
        title=title % {"goods": _goods_of(figures).label, "seller": seller, "buyer": buyer},
        description=_(
            "What the seller reports as exports (FOB as a rule) and the buyer as imports (CIF as "
            "a rule): each reporter has its own line."
        ),
        unit=unit,
        lines=tuple(
            _line(f"{names[reporter]}: {kinds[kind]}", values, reporter, _apart(by_month))
            for (reporter, kind), values in sorted(observed.items())
        ),
        goods=_goods_of(figures),
        by_month=by_month,
    )


def _observed(rows: list[Figure], monthly: bool, choices: set[str]) -> Observed:
    by_time = by_month if monthly else by_year
    return by_time(rows, lambda row: (reporter_key(row), row.indicator.slug), choices)


def _apart(by_month: bool) -> float:
    return MONTHLY if by_month else YEARLY


def _balance(figures: list[Figure], unit: str, choices: set[str]) -> Chart:
    return Chart(
        key=f"balance-{unit.lower()}",
        title=_("Balance of %(goods)s, by reporter") % {"goods": _goods_of(figures).words},
        description=_("Each reporter's exports to the other less its imports from the other."),
        unit=unit,
        lines=_lines(balances(figures, choices), figures),
        goods=_goods_of(figures),
    )


def _shares(
    sides: tuple[Country, Country],
    figures: list[Figure],
    unit: str,
    flow: str,
    worlds: Iterable[Figure],
    choices: set[str],
) -> Chart:
    """The other country's share of each country's exports (or imports), by year: only of totals
    that the same source states."""
    lines = []
    for country in sides:
        parts = [
            row
            for row in figures
            if row.indicator.slug == flow
            and row.reporter_country_id == country.pk
            and reported_trade(row)
        ]
        years = by_year(parts, lambda row: row.source_id, choices)
        wholes = by_year(
            [row for row in worlds if _is_world(row, country, flow, unit)],
            lambda row: row.source_id,
            choices,
        )
        found = {}
        for source, values in years.items():
            for year, part in values.items():
                whole = wholes.get(source, {}).get(year)
                result = whole and share(part.quantity, whole.quantity)
                if result:
                    found.setdefault(year, []).append(
                        computed(result, (part.figure, whole.figure), Figure.Unit.PERCENT)
                    )
        # If several sources state both, the one counts that states the preferred figure.
        best = by_year(parts, reporter_key, choices).get(country.slug, {})
        points = tuple(
            next((row for row in rows if row.source_id == best[year].source_id), rows[0])
            for year, rows in sorted(found.items())
        )
        if points:
            lines.append(Line(str(country), points, reporter=country.slug))
    title = (
        _("Share of the other country in exports of %(goods)s")
        if flow == EXPORTS
        else _("Share of the other country in imports of %(goods)s")
    )
    return Chart(
        key=f"share-of-{flow}-{unit.lower()}",
        title=title % {"goods": _goods_of(figures).words},
        description=_(
            "As each country reports its own trade, in per cent of the total over the whole world "
            "that the same source states. Years without such a total are left out."
        ),
        unit=Figure.Unit.PERCENT,
        lines=tuple(lines),
        goods=_goods_of(figures),
    )


def _is_world(figure: Figure, country: Country, flow: str, unit: str) -> bool:
    """Whether it is a country's own total of a flow over the whole world."""
    own, area = (
        (figure.from_country_id, figure.to_area)
        if flow == EXPORTS
        else (figure.to_country_id, figure.from_area)
    )
    return (
        figure.indicator.slug == flow
        and figure.reporter_country_id == country.pk == own
        and area == Area.WORLD
        and figure.unit == unit
    )


def _over_time(figures: list[Figure], by_month: bool = False) -> Chart:
    """Figures of one indicator and unit by year or month, or by day if it is a stock; not joined,
    since the values in between are unknown."""
    indicator: Indicator = figures[0].indicator
    unit = figures[0].unit
    groups = defaultdict(list)
    for row in figures:
        side = f"{row.from_country} → {row.to_country}" if indicator.directed else ""
        country = row.from_country.slug if indicator.directed else ""
        groups[side, reporter_key(row), country].append(row)
    names = _names(figures)
    title = _("%(indicator)s by month") if by_month else "%(indicator)s"
    part = "-by-month" if by_month else ""
    return Chart(
        key=f"{indicator.slug}{part}-{unit.lower()}",
        title=title % {"indicator": indicator},
        description=indicator.description,
        unit=unit,
        lines=tuple(
            Line(
                " · ".join(filter(None, (side, names[reporter]))),
                tuple(sorted((observation([row]) for row in rows), key=lambda point: point.at)),
                NEVER,
                reporter,
                country,
            )
            for (side, reporter, country), rows in sorted(groups.items())
        ),
        by_month=by_month,
    )


def _names(figures: Iterable[Figure]) -> dict[str, str]:
    some = {reporter_key(row): row for row in figures}
    return {reporter: stated_by(row) for reporter, row in some.items()}


def _lines(
    observed: Observed, figures: Iterable[Figure], apart: float = YEARLY
) -> tuple[Line, ...]:
    names = _names(figures)
    return tuple(
        _line(names[reporter], values, reporter, apart)
        for reporter, values in sorted(observed.items())
    )


def _line(label: str, values: dict, reporter: str, apart: float) -> Line:
    """A line of the values of one reporter; those without a reporter may be of several, so they
    are not joined and have no growth."""
    rates = growth(values) if reporter and apart == YEARLY else {}
    points = (replace(point, growth=rates.get(time)) for time, point in values.items())
    return Line(label, tuple(points), apart if reporter else NEVER, reporter)
