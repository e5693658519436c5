"""Restore a record from a snapshot, and limit a snapshot to what readers may see."""

from copy import copy, deepcopy

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from core.models import unique_values
from core.snapshot import children, identity, kinds_of_children, parts, snapshot
from relations.models.dated import Dated
from relations.models.former_address import KINDS, FormerAddress
from relations.models.publishable import SHOWN, Publishable, State
from relations.models.record import Record
from relations.models.topic import Topic
from sources.models import QUOTED, Source

# New rows of a trial get keys from here up, which no database assigns; each trial repeats them.
TRIED = 2**52


def with_current_names(model: type[Publishable], content: dict) -> dict:
    """A snapshot in which people, organizations and records that have been merged since it was
    taken are named as the rows that they were merged into. One query."""
    content = deepcopy(content)
    keys = [
        (field.related_model, values[field.name])
        for part, values in ((model, content["record"]), *parts(model, content))
        for field in part._meta.concrete_fields
        if field.remote_field and values.get(field.name)
    ]
    slugs = {text for _model, key in keys for text in key}
    rows = FormerAddress.objects.filter(slug__in=slugs).select_related(*KINDS)
    names = {(row.kind, row.slug): getattr(row, row.kind).slug for row in rows}
    if not names:
        return content
    for referred, key in keys:
        for place, text in enumerate(key):
            key[place] = names.get((_kind_named(referred, key, place), text), text)
    _merge_the_same(model, content)
    return content


def _kind_named(model, key: list, place: int) -> str:
    """The kind of row, as in FormerAddress, that a part of a natural key names; empty for others.
    The key of a party is its treaty, its kind and its slug."""
    if place and key[place - 1] in KINDS:
        return key[place - 1]
    while place == 0 and model.KEY[0] != "slug":
        first = model._meta.get_field(model.KEY[0])
        if not first.remote_field:
            return ""
        model = first.related_model
    if place == 0 and issubclass(model, Record):
        return "record"
    return model._meta.model_name if place == 0 and model._meta.model_name in KINDS else ""


def _merge_the_same(model, values: dict) -> None:
    """Leave out children that have become the same as an earlier sibling."""
    for name, child, owner in kinds_of_children(model, values):
        rows = {}
        for row in values[name]:
            rows.setdefault(identity(child, owner, row), row)
            _merge_the_same(child, row)
        values[name] = list(rows.values())


def restore(record: Publishable, content: dict, trying: bool = False) -> list[Record]:
    """Restore a row and its children from a snapshot; its state stays.

    Returns the steps that have changed. Published steps that are not in the snapshot are withdrawn,
    never deleted. Raises ValidationError if the content can no longer be saved. With `trying`, new
    rows get keys from TRIED up: for a transaction that is rolled back.
    """
    content = with_current_names(type(record), content)
    layout = _Layout(content, trying)
    layout.set(record, content["record"])
    record.full_clean()
    record.save()
    layout.lay_out(record, content)
    record.left_out = frozenset(layout.left_out)
    return layout.steps


def unsaved_row(record: Publishable, content: dict) -> Publishable:
    """The row restored from a snapshot for a form, not saved.

    `unsaved_children` holds its children by related name; new ones have the keys that `restore`
    gives them with `trying`. Raises ValidationError if the content can no longer be restored.
    """
    content = with_current_names(type(record), content)
    layout = _Layout(content, trying=True)
    row = type(record).objects.get(pk=record.pk)
    layout.set(row, content["record"])
    row.unsaved_children = {"topics": layout.topics(content)} if isinstance(row, Record) else {}
    for name in (name for name in row.CHILDREN if name in content):
        row.unsaved_children[name] = layout.unsaved_children(row, name, content)
    return row


