"""The results of a search: entries in order, page by page, their number, and facets."""

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import chain

from django.db.models import Q

from search.database import first_keys, first_of_levels, first_tokens, newest_keys
from search.match import LEVELS, NOTHING, PUBLIC, TOKEN, Filter, Match, all_of, any_of, token
from search.models import Entry, Kind, Name
from search.places import PART_BITS, ROW_BITS, WEIGHT_BITS, row_of
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
        return cls(read(text, desk), filters, desk)

    def limited(self, match: Match) -> Match:
        """A match among the entries that may be found."""
        public = () if self.desk else (PUBLIC,)
        return all_of((match, *self.filters, *public))

    def page(self, after: Cursor | None = None, limit: int = PAGE) -> Found:
        """The most relevant results after a cursor: those with the exact name, then those with all
        words in the title, in the names, in the summary or about it, anywhere."""
        exact = self.exact
        found = [(0, pk) for pk in exact]
        if after:
            shown = found.index((0, after.pk)) + 1 if after.first == 0 and after.pk in exact else 0
            found = found[shown:] if after.first == 0 else []
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
        return first_of_levels(apart, limit, after)

    def newest(self, after: Cursor | None = None, limit: int = PAGE) -> Found:
        """The same results, the newest first; those without a date come last."""
        before = (after.first, after.pk) if after else ()
        return _page(newest_keys(self.match, limit + 1, before), limit)

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
        halves = [(words[:size], words[size:]) for size in range(1, len(words))]
        halves = [(" ".join(trimmed(one)), " ".join(trimmed(other))) for one, other in halves]
        rows = Name.objects.filter(
            keys__in=set(chain.from_iterable(halves)), kind=Kind.COUNTRY, public=True
        )
        rows = rows.order_by("entry_id").values_list("keys", "entry__row")
        countries = {}
        for name, row in rows:
            countries.setdefault(name, []).append(row)
        for one, other in halves:
            sides = [countries.get(one), countries.get(other)]
            if all(sides) and sides[0] != sides[1]:
                match = [any_of(Filter(token("country", row)) for row in side) for side in sides]
                kind = Filter(token("kind", Kind.PAIR))
                wanted = self.limited(limited([kind, *match], self.query))
                if found := first_keys(wanted, 1):
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
    found = first_tokens(match, COUNTED + 1)
    counts = {name: Counter() for name in FACETS}
    for one, number in Counter(" ".join(found).split()).items():
        if parts := _COUNTED.match(one):
            counts[parts[1]][parts[2]] = number
    return Facets(len(found), counts)


def entry_of(pk: int) -> Match:
    """The entry of a whole row, by its primary key."""
    kind = list(Kind)[pk >> WEIGHT_BITS + ROW_BITS + PART_BITS]
    return all_of((Filter(token("kind", kind)), Filter(token(kind, row_of(pk)))))


def _page(found: list[tuple[int, int]], limit: int) -> Found:
    """The entries of a page, given with the first value of their cursors; one more than the limit
    means that another page follows."""
    shown = found[:limit]
    rows = Entry.objects.in_bulk([pk for _first, pk in shown])
    entries = [rows[pk] for _first, pk in shown if pk in rows]
    return Found(entries, Cursor(*shown[-1]) if len(found) > limit else None)
