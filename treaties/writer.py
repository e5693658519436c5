"""Stores treaties of lists, with parties and steps, and finds those that are stored already."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial

from django.db.models import Q
from django.utils.translation import gettext as _

from core import bulk
from core.changes import deleting, rows_changed
from core.folding import fold, visible
from core.rows import RowError
from relations.duplicates import Sketch, agree, alike, same_day, similarity, words_of
from relations.importers import Draft, RecordWriter, insert
from relations.importers.identity import taken_slugs
from relations.importers.proposing import is_proposed, propose
from relations.indexes import records_added
from relations.merging import merge
from relations.models import Citation, Country, PossibleDuplicate, Record, State
from relations.possible_duplicates import tell_apart
from relations.publication import revise
from sources.importing import Outcome
from sources.rejects import NEW, SAME_AS
from treaties.changing import TreatyChanges, first_slug, other_slug, treaty_changes
from treaties.instruments import without_instruments
from treaties.models import Party, Treaty, TreatyAction

PARTY = ("party__country", "party__organization")


class TreatyWriter(RecordWriter):
    """Also writes the parties and actions of treaties."""

    asks = True
    # Treaties of many parties are published with thousands of steps.
    together = 200

    def agreeing(self, drafts):
        """The treaties of other sources that drafts agree with or name, by the draft's slug."""
        self.near = {draft.slug: list(found) for draft, found in self._near(drafts)}
        found, taken = {}, set()
        for same_title in (True, False):
            left = [draft for draft in drafts if draft.slug not in found]
            same = {
                draft.slug: [
                    row
                    for row in self.near[draft.slug]
                    if row.pk not in taken
                    and draft.same_as in ("", row.slug)
                    and (draft.same_as or _agrees(draft, row, same_title))
                ]
                for draft in left
            }
            claims = Counter(row.pk for rows in same.values() for row in rows)
            for draft in left:
                rows = [row for row in same[draft.slug] if row.pk not in taken]
                # Of two drafts that agree with one treaty, neither certainly is that treaty.
                if len(rows) == 1 and (draft.same_as or claims[rows[0].pk] == 1):
                    found[draft.slug] = rows[0]
                    taken.add(rows[0].pk)
        return found

    def _near(self, drafts) -> Iterator[tuple[Draft, Iterable[Treaty]]]:
        """Each draft with the treaties of other sources that it may repeat: of the same pair with
        the same day, a step on the same day or a similar title; of many parties, with some in
        common, the same day and a similar title; or the one that it names."""
        dates = {draft.values["date"] for draft in drafts if draft.values["date"]}
        pairs = {draft.values["relation"] for draft in drafts if draft.pair}
        near = Q(relation__in=pairs) | Q(slug__in=[draft.same_as for draft in drafts])
        near |= Q(relation=None, date__in=dates)
        rows = Treaty.objects.exclude(state=State.WITHDRAWN).filter(near)
        # Rows of this list; a citation without a place is an editor's.
        own = Citation.objects.filter(source=self.cited).exclude(locator="")
        rows = rows.exclude(pk__in=own.values("record"))
        # Their citation may still wait for review.
        rows = rows.exclude(imported_rows__source=self.cited).for_pages()
        rows = list(rows.prefetch_related("actions"))
        parties, of_pair = {row.pk: row.participants() for row in rows}, defaultdict(list)
        for row in rows:
            of_pair[row.relation_id].append(row)
        for draft in drafts:
            report = draft.record
            sketch, common = Sketch.of(report), words_of(draft.pair or ())
            mine = _parties(draft)
            named = [
                row
                for row in rows
                if draft.same_as == row.slug
                and mine & parties[row.pk]
                and (row.relation_id == report.relation_id or not (row.relation_id and draft.pair))
            ]
            yield draft, named or [
                row
                for row in of_pair[report.relation_id]
                if (draft.pair or row.date == report.date and mine & parties[row.pk])
                and (
                    same_day(row.date, report.date) and mine == parties[row.pk]
                    or draft.pair and _has_step_of(row, draft)
                    or alike(sketch, Sketch.of(row), common)
                )
            ]  # fmt: skip

    def asked(self, drafts, agreeing):
        """Reject drafts that name a treaty that they cannot be."""
        words = _("no treaty of another source and of these parties has this identifier")
        return {
            draft.slug: RowError(SAME_AS, words, draft.same_as)
            for draft in drafts
            if draft.slug not in agreeing and draft.same_as not in ("", NEW)
        }

    def answered(self, drafts, rows):
        """Tell apart or merge treaties that wait for a decision, as the list says."""
        return {
            draft.key: Outcome.UPDATED
            for draft in drafts
            if draft.key in rows and _answered(rows[draft.key].record_id, draft.same_as)
        }

    def cite_agreeing(self, agreeing):
        """Also cite the rows for the steps that the treaties have, and add those that they lack in
        review. Steps that the sources date differently are rivals, which a rule finds."""
        for draft, treaty in agreeing:
            if visible(draft.values["title"]) != visible(treaty.title):
                draft.as_stated = draft.values["title"]
        cited = self._add_steps(agreeing)
        outcomes = super().cite_agreeing(agreeing)
        super().cite_agreeing(cited)
        return outcomes

    def _add_steps(self, drafts: list[tuple[Draft, Treaty]]) -> list[tuple[Draft, TreatyAction]]:
        """Add the steps of drafts that the treaties lack, in review. Return the others of treaties
        that readers have not seen, each with the step; those of a published treaty are cited with
        it, since their citations wait for review together."""
        self.matched, new = self._match(drafts)
        treaties = {treaty.pk for _child, treaty in new}
        self.act(new, list(_parties_of(treaty__in=treaties)))
        hidden = [draft.key for draft, treaty in drafts if not treaty.published_at]
        return [pair for key in hidden for pair in self.matched[key]]

    def _match(self, drafts: list[tuple[Draft, Treaty]]) -> tuple[dict, list]:
        """The steps of drafts that the treaties have, by the draft's key, each with that step; and
        the others, each with the treaty."""
        known, new = {}, []
        steps = TreatyAction.objects.exclude(state=State.WITHDRAWN).select_related(*PARTY)
        steps = list(steps.filter(treaty__in=[treaty.pk for _draft, treaty in drafts]))
        for draft, treaty in drafts:
            own = [step for step in steps if step.treaty_id == treaty.pk]
            known[draft.key] = []
            for child in draft.children:
                step = next((step for step in own if is_step(step, **child.values)), None)
                if step:
                    own.remove(step)
                    values = {key: child.values[key] for key in child.values if key != "party"}
                    known[draft.key].append((replace(child, values=values), step))
                else:
                    new.append((child, treaty))
        return known, new

    def cite(self, record, draft):
        super().cite(record, draft)
        for child, step in self.matched.get(draft.key, ()):
            super().cite(TreatyAction.objects.get(pk=step.pk), child)

    def repeat(self, draft, record, before):
        """Also add the steps that the list has gained since its steps were cited. A step of a type
        that cites the row is known, whatever an editor has made of it; statuses are not followed.
        """
        steps = self.actions.get(record.pk, {}).values()
        known = {step["action_type"] for step in before.get("steps", {}).values()}
        known |= {step.action_type for step in steps if self._cites(step, draft.place)}
        types = {*known, TreatyAction.Type.STATUS_STATED}
        gained = [child for child in draft.children if child.values["action_type"] not in types]
        if not known or not gained or record.state == State.WITHDRAWN:
            return Outcome.UNCHANGED
        draft = replace(draft, children=gained)
        cited = self._add_steps([(draft, record)])
        super().cite_agreeing(cited)
        if record.published_at:
            propose(record, partial(self.cite, draft=draft), self.reason)
        return Outcome.UPDATED

    def _cites(self, step: TreatyAction, place: str) -> bool:
        return any((row.source, row.locator) == (self.cited, place) for row in step.citations.all())

    def refusals(self, draft):
        yield from super().refusals(draft)
        treaty = draft.record
        for country in filter(None, (party.get("country") for party in draft.parties)):
            if words := treaty.refuses(country):
                yield country, words
        yield from self.refused_steps(draft)

    @staticmethod
    def refused_steps(draft: Draft) -> Iterator[tuple[Country, str]]:
        """The countries that cannot have taken one of the draft's steps, each with the reason."""
        for child in draft.children:
            party, kind = child.values.get("party"), child.values["action_type"]
            if kind in TreatyAction.TAKEN_BY_NOBODY or not isinstance(party, Country):
                continue
            day = TreatyAction.counts_from(
                kind, child.values["date"], child.values.get("effective")
            )
            if words := party.refusal(day):
                yield party, words

    def created(self, drafts, rows):
        """Insert parties and actions of new treaties; each action cites the treaty's row."""
        pairs = list(zip(drafts, rows, strict=True))
        parties = bulk.insert(
            Party.of(row, **party) for draft, row in pairs for party in draft.parties
        )
        steps = [(child, row) for draft, row in pairs for child in draft.children]
        records_added(self.insert_actions(steps, parties))
        return parties

    def act(self, children: list[tuple[Draft, Treaty]], parties: list[Party]) -> None:
        """Add actions to treaties, in review."""
        rows_changed(*self.insert_actions(children, parties))

    def insert_actions(
        self, children: list[tuple[Draft, Treaty]], parties: list[Party]
    ) -> list[TreatyAction]:
        """Insert actions of treaties in review, each with a citation of its row."""
        known = {(party.treaty_id, party.party): party for party in parties}
        taken = taken_slugs(child.slug for child, _treaty in children)
        actions = insert(
            [
                TreatyAction(
                    slug=other_slug(child.slug) if child.slug in taken else child.slug,
                    state=State.IN_REVIEW,
                    treaty=treaty,
                    relation=treaty.relation,
                    **child.values | {"party": party and known.get((treaty.pk, party))},
                )
                for child, treaty in children
                for party in (child.values.get("party"),)
            ]
        )
        bulk.insert(
            Citation(record_id=action.pk, source_id=self.cited.pk, locator=child.place)
            for action, (child, _treaty) in zip(actions, children, strict=True)
        )
        return actions

    def prepare(self, records):
        rows = TreatyAction.objects.filter(treaty__in=[row.pk for row in records])
        self.actions = defaultdict(dict)
        for action in rows.select_related(*PARTY).prefetch_related("citations__source"):
            self.actions[action.treaty_id][first_slug(action.slug)] = action

    def changes(self, draft, record, before):
        """Also parties, and steps: new, changed, and those that the row no longer gives."""
        found = super().changes(draft, record, before)
        return treaty_changes(found, draft, record, self.actions[record.pk], self.cited)

    def protect(self, changes, record):
        super().protect(changes, record)
        changes.protect_steps(self.is_changed)

    def change(self, draft, record, changes):
        """Steps that readers have not seen are added and changed in place, in review."""
        if record.published_at:
            now, later = changes.divided({row.party for row in _parties_of(treaty=record)})
            self.change_steps(record, now)
            proposed = bool(later) or is_proposed(record)
            done = proposed and super().change(draft, record, later)
            return done or bool(now)
        if changes.of_treaty:
            return super().change(draft, record, changes)
        self.change_steps(record, changes)
        return True

    def further(self, draft, record, before):
        known = self.actions
        # Steps in review are changed in place, not with what waits.
        hidden = {step.pk for step in known[record.pk].values() if not step.published_at}
        try:
            self.prepare([record])
            found = super().further(draft, record, before)
        finally:
            self.actions = known
        found.steps = [(step, values) for step, values in found.steps if step.pk not in hidden]
        found.gone = [step for step in found.gone if step.pk not in hidden]
        return found

    def apply(self, record, draft, changes, people):
        """Save the changes to a treaty; to one that readers have seen, on trial."""
        if changes.values or changes.people:
            super().apply(record, draft, changes, people)
        for values in changes.parties:
            party = Party(treaty=record, **values)
            party.full_clean()
            party.save()
        (self.try_steps if record.published_at else self.change_steps)(record, changes)
        # What readers no longer see does not keep a party.
        hidden = TreatyAction.objects.filter(party__in=changes.removed, state=State.WITHDRAWN)
        for step in hidden:
            step.party = None
            step.save()
        for party in changes.removed:
            Party.objects.get(pk=party.pk).delete()

    def change_steps(self, treaty: Treaty, changes: TreatyChanges) -> None:
        """Add, change and delete steps that readers have not seen."""
        parties = list(_parties_of(treaty=treaty))
        self.act([(child, treaty) for child in changes.new], parties)
        for step, values in changes.steps:
            _set(step, values, treaty)
            revise(step, reason=self.reason)
        if changes.gone:
            with deleting(changes.gone):
                for step in changes.gone:
                    step.delete()

    def try_steps(self, treaty: Treaty, changes: TreatyChanges) -> None:
        """Add, change and withdraw steps of a published treaty, on trial."""
        for child in changes.new:
            taken = taken_slugs([child.slug])
            step = TreatyAction(slug=other_slug(child.slug) if taken else child.slug)
            _set(step, child.values, treaty)
            step.save()
            Citation.objects.create(record=step, source=self.cited, locator=child.place)
        for step, values in changes.steps:
            step = TreatyAction.objects.get(pk=step.pk)
            if step.state == State.WITHDRAWN:
                step.state = State.PUBLISHED
            _set(step, values, treaty)
            step.save()
        for step in changes.gone:
            step = TreatyAction.objects.get(pk=step.pk)
            if step.published_at is None:  # proposed before, and never published
                step.delete()
                continue
            step.state = State.WITHDRAWN
            step.save()

    @staticmethod
    def imported(source):
        """The source's treaties in review, and published treaties with its actions in review."""
        cited = Citation.objects.filter(source__slug=source).values("record")
        waiting = TreatyAction.objects.filter(pk__in=cited, state=State.IN_REVIEW)
        return Record.objects.filter(kind=Treaty.KIND).filter(
            Q(pk__in=cited, state=State.IN_REVIEW)
            | Q(pk__in=waiting.values("treaty"), state=State.PUBLISHED)
        )


