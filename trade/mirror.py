"""Mirror comparison: the seller's reported exports beside the buyer's reported imports."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from relations.models import Country
from trade.balance import Observation, observation, of_whole_years
from trade.models import Commodity, Figure
from trade.quantities import Quantity
from trade.rules import EXPORTS, reported_trade


@dataclass(frozen=True, slots=True)
class Reflection:
    """Both reports of the same goods, direction and year; one of them may be missing."""

    seller: Country
    buyer: Country
    year: int
    commodity: Commodity | None
    exports: Observation | None
    imports: Observation | None

    @property
    def one_sided(self) -> bool:
        return not (self.exports and self.imports)

    @property
    def silent(self) -> Country | None:
        """The country that reports nothing; None if both report."""
        if not self.one_sided:
            return None
        return self.seller if self.imports else self.buyer

    @property
    def gap(self) -> Quantity | None:
        """The buyer's imports minus the seller's exports; None if a report is missing, or if no
        number follows."""
        return None if self.one_sided else self.imports.quantity - self.exports.quantity

    @property
    def ratio(self) -> Quantity | None:
        """The buyer's imports divided by the seller's exports; None if that is impossible."""
        return None if self.one_sided else self.imports.quantity / self.exports.quantity


def reflections(figures: Iterable[Figure], choices=frozenset()) -> list[Reflection]:
    """The two reports of each direction, year, commodity and unit, newest year first.

    The revision of a classification is not part of the key: the two sides often use different
    revisions for the same chapter.
    """
    sides = defaultdict(lambda: ([], []))
    for row in of_whole_years(figures):
        if reported_trade(row):
            goods = (row.commodity.classification, row.commodity.code) if row.commodity_id else ()
            key = (-row.period.year, goods, row.unit, row.from_country.slug)
            sides[key][row.indicator.slug != EXPORTS].append(row)
    return [
        _reflection(*(observation(rows, choices) if rows else None for rows in both))
        for _key, both in sorted(sides.items(), key=lambda item: item[0])
    ]


def _reflection(exports: Observation | None, imports: Observation | None) -> Reflection:
    row = (exports or imports).figure
    return Reflection(
        row.from_country, row.to_country, row.period.year, row.commodity, exports, imports
    )
