"""The log of public changes, from which others keep a copy of everything public up to date, and the
versions of the pages that show what has changed.

`log_changes` writes both in the transaction that changes rows (ON_CHANGE).
docs/adr/0110-log-of-public-changes.md explains the log, 0112-versions-of-scopes.md the versions.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import connection, models
from django.utils import timezone
from django.utils.translation import gettext as _

from core.bulk import insert_values
from core.changes import NONE, Added, Keys, alone
from core.models import ALL_PAGES, PageVersion, PublicChange
from core.public_rows import PublicRows, public_rows

Action = PublicChange.Action
# How many rows are read at a time, since databases limit the values of a query.
BATCH = 5000
COLUMNS = ("kind", "row", "key", "action", "into", "places", "at")


def log_changes(changed: Keys, published: Keys = NONE, added: Added = NONE) -> None:
    """Write rows that have changed, gone or been published to the log, with others whose public
    data depends on them, and change the version of the pages that show them. Drafts are left out:
    nothing public depends on them."""
    if not changed and not published:
        PageVersion.objects.step()
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
        PageVersion.objects.step(log.scopes())


def unlogged(rows: PublicRows) -> Iterator[set[int]]:
    """The primary keys of rows that the log does not have as they are: readers see them, and it
    does not say so, or the other way round. In batches."""
    public = rows.public().order_by("pk").values_list("pk", flat=True)
    logged = PublicChange.objects.filter(kind__in=rows.kinds, action__in=PublicChange.VISIBLE)
    logged = logged.order_by("row").values_list("row", flat=True)
    for found in (public, logged):
        pks = iter(found.iterator(chunk_size=BATCH))
        while some := {*islice(pks, BATCH)}:
            visible = rows.identified(rows.public().filter(pk__in=some))
            entries = PublicChange.objects.filter(
                kind__in=rows.kinds, row__in=some, action__in=PublicChange.VISIBLE
            )
            entries = set(entries.order_by().values_list("row", "kind", "key"))
            if wrong := {pk for pk, _kind, _key in entries ^ {*visible}}:
                yield wrong


def log_unlogged() -> None:
    """Write all rows to the log that it does not have as readers see them."""
    for rows in public_rows():
        for pks in unlogged(rows):
            log_changes({rows.model: pks})


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
        # Where pages show, or showed, what has changed; and the scopes of the rest.
        self.places, self.shared = defaultdict(set), set()

    def scopes(self) -> set[str]:
        """The scopes of the pages that show what has been written."""
        return self.shared.union(*(rows.scopes(places) for rows, places in self.places.items()))

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
                places = self._places(rows, entries, outdated)
                PublicChange.objects.filter(pk__in=[old.pk for old in outdated]).delete()
                values = [(*one, places.get(one.row, ""), self.now) for one in entries]
                insert_values(PublicChange, COLUMNS, values)
                logged[rows].update(one.row for one in entries)
        return logged

    def _places(self, rows: PublicRows, entries: list, outdated: list) -> dict[int, str]:
        """Collect where pages showed these rows before and show them now; the latter by row."""
        was_seen = any(one.action != Action.PUBLISHED for one in entries)
        if rows.history and was_seen:
            self.shared.add(rows.history)
        if rows.scope:
            if rows.is_offered or was_seen:
                self.shared.add(rows.scope)
            return {}
        # Unknown of rows that were logged before places were.
        if any(not old.places and old.action in PublicChange.VISIBLE for old in outdated):
            self.shared |= set() if rows.is_natural else {ALL_PAGES}
        found = rows.places({one.row for one in entries})
        self.places[rows].update(*found.values(), *(old.places.split() for old in outdated))
        return {row: " ".join(sorted(places)) for row, places in found.items()}


class _Entry(NamedTuple):
    kind: str
    row: int
    key: str
    action: str
    into: str = ""


def _entries(rows: PublicRows, pks: set[int]) -> tuple[list[_Entry], list[PublicChange]]:
    """The new entries about these rows, and the entries that they replace. Rows that readers have
    never seen have none, nor have those that stay withdrawn."""
    logged = PublicChange.objects.filter(kind__in=rows.kinds, row__in=pks).order_by()
    before = {(entry.kind, entry.key): entry for entry in logged}
    found, current = [], {}
    for pk, kind, key in rows.identified(rows.public().filter(pk__in=pks)):
        entry = before.pop((kind, key), None)
        seen = entry and entry.action in PublicChange.VISIBLE
        found.append((_Entry(kind, pk, key, Action.CHANGED if seen else Action.PUBLISHED), entry))
        current[pk] = key
    _check_identifiers(rows, found, before, current)
    merged = rows.merged([key for _kind, key in before]) if before else {}
    for (kind, key), entry in before.items():
        # Another identifier of a row that is still public: its disagreement was merged.
        into = merged.get(key) or current.get(entry.row, "")
        action = Action.MERGED if into else Action.WITHDRAWN
        if entry.action in PublicChange.VISIBLE or (into and entry.action != action):
            found.append((_Entry(kind, entry.row, key, action, into), entry))
    found.sort(key=lambda pair: pair[0].row)
    outdated = [entry for _new, entry in found if entry]
    return [new for new, _entry in found], outdated


def _check_identifiers(rows: PublicRows, found: list, before: dict, current: dict) -> None:
    """Raise ValidationError if readers know one of these rows by another identifier, or another row
    by one of these identifiers. What all forms refuse must not happen otherwise either."""
    keys = [new.key for new, entry in found if entry is None]
    if rows.is_natural:
        PublicChange.objects.filter(kind__in=rows.kinds, key__in=keys).delete()
        return
    renamed = [entry for entry in before.values() if entry.row in current]
    used = PublicChange.objects.filter(kind__in=rows.kinds, key__in=keys) if keys else ()
    if wrong := [entry.key for entry in (*renamed, *used)]:
        raise ValidationError(
            _("An identifier that readers have seen belongs to one row for ever: %s.")
            % ", ".join(wrong)
        )
