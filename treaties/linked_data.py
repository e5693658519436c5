"""Treaties and their steps in the vocabulary of schema.org."""

from core.linked_data import brief, date_value, known, place
from relations.linked_data import COUNTRY, ORGANIZATION, event, of_record
from relations.models import State
from sources.linked_data import passage
from treaties.life import ENDED, Status
from treaties.models import TreatyLink, TreatyText

LEGISLATION = "Legislation"
_STANDING = TreatyText.Standing
# The properties that link a treaty to an earlier one.
_LINKS = {
    TreatyLink.Type.AMENDS: "legislationAmends",
    TreatyLink.Type.SUPERSEDES: "legislationRepeals",
    TreatyLink.Type.TERMINATES: "legislationRepeals",
    TreatyLink.Type.IMPLEMENTS: "legislationApplies",
    TreatyLink.Type.PROTOCOL_TO: "isBasedOn",
}
_LEGAL_VALUES = {
    _STANDING.AUTHENTIC: "AuthoritativeLegalValue",
    _STANDING.PREVAILS: "DefinitiveLegalValue",
    _STANDING.TRANSLATION: "UnofficialLegalValue",
}
# Whether a treaty of this status has legal force; others leave it open.
_FORCE = {
    Status.IN_FORCE: "InForce",
    **dict.fromkeys(
        [Status.IN_NEGOTIATION, Status.INITIALLED, Status.SIGNED, *ENDED], "NotInForce"
    ),
}
SCHEMA = "https://schema.org/"


def treaty(row) -> dict:
    """A treaty fetched by `with_related` and `with_status`. Legal force is given only if the status
    is certain, and the date of application only as precisely as it is known."""
    registrations = [step.registration for step in row.life if step.registration]
    force = _FORCE.get(row.status) if row.certain else None
    starts = [period.start for period in row.periods.all() if _in_force(period)]
    bound = [party for party in row.parties.all() if not party.role]
    values = {
        "legislationType": row.get_instrument_display(),
        "legislationIdentifier": registrations,
        "legislationDate": date_value(row.date),
        "legislationDateOfApplicability": date_value(starts[0]) if starts else None,
        "legislationLegalForce": force and {"@id": f"{SCHEMA}{force}"},
        "legislationJurisdiction": [
            brief(party.country, COUNTRY) for party in bound if party.country
        ],
        "legislationPassedBy": [
            brief(party.organization, ORGANIZATION) for party in bound if party.organization
        ],
        "locationCreated": place(row.place),
        "keywords": [topic.name for topic in row.topics.all()],
        "isPartOf": _series(row),
        "encoding": [_text(text) for text in row.texts.all()],
    }
    for link in row.links.all():
        if link.target.state == State.PUBLISHED:
            earlier = brief(link.target, LEGISLATION)
            values.setdefault(_LINKS[link.link_type], []).append(earlier)
    return of_record(row, LEGISLATION, values, [_step(step) for step in row.life])


def _in_force(period) -> bool:
    return period.party_id is None and period.status == Status.IN_FORCE


def _series(row) -> dict | None:
    """The volume of the United Nations Treaty Series that contains a treaty, if it is known."""
    published = next((step for step in row.life if step.volume), None)
    return published and {
        "@type": "PublicationVolume",
        "name": "United Nations Treaty Series",
        "volumeNumber": str(published.volume),
    }


def _text(text) -> dict:
    """A text in one language; the source that states it may be the text itself."""
    value = _LEGAL_VALUES.get(text.standing)
    return known(
        {
            "@type": "LegislationObject",
            "inLanguage": text.text_language,
            "legislationLegalValue": value and {"@id": f"{SCHEMA}{value}"},
            "contentUrl": text.source.url if text.is_text else "",
            "citation": passage(text),
        }
    )


def _step(row) -> dict:
    """A step as an event, within the node of its treaty."""
    return known(brief(row, "Event") | {"startDate": date_value(row.date)})


def action(row) -> dict:
    """A step of a treaty as an event that is about the treaty."""
    by = [brief(row.party.country, COUNTRY)] if row.party_id and row.party.country_id else []
    occasion = row.occasion if row.occasion and row.occasion.state == State.PUBLISHED else None
    values = {
        "location": place(row.place),
        "superEvent": occasion and brief(occasion, "Event"),
    }
    return event(row, values, [brief(row.treaty, LEGISLATION), *by])
