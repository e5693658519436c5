"""Lists described by a mapping in TOML instead of code; see docs/importing.md."""

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from core.dates import DateError, Edtf
from core.fields import EdtfField, check_open
from core.folding import visible
from core.rows import FileError, Row, RowError
from search.spelling import Spellings, suggestion
from sources.list_dates import (
    PRECISIONS,
    DateFormat,
    Firsts,
    Stamp,
    at_most,
    date_in_words,
    timestamp,
)
from sources.models import Source


class Mapping:
    """Maps columns and constants of a list to the fields of the model of `kind`, with the values
    and formats of the list.

    `kinds` holds the models by kind, `needed` the required names by kind, `extra` further names
    that are not fields of the model. Raises FileError if the mapping is invalid.
    """

    def __init__(
        self,
        content: dict,
        kinds: dict[str, type[models.Model]],
        needed: dict[str, tuple[str, ...]],
        extra: tuple[str, ...] = (),
    ):
        self.content, self.extra = content, extra
        self.name, self.kind = self._text("name"), self._text("kind")
        if self.kind not in kinds:
            raise FileError(_("“kind” must be one of %s in this mapping.") % ", ".join(kinds))
        self.model = kinds[self.kind]
        self.delimiter = content.get("delimiter", ",")
        self.columns_of = {
            name: visible(str(column)) for name, column in content.get("columns", {}).items()
        }
        self.constants = dict(content.get("constants", {}))
        self.source = dict(content.get("source", {}))
        self.values = {
            name: {visible(text): value for text, value in table.items()}
            for name, table in content.get("values", {}).items()
        }
        self.successors = content.get("successors", {})
        self.id_columns = self._id_columns()
        self.columns = tuple(dict.fromkeys([*self.columns_of.values(), *self.id_columns]))
        self._check(needed[self.kind])
        self.formats = {name: DateFormat(form) for name, form in self._by_field("formats").items()}
        self.precisions = self._by_field("precision")
        if unknown := sorted(set(self.precisions.values()) - set(PRECISIONS)):
            raise FileError(
                _("The precision “%(name)s” is unknown. Use one of: %(known)s.")
                % {"name": unknown[0], "known": ", ".join(PRECISIONS)}
            )
        self.firsts: dict[str, Firsts] = {}

    def _text(self, name: str) -> str:
        value = self.content.get(name)
        if not isinstance(value, str) or not value:
            raise FileError(_("The mapping needs “%s”.") % name)
        return value

    def _id_columns(self) -> tuple[str, ...]:
        """The columns that identify a row."""
        named = self.content.get("id", [])
        found = [named] if isinstance(named, str) and named else named
        if not isinstance(found, list) or not all(isinstance(name, str) and name for name in found):
            raise FileError(_("“id” must be a column or a list of columns, in quotation marks."))
        return tuple(map(visible, found))

    def _check(self, needed: tuple[str, ...]) -> None:
        if missing := [name for name in needed if name not in self.names]:
            raise FileError(_("The mapping does not set: %s.") % ", ".join(missing))
        fields = {item.name for item in self.model._meta.get_fields()}
        if unknown := sorted(set(self.names) - fields - set(self.extra)):
            raise FileError(
                _("A %(kind)s has no %(names)s.") % {"kind": self.kind, "names": ", ".join(unknown)}
            )
        named = self.successors.values() if isinstance(self.successors, dict) else [None]
        if not all(isinstance(name, str) for name in named):
            raise FileError(_("[successors] needs lines such as: “Soviet Union” = “Russia”."))
        try:
            Source(**self.source).full_clean(validate_unique=False)
        except (TypeError, ValidationError) as error:
            raise FileError(_("[source] is not valid: %s") % error) from error

    def _by_field(self, key: str) -> dict[str, str]:
        """A setting by the field that it concerns; `precision = "month"` concerns every field."""
        found = self.content.get(key, {})
        if key == "precision" and not isinstance(found, dict):
            found = dict.fromkeys(self.names, found)
        if not isinstance(found, dict):
            raise FileError(_("“%s” must be a table with a line for each field.") % key)
        for name, value in found.items():
            if name not in self.names:
                raise FileError(
                    _("[%(key)s] names “%(name)s”, which the mapping does not set.")
                    % {"key": key, "name": name}
                )
            if not isinstance(value, str):
                raise FileError(
                    _("“%(key)s” of %(name)s must be text in quotation marks.")
                    % {"key": key, "name": name}
                )
        return found

    @property
    def names(self) -> list[str]:
        """The names that the mapping gives, by column or constant."""
        return list(dict.fromkeys([*self.columns_of, *self.constants]))

    def column(self, name: str) -> str:
        """The location of an error in this value: its column, or its own name."""
        return self.columns_of.get(name, "") or name

    def identity(self, row: Row) -> str:
        """The list's own identifier of a row, as readers see it; empty if the mapping names none.
        Raises RowError if the row has none."""
        cells = [visible(row[column]) for column in self.id_columns]
        if cells and not any(cells):
            raise RowError(self.id_columns[0], _("an identifier is needed"))
        return ", ".join(cells)

    def key(self, row: Row) -> str:
        """What identifies a row in the list: its identifier as it is written, or without one the
        cells of all columns that the mapping reads. Several cells are a JSON list."""
        columns = self.id_columns or sorted(self.columns)
        cells = [visible(row[column]) for column in columns]
        return cells[0] if len(self.id_columns) == 1 else json.dumps(cells, ensure_ascii=False)

    def text(self, row: Row, name: str) -> str:
        """A cell or constant as readers see it, translated by the mapping's `values`."""
        text = "\n".join(map(visible, self._cell(row, name).splitlines()))
        return self.values.get(name, {}).get(text, text)

    def value(self, row: Row, name: str) -> str | Edtf:
        """The value of a text, choice or date field; raises RowError if the field rejects it."""
        text, item = self.text(row, name), self.model._meta.get_field(name)
        if isinstance(item, EdtfField):
            return self.day(row, name, item.open_end)
        if not text and item.blank:
            return None if item.null else item.get_default()
        if item.choices and text not in dict(item.choices):
            words = _("this value is unknown; say in [values.%s] what it means") % name
            names = ((str(name), value) for value, label in item.choices for name in (value, label))
            known = Spellings(names)
            raise RowError(self.column(name), words, text, suggestion(known.near(text)))
        if item.max_length and len(text) > item.max_length:
            raise RowError(self.column(name), _("this is too long"), f"{text[:40]} …")
        try:
            return item.clean(text, None)
        except ValidationError as error:
            raise RowError(self.column(name), " ".join(error.messages), text) from error

    def day(self, row: Row, name: str, open_end: bool = False) -> Edtf:
        """A cell as a date, in the mapping's format, or without one as in a form, no more precise
        than the mapping and its column allow; raises RowError if invalid."""
        text = self.text(row, name)
        try:
            if found := self._stamp(name, text):
                date = self.firsts[name].supported(found) if name in self.firsts else found.date
            elif text and name in self.formats:
                problem = _("this is not a date in the format %s") % self.formats[name].form
                raise RowError(self.column(name), problem, text)
            else:
                date = date_in_words(text)
            check_open(date, open_end)
        except ValidationError as error:
            raise RowError(self.column(name), " ".join(error.messages), text) from error
        except DateError as error:
            raise RowError(self.column(name), str(error)) from error
        return self.rounded(name, date)

    def _stamp(self, name: str, text: str) -> Stamp | None:
        """The date in a cell with the field's format, or without one that of a timestamp."""
        return self.formats[name].read(text) if name in self.formats else timestamp(text)

    def rounded(self, name: str, date: Edtf) -> Edtf:
        """The date, no more precise than the mapping says of this field."""
        return at_most(date, self.precisions[name]) if name in self.precisions else date

    def survey(self, rows: Iterator[tuple[Row, RowError | None]]) -> None:
        """Read the columns of timestamps, to find out whether their first days mean months."""
        self.firsts = {name: Firsts() for name in self.columns_of if self._may_have_times(name)}
        if not self.firsts:
            return
        for row, problem in rows:
            for name, firsts in self.firsts.items() if not problem else ():
                with suppress(DateError):
                    if found := self._stamp(name, self.text(row, name)):
                        firsts.add(found)

    def _may_have_times(self, name: str) -> bool:
        """Whether a field is a date that may be a timestamp, with the precision left open."""
        fields = {item.name: item for item in self.model._meta.get_fields()}
        is_date = name not in fields or isinstance(fields[name], EdtfField)
        has_time = name not in self.formats or self.formats[name].has_time
        return is_date and has_time and name not in self.precisions

    @property
    def notes(self) -> list[str]:
        """What the report says of columns whose first days mean months."""
        words = _(
            "%(column)s: %(firsts)d of %(all)d times are midnight on the first of a month, which "
            "is kept as the month or year. If they are days, add to the mapping: precision = “day”."
        )
        return [
            words % {"column": self.column(name), **firsts.counts}
            for name, firsts in self.firsts.items()
            if firsts.are_months
        ]

    def _cell(self, row: Row, name: str) -> str:
        column = self.columns_of.get(name, "")
        return row[column] if column else str(self.constants.get(name, ""))


class MappedList:
    """Mixin for the adapter of a list that is described by a mapping."""

    mapping: Mapping

    def rows(self, path: Path) -> Iterator[tuple[Row, RowError | None]]:
        self.mapping.survey(super().rows(path))
        return super().rows(path)

    @property
    def notes(self) -> list[str]:
        return self.mapping.notes
