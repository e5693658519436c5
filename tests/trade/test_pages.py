"""The trade pages: contents, files, number of queries, and invalid requests."""

import json
import re
import struct
from datetime import date
from decimal import Decimal
from html import unescape
from xml.etree import ElementTree

import pytest

from charts.styles import COLOURS
from core.dates import today
from core.exports import with_origin
from relations.models import Country, Disagreement, Relation
from tests.factories import (
    CommodityFactory,
    CountryFactory,
    FigureFactory,
    SourceFactory,
    TradedGoodFactory,
)
from trade.models import Figure, Indicator

pytestmark = pytest.mark.django_db

PAIR = "/trade/azerbaijan-kazakhstan/"
TURNOVER = "/trade/azerbaijan-kazakhstan/charts/turnover-usd"


def text(response) -> str:
    return (response.getvalue() if response.streaming else response.content).decode()


def plain(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text(response)).split())


@pytest.fixture
def reports(base):
    """Both countries' reports of fuels in 2010 and 2015, with world totals, published."""
    source = SourceFactory(slug="statistics", title="Statistics", kind="data_set")
    goods = CommodityFactory(code="27", revision="2007", name="Fuels")
    countries = {row.slug: row for row in Country.objects.all()}
    indicators = {row.slug: row for row in Indicator.objects.all()}

    def report(indicator, seller, buyer, reporter, year, value, **more):
        return FigureFactory(
            indicator=indicators[indicator], from_country=countries[seller],
            to_country=countries.get(buyer), reporter_country=countries[reporter],
            period=year, value=value, commodity=goods, source=source, published=True, **more,
        )  # fmt: skip

    sides = "kazakhstan", "azerbaijan"
    report("exports", *sides, "kazakhstan", "2010", 1000, valuation="fob")
    report("imports", *sides, "azerbaijan", "2010", 1200, valuation="cif")
    report("exports", *sides, "kazakhstan", "2015", 3000)
    report("exports", "kazakhstan", None, "kazakhstan", "2015", 987_654_321, to_area="0")
    report("exports", "kazakhstan", "georgia", "kazakhstan", "2015", 1000)
    return report


