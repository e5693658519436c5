"""The columns of charts with lanes."""

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from charts.lanes import Block, Lane

register = template.Library()


@register.simple_tag(takes_context=True)
def blocks(context, lane: Lane) -> SafeString:
    """The blocks of a lane as SVG, linked if they have an address. A busy pair has hundreds, and a
    template would look up each number separately."""
    target = mark_safe(' target="_blank"') if context.get("embedded") else ""
    return mark_safe("".join(_linked(block, target) for block in lane.blocks))


def _linked(block: Block, target: str) -> str:
    look = ' class="pale"' if block.pale else ""
    place = f'x="{block.x}%" width="{block.width}%" y="{block.y}%" height="{block.height}%"'
    drawn = f"<rect{look} {place}><title>{conditional_escape(block.words)}</title></rect>"
    if not block.url:
        return drawn
    return format_html('<a tabindex="-1" href="{}"{}>{}</a>', block.url, target, mark_safe(drawn))
