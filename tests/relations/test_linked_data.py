"""Records, people and countries in the vocabulary of schema.org."""

import pytest

from relations import linked_data
from relations.models import Membership, Mission, Office, Visit
from tests.factories import (
    CitationFactory,
    CountryFactory,
    EventFactory,
    MembershipFactory,
    MissionFactory,
    OfficeFactory,
    OrganizationFactory,
    ParticipationFactory,
    PersonFactory,
    SourceFactory,
    VisitFactory,
)

pytestmark = pytest.mark.django_db

EDTF = "http://id.loc.gov/datatypes/edtf"


def node(row) -> dict:
    """The node of a record fetched as views fetch it."""
    return linked_data.record(type(row).objects.with_related().get(pk=row.pk))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2024-03-11", "2024-03-11"),
        ("2024-03", "2024-03"),
        ("2024", "2024"),
        ("1992~", {"@type": EDTF, "@value": "1992~"}),
        ("2024-33", {"@type": EDTF, "@value": "2024-33"}),
        ("[1990..1992]", {"@type": EDTF, "@value": "[1990..1992]"}),
        ("", None),
    ],
)
def test_a_date_is_as_precise_as_ours(text, value):
    assert node(EventFactory(date=text)).get("startDate") == value


def test_a_visit_is_an_event_in_the_host_country():
    visit = VisitFactory(date="2024-03-11", until="2024-03-12", place="Baku", visit_type="state")
    ParticipationFactory(record=visit, role="visitor", person__name="A. Guest")
    ParticipationFactory(record=visit, role="speaker", person__name="A. Speaker")
    found = node(visit)
    assert found["@id"] == found["url"] == visit.get_absolute_url()
    assert found["@type"] == "Event"
    assert (found["startDate"], found["endDate"]) == ("2024-03-11", "2024-03-12")
    assert found["location"]["name"] == "Baku"
    assert found["location"]["containedInPlace"]["@id"] == visit.host.get_absolute_url()
    assert [one["name"] for one in found["attendee"]] == ["A. Guest"]
    assert [one["name"] for one in found["performer"]] == ["A. Speaker"]
    assert {one["@id"] for one in found["about"]} == {
        visit.host.get_absolute_url(),
        visit.guest.get_absolute_url(),
    }
    assert found["keywords"] == ["visit", "state visit"]


def test_what_sources_say_are_claims_with_their_places():
    event = EventFactory()
    gazette = SourceFactory(title="Gazette", rights="public_domain", language="fr")
    CitationFactory(record=event, source=gazette, locator="p. 4", as_stated="le 5 mai")
    CitationFactory(
        record=event, source=gazette, locator="p. 9", field="date", stance="contradicts"
    )
    described, first, second = node(event)["subjectOf"]
    assert [one["name"] for one in described["citation"]] == ["Gazette"]
    assert (first["keywords"], first["text"], first["inLanguage"]) == (
        ["supports"], "le 5 mai", "fr",
    )  # fmt: skip
    assert first["citation"]["@id"] == f"{gazette.get_absolute_url()}?place=p.+4"
    assert first["citation"]["isPartOf"]["@id"] == gazette.get_absolute_url()
    assert second["keywords"] == ["contradicts", "date"]
    assert "text" not in second


def test_a_claim_repeats_no_more_of_a_restricted_source_than_pages_do():
    event = EventFactory()
    source = SourceFactory(rights="reserved")
    CitationFactory(record=event, source=source, as_stated="word " * 20)
    (_described, claim) = node(event)["subjectOf"]
    assert claim["text"] == "word " * 12 + "…"


def test_an_event_does_not_name_the_draft_that_it_is_an_anniversary_of():
    draft = EventFactory(title="Draft")
    event = EventFactory(anniversary_of=draft, anniversary=5)
    assert "Draft" not in str(node(event))
    shown = EventFactory(title="Shown", published=True)
    event = EventFactory(anniversary_of=shown, anniversary=5)
    assert node(event)["about"][-1]["@id"] == shown.get_absolute_url()


def test_a_membership_is_a_role_of_a_member_in_an_organization():
    row = MembershipFactory(date="1992", until="..", membership_type="observer")
    found = node(Membership.objects.get(pk=row.pk))
    assert (found["@type"], found["roleName"]) == ("OrganizationRole", "observer")
    assert found["startDate"] == "1992"
    assert "endDate" not in found
    assert found["member"]["@id"] == row.member.get_absolute_url()
    assert found["@reverse"]["member"]["@id"] == row.organization.get_absolute_url()


@pytest.mark.parametrize("of_country", [True, False])
def test_an_office_is_a_role_of_a_person(of_country):
    body = CountryFactory() if of_country else OrganizationFactory()
    bodies = {"country": body if of_country else None}
    bodies |= {} if of_country else {"organization": body}
    row = OfficeFactory(title="President", date="2019-03-20", until="2024", **bodies)
    found = node(Office.objects.get(pk=row.pk))
    assert (found["roleName"], found["startDate"], found["endDate"]) == (
        "President", "2019-03-20", "2024",
    )  # fmt: skip
    assert found["affiliation"]["@id"] == body.get_absolute_url()
    assert found["@reverse"]["affiliation"]["@id"] == row.person.get_absolute_url()


def test_a_mission_is_an_office_of_its_government():
    row = MissionFactory(date="1993", place="Ghent")
    found = node(row)
    assert (found["@type"], found["foundingDate"]) == ("GovernmentOffice", "1993")
    assert found["parentOrganization"]["@id"] == row.sender.get_absolute_url()
    assert found["areaServed"]["@id"] == row.host.get_absolute_url()
    assert found["location"]["containedInPlace"]["@id"] == row.host.get_absolute_url()


def test_a_mission_at_an_organization_is_in_no_country():
    organization = OrganizationFactory()
    row = MissionFactory(
        relation=None, sender=CountryFactory(), host=None, host_organization=organization, place="X"
    )
    found = node(Mission.objects.get(pk=row.pk))
    assert found["memberOf"]["@id"] == organization.get_absolute_url()
    assert found["location"] == {"@type": "Place", "name": "X"}
    assert "areaServed" not in found


def test_a_supplied_title_is_without_brackets():
    row = VisitFactory(title="Visit", title_supplied=True)
    assert node(Visit.objects.get(pk=row.pk))["name"] == "Visit"


def test_a_country_has_its_names_by_language_codes_and_lifetime():
    country = CountryFactory(
        name_en="Land", name_az="Ölkə", iso_former="LAND", kind="former_state", date="1918",
        until="1991-12-26", wikidata="Q1",
    )  # fmt: skip
    found = linked_data.country(country)
    assert found["alternateName"] == [{"@language": "az", "@value": "Ölkə"}]
    assert found["identifier"] == [
        country.slug,
        {"@type": "PropertyValue", "name": "ISO 3166-3", "value": "LAND"},
    ]
    assert [one["value"] for one in found["additionalProperty"]] == ["1918", "1991-12-26"]
    assert found["sameAs"] == {"@id": "http://www.wikidata.org/entity/Q1"}


def test_a_person_has_other_spellings_and_a_nationality():
    person = PersonFactory(name="N", aliases="Н\nNn", country=CountryFactory())
    found = linked_data.person(person)
    assert found["alternateName"] == ["Н", "Nn"]
    assert found["nationality"]["@id"] == person.country.get_absolute_url()


def test_an_unidentified_organization_without_a_place_has_no_location():
    organization = OrganizationFactory(name="Union", acronym="U")
    found = linked_data.organization(organization)
    assert (found["name"], found["alternateName"]) == ("Union", ["U"])
    assert "location" not in found
