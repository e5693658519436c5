"""Lists described by a mapping in TOML instead of code; see docs/importing.md."""

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.dates import DateError, Edtf
from core.fields import EdtfField, check_open
from core.folding import visible
from core.rows import Row, RowError, Skipped
from sources.list_dates import Firsts, at_most, date_error, date_in_words
from sources.mappings.cells import Cells
from sources.mappings.dates import DateReader, NotInFormat
from sources.mappings.keys import SPANS, FieldType, ListKind
from sources.mappings.layout import delimiter_of, layout_of
from sources.mappings.values import value_of


class Mapping:
    """Maps columns, templates and constants of a list to the fields of its kind, with the values
    and formats of the list.

    `content` is a mapping that `mappings.check` has accepted. `columns` are the columns that
    it reads, `columns_of` the first one of each field, `identifiers` those that identify a row.
    `single` is the identifier of all rows in a list of one record, otherwise blank.
    """

    single = ""

    def __init__(self, content: dict, kind: ListKind):
        self.content, self.list_kind = content, kind
        self.kind, self.model = kind.name, kind.model
        self.name = content["name"]
        self.delimiter, self.layout = delimiter_of(content), layout_of(content)
        self.source, self.successors = dict(content["source"]), content.get("successors", {})
        self.cells = Cells(content)
        # The fields that the mapping sets, and those of them that are fields of the model.
        self.names = self.cells.names
        self.stored = [item.name for item in kind.fields
                       if item.stored and item.name in self.names]  # fmt: skip
        self.constants = self.cells.constants
        self.columns_of = {name: found[0] for name, found in self.cells.columns_of.items()}
        identity = content.get("id", [])
        self.identifiers = tuple(
            map(visible, [identity] if isinstance(identity, str) else identity)
        )
        read = [column for found in self.cells.columns_of.values() for column in found]
        self.filter = {
            visible(column): frozenset(map(visible, [given] if isinstance(given, str) else given))
            for column, given in content.get("filter", {}).items()
        }
        # The values of the filter that no row has had so far.
        self.missed = dict(self.filter)
        self.columns = tuple(dict.fromkeys([*read, *self.identifiers, *self.filter]))
        self.readers = {
            item.name: DateReader.of(content, item.name)
            for item in kind.fields
            if item.type is FieldType.DATE and item.name in self.names
        }
        self.precisions = self._precisions()
        self.firsts: dict[str, Firsts] = {}
        self._known: dict[tuple[str, str], object] = {}

    def _precisions(self) -> dict[str, str]:
        found = self.content.get("precision", {})
        return dict.fromkeys(self.readers, found) if isinstance(found, str) else found

    @property
    def formats(self) -> dict:
        """The formats of dates by field; a field without one is read as in a form."""
        return self.content.get("formats", {})

    def column(self, name: str) -> str:
        """The location of an error in this value: its column, or its own name."""
        return self.columns_of.get(name, "") or name

    def identity(self, row: Row) -> str:
        """The list's own identifier of a row; empty if the mapping names none."""
        if self.single:
            return self.single
        parts = [visible(row[column]) for column in self.identifiers]
        return " · ".join(parts) if all(parts) else ""

    def key(self, row: Row) -> str:
        """What identifies a row in the list: its identifier as it is written, or without one the
        cells of all columns that the mapping reads. Several cells are a JSON list."""
        if self.single:
            return self.single
        columns = self.identifiers or sorted(self.columns)
        cells = [visible(row[column]) for column in columns]
        return cells[0] if len(self.identifiers) == 1 else json.dumps(cells, ensure_ascii=False)

    def text(self, row: Row, name: str) -> str:
        """The text of a field as readers see it, translated by the mapping's `values`."""
        return self.cells.text(row, name)

    def value(self, row: Row, name: str) -> str | Edtf:
        """The value of a text, choice or date field; raises RowError if the field rejects it."""
        item = self.model._meta.get_field(name)
        if isinstance(item, EdtfField):
            return self.day(row, name, item.open_end)
        text = self.text(row, name)
        if not item.choices and name not in self.constants:
            return value_of(item, text, self.column(name))
        # These are few, and the same in many rows.
        if (name, text) not in self._known:
            self._known[name, text] = value_of(item, text, self.column(name))
        return self._known[name, text]

    def day(self, row: Row, name: str, open_end: bool = False) -> Edtf:
        """The date of a field in the mapping's formats, or without them as in a form, no more
        precise than the mapping and its column allow; raises RowError if invalid."""
        if name in self.cells.parts_of:
            return self.rounded(name, self.readers[name].parts(self.cells.date_parts(row, name)))
        text = self.text(row, name)
        try:
            date = self._read_date(name, text, self.cells.is_translated(row, name))
            check_open(date, open_end)
        except ValidationError as error:
            raise RowError(self.column(name), " ".join(error.messages), text) from error
        except DateError as error:
            raise date_error(self.column(name), text, error) from error
        except NotInFormat:
            words = _("this is not a date in the format %s") % self.readers[name].named
            raise RowError(self.column(name), words, text) from None
        return self.rounded(name, date)

    def _read_date(self, name: str, text: str, is_translated: bool) -> Edtf:
        reader, pair = self.readers[name], self.span_of(name)
        try:
            if pair:
                return reader.span(text)[pair.index(name)]
            return reader.date(text, self.firsts.get(name))
        except NotInFormat:
            # The mapping gives this text, not the list.
            if is_translated:
                return date_in_words(text, reader.language)
            raise

    def span_of(self, name: str) -> tuple[str, str] | None:
        """The two fields of a period to which a field belongs, if one column gives both."""
        for pair in SPANS:
            columns = [self.cells.columns_of.get(end) for end in pair]
            if name in pair and columns[0] and columns[0] == columns[1]:
                return pair if name not in self.cells.parts_of else None
        return None

    def rounded(self, name: str, date: Edtf) -> Edtf:
        """The date, no more precise than the mapping says of this field."""
        return at_most(date, self.precisions[name]) if name in self.precisions else date

    def filtered(
        self, rows: Iterator[tuple[Row, RowError | None]]
    ) -> Iterator[tuple[Row, RowError | None]]:
        """The rows, with the error Skipped for those that the filter leaves out."""
        if not self.filter:
            yield from rows
            return
        for row, problem in rows:
            if problem:
                yield row, problem
                continue
            cells = {column: visible(row[column]) for column in self.filter}
            for column, cell in cells.items():
                if self.missed[column]:
                    self.missed[column] = self.missed[column] - {cell}
            wanted = all(cell in self.filter[column] for column, cell in cells.items())
            yield row, None if wanted else Skipped()

    def survey(self, rows: Iterator[tuple[Row, RowError | None]]) -> None:
        """Read the columns of timestamps, to find out whether their first days mean months."""
        self.firsts = {name: Firsts() for name in self.readers if self._may_have_times(name)}
        if not self.firsts:
            return
        for row, problem in rows:
            for name, firsts in self.firsts.items() if not problem else ():
                with suppress(DateError, RowError):
                    if found := self.readers[name].stamp(self.text(row, name)):
                        firsts.add(found)

    def _may_have_times(self, name: str) -> bool:
        """Whether a field is a date that may be a timestamp, with the precision left open."""
        is_cell = name in self.columns_of and name not in self.cells.parts_of
        is_open = name not in self.precisions and not self.span_of(name)
        return is_cell and is_open and self.readers[name].may_have_times

    @property
    def notes(self) -> list[str]:
        """What the report says of columns whose first days mean months, and of values of the filter
        that no row has."""
        words = _(
            "%(column)s: %(firsts)d of %(all)d times are midnight on the first of a month, which "
            "is kept as the month or year. If they are days, add to the mapping: precision = “day”."
        )
        unseen = _("[filter] %(column)s: no row has “%(value)s”.")
        return [
            *(
                words % {"column": self.column(name), **firsts.counts}
                for name, firsts in self.firsts.items()
                if firsts.are_months
            ),
            *(
                unseen % {"column": column, "value": value}
                for column, values in self.missed.items()
                for value in sorted(values)
            ),
        ]


class MappedList:
    """Mixin for the adapter of a list that is described by a mapping."""

    mapping: Mapping

    @property
    def layout(self) -> dict:
        return self.mapping.layout

    def rows(self, path: Path) -> Iterator[tuple[Row, RowError | None]]:
        self.mapping.survey(self.read(path))
        self.mapping.missed = dict(self.mapping.filter)
        return self.read(path)

    def read(self, path: Path) -> Iterator[tuple[Row, RowError | None]]:
        """The rows of a file as the mapping reads them; a hook for lists of other shapes."""
        return self.mapping.filtered(super().rows(path))

    @property
    def notes(self) -> list[str]:
        return self.mapping.notes
