"""The charts on the pictures page of a pair: what they count, where they draw it, their tables."""

import re
from datetime import date

import pytest

from portal import pictures
from portal.dossier import shared_organizations
from relations.models import Relation
from tests.factories import (
    CitationFactory,
    CountryFactory,
    MembershipFactory,
    OrganizationFactory,
    RelationFactory,
    TopicFactory,
    TreatyActionFactory,
    TreatyFactory,
    VisitFactory,
)
from tests.portal.test_pages import plain, text
from tests.steps import publish, withdraw
from treaties.models import Treaty

pytestmark = pytest.mark.django_db

ADDRESS = "/relations/azerbaijan-kazakhstan/pictures/"
DAY = date(2026, 11, 24)


@pytest.fixture
def pair(base):
    return Relation.objects.with_countries().get(slug="azerbaijan-kazakhstan")


def treaty(pair, *actions, **values):
    """A published treaty of a pair with actions, each given as type and date."""
    made = TreatyFactory(relation=pair, **values)
    for kind, day in actions:
        CitationFactory(record=TreatyActionFactory(treaty=made, action_type=kind, date=day))
    CitationFactory(record=made)
    publish(made)
    return made


class TestVisits:
    def test_visits_are_counted_by_year_and_direction(self, pair):
        assert pictures.visits_by_year(pair) == {2022: (0, 1), 2023: (1, 1), 2024: (0, 1)}

    def test_drafts_are_not_counted_and_undated_visits_are_separate(self):
        pair = RelationFactory()
        VisitFactory(relation=pair, date="2001")
        VisitFactory(relation=pair, host=pair.country_a, date="", published=True)
        VisitFactory(relation=pair, host=pair.country_b, date="[1999..2001]", published=True)
        assert pictures.visits_by_year(pair) == {None: (0, 1), 1999: (1, 0)}
        found = pictures.pictures(pair, DAY)["visits"]
        assert found.rows == (("1999", 1, 0), ("date unknown", 0, 1))
        assert len(found.lanes[0].blocks) == 1

    def test_each_column_links_to_its_visits(self, client, pair):
        found = pictures.pictures(pair, DAY)["visits"]
        assert [lane.label for lane in found.lanes] == [
            "Azerbaijan → Kazakhstan (1)",
            "Kazakhstan → Azerbaijan (3)",
        ]
        (there,), back = (lane.blocks for lane in found.lanes)
        assert there.words == "2023, Azerbaijan → Kazakhstan: 1"
        for block, slug in (
            (there, "aliyev-visit-kazakhstan-2023-04"),
            (back[0], "tokayev-visit-azerbaijan-2022-08"),
        ):
            (visit,) = client.get(block.url).context["object_list"]
            assert visit.slug == slug


class TestTopics:
    def test_treaties_are_counted_by_topic_and_year(self, pair):
        rows = pictures.topics_and_years(pair.country_a, pair.country_b)
        found = pictures.treaties_by_topic(rows)
        assert list(found)[0] == ("political", "Political relations")
        assert found["political", "Political relations"] == {1996: 1, 2005: 1, 2022: 1, 2024: 1}
        assert found["security", "Security and defence"] == {2005: 1}
        assert sum(topic.total() for topic in found.values()) == 14

    def test_treaties_without_a_topic_are_counted(self):
        pair = RelationFactory()
        treaty(pair, topics=[TopicFactory(slug="space", name="Space")], date="2001")
        treaty(pair, date="2002")
        treaty(pair, date="")
        rows = pictures.topics_and_years(pair.country_a, pair.country_b)
        found = pictures.treaties_by_topic(rows)
        assert found == {
            ("", "no topic given"): {2002: 1, None: 1},
            ("space", "Space"): {2001: 1},
        }
        rows = pictures.pictures(pair, DAY)["topics"].rows
        assert rows == (("2001", 0, 1), ("2002", 1, 0), ("date unknown", 1, 0))

    def test_each_column_links_to_the_treaties_it_counts(self, client, pair):
        found = pictures.pictures(pair, DAY)["topics"]
        lists = [
            client.get(block.url) for lane in found.lanes for block in lane.blocks if block.url
        ]
        assert len(lists) > 5
        for page, words in zip(
            lists,
            [block.words for lane in found.lanes for block in lane.blocks if block.url],
            strict=True,
        ):
            assert words.endswith(f": {page.context['paginator'].count}")


