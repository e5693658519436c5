"""Rankings of partners: what they sum, what they exclude, and how complete they are."""

import json
from decimal import Decimal

import pytest

from portal.gaps import known_gaps
from relations.decisions import NONE, decide
from relations.models import Disagreement, Relation
from tests.factories import CommodityFactory, CountryFactory, FigureFactory, SourceFactory
from trade.goods import Goods
from trade.quantities import Quantity
from trade.rankings import place, ranking, reports, years

pytestmark = pytest.mark.django_db

ALL = Goods()


def ranked(pair, flow="exports", year=2023, goods=ALL):
    return ranking(pair[0], flow, year, goods)


def places(found):
    return [(row.place, row.partner.slug, row.observation.value) for row in found.rows]


def test_partners_are_ranked_with_their_shares(state, pair):
    source, third = SourceFactory(), CountryFactory(slug="syldavia")
    state("exports", "1", source)
    state("exports", "3", source, to_country=third)
    found = ranked(pair)
    assert places(found) == [(1, "syldavia", 3_000_000), (2, "borduria", 1_000_000)]
    assert [row.share.value for row in found.rows] == [Decimal("75"), Decimal("25")]
    assert found.sources == (source,)
    assert place(pair[1], pair[0], "exports", 2023, ALL) == (2, 2)
    assert place(pair[0], pair[0], "exports", 2023, ALL) is None


def test_sums_and_shares_have_the_qualifier_that_follows(client, state, pair):
    source, third = SourceFactory(), CountryFactory(slug="syldavia")
    state("exports", "3", source)
    state("exports", "1", source, to_country=third, qualifier="more_than")
    state("exports", "8", source, to_country=None, to_area="0")
    found = ranked(pair)
    assert found.total == Quantity(Decimal("4000000"), "more_than")
    assert found.complete == Quantity(Decimal("50"), "more_than")
    assert [row.share for row in found.rows] == [Quantity(Decimal("75"), "less_than"), None]
    page = client.get("/trade/partners/aland/").content.decode()
    for words in (
        "They add up to more than 4,000,000.",
        "These partners make up more than 50.0 % of it.",
        "less than 75.0 %",
        "more than 1,000,000",
    ):
        assert words in " ".join(page.replace("\n", " ").split()), words
    items = json.loads(client.get("/trade/partners/aland.json").getvalue())["items"]
    assert [(row["share_of_partners"], row["share_of_partners_qualifier"]) for row in items] == [
        ("75.0000", "less_than"),
        ("", ""),
    ]
    assert (items[0]["sum_of_partners"], items[0]["sum_of_partners_qualifier"]) == (
        "4000000",
        "more_than",
    )


def test_a_ranking_without_a_sum_says_so(client, state, pair):
    source, third = SourceFactory(), CountryFactory(slug="syldavia")
    state("exports", "3", source, qualifier="about")
    state("exports", "1", source, to_country=third, qualifier="more_than")
    assert (ranked(pair).total, ranked(pair).complete) == (None, None)
    page = client.get("/trade/partners/aland/").content.decode()
    assert "They have no sum, because some of them are only limits or approximate." in page


def test_drafts_are_not_ranked(state, pair, indicators):
    FigureFactory(
        indicator=indicators["exports"], from_country=pair[0], to_country=pair[1],
        reporter_country=pair[0],
    )  # fmt: skip
    assert ranked(pair).rows == ()
    assert years(reports(pair[0], "exports")) == []


def test_equal_partners_share_a_place(state, pair):
    source = SourceFactory()
    for slug in ("x", "y"):
        state("exports", "2", source, to_country=CountryFactory(slug=slug, name_en=slug))
    state("exports", "1", source)
    assert [place for place, _partner, _value in places(ranked(pair))] == [1, 1, 3]


def test_the_total_excludes_world_and_other_areas(state, pair):
    """World is a hundred times the partner, so it would show in any sum."""
    source = SourceFactory()
    state("exports", "1", source)
    state("exports", "100", source, to_country=None, to_area="0")
    state("exports", "50", source, to_country=None, to_area="899")
    state("exports", "25", source, to_country=pair[0])
    state("re-exports", "10", source)
    found = ranked(pair)
    assert places(found) == [(1, "borduria", 1_000_000)]
    assert (found.total.value, found.rows[0].share.value) == (1_000_000, 100)
    assert (found.world.value, found.complete.value) == (100_000_000, 1)
    assert found.areas == 2


def test_completeness_is_unknown_without_a_world_total(state, pair):
    state("exports", "1", SourceFactory())
    assert ranked(pair).complete is None


def test_only_reports_of_the_country_itself_count(state, pair):
    source = SourceFactory()
    state("imports", "9", source, reporter_country=pair[1])
    state("exports", "8", source, reporter_country=pair[1])
    state("exports", "7", source, reporter_country=None)
    assert ranked(pair).rows == ()


@pytest.mark.parametrize(
    "other",
    [{"unit": "EUR"}, {"status": "target"}, {"period": "2022"}, {"period": "2023-40"}],
)
def test_other_currencies_years_and_targets_are_excluded(state, pair, other):
    state("exports", "9", SourceFactory(), **other)
    assert ranked(pair).rows == ()


def test_a_partner_reported_repeatedly_counts_once(state, pair):
    source = SourceFactory()
    for revision in ("2002", "2007"):
        goods = CommodityFactory(code="27", revision=revision)
        state("exports", "9", source, commodity=goods)
    state("exports", "4", source)
    assert ranked(pair, goods=Goods("HS", "27")).total.value == 9_000_000
    assert ranked(pair).total.value == 4_000_000


