"""The columns of the package's tables, made from the fields of their models: how each is read from
the database, written as text, described in a schema, and read back."""

import datetime
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache, cached_property
from itertools import islice

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, OrderBy, Q
from django.db.models.functions import Collate
from django.utils.translation import gettext as _

from core.fields import EdtfField
from core.models import BINARY, Released
from open_data.tables import TABLES, Table
from open_data.versions import as_readers_see
from relations.models import Record, State
from relations.models.publishable import Publishable
from relations.models.revision import BaseRevision
from sources.models import Source, SourceFile

# How many choices a schema lists; the currencies are too many.
LISTED_CHOICES = 40
TRUE, FALSE = "true", "false"
# The rows that are in memory at a time.
BATCH = 500
_TEXTS = (models.CharField, models.TextField)
# The name of the column that identifies a row of any table.
ID = "id"


@cache
def table_of(model: type[models.Model]) -> Table:
    """The table of a model."""
    return next(table for table in TABLES if table.model is model)


def key_of(field: models.Field) -> str:
    """The public name of a column: the one that alone identifies a row is called ID."""
    return ID if table_of(field.model).key == (field.name,) else field.name


class Identifier:
    """The text that identifies a row in the package: its slug, or the parts of its key, joined by
    slashes. Of a group of columns, one of which is set, its name and its slug are parts.

    `lookups` are what it is made of, from a row that refers to it by `prefix`.
    """

    def __init__(self, model: type[models.Model], prefix: str = ""):
        self.parts, self.lookups, self.fields = [], [], []
        self._add(model, prefix)

    def _add(self, model, prefix: str) -> None:
        for part in table_of(model).key:
            if isinstance(part, tuple):
                start = len(self.lookups)
                self.lookups += [f"{prefix}{name}__slug" for name in part]
                self.fields += [Record._meta.get_field("slug")] * len(part)
                self.parts.append((start, part))
            elif (related := model._meta.get_field(part)).remote_field:
                self._add(related.related_model, f"{prefix}{part}__")
            else:
                self.parts.append((len(self.lookups), ()))
                self.lookups.append(f"{prefix}{part}")
                self.fields.append(related)

    @property
    def order(self) -> list[OrderBy]:
        """The order of the rows by the identifier, the same on every database."""
        return [
            (Collate(F(name), BINARY) if isinstance(field, _TEXTS) else F(name)).asc(
                nulls_first=True
            )
            for name, field in zip(self.lookups, self.fields, strict=True)
        ]

    def __call__(self, values: tuple) -> str | None:
        """The identifier from the values of the lookups; None if no row is referred to."""
        if all(value is None for value in values):
            return None
        texts = []
        for start, names in self.parts:
            for name, value in zip(names, values[start:], strict=False):
                if value is not None:
                    texts += [name, value]
            if not names:
                texts.append(as_text(values[start]))
        return "/".join(texts)


