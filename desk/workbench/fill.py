"""Fills the cards of suggestions with what was recognized."""

from dataclasses import dataclass, field

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from desk.workbench.card_form import with_values
from desk.workbench.cards import EventCard, MembershipCard, MissionCard, RecordCard, VisitCard
from desk.workbench.figure_cards import FigureCard
from desk.workbench.treaty_cards import TreatyCard
from extraction.context import Fact, Participant, Suggestion
from extraction.recognition import Recognition
from relations.duplicates import similar_people
from relations.models import Country, Event, Membership, Mission, Person
from sources.models import Passage, Source, text_digest
from trade.amounts import Amount
from trade.models import Indicator

CARDS = {
    "visit": VisitCard,
    "treaty": TreatyCard,
    "event": EventCard,
    "membership": MembershipCard,
    "mission": MissionCard,
    "figure": FigureCard,
}
# The longest quotation that a passage stores, in characters.
LONGEST_QUOTE = Passage._meta.get_field("quote").max_length


@dataclass(frozen=True, slots=True)
class Page:
    """What the cards of one page share: the source, its text, the countries that it names by slug,
    and the people by the names that the text gives them."""

    source: Source
    text: str
    countries: dict[str, Country]
    people: dict[str, Person]
    # The rows that the names on the page stand for.
    named: dict = field(default_factory=dict)

    def country(self, slug: str) -> str:
        return str(self.countries.get(slug, slug))


def card(page: Page, suggestion: Suggestion) -> RecordCard | FigureCard:
    """The unbound card of a suggestion."""
    kind = suggestion.kind
    made = {
        "visit": _visit,
        "treaty": _treaty,
        "event": _event,
        "membership": _membership,
        "mission": _mission,
        "figure": _figure,
    }[kind](page, suggestion)
    more = {}
    if kind == "treaty":
        more["step_values"] = [_step(page, step) for step in suggestion.steps]
    one = CARDS[kind](
        prefix=suggestion.key,
        initial={"start": suggestion.start, "end": suggestion.end} | made,
        source=page.source,
        text=page.text,
        named=page.named,
        **more,
    )
    one.rejection = rejection(suggestion)
    # The field of the card that shows a value of the suggestion.
    shown = {"visit": {"pair": "guest"}, "event": {"pair": "one"}}.get(kind, {})
    notes = {
        shown.get(name, name): fact.inferred
        for name, fact in suggestion.values.items()
        if fact.inferred and shown.get(name, name) in one.fields
    }
    one.initial["inferred"] = with_values(one, notes)
    if isinstance(one, RecordCard):
        one.offer_known()
    return one


def rejection(suggestion: Suggestion) -> str:
    """The digest of a suggestion, by which it is not offered again once it is rejected: of its kind
    and values, wherever they stand."""
    values = sorted((name, str(fact.value)) for name, fact in suggestion.values.items())
    return text_digest(f"{suggestion.kind} {values}")


def _dates(suggestion: Suggestion) -> dict:
    names = ("date", "until", "period", "period_until")
    return {name: suggestion.values[name].value for name in names if name in suggestion.values}


def _pair(page: Page, suggestion: Suggestion) -> dict:
    pair = suggestion.value("pair", ())
    return dict(zip(("one", "other"), map(page.country, pair), strict=False))


def person_name(page: Page, one: Participant) -> str:
    """The name of a participant: the known person's, or that in the text."""
    if one.person.row:
        return one.person.row.name
    known = page.people.get(one.person.name)
    return known.name if known else one.person.name


def known_people(read: Recognition) -> dict[str, Person]:
    """The people whom unknown names of a text likely mean, spelled in another way, by these names;
    only those who are the only ones."""
    found = {}
    for name in {one.name for one in read.people if one.row is None}:
        similar = similar_people(Person(name=name))
        if len(similar) == 1:
            found[name] = similar[0]
    return found


