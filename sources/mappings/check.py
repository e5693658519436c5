"""The check of a mapping as a whole: all its mistakes, before a row is read."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from difflib import get_close_matches

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.folding import visible
from core.rows import FileError, RowError, encoding_named
from search.spelling import suggestion
from sources.list_dates import DateFormat
from sources.list_languages import is_language
from sources.mappings.dates import DateReader
from sources.mappings.keys import (
    JOINED,
    KEYS,
    SEVERAL,
    SPANS,
    WORDS,
    ByField,
    Field,
    FieldType,
    Key,
    ListKind,
    MappingError,
    Problem,
)
from sources.mappings.layout import delimiter_of
from sources.mappings.templates import Template
from sources.mappings.values import NO, YES, as_text, check_date, value_of
from sources.models import Source

# The tables that set fields; each field is in one of them.
SETTING = ("columns", "constants", "templates")
PARTS_OF_DATES = ("year", "month", "day")
# The fields of a source that a mapping can set.
SOURCE_FIELDS = ("slug", "title", "kind", "grade", "author", "publisher", "url", "language", "date",
                 "rights", "licence", "disclaimer", "note")  # fmt: skip
LONGEST_NAME = 100
# The least similarity of a name that is suggested, as difflib counts it: ranc and rank have 0.75.
SIMILAR = 0.7
# The types of TOML that constants of a field may have; text may be any of them.
_TOML_TYPES = {
    FieldType.DATE: (int, date),
    FieldType.NUMBER: (int,),
    FieldType.AMOUNT: (int, float),
    FieldType.BOOLEAN: (bool,),
    FieldType.CHOICE: (int,),
}
_BY_NAME = {key.name: key for key in KEYS}


def check(content: Mapping, kinds: Mapping[str, ListKind]) -> ListKind:
    """Return the kind of a mapping's list. Raises MappingError with all mistakes of the mapping."""
    problems = [*_keys(content)]
    if isinstance(content.get("source"), dict):
        problems += _source(content["source"])
    kind = content.get("kind")
    if isinstance(kind, str) and kind.strip():
        if kind in kinds:
            problems += _of_kind(content, kinds[kind])
        else:
            problems.append(_unknown("kind", _("“%s” is not a kind of list.") % kind, kind, kinds))
    if problems:
        raise MappingError(dict.fromkeys(problems))
    return kinds[kind]


def _of_kind(content: Mapping, kind: ListKind) -> Iterable[Problem]:
    """Problems of what a mapping says of the fields of its kind."""
    problems = [*_keys_of_kind(content, kind)]
    try:
        spread, spread_kind = kind.spread(content, kind)
    except FileError as error:
        return [*problems, Problem("", str(error))]
    return [*problems, *_Fields(spread, spread_kind).problems()]


def _keys_of_kind(content: Mapping, kind: ListKind) -> Iterator[Problem]:
    for key in KEYS:
        if key.name in content and key.kinds and kind.name not in key.kinds:
            words = _("A list of the kind “%s” does not take this key.") % kind.name
            yield Problem(_place(key.name, content[key.name]), words)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _unknown(place: str, words: str, text: str, known: Iterable[str]) -> Problem:
    """The problem of an unknown name, with the known ones that are similar to it."""
    known = tuple(known)
    # The same word in capital letters, or else the most similar ones.
    same = [name for name in known if name.casefold() == text.casefold()]
    hint = suggestion(same or get_close_matches(text, known, cutoff=SIMILAR))
    return Problem(place, f"{words} {_capital(hint)}" if hint else words, known)


def _place(key: str, value: object) -> str:
    return f"[{key}]" if isinstance(value, dict) else key


def _keys(content: Mapping) -> Iterator[Problem]:
    """Problems of the keys themselves: unknown, missing, of a wrong type or value."""
    for name, value in content.items():
        if key := _BY_NAME.get(name):
            yield from _shape(key, value)
        else:
            words = _("A mapping has no such key.")
            yield _unknown(_place(name, value), words, name, _BY_NAME)
    for key in KEYS:
        if key.required and key.name not in content:
            yield Problem("", _("The mapping needs “%s”.") % key.name)


def _shape(key: Key, value: object) -> Iterator[Problem]:
    """Problems of a key's value; `_Fields` finds those of each field."""
    is_table = isinstance(value, dict)
    if key.by_field is ByField.ALWAYS and not is_table:
        words = _("This must be a table with a line for each field, such as: %s")
        yield Problem(key.name, words % " ".join(key.example.splitlines()))
    elif key.by_field is ByField.NEVER or key.by_field is ByField.OPTIONAL and not is_table:
        yield from _value(key, _place(key.name, value), value)


