"""Treaties with their parties and actions."""

from datetime import date

import pytest

from relations.models import Record
from relations.models.publishable import EvidenceMissing
from tests.factories import (
    CitationFactory,
    CountryFactory,
    OrganizationFactory,
    PartyFactory,
    RelationFactory,
    SourceFactory,
    TreatyActionFactory,
    TreatyFactory,
    TreatyLinkFactory,
    TreatyTextFactory,
)
from tests.refusals import constraints, errors, rejected_by_database
from tests.steps import publish, withdraw
from treaties.models import Party, Treaty, TreatyAction, TreatyLink, TreatyPeriod

pytestmark = pytest.mark.django_db


def same_party_twice(kind, factory):
    def violate():
        treaty, party = TreatyFactory(parties=[]), factory()
        for _row in range(2):
            PartyFactory(treaty=treaty, **{kind: party})

    return violate


def same_link_twice():
    link = TreatyLinkFactory()
    TreatyLinkFactory(treaty=link.treaty, target=link.target)


def link_to_itself():
    treaty = TreatyFactory()
    TreatyLink.objects.bulk_create(
        [TreatyLink(treaty=treaty, target=treaty, link_type="amends", source=SourceFactory())]
    )


def same_text_twice():
    text = TreatyTextFactory()
    TreatyTextFactory(treaty=text.treaty, source=text.source)


def two_prevailing_texts():
    treaty = TreatyFactory()
    for language in ("az", "kk"):
        TreatyTextFactory(treaty=treaty, text_language=language, standing="prevails")


def period(treaty, party=None, **values):
    days = {"first": date(2000, 1, 1), "last": date(2001, 1, 1)} | values
    return TreatyPeriod(treaty=treaty, party=party, position=0, status="in_force", **days)


def two_periods_at_one_position(with_party):
    def violate():
        treaty = TreatyFactory()
        party = treaty.parties.first() if with_party else None
        TreatyPeriod.objects.bulk_create([period(treaty, party), period(treaty, party)])

    return violate


VIOLATIONS = [
    ("treaty_terms_are_years", lambda: TreatyFactory(term_years=0)),
    ("treaty_terms_are_years", lambda: TreatyFactory(renewal_years=0)),
    ("action_states_a_status", lambda: TreatyActionFactory(action_type="status_stated")),
    ("action_states_a_status", lambda: TreatyActionFactory(status="in_force")),
    ("action_revokes_a_step", lambda: TreatyActionFactory(action_type="revocation")),
    ("action_revokes_a_step", lambda: TreatyActionFactory(revokes=TreatyActionFactory())),
    ("action_registration_alone_has_a_number", lambda: TreatyActionFactory(registration="I-1")),
    ("action_registration_alone_has_a_number", lambda: TreatyActionFactory(volume=1)),
    ("treaty_link_unique", same_link_twice),
    ("treaty_link_of_two", link_to_itself),
    ("treaty_text_unique", same_text_twice),
    ("treaty_text_one_prevails", two_prevailing_texts),
    (
        "period_days_in_order",
        lambda: period(TreatyFactory(), first=date(2001, 1, 2)).save(),
    ),
    ("period_position_unique", two_periods_at_one_position(with_party=False)),
    ("period_position_of_party_unique", two_periods_at_one_position(with_party=True)),
    ("party_is_one", lambda: PartyFactory()),
    (
        "party_is_one",
        lambda: PartyFactory(country=CountryFactory(), organization=OrganizationFactory()),
    ),
    ("party_country_unique", same_party_twice("country", CountryFactory)),
    ("party_organization_unique", same_party_twice("organization", OrganizationFactory)),
]


@pytest.mark.parametrize(("name", "violate"), VIOLATIONS)
def test_the_database_rejects_each_violation(name, violate):
    with rejected_by_database(constraints("treaties")[name]):
        violate()


def test_every_constraint_has_a_violation():
    assert {name for name, _violate in VIOLATIONS} == set(constraints("treaties"))


def test_several_organizations_and_countries_may_be_parties():
    parties = [CountryFactory(), CountryFactory(), OrganizationFactory(), OrganizationFactory()]
    treaty = TreatyFactory(relation=None, parties=parties)
    assert [row.party for row in treaty.parties.all()] == parties


