"""Figures as sources state them, and goods named without a value."""

from datetime import date
from decimal import Decimal
from importlib import import_module

import pytest
from django.apps import apps
from django.db import DataError, IntegrityError, transaction
from django.db.models import F

from core.dates import Edtf
from tests.desk.test_admin import figure_form
from tests.desk.test_two_editors import form_data
from tests.factories import (
    CommodityFactory,
    CountryFactory,
    FigureFactory,
    IndicatorFactory,
    OrganizationFactory,
    RelationFactory,
    SourceFactory,
    TradedGoodFactory,
)
from tests.refusals import constraints, errors, rejected_by_database
from tests.steps import publish, withdraw
from trade.models import Commodity, Figure, Indicator, TradedGood
from trade.templatetags.figures import amount, in_full

pytestmark = pytest.mark.django_db


def between_one_country(make):
    def violate():
        country = CountryFactory()
        make(from_country=country, to_country=country)

    return violate


def same_figure(figure, **changes):
    """A second figure, equal to the first except for the given changes."""
    same = ("source", "indicator", "from_country", "to_country", "period", "period_until", "unit",
            "vintage", "reporter_country")  # fmt: skip
    values = {name: getattr(figure, name) for name in same}
    return FigureFactory(**values | changes)


def with_stored(column, value, **more):
    """Store a value in a column without the model's save()."""
    FigureFactory()
    Figure.objects.update(**{column: value}, **more)


def counted_with(**values):
    """Count a figure of an area or of one country in the sums, without the model's save()."""
    FigureFactory()
    Figure.objects.update(excluded="", **values)


def revision(statement, **values):
    values = {"number": 1, "snapshot": {"record": {}}} | values
    return statement.revisions.create(**values)


def revisions(make, *rows):
    """Revisions of one statement with these values."""
    statement = make()
    for number, values in enumerate(rows, 1):
        revision(statement, **{"number": number} | values)


