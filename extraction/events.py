"""Suggestions of events, memberships and missions."""

import re
from collections.abc import Iterator

from extraction.action_words import (
    ADOPTED,
    ANNIVERSARY,
    BODY,
    CEREMONY,
    CLOSED,
    COLLEAGUE,
    CREDENTIALS,
    DECLARED,
    ESTABLISHED,
    INSTITUTION,
    JOINED,
    JOINT_STATEMENT,
    KEPT,
    MARKED,
    MEETING,
    MEMBERSHIP_TYPES,
    MISSIONS,
    MOVED,
    OPENED,
    PARTNERSHIP,
    RECOGNIZED,
    SESSION,
    SIGN,
    TOOK_PLACE,
)
from extraction.context import Context, Fact, Participant, Suggestion, day_of, distance
from extraction.names import NameKind
from extraction.spans import Span

_MISSION_EVENTS = (
    ("mission_moved", MOVED),
    ("mission_closed", CLOSED),
    ("mission_opened", OPENED),
)


def events(context: Context, _earlier: list[Suggestion]) -> Iterator[Suggestion]:
    """The events that a sentence states."""
    for event_type, span in _stated(context):
        if not context.is_done(span):
            continue
        dated = context.date(span)
        if dated and dated["date"].inferred:
            # Some day of the visit that an earlier sentence names.
            dated = day_of(dated)
        values = {"event_type": Fact(event_type, span), **dated}
        if (pair := context.pair_of()) and len({one.country for one in context.countries}) <= 3:
            values["pair"] = pair
        if city := context.city(span):
            values["place"] = Fact(city.city, city)
        if event_type == "meeting" and len(_sides(context)) < 2 and not context.has(COLLEAGUE):
            continue
        date = values.get("date")
        in_words = date.span if date and not date.inferred and date.span else None
        quote = context.quote(span, in_words)
        people = [Participant(person, context.capacity(person)) for person in context.people]
        yield Suggestion("event", quote.start, quote.end, values, people)


def _sides(context: Context) -> set[str]:
    """The countries of the people of a sentence, and of those who hold an office in it."""
    found = {context.nationality(person) for person in context.people}
    found |= {
        country.country for office in context.offices if (country := context.country_of(office))
    }
    if context.offices:
        # "The foreign ministers of Azerbaijan and Kazakhstan".
        found |= {one.country for one in context.countries if not one.city}
    return found - {""}


def _both(context: Context, one: re.Pattern, other: re.Pattern) -> Span | None:
    """Where the first pattern stands, if the sentence has both."""
    first, second = context.first(one), context.first(other)
    return _joined(first, second) if first and second else None


def _joined(one: Span, other: Span) -> Span:
    return Span(min(one.start, other.start), max(one.end, other.end))


def _stated(context: Context) -> Iterator[tuple[str, Span]]:
    """The types of events that a sentence states, each with its words; one meeting at most."""
    if span := _both(context, ANNIVERSARY, MARKED):
        yield "commemoration", span
    elif span := context.first(ESTABLISHED):
        yield "establishment", span
    if span := context.first(RECOGNIZED):
        yield "recognition", span
    if span := _both(context, PARTNERSHIP, DECLARED):
        yield "partnership", span
    if span := context.first(CREDENTIALS):
        yield "credentials", span
    elif span := _session(context):
        yield "session", span
    elif span := context.first(MEETING):
        yield "meeting", span
    if not context.titles and (span := _both(context, SIGN, CEREMONY)):
        yield "signing", span
    if span := _both(context, JOINT_STATEMENT, ADOPTED):
        yield "joint_statement", span
    if span := _both(context, INSTITUTION, OPENED):
        yield ("mission_opened" if _mission(context) else "institution_opened"), span
    elif mission := _mission(context):
        for event_type, words in _MISSION_EVENTS:
            if changed := context.first(words):
                yield event_type, _joined(mission[1], changed)
                break


def _session(context: Context) -> Span | None:
    """A session of a body that took place."""
    session = context.first(SESSION)
    if session is None or not context.has(BODY) or not context.has(TOOK_PLACE):
        return None
    body = min(context.find(BODY), key=lambda one: distance(one, session))
    if distance(body, session) > 160:
        return None
    return Span(min(body.start, session.start), max(body.end, session.end))


def _mission(context: Context) -> tuple[str, Span] | None:
    for mission_type, words in MISSIONS:
        if span := context.first(words):
            return mission_type, span
    return None


def missions(context: Context, _earlier: list[Suggestion]) -> Iterator[Suggestion]:
    """The embassy or consulate that a sentence says one country has in another."""
    found, kept = _mission(context), context.first(KEPT)
    if found is None or kept is None or not context.is_done(kept):
        return
    mission_type, span = found
    place = context.city(span)
    names = [one for one in context.countries if one is not place]
    sender = min(names, key=lambda one: distance(one, span), default=None)
    if sender is None:
        return
    hosts = [one for one in context.countries if one.country != sender.country]
    host = place if place and place.country != sender.country else next(iter(hosts), None)
    if host is None:
        return
    values = {
        "mission_type": Fact(mission_type, span),
        "sender": Fact(sender.country, sender),
        "host": Fact(host.country, host),
        "pair": Fact(tuple(sorted((sender.country, host.country)))),
        **day_of(context.date(span)),
    }
    if place and place.country == host.country:
        values["place"] = Fact(place.city, place)
    quote = context.quote(span, kept)
    yield Suggestion("mission", quote.start, quote.end, values)


def memberships(context: Context, _earlier: list[Suggestion]) -> Iterator[Suggestion]:
    """The membership of each country that a sentence says joined an organization."""
    trigger = context.first(JOINED)
    bodies = [one for one in context.organizations if one.row is None or _is_body(one)]
    if trigger is None or not bodies or not context.is_done(trigger) or context.has(SIGN):
        return
    body = min(bodies, key=lambda one: distance(one, trigger))
    membership_type = next(
        (kind for kind, words in MEMBERSHIP_TYPES if context.has(words)), "unspecified"
    )
    for country in {one.country: one for one in context.countries if not one.city}.values():
        values = {
            "organization": Fact(body.row.slug if body.row else body.name, body),
            "member": Fact(country.country, country),
            "membership_type": Fact(membership_type),
            **day_of(context.date(trigger)),
        }
        quote = context.quote(country, trigger, body)
        yield Suggestion("membership", quote.start, quote.end, values)


def _is_body(span) -> bool:
    return span.row.kind == NameKind.ORGANIZATION
