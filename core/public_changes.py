"""The log of public changes, from which others keep a copy of everything public up to date.

`log_changes` writes it in the transaction that changes rows (ON_CHANGE). The setting PUBLIC_ROWS
lists what readers see, each a subclass of PublicRows in the `public_rows` module of the app that
has the rows; docs/adr/0110-log-of-public-changes.md explains the log.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from django.conf import settings
from django.db import connection, models
from django.utils import timezone
from django.utils.module_loading import import_string

from core.bulk import insert_values
from core.changes import NONE, Added, Keys, alone, changed_of
from core.models import PublicChange

Action = PublicChange.Action
# How many rows are read at a time, since databases limit the values of a query.
BATCH = 5000
COLUMNS = ("kind", "row", "key", "action", "into", "at")


class PublicRows:
    """What readers see of a model: which rows, and by which identifiers."""

    model: type[models.Model]
    # The name of the rows in the log. Rows of several kinds override `identified` and `kinds`.
    kind: str

    def public(self) -> models.QuerySet:
        """The rows that readers see."""
        return self.model._base_manager.all()

    @property
    def kinds(self) -> tuple[str, ...]:
        return (self.kind,)

    def identified(self, rows: models.QuerySet) -> Iterable[tuple[int, str, str]]:
        """The primary key, kind and identifier of each of these rows."""
        return ((pk, self.kind, key) for pk, key in rows.order_by().values_list("pk", "slug"))

    def touched(self, changed: Keys) -> set[int]:
        """The primary keys of its rows whose public data may differ after changes of rows: of
        itself, and of the children that belong to it."""
        found = changed_of(self.model, changed)
        for child, column in children_of(self.model).items():
            if pks := changed.get(child):
                rows = child._base_manager.filter(pk__in=pks).order_by()
                found |= set(rows.values_list(column, flat=True))
        return found

    def dependent(self, pks: set[int]) -> Iterator[tuple[type[models.Model], Iterable[int]]]:
        """The rows of any models, with their primary keys, whose public data contains something of
        these rows that may have changed."""
        return iter(())

    def wholes(self, pks: set[int]) -> Iterator[tuple[type[models.Model], Iterable[int]]]:
        """The rows whose public data contains these rows in full."""
        return iter(())

    def merged(self, keys: Iterable[str]) -> dict[str, str]:
        """Those of these identifiers whose rows have been merged, each with that of the row that
        stayed."""
        return {}


@cache
def public_rows() -> list[PublicRows]:
    """The rows of the setting PUBLIC_ROWS, in its order: a row comes after those it refers to."""
    return [import_string(name)() for name in settings.PUBLIC_ROWS]


@cache
def children_of(model: type[models.Model]) -> dict[type[models.Model], str]:
    """The children that belong to the rows of a model and are not public by themselves, each with
    the column that holds the row."""
    found = {}
    for kind in (model, *model.__subclasses__()):
        for name in getattr(kind, "CHILDREN", ()):
            relation = kind._meta.get_field(name)
            if not issubclass(relation.related_model, tuple(one.model for one in public_rows())):
                found[relation.related_model] = relation.field.attname
    return found


def log_changes(changed: Keys, published: Keys = NONE, added: Added = NONE) -> None:
    """Write rows that have changed, gone or been published to the log, with others whose public
    data depends on them. Drafts are left out: nothing public depends on them."""
    if not changed and not published:
        return
    keys = defaultdict(set)
    for some in (changed, published):
        for model, pks in some.items():
            hidden = {pk for pk, row in added.get(model, {}).items() if is_draft(row)}
            keys[model] |= pks - hidden
    with alone():
        log = _Log()
        first = log.write(keys)
        dependent = _followed(first, "dependent")
        more = log.write(dependent)
        log.write(_followed(first, "wholes"))
        log.write(_followed(more, "wholes"))


def is_draft(row: models.Model) -> bool:
    """Whether a new row in memory is a draft."""
    return not getattr(row, "is_public", True)


def batches(pks: Iterable[int]) -> Iterator[set[int]]:
    """Primary keys in sets of at most BATCH, in order."""
    pks = sorted(pks)
    return ({*pks[start : start + BATCH]} for start in range(0, len(pks), BATCH))


def _followed(logged: dict[PublicRows, set[int]], method: str) -> Keys:
    """What a method of PublicRows finds for rows that have been logged."""
    found = defaultdict(set)
    for rows, pks in logged.items():
        for some in batches(pks):
            for model, more in getattr(rows, method)(some):
                found[model].update(more)
    return found


class _Log:
    """Writes the changes of one transaction, each row once and all with the same time."""

    def __init__(self):
        self.now = connection.ops.adapt_datetimefield_value(timezone.now())
        self.done = defaultdict(set)

    def write(self, changed: Keys) -> dict[PublicRows, set[int]]:
        """Write the rows that these changes touch, and return those that now have a new entry."""
        logged = defaultdict(set)
        for rows in public_rows():
            pks = set()
            for model, some in changed.items():
                for batch in batches(some):
                    pks |= rows.touched({model: batch})
            pks -= self.done[rows]
            self.done[rows] |= pks
            for batch in batches(pks):
                entries, outdated = _entries(rows, batch)
                PublicChange.objects.filter(pk__in=outdated).delete()
                insert_values(PublicChange, COLUMNS, [(*one, self.now) for one in entries])
                logged[rows].update(one.row for one in entries)
        return logged


class _Entry(NamedTuple):
    kind: str
    row: int
    key: str
    action: str
    into: str = ""


def _entries(rows: PublicRows, pks: set[int]) -> tuple[list[_Entry], list[int]]:
    """The new entries about these rows, and the primary keys of the entries that they replace. Rows
    that readers have never seen have none, nor have those that stay withdrawn."""
    logged = PublicChange.objects.filter(kind__in=rows.kinds, row__in=pks).order_by()
    before = {(entry.kind, entry.key): entry for entry in logged}
    found, current = [], {}
    for pk, kind, key in rows.identified(rows.public().filter(pk__in=pks)):
        entry = before.pop((kind, key), None)
        seen = entry and entry.action in PublicChange.VISIBLE
        found.append((_Entry(kind, pk, key, Action.CHANGED if seen else Action.PUBLISHED), entry))
        current[pk] = key
    merged = rows.merged([key for _kind, key in before]) if before else {}
    for (kind, key), entry in before.items():
        # Another identifier of a row that is still public: its disagreement was merged.
        into = merged.get(key) or current.get(entry.row, "")
        action = Action.MERGED if into else Action.WITHDRAWN
        if entry.action in PublicChange.VISIBLE or (into and entry.action != action):
            found.append((_Entry(kind, entry.row, key, action, into), entry))
    found.sort(key=lambda pair: pair[0].row)
    outdated = [entry.pk for _new, entry in found if entry]
    return [new for new, _entry in found], outdated
