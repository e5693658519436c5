"""World maps: the partners of a country, the members of an organization."""

import gzip
import json
from datetime import date
from decimal import Decimal

import pytest
from django.template.loader import render_to_string
from django.utils.html import strip_tags
from lxml import etree, html

from core.dates import today
from portal import partner_maps
from portal.maps import Row, Theme, key_of, members_map, value_map
from relations.models import Country, Organization
from tests.factories import (
    CountryFactory,
    FigureFactory,
    IndicatorFactory,
    MembershipFactory,
    MissionFactory,
    OrganizationFactory,
    RelationFactory,
    SourceFactory,
    VisitFactory,
)
from tests.portal.test_pages import field_descriptions, text
from tests.steps import publish
from trade.models import Figure

pytestmark = pytest.mark.django_db

DAY = date(2005, 1, 1)
MAP = "/countries/azerbaijan/map/"


@pytest.fixture
def three():
    return [CountryFactory(slug=slug) for slug in ("aland", "borduria", "syldavia")]


def rows_of(found) -> dict:
    """The rows of a map by slug: what is certain, what is possible, and the cells."""
    return {
        row.country.slug: (
            row.certain,
            row.possible,
            *(strip_tags(cell.words) for cell in row.cells),
        )
        for row in found.rows
    }


def legend_of(found) -> list[str]:
    return [entry.words for entry in found.legend]


class TestKeys:
    def test_every_current_country_has_an_outline_or_a_point_except_antarctica(self, base):
        shapes = partner_maps.treaties_map(Country.objects.get(slug="azerbaijan"), DAY)
        shapes = shapes.drawing.world.shapes
        current = Country.objects.exclude(iso_numeric="")
        missing = [row.slug for row in current if key_of(row) not in shapes]
        assert missing == ["antarctica"]
        assert key_of(Country.objects.get(slug="kosovo")) in shapes

    def test_every_outline_belongs_to_a_country(self, base):
        keys = {key_of(row) for row in Country.objects.all()}
        found = partner_maps.treaties_map(Country.objects.get(slug="azerbaijan"), DAY)
        assert set(found.drawing.world.shapes) <= keys

    def test_a_former_state_has_none(self, base):
        assert key_of(Country.objects.get(slug="soviet-union")) == ""


class TestTreaties:
    def test_partners_are_sorted_by_the_treaties_in_force(self, base):
        azerbaijan = Country.objects.get(slug="azerbaijan")
        found = partner_maps.treaties_map(azerbaijan, DAY)
        numbers = [(row.certain, row.possible) for row in found.rows]
        assert numbers == sorted(numbers, reverse=True)
        first = found.rows[0]
        assert first.country.slug == "kazakhstan"
        assert first.url == "/relations/azerbaijan-kazakhstan/"

    def test_the_cells_link_to_the_lists_that_they_count(self, client, base):
        found = partner_maps.treaties_map(Country.objects.get(slug="azerbaijan"), DAY)
        kazakhstan = next(row for row in found.rows if row.country.slug == "kazakhstan")
        for cell in (kazakhstan.cells[0], kazakhstan.cells[2]):
            page = client.get(cell.url)
            assert page.context["paginator"].count == int(cell.words), cell.url
        assert kazakhstan.values["in_force"] == int(kazakhstan.cells[0].words) > 0


class TestMissions:
    def test_missions_are_counted_in_both_directions_on_the_day(self, three):
        one, other, third = three
        pair, next_pair = (RelationFactory(country_a=one, country_b=row) for row in (other, third))
        MissionFactory(relation=pair, date="1999", until="..", published=True)
        MissionFactory(relation=pair, date="1999", until="2003", published=True, place="A",
                       mission_type="consulate")  # fmt: skip
        MissionFactory(relation=pair, sender=other, host=one, date="", published=True)
        MissionFactory(relation=next_pair, date="2007", until="..", published=True)
        MissionFactory(relation=next_pair, mission_type="consulate", place="B")
        found = partner_maps.missions_map(one, DAY)
        assert rows_of(found) == {
            "borduria": (1, 1, "1", "possibly 1"),
            "syldavia": (0, 0, "0", "0"),
        }
        assert rows_of(partner_maps.missions_map(other, DAY)) == {
            "aland": (1, 1, "possibly 1", "1")
        }
        assert legend_of(found) == ["1", "missions recorded, none on this day",
                                    "nothing recorded", str(one)]  # fmt: skip

    def test_missions_at_organizations_are_not_on_the_map(self, three):
        MissionFactory(relation=None, sender=three[0], host=None, published=True,
                       host_organization=OrganizationFactory(public=True))  # fmt: skip
        assert partner_maps.missions_map(three[0], DAY).rows == ()


