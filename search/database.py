"""Find the keys of entries that match, in order and reading no more rows than needed.

SQLite walks its full-text index in the order of keys, and stops at a limit. PostgreSQL's GIN index
has no order and yields all rows that match or none: so a few are sorted, and the first of many are
found by walking the rows in their order.
"""

from dataclasses import dataclass

from django.db import connection

from search.index import LAST
from search.match import All, Any, Filter, Match, Without, any_of, token
from search.models import Kind
from search.places import span

# How PostgreSQL finds the first of many rows. It looks at the PEEKED first rows; sorts all results
# if they are at most FEW; looks at the WALKED first rows; sorts up to MANY; and walks all rows.
PEEKED, FEW, WALKED, MANY = 400, 1_000, 4_000, 20_000
# SQLite sorts up to so many results by date.
SORTED = 5_000
# Kinds in their order; those of which there are few are searched together.
GROUPS = (
    (Kind.COUNTRY, Kind.PAIR, Kind.ORGANIZATION, Kind.PERSON, Kind.TOPIC),
    (Kind.TREATY,),
    (Kind.VISIT,),
    (Kind.EVENT,),
    (Kind.MEMBERSHIP, Kind.MISSION, Kind.OFFICE),
    (Kind.ACTION,),
    (Kind.INDICATOR, Kind.COMMODITY, Kind.SOURCE),
    (Kind.PASSAGE,),
    (Kind.TEXT,),
    (Kind.FIGURE,),
    (Kind.GOOD,),
)


@dataclass(frozen=True, slots=True)
class Order:
    """An order of entries that has an index: its columns, how they are ordered, and the condition
    on them after others."""

    columns: str
    order: str
    after: str


BY_PLACE = Order("id", "id", "id > %s AND id <= %s")
NEWEST = Order("sort_key, id", "sort_key DESC, id DESC", "(sort_key, id) < (%s, %s)")


