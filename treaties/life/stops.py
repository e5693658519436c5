"""How a treaty stops and resumes with the number of parties that it binds."""

from collections.abc import Hashable, Mapping
from dataclasses import replace
from itertools import groupby

from treaties.life.values import BOUND, ENDED, NEVER, Rule, Status, Turn

# The turns of a treaty as a whole (under None) and of its parties.
Turns = dict[Hashable | None, list[Turn]]


def stops(
    common: list[Turn], own: Mapping[Hashable, list[Turn]], *, revoked: int, of_two: bool
) -> Turns:
    """The turns by which a treaty as a whole (None), and those that it still binds, are stopped
    when fewer than two parties are left, and by which they resume.

    `common` are the turns of the whole, and `own` those of each party, by their own steps. Missing
    consents say nothing: a treaty that is in force for fewer than two from the start is not
    stopped until one of these suspends or leaves it, or until a party has `revoked` its consent.
    """
    of_all: Turns = {None: common, **own}
    found: Turns = {party: [] for party in of_all}
    events = sorted(
        ((turn, party) for party, turns in of_all.items() for turn in turns),
        key=lambda event: event[0].order,
    )
    now: dict[Hashable | None, Turn] = {}
    shown: dict[Hashable | None, Status] = {}
    most = 0
    for _day, group in groupby(events, key=lambda event: event[0].earliest):
        changed = {party: turn for turn, party in group}
        now |= changed
        shown |= {party: turn.status for party, turn in changed.items()}
        bound = [party for party, turn in now.items() if party is not None and turn.status in BOUND]
        most = max(most, len(bound) + revoked)
        if None not in now or now[None].status not in BOUND:
            continue
        fallen = len(bound) < min(most, 2)
        own_turns = [turn for party, turn in changed.items() if party is not None]
        by = _deciding(own_turns or [now[None]], fallen)
        status = _stopped(now, by, of_two) if fallen else None
        for party in (None, *bound):
            wanted = status or now[party].status
            if wanted != shown[party]:
                found[party].append(_turn(by, wanted, fallen))
                shown[party] = wanted
    return found


def _deciding(turns: list[Turn], fallen: bool) -> Turn:
    """The last of the turns of one day that could stop the treaty, or resume it."""
    return next((turn for turn in reversed(turns) if (turn.status in BOUND) != fallen), turns[-1])


def _stopped(now: Mapping[Hashable | None, Turn], by: Turn, of_two: bool) -> Status:
    """The status of a treaty that binds fewer than two parties."""
    statuses = [turn.status for party, turn in now.items() if party is not None]
    held = [status for status in statuses if status in (*BOUND, Status.SUSPENDED)]
    if Status.SUSPENDED in held and len(held) > 1:
        return Status.SUSPENDED
    left = of_two or all(status in (*ENDED, Status.NOT_PARTY) for status in statuses)
    # A former state may still have a successor.
    if left and by.status in ENDED and by.rule != Rule.SUCCESSION:
        return by.status
    return Status.UNKNOWN


def _turn(by: Turn, status: Status, fallen: bool) -> Turn:
    if fallen:
        return replace(by, status=status, rule=Rule.PARTIES, revives=False, known_on=NEVER)
    rule = by.rule if by.rule == Rule.RESUMPTION else Rule.ACCESSION
    return replace(by, status=status, rule=rule, revives=True, known_on=NEVER)
