"""The rules of each kind of record, reported at the fields of its form, and its queries."""

from datetime import date

import pytest

from portal.dossier import shared_organizations
from relations.models import Citation, Membership, Mission, Office, Participation, Record
from relations.pairs import people_of
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
    RelationFactory,
    SourceFactory,
    VisitFactory,
)
from tests.portal.test_pages import plain
from tests.refusals import errors
from tests.steps import withdraw

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "make", [EventFactory, VisitFactory, MembershipFactory, MissionFactory, OfficeFactory]
)
class TestEachKind:
    def test_the_factory_makes_a_valid_record(self, make):
        assert errors(make()) == {}

    def test_an_end_before_the_start_is_rejected_at_until(self, make):
        record = make(date="2005-03")
        record.until = "2005-02"
        assert errors(record)["until"] == ["The end is before the start."]

    def test_an_invalid_date_is_rejected_at_its_field(self, make):
        record = make()
        record.date, record.until = "yesterday", "2005-13"
        found = errors(record)
        assert found["until"] == ["There is no month 13."]
        assert found["date"][0].startswith("“yesterday” is not a date in EDTF.")

    def test_a_title_is_required(self, make):
        record = make()
        record.title = ""
        assert errors(record)["title"] == ["This field cannot be blank."]

    def test_a_record_stores_its_kind(self, make):
        record = make()
        assert Record.objects.get(pk=record.pk).kind == record.KIND


class TestVisit:
    def test_a_host_from_outside_the_pair_is_rejected_at_the_host(self):
        relation = RelationFactory(country_a__name_en="Aland", country_b__name_en="Bland")
        visit = VisitFactory.build(relation=relation, host=CountryFactory(name_en="Cland"))
        assert errors(visit) == {"host": ["Cland does not belong to the pair Aland–Bland."]}

    def test_a_visit_without_a_pair_is_rejected_at_the_relation(self):
        visit = VisitFactory.build(relation=None, host=CountryFactory())
        assert errors(visit) == {"relation": ["Choose the two countries of the visit."]}

    def test_the_guest_comes_from_the_other_country(self):
        visit = VisitFactory()
        assert (visit.host, visit.guest) == (visit.relation.country_a, visit.relation.country_b)
        visit.host = visit.relation.country_b
        assert visit.guest == visit.relation.country_a


class TestEvent:
    def test_an_anniversary_needs_its_event(self):
        event = EventFactory.build(relation=RelationFactory(), anniversary=30)
        assert errors(event) == {"__all__": ["Say which event it is an anniversary of."]}
        event.anniversary_of = EventFactory()
        assert errors(event) == {}

    def test_an_event_cannot_be_its_own_anniversary(self):
        event = EventFactory()
        event.anniversary_of = event
        assert errors(event) == {"anniversary_of": ["An event is not an anniversary of itself."]}


class TestMission:
    def test_the_pair_of_a_mission_must_be_sender_and_host(self):
        mission = MissionFactory()
        message = {
            "relation": ["Choose the relation between the sending state and the receiving state."]
        }
        mission.relation = RelationFactory()
        assert errors(mission) == message
        mission.relation = None
        assert errors(mission) == message

    def test_a_mission_to_an_organization_needs_no_pair(self):
        mission = MissionFactory(
            relation=None, sender=CountryFactory(), host=None,
            host_organization=OrganizationFactory(), mission_type="permanent_mission",
        )  # fmt: skip
        assert errors(mission) == {}
        assert Mission.objects.get() == mission

    def test_a_mission_has_exactly_one_host(self):
        message = ["Choose either a receiving state or an organization."]
        mission = MissionFactory()
        mission.host_organization = OrganizationFactory()
        assert errors(mission)["__all__"] == message
        mission.host = mission.host_organization = None
        assert errors(mission)["__all__"] == message

    def test_a_mission_must_be_in_another_country(self):
        mission = MissionFactory()
        mission.host = mission.sender
        assert errors(mission)["__all__"] == [
            "The receiving state must differ from the sending state."
        ]


