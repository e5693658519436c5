"""The reference of mappings in docs/import-reference.md, written from their declarations."""

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.utils.translation import override

from desk.adapters import KINDS
from sources.mappings.check import SOURCE_FIELDS
from sources.mappings.keys import KEYS, Field, Key, ListKind, model_fields
from sources.models import Source

PATH = Path(settings.BASE_DIR) / "docs" / "import-reference.md"
START = "<!-- reference of mappings: written by manage.py import_reference -->"
END = "<!-- end of the reference -->"


class NoMarkers(Exception):
    """The document does not have the two markers of the reference."""


def reference() -> str:
    """Return the reference in Markdown: every key of a mapping, kind, field and allowed value."""
    with override("en"):
        kinds = (line for kind in KINDS.values() for line in _kind(kind))
        return "\n".join([*_keys(), *_source(), *kinds])


def with_reference(text: str) -> str:
    """Return a document with the reference between its markers. Raises NoMarkers."""
    before, start, rest = text.partition(START)
    _old, end, after = rest.partition(END)
    if not start or not end:
        raise NoMarkers
    return f"{before}{START}\n\n{reference()}\n{END}{after}"


def _keys() -> Iterator[str]:
    yield "## Keys of a mapping"
    yield ""
    yield "Keys without a table stand before the first table. Only the first three are needed."
    yield ""
    yield "| key | meaning | allowed | example |"
    yield "|---|---|---|---|"
    for key in KEYS:
        example = "<br>".join(f"`{_cell(line)}`" for line in key.example.splitlines())
        yield f"| `{key.name}` | {_cell(_meaning(key))} | {_allowed_of_key(key)} | {example} |"
    yield ""


def _meaning(key: Key) -> str:
    kinds = [f"“{name}”" for name in key.kinds if name in KINDS]
    only = f" Only in lists of the kind {' or '.join(kinds)}." if kinds else ""
    return f"{key.meaning}{only}"


def _allowed_of_key(key: Key) -> str:
    if key.name == "kind":
        return ", ".join(f"`{name}`" for name in KINDS)
    if key.allowed:
        return ", ".join(f"`{_cell(value)}`" for value in key.allowed)
    return _cell(str(key.shape.words))


def _source() -> Iterator[str]:
    needed = [item.name for item in Source._meta.fields if not item.blank]
    yield "## Fields of `[source]`"
    yield ""
    yield "| field | what it is | meaning |"
    yield "|---|---|---|"
    yield from map(_field, model_fields(Source, *SOURCE_FIELDS, required=needed))
    yield ""


def _kind(kind: ListKind) -> Iterator[str]:
    yield f"## Fields of the kind `{kind.name}`: {kind.item}"
    yield ""
    yield "| field | what it is | meaning |"
    yield "|---|---|---|"
    yield from map(_field, kind.fields)
    yield ""


def _field(item: Field) -> str:
    needed = ""
    if item.required:
        instead = ", ".join(f"`{name}`" for name in item.unless)
        needed = f" *(needed without {instead})*" if instead else " *(needed)*"
    return f"| `{item.name}`{needed} | {_cell(_type(item))} | {_cell(str(item.meaning))} |"


def _type(item: Field) -> str:
    if not item.allowed:
        return str(item.type.value)
    return ", ".join(f"`{value}` ({label})" if value != str(label) else f"`{value}`"
                     for value, label in item.allowed)  # fmt: skip


def _cell(text: str) -> str:
    """Text in a cell of a table in Markdown."""
    return text.replace("|", "\\|").replace("\n", " ")