class _Layout:
    """Restores one record; `steps` holds the steps that have changed so far."""

    def __init__(self, content: dict, trying: bool):
        self.keys = iter(range(TRIED, 2 * TRIED)) if trying else None
        self.steps, self.found, self.left_out = [], {}, set()
        # Whether the snapshot is of a published record, and so holds the states of its steps.
        self.public = content["record"].get("state") == State.PUBLISHED

    def lay_out(self, record: Publishable, content: dict, new: bool = False) -> bool:
        """Restore topics and children, and return whether anything differed. Most deletions
        come last, so that support is never missing. A `new` record has no children yet."""
        differs, leaving = False, []
        if isinstance(record, Record):
            slugs = set(content.get("topics", ()))
            differs = slugs != (set() if new else {topic.slug for topic in record.topics.all()})
        if differs:
            record.topics.set(self.topics(content))
        for name in (name for name in record.CHILDREN if name in content):
            owner, matched, missing = self.match(record, name, content[name], new)
            differs |= self.make_way(matched, missing, owner)
            for row, values in matched:
                differs |= self.lay_child(row, values, owner)
            leaving += (row for row in missing if row.pk)
        for row in reversed(leaving):
            differs |= self.take_away(row)
        return differs

    def make_way(self, matched: list[tuple], missing: list, owner: str) -> bool:
        """Restore or delete first the children that give up a unique value, since others may take
        it; return whether anything differed. Children of most models cannot give one up."""
        differs = False
        for row in missing:
            if unique_values(row, owner):
                differs |= self.take_away(row)
        for row, values in matched:
            held = set() if row.pk is None else unique_values(row, owner)
            if held:
                restored = copy(row)
                self.fill(restored, values, owner)
                if held - unique_values(restored, owner):
                    differs |= self.lay_child(row, values, owner)
        return differs

    def match(self, record: Publishable, name: str, contents: list[dict], new: bool) -> tuple:
        """The children of one kind: the foreign key to their owner, each row, found or new, with
        its values in the snapshot, and the rows that the snapshot lacks."""
        relation = record._meta.get_field(name)
        model, owner = relation.related_model, relation.field.name
        rows = () if new else children(record, name)
        there = {identity(model, owner, snapshot(row)): row for row in rows}
        matched = [
            (there.pop(identity(model, owner, values), None) or model(), values)
            for values in contents
        ]
        for row, _values in matched:
            # With the restored values, which may not be saved yet.
            setattr(row, owner, record)
        return owner, matched, list(there.values())

    def fill(self, row, values: dict, owner: str) -> None:
        """Set the values of a child from a snapshot; those of a step include its state."""
        step = isinstance(row, Record)
        if step and row.pk is None:
            row.slug = values["slug"]
        self.set(row, values, owner)
        if step:
            row.derive()
            row.state = self.state_of(row, values, getattr(row, owner))

    def unsaved_children(
        self, record: Publishable, name: str, content: dict, new: bool = False
    ) -> list:
        """The children of one kind as `lay_out` would restore them, not saved. Steps that readers
        have seen and that are not in the snapshot are withdrawn."""
        owner, matched, missing = self.match(record, name, content[name], new)
        rows = []
        for row, values in matched:
            added = row.pk is None
            self.fill(row, values, owner)
            if added:
                row.pk = next(self.keys)
                row._state.adding = False
            if isinstance(row, Record):
                row.id = row.pk
                # For the keys that their new rows take, in the order of `lay_out`.
                for part in (part for part in row.CHILDREN if part in values):
                    self.unsaved_children(row, part, values, added)
            self.found[type(row), *row.natural_key()] = row
            self.check(row, owner)
            rows.append(row)
        for row in missing:
            if isinstance(row, Record) and row.published_at:
                row.state = State.WITHDRAWN
                rows.append(row)
        if issubclass(record._meta.get_field(name).related_model, Record):
            return sorted(rows, key=lambda row: (-row.sort_key, -row.pk))
        return sorted(rows, key=lambda row: row.pk)

    def state_of(self, step: Record, values: dict, owner: Record) -> str:
        """The state of a step: the one in the snapshot while its treaty is published, so that a
        step withdrawn since comes back, and one withdrawn in the snapshot is withdrawn."""
        stated = values.get("state") or step.state
        if owner.state != State.PUBLISHED or step.state not in SHOWN:
            return step.state
        if step.state == State.WITHDRAWN or self.public:
            return stated
        return step.state

    def check(self, row, owner: str) -> None:
        """Raise ValidationError if a draft can no longer be saved, as far as one row tells."""
        unsaved = [
            field.name
            for field in row._meta.concrete_fields
            if field.remote_field and (getattr(row, field.attname) or 0) >= TRIED
        ]
        row.clean_fields(exclude=[owner, "id", "record_ptr", *unsaved])
        row.clean()

    def topics(self, content: dict) -> list[Topic]:
        slugs = set(content.get("topics", ()))
        topics = list(Topic.objects.filter(slug__in=slugs))
        if gone := slugs - {topic.slug for topic in topics}:
            raise ValidationError(
                _("Topics: “%(name)s” no longer exists.") % {"name": ", ".join(sorted(gone))}
            )
        return topics

    def lay_child(self, row, values: dict, owner: str) -> bool:
        """Restore a child from a snapshot, save it if it differs, and return whether it did."""
        step, new = isinstance(row, Record), row.pk is None
        before = None if new else snapshot(row)
        self.fill(row, values, owner)
        differs = new or snapshot(row) != before
        if differs:
            self.save(row)
        elif isinstance(row, Dated):
            # The record may have another date now.
            row.check_lifetimes()
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
        """Delete a child, or withdraw a step that readers have seen; return whether it changed."""
        if not isinstance(row, Record) or row.published_at is None:
            row.delete()
        elif row.state == State.WITHDRAWN:
            self.left_out.add(row.pk)
            return False
        else:
            row.state = State.WITHDRAWN
            row.save()
            self.steps.append(row)
        return True

    def set(self, row, values: dict, owner: str = "") -> None:
        for field in row._meta.concrete_fields:
            if field.name in values and field.editable and field.name not in ("slug", owner):
                setattr(row, field.name, self.value(field, values[field.name]))

    def value(self, field, value):
        """A snapshot value as a field value. Raises ValidationError if the related row is gone."""
        if not field.remote_field or value is None:
            return field.to_python(value)
        key = (field.related_model, *value)
        try:
            if key not in self.found:
                self.found[key] = field.related_model.objects.get_by_natural_key(*value)
        except ObjectDoesNotExist as error:
            raise ValidationError(
                _("%(what)s: “%(name)s” no longer exists.")
                % {"what": capfirst(field.verbose_name), "name": ", ".join(map(str, value))}
            ) from error
        return self.found[key]


