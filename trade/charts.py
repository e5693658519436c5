"""The charts of a pair as plain data, for pages and files."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from math import floor

from django.utils.translation import gettext as _

from charts.plots import BarPlot, LinePlot, SparkPlot, draw_bars, draw_series, draw_spark
from charts.scales import years_in_words
from relations.models import Country, Relation
from trade.balance import (
    Observation,
    balances,
    by_year,
    composition,
    growth,
    observation,
    preferred,
    reporter_key,
    turnovers,
)
from trade.goods import Goods
from trade.models import Figure, Indicator
from trade.quantities import columns
from trade.rules import EXPORTS, IMPORTS, TURNOVER, of_one_time
from trade.templatetags.figures import in_words, per_cent

BARS = 15


@dataclass(frozen=True, slots=True)
class Line:
    """The points of one reporter; if `joined`, consecutive years are connected."""

    label: str
    points: tuple[Observation, ...]
    joined: bool = True


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart: lines over time, or labelled bars of commodities; targets are separate and
    belong to no line. Charts that have each other's points as `beside` have the same scales."""

    key: str
    title: str
    description: str
    unit: str
    lines: tuple[Line, ...] = ()
    targets: tuple[Observation, ...] = ()
    bars: tuple[tuple[str, Observation], ...] = ()
    more: int = 0
    beside: tuple[Observation, ...] = ()

    def points(self) -> Iterator[tuple[str, str, Observation]]:
        """All points that are drawn, each with the kind of its mark and its label."""
        for line in self.lines:
            for point in line.points:
                yield ("computed" if point.computed else "stated"), line.label, point
        for label, point in self.bars:
            yield "stated", label, point
        for point in self.targets:
            yield "target", _("Target"), point

    @property
    def unit_words(self) -> str:
        return str(Figure.Unit(self.unit).label)

    @property
    def plot(self) -> LinePlot | BarPlot:
        """The positions of its marks."""
        if self.bars:
            return draw_bars([(label, _bar_text(point), point) for label, point in self.bars])
        return draw_series(self.lines, self.targets, in_words, self.beside)

    @property
    def only(self) -> Observation | None:
        """The point of a chart with a single point, which a page shows as a number."""
        points = [point for _kind, _label, point in self.points()]
        return points[0] if len(points) == 1 and not self.targets else None

    def rows(self) -> Iterator[dict]:
        """The drawn points as rows of a file: exact values and the figures that state them."""
        for kind, label, point in self.points():
            yield {
                "chart": self.key,
                "series": label,
                "commodity": str(Goods.of_figure(point.figure)) if point.figure.of_goods else "",
                "period": str(point.figure.period),
                "period_until": str(point.figure.period_until),
                **columns("value", point.quantity),
                "unit": self.unit,
                "kind": kind,
                "lowest": f"{point.low.normalize():f}",
                "highest": f"{point.high.normalize():f}",
                **columns("share_of_total", point.share, 4),
                "figures": [row.slug for row in point.figures],
                "url": point.url,
            }


def _bar_text(point: Observation) -> str:
    value = in_words(point.quantity)
    return value if point.share is None else f"{value} ({per_cent(point.share)})"


@dataclass(frozen=True, slots=True)
class Spark:
    """The lines of a chart without axes, small enough for a summary; `latest` is the newest
    point, with its reporter, and `differs` is true if other values exist for that time."""

    chart: Chart
    latest: Observation
    reporter: str
    differs: bool
    years: tuple[int, int]
    plot: SparkPlot

    @property
    def years_words(self) -> str:
        return years_in_words(self.years)


def spark(chart: Chart, choices: set[str] = frozenset()) -> Spark | None:
    """A small version of a line chart; None if it has no points. If several points share the
    newest time, the latest is the preferred one (`choices`: slugs of figures chosen by editors)."""
    times = [point.at for line in chart.lines for point in line.points]
    if not times:
        return None
    ends = [line for line in chart.lines if line.points and line.points[-1].at == max(times)]
    best = preferred([line.points[-1].figures for line in ends], choices)
    newest = next(line for line in ends if line.points[-1].figures == best)
    stated = {end for line in ends for end in (line.points[-1].low, line.points[-1].high)}
    return Spark(
        chart=chart,
        latest=newest.points[-1],
        reporter=newest.label,
        differs=len(stated) > 1,
        years=(floor(min(times)), floor(max(times))),
        plot=draw_spark(chart.lines),
    )


def units(figures: Iterable[Figure]) -> list[str]:
    """The units of these figures, US dollars first; nothing is converted."""
    found = {row.unit for row in figures}
    return sorted(found, key=lambda unit: (unit != Figure.Unit.USD, unit))


def pair_charts(pair: Relation, figures: list[Figure], choices: set[str]) -> list[Chart]:
    """The charts over time of a pair's trade in one kind of goods, and of its other indicators."""
    by_indicator = defaultdict(list)
    for row in figures:
        by_indicator[row.indicator.slug].append(row)
    trade = [row for slug in (TURNOVER, EXPORTS, IMPORTS) for row in by_indicator.pop(slug, ())]
    found = []
    for unit in units(trade):
        rows = [row for row in trade if row.unit == unit]
        found += [
            _turnover(rows, unit, choices),
            *(_goods(rows, unit, seller, choices) for seller in (pair.country_a, pair.country_b)),
            _balance(rows, unit, choices),
        ]
    for _slug, rows in sorted(by_indicator.items()):
        rows = [row for row in rows if of_one_time(row)]
        found += [
            _over_time(rows[0].indicator, [row for row in rows if row.unit == unit], unit)
            for unit in units(rows)
        ]
    return [chart for chart in found if chart.lines or chart.targets]


