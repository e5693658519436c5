"""Data derived from records; the setting DERIVED_DATA defines the order."""

from collections.abc import Iterable
from functools import cache

from django.db import models
from django.db.models import Q

from core.models import Released
from relations.models import Disagreement, Participation, Record, State, Statistics
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


def released(rows: list[Publishable]) -> None:
    """Release the rows that published ones among these refer to. One query for each model."""
    keys = {}
    for row in rows:
        keys.setdefault(type(row), []).append(row.pk)
    for model in Released.__subclasses__():
        if referred := _referred_to(model, keys):
            model.objects.filter(referred).release()


def _referred_to(model: type[Released], keys: dict[type[Publishable], list[int]]) -> Q:
    """The condition that published rows with these keys, or their children, refer to a row."""
    condition = Q()
    for relation in model._meta.related_objects:
        name, referring = relation.field.name, relation.related_model
        for owner in owners(referring):
            path = f"{owner}__" if owner else ""
            kind = referring._meta.get_field(owner).related_model if owner else referring
            pks = [pk for one, found in keys.items() if issubclass(one, kind) for pk in found]
            if pks:
                rows = referring._base_manager.order_by()
                rows = rows.filter(
                    **{
                        f"{path}pk__in": pks,
                        f"{path}state": State.PUBLISHED,
                        f"{name}__isnull": False,
                    }
                )
                condition |= Q(pk__in=rows.values(name))
    return condition


@cache
def owners(model: type[models.Model]) -> list[str]:
    """The foreign keys of a model to the publishable row that its rows belong to; [""] for rows
    that are publishable themselves."""
    if issubclass(model, Publishable):
        return [""]
    return [
        field.name
        for field in model._meta.concrete_fields
        if field.remote_field
        and field.remote_field.on_delete is models.CASCADE
        and issubclass(field.related_model, Publishable)
    ]


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
