"""The timeline of a pair: one walk through what is dated, newest or oldest first."""

import re
from collections import Counter
from dataclasses import dataclass
from heapq import merge
from itertools import groupby, islice

from django.db.models import Count, Max, Min, Q

from core.dates import sort_keys_of, year_of
from relations.models import Kind, Membership, Office, Record, Relation
from relations.models.record import RecordQuerySet, as_subclasses
from treaties.models import Treaty, TreatyAction

PAGE = 100
# Beyond the id of any record, and still a cursor.
_LAST_ID = 10**18 - 1
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

    @staticmethod
    def of_year(year: int | None, oldest_first: bool) -> "Cursor":
        """The place at which a year begins in this order; None: the dates not known."""
        first, last = sort_keys_of(year)
        return Cursor(first, 0) if oldest_first else Cursor(last, _LAST_ID)

    def __str__(self) -> str:
        return f"{self.sort_key}-{self.id}"


@dataclass(frozen=True, slots=True)
class Page:
    """Some entries in reading order, with the cursors of the pages around them, if any."""

    entries: list[Record]
    previous: Cursor | None
    next: Cursor | None
    # The entry before the first, if any, and the identifier of the one that was asked for.
    after: Cursor | None = None
    here: str = ""

    def by_year(self) -> list[tuple[int | None, list[Record]]]:
        """The entries under the years by which they sort; None where the date is not known."""
        return [
            (year, list(rows)) for year, rows in groupby(self.entries, lambda row: row.date.year)
        ]

    @property
    def continues(self) -> bool:
        """Whether the page before ends in the year in which this one begins."""
        return bool(
            self.after
            and self.entries
            and year_of(self.after.sort_key) == self.entries[0].date.year
        )


def streams(relation: Relation) -> list[RecordQuerySet]:
    """All that a pair's timeline shows, as querysets that each walk along one index.

    First what is of the pair itself; then what is of one country, or of many, and concerns
    both: shared memberships, offices of leaders, steps of treaties to which both are parties.
    Treaties themselves stand in their list; here it is their actions.
    """
    pair = (relation.country_a, relation.country_b)
    wider = [
        rows.order_by().values_list("pk", flat=True)
        for rows in (
            Membership.objects.shared_by(*pair),
            Office.objects.leaders_of(*pair),
            TreatyAction.objects.filter(treaty__in=Treaty.objects.with_many_of(*pair)),
        )
    ]
    published = Record.objects.published().exclude(kind=Kind.TREATY)
    within = published.filter(pk__in=wider[0].union(*wider[1:], all=True))
    if not relation.pk:
        return [published.none(), within]
    return [published.filter(relation=relation), within.exclude(relation=relation)]


def page(
    rows: list[RecordQuerySet],
    *,
    oldest_first: bool = False,
    after: Cursor | None = None,
    before: Cursor | None = None,
    size: int = PAGE,
    with_related: bool = False,
) -> Page:
    """The entries after (or before) a cursor: the same cost wherever it stands.

    They come with what a page shows, or `with_related` with all that a file holds.
    """
    ascending = oldest_first if before is None else not oldest_first
    found = _walk(rows, after or before, ascending, size + 1)
    beyond, found = found[size:], found[:size]
    if before is not None:
        found.reverse()
        after = Cursor.of(beyond[0]) if beyond else None
    if not found:
        return Page([], after, None, after)
    return Page(
        as_subclasses(found, with_related),
        Cursor.of(found[0]) if after else None,
        Cursor.of(found[-1]) if beyond or before else None,
        after,
    )


def page_at(
    rows: list[RecordQuerySet],
    start: Cursor,
    *,
    oldest_first: bool = False,
    full: bool = False,
    size: int = PAGE,
) -> Page:
    """The page that begins at a place; `here` is the entry there, or else the nearest.

    Where nothing stands from there on it is the last page. A `full` page takes in entries
    before the place where those after it are too few to fill it.
    """
    later = _walk(rows, start, oldest_first, size + 1, inclusive=True)
    room = max(0, size - len(later)) if full or not later else 0
    earlier = _walk(rows, start, not oldest_first, room + 1)
    after = Cursor.of(earlier[room]) if len(earlier) > room else None
    found = [*reversed(earlier[:room]), *later[:size]]
    if not found:
        return Page([], None, None)
    return Page(
        as_subclasses(found),
        Cursor.of(found[0]) if after else None,
        Cursor.of(found[-1]) if len(later) > size else None,
        after,
        (later or earlier)[0].slug,
    )


def _walk(rows, cursor, ascending, limit, inclusive=False) -> list[Record]:
    """Up to `limit` records of all streams beyond the cursor, in one order."""
    order = RecordQuerySet.oldest_first if ascending else RecordQuerySet.newest_first
    streams = [order(_beyond(stream, cursor, ascending, inclusive))[:limit] for stream in rows]
    found = merge(*streams, key=lambda record: (record.sort_key, record.pk), reverse=not ascending)
    return list(islice(found, limit))


def _beyond(rows, cursor, ascending, inclusive):
    if cursor is None:
        return rows
    side = "gt" if ascending else "lt"
    on = "e" if inclusive else ""
    return rows.filter(
        Q(**{f"sort_key__{side}": cursor.sort_key})
        | Q(sort_key=cursor.sort_key, **{f"id__{side}{on}": cursor.id})
    )


def place_of(rows: list[RecordQuerySet], slug: str) -> Cursor | None:
    """Where an entry stands, by its identifier; None where these streams have none such."""
    for stream in rows:
        for sort_key, pk in stream.filter(slug=slug).values_list("sort_key", "pk")[:1]:
            return Cursor(sort_key, pk)
    return None


def overview(rows: list[RecordQuerySet]) -> list[tuple[int | None, str, int]]:
    """How many entries there are by year and kind, undated ones (year None) first.

    The year is that under which an entry is listed.
    """
    found = Counter()
    for stream in rows:
        # Rows and not their keys are counted, which stand in no index of years.
        for *key, count in stream.order_by().values_list("year", "kind").annotate(count=Count("*")):
            found[tuple(key)] += count
    keys = sorted(found, key=lambda key: (key[0] or 0, key[1]))
    return [(*key, found[key]) for key in keys]


def span(rows: list[RecordQuerySet]) -> tuple[int, int] | None:
    """The first and the last year under which something is listed; None where nothing is dated."""
    ends = [stream.aggregate(first=Min("year"), last=Max("year")) for stream in rows]
    firsts = [end["first"] for end in ends if end["first"]]
    return (min(firsts), max(end["last"] for end in ends if end["last"])) if firsts else None
