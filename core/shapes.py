"""The shapes of public data: which values of a row readers get, whatever the format.

A shape is declared once. Called with a row it returns its public dict, for pages, files and the
API; the columns of files, the data dictionary and the schemas of the API follow from it.
"""

from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass, replace
from functools import partial
from operator import attrgetter

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from core.fields import EdtfField
from core.related import related_rows

TEXT = {"type": "string"}
DAY = {"type": ["string", "null"], "format": "date"}
MOMENT = {"type": "string", "format": "date-time"}
EDTF = {"type": "string", "format": "edtf"}
NUMBER = {"type": ["string", "null"], "format": "decimal"}
INTEGER = {"type": "integer"}
YES_NO = {"type": "boolean"}
COMPONENTS = "#/components/schemas/"
# What each of the choices of a value means, by choice.
LABELS = "x-labels"


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a shape: how it is read from a row, its JSON Schema, and what it means.

    `part` is the shape of a value that is an object, or a list of objects. `to` is the model of
    the rows whose identifiers the value holds. An `optional` value is left out if it is None.
    """

    read: Callable
    schema: dict
    help: str = ""
    part: "Shape | None" = None
    to: type[models.Model] | None = None
    optional: bool = False

    def described(self) -> dict:
        """Its JSON Schema with its description."""
        return {**self.schema, "description": str(self.help)} if self.help else self.schema


class Shape:
    """The values of a kind of row by name, in order. `name` is the name of its schema."""

    def __init__(self, name: str, help: str, values: dict[str, Value]):
        self.name, self.help, self.values = name, help, values
        self._reads = [(key, value.read) for key, value in values.items()]
        self._optional = [key for key, value in values.items() if value.optional]

    def __call__(self, row) -> dict:
        found = {key: read(row) for key, read in self._reads}
        for key in self._optional:
            if found[key] is None:
                del found[key]
        return found

    def only(self, names: Container[str]) -> "Shape":
        """The shape with only the values of these names."""
        values = {key: value for key, value in self.values.items() if key in names}
        return Shape(self.name, self.help, values)

    def __repr__(self):
        return f"<Shape {self.name}>"

    @property
    def columns(self) -> list[str]:
        return list(self.values)

    @property
    def schema(self) -> dict:
        """Its JSON Schema; those of its parts are references to `COMPONENTS`."""
        return {
            "type": "object",
            "description": str(self.help),
            "properties": {key: value.described() for key, value in self.values.items()},
            "required": [key for key, value in self.values.items() if not value.optional],
            "additionalProperties": False,
        }

    def parts(self) -> "Iterator[Shape]":
        """The shapes of its parts, and of theirs."""
        for value in self.values.values():
            if value.part:
                yield value.part
                yield from value.part.parts()


def value(read: str | Callable, schema: dict, help: str = "", **more) -> Value:
    """A value read by a function, or from an attribute such as "country.slug"."""
    return Value(read if callable(read) else attrgetter(read), schema, help, **more)


def text(read: str | Callable, help: str = "") -> Value:
    return value(read, TEXT, help)


def integer(read: str | Callable, help: str = "") -> Value:
    return value(read, INTEGER, help)


def yes_no(read: str | Callable, help: str = "") -> Value:
    return value(read, YES_NO, help)


def edtf(name: str, help: str = "") -> Value:
    """A date as EDTF, as precise as its source; empty if it is not known."""
    read = attrgetter(name)
    return value(lambda row: str(read(row)), EDTF, help)


def day(name: str, help: str = "") -> Value:
    """A calendar day in ISO 8601, or null."""
    read = attrgetter(name)
    return value(lambda row: found.isoformat() if (found := read(row)) else None, DAY, help)


def choice(read: str | Callable, choices: type[models.TextChoices], help="", blank=False) -> Value:
    return value(read, _enum(choices.choices, blank), help)


def identifier(name: str, to: type[models.Model], help: str = "", read=None) -> Value:
    """The identifier of another row, or null. `read` gets that row, by default from `name`."""
    read = read or attrgetter(name)
    schema = {"type": ["string", "null"]}
    return value(lambda row: other.slug if (other := read(row)) else None, schema, help, to=to)


def identifiers(read: str | Callable, to: type[models.Model], help: str = "") -> Value:
    """The identifiers of several rows that a function gets, or of related rows."""
    read = read if callable(read) else partial(related_rows, name=read)
    schema = {"type": "array", "items": TEXT}
    return value(lambda row: [other.slug for other in read(row)], schema, help, to=to)


def texts(read: Callable, help: str = "") -> Value:
    return value(read, {"type": "array", "items": TEXT}, help)


def one(part: Shape, read: Callable = lambda row: row, help: str = "") -> Value:
    """An object made of the row, or of another one that `read` gets."""
    schema = {"$ref": COMPONENTS + part.name}
    return value(lambda row: part(read(row)), schema, help, part=part)


def many(part: Shape, read: str | Callable, help: str = "") -> Value:
    """A list of objects, each made of a row that a function gets, or of a related row."""
    read = read if callable(read) else partial(related_rows, name=read)
    schema = {"type": "array", "items": {"$ref": COMPONENTS + part.name}}
    return value(lambda row: [part(one) for one in read(row)], schema, help, part=part)


def optional(found: Value) -> Value:
    """The same value, left out of the dict if it is None."""
    return replace(found, optional=True)


def column(model: type[models.Model], name: str, help: str = "") -> Value:
    """The value of a column: its type, choices and meaning are those of the model."""
    field = model._meta.get_field(name)
    help = help or help_of(field)
    if field.remote_field:
        return identifier(name, field.related_model, help)
    if isinstance(field, EdtfField):
        return edtf(name, help)
    if isinstance(field, models.DateField):
        return day(name, help)
    return value(name, _schema_of(field), help)


def help_of(field: models.Field) -> str:
    """What a column means: its name and its help text."""
    words = _("%(label)s. %(help)s") if field.help_text else _("%(label)s.")
    return words % {"label": capfirst(field.verbose_name), "help": field.help_text}


def _schema_of(field) -> dict:
    """The JSON Schema of a column that is no date and no reference."""
    if isinstance(field, models.JSONField):
        return {}
    kind = "string"
    if isinstance(field, models.BooleanField):
        kind = "boolean"
    elif isinstance(field, models.IntegerField):
        kind = "integer"
    schema = {"type": [kind, "null"] if field.null else kind}
    # A function gives choices of which there are hundreds.
    if kind == "string" and field.choices and not callable(getattr(field, "_choices", None)):
        return _enum(field.flatchoices, field.blank)
    return schema


def _enum(choices: list[tuple[str, str]], blank: bool) -> dict:
    """The schema of one of these values, with what each means."""
    labels = {value: str(label) for value, label in choices if value != ""}
    values = [value for value, _label in choices]
    if blank and "" not in values:
        values.append("")
    return {"type": "string", "enum": values, LABELS: labels}


# Values that all rows with an address of their own have.
ID = text("slug", _("Permanent identifier; it is part of the address and is never reused."))
URL = value(
    lambda row: row.get_absolute_url(),
    {"type": "string", "format": "uri"},
    _("Address of its page."),
)
WIKIDATA = text("wikidata", _("Identifier in Wikidata, such as Q227."))
