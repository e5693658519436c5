"""Inserts the records of lists in bulk, and the people whom they name."""

from collections import defaultdict

from django.db import connection
from django.db.models.sql import InsertQuery

from core.changes import rows_changed
from core.fields import DerivedField
from relations.models import Person, Record
from relations.names import spelled


def insert(records: list[Record]) -> list[Record]:
    """Insert records of one kind in bulk: the parent rows, then the child rows.

    Django's bulk_create does not support multi-table inheritance.
    """
    if not records:
        return []
    shared = [
        item
        for item in Record._meta.concrete_fields
        if not item.primary_key and not isinstance(item, DerivedField)
    ]
    parents = []
    for record in records:
        record.derive()
        parents.append(Record(**{item.attname: getattr(record, item.attname) for item in shared}))
        parents[-1].kind = record.KIND
    for record, parent in zip(records, Record.objects.bulk_create(parents), strict=True):
        record.pk = record.id = parent.pk
    model = type(records[0])
    fields = model._meta.local_concrete_fields
    size = connection.ops.bulk_batch_size(fields, records)
    for start in range(0, len(records), size):
        query = InsertQuery(model)
        query.insert_values(fields, records[start : start + size])
        query.get_compiler(connection=connection).execute_sql()
    return records


def obtain_people(people) -> dict[str, Person]:
    """The people of these drafts by slug. Those of the same country whose name has the same words,
    in another order or script, are reused; missing ones are created."""
    wanted = {person["slug"]: person for person in people}
    kept = {row.slug: row for row in Person.objects.filter(slug__in=wanted)}
    if missing := {slug: person for slug, person in wanted.items() if slug not in kept}:
        kept |= _renamed(missing)
    # The slugs under which each new person stands.
    firsts = {}
    for slug, person in wanted.items():
        if slug not in kept:
            words = spelled(person["name"])
            key = (words, person["country"].pk) if len(words) > 1 else slug
            firsts.setdefault(key, []).append(slug)
    rows = [
        Person(slug=slugs[0], name=wanted[slugs[0]]["name"], country=wanted[slugs[0]]["country"])
        for slugs in firsts.values()
    ]
    rows_changed(*Person.objects.bulk_create(rows))
    for slugs, row in zip(firsts.values(), rows, strict=True):
        kept |= dict.fromkeys(slugs, row)
    return kept


def _renamed(people: dict[str, dict]) -> dict[str, Person]:
    """The known people whose names have the same words as these, by slug of the latter."""
    countries = {person["country"] for person in people.values()}
    known = defaultdict(set)
    for row in Person.objects.filter(country__in=countries):
        for name in (row.name, *row.aliases.splitlines()):
            known[spelled(name), row.country_id].add(row)
    found = {
        slug: known[spelled(person["name"]), person["country"].pk]
        for slug, person in people.items()
        if len(spelled(person["name"])) > 1
    }
    return {slug: next(iter(rows)) for slug, rows in found.items() if len(rows) == 1}