class TestPairPage:
    def test_both_turnovers_of_2023_are_shown_with_the_reason_for_the_preference(
        self, client, base
    ):
        response = client.get(PAIR)
        (chart,) = [row for row in response.context["charts"] if row.key == "turnover-usd"]
        told = {
            (line.label, mark.point.when): mark.point.words
            for line in chart.plot.lines
            for mark in line.marks
        }
        assert told["Azerbaijan", "2023"] == "598.47 million US dollars"
        assert told["Kazakhstan", "2023"] == "529.4 million US dollars"
        page = plain(response)
        assert "598.47 million US dollars : one source A historic opportunity" in page
        assert "529.4 million US dollars preferred" in page
        assert "It is given as Kazakhstan’s statistics" in page

    def test_the_pages_of_both_turnovers_say_that_sources_disagree(self, client, base):
        rivals = {
            "trade-turnover-2023-historic-opportunity",
            "trade-turnover-2023-trend-2024-03-05-trade",
        }
        for slug in rivals:
            page = text(client.get(f"/trade/figures/{slug}/"))
            assert "Where sources disagree" in page
            assert {"598.47 million", "529.4 million"} <= set(
                re.findall(r"[0-9.]+ million", page.partition("Where sources disagree")[2])
            )
        shown = client.get("/relations/azerbaijan-kazakhstan/").context["figures"]
        assert rivals == {
            row.slug
            for row in shown.rows
            if row.disputes and row.indicator.slug == "trade-turnover" and str(row.period) == "2023"
        }

    def test_investment_in_both_directions_is_charted(self, client, base):
        response = client.get(PAIR)
        (chart,) = [row for row in response.context["charts"] if "investment-stock" in row.key]
        values = {
            line.label.split(" · ")[0]: sorted(point.value for point in line.points)
            for line in chart.lines
            if "not stated" in line.label
        }
        assert values == {
            "Azerbaijan → Kazakhstan": [Decimal("204000000"), Decimal("211400000")],
            "Kazakhstan → Azerbaijan": [Decimal("100000000"), Decimal("114000000")],
        }

    def test_companies_targets_and_goods_without_a_value_are_shown(self, client, base):
        page = plain(client.get(PAIR))
        for words in (
            "Companies with the other country’s capital",
            "Target, at the right edge: not an actual value",
            "Goods sold: Kazakhstan → Azerbaijan",
            "railway locomotives",
            "first half of 2024",
        ):
            assert words in page, words

    def test_every_point_is_a_labelled_link_to_its_figure(self, client, base):
        response = client.get(PAIR)
        links = re.findall(
            r'<a\s+href="(/trade/figures/[^"]+)"\s+aria-label="([^"]+)"', response.content.decode()
        )
        drawn = [
            point
            for chart in (*response.context["charts"], *response.context["compositions"])
            if not chart.only
            for _kind, _label, point in chart.points()
        ]
        assert len(links) == len(drawn) > 20
        for address, words in links[:5]:
            assert words
            page = client.get(address)
            assert page.status_code == 200
            assert "Sources" in text(page)

    def test_each_chart_has_a_title_a_description_and_a_table(self, client, base):
        response = client.get(PAIR)
        page = text(response)
        every = [*response.context["charts"], *response.context["compositions"]]
        charts = [row for row in every if not row.only]
        for chart in charts:
            assert f'<title id="{chart.key}-title">' in page
            assert f'<desc id="{chart.key}-desc">' in page
        assert page.count("<summary>As a table</summary>") == len(charts) > 5
        assert "style=" not in page

    def test_a_chart_of_one_point_is_shown_as_a_number(self, client, base):
        response = client.get(PAIR)
        page = text(response)
        drawn = [*response.context["charts"], *response.context["compositions"]]
        single = [row for row in drawn if row.only]
        assert "companies-registered-count" in [chart.key for chart in single]
        for chart in single:
            assert f'id="{chart.key}-title"' not in page
            ((_kind, label, _point),) = chart.points()
            words = f"{chart.only.words} {chart.only.when}, {label}"
            assert words in unescape(plain(response)), chart.key

    def test_figures_of_other_periods_than_a_year_are_listed_and_on_no_chart(self, client, base):
        rows = Figure.objects.filter(indicator__slug="documents-signed")
        rows.update(state="draft")
        figure = rows.get()
        for values in (
            {"period": "2019", "period_until": "2023"},
            {"period": "2024-01", "period_until": "2024-06"},
        ):
            FigureFactory(
                indicator=figure.indicator, from_country=figure.from_country, unit="count",
                to_country=figure.to_country, published=True, value=7, locator="p1", **values,
            )  # fmt: skip
        response = client.get(PAIR)
        assert "documents-signed-count" not in [row.key for row in response.context["charts"]]
        page = plain(response)
        assert "January – June 2024" in page
        assert "2019 – 2023" in page

    def test_each_place_shows_both_ends_of_a_period(self, client, base):
        figure = Figure.objects.get(slug="trade-turnover-2024-40-kazinform-2024-08-08")
        figure.period, figure.period_until = "2024-01", "2024-06"
        figure.save()
        words = "January – June 2024"
        page = text(client.get(figure.get_absolute_url()))
        assert re.search(rf"<title>[^<]*, {words}[^<]*</title>", page)
        assert f", {words}</h1>" in page
        for address in ("/relations/azerbaijan-kazakhstan/", PAIR, "/trade/?year=2024"):
            assert words in plain(client.get(address)), address
        for address in (f"{PAIR[:-1]}.csv", "/trade.csv"):
            assert ",2024-01,2024-06," in text(client.get(address)), address
        item = json.loads(text(client.get(f"{figure.get_absolute_url()[:-1]}.json")))
        assert (item["period"], item["period_until"]) == ("2024-01", "2024-06")

    def test_goods_show_both_ends_of_their_period(self, client, base):
        one, other = Country.objects.filter(slug__in=("azerbaijan", "kazakhstan")).order_by("slug")
        TradedGoodFactory(
            from_country=one, to_country=other, name="pears", published=True,
            period="2019", period_until="2023", locator="p1",
        )  # fmt: skip
        assert "pears 2019–2023 ·" in plain(client.get(PAIR))

    def test_a_pair_without_a_total_says_which_goods_it_shows(self, client, state, pair):
        source, fuels = SourceFactory(), CommodityFactory(code="27", name="Fuels")
        values = {"reporter_country": pair[0], "commodity": fuels}
        state("exports", "5", source, **values)
        state("imports", "3", source, from_country=pair[1], to_country=pair[0], **values)
        notice = "this page shows one class of goods: HS 27 Fuels. Choose another one above."
        response = client.get("/trade/aland-borduria/")
        assert notice in plain(response)
        assert [chart.title for chart in response.context["charts"]] == [
            "Turnover in HS 27, by reporter",
            f"HS 27, {pair[0]} → {pair[1]}",
            f"HS 27, {pair[1]} → {pair[0]}",
            "Balance of HS 27, by reporter",
        ]
        (row,) = response.context["charts"][0].rows()
        assert (row["commodity"], row["value"]) == ("HS:27", "8000000")
        assert notice not in plain(client.get("/trade/aland-borduria/?commodity=HS:27"))
        state("exports", "9", source)
        page = client.get("/trade/aland-borduria/")
        assert "one class of goods" not in plain(page)
        assert page.context["charts"][0].title == f"All goods, {pair[0]} → {pair[1]}"

    def test_a_turnover_says_of_which_goods_it_is(self, client, state):
        source = SourceFactory()
        state("trade-turnover", "5", source)
        state("trade-turnover", "2", source, commodity=CommodityFactory(code="27"))
        for address in ("/trade/", "/relations/aland-borduria/"):
            page = plain(client.get(address))
            assert "all goods" in page, address
            assert "HS 27" in page, address
        titles = {str(row) for row in Figure.objects.filter(indicator__slug="trade-turnover")}
        assert {title.partition(",")[0].partition(" (")[2] for title in titles} >= {
            "all goods)",
            "HS 27)",
        }
        dossier = plain(client.get("/relations/aland-borduria/"))
        assert "Turnover in all goods 5 million US dollars" in dossier
        response = client.get("/trade/aland-borduria/")
        assert response.context["charts"][0].title == "Turnover in all goods, by reporter"

    def test_goods_and_year_can_be_chosen(self, client, reports):
        response = client.get(f"{PAIR}?commodity=HS:27&year=2015")
        keys = [row.key for row in response.context["charts"]]
        assert "from-kazakhstan-usd" in keys
        (bars,) = response.context["compositions"]
        assert bars.title == (
            "Exports of goods, Kazakhstan → Azerbaijan, 2015 (reporter: Kazakhstan)"
        )
        ranks = response.context["ranks"]
        assert [(rank.place, rank.partner.slug, rank.year) for rank in ranks][-1] == (
            1,
            "azerbaijan",
            2016,
        )

    def test_reporters_have_one_legend_for_all_charts(self, client, base):
        response = client.get(PAIR)
        names = [name for _style, name in response.context["legend"]]
        assert names[:3] == ["Azerbaijan", "Kazakhstan", "Reporter not stated"]
        styles = {style for style, _name in response.context["legend"]}
        assert len(styles) == len(names)
        assert "In all charts of this page: Azerbaijan Kazakhstan Reporter" in plain(response)

    def test_figures_are_in_one_table_for_each_indicator(self, client, base):
        response = client.get(PAIR)
        page = text(response)
        slugs = [table.indicator.slug for table in response.context["tables"]]
        assert "trade-turnover" in slugs
        assert len(slugs) == len(set(slugs))
        for slug in slugs:
            assert f'id="table-{slug}"' in page
        table = page.partition('id="table-trade-turnover"')[2].partition("</table>")[0]
        assert "/trade/figures/trade-turnover-2023-historic-opportunity/" in table
        assert 'class="dispute' in table

    def test_a_target_for_a_year_is_marked_in_the_table(self, client, state):
        state("trade-turnover", "9", SourceFactory(), period="2030", status="target")
        table = plain(client.get("/trade/aland-borduria/")).partition("Figures by year")[2]
        assert "9 million target" in table

    def test_goods_can_be_compared_with_an_earlier_year(self, client, reports):
        response = client.get(f"{PAIR}?year=2015&since=2010")
        (table,) = response.context["growths"]
        assert [row.label for row in table.rows] == ["27 Fuels"]
        assert "27 Fuels 1,000 3,000 200.0 %" in plain(response)
        later = client.get(f"{PAIR}?year=2010&since=2015")
        assert later.status_code == 400
        assert "Choose a year before 2010, the year of the composition." in plain(later)

    @pytest.mark.parametrize(
        "query", ["commodity=HS:99", "commodity=%00", "year=1850", "year=x", "commodity=Ω:1"]
    )
    @pytest.mark.parametrize("page", ["", "mirror/"])
    def test_an_invalid_choice_is_a_400_with_a_message(self, client, reports, page, query):
        response = client.get(f"{PAIR}{page}?{query}")
        assert response.status_code == 400
        assert 'class="error"' in text(response)

    def test_any_two_countries_have_all_pages(self, client, base):
        for address in ("/", "/mirror/", "/mirror.csv", "/mirror.json", ".json"):
            assert client.get(f"/trade/france-guinea-bissau{address}").status_code == 200

    def test_the_number_of_queries_does_not_grow_with_figures(
        self, client, reports, django_assert_max_num_queries
    ):
        for year in range(1992, 2010):
            reports("exports", "kazakhstan", "azerbaijan", "kazakhstan", str(year), 5)
        with django_assert_max_num_queries(20):
            assert client.get(f"{PAIR}?commodity=HS:27").status_code == 200
        with django_assert_max_num_queries(6):
            assert client.get(f"{PAIR}mirror/").status_code == 200
        with django_assert_max_num_queries(8):
            assert client.get("/trade/partners/kazakhstan/").status_code == 200


