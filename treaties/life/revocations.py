"""Steps that a party revoked: they count until the day of their revocation."""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import replace
from datetime import date

from core.dates import Edtf
from treaties.life.rules import notice_end
from treaties.life.values import (
    DAY,
    LEAVING,
    REVOCABLE,
    Period,
    Rule,
    Status,
    Step,
    Terms,
    day_before,
)

# The courses of a treaty as a whole (under None) and of its parties.
Courses = dict[Hashable | None, list[Period]]
# A revocation and the step that it revoked.
Revoked = tuple[Step, Step]


def with_revocations(
    steps: Iterable[Step], terms: Terms, courses: Callable[[list[Step], list[Revoked]], Courses]
) -> Courses:
    """The courses of these steps: until the day of a revocation with the revoked step, and from
    then on as if that had never been taken. A notice that is revoked before it takes effect is
    left out from the beginning. A step by all that one of many revokes still counts for the others.

    `courses` takes the steps that count, and the revocations with the steps that they revoked.
    """
    steps = list(steps)
    kept = [step for step in steps if step.type != "revocation"]
    known = {step.slug: step for step in kept if step.type in REVOCABLE}
    late: list[Revoked] = []
    for step in sorted(steps, key=lambda step: (step.when.sort_key, step.slug)):
        revoked = known.get(step.revokes) if step.type == "revocation" else None
        if revoked is None or revoked not in kept:
            continue
        if revoked.type in LEAVING and not notice_end(revoked, terms).certainly_before(step.when):
            kept.remove(revoked)
        else:
            late.append((step, revoked))
    found = courses(kept, [])
    for place, (step, revoked) in enumerate(late, start=1):
        for_one = revoked.party is None and step.party is not None and len(terms.parties) > 2
        if revoked in kept:
            if not for_one:
                kept.remove(revoked)
            after = courses(kept, late[:place])
            found = {
                party: spliced(before, after[party], step, revoked)
                for party, before in found.items()
            }
    return found


def spliced(before: list[Period], after: list[Period], step: Step, revoked: Step) -> list[Period]:
    """The periods of `before` until the day of a revocation, and those of `after` from then on."""
    day = step.when
    first, last = revoked_within(step, revoked)
    sure = day.is_definite and day.latest is not None
    one = [row for row in before if row.first < first]
    other = [row for row in after if row.last >= last]
    kept = [_until(row, day, first, last, sure) for row in one]
    rest = [_since(row, step, first, last, sure) for row in other]
    if not kept or not rest:
        return kept + rest
    if kept[-1].status == Status.SIGNED_UNKNOWN and rest[0].status == Status.SIGNED:
        # Its entry into force is known after all.
        return [*kept[:-1], other[0], *rest[1:]] if other[0].first == one[-1].first else kept + rest
    if kept[-1].status == rest[0].status and rest[0].first <= kept[-1].last + DAY:
        # The revocation changes nothing: the status lasts.
        begun, after = kept.pop(), other[0]
        certain_after = after.certain_first and after.certain_first <= first
        if certain_after and _certain_until(one[-1], first, last):
            certain = {"certain_first": one[-1].certain_first, "certain_last": after.certain_last}
            rest[0] = replace(rest[0], **certain)
        rest[0] = replace(
            rest[0], first=begun.first, start=begun.start, rule=begun.rule, by=begun.by
        )
    return [*kept, *rest]


def _certain_until(row: Period, first: date, last: date) -> bool:
    """Whether a period is certain before a revocation on some day from first to last, and until
    then."""
    certain = row.certain_first, row.certain_last
    return all(certain) and certain[0] < first and certain[1] >= day_before(last)


def revoked_within(step: Step, revoked: Step) -> tuple[date, date]:
    """The first and last day of a revocation, which does not precede the step that it revokes."""
    first = max(step.when.earliest or date.min, revoked.when.earliest or date.min)
    return first, max(step.when.latest or date.max, first)


def _until(row: Period, day: Edtf, first: date, last: date, sure: bool) -> Period:
    """A period as it is cut off by a revocation on some day from first to last."""
    if row.last < first:
        return row
    certain = row.certain_last and min(row.certain_last, day_before(first))
    if not sure or certain is None or certain < row.certain_first:
        row, certain = replace(row, certain_first=None), None
    ends = min(row.last, day_before(last))
    return replace(row, end=day if ends < row.last else row.end, last=ends, certain_last=certain)


def _since(row: Period, step: Step, first: date, last: date, sure: bool) -> Period:
    """A period as it begins, at the earliest, with a revocation on some day from first to last."""
    if row.first < first:
        by = (step.slug,) if step.slug else ()
        row = replace(row, start=step.when, first=first, rule=Rule.REVOCATION, by=by)
    certain = row.certain_first and max(row.certain_first, last)
    if not sure or certain is None or certain > row.certain_last:
        return replace(row, certain_first=None, certain_last=None)
    return replace(row, certain_first=certain)
