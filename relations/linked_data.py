"""Countries, people, organizations, pairs and records in the vocabulary of schema.org."""

from core import linked_data
from core.linked_data import brief, date_value, known, place
from relations import serializers
from relations.models import Event, Membership, Mission, Office, Visit
from sources.linked_data import claim, type_of

COUNTRY, PERSON, ORGANIZATION = "Country", "Person", "Organization"
_PARTICIPANTS = {"country": COUNTRY, "person": PERSON, "organization": ORGANIZATION}
# The properties of an event for the roles of people and organizations; all others attend it.
_ROLES = {"organizer": "organizer", "speaker": "performer", "subject": "about"}


def country(row) -> dict:
    codes = {
        "ISO 3166-1 alpha-2": row.iso2,
        "ISO 3166-1 alpha-3": row.iso3,
        "ISO 3166-1 numeric": row.iso_numeric,
        "ISO 3166-3": row.iso_former,
    }
    names = {"az": row.name_az, "kk": row.name_kk, "ru": row.name_ru}
    lifetime = {"from": str(row.date), "until": str(row.until)}
    values = {
        "name": row.name_en,
        "alternateName": [
            {"@language": language, "@value": name} for language, name in names.items() if name
        ],
        "identifier": [row.slug, *_named(codes)],
        "additionalProperty": _named(lifetime),
        "keywords": row.kind,
        "sameAs": linked_data.same_as(row.wikidata),
    }
    return linked_data.about(row, COUNTRY, values)


def _named(values: dict) -> list[dict]:
    return [linked_data.property_value(name, value) for name, value in values.items() if value]


def relation(row) -> dict:
    """A pair as a data set about two countries."""
    address = row.get_absolute_url()
    countries = [brief(one, COUNTRY) for one in (row.country_a, row.country_b)]
    return known(
        {
            "@id": address,
            "@type": "Dataset",
            "identifier": row.slug,
            "url": address,
            "name": str(row),
            "description": row.summary,
            "about": countries,
            "license": {"@id": linked_data.CC0},
            "isPartOf": linked_data.data_set(),
        }
    )


def person(row) -> dict:
    values = {
        "name": row.name,
        "alternateName": row.aliases.splitlines(),
        "nationality": row.country and brief(row.country, COUNTRY),
        "description": row.description,
        "sameAs": linked_data.same_as(row.wikidata),
    }
    return linked_data.about(row, PERSON, values)


def organization(row) -> dict:
    within = row.country and brief(row.country, COUNTRY)
    values = {
        "name": row.name,
        "alternateName": [name for name in (row.acronym, *row.aliases.splitlines()) if name],
        "location": place(row.place, within),
        "description": row.description,
        "keywords": row.kind,
        "sameAs": linked_data.same_as(row.wikidata),
    }
    return linked_data.about(row, ORGANIZATION, values)


def disagreement(row) -> dict:
    """A disagreement as a claim whose parts are the rival values, each with its source."""
    subject = serializers.shown(row.record) and brief(row.record, "Thing")
    pair = row.relation and brief(row.relation, "Dataset")
    address = row.get_absolute_url()
    return known(
        {
            "@id": address,
            "@type": "Claim",
            "identifier": row.key,
            "url": address,
            "name": row.title,
            "keywords": [row.rule, row.state],
            "about": [one for one in (subject, pair) if one],
            "abstract": row.reason,
            "hasPart": [_rival(member, row.choice) for member in row.members],
            "license": {"@id": linked_data.CC0},
            "isPartOf": linked_data.data_set(),
        }
    )


def _rival(member: dict, choice: str) -> dict:
    source = known({"@type": "CreativeWork", "name": member["source_title"], "url": member["url"]})
    return known(
        {
            "@type": "Claim",
            "identifier": member["id"],
            "text": member["value"],
            "keywords": "preferred" if member["id"] == choice else "",
            "creditText": member["attribution"],
            "citation": source if member["source_title"] else None,
        }
    )


def record(row) -> dict:
    """The node of a record of a kind of this app, fetched with all related rows; a kind without a
    mapping is an event."""
    return _KINDS.get(type(row), event)(row)


def of_record(row, type: str, values: dict, also=()) -> dict:
    """The node of a record: these values, our description of it with its sources, and as claims
    what each source says of it, and where."""
    citations = list(row.citations.all())
    claims = [claim(cited, cited.stance, cited.field) for cited in citations]
    sources = [brief(cited.source, type_of(cited.source)) for cited in citations]
    values = {"name": row.title, "description": row.summary} | values
    return linked_data.about(row, type, values, sources, [*claims, *also])


def event(row, values: dict | None = None, about=()) -> dict:
    """The node of a record that is an event, with its dates, its participants and these values. It
    is about its pair, and about these nodes."""
    people, subjects = _participants(row)
    if row.relation:
        subjects = [*pair_of(row), *subjects]
    dates = {"startDate": date_value(row.date), "endDate": date_value(row.until)}
    keywords = [row.kind, row.type_display, *(topic.name for topic in row.topics.all())]
    shared = {"about": [*subjects, *about], "keywords": keywords}
    return of_record(row, "Event", dates | shared | people | (values or {}))


def pair_of(row) -> list[dict]:
    """The two countries of a record's pair."""
    return [brief(one, COUNTRY) for one in (row.relation.country_a, row.relation.country_b)]


def _participants(row) -> tuple[dict, list]:
    """Participants by property of the event, and the subjects. Countries are places, which attend
    nothing."""
    found, subjects = {}, []
    for part in row.participations.all():
        node = brief(part.participant, _PARTICIPANTS[part.participant_kind])
        role = _ROLES.get(part.role, "attendee")
        if role == "about" or part.country_id:
            subjects.append(node)
        else:
            found.setdefault(role, []).append(node)
    return found, subjects


def _visit(row) -> dict:
    return event(row, {"location": place(row.place, brief(row.host, COUNTRY))})


def _event(row) -> dict:
    first = serializers.shown(row.anniversary_of) and brief(row.anniversary_of, "Event")
    return event(row, {"location": place(row.place)}, [first] if first else [])


def _membership(row) -> dict:
    """A role: the organization has this member, from one date to another."""
    values = {
        "roleName": row.type_display,
        "startDate": date_value(row.date),
        "endDate": date_value(row.until),
        "member": brief(row.member, COUNTRY),
        "@reverse": {"member": brief(row.organization, ORGANIZATION)},
    }
    return of_record(row, "OrganizationRole", values)


def _office(row) -> dict:
    """A role: the person has this affiliation, from one date to another."""
    body = (row.country, COUNTRY) if row.country else (row.organization, ORGANIZATION)
    values = {
        "roleName": row.title,
        "startDate": date_value(row.date),
        "endDate": date_value(row.until),
        "affiliation": brief(*body),
        "@reverse": {"affiliation": brief(row.person, PERSON)},
    }
    return of_record(row, "OrganizationRole", values)


def _mission(row) -> dict:
    host = row.host and brief(row.host, COUNTRY)
    if row.host_organization:
        host = brief(row.host_organization, ORGANIZATION)
    values = {
        "foundingDate": date_value(row.date),
        "dissolutionDate": date_value(row.until),
        "keywords": [row.kind, row.type_display],
        "parentOrganization": brief(row.sender, COUNTRY),
        "location": place(row.place, row.host and host),
        "areaServed" if row.host else "memberOf": host,
    }
    return of_record(row, "GovernmentOffice", values)


_KINDS = {
    Event: _event,
    Membership: _membership,
    Mission: _mission,
    Office: _office,
    Visit: _visit,
}
