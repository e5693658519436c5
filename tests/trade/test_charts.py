"""Charts: what they draw where, and that their files hold the same values."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from charts.plots import BAR_ROW, END_ROW, ENDS, PLOT, TOP, WIDTH
from charts.styles import Style
from relations.pairs import relation_of
from tests.factories import (
    CommodityFactory,
    IndicatorFactory,
    OrganizationFactory,
    SourceFactory,
)
from trade.compositions import composition_charts
from trade.models import Figure
from trade.over_time import pair_charts
from trade.templatetags.figures import in_words

pytestmark = pytest.mark.django_db


@pytest.fixture
def chart(pair):
    """A chart of the pair's page by its key."""

    def of_key(key, choices=frozenset()):
        figures = list(Figure.objects.for_pages().order_by("sort_key", "pk"))
        found = {row.key: row for row in pair_charts(relation_of(*pair), figures, choices)}
        return found[key]

    return of_key


def test_a_missing_year_interrupts_the_line(state, chart):
    source = SourceFactory()
    for year, millions in (("2018", "1"), ("2019", "2"), ("2021", "3"), ("2022", "4")):
        state("exports", millions, source, period=year)
    (line,) = chart("from-aland-usd").plot.lines
    assert line.path.count("M") == 2
    assert line.path.count("L") == 2
    assert [mark.point.when for mark in line.marks] == ["2018", "2019", "2021", "2022"]


def test_each_reporter_has_its_own_line(state, pair, chart):
    source = SourceFactory()
    state("exports", "1", source)
    state("imports", "2", source, reporter_country=pair[1])
    assert [line.label.split(":")[0] for line in chart("from-aland-usd").plot.lines] == [
        pair[0].name_en,
        pair[1].name_en,
    ]


def test_figures_without_a_reporter_have_no_line(state, chart):
    for year in ("2018", "2019"):
        state("exports", "1", SourceFactory(), period=year, reporter_country=None)
    (line,) = chart("from-aland-usd").plot.lines
    assert (line.label.split(":")[0], line.path) == ("Reporter not stated", "")


def test_earlier_vintages_form_a_band_around_the_last(state, chart):
    source = SourceFactory()
    state("exports", "10", source, vintage=date(2024, 1, 1))
    state("exports", "6", source, vintage=date(2025, 1, 1))
    drawing = chart("from-aland-usd").plot
    (line,) = drawing.lines
    assert [mark.point.value for mark in line.marks] == [6_000_000]
    # From six to ten million, the top of the axis.
    assert f",{TOP}.0H" in line.band
    assert line.band.endswith("z")


def test_a_single_value_has_no_band(state, chart):
    state("exports", "10", SourceFactory())
    assert chart("from-aland-usd").plot.lines[0].band == ""


def test_a_range_has_a_band_from_end_to_end(state, chart):
    state("exports", "6", SourceFactory(), qualifier="range", upper=Decimal(10_000_000))
    drawn = chart("from-aland-usd")
    (line,) = drawn.plot.lines
    assert [mark.point.words for mark in line.marks] == ["6–10 million US dollars"]
    assert f",{TOP}.0H" in line.band
    (row,) = drawn.rows()
    assert (row["lowest"], row["highest"]) == ("6000000", "10000000")


@pytest.mark.parametrize(
    "several",
    [
        {"period": "2019", "period_until": "2023"},
        {"period": "2024-01", "period_until": "2024-06"},
        # A single month has no chart; two have.
        {"period": "2024-01"},
        {"period": "2024-40"},
    ],
)
@pytest.mark.parametrize("kind", ["exports", "trade-turnover", "re-exports"])
def test_a_flow_of_another_period_than_a_year_is_on_no_chart(
    state, pair, indicators, several, kind
):
    state(kind, "5", SourceFactory(), **several)
    figures = list(Figure.objects.for_pages())
    assert len(figures) == 1
    assert pair_charts(relation_of(*pair), figures, set()) == []


@pytest.mark.parametrize("kind", ["exports", "trade-turnover", "re-exports"])
def test_a_flow_of_a_whole_year_is_on_a_chart(state, pair, kind):
    state(kind, "5", SourceFactory(), period="2024")
    charts = pair_charts(relation_of(*pair), list(Figure.objects.for_pages()), set())
    assert [point.when for _kind, _label, point in charts[0].points()] == ["2024"]


def test_a_stock_over_a_span_is_on_no_chart(state, pair, indicators):
    indicators["investment-stock"] = IndicatorFactory(slug="investment-stock", measure="stock")
    state("investment-stock", "5", SourceFactory(), period="2019", period_until="2023")
    assert pair_charts(relation_of(*pair), list(Figure.objects.for_pages()), set()) == []


def test_a_currency_and_its_successor_have_separate_charts(state, pair):
    source = SourceFactory()
    state("trade-turnover", "5000", source, unit="AZM", period="2005")
    state("trade-turnover", "1", source, unit="AZN", period="2006")
    found = pair_charts(relation_of(*pair), list(Figure.objects.for_pages()), set())
    assert [(row.key, row.unit_words, len(row.lines[0].points)) for row in found] == [
        ("turnover-azm", "Azerbaijani manats (before 2006)", 1),
        ("turnover-azn", "Azerbaijani manats", 1),
    ]