def _set(step: TreatyAction, values: dict, treaty: Treaty) -> None:
    """Set the values of a step of a list. Raises ValidationError if they are not valid."""
    step.treaty = treaty
    for name, value in values.items():
        if name == "party":
            parties = _parties_of(treaty=treaty) if value else ()
            value = next((row for row in parties if row.party == value), None)
        setattr(step, name, value)
    step.full_clean(validate_unique=False)


def _parties_of(**condition):
    return Party.objects.filter(**condition).select_related(*Party.PARTICIPANTS)


def _parties(draft: Draft) -> set[tuple[str, int]]:
    """The parties of a draft, as Record.participants gives them."""
    return {
        (kind, party[kind].pk)
        for party in draft.parties
        for kind in Party.PARTICIPANTS
        if kind in party
    }


def _agrees(draft: Draft, row: Treaty, same_title: bool) -> bool:
    """Whether a draft certainly agrees with a treaty, whose parties are the same, or include the
    others if it has the same title. Titles that name no subject ("Exchange of notes") are doubtful.
    """
    report, mine, theirs = draft.record, _parties(draft), row.participants()
    if same_title:
        included = mine <= theirs or theirs <= mine
        same = included and fold(row.title) == fold(report.title)
    else:
        same = mine == theirs
    pair, subject = draft.pair or (), without_instruments(row.title)
    if not report.is_known_by_day and not similarity(subject, subject, words_of(pair)):
        return False
    return same and agree(report, row, pair)


