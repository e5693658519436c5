"""The marks of charts over time."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from charts.plots import Line

register = template.Library()

MARK = (
    '<a href="{origin}{url}"{target} aria-label="{words}"><title>{words}</title>'
    '<path class="point series-{colour}{look}" transform="translate({x} {y}){scale}"'
    ' d="{shape}" fill="{fill}" stroke="{stroke}" stroke-width="1.5"/></a>'
)


@register.simple_tag(takes_context=True)
def marks(context, line: Line) -> SafeString:
    """The marks of a line as SVG, each a link. A pair has hundreds, and a template would look up
    each of their values separately."""
    style = line.style
    shared = {
        "origin": context.get("origin", ""),
        "target": mark_safe(' target="_blank"') if context.get("embedded") else "",
        "colour": style.colour,
        "scale": f" scale({style.scale})" if style.variant else "",
        "shape": style.shape,
        "stroke": style.hex,
    }
    return mark_safe(
        "".join(
            format_html(
                MARK,
                url=mark.point.url,
                words=mark.words,
                x=mark.x,
                y=mark.y,
                look=" computed" if mark.point.computed else "",
                fill="#ffffff" if mark.point.computed else style.hex,
                **shared,
            )
            for mark in line.marks
        )
    )
