"""Values derived from the figures of one reporter: turnover, balance, growth, shares."""

from datetime import date
from decimal import Decimal

import pytest

from tests.factories import CommodityFactory, SourceFactory
from tests.trade.conftest import observed_values
from trade.balance import balances, composition, growth, observation, turnovers
from trade.models import Figure
from trade.quantities import Quantity

pytestmark = pytest.mark.django_db


def figures():
    return list(Figure.objects.for_pages().order_by("pk"))


class TestTurnover:
    def test_turnover_adds_exports_and_imports_of_one_reporter_and_source(self, state, pair):
        one, other = pair
        source = SourceFactory()
        state("exports", "0.1", source)
        state("imports", "0.2", source, from_country=other, to_country=one)
        found = turnovers(figures())
        assert observed_values(found) == {"aland": {2023: Decimal("300000")}}
        assert found["aland"][2023].computed

    def test_turnover_never_mixes_reporters_sources_or_years(self, state, pair):
        one, other = pair
        source = SourceFactory()
        state("exports", "1", source)
        state("exports", "2", source, from_country=other, to_country=one, reporter_country=other)
        state("imports", "3", SourceFactory(), from_country=other, to_country=one)
        state("imports", "4", source, from_country=other, to_country=one, period="2022")
        assert turnovers(figures()) == {}
        assert balances(figures()) == {}

    def test_a_stated_turnover_takes_precedence_over_a_computed_one(self, state, pair):
        source = SourceFactory()
        state("exports", "1", source)
        state("imports", "2", source, from_country=pair[1], to_country=pair[0])
        state("trade-turnover", "4", source)
        found = turnovers(figures())["aland"][2023]
        assert (found.value, found.computed) == (Decimal("4000000"), False)

    def test_the_newest_source_of_a_computed_turnover_counts(self, state, pair):
        for year, millions in (("2025", "5"), ("2024", "1")):
            source = SourceFactory(date=year)
            state("exports", millions, source)
            state("imports", "1", source, from_country=pair[1], to_country=pair[0])
        assert observed_values(turnovers(figures())) == {"aland": {2023: Decimal("6000000")}}

    @pytest.mark.parametrize(
        ("first", "later"),
        [({"kind": "statistics"}, {"kind": "news"}), ({"grade": "primary"}, {"grade": "tertiary"})],
    )
    def test_a_later_source_further_from_the_events_does_not_change_a_computed_turnover(
        self, state, pair, first, later
    ):
        for year, millions, source in (("2024", "1", first), ("2025", "5", later)):
            source = SourceFactory(date=year, **source)
            state("exports", millions, source)
            state("imports", "1", source, from_country=pair[1], to_country=pair[0])
        assert observed_values(turnovers(figures())) == {"aland": {2023: Decimal("2000000")}}

    def test_a_later_rounded_pair_of_numbers_does_not_change_a_computed_balance(self, state, pair):
        back = {"from_country": pair[1], "to_country": pair[0]}
        for year, exports, imports in (("2024", "88.372", "50.5"), ("2025", "88.3", "50.5")):
            source = SourceFactory(date=year)
            state("exports", exports, source)
            state("imports", imports, source, **back)
        assert observed_values(balances(figures())) == {"aland": {2023: Decimal("37872000")}}

    def test_a_balance_is_computed_from_the_source_that_editors_prefer(self, state, pair):
        back = {"from_country": pair[1], "to_country": pair[0]}
        chosen = []
        for year, millions in (("2024", "3"), ("2025", "7")):
            source = SourceFactory(date=year)
            chosen.append(state("exports", millions, source).slug)
            state("imports", "1", source, **back)
        assert observed_values(balances(figures(), {chosen[0]})) == {
            "aland": {2023: Decimal("2000000")}
        }

    def test_half_years_targets_and_mirrored_reports_are_excluded(self, state, pair):
        source = SourceFactory()
        state("trade-turnover", "1", source, period="2023-40")
        state("trade-turnover", "2", source, status="target")
        state("exports", "3", source, reporter_country=pair[1])
        state("imports", "4", source, reporter_country=pair[1], from_country=pair[1],
              to_country=pair[0])  # fmt: skip
        assert turnovers(figures()) == {}


def test_a_balance_is_exports_minus_imports_of_the_reporter(state, pair):
    source = SourceFactory()
    state("exports", "0.1", source)
    state("imports", "0.3", source, from_country=pair[1], to_country=pair[0])
    assert observed_values(balances(figures())) == {"aland": {2023: Decimal("-200000")}}


