"""The rules that find disagreements: each takes a published record and yields findings."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.dates import Edtf
from relations.models.citation import Citation
from relations.models.event import Event
from relations.models.record import Record, State
from relations.models.relation import Relation
from sources.models import Reference

COMPUTED = "computed"
KEY_LENGTH = 400


@dataclass(frozen=True, slots=True)
class Member:
    """One of the rival values: a permanent id, the value in words, and where it was read.

    `source` is the slug of the source; empty for a computed value.
    """

    id: str
    value: str
    source: str = ""
    source_title: str = ""
    grade: str = ""
    place: str = ""
    url: str = ""
    attribution: str = ""

    @staticmethod
    def read(id: str, value: str, reference: Reference, url: str = "") -> "Member":
        """A value that was read at a place in a source."""
        return Member(
            id=id,
            value=value,
            source=reference.source.slug,
            source_title=reference.source.title,
            grade=reference.source.kind,
            place=str(reference.place),
            url=url or reference.place_url,
            attribution=reference.attribution,
        )


@dataclass(frozen=True, slots=True)
class Finding:
    """A disagreement that a rule found; rule and subject make up its permanent key."""

    rule: str
    subject: str
    title: str
    members: tuple[Member, ...]
    record: Record | None = None
    relation: Relation | None = None

    @property
    def key(self) -> str:
        key = f"{self.rule}:{self.subject}"
        if len(key) <= KEY_LENGTH:
            return key
        # Identifiers may be long: a hash replaces the part that does not fit.
        return f"{key[: KEY_LENGTH - 65]}:{hashlib.sha256(key.encode()).hexdigest()}"

    @property
    def fingerprint(self) -> str:
        """A hash that changes if, and only if, a member or its value does."""
        values = sorted((member.id, member.value) for member in self.members)
        return hashlib.sha256(json.dumps(values).encode()).hexdigest()


def record_findings(records: Iterable[Record]) -> list[Finding]:
    """All findings about records of one kind; unpublished records are skipped."""
    records = [record for record in records if record.state == State.PUBLISHED]
    if not records:
        return []
    pks = [record.pk for record in records]
    disputed = Citation.objects.filter(record__in=pks, stance=Citation.Stance.CONTRADICTS)
    disputed = set(disputed.values_list("record", flat=True))
    findings = [
        found
        for record in records
        if record.pk in disputed
        for found in contradicting_citations(record)
    ]
    if isinstance(records[0], Event):
        marked = Event.objects.filter(anniversary_of__in=pks).values_list("anniversary_of")
        marked = {pk for (pk,) in marked}
        for event in records:
            findings += rival_dates(event)
            findings += misfit_anniversaries(event) if event.pk in marked else ()
    return [*findings, *type(records[0]).findings(records)]


def contradicting_citations(record: Record) -> Iterator[Finding]:
    """The contradictions among the saved citations of a record."""
    cited = Citation.objects.filter(record=record.pk).with_places().order_by("pk")
    return contradictions(record, list(cited))


def contradictions(record: Record, cited: list[Citation]) -> Iterator[Finding]:
    """A finding for each contradicted field; a blank field means the record as a whole."""
    for field in sorted({row.field for row in cited if row.stance == "contradicts"}):
        members = tuple(
            Member.read(
                f"{row.stance}:{row.source.slug}:{row.locator}",
                value_stated(record, row, field),
                row,
            )
            for row in cited
            if row.field == field
            and row.stance != "mentions"
            or row.field == ""
            and row.stance == "supports"
            and not any(
                other.source_id == row.source_id and other.field == field for other in cited
            )
        )
        label = record._meta.get_field(field).verbose_name if field else ""
        yield Finding(
            rule="contradiction",
            subject=f"{record.slug}:{field}",
            title=": ".join(filter(None, (str(record), str(label)))),
            members=members,
            record=record,
            relation=record.relation,
        )


def value_stated(record: Record, citation, field: str) -> str:
    """The value that a citation states; else its stance, or the value that it supports."""
    if citation.as_stated:
        return citation.source.shown(citation.as_stated)
    if citation.stance == "contradicts" or not field:
        return str(citation.get_stance_display())
    return value_in_words(record, field)


def value_in_words(record: Record, field: str) -> str:
    """The value of a record's field as readers see it."""
    value = getattr(record, field)
    if isinstance(value, Edtf):
        return value.describe()
    display = getattr(record, f"get_{field}_display", None)
    return str(display() if display else value if value is not None else "")


def rival_dates(event: Event) -> Iterator[Finding]:
    """Find published events of a type that happens once between two countries, with dates that
    cannot be the same day."""
    if not event.is_singular or not event.relation_id:
        return
    same = list(
        Event.objects.published()
        .filter(relation=event.relation_id, event_type=event.event_type)
        .with_related()
        .order_by("pk")
    )
    if any(
        not one.date.possibly_within(other.date.earliest, other.date.latest)
        for one in same
        for other in same
        if one.date and other.date
    ):
        yield Finding(
            rule="rival_dates",
            subject=f"{event.relation.slug}:{event.event_type}",
            title=f"{event.get_event_type_display()}: {event.relation}",
            members=tuple(record_member(row, row.date.describe()) for row in same),
            record=same[0],
            relation=event.relation,
        )


def misfit_anniversaries(event: Event) -> Iterator[Finding]:
    """Find Nth anniversaries that do not fall N years after the year of their event."""
    if not event.date.earliest or not event.date.latest:
        return
    marked = event.commemorations.published().filter(anniversary__isnull=False)
    rows = list(marked.with_related().order_by("pk"))
    for years in sorted({row.anniversary for row in rows}):
        of_year = [row for row in rows if row.anniversary == years]
        first, last = event.date.earliest.year + years, event.date.latest.year + years
        if all(
            not row.date
            or (row.date.latest or row.date.earliest).year >= first
            and (row.date.earliest or row.date.latest).year <= last
            for row in of_year
        ):
            continue
        computed = Member(
            id=COMPUTED,
            value=str(first) if first == last else f"{first}–{last}",
            url=event.get_absolute_url(),
        )
        yield Finding(
            rule="anniversary",
            subject=f"{event.slug}:{years}",
            title=f"{event}: " + _("%d years") % years,
            members=(*(record_member(row, row.date.describe()) for row in of_year), computed),
            record=event,
            relation=event.relation,
        )


def record_member(record: Record, value: str) -> Member:
    """A record as a rival value, with the place of its first supporting citation."""
    name = f"record:{record.slug}"
    for citation in record.citations.all():
        if citation.stance == Citation.Stance.SUPPORTS:
            return Member.read(name, value, citation)
    return Member(id=name, value=value, url=record.get_absolute_url())
