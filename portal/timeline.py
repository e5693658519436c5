"""The timeline of a pair: one walk through what is dated, newest or oldest first."""

import re
from dataclasses import dataclass
from heapq import merge
from itertools import groupby, islice

from django.db.models import Q

from relations.models import Kind, Membership, Office, Record, Relation
from relations.models.record import RecordQuerySet, concrete
from treaties.models import Treaty, TreatyAction

PAGE = 100
_CURSOR = re.compile(r"(\d{1,8})-(\d{1,18})")


class CursorError(ValueError):
    """The text is no cursor of a timeline."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place between two entries: that of the entry with this sort key and id."""

    sort_key: int
    id: int

    @staticmethod
    def parse(text: str) -> "Cursor":
        match = _CURSOR.fullmatch(text)
        if not match:
            raise CursorError(text)
        return Cursor(int(match[1]), int(match[2]))

    @staticmethod
    def of(entry: Record) -> "Cursor":
        return Cursor(entry.sort_key, entry.pk)

    def __str__(self) -> str:
        return f"{self.sort_key}-{self.id}"


@dataclass(frozen=True, slots=True)
class Page:
    """Some entries in reading order, with the cursors of the pages around them, if any."""

    entries: list[Record]
    previous: Cursor | None
    next: Cursor | None

    def by_year(self) -> list[tuple[int | None, list[Record]]]:
        """The entries under the years by which they sort; None where the date is not known."""
        return [
            (year, list(rows)) for year, rows in groupby(self.entries, lambda row: row.date.year)
        ]


def strands(relation: Relation) -> list[RecordQuerySet]:
    """All that a pair's timeline shows, as querysets that each walk along one index.

    First what is of the pair itself; then what is of one country, or of many, and concerns
    both: shared memberships, offices of leaders, steps of treaties to which both are parties.
    Treaties themselves stand in their list; here it is their actions.
    """
    pair = (relation.country_a, relation.country_b)
    wider = (
        Membership.objects.shared_by(*pair),
        Office.objects.leaders_of(*pair),
        TreatyAction.objects.filter(treaty__in=Treaty.objects.of_pair(*pair)),
    )
    within = Q()
    for rows in wider:
        within |= Q(pk__in=rows.values("pk"))
    published = Record.objects.published().exclude(kind=Kind.TREATY)
    own = published.filter(relation=relation) if relation.pk else published.none()
    return [own, published.filter(relation=None).filter(within)]


def page(
    rows: list[RecordQuerySet],
    *,
    oldest_first: bool = False,
    after: Cursor | None = None,
    before: Cursor | None = None,
    size: int = PAGE,
    whole: bool = False,
) -> Page:
    """The entries after (or before) a cursor: the same cost wherever it stands.

    Without `whole` they come with what a page shows, with it with all that a file holds.
    """
    ascending = oldest_first if before is None else not oldest_first
    cursor = after or before
    found = list(islice(_walk(rows, cursor, ascending, size + 1), size + 1))
    more = len(found) > size
    found = found[:size]
    if before is not None:
        found.reverse()
    if not found:
        return Page([], None, None)
    earlier, later = (more, True) if before is not None else (cursor is not None, more)
    return Page(
        concrete(found, whole),
        Cursor.of(found[0]) if earlier else None,
        Cursor.of(found[-1]) if later else None,
    )


def _walk(rows, cursor, ascending, limit):
    """Up to `limit` records of each strand beyond the cursor, merged into one order."""
    order = RecordQuerySet.oldest_first if ascending else RecordQuerySet.newest_first
    strands = [order(_beyond(strand, cursor, ascending))[:limit] for strand in rows]
    return merge(*strands, key=lambda record: (record.sort_key, record.pk), reverse=not ascending)


def _beyond(rows, cursor, ascending):
    if cursor is None:
        return rows
    side = "gt" if ascending else "lt"
    return rows.filter(
        Q(**{f"sort_key__{side}": cursor.sort_key})
        | Q(sort_key=cursor.sort_key, **{f"id__{side}": cursor.id})
    )