class TestChartFiles:
    def test_chart_files_hold_exactly_the_drawn_points(self, client, base):
        response = client.get(PAIR)
        (chart,) = [row for row in response.context["charts"] if row.key == "turnover-usd"]
        items = json.loads(text(client.get(f"{TURNOVER}.json")))["items"]
        assert items == [with_origin(row, "http://testserver") for row in chart.rows()]
        lines = text(client.get(f"{TURNOVER}.csv")).splitlines()
        assert len(lines) == 1 + len(items)
        assert lines[0].startswith(
            "chart,pair,series,commodity,period,period_until,value,value_qualifier,value_upper,unit,kind"
        )

    def test_a_target_is_marked_in_the_file(self, client, base):
        items = json.loads(text(client.get(f"{TURNOVER}.json")))["items"]
        assert [row["value"] for row in items if row["kind"] == "target"] == ["1000000000"]

    def test_the_svg_file_is_self_contained(self, client, base):
        response = client.get(f"{TURNOVER}.svg")
        assert response["Content-Type"] == "image/svg+xml; charset=utf-8"
        root = ElementTree.fromstring(response.content)
        links = [node.get("href") for node in root.iter("{http://www.w3.org/2000/svg}a")]
        assert links[0].startswith("http://testserver/trade/figures/")
        assert "style=" not in text(response)
        assert f'fill="{COLOURS[0]}"' in text(response)

    def test_the_svg_file_says_what_it_shows(self, client, base):
        root = ElementTree.fromstring(client.get(f"{TURNOVER}.svg").content)
        told = " ".join(" ".join(root.itertext()).split())
        for words in (
            "Azerbaijan–Kazakhstan: Turnover in all goods, by reporter",
            "All goods · unit: US dollars · 2019–2023",
            "A historic opportunity (2023)",
            "Data: CC0 1.0. Bilateral relations, http://testserver/trade/azerbaijan-kazakhstan/",
            "downloaded on",
            "Target, at the right edge: not an actual value",
        ):
            assert words in told, words
        terms = {
            node.tag.removeprefix("{http://purl.org/dc/terms/}"): node
            for node in root.iter()
            if "purl.org" in node.tag
        }
        assert terms["temporal"].text == "2019–2023"
        assert list(terms["license"].attrib.values()) == [
            "https://creativecommons.org/publicdomain/zero/1.0/"
        ]

    def test_values_that_are_not_exact_are_named_in_the_file_and_in_its_name(self, client, state):
        state("trade-turnover", "5", SourceFactory(), qualifier="more_than")
        address = "/trade/aland-borduria/charts/turnover-usd.svg"
        response = client.get(address)
        assert ": more than 5 million US dollars." in " ".join(text(response).split())
        assert (
            f'filename="aland-borduria_turnover-usd_all-goods_more-than_{today()}.svg"'
            in response["Content-Disposition"]
        )

    def test_the_name_of_a_file_has_goods_and_year(self, client, reports):
        for key, query, name in (
            ("from-kazakhstan-usd", "commodity=HS:27", "from-kazakhstan-usd_hs-27"),
            (
                "goods-exports-from-kazakhstan-by-kazakhstan-usd", "year=2015",
                "goods-exports-from-kazakhstan-by-kazakhstan-usd_2015",
            ),
        ):  # fmt: skip
            response = client.get(f"{PAIR}charts/{key}.csv?{query}")
            assert (
                f'"azerbaijan-kazakhstan_{name}_{today()}.csv"' in response["Content-Disposition"]
            )

    def test_the_png_is_twice_the_size_of_the_svg(self, client, base):
        response = client.get(f"{TURNOVER}.png")
        assert response["Content-Type"] == "image/png"
        root = ElementTree.fromstring(client.get(f"{TURNOVER}.svg").content)
        size = [2 * int(root.get(name)) for name in ("width", "height")]
        assert list(struct.unpack(">II", response.content[16:24])) == size

    def test_characters_that_xml_does_not_allow_are_left_out(self, client, state):
        goods = CommodityFactory(code="27", name="Start\x01stop & <more>")
        state("exports", "5", SourceFactory(), commodity=goods)
        address = "/trade/aland-borduria/charts/from-aland-usd"
        root = ElementTree.fromstring(client.get(f"{address}.svg").content)
        assert "HS 27 Startstop & <more>" in "".join(root.itertext())
        assert client.get(f"{address}.png").status_code == 200

    def test_a_chart_too_large_for_a_png_is_a_404_that_names_the_svg(
        self, client, base, monkeypatch
    ):
        monkeypatch.setattr("trade.views.LARGEST", 1000)
        response = client.get(f"{TURNOVER}.png")
        assert response.status_code == 404
        assert "Choose the SVG." in text(response)

    def test_svg_numbers_have_a_decimal_point_in_every_language(self, client, base):
        response = client.get(f"{TURNOVER}.svg", headers={"accept-language": "ru"})
        assert not re.search(r'(?:x|y|d)="[^"]*\d,\d+[^\d.,]*\d*,\d+,', text(response))

    @pytest.mark.parametrize(
        "address", ["turnover-usd.pdf", "nothing.csv", "turnover-usd.csv?commodity=HS:99"]
    )
    def test_an_unknown_chart_is_a_404(self, client, base, address):
        assert client.get(f"{PAIR}charts/{address}").status_code == 404

    def test_the_reversed_pair_redirects_with_its_query(self, client, reports):
        response = client.get("/trade/kazakhstan-azerbaijan/mirror/?year=2010")
        assert response["Location"] == f"{PAIR}mirror/?year=2010"


