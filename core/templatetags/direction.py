"""Template filter for names in right-to-left scripts."""

import re

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

register = template.Library()

# Letters that are written from right to left: Hebrew, Arabic, Syriac, Thaana, N'Ko and their
# presentation forms, and the historic and African scripts beyond the basic plane.
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\U00010800-\U00010fff\U0001e800-\U0001efff]"
)


@register.filter
def isolated(name) -> SafeString:
    """A name or title in the text of a page; if it has right-to-left letters, in <bdi>, so that
    the punctuation and numbers around it stay where they are."""
    text = str(name) if not hasattr(name, "__html__") else name
    shown = conditional_escape(text)
    return format_html("<bdi>{}</bdi>", shown) if _RIGHT_TO_LEFT.search(shown) else shown
