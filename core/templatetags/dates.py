"""Template filters for dates."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.dates import Edtf

register = template.Library()


@register.filter
def time_element(value: Edtf) -> SafeString | str:
    """A date in words, with its ISO form if it has one."""
    if not value.iso:
        return value.describe()
    return format_html('<time datetime="{}">{}</time>', value.iso, value.describe())
