"""Compare the search index with the rows that it is made from, and write it again."""

from collections import defaultdict
from collections.abc import Iterator

from django.db import DatabaseError, connection, transaction

from core.changes import alone
from search.index import BATCH, LAST, Differences, Index, entries, indexes, learn, save
from search.models import Entry, Name, Rebuild, Word


def compared(index: Index, after: int = 0) -> tuple[Differences, dict[int, Entry], int | None]:
    """The differences of the entries of the next BATCH rows of an index after a primary key, with
    their entries as they should be, and the last key; None instead if no rows follow.

    For `alone`: nobody else may change rows and entries between its queries.
    """
    keys = index.model._base_manager.filter(pk__gt=after).order_by("pk")
    pks = list(keys.values_list("pk", flat=True)[:BATCH])
    last = pks[-1] if len(pks) == BATCH else None
    new, _rows = entries(index, pks)
    rows = Entry.objects.filter(kind=index.kind, row__gt=after)
    stored = (rows if last is None else rows.filter(row__lte=last)).in_bulk()
    names = defaultdict(set)
    for pk, *name in Name.objects.filter(entry__in=stored).values_list(
        "entry", "keys", "public", "whole"
    ):
        names[pk].add(tuple(name))
    return Differences.between(new, stored, names), new, last


def rebuild(restart: bool = False) -> Iterator[tuple[Index, int]]:
    """Write the whole index in batches, each in its own transaction; yield the index and the number
    of entries written after each batch. An interrupted rebuild continues after its last batch."""
    if restart:
        Rebuild.objects.all().delete()
        Word.objects.all().delete()
    with alone():
        save(Differences(superfluous=list(unknown_entries())))
    begun = Rebuild.objects.first()
    known = [index.kind for index in indexes()]
    start = known.index(begun.kind) if begun and begun.kind in known else 0
    for index in indexes()[start:]:
        after = begun.row if begun and index.kind == begun.kind else 0
        while after is not None:
            with alone():
                found, new, last = compared(index, after)
                save(found)
                learn(new.values())
                after = last
                Rebuild.objects.update_or_create(
                    pk=1, defaults={"kind": index.kind, "row": after or LAST}
                )
            yield index, len(found)
    Rebuild.objects.all().delete()
    for model in (Entry, Name):
        if not is_sound(model):
            write_full_text(model)


def is_needed() -> bool:
    """Whether the index was never built or is empty, or a rebuild was interrupted."""
    return Rebuild.objects.exists() or not Entry.objects.exists()


def unknown_entries():
    """Entries of kinds that have no index."""
    return Entry.objects.exclude(kind__in=[index.kind for index in indexes()])


def is_sound(model) -> bool:
    """Whether the full-text index of a table matches it. On PostgreSQL it is part of the table."""
    if connection.vendor != "sqlite":
        return True
    try:
        with transaction.atomic():
            _command(model, "(%s, rank) VALUES ('integrity-check', 1)")
    except DatabaseError:
        return False
    return True


def write_full_text(model) -> None:
    """Write the full-text index of a table again, on SQLite."""
    with transaction.atomic():
        _command(model, "(%s) VALUES ('rebuild')")


def _command(model, values: str) -> None:
    table = f"{model._meta.db_table}_fts"
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table}{values % table}")
