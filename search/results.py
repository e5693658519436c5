"""The results of a search: entries in order, page by page, their number, and facets."""

import re
from collections import Counter
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Q

from search.index import PART_BITS, ROW_BITS, WEIGHT_BITS, row_of, span
from search.match import LEVELS, NOTHING, PUBLIC, TOKEN, All, Filter, Match, any_of, token
from search.models import Entry, Kind, Name
from search.query import (
    NAME,
    Meaning,
    Query,
    condition,
    is_written,
    limited,
    meanings,
    read,
    trimmed,
)
from search.words import CODE

PAGE = 20
# Results are counted up to this number.
COUNTED = 2_000
# From so many results on, walking the index of dates is faster than sorting them.
FREQUENT = 5_000
# Where there are many results, so many entries are read in order before the full-text index.
WALKED = 500
# What results are counted by.
FACETS = ("kind", "country", "pair", "decade", "topic", "language")


_CURSOR = re.compile(r"-?[0-9]{1,10}\.[0-9]{1,19}")


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last entry of a page: its level (0 for the exact name) or its day, and its key."""

    first: int
    pk: int

    @classmethod
    def parse(cls, text: str) -> "Cursor":
        """Raises ValueError for anything that str() does not make."""
        if not _CURSOR.fullmatch(text) or int(text.partition(".")[2]) >= 2**63:
            raise ValueError(text)
        first, _dot, pk = text.partition(".")
        return cls(int(first), int(pk))

    def __str__(self):
        return f"{self.first}.{self.pk}"


@dataclass(slots=True)
class Found:
    """A page of results in order, and the cursor of the next page if there is one."""

    entries: list[Entry]
    next: Cursor | None = None


@dataclass(slots=True)
class Search:
    """A query over the public entries, or over all for editors (`desk`), with further filters."""

    query: Query
    filters: tuple[Match, ...] = ()
    desk: bool = False
    known: list[Meaning] = field(init=False)
    match: Match = field(init=False)
    # The keys of entries whose name is the whole query.
    exact: list[int] = field(init=False)

    def __post_init__(self):
        self.known = meanings(self.query, self.desk)
        nothing = self.query.is_empty and not self.filters
        match = NOTHING if nothing else condition(self.query, self.known)
        self.match = self.limited(match)
        self.exact = self._exact()
        if self.exact:
            # Codes of pairs and parts of addresses are names, but not words of an entry.
            self.match = self.limited(any_of((match, *map(entry_of, self.exact))))

    @classmethod
    def of(cls, text: str, *filters: Match, desk: bool = False) -> "Search":
        return cls(read(text), filters, desk)

    def limited(self, match: Match) -> Match:
        """A match among the entries that may be found."""
        public = () if self.desk else (Filter(PUBLIC),)
        return All((match, *self.filters, *public))

    def page(self, after: Cursor | None = None, limit: int = PAGE) -> Found:
        """The most relevant results after a cursor: those with the exact name, then those with all
        words in the title, in the names, in the summary or about it, anywhere."""
        exact = self.exact
        found = [(0, pk) for pk in exact]
        if after:
            place = found.index((0, after.pk)) + 1 if after.first == 0 and after.pk in exact else 0
            found = found[place:] if after.first == 0 else []
        start = max(after.first, 1) if after else 1
        missing = limit + 1 - len(found)
        if missing > 0:
            last = after.pk if after and after.first == start else -1
            rows = self._ranked(start, last, missing + len(exact))
            found += [row for row in rows if row[1] not in exact]
        return _page(found[: limit + 1], limit)

    def _ranked(self, start: int, after: int, limit: int) -> list[tuple[int, int]]:
        """The first results from a level on, after a key in it, as (level, key)."""
        levels = LEVELS if self.query.terms else LEVELS[:1]
        matches = {level: self.match.within(level) for level in levels}
        apart = [
            (level, match if level == 1 else match.but_not(matches[level - 1]))
            for level, match in matches.items()
            if level >= start
        ]
        if connection.vendor == "sqlite":
            return first_rows(apart, after, limit)
        found = []
        for level, match in apart:
            if (missing := limit - len(found)) > 0:
                last = after if level == start else -1
                # Words that the first level has often are not looked for in vain.
                often = level == start and is_frequent(match)
                few = None if often else few_rows(level, match, last, missing)
                found += by_kind(level, match, last, missing) if few is None else few
        return found

    def newest(self, after: Cursor | None = None, limit: int = PAGE) -> Found:
        """The same results, the newest first; those without a date come last."""
        rows = Entry.objects.matching(self.match)
        if connection.vendor == "sqlite" and len(first_keys(self.match, -1, FREQUENT)) == FREQUENT:
            # SQLite would fetch and sort all: let it walk the index of dates.
            rows = Entry.objects.filter(pk__checks=self.match)
        if connection.vendor == "postgresql":
            # PostgreSQL would often walk that index to the end for a few.
            few = few_rows(1, self.match, -1, FREQUENT)
            rows = rows if few is None else Entry.objects.filter(pk__in=[pk for _one, pk in few])
        if not self.desk:
            # The tokens say it, too; with the column the databases can walk an index. SQLite needs
            # a comparison for that.
            rows = rows.filter(public__in=[True])
        if after:
            rows = rows.filter(
                Q(sort_key__lt=after.first) | Q(sort_key=after.first, pk__lt=after.pk)
            )
        found = rows.order_by("-sort_key", "-pk").values_list("sort_key", "pk")
        return _page(list(found[: limit + 1]), limit)

    def _exact(self) -> list[int]:
        """The keys of entries whose name is the whole query, at most PAGE, with the pair of two
        countries before them; without any, people with the word as one of their names. Names in
        exactly these letters come first; codes and acronyms are names in their own letters only."""
        terms = self.query.typed
        if not terms or any(term.prefix for term in terms):
            return []
        words = [key for term in terms for key in term.keys]
        named = Name.objects.filter(keys=" ".join(words))
        found = self._among(Q(pk__in=named.filter(whole=True).values("entry")))
        if not found and len(words) == 1:
            people = Entry.objects.filter(pk__in=named.filter(kind=Kind.PERSON).values("entry"))
            found = list(people.matching(self.match).order_by("pk")[:PAGE])
        text = " ".join(term.text for term in terms)
        written = {one.pk for one in found if is_written(one, text)}
        is_code = len("".join(words)) <= CODE
        listed = [one.pk for one in found if one.pk in written or not is_code]
        listed.sort(key=lambda pk: (pk not in written, pk))
        pair = [] if written else self._pair(words)
        return list(dict.fromkeys((*pair, *listed)))[:PAGE]

    def _among(self, rows: Q) -> list[Entry]:
        """Rows that the query may find, disregarding its words."""
        wanted = self.limited(limited([], self.query))
        return list(Entry.objects.filter(rows, pk__tested=wanted).order_by("pk")[:PAGE])

    def _pair(self, words: list[str]) -> list[int]:
        """The key of the pair of two countries whose names are the whole query."""
        if len(words) > 2 * NAME:
            return []
        ends = range(1, len(words))
        names = {" ".join(trimmed(words[:place])) for place in ends}
        names |= {" ".join(trimmed(words[place:])) for place in ends}
        rows = Name.objects.filter(keys__in=names, kind=Kind.COUNTRY, public=True)
        rows = rows.order_by("entry_id").values_list("keys", "entry__row")
        countries = {}
        for name, row in rows:
            countries.setdefault(name, []).append(row)
        for place in range(1, len(words)):
            sides = [
                countries.get(" ".join(trimmed(half))) for half in (words[:place], words[place:])
            ]
            if all(sides):
                match = [any_of(Filter(token("country", row)) for row in side) for side in sides]
                kind = Filter(token("kind", Kind.PAIR))
                wanted = self.limited(limited([kind, *match], self.query))
                if found := first_keys(wanted, -1, 1):
                    return found
        return []

    def facets(self) -> "Facets":
        """The number of results, and of those with each value of each facet."""
        return count(self.match)


@dataclass(slots=True)
class Facets:
    """The number of results, at most COUNTED + 1; and by facet, the number of results with each
    token value, such as counts["country"]["12"]. Beyond COUNTED, they are of the first results."""

    total: int
    counts: dict[str, Counter]

    @property
    def more(self) -> bool:
        """Whether there are more results than were counted."""
        return self.total > COUNTED


# The tokens that are counted, in parts: those of facets.
_COUNTED = re.compile(rf"{TOKEN}({'|'.join(FACETS)})(\w+)")


def count(match: Match) -> Facets:
    """Count the results of a match."""
    found = _about(match)
    counts = {name: Counter() for name in FACETS}
    for one, number in Counter(" ".join(found).split()).items():
        if parts := _COUNTED.match(one):
            counts[parts[1]][parts[2]] = number
    return Facets(len(found), counts)


def first_keys(match: Match, after: int, limit: int) -> list[int]:
    """The first primary keys after one that match."""
    return [pk for _level, pk in first_rows([(1, match)], after, limit)]


def few_rows(level: int, match: Match, after: int, limit: int) -> list[tuple[int, int]] | None:
    """The same as `first_rows` of one level on PostgreSQL if it has fewer results than FREQUENT,
    else None.

    It reads and sorts the keys of all of them: the planner would often walk the table to the end in
    order to save sorting a few.
    """
    rows = fetch_rows(
        "WITH found AS MATERIALIZED ("
        "SELECT id FROM search_entry WHERE vector @@ %s::tsquery LIMIT %s"
        ") SELECT number, id FROM (SELECT count(*) AS number FROM found) AS counted "
        "LEFT JOIN LATERAL (SELECT id FROM found WHERE number < %s AND id > %s "
        "ORDER BY id LIMIT %s) AS shown ON true",
        match.tsquery(),
        FREQUENT,
        FREQUENT,
        after,
        limit,
    )
    if rows[0][0] == FREQUENT:
        return None
    return sorted((level, pk) for _number, pk in rows if pk is not None)


def is_frequent(match: Match) -> bool:
    """Whether PostgreSQL expects far more results than FREQUENT, from its statistics."""
    sql = "EXPLAIN (FORMAT JSON) SELECT 1 FROM search_entry WHERE vector @@ %s::tsquery"
    (plan,) = fetch_rows(sql, match.tsquery())[0][0]
    return plan["Plan"]["Plan Rows"] > 4 * FREQUENT


def by_kind(level: int, match: Match, after: int, limit: int) -> list[tuple[int, int]]:
    """The first of many results of a level on PostgreSQL. Only kinds with many of them are walked
    along their keys: keys of other kinds would be skipped one by one."""
    found = []
    for kind in Kind:
        start, end = span(kind)
        missing, last = limit - len(found), max(after, start - 1)
        if missing > 0 and after < end:
            first = among_first(level, match, (last, end), missing)
            if len(first) < missing:
                only = All((match, Filter(token("kind", kind))))
                few = few_rows(level, only, last, missing)
                first = first_rows([(level, only)], last, missing) if few is None else few
            found += first
    return found


def among_first(
    level: int, match: Match, keys: tuple[int, int], limit: int
) -> list[tuple[int, int]]:
    """Those of the first WALKED entries after a key, up to another, that match, on PostgreSQL."""
    rows = fetch_rows(
        "SELECT id FROM (SELECT id, vector FROM search_entry WHERE id > %s AND id <= %s "
        "ORDER BY id LIMIT %s) AS first WHERE vector @@ %s::tsquery LIMIT %s",
        *keys,
        WALKED,
        match.tsquery(),
        limit,
    )
    return sorted((level, pk) for (pk,) in rows)


def entry_of(place: int) -> Match:
    """The entry of a whole row, by its primary key."""
    kind = list(Kind)[place >> WEIGHT_BITS + ROW_BITS + PART_BITS]
    return All((Filter(token("kind", kind)), Filter(token(kind, row_of(place)))))


def exists(match: Match) -> bool:
    """Whether anything matches."""
    if connection.vendor == "sqlite":
        return bool(first_keys(match, -1, 1))
    sql = "SELECT 1 FROM search_entry WHERE vector @@ %s::tsquery LIMIT 1"
    return bool(fetch_rows(sql, _text(match)))


def first_rows(levels: list[tuple[int, Match]], after: int, limit: int) -> list[tuple[int, int]]:
    """The first primary keys that match, with their level: those of the first level after a key,
    then all of the next, up to the limit. The databases walk their indexes in order, and stop at
    the limit."""
    select, condition = _SELECT[connection.vendor]
    parts, values = [], []
    for place, (level, match) in enumerate(levels):
        one = f"{select} WHERE {condition}"
        values += [level, _text(match)]
        if place == 0:
            one += f" AND {_KEY[connection.vendor]} > %s"
            values.append(after)
        parts.append(f"level_{level} AS MATERIALIZED ({one} ORDER BY 2 LIMIT %s)")
        values.append(limit)
    if not parts:
        return []
    # PostgreSQL does not scan common table expressions in parallel, which would mix the levels.
    rows = " UNION ALL ".join(f"SELECT * FROM level_{level}" for level, _match in levels)
    return fetch_rows(f"WITH {', '.join(parts)} {rows} LIMIT %s", *values, limit)


_KEY = {"sqlite": "rowid", "postgresql": "id"}
_SELECT = {
    "sqlite": ("SELECT %s, rowid FROM search_entry_fts", "search_entry_fts MATCH %s"),
    "postgresql": ("SELECT %s, id FROM search_entry", "vector @@ %s::tsquery"),
}


def _text(match: Match) -> str:
    return match.fts5() if connection.vendor == "sqlite" else match.tsquery()


def _about(match: Match) -> list[str]:
    """What the first results are about."""
    if connection.vendor == "sqlite":
        sql = (
            "SELECT about FROM search_entry WHERE id IN (SELECT rowid FROM search_entry_fts "
            "WHERE search_entry_fts MATCH %s ORDER BY rowid LIMIT %s)"
        )
    else:
        sql = "SELECT about FROM search_entry WHERE vector @@ %s::tsquery LIMIT %s"
    return [about for (about,) in fetch_rows(sql, _text(match), COUNTED + 1)]


def fetch_rows(sql: str, *values) -> list[tuple]:
    """All rows of a query, which takes the values in its order."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def _page(found: list[tuple[int, int]], limit: int) -> Found:
    """The entries of a page, given with the first value of their cursors; one more than the limit
    means that another page follows."""
    shown = found[:limit]
    rows = Entry.objects.in_bulk([pk for _first, pk in shown])
    entries = [rows[pk] for _first, pk in shown if pk in rows]
    return Found(entries, Cursor(*shown[-1]) if len(found) > limit else None)
