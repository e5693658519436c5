"""The rules that find disagreements between figures."""

from datetime import date
from decimal import Decimal

import pytest

from relations.models import Disagreement, Relation
from tests.factories import CommodityFactory, CountryFactory, IndicatorFactory, SourceFactory
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

    def test_revisions_of_a_classification_are_compared(self, state):
        for revision, millions in (("2012", "5"), ("2017", "7")):
            goods = CommodityFactory(code="27", revision=revision, name=f"Fuels of {revision}")
            state("exports", millions, SourceFactory(), commodity=goods)
        state("exports", "9", SourceFactory(), commodity=CommodityFactory(code="2709"))
        assert found("rival_figures") == [["5 million US dollars", "7 million US dollars"]]

    def test_revisions_that_one_source_gives_are_not_rivals(self, state):
        source = SourceFactory()
        for revision, millions in (("2012", "5"), ("2017", "7")):
            goods = CommodityFactory(code="27", revision=revision)
            state("exports", millions, source, commodity=goods)
        assert found("rival_figures") == []

    @pytest.mark.parametrize(
        ("indicator", "usual", "other"), [("exports", "fob", "cif"), ("imports", "cif", "fob")]
    )
    def test_a_valuation_that_is_not_stated_is_the_usual_one(self, state, indicator, usual, other):
        state(indicator, "5", SourceFactory())
        state(indicator, "6", SourceFactory(), valuation=other)
        assert found("rival_figures") == []
        state(indicator, "7", SourceFactory(), valuation=usual)
        assert found("rival_figures") == [["5 million US dollars", "7 million US dollars"]]

    def test_a_later_edition_that_states_the_valuation_replaces_the_earlier_one(self, state):
        source = SourceFactory()
        state("exports", "5", source, vintage=date(2024, 1, 1))
        state("exports", "7", source, valuation="fob", vintage=date(2025, 1, 1))
        assert found("rival_figures") == []

    def test_a_confirmed_edition_is_compared(self, state):
        source = SourceFactory()
        first = state("exports", "5", source, vintage=date(2020, 1, 1))
        Figure.objects.filter(pk=first.pk).update(confirmed=date(2022, 1, 1))
        state("exports", "7", source, vintage=date(2021, 1, 1))
        state("exports", "7", SourceFactory())
        assert found("rival_figures") == [["5 million US dollars", "7 million US dollars"]]

    def test_only_the_last_vintage_of_a_source_is_compared(self, state):
        source = SourceFactory()
        state("trade-turnover", "598.47", source, vintage=date(2024, 1, 1))
        state("trade-turnover", "529.4", source, vintage=date(2025, 1, 1))
        assert found("rival_figures") == []
        state("trade-turnover", "598.47", SourceFactory())
        assert found("rival_figures") == [["529.4 million US dollars", "598.47 million US dollars"]]

    def test_a_thousand_figures_are_checked_in_a_few_queries(
        self, state, django_assert_max_num_queries
    ):
        first = state("exports", "1", SourceFactory(), period="1000")
        Figure.objects.bulk_create(
            Figure(**row | {"id": None, "slug": f"exports-{year}", "period": str(year)})
            for row in Figure.objects.filter(pk=first.pk).values()
            for year in range(1001, 2000)
        )
        with django_assert_max_num_queries(58):
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

    @pytest.mark.parametrize(
        ("exports", "turnover", "computed"),
        [
            ("more_than", "70", "more than 74000000.0000"),
            ("less_than", "80", "less than 74000000.0000"),
            ("up_to", "80", "up to 74000000.0000"),
            ("exact", "80", "74000000.0000"),
            ("more_than", "80", None),
            ("less_than", "70", None),
            ("about", "99", None),
        ],
    )
    def test_the_sum_of_limits_is_a_limit(self, state, pair, exports, turnover, computed):
        source = SourceFactory()
        state("trade-turnover", turnover, source)
        state("exports", "24", source, qualifier=exports)
        state("imports", "50", source, from_country=pair[1], to_country=pair[0])
        assert [values[-1] for values in found("sum")] == ([computed] if computed else [])


