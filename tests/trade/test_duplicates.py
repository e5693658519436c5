"""Likely duplicates of figures: one sentence entered twice, and what only looks like it."""

import pytest

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
from trade.duplicates import similar_statements
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
    # Without words, at the same place.
    {"as_stated": ""},
    {"period": "2023-12"},
]
DIFFERENT = [
    # Other words of the same sentence.
    {"as_stated": "exports were 50"},
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
