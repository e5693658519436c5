"""The public data of countries, people, organizations and records, in every format."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import shapes
from core.shapes import ID, URL, WIKIDATA, Shape, Value, column, identifier, many, text, value
from relations.models import (
    Citation,
    Country,
    Decision,
    Disagreement,
    Event,
    Kind,
    Membership,
    Mission,
    Office,
    Organization,
    Participation,
    Person,
    Record,
    Relation,
    State,
    Topic,
    Visit,
)
from relations.rules import Member
from sources.serializers import REFERENCE


def shown(record) -> Record | None:
    """Another record, if readers may see it."""
    return record if record and record.state == State.PUBLISHED else None


def shown_record(name: str, to: type[Record], help: str = "") -> Value:
    """The identifier of another record, or null if there is none that readers may see."""
    return identifier(name, to, help, read=lambda row: shown(getattr(row, name)))


country = Shape(
    "Country",
    _("A country, a former state, or another entity that takes part in relations."),
    {
        "id": ID,
        "url": URL,
        "name": column(Country, "name_en"),
        "name_az": column(Country, "name_az"),
        "name_kk": column(Country, "name_kk"),
        "name_ru": column(Country, "name_ru"),
        "kind": column(Country, "kind"),
        "iso_3166_1_alpha_2": column(Country, "iso2"),
        "iso_3166_1_alpha_3": column(Country, "iso3"),
        "iso_3166_1_numeric": column(Country, "iso_numeric"),
        "iso_3166_3": column(Country, "iso_former"),
        "from": column(Country, "date", _("Since when it has existed; EDTF.")),
        "until": column(Country, "until", _("Until when it existed; “..” if it exists.")),
        "wikidata": WIKIDATA,
    },
)

relation = Shape(
    "Relation",
    _("Two countries, in the order of their identifiers: a pair."),
    {
        "id": ID,
        "url": URL,
        "countries": shapes.identifiers(
            lambda row: (row.country_a, row.country_b), Country, _("The two countries.")
        ),
        "summary": column(Relation, "summary"),
        "records": shapes.integer("entries", _("Number of published records.")),
    },
)

person = Shape(
    "Person",
    _("A person who takes part in relations, by visits or offices."),
    {
        "id": ID,
        "url": URL,
        "name": column(Person, "name"),
        "other_spellings": shapes.texts(
            lambda row: row.aliases.splitlines(), _("Spellings in sources.")
        ),
        "country": column(Person, "country"),
        "description": column(Person, "description"),
        "wikidata": WIKIDATA,
    },
)

organization = Shape(
    "Organization",
    _("An international organization, an institution or a company."),
    {
        "id": ID,
        "url": URL,
        "name": column(Organization, "name"),
        "acronym": column(Organization, "acronym"),
        "other_names": shapes.texts(
            lambda row: row.aliases.splitlines(), _("Other names, as sources write them.")
        ),
        "kind": column(Organization, "kind"),
        "identified": column(
            Organization, "identified", _("Whether it is clear which organization is meant.")
        ),
        "country": column(Organization, "country"),
        "place": column(Organization, "place"),
        "description": column(Organization, "description"),
        "wikidata": WIKIDATA,
    },
)

topic = Shape(
    "Topic",
    _("A subject of records."),
    {"id": ID, "url": URL, "name": column(Topic, "name")},
)

citation = Shape(
    "Citation",
    _("A place in a source that supports, contradicts or mentions a record or one of its fields."),
    {"stance": column(Citation, "stance"), "field": column(Citation, "field")} | REFERENCE,
)

cited = Shape(
    "CitationOfRecord",
    _("A citation with the record that it belongs to."),
    {"record": identifier("record", Record, _("The record."))} | citation.values,
)


def _member(name: str, help: str) -> Value:
    """A value of a rival value, which is stored as a dict; older ones lack some."""
    return value(lambda row: row.get(name, ""), shapes.TEXT, help)


_MEMBERS = {
    "id": _("Permanent identifier of the value within the disagreement."),
    "value": _("The value in words."),
    "source": _("The source; empty for a computed value."),
    "source_title": _("The title of the source."),
    "grade": _("The kind of the source."),
    "place": _("The place in the source."),
    "url": _("Address of the place."),
    "attribution": _("Whom the source names for it."),
}
member = Shape(
    "RivalValue",
    _("One of the values that disagree."),
    {name: _member(name, _MEMBERS[name]) for name in Member.__slots__},
)

decision = Shape(
    "Decision",
    _("A decision of the editors on a disagreement, or its reopening."),
    {
        "at": value(lambda row: row.at.isoformat(), shapes.MOMENT, _("When it was taken.")),
        "state": column(Decision, "state"),
        "preferred": value(
            lambda row: row.choice or None, {"type": ["string", "null"]}, _("The preferred value.")
        ),
        "reason": column(Decision, "reason"),
    },
)

disagreement = Shape(
    "Disagreement",
    _("A point on which sources, or values computed from them, disagree."),
    {
        "id": text("key", _("Permanent identifier: the rule and its subject.")),
        "url": URL,
        "rule": column(Disagreement, "rule", _("The rule that finds it.")),
        "about": column(Disagreement, "title"),
        "relation": column(Disagreement, "relation"),
        "record": column(Disagreement, "record"),
        "values": many(member, lambda row: row.members, _("The values that disagree.")),
        "state": column(Disagreement, "state"),
        "preferred": value(
            lambda row: row.choice or None if row.state == row.State.DECIDED else None,
            {"type": ["string", "null"]},
            _("The value that editors prefer."),
        ),
        "reason": column(Disagreement, "reason"),
        "decisions": many(decision, "decisions", _("All decisions, newest first.")),
    },
)


def _participant(kind: str, to) -> Value:
    return shapes.optional(identifier(kind, to, _("The participant, if it is of this kind.")))


participation = Shape(
    "Participation",
    _("A person, country or organization that takes part in a record."),
    {
        "role": column(Participation, "role"),
        "person": _participant("person", Person),
        "country": _participant("country", Country),
        "organization": _participant("organization", Organization),
        "capacity": column(Participation, "capacity"),
        "as_stated": column(Participation, "as_stated"),
    },
)


def kind_values(model: type[Record]) -> dict[str, Value]:
    """The values of the fields of a kind: other rows as slugs, its type as `type`."""
    values = {}
    for field in model.kind_fields():
        name = "type" if field.name == model.TYPE_FIELD else field.name
        to = field.related_model if field.remote_field else None
        if to and issubclass(to, Record):
            values[name] = shown_record(field.name, to, shapes.help_of(field))
        else:
            values[name] = column(model, field.name)
    return values


def record_shape(
    name: str,
    help: str,
    of_kind: dict[str, Value],
    last: dict[str, Value] | None = None,
    topics: Value | None = None,
) -> Shape:
    """The shape of a kind of record: the values that all records have around those of the kind, and
    the `last` ones."""
    return Shape(
        name,
        help,
        {
            "id": ID,
            "url": URL,
            "kind": shapes.choice("kind", Kind, _("Kind of record.")),
            "title": text("title", _("Title in the source, or ours.")),
            "title_supplied": shapes.yes_no("title_supplied", _("Whether the title is ours.")),
            "date": shapes.edtf("date", _("Date, or first day; EDTF, as precise as the source.")),
            "date_earliest": shapes.day("date_earliest", _("First day that the date can mean.")),
            "date_latest": shapes.day("date_latest", _("Last day that the date can mean.")),
            "until": shapes.edtf("until", _("End; “..” if it lasts, empty if not known.")),
            "until_latest": shapes.day("end.latest", _("Last day on which it possibly lasted.")),
            "relation": identifier("relation", Relation, _("The pair, for a record of two.")),
            **of_kind,
            "topics": topics or shapes.identifiers("topics", Topic, _("Its topics.")),
            "participants": many(participation, "participations", _("Who takes part.")),
            "summary": text("summary", _("Summary in our words.")),
            "version": shapes.integer("version", _("Number of the version.")),
            "citations": many(citation, "citations", _("Where it was read.")),
            **(last or {}),
        },
    )


visit = record_shape(
    "Visit",
    _("A visit of one country to another."),
    {"guest": identifier("guest", Country, _("The visiting country."))} | kind_values(Visit),
)
event = record_shape("Event", _("An event in the relations of two countries."), kind_values(Event))
membership = record_shape(
    "Membership", _("A country's membership in an organization."), kind_values(Membership)
)
mission = record_shape(
    "Mission",
    _("An embassy, consulate or other mission."),
    {name: found for name, found in kind_values(Mission).items() if name != "host_organization"}
    | {
        "host": value(
            lambda row: (
                (row.host or row.host_organization).slug
                if row.host or row.host_organization
                else None
            ),
            {"type": ["string", "null"]},
            _("The receiving country, or the organization to which it is accredited."),
        )
    },
)
office = record_shape(
    "Office",
    _("An office that a person held."),
    {
        "person": identifier("person", Person, _("Who holds it.")),
        "of": value(
            lambda row: (
                (row.country or row.organization).slug if row.country or row.organization else None
            ),
            {"type": ["string", "null"]},
            _("The country or organization."),
        ),
        "rank": column(Office, "rank"),
    },
)
RECORDS = {Visit: visit, Event: event, Membership: membership, Mission: mission, Office: office}


def record(row: Record) -> dict:
    """The public data of a record of one of these kinds."""
    return RECORDS[type(row)](row)


def withdrawn(row, revision=None) -> dict:
    """The data at the address of a withdrawn record."""
    return {
        "id": row.slug,
        "title": str(row),
        "withdrawn_on": revision.at.date().isoformat() if revision else None,
        "reason": revision.reason if revision else "",
        "changes": reverse("relations:change_log", args=[row.slug]),
    }


change = Shape(
    "Change",
    _("A value that differs from the version before."),
    {
        "part": text("part", _("The part of the record; empty for the record itself.")),
        "field": text("field", _("The field.")),
        "before": text("before", _("Its value before, in words.")),
        "after": text("after", _("Its value after, in words.")),
    },
)
version = Shape(
    "Version",
    _("A version that readers saw, with its changes from the one before."),
    {
        "version": shapes.integer("number", _("Number of the version.")),
        "on": value(lambda row: row.at.date().isoformat(), shapes.DAY, _("Day.")),
        "state": value(
            lambda row: row.snapshot["record"].get("state"),
            {"type": ["string", "null"]},
            _("Whether it was published or withdrawn."),
        ),
        "reason": text("reason", _("Why it was changed.")),
        "reviewed": shapes.yes_no(
            lambda row: row.reviewed_at is not None, _("Whether somebody else reviewed it.")
        ),
        "changes": many(change, lambda row: row.changes, _("What changed.")),
    },
)
