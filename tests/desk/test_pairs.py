"""A wrong pair: its author corrects it, or chooses another one, and what depends on it follows."""

import pytest

from relations.models import Relation, Visit
from relations.publication import revise
from tests.desk.test_review import address, shown_messages
from tests.desk.test_two_editors import form_data
from tests.factories import (
    CitationFactory,
    CountryFactory,
    EventFactory,
    MissionFactory,
    OrganizationFactory,
    RelationFactory,
    TreatyActionFactory,
    TreatyFactory,
    VisitFactory,
)
from treaties.models import Treaty

pytestmark = pytest.mark.django_db

ADD = "/admin/relations/relation/add/"


@pytest.fixture
def lands():
    """Four countries by their first letter."""
    names = ("Aland", "Bland", "Cland", "Dland")
    return {name[0]: CountryFactory(slug=name.lower(), name_en=name) for name in names}


@pytest.fixture
def pair(colleagues, lands):
    """The pair Aland–Bland, added by the editor."""
    given = {"country_a": lands["A"].pk, "country_b": lands["B"].pk}
    assert colleagues["editor"].post(ADD, given).status_code == 302
    return Relation.objects.get(slug="aland-bland")


def draft(row, user):
    revise(row, user)
    return row


def correct(client, pair, one, other):
    given = form_data(client.get(address(pair))) | {"country_a": one.pk, "country_b": other.pk}
    return client.post(address(pair), given, follow=True)


def errors(response):
    return response.context["adminform"].form.errors


def fixed(client, pair) -> bool:
    """Whether the form of a pair does not offer its countries."""
    return "country_a" not in client.get(address(pair)).context["adminform"].form.fields


class TestCorrecting:
    def test_the_author_of_a_pair_corrects_its_countries(self, colleagues, pair, lands, client):
        visit = draft(VisitFactory(relation=pair, host=lands["B"]), colleagues["editor"].user)
        response = correct(colleagues["editor"], pair, lands["C"], lands["A"])
        pair.refresh_from_db()
        assert (pair.slug, str(pair)) == ("aland-cland", "Aland–Cland")
        visit = Visit.objects.get()
        assert (visit.relation, visit.host, visit.version) == (pair, lands["C"], 2)
        assert visit.revisions.first().snapshot["record"]["relation"] == ["aland-cland"]
        words = f"Records that follow the corrected pair: {visit}. Check and submit them again."
        assert words in shown_messages(response)
        assert client.get("/relations/bland-cland/").status_code == 200

    def test_mission_and_parties_follow_but_other_countries_do_not(self, colleagues, pair, lands):
        user = colleagues["editor"].user
        mission = draft(MissionFactory(relation=pair, sender=lands["B"], host=lands["A"]), user)
        treaty = TreatyFactory(relation=pair, parties=[lands["A"], lands["B"]])
        step = TreatyActionFactory(treaty=treaty, party=treaty.parties.get(country=lands["B"]))
        draft(treaty, user)
        correct(colleagues["editor"], pair, lands["A"], lands["D"])
        mission.refresh_from_db()
        assert (mission.sender, mission.host) == (lands["D"], lands["A"])
        assert [str(party) for party in treaty.parties.order_by("pk")] == ["Aland", "Dland"]
        step.refresh_from_db()
        assert str(step.party) == "Dland"

    def test_the_order_of_the_form_says_which_country_takes_which_place(
        self, colleagues, pair, lands
    ):
        visit = draft(VisitFactory(relation=pair, host=lands["A"]), colleagues["editor"].user)
        correct(colleagues["editor"], pair, lands["D"], lands["C"])
        visit.refresh_from_db()
        assert (str(visit.relation), visit.host) == ("Cland–Dland", lands["D"])

    def test_a_pair_that_exists_is_refused(self, colleagues, pair, lands):
        RelationFactory(country_a=lands["A"], country_b=lands["C"])
        response = correct(colleagues["editor"], pair, lands["A"], lands["C"])
        assert errors(response) == {"__all__": ["This pair already exists."]}
        assert Relation.objects.get(pk=pair.pk).slug == "aland-bland"

    def test_a_record_that_would_be_wrong_is_named_and_nothing_changes(
        self, colleagues, pair, lands
    ):
        dissolved = CountryFactory(name_en="Oldland", until="1990")
        visit = VisitFactory(relation=pair, host=lands["A"], date="2020", title="A visit")
        draft(visit, colleagues["editor"].user)
        response = correct(colleagues["editor"], pair, lands["A"], dissolved)
        (words,) = errors(response)["__all__"]
        assert words.startswith("“A visit”: ")
        assert "Oldland" in words
        assert Relation.objects.get(pk=pair.pk).country_b == lands["B"]
        assert Visit.objects.get().version == 1

    def test_the_records_of_others_are_left_alone(self, colleagues, pair, lands):
        draft(EventFactory(relation=pair, title="Talks"), colleagues["reviewer"].user)
        response = correct(colleagues["editor"], pair, lands["A"], lands["C"])
        assert errors(response)["__all__"] == [
            "Others have written records of this pair: “Talks”. Ask a reviewer to correct it, or "
            "choose another pair in your own records."
        ]

    def test_a_pending_change_of_a_published_record_keeps_its_pair(self, colleagues, pair, lands):
        event = EventFactory(title="Talks", relation=None, published=True)
        CitationFactory(record=event)
        editor = colleagues["editor"]
        given = form_data(editor.get(address(event))) | {"relation": pair.pk, "reason": "Its pair"}
        assert editor.post(address(event), given).status_code == 302
        response = correct(editor, pair, lands["A"], lands["C"])
        assert errors(response)["__all__"] == [
            "A pending change of “Talks” names this pair. Choose another pair there, or discard "
            "the change."
        ]

    def test_only_its_author_or_a_publisher_can_correct_a_pair_and_only_until_it_is_published(
        self, colleagues, pair
    ):
        roles = ("editor", "reviewer", "publisher")
        assert [fixed(colleagues[role], pair) for role in roles] == [False, True, False]
        EventFactory(relation=pair, published=True)
        assert [fixed(colleagues[role], pair) for role in roles] == [True, True, True]


