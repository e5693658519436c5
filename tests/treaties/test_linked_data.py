"""Treaties and their steps in the vocabulary of schema.org, and as references."""

from datetime import date

import pytest

from tests.factories import (
    CountryFactory,
    EventFactory,
    OrganizationFactory,
    PartyFactory,
    TreatyActionFactory,
    TreatyFactory,
    TreatyLinkFactory,
    TreatyTextFactory,
)
from treaties import linked_data, references
from treaties.models import Treaty, TreatyAction

pytestmark = pytest.mark.django_db


def fetched(treaty, on=date(2020, 1, 1)):
    """The treaty as views fetch it."""
    return Treaty.objects.with_related().with_status(on).get(pk=treaty.pk)


def in_force(treaty, day="2001-05-24", **values):
    TreatyActionFactory(
        treaty=treaty, action_type="entry_into_force", date=day, published=True, **values
    )
    return fetched(treaty)


def test_a_treaty_is_legislation_of_its_parties():
    one, other, depositary = (CountryFactory() for _number in range(3))
    union = OrganizationFactory()
    treaty = TreatyFactory(
        relation=None, parties=[one, other, union], date="1999-02", instrument="convention",
        place="Vienna",
    )  # fmt: skip
    PartyFactory(treaty=treaty, country=depositary, role="depositary")
    found = linked_data.treaty(fetched(treaty))
    assert (found["@type"], found["legislationType"]) == ("Legislation", "convention")
    assert found["legislationDate"] == "1999-02"
    countries = [row["@id"] for row in found["legislationJurisdiction"]]
    assert countries == [one.get_absolute_url(), other.get_absolute_url()]
    assert [row["@id"] for row in found["legislationPassedBy"]] == [union.get_absolute_url()]
    assert found["locationCreated"] == {"@type": "Place", "name": "Vienna"}


@pytest.mark.parametrize(
    ("day", "force", "start"),
    [
        ("2001-05-24", "InForce", "2001-05-24"),
        ("2001-05", "InForce", "2001-05"),
        ("2025-01-01", None, "2025-01-01"),
        ("", None, None),
    ],
)
def test_legal_force_is_given_only_if_it_is_certain(day, force, start):
    treaty = TreatyFactory(published=True)
    row = in_force(treaty, day) if day else fetched(treaty)
    found = linked_data.treaty(row)
    assert found.get("legislationLegalForce") == (
        {"@id": f"https://schema.org/{force}"} if force else None
    )
    assert found.get("legislationDateOfApplicability") == start


def test_a_terminated_treaty_is_not_in_force():
    treaty = TreatyFactory(published=True)
    in_force(treaty)
    TreatyActionFactory(treaty=treaty, action_type="termination", date="2010", published=True)
    found = linked_data.treaty(fetched(treaty))
    assert found["legislationLegalForce"] == {"@id": "https://schema.org/NotInForce"}
    possibly = linked_data.treaty(fetched(treaty, date(2010, 6, 1)))
    assert "legislationLegalForce" not in possibly


def test_links_and_texts_of_a_treaty_name_treaties_that_readers_see():
    treaty = TreatyFactory(published=True)
    shown, draft = TreatyFactory(published=True), TreatyFactory()
    TreatyLinkFactory(treaty=treaty, target=shown, link_type="amends")
    TreatyLinkFactory(treaty=treaty, target=draft, link_type="amends")
    text = TreatyTextFactory(treaty=treaty)
    found = linked_data.treaty(fetched(treaty))
    assert [row["@id"] for row in found["legislationAmends"]] == [shown.get_absolute_url()]
    (encoding,) = found["encoding"]
    assert encoding["inLanguage"] == text.text_language
    value = encoding["legislationLegalValue"]["@id"]
    assert value == "https://schema.org/AuthoritativeLegalValue"


def test_a_step_is_an_event_about_its_treaty():
    occasion = EventFactory(published=True)
    treaty = TreatyFactory(published=True)
    step = TreatyActionFactory(
        treaty=treaty, date="2001", place="Baku", occasion=occasion, published=True
    )
    row = TreatyAction.objects.with_related().get(pk=step.pk)
    found = linked_data.action(row)
    assert treaty.get_absolute_url() in [one["@id"] for one in found["about"]]
    assert found["superEvent"]["@id"] == occasion.get_absolute_url()
    assert (found["startDate"], found["location"]["name"]) == ("2001", "Baku")
    (within,) = [
        one for one in linked_data.treaty(fetched(treaty))["subjectOf"] if one["@type"] == "Event"
    ]
    assert within["@id"] == step.get_absolute_url()


class TestReferences:
    def test_a_treaty_has_parties_signature_and_registration(self):
        one, other, guarantor = (CountryFactory() for _number in range(3))
        treaty = TreatyFactory(relation=None, parties=[one, other], date="", published=True)
        PartyFactory(treaty=treaty, country=guarantor, role="guarantor")
        TreatyActionFactory(treaty=treaty, date="1999-02-03", place="Vienna", published=True)
        TreatyActionFactory(
            treaty=treaty, action_type="registration", date="2000", registration="I-36510",
            volume=2118, page=123, published=True,
        )  # fmt: skip
        found = references.treaty(fetched(treaty))
        assert found.type == "treaty"
        assert found.authors == (one.name, other.name)
        assert (str(found.date), found.place) == ("1999-02-03", "Vienna")
        assert (found.number, found.container, found.volume, found.page) == (
            "I-36510", "United Nations Treaty Series", "2118", "123",
        )  # fmt: skip

    def test_a_treaty_of_which_only_the_number_is_known_is_in_no_volume(self):
        treaty = TreatyFactory(date="1999", place="Baku", published=True)
        TreatyActionFactory(
            treaty=treaty, action_type="registration", date="2000", registration="I-5",
            published=True,
        )  # fmt: skip
        found = references.treaty(fetched(treaty))
        assert (found.number, found.container, found.volume, found.page) == ("I-5", "", "", "")
        assert (str(found.date), found.place) == ("1999", "Baku")

    def test_a_step_that_readers_do_not_see_adds_nothing(self):
        treaty = TreatyFactory(date="", published=True)
        TreatyActionFactory(treaty=treaty, date="1999-02-03", place="Vienna")
        found = references.treaty(fetched(treaty))
        assert (str(found.date), found.place) == ("", "")
