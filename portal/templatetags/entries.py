"""Template tags for timeline entries."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.templatetags.direction import isolated
from relations.models import Kind, Record
from relations.templatetags.records import joined, link, participants, place

register = template.Library()


@register.simple_tag
def entry_details(record: Record, pair, grouped: bool = False) -> SafeString:
    """The sides of an entry of a pair's timeline, its participants, and its place; if `grouped`,
    only the participants, because its occasion says the rest."""
    if grouped:
        return participants(record)
    return joined(sides(record, pair), participants(record), isolated(place(record)))


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
