"""Rows with all that belongs to them as JSON: taken, and compared."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import models, transaction
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from core.dates import Edtf
from core.fields import EdtfField

# What a record is and what happened to it: kept with it, though no editor types it.
FATE = frozenset({"kind", "state", "version", "published_at"})


@contextmanager
def rolled_back():
    """A transaction whose changes are seen inside of it, and never kept."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def snapshot(row: models.Model) -> dict:
    """The values of a row by field name, as JSON can hold them, foreign keys as natural keys.

    Primary keys and columns that follow from others are left out.
    """
    values = {}
    for field in _own(row):
        if field.remote_field:
            other = getattr(row, field.name)
            values[field.name] = list(other.natural_key()) if other else None
        else:
            value = field.value_from_object(row)
            values[field.name] = (
                value if isinstance(value, (bool, int, type(None))) else field.value_to_string(row)
            )
    return values


def _own(model) -> Iterator[models.Field]:
    """The columns of a model or row that follow from no others."""
    for field in model._meta.concrete_fields:
        parent = field.remote_field and field.remote_field.parent_link
        follows = hasattr(field, "of") or not field.editable and field.name not in FATE
        if not (field.primary_key or parent or follows):
            yield field


def full_snapshot(row: models.Model) -> dict:
    """A row with what belongs to it, by the `CHILDREN` of its model, as JSON can hold it."""
    return {"record": snapshot(row)} | _belonging(row)


def _belonging(row: models.Model) -> dict:
    """What belongs to a row; of its children those that have their own, with theirs."""
    content = {
        field.name: [other.slug for other in getattr(row, field.name).all()]
        for field in row._meta.many_to_many
    }
    for name in getattr(row, "CHILDREN", ()):
        content[name] = [snapshot(child) | _belonging(child) for child in children(row, name)]
    return content


def children(row: models.Model, name: str):
    """The children of a row with what their natural keys need, in one query."""
    rows = getattr(row, name).all()
    if name in getattr(row, "_prefetched_objects_cache", ()):
        return rows
    if hasattr(rows, "with_related"):
        return rows.with_related()
    return rows.select_related(*_keyed_by(rows.model))


def _keyed_by(model) -> Iterator[str]:
    """The foreign keys of a model, and those by which what they lead to is identified."""
    for field in _own(model):
        if not field.remote_field:
            continue
        yield field.name
        for name in getattr(field.related_model, "KEY", ()):
            if field.related_model._meta.get_field(name).remote_field:
                yield f"{field.name}__{name}"


def digest(content: dict | list) -> str:
    """Another text for other content."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def identity(model, owner: str, values: dict) -> tuple[str, ...]:
    """What tells a child from the others of its owner, by the natural key of its model."""
    return tuple(json.dumps(values.get(name)) for name in model.KEY if name != owner)


@dataclass(frozen=True, slots=True)
class Change:
    """A value that two snapshots give differently; `part` names the child that it stands in.

    A child that only one of them has is one change, with its values in words on that side.
    """

    part: str
    field: str
    before: str
    after: str

    @property
    def where(self) -> str:
        """The child, if any, and the field."""
        return " · ".join(str(name) for name in (self.part, self.field) if name)


def changes(model: type[models.Model], before: dict | None, after: dict) -> list[Change]:
    """How a snapshot differs from an earlier one of the same model, field by field and child by
    child."""
    before = before or {"record": {}}
    found = list(_field_changes("", model, before["record"], after["record"]))
    return found + list(_belonging_changes("", model, before, after))


def _field_changes(part, model, before, after, owner="") -> Iterator[Change]:
    for field in model._meta.concrete_fields:
        name = field.name
        if name in ("slug", owner) or name not in after:
            continue
        if not field.editable and name != "state":
            continue
        old, new = _words(field, before.get(name)), _words(field, after[name])
        # Of a record that is new only what is given counts.
        if old != new and (before or name != "state"):
            yield Change(part, capfirst(field.verbose_name), old, new)


def _belonging_changes(part, model, before, after) -> Iterator[Change]:
    for field in model._meta.many_to_many:
        old, new = (", ".join(sorted(content.get(field.name, ()))) for content in (before, after))
        if field.name in after and old != new:
            yield Change(part, capfirst(field.verbose_name), old, new)
    for name in getattr(model, "CHILDREN", ()):
        relation = model._meta.get_field(name)
        child, owner = relation.related_model, relation.field.name
        rows = [
            {identity(child, owner, row): row for row in content.get(name, ())}
            for content in (before, after)
        ]
        # An earlier version kept nothing of a kind of child: nothing can be said of it.
        if name in after and (name in before or not before["record"]):
            yield from _child_changes(part, child, owner, *rows)


def _child_changes(part, model, owner, before: dict, after: dict) -> Iterator[Change]:
    for key in dict.fromkeys([*before, *after]):
        old, new = before.get(key), after.get(key)
        label = " · ".join(filter(None, (part, _name(model, owner, old or new))))
        if old is None or new is None:
            yield Change(label, "", *(_sum(model, owner, row) if row else "" for row in (old, new)))
            continue
        yield from _field_changes(label, model, old, new, owner)
        yield from _belonging_changes(label, model, {"record": old} | old, new)


def _name(model, owner: str, row: dict) -> str:
    """A child in a few words: what it is and what identifies it."""
    parts = [
        _words(model._meta.get_field(name), row.get(name)) for name in model.KEY if name != owner
    ]
    return f"{model._meta.verbose_name}: {', '.join(filter(None, parts))}"


def named(row: models.Model, owner: str) -> str:
    """A child in the words in which its changes name it."""
    return _name(type(row), owner, snapshot(row))


def _sum(model, owner: str, row: dict) -> str:
    """All values of a child in words."""
    fields = [
        field
        for field in model._meta.concrete_fields
        if field.name in row and field.editable and field.name not in {"slug", owner, *model.KEY}
    ]
    words = [(field.verbose_name, _words(field, row[field.name])) for field in fields]
    given = "; ".join(f"{name}: {text}" for name, text in words if text and text != _("no"))
    return given or _("(without further values)")


def _words(field, value) -> str:
    """A value of a snapshot as a person reads it."""
    if value in (None, "", []):
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(field, EdtfField):
        return Edtf.parse(value).describe()
    return str(dict(field.flatchoices).get(value, value))
