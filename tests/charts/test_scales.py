"""Scales and their round ticks."""

from datetime import date
from decimal import Decimal

import pytest

from charts.scales import (
    Linear,
    YearAxis,
    in_years,
    round_months,
    round_values,
    round_years,
    year_ranges,
)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 598_470_000, [0, 200_000_000, 400_000_000, 600_000_000]),
        (-3, 4, [-4, -2, 0, 2, 4]),
        (0, 0, [0, Decimal("0.2"), Decimal("0.4"), Decimal("0.6"), Decimal("0.8"), 1]),
        (5, 7, [0, 2, 4, 6, 8]),
    ],
)
def test_value_ticks_are_round_and_cover_zero_and_all_values(low, high, expected):
    assert round_values(Decimal(low), Decimal(high)) == expected


@pytest.mark.parametrize(
    ("first", "last", "most", "expected"),
    [
        (2018, 2021, 8, [2018, 2019, 2020, 2021]),
        (1995, 2024, 8, [1995, 2000, 2005, 2010, 2015, 2020]),
        (2011, 2012, 1, [2012]),
        (1, 9999, 4, [5000]),
    ],
)
def test_year_ticks_are_round_and_within_the_maximum(first, last, most, expected):
    assert round_years(first, last, most) == expected


@pytest.mark.parametrize(
    ("first", "last", "bins", "ticks"),
    [(2001, 2001, 1, 1), (1991, 2024, 34, 6), (1900, 2024, 25, 7), (1, 9999, 50, 9)],
)
def test_bins_and_ticks_are_round_and_few(first, last, bins, ticks):
    axis = YearAxis(first, last)
    assert len(axis.bins()) == bins
    assert len(axis.ticks) == ticks
    assert axis.bins()[0][0] == first
    assert axis.bins()[-1][1] == last


def test_a_linear_scale_clamps_values_outside_its_range():
    scale = Linear(Decimal(10), Decimal(20), 100, 0)
    assert [scale(Decimal(value)) for value in (5, 10, 12, 20, 21)] == [100, 100, 80, 0, 0]


def test_a_scale_of_a_single_value_maps_to_its_end():
    assert Linear(3, 3, 0, 50)(3) == 50


def test_in_years_converts_a_day_to_decimal_years():
    assert [in_years(date(2005, 1, 1)), in_years(date(2022, 10, 26))] == [2005, 2022.814]


@pytest.mark.parametrize(
    ("years", "ranges"),
    [
        ([], []),
        ([2005], ["2005"]),
        ([*range(1996, 2005), *range(2006, 2015)], ["1996–2004", "2006–14"]),
        ([1999, 1998, 1998], ["1998–99"]),
        ([1905, 1906, 1908], ["1905–06", "1908"]),
        ([1999, 2000], ["1999–2000"]),
        ([2000, 2001], ["2000–01"]),
        ([998, 999, 1000], ["998–1000"]),
        ([910, 911], ["910–911"]),
    ],
)
def test_years_are_written_as_ranges(years, ranges):
    assert year_ranges(years) == ranges


@pytest.mark.parametrize(
    ("first", "count", "months"),
    [
        (2023 * 12 + 10, 4, [(2023, 11), (2023, 12), (2024, 1), (2024, 2)]),
        (2023 * 12 + 10, 8, [(2023, 11), (2024, 1), (2024, 3), (2024, 5)]),
        (2020 * 12 + 1, 48, [(2021, 1), (2022, 1), (2023, 1), (2024, 1)]),
    ],
)
def test_month_ticks_are_at_round_distances(first, count, months):
    found = round_months(range(first, first + count), 5)
    assert [(month // 12, month % 12 + 1) for month in found] == months
