"""The marks of charts over time."""

from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe

from charts.plots import Line

register = template.Library()


@register.simple_tag(takes_context=True)
def marks(context, line: Line) -> SafeString:
    """The marks of a line as SVG, each a link. A pair has hundreds, and a template would look up
    each of their values separately."""
    style, origin = line.style, escape(context.get("origin", ""))
    target = ' target="_blank"' if context.get("embedded") else ""
    scale = f" scale({style.scale})" if style.variant else ""
    looks = {
        computed: f'd="{style.shape}" fill="{fill}" stroke="{style.hex}" stroke-width="1.5"/></a>'
        for computed, fill in ((True, "#ffffff"), (False, style.hex))
    }
    found = []
    for mark in line.marks:
        words, computed = escape(mark.words), mark.point.computed
        found.append(
            f'<a href="{origin}{escape(mark.point.url)}"{target} aria-label="{words}">'
            f"<title>{words}</title>"
            f'<path class="point series-{style.colour}{" computed" if computed else ""}"'
            f' transform="translate({mark.x} {mark.y}){scale}" {looks[computed]}'
        )
    return mark_safe("".join(found))
