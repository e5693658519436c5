"""Template filters for the results of a search."""

from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from search.extracts import Part

register = template.Library()


@register.filter
def with_matches(parts: Iterable[Part]) -> SafeString:
    """A text in parts, with the matches marked."""
    shown = (format_html("<mark>{}</mark>", text) if found else text for text, found in parts)
    return format_html_join("", "{}", ((part,) for part in shown))
