"""What the charts of a pair show: plain data, from which pages draw and files are made."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from relations.models import Country, Relation
from trade.balance import (
    Told,
    balances,
    by_year,
    composition,
    growth,
    reporter_key,
    tell,
    turnovers,
)
from trade.models import Figure, Indicator
from trade.rules import EXPORTS, IMPORTS, TURNOVER
from trade.templatetags.figures import amount, in_words

BARS = 15


@dataclass(frozen=True, slots=True)
class Point:
    """A value at a time: where it stands on the axis (in years), in words, and its figures.

    `growth` is against the year before, `share` of the total that its source states, in per cent.
    """

    at: float
    when: str
    told: Told
    words: str
    growth: Decimal | None = None
    share: Decimal | None = None

    @property
    def figures(self) -> tuple[Figure, ...]:
        return self.told.figures

    @property
    def url(self) -> str:
        return self.told.figure.get_absolute_url()


@dataclass(frozen=True, slots=True)
class Line:
    """The points of one reporter; joined where year follows year."""

    label: str
    points: tuple[Point, ...]
    joined: bool = True


@dataclass(frozen=True, slots=True)
class Bar:
    """A class of goods with its value."""

    label: str
    point: Point


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart: lines over time, or bars; targets stand apart and belong to no line."""

    key: str
    title: str
    description: str
    unit: str
    lines: tuple[Line, ...] = ()
    targets: tuple[Point, ...] = ()
    bars: tuple[Bar, ...] = ()
    more: int = 0

    def points(self) -> Iterator[tuple[str, str, Point]]:
        """All that is drawn: the kind of mark, what it belongs to, and the point."""
        for line in self.lines:
            for point in line.points:
                yield ("computed" if point.told.computed else "stated"), line.label, point
        for bar in self.bars:
            yield "stated", bar.label, bar.point
        for point in self.targets:
            yield "target", _("Target"), point

    @property
    def only(self) -> Point | None:
        """The point of a chart that has but one: a page shows the number itself."""
        points = [point for _kind, _label, point in self.points()]
        return points[0] if len(points) == 1 and not self.targets else None

    def rows(self) -> Iterator[dict]:
        """What is drawn as rows of a file: exact values, with the figures that carry them."""
        for kind, label, point in self.points():
            yield {
                "chart": self.key,
                "series": label,
                "period": str(point.told.figure.period),
                "value": f"{point.told.value.normalize():f}",
                "unit": self.unit,
                "kind": kind,
                "lowest": f"{point.told.low.normalize():f}",
                "highest": f"{point.told.high.normalize():f}",
                "share_of_total": "" if point.share is None else f"{point.share:.4f}",
                "figures": [row.slug for row in point.figures],
                "url": point.url,
            }


def units(figures: Iterable[Figure]) -> list[str]:
    """The units in which these are stated, US dollars first; nothing is converted."""
    found = {row.unit for row in figures}
    return sorted(found, key=lambda unit: (unit != Figure.Unit.USD, unit))


def pair_charts(pair: Relation, figures: list[Figure], choices: set[str]) -> list[Chart]:
    """The charts over time of a pair's trade in one kind of goods, and of its stocks."""
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
        found += [
            _stock(rows[0].indicator, [row for row in rows if row.unit == unit], unit)
            for unit in units(rows)
        ]
    return [chart for chart in found if chart.lines or chart.targets]


def _turnover(figures: list[Figure], unit: str, choices: set[str]) -> Chart:
    told = turnovers(figures, choices)
    names = _names(figures)
    goals = [
        row
        for row in figures
        if row.indicator.slug == TURNOVER and row.status == Figure.Status.TARGET
    ]
    return Chart(
        key=f"turnover-{unit.lower()}",
        title=_("Turnover by reporter"),
        description=_(
            "Exports and imports together, as each reporter states them. Where it states no "
            "turnover, its own exports and imports of one source are added."
        ),
        unit=unit,
        lines=_lines(told, names, unit),
        targets=tuple(_point(tell([row]), unit) for row in goals),
    )


