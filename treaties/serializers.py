"""Public data of treaties, their actions, periods, links and texts."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from core import shapes
from core.shapes import Shape, Value, column, identifier, many, one, text, value
from relations.models import Country, Event, Organization, State, Topic
from relations.serializers import record_shape, shown_record
from sources.serializers import REFERENCE
from treaties.life import Status
from treaties.models import Party, Treaty, TreatyAction, TreatyLink, TreatyPeriod, TreatyText


def _of_party(row):
    """The country or organization of the party of an action or a period."""
    return row.party.party if row.party_id else None


_PARTY = value(
    lambda row: party.slug if (party := _of_party(row)) else None,
    {"type": ["string", "null"]},
    _("The party; null: all of them."),
)

action = record_shape(
    "TreatyAction",
    _("A step in the life of a treaty, such as a signature, by one party or by all."),
    {},
    topics=value(
        "all_topics",
        {"type": "array", "items": shapes.TEXT},
        _("Its topics and those of its treaty."),
        to=Topic,
    ),
    last={
        "treaty": identifier("treaty", Treaty, _("The treaty.")),
        "type": column(TreatyAction, "action_type"),
        "party": _PARTY,
        "effective": column(TreatyAction, "effective"),
        "status": column(TreatyAction, "status"),
        "revokes": shown_record("revokes", TreatyAction, _("The step that it takes back.")),
        "place": column(TreatyAction, "place"),
        "law": column(TreatyAction, "law"),
        "text": text("shown_text", _("Its text, if it may be quoted.")),
        "registration": column(TreatyAction, "registration"),
        "volume": column(TreatyAction, "volume"),
        "page": column(TreatyAction, "page"),
        "occasion": shown_record("occasion", Event, _("The visit or event at which it was taken.")),
    },
)

party = Shape(
    "Party",
    _("A country or organization that takes part in a treaty."),
    {
        "country": shapes.optional(identifier("country", Country, _("The party, if a country."))),
        "organization": shapes.optional(
            identifier("organization", Organization, _("The party, if an organization."))
        ),
        "role": column(Party, "role"),
        "as_stated": column(Party, "as_stated"),
    },
)


def _bound(name: str, help: str) -> Value:
    """A day of a period; null if it is not known, or open."""

    def read(row):
        day: date | None = getattr(row, name)
        return day.isoformat() if day and 1 < day.year < 9999 else None

    return value(read, shapes.DAY, help)


period = Shape(
    "Period",
    _("A period in which a treaty had one status, as a whole or for one party."),
    {
        "party": _PARTY,
        "status": column(TreatyPeriod, "status"),
        "from": shapes.edtf("start", _("Its first day; EDTF.")),
        "until": shapes.edtf("until", _("Its last day; EDTF.")),
        "certain_from": column(TreatyPeriod, "certain_first", _("First day that is certain.")),
        "certain_to": _bound("certain_last", _("Last day that is certain.")),
        "possible_from": _bound("first", _("First day that is possible.")),
        "possible_to": _bound("last", _("Last day that is possible.")),
        "last_known_on": shapes.edtf("known_on", _("Day on which it was last known to hold.")),
        "rule": column(TreatyPeriod, "rule"),
        "decided_by": value(
            "decided_by", {"type": "array", "items": shapes.TEXT}, _("The steps that decide it.")
        ),
    },
)

link = Shape(
    "TreatyLink",
    _("A link to another treaty."),
    {
        "type": column(TreatyLink, "link_type"),
        "treaty": identifier("target", Treaty, _("The other treaty.")),
    }
    | REFERENCE,
)

text_of_treaty = Shape(
    "TreatyText",
    _("A source that has the text of a treaty, or is about it."),
    {
        "text_language": column(TreatyText, "text_language"),
        "standing": column(TreatyText, "standing"),
        "is_text": shapes.yes_no("is_text", _("Whether the source is the text itself.")),
    }
    | REFERENCE,
)

terms = Shape(
    "Terms",
    _("What the treaty says of its duration."),
    {name: column(Treaty, name) for name in Treaty.TERMS},
)

# Of a treaty fetched by `with_related` and `with_status`.
treaty = record_shape(
    "Treaty",
    _("An instrument between countries or organizations, with its life."),
    {},
    last={
        "instrument": column(Treaty, "instrument"),
        "level": column(Treaty, "level"),
        "binding": column(Treaty, "binding"),
        "place": column(Treaty, "place"),
        "terms": one(terms),
        "parties": many(party, "parties", _("The parties.")),
        "status": shapes.choice("status", Status, _("Status on the day asked for."), blank=True),
        "status_certain": value(
            "certain", {"type": ["boolean", "null"]}, _("Whether the status is certain.")
        ),
        "status_last_known_on": text(
            lambda row: str(row.known_on), _("Day on which it was last known to hold; EDTF.")
        ),
        "status_on": shapes.day("on", _("The day asked for, by default today.")),
        "status_scope": text(
            "status_scope", _("Whether the status is that of the treaty or between two parties.")
        ),
        "periods": many(period, "periods", _("Its statuses over time.")),
        "links": many(
            link,
            lambda row: [each for each in row.links.all() if each.target.state == State.PUBLISHED],
            _("Links to other treaties."),
        ),
        "texts": many(text_of_treaty, "texts", _("Its texts.")),
        "actions": many(action, lambda row: row.life, _("Its steps in order of time.")),
    },
)
