"""The lists that can be imported: by name, or described by a mapping in TOML."""

import tomllib

from core.rows import FileError
from relations import importers as relations
from sources.importing import Adapter
from trade import importers as trade
from treaties import importers as treaties

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


def adapter_names() -> list[str]:
    return [adapter.name for adapter in ADAPTERS]


def adapter_named(name: str) -> Adapter:
    """The adapter of the list with this name. Raises FileError if there is none."""
    for adapter in ADAPTERS:
        if adapter.name == name:
            return adapter()
    raise FileError(f"Unknown list “{name}”. Choose one of: {', '.join(adapter_names())}.")


def adapter_mapped(content: bytes) -> Adapter:
    """The adapter that a mapping describes. Raises FileError with the reason if it is invalid."""
    try:
        mapping = tomllib.loads(content.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FileError(f"The mapping is not valid TOML: {error}") from error
    kinds = {
        "treaty": treaties.mapped_treaties,
        "treaty_party": treaties.mapped_treaties,
        "figure": trade.FigureMapping,
    }
    return kinds.get(str(mapping.get("kind")), relations.ListMapping)(mapping)
