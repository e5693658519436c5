"""Snapshots of rows and their children as JSON, and the differences between two snapshots."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from decimal import Decimal
from functools import cache
from typing import Protocol

from babel.numbers import format_decimal
from django.db import models, transaction
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.changes import collected
from core.dates import Edtf, babel_locale
from core.fields import EdtfField

# How a comparison words a child without values besides those that it is named by.
NO_VALUES = gettext_lazy("(no other values)")
# A record's kind, state and publication: in its snapshot, although editors cannot edit them.
FATE = frozenset({"kind", "state", "version", "published_at"})


@contextmanager
def rolled_back():
    """A transaction whose changes are visible inside it and always rolled back; ON_CHANGE is not
    called for them."""
    with transaction.atomic(), collected():
        yield
        transaction.set_rollback(True)


def snapshot(row: models.Model) -> dict:
    """The JSON-serializable values of a row by field name, with foreign keys as natural keys.

    Primary keys, derived columns and other non-editable columns (except FATE) are left out.
    """
    return {field.name: _value(row, field) for field in _own(type(row))}


def _value(row, field):
    """The JSON-serializable value of one column."""
    if field.remote_field:
        other = getattr(row, field.name)
        return list(other.natural_key()) if other else None
    value = field.value_from_object(row)
    # Text is the same in JSON, but not that of an enum or another subclass.
    is_plain = type(value) is str or isinstance(value, (int, type(None)))
    return value if is_plain else field.value_to_string(row)


@cache
def _own(model: type[models.Model]) -> list[models.Field]:
    """The columns of a model that belong in its snapshot."""
    found = []
    for field in model._meta.concrete_fields:
        parent = field.remote_field and field.remote_field.parent_link
        follows = hasattr(field, "of") or not field.editable and field.name not in FATE
        if not (field.primary_key or parent or follows):
            found.append(field)
    return found


def full_snapshot(row: models.Model) -> dict:
    """A JSON-serializable snapshot of a row, its many-to-many slugs and its `CHILDREN`."""
    return {"record": snapshot(row)} | _belonging(row)


def _belonging(row: models.Model) -> dict:
    """The many-to-many slugs and the children of a row, and recursively those of its children."""
    content = {
        field.name: [other.slug for other in getattr(row, field.name).all()]
        for field in row._meta.many_to_many
    }
    for name in getattr(row, "CHILDREN", ()):
        content[name] = [snapshot(child) | _belonging(child) for child in children(row, name)]
    return content


def children(row: models.Model, name: str):
    """The children of a row with the rows that their natural keys need, in one query at most."""
    rows = getattr(row, name).all()
    if name in getattr(row, "_prefetched_objects_cache", ()):
        return rows
    if hasattr(rows, "with_related"):
        rows = rows.with_related()
    return rows.select_related(*_keyed_by(rows.model))


def _keyed_by(model) -> Iterator[str]:
    """The foreign keys of a model, and those in the natural keys of the models they point to."""
    for field in _own(model):
        if not field.remote_field:
            continue
        yield field.name
        for name in getattr(field.related_model, "KEY", ()):
            if field.related_model._meta.get_field(name).remote_field:
                yield f"{field.name}__{name}"


def digest(content: dict | list) -> str:
    """A hash of the content, as hexadecimal text."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def identity(model, owner: str, values: dict) -> tuple[str, ...]:
    """The natural key of a child without its owner, as JSON texts: unique among its siblings."""
    return tuple(json.dumps(values.get(name)) for name in model.KEY if name != owner)


def rebased(model: type[models.Model], base: dict, theirs: dict, mine: dict) -> dict:
    """A three-way merge of snapshots of one row: `mine`, with what has changed from `base` to
    `theirs`, except the values that `mine` has changed as well."""
    values = _rebased_values(base["record"], theirs["record"], mine["record"])
    return mine | {"record": values} | _rebased_belonging(model, base, theirs, mine)


def _rebased_values(base: dict, theirs: dict, mine: dict) -> dict:
    return {
        name: theirs[name] if name in theirs and value == base.get(name) else value
        for name, value in mine.items()
    }


