"""Changes of rows, and what follows them.

Every function that changes rows that somebody may read or find calls `rows_changed` with them, in
the transaction of the change. The functions of the setting ON_CHANGE then update the search index
(docs/adr/0071-search-index.md), write the log of public changes
(docs/adr/0110-log-of-public-changes.md) and give the pages that show these rows a new version
(docs/adr/0112-versions-of-scopes.md).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType

from django.conf import settings
from django.contrib.admin.utils import NestedObjects
from django.db import DEFAULT_DB_ALIAS, connection, models, transaction
from django.utils.module_loading import import_string

# Primary keys by model, and rows by model and primary key.
Keys = dict[type[models.Model], set[int]]
Added = dict[type[models.Model], dict[int, models.Model]]
NONE = MappingProxyType({})
# The lock of PostgreSQL that a writer of the search index or of the log holds.
LOCK = 2_018_071


@dataclass(slots=True)
class Changes:
    """Changes of rows: those that have been added, changed or deleted, and those that have been
    published and are otherwise as they were. `added` are the new ones of the former, in full."""

    changed: Keys = field(default_factory=lambda: defaultdict(set))
    published: Keys = field(default_factory=lambda: defaultdict(set))
    added: Added = field(default_factory=lambda: defaultdict(dict))
    # Whether there was any change, also one that names no rows.
    any: bool = False

    def add(self, changed: Keys, published: Keys, added: Added) -> None:
        """Add further changes. A row that has also been published has been changed, and is no
        longer the one that was added if it changes again."""
        self.any = True
        for keys in (changed, published):
            for model, pks in keys.items():
                for pk in pks & self.added[model].keys() if model in self.added else ():
                    del self.added[model][pk]
        for model, rows in added.items():
            self.added[model] |= rows
        for mine, more in ((self.changed, changed), (self.published, published)):
            for model, pks in more.items():
                mine[model] |= pks
        for model in self.published.keys() & self.changed.keys():
            self.published[model] -= self.changed[model]


# The changes inside `collected` so far.
_waiting: ContextVar[Changes | None] = ContextVar("waiting", default=None)


def rows_changed(*rows: models.Model) -> None:
    """Call the functions of ON_CHANGE for rows that have been added or changed."""
    _follow(_keys_of(rows))


def rows_added(*rows: models.Model) -> None:
    """Call them for new rows that are in memory as they were stored, with the rows that they refer
    to, so that they need not be read again."""
    added = defaultdict(dict)
    for row in rows:
        added[type(row)][row.pk] = row
    _follow(_keys_of(rows), added=added)


def rows_published(*rows: models.Model) -> None:
    """Call them for rows that have been published, and of which nothing else has changed."""
    _follow({}, _keys_of(rows))


def _keys_of(rows: Iterable[models.Model]) -> Keys:
    keys = defaultdict(set)
    for row in rows:
        keys[type(row)].add(row.pk)
    return keys


def pages_changed() -> None:
    """Call them after a change that only pages of rows of any kind show, such as searches, and the
    page of a source."""
    _follow({})


@contextmanager
def deleting(rows: Iterable[models.Model]) -> Iterator[None]:
    """Call the functions of ON_CHANGE after these rows are deleted inside it, also for the rows
    that are deleted with them."""
    found = NestedObjects(DEFAULT_DB_ALIAS, rows)
    found.collect(rows)
    keys = {model: {row.pk for row in some} for model, some in found.data.items()}
    yield
    _follow(keys)


@contextmanager
def together() -> Iterator[None]:
    """A transaction that calls the functions of ON_CHANGE once, at its end."""
    with transaction.atomic():
        if _waiting.get() is not None:
            yield
            return
        with collected() as found:
            yield
        if found.any:
            _follow(found.changed, found.published, found.added)


@contextmanager
def collected() -> Iterator[Changes]:
    """Collect the changes made inside it; ON_CHANGE is not called for them."""
    found = Changes()
    before = _waiting.set(found)
    try:
        yield found
    finally:
        _waiting.reset(before)


@contextmanager
def alone() -> Iterator[None]:
    """A transaction that writes to the search index and to the log of public changes alone: others
    wait here until it ends, and then see its rows. So the last one always writes what both have
    changed. SQLite has one writer anyway."""
    with transaction.atomic(savepoint=False):
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        yield


def changed_of(model: type[models.Model], changed: Keys) -> set[int]:
    """The primary keys of the changed rows of a model, also of those changed as its parents."""
    return {
        pk
        for other, pks in changed.items()
        if issubclass(model, other) or issubclass(other, model)
        for pk in pks
    }


def _follow(changed: Keys, published: Keys = NONE, added: Added = NONE) -> None:
    waiting = _waiting.get()
    if waiting is not None:
        waiting.add(changed, published, added)
        return
    for function in _followers():
        function(changed, published, added)


@cache
def _followers() -> list:
    """The functions of ON_CHANGE. Each takes the primary keys, by model, of rows that have changed
    or gone, of rows that have only been published, and those rows that are new."""
    return [import_string(name) for name in settings.ON_CHANGE]