def statuses(*both, days):
    keys = Treaty.objects.of_pair(*both).values_list("pk", flat=True)
    return pictures.treaties_by_status(list(keys), both, days)


class TestStatuses:
    def test_statuses_are_counted_at_year_ends_and_today(self, pair):
        days = [date(1997, 12, 31), date(1998, 12, 31), date(2005, 12, 31), DAY]
        found = statuses(pair.country_a, pair.country_b, days=days)
        assert found == {
            days[0]: {("signed", True): 2},
            days[1]: {("signed", True): 1, ("in_force", True): 1},
            days[2]: {("in_force", True): 2, ("signed_unknown", False): 1},
            DAY: {("in_force", True): 2, ("signed_unknown", False): 11},
        }

    def test_a_treaty_that_binds_only_one_of_two_is_not_counted_as_in_force(self):
        pair = RelationFactory()
        both = [pair.country_a, pair.country_b]
        pact = TreatyFactory(
            relation=None, parties=[*both, CountryFactory()], date="2001", published=True
        )
        party = pact.parties.get(country=both[1])
        for kind, day, values in (
            ("entry_into_force", "2001-05-06", {}),
            ("withdrawal", "2005-06-07", {"effective": "2006-06-07", "party": party}),
        ):
            TreatyActionFactory(treaty=pact, action_type=kind, date=day, published=True, **values)
        days = [date(2000, 12, 31), date(2005, 12, 31), date(2006, 12, 31)]
        assert statuses(*both, days=days) == {
            days[0]: {}, days[1]: {("in_force", True): 1}, days[2]: {("terminated", True): 1},
        }  # fmt: skip

    def test_a_treaty_that_possibly_does_not_bind_one_of_two_yet_is_possibly_in_force(self):
        pair = RelationFactory()
        both = [pair.country_a, pair.country_b]
        pact = TreatyFactory(
            relation=None, parties=[*both, CountryFactory()], date="2001", published=True
        )
        party = pact.parties.get(country=both[1])
        for kind, day, values in (
            ("entry_into_force", "2001-05-06", {}),
            ("accession", "2005-06-07", {"effective": "[2010..2030]", "party": party}),
        ):
            TreatyActionFactory(treaty=pact, action_type=kind, date=day, published=True, **values)
        (found,) = statuses(*both, days=[DAY]).values()
        assert found == dict.fromkeys(Treaty.objects.standings(DAY, *both), 1)
        assert found == {("in_force", False): 1}

    def test_counts_agree_with_the_list_of_treaties_on_that_day(self, client, pair):
        found = pictures.pictures(pair, DAY)["statuses"]
        for lane in found.lanes:
            for block in (lane.blocks[0], lane.blocks[-1]):
                count = client.get(block.url).context["paginator"].count
                assert block.words.endswith(f": {count}"), block

    def test_possible_statuses_are_counted_separately_and_drawn_pale(self, client):
        pair = RelationFactory()
        treaty(pair, ("signature", "2001-05-06"), ("entry_into_force", "[2002..2004]"), date="2001")
        treaty(pair, ("signature", "2001-05-06"), ("entry_into_force", "2002-05-06"), date="2001")
        found = pictures.pictures(pair, date(2005, 6, 7))["statuses"]
        assert found.head == ("Date", "signed, not in force", "in force")
        assert found.rows == (
            ("31 December 2001", "2", "0"),
            ("31 December 2002", "0", "1 and possibly 1"),
            ("31 December 2003", "0", "1 and possibly 1"),
            ("31 December 2004", "0", "2"),
            ("7 June 2005", "0", "2"),
        )
        in_force = found.lanes[1]
        assert in_force.label == "in force (today 2)"
        sure, pale = in_force.blocks[:2]
        assert (sure.pale, pale.pale, sure.height, pale.y) == (
            False,
            True,
            pale.height,
            pytest.approx(sure.y - pale.height, abs=0.01),
        )
        for block in (sure, pale):
            assert client.get(block.url).context["paginator"].count == 1

    def test_a_long_span_has_at_most_sixty_samples(self):
        pair = RelationFactory()
        treaty(pair, ("signature", "1800-05-06"), date="1800-05-06")
        found = pictures.pictures(pair, DAY)["statuses"]
        assert found.axis.step == 5
        assert [row[0] for row in found.rows][:2] == ["31 December 1804", "31 December 1809"]
        assert len(found.rows) == 46
        assert found.rows[-1][0] == "24 November 2026"