def _rebased_belonging(model, base: dict, theirs: dict, mine: dict) -> dict:
    content = {}
    for field in model._meta.many_to_many:
        if all(field.name in one for one in (base, theirs, mine)):
            old, new, own = (set(one[field.name]) for one in (base, theirs, mine))
            content[field.name] = sorted((own | (new - old)) - (old - new))
    for name in getattr(model, "CHILDREN", ()):
        if all(name in one for one in (base, theirs, mine)):
            relation = model._meta.get_field(name)
            child, owner = relation.related_model, relation.field.name
            rows = [
                {identity(child, owner, row): row for row in one[name]}
                for one in (base, theirs, mine)
            ]
            content[name] = list(_rebased_children(child, *rows))
    return content


def _rebased_children(model, base: dict, theirs: dict, mine: dict) -> Iterator[dict]:
    """The children by identity: a child that one side has removed stays only if the other has
    changed it."""
    for key in dict.fromkeys([*theirs, *mine]):
        old, new, own = base.get(key), theirs.get(key), mine.get(key)
        if own and new:
            old = old or {}
            names = {name for name, value in own.items() if _is_value(model, name, value)}
            values = ({name: one.get(name) for name in names} for one in (old, new, own))
            yield own | _rebased_values(*values) | _rebased_belonging(model, old, new, own)
        elif (own or new) != old:
            yield own or new


def _is_value(model, name: str, value) -> bool:
    """Whether an entry of a child's snapshot is a value of its own, not its children."""
    return name not in getattr(model, "CHILDREN", ()) and name not in {
        field.name for field in model._meta.many_to_many
    }


@dataclass(frozen=True, slots=True)
class Change:
    """A value that differs between two snapshots; `part` names the child that holds it.

    A child in only one snapshot is one change, with its values in words on that side.
    """

    part: str
    field: str
    before: str
    after: str
    # The name of the field, after the related name and the identity of each child that holds it.
    path: tuple = dataclass_field(default=(), compare=False)

    @property
    def where(self) -> str:
        """The child, if any, and the field."""
        return " · ".join(str(name) for name in (self.part, self.field) if name)


class Namer(Protocol):
    """Names rows by their natural keys: core.row_names.RowNames."""

    def get(self, model: type[models.Model], key: Iterable) -> str: ...


def changes(
    model: type[models.Model], before: dict | None, after: dict, names: Namer | None = None
) -> list[Change]:
    """The differences from an earlier snapshot of the same model, by field and by child.

    Related rows are shown with their names as far as `names` knows them, or else by their keys.
    """
    before = before or {"record": {}}
    found = _Comparison(names)
    return [
        *found.of_fields("", model, before["record"], after["record"]),
        *found.of_belonging("", model, before, after),
    ]