def _value(key: Key, place: str, value: object) -> Iterator[Problem]:
    """Problems of the value of a key, for all fields or for one."""
    if not key.shape.fits(value):
        yield Problem(place, _("This must be %s.") % key.shape.words)
    elif key.allowed and value not in key.allowed:
        yield _unknown(place, _("“%s” is unknown.") % value, str(value), key.allowed)
    elif checked := _CHECKS.get(key.name):
        yield from (Problem(place, words) for words in checked(value))


def _delimiter(sign: str) -> Iterator[str]:
    try:
        delimiter_of({"delimiter": sign})
    except FileError as error:
        yield str(error)


def _encoding(name: str) -> Iterator[str]:
    try:
        encoding_named(name)
    except FileError as error:
        yield str(error)


def _language(code: str) -> Iterator[str]:
    if not is_language(code):
        yield _("“%s” is not the code of a language, such as de.") % code


def _name(name: str) -> Iterator[str]:
    if len(name) > LONGEST_NAME:
        yield _("This is longer than %d characters.") % LONGEST_NAME


def _formats(formats: str | list[str]) -> Iterator[str]:
    for form in [formats] if isinstance(formats, str) else formats:
        if form != WORDS:
            try:
                DateFormat(form)
            except FileError as error:
                yield str(error)


def _pattern(pattern: str) -> Iterator[str]:
    try:
        found = re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        yield _("This is not a regular expression: %s") % error
    else:
        if found.match(""):
            yield _("The expression must not match an empty text.")


def _separators(value: str | list[str] | dict) -> Iterator[str]:
    if isinstance(value, dict):
        yield from _pattern(value["pattern"])


def _template(text: str) -> Iterator[str]:
    try:
        template = Template(text)
    except FileError as error:
        yield str(error)
    else:
        if not template.columns:
            yield _(
                "A template names columns in braces, such as {Type}; for a text without them, use "
                "[constants]."
            )


_CHECKS = {
    "delimiter": _delimiter,
    "encoding": _encoding,
    "language": _language,
    "name": _name,
    "formats": _formats,
    "strip": _pattern,
    "separators": _separators,
    "templates": _template,
}


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


