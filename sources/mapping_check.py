"""The check of a mapping as a whole: all its mistakes, before a row is read."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from difflib import get_close_matches

from babel.core import Locale, UnknownLocaleError
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.rows import FileError
from search.spelling import suggestion
from sources.list_dates import DateFormat
from sources.mapping_keys import (
    JOINED,
    KEYS,
    SEVERAL,
    WORDS,
    ByField,
    Field,
    FieldType,
    Key,
    ListKind,
    MappingError,
    Problem,
)
from sources.mapping_templates import Template
from sources.models import Source

# The tables that set fields; each field is in one of them.
SETTING = ("columns", "constants", "templates")
PARTS_OF_DATES = ("year", "month", "day")
# The fields of a source that a mapping can set.
SOURCE_FIELDS = ("slug", "title", "kind", "grade", "author", "publisher", "url", "language", "date",
                 "rights", "licence", "disclaimer", "note")  # fmt: skip
LONGEST_NAME = 100
_AT = re.compile(r"\s*\(at (?:line (?P<line>\d+), column \d+|end of document)\)$")
_BY_NAME = {key.name: key for key in KEYS}


def read_toml(content: bytes) -> dict:
    """Return the content of a mapping. Raises MappingError with the line if it is not TOML."""
    try:
        text = content.decode("utf-8-sig")
        found = tomllib.loads(text)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        place = _("line %d") % line
        raise MappingError(
            [Problem(place, _("The mapping is not in UTF-8. Save it as UTF-8."))]
        ) from error
    except (ValueError, RecursionError) as error:
        raise MappingError([_toml_problem(error)]) from error
    if problem := _control_characters(found):
        raise MappingError([problem])
    return found


def _toml_problem(error: Exception) -> Problem:
    said = str(error)
    match = _AT.search(said)
    place = _("line %s") % match["line"] if match and match["line"] else ""
    reason = said[: match.start()] if match else said
    if reason.startswith(("Cannot overwrite", "Cannot declare", "Cannot mutate", "Duplicate")):
        reason = _("The same key or table is given twice.")
    elif isinstance(error, RecursionError):
        reason = _("It is nested too deeply.")
    return Problem(place, _("The mapping is not valid TOML: %s") % reason)


def _control_characters(value: object, place: str = "") -> Problem | None:
    """A problem for the first text with a character that databases cannot store."""
    if isinstance(value, dict):
        parts = [(f"{place}.{key}".lstrip("."), part) for key, part in value.items()]
        texts = [(name, name) for name, _part in parts] + parts
    else:
        texts = [(place, part) for part in value] if isinstance(value, list) else []
    if isinstance(value, str) and "\0" in value:
        return Problem(place.replace("\0", "␀"), _("A text contains a NUL character."))
    return next(filter(None, (_control_characters(part, name) for name, part in texts)), None)


def check(content: Mapping, kinds: Mapping[str, ListKind]) -> ListKind:
    """Return the kind of a mapping's list. Raises MappingError with all mistakes of the mapping."""
    problems = [*_keys(content)]
    kind, found = _kind(content, kinds)
    problems += found
    if isinstance(content.get("source"), dict):
        problems += _source(content["source"])
    if kind:
        tables = {name: content.get(name) for name in SETTING}
        tables = {name: found for name, found in tables.items() if isinstance(found, dict)}
        problems += _fields(content, kind, tables)
        for name, column in tables.get("columns", {}).items():
            problems += _column(kind.field(name), name, column)
        for name, value in tables.get("constants", {}).items():
            problems += _constant(kind.field(name), name, value)
        for name, value in tables.get("templates", {}).items():
            problems += _template(name, value)
        given = {name for table in tables.values() for name in table}
        for key in KEYS:
            if isinstance(content.get(key.name), dict):
                problems += _by_field(key, content[key.name], kind, given)
        problems += kind.check(content)
    if problems:
        raise MappingError(dict.fromkeys(problems))
    return kind


def near(text: str, known: Iterable[str]) -> str:
    """The known names that are similar to a text, as a question; empty without any."""
    return suggestion(get_close_matches(text, list(known)))


def _unknown(place: str, words: str, text: str, known: Iterable[str]) -> Problem:
    """The problem of an unknown name, with the nearest known ones."""
    known = tuple(known)
    hint = near(text, known)
    return Problem(place, f"{words} {hint[:1].upper()}{hint[1:]}" if hint else words, known)