class TestChartPage:
    def test_a_chart_alone_has_the_points_of_the_page_and_all_choices(self, client, reports):
        key, query = "from-kazakhstan-usd", "commodity=HS:27&year=2015"
        page = client.get(f"{PAIR}?{query}")
        address = f"{PAIR}charts/{key}/?commodity=HS%3A27&year=2015"
        assert f'href="{address}"' in text(page).replace("&amp;", "&")
        (drawn,) = [row for row in page.context["charts"] if row.key == key]
        response = client.get(address)
        assert list(response.context["chart"].rows()) == list(drawn.rows())
        assert response.context["chart"].lines[0].style == drawn.lines[0].style
        words = plain(response)
        assert re.search(r"HS 27 Fuels · unit: US dollars · 2010–20\d\d", words), words[:600]
        assert "Statistics (2010, 2015)" in words
        # The address to cite has only the choices on which the chart depends.
        assert f"{PAIR}charts/{key}/?commodity=HS%3A27 (accessed" in words
        assert f'href="{PAIR}charts/{key}.png?commodity=HS%3A27&amp;year=2015"' in text(response)

    def test_a_chart_of_goods_keeps_year_and_bars(self, client, reports):
        key = "goods-exports-from-kazakhstan-by-kazakhstan-usd"
        response = client.get(f"{PAIR}charts/{key}/?bars=50&year=2015")
        assert response.context["chart"].year == 2015
        assert f"{key}.svg?bars=50&amp;year=2015" in text(response)

    @pytest.mark.parametrize("query", ["commodity=HS:99", "year=1850", "bars=7", "since=x"])
    def test_an_invalid_choice_is_a_400_with_a_message(self, client, reports, query):
        response = client.get(f"{PAIR}charts/turnover-usd/?{query}")
        assert response.status_code == 400
        assert 'class="error"' in text(response)

    def test_an_unknown_chart_is_a_404_with_a_message(self, client, base):
        response = client.get(f"{PAIR}charts/nothing/")
        assert response.status_code == 404
        assert "This pair has no such chart." in text(response)

    def test_the_reversed_pair_redirects(self, client, reports):
        response = client.get("/trade/kazakhstan-azerbaijan/charts/turnover-usd/")
        assert response["Location"] == f"{PAIR}charts/turnover-usd/"


