"""A chart of a pair as plain data, for pages and files."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from math import floor
from operator import itemgetter

from django.utils.dates import MONTHS_3
from django.utils.translation import gettext as _

from charts.plots import BarPlot, LinePlot, SparkPlot, draw_bars, draw_series, draw_spark
from charts.scales import years_in_words
from charts.styles import Style, Styles
from core.numerals import Numeral
from relations.models import Relation
from trade.balance import Observation, preferred, reporter_key
from trade.goods import Goods
from trade.models import Figure
from trade.quantities import Qualifier, Quantity, columns
from trade.templatetags.figures import in_words, per_cent

# The years between two points from which no line joins them.
YEARLY, MONTHLY, NEVER = 1.01, 0.1, 0


@dataclass(frozen=True, slots=True)
class Line:
    """The points of one reporter; `apart` is the distance in years from which two are not
    connected. `country` is the slug of the country that gives the colour, if it is not that of
    the reporter; `reporter` is its key."""

    label: str
    points: tuple[Observation, ...]
    apart: float = YEARLY
    reporter: str = ""
    country: str = ""
    style: Style = Style()


@dataclass(frozen=True, slots=True)
class Bar:
    """The value of a class of goods; `rest` is true for the sum of the classes without a bar."""

    label: str
    point: Observation
    rest: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart: lines over time, or labelled bars of commodities; targets are separate and
    belong to no line. Charts that have each other's points as `beside` have the same scales.

    `goods` are those that it shows, if it is about trade in goods; `year` is that of its bars,
    `total` the sum of all classes of goods in words, and `more` the number of classes without a
    bar. `by_month` is true if its points are months.
    """

    key: str
    title: str
    description: str
    unit: str
    lines: tuple[Line, ...] = ()
    targets: tuple[Observation, ...] = ()
    bars: tuple[Bar, ...] = ()
    style: Style = Style()
    goods: Goods | None = None
    year: int | None = None
    total: Quantity | None = None
    more: int = 0
    by_month: bool = False
    beside: tuple[Observation, ...] = ()

    def points(self) -> Iterator[tuple[str, str, Observation]]:
        """All points that are drawn, each with the kind of its mark and its label."""
        for line in self.lines:
            for point in line.points:
                yield ("computed" if point.computed else "stated"), line.label, point
        for bar in self.bars:
            yield ("computed" if bar.rest else "stated"), bar.label, bar.point
        for point in self.targets:
            yield "target", _("Target"), point

    @property
    def unit_words(self) -> str:
        return str(Figure.Unit(self.unit).label)

    @property
    def plot(self) -> LinePlot | BarPlot:
        """The positions of its marks."""
        if self.bars:
            rows = [
                (bar.label, _bar_text(bar.point), bar.point, "" if bar.rest else bar.point.url)
                for bar in self.bars
            ]
            return draw_bars(rows, self.style)
        month = _month if self.by_month else None
        return draw_series(self.lines, self.targets, in_words, month, self.beside)

    @property
    def only(self) -> Observation | None:
        """The point of a chart with a single point, which a page shows as a number."""
        points = [point for _kind, _label, point in self.points()]
        return points[0] if len(points) == 1 and not self.targets else None

    @property
    def has_computed(self) -> bool:
        return any(point.computed for line in self.lines for point in line.points)

    @property
    def has_rest(self) -> bool:
        """Whether its last bar is the sum of the classes without a bar."""
        return any(bar.rest for bar in self.bars)

    @property
    def years(self) -> tuple[int, int]:
        """The first and the last year of its points and targets."""
        times = [point.at for _kind, _label, point in self.points()]
        return floor(min(times)), floor(max(times))

    @property
    def years_words(self) -> str:
        return years_in_words(self.years)

    @property
    def qualifiers(self) -> list[str]:
        """The qualifiers of its points other than "exact", in the order of `Qualifier`."""
        found = {str(point.quantity.qualifier) for _kind, _label, point in self.points()}
        return [value for value in Qualifier.values if value in found - {Qualifier.EXACT}]

    def rows(self) -> Iterator[dict]:
        """The drawn points as rows of a file: exact values and the figures that state them."""
        for kind, label, point in self.points():
            one_class = point.figure.of_goods and not (self.bars and kind == "computed")
            yield {
                "chart": self.key,
                "pair": point.figure.pair_slug,
                "series": label,
                "commodity": str(Goods.of_figure(point.figure)) if one_class else "",
                "period": str(point.figure.period),
                "period_until": str(point.figure.period_until),
                **columns("value", point.quantity),
                "unit": self.unit,
                "kind": kind,
                "lowest": Numeral.of(point.low),
                "highest": Numeral.of(point.high),
                **columns("share_of_total", point.share, 4),
                "figures": [row.slug for row in point.figures],
                "url": point.url,
            }


def _bar_text(point: Observation) -> str:
    value = in_words(point.quantity)
    return value if point.share is None else f"{value} ({per_cent(point.share)})"


def _month(year: int, month: int) -> str:
    return f"{MONTHS_3[month]} {year}".capitalize()


def reporters(pair: Relation, figures: Iterable[Figure]) -> dict[str, str]:
    """The reporters of a pair's page by key, with their names: its two countries first, then a
    reporter that is not stated, then the others by key."""
    sides = {row.slug: str(row) for row in (pair.country_a, pair.country_b)}
    some = {reporter_key(row): row for row in figures}
    others = {key: stated_by(row) for key, row in sorted(some.items(), key=itemgetter(0))}
    return sides | {"": _("Reporter not stated")} | others


def stated_by(figure: Figure) -> str:
    """The name of the reporter, also if none is stated."""
    return figure.stated_by or _("Reporter not stated")


def styled(charts: Iterable[Chart], styles: Styles) -> list[Chart]:
    """The charts with their styles: one colour for each country and one mark for each reporter."""
    found = []
    for chart in charts:
        seen, lines = Counter(), []
        for line in chart.lines:
            style = styles.style(line.reporter, line.country)
            lines.append(replace(line, style=replace(style, variant=seen[style])))
            seen[style] += 1
        found.append(replace(chart, lines=tuple(lines)))
    return found


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
