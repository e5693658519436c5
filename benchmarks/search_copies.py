"""Multiply the entries of an indexed database until it has as many as an argument says, with other
words in titles and summaries: indexing a million rows takes hours. Run by search.py, with
DATABASE_URL set to the database.

Entries of kinds of which there are few, such as countries, stay as they are.
"""

import os
import sys
import time
from itertools import accumulate
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django  # noqa: E402

django.setup()

from django.db import connection, transaction  # noqa: E402

from benchmarks.search_rows import VOCABULARY, WORDS, vocabulary  # noqa: E402
from search.index import joined_keys  # noqa: E402
from search.models import Entry, Kind, Name  # noqa: E402
from search.places import PART_BITS, ROW_BITS  # noqa: E402

# Rows of the copies have keys from here on, those of the second ones from twice this on, and so on.
STEP = 10_000_000
# Titles and summaries that take turns.
TEXTS, BATCH = 50_000, 500
FEW = (Kind.COUNTRY, Kind.PAIR, Kind.ORGANIZATION, Kind.TOPIC, Kind.INDICATOR, Kind.COMMODITY)


def texts() -> list[tuple[int, str, str, str, str]]:
    """A word for a title and a summary of words as frequent as in a natural language, with keys."""
    words, chance = vocabulary(), Random("copies")
    weights = list(accumulate(1 / (rank + 10) for rank in range(VOCABULARY)))
    found = []
    for number in range(TEXTS):
        title, *summary = chance.choices(words, cum_weights=weights, k=WORDS + 1)
        summary = " ".join(summary)
        found.append((number, title, joined_keys(title), summary, joined_keys(summary)))
    return found


def store(cursor, rows: list[tuple]) -> None:
    cursor.execute(
        "CREATE TEMPORARY TABLE texts (number integer PRIMARY KEY, title text, title_keys text, "
        "summary text, summary_keys text)"
    )
    for start in range(0, TEXTS, BATCH):
        some = rows[start : start + BATCH]
        marks = ", ".join(["(%s, %s, %s, %s, %s)"] * len(some))
        cursor.execute(f"INSERT INTO texts VALUES {marks}", [one for row in some for one in row])


def copy(cursor, number: int) -> None:
    """Copy the original entries and their names once more."""
    shift, kinds = number * STEP, ", ".join(f"'{kind}'" for kind in FEW)
    own, copied = (f"' zz' || e.kind || {row} || ' '" for row in ("e.row", f"(e.row + {shift})"))
    values = {
        "id": f"e.id + {shift << PART_BITS}",
        "row": f"e.row + {shift}",
        "title": "e.title || ' ' || t.title",
        "title_keys": "e.title_keys || ' ' || t.title_keys",
        "summary": "CASE WHEN e.summary = '' THEN '' ELSE t.summary END",
        "summary_keys": "CASE WHEN e.summary = '' THEN e.summary_keys ELSE t.summary_keys END",
        "about": f"replace(e.about || ' ', {own}, {copied})",
    }
    columns = [field.column for field in Entry._meta.concrete_fields]
    listed = ", ".join(values.get(name, f'e."{name}"') for name in columns)
    row = f"((e.id >> {PART_BITS}) & {(1 << ROW_BITS) - 1})"
    some = f"search_entry e JOIN texts t ON t.number = ({row} * 31 + {number * 7919}) % {TEXTS} "
    limit = f"e.row < {STEP} AND e.kind NOT IN ({kinds})"
    names = ", ".join(f'"{name}"' for name in columns)
    cursor.execute(f"INSERT INTO search_entry ({names}) SELECT {listed} FROM {some} WHERE {limit}")
    cursor.execute(
        "INSERT INTO search_name (id, kind, public, keys, whole, entry_id) "
        f"SELECT n.id + {shift << PART_BITS}, n.kind, n.public, CASE WHEN n.whole THEN "
        f"n.keys || ' ' || t.title_keys ELSE n.keys END, n.whole, e.id + {shift << PART_BITS} "
        f"FROM {some} JOIN search_name n ON n.entry_id = e.id WHERE {limit}"
    )


def without_index(cursor) -> list[str]:
    """Drop PostgreSQL's full-text indexes, which are made sooner than filled; return how to make
    them."""
    if connection.vendor == "sqlite":
        return []
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes "
        "WHERE indexname IN ('search_entry_vector', 'search_name_vector')"
    )
    found = cursor.fetchall()
    for name, _statement in found:
        cursor.execute(f"DROP INDEX {name}")
    return [statement for _name, statement in found]


def main(wanted: int) -> None:
    original = Entry.objects.filter(row__lt=STEP)
    copied = original.exclude(kind__in=FEW).count()
    done = (Entry.objects.count() - original.count()) // copied
    more = -(-(wanted - original.count()) // copied)
    if more <= done:
        return
    started = time.perf_counter()
    with connection.cursor() as cursor:
        store(cursor, texts())
        with transaction.atomic():
            statements = without_index(cursor)
            for number in range(done + 1, more + 1):
                copy(cursor, number)
            # No index is made while foreign keys are still to be checked.
            if statements:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for statement in statements:
                cursor.execute(statement)
    seconds = time.perf_counter() - started
    sys.stderr.write(
        f"{Entry.objects.count()} entries, {Name.objects.count()} names, {seconds:.0f} s\n"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
