"""The contents of a pair's trade page, for the chosen goods and year."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import chain, groupby
from operator import or_

from django.db.models import Q, prefetch_related_objects

from charts.styles import Style, Styles
from core.related import fetch_related
from relations.models import Country, Disagreement, Relation
from trade.areas import Exclusion
from trade.charts import Chart, reporters
from trade.compositions import GrowthTable, composition_charts, growth_tables
from trade.forms import PairForm, SelectionForm
from trade.goods import goods_in
from trade.mirror import Reflection, reflections
from trade.models import Figure, TradedGood
from trade.over_time import pair_charts, turnover_chart
from trade.rankings import FLOWS, chosen, place, years
from trade.rules import (
    EXPORTS,
    IMPORTS,
    TURNOVER,
    of_one_time,
    of_whole_year,
    reported_trade,
)
from trade.tables import FigureTable, figure_tables

TRADE = (TURNOVER, EXPORTS, IMPORTS)
# How many disagreements the page shows; the list of all is a link away.
DISAGREEMENTS = 10


def reported(pair: Relation):
    """The exports and imports of a pair that one of its two countries reports."""
    both = (pair.country_a, pair.country_b)
    return (
        Figure.objects.published()
        .between(*both)
        .filter(indicator__slug__in=(EXPORTS, IMPORTS), reporter_country__in=both)
    )


def mirror_form(pair: Relation, data) -> SelectionForm:
    """A choice of the goods and years that both sides of a pair report, all by default."""
    figures = reported(pair)
    listed = years(figures.annual().stated())
    return SelectionForm(data, goods=goods_in(figures), years=listed, every=True)


def mirrored(pair: Relation, form: SelectionForm) -> list[Reflection]:
    """Both sides' reports of the goods and years that are chosen in a valid form."""
    figures = reported(pair).annual()
    if form.chosen_goods is not None:
        figures = form.chosen_goods.of(figures)
    if form.chosen_year:
        figures = figures.of_year(form.chosen_year)
    choices = chosen(pair.disagreements.present() if pair.pk else ())
    return reflections(figures.for_pages(), choices)


def dispute(figures: list[Figure], disagreements: Iterable[Disagreement]) -> None:
    """Set `disputes` on each figure: the given disagreements that have it as a member."""
    about = defaultdict(list)
    for row in disagreements:
        for member in row.members:
            about[member["id"]].append(row)
    for figure in figures:
        figure.disputes = about[f"figure:{figure.slug}"]


def disagreements_of(figures: Iterable[Figure]) -> list[Disagreement]:
    """The present disagreements about figures of the same pairs, in one query."""
    pairs = {(row.from_country_id, row.to_country_id) for row in figures if row.pair_slug}
    asked = [Q(relation__country_a__in=pair, relation__country_b__in=pair) for pair in pairs]
    if not asked:
        return []
    return list(Disagreement.objects.present().filter(reduce(or_, asked), record=None))


@dataclass(frozen=True, slots=True)
class PairRank:
    """The place of one country of a pair among the `partners` of the other, which are that many."""

    country: Country
    partner: Country
    flow: str
    year: int
    place: int
    partners: int


def turnover(pair: Relation, choices: set[str]) -> Chart | None:
    """The chart of a pair's turnover in all goods, preferably in US dollars; None if there are no
    figures for it."""
    figures = Figure.objects.published().between(pair.country_a, pair.country_b)
    rows = figures.filter(indicator__slug__in=TRADE, commodity=None).annual()
    # Its values and their reporters need no other related rows than these and the two countries.
    related = ("indicator", "source", "reporter_country", "reporter_organization")
    rows = list(rows.select_related(*related).order_by("sort_key", "pk"))
    fetch_related(rows, "from_country", "to_country", known=pair.known())
    return turnover_chart(pair, rows, choices)


