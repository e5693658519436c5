"""What is offered to somebody who is typing."""

from collections import defaultdict
from itertools import chain
from operator import itemgetter

from django.db import connection

from search.database import fetch_rows
from search.match import Filter, Match, Words, all_of, token
from search.models import Entry, Kind, Name
from search.places import span, weight
from search.words import begun, keys, words

# The kinds that are suggested, and how many entries.
SUGGESTED = (Kind.COUNTRY, Kind.PAIR, Kind.ORGANIZATION, Kind.PERSON, Kind.TREATY)
SUGGESTIONS = 8
# The turns of a kind: of each kind one entry is taken, of countries three, and so on again.
SHARES = {Kind.COUNTRY: 3}
# The names of a kind that are considered: the first CONSIDERED that match, or those among the first
# FIRST names of the kind if ENOUGH entries have one. A country has names in many languages.
CONSIDERED, ENOUGH, FIRST = 400, 8, 3_000
FIRST_OF_COUNTRIES = 20_000
# PostgreSQL sorts up to so many names that match.
FEW = 500
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
    found = names.order_by("pk").values_list("kind", "entry")[:CONSIDERED]
    return list(dict.fromkeys(pk for kind, pk in found if kind in kinds))[:limit]


def _begun(starts: list[str], kinds: list[str], desk: bool) -> dict[str, dict]:
    """By kind, the entries of the first names that match, each with the primary keys and the words
    of these names."""
    match = all_of(Words((start,), prefix=True) for start in starts)
    ends = _ends(kinds)
    find = _in_order if connection.vendor == "sqlite" else _few_or_first
    names, found = find(match, ends, desk), {}
    for kind in kinds:
        found[kind] = defaultdict(list)
        for pk, entry, name in _considered(names, kind, ends[kind]):
            found[kind][entry].append((pk, name))
    return found


def _ends(kinds: list[str]) -> dict[str, int]:
    """The primary key of the last of the first names of each kind, or the end of the kind if it has
    fewer."""
    part = "(SELECT id FROM search_name WHERE id BETWEEN %s AND %s ORDER BY id LIMIT 1 OFFSET %s)"
    values = []
    for kind in kinds:
        number = FIRST_OF_COUNTRIES if kind == Kind.COUNTRY else FIRST
        values += (*span(kind), number - 1)
    (found,) = fetch_rows(f"SELECT {', '.join([part] * len(kinds))}", *values)
    return {kind: last or span(kind)[1] for kind, last in zip(kinds, found, strict=True)}


def _considered(names: list[tuple], kind: str, last: int) -> list[tuple]:
    """Those of names in order that are considered: of a kind, among its first names if there are
    enough."""
    start, end = span(kind)
    first = [name for name in names if start <= name[0] <= last]
    if len({entry for _pk, entry, _words in first}) < ENOUGH:
        first = [name for name in names if start <= name[0] <= end]
    return first[:CONSIDERED]


def _in_order(match: Match, ends: dict[str, int], desk: bool) -> list[tuple]:
    """The first names of each kind that match, as (primary key, entry, words). SQLite walks its
    full-text index in order, and stops at the limit: at one name or at a million."""
    part = (
        "SELECT * FROM (SELECT n.id, n.entry_id, n.keys FROM search_name_fts f "
        "CROSS JOIN search_name n ON n.id = f.rowid WHERE f.search_name_fts MATCH %s "
        f"AND f.rowid BETWEEN %s AND %s AND {_SEEN[desk]} ORDER BY f.rowid LIMIT %s)"
    )
    values = chain.from_iterable((match.fts5(), *span(kind), CONSIDERED) for kind in ends)
    return fetch_rows(" UNION ALL ".join([part] * len(ends)), *values)


def _few_or_first(match: Match, ends: dict[str, int], desk: bool) -> list[tuple]:
    """The same on PostgreSQL, whose full-text index has no order: all names that match if they are
    few; or else those among the first names of each kind, and all of the kind where these are not
    enough."""
    columns, condition = "n.id, n.entry_id, n.keys", match.within(1).tsquery()
    where = f"n.vector @@ %s::tsquery AND {_SEEN[desk]}"
    sql = f"SELECT {columns} FROM search_name n WHERE {where} LIMIT %s"
    found = fetch_rows(sql, condition, FEW + 1)
    if len(found) <= FEW:
        return sorted(found)
    # OFFSET 0 keeps the planner from another way than along the primary key.
    first = "SELECT * FROM search_name WHERE id BETWEEN %s AND %s ORDER BY id OFFSET 0"
    part = f"(SELECT {columns} FROM ({first}) n WHERE {where} ORDER BY n.id LIMIT %s)"
    values = chain.from_iterable(
        (span(kind)[0], last, condition, CONSIDERED) for kind, last in ends.items()
    )
    found = fetch_rows(" UNION ALL ".join([part] * len(ends)), *values)
    for kind, last in ends.items():
        entries = {entry for _pk, entry, _words in _considered(found, kind, last)}
        if last != span(kind)[1] and len(entries) < ENOUGH:
            only = match & Filter(token("kind", kind))
            rest = f"SELECT {columns} FROM search_name n WHERE {where}"
            found += fetch_rows(
                f"WITH found AS MATERIALIZED ({rest}) SELECT * FROM found ORDER BY id LIMIT %s",
                only.within(1).tsquery(),
                CONSIDERED,
            )
    return sorted(set(found))


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
