"""The lists that can be imported: by name, or described by a mapping in TOML."""

from core.rows import FileError
from relations import importers as relations
from relations.list_fields import KINDS as RECORDS
from sources.importing import Adapter
from sources.mappings.check import check
from sources.mappings.toml import read_toml
from trade import importers as trade
from trade.list_fields import KINDS as FIGURES
from treaties import importers as treaties
from treaties.list_fields import KINDS as TREATIES

ADAPTERS = (
    relations.UsVisits,
    relations.CowMemberships,
    relations.WtoMembers,
    relations.Embassies,
    treaties.UnctadTreaties,
    treaties.UkTreaties,
    trade.ComtradeBulk,
    trade.ComtradeApi,
)
# The kinds of lists that a mapping can describe, and their adapters, if they are not ListMapping.
KINDS = RECORDS | TREATIES | FIGURES
MAPPED = {
    "treaty": treaties.mapped_treaties,
    "treaty_party": treaties.mapped_treaties,
    "figure": trade.FigureMapping,
    "commodity": trade.CommodityMapping,
}


def adapter_names() -> list[str]:
    return [adapter.name for adapter in ADAPTERS]


def adapter_named(name: str) -> Adapter:
    """The adapter of the list with this name. Raises FileError if there is none."""
    for adapter in ADAPTERS:
        if adapter.name == name:
            return adapter()
    raise FileError(f"Unknown list “{name}”. Choose one of: {', '.join(adapter_names())}.")


def adapter_mapped(content: bytes) -> Adapter:
    """The adapter that a mapping describes. Raises MappingError with all its mistakes."""
    mapping = read_toml(content)
    kind = check(mapping, KINDS)
    return MAPPED.get(kind.name, relations.ListMapping)(mapping)
