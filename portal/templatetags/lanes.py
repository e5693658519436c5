"""The columns of charts with lanes, and the bars of a timeline's band. A busy pair has hundreds,
and a template would look up each number separately."""

from django import template
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString, mark_safe

from charts.lanes import Block, Lane
from portal.band import Band, Bar
from trade.templatetags.figures import grouped

register = template.Library()


@register.simple_tag(takes_context=True)
def blocks(context, lane: Lane) -> SafeString:
    """The blocks of a lane as SVG, linked if they have an address."""
    target = mark_safe(' target="_blank"') if context.get("embedded") else ""
    return mark_safe("".join(_linked(block, target) for block in lane.blocks))


def _linked(block: Block, target: str) -> str:
    look = ' class="pale"' if block.pale else ""
    place = f'x="{block.x}%" width="{block.width}%" y="{block.y}%" height="{block.height}%"'
    drawn = f"<rect{look} {place}><title>{conditional_escape(block.words)}</title></rect>"
    if not block.url:
        return drawn
    return format_html('<a tabindex="-1" href="{}"{}>{}</a>', block.url, target, mark_safe(drawn))


BAR = (
    '<a tabindex="-1" href="{address}"><title>{words}</title>'
    '<rect class="hit" x="{x}%" width="{width}%" y="0" height="{base}%"/>{rectangles}</a>\n'
)
ROW = (
    '<tr><th scope="row"><a href="{address}">{years}</a></th>{counts}'
    '<td class="number">{total}</td></tr>\n'
)


@register.simple_tag
def bars(band: Band, query: str) -> SafeString:
    """The bars of a band as SVG; each links to its years, which follow `query` in the address."""
    return mark_safe(
        "".join(
            BAR.format(
                address=_years_address(query, bar),
                words=escape(bar.words),
                x=bar.x,
                width=bar.width,
                base=band.base,
                rectangles=bar.rectangles,
            )
            for bar in band.bars
        )
    )


@register.simple_tag
def bar_rows(band: Band, query: str) -> SafeString:
    """The bars of a band as rows of a table: linked years, the count of each kind, and of all."""
    return mark_safe(
        "".join(
            ROW.format(
                address=_years_address(query, bar),
                years=escape(bar.years),
                counts="".join(
                    f'<td class="number">{grouped(count) if count else ""}</td>'
                    for count in bar.counts
                ),
                total=grouped(bar.total),
            )
            for bar in band.bars
        )
    )


def _years_address(query: str, bar: Bar) -> str:
    return escape(f"?{query}year_from={bar.first}&year_to={bar.last}")