class TestParty:
    def test_a_party_is_a_country_or_an_organization(self):
        message = {"__all__": ["Choose one: a country or an organization."]}
        party = PartyFactory(country=CountryFactory(), treaty__relation=None)
        assert errors(party) == {}
        party.organization = OrganizationFactory()
        assert errors(party) == message
        party.country = party.organization = None
        assert errors(party) == message

    def test_a_country_from_outside_the_pair_is_rejected(self):
        treaty = TreatyFactory(relation=RelationFactory(), parties=[])
        one, other = treaty.relation.country_a, treaty.relation.country_b
        third = CountryFactory(name_en="Cland")
        for country in (one, other):
            assert errors(Party(treaty=treaty, country=country)) == {}
        assert errors(Party(treaty=treaty, organization=OrganizationFactory())) == {}
        assert errors(Party(treaty=treaty, country=third)) == {
            "country": [
                f"Cland does not belong to the pair {treaty.relation}. If the treaty has more "
                "parties, leave its relation blank."
            ]
        }

    def test_a_duplicate_party_is_rejected(self):
        first = PartyFactory(country=CountryFactory(), treaty__relation=None)
        assert errors(Party(treaty=first.treaty, country=first.country)) == {
            "__all__": ["This party already exists."]
        }

    @pytest.mark.parametrize(
        ("kind", "make"), [("country", CountryFactory), ("organization", OrganizationFactory)]
    )
    def test_the_natural_key_finds_its_row(self, kind, make):
        party = PartyFactory(treaty__slug="pact", **{kind: make(slug="who")})
        assert party.natural_key() == ("pact", kind, "who")
        assert Party.objects.get_by_natural_key(*party.natural_key()) == party

    def test_the_sort_key_of_a_party_follows_its_treaty(self):
        treaty = TreatyFactory(date="2005")
        other = TreatyFactory(date="1992")

        def keys(row):
            return set(row.parties.values_list("sort_key", flat=True))

        assert keys(treaty) == {treaty.sort_key}
        treaty.date = "2006-02"
        treaty.save()
        assert keys(treaty) == {treaty.sort_key}
        assert treaty.sort_key > other.sort_key
        assert keys(other) == {other.sort_key}

    def test_the_multilateral_flag_of_a_party_follows_its_treaty(self):
        treaty = TreatyFactory(relation=None, parties=[CountryFactory(), CountryFactory()])
        joined = PartyFactory(treaty=treaty, country=CountryFactory())
        assert joined.multilateral
        treaty.relation = RelationFactory()
        treaty.save()
        assert {party.multilateral for party in treaty.parties.all()} == {False}

    def test_a_party_added_later_has_the_sort_key_of_its_treaty(self):
        treaty = TreatyFactory(date="2005")
        assert PartyFactory(treaty=treaty, country=CountryFactory()).sort_key == treaty.sort_key


class TestOfPair:
    def test_of_pair_finds_bilateral_and_multilateral_treaties_in_either_order(self):
        relation = RelationFactory()
        one, other = relation.country_a, relation.country_b
        third = CountryFactory()
        bilateral = TreatyFactory(relation=relation, published=True)
        multilateral = TreatyFactory(relation=None, parties=[other, third, one], published=True)
        TreatyFactory(relation=None, parties=[one, third], published=True)
        TreatyFactory(relation=None, parties=[one, OrganizationFactory()], published=True)
        for pair in ((one, other), (other, one)):
            assert set(Treaty.objects.of_pair(*pair)) == {bilateral, multilateral}

    def test_of_pair_excludes_drafts_and_withdrawn_treaties(self):
        relation = RelationFactory()
        shown = TreatyFactory(relation=relation, published=True)
        TreatyFactory(relation=relation)
        withdraw(TreatyFactory(relation=relation, published=True))
        found = Treaty.objects.of_pair(relation.country_a, relation.country_b)
        assert list(found) == [shown]


