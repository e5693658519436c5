"""The life course: turns in order, and the periods between them."""

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import replace
from datetime import date

from core.dates import Edtf
from treaties.life.rules import OF_PARTIES, RULES, Log, notice_end
from treaties.life.values import (
    BINDING,
    CONSENT,
    DAY,
    ENDED,
    ENTRY,
    LEAVING,
    NEVER,
    OPEN,
    REVOCABLE,
    SIGNATURES,
    Ending,
    Period,
    Rule,
    Status,
    Step,
    Terms,
    Turn,
    certainly_before,
    either,
    not_before,
    same,
)


def life_course(
    steps: Iterable[Step], terms: Terms | None = None, endings: Iterable[Ending] = ()
) -> list[Period]:
    """The periods of a treaty's life in order; empty if no step or ending is known."""
    terms, endings = terms or Terms(), list(endings)
    return with_revocations(
        steps, terms, lambda kept, _revoked: periods(_turns(Log(kept, terms, endings)))
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
        found = periods(_party_turns(log, bool(back)))
        if back:
            return [*_not_party(*back[0], found), *found]
        return found or periods(_turns(log.seen_by(None)))

    found = with_revocations(steps, terms, course)
    return [] if found == life_course(steps, terms, endings) else found


def _not_party(revocation: Step, revoked: Step, found: list[Period]) -> Iterator[Period]:
    """The period from a revocation of signature or consent until the next one, if any."""
    first, sure = _revoked_within(revocation, revoked)
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


def _party_turns(log: Log, revoked: bool) -> list[Turn]:
    """The turns of one party, in order; none if they are those of the treaty as a whole.

    A party that has `revoked` its signature or consent is bound only by another consent.
    """
    party, terms = log.party, log.terms
    own = [step for step in log.steps if step.party == party and step.type not in SIGNATURES]
    signed = log.own(*SIGNATURES)
    ended = terms.parties.get(party, NEVER)
    gone = bool(ended) and not ended.is_open
    two = log.of_two and party not in log.successors
    if two and not gone:
        return []
    others = [step for step in log.of(*CONSENT, "entry_into_force") if step.party is not None]
    partial = any(step.party is not None for step in log.of("extension"))
    partial |= any(row.parties for row in log.endings)
    partial |= bool(terms.began.get(party))
    only_signed = revoked or bool(signed and others)
    if not own and not gone and not partial and not only_signed:
        return []
    common = _turns(log.seen_by(None))
    if two:
        turns = [turn for turn in common if turn.rule != Rule.SUCCESSION]
    else:
        turns = [turn for turn in common if _of_each(turn)]
        turns += [Turn.on(step.date, Status.SIGNED, Rule.SIGNATURE, step) for step in signed[:1]]
        turns += joining(log, common, only_signed)
        turns += [turn for rule in OF_PARTIES for turn in rule(log)]
    if gone:
        turns = [
            turn for turn in turns
            if not certainly_before(ended, turn.day)
            and not (turn.revives and not certainly_before(turn.day, ended))
        ]  # fmt: skip
        turns.append(Turn.on(ended, Status.TERMINATED, Rule.SUCCESSION))
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
    for step in log.own("provisional"):
        yield Turn.on(step.when, Status.PROVISIONAL, Rule.PROVISIONAL, step)
    for place, steps in enumerate(log.memberships()):
        turn = _bound(log, steps, force)
        if not steps and place == 0 and not only_signed:
            turn = force
            began = log.terms.began.get(log.party, NEVER)
            if force and certainly_before(force.day, began):
                # It joined at some time after it came into being.
                turn = Turn.on(not_before(began), Status.IN_FORCE, Rule.ACCESSION)
        if turn:
            yield replace(turn, revives=True) if place else turn


def _bound(log: Log, steps: list[Step], force: Turn | None) -> Turn | None:
    """The turn by which the party becomes bound through these steps; None if it does not."""
    if stated := [step for step in steps if step.type in BINDING]:
        kinds = {"entry_into_force": Rule.ENTRY, "succession": Rule.SUCCESSION}
        turn = either(
            Turn.on(step.when, Status.IN_FORCE, kinds[step.type], step) for step in stated
        )
        return _not_before(turn, force) if turn.rule == Rule.ENTRY else turn
    if not steps or not force:
        return None
    consent, days = steps[0], log.terms.force_days
    if consent.effective:
        day = consent.effective
    elif days is not None:
        day = consent.date.plus(days=days)
    elif certainly_before(consent.date, force.day):
        day = force.day
    else:
        day = not_before(consent.date)
    return _not_before(Turn.on(day, Status.IN_FORCE, Rule.ACCESSION, consent), force)


def _not_before(turn: Turn, force: Turn | None) -> Turn:
    """The turn by which a party becomes bound, on the day of the treaty's entry into force if that
    is later."""
    early = force and force.earliest and turn.latest and turn.latest < force.earliest
    return replace(force, rule=turn.rule, by=turn.by) if early else turn


def with_revocations(
    steps: Iterable[Step],
    terms: Terms,
    course: Callable[[list[Step], list[tuple[Step, Step]]], list[Period]],
) -> list[Period]:
    """The course of these steps: until the day of a revocation with the revoked step, and from
    then on as if that had never been taken. A notice that is revoked before it takes effect is
    left out from the beginning.

    `course` takes the steps that count, and the revocations with the steps that they revoked.
    """
    steps = list(steps)
    kept = [step for step in steps if step.type != "revocation"]
    known = {step.slug: step for step in kept if step.type in REVOCABLE}
    late = []
    for step in sorted(steps, key=lambda step: (step.when.sort_key, step.slug)):
        revoked = known.get(step.revokes) if step.type == "revocation" else None
        if revoked is None:
            continue
        if revoked.type in LEAVING and not certainly_before(notice_end(revoked, terms), step.when):
            kept.remove(revoked)
        else:
            late.append((step, revoked))
    found = course(kept, [])
    for place, (step, revoked) in enumerate(late, start=1):
        if revoked in kept:
            kept.remove(revoked)
            found = spliced(found, course(kept, late[:place]), step, revoked)
    return found


def spliced(before: list[Period], after: list[Period], step: Step, revoked: Step) -> list[Period]:
    """The periods of `before` until the day of a revocation, and those of `after` from then on."""
    day = step.when
    first, last = _revoked_within(step, revoked)
    sure = day.is_definite and day.latest is not None
    one = [row for row in before if row.first < first]
    other = [row for row in after if row.last >= last]
    kept = [_until(row, day, first, last, sure) for row in one]
    rest = [_since(row, step, first, last, sure) for row in other]
    if not kept or not rest:
        return kept + rest
    if kept[-1].status == rest[0].status and rest[0].first <= kept[-1].last + DAY:
        # The revocation changes nothing: the status lasts.
        begun, after = kept.pop(), other[0]
        if _certain_until(one[-1], first, last) and (after.certain_first or date.max) <= first:
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
    return all(certain) and certain[0] < first and certain[1] >= _before(last)


def _revoked_within(step: Step, revoked: Step) -> tuple[date, date]:
    """The first and last day of a revocation, which does not precede the step that it revokes."""
    first = max(step.when.earliest or date.min, revoked.when.earliest or date.min)
    return first, max(step.when.latest or date.max, first)


def _until(row: Period, day: Edtf, first: date, last: date, sure: bool) -> Period:
    """A period as it is cut off by a revocation on some day from first to last."""
    if row.last < first:
        return row
    certain = row.certain_last and min(row.certain_last, _before(first))
    if not sure or certain is None or certain < row.certain_first:
        row, certain = replace(row, certain_first=None), None
    ends = min(row.last, _before(last))
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


def _turns(log: Log) -> list[Turn]:
    """The turns of the treaty as a whole, in order, with the statuses that sources state."""
    turns = in_order([turn for rule in RULES for turn in rule(log)])
    for step in log.of("status_stated"):
        # A treaty that is in force for one party is in force.
        if step in log.common(step.type) or step.status == Status.IN_FORCE:
            turns = with_stated(turns, step)
    if not turns and log.steps:
        first = min((step.when for step in log.steps), key=lambda day: day.sort_key)
        turns = [Turn.on(not_before(first), Status.UNKNOWN, Rule.RECORDED)]
    return turns


def in_order(turns: list[Turn]) -> list[Turn]:
    """The turns that can follow each other, in order.

    A turn does not come before one that it presupposes, unless its date is certainly earlier: an
    imprecise date is narrowed to the days that remain.
    """
    turns = sorted(turns, key=lambda turn: (turn.rank, turn.order))
    for place, turn in enumerate(turns):
        floor = max(
            (
                before.earliest
                for before in turns[:place]
                if before.earliest
                and presupposes(turn, before)
                and not (turn.latest and turn.latest < before.earliest)
            ),
            default=None,
        )
        if floor and (turn.earliest is None or turn.earliest < floor):
            turns[place] = replace(turn, earliest=floor)
    kept: list[Turn] = []
    for turn in sorted(turns, key=lambda turn: turn.order):
        if follows(turn, kept[-1] if kept else None):
            kept.append(turn)
    return kept


def presupposes(turn: Turn, before: Turn) -> bool:
    """Whether the turn can only come after `before`."""
    if before.revives or turn is before:
        return False
    if before.status in ENTRY:
        return turn.status not in ENTRY or turn.revives or before.rank < turn.rank
    return turn.revives and before.status == Status.SUSPENDED


def follows(turn: Turn, before: Turn | None) -> bool:
    """Whether the turn can directly follow `before` (None: no status yet)."""
    if turn.rule == Rule.RESUMPTION:
        return before is not None and before.status in (*ENDED, Status.SUSPENDED, Status.UNKNOWN)
    if before is None:
        return turn.rule not in (Rule.SUCCESSION, Rule.PARTIES) or turn.status != Status.UNKNOWN
    if before.status in ENDED:
        return turn.revives
    if before.status == Status.UNKNOWN:
        return turn.status != Status.UNKNOWN
    if before.status == Status.SUSPENDED:
        return turn.revives or turn.status in (*ENDED, Status.UNKNOWN)
    if turn.status in ENTRY:
        return turn.rank > ENTRY.index(before.status)
    return turn.status != before.status


def with_stated(turns: list[Turn], step: Step) -> list[Turn]:
    """The turns, adjusted by a status that a source states as of a day.

    If a turn has that status, its bounds and those of the next are narrowed. If not, a turn by
    that day is added where the other turns leave room for it; otherwise nothing changes.
    """
    on, stated = step.date, Status(step.status)
    if not on.earliest or not on.latest:
        return turns
    possible = [
        place for place, (_turn, earliest, latest) in enumerate(_spans(turns))
        if earliest <= on.latest and on.earliest <= latest
    ]  # fmt: skip
    for place in possible:
        if same(turns[place].status, stated):
            turn, kept = turns[place], turns
            turns = list(turns)
            latest = min(turn.latest or date.max, on.latest)
            turns[place] = replace(turn, latest=latest, known_on=on)
            if place + 1 < len(turns):
                after = turns[place + 1]
                earliest = max(after.earliest or date.min, on.earliest + DAY)
                if after.latest and after.latest < earliest:
                    return kept
                turns[place + 1] = replace(after, earliest=earliest)
            return turns
    place = possible[0] if possible else -1
    before = turns[place] if possible else None
    if len(possible) > 1 or not possible and turns and stated not in ENTRY[:1]:
        return turns
    since = before.earliest if before else None
    if before and before.known_on and before.known_on.latest < on.earliest:
        since = before.known_on.latest + DAY
    turn = replace(
        Turn.on(Edtf.between(since, on.latest), stated, Rule.STATED, step),
        known_on=on,
    )
    later = turns[place + 1 :]
    if not follows(turn, before) or later and not follows(later[0], turn):
        return turns
    return [*turns[: place + 1], turn, *later]


def _spans(turns: list[Turn]) -> Iterator[tuple[Turn, date, date]]:
    """Each turn with the first and last day on which its status is possible."""
    for place, turn in enumerate(turns):
        after = turns[place + 1].latest if place + 1 < len(turns) else None
        ends = date.max if place + 1 == len(turns) or after is None else _before(after)
        yield turn, turn.earliest or date.min, ends


def _before(day: date) -> date:
    return day - DAY if day > date.min else day


def periods(turns: list[Turn]) -> list[Period]:
    """The periods between turns, with the days on which each is possible and certain."""
    turns = list(turns)
    for place in range(1, len(turns)):
        floor = turns[place - 1].earliest
        if floor and (turns[place].earliest or date.min) < floor:
            turns[place] = replace(turns[place], earliest=floor)
    for place in reversed(range(len(turns) - 1)):
        roof = turns[place + 1].latest
        if roof and (turns[place].latest or date.max) > roof:
            turns[place] = replace(turns[place], latest=roof)
    lasting = [turn for turn, first, last in _spans(turns) if first <= last]
    # Dropping a status that lasted no day may leave two turns with the same status.
    turns = [
        turn
        for place, turn in enumerate(lasting)
        if not place or turn.status != lasting[place - 1].status
    ]
    return [
        _period(turn, turns[place + 1] if place + 1 < len(turns) else None, first, last)
        for place, (turn, first, last) in enumerate(_spans(turns))
    ]


def _period(turn: Turn, after: Turn | None, first: date, last: date) -> Period:
    status = Status(turn.status)
    if status == Status.SIGNED and not turn.known_on and not _leads_into_force(after):
        status = Status.SIGNED_UNKNOWN
    certain = None
    if (
        status not in OPEN
        and turn.latest
        and turn.day.is_definite
        and (after is None or after.earliest and after.day.is_definite)
    ):
        certain = turn.latest, _before(after.earliest) if after else date.max
        if certain[0] > certain[1]:
            certain = None
    return Period(
        status=status,
        start=_day(turn),
        end=_day(after) if after else NEVER,
        first=first,
        last=last,
        certain_first=certain and certain[0],
        certain_last=certain and certain[1],
        rule=turn.rule,
        by=turn.by,
        known_on=turn.known_on,
    )


def _leads_into_force(after: Turn | None) -> bool:
    return after is not None and (
        after.status in (Status.PROVISIONAL, Status.IN_FORCE) and after.rule != Rule.STATED
    )


def _day(turn: Turn) -> Edtf:
    """The day of a turn as its source gives it, or as narrowed by the turns around it."""
    if (turn.earliest, turn.latest) == (turn.day.earliest, turn.day.latest):
        return turn.day
    return Edtf.between(turn.earliest, turn.latest) if turn.day.is_definite else turn.day
