"""The models of treaties: one module per concept, all importable from here."""

from treaties.models.action import TreatyAction
from treaties.models.facets import FacetCounts
from treaties.models.link import TreatyLink
from treaties.models.party import Party
from treaties.models.period import TreatyPeriod
from treaties.models.text import TreatyText
from treaties.models.treaty import Treaty

__all__ = [
    "FacetCounts",
    "Party",
    "Treaty",
    "TreatyAction",
    "TreatyLink",
    "TreatyPeriod",
    "TreatyText",
]
