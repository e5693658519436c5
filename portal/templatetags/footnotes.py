"""The sources of a page. A dossier has hundreds, which take less time as functions than as
templates."""

from collections.abc import Iterable

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from core.templatetags.direction import isolated
from portal.footnotes import Note, NotedSource
from sources.templatetags.references import back_links, bibliography_entry

register = template.Library()

SOURCE = """
<li id="note-{number}">
<p class="work"><span class="ordinal">{number}</span> {entry} {back}</p>
{places}</li>"""
PLACE = """
<li id="note-{label}">
<span class="ordinal">{label}</span> <span><a href="{address}">{place}</a> {quotations}{back}</span>
</li>"""


@register.simple_tag
def noted_sources(footnotes: Iterable[NotedSource]) -> SafeString:
    """The sources of `portal.footnotes` as items of a list, each with the cited places in it."""
    return mark_safe("".join(map(_source, footnotes)))


def _source(noted: NotedSource) -> SafeString:
    return format_html(
        SOURCE,
        number=noted.number,
        entry=bibliography_entry(noted.source),
        back=back_links(noted.whole),
        places=_places(noted) if noted.notes else "",
    )


def _places(noted: NotedSource) -> SafeString:
    items = mark_safe("".join(map(_place, noted.notes.values())))
    listed = format_html('<ul class="places" role="list">{}</ul>', items)
    if not noted.folds:
        return listed
    words = _("%(count)s cited places") % {"count": len(noted.notes)}
    return format_html(
        '<details class="rest says"><summary>{}</summary>{}</details>', words, listed
    )


def _place(note: Note) -> SafeString:
    quotations = "".join(
        format_html('<q lang="{}" dir="auto">{}</q> ', language, words)
        for words, language in note.quotations.items()
    )
    return format_html(
        PLACE,
        label=note.label,
        address=note.reference.place_url,
        place=isolated(note.place),
        quotations=mark_safe(quotations),
        back=back_links(note),
    )
