"""Sources, the passages in them, and the mappings of lists."""

from sources.models.list_mapping import SavedMapping
from sources.models.passage import Passage, PassageQuerySet, Reference
from sources.models.source import (
    QUOTE_WORDS,
    QUOTED,
    DigestField,
    Source,
    SourceFile,
    SourceText,
    Synopsis,
    check_words,
    text_digest,
)

__all__ = [
    "QUOTED",
    "QUOTE_WORDS",
    "DigestField",
    "Passage",
    "PassageQuerySet",
    "Reference",
    "SavedMapping",
    "Source",
    "SourceFile",
    "SourceText",
    "Synopsis",
    "check_words",
    "text_digest",
]
