"""Rows per second of CPU time, and peak memory, of importing and publishing mapped lists.

    .venv/bin/python benchmarks/mapped_lists.py [sqlite|postgresql] [LIST ROWS ...]

LIST is `figures`, `events` (500 pairs), `pairs` (events, each of another pair) or `treaties` (eight
rows each, with two steps of a party). Each list is made up, and imported and published by a process
of its own into a new database with the fixtures; the time of its start is not counted.
"""

import csv
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import combinations, islice, pairwise
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
LISTS = ("figures", "20000", "events", "20000", "pairs", "15000", "treaties", "20000")
HEAD = ("database", "list", "rows", "import, rows/s", "again, rows/s", "publication, rows/s",
        "peak memory, MB")  # fmt: skip
SOURCE = """
[source]
slug = "made-up"
title = "Made-up list"
kind = "statistics"
rights = "unknown"
"""
EVENTS = f"""
name = "events"
kind = "event"
id = "No"
{SOURCE}
[columns]
title = "Title"
date = "Day"
country = "A"
other_country = "B"
summary = "Details"
[constants]
event_type = "meeting"
"""
MAPPINGS = {
    "figures": f"""
name = "figures"
kind = "figure"
id = "No"
{SOURCE}
[columns]
indicator = "Indicator"
from_country = "A"
to_country = "B"
period = "Year"
value = "Value"
[constants]
unit = "USD"
""",
    "events": EVENTS,
    "pairs": EVENTS,
    "treaties": f"""
name = "treaties"
kind = "treaty"
group = "No"
{SOURCE}
[columns]
title = "Title"
signature = "Signed"
[party]
name = "State"
ratification = "Ratified"
entry_into_force = "In force"
""",
}
_WORDS = "transport energy trade customs water culture education health defence visas tourism"
WORDS = _WORDS.split()
FIRST = date(1995, 1, 1)


def main(database: str = "", *lists: str) -> None:
    lists = lists or LISTS
    sys.stdout.write(f"| {' | '.join(HEAD)} |\n{'|---' * len(HEAD)}|\n")
    for name in [database] if database else ["sqlite", "postgresql"]:
        for kind, rows in zip(lists[::2], lists[1::2], strict=True):
            measured(name, kind, rows)


def measured(database: str, kind: str, rows: str) -> None:
    """Measure one list in a process of its own, and print the result."""
    from benchmarks.bases import manage, passing  # noqa: PLC0415  (needs psycopg2)

    with passing(database) as url:
        manage(url, "migrate", "--verbosity", "0")
        manage(url, "load_fixtures")
        child = [sys.executable, __file__, "measure", kind, rows]
        environment = os.environ | {"DATABASE_URL": url}
        done = subprocess.run(child, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    cells = [database, kind, f"{int(rows):,}", *done.stdout.split("\n")[-1].split()]
    sys.stdout.write(f"| {' | '.join(cells)} |\n")
    sys.stdout.flush()


def measure(kind: str, rows: str) -> None:
    """Import a list twice and publish it; print rows per second, and the peak memory."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()
    from django.contrib.auth import get_user_model  # noqa: PLC0415

    from desk.adapters import adapter_mapped  # noqa: PLC0415
    from desk.management.commands.import_data import Command, many_objects  # noqa: PLC0415
    from sources.importing import run  # noqa: PLC0415

    many_objects()
    user = get_user_model().objects.create(username="publisher")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.csv"
        with path.open("w", newline="") as file:
            csv.writer(file).writerows(made_up(kind, int(rows)))
        times = [time.process_time()]
        for outcome in ("created", "unchanged"):
            adapter = adapter_mapped(MAPPINGS[kind].encode())
            if (report := run(adapter, path)).counts[outcome] != int(rows):
                raise SystemExit("\n".join(report.lines()))
            times.append(time.process_time())
        Command(stdout=sys.stderr).publish(adapter, user)
        times.append(time.process_time())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rates = " ".join(f"{int(rows) / (end - start):,.0f}" for start, end in pairwise(times))
    sys.stdout.write(f"{rates} {peak:.0f}")


def made_up(kind: str, rows: int) -> Iterator[list]:
    """The header and the rows of a list."""
    from relations.models import Country  # noqa: PLC0415

    # States that existed on all days.
    states = Country.objects.filter(kind=Country.Kind.STATE).order_by("slug")
    names = [row.name_en for row in states if not row.date or row.date.latest < FIRST]
    pairs = list(combinations(names, 2))
    if kind == "figures":
        yield ["No", "Indicator", "A", "B", "Year", "Value"]
        for number in range(rows):
            year, of_year = divmod(number, 6000)
            indicator = ("exports", "imports")[of_year % 2]
            value = 1_000_000 + number * 7919
            yield [number, indicator, *pairs[of_year // 2], FIRST.year + year, value]
    elif kind == "treaties":
        yield ["No", "Title", "Signed", "State", "Ratified", "In force"]
        for number in range(rows):
            treaty, place = divmod(number, 8)
            day = FIRST + timedelta(days=treaty % 8000)
            state = names[(treaty * 13 + place * 17) % len(names)]
            ratified = day + timedelta(days=30 + number * 37 % 900)
            title = f"Agreement on {WORDS[treaty % 11]} and {WORDS[treaty // 11 % 11]}, {treaty}"
            yield [treaty, title, day, state, ratified, ratified + timedelta(days=30)]
    else:
        pairs = list(islice(pairs, 500)) if kind == "events" else pairs
        yield ["No", "Title", "Day", "A", "B", "Details"]
        for number in range(rows):
            words = [WORDS[number * step % 11] for step in (1, 3, 5, 7)]
            title = f"Meeting {number} on {words[0]} and {words[1]}"
            day = FIRST + timedelta(days=number * 31 % 9000)
            yield [number, title, day, *pairs[number % len(pairs)], " ".join(words)]


if __name__ == "__main__":
    if sys.argv[1:2] == ["measure"]:
        measure(*sys.argv[2:])
    else:
        main(*sys.argv[1:])