def _has_step_of(row: Treaty, draft: Draft) -> bool:
    """Whether a step of a draft is one of a treaty, on the same day."""
    steps = [
        (step.action_type, step.date)
        for step in row.actions.all()
        if same_day(step.date, step.date)
    ]
    own = [(child.values["action_type"], child.values["date"]) for child in draft.children]
    return any(step in steps for step in own)


def is_step(step: TreatyAction, action_type, date, party=None, status="", **others) -> bool:
    """Whether a step is that of a list: of this type, day, country and stated status."""
    own = step.party and step.party.party
    return (step.action_type, step.date, own, step.status) == (action_type, date, party, status)


def _answered(pk: int, same_as: str) -> bool:
    """Follow the answer of a list for a stored treaty that may repeat another, and return whether
    that decides. Treaties that readers have seen are merged at the desk."""
    pairs = PossibleDuplicate.objects.undecided().with_any([pk]).with_records()
    if same_as == NEW and pairs:
        tell_apart([pk], _("The list says that it is new."))
        return True
    for pair in pairs:
        known, own = (pair.one, pair.other) if pair.other_id == pk else (pair.other, pair.one)
        if known.slug == same_as and not (known.published_at or own.published_at):
            kept, other = (Treaty.objects.get(pk=row.pk) for row in (known, own))
            merge(kept, other, reason=_("The list says that it is the same."))
            return True
    return False
