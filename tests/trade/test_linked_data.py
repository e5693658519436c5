"""Figures in the vocabulary of schema.org."""

from decimal import Decimal

import pytest

from tests.factories import FigureFactory
from trade import linked_data
from trade.models import Figure

pytestmark = pytest.mark.django_db


def node(**values) -> dict:
    figure = FigureFactory(**values)
    return linked_data.figure(Figure.objects.for_pages().get(pk=figure.pk))


def detail(found: dict, name: str) -> str | None:
    """The value of an additional property."""
    values = {one["name"]: one["value"] for one in found["additionalProperty"]}
    return values.get(name)


@pytest.mark.parametrize(
    ("qualifier", "expected"),
    [
        ("exact", {"value": "1000000"}),
        ("about", {"value": "1000000"}),
        ("more_than", {"minValue": "1000000"}),
        ("at_least", {"minValue": "1000000"}),
        ("less_than", {"maxValue": "1000000"}),
        ("range", {"minValue": "1000000", "maxValue": "2000000.5"}),
    ],
)
def test_a_figure_is_an_observation_with_the_values_that_its_words_allow(qualifier, expected):
    upper = {"upper": "2000000.5"} if qualifier == "range" else {}
    found = node(qualifier=qualifier, **upper)
    assert found["@type"] == "Observation"
    names = ("value", "minValue", "maxValue")
    assert {name: found[name] for name in names if name in found} == expected
    assert detail(found, "qualifier") == qualifier
    assert found["unitText"] == "USD"


def test_a_figure_of_several_years_has_no_single_date():
    found = node(period="2020", period_until="2022")
    assert "observationDate" not in found
    assert detail(found, "period") == "2020/2022"
    assert node(period="2023")["observationDate"] == "2023"


def test_an_area_is_a_place_without_an_address():
    figure = FigureFactory.build(
        to_country=None,
        to_area="world",
        from_country__slug="a",
        slug="a",
        source__slug="b",
        value=Decimal(1),
    )
    one, other = linked_data.figure(figure)["observationAbout"]
    assert one["@id"] == "/countries/a/"
    assert other == {"@type": "Place", "name": figure.get_to_area_display()}
