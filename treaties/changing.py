"""What the row of a list changes in its treaty: also parties and steps."""

from dataclasses import dataclass, field

from relations.importers.changing import Changes, is_new
from relations.importers.drafts import Draft, fitting, in_json, said
from relations.models import State
from relations.models.imported_row import digest_of
from sources.models import Source
from treaties.models import Party, Treaty, TreatyAction

# Each step of a list with the values that change.
Moved = list[tuple[TreatyAction, dict]]


def other_slug(slug: str) -> str:
    """The slug of a step whose own another record has, for example a treaty `x-signature`."""
    return fitting(f"{slug}-{digest_of(slug, size=4)}")


def first_slug(slug: str) -> str:
    """The slug that a list gives a step, also if the step has `other_slug` instead."""
    first, _sign, digest = slug.rpartition("-")
    return first if first and digest == digest_of(first, size=4) else slug


@dataclass
class TreatyChanges(Changes):
    """Also the parties that are added, as values, and those that the row no longer names; and the
    steps that are new, changed, and no longer given."""

    treaty: str = ""
    parties: list[dict] = field(default_factory=list)
    removed: list[Party] = field(default_factory=list)
    new: list[Draft] = field(default_factory=list)
    steps: Moved = field(default_factory=list)
    gone: list[TreatyAction] = field(default_factory=list)

    def __bool__(self):
        return bool(self.of_treaty or self.new or self.steps or self.gone)

    @property
    def of_treaty(self) -> bool:
        """Whether the treaty itself changes, with its parties."""
        return bool(self.values or self.people or self.parties or self.removed)

    def leave(self) -> None:
        super().leave()
        self.parties, self.removed = [], []

    def step_before(self, step: TreatyAction) -> dict:
        """What the row said of a step at the last import."""
        name = first_slug(step.slug).removeprefix(self.treaty)
        return self.before.get("steps", {}).get(name, {})

    def protect_steps(self, is_changed) -> None:
        """Leave out the steps that `is_changed`, given what the row said of them before."""
        self.steps = [
            (step, values)
            for step, values in self.steps
            if not is_changed(step, self.step_before(step))
        ]
        self.gone = [step for step in self.gone if not is_changed(step, self.step_before(step))]

    def divided(self, parties: set) -> "tuple[TreatyChanges, TreatyChanges]":
        """The changes of a published treaty that readers do not see, which are made at once: steps
        in review, and new steps by all or by these parties; and the others."""
        now, later = TreatyChanges(treaty=self.treaty), TreatyChanges(
            self.values, self.people, self.before, self.treaty, self.parties, self.removed
        )  # fmt: skip
        for child in self.new:
            party = child.values.get("party")
            (now if party is None or party in parties else later).new.append(child)
        for step, values in self.steps:
            (later if step.published_at else now).steps.append((step, values))
        for step in self.gone:
            (later if step.published_at else now).gone.append(step)
        return now, later


def treaty_changes(
    found: Changes, draft: Draft, treaty: Treaty, actions: dict[str, TreatyAction], cited: Source
) -> TreatyChanges:
    """What a row of the source changes in its treaty, whose `actions` are given by slug, in
    addition to the changes `found` in its own fields."""
    changes = TreatyChanges(found.values, found.people, found.before, treaty.slug)
    now, before = said(draft), found.before
    if is_new(before, now, "parties"):
        _compare_parties(changes, draft, treaty)
    steps = now.get("steps", {})
    for child in draft.children:
        name, step = child.slug.removeprefix(draft.slug), actions.get(child.slug)
        if not is_new(before.get("steps", {}), steps, name):
            continue
        if step is None and name not in before.get("steps", {}):
            changes.new.append(child)
        elif step and (values := differing(step, child.values)):
            changes.steps.append((step, values))
    for step in _given_before(draft, treaty, actions, before, cited):
        is_ours = all(row.source_id == cited.pk for row in step.citations.all())
        if first_slug(step.slug).removeprefix(treaty.slug) not in steps and is_ours:
            changes.gone.append(step)
    return changes


def _compare_parties(changes: TreatyChanges, draft: Draft, treaty: Treaty) -> None:
    """Find the parties that a treaty lacks, and those that the row named before, or in an earlier
    version cited, and names no longer."""
    there = {_participant(row): row for row in treaty.parties.bound()}
    named = {_given(party): party for party in draft.parties}
    changes.parties = [party for key, party in named.items() if key not in there]
    before = {
        (kind, party[kind])
        for party in changes.before.get("parties", ())
        for kind in Party.PARTICIPANTS
        if kind in party
    }
    changes.removed = [
        row
        for key, row in there.items()
        if key not in named and (not changes.before or (key[0], row.party.slug) in before)
    ]


def _participant(party: Party) -> tuple[str, int]:
    kind = "country" if party.country_id else "organization"
    return kind, getattr(party, f"{kind}_id")


def _given(party: dict) -> tuple[str, int]:
    kind = next(kind for kind in Party.PARTICIPANTS if party.get(kind))
    return kind, party[kind].pk


def differing(step: TreatyAction, values: dict) -> dict:
    """The values of a draft that differ from its step; the party is given by its country or
    organization. One that was withdrawn differs as a whole."""
    if step.state == State.WITHDRAWN:
        return values
    found = {}
    for name, value in values.items():
        if name == "party":
            known = step.party.party if step.party else None
            if known != value:
                found[name] = value
        elif in_json(getattr(step, name)) != in_json(value):
            found[name] = value
    return found


def _given_before(
    draft: Draft, treaty: Treaty, actions: dict[str, TreatyAction], before: dict, cited: Source
) -> list[TreatyAction]:
    """The steps that the row gave at the last import, as far as they are not withdrawn. What an
    earlier version imported is known by its slug and its citation of the row. A status is stated
    for its day, so it stays."""
    slugs = {f"{treaty.slug}{name}" for name in before.get("steps", {})}
    return [
        step
        for slug, step in actions.items()
        if step.state != State.WITHDRAWN
        and step.action_type != TreatyAction.Type.STATUS_STATED
        and (
            slug in slugs
            or not before
            and slug.startswith(f"{treaty.slug}-")
            and any(
                (row.source_id, row.locator) == (cited.pk, draft.place)
                for row in step.citations.all()
            )
        )
    ]
