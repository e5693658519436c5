"""Pictures of treaties as plain data."""

from datetime import date

from treaties.charts import Axis


def test_an_axis_over_all_years_that_there_are_has_round_ticks():
    axis = Axis.over([date(2, 1, 1), date(9998, 12, 30)], date(2026, 1, 1))
    assert [year for _x, year in axis.ticks] == [2000, 4000, 6000, 8000]
