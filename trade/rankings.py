"""Rankings of a country's partners from the loaded figures, and how complete they are."""

from collections import defaultdict
from dataclasses import dataclass

from core.dates import Precision
from relations.models import Country, Disagreement, Relation
from sources.models import Source
from trade.areas import Area
from trade.balance import Observation, observation
from trade.goods import Goods, goods_in
from trade.models import Figure
from trade.quantities import Quantity, share, sum_of
from trade.rules import EXPORTS, IMPORTS

FLOWS = (EXPORTS, IMPORTS)
# On which side of its figures the partner is.
_OTHER = {EXPORTS: "to", IMPORTS: "from"}


@dataclass(frozen=True, slots=True)
class Rank:
    """A partner's place; equal values share a place."""

    place: int
    partner: Country
    observation: Observation
    share: Quantity | None


@dataclass(frozen=True, slots=True)
class Ranking:
    """A country's partners in a flow and year, by the country's own reports in US dollars.

    `total` is the sum over these partners only; `world` is the country's own total for the world,
    which is in no sum and only shows how complete the partners are. Numbers are None if they do
    not follow from the qualifiers of the figures.
    """

    country: Country
    flow: str
    year: int
    goods: Goods
    rows: tuple[Rank, ...]
    total: Quantity | None
    world: Observation | None
    areas: int
    sources: tuple[Source, ...]

    @property
    def complete(self) -> Quantity | None:
        """The partners' share of the stated world total in per cent; None without that total."""
        return share(self.total, self.world and self.world.quantity)


def ranking(country: Country, flow: str, year: int, goods: Goods) -> Ranking:
    """The ranking of a country's partners in `flow` (exports or imports) of these goods."""
    # Of the related rows, a ranking shows only these.
    partners, apart = _reported(country, flow, year, goods, "source", f"{_OTHER[flow]}_country")
    choices = preferred(country)
    observed = sorted(
        (
            (getattr(rows[0], f"{_OTHER[flow]}_country"), observation(rows, choices))
            for rows in partners.values()
        ),
        key=lambda item: (-item[1].value, item[0].sort_name),
    )
    total = sum_of(number.quantity for _partner, number in observed)
    values = [number.value for _partner, number in observed]
    worlds = [row for row in apart if getattr(row, f"{_OTHER[flow]}_area") == Area.WORLD]
    return Ranking(
        country=country,
        flow=flow,
        year=year,
        goods=goods,
        rows=tuple(
            Rank(
                values.index(number.value) + 1,
                partner,
                number,
                share(number.quantity, total),
            )
            for partner, number in observed
        ),
        total=total,
        world=observation(worlds) if worlds else None,
        areas=len(apart) - len(worlds),
        sources=tuple(dict.fromkeys(number.figure.source for _partner, number in observed)),
    )


def _reported(country: Country, flow: str, year: int, goods: Goods, *related: str):
    """The figures of a ranking by primary key of the partner, and those that are in no sum; with
    these related rows."""
    partners, apart = defaultdict(list), []
    for row in _stated(country, flow, year, goods).select_related(*related):
        if row.excluded:
            apart.append(row)
        else:
            partners[getattr(row, f"{_OTHER[flow]}_country_id")].append(row)
    return partners, apart


def _stated(country: Country, flow: str, year: int, goods: Goods):
    own = "from" if flow == EXPORTS else "to"
    return (
        goods.of(Figure.objects.published())
        .of_year(year)
        .filter(reporter_country=country, indicator__slug=flow, unit=Figure.Unit.USD)
        .filter(**{f"{own}_country": country})
        .stated()
    )


def place(
    partner: Country, country: Country, flow: str, year: int, goods: Goods
) -> tuple[int, int] | None:
    """The place of a partner in the ranking of a country, and the number of partners; None if it
    is not among them."""
    stated = _stated(country, flow, year, goods).counted().order_by()
    rows = defaultdict(dict)
    for other, pk, value in stated.values_list(f"{_OTHER[flow]}_country", "pk", "value"):
        rows[other][pk] = value
    if partner.pk not in rows:
        return None
    # Most partners have a single figure, which needs no choice.
    several = [pk for found in rows.values() if len(found) > 1 for pk in found]
    figures = Figure.objects.select_related("source").in_bulk(several) if several else {}
    choices = preferred(country) if several else ()
    values = {
        other: observation([figures[pk] for pk in sorted(found)], choices).value
        if len(found) > 1
        else next(iter(found.values()))
        for other, found in rows.items()
    }
    return 1 + sum(value > values[partner.pk] for value in values.values()), len(values)


def newest(country: Country) -> Ranking | None:
    """The ranking by exports, or by imports if the country reports no exports, of the last year
    reported, for all goods if there is such a total; None if it reports neither."""
    for flow in FLOWS:
        own = reports(country, flow)
        if reported := years(own):
            goods = next(iter(goods_in(own.of_year(reported[0]))))
            return ranking(country, flow, reported[0], goods)
    return None


def chosen(disagreements) -> set[str]:
    """The slugs of the figures that editors prefer where sources disagree."""
    return {
        row.choice.removeprefix("figure:")
        for row in disagreements
        if row.state == Disagreement.State.DECIDED and row.choice.startswith("figure:")
    }


def preferred(country: Country) -> set[str]:
    """The slugs of the figures that editors prefer, in all pairs of a country. One query."""
    decided = Disagreement.objects.present().filter(state=Disagreement.State.DECIDED)
    return chosen(decided.filter(relation__in=Relation.objects.of(country), record=None))


def reports(country: Country, flow: str):
    """A country's own annual reports of a flow with other countries, in US dollars; no targets."""
    side = "to_country" if flow == IMPORTS else "from_country"
    return (
        Figure.objects.published()
        .stated()
        .counted()
        .annual()
        .filter(reporter_country=country, indicator__slug=flow, unit=Figure.Unit.USD)
        .filter(**{side: country})
    )


def years(reports) -> list[int]:
    """The whole years among the periods of these reports, newest first."""
    periods = reports.order_by().values_list("period", flat=True).distinct()
    # SQLite calls Python for each row that it compares with a regular expression.
    whole = {period.year for period in periods if period.precision == Precision.YEAR}
    return sorted(whole, reverse=True)
