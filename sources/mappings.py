"""Lists described by a mapping in TOML instead of code; see docs/importing.md."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from core.dates import DateError, Edtf
from core.fields import EdtfField, check_open
from core.rows import FileError, Row, RowError
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
        self.columns_of = dict(content.get("columns", {}))
        self.constants = dict(content.get("constants", {}))
        self.source = dict(content.get("source", {}))
        identity = [content["id"]] if content.get("id") else []
        self.columns = tuple(dict.fromkeys([*self.columns_of.values(), *identity]))
        self._check(needed[self.kind])

    def _text(self, name: str) -> str:
        value = self.content.get(name)
        if not isinstance(value, str) or not value:
            raise FileError(_("The mapping needs “%s”.") % name)
        return value

    def _check(self, needed: tuple[str, ...]) -> None:
        if missing := [name for name in needed if name not in self.names]:
            raise FileError(_("The mapping does not set: %s.") % ", ".join(missing))
        fields = {item.name for item in self.model._meta.get_fields()}
        if unknown := sorted(set(self.names) - fields - set(self.extra)):
            raise FileError(
                _("A %(kind)s has no %(names)s.") % {"kind": self.kind, "names": ", ".join(unknown)}
            )
        try:
            Source(**self.source).full_clean(validate_unique=False)
        except (TypeError, ValidationError) as error:
            raise FileError(_("[source] is not valid: %s") % error) from error

    @property
    def names(self) -> list[str]:
        """The names that the mapping gives, by column or constant."""
        return list(dict.fromkeys([*self.columns_of, *self.constants]))

    def column(self, name: str) -> str:
        """The location of an error in this value: its column, or its own name."""
        return self.columns_of.get(name, "") or name

    def identity(self, row: Row) -> str:
        """The list's own identifier of a row; empty if the mapping names none."""
        return row[self.content["id"]] if self.content.get("id") else ""

    def text(self, row: Row, name: str) -> str:
        """A cell or constant, translated by the mapping's `values`."""
        text = self._cell(row, name)
        return self.content.get("values", {}).get(name, {}).get(text, text)

    def value(self, row: Row, name: str) -> str | Edtf:
        """The value of a text, choice or date field; raises RowError if the field rejects it."""
        text, item = self.text(row, name), self.model._meta.get_field(name)
        if isinstance(item, EdtfField):
            return self.day(row, name, item.open_end)
        if not text and item.blank:
            return None if item.null else item.get_default()
        if item.choices and text not in dict(item.choices):
            raise RowError(self.column(name), _("this is not a known value"), text)
        if item.max_length and len(text) > item.max_length:
            raise RowError(self.column(name), _("this is too long"), f"{text[:40]} …")
        try:
            return item.clean(text, None)
        except ValidationError as error:
            raise RowError(self.column(name), " ".join(error.messages), text) from error

    def day(self, row: Row, name: str, open_end: bool = False) -> Edtf:
        """A cell as a date, in EDTF or in the mapping's format; raises RowError if invalid."""
        text, form = self._cell(row, name), self.content.get("formats", {}).get(name)
        try:
            if form and text:
                day = datetime.strptime(text, form).date().isoformat()
                text = day[
                    : 10 if "%d" in form else 7 if "%m" in form or "%b" in form.lower() else 4
                ]
            date = Edtf.parse(text)
            check_open(date, open_end)
            return date
        except ValidationError as error:
            raise RowError(self.column(name), " ".join(error.messages), text) from error
        except DateError as error:
            raise RowError(self.column(name), str(error)) from error
        except ValueError as error:
            problem = _("this is not a date in the format %s") % form
            raise RowError(self.column(name), problem, text) from error

    def _cell(self, row: Row, name: str) -> str:
        column = self.columns_of.get(name, "")
        return row[column] if column else str(self.constants.get(name, ""))
