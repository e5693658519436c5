"""Prepare a generated database for benchmarks/search.py: various summaries, and the search index.

Generated titles are made of few words, so each of them is in a large share of the records. Records
are given summaries of words as frequent as in a natural language (Zipf's law), from a vocabulary of
VOCABULARY made-up ones. Run by search.py, with DATABASE_URL set to the database.
"""

import json
import os
import sys
import time
from itertools import accumulate, product
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from core.dates import Edtf  # noqa: E402
from relations.models import Record  # noqa: E402
from sample_data.generate import widen_cache  # noqa: E402
from search.index import VALUES  # noqa: E402
from search.models import Entry, Word  # noqa: E402

VOCABULARY, WORDS = 200_000, 12
BATCH = 5000
# How many entries are inserted plainly.
SAMPLE = 10_000
FIRST = ("b", "d", "f", "g", "k", "l", "m", "n", "p", "r", "s", "t", "v", "z", "sh", "ch")
VOWELS = ("a", "e", "i", "o", "u")
LAST = ("", "n", "r", "l", "s", "t", "m", "k")


def vocabulary() -> list[str]:
    """Made-up words of two to four syllables, the most frequent first."""
    syllables = ["".join(one) for one in product(FIRST, VOWELS, LAST)]
    chance, found = Random("vocabulary"), {}
    while len(found) < VOCABULARY:
        found["".join(chance.choices(syllables, k=chance.choice((2, 3, 3, 4))))] = None
    return list(found)


def vary() -> None:
    """Give each record a summary of its own."""
    words = vocabulary()
    weights = list(accumulate(1 / (rank + 10) for rank in range(VOCABULARY)))
    after = 0
    while rows := list(Record.objects.filter(pk__gt=after).order_by("pk").only("pk")[:BATCH]):
        chance = Random(f"summaries {after}")
        for row in rows:
            row.summary = " ".join(chance.choices(words, cum_weights=weights, k=WORDS))
        write([(row.summary, row.pk) for row in rows])
        after = rows[-1].pk


def write(rows: list[tuple[str, int]]) -> None:
    with connection.cursor() as cursor, transaction.atomic():
        if connection.vendor == "sqlite":
            cursor.executemany("UPDATE relations_record SET summary = %s WHERE id = %s", rows)
        else:
            cursor.execute(
                "UPDATE relations_record SET summary = new.summary "
                "FROM unnest(%s::text[], %s::bigint[]) AS new (summary, id) "
                "WHERE relations_record.id = new.id",
                list(map(list, zip(*rows, strict=True))),
            )


def plain_insertion() -> float:
    """Rows per second of inserting entries as they are into a table without an index."""
    rows = list(Entry.objects.order_by("pk").values_list(*VALUES)[:SAMPLE])
    rows = [tuple(map(plainly, row)) for row in rows]
    marks = ", ".join(["%s"] * len(VALUES))
    with connection.cursor() as cursor:
        names = ", ".join(f'"{name}"' for name in VALUES)
        cursor.execute(f"CREATE TEMPORARY TABLE plain AS SELECT {names} FROM search_entry LIMIT 0")
        started = time.perf_counter()
        for start in range(0, len(rows), 500):
            listed = rows[start : start + 500]
            values = [value for row in listed for value in row]
            every = ", ".join([f"({marks})"] * len(listed))
            cursor.execute(f"INSERT INTO plain VALUES {every}", values)
        return len(rows) / (time.perf_counter() - started)


def plainly(value):
    return str(value) if isinstance(value, Edtf) else value


def main() -> None:
    widen_cache()
    vary()
    started = time.perf_counter()
    call_command("rebuild_index", stdout=sys.stderr)
    seconds = time.perf_counter() - started
    entries = Entry.objects.count()
    found = {
        "entries": entries,
        "words": Word.objects.count(),
        "rate": entries / seconds,
        "plain": plain_insertion(),
    }
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
