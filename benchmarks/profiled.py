"""The processor time of a page, by part of the program and by function.

    DATABASE_URL=sqlite:///var/benchmarks/base-1000000.sqlite3 .venv/bin/python \\
        benchmarks/profiled.py [PATH]

Profiles the first page of the busiest pair's timeline, or PATH, without caching, through Django's
test client. cProfile makes function calls look more expensive than they are: compare shares, not
seconds. This file is not called profile.py, which would hide the module of that name from cProfile.
"""

import cProfile
import pstats
import sys
import time
from collections import Counter
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.subject import Client, addresses, settings, subject  # noqa: E402

TIMES, FUNCTIONS = 5, 15
# Other functions (Python's own, Django's utilities) count for the parts that call them.
PARTS = (
    (
        "SQL, written and run",
        ("django/db/backends/", "django/db/models/sql/", "sqlite3.", "psycopg2", "cursor'"),
    ),
    ("models", ("django/db/", "/models/", "/models.py")),
    ("templates", ("django/template/", "/templatetags/", "django/forms/")),
    ("views, middlewares and the rest", (f"{ROOT}/",)),
)


def part(function: tuple) -> str:
    name = f"{function[0]} {function[2]}"
    return next((part for part, marks in PARTS if any(mark in name for mark in marks)), "")


def shares(stats: dict) -> Counter:
    """The own time of all functions, summed by part."""
    known = {}

    def of(function, seen=()) -> Counter:
        """The share of each part in a function: its own part, or else those of its callers."""
        if own := part(function):
            return Counter({own: 1.0})
        if function in known or function in seen:
            return known.get(function, Counter())
        found = Counter()
        for caller, (_calls, _all, own_time, _whole) in stats[function][4].items():
            for name, share in of(caller, (*seen, function)).items():
                found[name] += share * (own_time or 1e-9)
        total = found.total()
        known[function] = Counter({name: share / total for name, share in found.items()})
        return known[function] or Counter({"between them": 1.0})

    parts = Counter()
    for function, (_calls, _all, own_time, _whole, _callers) in stats.items():
        for name, share in (of(function) or {"between them": 1.0}).items():
            parts[name] += share * own_time
    return parts


def short(function: tuple) -> str:
    """A function by file, line and name, without the common parts of paths."""
    file, line, name = function
    if file == "~":
        return name.strip("<>").partition(" at 0x")[0]
    file = file.removeprefix(f"{sys.base_prefix}/lib/")
    return f"{file.rpartition('site-packages/')[2].removeprefix(f'{ROOT}/')}:{line} {name}"


def main(path: str = "") -> None:
    settings.ALLOWED_HOSTS = ["testserver"]
    path, client, spent = path or addresses(subject())["timeline, first page"], Client(), []
    for _time in range(TIMES):
        started = time.process_time()
        client.get(path).getvalue()
        spent.append(time.process_time() - started)
    profile = cProfile.Profile(time.process_time)
    for _time in range(TIMES):
        profile.runcall(lambda: client.get(path).getvalue())
    stats = pstats.Stats(profile).stats
    total = sum(row[2] for row in stats.values())
    write = sys.stdout.write
    write(f"{path}: {median(spent) * 1000:.0f} ms of processor time")
    write(f" ({total / TIMES * 1000:.0f} under cProfile)\n\n| part | share |\n|---|---|\n")
    for name, seconds in shares(stats).most_common():
        if seconds > total / 200:
            write(f"| {name} | {seconds / total:.0%} |\n")
    write("\n| function | calls | own time |\n|---|---|---|\n")
    by_own_time = sorted(stats.items(), key=lambda item: -item[1][2])
    for function, (_calls, calls, own_time, _whole, _callers) in by_own_time[:FUNCTIONS]:
        write(f"| `{short(function)}` | {calls // TIMES:,} | {own_time / total:.1%} |\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
