"""What is offered to somebody who is typing."""

from collections.abc import Iterator
from operator import itemgetter

from django.db import connection

from search.database import fetch_rows
from search.index import span, weight
from search.match import All, Match, Words
from search.models import Entry, Kind, Name
from search.words import begun, keys, words

# The kinds that are suggested, and how many entries.
SUGGESTED = (Kind.COUNTRY, Kind.PAIR, Kind.ORGANIZATION, Kind.PERSON, Kind.TREATY)
SUGGESTIONS = 8
# The turns of a kind: of each kind one entry is taken, of countries three, and so on again.
SHARES = {Kind.COUNTRY: 3}
# How many names are read at a time; how many that match PostgreSQL finds all, and how many names of
# each kind it reads if there are more.
WINDOW, FEW, FIRST = 400, 1000, 5000
# Fewer letters begin too many names.
SHORTEST = 2
# The most words that are read of a name that is being typed.
MOST = 6


def suggest(
    text: str, kinds: tuple[str, ...] = SUGGESTED, limit: int = SUGGESTIONS, desk: bool = False
) -> list[Entry]:
    """Public entries, or all of them for editors (`desk`), with a name in which every word of the
    text begins a word: first those with exactly this name, then some of each kind, by kind.

    Within a kind, the order is that of weights (current states before former ones), then titles and
    other names that begin with the text, then the place in the index.
    """
    shown = places(text, kinds, limit, desk)
    entries = Entry.objects.defer("text", "text_keys").in_bulk(shown)
    return [entries[pk] for pk in shown if pk in entries]


def places(
    text: str, kinds: tuple[str, ...] = SUGGESTED, limit: int = SUGGESTIONS, desk: bool = False
) -> list[int]:
    """The primary keys of what `suggest` returns."""
    starts = typed_starts(text)
    if not starts or sum(map(len, starts)) < SHORTEST:
        return []
    kinds = sorted(kinds, key=list(Kind).index)
    shown = _exact(text, kinds, limit, desk)
    if len(shown) < limit:
        turns = []
        for number, found in enumerate(_begun(starts, kinds, desk).values()):
            share = SHARES.get(kinds[number], 1)
            others = [pk for pk in _ranked(found, starts) if pk not in shown]
            turns += [(turn // share, number, turn, pk) for turn, pk in enumerate(others)]
        taken = sorted(turns)[: limit - len(shown)]
        shown += [pk for *_order, pk in sorted(taken, key=itemgetter(1, 2))]
    return shown


def _exact(text: str, kinds: list[str], limit: int, desk: bool) -> list[int]:
    """The keys of entries with exactly this name."""
    names = Name.objects.filter(keys=" ".join(keys(text)), whole=True)
    if not desk:
        names = names.filter(public=True)
    found = names.order_by("pk").values_list("kind", "entry")[:WINDOW]
    return list(dict.fromkeys(pk for kind, pk in found if kind in kinds))[:limit]


def _begun(starts: list[str], kinds: list[str], desk: bool) -> dict[str, dict]:
    """By kind, the first entries that match, each with the primary keys and the words of its names
    that match."""
    match = All(tuple(Words((start,), prefix=True) for start in starts))
    found = {kind: {} for kind in kinds}
    find = _in_order if connection.vendor == "sqlite" else _few_or_first
    for rows in find(match, [span(kind) for kind in kinds], desk):
        for pk, kind, entry, name in rows:
            if kind in found:
                found[kind].setdefault(entry, []).append((pk, name))
    return found


def _in_order(match: Match, spans: list[tuple[int, int]], desk: bool) -> Iterator[list[tuple]]:
    """The first names that match in spans of primary keys, as (primary key, kind, entry, words).
    SQLite walks its full-text index in order, and stops at the limit: at one name or at a
    million."""
    sql = (
        "SELECT n.id, n.kind, n.entry_id, n.keys FROM search_name_fts f "
        "CROSS JOIN search_name n ON n.id = f.rowid WHERE f.search_name_fts MATCH %s "
        f"AND f.rowid BETWEEN %s AND %s AND {_SEEN[desk]} ORDER BY f.rowid LIMIT %s"
    )
    place, last = 0, spans[-1][1]
    for start, end in spans:
        # A window reaches into the next kinds as far as it has room.
        if place <= end:
            rows = fetch_rows(sql, match.fts5(), max(place, start), last, WINDOW)
            yield rows
            place = rows[-1][0] + 1 if len(rows) == WINDOW else last + 1


def _few_or_first(match: Match, spans: list[tuple[int, int]], desk: bool) -> Iterator[list[tuple]]:
    """The same on PostgreSQL, whose full-text index has no order: all names that match if they are
    few, or else those among the first names of each kind."""
    columns, condition = "n.id, n.kind, n.entry_id, n.keys", match.within(1).tsquery()
    where = f"n.vector @@ %s::tsquery AND {_SEEN[desk]}"
    sql = f"SELECT {columns} FROM search_name n WHERE {where} AND n.id BETWEEN %s AND %s LIMIT %s"
    rows = fetch_rows(sql, condition, spans[0][0], spans[-1][1], FEW + 1)
    if len(rows) > FEW:
        first = "SELECT * FROM search_name WHERE id BETWEEN %s AND %s ORDER BY id LIMIT %s"
        part = f"(SELECT {columns} FROM ({first}) n WHERE {where} LIMIT %s)"
        values = [value for ends in spans for value in (*ends, FIRST, condition, WINDOW)]
        rows = fetch_rows(" UNION ALL ".join([part] * len(spans)), *values)
    yield sorted(rows)


# Whether somebody sees a name: a reader, or an editor at the desk.
_SEEN = {False: "n.whole AND n.public", True: "n.whole"}


def _ranked(found: dict[int, list[tuple]], starts: list[str]) -> list[int]:
    """Entries of a kind, given with the names that match, in the order of suggestions."""
    text = " ".join(starts)

    def rank(entry):
        # The first name of an entry is its title, which has the primary key of the entry.
        names = ((pk != entry) + 2 * (not name.startswith(text)) for pk, name in found[entry])
        return weight(entry), min(names), entry

    return sorted(found, key=rank)


def typed_starts(text: str) -> list[str]:
    """The beginnings of keys that the words of a text stand for while they are typed."""
    return [start for start in map(begun, words(text)[:MOST]) if start]


def shown_name(entry: Entry, text: str) -> str:
    """The name of an entry in which every word of a text begins a word; empty if its title is."""
    starts = typed_starts(text)
    if _begin(starts, entry.title_keys.split()):
        return ""
    names = (*entry.names.splitlines(), *entry.aliases.splitlines())
    return next((name for name in names if _begin(starts, keys(name))), "")


def _begin(starts: list[str], name: list[str]) -> bool:
    """Whether each of these is the beginning of a word of a name."""
    return all(any(word.startswith(start) for word in name) for start in starts)