def _goods(figures: list[Figure], unit: str, seller: Country, choices: set[str]) -> Chart:
    rows = [
        row
        for row in figures
        if row.indicator.slug in (EXPORTS, IMPORTS) and row.from_country == seller
    ]
    told = by_year(rows, lambda row: (reporter_key(row), row.indicator.slug), choices)
    names, kinds = _names(rows), {row.indicator.slug: str(row.indicator) for row in rows}
    return Chart(
        key=f"from-{seller.slug}-{unit.lower()}",
        title=_("Goods from %(country)s") % {"country": seller},
        description=_(
            "What the seller reports as exports (FOB as a rule) and the buyer as imports (CIF as "
            "a rule): each reporter has its own line."
        ),
        unit=unit,
        lines=tuple(
            _line(f"{names[reporter]}: {kinds[kind]}", years, unit, joined=bool(reporter))
            for (reporter, kind), years in sorted(told.items())
        ),
    )


def _balance(figures: list[Figure], unit: str, choices: set[str]) -> Chart:
    return Chart(
        key=f"balance-{unit.lower()}",
        title=_("Balance by reporter"),
        description=_("Each reporter's exports to the other less its imports from the other."),
        unit=unit,
        lines=_lines(balances(figures, choices), _names(figures), unit),
    )


def _stock(indicator: Indicator, figures: list[Figure], unit: str) -> Chart:
    """Statements of one indicator at their days; nothing joins them, since nothing lies between."""
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
                tuple(sorted((_point(tell([row]), unit) for row in rows), key=lambda p: p.at)),
                joined=False,
            )
            for (side, reporter), rows in sorted(groups.items())
        ),
    )


def composition_charts(figures: list[Figure], choices: set[str]) -> list[Chart]:
    """What one year's trade is made of, by reporter and direction; figures of that year alone."""
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
    row = parts[0].told.figure
    values = {
        "kind": row.indicator,
        "seller": row.from_country,
        "year": row.period.year,
        "reporter": row.stated_by or _("a reporter not stated"),
    }
    level = _("Classes of goods of the broadest level that is loaded.")
    shares = _("Shares are of the total that the same source states.")
    none = _("No total of the same source is loaded, so there are no shares.")
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
            Bar(
                f"{part.commodity.code} {part.commodity.name}",
                replace(_point(part.told, row.unit), share=part.share),
            )
            for part in parts[:BARS]
        ),
        more=max(0, len(parts) - BARS),
    )  # fmt: skip


def _names(figures: Iterable[Figure]) -> dict[str, str]:
    return {reporter_key(row): row.stated_by or _("Reporter not stated") for row in figures}


def _lines(told: dict[str, dict[int, Told]], names: dict[str, str], unit: str) -> tuple[Line, ...]:
    return tuple(
        _line(names[reporter], years, unit, joined=bool(reporter))
        for reporter, years in sorted(told.items())
    )


def _line(label: str, years: dict[int, Told], unit: str, joined: bool) -> Line:
    rates = growth(years) if joined else {}
    points = tuple(_point(told, unit, rates.get(year)) for year, told in years.items())
    return Line(label, points, joined)


def _point(told: Told, unit: str, rate: Decimal | None = None) -> Point:
    row = told.figure
    whole = row.period.earliest and row.period.latest and row.period.iso
    day = row.period.earliest if whole else row.period.latest or row.period.earliest
    if told.computed:
        name = "" if unit == Figure.Unit.COUNT else row.get_unit_display()
        words = f"{in_words(told.value)} {name}".strip()
    else:
        words = amount(row)
        if row.qualifier != row.Qualifier.EXACT:
            words = f"{row.get_qualifier_display()} {words}"
    return Point(in_years(day), row.period.describe(), told, words, rate)


def in_years(day: date) -> float:
    """A day as a place on an axis of years."""
    return round(day.year + (day.timetuple().tm_yday - 1) / 366, 3)
