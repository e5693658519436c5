"""The names in a mapping itself: they are looked up before the first row."""

from collections.abc import Callable, Iterator

from relations.importers.organizations import NewOrganizations
from relations.names import squeeze
from relations.resolver import Unresolved
from sources.mappings.keys import NAMES, Field, FieldType, MappingError, Problem
from sources.mappings.mapping import Mapping


def check_names(mapping: Mapping, find: Callable[[Field, str], object]) -> None:
    """Raise MappingError if a constant, or a value in [values] or [successors], names an unknown
    country or organization; `find` looks up a name in a field, and raises Unresolved.

    Which of several former countries a name means may depend on the date of the row.
    """
    problems = []
    for item, place, name in _names(mapping):
        try:
            find(item, name)
        except Unresolved as error:
            if not error.is_ambiguous:
                message = error.in_row("", name).message
                problems.append(Problem(place, message[:1].upper() + message[1:]))
    if problems:
        raise MappingError(problems)


def _names(mapping: Mapping) -> Iterator[tuple[Field, str, str]]:
    """The names that the mapping gives, each with its field and place."""
    new = NewOrganizations.of_mapping(mapping.content)
    successor = Field("successors", FieldType.COUNTRY, "")
    for name, country in mapping.successors.items():
        yield successor, f"[successors] “{name}”", country
    for item in mapping.list_kind.fields:
        if item.type not in NAMES or new.any_name and item.type is not FieldType.COUNTRY:
            continue
        texts = [(f"[constants] {item.name}", mapping.constants.get(item.name, ""))]
        table = mapping.cells.values.get(item.name, {})
        texts += [(f"[values.{item.name}] “{text}”", value) for text, value in table.items()]
        for place, text in texts:
            is_one = item.type is not FieldType.PARTIES
            for name in [text] if is_one else mapping.cells.split(item.name, text):
                is_new = item.type is not FieldType.COUNTRY and squeeze(name) in new.names
                if name and not is_new:
                    yield item, place, name