class TestMembership:
    def test_shared_by_finds_organizations_of_both_countries(self):
        one, other, third = (CountryFactory() for _country in range(3))
        both, alone, drafted = (OrganizationFactory() for _organization in range(3))
        shared = [
            MembershipFactory(organization=both, member=member, published=True)
            for member in (one, other)
        ]
        MembershipFactory(organization=both, member=third, published=True)
        MembershipFactory(organization=alone, member=one, published=True)
        MembershipFactory(organization=alone, member=third, published=True)
        MembershipFactory(organization=drafted, member=one, published=True)
        MembershipFactory(organization=drafted, member=other)
        for pair in ((one, other), (other, one)):
            assert set(Membership.objects.shared_by(*pair)) == set(shared)

    def test_two_memberships_of_one_country_are_not_shared(self):
        one, other = CountryFactory(), CountryFactory()
        club = OrganizationFactory()
        for year in ("1992", "2004"):
            MembershipFactory(organization=club, member=one, date=year, published=True)
        assert list(Membership.objects.shared_by(one, other)) == []

    def test_a_withdrawn_membership_is_not_shared(self):
        one, other = CountryFactory(), CountryFactory()
        club = OrganizationFactory()
        MembershipFactory(organization=club, member=one, published=True)
        withdraw(MembershipFactory(organization=club, member=other, published=True))
        assert list(Membership.objects.shared_by(one, other)) == []

    SPELLS = (
        # Two spells, whether they are shared, and on which of the days 1995, 2000 and 2010 the
        # organization is certainly (+) or possibly (~) one of both.
        (("1990", "1994"), ("1995", ".."), False, ""),
        (("1990", "1995"), ("1995", ".."), True, "~.."),
        (("1990", "2000-06-30"), ("1995-01-01", ".."), True, "++."),
        (("1990", ""), ("1992", ".."), True, "~~~"),
        (("1990", ".."), ("1992", ".."), True, "+++"),
        (("", ""), ("", ""), True, "~~~"),
        (("", "1991"), ("1992", ""), False, ""),
        (("1990~", ".."), ("1992", ".."), True, "~~~"),
        (("1990", "[1998..2005]"), ("1992", ".."), True, "+~."),
    )

    @pytest.mark.parametrize(("one", "other", "shared", "days"), SPELLS)
    def test_only_memberships_that_possibly_overlap_are_shared(self, one, other, shared, days):
        club, relation = OrganizationFactory(), RelationFactory()
        both = (relation.country_a, relation.country_b)
        rows = [
            MembershipFactory(
                organization=club, member=member, date=start, until=until, published=True
            )
            for member, (start, until) in zip(both, (one, other), strict=True)
        ]
        for pair in (both, both[::-1]):
            assert set(Membership.objects.shared_by(*pair)) == set(rows if shared else [])
        found = ""
        for year in (1995, 2000, 2010) if shared else ():
            listed = shared_organizations(both, date(year, 6, 30))["organizations"]
            found += ("+" if listed[0][0].certain else "~") if listed else "."
        assert found == days

    def test_each_spell_is_shared_only_with_a_spell_that_it_overlaps(self):
        club, (one, other) = OrganizationFactory(), CountryFactory.create_batch(2)

        def spell(member, start, until):
            return MembershipFactory(
                organization=club, member=member, date=start, until=until, published=True
            )

        spell(one, "1950", "1960")
        again = spell(one, "1990", "..")
        theirs = spell(other, "1970", "..")
        assert set(Membership.objects.shared_by(one, other)) == {again, theirs}

    def test_a_state_that_has_ended_shares_nothing_after_its_end(self):
        club, one = OrganizationFactory(), CountryFactory()
        ended = CountryFactory(kind="former_state", until="1991-12-26")
        MembershipFactory(organization=club, member=ended, date="1945", published=True)
        late = MembershipFactory(organization=club, member=one, date="1993", published=True)
        assert list(Membership.objects.shared_by(one, ended)) == []
        late.date = "1980"
        late.save()
        assert Membership.objects.shared_by(one, ended).count() == 2
        found = shared_organizations((one, ended), date(1990, 1, 1))
        assert [len(found[key]) for key in ("organizations", "left")] == [1, 0]
        found = shared_organizations((one, ended), date(2000, 1, 1))
        assert [len(found[key]) for key in ("organizations", "left")] == [0, 1]

    @pytest.mark.parametrize(
        ("spell", "theirs", "certain"),
        [
            (("1945", "1960"), ("1950", "1970"), True),
            (("1945", "1960"), ("1950", ".."), True),
            (("1945", "1960"), ("1960", "1970"), False),
            (("1945", "1960~"), ("1950", "1970"), False),
            (("1945", ""), ("1950", "1970"), False),
            (("1945", "[1948..1960]"), ("1950", "1970"), False),
        ],
    )
    def test_what_was_shared_formerly_may_be_only_possible(self, client, spell, theirs, certain):
        club, ended = OrganizationFactory(), CountryFactory(until="1991-12-26")
        pair = RelationFactory(country_a=ended)
        for member, (start, until) in ((ended, spell), (pair.other(ended.pk), theirs)):
            MembershipFactory(
                organization=club, member=member, date=start, until=until, published=True
            )
        found = shared_organizations((pair.country_a, pair.country_b), date(2000, 1, 1))
        assert [row.certain for row, *_sides in found["left"]] == [certain]
        assert (f"{club} possibly" in plain(client.get(pair.get_absolute_url()))) != certain

    def test_an_approximate_end_of_a_state_excludes_nothing(self):
        club, one = OrganizationFactory(), CountryFactory(kind="former_state", until="1800~")
        other = CountryFactory()
        for member in (one, other):
            MembershipFactory(organization=club, member=member, date="1801", published=True)
        assert Membership.objects.shared_by(one, other).count() == 2

    def test_two_states_that_never_existed_together_share_nothing(self):
        club = OrganizationFactory()
        ended = CountryFactory(kind="former_state", until="1991-12-26")
        began = CountryFactory(date="1993-01-01")
        for member in (ended, began):
            MembershipFactory(organization=club, member=member, date="", published=True)
        assert list(Membership.objects.shared_by(ended, began)) == []
        assert list(Office.objects.leaders_of(ended, began)) == []