class Selection:
    """The figures of a pair that a reader chose; no figures if the choice is invalid."""

    def __init__(self, pair: Relation, data):
        self.pair, self.both = pair, (pair.country_a, pair.country_b)
        self.figures = Figure.objects.published().between(*self.both)
        trade = self.figures.filter(indicator__slug__in=TRADE)
        by_goods = trade.filter(commodity__isnull=False, period_until="")
        self.form = PairForm(data, goods=goods_in(trade), years=years(by_goods.stated()))

    @property
    def valid(self) -> bool:
        return self.form.is_valid()

    @property
    def goods(self):
        return self.form.chosen_goods if self.valid else self.form.first[0]

    @cached_property
    def disagreements(self) -> list[Disagreement]:
        if not self.pair.pk:
            return []
        return list(self.pair.disagreements.present().filter(record=None))

    @property
    def disagreements_shown(self) -> list[Disagreement]:
        """The first of them, with their decisions."""
        rows = self.disagreements[:DISAGREEMENTS]
        prefetch_related_objects(rows, "decisions")
        return rows

    @cached_property
    def choices(self) -> set[str]:
        return chosen(self.disagreements)

    @cached_property
    def fetched(self) -> tuple[list[Figure], list[Figure], list[Figure]]:
        """`rows`, `worlds` and `goods_rows`, with the related rows that many of them share."""
        if not self.valid:
            return [], [], []
        found = list(self._rows()), list(self._worlds()), list(self._goods_rows())
        shown = (name for name in Figure.SHOWN_WITH if name != "passage")
        fetch_related([*chain(*found)], *shown, known=self.pair.known())
        return found

    @property
    def rows(self) -> list[Figure]:
        """Trade in the chosen goods, and figures of indicators other than trade."""
        return self.fetched[0]

    def _rows(self):
        shown = ~Q(indicator__slug__in=TRADE) | self.goods.condition
        return self.figures.filter(shown).order_by("sort_key", "pk")

    @property
    def worlds(self) -> list[Figure]:
        """The totals of the two countries with the whole world in the chosen goods, by year, from
        any reporter: charts take those of the countries themselves."""
        return self.fetched[1]

    def _worlds(self):
        # Their other side is no country: both conditions have an index. By the reporter, SQLite
        # would take another one and read all totals that the two report.
        own = Q(from_country__in=self.both, to_country=None)
        own |= Q(from_country=None, to_country__in=self.both)
        rows = Figure.objects.published().annual().stated().filter(own, excluded=Exclusion.WORLD)
        rows = rows.filter(indicator__slug__in=FLOWS)
        return self.goods.of(rows).order_by("sort_key", "pk")

    @property
    def goods_rows(self) -> list[Figure]:
        """The exports and imports of the chosen year, and of the year to compare it with."""
        return self.fetched[2]

    def _goods_rows(self):
        if not self.form.chosen_year:
            return ()
        flows = self.figures.filter(indicator__slug__in=FLOWS)
        rows = flows.of_year(self.form.chosen_year)
        if since := self.form.cleaned_data["since"]:
            rows = rows | flows.of_year(since)
        return rows.order_by("pk")

    @cached_property
    def reporters(self) -> dict[str, str]:
        """The reporters of the page by key, with their names: see `trade.charts.reporters`."""
        return reporters(self.pair, [*self.rows, *self.goods_rows])

    @cached_property
    def styles(self) -> Styles:
        return Styles(self.reporters)

    def legend(self) -> list[tuple[Style, str]]:
        """The style and the name of each reporter that a chart of the page shows."""
        drawn = {line.reporter for chart in self.charts for line in chart.lines}
        return [
            (self.styles.style(key), name) for key, name in self.reporters.items() if key in drawn
        ]

    @cached_property
    def charts(self) -> list[Chart]:
        return pair_charts(self.pair, self.rows, self.choices, self.worlds, self.styles)

    @cached_property
    def compositions(self) -> list[Chart]:
        """The commodities of the chosen year's exports and imports, by direction and reporter."""
        if not self.goods_rows:
            return []
        rows = [row for row in self.goods_rows if row.period.year == self.form.chosen_year]
        return composition_charts(rows, self.choices, self.form.cleaned_data["bars"], self.styles)

    def growths(self) -> list[GrowthTable]:
        """The growth of goods between the two chosen years, if the reader chose a second."""
        if not self.valid or not self.form.cleaned_data["since"]:
            return []
        years = self.form.cleaned_data["since"], self.form.chosen_year
        return growth_tables(self.goods_rows, years, self.choices)

    def chart(self, key: str) -> Chart | None:
        """The chart with this key; None if the pair has no such chart for the choice."""
        every = (*self.charts, *self.compositions)
        return next((chart for chart in every if chart.key == key), None)

    def tables(self) -> list[FigureTable]:
        dispute(self.rows, self.disagreements)
        return figure_tables(self.rows, self.choices)

    def other_periods(self) -> list[Figure]:
        """Figures of parts of a year and of several years, which no chart over time shows."""
        points = [point for chart in self.charts for _kind, _label, point in chart.points()]
        drawn = {row.pk for point in points for row in (*point.figures, *point.all)}
        rows = [row for row in self.rows if not of_one_time(row) and row.pk not in drawn]
        dispute(rows, self.disagreements)
        fetch_related(rows, "passage")
        return rows

    def ranks(self) -> list[PairRank]:
        """The rank of each country among the other's partners, in the last year reported."""
        found = []
        for country, partner in (self.both, self.both[::-1]):
            for flow in FLOWS:
                reported_years = [
                    row.period.year
                    for row in self.rows
                    if reported_trade(row)
                    and row.status != Figure.Status.TARGET
                    and row.indicator.slug == flow
                    and row.reporter_country_id == country.pk
                    and row.unit == Figure.Unit.USD
                    and of_whole_year(row)
                ]
                if not reported_years:
                    continue
                year = max(reported_years)
                if numbers := place(partner, country, flow, year, self.goods):
                    found.append(PairRank(country, partner, flow, year, *numbers))
        return found

    def traded(self) -> list[tuple]:
        """Goods that a source names without a value, by direction."""
        rows = TradedGood.objects.published().between(*self.both).for_pages()
        return [
            (direction, list(goods))
            for direction, goods in groupby(rows, lambda row: (row.from_country, row.to_country))
        ]