class TestMirrorPage:
    def test_the_mirror_shows_both_reports_gap_ratio_and_the_silent_side(self, client, reports):
        page = plain(client.get(f"{PAIR}mirror/?commodity=HS:27"))
        assert "1,000 US dollars, FOB, HS 2007" in page
        assert "1,200 US dollars, CIF, HS 2007" in page
        assert "200 1.20" in page
        assert "one side only: no report is recorded (Azerbaijan)" in page

    def test_the_mirror_file_holds_the_same_values(self, client, reports):
        items = json.loads(text(client.get(f"{PAIR[:-1]}/mirror.json?year=2010")))["items"]
        (row,) = items
        assert (row["exports"], row["imports"], row["gap"], row["ratio"]) == (
            "1000", "1200", "200", "1.2000",
        )  # fmt: skip

    def test_years_and_goods_can_be_chosen(self, client, reports):
        rows = client.get(f"{PAIR}mirror/?commodity=HS:27&year=2015").context["rows"]
        assert [(row.year, row.silent.slug) for row in rows] == [(2015, "azerbaijan")]


class TestPartnersPage:
    def test_the_ranking_states_its_completeness_and_never_adds_world(self, client, reports):
        query = "?flow=exports&year=2015&commodity=HS:27"
        response = client.get(f"/trade/partners/kazakhstan/{query}")
        page = plain(response)
        assert "2 partners are recorded, from: Statistics" in page
        assert "They add up to 4,000." in page
        assert "The country reports 987,654,321 for the whole world" in page
        items = json.loads(text(client.get(f"/trade/partners/kazakhstan.json{query}")))["items"]
        assert [(row["place"], row["partner"], row["value"]) for row in items] == [
            (1, "azerbaijan", "3000"),
            (2, "georgia", "1000"),
        ]
        assert items[0]["world_as_stated"] == "987654321"

    @pytest.mark.parametrize(
        "query", ["flow=love", "flow=a%00b", "year=99999999999999", "commodity=x"]
    )
    def test_an_invalid_choice_is_a_400(self, client, reports, query):
        for address in ("kazakhstan/", "kazakhstan.csv"):
            assert client.get(f"/trade/partners/{address}?{query}").status_code == 400

    def test_a_country_without_reports_says_so(self, client, base):
        page = plain(client.get("/trade/partners/tuvalu/"))
        assert "There is no ranking, because no reports" in page
        assert client.get("/trade/partners/atlantis/").status_code == 404

    def test_the_page_of_a_country_links_to_its_partners(self, client, base):
        assert 'href="/trade/partners/kazakhstan/"' in text(client.get("/countries/kazakhstan/"))