class TestEnd:
    """What lasts ends at the latest with the countries whose it is; nothing is stored."""

    @pytest.mark.parametrize(
        ("end", "until", "shown", "latest"),
        [
            ("1991-12-26", "", ", end unknown, not later than 26 December 1991", "1991-12-26"),
            ("1991", "", ", end unknown, not later than 1991", "1991-12-31"),
            ("[1990..1991]", "", ", end unknown, not later than 31 December 1991", "1991-12-31"),
            ("1991~", "", "; current status unknown", None),
            ("", "", "; current status unknown", None),
            ("..", "", "; current status unknown", None),
            ("1991-12-26", "1960", ", until 1960", "1960-12-31"),
        ],
    )
    @pytest.mark.parametrize("kind", ["membership", "office", "mission_sent", "mission_hosted"])
    def test_an_unknown_end_is_not_after_that_of_the_state(
        self, client, kind, end, until, shown, latest
    ):
        state = CountryFactory(kind="former_state", until=end)
        pair = RelationFactory(country_a=state)
        sides = {"sender": state, "host": pair.other(state.pk)}
        if kind == "mission_hosted":
            sides = {"sender": pair.other(state.pk), "host": state}
        row = {
            "membership": lambda **values: MembershipFactory(member=state, **values),
            "office": lambda **values: OfficeFactory(country=state, **values),
        }.get(kind, lambda **values: MissionFactory(relation=pair, **sides, **values))(
            date="1945", until=until, published=True
        )
        address = row.get_absolute_url()
        assert f"since 1945 {shown}" in plain(client.get(address))
        found = client.get(f"{address.rstrip('/')}.json").json()
        assert (found["until"], found["until_latest"]) == (until, latest)
        row.refresh_from_db()
        assert str(row.until) == until

    def test_a_membership_ends_with_the_earlier_end_of_its_two_countries(self):
        sender, host = CountryFactory(until="1991-12-26"), CountryFactory(until="1990-10-03")
        relation = RelationFactory(country_a=sender, country_b=host)
        mission = MissionFactory(relation=relation, sender=sender, host=host, date="1950")
        assert str(mission.end) == "[..1990-10-03]"
        assert mission.possibly_lasts_on(date(1990, 10, 3))
        assert not mission.possibly_lasts_on(date(1990, 10, 4))

    def test_the_pages_of_country_organization_and_pair_show_it(self, client):
        club, ended = OrganizationFactory(), CountryFactory(until="1991-12-26")
        pair = RelationFactory(country_a=ended)
        for member in (pair.country_a, pair.country_b):
            MembershipFactory(organization=club, member=member, date="1945", published=True)
        words = "since 1945 , end unknown, not later than 26 December 1991"
        pages = [row.get_absolute_url() for row in (ended, club, pair)]
        for page in (*pages, f"{pages[-1]}timeline/", f"{pages[-1]}pictures/"):
            assert words in plain(client.get(page)), page