VIOLATIONS = [
    *(
        (
            f"{make._meta.model._meta.model_name}revision_{name}",
            lambda make=make, rows=rows: revisions(make, *rows),
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
    ("figure_stated_once", lambda: same_figure(FigureFactory())),
    ("figure_stated_once", lambda: same_figure(FigureFactory(vintage=date(2024, 3, 1)))),
    (
        "figure_one_reporter",
        lambda: FigureFactory(
            reporter_country=CountryFactory(), reporter_organization=OrganizationFactory()
        ),
    ),
    ("figure_from_country_or_area", lambda: FigureFactory(from_area="0")),
    ("figure_from_country_or_area", lambda: with_stored("from_country", None, excluded="area")),
    ("figure_to_country_or_area", lambda: FigureFactory(to_area="899")),
    ("figure_to_country_or_area", lambda: with_stored("to_country", None, excluded="area")),
    (
        "figure_one_reporter",
        lambda: FigureFactory(reporter_country=CountryFactory(), reporter_area="490"),
    ),
    ("figure_exclusion_known", lambda: with_stored("excluded", "mood")),
    ("figure_areas_known", lambda: with_stored("reporter_area", "12", excluded="area")),
    *(
        ("figure_between_two", violate)
        for violate in (
            lambda: counted_with(from_country=None, from_area="0"),
            lambda: counted_with(to_country=None, to_area="899"),
            lambda: counted_with(reporter_area="490"),
            lambda: counted_with(to_country=F("from_country")),
        )
    ),
    ("figure_unit_known", lambda: FigureFactory(unit="")),
    ("figure_period_given", lambda: FigureFactory(period="")),
    ("figure_upper_of_range", lambda: FigureFactory(qualifier="range")),
    ("figure_upper_of_range", lambda: FigureFactory(qualifier="range", upper="1000000")),
    ("figure_upper_of_range", lambda: FigureFactory(upper="2000000")),
    ("traded_good_between_two", between_one_country(TradedGoodFactory)),
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
def test_the_database_rejects_each_violation(name, violate):
    with rejected_by_database(constraints("trade")[name]):
        violate()


def test_every_constraint_has_a_violation():
    assert {name for name, _violate in VIOLATIONS} == set(constraints("trade"))


@pytest.mark.parametrize("make", [FigureFactory, TradedGoodFactory])
class TestEachStatement:
    def test_the_factory_makes_a_valid_statement(self, make):
        assert errors(make()) == {}

    def test_a_statement_needs_two_different_countries(self, make):
        statement = make()
        statement.to_country = statement.from_country
        assert errors(statement)["to_country"] == ["Choose two different countries."]

    def test_an_end_before_the_start_is_rejected_at_the_end(self, make):
        statement = make(period="2024-03")
        statement.period_until = "2024-02"
        assert errors(statement)["period_until"] == ["The end is before the start."]

    def test_an_invalid_period_is_rejected_at_the_period(self, make):
        statement = make()
        statement.period = "2024/2025"
        assert errors(statement)["period"] == [
            "This field takes one date. Enter “from” and “until” as two dates, without “/”."
        ]

    def test_an_inferred_statement_needs_a_note(self, make):
        statement = make()
        statement.inferred = True
        assert errors(statement)["note"] == ["Say how the value was inferred."]

    def test_publish_shows_a_statement_and_withdraw_hides_it(self, make):
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

    def test_the_natural_key_is_the_slug(self, make):
        row = make(slug="it")
        assert row.natural_key() == ("it",)
        assert type(row).objects.get_by_natural_key("it") == row


class TestValue:
    @pytest.mark.parametrize(
        "value",
        ["0", "182", "598470000", "102200000.0001", "123456789012345", "12345678901.2345",
         "999999999999999000", "100000000000000000"],
    )  # fmt: skip
    def test_fifteen_significant_digits_are_stored_exactly(self, value):
        figure = FigureFactory(value=value)
        assert errors(figure) == {}
        assert Figure.objects.values_list("value", flat=True).get() == Decimal(value)

    @pytest.mark.parametrize("value", ["1234567890123456", "123456789012.3456", "1000000000000001"])
    def test_sixteen_significant_digits_are_rejected_at_the_value(self, value):
        figure = FigureFactory()
        figure.value = Decimal(value)
        assert errors(figure) == {"value": ["At most 15 significant digits can be stored exactly."]}

    def test_a_missing_unit_is_rejected_at_the_unit(self):
        figure = FigureFactory()
        figure.unit = ""
        assert errors(figure)["unit"] == ["This field cannot be blank."]

    def test_an_unknown_unit_is_rejected_at_the_unit(self):
        figure = FigureFactory()
        figure.unit = "XYZ"
        assert errors(figure) == {"unit": ["Value 'XYZ' is not a valid choice."]}

    @pytest.mark.parametrize("value", ["19.6", "-0.5"])
    def test_a_count_is_whole(self, value):
        figure = FigureFactory(unit="count", indicator__signed=True)
        figure.value = Decimal(value)
        assert errors(figure) == {
            "value": ["This number must be whole: it counts companies or documents."]
        }
        figure.value = Decimal(value) * 1000
        assert errors(figure) == {}

    def test_a_negative_value_needs_a_signed_indicator(self):
        figure = FigureFactory()
        figure.value = Decimal("-1")
        assert errors(figure) == {"value": ["This indicator is never negative."]}
        figure.indicator.signed = True
        assert errors(figure) == {}

    def test_a_missing_value_is_rejected_by_form_and_database(self):
        figure = FigureFactory()
        figure.value = None
        assert errors(figure) == {"value": ["This field cannot be null."]}
        with pytest.raises((IntegrityError, DataError)), transaction.atomic():
            figure.save()


class TestQualifiers:
    @pytest.mark.parametrize(
        ("qualifier", "low", "high"),
        [
            ("exact", 10, 10),
            ("more_than", 10, None),
            ("at_least", 10, None),
            ("less_than", None, 10),
            ("up_to", None, 10),
            ("range", 10, 12),
        ],
    )
    def test_a_qualifier_sets_the_lowest_and_highest_value(self, qualifier, low, high):
        upper = Decimal(12) if qualifier == "range" else None
        figure = Figure(value=Decimal(10), upper=upper, qualifier=qualifier)
        assert figure.bounds == (low, high)

    def test_about_sets_no_limits(self):
        assert Figure(value=Decimal(10), qualifier="about").bounds is None

    @pytest.mark.parametrize("upper", [None, Decimal(1_000_000), Decimal(999_999)])
    def test_a_range_needs_an_upper_end_above_the_lower_one(self, upper):
        figure = FigureFactory()
        figure.qualifier, figure.upper = "range", upper
        assert errors(figure)["value"] == [
            "A range needs an upper end above the lower one; other numbers have no upper end."
        ]
        figure.upper = Decimal(1_200_000)
        assert errors(figure) == {}

    @pytest.mark.parametrize(
        ("qualifier", "words"),
        [
            ("exact", "10.5 million US dollars"),
            ("less_than", "less than 10.5 million US dollars"),
            ("up_to", "up to 10.5 million US dollars"),
            ("range", "10.5–12 million US dollars"),
        ],
    )
    def test_the_words_of_an_amount_have_its_qualifier(self, qualifier, words):
        upper = Decimal(12_000_000) if qualifier == "range" else None
        figure = Figure(
            value=Decimal(10_500_000), upper=upper, qualifier=qualifier, scale=6, unit="USD"
        )
        assert amount(figure) == words
        digits = words.replace("10.5", "10,500,000").replace("12 ", "12,000,000 ")
        assert in_full(figure) == digits.replace(" million", "")

    def test_no_digit_is_rounded_away(self):
        figure = Figure(value=Decimal("23113859.25"), scale=9, unit="USD")
        assert amount(figure) == "0.02311385925 billion US dollars"

    def test_the_largest_scale_is_trillions(self):
        figure = Figure(value=Decimal("1500000000000"), scale=12, unit="KZT")
        assert amount(figure) == "1.5 trillion Kazakhstani tenge"


class TestRedenominatedCurrencies:
    @pytest.mark.parametrize(
        ("old", "last", "new", "first"),
        [
            ("AZM", "2005", "AZN", "2006"),
            ("RUR", "1997", "RUB", "1998"),
            ("TRL", "2004", "TRY", "2005"),
            ("BYB", "1999", "BYR", "2000"),
            ("BYR", "2015", "BYN", "2017"),
            ("TMM", "2008", "TMT", "2009"),
            ("ROL", "2004", "RON", "2006"),
            ("PLZ", "1994", "PLN", "1995"),
        ],
    )
    def test_a_currency_and_its_successor_are_different_units(self, old, last, new, first):
        before, after = (
            FigureFactory(unit=unit, period=period, locator="p1")
            for unit, period in ((old, last), (new, first))
        )
        assert errors(before) == errors(after) == {}
        assert before.series.split("|")[5] != after.series.split("|")[5]
        assert before.warnings() == after.warnings() == []

    def test_a_currency_that_had_been_replaced_is_rejected_at_the_unit(self):
        assert errors(FigureFactory(unit="AZM", period="2006")) == {
            "unit": [
                "Azerbaijani manats (before 2006) had been replaced by Azerbaijani manats when "
                "this period began."
            ]
        }

    def test_the_year_of_the_change_allows_both(self):
        for unit in ("BYR", "BYN"):
            assert errors(FigureFactory(unit=unit, period="2016")) == {}

    def test_a_value_in_a_later_currency_gives_a_warning(self):
        figure = FigureFactory(unit="AZN", period="2004", locator="p1")
        assert errors(figure) == {}
        assert figure.warnings() == [
            "Azerbaijani manats replaced Azerbaijani manats (before 2006) on 2006-01-01, after "
            "this period began. Check that the source restates the value."
        ]

    EARLY = (
        "AZN replaced AZM on 2006-01-01, after this period began. Choose AZM, or say in the note "
        "that the source restates the value in AZN."
    )

    @pytest.mark.parametrize(("value", "unit"), [("1 million AZN", ""), ("100 млн манат", "AZN")])
    def test_the_form_asks_for_a_note_on_a_value_in_a_later_currency(
        self, admin_client, value, unit
    ):
        pair, indicator = RelationFactory(), IndicatorFactory(directed=True)
        form = figure_form(pair, SourceFactory(), indicator, value=value, unit=unit, period="1999")
        for note in ("", " "):
            response = admin_client.post("/admin/trade/figure/add/", form | {"note": note})
            assert response.context["adminform"].form.errors == {"unit": [self.EARLY]}
        assert not Figure.objects.exists()
        form |= {"note": "Restated in new manats."}
        assert admin_client.post("/admin/trade/figure/add/", form).status_code == 302
        assert Figure.objects.get().unit == "AZN"

    def test_a_restated_value_on_record_needs_no_note_until_it_changes(self, admin_client):
        pair = RelationFactory()
        figure = FigureFactory(
            from_country=pair.country_a, to_country=pair.country_b, period="1999", unit="AZN",
            value=461_900_000, scale=6,
        )  # fmt: skip
        form = figure_form(pair, figure.source, figure.indicator, period="1999", unit="AZN")
        form |= {"slug": figure.slug, "locator": "p9"}
        address = f"/admin/trade/figure/{figure.pk}/change/"
        response = admin_client.post(address, form | {"value": "5 million"})
        assert response.context["adminform"].form.errors == {"unit": [self.EARLY]}
        assert admin_client.post(address, form).status_code == 302
        figure.refresh_from_db()
        assert (figure.locator, figure.value) == ("p9", 461_900_000)

    def test_the_note_on_a_restated_value_cannot_be_removed(self, admin_client):
        figure = FigureFactory(period="1999", unit="AZN", value=5, note="Restated.")
        address = f"/admin/trade/figure/{figure.pk}/change/"
        form = form_data(admin_client.get(address)) | {"note": ""}
        response = admin_client.post(address, form)
        assert response.context["adminform"].form.errors == {"unit": [self.EARLY]}


class TestDirection:
    def test_an_undirected_figure_needs_its_countries_in_alphabetical_order(self):
        one, other = CountryFactory(slug="aa"), CountryFactory(slug="bb")
        turnover = IndicatorFactory(directed=False)
        assert errors(FigureFactory(indicator=turnover, from_country=one, to_country=other)) == {}
        wrong = FigureFactory(indicator=turnover, from_country=other, to_country=one)
        assert errors(wrong) == {
            "from_country": [
                "This indicator has no direction. Name the countries in alphabetical order."
            ]
        }

    def test_a_directed_figure_takes_either_order(self):
        one, other = CountryFactory(slug="aa"), CountryFactory(slug="bb")
        for pair in ((one, other), (other, one)):
            assert errors(FigureFactory(from_country=pair[0], to_country=pair[1])) == {}


class TestSeries:
    def test_the_series_key_includes_everything_but_the_source(self):
        figure = FigureFactory(
            indicator__slug="exports", from_country__slug="aa", to_country__slug="bb",
            reporter_country=CountryFactory(slug="cc"), valuation="fob", basis="mirror",
            commodity=CommodityFactory(code="8905"), status="target",
        )  # fmt: skip
        assert figure.series == "exports|aa|bb|cc|HS:2022:8905|USD|fob|mirror|target"

    def test_the_series_key_without_reporter_and_commodity(self):
        figure = FigureFactory(
            indicator__slug="exports", from_country__slug="aa", to_country__slug="bb"
        )
        assert figure.series == "exports|aa|bb||TOTAL|USD|not_stated|reported|"

    def test_targets_have_a_series_of_their_own(self):
        figure = FigureFactory()
        series = {}
        for status in ("not_stated", "provisional", "revised", "final", "target"):
            figure.status = status
            series[status] = figure.series_key
        target = series.pop("target")
        assert set(series.values()) == {figure.series}
        assert target != figure.series

    def test_the_series_follows_a_change_of_unit(self):
        figure = FigureFactory()
        figure.unit = "EUR"
        figure.save()
        figure.refresh_from_db()
        assert figure.series.split("|")[5] == "EUR"

    def test_other_sources_periods_and_vintages_coexist_in_a_series(self):
        figure = FigureFactory()
        same_figure(figure, source=FigureFactory().source)
        same_figure(figure, period="2022")
        same_figure(figure, period_until="2024")
        first = same_figure(figure, vintage=date(2024, 3, 1))
        same_figure(figure, vintage=date(2024, 9, 1))
        assert Figure.objects.filter(series=figure.series).count() == 6
        assert first.edition == "2024-03-01"

    def test_a_duplicate_figure_is_rejected(self):
        figure = FigureFactory()
        same = FigureFactory.build(
            source=figure.source, indicator=figure.indicator,
            from_country=figure.from_country, to_country=figure.to_country,
        )  # fmt: skip
        assert errors(same) == {"__all__": ["This source already has a figure for this period."]}


class TestFigure:
    @pytest.mark.parametrize(
        ("period", "until", "words"),
        [
            ("2024-01", "2024-06", "January – June 2024"),
            ("2019", "2023", "2019–2023"),
            ("2024-33", "2024-35", "1st quarter 2024 – 3rd quarter 2024"),
            ("2024-03-11", "2024-03-13", "11–13 March 2024"),
            ("2024-01", "", "January 2024"),
        ],
    )
    def test_the_title_has_both_ends_of_the_period(self, period, until, words):
        figure = FigureFactory(period=period, period_until=until)
        assert figure.when == words
        assert str(figure).endswith(f", {words}")

    def test_an_end_that_is_the_start_is_rejected_at_the_end(self):
        figure = FigureFactory(period="2023")
        figure.period_until = "2023"
        assert errors(figure)["period_until"] == [
            "This is the start. Leave it blank if the period is one date."
        ]

    def test_a_figure_needs_a_period(self):
        figure = FigureFactory()
        figure.period = ""
        assert errors(figure)["period"] == ["This field cannot be blank."]

    def test_goods_need_no_period(self):
        assert errors(TradedGoodFactory(period="")) == {}

    def test_a_figure_has_at_most_one_reporter(self):
        figure = FigureFactory(reporter_country=CountryFactory())
        assert figure.reporter == figure.reporter_country
        figure.reporter_organization = OrganizationFactory()
        assert errors(figure)["__all__"] == ["The reporter is a country or an organization."]
        figure.reporter_country = None
        assert errors(figure) == {}
        assert figure.reporter == figure.reporter_organization

    def test_periods_have_bounds(self):
        figure = FigureFactory(period="2024-33", period_until="2024-34")
        figure.refresh_from_db()
        assert figure.period == Edtf.parse("2024-33")
        assert (figure.period_earliest, figure.period_latest) == (
            date(2024, 1, 1), date(2024, 3, 31)
        )  # fmt: skip
        assert figure.period_until_latest == date(2024, 6, 30)

    def test_a_figure_has_a_page_and_the_slug_of_its_pair(self):
        one, other = CountryFactory(slug="aa"), CountryFactory(slug="bb")
        for pair in ((one, other), (other, one)):
            figure = FigureFactory(from_country=pair[0], to_country=pair[1])
            assert figure.get_absolute_url() == f"/trade/figures/{figure.slug}/"
            assert figure.pair_slug == "aa-bb"


def test_between_excludes_re_exports():
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


def test_goods_keep_the_order_of_their_source():
    one, other = CountryFactory(), CountryFactory()
    goods = {"from_country": one, "to_country": other}
    for rank in (3, 1, 2):
        TradedGoodFactory(**goods, rank=rank, name=f"goods {rank}")
    assert [row.name for row in TradedGood.objects.all()] == ["goods 1", "goods 2", "goods 3"]


def test_versions_from_before_ranges_say_that_they_are_none():
    figure = FigureFactory()
    revision(figure, snapshot={"record": {"value": "5"}})
    revision(figure, number=2, snapshot={"record": {}})
    module = import_module("trade.migrations.0012_versions_with_upper_ends")
    for change, record in (
        (module.add_upper_ends, {"value": "5", "upper": None}),
        (module.remove_upper_ends, {"value": "5"}),
    ):
        change(apps, None)
        found = figure.revisions.order_by("number").values_list("snapshot", flat=True)
        assert list(found) == [{"record": record}, {"record": {}}]