class TestVisits:
    def test_visits_that_began_by_the_day_are_counted_by_direction(self, three):
        one, other, third = three
        pair, next_pair = (RelationFactory(country_a=one, country_b=row) for row in (other, third))
        for host, day in ((one, "2001"), (one, "2004-12-31"), (other, "2005-01-01")):
            VisitFactory(relation=pair, host=host, date=day, published=True)
        VisitFactory(relation=pair, host=one, date="2005", published=True)
        VisitFactory(relation=pair, host=one, date="2006", published=True)
        VisitFactory(relation=pair, host=other, date="", published=True)
        VisitFactory(relation=next_pair, host=third, date="2006", published=True)
        VisitFactory(relation=next_pair, host=third, date="2001")
        found = partner_maps.visits_map(one, DAY)
        assert rows_of(found) == {
            "borduria": (3, 2, "1 and possibly 1", "2 and possibly 1"),
            "syldavia": (0, 0, "0", "0"),
        }
        row = found.rows[0]
        # The list holds later visits too.
        assert row.cells[0].url == ""
        (row, *_others) = partner_maps.visits_map(one, today()).rows
        assert row.cells[0].url == "/visits/?pair=aland-borduria&host=borduria"
        row = found.rows[0]
        assert row.values == {
            "made": 1, "possibly_made": 1, "received": 2, "possibly_received": 1,
        }  # fmt: skip


class TestTrade:
    @pytest.fixture
    def state(self, three):
        flows = {slug: IndicatorFactory(slug=slug) for slug in ("exports", "imports")}

        def make(flow, millions, partner, source, **more):
            sides = [three[0], partner][:: 1 if flow == "exports" else -1]
            figure = FigureFactory(
                indicator=flows[flow], from_country=sides[0], to_country=sides[1],
                reporter_country=three[0], period="2023", value=Decimal(millions) * 10**6,
                scale=6, unit="USD", source=source, **more,
            )  # fmt: skip
            publish(Figure.objects.filter(pk=figure.pk))

        return make

    def test_turnover_is_what_the_country_reports_from_one_source(self, three, state):
        one, other, third = three
        fourth = CountryFactory(slug="zubrowka")
        source, another = SourceFactory(), SourceFactory()
        state("exports", 3, other, source)
        state("imports", 4, other, source)
        state("exports", 9, third, source)
        state("exports", 1, fourth, source)
        state("imports", 1, fourth, another)
        assert partner_maps.trade_years(one) == [2023]
        found = partner_maps.trade_map(one, 2023)
        assert rows_of(found) == {
            "borduria": (7_000_000, 0, "3,000,000", "4,000,000", "7,000,000"),
            "syldavia": (0, 0, "9,000,000", "not reported", "–"),
            "zubrowka": (0, 0, "1,000,000", "1,000,000", "–"),
        }
        assert found.theme.sources == (source, another)
        assert found.rows[0].words == "7 million US dollars"
        words = {row.country.slug: row.words for row in found.rows}
        assert words["syldavia"] == "exports 9 million, imports not reported"

    def test_a_country_without_reports_has_no_years_and_an_empty_map(self, client, three):
        assert partner_maps.trade_years(three[0]) == []
        page = client.get("/countries/aland/map/?show=trade")
        assert page.status_code == 200
        assert "No reports of trade by the country itself are recorded" in text(page)