def as_text(value) -> str:
    """A value as the text of a CSV cell. Numbers have no superfluous zeros, times are in UTC."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return TRUE if value else FALSE
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return value.isoformat() if isinstance(value, datetime.date) else str(value)


def in_order(content):
    """The content of JSON with its names in order, which PostgreSQL does not keep."""
    if isinstance(content, list):
        return [in_order(part) for part in content]
    if not isinstance(content, dict):
        return content
    return {name: in_order(part) for name, part in sorted(content.items())}


def shown(model: type[models.Model], prefix: str = "") -> Q:
    """The condition that readers see a row: it is published or released, and so is what it belongs
    to or cannot do without."""
    condition = _visible(model, prefix)
    table = table_of(model)
    grouped = {name for part in table.key if isinstance(part, tuple) for name in part}
    for name in table.public:
        related = model._meta.get_field(name)
        if not related.remote_field or related.remote_field.parent_link:
            continue
        if related.null and name not in grouped:
            continue
        inner = shown(related.related_model, f"{prefix}{name}__")
        if not related.null:
            condition &= inner
        elif inner:
            condition &= Q(**{f"{prefix}{name}": None}) | inner
    return condition


def _visible(model: type[models.Model], prefix: str = "") -> Q:
    if issubclass(model, Publishable):
        return Q(**{f"{prefix}state": State.PUBLISHED})
    if issubclass(model, Released):
        return Q(**{f"{prefix}published_at__isnull": False})
    return Q()


def words(text: str, rights: str | None) -> str:
    """Words of a source as readers may see them under its rights."""
    return Source(rights=rights or Source.Rights.UNKNOWN).shown(text)


@dataclass
class Column:
    """A column of a table."""

    table: Table
    field: models.Field | None

    @cached_property
    def name(self) -> str:
        return key_of(self.field) if self.field else ID

    @cached_property
    def refers_to(self) -> type[models.Model] | None:
        """The model of the rows that a foreign key points to."""
        return self.field.related_model if self.field and self.field.remote_field else None

    @property
    def is_parent(self) -> bool:
        """Whether it points from the row of a kind to the record itself."""
        return bool(self.refers_to and self.field.remote_field.parent_link)

    @cached_property
    def identifier(self) -> Identifier:
        """How the rows that it identifies are identified."""
        if self.field is None:
            return Identifier(self.table.model)
        return Identifier(self.refers_to, f"{self.field.name}__")

    @cached_property
    def lookups(self) -> list[str]:
        """What is read from the database for it."""
        if self.field is None:
            return self.identifier.lookups
        name = self.field.name
        if self.refers_to:
            return [*self.identifier.lookups, *self._seen_by]
        if isinstance(self.field, models.FileField):
            return ["source__slug", "media_type"]
        if rights := self.table.quoted.get(name):
            return [name, rights]
        return [name]

    @cached_property
    def _seen_by(self) -> list[str]:
        """The lookup that tells whether readers see the row that an optional key points to."""
        model, name = self.refers_to, self.field.name
        if not self.field.null:
            return []
        if issubclass(model, Publishable):
            return [f"{name}__state"]
        return [f"{name}__published_at"] if issubclass(model, Released) else []

    def value(self, values: tuple):
        """Its value as readers may see it: None, a text, number, truth value, date, list or dict,
        from the values of the lookups."""
        if self.field is None:
            return self.identifier(values)
        if self.refers_to:
            if self._seen_by:
                *values, seen = values
                if seen != State.PUBLISHED and not isinstance(seen, datetime.datetime):
                    return None
            return self.identifier(tuple(values))
        if isinstance(self.field, models.FileField):
            slug, media_type = values
            return f"files/{SourceFile(source=Source(slug=slug), media_type=media_type).name}"
        if self.field.name in self.table.quoted:
            return words(*values)
        (value,) = values
        if isinstance(self.field, EdtfField):
            return str(value)
        if isinstance(self.field, models.JSONField):
            return in_order(value)
        return value

    @cached_property
    def type(self) -> str:
        """Its type in Frictionless Table Schema."""
        kinds = {
            models.BooleanField: "boolean",
            models.IntegerField: "integer",
            models.DecimalField: "number",
            models.DateTimeField: "datetime",
            models.DateField: "date",
        }
        if self.field is None or self.refers_to:
            return "string"
        if isinstance(self.field, models.JSONField):
            return "array" if self.field.default is list else "object"
        return next((kind for of, kind in kinds.items() if isinstance(self.field, of)), "string")

    @cached_property
    def is_required(self) -> bool:
        """Whether each row has a value."""
        if self.field is None or not (self.field.null or self.field.blank or self.refers_to):
            return True
        return bool(self.refers_to and not self.field.null) or self.type == "boolean"

    def schema(self) -> dict:
        """Its description in Frictionless Table Schema."""
        found = {"name": self.name, "type": self.type}
        if self.field is None:
            return found | {
                "title": _("identifier"),
                "description": _("The parts of the key, joined by slashes."),
                "constraints": {"required": True},
            }
        title = _("identifier") if self.is_parent else self.field.verbose_name
        found["title"] = str(title)
        if self.field.help_text:
            found["description"] = str(self.field.help_text)
        if isinstance(self.field, EdtfField):
            found["description"] = " ".join([_("In EDTF."), found.get("description", "")]).strip()
        if labels := self._labels():
            found["categories"] = labels
        if self.type == "boolean":
            found |= {"trueValues": [TRUE], "falseValues": [FALSE]}
        if constraints := dict(self._constraints()):
            found["constraints"] = constraints
        return found

    def _labels(self) -> list[dict]:
        """What each of its choices means, if it has a few."""
        if self.refers_to or callable(getattr(self.field, "_choices", None)):
            return []
        choices = self.field.flatchoices
        return [{"value": value, "label": str(label)} for value, label in choices if value != ""]

    def _constraints(self) -> Iterator[tuple]:
        if self.is_required:
            yield "required", True
        if self.type == "string" and not self.refers_to:
            if self.field.max_length and self.field.name not in self.table.quoted:
                yield "maxLength", self.field.max_length
            choices = [value for value, _label in self.field.flatchoices if value != ""]
            if 0 < len(choices) <= LISTED_CHOICES:
                yield "enum", choices
        if isinstance(self.field, (models.PositiveIntegerField, models.PositiveSmallIntegerField)):
            yield "minimum", 0

    def read(self, text: str):
        """The value of a CSV cell, as the field takes it. Raises ValueError with a message."""
        if text == "" and (self.type != "string" or self.refers_to):
            if self.is_required:
                raise ValueError(_("a value is missing"))
            return None
        try:
            return _READERS.get(self.type, str)(text)
        except (ValueError, InvalidOperation) as error:
            message = _("“%(text)s” is not of the type %(type)s") % {
                "text": text,
                "type": self.type,
            }
            raise ValueError(message) from error

    def reasons(self, value) -> list[str]:
        """Why the field does not allow a value; empty if it does."""
        if self.field is None or self.refers_to or isinstance(self.field, models.FileField):
            return []
        quoted = self.field.name in self.table.quoted
        try:
            self.field.clean(value, None) if not quoted else self.field.to_python(value)
        except ValidationError as error:
            return list(error.messages)
        return []


def moment(text: str) -> datetime.datetime:
    """A time as ISO 8601. Raises ValueError without a time zone."""
    found = datetime.datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(_("“%(time)s” has no time zone") % {"time": text})
    return found


def _truth(text: str) -> bool:
    return {TRUE: True, FALSE: False}[text] if text in (TRUE, FALSE) else int("")


_READERS: dict[str, Callable] = {
    "boolean": _truth,
    "integer": int,
    "number": Decimal,
    "date": datetime.date.fromisoformat,
    "datetime": moment,
    "array": json.loads,
    "object": json.loads,
}


def columns(table: Table) -> list[Column]:
    """The columns of a table: its identifier first."""
    fields = [table.model._meta.get_field(name) for name in table.public]
    alone = table.key in {(field.name,) for field in fields}
    found = [Column(table, field) for field in fields]
    if not alone:
        return [Column(table, None), *found]
    return sorted(found, key=lambda column: column.name != ID)


def rows(table: Table) -> models.QuerySet:
    """The rows of a table that readers see, in its order."""
    found = table.model._base_manager.filter(shown(table.model), table.only())
    found = found.annotate(**{name: make() for name, make in table.annotated.items()})
    if not table.owner:
        return found.order_by(*Identifier(table.model).order)
    owner = table.model._meta.get_field(table.owner).related_model
    return found.order_by(*Identifier(owner, f"{table.owner}__").order, "pk")


def values(table: Table, of: list[Column]) -> Iterator[list]:
    """The values of the rows of a table, by column, read as they are needed."""
    lookups, places = [], []
    for column in of:
        places.append(slice(len(lookups), len(lookups) + len(column.lookups)))
        lookups += column.lookups
    found = rows(table).values_list(*lookups).iterator(chunk_size=BATCH)
    made = ([one.value(row[at]) for one, at in zip(of, places, strict=True)] for row in found)
    return _seen_versions(made, of) if issubclass(table.model, BaseRevision) else made


def _seen_versions(rows: Iterator[list], of: list[Column]) -> Iterator[list]:
    """The rows of versions, whose snapshots are limited to what readers may see."""
    place = [column.name for column in of].index("snapshot")
    while batch := list(islice(rows, BATCH)):
        for row, seen in zip(batch, as_readers_see([row[place] for row in batch]), strict=True):
            row[place] = seen
            yield row
