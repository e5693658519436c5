"""Lists of parties, and of their steps, to the treaties of another list."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from core.rows import RowError
from relations.importers import Draft, row_slug
from relations.importers.proposing import edited_now
from relations.models import Citation, Country, Relation
from relations.models.imported_row import ImportedRow, digest_of
from sources.importing import Outcome
from treaties.changing import TreatyChanges, differing
from treaties.importers.drafts import action_drafts
from treaties.importers.grouped import GroupDraft, GroupedTreaties, MergedRow
from treaties.importers.steps import Found
from treaties.models import Party, Treaty
from treaties.writer import TreatyWriter, is_step


@dataclass
class PartyDraft(GroupDraft):
    """Parties and steps of a treaty that exists already."""

    of: Treaty | None = None


class PartyWriter(TreatyWriter):
    """Adds the parties and steps of drafts to their treaties. Changes of a treaty that readers have
    seen wait for review. A party that the list no longer names goes, unless another list names it
    or an editor has changed the treaty."""

    asks = False
    # No steps of other lists are cited.
    matched = {}

    def _add(self, drafts, contents):
        rows = {draft.key: self.identities.row(draft, draft.of, own=False) for draft in drafts}
        return self._follow(drafts, rows, contents)

    def repeat(self, draft, record, before):
        """Follow a row of this list; the treaty itself is another list's."""
        is_edited = bool(record.published_at and edited_now([record]))
        outcome = self._update(draft, record, before, is_edited)
        if outcome is Outcome.UPDATED and not record.published_at:
            self.cite(record, draft)
        return outcome

    def refusals(self, draft):
        for party in draft.parties:
            if (country := party.get("country")) and (words := draft.of.refuses(country)):
                yield country, words
        yield from self.refused_steps(draft)

    def changes(self, draft, record, before):
        """The parties and steps that the treaty lacks, and the steps that the list has changed or
        gives no longer."""
        changes = TreatyChanges(before=before, treaty=draft.slug)
        there = {row.party: row for row in record.parties.select_related(*Party.PARTICIPANTS)}
        named = {party.get("country") or party["organization"]: party for party in draft.parties}
        changes.parties = [party for row, party in named.items() if row not in there]
        own = self.actions[record.pk]
        for child in draft.children:
            if step := own.get(child.slug):
                if values := differing(step, child.values):
                    changes.steps.append((step, values))
            elif not any(is_step(step, **child.values) for step in own.values()):
                changes.new.append(child)
        given = {child.slug for child in draft.children}
        names = [f"{draft.slug}{name}" for name in before.get("steps", {})]
        changes.gone = [own[name] for name in names if name in own and name not in given]
        changes.removed = self.removed(record, there, named, before)
        if changes.parties or changes.removed:
            bound = [
                party for party, row in there.items() if not row.role and row not in changes.removed
            ]
            relation = pair_of([*bound, *(party for party in named if party not in there)])
            if relation != record.relation:
                changes.values["relation"] = relation
        return changes

    def removed(self, record: Treaty, there: dict, named: dict, before: dict) -> list[Party]:
        """The parties that only this list has named, and names no longer."""
        if record.published_at is None and self.is_changed(record, before):
            return []
        others = ImportedRow.objects.filter(record=record)
        others = others.exclude(source=self.cited, list_name=self.list_name)
        kept = {party for row in others for party in _named_in(row.content)}
        gone = _named_in(before) - kept
        return [
            row for party, row in there.items()
            if party not in named and (party._meta.model_name, party.slug) in gone
        ]  # fmt: skip

    def protect(self, changes, record):
        # What is added changes nothing of an editor's.
        changes.protect_steps(self.is_changed)

    def apply(self, record, draft, changes, people):
        super().apply(record, draft, changes, people)
        if record.published_at:
            self.cite(record, draft)


def _named_in(content: dict) -> set[tuple[str, str]]:
    """The parties that a row named at an import, by kind and slug."""
    return {
        (kind, party[kind])
        for party in content.get("parties", ())
        for kind in Party.PARTICIPANTS
        if party.get(kind)
    }


def pair_of(parties: list) -> Relation | None:
    """The pair of a treaty with these parties; None unless they are two countries."""
    if len(parties) != 2 or not all(isinstance(party, Country) for party in parties):
        return None
    pair = tuple(parties)
    return Relation.objects.get_or_create_pairs({pair})[pair]


class TreatyParties(GroupedTreaties):
    """A list of parties by a mapping with `list`, the name or source of the list that has the
    treaties, and the column `treaty` with their identifiers there."""

    writer_class = PartyWriter

    @staticmethod
    def group_in(content):
        return content["columns"]["treaty"]

    def map(self, row: MergedRow) -> Draft:
        key, found = self.mapping.key(row), Found()
        place = f"id {self.mapping.identity(row)}"
        treaty = self.treaty(key, place)
        self.read_rows(row, treaty.date, found)
        found.check_order(row.errors)
        slug = row_slug(f"{self.source['slug']}-{self.name}", key)
        draft = PartyDraft(
            Treaty,
            slug,
            place,
            values={},
            parties=list(found.parties.values()),
            children=action_drafts(slug, place, list(found.actions.values()), by_party=True),
            key=key,
            of=treaty,
        )
        return self.with_rows(draft, found)

    def treaty(self, key: str, place: str) -> Treaty:
        """The treaty with this identifier in the other list. Raises RowError if it is unknown."""
        name = self.mapping.content["list"]
        rows = ImportedRow.objects.filter(Q(list_name=name) | Q(source__slug=name))
        rows = rows.filter(kind=Treaty.KIND, key=digest_of(key), own=True)
        # Lists that an earlier version imported are known by their citations.
        cited = Citation.objects.filter(source__slug=name, locator=place)
        either = Q(pk__in=rows.values("record")) | Q(pk__in=cited.values("record"))
        found = list(Treaty.objects.filter(either).select_related("relation")[:2])
        if len(found) == 1:
            return found[0]
        words = _("the other list has no treaty with this identifier")
        if found:
            words = _("the other list has several treaties with this identifier")
        hint = _("“list” names “%s”; import that list first") % name
        raise RowError(self.group_columns[0], words, place.removeprefix("id "), hint)
