"""A country's partners, ranked; and the numbers on the page of a country."""

import json
from datetime import date

import pytest
from lxml import html

from portal.partners import Measure, Partners
from relations.models import Country
from tests.factories import (
    CountryFactory,
    FigureFactory,
    IndicatorFactory,
    MembershipFactory,
    MissionFactory,
    RelationFactory,
    SuccessionFactory,
    TreatyFactory,
    TreatyLinkFactory,
    VisitFactory,
)
from tests.portal.test_pages import field_descriptions, plain, text
from tests.portal.test_pictures import treaty
from treaties.models import Treaty
from treaties.partners import bilateral_treaties, treaties_of

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 24)
FORCE = [("signature", "2000-01-01"), ("entry_into_force", "2001-01-01")]


@pytest.fixture
def land():
    return CountryFactory(slug="land", name_en="Land")


def neighbour(name):
    return CountryFactory(slug=name.lower(), name_en=name)


def ranked(country, measure, day=DAY):
    """The ranks by a measure: place, partner, count and parts."""
    return [
        (
            row.place,
            row.partner.slug,
            row.count.number,
            *(tally.number for tally in row.parts.values()),
        )
        for row in Partners(country, day).ranking(Measure(measure)).rows
    ]


def listed(client, url) -> int:
    """The number of entries in the list at an address."""
    response = client.get(url)
    assert response.status_code == 200, url
    return response.context["paginator"].count


class TestRanking:
    def test_partners_with_equal_counts_share_a_rank_and_are_ordered_by_name(self, land):
        for name, number in (("Cave", 1), ("Bay", 1), ("Dale", 2), ("Ash", 1)):
            pair = RelationFactory(country_a=land, country_b=neighbour(name))
            TreatyFactory.create_batch(number, relation=pair, published=True)
        CountryFactory.create_batch(2)
        found = Partners(land, DAY).ranking(Measure.TREATIES)
        assert ranked(land, "treaties") == [
            (1, "dale", 2), (2, "ash", 1), (2, "bay", 1), (2, "cave", 1)
        ]  # fmt: skip
        assert [row.share for row in found.rows] == [100, 50, 50, 50]
        assert found.without == Country.objects.count() - 5

    def test_drafts_and_what_predecessors_had_are_not_counted(self, land):
        old = SuccessionFactory(successor=land).predecessor
        bay = neighbour("Bay")
        TreatyFactory(relation=RelationFactory(country_a=land, country_b=bay))
        TreatyFactory(relation=RelationFactory(country_a=old, country_b=bay), published=True)
        assert ranked(land, "treaties") == []
        assert ranked(old, "treaties") == [(1, "bay", 1)]

    def test_multilateral_treaties_count_only_among_those_in_force(self, land):
        bay, ash = neighbour("Bay"), neighbour("Ash")
        treaty(RelationFactory(country_a=land, country_b=bay), *FORCE)
        treaty(None, *FORCE, parties=[land, bay, ash])
        treaty(None, FORCE[0], parties=[land, bay, ash])
        assert ranked(land, "treaties") == [(1, "bay", 1)]
        assert ranked(land, "in_force") == [(1, "bay", 2), (2, "ash", 1)]
        assert ranked(land, "in_force", date(2000, 6, 1)) == []

    def test_visits_and_missions_are_divided_by_direction(self, land):
        bay = neighbour("Bay")
        pair = RelationFactory(country_a=land, country_b=bay)
        VisitFactory.create_batch(2, relation=pair, host=bay, published=True)
        VisitFactory(relation=pair, host=land, published=True)
        for place in ("One", "Two", "Three"):
            MissionFactory(relation=pair, sender=bay, host=land, mission_type="consulate",
                           place=place, published=True)  # fmt: skip
        MissionFactory(relation=pair, sender=land, host=bay, published=True)
        assert ranked(land, "visits") == [(1, "bay", 3, 2, 1)]
        assert ranked(land, "missions") == [(1, "bay", 4, 1, 3)]
        assert ranked(bay, "missions") == [(1, "land", 4, 3, 1)]

    def test_a_treaty_that_a_later_one_ends_between_two_is_in_force_between_others(self, land):
        bay, ash = neighbour("Bay"), neighbour("Ash")
        old = treaty(None, *FORCE, parties=[land, bay, ash])
        new = treaty(None, ("signature", "2009-01-01"), ("entry_into_force", "2010-01-01"),
                     parties=[land, bay])  # fmt: skip
        TreatyLinkFactory(treaty=new, target=old)
        old.update_periods()
        counts = treaties_of(land, DAY).by_partner
        for other in (bay, ash):
            found = Treaty.objects.published().binding_on(DAY, land, other)
            assert counts[other].certain == found.count() == 1

    @pytest.mark.parametrize("measure", Measure)
    def test_each_count_is_the_number_of_entries_in_the_list_that_it_links_to(
        self, client, base, measure
    ):
        kazakhstan = Country.objects.get(slug="kazakhstan")
        old = SuccessionFactory(predecessor=kazakhstan).successor
        VisitFactory(relation=RelationFactory(country_a=kazakhstan, country_b=old), published=True)
        rows = Partners(kazakhstan, DAY).ranking(measure).rows
        assert rows
        for row in rows[:4]:
            for tally in (row.count, *row.parts.values()):
                assert listed(client, tally.url) == tally.number, tally.url
            assert client.get(row.url).status_code == 200

    def test_counts_of_treaties_are_those_of_two_countries(self, base):
        kazakhstan = Country.objects.get(slug="kazakhstan")
        assert bilateral_treaties(kazakhstan) == {Country.objects.get(slug="azerbaijan").pk: 13}


