"""Drafts of records from any list: comparison with the database and bulk inserts."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models.sql import InsertQuery
from django.utils.text import slugify
from django.utils.translation import gettext as _

from core.changes import rows_changed
from core.dates import DateError, Edtf
from core.fields import DerivedField
from core.folding import fold, visible
from core.models import plain_names
from core.rows import Row, RowError
from relations.duplicates import UNSPECIFIED, add_citations, agree, covers
from relations.models import (
    Citation,
    Country,
    Participation,
    Person,
    Record,
    Relation,
    Revision,
    State,
)
from relations.models.country import UNKNOWN
from relations.names import spelled
from relations.publication import revise, save_versions, update_derived
from relations.resolver import Resolver, Unresolved
from sources.importing import Adapter, Outcome, Writer
from sources.list_dates import date_error
from sources.rejects import SAME_AS

MARK = "Imported"


@dataclass
class Draft:
    """A record that a row describes: its values and its related rows.

    `place` is its place in the list; source and place together identify it permanently.
    """

    model: type[Record]
    slug: str
    place: str
    values: dict
    pair: tuple[Country, Country] | None = None
    people: list[dict] = field(default_factory=list)
    note: str = ""
    as_stated: str = ""
    children: list["Draft"] = field(default_factory=list)
    parties: list[dict] = field(default_factory=list)
    # The columns of the list that name its countries.
    columns: dict[Country, str] = field(default_factory=dict)
    # The answer of the list to the question which record it repeats.
    same_as: str = ""

    def unsaved(self) -> Record:
        """The record that it describes, with an unsaved relation."""
        relation = Relation.of(*self.pair) if self.pair else None
        return self.model(**{"relation": relation} | self.values)


def parse(row: Row, column: str, form: str = "iso") -> Edtf:
    """A cell as a date: `iso` as EDTF, `dmy` as dd/mm/yyyy, mm-yyyy or yyyy."""
    text = visible(row[column])
    if form == "dmy":
        if match := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text):
            text = f"{match[3]}-{int(match[2]):02}-{int(match[1]):02}"
        elif match := re.fullmatch(r"(\d{1,2})-(\d{4})", text):
            text = f"{match[2]}-{int(match[1]):02}"
    try:
        return Edtf.parse(text)
    except DateError as error:
        raise date_error(column, text, error) from error


def resolved(row: Row, column: str, find, name: str, *arguments):
    """The row that `find` returns for a name. Raises RowError with the column if it finds none."""
    try:
        return find(name, *arguments)
    except Unresolved as error:
        raise error.in_row(column, row[column]) from error


def short_slug(*parts) -> str:
    return slugify(fold(" ".join(str(part) for part in parts if part)))[:150].strip("-")


class RecordWriter(Writer):
    """Compares a batch of drafts with the database and inserts new records in bulk, in review."""

    def __init__(self):
        # The first row of each record (by hash of its slug), to tell a repetition from an update.
        self.seen: dict[int, int] = {}

    @property
    def reason(self) -> str:
        """The reason of the revisions that an import saves."""
        return f"{MARK}: {self.cited}"[:300]

    def write(self, batch: list[tuple[Row, Draft]]) -> list[Outcome | RowError]:
        for row, draft in batch:
            draft.values |= plain_names(draft.model, draft.values)
            draft.same_as = visible(row.cells.get(SAME_AS, ""))
        errors = {
            id(draft): error
            for _row, draft in batch
            if (error := error_of(draft) or self.lifetime_error(draft))
        }
        outcomes = iter(self._write([item for item in batch if id(item[1]) not in errors]))
        return [errors.get(id(draft)) or next(outcomes) for _row, draft in batch]

    def lifetime_error(self, draft: Draft) -> RowError | None:
        """An error for the first country that did not exist then."""
        for country, words in self.refusals(draft):
            column = draft.columns.get(country, "")
            return RowError(column, _("a country that did not exist then"), words)
        return None

    def refusals(self, draft: Draft) -> Iterator[tuple[Country, str]]:
        """The countries that cannot be part of a draft's record, each with the reason."""
        record = draft.unsaved()
        for _name, country in record.countries():
            if words := record.refuses(country):
                yield country, words

    def _write(self, batch):
        first = [self.seen.setdefault(hash(draft.slug), row.number) for row, draft in batch]
        own = [
            draft for (row, draft), number in zip(batch, first, strict=True) if number == row.number
        ]
        done = dict(zip(map(id, own), self._store(own), strict=True))
        return [
            done.get(id(draft)) or RowError("", _("repeats another row"), str(number))
            for (_row, draft), number in zip(batch, first, strict=True)
        ]

    def _store(self, drafts: list[Draft]) -> list[Outcome]:
        """Create or update the records of these drafts, whose slugs are distinct."""
        if not drafts:
            return []
        known, new, outcomes = self._known(drafts), [], []
        pairs = {draft.pair for draft in drafts if draft.pair}
        relations = Relation.objects.get_or_create_pairs(pairs)
        for draft in drafts:
            if draft.pair:
                draft.values["relation"] = relations[draft.pair]
        fresh = [
            draft
            for draft in drafts
            if draft.slug not in known.records and draft.place not in known
        ]
        agreeing = self.agreeing(fresh)
        asked = self.asked(fresh, agreeing)
        cited = [(draft, agreeing[draft.slug]) for draft in fresh if draft.slug in agreeing]
        cited_outcomes = iter(self.cite_agreeing(cited))
        for draft in drafts:
            slug = draft.slug if draft.slug in known.records else known.get(draft.place)
            if draft.slug in agreeing:
                outcomes.append(next(cited_outcomes))
            elif draft.slug in asked:
                outcomes.append(asked[draft.slug])
            elif slug is None:
                new.append(draft)
                outcomes.append(Outcome.CREATED)
            elif slug != draft.slug:
                outcomes.append(self.repeat(draft, slug))
            else:
                outcomes.append(self._update(draft, known.records[slug]))
        self.create(new)
        return outcomes

    def _known(self, drafts: list[Draft]) -> "Known":
        """The records that exist already, by place in the source and by slug."""
        known = Known()
        cited = Citation.objects.filter(
            source=self.cited,
            locator__in=[draft.place for draft in drafts],
            record__kind=drafts[0].model.KIND,
        )
        for slug, place in cited.values_list("record__slug", "locator"):
            known[place] = slug
        rows = drafts[0].model.objects.filter(slug__in={draft.slug for draft in drafts})
        known.records = {row.slug: row for row in rows.for_pages().prefetch_related(None)}
        return known

    def repeat(self, draft: Draft, slug: str) -> Outcome:
        """Follow a row whose place a record with another slug cites, which stays as it is."""
        return Outcome.UNCHANGED

    def _update(self, draft: Draft, record: Record) -> Outcome | RowError:
        """Update an imported record, unless an editor has changed it since."""
        changed = self.changes(record, draft.values)
        if not changed:
            return Outcome.UNCHANGED
        for name, value in changed.items():
            setattr(record, name, value)
        try:
            record.full_clean(validate_unique=False)
        except ValidationError as error:
            return RowError("", _("the changed record is not valid"), hint=" ".join(error.messages))
        revise(record, reason=self.reason)
        return Outcome.UPDATED

    def changes(self, record: Record, values: dict) -> dict:
        """The values that differ from an imported record; empty if an editor has changed the record
        since. What another list has completed stays."""
        changed = {name: value for name, value in values.items() if _differs(record, name, value)}
        if not changed or record.revisions.exclude(reason__startswith=MARK).exists():
            return {}
        report = type(record)(**values)
        if (
            covers(report.date, record.date)
            and record.citations.exclude(source=self.cited).exists()
            and complete(report, record)
        ):
            changed = {
                name: value
                for name, value in changed.items()
                if _differs(record, name, getattr(report, name))
            }
        return changed

    def agreeing(self, drafts: list[Draft]) -> dict[str, Record]:
        """The records of other sources that new drafts agree with, by the draft's slug. Each record
        is at most one draft's: two rows of one list are two things."""
        reports = {draft.slug: draft.unsaved() for draft in drafts}
        drafts = [draft for draft in drafts if reports[draft.slug].date]
        if not drafts:
            return {}
        model, years = drafts[0].model, {reports[draft.slug].date.year for draft in drafts}
        names = ("relation",) if drafts[0].pair else model.SUBJECT
        same = {f"{name}__in": {draft.values[name] for draft in drafts} for name in names}
        rows = model.objects.exclude(state=State.WITHDRAWN).filter(year__in=years, **same)
        left, found = defaultdict(list), {}
        for row in rows.exclude(citations__source=self.cited).for_pages().prefetch_related(None):
            left[tuple(getattr(row, f"{name}_id") for name in names)].append(row)
        for same_title in (True, False):
            for draft in (draft for draft in drafts if draft.slug not in found):
                record, pair = reports[draft.slug], draft.pair or ()
                candidates = left[tuple(getattr(record, f"{name}_id") for name in names)]
                alike = [
                    row
                    for row in candidates
                    if (row.title == record.title or not same_title) and agree(record, row, pair)
                ]
                if len(alike) == 1 or alike and same_title:
                    found[draft.slug] = alike[0]
                    candidates.remove(alike[0])
        return found

    def asked(self, drafts: list[Draft], agreeing: dict[str, Record]) -> dict[str, RowError]:
        """Hook: errors, by slug, for new drafts of which the list must say what they repeat."""
        return {}

    def cite_agreeing(self, agreeing: list[tuple[Draft, Record]]) -> list[Outcome]:
        """Add a citation of each row to the record of another source that it agrees with. If an
        editor has a pending change to the record, the citation is added to that change."""
        outcomes, revised = [], []
        pending = Revision.objects.open()
        pending = pending.filter(record__in=[row.pk for _draft, row in agreeing])
        pending = set(pending.values_list("record", flat=True))
        for draft, record in agreeing:
            report = draft.unsaved()
            stated = draft.as_stated or ("" if record.date == report.date else str(report.date))
            citation = Citation(
                source=self.cited, locator=draft.place, as_stated=stated[:300], note=draft.note
            )
            outcomes.append(Outcome.UPDATED)
            if record.pk in pending:
                if not add_citations(record, [citation], None):
                    outcomes[-1] = Outcome.UNCHANGED
                continue
            citation.record = record
            citation.save()
            if record.version:
                revised.append(record.pk)
            elif complete(record, report):
                record.save()
                rows_changed(record)
        if revised:
            rows = list(agreeing[0][0].model.objects.with_actions().filter(pk__in=revised))
            save_versions(rows, reason=self.reason)
            update_derived(rows)
        return outcomes

    def create(self, drafts: list[Draft]) -> None:
        """Insert records with their citations, participants and children, in review."""
        rows = insert(
            [
                draft.model(slug=draft.slug, state=State.IN_REVIEW, **draft.values)
                for draft in drafts
            ]
        )
        Citation.objects.bulk_create(
            Citation(
                record_id=row.pk,
                source=self.cited,
                locator=draft.place,
                note=draft.note,
                as_stated=draft.as_stated,
            )
            for draft, row in zip(drafts, rows, strict=True)
        )
        people = obtain_people(person for draft in drafts for person in draft.people)
        Participation.objects.bulk_create(
            Participation(
                record_id=row.pk,
                role=Participation.Role.VISITOR,
                person=people[person["slug"]],
                capacity=person["capacity"],
                as_stated=person["as_stated"],
            )
            for draft, row in zip(drafts, rows, strict=True)
            for person in draft.people
        )
        self.created(drafts, rows)
        rows_changed(*rows)

    def created(self, drafts: list[Draft], rows: list[Record]) -> None:
        """Insert further related rows of new records; a hook for subclasses."""

    @staticmethod
    def imported(source):
        cited = Citation.objects.filter(source__slug=source).values("record")
        return Record.objects.filter(pk__in=cited, state=State.IN_REVIEW)


