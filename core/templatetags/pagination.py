"""Template tags for the links between the pages of a list."""

from urllib.parse import parse_qsl

from django import template
from django.core.paginator import Page
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

register = template.Library()

# How many pages on each side of the current one have a link.
NEAR = 2


@register.simple_tag
def near_pages(page: Page) -> range:
    """The numbers of the current page and of those near it."""
    return range(max(1, page.number - NEAR), min(page.paginator.num_pages, page.number + NEAR) + 1)


@register.simple_tag
def hidden_fields(query: str) -> SafeString:
    """The parameters of a query string as hidden fields of a form."""
    values = parse_qsl(query or "", keep_blank_values=True)
    return format_html_join("", '<input type="hidden" name="{}" value="{}">', values)