class TestGrowth:
    @pytest.mark.parametrize(
        ("now", "before", "rate", "computed"),
        [
            ("more_than", "exact", "5", "more than 10.0 %"),
            ("more_than", "exact", "15", None),
            ("exact", "more_than", "15", "less than 10.0 %"),
            ("up_to", "exact", "15", "up to 10.0 %"),
            ("more_than", "more_than", "99", None),
            ("about", "exact", "99", None),
        ],
    )
    def test_the_growth_of_limits_is_a_limit(self, state, now, before, rate, computed):
        source = SourceFactory()
        state("trade-turnover", "110.00", source, qualifier=now, scale=0)
        state("trade-turnover", "100.00", source, qualifier=before, period="2022", scale=0)
        state("trade-turnover-growth", 0, source, value=Decimal(rate), unit="percent", scale=0)
        assert [values[-1] for values in found("growth")] == ([computed] if computed else [])

    def test_a_growth_rate_is_compared_with_turnovers_of_its_goods(self, state):
        source, fuels = SourceFactory(), CommodityFactory(code="27")
        for period, millions in (("2022", "100"), ("2023", "110")):
            state("trade-turnover", millions, source, period=period)
            state("trade-turnover", "5", source, period=period, commodity=fuels)
        state("trade-turnover-growth", 0, source, value=Decimal(10), unit="percent", scale=0)
        assert found("growth") == []

    def test_a_growth_rate_of_two_currencies_is_not_compared(self, state):
        source = SourceFactory()
        for unit, last in (("USD", "110"), ("EUR", "200")):
            state("trade-turnover", "100", source, period="2022", unit=unit)
            state("trade-turnover", last, source, unit=unit)
        state("trade-turnover-growth", 0, source, value=Decimal(50), unit="percent", scale=0)
        assert found("growth") == []

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