def fetch_rows(sql: str, *values) -> list[tuple]:
    """All rows of a query, which takes the values in its order."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def first_keys(match: Match, limit: int) -> list[int]:
    """The first primary keys that match, in order."""
    return [pk for _level, pk in first_of_levels([(1, match)], limit)]


def first_of_levels(
    levels: list[tuple[int, Match]], limit: int, after: int = -1
) -> list[tuple[int, int]]:
    """The first primary keys that match, as (level, key): those of the first level after a key,
    then all of the next, and so on."""
    if connection.vendor == "sqlite":
        return _along_index(levels, limit, after)
    found = []
    for number, (level, match) in enumerate(levels):
        if (missing := limit - len(found)) > 0:
            last = after if number == 0 else -1
            kinds = _kinds(match)
            # Sorting would be in vain if there are many results.
            often = len(kinds) == 1 or _is_frequent(match)
            few = None if often else _sorted(match, missing, last, LAST, most=FEW)
            keys = _first_by_kind(match, kinds, missing, last) if few is None else few
            found += [(level, *key) for key in keys]
    return found


def newest_keys(match: Match, limit: int, after: tuple[int, int] = ()) -> list[tuple[int, int]]:
    """The last primary keys that match by day, as (day as a sort key, key), before such a pair if
    one is given."""
    if connection.vendor == "postgresql":
        return _first_of_any(match, limit, *after, order=NEWEST)
    where, value = _where(match)
    few = len(first_keys(match, SORTED)) < SORTED
    # SQLite fetches a few and sorts them. The plus sign makes it walk the index of dates, for which
    # it needs the column that the tokens repeat.
    where = f"{'' if few else '+'}id IN (SELECT rowid FROM search_entry_fts WHERE {where})"
    where += " AND public IN (true)" if match.is_public else ""
    where += f" AND {NEWEST.after}" if after else ""
    sql = f"SELECT sort_key, id FROM search_entry WHERE {where} ORDER BY {NEWEST.order} LIMIT %s"
    return fetch_rows(sql, value, *after, limit)


def any_matches(match: Match) -> bool:
    """Whether anything matches."""
    if connection.vendor == "sqlite":
        return bool(first_keys(match, 1))
    where, value = _where(match)
    return bool(fetch_rows(f"SELECT 1 FROM search_entry WHERE {where} LIMIT 1", value))


def first_tokens(match: Match, limit: int) -> list[str]:
    """The tokens of the first entries that match; on PostgreSQL, of any up to the limit."""
    where, value = _where(match)
    if connection.vendor == "sqlite":
        where = f"id IN (SELECT rowid FROM search_entry_fts WHERE {where} ORDER BY rowid LIMIT %s)"
    else:
        where = f"{where} LIMIT %s"
    rows = fetch_rows(f"SELECT about FROM search_entry WHERE {where}", value, limit)
    return [about for (about,) in rows]


def _where(match: Match) -> tuple[str, str]:
    """A match as an SQL condition, on the FTS5 table of SQLite, and its value."""
    if connection.vendor == "sqlite":
        return "search_entry_fts MATCH %s", match.fts5()
    return match.postgresql("search_entry")


def _along_index(levels: list[tuple[int, Match]], limit: int, after: int) -> list[tuple[int, int]]:
    """`first_of_levels` on SQLite, in one query."""
    parts, values = [], []
    for number, (level, match) in enumerate(levels):
        where, value = _where(match)
        first = f"AND rowid > {after:d}" if number == 0 else ""
        parts.append(
            f"level_{level} AS MATERIALIZED (SELECT {level}, rowid FROM search_entry_fts "
            f"WHERE {where} {first} ORDER BY rowid LIMIT %s)"
        )
        values += [value, limit]
    if not parts:
        return []
    rows = " UNION ALL ".join(f"SELECT * FROM level_{level}" for level, _match in levels)
    return fetch_rows(f"WITH {', '.join(parts)} {rows} LIMIT %s", *values, limit)


def _kinds(match: Match) -> list[Kind]:
    """The kinds that a match is limited to, in their order; empty if it is not."""
    while isinstance(match, Without):
        match = match.match
    for part in match.parts if isinstance(match, All) else (match,):
        either = part.parts if isinstance(part, Any) else (part,)
        found = {_KINDS.get(one.token) if isinstance(one, Filter) else None for one in either}
        if None not in found:
            return sorted(found, key=list(Kind).index)
    return []


_KINDS = {token("kind", kind): kind for kind in Kind}


def _first_by_kind(match: Match, kinds: list[Kind], limit: int, after: int) -> list[tuple[int]]:
    """The first of many keys after one, of some kinds or of any. Kinds are searched one after
    another: rows of those that have few matches would be walked in vain."""
    found = []
    for group in [(kind,) for kind in kinds] or GROUPS:
        start, end = span(group[0])[0], span(group[-1])[1]
        if after < end and (missing := limit - len(found)) > 0:
            only = match & any_of(Filter(token("kind", kind)) for kind in group)
            found += _first_of_any(only, missing, max(after, start - 1), end)
    return found


def _first_of_any(match: Match, limit: int, *after: int, order: Order = BY_PLACE) -> list[tuple]:
    """The first of any number of rows in an order, on PostgreSQL."""
    for most, rows in ((0, PEEKED), (FEW, WALKED), (MANY, None)):
        found = _sorted(match, limit, *after, order=order, most=most) if most else None
        if found is None:
            found = _walked(match, limit, *after, order=order, rows=rows)
        if found is not None:
            break
    return found


def _is_frequent(match: Match) -> bool:
    """Whether PostgreSQL expects more than a few results, from its statistics."""
    where, value = _where(match)
    sql = f"EXPLAIN (FORMAT JSON) SELECT 1 FROM search_entry WHERE {where}"
    (plan,) = fetch_rows(sql, value)[0][0]
    return plan["Plan"]["Plan Rows"] > 3 * FEW


def _sorted(
    match: Match, limit: int, *after: int, order: Order = BY_PLACE, most: int
) -> list[tuple] | None:
    """The first rows in an order, None if more than `most` match.

    It reads them all: the planner would often walk a whole index in order to save sorting.
    """
    where, value = _where(match)
    later = f"WHERE {order.after}" if after else ""
    rows = fetch_rows(
        "WITH found AS MATERIALIZED "
        f"(SELECT {order.columns} FROM search_entry WHERE {where} LIMIT %s), "
        f"shown AS (SELECT {order.columns} FROM found {later} ORDER BY {order.order} LIMIT %s) "
        f"SELECT number, {order.columns} FROM (SELECT count(*) AS number FROM found) AS counted "
        f"LEFT JOIN shown ON number <= %s ORDER BY {order.order}",
        *(value, most + 1, *after, limit, most),
    )
    if rows[0][0] > most:
        return None
    return [tuple(row) for _number, *row in rows if row[-1] is not None]


def _walked(
    match: Match, limit: int, *after: int, order: Order, rows: int | None
) -> list[tuple] | None:
    """The first rows in an order; None if the first `rows` rows do not hold enough."""
    where, value = _where(match)
    later = f"{'public' if match.is_public else 'true'} AND {order.after if after else 'true'}"
    order_by = f"ORDER BY {order.order} LIMIT %s"
    if rows is None:
        sql = f"SELECT {order.columns} FROM search_entry WHERE {where} AND {later} {order_by}"
        return fetch_rows(sql, value, *after, limit)
    walked = f"SELECT {order.columns}, public, vector FROM search_entry WHERE {later} {order_by}"
    sql = f"SELECT {order.columns} FROM ({walked}) AS search_entry WHERE {where} {order_by}"
    found = fetch_rows(sql, *after, rows, value, limit)
    return found if len(found) == limit else None
