"""The turns of a single party, where they differ from those of the treaty as a whole."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import date

from core.dates import Edtf
from treaties.life.course import in_order, with_stated
from treaties.life.rules import OF_PARTIES, Log, ceased, fixed_term, no_earlier
from treaties.life.values import (
    BINDING,
    BOUND,
    CONSENT,
    ENDED,
    ENTRY,
    NEVER,
    SIGNATURES,
    Rule,
    Status,
    Step,
    Turn,
    either,
    not_before,
)


def is_original_of_two(log: Log) -> bool:
    """Whether the party is one of the two original ones, for which the treaty is as a whole."""
    return log.of_two and log.party not in log.successors


def party_turns(
    log: Log,
    common: list[Turn],
    revoked: Collection[Step] = (),
    by_count: Iterable[Turn] = (),
) -> list[Turn]:
    """The turns of the party of a log, in order; none if they are those of the treaty as a whole,
    which are `common`.

    A party that has `revoked` its signature or consent is bound only by another consent. `by_count`
    are the turns that depend on how many others the treaty binds.
    """
    gone, only_signed = ceased(log, log.party), _has_only_signed(log, revoked)
    if is_original_of_two(log):
        turns = [*_in_lifetime(log, common, gone)]
        if not gone and turns == common:
            return []
    elif not _differs(log, gone, only_signed):
        return []
    else:
        turns = list(by_count)
        turns += [row for row in common if row.rule == Rule.STATED and row.status not in ENTRY]
        turns += [
            Turn.on(step.date, Status.SIGNED, Rule.SIGNATURE, step)
            for step in _signatures(log, revoked)[:1]
        ]
        again = [turn for turn in common if turn.rule == Rule.ENTRY and turn.revives]
        turns += _while_member(log, list(joining(log, common, only_signed)), again)
    if gone:
        turns = list(_until_gone(turns, gone))
    turns = in_order(_before_end(turns, common))
    for step in log.of("status_stated"):
        of_all = step.party is None and step.status == Status.SIGNED
        # A treaty that is not in force binds none of those that signed it.
        if step.party == log.party or of_all and _signatures(log, revoked):
            turns = with_stated(turns, step)
    return turns


def _has_only_signed(log: Log, revoked: Collection[Step]) -> bool:
    """Whether a party without a recorded consent is not bound: it revoked it, or others gave
    theirs, or a source says so. That others acceded later does not say whether signatures needed
    consent. A party that extended, suspended or resumed a treaty was bound."""
    consents = ("definitive_signature", *CONSENT, "entry_into_force")
    late = {None, *(step.party for step in log.of("accession"))}
    others = any(step.party not in late for step in log.of(*consents))
    stated = any(
        step.status in (Status.SIGNED, Status.SIGNED_UNKNOWN) for step in log.own("status_stated")
    )
    acted = log.own("extension", "suspension", "resumption")
    return bool(revoked) or stated or others and bool(log.own(*SIGNATURES)) and not acted


def _differs(log: Log, gone: Edtf, only_signed: bool) -> bool:
    """Whether the course of a party to a treaty of many can differ from that of the whole."""
    own = any(step.party == log.party and step.type not in SIGNATURES for step in log.steps)
    partial = any(step.party is not None for step in log.of("extension", "provisional"))
    return bool(own or gone or partial or only_signed or log.terms.began.get(log.party))


def _signatures(log: Log, revoked: Iterable[Step]) -> list[Step]:
    """The party's signatures. One by all is one by each, but not by those that acceded later."""
    joined = [*log.own(*CONSENT, *BINDING), *(step for step in revoked if step.type in CONSENT)]
    first = min(joined, key=lambda step: step.when.sort_key, default=None)
    joined_late = first is not None and first.type in ("accession", "succession")
    if joined_late or any(step.type in SIGNATURES and step.party is None for step in revoked):
        return log.own(*SIGNATURES)
    return log.own(*SIGNATURES) or [step for step in log.of(*SIGNATURES) if step.party is None]