class TestMagnitudes:
    """Rounded values in millions of dollars; the rule finds one that is far off the others."""

    def of_years(self, state, *millions, **more):
        return [
            state("exports", value, SourceFactory(), period=str(2020 + number), **more)
            for number, value in enumerate(millions)
            if value
        ]

    def off(self):
        rows = Disagreement.objects.present().filter(rule="magnitude")
        return [row.members[0]["value"].rpartition(" (")[0] for row in rows]

    @pytest.mark.parametrize(
        ("millions", "off"),
        [
            (("461.9", "0.4632", "529.4"), ["0.4632 million US dollars"]),
            (("461.9", "463200", "529.4"), ["463,200 million US dollars"]),
            (("598", "0.000598"), ["0.000598 million US dollars"]),
            (("598.47", "0.0001062"), ["0.0001062 million US dollars"]),
            (("598", None, None, "0.6"), ["0.6 million US dollars"]),
            (
                ("461.9", "463.2", "0.5", "530", "0.6"),
                ["0.5 million US dollars", "0.6 million US dollars"],
            ),
            (("461.9", "463.2", "529.4"), []),
            (("10", "100", "900"), []),
            (("10", "0", "10"), []),
            (("598", None, None, None, "0.6"), []),
        ],
    )  # fmt: skip
    def test_a_value_far_off_adjacent_years_is_found(self, state, millions, off):
        self.of_years(state, *millions)
        assert sorted(self.off()) == sorted(off)

    def test_the_finding_has_the_values_beside_it_and_follows_a_correction(self, state):
        _before, wrong, _after = self.of_years(state, "461.9", "0.4632", "529.4")
        (finding,) = Disagreement.objects.present().filter(rule="magnitude")
        assert [row["value"] for row in finding.members] == [
            "0.4632 million US dollars (2021)", "461.9 million US dollars (2020)",
            "529.4 million US dollars (2022)",
        ]  # fmt: skip
        assert finding.title == str(wrong)
        assert finding.get_rule_display() == "a value off by a factor of a thousand or a million"
        Figure.objects.filter(pk=wrong.pk).update(value=Decimal("463200000"))
        publish(Figure.objects.filter(pk=wrong.pk))
        assert self.off() == []

    def test_a_rival_of_the_same_year_is_found(self, state, pair):
        for reporter, value in ((pair[0], "598.47"), (pair[1], "601"), (None, "0.5985")):
            state("exports", value, SourceFactory(), reporter_country=reporter)
        assert self.off() == ["0.5985 million US dollars"]

    @pytest.mark.parametrize(
        "more",
        [
            {"unit": "EUR"},
            {"status": "target"},
            {"period_until": "2024"},
            {"period": "2021-40"},
            {"period": "2021-01"},
            {"period": "2021-03-04"},
            {"period": "[2021..2023]"},
        ],
    )
    def test_values_of_other_units_and_kinds_of_period_are_not_compared(self, state, more):
        state("exports", "598", SourceFactory(), period="2020")
        state("exports", "0.598", SourceFactory(), **({"period": "2021"} | more))
        assert self.off() == []

    def test_the_same_part_of_adjacent_years_is_compared(self, state):
        for year, value in (("2020", "598"), ("2021", "0.598")):
            state("exports", value, SourceFactory(), period=f"{year}-01", period_until=f"{year}-06")
        assert self.off() == ["0.598 million US dollars"]

    @pytest.mark.parametrize(
        "periods",
        [
            ("2024-01", "2024-02", "2024-03"),
            ("2023-11", "2023-12", "2024-01"),
            ("2023-01", "2024-01", "2025-01"),
            ("2023-36", "2024-33", "2024-34"),
            ("2023-41", "2024-40", "2024-41"),
        ],
    )
    def test_months_quarters_and_halves_are_compared_with_those_beside_them(self, state, periods):
        for period, value in zip(periods, ("50", "0.05", "60"), strict=True):
            state("exports", value, SourceFactory(), period=period)
        assert self.off() == ["0.05 million US dollars"]

    def test_stocks_of_any_days_are_compared(self, state, indicators):
        indicators["stock"] = IndicatorFactory(slug="stock", measure="stock")
        state("stock", "204", SourceFactory(), period="[..2022-10-26]")
        state("stock", "0.211", SourceFactory(), period="2023-03")
        state("stock", "220", SourceFactory(), period="2024-01-31")
        state("stock", "240", SourceFactory(), period="2025")
        assert self.off() == ["0.211 million US dollars"]

    def test_rates_and_small_sums_of_money_really_change_a_thousandfold(self, state):
        for year, value in (("2020", "0.1"), ("2021", "100")):
            state("trade-turnover-growth", 0, SourceFactory(), value=Decimal(value),
                  unit="percent", scale=0, period=year)  # fmt: skip
        self.of_years(state, "0.00006", "0.06")
        assert self.off() == []

    @pytest.mark.parametrize(
        ("unit", "factor", "years"),
        [("AZN", 5_000, ("2004", "2006")), ("BYR", 10_000, ("2012", "2013"))],
    )
    def test_values_of_two_denominations_in_one_unit_are_found(self, state, unit, factor, years):
        for year, value in zip(years, (str(100 * factor), "100"), strict=True):
            state("exports", value, SourceFactory(), unit=unit, period=year)
        assert self.off() == [f"100 million {Figure.Unit(unit).label}"]

    def test_a_draft_far_off_the_published_values_gives_a_warning(self, state):
        self.of_years(state, "461.9", None, "529.4")
        (published,) = Figure.objects.filter(period="2020")
        published.pk, published.slug, published.state = None, "draft", "draft"
        published.period, published.value, published.scale = "2021", Decimal("463.2"), 0
        published.locator, published._state.adding = "p1", True
        published.save()
        draft = Figure.objects.get(slug="draft")
        assert draft.warnings() == [
            "Check the scale. It is far from other values: 461.9 million US dollars (2020); "
            "529.4 million US dollars (2022)."
        ]
        draft.value = Decimal("463200000")
        assert draft.warnings() == []