class _Comparison:
    """Compares the values of snapshots, and words those that differ with the names of rows."""

    def __init__(self, names: Namer | None):
        self.names = names

    def of_fields(self, part, model, before, after, owner="", path=()) -> Iterator[Change]:
        for field in model._meta.concrete_fields:
            name = field.name
            if name in ("slug", owner) or name not in after:
                continue
            if not field.editable and name != "state":
                continue
            # The state of a new record is not a change.
            if name == "state" and not before:
                continue
            old, new = before.get(name), after[name]
            if _words(field, old) != _words(field, new):
                words = self.tell_apart(field, old, new)
                yield Change(part, capfirst(field.verbose_name), *words, (*path, name))

    def tell_apart(self, field, old, new) -> tuple[str, str]:
        """Two values in words that differ: rows of the same name by their keys."""
        words = _words(field, old, self.names), _words(field, new, self.names)
        return words if words[0] != words[1] else (_words(field, old), _words(field, new))

    def of_belonging(self, part, model, before, after, path=()) -> Iterator[Change]:
        for field in model._meta.many_to_many:
            rows = [set(content.get(field.name, ())) for content in (before, after)]
            if field.name in after and rows[0] != rows[1]:
                words = [", ".join(sorted(self.name_all(field, slugs))) for slugs in rows]
                if words[0] == words[1]:
                    words = [", ".join(sorted(slugs)) for slugs in rows]
                yield Change(part, capfirst(field.verbose_name), *words, (*path, field.name))
        for name, child, owner in kinds_of_children(model, after):
            rows = [
                {identity(child, owner, row): row for row in content.get(name, ())}
                for content in (before, after)
            ]
            # An older snapshot may lack a kind of child: then there is nothing to compare.
            if name in before or not before["record"]:
                yield from self.of_children(part, child, owner, *rows, (*path, name))

    def name_all(self, field, slugs: Iterable[str]) -> Iterator[str]:
        for slug in slugs:
            yield self.names and self.names.get(field.related_model, [slug]) or slug

    def of_children(self, part, model, owner, before: dict, after: dict, path) -> Iterator[Change]:
        for key in dict.fromkeys([*before, *after]):
            old, new = before.get(key), after.get(key)
            name = child_in_words(model, owner, old or new, self.names)
            label = " · ".join(filter(None, (part, name)))
            if old is None or new is None:
                sums = (_sum(model, owner, row, self.names) if row else "" for row in (old, new))
                yield Change(label, "", *sums, (*path, key))
                continue
            yield from self.of_fields(label, model, old, new, owner, (*path, key))
            yield from self.of_belonging(label, model, {"record": old} | old, new, (*path, key))


def child_in_words(model, owner: str, row: dict, names: Namer | None = None) -> str:
    """The snapshot of a child in a few words: what it is and what identifies it. A model whose keys
    say nothing to people gives the fields that do as NAMED_BY."""
    words = [
        _words(model._meta.get_field(name), row.get(name), names)
        for name in getattr(model, "NAMED_BY", model.KEY)
        if name != owner
    ]
    return f"{model._meta.verbose_name}: {', '.join(filter(None, words))}"


def key_values(row: models.Model, owner: str) -> dict:
    """The part of a child's snapshot that identifies it among its siblings."""
    fields = [row._meta.get_field(name) for name in row.KEY if name != owner]
    return {field.name: _value(row, field) for field in fields}


def _sum(model, owner: str, row: dict, names: Namer | None) -> str:
    """All values of a child in words, except those that it is named by."""
    named = {"slug", owner, *getattr(model, "NAMED_BY", model.KEY)}
    fields = [
        field
        for field in model._meta.concrete_fields
        if field.name in row and field.editable and field.name not in named
    ]
    words = [(field.verbose_name, _words(field, row[field.name], names)) for field in fields]
    given = "; ".join(f"{name}: {text}" for name, text in words if text and text != _("no"))
    return given or str(NO_VALUES)


def _words(field, value, names: Namer | None = None) -> str:
    """A value of a snapshot in words. A model may word values of its fields itself, in WORDS."""
    if value in (None, "", []):
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        name = names.get(field.related_model, value) if names and field.remote_field else ""
        return name or ", ".join(map(str, value))
    if words := getattr(field.model, "WORDS", {}).get(field.name):
        return str(words(value)) if names else value
    if isinstance(field, EdtfField):
        return Edtf.parse(value).describe()
    if isinstance(field, models.DecimalField):
        return format_decimal(Decimal(value), "#,##0.####", babel_locale())
    return str(dict(field.flatchoices).get(value, value))


def kinds_of_children(model, values: dict) -> Iterator[tuple[str, type[models.Model], str]]:
    """The kinds of children in a snapshot: related name, model and foreign key to the owner."""
    for name in getattr(model, "CHILDREN", ()):
        if name in values:
            relation = model._meta.get_field(name)
            yield name, relation.related_model, relation.field.name


def parts(model, content: dict) -> Iterator[tuple[type[models.Model], dict]]:
    """All children in a snapshot, and their children, each with its model."""
    for name, child, _owner in kinds_of_children(model, content):
        for row in content[name]:
            yield child, row
            yield from parts(child, row)