class TestMemberships:
    def test_the_matrix_lists_shared_organizations(self, pair):
        found = shared_organizations((pair.country_a, pair.country_b), DAY)["organizations"]
        assert [organization.acronym for organization, _one, _other in found] == [
            *("CIS", "CICA", "ECO", "TURKSOY", "OIC", "OSCE", "OTS", "UN", ""),
        ]
        (oic,) = [row for row in found if row[0].acronym == "OIC"]
        assert [str(row.date) for members in oic[1:] for row in members] == ["1991", "1995"]

    def test_organizations_that_one_side_left_are_listed_separately(self, client):
        pair = RelationFactory()
        for name, until in (("Stays", ""), ("Leaves", "1995"), ("Goes today", str(DAY))):
            club = OrganizationFactory(name=name)
            MembershipFactory(organization=club, member=pair.country_a, date="1990", published=True)
            MembershipFactory(
                organization=club, member=pair.country_b, date="1990", until=until, published=True
            )
        found = shared_organizations((pair.country_a, pair.country_b), DAY)
        names = {key: [row[0].name for row in rows] for key, rows in found.items()}
        assert names == {"organizations": ["Goes today", "Stays"], "left": ["Leaves"]}
        again = MembershipFactory(
            organization=found["left"][0][0], member=pair.country_b, date="2001", published=True
        )
        found = shared_organizations((pair.country_a, pair.country_b), DAY)
        assert (len(found["organizations"]), found["left"]) == (3, [])
        withdraw(again, reason="Never so.")
        page = plain(client.get(f"{pair.get_absolute_url()}pictures/"))
        assert "Formerly shared: one or both have left" in page

    def test_the_dossier_counts_currently_shared_organizations(self, client, pair):
        member = pair.country_b.memberships.get(organization__acronym="OIC")
        member.until = "1995"
        member.save()
        page = plain(client.get(pair.get_absolute_url()))
        assert "Shared organizations 8" in page
        assert "Formerly shared: one or both have left" in page

    def test_memberships_show_type_and_dates_in_words(self, client):
        pair, club = RelationFactory(), OrganizationFactory(name="The Club")
        MembershipFactory(
            organization=club, member=pair.country_a, date="1995", until="..", published=True,
            membership_type="observer",
        )  # fmt: skip
        MembershipFactory(
            organization=club, member=pair.country_b, date="1993", until="1999", published=True,
            membership_type="full",
        )  # fmt: skip
        page = plain(client.get(f"{pair.get_absolute_url()}pictures/"))
        assert "The Club observer since 1995 full member since 1993 , until 1999" in page


def test_each_chart_has_a_title_a_description_and_a_table(client, pair):
    page = text(client.get(ADDRESS))
    for key in ("visits", "statuses", "topics"):
        assert f'<title id="{key}-title">' in page
        assert f'<desc id="{key}-desc">' in page
    assert "2023 1 1" in plain(client.get(ADDRESS))
    # The code to embed a chart is for pages of others.
    assert " style=" not in re.sub("<textarea.*?</textarea>", "", page, flags=re.S)


def test_a_pair_without_records_lists_the_sources_needed(client, base):
    page = plain(client.get("/relations/france-guinea-bissau/pictures/"))
    for words in ("No visits are recorded yet.", "No treaties are", "No shared organizations are"):
        assert words in page, words
    assert page.count("What is needed:") == 4


def test_the_reversed_pair_redirects(client, base):
    response = client.get("/relations/kazakhstan-azerbaijan/pictures/")
    assert (response.status_code, response["Location"]) == (301, ADDRESS)


def test_the_number_of_queries_does_not_grow_with_records(client, pair, django_assert_num_queries):
    with django_assert_num_queries(6):
        client.get(ADDRESS)
    for year in range(1992, 2026):
        VisitFactory(relation=pair, date=str(year), published=True)
        treaty(pair, ("signature", str(year)), date=str(year))
    with django_assert_num_queries(6):
        client.get(ADDRESS)
