"""The rules that find disagreements between figures."""

from datetime import date
from decimal import Decimal

import pytest

from relations.models import Disagreement, Relation
from tests.factories import CountryFactory, SourceFactory
from tests.steps import publish, withdraw
from trade.models import Figure
from trade.rules import interval

pytestmark = pytest.mark.django_db


def found(rule):
    return [
        [member["value"] for member in row.members]
        for row in Disagreement.objects.present().filter(rule=rule)
    ]


@pytest.mark.parametrize(
    ("value", "scale", "qualifier", "low", "high"),
    [
        ("461900000", 6, "exact", "461850000", "461950000"),
        ("73000000", 6, "exact", "72500000", "73500000"),
        ("400000000", 6, "exact", "399500000", "400500000"),
        ("1000000000", 9, "exact", "500000000", "1500000000"),
        ("14.2", 0, "exact", "14.15", "14.25"),
        ("24000000", 6, "more_than", "23500000", None),
        ("24000000", 6, "at_least", "23500000", None),
        ("24000000", 6, "less_than", None, "24500000"),
        ("24000000", 6, "up_to", None, "24500000"),
    ],
)
def test_a_stated_number_covers_all_values_that_round_to_it(value, scale, qualifier, low, high):
    figure = Figure(value=Decimal(value), scale=scale, qualifier=qualifier, unit="USD")
    assert interval(figure) == (low and Decimal(low), high and Decimal(high))


def test_a_range_covers_all_values_that_round_to_one_between_its_ends():
    ends = {"value": Decimal(10_000_000), "upper": Decimal(12_500_000)}
    figure = Figure(**ends, scale=6, qualifier="range", unit="USD")
    assert interval(figure) == (9_950_000, 12_550_000)


def test_a_count_is_not_rounded_unless_it_is_scaled():
    assert interval(Figure(value=Decimal(182), qualifier="exact", unit="count")) == (182, 182)
    rounded = Figure(value=Decimal(90_000), scale=3, qualifier="exact", unit="count")
    assert interval(rounded) == (89_500, 90_500)


def test_an_approximate_number_is_not_compared():
    assert interval(Figure(value=Decimal(90), qualifier="about", unit="count")) is None


class TestRivalFigures:
    def test_different_numbers_of_two_sources_are_rivals(self, state, pair):
        state("trade-turnover", "598.47", SourceFactory())
        state("trade-turnover", "529.4", SourceFactory(), reporter_country=pair[1])
        assert found("rival_figures") == [["598.47 million US dollars", "529.4 million US dollars"]]

    def test_a_rounded_number_agrees_with_the_exact_one(self, state):
        state("trade-turnover", "461.9", SourceFactory())
        state("trade-turnover", "462", SourceFactory())
        assert found("rival_figures") == []

    @pytest.mark.parametrize(
        "other", [{"period": "2022"}, {"status": "target"}, {"valuation": "cif"}, {"unit": "EUR"}]
    )
    def test_figures_of_different_series_or_periods_are_not_rivals(self, state, other):
        state("trade-turnover", "598.47", SourceFactory())
        state("trade-turnover", "529.4", SourceFactory(), **other)
        assert found("rival_figures") == []

    @pytest.mark.parametrize(
        ("qualifier", "upper", "fits"),
        [
            ("range", 12, True),
            ("range", 11, False),
            ("up_to", None, False),
            ("less_than", None, False),
            ("more_than", None, True),
        ],
    )
    def test_a_number_outside_the_limits_of_another_is_its_rival(
        self, state, qualifier, upper, fits
    ):
        state("exports", "12.2", SourceFactory())
        ends = {"upper": Decimal(upper) * 1_000_000} if upper else {}
        state("exports", "10", SourceFactory(), qualifier=qualifier, **ends)
        assert len(found("rival_figures")) == (0 if fits else 1)

    def test_limits_of_one_side_only_are_no_rivals(self, state):
        for value in ("10", "20"):
            state("exports", value, SourceFactory(), qualifier="up_to")
        assert found("rival_figures") == []

    def test_only_the_last_vintage_of_a_source_is_compared(self, state):
        source = SourceFactory()
        state("trade-turnover", "598.47", source, vintage=date(2024, 1, 1))
        state("trade-turnover", "529.4", source, vintage=date(2025, 1, 1))
        assert found("rival_figures") == []
        state("trade-turnover", "598.47", SourceFactory())
        assert found("rival_figures") == [["529.4 million US dollars", "598.47 million US dollars"]]

    def test_a_thousand_figures_are_checked_in_a_few_queries(
        self, state, django_assert_num_queries
    ):
        first = state("exports", "1", SourceFactory(), period="1000")
        Figure.objects.bulk_create(
            Figure(**row | {"id": None, "slug": f"exports-{year}", "period": str(year)})
            for row in Figure.objects.filter(pk=first.pk).values()
            for year in range(1001, 2000)
        )
        with django_assert_num_queries(13):
            publish(Figure.objects)
        assert Figure.objects.published().count() == 1000

    def test_withdrawing_a_rival_removes_the_disagreement(self, state):
        state("trade-turnover", "598.47", SourceFactory())
        other = state("trade-turnover", "529.4", SourceFactory())
        withdraw(Figure.objects.filter(pk=other.pk))
        assert found("rival_figures") == []