def _keys(content: Mapping) -> Iterator[Problem]:
    """Problems of the keys themselves: unknown, missing, of a wrong type or value."""
    for name, value in content.items():
        if key := _BY_NAME.get(name):
            yield from _shape(key, value)
        else:
            place = f"[{name}]" if isinstance(value, dict) else name
            yield _unknown(place, _("A mapping has no such key."), name, _BY_NAME)
    for key in KEYS:
        if key.required and key.name not in content:
            yield Problem("", _("The mapping needs “%s”.") % key.name)
    language = content.get("language")
    if isinstance(language, str) and language.strip() and not _is_language(language):
        yield Problem("language", _("“%s” is not the code of a language, such as de.") % language)
    name = content.get("name")
    if isinstance(name, str) and len(name) > LONGEST_NAME:
        yield Problem("name", _("This is longer than %d characters.") % LONGEST_NAME)


def _is_language(code: str) -> bool:
    try:
        return bool(Locale.parse(code.strip(), sep="-").months)
    except (UnknownLocaleError, ValueError, TypeError):
        return False


def _shape(key: Key, value: object) -> Iterator[Problem]:
    """Problems of a key's value; those of its fields are found by `_by_field`."""
    is_table = isinstance(value, dict)
    if key.by_field is ByField.ALWAYS and not is_table:
        words = _("This must be a table with a line for each field, such as: %s")
        yield Problem(key.name, words % " ".join(key.example.splitlines()))
    elif key.by_field is ByField.NEVER or key.by_field is ByField.OPTIONAL and not is_table:
        place = f"[{key.name}]" if is_table else key.name
        yield from _value(key, place, value)


def _value(key: Key, place: str, value: object) -> Iterator[Problem]:
    """Problems of the value of a key, for all fields or for one."""
    if not key.shape.fits(value):
        yield Problem(place, _("This must be %s.") % key.shape.words)
    elif key.allowed and ("tab" if value == "\t" else value) not in key.allowed:
        yield _unknown(place, _("“%s” is unknown.") % value, str(value), key.allowed)
    elif key.name == "formats":
        yield from _formats(place, [value] if isinstance(value, str) else value)
    elif key.name == "strip":
        yield from _pattern(place, value)


def _formats(place: str, formats: list[str]) -> Iterator[Problem]:
    for form in formats:
        if form != WORDS:
            try:
                DateFormat(form)
            except FileError as error:
                yield Problem(place, str(error))


def _pattern(place: str, pattern: str) -> Iterator[Problem]:
    try:
        found = re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        yield Problem(place, _("This is not a regular expression: %s") % error)
    else:
        if found.match(""):
            yield Problem(place, _("The expression must not match an empty text."))


def _kind(content: Mapping, kinds: Mapping) -> tuple[ListKind | None, list[Problem]]:
    name = content.get("kind")
    if not isinstance(name, str) or not name.strip():
        return None, []
    if name not in kinds:
        return None, [_unknown("kind", _("“%s” is not a kind of list.") % name, name, kinds)]
    return kinds[name], [
        Problem(
            f"[{key.name}]" if isinstance(content[key.name], dict) else key.name,
            _("A list of the kind “%(kind)s” does not take this key.") % {"kind": name},
        )
        for key in KEYS
        if key.name in content and key.kinds and name not in key.kinds
    ]


def _source(given: dict) -> Iterator[Problem]:
    """Problems of the table [source]."""
    values = {}
    for name, value in given.items():
        if name not in SOURCE_FIELDS:
            yield _unknown("[source]", _("A source has no field “%s”.") % name, name, SOURCE_FIELDS)
        elif not isinstance(value, str):
            words = _("This must be %s.") % _BY_NAME["name"].shape.words
            yield Problem(f"[source] {name}", words)
        else:
            values[name] = value
    try:
        Source(**values).clean_fields()
    except ValidationError as error:
        for name, messages in error.message_dict.items():
            if name in given and name not in values:
                continue
            item = Source._meta.get_field(name)
            allowed = tuple(str(value) for value, _label in item.choices or ())
            yield Problem(f"[source] {name}", " ".join(messages), allowed)
    if values.get("rights") == Source.Rights.OPEN and not values.get("licence"):
        yield Problem("[source] licence", _("Name the open licence."))


def _fields(content: Mapping, kind: ListKind, tables: dict[str, dict]) -> Iterator[Problem]:
    """Problems of the fields that a mapping sets: unknown, set twice, or missing."""
    given = {}
    for table, fields in tables.items():
        for name in fields:
            if not kind.field(name):
                words = _("A list of the kind “%(kind)s” cannot set “%(name)s”.")
                said = words % {"kind": kind.name, "name": name}
                yield _unknown(f"[{table}]", said, name, kind.names)
            elif name in given:
                words = _("“%(name)s” is also in [%(table)s]; it has one value.")
                yield Problem(f"[{table}]", words % {"name": name, "table": given[name]})
            given.setdefault(name, table)
    for item in kind.fields:
        instead = any(name in given or name in content for name in item.unless)
        if item.required and item.name not in given and not instead:
            words = _("The mapping does not set “%(name)s” (%(meaning)s), which is needed.")
            meaning = str(item.meaning).rstrip(".")
            yield Problem("[columns]", words % {"name": item.name, "meaning": meaning})