def test_a_target_shows_both_ends_of_its_period(state, chart):
    state("trade-turnover", "10", SourceFactory(), period="2028", period_until="2030",
          status="target")  # fmt: skip
    (row,) = chart("turnover-usd").rows()
    assert (row["period"], row["period_until"], row["kind"]) == ("2028", "2030", "target")
    (mark,) = chart("turnover-usd").plot.targets
    assert mark.words == "2028–2030: 10 million US dollars"


def test_a_target_is_drawn_at_the_edge_and_on_no_line(state, chart):
    source = SourceFactory()
    state("trade-turnover", "5", source)
    state("trade-turnover", "10", source, period="[2024..]", status="target")
    drawing = chart("turnover-usd").plot
    assert [len(line.marks) for line in drawing.lines] == [1]
    (target,) = drawing.targets
    assert (target.x, target.y) == (drawing.right, TOP)
    assert "10 million US dollars" in target.words


def test_each_currency_has_its_own_chart(state, chart, pair):
    source = SourceFactory()
    state("trade-turnover", "5", source)
    state("trade-turnover", "7", source, unit="EUR")
    figures = list(Figure.objects.for_pages())
    keys = [row.key for row in pair_charts(relation_of(*pair), figures, set())]
    assert keys == ["turnover-usd", "turnover-eur"]


def test_stocks_are_points_at_their_latest_possible_day(state, pair, chart, indicators):
    indicators["investment-stock"] = IndicatorFactory(slug="investment-stock", measure="stock")
    source = SourceFactory()
    state("investment-stock", "204", source, period="[..2022-10-26]")
    state("investment-stock", "211", source, period="[..2024-03-05]")
    (line,) = chart("investment-stock-usd").plot.lines
    assert line.path == ""
    assert [mark.point.at for mark in line.marks] == [2022.814, 2024.175]
    assert [mark.point.when for mark in line.marks] == [
        "not later than 26 October 2022", "not later than 5 March 2024",
    ]  # fmt: skip


def test_the_rows_of_a_chart_hold_exact_values(state, pair, chart):
    source = SourceFactory()
    exports = state("exports", "1.5", source)
    imports = state("imports", "2", source, from_country=pair[1], to_country=pair[0])
    (row,) = chart("turnover-usd").rows()
    assert (row["value"], row["kind"], row["period"]) == ("3500000", "computed", "2023")
    assert row["figures"] == [exports.slug, imports.slug]


def test_bar_lengths_are_proportional_to_values(state, pair):
    source = SourceFactory()
    for code, millions in (("27", "4"), ("10", "2")):
        state("exports", millions, source, commodity=CommodityFactory(code=code))
    (chart,) = composition_charts(list(Figure.objects.for_pages()), set())
    first, second = chart.plot.bars
    assert (first.width, second.width, second.y) == (390, 195, TOP + BAR_ROW)
    assert second.url.startswith("/trade/figures/")
    assert chart.key == "goods-exports-from-aland-by-aland-usd"


def test_the_highest_value_is_at_the_top_and_zero_at_the_bottom(state, chart):
    source = SourceFactory()
    state("exports", "10", source, period="2020")
    state("exports", "0", source, period="2021")
    high, low = (mark.y for mark in chart("from-aland-usd").plot.lines[0].marks)
    assert (high, low) == (TOP, TOP + PLOT)


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "64.38 million"), ("ru", "64,38 миллиона"), ("az", "64,38 milyon")],
)
def test_large_numbers_are_written_in_the_active_language(language, words):
    with translation.override(language):
        assert in_words(Decimal("64376465")).replace("\xa0", " ") == words


class TestStyles:
    def test_a_country_has_the_same_colour_and_mark_in_every_chart(self, state, pair):
        source = SourceFactory()
        for seller, buyer in (pair, pair[::-1]):
            state(
                "exports",
                "5",
                source,
                from_country=seller,
                to_country=buyer,
                reporter_country=seller,
            )
            state("imports", "6", source, from_country=seller, to_country=buyer,
                  reporter_country=buyer)  # fmt: skip
        state("trade-turnover", "9", source, reporter_country=None)
        styles = {}
        for chart in pair_charts(relation_of(*pair), list(Figure.objects.for_pages()), set()):
            for line in chart.lines:
                styles.setdefault(line.reporter, set()).add(line.style)
        assert styles == {"aland": {Style(1, 1)}, "borduria": {Style(2, 2)}, "": {Style(3, 3)}}

    def test_a_flow_has_the_colour_of_its_country_and_the_mark_of_its_reporter(
        self, state, pair, chart, indicators
    ):
        indicators["investment"] = IndicatorFactory(slug="investment", directed=True)
        source = SourceFactory()
        for seller, buyer in (pair, pair[::-1]):
            for reporter in (None, pair[0]):
                state("investment", "5", source, from_country=seller, to_country=buyer,
                      reporter_country=reporter)  # fmt: skip
        found = {
            (line.country, line.reporter): (line.style.colour, line.style.mark)
            for line in chart("investment-usd").lines
        }
        assert found == {
            ("aland", ""): (1, 3),
            ("aland", "aland"): (1, 1),
            ("borduria", ""): (2, 3),
            ("borduria", "aland"): (2, 1),
        }

    def test_lines_of_one_reporter_in_a_chart_differ(self, state, chart):
        source, body = SourceFactory(), OrganizationFactory(slug="un")
        for kind in ("exports", "imports"):
            state(kind, "5", source, reporter_country=None, reporter_organization=body)
        one, other = chart("from-aland-usd").lines
        assert (one.style.mark, one.style.variant) == (other.style.mark, 0)
        assert other.style.variant == 1


