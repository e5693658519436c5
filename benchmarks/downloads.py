"""Time and peak memory of downloading a list of generated figures in each format.

    .venv/bin/python benchmarks/downloads.py [sqlite|postgresql] [ROWS ...]

Each file is read to its end by a process of its own, in the portions in which a server sends it;
its peak resident set should not grow with the rows. The databases are deleted afterwards.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
FORMATS = ("csv", "json", "jsonl", "xlsx")
HEAD = ("database", "rows", "format", "first byte, s", "all, s", "size, MB", "peak memory, MB")
RUN = """
import resource, sys, time
import django
django.setup()
from django.test import Client
started = time.perf_counter()
response = Client().get(f"/trade.{sys.argv[1]}", headers={"host": "localhost"})
assert response.status_code == 200
first, size = 0, 0
for portion in response.streaming_content:
    first = first or time.perf_counter() - started
    size += len(portion)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(f"{first:.2f} {time.perf_counter() - started:.1f} {size / 1e6:.1f} {peak:.0f}")
"""


def measured(url: str, form: str) -> list[str]:
    """Seconds to the first byte and to the last, megabytes, and peak memory in megabytes."""
    environment = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings"}
    command = [sys.executable, "-c", RUN, form]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True
    )
    return done.stdout.split()


def main(database: str = "sqlite", *sizes: str) -> None:
    sys.stdout.write(f"| {' | '.join(HEAD)} |\n{'|---' * len(HEAD)}|\n")
    for rows in sizes or ("10000", "100000"):
        with passing(database) as url:
            manage(url, "migrate", "--verbosity", "0")
            manage(url, "generate", "--pairs", "50", "--records", "100", "--figures", rows)
            for form in FORMATS:
                line = (database, f"{int(rows):,}", form, *measured(url, form))
                sys.stdout.write(f"| {' | '.join(line)} |\n")
                sys.stdout.flush()


if __name__ == "__main__":
    from benchmarks.bases import manage, passing

    main(*sys.argv[1:])
