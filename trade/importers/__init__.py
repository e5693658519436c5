"""Lists of figures and goods that can be imported, and how they are written."""

from trade.importers.commodities import CommodityMapping
from trade.importers.comtrade import ComtradeApi, ComtradeBulk
from trade.importers.mapping import FigureMapping

__all__ = ["CommodityMapping", "ComtradeApi", "ComtradeBulk", "FigureMapping"]
