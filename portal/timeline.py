"""The timeline of a pair: its entries in one sequence, newest or oldest first."""

import re
from collections import Counter
from dataclasses import dataclass, replace
from heapq import merge
from itertools import groupby, islice, starmap
from typing import NamedTuple

from django.db.models import Count, Q

from core.dates import sort_keys_of, year_of
from core.related import Known
from portal.occasions import Occasion, occasions
from relations.feeds import keys_of_all
from relations.models import Kind, Membership, Office, Record, Relation
from relations.models.country import common_days
from relations.models.record import RecordQuerySet
from relations.reading import for_reading
from treaties.models import Treaty, TreatyAction

PAGE = 100
# Larger than the id of any record, but still valid in a cursor.
_LAST_ID = 10**18 - 1
_CURSOR = re.compile(r"(\d{1,8})-(\d{1,18})")


class CursorError(ValueError):
    """The text is not a valid timeline cursor."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """A position in a timeline: that of the entry with this sort key and id."""

    sort_key: int
    id: int

    @staticmethod
    def parse(text: str) -> "Cursor":
        match = _CURSOR.fullmatch(text)
        if not match:
            raise CursorError(text)
        return Cursor(int(match[1]), int(match[2]))

    @staticmethod
    def of(entry: "Record | Place") -> "Cursor":
        return Cursor(entry.sort_key, entry.pk)

    @staticmethod
    def of_year(year: int | None, oldest_first: bool) -> "Cursor":
        """The position at which a year begins in this order; None stands for unknown dates."""
        first, last = sort_keys_of(year)
        return Cursor(first, 0) if oldest_first else Cursor(last, _LAST_ID)

    def __str__(self) -> str:
        return f"{self.sort_key}-{self.id}"


class Place(NamedTuple):
    """What the position of an entry depends on, and its kind and slug."""

    sort_key: int
    pk: int
    kind: str
    slug: str


@dataclass(frozen=True, slots=True)
class Page:
    """Entries in reading order, with the cursors of the previous and next page, if any."""

    entries: list[Record]
    previous: Cursor | None
    next: Cursor | None
    # The entries before the first and after the last, if any, and the slug of the requested entry.
    after: Cursor | None = None
    before: Cursor | None = None
    here: str = ""

    def by_year(self) -> list[tuple[int | None, list[Occasion]]]:
        """The occasions grouped by the year under which they are sorted; None for unknown dates."""
        beyond = {cursor.sort_key for cursor in (self.after, self.before) if cursor}
        found = [
            replace(occasion, is_cut=occasion.first.sort_key in beyond)
            for occasion in occasions(self.entries)
        ]
        return [
            (year, list(rows)) for year, rows in groupby(found, lambda row: row.first.date.year)
        ]

    @property
    def continues(self) -> bool:
        """Whether the previous page ends in the year in which this page begins."""
        return bool(
            self.after
            and self.entries
            and year_of(self.after.sort_key) == self.entries[0].date.year
        )


def streams(relation: Relation) -> list[RecordQuerySet]:
    """All entries of a pair's timeline, as querysets that each walk along one index.

    The first holds the pair's own records. The second holds records of one country, or of many,
    that concern both: shared memberships, offices of leaders while both countries existed, and
    actions of treaties to which both are parties, until one of them ended. Treaties themselves are
    left out: the timeline shows their actions.
    """
    published = Record.objects.published().exclude(kind=Kind.TREATY)
    within = published.filter(pk__in=keys_of_all(wider(relation)))
    if not relation.pk:
        return [published.none(), within]
    return [published.filter(relation=relation), within.exclude(relation=relation)]


def wider(relation: Relation) -> list[RecordQuerySet]:
    """The records of one country, or of many, that concern both countries of a pair."""
    pair = (relation.country_a, relation.country_b)
    actions = TreatyAction.objects.filter(treaty__in=Treaty.objects.with_many_of(*pair))
    days = common_days(pair)
    return [
        Membership.objects.shared_by(*pair),
        Office.objects.leaders_of(*pair),
        actions.possibly_within(None, days[1]) if days else actions.none(),
    ]


def page(
    rows: list[RecordQuerySet],
    *,
    oldest_first: bool = False,
    after: Cursor | None = None,
    before: Cursor | None = None,
    size: int = PAGE,
    with_related: bool = False,
    known: Known | None = None,
) -> Page:
    """The entries after (or before) a cursor, at the same cost at any position.

    Entries come with the related rows for a page, or `with_related` with those for an export; they
    share those in `known`.
    """
    ascending = oldest_first if before is None else not oldest_first
    found = _walk(rows, after or before, ascending, size + 1)
    beyond, found = found[size:], found[:size]
    neighbour = Cursor.of(beyond[0]) if beyond else None
    if before is not None:
        found.reverse()
        after, neighbour = neighbour, before
    if not found:
        return Page([], after, None, after)
    return Page(
        for_reading(found, with_related, known),
        Cursor.of(found[0]) if after else None,
        Cursor.of(found[-1]) if neighbour else None,
        after,
        neighbour,
    )


def page_at(
    rows: list[RecordQuerySet],
    start: Cursor,
    *,
    oldest_first: bool = False,
    full: bool = False,
    size: int = PAGE,
    known: Known | None = None,
) -> Page:
    """The page that begins at a position; `here` is the slug of the entry there, or of the nearest.

    If no entries follow the position, it is the last page. A `full` page also takes entries before
    the position if too few follow it.
    """
    later = _walk(rows, start, oldest_first, size + 1, inclusive=True)
    room = max(0, size - len(later)) if full or not later else 0
    earlier = _walk(rows, start, not oldest_first, room + 1)
    after = Cursor.of(earlier[room]) if len(earlier) > room else None
    found = [*reversed(earlier[:room]), *later[:size]]
    if not found:
        return Page([], None, None)
    return Page(
        for_reading(found, known=known),
        Cursor.of(found[0]) if after else None,
        Cursor.of(found[-1]) if len(later) > size else None,
        after,
        Cursor.of(later[size]) if len(later) > size else None,
        (later or earlier)[0].slug,
    )


def _walk(rows, cursor, ascending, limit, inclusive=False) -> list[Place]:
    """The places of up to `limit` entries beyond the cursor, merged from all streams."""
    order = RecordQuerySet.oldest_first if ascending else RecordQuerySet.newest_first
    streams = [order(_beyond(stream, cursor, ascending, inclusive))[:limit] for stream in rows]
    names = ("sort_key", "pk", "kind", "slug")
    places = (starmap(Place, stream.values_list(*names)) for stream in streams)
    return list(islice(merge(*places, reverse=not ascending), limit))


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
    """The position of an entry, by its slug; None if these streams do not contain it."""
    for stream in rows:
        for sort_key, pk in stream.filter(slug=slug).values_list("sort_key", "pk")[:1]:
            return Cursor(sort_key, pk)
    return None


def overview(rows: list[RecordQuerySet]) -> list[tuple[int | None, str, int]]:
    """The number of entries by year and kind, undated entries (year None) first.

    The year is the one under which an entry is listed.
    """
    found = Counter()
    for stream in rows:
        # Count rows, not primary keys: the index of years does not contain the keys.
        for *key, count in stream.order_by().values_list("year", "kind").annotate(count=Count("*")):
            found[tuple(key)] += count
    keys = sorted(found, key=lambda key: (key[0] or 0, key[1]))
    return [(*key, found[key]) for key in keys]
