"""Figures as tables: one for each indicator, with years as columns."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.http import urlencode

from trade.balance import day_of, preferred, reporter_key
from trade.charts import stated_by
from trade.goods import Goods
from trade.models import Figure, Indicator
from trade.rules import of_one_time

# The figures that a cell shows; the page links to the list of the others.
SHOWN = 3


@dataclass(frozen=True, slots=True)
class Cell:
    """The figures of a year, the preferred one first, and the number of those that are left out."""

    year: int
    figures: tuple[Figure, ...]
    more: int

    @property
    def words(self) -> str:
        return str(self.year)


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of one direction, reporter, unit and kind of goods, with a cell for each year of
    the table. `direction` is empty for an indicator without one."""

    direction: str
    reporter: str
    unit: str
    goods: Goods | None
    cells: tuple[Cell, ...]

    @property
    def facts(self) -> str:
        """Unit and goods in words."""
        return ", ".join(filter(None, [self.unit, self.goods.words if self.goods else ""]))


@dataclass(frozen=True, slots=True)
class FigureTable:
    """The figures of one indicator of a pair; `years` are those with a figure, the newest last, and
    `query` is that of their list."""

    indicator: Indicator
    years: tuple[int, ...]
    rows: tuple[Row, ...]
    query: str


def figure_tables(figures: Iterable[Figure], choices: set[str] = frozenset()) -> list[FigureTable]:
    """A table for each indicator of a pair, in the order of their names. Flows of other periods
    than a whole year are left out, as are stocks over several days."""
    by_indicator = defaultdict(list)
    for row in figures:
        if of_one_time(row):
            by_indicator[row.indicator].append(row)
    return [
        _table(indicator, rows, choices)
        for indicator, rows in sorted(
            by_indicator.items(), key=lambda item: (item[0].name, item[0].slug)
        )
    ]


def _table(indicator: Indicator, figures: list[Figure], choices: set[str]) -> FigureTable:
    years = tuple(sorted({day_of(row).year for row in figures}))
    groups = defaultdict(lambda: defaultdict(list))
    for row in figures:
        direction = f"{row.origin} → {row.destination}" if indicator.directed else ""
        goods = Goods.of_figure(row) if row.of_goods else None
        key = (direction, goods or Goods(), reporter_key(row), row.unit)
        groups[key][day_of(row).year].append(row)
    rows = []
    for (direction, goods, _reporter, _unit), by_year in sorted(groups.items()):
        some = next(iter(by_year.values()))[0]
        cells = tuple(_cell(year, by_year.get(year, []), choices) for year in years)
        unit = "" if some.unit == Figure.Unit.COUNT else str(some.get_unit_display())
        rows.append(Row(direction, stated_by(some), unit, goods if some.of_goods else None, cells))
    one, other = sorted(side.slug for side in (figures[0].from_country, figures[0].to_country))
    query = urlencode({"country": one, "partner": other, "indicator": indicator.slug})
    return FigureTable(indicator, years, tuple(rows), query)


def _cell(year: int, figures: list[Figure], choices: set[str]) -> Cell:
    if not figures:
        return Cell(year, (), 0)
    (best,) = preferred([(row,) for row in figures], choices)
    # The others by the day on which they were last stated, the latest first.
    others = [row for row in figures if row is not best]
    others.sort(key=lambda row: (row.last_stated, row.pk), reverse=True)
    return Cell(year, (best, *others[: SHOWN - 1]), max(0, len(others) - SHOWN + 1))
