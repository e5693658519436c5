"""The goods of a pair's trade: bars with the rest, and growth between two years."""

import pytest

from tests.factories import CommodityFactory, SourceFactory
from trade.compositions import composition_charts, growth_tables
from trade.models import Figure

pytestmark = pytest.mark.django_db


@pytest.fixture
def goods(state):
    """Publish exports of commodities: pairs of code and millions, from one source by default."""
    default, commodities = SourceFactory(), {}

    def make(values, source=default, **more):
        for code, millions in values:
            if code not in commodities:
                commodities[code] = CommodityFactory(code=code, name=f"Goods {code}")
            state("exports", millions, source, commodity=commodities[code], **more)
        return source

    return make


def chart(count=2):
    (found,) = composition_charts(list(Figure.objects.for_pages()), set(), count)
    return found


class TestComposition:
    def test_the_classes_without_a_bar_are_one_bar(self, goods, state):
        state("exports", "20", goods([("10", "8"), ("11", "6"), ("12", "4"), ("13", "1")]))
        found = chart()
        assert [(bar.label, bar.point.words, bar.rest) for bar in found.bars] == [
            ("10 Goods 10", "8 million US dollars", False),
            ("11 Goods 11", "6 million US dollars", False),
            ("2 other classes", "5 million US dollars", True),
        ]
        assert (found.more, found.total.value) == (2, 19_000_000)
        assert found.bars[-1].point.share.value == 25
        assert [bar.url for bar in found.plot.bars][-1] == ""

    def test_all_classes_can_have_a_bar(self, goods):
        goods([("10", "8"), ("11", "6"), ("12", "4")])
        found = chart(count=15)
        assert [bar.rest for bar in found.bars] == [False] * 3
        assert found.more == 0

    def test_a_rest_without_a_sum_has_no_bar(self, goods):
        goods([("10", "8"), ("11", "6"), ("12", "4")])
        goods([("13", "3")], qualifier="about")
        goods([("14", "2")], qualifier="more_than")
        found = chart()
        assert [bar.rest for bar in found.bars] == [False, False]
        assert (found.has_rest, found.more, found.total) == (False, 3, None)

    def test_the_file_marks_the_rest_as_computed_and_of_no_one_class(self, goods):
        goods([("10", "8"), ("11", "6"), ("12", "4"), ("13", "1")])
        rows = list(chart().rows())
        assert [(row["commodity"], row["kind"], row["value"]) for row in rows] == [
            ("HS:10", "stated", "8000000"),
            ("HS:11", "stated", "6000000"),
            ("", "computed", "5000000"),
        ]
        assert len(rows[-1]["figures"]) == 2


class TestGrowth:
    def tables(self):
        return growth_tables(list(Figure.objects.for_pages()), (2020, 2023))

    def test_goods_are_ordered_by_growth(self, goods):
        goods([("10", "2"), ("11", "4"), ("12", "0")], period="2020")
        goods([("10", "1"), ("11", "6"), ("12", "5")])
        (table,) = self.tables()
        assert table.title.startswith("Indicator")
        assert "2020–2023" in table.title
        assert [(row.label, row.growth and row.growth.value) for row in table.rows] == [
            ("11 Goods 11", 50),
            ("10 Goods 10", -50),
            # No growth follows from zero.
            ("12 Goods 12", None),
        ]

    def test_only_goods_with_a_value_in_both_years_are_compared(self, goods):
        goods([("10", "2"), ("11", "4")], period="2020")
        goods([("10", "3"), ("12", "9")])
        (table,) = self.tables()
        assert [row.label for row in table.rows] == ["10 Goods 10"]

    def test_values_of_two_sources_are_not_compared(self, goods):
        goods([("10", "2")], period="2020")
        goods([("10", "3")], source=SourceFactory())
        assert self.tables() == []

    def test_values_in_two_revisions_are_not_compared(self, state):
        source = SourceFactory()
        for revision, year in (("2012", "2020"), ("2017", "2023")):
            commodity = CommodityFactory(code="10", revision=revision)
            state("exports", "5", source, commodity=commodity, period=year)
        assert self.tables() == []
