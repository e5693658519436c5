"""Lanes over years: where their columns are drawn."""

import pytest

from charts.lanes import IN_EM, Column, draw_lanes
from charts.scales import YearAxis


def test_the_highest_column_fills_its_lane_and_others_scale_with_it():
    lanes = [("a", "A", [Column((2001, 2001), 4)]), ("b", "B", [Column((2004, 2004), 2)])]
    one, other = draw_lanes(YearAxis(2001, 2004), lanes)
    (high,), (half,) = one.blocks, other.blocks
    assert (high.x, high.width, half.x) == (0, 25, 75)
    assert high.height == IN_EM.share(3.2 - 1.3, 2) == pytest.approx(2 * half.height, abs=0.01)
    assert high.y + high.height == pytest.approx(one.y, abs=0.01)
    assert other.y == IN_EM.share(6.4, 2) == pytest.approx(100 * 6.4 / 8.2, abs=0.01)


def test_low_columns_have_a_visible_minimum_height():
    columns = [Column((2001, 2001), 1000), Column((2002, 2002), 1)]
    (lane,) = draw_lanes(YearAxis(2001, 2002), [("a", "A", columns)])
    assert lane.blocks[1].height == IN_EM.share(0.22, 1)


def test_unsure_blocks_are_pale_and_stack_on_sure_ones():
    column = Column((2001, 2001), 1, "words", "/sure", unsure=3, unsure_url="/unsure")
    (lane,) = draw_lanes(YearAxis(2001, 2001), [("a", "A", [column])])
    sure, pale = lane.blocks
    assert (sure.pale, sure.url, pale.pale, pale.url) == (False, "/sure", True, "/unsure")
    assert pale.y + pale.height == pytest.approx(sure.y, abs=0.01)
    assert pale.height == pytest.approx(3 * sure.height, abs=0.01)
    assert lane.most == 4


def test_lanes_without_columns_are_drawn():
    (lane,) = draw_lanes(YearAxis(2001, 2001), [("a", "A", [])])
    assert (lane.blocks, lane.most) == ((), 0)