class TestQualifiers:
    @pytest.fixture
    def both(self, state, pair):
        source = SourceFactory()
        back = {"from_country": pair[1], "to_country": pair[0]}

        def make(exports, imports, period="2023"):
            for slug, qualifier, millions, sides in (
                ("exports", exports, "100", {}),
                ("imports", imports, "50", back),
            ):
                state(slug, millions, source, qualifier=qualifier, period=period, **sides)

        return make

    @pytest.mark.parametrize(
        ("exports", "imports", "balance", "turnover"),
        [
            ("exact", "more_than", "less than 50 million", "more than 150 million"),
            ("more_than", "exact", "more than 50 million", "more than 150 million"),
            ("more_than", "more_than", None, "more than 150 million"),
            ("about", "exact", "about 50 million", "about 150 million"),
            ("about", "more_than", None, None),
            ("up_to", "exact", "up to 50 million", "up to 150 million"),
            ("exact", "less_than", "more than 50 million", "less than 150 million"),
            ("exact", "at_least", "up to 50 million", "at least 150 million"),
        ],
    )
    def test_computed_values_have_the_qualifier_that_follows(
        self, both, exports, imports, balance, turnover
    ):
        both(exports, imports)
        for found, words in ((balances, balance), (turnovers, turnover)):
            points = found(figures()).get("aland", {}).values()
            assert [point.words for point in points] == ([f"{words} US dollars"] if words else [])

    def test_a_range_is_drawn_from_end_to_end(self, state, pair):
        source = SourceFactory()
        upper = Decimal(120_000_000)
        state("exports", "100", source, qualifier="range", upper=upper)
        state("imports", "50", source, from_country=pair[1], to_country=pair[0])
        point = balances(figures())["aland"][2023]
        assert (point.value, point.low, point.high) == (50_000_000, 50_000_000, 70_000_000)
        assert point.words == "50 million–70 million US dollars"

    def test_there_is_no_growth_between_two_limits(self, state):
        source = SourceFactory()
        for year, qualifier in (("2021", "more_than"), ("2022", "more_than"), ("2023", "exact")):
            state("trade-turnover", "50", source, period=year, qualifier=qualifier)
        assert growth(turnovers(figures())["aland"]) == {2023: Quantity(Decimal(), "less_than")}

    def test_a_share_of_a_limit_is_a_limit(self, state):
        source = SourceFactory()
        state("exports", "3", source, commodity=CommodityFactory(code="27"), qualifier="more_than")
        state("exports", "8", source)
        ((part,), _total) = composition(figures())
        assert part.share == Quantity(Decimal("37.5"), "more_than")


class TestGrowth:
    def test_growth_compares_with_the_previous_year_of_the_same_source(self, state):
        source = SourceFactory()
        for year, millions in (("2020", "4"), ("2021", "5"), ("2023", "6")):
            state("trade-turnover", millions, source, period=year)
        assert growth(turnovers(figures())["aland"]) == {2021: Quantity(Decimal("25"))}

    def test_there_is_no_growth_between_two_sources(self, state):
        state("trade-turnover", "4", SourceFactory(), period="2020")
        state("trade-turnover", "5", SourceFactory(), period="2021")
        assert growth(turnovers(figures())["aland"]) == {}

    def test_there_is_no_growth_from_zero(self, state):
        source = SourceFactory()
        state("trade-turnover", "0", source, period="2020")
        state("trade-turnover", "5", source, period="2021")
        assert growth(turnovers(figures())["aland"]) == {}