class RecordAdapter(Adapter):
    """A list whose rows are records. Subclasses map a row to one Draft."""

    writer_class = RecordWriter

    def begin(self, as_of: date | None) -> None:
        super().begin(as_of)
        self.resolver = Resolver()


def error_of(draft: Draft) -> RowError | None:
    """An error for the first value too long for its column, which PostgreSQL would reject."""
    cited = {"locator": draft.place, "as_stated": draft.as_stated}
    parts = [(draft.model, draft.values), (Citation, cited)]
    for person in draft.people:
        parts.append((Person, {name: person[name] for name in ("name", "slug")}))
        parts.append((Participation, {name: person[name] for name in ("capacity", "as_stated")}))
    errors = (too_long(model, values) for model, values in parts)
    return next(filter(None, (*errors, *map(error_of, draft.children))), None)


def too_long(model, values: dict) -> RowError | None:
    """An error for the first of these values that does not fit its field."""
    for name, value in values.items():
        field = model._meta.get_field(name)
        if field.max_length and len(str(value)) > field.max_length:
            detail = f"{field.verbose_name}: {str(value)[:40]} …"
            return RowError("", _("this is too long"), detail)
    return None


def complete(record: Record, report: Record) -> bool:
    """Take over a finer date, and values that a record lacks, from another report of the same
    thing; return whether there were any."""
    given = {}
    if report.date.precision > record.date.precision:
        given["date"] = report.date
    for name in ("until", record.TYPE_FIELD, *record.SHARED):
        known = getattr(record, name) not in ("", UNKNOWN, UNSPECIFIED)
        if not known and getattr(report, name) not in ("", UNKNOWN, UNSPECIFIED):
            given[name] = getattr(report, name)
    for name, value in given.items():
        setattr(record, name, value)
    return bool(given)


def _differs(record: Record, name: str, value) -> bool:
    return str(getattr(record, name) or "") != str(value or "")


class Known(dict):
    """Slugs of records by their place in the source; `records` are the records by slug."""

    records: dict[str, Record]


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
    new = [
        Person(slug=slug, name=person["name"], country=person["country"])
        for slug, person in wanted.items()
        if slug not in kept
    ]
    rows_changed(*Person.objects.bulk_create(new))
    return kept | {row.slug: row for row in new}


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
