"""Template filters for sources and the places in them."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from core.templatetags.dates import time_element
from sources.models import Source
from sources.texts import Segment

register = template.Library()


@register.filter
def note_marks(row) -> SafeString:
    """Links from a row to its `notes`, the page's footnotes for the places where it was read."""
    marks = []
    for note in getattr(row, "notes", ()):
        where = ", ".join(filter(None, (str(note.reference.source), note.reference.place)))
        marks.append((note.label, where, note.label))
    link = '<a class="note-mark" href="#note-{}" aria-label="{}">{}</a>'
    return format_html_join("", link, marks)


@register.filter
def bibliography_entry(source: Source) -> SafeString:
    """A source as a bibliography entry: title, author, publisher, date, address."""
    title = format_html('<a href="{}"><cite>{}</cite></a>', source.get_absolute_url(), source.title)
    date = time_element(source.date) if source.date else ""
    parts = filter(None, (title, source.author, source.publisher, date))
    entry = format_html_join(", ", "{}", ((part,) for part in parts))
    if not source.url:
        return entry
    address = '{}. <a class="address" href="{}" rel="external">{}</a>'
    return format_html(address, entry, source.url, source.url)


@register.filter
def with_marks(paragraph: list[Segment]) -> SafeString:
    """A paragraph of a source's text with its passages marked, for editors. Carriage returns are
    escaped: browsers drop them otherwise, and scripts count offsets in the text."""
    return mark_safe("".join(_marked(row) for row in paragraph).replace("\r", "&#13;"))


@register.filter
def with_links(paragraph: list[Segment]) -> SafeString:
    """A paragraph with its passages marked, each an anchor and a link to the rows that cite it."""
    return mark_safe("".join(_linked(row) for row in paragraph))


def _marked(segment: Segment) -> SafeString:
    if not segment.passages:
        return format_html("{}", segment.text)
    own = any(getattr(row, "is_own", False) for row in segment.passages)
    name = mark_safe(' class="own"') if own else ""
    return format_html(
        '<mark{} title="{}">{}</mark>', name, segment.passages[0].place, segment.text
    )


def _linked(segment: Segment) -> SafeString:
    begins = ((row.locator,) for row in segment.begins)
    anchors = format_html_join("", '<span id="{}"></span>', begins)
    if not segment.passages:
        return format_html("{}{}", anchors, segment.text)
    link = '{}<a class="cited" href="#rests-on-{}"><mark>{}</mark></a>'
    return format_html(link, anchors, segment.passages[0].locator, segment.text)
