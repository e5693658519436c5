"""Template tags for timeline entries. A page has a hundred, which take less time as functions than
as templates."""

from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.templatetags.direction import isolated
from relations.models import Disagreement, Kind, Record
from relations.templatetags.records import (
    joined,
    link,
    listed_title,
    participants,
    place,
    time_span,
)
from sources.templatetags.references import note_marks

register = template.Library()


ENTRY = """
<li id="{slug}" class="entry {kind}{at}">
{when}
<div>
<p class="what">{of_kind} <a href="{address}">{title}</a>{marks}</p>
<p class="who">{details}</p>
{state}
</div>
<p class="here"><a href="?at={slug}#{slug}" aria-label="{label}">#</a></p>
</li>"""


@register.simple_tag(takes_context=True)
def entry(context, record: Record, grouped: bool = False) -> SafeString:
    """An entry of a pair's timeline, with its disputes and notes; if `grouped`, without what its
    occasion says."""
    kind = format_html('<span class="kind">{}</span>', record.kind_and_type)
    when = format_html('<p class="when">{}</p>', time_span(record))
    return format_html(
        ENTRY,
        slug=record.slug,
        kind=record.kind,
        at=" at" if record.slug == context["position"].at else "",
        when="" if grouped else when,
        of_kind="" if grouped else kind,
        address=record.get_absolute_url(),
        title=listed_title(record),
        marks=note_marks(record),
        details=participants(record) if grouped else entry_details(record, context["pair"]),
        state=_state(record),
        label=_("Link to this entry: %(record)s") % {"record": record},
    )


def entry_details(record: Record, pair) -> SafeString:
    """The sides of an entry of a pair's timeline, its participants, and its place."""
    return joined(sides(record, pair), participants(record), isolated(place(record)))


def _state(record: Record) -> SafeString | str:
    """The status of the treaty of an action, and the disagreements about an entry."""
    status = ""
    if record.kind == Kind.ACTION:
        look = f"{record.treaty.status or 'none'}{'' if record.treaty.certain else ' unsure'}"
        words = record.treaty.status_today
        status = format_html('<span class="status {}">{}</span> ', look, words)
    elif not record.disputes:
        return ""
    return format_html('<p class="state">{}{}</p>', status, dispute_links(record.disputes))


@register.filter
def dispute_links(disputes: Iterable[Disagreement]) -> SafeString:
    """Links to disagreements, each with its state in words."""
    links = []
    for dispute in disputes:
        look, words = "dispute", _("Sources disagree")
        if dispute.state == dispute.State.DECIDED:
            look = "dispute decided"
            words = _("Sources disagree; none is preferred")
            if dispute.choice:
                words = _("Sources disagree; one is preferred")
        links.append((look, dispute.get_absolute_url(), words))
    return format_html_join(" ", '<a class="{}" href="{}">{}</a>', links)


@register.simple_tag
def sides(record: Record, pair) -> SafeString | str:
    """The sides of a record, worded for its kind; empty for an event."""
    match record.kind:
        case Kind.VISIT:
            return worded("{guest} → {host}", guest=record.guest, host=record.host)
        case Kind.MEMBERSHIP:
            return worded("{member} – {body}", member=record.member, body=link(record.organization))
        case Kind.MISSION:
            host = record.host or record.host_organization
            return worded("{sender} → {host}", sender=record.sender, host=host)
        case Kind.OFFICE:
            body = record.country or record.organization
            return worded("{person}, {body}", person=link(record.person), body=body)
        case Kind.ACTION if record.party:
            return isolated(record.party)
        case Kind.ACTION if pair.pk and record.relation_id == pair.pk:
            return worded(_("{one} and {other}"), one=pair.country_a, other=pair.country_b)
        case Kind.ACTION:
            return _("all parties")
    return ""


def worded(text: str, **names) -> SafeString:
    """A text with names in it, each isolated."""
    return format_html(text, **{key: isolated(name) for key, name in names.items()})