class TestFigurePage:
    def test_an_excluded_figure_says_why(self, client, reports):
        figure = Figure.objects.get(to_area="0")
        page = plain(client.get(figure.get_absolute_url()))
        assert "Excluded from every sum, ranking and comparison: a world total." in page
        assert "Kazakhstan → World" in page

    def test_the_list_can_be_filtered_by_exclusion(self, client, reports):
        for query, count in (("excluded=world", 1), ("excluded=no&commodity=HS:27", 6)):
            response = client.get(f"/trade/?{query}")
            found = response.context["paginator"].count
            assert found == count, query
        assert client.get("/trade/?commodity=fuel").status_code == 400

    def test_the_page_lists_other_vintages_of_the_figure(self, client, reports):
        first, second = (
            reports("exports", "kazakhstan", "azerbaijan", "kazakhstan", "1999", value,
                    vintage=vintage)
            for value, vintage in ((5, date(2001, 1, 1)), (6, date(2002, 1, 1)))
        )  # fmt: skip
        response = client.get(first.get_absolute_url())
        assert [row.slug for row in response.context["others"]] == [second.slug]

    def test_the_day_of_the_last_confirmation_is_shown(self, client, reports):
        figure = Figure.objects.get(to_country__slug="georgia", commodity__code="27")
        assert "Last confirmed" not in plain(client.get(figure.get_absolute_url()))
        Figure.objects.filter(pk=figure.pk).update(confirmed=date(2022, 1, 31))
        assert "Last confirmed 31 January 2022" in plain(client.get(figure.get_absolute_url()))
        stated = json.loads(text(client.get(f"/trade/figures/{figure.slug}.json")))
        assert stated["confirmed"] == "2022-01-31"

    def test_the_file_of_a_figure_has_areas_and_exclusion(self, client, reports):
        figure = Figure.objects.get(to_area="0")
        item = client.get(f"/trade/figures/{figure.slug}.json").json()
        assert (item["to"], item["to_area"], item["excluded_from_sums"]) == (None, "0", "world")