def _before_end(turns: list[Turn], common: list[Turn]) -> list[Turn]:
    """The turns, with the end of a treaty that has ended for all instead of those that would bind
    the party later: what one does alone does not bring it back."""
    if not common or common[-1].status not in ENDED:
        return turns
    limit = common[-1].earliest or date.min
    kept = [
        turn
        for turn in turns
        if not (turn.revives or turn.status in BOUND) or (turn.earliest or date.min) < limit
    ]
    return kept if len(kept) == len(turns) else [*kept, common[-1]]


def _while_member(log: Log, joins: list[Turn], again: Iterable[Turn]) -> Iterator[Turn]:
    """The turns by which a party joins and leaves, and those of all parties while it is one.
    `again` are the later entries into force of the treaty."""
    yield from joins
    days = [turn.earliest for turn in joins if turn.earliest]
    out = [end.earliest for _told, end in log.left() if end.earliest]
    expired = {step.when.earliest for step in log.own("expiry")}
    rules = [turn for rule in OF_PARTIES if rule is not fixed_term for turn in rule(log)]
    rules += _term_ends(log, days)
    for turn in (*again, *rules):
        early = turn.latest and days and turn.latest < min(days)
        if early and turn.status == Status.SUSPENDED:
            continue
        if early and turn.rule == Rule.DENUNCIATION:
            # It was never bound.
            yield replace(turn, status=Status.NOT_PARTY)
            continue
        if turn.revives and (day := turn.earliest):
            # It brings back only the parties that have not left before.
            left = max((end for end in out if end <= day and end not in expired), default=None)
            if left and not any(left <= join <= day for join in days):
                continue
        yield turn


def _in_lifetime(log: Log, common: list[Turn], gone: Edtf) -> Iterator[Turn]:
    """The turns of a treaty of two for one party: without a predecessor's and a successor's."""
    began = log.terms.began.get(log.party, NEVER)
    before = began.earliest and any(
        turn.rule == Rule.SUCCESSION and turn.latest and turn.latest < began.earliest
        for turn in common
    )
    for turn in common:
        if before and turn.latest and turn.latest < began.earliest:
            continue
        if gone and turn.rule == Rule.SUCCESSION and not turn.day.certainly_before(gone):
            continue
        yield turn


def _term_ends(log: Log, days: list[date]) -> list[Turn]:
    """The ends of the term of a party that joined on these days: if it joined after the end of its
    own, then it joined the treaty as extended by others."""
    own = list(fixed_term(log))
    if not days or not any(turn.latest and turn.latest < max(days) for turn in own[-1:]):
        return own
    of_others = fixed_term(log.seen_by(None))
    return [
        *(turn for turn in own if turn.latest and min(days) <= turn.latest),
        *(turn for turn in of_others if turn.latest is None or max(days) <= turn.latest),
    ]


def _until_gone(turns: list[Turn], gone: Edtf) -> Iterator[Turn]:
    """The turns before a party ceased to exist, and that day."""
    bound = False
    for turn in turns:
        late = turn.revives and not turn.day.certainly_before(gone)
        if late or gone.certainly_before(turn.day):
            continue
        bound |= turn.status in BOUND
        yield turn
    yield Turn.on(gone, Status.TERMINATED if bound else Status.NOT_PARTY, Rule.SUCCESSION)


def joining(log: Log, common: list[Turn], only_signed: bool) -> Iterator[Turn]:
    """The turns by which a party becomes bound by a multilateral treaty, first and again after
    each time it left. If no consent is recorded, the party is bound from the treaty's entry into
    force, unless it has `only_signed`."""
    force = next((turn for turn in common if turn.status == Status.IN_FORCE), None)
    memberships = log.memberships()
    later = any(step.type in ("accession", "succession") for step in memberships[0][1])
    for step in log.common("provisional"):
        if step.party is not None or not later:
            yield Turn.on(step.when, Status.PROVISIONAL, Rule.PROVISIONAL, step)
            break
    for place, (end, steps) in enumerate(memberships):
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