class TestOffice:
    def test_leaders_of_a_pair_held_office_while_both_countries_existed(self):
        ended = CountryFactory(kind="former_state", date="1922", until="1991-12-26")
        other = CountryFactory()

        def leader(start, until):
            return OfficeFactory(country=other, date=start, until=until, published=True)

        leader("1900", "1910")
        leader("1993", "..")
        within = [leader("1915", "1930"), leader("1991", "1995"), leader("", "")]
        assert set(Office.objects.leaders_of(other, ended)) == set(within)
        assert set(people_of(RelationFactory(country_a=ended, country_b=other))) == {
            office.person for office in within
        }

    def test_leaders_of_finds_published_heads_of_state_and_government(self):
        one, other = CountryFactory(), CountryFactory()
        leaders = [
            OfficeFactory(country=one, rank="head_of_state", published=True),
            OfficeFactory(country=other, rank="head_of_government", published=True),
        ]
        OfficeFactory(country=one, rank="minister", published=True)
        OfficeFactory(country=one, rank="head_of_state")
        OfficeFactory(rank="head_of_state", published=True)
        assert set(Office.objects.leaders_of(one, other)) == set(leaders)
        assert set(Office.objects.leaders_of(one)) == {leaders[0]}

    def test_an_office_belongs_to_a_country_or_an_organization(self):
        message = {"__all__": ["Choose one: a country or an organization."]}
        office = OfficeFactory()
        office.organization = OrganizationFactory()
        assert errors(office) == message
        office.country = None
        assert errors(office) == {}
        office.organization = None
        assert errors(office) == message


class TestParticipation:
    @pytest.mark.parametrize(
        ("kind", "make"),
        [
            ("person", PersonFactory),
            ("country", CountryFactory),
            ("organization", OrganizationFactory),
        ],
    )
    def test_the_natural_key_finds_its_row(self, kind, make):
        event = EventFactory(slug="talks")
        values = {"person": None, kind: make(slug="who")}
        row = ParticipationFactory(record=event, role="speaker", **values)
        assert row.natural_key() == ("talks", "speaker", kind, "who")
        assert Participation.objects.get_by_natural_key(*row.natural_key()) == row
        assert row.participant == values[kind]

    def test_a_participation_has_exactly_one_participant(self):
        message = {"__all__": ["Choose one: a person, a country or an organization."]}
        row = ParticipationFactory(record=EventFactory())
        row.country = CountryFactory()
        assert errors(row) == message
        row.person = row.country = None
        assert errors(row) == message

    def test_a_participant_may_have_several_different_roles(self):
        first = ParticipationFactory(record=EventFactory(), role="signatory")
        ParticipationFactory(record=first.record, person=first.person, role="speaker")
        again = ParticipationFactory.build(record=first.record, person=first.person, role="speaker")
        assert errors(again) == {"__all__": ["This participant already has this role."]}

    def test_about_person_finds_participations_and_offices(self):
        person = PersonFactory(slug="who")
        event = EventFactory()
        for role in ("speaker", "signatory"):
            ParticipationFactory(record=event, person=person, role=role)
        office = OfficeFactory(person=person)
        OfficeFactory()
        EventFactory()
        found = Record.objects.about_person("who")
        assert sorted(row.pk for row in found) == sorted([event.pk, office.pk])


class TestCitation:
    def test_citing_a_field_that_the_kind_lacks_is_rejected_at_the_field(self):
        citation = CitationFactory.build(
            record=EventFactory(), source=SourceFactory(), field="host"
        )
        assert errors(citation) == {
            "field": [
                "This record (event) has no field “host”; it has event_type, place, anniversary, "
                "anniversary_of, title, summary, date, until, relation."
            ]
        }
        visit = CitationFactory.build(record=VisitFactory(), source=SourceFactory(), field="host")
        assert errors(visit) == {}

    @pytest.mark.parametrize("model", Record.__subclasses__())
    def test_each_citable_field_is_a_field_of_the_model(self, model):
        for name in model.cited_fields():
            assert model._meta.get_field(name).name == name

    def test_field_label_matches_the_form(self):
        event = EventFactory()
        assert CitationFactory(record=event, field="event_type").field_label == "type"
        assert CitationFactory(record=event).field_label == ""

    def test_a_place_is_cited_once_per_field_and_stance(self):
        first = CitationFactory(record=EventFactory(), field="date")
        again = {"record": first.record, "source": first.source, "locator": first.locator}
        assert errors(CitationFactory.build(**again, field="date")) == {
            "__all__": ["This citation already exists."]
        }
        assert errors(CitationFactory.build(**again, field="place")) == {}
        assert errors(CitationFactory.build(**again, field="date", stance="mentions")) == {}

    def test_the_natural_key_finds_its_row(self):
        row = CitationFactory(
            record=EventFactory(slug="talks"), source__slug="s", locator="page 1", field="date"
        )
        assert row.natural_key() == ("talks", "s", "page 1", "date", "supports")
        assert Citation.objects.get_by_natural_key(*row.natural_key()) == row

    def test_readers_see_only_citations_of_published_records(self):
        shown = EventFactory(published=True)
        CitationFactory(record=EventFactory())
        assert list(Citation.objects.published()) == list(shown.citations.all())
