"""Template tags for timeline entries."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from relations.models import Kind, Record
from relations.templatetags.records import joined, link, participants, place

register = template.Library()


@register.simple_tag
def entry_details(record: Record, pair, grouped: bool = False) -> SafeString:
    """The sides of an entry of a pair's timeline, its participants, and its place; if `grouped`,
    only the participants, because its occasion says the rest."""
    if grouped:
        return participants(record)
    return joined(sides(record, pair), participants(record), place(record))


@register.simple_tag
def sides(record: Record, pair) -> SafeString | str:
    """The sides of a record, worded for its kind; empty for an event."""
    match record.kind:
        case Kind.VISIT:
            return _("from %(guest)s to %(host)s") % {"guest": record.guest, "host": record.host}
        case Kind.MEMBERSHIP:
            return format_html("{} – {}", record.member, link(record.organization))
        case Kind.MISSION:
            host = record.host or record.host_organization
            return _("of %(sender)s in %(host)s") % {"sender": record.sender, "host": host}
        case Kind.OFFICE:
            body = record.country or record.organization
            return format_html("{}, {}", link(record.person), body)
        case Kind.ACTION if record.party:
            return _("by %(party)s") % {"party": record.party}
        case Kind.ACTION if pair.pk and record.relation_id == pair.pk:
            names = {"one": pair.country_a, "other": pair.country_b}
            return _("%(one)s and %(other)s") % names
        case Kind.ACTION:
            return _("all parties")
    return ""
