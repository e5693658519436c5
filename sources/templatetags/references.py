"""Template filters for sources and the places in them."""

from collections.abc import Iterable
from string import ascii_lowercase

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from core.templatetags.dates import time_element
from core.templatetags.direction import isolated
from sources.models import Reference, Source
from sources.texts import Segment

register = template.Library()

# An arrow back, as text: without the selector some systems draw an emoji.
_ARROW = "\u21a9\ufe0e"
# The fields in which citations agree that are shown as one.
_SAME = ("as_stated", "language", "translation", "attribution", "inferred", "note")


@register.filter
def note_marks(row) -> SafeString:
    """Links from a row to its `notes`, the page's footnotes for the places where it was read. Each
    has an id, to which `back_links` lead."""
    marks = []
    for note in getattr(row, "notes", ()):
        note.marks += 1
        marks.append((note.label, note.marks, note.label, note.where, note.label))
    link = '<a class="note-mark" id="mark-{}-{}" href="#note-{}" aria-label="{}">{}</a>'
    return format_html_join("", link, marks)


@register.filter
def back_links(note) -> SafeString:
    """Links from a note back to the marks that the page has shown before it: an arrow, or letters
    if there are several."""
    if note is None or not note.marks:
        return mark_safe("")
    back = _("Back to the text")
    if note.marks == 1:
        link = '<span class="back"><a href="#mark-{}-1" aria-label="{}">{}</a></span>'
        return format_html(link, note.label, back, _ARROW)
    rows = (
        (note.label, number, back, letter, letter)
        for number, letter in enumerate(ascii_lowercase[: note.marks], 1)
    )
    links = format_html_join("", '<a href="#mark-{}-{}" aria-label="{}, {}">{}</a>', rows)
    return format_html('<span class="back">{} {}</span>', _ARROW, links)


@register.filter
def by_source(citations: Iterable[Reference]) -> list[tuple[Source, list[list[Reference]]]]:
    """The sources of citations, in the order in which they come first, each with its citations in
    groups. Those of a group differ in the cited field alone."""
    found = {}
    for row in citations:
        same = (row.stance, row.place, *(getattr(row, name) for name in _SAME))
        _source, groups = found.setdefault(row.source.slug, (row.source, {}))
        groups.setdefault(same, []).append(row)
    return [(source, list(groups.values())) for source, groups in found.values()]


@register.simple_tag
def what_is_cited(rows: list[Reference], named: bool = False) -> SafeString:
    """The stance of citations that differ in the cited field alone, and these fields; with a colon
    if their place follows, or their source unless that is `named` already."""
    first = rows[0]
    names = [row.field_label or _("the record as a whole") for row in rows]
    follows = not named or first.place or first.stated
    shown = len(rows) > 1 or first.field or not follows
    fields = ", ".join(map(str, names)) if shown else ""
    return format_html(
        '<span class="stance">{}</span>{}{}',
        first.get_stance_display(),
        format_html(' <span class="field">{}</span>', fields) if fields else "",
        ":" if follows else "",
    )


@register.filter
def bibliography_entry(source: Source) -> SafeString:
    """A source as a bibliography entry: title, author, publisher, date, address."""
    link = '<a href="{}"><cite>{}</cite></a>'
    title = format_html(link, source.get_absolute_url(), isolated(source.title))
    date = time_element(source.date) if source.date else ""
    names = (isolated(name) for name in (source.author, source.publisher) if name)
    parts = filter(None, (title, *names, date))
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
    first = segment.passages[0]
    page = f"?page={first.page}" if getattr(first, "page", 1) > 1 else ""
    link = '{}<a class="cited" href="{}#rests-on-{}"><mark>{}</mark></a>'
    return format_html(link, anchors, page, first.locator, segment.text)
