"""Figures, traded goods, indicators and commodities in the log of public changes."""

from core.public_rows import PublicRows
from trade.models import Commodity, Figure, Indicator, TradedGood


class Indicators(PublicRows):
    model, kind = Indicator, "indicator"


class Commodities(PublicRows):
    """Commodities have no drafts; they are identified as figures name them: HS2012:0101."""

    model, kind, is_natural = Commodity, "commodity", True

    def key_of(self, row):
        return f"{row.classification}{row.revision}:{row.code}"

    def identified(self, rows):
        keys = rows.order_by().values_list("pk", "classification", "revision", "code")
        return (
            (pk, self.kind, f"{classification}{revision}:{code}")
            for pk, classification, revision, code in keys
        )


class Figures(PublicRows):
    model, kind = Figure, "figure"

    def public(self):
        return Figure.objects.published()


class Goods(PublicRows):
    model, kind = TradedGood, "good"

    def public(self):
        return TradedGood.objects.published()