class TestDisputedFigures:
    """Two turnovers of 2023: editors prefer one, and every page marks the other."""

    LOST = "/trade/figures/trade-turnover-2023-historic-opportunity/"

    def marks(self, response) -> dict[str, str]:
        """The mark of each marked row, by the address of its figure."""
        rows = re.findall(r"<tr.*?</tr>", text(response), re.DOTALL)
        marked = {}
        for row in rows:
            words = re.findall(r'class="dispute[^>]*>([^<]+)</a>', row)
            if words:
                marked[re.search(r'href="(/trade/figures/[^"]+)"', row)[1]] = words[0]
        return marked

    def test_the_page_of_a_figure_shows_the_preferred_value_and_the_reason(self, client, base):
        page = plain(client.get(self.LOST))
        assert "598.47 million US dollars another value is preferred" in page
        assert "Where sources disagree" in page
        assert "529.4 million US dollars preferred" in page
        assert "It is given as Kazakhstan’s statistics" in page

    @pytest.mark.parametrize("address", ["/trade/?year=2023", "/relations/azerbaijan-kazakhstan/"])
    def test_rows_of_disputed_figures_are_marked(self, client, base, address):
        found = self.marks(client.get(address))
        assert found[self.LOST] == "another value is preferred"
        assert "preferred; sources disagree" in found.values()

    def test_an_open_disagreement_has_no_preference(self, client, base):
        Disagreement.objects.filter(rule="rival_figures").update(state="undecided")
        assert "598.47 million US dollars sources disagree" in plain(client.get(self.LOST))

    def test_an_undisputed_figure_has_no_mark(self, client, reports):
        figure = Figure.objects.filter(commodity__code="27", period="2010").first()
        page = text(client.get(figure.get_absolute_url()))
        assert 'class="dispute' not in page
        assert 'id="disagreements"' not in page

    def test_a_sum_that_does_not_fit_is_named_as_such(self, client, base):
        Disagreement.objects.filter(key__startswith="rival_figures:trade-turnover|").update(
            rule="sum"
        )
        assert "598.47 million US dollars a total that does not match its parts" in plain(
            client.get(self.LOST)
        )

    def test_the_page_shows_ten_disagreements_and_links_to_all(self, client, base):
        pair = Relation.objects.get(slug="azerbaijan-kazakhstan")
        pair.disagreements.filter(record=None).delete()
        for number in range(12):
            Disagreement.objects.create(
                key=f"rival_figures:{number}", rule="rival_figures", relation=pair,
                title=f"Rivals {number:02}", members=[],
            )  # fmt: skip
        page = text(client.get(PAIR))
        titles = [f"Rivals {number:02}" for number in range(10)]
        assert re.findall(r"Rivals \d+", page) == titles
        assert "/disagreements/?pair=azerbaijan-kazakhstan" in page
        assert "2 more among all disagreements of this pair" in page

    def test_the_list_queries_disagreements_once_for_all_pairs(
        self, client, reports, django_assert_max_num_queries
    ):
        for number in range(20):
            buyer = CountryFactory(name_en=f"Buyer {number}")
            figure = FigureFactory(
                from_country=Country.objects.get(slug="kazakhstan"),
                to_country=buyer,
                published=True,
            )
            Disagreement.objects.create(
                key=f"rival_figures:{number}", rule="rival_figures", title="Rivals",
                relation=Relation.objects.get_or_create_pair(figure.from_country, buyer),
                members=[{"id": f"figure:{figure.slug}"}],
            )  # fmt: skip
        with django_assert_max_num_queries(13):
            response = client.get("/trade/")
        assert list(self.marks(response).values()).count("sources disagree") >= 20


def test_a_source_counts_its_figures_and_links_to_their_list(client, reports):
    response = client.get("/sources/statistics/")
    assert "Cited by: figures (5)" in plain(response)
    assert 'href="/trade/?source=statistics"' in text(response)


def test_directions_have_an_arrow_and_pairs_a_dash(client, base):
    turnover = "/trade/figures/trade-turnover-2023-historic-opportunity/"
    page = plain(client.get(turnover))
    assert (
        "figure · Azerbaijan–Kazakhstan Trade turnover (all goods), Azerbaijan–Kazakhstan" in page
    )
    # Below a directed figure the pair keeps the order of its own page.
    directed = Figure.objects.published().filter(indicator__slug="exports")
    figure = directed.filter(from_country__slug="kazakhstan", to_country__slug="azerbaijan")[0]
    page = plain(client.get(figure.get_absolute_url()))
    assert "figure · Azerbaijan–Kazakhstan Exports of goods, Kazakhstan → Azerbaijan" in page
    for address in (turnover, "/relations/azerbaijan-kazakhstan/", "/trade/", PAIR):
        found = plain(client.get(address))
        assert "Azerbaijan – Kazakhstan" not in found
        assert "Kazakhstan – Azerbaijan" not in found
