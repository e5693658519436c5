"""Figures as tables: one for each indicator, with years as columns."""

from datetime import date

import pytest

from tests.factories import IndicatorFactory, SourceFactory
from trade.models import Figure
from trade.tables import figure_tables

pytestmark = pytest.mark.django_db


def tables(choices=frozenset()):
    return figure_tables(list(Figure.objects.for_pages().order_by("sort_key", "pk")), choices)


def values(row):
    return [[f"{figure.value / 1_000_000:.0f}" for figure in cell.figures] for cell in row.cells]


def test_each_indicator_has_a_table_with_its_years(state, pair):
    source = SourceFactory()
    state("exports", "1", source, period="2019")
    state("exports", "2", source, period="2021")
    state("exports", "3", source, period="2021", from_country=pair[1], to_country=pair[0])
    state("trade-turnover", "9", source, period="2020")
    found = {table.indicator.slug: table for table in tables()}
    assert {slug: table.years for slug, table in found.items()} == {
        "exports": (2019, 2021),
        "trade-turnover": (2020,),
    }
    assert [row.direction for row in found["exports"].rows] == [
        f"{pair[0]} → {pair[1]}",
        f"{pair[1]} → {pair[0]}",
    ]
    assert [values(row) for row in found["exports"].rows] == [[["1"], ["2"]], [[], ["3"]]]
    assert found["exports"].query == "country=aland&partner=borduria&indicator=exports"


def test_reporters_and_units_have_their_own_rows(state, pair):
    source = SourceFactory()
    state("trade-turnover", "5", source)
    state("trade-turnover", "6", source, reporter_country=None)
    state("trade-turnover", "7", source, unit="EUR")
    (table,) = tables()
    assert {(row.reporter, row.facts) for row in table.rows} == {
        (str(pair[0]), "US dollars, all goods"),
        (str(pair[0]), "euros, all goods"),
        ("Reporter not stated", "US dollars, all goods"),
    }


def test_the_preferred_figure_is_first_and_the_oldest_are_left_out(state):
    source = SourceFactory()
    old = [
        state("exports", str(number), source, vintage=date(2020 + number, 1, 1))
        for number in range(5)
    ]
    (row,) = tables()[0].rows
    assert values(row) == [["4", "3", "2"]]
    assert row.cells[0].more == 2
    (row,) = tables(choices={old[1].slug})[0].rows
    assert values(row) == [["1", "4", "3"]]


def test_parts_of_a_year_are_in_no_table_and_stocks_are_under_the_year_of_their_day(
    state, indicators
):
    indicators["stock"] = IndicatorFactory(slug="stock", measure="stock")
    source = SourceFactory()
    state("exports", "5", source, period="2024-01")
    state("stock", "7", source, period="[..2022-10-26]")
    (table,) = tables()
    assert (table.indicator.slug, table.years) == ("stock", (2022,))