def _goods_of(figures: list[Figure]) -> Goods:
    """The goods of figures that are all about the same goods."""
    return Goods.of_figure(figures[0])


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
    )


def _goods(figures: list[Figure], unit: str, seller: Country, choices: set[str]) -> Chart:
    rows = [
        row
        for row in figures
        if row.indicator.slug in (EXPORTS, IMPORTS) and row.from_country == seller
    ]
    years = by_year(rows, lambda row: (reporter_key(row), row.indicator.slug), choices)
    names, kinds = _names(rows), {row.indicator.slug: str(row.indicator) for row in rows}
    return Chart(
        key=f"from-{seller.slug}-{unit.lower()}",
        title=_("%(goods)s from %(country)s")
        % {"goods": _goods_of(figures).label, "country": seller},
        description=_(
            "What the seller reports as exports (FOB as a rule) and the buyer as imports (CIF as "
            "a rule): each reporter has its own line."
        ),
        unit=unit,
        lines=tuple(
            _line(f"{names[reporter]}: {kinds[kind]}", observed, joined=bool(reporter))
            for (reporter, kind), observed in sorted(years.items())
        ),
    )


def _balance(figures: list[Figure], unit: str, choices: set[str]) -> Chart:
    return Chart(
        key=f"balance-{unit.lower()}",
        title=_("Balance of %(goods)s, by reporter") % {"goods": _goods_of(figures).words},
        description=_("Each reporter's exports to the other less its imports from the other."),
        unit=unit,
        lines=_lines(balances(figures, choices), figures),
    )


def _over_time(indicator: Indicator, figures: list[Figure], unit: str) -> Chart:
    """Figures of one indicator by year, or by day if it is a stock; not joined, since the values
    in between are unknown."""
    groups = defaultdict(list)
    for row in figures:
        side = f"{row.from_country} → {row.to_country}" if indicator.directed else ""
        groups[side, reporter_key(row)].append(row)
    names = _names(figures)
    return Chart(
        key=f"{indicator.slug}-{unit.lower()}",
        title=str(indicator),
        description=indicator.description,
        unit=unit,
        lines=tuple(
            Line(
                " · ".join(filter(None, (side, names[reporter]))),
                tuple(sorted((observation([row]) for row in rows), key=lambda point: point.at)),
                joined=False,
            )
            for (side, reporter), rows in sorted(groups.items())
        ),
    )


def composition_charts(figures: list[Figure], choices: set[str]) -> list[Chart]:
    """The commodities of one year's trade, by reporter and direction; takes that year's figures."""
    groups = defaultdict(list)
    for row in figures:
        if row.status != Figure.Status.TARGET:
            key = (row.from_country.slug, row.indicator.slug, reporter_key(row), row.unit)
            groups[key].append(row)
    return [
        chart
        for _key, rows in sorted(groups.items())
        if (chart := _composition(rows, choices)) is not None
    ]


def _composition(figures: list[Figure], choices: set[str]) -> Chart | None:
    parts, total = composition(figures, choices)
    if not parts:
        return None
    row = parts[0].figure
    values = {
        "kind": row.indicator,
        "seller": row.from_country,
        "year": row.period.year,
        "reporter": row.stated_by or _("an unstated reporter"),
    }
    level = _("Classes of goods at the broadest level that is recorded.")
    shares = _("Shares are of the total that the same source states.")
    none = _("No total from the same source is recorded, so there are no shares.")
    return Chart(
        key="-".join(
            filter(
                None,
                ("goods", row.indicator.slug, "from", row.from_country.slug, "by",
                 reporter_key(row) or "none", row.unit.lower()),
            )
        ),
        title=_("%(kind)s from %(seller)s in %(year)s, stated by %(reporter)s") % values,
        description=f"{level} {shares if total else none}",
        unit=row.unit,
        bars=tuple(
            (f"{part.figure.commodity.code} {part.figure.commodity.name}", part)
            for part in parts[:BARS]
        ),
        more=max(0, len(parts) - BARS),
    )  # fmt: skip


def _names(figures: Iterable[Figure]) -> dict[str, str]:
    return {reporter_key(row): row.stated_by or _("Reporter not stated") for row in figures}


def _lines(
    observed: dict[str, dict[int, Observation]], figures: Iterable[Figure]
) -> tuple[Line, ...]:
    names = _names(figures)
    return tuple(
        _line(names[reporter], years, joined=bool(reporter))
        for reporter, years in sorted(observed.items())
    )


def _line(label: str, years: dict[int, Observation], joined: bool) -> Line:
    rates = growth(years) if joined else {}
    points = (replace(point, growth=rates.get(year)) for year, point in years.items())
    return Line(label, tuple(points), joined)