class _Fields:
    """The check of what a mapping says of the fields of its kind."""

    def __init__(self, content: Mapping, kind: ListKind):
        self.content, self.kind = content, kind
        self.tables = {
            name: content[name] for name in SETTING if isinstance(content.get(name), dict)
        }
        self.given: dict[str, str] = {}
        for table, fields in self.tables.items():
            for name in fields:
                self.given.setdefault(name, table)
        for name in kind.sets(content):
            self.given.setdefault(name, "")
        self.known = {item.name: item for item in kind.fields}

    def problems(self) -> Iterator[Problem]:
        yield from self._names()
        for name, column in self.tables.get("columns", {}).items():
            if name in self.known:
                yield from self._column(self.known[name], column)
        for name, value in self.tables.get("constants", {}).items():
            if name in self.known and self.given[name] != "columns":
                yield from self._constant(self.known[name], value)
        for key in KEYS:
            table = self.content.get(key.name)
            if isinstance(table, dict) and (key.by_field is not ByField.NEVER):
                yield from self._by_field(key, table)
        yield from self.kind.check(self.content)

    def _names(self) -> Iterator[Problem]:
        """Problems of the fields that the mapping sets: unknown, set twice, or missing."""
        for table, fields in self.tables.items():
            for name in fields:
                if name not in self.known:
                    words = _("A list of the kind “%(kind)s” cannot set “%(name)s”.")
                    words = words % {"kind": self.kind.name, "name": name}
                    yield _unknown(f"[{table}]", words, name, self.known)
                elif self.given[name] != table:
                    words = _("“%(name)s” is also in [%(table)s]; a field is set once.")
                    said = words % {"name": name, "table": self.given[name]}
                    yield Problem(f"[{table}]", said)
        for item in self.kind.fields:
            instead = any(name in self.given or name in self.content for name in item.unless)
            if item.required and item.name not in self.given and not instead:
                words = _("The mapping does not set “%(name)s”, which is needed: %(meaning)s")
                said = words % {"name": item.name, "meaning": item.meaning}
                yield Problem("[columns]", said)

    def _column(self, item: Field, column: object) -> Iterator[Problem]:
        """Problems of the column or columns of a field."""
        place = f"[columns] {item.name}"
        if isinstance(column, str) and column.strip():
            return
        if isinstance(column, dict) and item.type is FieldType.DATE:
            yield from self._parts_of_date(place, column)
        elif isinstance(column, list):
            if not column or not all(isinstance(part, str) and part.strip() for part in column):
                words = _("Several columns must be a list of titles in quotation marks.")
                yield Problem(place, words)
            elif item.type not in (*JOINED, *SEVERAL):
                yield Problem(place, _("This field has one column, not several."))
        else:
            yield Problem(place, _("A column must be its title in quotation marks."))

    @staticmethod
    def _parts_of_date(place: str, columns: dict) -> Iterator[Problem]:
        for part, title in columns.items():
            if part not in PARTS_OF_DATES:
                words = _("A date has no part “%s”.") % part
                yield _unknown(place, words, part, PARTS_OF_DATES)
            elif not isinstance(title, str) or not title.strip():
                words = _("The column of the %s must be its title in quotation marks.")
                yield Problem(place, words % part)
        if "year" not in columns:
            yield Problem(place, _("A date needs the column of the year: year = “Year”."))
        if "day" in columns and "month" not in columns:
            yield Problem(place, _("A day needs the column of the month."))

    def _constant(self, item: Field, value: object) -> Iterator[Problem]:
        """Problems of a constant, as far as they are found without the database."""
        if item.column_only:
            yield Problem(f"[constants] {item.name}", _("This field needs a column."))
        else:
            yield from self._allowed(item, f"[constants] {item.name}", value)

    def _allowed(self, item: Field, place: str, value: object) -> Iterator[Problem]:
        """Problems of a constant, or of the value that a mapping gives to a value of the list."""
        types = _TOML_TYPES.get(item.type, ())
        if not isinstance(value, (str, *types)) or isinstance(value, bool) and bool not in types:
            yield Problem(place, _("This must be %s.") % item.type.value, item.values)
            return
        text = visible(as_text(value))
        if item.type is FieldType.BOOLEAN and text.casefold() not in YES + NO:
            yield Problem(place, _("This must be %s.") % item.type.value, ("true", "false"))
        elif item.allowed and text and text not in item.values:
            yield _unknown(place, _("“%s” is unknown.") % text, text, item.values)
        elif problem := self._refused(item, text):
            yield Problem(place, _capital(problem.message), item.values)

    def _refused(self, item: Field, text: str) -> RowError | None:
        """The error of a text as the value of a field, with the same checks as a cell."""
        field = self.kind.model._meta.get_field(item.name) if item.stored else None
        try:
            if item.type is FieldType.DATE:
                if reader := self._reader(item.name):
                    check_date(reader, text, self._is_span(item.name),
                               getattr(field, "open_end", False))  # fmt: skip
            elif field and not field.is_relation and text:
                value_of(field, text, "")
        except RowError as error:
            return error
        return None

    def _reader(self, name: str) -> DateReader | None:
        """The reader of a date; None if the formats or the language have a problem of their own."""
        formats = self.content.get("formats", {})
        given = formats.get(name, WORDS) if isinstance(formats, dict) else None
        language = self.content.get("language", "en")
        fits = _BY_NAME["formats"].shape.fits(given) and not [*_formats(given)]
        is_known = isinstance(language, str) and is_language(language)
        return DateReader.of(self.content, name) if fits and is_known else None

    def _is_span(self, name: str) -> bool:
        """Whether a field is an end of a period that one column gives."""
        columns = self.tables.get("columns", {})
        for start, end in SPANS:
            if name in (start, end) and isinstance(columns.get(start), str):
                return columns[start] == columns.get(end)
        return False

    def _by_field(self, key: Key, table: dict) -> Iterator[Problem]:
        """Problems of a table with a line, or in [values] a table, for each field."""
        for name, value in table.items():
            item = self.known.get(name)
            place = f"[values.{name}]" if key.name == "values" else f"[{key.name}] {name}"
            if name not in self.given:
                words = _("The mapping sets no field “%s”.") % name
                yield _unknown(place, words, name, [one for one in self.known if one in self.given])
            elif item and key.types and item.type not in key.types:
                usable = [other.name for other in self.known.values() if other.type in key.types]
                words = _("“%(name)s” is %(type)s, which has no %(key)s.")
                said = words % {"name": name, "type": item.type.value, "key": key.name}
                yield Problem(place, said, tuple(usable))
            elif item and key.name == "values":
                yield from self._values(item, place, value)
            elif item:
                yield from _value(key, place, value)

    def _values(self, item: Field, place: str, table: object) -> Iterator[Problem]:
        if not isinstance(table, dict):
            words = _("This must be a table with lines such as: “offiziell” = “official”.")
            yield Problem(place, words)
            return
        for text, value in table.items():
            yield from self._allowed(item, f"{place} “{text}”", value)
