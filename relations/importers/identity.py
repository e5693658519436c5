"""Which record a row of a list describes (docs/adr/0102-identity-of-rows.md)."""

import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

from django.db.models import QuerySet

from core.folding import fold
from relations.importers.drafts import LONGEST, Draft, fitting, in_json
from relations.models import Citation, ImportedRow, Record
from relations.models.imported_row import digest_of
from sources.models import Source


class Seen:
    """The rows of a file so far by what identifies them, in constant memory: SQLite keeps them in
    a temporary file."""

    @cached_property
    def _rows(self) -> sqlite3.Connection:
        rows = sqlite3.connect("", isolation_level=None)
        rows.execute("PRAGMA journal_mode = OFF")
        rows.execute("CREATE TABLE seen (key TEXT PRIMARY KEY, number INT) WITHOUT ROWID")
        return rows

    def first(self, key: str, number: int) -> int | None:
        """The number of the row that had this key before; None if this row is the first."""
        added = self._rows.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (key, number))
        if added.rowcount:
            return None
        return self._rows.execute("SELECT number FROM seen WHERE key = ?", (key,)).fetchone()[0]


class Identities:
    """The rows of one list of a source, with their records."""

    def __init__(self, source: Source, list_name: str):
        self.source, self.list_name = source, list_name
        # Whether there are records of earlier versions to be adopted, by kind.
        self._older: dict[str, bool] = {}

    def of(self, drafts: list[Draft]) -> dict[str, ImportedRow]:
        """The rows that were imported before, by key: also those of records that earlier versions
        have imported or editors have entered, without content and not saved."""
        by_digest = {digest_of(draft.key): draft for draft in drafts}
        kind = drafts[0].model.KIND
        rows = ImportedRow.objects.filter(
            source=self.source, list_name=self.list_name, kind=kind, key__in=by_digest
        )
        found = {by_digest[row.key].key: row for row in rows}
        new = [draft for draft in drafts if draft.key not in found]
        if new and self._has_older(kind):
            found |= self._adopted(new)
        return found

    def row(self, draft: Draft, record: Record, own: bool = True, **values) -> ImportedRow:
        """A new row with its record, not saved."""
        return ImportedRow(
            source_id=self.source.pk, list_name=self.list_name, kind=draft.model.KIND,
            key=digest_of(draft.key), record_id=record.pk, own=own, **values,
        )  # fmt: skip

    def address(self, drafts: list[Draft]) -> None:
        """Give the drafts of new records, and their steps, slugs that no other record has, nor
        another draft: the signature of the treaty `x` has that of a treaty `x-signature`."""
        taken = taken_slugs(slug for draft in drafts for slug in draft.slugs)
        for draft in drafts:
            if not taken.isdisjoint(draft.slugs):
                digest = digest_of(self.list_name, draft.model.KIND, draft.key, size=8)
                rename(draft, f"{draft.slug[:LONGEST].strip('-')}-{digest}")
            taken.update(draft.slugs)

    def _has_older(self, kind: str) -> bool:
        if kind not in self._older:
            self._older[kind] = self._unknown(kind).exists()
        return self._older[kind]

    def _unknown(self, kind: str) -> QuerySet:
        """The records of a kind that cite a place in the source, and that no row is known to
        describe."""
        cited = Citation.objects.filter(source=self.source).exclude(locator="").values("record")
        rows = Record.objects.filter(kind=kind, pk__in=cited)
        return rows.exclude(imported_rows__source=self.source).order_by()

    def _adopted(self, drafts: list[Draft]) -> dict[str, ImportedRow]:
        """Rows of records that no row is known to describe, by key: by slug, by place, or, where
        the place is only a number, by what they say."""
        kind, found, taken = drafts[0].model.KIND, {}, set()
        slugs = {slug for draft in drafts for slug in (draft.slug, draft.former_slug) if slug}
        unknown = self._unknown(kind).values("pk")
        cited = Citation.objects.filter(source=self.source, record__in=unknown)
        places = defaultdict(set)
        by_slug = {}
        for row in cited.filter(record__slug__in=slugs).select_related("record"):
            by_slug[row.record.slug] = row.record
            places[row.record_id].add(row.locator)
        named = [draft.place for draft in drafts if not draft.numbered]
        by_place = {
            row.locator: row.record
            for row in cited.filter(locator__in=named).select_related("record")
        }
        numbered = cited.filter(locator__startswith="row ").values("record")
        alike = _Alike([draft for draft in drafts if draft.numbered], numbered)
        for draft in drafts:
            if draft.numbered:
                record = alike.of(draft)
            else:
                record = by_place.get(draft.place)
                if record is None or record.pk in taken:
                    slug = draft.slug if draft.slug in by_slug else draft.former_slug
                    record = by_slug.get(slug)
                    if record and _is_of_other(places[record.pk], draft):
                        record = None
            if record and record.pk not in taken:
                taken.add(record.pk)
                found[draft.key] = self.row(draft, record, own=_is_own(record, draft))
        return found


def taken_slugs(slugs: Iterable[str]) -> set[str]:
    """Those of these slugs that a record has."""
    return set(Record.objects.filter(slug__in=set(slugs)).values_list("slug", flat=True))


def rename(draft: Draft, slug: str) -> None:
    """Give a draft, and its steps, another slug."""
    for child in draft.children:
        child.slug = fitting(slug + child.slug.removeprefix(draft.slug))
    draft.slug = slug


def _is_own(record: Record, draft: Draft) -> bool:
    """Whether an earlier version imported a record from this list: by its slug."""
    slugs = {_unnumbered(slug) if draft.numbered else slug
             for slug in (draft.slug, draft.former_slug)}  # fmt: skip
    return (_unnumbered(record.slug) if draft.numbered else record.slug) in slugs


def _unnumbered(slug: str) -> str:
    return re.sub(r"\d+$", "", slug)


def _is_of_other(places: Iterable[str], draft: Draft) -> bool:
    """Whether a record cites the place of another row: an earlier version gave two identifiers one
    slug."""
    return draft.place.startswith("id ") and any(
        place.startswith("id ") and place != draft.place for place in places
    )


class _Alike:
    """Records that say the same as drafts of rows without an identifier."""

    def __init__(self, drafts: list[Draft], records: QuerySet):
        self.rows = defaultdict(list)
        if not drafts:
            return
        titles = {fold(draft.values["title"]) for draft in drafts}
        rows = drafts[0].model.objects.filter(pk__in=records, sort_title__in=titles)
        for row in rows.for_pages().prefetch_related(None).order_by("-pk"):
            self.rows[row.sort_title].append(row)

    def of(self, draft: Draft) -> Record | None:
        """The oldest such record that was not found before; None if there is none."""
        rows = self.rows[fold(draft.values["title"])]
        pair = {country.pk for country in draft.pair or ()}
        for row in reversed(rows):
            values = {name: value for name, value in draft.values.items() if name != "relation"}
            same = all(in_json(getattr(row, name)) == in_json(values[name]) for name in values)
            if same and pair == set(row.relation.country_ids if row.relation else ()):
                rows.remove(row)
                return row
        return None
