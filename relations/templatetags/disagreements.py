"""Disagreements in templates. A page has dozens, which take less time as functions than as
templates."""

from collections.abc import Iterable

from django import template
from django.template.defaultfilters import date
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from core.templatetags.direction import isolated
from relations.models import Disagreement
from relations.models.disagreement import Decision

register = template.Library()

# How many sources of a value are shown before they are folded.
SOURCES = 3

ARTICLE = """
<article class="disagreement {state}">
<h{level} class="title"><a href="{address}">{title}</a></h{level}>
<p><span class="kind">{rule}</span> · <span class="kind{warn}">{state_words}</span></p>
<ul class="values" role="list">{values}</ul>
{none}{reason}{earlier}
</article>"""


@register.simple_tag(name="disagreement")
def article(row: Disagreement, level: int = 3) -> SafeString:
    """A disagreement with its values, their sources and its decisions, under a heading of a
    level."""
    return format_html(
        ARTICLE,
        level=level,
        address=row.get_absolute_url(),
        title=isolated(row),
        rule=row.get_rule_display(),
        state=row.state,
        state_words=row.get_state_display(),
        warn=" warn" if row.state == row.State.UNDECIDED else "",
        values=mark_safe("".join(map(_value, row.by_value))),
        none=_none(row) if row.prefers_none else "",
        reason=_reason(row) if row.reason else "",
        earlier=_earlier(row.earlier) if row.earlier else "",
    )


def _value(value: dict) -> SafeString:
    """One value of Disagreement.by_value: whether it is preferred, and its sources."""
    sources = format_html_join("", "<li>{}</li>", ((_source(row),) for row in value["members"]))
    sources = format_html('<ul role="list">{}</ul>', sources)
    if len(value["members"]) > SOURCES:
        words = _("Show the sources")
        fold = '<details class="says"><summary>{}</summary>{}</details>'
        sources = format_html(fold, words, sources)
    preferred = format_html(' <span class="kind">{}</span>', _("preferred"))
    return format_html(
        "<li{}><strong>{}</strong>{}{} {}</li>",
        mark_safe(' class="preferred"') if value["preferred"] else "",
        isolated(value["value"]),
        preferred if value["preferred"] else "",
        f": {value['count']}" if value["count"] else "",
        sources,
    )


def _source(member: dict) -> SafeString:
    """A source that states a value, with the place in it; or a computed value. Stored members may
    lack optional values."""
    words, grade = _("computed"), ""
    if source := member.get("source"):
        words = isolated(member.get("source_title") or source)
        place = f", {member['place']}" if member.get("place") else ""
        words = format_html("{}{}", words, place)
        if stated := member.get("grade"):
            grade = format_html(' <span class="kind">{}</span>', stated)
    by = member.get("attribution", "") and format_html(
        ' <span class="as-stated">{} {}</span>', _("according to"), member["attribution"]
    )
    return format_html('<a href="{}">{}</a>{}{}', member.get("url", ""), words, grade, by)


def _none(row: Disagreement) -> SafeString:
    return format_html("<p>{}</p>", _("The editors prefer none of these values."))


def _reason(row: Disagreement) -> SafeString:
    since = ""
    if row.state == row.State.UNDECIDED:
        since = _("The values have changed since this reason was given:")
    return format_html('<p class="note">{} {}</p>', since, row.reason)


def _earlier(decisions: Iterable[Decision]) -> SafeString:
    """The earlier decisions, in a fold."""
    rows = ((date(localtime(row.at), "c"), date(localtime(row.at)), row) for row in decisions)
    listed = format_html_join("", '<li><time datetime="{}">{}</time> · {}</li>', rows)
    fold = '<details><summary>{}</summary><ol role="list">{}</ol></details>'
    return format_html(fold, _("Earlier decisions"), listed)
