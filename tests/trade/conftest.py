"""A pair of countries, the trade indicators, and a fixture that publishes figures of the pair."""

from decimal import Decimal

import pytest

from tests.factories import CountryFactory, FigureFactory, IndicatorFactory
from tests.steps import publish
from trade.models import Figure


@pytest.fixture
def pair():
    return CountryFactory(slug="aland"), CountryFactory(slug="borduria")


@pytest.fixture
def indicators():
    return {
        slug: IndicatorFactory(slug=slug, directed=directed, signed=slug.endswith("growth"))
        for slug, directed in (
            ("trade-turnover", False),
            ("exports", True),
            ("imports", True),
            ("re-exports", True),
            ("trade-turnover-growth", False),
        )
    }


@pytest.fixture
def state(pair, indicators):
    """Publish a figure of the pair in millions of dollars, for 2023 by default."""

    def make(indicator, millions, source, **more):
        values = {
            "indicator": indicators[indicator],
            "from_country": pair[0],
            "to_country": pair[1],
            "reporter_country": pair[0],
            "period": "2023",
            "value": Decimal(millions) * 1_000_000,
            "scale": 6,
            "unit": "USD",
            "source": source,
        }
        figure = FigureFactory(**(values | more))
        publish(Figure.objects.filter(pk=figure.pk))
        return figure

    return make


def observed_values(found):
    """The observed values, by reporter and year."""
    return {
        reporter: {year: row.value for year, row in years.items()}
        for reporter, years in found.items()
    }