def _column(item: Field | None, name: str, column: object) -> Iterator[Problem]:
    """Problems of the value of a field in [columns]."""
    place = f"[columns] {name}"
    if isinstance(column, str) and column.strip() or item is None:
        return
    if isinstance(column, dict) and item.type is FieldType.DATE:
        for part, title in column.items():
            if part not in PARTS_OF_DATES:
                words = _("A date has no part “%s”.") % part
                yield _unknown(place, words, part, PARTS_OF_DATES)
            elif not isinstance(title, str) or not title.strip():
                words = _("The column of the %s must be its title in quotation marks.")
                yield Problem(place, words % part)
        if "year" not in column:
            yield Problem(place, _("A date needs the column of the year: year = “Year”."))
        if "day" in column and "month" not in column:
            yield Problem(place, _("A day needs the column of the month."))
    elif isinstance(column, list):
        if not column or not all(isinstance(part, str) and part.strip() for part in column):
            yield Problem(place, _("Several columns must be a list of titles in quotation marks."))
        elif item.type not in (*JOINED, *SEVERAL):
            yield Problem(place, _("This field has one column, not several."))
    else:
        yield Problem(place, _("A column must be its title in quotation marks."))


def _template(name: str, value: object) -> Iterator[Problem]:
    if isinstance(value, str):
        try:
            template = Template(value)
        except FileError as error:
            yield Problem(f"[templates] {name}", str(error))
        else:
            if not template.columns:
                words = _("A template names columns in braces, such as {Type}; for a text without "
                          "them, use [constants].")  # fmt: skip
                yield Problem(f"[templates] {name}", words)


def as_text(value: object) -> str:
    """A value of TOML as the text of a cell."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)


def _constant(item: Field | None, name: str, value: object) -> Iterator[Problem]:
    """Problems of a constant, as far as they are found without the database."""
    place = f"[constants] {name}"
    if item is None:
        return
    if item.column_only:
        yield Problem(place, _("This field needs a column."))
        return
    yield from _allowed(item, place, value)


def _allowed(item: Field, place: str, value: object) -> Iterator[Problem]:
    """Problems of a constant, or of the value that a mapping gives to a value of the list."""
    types = {
        FieldType.DATE: (str, int, date),
        FieldType.NUMBER: (str, int),
        FieldType.AMOUNT: (str, int, float),
        FieldType.BOOLEAN: (str, bool),
    }.get(item.type, (str, int) if item.type is FieldType.CHOICE else (str,))
    is_wrong_bool = isinstance(value, bool) and bool not in types
    if not isinstance(value, types) or is_wrong_bool:
        yield Problem(place, _("This must be %s.") % item.type.value, item.values)
        return
    text = as_text(value)
    if item.type is FieldType.CHOICE and item.allowed and text and text not in item.values:
        yield _unknown(place, _("“%s” is unknown.") % text, text, item.values)


def _by_field(key: Key, table: dict, kind: ListKind, given: set[str]) -> Iterator[Problem]:
    """Problems of a table with a line, or in [values] a table, for each field."""
    if key.by_field is ByField.NEVER and key.name != "values":
        return
    for name, value in table.items():
        item, place = kind.field(name), f"[{key.name}] {name}"
        if key.name == "values":
            place = f"[values.{name}]"
        if name not in given:
            words = _("The mapping sets no field “%s”.") % name
            yield _unknown(place, words, name, sorted(given & {*kind.names}))
        elif item is None:
            continue
        elif key.types and item.type not in key.types:
            usable = [other.name for other in kind.fields if other.type in key.types]
            words = _("“%(name)s” is %(type)s, which has no %(key)s.")
            said = words % {"name": name, "type": item.type.value, "key": key.name}
            yield Problem(place, said, tuple(usable))
        elif key.name == "values":
            yield from _values(item, place, value)
        else:
            yield from _value(key, place, value)


def _values(item: Field, place: str, table: object) -> Iterator[Problem]:
    if not isinstance(table, dict):
        yield Problem(
            place, _("This must be a table with lines such as: “offiziell” = “official”.")
        )
        return
    for text, value in table.items():
        yield from _allowed(item, f"{place} “{text}”", value)