class TestPage:
    ADDRESS = "/countries/kazakhstan/partners/"

    def test_it_names_the_measure_what_is_counted_and_how_many_have_none(self, client, base):
        response = client.get(f"{self.ADDRESS}?by=missions")
        others = Country.objects.count() - 2
        assert response.status_code == 200
        words = plain(response)
        assert "Published missions of either country in the other" in words
        assert f"{others} other countries have no such record and are not listed." in words
        assert "1 partner " in words

    def test_files_have_the_same_ranks(self, client, base):
        lines = text(client.get("/countries/kazakhstan/partners.csv?by=missions")).splitlines()
        assert lines == [
            "rank,partner,name,count,sent,received,url",
            "1,azerbaijan,Azerbaijan,3,1,2,http://testserver/relations/azerbaijan-kazakhstan/",
        ]
        found = json.loads(text(client.get("/countries/kazakhstan/partners.json?by=missions")))
        assert [row["count"] for row in found["items"]] == [3]

    def test_an_empty_file_has_the_columns(self, client, land):
        assert text(client.get("/countries/land/partners.csv")) == "rank,partner,name,count,url\r\n"

    @pytest.mark.parametrize(
        ("query", "field", "words"),
        [
            (
                "by=love",
                "id_by",
                "Select a valid choice. love is not one of the available choices.",
            ),
            ("on=2024-02-30", "id_on", "February 2024 has no day 30."),
        ],
    )
    def test_an_invalid_choice_is_refused_at_its_field(self, client, land, query, field, words):
        response = client.get(f"/countries/land/partners/?{query}")
        assert response.status_code == 400
        assert field_descriptions(response)[field] == words
        assert client.get(f"/countries/land/partners.csv?{query}").status_code == 400

    def test_a_file_refuses_an_unknown_parameter(self, client, land):
        response = client.get("/countries/land/partners.csv?sort=up")
        assert response.status_code == 400
        assert "This file has no filter “sort”." in plain(response)

    def test_an_unknown_country_is_not_found(self, client, db):
        assert client.get("/countries/nowhere/partners/").status_code == 404

    def test_trade_leads_to_its_own_ranking(self, client, land):
        response = client.get("/countries/land/partners/?by=trade")
        assert response["Location"] == "/trade/partners/land/"
        response = client.get("/countries/land/partners.csv?by=trade")
        assert response["Location"] == "/trade/partners/land.csv"

    def test_the_first_pairs_can_be_compared(self, client, land):
        for name in ("Ash", "Bay", "Cave", "Dale"):
            pair = RelationFactory(country_a=land, country_b=neighbour(name))
            TreatyFactory(relation=pair, published=True)
        page = html.fromstring(text(client.get("/countries/land/partners/")))
        (link,) = page.xpath("//a[text()='Compare the first pairs']/@href")
        assert link == "/compare/?pair=ash-land&pair=bay-land&pair=cave-land"


class TestCountryPage:
    def test_each_number_is_that_of_the_list_that_it_links_to(self, client, base):
        page = html.fromstring(text(client.get("/countries/kazakhstan/")))
        found = {}
        for link in page.xpath("//*[contains(@class, 'counts')]//a"):
            number = int(link.text_content().split()[0])
            assert listed(client, link.get("href")) == number, link.get("href")
            found[link.get("href").split("?")[0]] = number
        assert set(found) == {"/treaties/", "/visits/", "/missions/", "/disagreements/"}
        assert all(found.values())

    def test_it_shows_ten_partners_of_each_ranking(self, client, land):
        for number in range(12):
            pair = RelationFactory(country_a=land, country_b=neighbour(f"Bay{number}"))
            TreatyFactory(relation=pair, published=True)
        page = html.fromstring(text(client.get("/countries/land/")))
        assert len(page.xpath("//*[@class='bars']/li")) == 10
        assert page.xpath("//a[normalize-space()='All 12 partners']/@href") == [
            "/countries/land/partners/?by=treaties"
        ]

    def test_trade_partners_are_those_of_the_last_exports(self, client, land):
        exports = IndicatorFactory(slug="exports")
        ash = neighbour("Ash")
        for year in ("2001", "2002"):
            FigureFactory(indicator=exports, from_country=land, to_country=ash, period=year,
                          reporter_country=land, published=True)  # fmt: skip
        words = plain(client.get("/countries/land/"))
        assert "Exports in 2002, all goods Ash" in words
        assert "US dollars, as the country itself reports them." in words

    def test_memberships_after_twenty_are_folded(self, client, land):
        MembershipFactory.create_batch(22, member=land, published=True)
        page = html.fromstring(text(client.get("/countries/land/")))
        (section,) = page.xpath("//section[@aria-labelledby='memberships']")
        assert len(section.xpath("./ul/li")) == 20
        assert section.xpath("./details/summary")[0].text_content().strip() == "2 more memberships"
        assert len(section.xpath("./details/ul/li")) == 2
        assert "22 memberships" in section.text_content()

    def test_a_country_without_records_has_its_numbers_and_no_ranking(self, client, land):
        response = client.get("/countries/land/")
        assert not html.fromstring(text(response)).xpath("//*[@class='bars']")
        assert "0 certainly in force today" in plain(response)
