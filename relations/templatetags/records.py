"""Records in templates: dates, participants and places."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.templatetags.dates import span_elements, time_element
from core.templatetags.direction import isolated
from relations.models import Kind, Record
from relations.rules import value_in_words

register = template.Library()

LASTING = (Kind.MEMBERSHIP, Kind.OFFICE, Kind.MISSION)


@register.filter
def time_span(record: Record) -> SafeString | str:
    """The time of a record; lasting kinds say since when, and whether they have ended."""
    until = record.until
    if record.kind not in LASTING:
        return span_elements(record.date, until)
    since = _("start date unknown")
    if record.date:
        since = format_html(_("since {}"), time_element(record.date))
    if until.is_open:
        return since
    if until:
        return format_html(_("{}, until {}"), since, time_element(until))
    if record.end:
        return format_html(_("{}, end unknown, {}"), since, time_element(record.end))
    return format_html(_("{}; current status unknown"), since)


@register.filter
def listed_title(record: Record) -> SafeString:
    """The title of a record in a list of all kinds: of an action, that of its treaty."""
    return isolated(record.treaty if record.kind == Kind.ACTION else record)


@register.simple_tag
def row_details(record: Record, named: bool = False) -> SafeString:
    """Participants and place; if `named`, also the pair."""
    relation = record.relation if named else None
    return joined(
        participants(record),
        isolated(place(record)),
        relation and link(relation),
    )


@register.inclusion_tag("_facts.html")
def kind_facts(record: Record, *left_out: str) -> dict:
    """The fields of a record's kind that have a value, each with its label, its value in words and
    an address to link to, except its type and those left out."""
    facts = []
    for field in record.kind_fields():
        value = getattr(record, field.name)
        hidden = isinstance(value, Record) and not value.is_public
        if (
            value is None
            or str(value) == ""
            or hidden
            or field.name in (record.TYPE_FIELD, *left_out)
        ):
            continue
        facts.append(
            {
                "label": field.verbose_name,
                "words": value_in_words(record, field.name),
                "url": value.get_absolute_url() if field.remote_field else "",
            }
        )
    return {"facts": facts}


def place(record: Record) -> str:
    """The place of a record; empty for kinds without one."""
    return getattr(record, "place", "")


def participants(record: Record) -> SafeString:
    """The participants, as links."""
    return links(row.participant for row in record.participations.all())


@register.filter("row_links")
def links(rows) -> SafeString:
    """Links to rows, separated by commas."""
    return format_html_join(", ", "{}", ((link(row),) for row in rows))


def link(row) -> SafeString:
    return format_html('<a href="{}">{}</a>', row.get_absolute_url(), isolated(row))


def joined(*parts) -> SafeString:
    """The parts that are not empty, separated by dots."""
    return format_html_join(" · ", "{}", ((part,) for part in parts if part))
