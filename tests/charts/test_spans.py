"""Spans and trees along an axis of days."""

from datetime import date

import pytest

from charts.spans import DayAxis, Node, SpanChart, draw_tree, place_marks

TODAY = date(2026, 1, 1)


def test_an_axis_over_all_possible_years_has_round_ticks():
    axis = DayAxis.over([date(2, 1, 1), date(9998, 12, 30)], TODAY)
    assert [year for _x, year in axis.ticks] == [2000, 4000, 6000, 8000]


def test_unknown_and_extreme_days_do_not_stretch_the_axis():
    axis = DayAxis.over([None, date.min, date.max, date(2020, 5, 6)], TODAY)
    assert (axis.first, axis.last) == (2020, 2026)


def test_days_are_placed_to_scale_and_clamped_at_the_edges():
    axis = DayAxis(2020, 2023)
    assert axis.place(date.min, date.max) == (12, 696)
    assert axis.place(date(2021, 1, 1), date(2022, 1, 1)) == (186, 174)


def test_a_single_day_has_a_visible_width():
    assert DayAxis(2020, 2023).place(date(2020, 1, 1), date(2020, 1, 1)) == (12, 1)


def test_close_marks_go_to_separate_levels_in_order_of_their_days():
    days = [date(2020, 1, 3), date(2020, 1, 2), date(2025, 1, 1), date(2020, 1, 1)]
    axis = DayAxis(2020, 2026)
    marks = place_marks(axis, [(day, str(day)) for day in days])
    assert [(mark.label, mark.level) for mark in marks] == [
        ("2020-01-01", 0), ("2020-01-02", 1), ("2020-01-03", 2), ("2025-01-01", 0),
    ]  # fmt: skip
    chart = SpanChart(axis, [], marks, axis.x(TODAY))
    assert (chart.spans_y, chart.height) == (58, 118)


def test_tree_nodes_are_joined_to_their_parents():
    chart = draw_tree(
        [
            Node(0, date(2020, 1, 1), "top"),
            Node(1, date(2021, 1, 1), "below", "amends", "amends"),
            Node(2, None, "below that", "ends", "ends"),
            Node(1, date(2022, 1, 1), "beside", "amends", "amends"),
        ],
        date(2023, 1, 1),
    )
    assert [(dot.x, dot.y) for dot in chart.dots] == [(12, 17), (186, 51), (12, 85), (360, 119)]
    assert chart.lines == [
        (12, 17, 186, 51, "amends"), (186, 51, 12, 85, "ends"), (12, 17, 360, 119, "amends"),
    ]  # fmt: skip


@pytest.mark.parametrize(("length", "title"), [(60, "x" * 60), (61, "x" * 60 + " …")])
def test_a_long_title_is_truncated(length, title):
    (dot,) = draw_tree([Node(0, TODAY, "x" * length)], TODAY).dots
    assert dot.title == title
