"""Find the keys of entries that match, in order and reading no more rows than needed.

SQLite walks its full-text index in the order of keys, and stops at a limit. PostgreSQL's GIN index
has no order and yields all rows that match or none: so a few are sorted, and the first of many are
found by walking the rows in their order.
"""

from django.db import connection

from search.index import span
from search.match import All, Filter, Match, token
from search.models import Kind

# PostgreSQL sorts up to so many results; SQLite sorts so many by date.
FEW = {"postgresql": 20_000, "sqlite": 5_000}
# Where there are more, PostgreSQL reads so many rows in their order before the full-text index.
WALKED = 500


def fetch_rows(sql: str, *values) -> list[tuple]:
    """All rows of a query, which takes the values in its order."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def first_keys(match: Match, limit: int, after: int = -1) -> list[int]:
    """The first primary keys after one that match, in order."""
    return [pk for _level, pk in first_of_levels([(1, match)], limit, after)]


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
            # Words that the first level has often are not looked for in vain.
            often = number == 0 and _is_frequent(match)
            few = None if often else _few_keys(match, missing, last)
            keys = _many_keys(match, missing, last) if few is None else few
            found += [(level, pk) for pk in keys]
    return found


def newest_keys(
    match: Match, limit: int, after: tuple[int, int] | None = None
) -> list[tuple[int, int]]:
    """The last primary keys that match by day, as (day as a sort key, key), before such a pair if
    one is given."""
    last, values = "ORDER BY sort_key DESC, id DESC LIMIT %s", (limit,)
    if after:
        last, values = f"AND (sort_key, id) < (%s, %s) {last}", (*after, limit)
    where, value = _where(match)
    if connection.vendor == "sqlite":
        few = len(first_keys(match, FEW["sqlite"])) < FEW["sqlite"]
        # SQLite fetches a few and sorts them; with a sign it walks the index of dates, for which it
        # needs the column that the tokens repeat.
        where = f"{'' if few else '+'}id IN (SELECT rowid FROM search_entry_fts WHERE {where})"
        where += " AND public IN (true)" if match.is_public else ""
    elif (rows := _few("sort_key, id", f"WHERE true {last}", match, *values)) is not None:
        return sorted(rows, reverse=True)
    sql = f"SELECT sort_key, id FROM search_entry WHERE {where} {last}"
    return fetch_rows(sql, value, *values)


def any_matches(match: Match) -> bool:
    """Whether anything matches."""
    if connection.vendor == "sqlite":
        return bool(first_keys(match, 1))
    where, value = _where(match)
    return bool(fetch_rows(f"SELECT 1 FROM search_entry WHERE {where} LIMIT 1", value))


def first_tokens(match: Match, limit: int) -> list[str]:
    """The tokens of the first entries that match, or of any so many on PostgreSQL."""
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


def _is_frequent(match: Match) -> bool:
    """Whether PostgreSQL expects far more than a few results, from its statistics."""
    where, value = _where(match)
    sql = f"EXPLAIN (FORMAT JSON) SELECT 1 FROM search_entry WHERE {where}"
    (plan,) = fetch_rows(sql, value)[0][0]
    return plan["Plan"]["Plan Rows"] > 2 * FEW["postgresql"]


def _few(columns: str, rest: str, match: Match, *values) -> list[tuple] | None:
    """Columns of a few matching entries on PostgreSQL, by the rest of a query with its values; None
    if they are more than a few.

    It reads all of them: the planner would often walk a whole index in order to save sorting.
    """
    where, value = _where(match)
    rows = fetch_rows(
        f"WITH found AS MATERIALIZED (SELECT sort_key, id FROM search_entry WHERE {where} LIMIT %s)"
        f", shown AS (SELECT {columns} FROM found {rest}) "
        f"SELECT number, {columns} FROM (SELECT count(*) AS number FROM found) AS counted "
        "LEFT JOIN shown ON number <= %s",
        value,
        FEW["postgresql"] + 1,
        *values,
        FEW["postgresql"],
    )
    if rows[0][0] > FEW["postgresql"]:
        return None
    return [tuple(row) for _number, *row in rows if row[-1] is not None]


def _few_keys(match: Match, limit: int, after: int) -> list[int] | None:
    """The first keys after one if a few match, else None."""
    rows = _few("id", "WHERE id > %s ORDER BY id LIMIT %s", match, after, limit)
    return None if rows is None else sorted(pk for (pk,) in rows)


def _many_keys(match: Match, limit: int, after: int) -> list[int]:
    """The first keys after one if many match. Only kinds with many of them are walked along their
    keys: rows of the others would be read in vain."""
    found = []
    for kind in Kind:
        start, end = span(kind)
        missing, last = limit - len(found), max(after, start - 1)
        if missing > 0 and after < end:
            keys = _among_first(match, missing, last, end)
            if len(keys) < missing:
                only = All((match, Filter(token("kind", kind))))
                few = _few_keys(only, missing, last)
                keys = _walked(only, missing, last, end) if few is None else few
            found += keys
    return found


def _among_first(match: Match, limit: int, after: int, end: int) -> list[int]:
    """The keys of those of the first WALKED entries after a key, up to another, that match."""
    where, value = _where(match)
    sql = (
        "SELECT id FROM (SELECT id, public, vector FROM search_entry WHERE id > %s AND id <= %s "
        f"ORDER BY id LIMIT %s) AS search_entry WHERE {where} ORDER BY id LIMIT %s"
    )
    return [pk for (pk,) in fetch_rows(sql, after, end, WALKED, value, limit)]


def _walked(match: Match, limit: int, after: int, end: int) -> list[int]:
    """The keys of the first entries after a key, up to another, that match."""
    where, value = _where(match)
    sql = f"SELECT id FROM search_entry WHERE {where} AND id > %s AND id <= %s ORDER BY id LIMIT %s"
    return [pk for (pk,) in fetch_rows(sql, value, after, end, limit)]
