"""Records with all that belongs to them as JSON: taken, laid out again, and compared."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from relations.models.record import Record, State
from relations.models.topic import Topic
from sources.dates import Edtf
from sources.fields import EdtfField

# What identifies a record and what happened to it: no content that an editor gives it.
FATE = frozenset({"slug", "kind", "state", "version", "published_at"})
# Rows that are only tried on get keys that no database hands out, the same each time.
TRIED = 2**52


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


def whole(record: Record) -> dict:
    """A record with its topics and children, as JSON can hold it."""
    return {"record": snapshot(record)} | _belonging(record)


def _belonging(record: Record) -> dict:
    """What belongs to a record; its steps, which are records, each with what belongs to them."""
    content = {"topics": [topic.slug for topic in record.topics.all()]}
    for name in record.CHILDREN:
        content[name] = [
            snapshot(row) | (_belonging(row) if isinstance(row, Record) else {})
            for row in _children(record, name)
        ]
    return content


def _children(record: Record, name: str):
    """The children of a record with what their natural keys need, in one query."""
    rows = getattr(record, name).all()
    if name in getattr(record, "_prefetched_objects_cache", ()):
        return rows
    return (
        rows.whole()
        if issubclass(rows.model, Record)
        else rows.select_related(*_keyed_by(rows.model))
    )


def _keyed_by(model) -> Iterator[str]:
    """The foreign keys of a model, and those by which what they lead to is identified."""
    for field in _own(model):
        if not field.remote_field:
            continue
        yield field.name
        for name in getattr(field.related_model, "KEY", ()):
            if field.related_model._meta.get_field(name).remote_field:
                yield f"{field.name}__{name}"


def restore(record: Record, content: dict, trying: bool = False) -> list[Record]:
    """Make a record and what belongs to it what a snapshot holds; its state stays.

    Returns the steps that have changed. Published steps that the snapshot lacks are withdrawn,
    never deleted. Raises ValidationError where the content no longer fits the base.
    With `trying`, new rows get keys above TRIED: for a transaction that is rolled back.
    """
    layout = _Layout(iter(range(TRIED, 2 * TRIED)) if trying else None)
    layout.set(record, content["record"])
    record.full_clean()
    record.save()
    layout.lay_out(record, content)
    return layout.steps


class _Layout:
    """The restoring of one record: `steps` are those that have changed so far."""

    def __init__(self, keys: Iterator[int] | None):
        self.keys, self.steps, self.found = keys, [], {}

    def lay_out(self, record: Record, content: dict, new: bool = False) -> bool:
        """Restore topics and children, new ones first, so that no support is missing in between;
        whether anything differed. What is new has none yet."""
        slugs, leaving = set(content.get("topics", ())), []
        differs = slugs != (set() if new else {topic.slug for topic in record.topics.all()})
        if differs:
            record.topics.set(Topic.objects.filter(slug__in=slugs))
        for name in record.CHILDREN:
            if name not in content:
                continue
            relation = record._meta.get_field(name)
            model, owner = relation.related_model, relation.field.name
            rows = () if new else _children(record, name)
            kept = {identity(model, owner, snapshot(row)): row for row in rows}
            for values in content[name]:
                row = kept.pop(identity(model, owner, values), None) or model(**{owner: record})
                differs |= self.lay_child(row, values, owner)
            leaving += kept.values()
        for row in reversed(leaving):
            differs |= self.take_away(row)
        return differs

    def lay_child(self, row, values: dict, owner: str) -> bool:
        """Save a child as a snapshot holds it, where it differs; whether it did."""
        step, new = isinstance(row, Record), row.pk is None
        before = None if new else snapshot(row)
        if new and step:
            row.slug = values["slug"]
        self.set(row, values, owner)
        if step:
            row.derive()
        differs = new or snapshot(row) != before
        if differs:
            self.save(row)
        if step and "citations" in values:
            differs |= self.lay_out(row, values, new)
        if step and differs:
            self.steps.append(row)
        return differs

    def save(self, row) -> None:
        new = row.pk is None
        if new and self.keys:
            row.pk = next(self.keys)
            if isinstance(row, Record):
                row.id = row.pk
        row.full_clean(exclude=["record_ptr", "id"] if isinstance(row, Record) else ["id"])
        row.save(force_insert=bool(new and self.keys))

    def take_away(self, row) -> bool:
        """Delete a child; a step that readers have seen is withdrawn."""
        if not isinstance(row, Record) or row.published_at is None:
            row.delete()
        elif row.state == State.WITHDRAWN:
            return False
        else:
            row.state = State.WITHDRAWN
            row.save()
            self.steps.append(row)
        return True

    def set(self, row, values: dict, owner: str = "") -> None:
        for field in row._meta.concrete_fields:
            if field.name in values and field.editable and field.name not in (*FATE, owner):
                setattr(row, field.name, self.value(field, values[field.name]))

    def value(self, field, value):
        """A value of a snapshot as its field has it; raises ValidationError where it is gone."""
        if not field.remote_field or value is None:
            return field.to_python(value)
        key = (field.related_model, *value)
        try:
            if key not in self.found:
                self.found[key] = field.related_model.objects.get_by_natural_key(*value)
        except ObjectDoesNotExist as error:
            raise ValidationError(
                _("%(what)s: “%(name)s” is not there any more.")
                % {"what": capfirst(field.verbose_name), "name": ", ".join(map(str, value))}
            ) from error
        return self.found[key]


def identity(model, owner: str, values: dict) -> tuple[str, ...]:
    """What tells a child from the others of its owner, by the natural key of its model."""
    return tuple(json.dumps(values.get(name)) for name in model.KEY if name != owner)


def public(content: dict) -> dict:
    """A snapshot without the steps that readers had not seen."""
    hidden = (State.DRAFT, State.IN_REVIEW)
    return {
        name: [row for row in part if not isinstance(row, dict) or row.get("state") not in hidden]
        if isinstance(part, list)
        else part
        for name, part in content.items()
    }


@dataclass(frozen=True, slots=True)
class Change:
    """A value that two snapshots give differently; `part` names the child that it stands in.

    A child that only one of them has is one change, with its values in words on that side.
    """

    part: str
    field: str
    before: str
    after: str


def changes(model: type[models.Model], before: dict | None, after: dict) -> list[Change]:
    """How a snapshot differs from an earlier one of the same model, field by field and, of a kind
    of record, child by child."""
    before = before or {"record": {}}
    found = list(_field_changes("", model, before["record"], after["record"]))
    return found + list(_belonging_changes("", model, before, after))


def _field_changes(part, model, before, after, owner="") -> Iterator[Change]:
    for field in model._meta.concrete_fields:
        name = field.name
        if name == owner or name not in after or not field.editable and name != "state":
            continue
        if name in FATE - {"state"}:
            continue
        old, new = _words(field, before.get(name)), _words(field, after[name])
        # Of a record that is new only what is given counts.
        if old != new and (before or name != "state"):
            yield Change(part, capfirst(field.verbose_name), old, new)


def _belonging_changes(part, model, before, after) -> Iterator[Change]:
    old, new = (", ".join(sorted(content.get("topics", ()))) for content in (before, after))
    if "topics" in after and old != new:
        yield Change(part, _("Topics"), old, new)
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
        if issubclass(model, Record):
            yield from _belonging_changes(label, model, {"record": old} | old, new)


def _name(model, owner: str, row: dict) -> str:
    """A child in a few words: what it is and what identifies it."""
    parts = [
        _words(model._meta.get_field(name), row.get(name)) for name in model.KEY if name != owner
    ]
    return f"{model._meta.verbose_name}: {', '.join(filter(None, parts))}"


def _sum(model, owner: str, row: dict) -> str:
    """All values of a child in words."""
    fields = [
        field
        for field in model._meta.concrete_fields
        if field.name in row and field.editable and field.name not in FATE | {owner, *model.KEY}
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