def test_imports_are_ranked_by_origin(state, pair):
    state("imports", "2", SourceFactory(), from_country=pair[1], to_country=pair[0])
    assert places(ranked(pair, "imports")) == [(1, "borduria", 2_000_000)]
    assert ranked(pair).rows == ()


def test_years_come_from_the_countrys_own_reports(state, pair):
    source = SourceFactory()
    for period in ("2020", "2022~", "2021-40"):
        state("exports", "2", source, period=period)
    state("exports", "2", source, period="2019", to_country=None, to_area="0")
    assert years(reports(pair[0], "exports")) == [2022, 2020]


def test_the_page_selects_the_first_goods_of_the_year(client, state, pair):
    """For 2023 all goods are loaded, for 2015 only one class."""
    source = SourceFactory()
    state("exports", "5", source)
    fuels = CommodityFactory(classification="HS", revision="2012", code="27", name="Fuels")
    state("exports", "1", source, period="2015", commodity=fuels)
    for year, label in (("2023", "All goods"), ("2015", "HS 27")):
        response = client.get("/trade/partners/aland/", {"year": year})
        assert response.context["goods"].label == label
        assert len(response.context["ranking"].rows) == 1
        notice = "this page shows one class of goods: HS 27 Fuels."
        assert (notice in " ".join(response.content.decode().split())) == (year == "2015")
        assert ('<option value="HS:27" selected>' in response.content.decode()) == (year == "2015")
        item = json.loads(client.get(f"/trade/partners/aland.json?year={year}").getvalue())
        assert item["items"][0]["commodity"] == str(response.context["goods"])
    response = client.get("/trade/partners/aland/?year=2015&commodity=HS:27")
    assert "one class of goods" not in response.content.decode()


def test_ranking_and_mirror_use_the_figure_that_editors_prefer(client, state, pair):
    small, large = (state("exports", value, SourceFactory()) for value in ("2", "9"))
    decided = Disagreement.objects.get(rule="rival_figures")
    assert [row.observation.value for row in ranked(pair).rows] == [2_000_000]
    decide(decided, f"figure:{large.slug}", "By the yearbook")
    assert [row.observation.figure for row in ranked(pair).rows] == [large]
    mirror = json.loads(client.get("/trade/aland-borduria/mirror.json").getvalue())["items"]
    assert [row["exports"] for row in mirror] == ["9000000"]
    assert small.pk < large.pk
    decide(decided, NONE, "Both are estimates")
    assert [row.observation.figure for row in ranked(pair).rows] == [small]
    page = client.get(large.get_absolute_url()).content.decode()
    assert "The editors prefer none of these values." in page
    assert "preferred: 9 million US dollars · By the yearbook" in page
    page = client.get("/trade/").content.decode()
    assert page.count("sources disagree; none is preferred") == 2


class TestTargets:
    """A target for 2030 beside a figure of 2023."""

    @pytest.fixture(autouse=True)
    def target(self, state, pair):
        state("exports", "5", SourceFactory())
        state("exports", "9", SourceFactory(), period="2030", status="target")

    def test_a_ranking_opens_at_the_last_year_with_a_report(self, client, pair):
        assert years(reports(pair[0], "exports")) == [2023]
        found = client.get("/trade/partners/aland/").context["ranking"]
        assert (found.year, len(found.rows)) == (2023, 1)

    def test_the_page_of_the_pair_has_the_rank_of_the_last_reported_year(self, client):
        (rank,) = client.get("/trade/aland-borduria/").context["ranks"]
        assert (rank.year, rank.place) == (2023, 1)

    @pytest.mark.parametrize("page", ["", "mirror/"])
    def test_the_year_of_a_target_is_not_offered(self, client, state, page):
        goods = CommodityFactory()
        for period, status in (("2023", "final"), ("2030", "target")):
            state("imports", "1", SourceFactory(), period=period, status=status, commodity=goods)
        form = client.get(f"/trade/aland-borduria/{page}").context["form"]
        assert form.fields["year"].choices == [(2023, "2023")]

    def test_years_before_a_target_are_not_gaps(self, pair):
        kinds = [gap.kind for gap in known_gaps(Relation.objects.get_or_create_pair(*pair), [], [])]
        assert "years" not in kinds


class TestGapsOfYears:
    """A figure of several years is of none of them; one of a part of a year is no whole year."""

    def gaps(self, pair):
        found = known_gaps(Relation.objects.get_or_create_pair(*pair), [], [])
        return {gap.kind: list(gap.items) for gap in found}

    def test_a_figure_of_several_years_fills_no_gap(self, state, pair):
        for values in ({"period": "2018"}, {"period": "2019", "period_until": "2021"}):
            state("exports", "5", SourceFactory(), **values)
        state("exports", "5", SourceFactory(), period="2022")
        assert self.gaps(pair)["years"] == ["2019–21"]

    @pytest.mark.parametrize("more", [{"period": "2024-40"}, {"period_until": "2024"}])
    def test_the_turnover_of_another_period_is_not_that_of_a_year(self, state, pair, more):
        state("trade-turnover", "5", SourceFactory(), **more)
        assert "one_sided" not in self.gaps(pair)
        state("trade-turnover", "5", SourceFactory(), period="2023", reporter_country=pair[1])
        assert self.gaps(pair)["one_sided"] == ["2023"]
