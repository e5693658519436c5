"""Changes of published records by imports: they wait for review, as changes by editors do."""

from collections.abc import Callable, Iterable

from django.db import models
from django.utils.translation import gettext as _

from core.changes import together
from core.snapshot import changes, full_snapshot
from relations import workflow
from relations.models import ImportedRow, Record, Revision
from relations.models.revision import BaseRevision

# How the reasons of all revisions begin that imports save.
MARK = "Imported"


def by_import() -> models.Q:
    """The condition of a revision that an import has saved."""
    return models.Q(author=None, reason__startswith=MARK)


def is_by_import(revision: BaseRevision) -> bool:
    return revision.author_id is None and revision.reason.startswith(MARK)


def edited_now(records: Iterable[Record]) -> set[int]:
    """The keys of records that have an open revision by an editor."""
    rows = Revision.objects.open().exclude(by_import())
    return set(rows.filter(record__in=[row.pk for row in records]).values_list("record", flat=True))


def is_proposed(record: Record) -> bool:
    """Whether a change of a published record by an import waits for review, also as part of what
    an editor has made of it."""
    if not record.published_at:
        return False
    later = record.revisions.filter(number__gt=record.version)
    waiting = later.open() | later.filter(state=BaseRevision.State.SUPERSEDED)
    return waiting.filter(by_import()).exists() and later.open().exists()


@together()
def propose(record: Record, change: Callable[[Record], None], reason: str) -> bool:
    """Save a change of a published record as its pending revision, and return whether anything has
    changed. `change` saves it to the row that it is given. If an editor has begun a change, it is
    added to that, which stays the editor's.

    Raises ValidationError if the record cannot be saved so.
    """
    record = workflow.locked(record)
    before = workflow.open_revision(record)
    editors = before and not is_by_import(before)
    words = _("Another source says the same.") if editors else reason
    revision = workflow.change_pending(record, change, None, words)
    if revision is None or before and revision.pk == before.pk:
        return False
    if not editors and changes(type(record), full_snapshot(record), revision.snapshot):
        workflow.submit(record, None, reason)
    elif not editors:
        # The list says again what readers see.
        record.revisions.open().update(state=BaseRevision.State.DROPPED)
    return True


def proposed(source: str) -> models.QuerySet:
    """The published records with a pending change by an import of the source (its slug), to which
    no editor has contributed."""
    rows = ImportedRow.objects.filter(source__slug=source).values("record")
    waiting = Revision.objects.pending().filter(by_import(), record__in=rows)
    written = Revision.objects.unseen().filter(author__isnull=False)
    records = Record.objects.published().filter(pk__in=waiting.values("record"))
    return records.exclude(pk__in=written.values("record")).order_by("pk")


@together()
def publish_proposed(records: Iterable[Record], user) -> None:
    """Publish the pending changes of these records, each as a version by the user. Raises
    PublicationRefused, and publishes none, if one cannot be published."""
    for record in records:
        record = workflow.locked(record)
        revision = workflow.open_revision(record)
        if workflow.is_behind(record, revision):
            # The snapshot has what readers have seen since; nothing may be left to publish.
            kept = revision.reason
            revision = workflow.save_pending(record, revision.snapshot, None, kept)
        revision.author = user
        workflow.publish_revision(record, revision, revision.reason, user)