class TestMembers:
    def test_members_are_shaded_by_type_and_certainty(self, three):
        body = OrganizationFactory(public=True)
        for country, kind, days in zip(
            three, ("full", "observer", "full"), (("1999", ".."), ("2000", ""), ("2007", "..")),
            strict=True,
        ):  # fmt: skip
            MembershipFactory(
                organization=body, member=country, membership_type=kind, date=days[0],
                until=days[1], published=True,
            )  # fmt: skip
        found = members_map(body, DAY)
        assert rows_of(found) == {
            "aland": (5, 0, "full member", "since 1999"),
            "borduria": (0, 2, "possibly observer", "since 2000; current status unknown"),
            "syldavia": (0, 0, "not on this day", "since 2007"),
        }
        assert legend_of(found) == [
            "full member",
            "observer",
            "possibly, not certainly",
            "not on this day: left before, or joined later",
            "nothing recorded",
        ]

    def test_of_several_memberships_the_one_on_the_day_counts(self, three):
        body = OrganizationFactory(public=True)
        for kind, days in (("observer", ("1999", "2003")), ("full", ("2004", "2008"))):
            MembershipFactory(
                organization=body, member=three[0], membership_type=kind, date=days[0],
                until=days[1], published=True,
            )  # fmt: skip
        assert members_map(body, DAY).rows[0].values["type"] == "full"
        assert members_map(body, date(2001, 1, 1)).rows[0].values["type"] == "observer"


class TestPages:
    @pytest.mark.parametrize("show", ["treaties", "missions", "visits", "trade"])
    def test_each_theme_has_a_page(self, client, base, show):
        page = client.get(f"{MAP}?show={show}")
        assert page.status_code == 200
        found = html.fromstring(text(page))
        (current,) = found.xpath("//nav[@class='themes']//a[@aria-current]")
        assert current.get("href").startswith(f"?show={show}")

    def test_the_map_links_each_country_once_and_the_table_repeats_it(self, client, base):
        page = html.fromstring(text(client.get(f"{MAP}?on=2005-01-01")))
        rows = client.get(f"{MAP}?on=2005-01-01").context["map"].rows
        drawn = page.xpath("//figure//*[local-name()='svg'][1]//a/@href")
        placed = [row.url for row in rows if row.country.iso_numeric]
        assert sorted(drawn) == sorted(placed)
        assert page.xpath("//tbody//th/a/@href") == [row.url for row in rows]

    @pytest.mark.parametrize(
        ("query", "field", "words"),
        [
            ("on=yesterday", "id_on", "Enter a valid date."),
            ("on=2005-02-30", "id_on", "no day 30"),
            ("show=trade&year=1800", "id_year", "1800"),
        ],
    )
    def test_an_invalid_choice_is_explained_at_its_field(self, client, base, query, field, words):
        page = client.get(f"{MAP}?{query}")
        assert page.status_code == 400
        assert words in field_descriptions(page)[field]
        assert "<figure" not in text(page)
        for ending in (".svg", ".csv", ".json"):
            answer = client.get(f"/countries/kazakhstan/map{ending}?{query}")
            assert answer.status_code == 400
            assert words in answer.content.decode()
            assert "<" not in answer.content.decode()

    def test_an_unknown_theme_is_refused(self, client, base):
        page = client.get(f"{MAP}?show=flags")
        assert page.status_code == 400
        assert "flags is not one of the available choices" in text(page)

    def test_a_file_with_unknown_parameters_is_refused(self, client, base):
        page = client.get("/countries/azerbaijan/map.csv?show=trade&on=2005-01-01")
        assert page.status_code == 400
        assert "This file has no filter “on”." in text(page)

    def test_an_unknown_country_is_not_found(self, client, base):
        assert client.get("/countries/nowhere/map/").status_code == 404
        assert client.get("/organizations/nowhere/map.svg").status_code == 404

    def test_an_organization_that_readers_may_not_see_has_no_map(self, client):
        body = OrganizationFactory()
        assert client.get(f"/organizations/{body.slug}/map/").status_code == 404

    def test_country_and_organization_link_to_their_maps(self, client, base):
        assert MAP in text(client.get("/countries/azerbaijan/"))
        assert "/organizations/osce/map/" in text(client.get("/organizations/osce/"))

    def test_a_small_country_is_a_point_and_a_former_state_has_no_outline(self, client, base):
        body = Organization.objects.get(slug="osce")
        for slug in ("malta", "soviet-union"):
            country = Country.objects.get(slug=slug)
            body.memberships.filter(member=country).delete()
            MembershipFactory(
                organization=body, member=country, membership_type="full", date="1980",
                until="1990", published=True,
            )  # fmt: skip
        found = client.get("/organizations/osce/map/?on=1985-01-01")
        page = html.fromstring(text(found))
        assert [name.split(":")[0] for name in page.xpath("//g[@class='points']//a/@aria-label")]
        assert "Malta" in " ".join(page.xpath("//g[@class='points']//a/@aria-label"))
        assert "Soviet Union" in " ".join(page.xpath("//figcaption//p/a/text()"))