class TestAction:
    def test_title_and_relation_follow_from_the_treaty(self):
        treaty = TreatyFactory(title="Pact", title_supplied=True)
        action = TreatyActionFactory(treaty=treaty, action_type="entry_into_force")
        assert (action.title, action.relation) == ("[Pact]: entry into force", treaty.relation)
        assert errors(action) == {}

    def test_a_long_title_is_kept_whole(self):
        action = TreatyActionFactory(treaty=TreatyFactory(title="x" * 3000))
        assert action.title == "x" * 3000 + ": signature"
        assert errors(action) == {}

    def test_each_date_of_an_action_has_bounds(self):
        action = TreatyActionFactory(date="2005", effective="2006-02")
        row = TreatyAction.objects.get(pk=action.pk)
        bounds = (row.date_earliest, row.date_latest, row.effective_earliest, row.effective_latest)
        assert [day.isoformat() for day in bounds] == [
            "2005-01-01", "2005-12-31", "2006-02-01", "2006-02-28"
        ]  # fmt: skip

    def test_an_action_may_take_effect_before_its_date(self):
        assert errors(TreatyActionFactory(date="2005", effective="2004")) == {}


class TestPublication:
    @pytest.fixture
    def treaty(self):
        """A treaty with evidence and two actions, only the first with evidence."""
        treaty = TreatyFactory(title="Pact")
        CitationFactory(record=treaty)
        CitationFactory(record=TreatyActionFactory(treaty=treaty, slug="signature"))
        TreatyActionFactory(treaty=treaty, slug="ratification", action_type="ratification")
        return treaty

    @staticmethod
    def states():
        return dict(Record.objects.order_by("pk").values_list("slug", "state"))

    def test_a_treaty_is_published_with_its_actions(self, treaty):
        CitationFactory(record=TreatyAction.objects.get(slug="ratification"))
        publish(treaty, reason="Entered")
        assert set(self.states().values()) == {"published"}
        revisions = {row.slug: row.revisions.get() for row in Record.objects.all()}
        assert {row.reason for row in revisions.values()} == {"Entered"}
        content = revisions[treaty.slug].snapshot
        assert [(row["slug"], row["state"]) for row in content["actions"]] == [
            ("ratification", "published"),
            ("signature", "published"),
        ]
        assert [row["country"] for row in content["parties"]] == [
            [treaty.relation.country_a.slug],
            [treaty.relation.country_b.slug],
        ]
        assert revisions["signature"].snapshot["record"]["treaty"] == [treaty.slug]

    def test_an_action_without_evidence_stops_the_publication(self, treaty):
        with pytest.raises(EvidenceMissing) as error:
            publish(treaty)
        assert error.value.messages == [
            "“Pact: ratification” needs at least one citation that supports it."
        ]
        assert set(self.states().values()) == {"draft"}
        assert not Record.objects.exclude(version=0).exists()

    def test_a_treaty_without_evidence_stops_the_publication(self, treaty):
        treaty.citations.all().delete()
        CitationFactory(record=TreatyAction.objects.get(slug="ratification"))
        with pytest.raises(EvidenceMissing):
            publish(treaty)
        assert set(self.states().values()) == {"draft"}

    def test_a_treaty_is_withdrawn_with_its_actions(self, treaty):
        CitationFactory(record=TreatyAction.objects.get(slug="ratification"))
        publish(treaty)
        withdraw(treaty, reason="Forged")
        assert set(self.states().values()) == {"withdrawn"}
        assert {row.revisions.count() for row in Record.objects.all()} == {2}

    def test_actions_already_published_are_not_published_again(self, treaty):
        CitationFactory(record=TreatyAction.objects.get(slug="ratification"))
        publish(treaty)
        publish(treaty)
        versions = dict(Record.objects.values_list("slug", "version"))
        assert versions == {treaty.slug: 2, "signature": 1, "ratification": 1}

    def test_publishing_a_plain_treaty_publishes_its_actions(self, treaty):
        CitationFactory(record=TreatyAction.objects.get(slug="ratification"))
        publish(Record.objects.filter(pk=treaty.pk))
        assert set(self.states().values()) == {"published"}


def test_publishing_a_treaty_again_publishes_its_actions_again():
    action = TreatyActionFactory()
    for record in (action, action.treaty):
        CitationFactory(record=record)
    treaty = action.treaty
    publish(treaty)
    withdraw(treaty)
    publish(treaty)
    action.refresh_from_db()
    assert action.state == "published"


def test_publishing_a_treaty_leaves_a_separately_withdrawn_action():
    wrong = TreatyActionFactory()
    for record in (wrong, wrong.treaty):
        CitationFactory(record=record)
    publish(wrong.treaty)
    withdraw(TreatyAction.objects.get(pk=wrong.pk))
    publish(Treaty.objects.get(pk=wrong.treaty.pk))
    wrong.refresh_from_db()
    assert wrong.state == "withdrawn"