class TestAnotherPair:
    """The author of a treaty chooses another pair for it."""

    @pytest.fixture
    def treaty(self, colleagues, pair, lands):
        treaty = TreatyFactory(relation=pair, parties=[lands["A"], lands["B"]], title="Pact")
        CitationFactory(record=treaty)
        return draft(treaty, colleagues["editor"].user)

    def post(self, client, treaty, other, **values):
        given = form_data(client.get(address(treaty))) | {"relation": other.pk} | values
        return client.post(address(treaty), given, follow=True)

    def parties(self, treaty):
        return [str(party) for party in treaty.parties.order_by("pk")]

    def test_parties_that_came_from_the_pair_follow_it(self, colleagues, treaty, lands):
        other = RelationFactory(country_a=lands["B"], country_b=lands["C"])
        response = self.post(colleagues["editor"], treaty, other)
        assert self.parties(treaty) == ["Cland", "Bland"]
        assert "The parties follow the pair: Cland instead of Aland." in shown_messages(response)
        assert Treaty.objects.get().relation == other

    def test_parties_that_the_author_has_changed_too_stay_as_entered(
        self, colleagues, treaty, lands
    ):
        other = RelationFactory(country_a=lands["C"], country_b=lands["D"])
        entered = {"parties-0-country": lands["D"].pk, "parties-1-country": lands["C"].pk}
        self.post(colleagues["editor"], treaty, other, **entered)
        assert self.parties(treaty) == ["Dland", "Cland"]

    def test_a_party_does_not_follow_to_a_country_that_the_author_has_entered(
        self, colleagues, treaty, lands
    ):
        other = RelationFactory(country_a=lands["A"], country_b=lands["C"])
        response = self.post(
            colleagues["editor"], treaty, other, **{"parties-0-country": lands["C"].pk}
        )
        (formset,) = (
            inline.formset
            for inline in response.context["inline_admin_formsets"]
            if inline.formset.prefix == "parties"
        )
        assert formset.errors == [
            {},
            {
                "country": [
                    "Bland does not belong to the pair Aland–Cland. If the treaty has more "
                    "parties, leave its relation blank."
                ]
            },
        ]

    def test_organizations_stay_parties(self, colleagues, treaty, lands):
        union = treaty.parties.create(organization=OrganizationFactory(name="Union"))
        other = RelationFactory(country_a=lands["A"], country_b=lands["C"])
        self.post(colleagues["editor"], treaty, other)
        assert self.parties(treaty) == ["Aland", "Cland", str(union)]

    def test_a_change_of_a_published_treaty_takes_its_parties_along(
        self, colleagues, treaty, lands
    ):
        treaty = TreatyFactory(
            relation=treaty.relation, parties=[lands["A"], lands["B"]], published=True
        )
        other = RelationFactory(country_a=lands["A"], country_b=lands["D"])
        self.post(colleagues["editor"], treaty, other, reason="The wrong pair")
        assert self.parties(treaty) == ["Aland", "Bland"]
        waiting = treaty.revisions.open().get().snapshot
        assert [row["country"] for row in waiting["parties"]] == [["aland"], ["dland"]]