class TestFiles:
    def test_a_map_is_below_40_kilobytes(self, base):
        """All countries have a value: the largest map."""
        theme = Theme("Members", "All of them.", (), "possibly", "none")
        rows = [
            Row(
                country,
                place % 90,
                place % 3,
                "possibly full member",
                f"/a/{country.slug}/",
                (),
                {},
            )
            for place, country in enumerate(Country.objects.exclude(iso_numeric=""))
        ]
        found = {"map": value_map(theme, rows), "object": "Body"}
        drawn = render_to_string("charts/_world_map.svg", found)
        assert drawn.count("<a ") > 240
        assert len(gzip.compress(drawn.encode(), 6)) < 40_000

    def test_the_svg_stands_alone(self, client, base):
        response = client.get("/countries/azerbaijan/map.svg?on=2005-01-01")
        assert response["Content-Type"] == "image/svg+xml; charset=utf-8"
        assert "map_azerbaijan_on-2005-01-01_" in response["Content-Disposition"]
        drawn = etree.fromstring(response.content)
        words = " ".join(" ".join(drawn.itertext()).split())
        for part in (
            "Azerbaijan: Treaties in force",
            "1 January 2005",
            "CC0 1.0",
            "Natural Earth (public domain)",
            "http://testserver/countries/azerbaijan/map/?on=2005-01-01",
            "nothing recorded",
        ):
            assert part in words, part
        links = drawn.xpath("//*[local-name()='a']/@href")
        assert all(link.startswith("http://testserver/relations/") for link in links)
        fills = drawn.xpath("//*[local-name()='pattern']/@id")
        used = {fill for fill in drawn.xpath("//@fill") if fill.startswith("url(")}
        assert used <= {f"url(#{name})" for name in fills}

    def test_csv_and_json_have_the_numbers_of_the_table(self, client, base):
        rows = client.get(f"{MAP}?on=2005-01-01").context["map"].rows
        found = json.loads(text(client.get("/countries/azerbaijan/map.json?on=2005-01-01")))
        assert [row["country"] for row in found["items"]] == [row.country.slug for row in rows]
        assert found["items"][0] == {
            "of": "azerbaijan",
            "day": "2005-01-01",
            "country": "kazakhstan",
            "iso3": "KAZ",
            "in_force": rows[0].certain,
            "possibly_in_force": rows[0].values["possibly_in_force"],
            "recorded": rows[0].values["recorded"],
            "url": "http://testserver/relations/azerbaijan-kazakhstan/",
        }
        lines = text(client.get("/countries/azerbaijan/map.csv?on=2005-01-01")).splitlines()
        assert lines[0] == "of,day,country,iso3,in_force,possibly_in_force,recorded,url"
        assert len(lines) == len(rows) + 1


def test_the_page_of_an_organization_groups_its_members_and_folds_long_groups(client):
    body = OrganizationFactory(public=True)
    for number in range(22):
        country = CountryFactory(name_en=f"Land {number:02}")
        MembershipFactory(organization=body, member=country, title=f"{number:02}", date="1999",
                          until="..", published=True)  # fmt: skip
    MembershipFactory(organization=body, date="1999", until="2001", published=True)
    groups = client.get(body.get_absolute_url()).context["members"]
    assert [(row["label"], row["count"], len(row["folded"])) for row in groups] == [
        ("Members today", 22, 2),
        ("Not members today", 1, 0),
    ]
    assert [str(row.member) for row in groups[0]["folded"]] == ["Land 20", "Land 21"]
