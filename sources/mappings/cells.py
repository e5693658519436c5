"""The cells of a mapped list as texts: joined, composed, and cleaned as the mapping says."""

import re
from collections.abc import Callable, Mapping
from functools import partial

from django.utils.translation import gettext as _

from core.folding import visible
from core.rows import Row, RowError
from sources.mappings.templates import BlankPart, Template
from sources.mappings.values import as_text

SEPARATOR = ";"


class Cells:
    """Reads the text of each field of a row: from its columns, its template or its constant,
    without what the mapping strips, blank if the mapping says so, and with its `values`.

    `content` is a mapping that `mappings.check` has accepted. `parts_of` holds the columns of
    the parts of a date by field, `columns_of` all columns of a field, `names` the fields.
    """

    def __init__(self, content: Mapping):
        self.content = content
        self.columns_of: dict[str, tuple[str, ...]] = {}
        self.parts_of: dict[str, dict[str, str]] = {}
        self.templates = {
            name: Template(text) for name, text in content.get("templates", {}).items()
        }
        for name, column in content.get("columns", {}).items():
            if isinstance(column, dict):
                self.parts_of[name] = {part: visible(title) for part, title in column.items()}
                self.columns_of[name] = tuple(self.parts_of[name].values())
            else:
                titles = [column] if isinstance(column, str) else column
                self.columns_of[name] = tuple(map(visible, titles))
        self.columns_of |= {name: item.columns for name, item in self.templates.items()}
        constants = content.get("constants", {})
        self.constants = {name: as_text(value) for name, value in constants.items()}
        self.values = {
            name: {visible(text): as_text(value) for text, value in table.items()}
            for name, table in content.get("values", {}).items()
        }
        self.names = list(dict.fromkeys([*self.columns_of, *self.constants]))
        self._readers = {name: self._reader(name) for name in self.names}
        self._settings: dict[tuple[str, str], object] = {}

    def text(self, row: Row, name: str) -> str:
        """The text of a field, as readers see it, translated by the mapping's `values`.

        Raises RowError if a template lacks a cell.
        """
        reader = self._readers.get(name)
        return self.translated(name, reader(row)) if reader else ""

    def original(self, row: Row, name: str) -> str:
        """The text of a field as the list gives it, before `values` translate it."""
        return self._readers[name](row)

    def is_translated(self, row: Row, name: str) -> bool:
        """Whether the mapping's `values` give the text of a field."""
        return name in self.values and self._readers[name](row) in self.values[name]

    def translated(self, name: str, text: str) -> str:
        """A clean text of a field, or one name in it, as the mapping's `values` translate it."""
        table = self.values.get(name)
        if table is not None and text in table:
            return table[text]
        return "" if text in self._blanks(name) else text

    def parts(self, row: Row, name: str, like: str = "") -> list[tuple[str, str]]:
        """The names in a field as (column, name): in several columns, in one cell with separators,
        or in a constant. Blank ones are left out. `like` is the field that has the separators."""
        if name in self.templates or name not in self.columns_of:
            cells = [("", self.text(row, name))]
        else:
            cells = [(column, self.cell(row, column, name)) for column in self.columns_of[name]]
        return [
            (column, part)
            for column, text in cells
            for piece in self.split(like or name, self.translated(name, text))
            if (part := self.translated(name, piece))
        ]

    def split(self, name: str, text: str) -> list[str]:
        """The names in a text of a field, without translation."""
        return [piece for part in self._separators(name).split(text) if (piece := visible(part))]

    def date_parts(self, row: Row, name: str) -> dict[str, tuple[str, str]]:
        """The cells of a date's year, month and day, as (column, text) by the part."""
        blanks = self._blanks(name)
        cells = {
            part: (column, self.cell(row, column, name))
            for part, column in self.parts_of[name].items()
        }
        return {
            part: (column, "" if text in blanks else text) for part, (column, text) in cells.items()
        }

    def cell(self, row: Row, column: str, name: str) -> str:
        """The cell of a column without what the mapping strips from this field, in its lines."""
        text = row[column]
        if pattern := self._stripped(name):
            text = pattern.sub("", text)
        return visible(text) if "\n" not in text else "\n".join(map(visible, text.splitlines()))

    def given(self, row: Row, column: str, name: str) -> str:
        """The cell of a column of this field; empty if the mapping says that it means nothing."""
        text = self.cell(row, column, name)
        return "" if text in self._blanks(name) else text

    def is_blank(self, text: str, name: str) -> bool:
        """Whether a text means nothing in this field."""
        return text in self._blanks(name)

    def _reader(self, name: str) -> Callable[[Row], str]:
        if name in self.templates:
            return partial(self._composed, name=name)
        columns = self.columns_of.get(name, ())
        if not columns:
            constant = visible(self.constants[name])
            return lambda row: constant
        if len(columns) == 1:
            return partial(self.cell, column=columns[0], name=name)
        return partial(self._joined, name=name)

    def _joined(self, row: Row, name: str) -> str:
        blanks = self._blanks(name)
        cells = (self.cell(row, column, name) for column in self.columns_of[name])
        return " ".join(text for text in cells if text not in blanks)

    def _composed(self, row: Row, name: str) -> str:
        blanks = self._blanks(name)

        def cell(column: str) -> str:
            text = self.cell(row, column, name)
            return "" if text in blanks else text

        try:
            return self.templates[name].text(cell)
        except BlankPart as error:
            raise RowError(error.column, _("the template needs this cell")) from error

    def _blanks(self, name: str) -> frozenset[str]:
        """The texts that mean nothing in this field."""
        return self._setting("blank", name, _texts)

    def _stripped(self, name: str) -> re.Pattern | None:
        return self._setting("strip", name, _pattern)

    def _separators(self, name: str) -> re.Pattern:
        return self._setting("separators", name, signs)

    def _setting(self, key: str, name: str, made: Callable):
        """What a key says of a field, or of all fields, as `made` makes it once."""
        if (key, name) not in self._settings:
            given = self.content.get(key)
            given = given.get(name) if isinstance(given, dict) else given
            self._settings[key, name] = made(given)
        return self._settings[key, name]


def _texts(given: str | list[str] | None) -> frozenset[str]:
    found = [given] if isinstance(given, str) else given or []
    return frozenset(["", *map(visible, found)])


def _pattern(given: str | None) -> re.Pattern | None:
    return re.compile(given) if given else None


def signs(given: str | list[str] | dict | None) -> re.Pattern:
    """The signs between names in a cell, or the regular expression for them, as a pattern."""
    if isinstance(given, dict):
        return re.compile(given["pattern"])
    found = [given] if isinstance(given, str) else given or [SEPARATOR]
    return re.compile("|".join(map(re.escape, found)))
