"""Figures, traded goods, indicators and commodities in the log of public changes, and disagreements
about figures."""

from core.public_rows import PublicRows
from relations import public_rows
from relations.public_rows import Placed
from trade.models import Commodity, Figure, Indicator, TradedGood
from trade.scopes import with_trade


class Indicators(PublicRows):
    model, kind, scope = Indicator, "indicator", "goods"


class Commodities(PublicRows):
    """Commodities have no drafts; they are identified as figures name them: HS2012:0101."""

    model, kind, is_natural, scope = Commodity, "commodity", True, "goods"

    def key_of(self, row):
        return f"{row.classification}{row.revision}:{row.code}"

    def identified(self, rows):
        keys = rows.order_by().values_list("pk", "classification", "revision", "code")
        return (
            (pk, self.kind, f"{classification}{revision}:{code}")
            for pk, classification, revision, code in keys
        )


class Statements(Placed):
    """Figures and goods, which are also counted where the partners of a country are ranked."""

    sides = (("from_country", "to_country"),)

    def public(self):
        return self.model.objects.published()

    def scopes(self, places):
        return with_trade(super().scopes(places))


class Figures(Statements):
    model, kind = Figure, "figure"
    sides = (*Statements.sides, ("reporter_country",))


class Goods(Statements):
    model, kind = TradedGood, "good"


class Disagreements(public_rows.Disagreements):
    """Disagreements. Where editors prefer a figure, it is the one that is ranked."""

    def scopes(self, places):
        return with_trade(super().scopes(places))
