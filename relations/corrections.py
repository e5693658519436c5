"""The log of corrections: what changed for readers, in words that they may read."""

from collections.abc import Iterable

from core.row_names import RowNames
from core.snapshot import changes
from relations.models.publishable import Publishable
from relations.models.restoring import Readers
from relations.models.revision import BaseRevision, RevisionQuerySet


def corrections(
    model: type[Publishable], live: RevisionQuerySet, page: Iterable[BaseRevision] | None = None
) -> list[BaseRevision]:
    """The live revisions of a row, or those on one page, newest first, each with `changes`.

    The first version has no changes: its content is on the page of the row.
    """
    return with_changes(model, live.preceded(live.order_by("-number") if page is None else page))


def with_changes(
    model: type[Publishable], rows: list[tuple[BaseRevision, BaseRevision | None]]
) -> list[BaseRevision]:
    """The first of each pair, revisions of rows of one model with their predecessors, each with
    `changes`; those without a predecessor have none."""
    readers = Readers(model, [one.snapshot for pair in rows for one in pair if one])
    seen = [[readers.view(one.snapshot) for one in (before, row)] for row, before in rows if before]
    names = RowNames((model, content) for pair in seen for content in pair)
    for revision, _before in rows:
        revision.changes = []
    for (revision, _before), pair in zip(rows, seen, strict=False):
        revision.changes = changes(model, *pair, names)
    return [revision for revision, _before in rows]
