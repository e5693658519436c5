"""Rows of the tables of figures. A pair has hundreds of cells: a template would look up each of
their values separately, and `format_html` would escape also what needs no escaping."""

from collections.abc import Iterator
from html import escape

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from trade.balance import Observation
from trade.charts import Chart
from trade.models import Figure
from trade.tables import Cell, FigureTable, Row
from trade.templatetags.figures import dispute_marks, exactly, in_words, per_cent

register = template.Library()


@register.filter
def chart_rows(chart: Chart) -> SafeString:
    """A row for each point of a chart, with links to its figures."""
    return mark_safe("\n".join(_chart_rows(chart)))


def _chart_rows(chart: Chart) -> Iterator[str]:
    computed = _kind(_("computed"))
    for kind, label, point in chart.points():
        ends = "" if point.low == point.high else f"{exactly(point.low)} – {exactly(point.high)}"
        rates = f"{per_cent(point.growth)}{per_cent(point.share)}"
        yield (
            f'<tr><th scope="row">{escape(label)}{computed if kind == "computed" else ""}</th>'
            f"<td>{escape(point.when)}</td>"
            f'<td class="number">{escape(exactly(point.quantity))}</td>'
            f'<td class="number">{escape(ends)}</td><td class="number">{escape(rates)}</td>'
            f"<td>{_figures_of(point)}</td></tr>"
        )


def _figures_of(point: Observation) -> str:
    """Links to the figures of a point; their number if it is a sum of more than two."""
    if len(point.figures) > 2:
        return escape(_("%(count)s figures") % {"count": len(point.figures)})
    return " + ".join(
        _link(row, f"{row.source}, {row.edition}" if row.edition else str(row.source))
        for row in point.figures
    )


@register.simple_tag
def year_cells(table: FigureTable, row: Row) -> SafeString:
    """The cells of a row of a table by year, with links to the figures."""
    every = escape(f"{reverse('trade:figure_list')}?{table.query}&year=")
    return mark_safe(
        "\n".join(f'<td class="number">{_figures_in(cell, every)}</td>' for cell in row.cells)
    )


def _figures_in(cell: Cell, every: str) -> str:
    """The figures of a cell, and a link to `every` figure of its year if some are left out."""
    found = [
        f'<span class="figure">{_link(row, in_words(row.quantity))}'
        f"{''.join(map(_kind, _apart(row, cell)))}</span>{dispute_marks(row)}"
        for row in cell.figures
    ]
    if cell.more:
        words = escape(_("%(more)s more") % {"more": cell.more})
        found.append(f'<a class="kind" href="{every}{cell.words}">{words}</a>')
    return " ".join(found)


def _apart(figure: Figure, cell: Cell) -> Iterator[str]:
    """What tells a figure from the others of its cell."""
    if figure.status == Figure.Status.TARGET:
        yield figure.get_status_display()
    if figure.vintage:
        yield figure.edition
    if figure.when != cell.words:
        yield figure.when


def _link(figure: Figure, words: str) -> str:
    return f'<a href="{escape(figure.get_absolute_url())}">{escape(words)}</a>'


def _kind(words: str) -> str:
    return f' <span class="kind">{escape(words)}</span>'
