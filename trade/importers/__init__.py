"""Lists of figures that can be imported, and how they are written."""

from trade.importers.comtrade import ComtradeApi, ComtradeBulk
from trade.importers.mapping import FigureMapping

__all__ = ["ComtradeApi", "ComtradeBulk", "FigureMapping"]
