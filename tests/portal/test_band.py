"""The band over the years: bins, lanes, and zooming."""

import pytest

from portal.band import LAYOUT, Years, ZoomError, band, picked_years

WHOLE = Years(1991, 2024)


def height(count, most):
    return LAYOUT.share(LAYOUT.column(count, most), 6)


def test_a_year_has_a_bar_with_a_block_in_the_lane_of_each_kind():
    found = band([(1991, "event", 5), (1991, "visit", 1), (2024, "office", 3)], WHOLE)
    first, last = found.bars
    assert (first.years, first.counts, first.total) == ("1991", (5, 1, 0, 0, 0, 0), 6)
    assert (first.x, first.width) == (0, 2.941)
    assert last.x == 97.059
    (kind, event), (other, visit) = first.blocks
    assert (kind, event.height, event.y) == ("event", 11.944, 1.944)
    assert (other, visit.height) == ("visit", 3.611)
    assert visit.y + visit.height == pytest.approx(found.lanes[1][0].y, abs=0.01)


def test_block_heights_follow_the_square_root_of_counts():
    found = band([(1991, "event", 101), (1992, "event", 26), (1993, "event", 1)], WHOLE)
    (most, quarter, one) = (
        block.height for ((_kind, block),) in (bar.blocks for bar in found.bars)
    )
    assert (most, one) == (height(101, 101), height(1, 101))
    assert quarter == pytest.approx((most + one) / 2, abs=0.01)


def test_the_label_of_a_bar_counts_its_kinds():
    (bar,) = band([(1992, "event", 4), (1992, "membership", 5)], WHOLE).bars
    assert bar.words == "1992, 9 entries: event 4, membership 5"
    (bar,) = band([(1992, "event", 1)], WHOLE).bars
    assert bar.words == "1992, 1 entry: event 1"


def test_undated_entries_are_counted_separately():
    found = band([(None, "event", 2), (None, "mission", 3), (1992, "event", 1)], WHOLE)
    assert (found.undated, found.total, len(found.bars)) == (5, 6, 1)
    counts = {lane.key: (count, undated) for lane, count, undated in found.lanes}
    assert (counts["event"], counts["mission"], counts["visit"]) == ((1, 2), (0, 3), (0, 0))


def test_only_the_kinds_of_the_pair_have_a_lane():
    found = band([(1992, "visit", 1)], WHOLE, kinds={"visit", "action", "membership"})
    assert [lane.key for lane, *_counts in found.lanes] == ["visit", "action", "membership"]
    assert found.absent == ("events", "missions", "offices")
    assert found.bars[0].counts == (1, 0, 0)
    assert found.bars[0].words == "1992, 1 entry: visit 1"
    assert found.base == LAYOUT.share(3, 3)
    assert found.base < found.tick_end < found.year_y < 100


@pytest.mark.parametrize(
    ("most", "values"),
    [(0, []), (1, [1]), (2, [1, 2]), (5, [1, 5]), (39, [1, 10, 39]), (267, [1, 50, 267])],
)
def test_the_scale_has_the_heights_of_the_blocks(most, values):
    found = band([(1992, "event", most)] if most else [], WHOLE)
    assert [value for value, _y, _height in found.scale] == values
    for value, y, height in found.scale:
        assert height == pytest.approx(LAYOUT.column(value, most), abs=0.001)
        assert y + height == pytest.approx(1)


@pytest.mark.parametrize(
    ("years", "step", "bars"),
    [(120, 1, 120), (121, 2, 61), (595, 5, 120), (600, 10, 61), (9999, 100, 100)],
)
def test_a_long_span_has_at_most_120_wider_bars(years, step, bars):
    found = band([(year, "event", 1) for year in range(1, years + 1)], Years(1, years))
    assert (found.axis.step, len(found.bars)) == (step, bars)
    assert sum(bar.total for bar in found.bars) == years
    assert found.bars[-1].last == years


def test_only_entries_in_the_window_are_shown_and_counted():
    counts = [(1991, "event", 5), (2001, "event", 1), (2024, "visit", 3)]
    found = band(counts, WHOLE, zoom=Years(2000, 2010))
    assert [bar.years for bar in found.bars] == ["2001"]
    assert [count for _lane, count, _undated in found.lanes] == [1, 0, 0, 0, 0, 0]


def test_picked_years_are_clipped_to_the_window():
    found = band([], WHOLE, zoom=Years(2000, 2009), picked=Years(1995, 2004))
    assert found.picked_place == (0, 50)
    assert band([], WHOLE, picked=WHOLE).picked_place == (0, 100)
    assert band([], WHOLE, zoom=Years(2000, 2009), picked=Years(1992, 1993)).picked_place == (0, 0)


class TestZooming:
    def test_the_full_span_can_only_zoom_in(self):
        assert band([], WHOLE).zooms == {"nearer": "2000-2016"}

    def test_a_window_can_zoom_and_move_in_both_directions(self):
        assert band([], WHOLE, zoom=Years(2005, 2012)).zooms == {
            "nearer": "2006-2011",
            "wider": "2001-2016",
            "earlier": "2001-2008",
            "later": "2009-2016",
        }

    def test_zooming_in_centres_on_the_picked_years(self):
        found = band([], WHOLE, picked=Years(1992, 1993))
        assert found.zooms["nearer"] == "1991-2007"
        assert band([], WHOLE, picked=Years(2020, 2020)).zooms["nearer"] == "2008-2024"

    def test_a_window_at_the_edge_cannot_move_further(self):
        found = band([], WHOLE, zoom=Years(2004, 2024))
        assert found.zooms["wider"] == ""
        assert "later" not in found.zooms

    def test_a_window_of_six_years_cannot_zoom_in(self):
        assert "nearer" not in band([], WHOLE, zoom=Years(2000, 2005)).zooms

    def test_a_window_outside_the_span_is_moved_into_it(self):
        assert band([], WHOLE, zoom=Years(1800, 1809)).window == Years(1991, 2000)
        assert band([], WHOLE, zoom=Years(1, 9999)).window == WHOLE

    @pytest.mark.parametrize("text", ["1990", "1990-1980", "0000-0001", "a-b", "1990-2000-2010"])
    def test_invalid_years_are_rejected(self, text):
        with pytest.raises(ZoomError):
            Years.parse(text)


@pytest.mark.parametrize(
    ("first", "last", "picked"),
    [
        (None, None, None),
        (2000, None, Years(2000, 2024)),
        (None, 2000, Years(1991, 2000)),
        (2000, 2001, Years(2000, 2001)),
        (2001, 2000, None),
        (2030, None, Years(2030, 2030)),
        (None, 1900, Years(1900, 1900)),
    ],
)
def test_open_ends_of_a_pick_extend_to_the_full_span(first, last, picked):
    assert picked_years(first, last, WHOLE) == picked
