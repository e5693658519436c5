"""Lists of records: their drafts are compared with the database, and written in batches."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from functools import partial
from types import MappingProxyType

from django.db import models
from django.utils.translation import gettext as _

from core import bulk
from core.changes import rows_changed
from core.folding import visible
from core.models import plain_names
from core.rows import Row, RowError
from relations.duplicates import add_citations, agree, new_citations
from relations.importers.changing import Changes, complete, distinct
from relations.importers.drafts import (
    Draft,
    error_of,
    parse,
    resolved,
    row_slug,
    said,
    short_slug,
    too_long,
)
from relations.importers.following import FollowingWriter
from relations.importers.identity import Identities, Seen
from relations.importers.inserting import insert, obtain_people
from relations.importers.proposing import (
    MARK,
    propose,
    proposed,
    publish_proposed,
)
from relations.indexes import records_added
from relations.models import (
    Citation,
    Country,
    ImportedRow,
    Participation,
    Record,
    Relation,
    Revision,
    State,
)
from relations.models.imported_row import digest_of
from relations.possible_duplicates import find_for, tell_apart
from relations.publication import save_versions, update_derived
from relations.resolver import Resolver
from sources.importing import Adapter, Outcome, Writer
from sources.rejects import NEW, SAME_AS

__all__ = [
    "MARK",
    "Changes",
    "Draft",
    "RecordAdapter",
    "RecordWriter",
    "insert",
    "parse",
    "resolved",
    "row_slug",
    "short_slug",
    "too_long",
]


class RecordWriter(FollowingWriter):
    """Compares a batch of drafts with the database and inserts new records in bulk, in review.

    A row that has changed changes its record in place if readers have never seen it; otherwise the
    change waits for review (docs/adr/0102-identity-of-rows.md).
    """

    together = 1000
    # The name of the list, which the adapter sets.
    list_name = ""

    def __init__(self):
        self.seen = Seen()

    def begin(self, cited, as_of):
        super().begin(cited, as_of)
        self.identities = Identities(cited, self.list_name)

    def write(self, batch: list[tuple[Row, Draft]]) -> list[Outcome | RowError]:
        errors = {}
        for row, draft in batch:
            draft.values |= plain_names(draft.model, draft.values)
            draft.same_as = visible(row.cells.get(SAME_AS, ""))
            error = error_of(draft) or self.lifetime_error(draft) or self.repetition(row, draft)
            if error:
                errors[id(draft)] = error
        drafts = [draft for _row, draft in batch if id(draft) not in errors]
        done = dict(zip(map(id, drafts), self._store(drafts), strict=True))
        return [errors.get(id(draft)) or done[id(draft)] for _row, draft in batch]

    def repetition(self, row: Row, draft: Draft) -> RowError | None:
        """An error if an earlier row of the file has the same key."""
        key = digest_of(draft.model.KIND, draft.key)
        first = self.seen.first(key, row.number)
        if first is None:
            return None
        hint = _("if they are two things, name the columns that tell them apart in “id”")
        words, place = _("repeats another row"), _("row %d") % first
        return RowError("", words, place, hint if draft.numbered else "")

    def lifetime_error(self, draft: Draft) -> RowError | None:
        """An error for the first country that did not exist then."""
        for country, words in self.refusals(draft):
            column = draft.columns.get(country, "")
            return RowError(column, _("a country that did not exist then"), words)
        return None

    def refusals(self, draft: Draft) -> Iterator[tuple[Country, str]]:
        """The countries that cannot be part of a draft's record, each with the reason."""
        record = draft.record
        for _name, country in record.countries():
            if words := record.refuses(country):
                yield country, words

    def _store(self, drafts: list[Draft]) -> list[Outcome | RowError]:
        """Create or update the records of these drafts, whose keys are distinct."""
        if not drafts:
            return []
        contents = {draft.key: said(draft) for draft in drafts}
        rows = self.identities.of(drafts)
        outcomes = {
            key: Outcome.UNCHANGED for key, row in rows.items() if row.content == contents[key]
        }
        outcomes |= self.answered([draft for draft in drafts if draft.same_as], rows)
        left = [draft for draft in drafts if draft.key not in outcomes]
        relations = Relation.objects.get_or_create_pairs(
            {draft.pair for draft in left if draft.pair}
        )
        for draft in left:
            if draft.pair:
                draft.relate(relations[draft.pair])
        outcomes |= self._follow([draft for draft in left if draft.key in rows], rows, contents)
        outcomes |= self._add([draft for draft in left if draft.key not in rows], contents)
        return [outcomes[draft.key] for draft in drafts]

    def answered(self, drafts: list[Draft], rows: dict[str, ImportedRow]) -> dict:
        """Follow the answers of the list to the question what its stored rows repeat; return the
        outcomes of those that decide, by key. A hook for subclasses."""
        return {}

    def _add(self, drafts: list[Draft], contents: dict[str, dict]) -> dict:
        """Create the records of rows that are new, or cite the rows for those that they agree with;
        return the outcomes by key."""
        self.identities.address(drafts)
        agreeing = self.agreeing(drafts)
        asked = self.asked(drafts, agreeing)
        outcomes = {draft.key: asked[draft.slug] for draft in drafts if draft.slug in asked}
        cited = [(draft, agreeing[draft.slug]) for draft in drafts if draft.slug in agreeing]
        for (draft, _record), outcome in zip(cited, self.cite_agreeing(cited), strict=True):
            outcomes[draft.key] = outcome
        new = [draft for draft in drafts if draft.key not in outcomes]
        made = [(draft, row, True) for draft, row in zip(new, self.create(new), strict=True)]
        made += [(draft, record, False) for draft, record in cited]
        bulk.insert(
            self.identities.row(draft, record, own, content=contents[draft.key])
            for draft, record, own in made
        )
        return outcomes | {draft.key: Outcome.CREATED for draft in new}

    def agreeing(self, drafts: list[Draft]) -> dict[str, Record]:
        """The records of other sources that new drafts agree with, by the draft's slug. Each record
        is at most one draft's: two rows of one list are two things."""
        reports = {draft.slug: draft.record for draft in drafts}
        drafts = [draft for draft in drafts if reports[draft.slug].date]
        if not drafts:
            return {}
        names = ("relation",) if drafts[0].pair else drafts[0].model.SUBJECT
        left, found = defaultdict(list), {}
        for row in self.of_others(drafts, names, reports):
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

    def of_others(self, drafts, names, reports) -> models.QuerySet:
        """The records of the subjects and years of drafts that no row of this source describes."""
        model, subjects = drafts[0].model, [f"{name}_id" for name in names]
        same = {f"{name}__in": {draft.values[name] for draft in drafts} for name in names}
        wanted = {
            (report.date.year, *(getattr(report, name) for name in subjects))
            for report in (reports[draft.slug] for draft in drafts)
        }
        rows, years = model.objects.exclude(state=State.WITHDRAWN), {year for year, *_ in wanted}
        near = rows.filter(year__in=years, **same).order_by().values_list("pk", "year", *subjects)
        near = {pk for pk, *subject in near if tuple(subject) in wanted}
        # In one query, SQLite would compare each record with all rows of the source.
        for rows_of in (Citation.objects, ImportedRow.objects):
            own = rows_of.filter(source=self.cited, record__in=near).order_by()
            near -= set(own.values_list("record", flat=True))
        return rows.filter(pk__in=near).for_pages().prefetch_related(None)

    def asked(self, drafts: list[Draft], agreeing: dict[str, Record]) -> dict[str, RowError]:
        """Hook: errors, by slug, for new drafts of which the list must say what they repeat."""
        return {}

    def cite_agreeing(self, agreeing: list[tuple[Draft, Record]]) -> list[Outcome]:
        """Add a citation of each row to the record of another source that it agrees with. Readers
        see it once it is reviewed; it joins the change that an editor has begun."""
        outcomes, revised = [], []
        pending = Revision.objects.open().filter(record__in=[row.pk for _draft, row in agreeing])
        pending = {row.record_id: row.reason for row in pending}
        for draft, record in agreeing:
            done = True
            citation = self.citation(draft, record)
            if record.published_at:
                done = propose(record, partial(self.cite, draft=draft), self.reason)
            elif record.pk in pending:
                is_own = pending[record.pk].startswith(MARK)
                reason = self.reason if is_own else ""
                done = bool(add_citations(record, [citation], None, reason))
            else:
                citation.record = record
                citation.save()
                if record.version:
                    revised.append(record.pk)
                elif complete(record, draft.record):
                    record.save()
                    rows_changed(record)
            outcomes.append(Outcome.UPDATED if done else Outcome.UNCHANGED)
        if revised:
            rows = list(agreeing[0][0].model.objects.with_actions().filter(pk__in=revised))
            save_versions(rows, reason=self.reason)
            update_derived(rows)
        return outcomes

    def citation(self, draft: Draft, record: Record) -> Citation:
        """The citation of a row for a record that it agrees with, not saved: in its own words
        where they differ."""
        date = draft.record.date
        stated = draft.as_stated or ("" if record.date == date else str(date))
        return Citation(
            source=self.cited, locator=draft.place, as_stated=stated[:300], note=draft.note
        )

    def cite(self, record: Record, draft: Draft) -> None:
        """Save the citation of a row for a record that it agrees with, unless it is there."""
        for citation in new_citations(record, [self.citation(draft, record)]):
            citation.save()

    def create(self, drafts: list[Draft]) -> list[Record]:
        """Insert records with their citations, participants and children, in review."""
        if not drafts:
            return []
        rows = [draft.record for draft in drafts]
        for draft, row in zip(drafts, rows, strict=True):
            row.slug, row.state = draft.slug, State.IN_REVIEW
        insert(rows)
        bulk.insert(
            Citation(
                record_id=row.pk,
                source_id=self.cited.pk,
                locator=draft.place,
                note=draft.note,
                as_stated=draft.as_stated,
            )
            for draft, row in zip(drafts, rows, strict=True)
        )
        people = obtain_people(person for draft in drafts for person in draft.people)
        visitors = bulk.insert(
            Participation(
                record_id=row.pk,
                role=Participation.Role.VISITOR,
                person=people[person["slug"]],
                capacity=person["capacity"],
                as_stated=person["as_stated"],
            )
            for draft, row in zip(drafts, rows, strict=True)
            for person in distinct(draft.people, people)
        )
        records_added(rows, [*visitors, *self.created(drafts, rows)])
        self.compare(drafts, rows)
        return rows

    def created(self, drafts: list[Draft], rows: list[Record]) -> list:
        """Hook: insert further related rows of new records, and return the participants."""
        return []

    def compare(self, drafts: list[Draft], rows: list[Record]) -> None:
        """Find the records of other lists that new ones may repeat, unless the list says that they
        are new."""
        found = find_for(rows)
        pairs = zip(drafts, rows, strict=True)
        new = {row.pk for draft, row in pairs if draft.same_as == NEW}
        tell_apart(found & new, _("The list says that it is new."))
        self.possible_duplicates += len(found - new)

    @staticmethod
    def imported(source):
        cited = Citation.objects.filter(source__slug=source).values("record")
        return Record.objects.filter(pk__in=cited, state=State.IN_REVIEW)

    @staticmethod
    def publish_changes(source, user):
        waiting = list(proposed(source).values_list("pk", flat=True))
        for start in range(0, len(waiting), Writer.together):
            keys = waiting[start : start + Writer.together]
            publish_proposed(Record.objects.filter(pk__in=keys).order_by("pk"), user)


class RecordAdapter(Adapter):
    """A list whose rows are records. Subclasses map a row to one Draft."""

    writer_class = RecordWriter
    # What the list means by the names of former countries, as for Resolver.
    successors: Mapping[str, str] = MappingProxyType({})

    def begin(self, as_of: date | None) -> None:
        self.writer.list_name = self.name
        super().begin(as_of)
        self.resolver = Resolver(self.successors, list_name=self.name)