class TestMonths:
    def test_months_have_a_chart_of_their_own_with_gaps(self, state, chart):
        source = SourceFactory()
        for month in ("2023-11", "2023-12", "2024-01", "2024-04"):
            state("exports", "5", source, period=month)
        state("exports", "60", source, period="2023")
        drawn = chart("from-aland-by-month-usd")
        (line,) = drawn.plot.lines
        assert [mark.point.when for mark in line.marks] == [
            "November 2023", "December 2023", "January 2024", "April 2024",
        ]  # fmt: skip
        assert (line.path.count("M"), line.path.count("L")) == (1, 2)
        assert [words for _x, words in drawn.plot.x_ticks] == [
            "Nov 2023", "Jan 2024", "Mar 2024", "May 2024",
        ]  # fmt: skip
        # The year is on the yearly chart alone.
        (year,) = chart("from-aland-usd").lines[0].points
        assert year.value == 60_000_000

    def test_monthly_turnovers_have_a_line_for_each_reporter(self, state, pair, chart):
        for reporter in pair:
            for month in ("2024-01", "2024-02"):
                state("trade-turnover", "5", SourceFactory(), period=month,
                      reporter_country=reporter)  # fmt: skip
        lines = chart("turnover-by-month-usd").lines
        assert [(line.reporter, len(line.points)) for line in lines] == [
            ("aland", 2), ("borduria", 2),
        ]  # fmt: skip


class TestShares:
    @pytest.fixture
    def world(self, state, pair):
        def make(millions, source, **more):
            values = {"to_country": None, "to_area": "0", "valuation": "fob"}
            return state("exports", millions, source, **(values | more))

        return make

    def shares(self, pair):
        figures = Figure.objects.for_pages().order_by("sort_key", "pk")
        counted, worlds = figures.filter(excluded=""), figures.filter(excluded="world")
        charts = pair_charts(relation_of(*pair), list(counted), set(), list(worlds))
        (chart,) = [row for row in charts if row.key == "share-of-exports-usd"]
        return {
            (line.reporter, point.when): point.words
            for line in chart.lines
            for point in line.points
        }

    def test_shares_are_of_the_total_that_the_same_source_states(self, state, pair, world):
        source, other = SourceFactory(), SourceFactory()
        for year in ("2020", "2021", "2022"):
            state("exports", "5", source, period=year)
        world("50", source, period="2020")
        world("40", other, period="2021")
        world("20", source, period="2022", commodity=None)
        assert self.shares(pair) == {("aland", "2020"): "10.0 %", ("aland", "2022"): "25.0 %"}

    def test_a_share_of_a_limit_is_a_limit(self, state, pair, world):
        source = SourceFactory()
        state("exports", "5", source, qualifier="more_than")
        world("50", source)
        assert self.shares(pair) == {("aland", "2023"): "more than 10.0 %"}

    def test_a_total_of_the_other_country_is_no_base(self, state, pair, world):
        source = SourceFactory()
        state("exports", "5", source)
        world("50", source, from_country=pair[1], reporter_country=pair[1])
        figures = list(Figure.objects.for_pages().filter(excluded=""))
        worlds = list(Figure.objects.for_pages().filter(excluded="world"))
        charts = pair_charts(relation_of(*pair), figures, set(), worlds)
        assert "share-of-exports-usd" not in [chart.key for chart in charts]


class TestLabelsAtTheEndsOfLines:
    def test_each_line_is_labelled_at_its_last_point(self, state, pair, chart):
        source = SourceFactory()
        for reporter, millions in zip(pair, "89", strict=True):
            state("trade-turnover", millions, source, reporter_country=reporter)
        plot = chart("turnover-usd").plot
        assert [" ".join(words for _y, words in line.end.lines) for line in plot.lines] == [
            line.label for line in plot.lines
        ]
        tops = sorted(line.end.lines[0][0] for line in plot.lines)
        assert tops[1] - tops[0] >= END_ROW
        assert plot.full_width == WIDTH + ENDS

    def test_too_many_lines_have_a_legend_instead(self, state, chart):
        for _number in range(20):
            state("trade-turnover", "5", SourceFactory(), reporter_country=None,
                  reporter_organization=OrganizationFactory())  # fmt: skip
        plot = chart("turnover-usd").plot
        assert [line.end for line in plot.lines] == [None] * 20
        assert (plot.has_ends, plot.full_width) == (False, WIDTH)
