"""Figures as sources state them, and goods named without a value."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DataError, IntegrityError, transaction
from django.db.models import F

from core.dates import Edtf
from tests.factories import (
    CommodityFactory,
    CountryFactory,
    FigureFactory,
    IndicatorFactory,
    OrganizationFactory,
    TradedGoodFactory,
)
from tests.refusals import constraints, errors, rejected_by_database
from tests.steps import publish, withdraw
from trade.models import (
    Commodity,
    Figure,
    Indicator,
    TradedGood,
)

pytestmark = pytest.mark.django_db


def to_itself(make):
    def violate():
        country = CountryFactory()
        make(from_country=country, to_country=country)

    return violate


def again(figure, **changes):
    """A second figure like the first but for what is given."""
    same = ("source", "indicator", "from_country", "to_country", "period", "period_until", "unit",
            "vintage", "reporter_country")  # fmt: skip
    values = {name: getattr(figure, name) for name in same}
    return FigureFactory(**values | changes)


def kept(column, value, **more):
    """Put a value into a column behind the back of the model."""
    FigureFactory()
    Figure.objects.update(**{column: value}, **more)


def counted(**values):
    """Put a figure of what is no country into the sums, behind the back of the model."""
    FigureFactory()
    Figure.objects.update(excluded="", **values)


def version(statement, **values):
    values = {"number": 1, "snapshot": {"record": {}}} | values
    return statement.revisions.create(**values)


def versions(make, *rows):
    """Revisions of one statement, each with these values."""
    statement = make()
    for number, values in enumerate(rows, 1):
        version(statement, **{"number": number} | values)


VIOLATIONS = [
    *(
        (
            f"{make._meta.model._meta.model_name}revision_{name}",
            lambda make=make, rows=rows: versions(make, *rows),
        )
        for make in (FigureFactory, TradedGoodFactory)
        for name, rows in (
            ("number_unique", [{"number": 1}, {"number": 1}]),
            ("state_known", [{"state": "lost"}]),
            ("one_open", [{"state": "draft"}, {"state": "pending"}]),
            ("sent_back_with_remark", [{"state": "rejected"}]),
        )
    ),
    ("commodity_code_unique", lambda: [CommodityFactory(code="8905") for _row in range(2)]),
    ("figure_stated_once", lambda: again(FigureFactory())),
    ("figure_stated_once", lambda: again(FigureFactory(vintage=date(2024, 3, 1)))),
    (
        "figure_one_reporter",
        lambda: FigureFactory(
            reporter_country=CountryFactory(), reporter_organization=OrganizationFactory()
        ),
    ),
    ("figure_from_country_or_area", lambda: FigureFactory(from_area="0")),
    ("figure_from_country_or_area", lambda: kept("from_country", None, excluded="area")),
    ("figure_to_country_or_area", lambda: FigureFactory(to_area="899")),
    ("figure_to_country_or_area", lambda: kept("to_country", None, excluded="area")),
    (
        "figure_one_reporter",
        lambda: FigureFactory(reporter_country=CountryFactory(), reporter_area="490"),
    ),
    ("figure_exclusion_known", lambda: kept("excluded", "mood")),
    ("figure_areas_known", lambda: kept("reporter_area", "12", excluded="area")),
    *(
        ("figure_between_two", violate)
        for violate in (
            lambda: counted(from_country=None, from_area="0"),
            lambda: counted(to_country=None, to_area="899"),
            lambda: counted(reporter_area="490"),
            lambda: counted(to_country=F("from_country")),
        )
    ),
    ("figure_unit_known", lambda: FigureFactory(unit="")),
    ("figure_period_given", lambda: FigureFactory(period="")),
    ("traded_good_between_two", to_itself(TradedGoodFactory)),
    *(
        (f"{name}_{rule}", violate)
        for name, make in (("figure", FigureFactory), ("traded_good", TradedGoodFactory))
        for rule, violate in (
            (
                "period_in_order",
                lambda make=make: make(period="2024-03", period_until="2024-02"),
            ),
            ("inferred_with_note", lambda make=make: make(inferred=True)),
            ("state_known", lambda make=make: make(state="lost")),
            ("published_once_shown", lambda make=make: make(state="published")),
        )
    ),
]


@pytest.mark.parametrize(("name", "violate"), VIOLATIONS)
def test_the_database_refuses_what_violates(name, violate):
    with rejected_by_database(constraints("trade")[name]):
        violate()


def test_no_constraint_is_left_out_here():
    assert {name for name, _violate in VIOLATIONS} == set(constraints("trade"))


@pytest.mark.parametrize("make", [FigureFactory, TradedGoodFactory])
class TestEachStatement:
    def test_what_the_factory_makes_is_valid(self, make):
        assert errors(make()) == {}

    def test_two_different_countries_are_needed(self, make):
        statement = make()
        statement.to_country = statement.from_country
        assert errors(statement)["to_country"] == ["Choose two different countries."]

    def test_a_period_that_ends_before_it_begins_is_refused_at_its_end(self, make):
        statement = make(period="2024-03")
        statement.period_until = "2024-02"
        assert errors(statement)["period_until"] == ["The end lies before the start."]

    def test_a_period_that_is_no_date_is_refused_at_the_period(self, make):
        statement = make()
        statement.period = "2024/2025"
        assert errors(statement)["period"] == [
            "One date is a point: give “from” and “until” as two dates, without “/”."
        ]

    def test_what_is_inferred_says_how_at_the_note(self, make):
        statement = make()
        statement.inferred = True
        assert errors(statement)["note"] == ["Say how the value was inferred."]

    def test_it_becomes_public_by_publish_and_private_by_withdraw(self, make):
        first, second = make(), make()
        rows = type(first).objects
        assert list(rows.published()) == []
        publish(rows.filter(pk=first.pk))
        assert list(rows.published()) == [first]
        withdraw(rows.all())
        assert list(rows.published()) == []
        second.refresh_from_db()
        assert second.state == "withdrawn"

    def test_between_finds_both_directions(self, make):
        one, other = CountryFactory(), CountryFactory()
        rows = [make(from_country=one, to_country=other), make(from_country=other, to_country=one)]
        make(from_country=one)
        for pair in ((one, other), (other, one)):
            assert set(type(rows[0]).objects.between(*pair)) == set(rows)

    def test_it_is_found_by_its_slug(self, make):
        row = make(slug="it")
        assert row.natural_key() == ("it",)
        assert type(row).objects.get_by_natural_key("it") == row


class TestValue:
    @pytest.mark.parametrize(
        "value",
        ["0", "182", "598470000", "102200000.0001", "123456789012345", "12345678901.2345",
         "999999999999999000", "100000000000000000"],
    )  # fmt: skip
    def test_fifteen_significant_digits_are_kept_exactly(self, value):
        figure = FigureFactory(value=value)
        assert errors(figure) == {}
        assert Figure.objects.values_list("value", flat=True).get() == Decimal(value)

    @pytest.mark.parametrize("value", ["1234567890123456", "123456789012.3456", "1000000000000001"])
    def test_sixteen_are_refused_at_the_value(self, value):
        figure = FigureFactory()
        figure.value = Decimal(value)
        assert errors(figure) == {"value": ["At most 15 significant digits can be kept exactly."]}

    def test_a_figure_with_no_unit_is_refused_at_the_unit(self):
        figure = FigureFactory()
        figure.unit = ""
        assert errors(figure)["unit"] == ["This field cannot be blank."]

    def test_an_unknown_unit_is_refused_at_the_unit(self):
        figure = FigureFactory()
        figure.unit = "XYZ"
        assert errors(figure) == {"unit": ["Value 'XYZ' is not a valid choice."]}

    def test_a_negative_value_is_refused_unless_the_indicator_may_be_negative(self):
        figure = FigureFactory()
        figure.value = Decimal("-1")
        assert errors(figure) == {"value": ["This indicator is never negative."]}
        figure.indicator.signed = True
        assert errors(figure) == {}

    def test_a_figure_without_a_value_is_refused_by_form_and_database(self):
        figure = FigureFactory()
        figure.value = None
        assert errors(figure) == {"value": ["This field cannot be null."]}
        with pytest.raises((IntegrityError, DataError)), transaction.atomic():
            figure.save()


class TestDirection:
    def test_a_figure_without_a_direction_names_the_countries_alphabetically(self):
        one, other = CountryFactory(slug="aa"), CountryFactory(slug="bb")
        turnover = IndicatorFactory(directed=False)
        assert errors(FigureFactory(indicator=turnover, from_country=one, to_country=other)) == {}
        wrong = FigureFactory(indicator=turnover, from_country=other, to_country=one)
        assert errors(wrong) == {
            "from_country": ["Without a direction, name the countries alphabetically."]
        }

    def test_with_a_direction_either_order_is_right(self):
        one, other = CountryFactory(slug="aa"), CountryFactory(slug="bb")
        for pair in ((one, other), (other, one)):
            assert errors(FigureFactory(from_country=pair[0], to_country=pair[1])) == {}


class TestSeries:
    def test_it_tells_all_but_the_source(self):
        figure = FigureFactory(
            indicator__slug="exports", from_country__slug="aa", to_country__slug="bb",
            reporter_country=CountryFactory(slug="cc"), valuation="fob", basis="mirror",
            commodity=CommodityFactory(code="8905"), status="target",
        )  # fmt: skip
        assert figure.series == "exports|aa|bb|cc|HS:2022:8905|USD|fob|mirror|target"

    def test_without_reporter_and_commodity(self):
        figure = FigureFactory(
            indicator__slug="exports", from_country__slug="aa", to_country__slug="bb"
        )
        assert figure.series == "exports|aa|bb||TOTAL|USD|not_stated|reported|"

    def test_provisional_revised_and_final_are_one_series_but_a_target_is_not(self):
        figure = FigureFactory()
        series = {}
        for status in ("not_stated", "provisional", "revised", "final", "target"):
            figure.status = status
            series[status] = figure.series_key
        target = series.pop("target")
        assert set(series.values()) == {figure.series}
        assert target != figure.series

    def test_it_follows_a_change(self):
        figure = FigureFactory()
        figure.unit = "EUR"
        figure.save()
        figure.refresh_from_db()
        assert figure.series.split("|")[5] == "EUR"

    def test_figures_of_other_sources_periods_and_vintages_live_side_by_side(self):
        figure = FigureFactory()
        again(figure, source=FigureFactory().source)
        again(figure, period="2022")
        again(figure, period_until="2024")
        first = again(figure, vintage=date(2024, 3, 1))
        again(figure, vintage=date(2024, 9, 1))
        assert Figure.objects.filter(series=figure.series).count() == 6
        assert first.edition == "2024-03-01"

    def test_stating_it_twice_is_refused(self):
        figure = FigureFactory()
        same = FigureFactory.build(
            source=figure.source, indicator=figure.indicator,
            from_country=figure.from_country, to_country=figure.to_country,
        )  # fmt: skip
        assert errors(same) == {"__all__": ["This source already has a figure for this period."]}


class TestFigure:
    def test_a_period_is_needed(self):
        figure = FigureFactory()
        figure.period = ""
        assert errors(figure)["period"] == ["This field cannot be blank."]

    def test_goods_need_none(self):
        assert errors(TradedGoodFactory(period="")) == {}

    def test_one_reporter_at_most(self):
        figure = FigureFactory(reporter_country=CountryFactory())
        assert figure.reporter == figure.reporter_country
        figure.reporter_organization = OrganizationFactory()
        assert errors(figure)["__all__"] == ["The reporter is a country or an organization."]
        figure.reporter_country = None
        assert errors(figure) == {}
        assert figure.reporter == figure.reporter_organization

    def test_its_period_has_bounds(self):
        figure = FigureFactory(period="2024-33", period_until="2024-34")
        figure.refresh_from_db()
        assert figure.period == Edtf.parse("2024-33")
        assert (figure.period_earliest, figure.period_latest) == (
            date(2024, 1, 1), date(2024, 3, 31)
        )  # fmt: skip
        assert figure.period_until_latest == date(2024, 6, 30)

    def test_it_has_a_page_of_its_own_that_leads_to_its_pair_in_either_direction(self):
        one, other = CountryFactory(slug="aa"), CountryFactory(slug="bb")
        for pair in ((one, other), (other, one)):
            figure = FigureFactory(from_country=pair[0], to_country=pair[1])
            assert figure.get_absolute_url() == f"/trade/figures/{figure.slug}/"
            assert figure.pair_slug == "aa-bb"


def test_between_two_countries_gives_no_goods_that_only_pass_through():
    one, other = CountryFactory(), CountryFactory()
    sides = {"from_country": one, "to_country": other}
    own = FigureFactory(indicator=IndicatorFactory(slug="exports"), **sides)
    through = FigureFactory(indicator=IndicatorFactory(slug="re-exports"), **sides)
    assert through.excluded == "re_trade"
    assert list(Figure.objects.between(other, one)) == [own]
    assert list(Figure.objects.counted()) == [own]


def test_natural_keys_find_their_rows():
    indicator, commodity = IndicatorFactory(slug="exports"), CommodityFactory(code="8905")
    assert indicator.natural_key() == ("exports",)
    assert commodity.natural_key() == ("HS", "2022", "8905")
    assert Indicator.objects.get_by_natural_key("exports") == indicator
    assert Commodity.objects.get_by_natural_key("HS", "2022", "8905") == commodity


def test_goods_stand_in_the_order_of_their_source():
    one, other = CountryFactory(), CountryFactory()
    goods = {"from_country": one, "to_country": other}
    for rank in (3, 1, 2):
        TradedGoodFactory(**goods, rank=rank, name=f"goods {rank}")
    assert [row.name for row in TradedGood.objects.all()] == ["goods 1", "goods 2", "goods 3"]