class Readers:
    """Limits snapshots of one kind of record to what readers may see: no steps or other records
    that they have not seen, and quotations as far as the source's rights allow. Two queries."""

    def __init__(self, model: type[Publishable], contents: list[dict]):
        records, sources = set(), set()
        for content in contents:
            for part, values in [(model, content["record"]), *parts(model, content)]:
                records |= {values[name][0] for name in _leading(part, Record) if values.get(name)}
                sources |= {values[name][0] for name in _leading(part, Source) if values.get(name)}
        seen = Record.objects.filter(slug__in=records, published_at__isnull=False)
        self.model, self.seen = model, set(seen.values_list("slug", flat=True))
        self.sources = {row.slug: row for row in Source.objects.filter(slug__in=sources)}

    def view(self, content: dict) -> dict:
        """One of the snapshots as readers may see it."""
        shown = self._shown(self.model, content)
        return shown | {"record": self._shown(self.model, content["record"])}

    def _shown(self, model, values: dict) -> dict:
        shown = dict(values)
        for name in _leading(model, Record):
            if self._hides(values.get(name)):
                shown[name] = None
        if source := values.get("source"):
            for name in QUOTED:
                if values.get(name):
                    known = self.sources.get(source[0])
                    shown[name] = known.shown(values[name]) if known else ""
        for name, child, owner in kinds_of_children(model, values):
            rows = (row for row in values[name] if self._sees(child, owner, row))
            shown[name] = [self._shown(child, row) for row in rows]
        return shown

    def _hides(self, key) -> bool:
        return bool(key) and key[0] not in self.seen

    def _sees(self, model, owner: str, row: dict) -> bool:
        """Whether readers may see a child: it is no draft, and they have seen the records in its
        key."""
        if row.get("state") in (State.DRAFT, State.IN_REVIEW):
            return False
        names = set(model.KEY) & set(_leading(model, Record)) - {owner}
        return not any(self._hides(row.get(name)) for name in names)


def _leading(model, to) -> list[str]:
    """The names of a model's foreign keys to another model."""
    return [
        field.name
        for field in model._meta.concrete_fields
        if field.remote_field
        and not field.remote_field.parent_link
        and issubclass(field.related_model, to)
    ]
