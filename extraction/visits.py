"""Suggestions of visits."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from extraction.action_words import ARRIVED, ATTENDS, VISIT, VISIT_TYPES
from extraction.context import Context, Fact, Participant, Suggestion, distance
from extraction.names import CountrySpan, Mention, PersonSpan
from extraction.spans import Span

# How many characters before the word "visit" its type may stand.
TYPE_BEFORE = 40


@dataclass(frozen=True, slots=True)
class _Visitor:
    """Who visits: a person, or the holder of an office, with the slug of their country."""

    country: str
    rank: str
    span: Span
    person: PersonSpan | None = None


def visits(context: Context, _earlier: list[Suggestion]) -> Iterator[Suggestion]:
    """The visit that a sentence states; the first, if it names several times the same."""
    for trigger in (*context.find(VISIT), *context.find(ARRIVED)):
        if not context.is_done(trigger, whole=True) or context.has(ATTENDS):
            continue
        visitor = _visitor(context, trigger)
        host, where = _host(context, trigger, visitor)
        guest = visitor.country if visitor else ""
        inferred = ""
        if host and not guest and len(context.pair) == 2 and host in context.pair:
            guest = next(one for one in context.pair if one != host)
            inferred = _("The other country that the text is about.")
        if not host and guest and len(context.pair) == 2 and guest in context.pair:
            host = next(one for one in context.pair if one != guest)
            inferred = _("The other country that the text is about.")
        if not (host and guest) or host == guest or not visitor:
            continue
        yield _suggestion(context, trigger, visitor, host, where, inferred)
        return


def _suggestion(context, trigger, visitor, host, where, inferred) -> Suggestion:
    guest = visitor.country or next(one for one in context.pair if one != host)
    visit_type, type_span = _type(context, trigger)
    values = {
        "host": Fact(host, where, "" if where else inferred),
        "pair": Fact(tuple(sorted((host, guest))), inferred=inferred),
        "visit_type": Fact(visit_type, type_span),
        "rank": Fact(visitor.rank, visitor.span),
        **context.date(trigger),
    }
    cities = [one for one in context.countries if one.city and one.country == host]
    if cities:
        city = min(cities, key=lambda one: distance(one, trigger))
        values["place"] = Fact(city.city, city)
    people = []
    if visitor.person:
        people = [Participant(visitor.person, context.capacity(visitor.person))]
    date = values.get("date")
    in_sentence = date.span if date and date.span and _inside(date.span, context) else None
    quote = context.quote(visitor.span, trigger, where, in_sentence)
    return Suggestion("visit", quote.start, quote.end, values, people)


def _inside(span: Span, context: Context) -> bool:
    return context.sentence.start <= span.start and span.end <= context.sentence.end


def _type(context: Context, trigger: Span) -> tuple[str, Span | None]:
    """The type of a visit by the adjectives before the word, and where they stand."""
    for visit_type, words in VISIT_TYPES:
        for span in context.find(words):
            gap = context.read.text[span.end : trigger.start]
            if 0 <= trigger.start - span.end <= TYPE_BEFORE and not set(gap) & set(".;,("):
                return visit_type, span
    return "unspecified", None


def _visitor(context: Context, trigger: Span) -> _Visitor | None:
    """Who visits: the nearest person, or holder of an office, of a known country."""
    found: list[_Visitor] = []
    for person in context.people:
        office = context.office_of(person)
        rank = office.rank if office else "other"
        found.append(_Visitor(context.nationality(person), rank, person, person))
    holding = [context.office_of(person) for person in context.people]
    for office in context.offices:
        if office not in holding:
            country = context.country_of(office)
            found.append(_Visitor(country.country if country else "", office.rank, office))
    if not found:
        return None
    # "The visit of the President": the visitor follows closely.
    after = [one for one in found if 0 <= one.span.start - trigger.end <= 60]
    text = context.read.text
    for one in sorted(after, key=lambda each: each.span.start):
        gap = text[trigger.end : one.span.start]
        follows = gap.lstrip().lower().startswith(("of ", "by ")) or not gap.isascii()
        if follows and " to " not in gap and " в " not in f"{gap} " and " во " not in gap:
            return one
    known = [one for one in found if one.country] or found
    before = [one for one in known if one.span.end <= trigger.start]
    return min(before or known, key=lambda one: (distance(one.span, trigger), one.person is None))


def _host(
    context: Context, trigger: Span, visitor: _Visitor | None
) -> tuple[str, CountrySpan | None]:
    """The country that is visited, and where the sentence names it."""
    guest = visitor.country if visitor else ""
    of_offices = {country for office in context.offices if (country := context.country_of(office))}
    others = [
        one
        for one in context.countries
        if one.country != guest and one.mention != Mention.NATIONALITY
    ]
    free = [one for one in others if one not in of_offices] or others
    if not free:
        return "", None
    best = min(free, key=lambda one: (distance(one, trigger), one.start < trigger.start))
    return best.country, best
