"""Links to the files beside a page."""

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from core.urls import TABLES
from core.views import FORMATS

register = template.Library()


@register.simple_tag
def file_links(name: str, *args, query: str = "", rel: str = "") -> SafeString:
    """Links to the files of the view `name` in all formats of tables, with the query string of the
    page's filters."""
    rel = format_html(' rel="{}"', rel) if rel else ""
    return format_html_join(
        "\n",
        '<a href="{}{}"{}>{}</a>',
        (
            (reverse(f"{name}_{form}", args=args), query and f"?{query}", rel, FORMATS[form])
            for form in TABLES
        ),
    )
