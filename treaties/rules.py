"""Rules for a treaty's actions: impossible orders in one source, and disagreements."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from relations.models import Citation
from relations.rules import COMPUTED, Finding, Member, record_member
from treaties.life import CONSENT, LEAVING, SIGNATURES, Status, Step, same

ENDS = ("termination", "expiry", "supersession", *LEAVING)
# Actions that a treaty has once, or once for each party.
ONCE = ("signature", "definitive_signature", "entry_into_force", "termination", "expiry", *CONSENT)
# Pairs (first, later): in one source, no later action is taken before all first ones (TAKEN),
# or takes effect before them (EFFECTIVE).
TAKEN = (
    (("initialling",), SIGNATURES),
    (SIGNATURES, ("ratification", "acceptance", "approval")),
    (SIGNATURES, (*ENDS, "suspension", "resumption", "extension")),
)
EFFECTIVE = ((("entry_into_force",), (*ENDS, "suspension", "resumption")),)


def impossible(steps: Iterable[Step]) -> Iterator[tuple[Step, Step, str]]:
    """Pairs of steps in one source whose order is certainly impossible: the step that should
    come first, the other step, and a description.

    A treaty may be in force before it is signed, and a step without a date has no order.
    """
    steps = list(steps)
    for pairs, day, words in (
        (TAKEN, "date", _("%(later)s on %(late)s, before the %(first)s on %(early)s")),
        (EFFECTIVE, "when", _("%(later)s from %(late)s, before the %(first)s from %(early)s")),
    ):
        for firsts, laters in pairs:
            first_steps = [step for step in steps if step.type in firsts]
            # Treaties of many parties have hundreds of steps: compare only those of one party.
            by_party = defaultdict(list)
            for step in first_steps:
                by_party[step.party].append(step)
            for later in (step for step in steps if step.type in laters):
                late = getattr(later, day)
                before = first_steps
                if later.party is not None:
                    before = by_party.get(None, []) + by_party.get(later.party, [])
                # One earlier step is enough: a treaty that came back into force has several.
                if before and all(late.certainly_before(getattr(step, day)) for step in before):
                    first = min(before, key=lambda step: getattr(step, day).sort_key)
                    values = {
                        "later": _word(later),
                        "late": late.describe(),
                        "first": _word(first),
                        "early": getattr(first, day).describe(),
                    }
                    yield first, later, words % values


def _word(step: Step) -> str:
    return step.type.replace("_", " ")


def impossible_orders(actions: Iterable) -> list[str]:
    """Messages about certainly impossible orders among a treaty's actions in one source; between
    different sources, they are disagreements instead."""
    by_source = {}
    for action in actions:
        for citation in action.citations.all():
            if citation.stance == Citation.Stance.SUPPORTS:
                by_source.setdefault(citation.source, {})[action.pk] = action
    return [
        _("“%(source)s” gives an impossible order: %(order)s.") % {"source": source, "order": order}
        for source, rows in by_source.items()
        for _first, _later, order in impossible(map(as_step, rows.values()))
    ]


def as_step(action) -> Step:
    """An action as input of the life course."""
    return Step(
        type=action.action_type,
        date=action.date,
        effective=action.effective,
        until=action.until,
        party=action.party_id,
        status=action.status,
        slug=action.slug,
        revokes=action.revokes.slug if action.revokes_id else "",
    )


def treaty_findings(treaty) -> list[Finding]:
    """All findings of these rules about a published treaty fetched by `with_related`."""
    return [*rival_actions(treaty, treaty.life), *status_misfits(treaty, treaty.life)]


def rival_actions(treaty, life: list) -> Iterator[Finding]:
    """Steps that happen once, by one party or by all, for which two sources give incompatible
    days. After a party has left or revoked a step, it may take the same step again."""
    groups = {}
    for action in life:
        when = as_step(action).when
        if action.action_type in ONCE and when:
            before = sum(
                row.action_type in ("revocation", *LEAVING)
                and row.party_id == action.party_id
                and row.date.certainly_before(when)
                for row in life
            )
            groups.setdefault((action.action_type, action.party_id, before), []).append(action)
    for (kind, party, before), rows in groups.items():
        days = [as_step(row).when for row in rows]
        apart = any(
            not days[place].possibly_within(day.earliest, day.latest)
            and not _sources(rows[place]) & _sources(rows[other])
            for place in range(len(rows))
            for other, day in enumerate(days[:place])
        )
        if apart:
            name = rows[0].party.party.slug if party else ""
            yield Finding(
                rule="rival_actions",
                subject=f"{treaty.slug}:{kind}:{name}" + (f":{before}" if before else ""),
                title=str(rows[0]),
                members=tuple(
                    record_member(row, day.describe()) for row, day in zip(rows, days, strict=True)
                ),
                record=treaty,
                relation=treaty.relation,
            )


def status_misfits(treaty, life: list) -> Iterator[Finding]:
    """Stated statuses that the steps do not allow on that day."""
    kept = [row for row in treaty.periods.all() if row.party_id is None]
    for action in life:
        if action.action_type != "status_stated" or not (derived := mismatch(action, kept)):
            continue
        words = str(derived.get_status_display())
        yield Finding(
            rule="status",
            subject=action.slug,
            title=f"{treaty}: {action.date.describe()}",
            members=(
                record_member(action, str(action.get_status_display())),
                Member(id=COMPUTED, value=words, url=f"{treaty.get_absolute_url()}#life"),
            ),
            record=treaty,
            relation=treaty.relation,
        )


def mismatch(statement, periods: Iterable):
    """The period whose status a statement contradicts; None if it contradicts none."""
    on = statement.date
    if not on.earliest or not on.latest:
        return None
    possible = [row for row in periods if row.first <= on.latest and on.earliest <= row.last]
    if any(same(Status(row.status), Status(statement.status)) for row in possible):
        return None
    return possible[-1] if possible else None


def _sources(action) -> set:
    return {row.source_id for row in action.citations.all() if row.stance == "supports"}
