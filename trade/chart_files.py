"""A chart as a picture that stands alone: what it shows, its unit, years, sources and licence."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from charts.labels import wrapped
from charts.plots import ENDS, WIDTH, BarPlot, LinePlot
from charts.scales import year_ranges
from core.folding import fold
from relations.models import Relation
from trade.charts import Chart
from trade.quantities import Qualifier
from trade.templatetags.figures import in_words

MARGIN = 16
# Sizes of text, each with the height of a line and the most characters in one.
HEADING, PLAIN, SMALL = (18, 25, 62), (13, 19, 92), (11, 16, 108)
LEGEND_ROW = 22
# The most sources and qualified values that a picture names.
NAMED = 12


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text at its place."""

    y: float
    size: int
    words: str


@dataclass(frozen=True)
class ChartPicture:
    """A chart with the texts around it; `url` is the address of its page, `day` that of the
    download."""

    chart: Chart
    pair: Relation
    url: str
    day: date

    width = WIDTH + ENDS + 2 * MARGIN
    margin = MARGIN

    @cached_property
    def plot(self) -> LinePlot | BarPlot:
        return self.chart.plot

    @property
    def title(self) -> str:
        return f"{self.pair}: {self.chart.title}"

    @cached_property
    def goods_words(self) -> str:
        """The goods with their name, such as "HS 27 Fuels"; empty if it is not about one kind."""
        goods = self.chart.goods
        if goods is None:
            return ""
        if not goods.code:
            return goods.label
        _kind, _label, point = next(self.chart.points())
        return f"{goods.label} {point.figure.commodity.name}"

    @property
    def facts(self) -> str:
        """Goods, unit and years in a line."""
        values = (
            self.goods_words,
            _("unit: %(unit)s") % {"unit": self.chart.unit_words},
            self.chart.years_words,
        )
        return " · ".join(filter(None, values))

    @cached_property
    def sources(self) -> list[str]:
        """The sources of the points, each with the years that it states."""
        years, names = defaultdict(set), {}
        for _kind, _label, point in self.chart.points():
            for figure in point.figures:
                names[figure.source_id] = str(figure.source)
                if figure.period.year:
                    years[figure.source_id].add(figure.period.year)
        return sorted(
            f"{name} ({', '.join(year_ranges(years[key]))})" if years[key] else name
            for key, name in names.items()
        )

    @property
    def qualified(self) -> list[str]:
        """The points that are not exact, in words: "Kazakhstan, 2019: about 20 million"."""
        return [
            f"{label}, {point.when}: {point.words}"
            for _kind, label, point in self.chart.points()
            if point.quantity.qualifier != Qualifier.EXACT
        ]

    @property
    def notes(self) -> list[str]:
        """The sentences below the drawing."""
        found = []
        if self.chart.total:
            total = in_words(self.chart.total)
            found.append(_("All classes of goods together: %(total)s.") % {"total": total})
        if self.chart.has_computed:
            found.append(_("Hollow marks are computed from figures of one source."))
        if self.qualified:
            found.append(_("Not exact: %(values)s.") % {"values": _listed(self.qualified)})
        found += [
            _("Sources: %(sources)s.") % {"sources": _listed(self.sources)},
            _("Data: CC0 1.0. Bilateral relations, %(url)s, downloaded on %(day)s.")
            % {"url": self.url, "day": date_format(self.day)},
        ]
        return found

    @property
    def texts(self) -> list[Text]:
        """All lines of text outside the drawing."""
        return [*self._above, *self._below]

    @cached_property
    def _above(self) -> list[Text]:
        return _placed(MARGIN, [(self.title, HEADING), (self.facts, PLAIN)])

    @property
    def plot_y(self) -> float:
        return self._above[-1].y + 14

    @cached_property
    def legend(self) -> list[tuple[float, object]]:
        """The lines with the y of their row, if they are not labelled at their ends."""
        if self.chart.bars or self.plot.has_ends:
            return []
        first = self.plot_y + self.plot.height + LEGEND_ROW / 2
        return [(first + LEGEND_ROW * row, line) for row, line in enumerate(self.plot.lines)]

    @property
    def target_y(self) -> float | None:
        """The y of the row that explains the targets; None if there is none."""
        if not self.chart.targets:
            return None
        return self.plot_y + self.plot.height + LEGEND_ROW * (len(self.legend) + 0.5)

    @cached_property
    def _below(self) -> list[Text]:
        rows = len(self.legend) + bool(self.chart.targets)
        start = self.plot_y + self.plot.height + LEGEND_ROW * rows + 6
        return _placed(start, [(note, SMALL) for note in self.notes])

    @property
    def height(self) -> int:
        return round(self._below[-1].y + MARGIN)

    @property
    def name(self) -> str:
        """The start of the name of its file: pair, chart (with its unit), goods, year and
        qualifiers."""
        chart = self.chart
        parts = [
            chart.goods.words if chart.goods else "",
            str(chart.year or ""),
            *(Qualifier(value).label for value in chart.qualifiers),
        ]
        return "_".join(
            filter(None, [self.pair.slug, chart.key, *(slugify(fold(part)) for part in parts)])
        )


def _placed(start: float, texts: list[tuple[str, tuple[int, int, int]]]) -> list[Text]:
    """Texts of these sizes below each other, wrapped."""
    found, y = [], start
    for words, (size, row, most) in texts:
        for line in wrapped(words, most, lines=20):
            y += row
            found.append(Text(y, size, line))
    return found


def _listed(names: list[str]) -> str:
    left = len(names) - NAMED
    if left <= 0:
        return "; ".join(names)
    more = ngettext("and %(count)d other", "and %(count)d others", left) % {"count": left}
    return "; ".join([*names[:NAMED], more])
