"""Changes of rows, and what follows them.

Every function that changes rows that somebody may read or find calls `rows_changed` with them, in
the transaction of the change. The functions of the setting ON_CHANGE then give readers' pages a new
version and update the search index (docs/adr/0071-search-index.md).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache

from django.conf import settings
from django.contrib.admin.utils import NestedObjects
from django.db import DEFAULT_DB_ALIAS, models, transaction
from django.utils.module_loading import import_string

# Primary keys by model.
Keys = dict[type[models.Model], set[int]]
# The changes inside `collected` so far.
_waiting: ContextVar[list[Keys] | None] = ContextVar("waiting", default=None)


def rows_changed(*rows: models.Model) -> None:
    """Call the functions of ON_CHANGE for rows that have been added or changed."""
    keys = defaultdict(set)
    for row in rows:
        keys[type(row)].add(row.pk)
    _follow(keys)


def pages_changed() -> None:
    """Call them after a change that readers' pages show, but that changes no entry of the index."""
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
        keys = defaultdict(set)
        for some in found:
            for model, pks in some.items():
                keys[model] |= pks
        if found:
            _follow(keys)


@contextmanager
def collected() -> Iterator[list[Keys]]:
    """Collect the changes made inside it; ON_CHANGE is not called for them."""
    found = []
    before = _waiting.set(found)
    try:
        yield found
    finally:
        _waiting.reset(before)


def _follow(keys: Keys) -> None:
    waiting = _waiting.get()
    if waiting is not None:
        waiting.append(keys)
        return
    for function in _followers():
        function(keys)


@cache
def _followers() -> list:
    """The functions of ON_CHANGE. Each takes the primary keys of rows that have changed or gone,
    by model."""
    return [import_string(name) for name in settings.ON_CHANGE]
