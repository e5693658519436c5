"""The course of a single party, where it differs from that of the treaty as a whole."""

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import replace
from datetime import date

from core.dates import Edtf
from treaties.life.course import in_order, life_course, periods, turns_of_whole, with_stated
from treaties.life.revocations import revoked_within, with_revocations
from treaties.life.rules import OF_PARTIES, Log, ceased, no_earlier
from treaties.life.values import (
    BINDING,
    CONSENT,
    DAY,
    ENDED,
    ENTRY,
    NEVER,
    SIGNATURES,
    Ending,
    Period,
    Rule,
    Status,
    Step,
    Terms,
    Turn,
    either,
    not_before,
)


def party_course(
    party: Hashable, steps: Iterable[Step], terms: Terms, endings: Iterable[Ending] = ()
) -> list[Period]:
    """The periods for one party if they differ from those of the whole treaty, else empty.

    They differ for a party to a multilateral treaty that acted on its own, or did not where others
    did, for a successor, and for a former state.
    """
    steps, endings = list(steps), list(endings)

    def course(kept: list[Step], revoked: list[tuple[Step, Step]]) -> list[Period]:
        log = Log(kept, terms, endings, party)
        back = [
            pair
            for pair in revoked
            if pair[1].party == party and pair[1].type in (*SIGNATURES, *CONSENT)
        ]
        found = periods(_party_turns(log, [step for _revocation, step in back]))
        if back and not _of_two(log):
            if found and found[0].status == Status.NOT_PARTY:
                # It ceased to exist later, without having become a party again.
                found = found[1:]
            return [*_not_party(*back[0], found), *found]
        return found or periods(turns_of_whole(log.seen_by(None)))

    found = with_revocations(steps, terms, course)
    return [] if found == life_course(steps, terms, endings) else found


def _not_party(revocation: Step, revoked: Step, found: list[Period]) -> Iterator[Period]:
    """The period from a revocation of signature or consent until the next one, if any."""
    first, sure = revoked_within(revocation, revoked)
    if found and found[0].first <= first:
        return
    last = found[0].first - DAY if found else date.max
    certain = sure <= last and revocation.when.is_definite
    yield Period(
        status=Status.NOT_PARTY,
        start=revocation.when,
        end=found[0].start if found else NEVER,
        first=first,
        last=last,
        certain_first=sure if certain else None,
        certain_last=last if certain else None,
        rule=Rule.REVOCATION,
        by=(revocation.slug,) if revocation.slug else (),
        known_on=NEVER,
    )


def _of_two(log: Log) -> bool:
    """Whether the party is one of the two original ones, for which the treaty is as a whole."""
    return log.of_two and log.party not in log.successors


def _party_turns(log: Log, revoked: list[Step]) -> list[Turn]:
    """The turns of one party, in order; none if they are those of the treaty as a whole.

    A party that has `revoked` its signature or consent is bound only by another consent.
    """
    party, terms = log.party, log.terms
    own = [step for step in log.steps if step.party == party and step.type not in SIGNATURES]
    signed = log.own(*SIGNATURES)
    gone, two = ceased(log, party), _of_two(log)
    if two and not gone:
        return []
    others = [step for step in log.of(*CONSENT, "entry_into_force") if step.party is not None]
    partial = any(step.party is not None for step in log.of("extension"))
    partial |= bool(terms.began.get(party))
    only_signed = bool(revoked) or bool(signed and others)
    if not own and not gone and not partial and not only_signed:
        return []
    common = turns_of_whole(log.seen_by(None))
    if two:
        turns = [turn for turn in common if turn.rule != Rule.SUCCESSION]
    else:
        consents = {step.type for step in (*own, *revoked)}
        if not consents & {"accession", "succession"}:
            # A signature by all is one by each, but not by those that acceded later.
            signed = signed or [step for step in log.of(*SIGNATURES) if step.party is None]
        turns = [turn for turn in common if _of_each(turn)]
        turns += [Turn.on(step.date, Status.SIGNED, Rule.SIGNATURE, step) for step in signed[:1]]
        turns += _while_member(log, joining(log, common, only_signed))
    if gone:
        turns = list(_until_gone(turns, gone))
    # What a party does alone does not bring back a treaty that has ended for all.
    if common and (over := common[-1]).status in ENDED:
        limit = over.earliest or date.min
        turns = [
            turn for turn in turns if not turn.revives or (turn.earliest or date.min) < limit
        ]  # fmt: skip
    turns = in_order(turns)
    for step in log.of("status_stated"):
        # A treaty that is not in force binds none of those that signed it.
        if step.party == party or signed and step.party is None and step.status == Status.SIGNED:
            turns = with_stated(turns, step)
    return turns


