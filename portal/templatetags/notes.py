"""The notes of a page. There may be hundreds, which take less time as functions than as
templates."""

from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from core.templatetags.direction import isolated
from portal.footnotes import Note, NotedSource
from sources.templatetags.references import back_links, bibliography_entry

register = template.Library()

SOURCE = """
<li id="note-{number}">
<p class="work"><span class="ordinal">{number}</span> {entry} {back}</p>
{places}
</li>"""
PLACE = """
<li id="note-{label}">
<span class="ordinal">{label}</span>
<span><a href="{address}">{place}</a> {quotations}{back}</span>
</li>"""


@register.simple_tag
def noted_sources(sources: Iterable[NotedSource]) -> SafeString:
    """The sources of a page as items of a list, each with the cited places in it; many places are
    folded."""
    return mark_safe("".join(map(_source, sources)))


def _source(noted: NotedSource) -> SafeString:
    places = mark_safe("".join(map(_place, noted.notes.values())))
    if places:
        places = format_html('<ul class="places" role="list">{}</ul>', places)
    if noted.folds:
        words = _("%(count)s cited places") % {"count": len(noted.notes)}
        folded = '<details class="rest says"><summary>{}</summary>{}</details>'
        places = format_html(folded, words, places)
    return format_html(
        SOURCE,
        number=noted.number,
        entry=bibliography_entry(noted.source),
        back=back_links(noted.whole),
        places=places,
    )


def _place(note: Note) -> SafeString:
    quoted = ((language, words) for words, language in note.quotations.items())
    return format_html(
        PLACE,
        label=note.label,
        address=note.reference.place_url,
        place=isolated(note.reference.place),
        quotations=format_html_join("", '<q lang="{}" dir="auto">{}</q> ', quoted),
        back=back_links(note),
    )
