"""The mirror comparison: both sides' reports of the same trade, side by side."""

import json
from decimal import Decimal

import pytest

from tests.factories import CommodityFactory, SourceFactory
from trade.mirror import reflections
from trade.models import Figure
from trade.quantities import Quantity

pytestmark = pytest.mark.django_db


def found():
    return reflections(Figure.objects.for_pages().order_by("pk"))


def test_the_sellers_exports_meet_the_buyers_imports(state, pair):
    source = SourceFactory()
    state("exports", "10", source, valuation="fob")
    state("imports", "12", source, valuation="cif", reporter_country=pair[1])
    (row,) = found()
    assert (row.seller, row.buyer, row.year) == (*pair, 2023)
    assert (row.gap, row.ratio) == (Quantity(Decimal("2000000")), Quantity(Decimal("1.2")))
    assert (row.one_sided, row.silent) == (False, None)
    assert (row.exports.figure.valuation, row.imports.figure.valuation) == ("fob", "cif")


@pytest.mark.parametrize(
    ("indicator", "reporter", "silent"), [("exports", 0, 1), ("imports", 1, 0)]
)
def test_a_single_report_has_no_gap_and_names_the_silent_side(
    state, pair, indicator, reporter, silent
):
    state(indicator, "10", SourceFactory(), reporter_country=pair[reporter])
    (row,) = found()
    assert (row.gap, row.ratio, row.silent) == (None, None, pair[silent])


def test_revisions_of_a_classification_match_but_other_goods_do_not(state, pair):
    source = SourceFactory()
    old, new = (CommodityFactory(code="27", revision=year) for year in ("2002", "2007"))
    state("exports", "10", source, commodity=old)
    state("imports", "12", source, commodity=new, reporter_country=pair[1])
    state("exports", "1", source, commodity=CommodityFactory(code="10"))
    state("exports", "99", source)
    rows = found()
    assert [(row.commodity.code if row.commodity else "", row.one_sided) for row in rows] == [
        ("", True), ("10", True), ("27", False),
    ]  # fmt: skip


def test_gap_and_ratio_have_the_qualifier_that_follows(client, state, pair):
    source = SourceFactory()
    state("exports", "10", source)
    state("imports", "12", source, reporter_country=pair[1], qualifier="more_than")
    (row,) = found()
    assert row.gap == Quantity(Decimal("2000000"), "more_than")
    assert row.ratio == Quantity(Decimal("1.2"), "more_than")
    page = client.get("/trade/aland-borduria/mirror/").content.decode()
    for words in ("more than 12,000,000", "more than 2 million", "more than 1.20"):
        assert words in page, words
    (item,) = json.loads(client.get("/trade/aland-borduria/mirror.json").getvalue())["items"]
    assert (item["imports"], item["imports_qualifier"]) == ("12000000", "more_than")
    assert (item["gap"], item["gap_qualifier"]) == ("2000000", "more_than")
    assert (item["ratio"], item["ratio_qualifier"]) == ("1.2000", "more_than")


def test_there_is_no_gap_between_two_limits(state, pair):
    source = SourceFactory()
    state("exports", "10", source, qualifier="more_than")
    state("imports", "12", source, reporter_country=pair[1], qualifier="more_than")
    (row,) = found()
    assert (row.gap, row.ratio, row.one_sided) == (None, None, False)


def test_directions_years_and_units_are_compared_separately(state, pair):
    source = SourceFactory()
    state("exports", "1", source)
    for other in ({"period": "2022"}, {"unit": "EUR"}):
        state("imports", "2", source, reporter_country=pair[1], **other)
    state("imports", "3", source, from_country=pair[1], to_country=pair[0])
    rows = found()
    assert len(rows) == 4
    assert all(row.one_sided for row in rows)


def test_zero_exports_have_a_gap_but_no_ratio(state, pair):
    source = SourceFactory()
    state("exports", "0", source)
    state("imports", "2", source, reporter_country=pair[1])
    (row,) = found()
    assert (row.gap, row.ratio) == (Quantity(Decimal("2000000")), None)


def test_third_party_reports_are_ignored(state, pair):
    state("exports", "1", SourceFactory(), reporter_country=None)
    state("exports", "1", SourceFactory(), reporter_country=pair[1])
    assert found() == []
