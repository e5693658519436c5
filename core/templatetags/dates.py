"""Template filters for dates."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.dates import Edtf, span_words

register = template.Library()


@register.filter
def time_element(value: Edtf) -> SafeString | str:
    """A date in words, with its ISO form if it has one."""
    return _element(value, value.describe())


@register.filter
def span_elements(start: Edtf, until: Edtf) -> SafeString:
    """A period in words; each end has its ISO form if possible."""
    first, dash, last = span_words(start, until)
    return format_html("{}{}{}", _element(start, first), dash, last and _element(until, last))


def _element(value: Edtf, words: str) -> SafeString | str:
    return format_html('<time datetime="{}">{}</time>', value.iso, words) if value.iso else words
