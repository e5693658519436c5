"""Figures as references."""

from core.references import Reference
from relations import references


def figure(row) -> Reference:
    """The page of a figure, with its source as a note."""
    return references.page(
        row, str(row), date=row.period, note=references.sources_in_words([row.source])
    )
