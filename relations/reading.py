"""Records of several kinds for pages and files, which only read them."""

from collections.abc import Iterable

from core.related import Known, fetch_related, fetch_targets, related_rows
from relations.models import Record
from relations.models.record import PAIR, PARTICIPANTS, RecordQuerySet, record_class


def for_reading(
    records: Iterable[Record], with_related: bool = False, known: Known | None = None
) -> list[Record]:
    """The records with these keys and kinds as instances of their kinds, in order, with the related
    rows for pages or, for files, all of them. They share rows, also those in `known`, and cannot be
    changed; see `fetch_related`."""
    records, known = list(records), {} if known is None else known
    of_kinds, rows = {}, {}
    for kind in {record.kind for record in records}:
        pks = [record.pk for record in records if record.kind == kind]
        model = record_class(kind)
        of_kinds[model] = list(model.objects.filter(pk__in=pks).order_by())
        rows |= {row.pk: row for row in of_kinds[model]}
    every = list(rows.values())
    fetch_related(every, "participations")
    groups = [(found, ["relation", *model.own_references()]) for model, found in of_kinds.items()]
    parts = [part for row in every for part in related_rows(row, "participations")]
    fetch_targets([*groups, (parts, PARTICIPANTS)], known)
    fetch_related(every, *PAIR, *RecordQuerySet.SHOWN, known=known)
    for model, found in of_kinds.items():
        files = model.LOOKUPS_OF_FILES if with_related else ()
        fetch_related(found, *model.own_lookups(), *files, known=known)
    if with_related:
        held = ("topics", "citations__source", "citations__passage__source")
        fetch_related(every, *held, known=known)
    return [rows[record.pk] for record in records]
