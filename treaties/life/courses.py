"""The courses of a treaty as a whole and of each of its parties."""

from collections.abc import Hashable, Iterable, Iterator
from datetime import date

from treaties.life.course import periods, turns_of_whole
from treaties.life.parties import is_original_of_two, party_turns
from treaties.life.party_count import TurnsByParty, turns_by_count
from treaties.life.revocations import Courses, Revoked, revoked_within, with_revocations
from treaties.life.rules import Log
from treaties.life.values import (
    BINDING,
    CONSENT,
    DAY,
    NEVER,
    SIGNATURES,
    Ending,
    Period,
    Rule,
    Status,
    Step,
    Terms,
    Turn,
)


def life_courses(
    steps: Iterable[Step], terms: Terms | None = None, endings: Iterable[Ending] = ()
) -> Courses:
    """The periods of a treaty's life in order, by party; those of the treaty as a whole under None.

    They are empty if no step or ending is known, and for a party whose periods are those of the
    treaty as a whole. They differ for a party to a multilateral treaty that acted on its own, or
    did not where others did, for a successor, and for a former state.
    """
    terms, endings = terms or Terms(), list(endings)
    found = with_revocations(
        steps, terms, lambda kept, revoked: _courses(Log(kept, terms, endings), revoked)
    )
    whole = found[None]
    return {
        party: [] if party is not None and own == whole else own for party, own in found.items()
    }


def life_course(
    steps: Iterable[Step], terms: Terms | None = None, endings: Iterable[Ending] = ()
) -> list[Period]:
    """The periods of the treaty as a whole; see `life_courses`."""
    return life_courses(steps, terms, endings)[None]


def _courses(log: Log, revoked: list[Revoked]) -> Courses:
    parties = log.terms.parties
    back = {party: _taken_back(log.seen_by(party), revoked) for party in parties}

    def of_parties(common: list[Turn], by_count: TurnsByParty) -> TurnsByParty:
        return {
            party: party_turns(
                log.seen_by(party),
                common,
                [step for _revocation, step in back[party]],
                by_count.get(party, ()),
            )
            for party in parties
        }

    common = turns_of_whole(log)
    own = of_parties(common, {})
    if any(own.values()):
        by_count = turns_by_count(
            common,
            {party: turns if turns or back[party] else common for party, turns in own.items()},
            revoked=sum(
                any(step.type in CONSENT for _by, step in pairs) for pairs in back.values()
            ),
            of_two=log.of_two,
        )
        if any(by_count.values()):
            common = turns_of_whole(log, by_count[None])
            own = of_parties(common, by_count)
    unbound = set(_without_consent(log, revoked))
    found = {None: periods(common, unbound=log.of_two and bool(unbound & log.originals))}
    for party, turns in own.items():
        course = periods(turns, unbound=party in unbound)
        if back[party]:
            if course and course[0].status == Status.NOT_PARTY:
                # It ceased to exist later, without having become a party again.
                course = course[1:]
            course = [*_not_party(*back[party][0], course), *course]
        found[party] = course or found[None]
    return found


def _without_consent(log: Log, revoked: list[Revoked]) -> Iterator[Hashable]:
    """The parties that have revoked their consent and given no other."""
    for revocation, step in revoked:
        party = revocation.party if step.party is None else step.party
        consents = log.seen_by(party).own("definitive_signature", *CONSENT, *BINDING)
        if step.type in CONSENT and not consents:
            yield party


def _taken_back(log: Log, revoked: list[Revoked]) -> list[Revoked]:
    """The revocations of a party's signatures and consents to a treaty of many."""
    if is_original_of_two(log):
        return []
    kinds = (*SIGNATURES, *CONSENT)
    return [
        (revocation, step)
        for revocation, step in revoked
        if log.party in (step.party, revocation.party) and step.type in kinds
    ]


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
