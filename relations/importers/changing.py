"""What the row of a list changes in its record."""

from dataclasses import dataclass, field

from django.db import models

from relations.duplicates import UNSPECIFIED, ends_agree
from relations.models import Participation, Person, Record
from relations.models.country import UNKNOWN


@dataclass
class Changes:
    """What a row changes in its record: values by field, and whether it names other people than
    `before`, when it was last imported (see relations.importers.drafts.said)."""

    values: dict = field(default_factory=dict)
    people: bool = False
    before: dict = field(default_factory=dict)

    def __bool__(self):
        return bool(self.values) or self.people

    def leave(self) -> None:
        """Leave the record itself as it is."""
        self.values, self.people = {}, False


def complete(record: Record, report: Record) -> bool:
    """Take over a finer date, and values that a record lacks, from another report of the same
    thing; return whether there were any."""
    given = {}
    if report.date.precision > record.date.precision:
        given["date"] = report.date
    if record.until.is_at_least and report.until and ends_agree(record.until, report.until):
        given["until"] = report.until
    for name in ("until", record.TYPE_FIELD, *record.SHARED):
        known = getattr(record, name) not in ("", UNKNOWN, UNSPECIFIED)
        if not known and getattr(report, name) not in ("", UNKNOWN, UNSPECIFIED):
            given[name] = getattr(report, name)
    for name, value in given.items():
        setattr(record, name, value)
    return bool(given)


def is_new(before: dict, now: dict, name: str) -> bool:
    """Whether a row says something else in a field than before, if that is known."""
    return not before or before.get(name) != now.get(name)


def visitors(record: Record) -> models.QuerySet:
    return record.participations.filter(role=Participation.Role.VISITOR)


def distinct(people: list[dict], rows: dict[str, Person]) -> list[dict]:
    """The people of a draft without those who, under another name, are one of the others."""
    found = {}
    for person in people:
        found.setdefault(rows[person["slug"]].pk, person)
    return list(found.values())


def set_visitors(record: Record, people: list[dict], rows: dict[str, Person], before: dict) -> None:
    """Make these people of a draft the visitors, instead of those that its row named `before`;
    `rows` has them by their slugs in the draft."""
    kept = {rows[person["slug"]].pk for person in people}
    gone = visitors(record).exclude(person__in=kept)
    if before:
        gone = gone.filter(as_stated__in=[one["as_stated"] for one in before.get("people", ())])
    gone.delete()
    there = {row.person_id: row for row in visitors(record)}
    for person in distinct(people, rows):
        pk = rows[person["slug"]].pk
        row = there.get(pk) or Participation(
            record=record, role=Participation.Role.VISITOR, person_id=pk
        )
        row.capacity, row.as_stated = person["capacity"], person["as_stated"]
        row.full_clean()
        row.save()
