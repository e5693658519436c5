"""Data derived from records; the setting DERIVED_DATA defines the order."""

from collections.abc import Iterable

from django.db.models import Q

from relations.models import Disagreement, Participation, Record, Statistics
from relations.models.publishable import Publishable
from relations.models.record import as_subclasses
from relations.rules import record_findings


def records_in(rows: Iterable[Publishable]) -> list[Record]:
    """The records among rows of any kind."""
    return [row for row in rows if isinstance(row, Record)]


def disagreements(rows: list[Publishable]) -> None:
    """Update the disagreements about records."""
    for model in dict.fromkeys(type(record) for record in records_in(rows)):
        _disagreements([row for row in rows if type(row) is model])


def _disagreements(records: list[Record]) -> None:
    """Update the disagreements about records of one kind and about their former rivals."""
    subjects = {record.pk: record for record in records}
    for record in records:
        if original := getattr(record, "anniversary_of", None):
            subjects.setdefault(original.pk, original)
    # A rival of other records may have changed or gone: check those again.
    rivalries = Disagreement.objects.naming(records)
    others = Record.objects.exclude(pk__in=list(subjects)).filter(
        Q(pk__in=[row.record_id for row in rivalries if row.record_id])
        | Q(slug__in=[slug for row in rivalries for slug in row.member_slugs])
    )
    if rivalries:
        subjects |= {row.pk: row for row in as_subclasses(others)}
    findings = record_findings(subjects.values())
    Disagreement.objects.filter(record__in=list(subjects)).replace(findings)


def participations(rows: list[Publishable]) -> None:
    """Update the pairs of the participations in records."""
    if records := records_in(rows):
        Participation.objects.update_pairs(records)


def statistics(rows: list[Publishable]) -> None:
    """Update the statistics of the records' pairs, including their former pairs."""
    records = records_in(rows)
    pairs = {record.relation_id for record in records}
    pairs |= {row.loaded["relation_id"] for row in records if "relation_id" in row.loaded}
    if pairs:
        Statistics.objects.recount(pairs)
