"""Likely duplicates of figures: one sentence entered twice, and what only looks like it."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils.timezone import now

from relations.models.publishable import PublicationRefused
from tests.desk.test_admin import figure_form
from tests.factories import (
    CommodityFactory,
    CountryFactory,
    FigureFactory,
    IndicatorFactory,
    PassageFactory,
    RelationFactory,
    SourceFactory,
    TradedGoodFactory,
)
from tests.steps import publish
from trade.duplicates import repeated_values, similar_statements
from trade.models import Figure

pytestmark = pytest.mark.django_db
WORDS = "turnover reached 106.2 million dollars"


@pytest.fixture
def known():
    return FigureFactory(as_stated=WORDS, value=106_200_000, period="2023")


def again(known, **values):
    """An unsaved figure from the same source about the same pair, series, period and words."""
    names = ("source", "from_country", "to_country", "indicator", "period", "value", "unit",
             "locator", "as_stated")  # fmt: skip
    return Figure(**{name: getattr(known, name) for name in names} | values)


SAME = [
    {},
    # Entered with another indicator, valuation or scale.
    {"indicator": IndicatorFactory},
    {"value": 106_200},
    {"valuation": "cif"},
    # A part of the words, in other spacing and case; another place.
    {"as_stated": "Turnover  reached 106.2"},
    {"locator": "table 2"},
    # Words that overlap.
    {"as_stated": "reached 106.2 million dollars in 2023"},
    {"as_stated": "By the ministry, turnover reached 106.2 million"},
    # Without words, at the same place.
    {"as_stated": ""},
    {"period": "2023-12"},
]
DIFFERENT = [
    # Other words of the same sentence.
    {"as_stated": "exports were 50"},
    {"as_stated": "dollars in 2023, turnover again 106.2 million"},
    {"source": SourceFactory},
    {"period": "2022"},
    {"indicator": IndicatorFactory, "value": 5},
    {"commodity": CommodityFactory},
    {"as_stated": "", "locator": "table 2"},
]


def made(values):
    return {name: value() if callable(value) else value for name, value in values.items()}


@pytest.mark.parametrize("values", SAME)
def test_the_same_words_are_one_figure(known, values):
    assert similar_statements(again(known, **made(values))) == [known]


@pytest.mark.parametrize("values", DIFFERENT)
def test_other_words_sources_periods_and_values_are_other_figures(known, values):
    assert similar_statements(again(known, **made(values))) == []


def test_the_direction_of_one_sentence_does_not_count_but_the_reporter_does(known):
    sides = {"from_country": known.to_country, "to_country": known.from_country}
    assert similar_statements(again(known, **sides)) == [known]
    one, other = CountryFactory.create_batch(2)
    known.reporter_country = one
    known.save()
    assert similar_statements(again(known, reporter_country=other)) == []
    assert similar_statements(again(known)) == [known]


def test_two_passages_of_one_sentence_are_compared_by_their_words(known):
    known.passage = PassageFactory(source=known.source, quote="exports of 50 million")
    known.save()
    other = PassageFactory(source=known.source, quote="imports of 50 million")
    assert similar_statements(again(known, passage=other)) == []
    assert similar_statements(again(known, passage=known.passage)) == [known]
    assert similar_statements(again(known), "exports of 50 million") == [known]


def test_goods_are_the_same_if_their_name_is():
    known = TradedGoodFactory(name="Wheat", as_stated="wheat and oil")
    values = {name: getattr(known, name) for name in ("source", "from_country", "to_country")}
    good = type(known)(name="wheat", as_stated="wheat and oil", **values)
    assert similar_statements(good) == [known]
    good.name = "Oil"
    assert similar_statements(good) == []


def test_the_form_asks_once_and_saves_a_figure_that_is_ruled_out(admin_client):
    pair, source = RelationFactory(), SourceFactory()
    known = FigureFactory(
        source=source, from_country=pair.country_a, to_country=pair.country_b, value=461_900_000,
        period="2022", locator="p1",
    )  # fmt: skip
    form = figure_form(pair, source, IndicatorFactory(directed=True))
    response = admin_client.post("/admin/trade/figure/add/", form)
    assert response.context["adminform"].form.duplicates == [known]
    assert Figure.objects.filter(source=source).count() == 1
    more = {"_different": "_publish", "shown": known.pk}
    response = admin_client.post("/admin/trade/figure/add/", form | more)
    assert response.status_code == 302
    assert Figure.objects.filter(source=source, state="published").count() == 1


class TestTheSameNumberAgain:
    """A second value of one series, period, source and vintage."""

    MESSAGE = (
        "This source already has a figure of this series and period, with the same vintage or "
        'none: <a href="/admin/trade/figure/{pk}/change/">{name}, 461.9 million US dollars</a>. '
        "If the source has revised the value, give the date on which it did (vintage). If the "
        "figure is wrong, correct that one."
    )

    @pytest.fixture
    def form(self):
        pair = RelationFactory()
        return figure_form(pair, SourceFactory(), IndicatorFactory(directed=True), vintage="")

    @pytest.fixture
    def known(self, admin_client, form):
        assert admin_client.post("/admin/trade/figure/add/", form).status_code == 302
        return Figure.objects.get()

    def refused(self, response, known):
        assert response.status_code == 200
        assert response.context["adminform"].form.errors == {
            "vintage": [self.MESSAGE.format(pk=known.pk, name=known)]
        }
        assert self.MESSAGE.format(pk=known.pk, name=known) in response.content.decode()

    @pytest.mark.parametrize("value", ["470 million", "461.9 million"])
    def test_is_refused_and_names_the_figure(self, admin_client, form, known, value, caplog):
        form |= {"value": value, "locator": "p2"}
        self.refused(admin_client.post("/admin/trade/figure/add/", form), known)
        assert Figure.objects.get() == known
        assert "rejected" not in caplog.text

    def test_is_saved_with_another_vintage_only_once(self, admin_client, form, known):
        form |= {"value": "470 million", "locator": "p2", "vintage": "2023-05-01"}
        assert admin_client.post("/admin/trade/figure/add/", form).status_code == 302
        again = Figure.objects.get(vintage="2023-05-01")
        form |= {"value": "480 million", "locator": "p3"}
        response = admin_client.post("/admin/trade/figure/add/", form)
        (message,) = response.context["adminform"].form.errors["vintage"]
        assert f"/admin/trade/figure/{again.pk}/change/" in message

    def test_another_figure_cannot_be_changed_into_it(self, admin_client, form, known):
        other = form | {"period": "2021", "locator": "p2"}
        assert admin_client.post("/admin/trade/figure/add/", other).status_code == 302
        changed = Figure.objects.get(period="2021")
        address = f"/admin/trade/figure/{changed.pk}/change/"
        other |= {"slug": changed.slug, "reason": "The year was wrong.", "period": "2022"}
        self.refused(admin_client.post(address, other), known)

    def test_the_figure_itself_can_be_corrected(self, admin_client, form, known):
        form |= {"value": "470 million", "slug": known.slug, "reason": "A typing error."}
        address = f"/admin/trade/figure/{known.pk}/change/"
        assert admin_client.post(address, form).status_code == 302
        known.refresh_from_db()
        assert known.value == 470_000_000


@pytest.mark.parametrize(("side", "field"), [("country_a", "from_country"),
                                             ("country_b", "to_country")])  # fmt: skip
def test_a_figure_of_a_country_outside_its_lifetime_is_refused(admin_client, side, field):
    pair = RelationFactory()
    ended = getattr(pair, side)
    ended.until = "1992-04-27"
    ended.save()
    form = figure_form(pair, SourceFactory(), IndicatorFactory(directed=True))
    response = admin_client.post("/admin/trade/figure/add/", form)
    assert response.context["adminform"].form.errors == {
        field: [f"{ended} (until 27 April 1992) did not exist on this date: 2022."]
    }


@pytest.mark.parametrize(
    ("years", "words"),
    [
        ({"until": "1992-04-27"}, "until 27 April 1992"),
        ({"date": "2023-01-01"}, "since 1 January 2023"),
    ],
)
def test_a_reporter_outside_its_lifetime_is_refused(admin_client, years, words):
    reporter = CountryFactory(**years)
    form = figure_form(RelationFactory(), SourceFactory(), IndicatorFactory(directed=True))
    response = admin_client.post(
        "/admin/trade/figure/add/", form | {"reporter_country": reporter.pk}
    )
    assert response.context["adminform"].form.errors == {
        "reporter_country": [f"{reporter} ({words}) did not exist on this date: 2022."]
    }
    assert not Figure.objects.exists()


def test_a_figure_cannot_be_moved_out_of_the_lifetime_of_a_country(db):
    seller = CountryFactory(kind="former_state", until="1991-12-26")
    figure = FigureFactory(from_country=seller, period="1985")
    figure = Figure.objects.get(pk=figure.pk)
    figure.period = "1995"
    with pytest.raises(ValidationError) as refused:
        figure.clean()
    assert list(refused.value.message_dict) == ["from_country"]


@pytest.mark.parametrize("factory", [FigureFactory, TradedGoodFactory])
@pytest.mark.parametrize("listed", [False, True])
def test_a_stored_figure_outside_the_lifetime_of_a_country_is_not_published(factory, listed):
    seller = CountryFactory(kind="former_state", name_en="Old State", until="1991-12-26")
    row = factory(from_country=seller, period="1995")
    with pytest.raises(PublicationRefused) as refused:
        publish(type(row).objects.filter(pk=row.pk) if listed else row)
    assert refused.value.messages == [
        "Old State (until 26 December 1991) did not exist on this date: 1995."
    ]
    row.refresh_from_db()
    assert row.published_at is None


class TestRepeatedValues:
    """Rows that lists imported again without their day, or with an earlier one, once added."""

    @pytest.fixture
    def stated(self):
        """Add figures of one number, each a day (or "") and the values that differ."""
        same = FigureFactory()
        names = ("source", "from_country", "to_country", "indicator")
        kept = {name: getattr(same, name) for name in names} | {"period": "2020"}

        def add(day, **values):
            vintage = date.fromisoformat(day) if day else None
            return FigureFactory(**kept, vintage=vintage, **values)

        return add

    def found(self):
        return [row.edition for row in repeated_values(Figure.objects.all()).order_by("edition")]

    def test_a_value_repeated_with_another_day_is_found(self, stated):
        for day in ("", "2021-01-01", "2022-01-01"):
            stated(day, value=5)
        assert self.found() == ["2021-01-01", "2022-01-01"]

    def test_a_range_repeated_with_another_day_is_found(self, stated):
        for day, upper in {"2021-01-01": 7, "2022-01-01": 7, "2023-01-01": 8}.items():
            stated(day, value=5, upper=upper, qualifier="range")
        assert self.found() == ["2022-01-01"]

    def test_revisions_and_a_value_that_returns_are_not(self, stated):
        for day, value in {"": 5, "2021-01-01": 6, "2022-01-01": 5}.items():
            stated(day, value=value)
        stated("2023-01-01", value=5, qualifier="about")
        assert self.found() == []

    def test_equal_values_of_other_numbers_are_not(self, stated):
        one = stated("", value=5)
        stated("2021-01-01", value=5, valuation="cif")
        stated("2021-01-01", value=5, unit="EUR")
        values = {"from_country": one.from_country, "to_country": one.to_country, "period": "2020"}
        FigureFactory(indicator=one.indicator, value=5, vintage=date(2021, 1, 1), **values)
        assert self.found() == []

    def test_withdrawn_rows_are_not(self, stated):
        stated("", value=5)
        repeat = stated("2021-01-01", value=5)
        Figure.objects.filter(pk=repeat.pk).update(state="withdrawn", published_at=now())
        assert self.found() == []

    def test_the_list_of_the_desk_can_be_limited_to_them(self, stated, admin_client):
        stated("", value=5)
        repeat = stated("2021-01-01", value=5)
        page = admin_client.get("/admin/trade/figure/?repeated=yes")
        assert [row.pk for row in page.context["cl"].result_list] == [repeat.pk]