def _while_member(log: Log, joins: Iterable[Turn]) -> Iterator[Turn]:
    """The turns by which a party joins and leaves, and those of all parties while it is one."""
    joins = list(joins)
    yield from joins
    days = [turn.earliest for turn in joins if turn.earliest]
    out = [end.earliest for _told, end in log.left() if end.earliest]
    expired = {step.when.earliest for step in log.own("expiry")}
    for turn in (turn for rule in OF_PARTIES for turn in rule(log)):
        day = turn.earliest
        if turn.status == Status.SUSPENDED and turn.latest and days and turn.latest < min(days):
            continue
        if turn.rule == Rule.RESUMPTION and day:
            # It brings back only the parties that have not left before.
            left = max((end for end in out if end <= day and end not in expired), default=None)
            if left and not any(left <= join <= day for join in days):
                continue
        yield turn


def _until_gone(turns: list[Turn], gone: Edtf) -> Iterator[Turn]:
    """The turns before a party ceased to exist, and that day."""
    bound = False
    for turn in turns:
        late = turn.revives and not turn.day.certainly_before(gone)
        if late or gone.certainly_before(turn.day):
            continue
        bound |= turn.status in (Status.PROVISIONAL, Status.IN_FORCE)
        yield turn
    yield Turn.on(gone, Status.TERMINATED if bound else Status.NOT_PARTY, Rule.SUCCESSION)


def _of_each(turn: Turn) -> bool:
    """Whether a turn of the treaty as a whole, to which no rule for single parties leads, is one
    for each party."""
    if turn.rule == Rule.STATED:
        return turn.status not in ENTRY
    return turn.rule == Rule.PARTIES or turn.rule == Rule.ENTRY and turn.revives


def joining(log: Log, common: list[Turn], only_signed: bool) -> Iterator[Turn]:
    """The turns by which a party becomes bound by a multilateral treaty, first and again after
    each time it left. If no consent is recorded, the party is bound from the treaty's entry into
    force, unless it has `only_signed`."""
    force = next((turn for turn in common if turn.status == Status.IN_FORCE), None)
    for step in log.common("provisional")[:1]:
        yield Turn.on(step.when, Status.PROVISIONAL, Rule.PROVISIONAL, step)
    for place, (end, steps) in enumerate(log.memberships()):
        turn = _bound(log, steps, force)
        if not steps and place == 0 and not only_signed:
            turn = force
            began = log.terms.began.get(log.party, NEVER)
            if force and force.day.certainly_before(began):
                # It joined at some time after it came into being.
                turn = Turn.on(not_before(began), Status.IN_FORCE, Rule.ACCESSION)
        if turn:
            yield no_earlier(replace(turn, revives=True), end) if place else turn


def _bound(log: Log, steps: list[Step], force: Turn | None) -> Turn | None:
    """The turn by which the party becomes bound through these steps; None if it does not."""
    if stated := [step for step in steps if step.type in BINDING]:
        kinds = {"entry_into_force": Rule.ENTRY, "succession": Rule.SUCCESSION}
        turn = either(
            Turn.on(step.when, Status.IN_FORCE, kinds[step.type], step) for step in stated
        )
        return _no_earlier(turn, force) if turn.rule == Rule.ENTRY else turn
    if not steps or not force:
        return None
    consent, days = steps[0], log.terms.force_days
    if consent.effective:
        day = consent.effective
    elif days is not None:
        day = consent.date.plus(days=days)
    elif consent.date.certainly_before(force.day):
        day = force.day
    else:
        day = not_before(consent.date)
    return _no_earlier(Turn.on(day, Status.IN_FORCE, Rule.ACCESSION, consent), force)


def _no_earlier(turn: Turn, force: Turn | None) -> Turn:
    """The turn by which a party becomes bound, on the day of the treaty's entry into force if that
    is later."""
    early = force and force.earliest and turn.latest and turn.latest < force.earliest
    return replace(force, rule=turn.rule, by=turn.by) if early else turn
