"""Lists of treaties that can be imported."""

from relations.importers import RecordAdapter
from treaties.importers.grouped import GroupedTreaties
from treaties.importers.mapping import TreatyMapping
from treaties.importers.party_lists import TreatyParties
from treaties.importers.uk import UkTreaties
from treaties.importers.unctad import UnctadTreaties

__all__ = [
    "GroupedTreaties",
    "TreatyMapping",
    "TreatyParties",
    "UkTreaties",
    "UnctadTreaties",
    "mapped_treaties",
]


def mapped_treaties(content: dict) -> RecordAdapter:
    """The adapter of a mapping of treaties, or of parties to them. Raises FileError with the reason
    if it is invalid."""
    if content.get("kind") == "treaty_party":
        return TreatyParties(content)
    grouped = {"group", "party", "steps"} & set(content)
    return GroupedTreaties(content) if grouped else TreatyMapping(content)