class TestManyPairs:
    def test_only_a_pair_with_a_finding_gets_a_relation(self, state, pair):
        state("trade-turnover", "10", SourceFactory())
        assert Relation.objects.count() == 0
        state("trade-turnover", "20", SourceFactory())
        assert Relation.objects.get().slug == "aland-borduria"

    def test_figures_of_different_pairs_are_not_compared(self, state, pair):
        third = CountryFactory(slug="syldavia")
        state("exports", "10", SourceFactory())
        state("exports", "20", SourceFactory(), to_country=third)
        state("exports", "30", SourceFactory(), from_country=third, to_country=pair[1])
        publish(Figure.objects)
        assert found("rival_figures") == []

    def test_figures_excluded_from_sums_are_not_compared(self, state, pair, indicators):
        for value in ("10", "20"):
            state("exports", value, SourceFactory(), to_country=None, to_area="0")
            state("re-exports", value, SourceFactory())
        assert found("rival_figures") == []


class TestSums:
    @pytest.mark.parametrize(("imports", "fits"), [("73", True), ("74", False)])
    def test_a_turnover_must_be_the_sum_of_its_parts_within_rounding(
        self, state, pair, imports, fits
    ):
        source = SourceFactory()
        state("trade-turnover", "529.4", source)
        state("exports", "456.3", source)
        state("imports", imports, source, from_country=pair[1], to_country=pair[0])
        assert found("sum") == (
            []
            if fits
            else [
                [
                    "529.4 million US dollars",
                    "456.3 million US dollars",
                    "74 million US dollars",
                    "530300000.0000",
                ]
            ]
        )

    def test_parts_of_another_source_are_not_added(self, state, pair):
        state("trade-turnover", "529.4", SourceFactory())
        state("exports", "1", SourceFactory())
        state("imports", "1", SourceFactory(), from_country=pair[1], to_country=pair[0])
        assert found("sum") == []

    def test_more_than_allows_a_larger_sum(self, state, pair):
        source = SourceFactory()
        state("trade-turnover", "229.6", source)
        state("exports", "24", source, qualifier="more_than")
        state("imports", "205", source, from_country=pair[1], to_country=pair[0])
        assert found("sum") == []


class TestGrowth:
    def test_the_growth_of_a_part_of_a_year_is_not_compared_with_years(self, state):
        source = SourceFactory()
        state("trade-turnover", "463.3", source, period="2022")
        state("trade-turnover", "529.4", source)
        more = {"value": Decimal("80"), "unit": "percent", "scale": 0}
        state("trade-turnover-growth", 0, source, period="2023-40", **more)
        state("trade-turnover-growth", 0, source, period_until="2025", **more)
        assert found("growth") == []

    @pytest.mark.parametrize(("rate", "fits"), [("14.2", True), ("14.3", True), ("15.1", False)])
    def test_a_growth_rate_must_fit_its_two_years_within_rounding(self, state, rate, fits):
        source = SourceFactory()
        state("trade-turnover", "463.3", source, period="2022")
        state("trade-turnover", "529.4", source)
        state("trade-turnover-growth", 0, source, value=Decimal(rate), unit="percent", scale=0)
        assert found("growth") == (
            []
            if fits
            else [
                ["15.1 per cent", "529.4 million US dollars", "463.3 million US dollars", "14.3 %"]
            ]
        )