def _visit(page: Page, suggestion: Suggestion) -> dict:
    host = suggestion.value("host")
    guest = next((one for one in suggestion.value("pair", ()) if one != host), "")
    visitor = suggestion.people[0] if suggestion.people else None
    name = person_name(page, visitor) if visitor else ""
    capacity = visitor.capacity if visitor else ""
    said = {"host": page.country(host), "name": name}
    title = _("Visit of %(name)s to %(host)s") if name else _("Visit from %(guest)s to %(host)s")
    is_known = host and (name or guest)
    return {
        "title": title % (said | {"guest": page.country(guest)}) if is_known else "",
        "host": page.country(host),
        "guest": page.country(guest),
        "visit_type": suggestion.value("visit_type", "unspecified"),
        "rank": suggestion.value("rank", "other"),
        "place": suggestion.value("place"),
        "person": name,
        "capacity": capacity[:200],
        **_dates(suggestion),
    }


def _event(page: Page, suggestion: Suggestion) -> dict:
    event_type = suggestion.value("event_type", "meeting")
    pair = suggestion.value("pair", ())
    words = capfirst(str(Event.Type(event_type).label))
    countries = _(" and ").join(map(page.country, pair))
    place = suggestion.value("place")
    title = words
    if countries:
        title = _("%(event)s: %(countries)s") % {"event": words, "countries": countries}
    elif place:
        title = _("%(event)s in %(place)s") % {"event": words, "place": place}
    return {
        "title": title,
        "event_type": event_type,
        "place": place,
        "people": "; ".join(person_name(page, one) for one in suggestion.people),
        **_pair(page, suggestion),
        **_dates(suggestion),
    }


def _mission(page: Page, suggestion: Suggestion) -> dict:
    sender, host = (page.country(suggestion.value(name)) for name in ("sender", "host"))
    mission_type = suggestion.value("mission_type", "embassy")
    words = capfirst(str(Mission.Type(mission_type).label))
    title = _("%(mission)s of %(sender)s in %(host)s")
    return {
        "title": title % {"mission": words, "sender": sender, "host": host},
        "mission_type": mission_type,
        "sender": sender,
        "host": host,
        "place": suggestion.value("place"),
        **_dates(suggestion),
    }


def _membership(page: Page, suggestion: Suggestion) -> dict:
    member = page.country(suggestion.value("member"))
    body: Fact | None = suggestion.values.get("organization")
    name = getattr(body.span, "row", None) and body.span.row.name if body else ""
    name = name or (str(body.value) if body else "")
    title = _("Membership of %(member)s in %(organization)s")
    return {
        "title": title % {"member": member, "organization": name},
        "organization": name,
        "member": member,
        "membership_type": suggestion.value("membership_type", Membership.Type.UNSPECIFIED),
        **_dates(suggestion),
    }


def _treaty(page: Page, suggestion: Suggestion) -> dict:
    return {
        "title": suggestion.value("title"),
        "instrument": suggestion.value("instrument", "other"),
        "place": suggestion.value("place"),
        "parties": "; ".join(map(page.country, suggestion.value("parties", ()))),
        **_dates(suggestion),
    }


def _step(page: Page, step: Suggestion) -> dict:
    return {
        "use": True,
        "start": step.start,
        "end": step.end,
        "action_type": step.value("action_type"),
        "law": step.value("law"),
        "registration": step.value("registration"),
        "party": page.country(step.value("party")) if "party" in step.values else "",
        **_dates(step),
    }


def _figure(page: Page, suggestion: Suggestion) -> dict:
    values = suggestion.values
    initial = _dates(suggestion)
    for name in ("from_country", "to_country", "reporter_country"):
        if name in values:
            initial[name] = page.country(values[name].value)
    if "indicator" in values:
        initial["indicator"] = Indicator.objects.filter(slug=values["indicator"].value).first()
    if "value" in values:
        upper = values.get("upper")
        initial["value"] = Amount(
            values["value"].value,
            upper.value if upper else None,
            values["scale"].value or None,
            values["qualifier"].value,
            (values["unit"].value,),
        ).text
        initial["unit"] = values["unit"].value
    return initial
