"""The goods of a pair's trade: their shares in a year, and their growth between two years."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from charts.styles import Styles
from trade.balance import Observation, composition, computed, observation, reporter_key
from trade.charts import Bar, Chart
from trade.models import Figure
from trade.quantities import Quantity, change, share, sum_of

# The numbers of bars to choose from; charts on pages show the first by default.
BARS = (15, 50, 100)


def composition_charts(
    figures: list[Figure], choices: set[str], bars: int = BARS[0], styles: Styles | None = None
) -> list[Chart]:
    """The commodities of one year's trade, by reporter and direction; takes that year's figures.

    The classes of goods after the first `bars` are one bar, if their values have a sum.
    """
    found = []
    for rows in _groups(figures):
        chart = _composition(rows, choices, bars)
        if chart:
            style = styles.style(reporter_key(rows[0])) if styles else chart.style
            found.append(replace(chart, style=style))
    return found


def _groups(figures: Iterable[Figure]) -> list[list[Figure]]:
    """The figures by direction, flow, reporter and unit, without targets."""
    groups = defaultdict(list)
    for row in figures:
        if row.status != Figure.Status.TARGET:
            key = (row.from_country.slug, row.indicator.slug, reporter_key(row), row.unit)
            groups[key].append(row)
    return [rows for _key, rows in sorted(groups.items())]


def _composition(figures: list[Figure], choices: set[str], count: int) -> Chart | None:
    parts, total = composition(figures, choices)
    if not parts:
        return None
    row = parts[0].figure
    bars = [Bar(goods_words(part.figure), part) for part in parts[:count]]
    rest = parts[count:]
    left = sum_of(part.quantity for part in rest) if rest else None
    if left:
        words = ngettext("%(count)d other class", "%(count)d other classes", len(rest))
        point = computed(left, (part.figure for part in rest))
        part_of_total = share(left, total.quantity) if total else None
        bars.append(
            Bar(words % {"count": len(rest)}, replace(point, share=part_of_total), rest=True)
        )
    level = _("Classes of goods at the broadest level that is recorded.")
    shares = _("Shares are of the total that the same source states.")
    none = _("No total from the same source is recorded, so there are no shares.")
    return Chart(
        key="-".join(
            filter(
                None,
                ("goods", row.indicator.slug, "from", row.from_country.slug, "by",
                 reporter_key(row) or "none", row.unit.lower()),
            )
        ),
        title=_("%(kind)s, %(seller)s → %(buyer)s, %(year)s (reporter: %(reporter)s)")
        % _words(row, row.period.year),
        description=f"{level} {shares if total else none}",
        unit=row.unit,
        bars=tuple(bars),
        year=row.period.year,
        total=sum_of(part.quantity for part in parts),
        more=len(rest),
    )  # fmt: skip


def goods_words(figure: Figure) -> str:
    return f"{figure.commodity.code} {figure.commodity.name}"


def _words(figure: Figure, year: int | str) -> dict:
    return {
        "kind": figure.indicator,
        "seller": figure.from_country,
        "buyer": figure.to_country,
        "year": year,
        "reporter": figure.stated_by or _("not stated"),
    }


@dataclass(frozen=True, slots=True)
class GoodsGrowth:
    """The values of one class of goods in two years, and the growth between them in per cent; None
    if no number follows."""

    label: str
    earlier: Observation
    later: Observation
    growth: Quantity | None


@dataclass(frozen=True, slots=True)
class GrowthTable:
    """The classes of goods of one flow and reporter, the fastest growing first; those without a
    growth rate last."""

    key: str
    title: str
    unit: str
    rows: tuple[GoodsGrowth, ...]


def growth_tables(figures: list[Figure], years: tuple[int, int], choices=frozenset()):
    """The growth of goods between two years, by direction, flow, reporter and unit; takes the
    figures of both years. Values are compared only within one source and revision of the
    classification, and goods without a value in either year are left out."""
    return [table for rows in _groups(figures) if (table := _growth(rows, years, choices))]


def _growth(figures: list[Figure], years: tuple[int, int], choices) -> GrowthTable | None:
    groups = defaultdict(lambda: ([], []))
    for row in figures:
        if row.commodity_id:
            level = (-len(row.commodity.code), row.commodity.classification)
            groups[level, row.commodity, row.source_id][row.period.year == years[1]].append(row)
    both = {key: rows for key, rows in groups.items() if all(rows)}
    if not both:
        return None
    broadest = max(level for level, _goods, _source in both)
    found = {}
    for (level, goods, _source), rows in both.items():
        if level == broadest:
            found.setdefault(goods.code, []).append([observation(side, choices) for side in rows])
    rows = []
    for stated in found.values():
        # If several sources state both years, the one counts that states the preferred figure.
        best = observation([later.figure for _earlier, later in stated], choices).figure
        earlier, later = next(pair for pair in stated if pair[1].figure == best)
        rate = change(later.quantity, earlier.quantity)
        rows.append(GoodsGrowth(goods_words(later.figure), earlier, later, rate))
    row = figures[0]
    rows.sort(key=lambda row: (row.growth is None, row.growth and -row.growth.value, row.label))
    return GrowthTable(
        key=f"growth-{row.indicator.slug}-from-{row.from_country.slug}-by-"
        f"{reporter_key(row) or 'none'}-{row.unit.lower()}",
        title=_("%(kind)s, %(seller)s → %(buyer)s, %(year)s (reporter: %(reporter)s)")
        % _words(row, f"{years[0]}–{years[1]}"),
        unit=str(row.get_unit_display()),
        rows=tuple(rows),
    )
