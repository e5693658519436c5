"""How the status of a treaty changes with the number of parties that it binds."""

from collections.abc import Hashable, Mapping
from dataclasses import replace
from itertools import groupby

from treaties.life.values import BOUND, ENDED, GONE, NEVER, Rule, Status, Turn

# The turns of a treaty as a whole (under None) and of its parties.
TurnsByParty = dict[Hashable | None, list[Turn]]


def turns_by_count(
    common: list[Turn], own: Mapping[Hashable, list[Turn]], *, revoked: int, of_two: bool
) -> TurnsByParty:
    """The turns by which a treaty stops being in force when it binds fewer than two parties, and
    by which it is in force again: for the treaty as a whole (None), and for those still bound.

    `common` are the turns of the whole, and `own` those of each party, by their own steps. Missing
    consents say nothing: a treaty that binds fewer than two from the start stays in force until
    one of these suspends or leaves it, or until a party has revoked its consent. `revoked` is the
    number of parties that have.
    """
    of_all: TurnsByParty = {None: common, **own}
    found: TurnsByParty = {party: [] for party in of_all}
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
        too_few = len(bound) < min(most, 2)
        own_turns = [turn for party, turn in changed.items() if party is not None]
        by = _deciding(own_turns or [now[None]], too_few)
        status = _status_of_too_few(now, by, of_two) if too_few else None
        for party in (None, *bound):
            wanted = status or now[party].status
            if wanted != shown[party]:
                found[party].append(_turn(by, wanted, too_few))
                shown[party] = wanted
    return found


def _deciding(turns: list[Turn], too_few: bool) -> Turn:
    """The turn of one day that decides: the last by which a party is no longer bound if `too_few`
    are left, or else the last by which one is bound."""
    return next((turn for turn in reversed(turns) if (turn.status in BOUND) != too_few), turns[-1])


def _status_of_too_few(now: Mapping[Hashable | None, Turn], by: Turn, of_two: bool) -> Status:
    """The status of a treaty that binds fewer than two parties."""
    statuses = [turn.status for party, turn in now.items() if party is not None]
    remaining = [status for status in statuses if status in (*BOUND, Status.SUSPENDED)]
    if Status.SUSPENDED in remaining and len(remaining) > 1:
        return Status.SUSPENDED
    left = of_two or all(status in GONE for status in statuses)
    # A former state may still have a successor.
    if left and by.status in ENDED and by.rule != Rule.SUCCESSION:
        return by.status
    return Status.UNKNOWN


def _turn(by: Turn, status: Status, too_few: bool) -> Turn:
    if too_few:
        return replace(by, status=status, rule=Rule.PARTIES, revives=False, known_on=NEVER)
    rule = by.rule if by.rule == Rule.RESUMPTION else Rule.ACCESSION
    return replace(by, status=status, rule=rule, revives=True, known_on=NEVER)
