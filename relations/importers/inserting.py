"""Inserts the records of lists in bulk, and the people whom they name."""

from collections import defaultdict

from core import bulk
from core.changes import rows_changed
from relations.models import Person, Record
from relations.names import spelled


def insert(records: list[Record]) -> list[Record]:
    """Insert records of one kind in bulk: their rows as records, then those of their kind."""
    for record in records:
        record.derive()
    for record in bulk.insert(records, into=Record):
        record.pk = record.id
    return bulk.insert(records)


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
    rows_changed(*bulk.insert(rows))
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
