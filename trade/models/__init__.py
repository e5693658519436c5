"""The models of trade: one module per concept, all importable from here."""

from trade.models.commodity import Commodity
from trade.models.figure import Figure, FigureRevision, check_digits
from trade.models.indicator import Indicator
from trade.models.traded_good import TradedGood, TradedGoodRevision

__all__ = [
    "Commodity",
    "Figure",
    "FigureRevision",
    "Indicator",
    "TradedGood",
    "TradedGoodRevision",
    "check_digits",
]
