"""Records in templates: when they were, and who took part where."""

from django import template
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from core.templatetags.dates import time_element
from relations.models import Kind, Record

register = template.Library()

LASTING = (Kind.MEMBERSHIP, Kind.OFFICE, Kind.MISSION)


@register.filter
def time_span(record: Record) -> SafeString | str:
    """When a record was: lasting kinds say since when, and whether they have ended."""
    start, until = time_element(record.date), record.until
    if record.kind not in LASTING:
        return format_html("{} – {}", start, time_element(until)) if until else start
    since = format_html(_("since {}"), start) if record.date else _("since when is not known")
    if until.is_open:
        return since
    if until:
        return format_html(_("{}, until {}"), since, time_element(until))
    return format_html(_("{}, whether it has ended is not known"), since)


@register.simple_tag
def row_details(record: Record, named: bool = False, added: bool = False) -> SafeString:
    """Who took part and where; the pair where it is to be `named`, the day of publication where it
    is of what was `added` last."""
    relation = record.relation if named else None
    day = date_format(localtime(record.published_at), "j F Y") if added else ""
    return joined(
        participants(record),
        place(record),
        relation and link(relation),
        day and _("added on %(day)s") % {"day": day},
    )


def place(record: Record) -> str:
    """Where it was, of the kinds that have a place."""
    return getattr(record, "place", "")


def participants(record: Record) -> SafeString:
    """Who takes part, as links."""
    return links(row.participant for row in record.participations.all())


def links(rows) -> SafeString:
    """Links to rows, with commas between them."""
    return format_html_join(", ", "{}", ((link(row),) for row in rows))


def link(row) -> SafeString:
    return format_html('<a href="{}">{}</a>', row.get_absolute_url(), row)


def joined(*parts) -> SafeString:
    """The parts that are not empty, with dots between them."""
    return format_html_join(" · ", "{}", ((part,) for part in parts if part))
