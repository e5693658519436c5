"""Turns in order, and the periods between them."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date
from functools import reduce
from itertools import zip_longest

from core.dates import Edtf
from treaties.life.rules import RULES, Log, cessation
from treaties.life.values import (
    BOUND,
    ENDED,
    ENTRY,
    GONE,
    NEVER,
    OPEN,
    Period,
    Rule,
    Status,
    Step,
    Turn,
    day_after,
    day_before,
    not_before,
    same,
)


def turns_of_whole(log: Log, by_count: Collection[Turn] = ()) -> list[Turn]:
    """The turns of the treaty as a whole, in order, with the statuses that sources state.

    `by_count` are those that depend on how many parties it binds.
    """
    turns = in_order([turn for rule in RULES for turn in rule(log)])
    if by_count:
        turns = in_order([*turns, *by_count])
    if log.of_two:
        turns = _from_beginning(log, turns)
    # A treaty that is in force for one party is in force.
    stated = [
        step
        for step in log.of("status_stated")
        if log.concerns(step) or step.status == Status.IN_FORCE
    ]
    known = reduce(with_stated, stated, turns)
    if any(turn.status in BOUND for turn in known) and not turns:
        # Only the statements say that there was a treaty that could end with a party.
        known = reduce(with_stated, stated, in_order([*known, *cessation(log)]))
    turns = known
    if not turns and log.steps:
        first = min((step.when for step in log.steps), key=lambda day: day.sort_key)
        turns = [Turn.on(not_before(first), Status.UNKNOWN, Rule.RECORDED)]
    return turns


def _from_beginning(log: Log, turns: list[Turn]) -> list[Turn]:
    """The turns of a treaty of two, of which it is not known whether it was in force before both
    came into being: if it was, then with a predecessor."""
    began = max((log.terms.began.get(party, NEVER) for party in log.originals), default=NEVER)
    if not began.earliest:
        return turns
    turns = bounded(turns)
    early = [turn for turn in turns if turn.latest and turn.latest < began.earliest]
    if not any(turn.status in BOUND for turn in early):
        return turns
    last = early[-1]
    found = [
        replace(turn, status=Status.UNKNOWN, rule=Rule.SUCCESSION, by=())
        if turn.status in (*BOUND, Status.SUSPENDED)
        else turn
        for turn in early
    ]
    if last.status in BOUND:
        found.append(Turn.on(not_before(began), last.status, Rule.SUCCESSION, revives=True))
    return [*found, *turns[len(early) :]]


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
        stopped = (*ENDED, Status.SUSPENDED, Status.UNKNOWN)
        return before is not None and before.status in stopped and before.status != turn.status
    if turn.rule == Rule.SUSPENSION and turn.revives:
        # The end of a suspension does not bring back what has ended meanwhile.
        return before is not None and before.status == Status.SUSPENDED
    if before is None:
        return turn.rule not in (Rule.SUCCESSION, Rule.PARTIES) or turn.status != Status.UNKNOWN
    if before.status in GONE:
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
    on, stated, known_on = step.date, Status(step.status), step.date
    if stated == Status.SIGNED_UNKNOWN:
        # The source does not know whether the treaty is in force.
        stated, known_on = Status.SIGNED, NEVER
    if not on.earliest or not on.latest:
        return turns
    turns = bounded(turns)
    possible = [
        place for place, (_turn, first, out) in enumerate(_spans(turns))
        if first <= on.latest and (out is None or on.earliest < out)
    ]  # fmt: skip
    for place in possible:
        if same(turns[place].status, stated):
            turn = turns[place]
            latest = min(turn.latest or date.max, on.latest)
            turns[place] = replace(turn, latest=latest, known_on=known_on or turn.known_on)
            if known_on and place + 1 < len(turns):
                after = turns[place + 1]
                earliest = max(after.earliest or date.min, day_after(on.earliest))
                turns[place + 1] = replace(after, earliest=earliest)
            return turns
    place = possible[0] if possible else -1
    before = turns[place] if possible else None
    # Before the first turn, it says something only if that is a later stage.
    early = not possible and turns and stated not in ENTRY[:1] and turns[0].status in ENTRY
    if len(possible) > 1 or early:
        return turns
    since = before.earliest if before else None
    if before and before.known_on and before.known_on.latest < on.earliest:
        since = day_after(before.known_on.latest)
    turn = replace(
        Turn.on(Edtf.between(since, on.latest), stated, Rule.STATED, step),
        known_on=known_on,
    )
    later = turns[place + 1 :]
    if not follows(turn, before) or later and not follows(later[0], turn):
        return turns
    return [*turns[: place + 1], turn, *later]


def _spans(turns: list[Turn]) -> Iterator[tuple[Turn, date, date | None]]:
    """Each turn with the first day on which its status is possible, and the first on which it no
    longer is, if any; the status lasted no day unless that is later."""
    for turn, after in zip_longest(turns, turns[1:]):
        yield turn, turn.earliest or date.min, after.latest if after else None


def bounded(turns: list[Turn]) -> list[Turn]:
    """The turns, none of which may come before the one before it or after the one after it."""
    turns = list(turns)
    for place in range(1, len(turns)):
        floor = turns[place - 1].earliest
        if floor and (turns[place].earliest or date.min) < floor:
            turns[place] = replace(turns[place], earliest=floor)
    for place in reversed(range(len(turns) - 1)):
        roof = turns[place + 1].latest
        if roof and (turns[place].latest is None or turns[place].latest > roof):
            turns[place] = replace(turns[place], latest=roof)
    return turns


def periods(turns: list[Turn], *, unbound: bool = False) -> list[Period]:
    """The periods between turns, with the days on which each is possible and certain.

    With `unbound`, it is known that a signed treaty is not in force.
    """
    turns = bounded(turns)
    lasting = [turn for turn, first, out in _spans(turns) if out is None or first < out]
    # Dropping a status that lasted no day may leave two turns with the same status.
    turns = [
        turn
        for place, turn in enumerate(lasting)
        if not place or turn.status != lasting[place - 1].status
    ]
    return [
        _period(turn, after, first, day_before(out) if out else date.max, unbound)
        for (turn, first, out), after in zip_longest(_spans(turns), turns[1:])
    ]


def _period(turn: Turn, after: Turn | None, first: date, last: date, unbound: bool) -> Period:
    status = Status(turn.status)
    known = unbound or turn.known_on or _leads_into_force(after)
    if status == Status.SIGNED and not known:
        status = Status.SIGNED_UNKNOWN
    certain = None
    if (
        status not in OPEN
        and turn.latest
        and turn.day.is_definite
        and (after is None or after.earliest and after.day.is_definite)
    ):
        certain = turn.latest, day_before(after.earliest) if after else date.max
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
    return after is not None and (after.status in BOUND and after.rule != Rule.STATED)


def _day(turn: Turn) -> Edtf:
    """The day of a turn as its source gives it, or as narrowed by the turns around it."""
    if (turn.earliest, turn.latest) == (turn.day.earliest, turn.day.latest):
        return turn.day
    return Edtf.between(turn.earliest, turn.latest) if turn.day.is_definite else turn.day