class TestObservation:
    def test_the_last_vintage_counts_and_the_band_covers_all(self, state):
        source = SourceFactory()
        state("exports", "5", source, vintage=date(2024, 1, 1))
        state("exports", "3", source, vintage=date(2025, 1, 1))
        state("exports", "4", source, vintage=date(2024, 6, 1))
        found = observation(figures())
        assert (found.value, found.low, found.high) == (3_000_000, 3_000_000, 5_000_000)
        assert len(found.all) == 3

    def test_the_figure_that_editors_prefer_comes_first(self, state):
        state("exports", "5", SourceFactory(date="2024"), status="final")
        chosen = state("exports", "3", SourceFactory(date="2020"), qualifier="about")
        assert observation(figures(), {chosen.slug}).figure == chosen

    @pytest.mark.parametrize(
        ("better", "worse"),
        [
            ({"status": "final"}, {"status": "provisional"}),
            ({"status": "revised"}, {"status": "provisional"}),
            ({}, {"qualifier": "about"}),
            ({"valuation": "fob"}, {}),
        ],
    )
    def test_the_firmer_figure_comes_first(self, state, better, worse):
        source = SourceFactory(date="2020")
        firm = state("exports", "5", source, **better)
        state("exports", "3", SourceFactory(date="2024"), **worse)
        assert observation(figures()).figure == firm

    @pytest.mark.parametrize(
        ("closer", "further"),
        [
            ({"kind": "statistics"}, {"kind": "news"}),
            ({"kind": "data_set"}, {"kind": "encyclopedia"}),
            ({"kind": "news"}, {"kind": "op_ed"}),
            ({"grade": "primary"}, {"grade": "secondary"}),
            ({"kind": "data_set", "grade": "tertiary"}, {"kind": "news", "grade": "secondary"}),
            ({"kind": "news", "grade": "primary"}, {"kind": "news"}),
        ],
    )
    def test_a_later_source_further_from_the_events_does_not_replace_a_closer_one(
        self, state, closer, further
    ):
        first = state("exports", "5.1", SourceFactory(date="2020", **closer))
        state("exports", "3.2", SourceFactory(date="2024", **further), status="final")
        assert observation(figures()).figure == first

    @pytest.mark.parametrize(
        ("precise", "later", "scale", "replaces"),
        [
            ("88372807.36", "88300000", 6, False),  # cut off
            ("88372807.36", "88400000", 6, False),  # rounded
            ("88372807.36", "88300000", 0, False),  # written out in full
            ("88372807.36", "88000000", 6, False),
            ("88372807.36", "88500000", 6, True),
            ("88372807.36", "90000000", 0, True),
            ("88372807.36", "88372808.36", 0, True),
            ("108", "110", 0, True),
        ],
    )
    def test_a_later_rounded_number_does_not_replace_a_precise_one(
        self, state, precise, later, scale, replaces
    ):
        first = state("exports", 0, SourceFactory(date="2020"), value=Decimal(precise), scale=0)
        last = state("exports", 0, SourceFactory(date="2024"), value=Decimal(later), scale=scale)
        assert observation(figures()).figure == (last if replaces else first)

    @pytest.mark.parametrize(
        ("precise", "rounded", "replaces"),
        [
            ({"grade": "tertiary"}, {"grade": "primary"}, False),
            ({"kind": "news"}, {"kind": "statistics"}, True),
        ],
    )
    def test_a_rounded_number_replaces_a_precise_one_only_of_a_lesser_kind_of_source(
        self, state, precise, rounded, replaces
    ):
        first = state("exports", "88.372", SourceFactory(date="2020", **precise))
        last = state("exports", "88.4", SourceFactory(date="2024", **rounded), status="final")
        assert observation(figures()).figure == (last if replaces else first)

    def test_a_rounded_number_that_editors_prefer_is_used(self, state):
        state("exports", "88.372", SourceFactory(date="2020"))
        chosen = state("exports", "88.4", SourceFactory(date="2024"))
        assert observation(figures(), {chosen.slug}).figure == chosen

    def test_a_rounded_later_edition_of_a_source_replaces_its_earlier_one(self, state):
        source = SourceFactory()
        state("exports", "5.41", source, vintage=date(2024, 1, 1))
        last = state("exports", "5.4", source, vintage=date(2025, 1, 1))
        assert observation(figures()).figure == last

    def test_a_rounded_repetition_of_a_superseded_edition_does_not_count(self, state):
        source = SourceFactory(date="2023")
        state("exports", "88.372", source, vintage=date(2023, 1, 1))
        last = state("exports", "90.125", source, vintage=date(2024, 1, 1))
        state("exports", "88.4", SourceFactory(date="2025"))
        assert observation(figures()).figure == last

    def test_a_value_confirmed_later_counts_as_stated_then(self, state):
        first = state("exports", "5", SourceFactory(), vintage=date(2020, 1, 1))
        other = state("exports", "3", SourceFactory(date="2021"))
        assert observation(figures()).figure == other
        Figure.objects.filter(pk=first.pk).update(confirmed=date(2022, 1, 1))
        assert observation(figures()).figure == first


class TestComposition:
    def of(self, state, source, codes, revision="2022", **more):
        for code, millions in codes.items():
            goods = CommodityFactory(code=code, revision=revision)
            state("exports", millions, source, commodity=goods, **more)

    def test_shares_refer_to_the_total_of_the_same_source(self, state):
        source = SourceFactory()
        self.of(state, source, {"27": "3", "10": "1"})
        state("exports", "8", source)
        parts, total = composition(figures())
        assert [(part.figure.commodity.code, part.share) for part in parts] == [
            ("27", Quantity(Decimal("37.5"))),
            ("10", Quantity(Decimal("12.5"))),
        ]
        assert total.value == 8_000_000

    def test_there_are_no_shares_without_a_total(self, state):
        self.of(state, SourceFactory(), {"27": "3"})
        state("exports", "8", SourceFactory())
        parts, total = composition(figures())
        assert ([part.share for part in parts], total) == ([None], None)

    def test_a_class_within_another_class_is_omitted(self, state):
        source = SourceFactory()
        self.of(state, source, {"27": "3", "2710": "2", "271019": "1"})
        self.of(state, source, {"27": "3"}, revision="2017")
        parts, _total = composition(figures())
        assert [(part.figure.commodity.revision, part.figure.commodity.code) for part in parts] == [
            ("2022", "27")
        ]


def test_sums_of_decimals_are_exact(state, pair):
    source = SourceFactory()
    state("exports", "0", source, value=Decimal("0.1"))
    state("imports", "0", source, value=Decimal("0.2"), from_country=pair[1], to_country=pair[0])
    assert turnovers(figures())["aland"][2023].value == Decimal("0.3")
