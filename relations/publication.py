"""Publish and withdraw rows, save their versions, and update derived data.

The setting DERIVED_DATA lists everything that is derived from published rows. It is updated in that
order, once for each publication.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cache

from django.conf import settings
from django.db import models, transaction
from django.db.models.functions import Coalesce, Greatest, Least
from django.utils import timezone
from django.utils.module_loading import import_string

from core import bulk
from core.changes import rows_changed, rows_published, together
from core.models import lock
from relations.models import Record, State
from relations.models.publishable import EvidenceMissing, Publishable
from relations.models.record import record_class
from relations.models.revision import BaseRevision

# Batch sizes of publication: records with their steps, and figures or goods.
BATCH, STATEMENTS = 1000, 5000


@transaction.atomic
def publish(
    rows: list[Publishable],
    user=None,
    reason: str = "",
    publisher=None,
    follow: Callable = rows_changed,
) -> None:
    """Publish rows of one table, each with its steps; if one is refused, none is published.

    `user` is the author, and also the publisher unless another one is given. `follow` is as in
    update_derived. Raises PublicationRefused with what is missing or wrong.
    """
    if not rows:
        return
    changing, with_steps, now = [], [], timezone.now()
    for row in rows:
        steps = row.together()
        back = _withdrawn_with(row, steps)
        steps = [
            step
            for step in steps
            if step is row or step.state != State.WITHDRAWN or step.pk in back
        ]
        with_steps.append((row, steps))
        changing += [step for step in steps if step is row or step.state != State.PUBLISHED]
    check_evidence([step for _row, steps in with_steps for step in steps])
    for row, steps in with_steps:
        row.check_sound(steps)
    drafts = [row.pk for row in changing if row.published_at is None]
    rows[0].revision_model().objects.open().filter(record__in=drafts).supersede()
    for row in changing:
        row.state, row.published_at = State.PUBLISHED, row.published_at or now
    save_versions(changing, user, reason, publisher)
    update_derived(changing, follow)


@transaction.atomic
def withdraw(rows: list[Publishable], user=None, reason: str = "") -> None:
    """Withdraw rows of one table from readers, each with its published steps."""
    save_first_versions(rows)
    changing = []
    for row in rows:
        steps = [step for step in row.together() if step is not row]
        changing += [row, *(step for step in steps if step.state == State.PUBLISHED)]
    for row in changing:
        row.state = State.WITHDRAWN
    save_versions(changing, user, reason)
    update_derived(changing)


@together()
def revise(row: Publishable, user=None, reason: str = "") -> None:
    """Save a row as its next version, and update the data derived from it."""
    row.save()
    save_versions([row], user, reason)
    update_derived([row])


@together()
def publish_all(rows: models.QuerySet, user=None, reason: str = "") -> None:
    """Publish imported rows, except those that users have changed since.

    All rows are published, or none if one is refused. Figures and goods, of which lists have
    millions, get versions only when somebody changes them.
    """
    rows = unchanged_since_import(rows)
    if issubclass(rows.model, Record):
        for batch in batches(rows):
            publish(batch, user, reason, follow=rows_published)
        return
    for keys in portions(rows, STATEMENTS):
        _publish_statements(rows.model.objects.filter(pk__in=keys))


def _publish_statements(rows: models.QuerySet) -> None:
    """Publish some figures or goods without a version."""
    found, now = list(rows.for_publication()), Coalesce("published_at", timezone.now())
    if found:
        found[0].check_sound(found)
        rows.update(state=State.PUBLISHED, published_at=now)
        update_derived(found, rows_published)


def portions(rows: models.QuerySet, size: int) -> Iterable[list[int]]:
    """The primary keys of rows in lists of at most this size. Rows of the same two countries stand
    together: what is derived from those of a pair is then derived once."""
    sides = "from_country", "to_country"
    pair = ["relation"] if issubclass(rows.model, Record) else [Least(*sides), Greatest(*sides)]
    keys = list(rows.order_by(*pair, "pk").values_list("pk", flat=True))
    return (keys[start : start + size] for start in range(0, len(keys), size))


def unchanged_since_import(rows: models.QuerySet) -> models.QuerySet:
    """The rows without an open revision by an editor."""
    open_ones = rows.model.revision_model().objects.open().filter(author__isnull=False)
    return rows.exclude(pk__in=open_ones.values("record"))


def batches(records: models.QuerySet) -> Iterable[list[Record]]:
    """Batches of at most BATCH records with their steps, or of one record with more, to limit
    memory. They are locked until the transaction ends."""
    of_kinds = defaultdict(list)
    for pk, kind in records.values_list("pk", "kind"):
        of_kinds[kind].append(pk)
    for kind, keys in of_kinds.items():
        rows, size_of = record_class(kind).objects, {}
        for start in range(0, len(keys), STATEMENTS):
            size_of |= sizes(rows.filter(pk__in=keys[start : start + STATEMENTS]))
        for pks in _of_size(keys, size_of, BATCH):
            lock(Record.objects, pks)
            yield list(rows.filter(pk__in=pks).with_actions())


def sizes(rows: models.QuerySet) -> dict[int, int]:
    """How many records are published with each of these of one kind, itself included, by key."""
    parts = rows.model.parts_field()
    count = models.Count(parts) + 1 if parts else models.Value(1)
    return dict(rows.order_by().values_list("pk").annotate(count=count))


def _of_size(keys: list[int], size_of: dict[int, int], most: int) -> Iterable[list[int]]:
    """Keys in lists whose sizes add up to at most `most`, in order; a larger one stands alone."""
    some, total = [], 0
    for key in keys:
        if some and total + size_of[key] > most:
            yield some
            some, total = [], 0
        some.append(key)
        total += size_of[key]
    if some:
        yield some


def _withdrawn_with(row: Publishable, steps: list[Publishable]) -> set[int]:
    """The keys of steps that were withdrawn with a row and come back with it: not steps that were
    withdrawn alone, nor those that a restored version does not include."""
    keys = [step.pk for step in steps if step is not row]
    if row.state != State.WITHDRAWN or not keys:
        return set()
    live = row.revision_model().objects.live().filter(record__in=[row.pk, *keys]).order_by()
    newest = dict(live.values_list("record").annotate(models.Max("pk")))
    # If they were withdrawn together, the row's revision is older than those of its steps.
    since = newest.get(row.pk, 0)
    return {pk for pk in keys if newest.get(pk, 0) > since} - row.left_out


def check_evidence(rows: list[Publishable]) -> None:
    """Raise EvidenceMissing if any of these rows of one table lacks evidence; the messages name all
    that is missing."""
    if found := rows[0].missing_evidence(rows):
        raise EvidenceMissing([words for row in rows for words in found.get(row, ())])


def save_versions(rows: list[Publishable], user=None, reason: str = "", publisher=None) -> None:
    """Save the next versions of rows of one table, as revisions with their current snapshots. The
    author is also the publisher unless another one is given.

    The revision of a row that readers have not seen is open, and supersedes the previous one.
    """
    if not rows:
        return
    table, revisions = rows[0].common(), rows[0].revision_model().objects
    pks = [row.pk for row in rows]
    lock(table.objects, pks)
    numbers = revisions.filter(record__in=pks).order_by().values_list("record")
    versions = dict(numbers.annotate(models.Max("number")))
    for row in rows:
        row.version = versions.get(row.pk, 0) + 1
    # Most rows have the same values, and bulk_update would take as long as all else.
    same = defaultdict(list)
    for row in rows:
        same[tuple(getattr(row, name) for name in row.VERSIONED)].append(row.pk)
    for values, keys in same.items():
        named = dict(zip(rows[0].VERSIONED, values, strict=True))
        table.objects.filter(pk__in=keys).update(**named)
    hidden = [row.pk for row in rows if row.published_at is None]
    revisions.open().filter(record__in=hidden).supersede()
    bulk.insert(
        revisions.model(
            record_id=row.pk,
            number=row.version,
            author=user,
            publisher=publisher or user if row.state == State.PUBLISHED else None,
            reason=reason,
            state=_revision_state(row),
            snapshot=row.as_version(),
        )
        for row in rows
    )


def save_first_versions(rows: list[Publishable]) -> None:
    """Save a first version of published rows without one, before something changes."""
    save_versions([row for row in rows if row.published_at and not row.version])


def _revision_state(row: Publishable) -> str:
    if row.published_at:
        return BaseRevision.State.LIVE
    reviewed = row.state == State.IN_REVIEW
    return BaseRevision.State.PENDING if reviewed else BaseRevision.State.DRAFT


@together()
def update_derived(rows: Iterable[Publishable], follow: Callable = rows_changed) -> None:
    """Update all data derived from these rows, of any kind; see DERIVED_DATA. `follow` is the
    function of core.changes that tells of their change."""
    affected = rows = list(rows)
    if not rows:
        return
    follow(*rows)
    for update in derived_data():
        affected = [*affected, *(update(affected) or ())]
    for row in rows:
        row.remember_loaded()


@cache
def derived_data() -> list:
    """The functions of DERIVED_DATA. Each takes rows of any kind, and may return further rows that
    have changed with them, for the functions after it."""
    return [import_string(name) for name in settings.DERIVED_DATA]
