"""Generated databases for benchmarks: a SQLite file or a PostgreSQL database for each size."""

import os
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "var" / "benchmarks"
POSTGRES_URL = os.environ.get("POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/postgres")
# Fifty records per pair, and one figure for every two records.
RECORDS_A_PAIR, RECORDS_A_FIGURE = 50, 2


def manage(url: str, *words: str) -> str:
    """Run a command of manage.py on a database; returns its output."""
    done = subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": url},
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


def address_of(database: str, records: int) -> str:
    """The URL of a database with this many records, which is generated on first use."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    url = address(database, records)
    mark = FOLDER / f"{database}-{records}.done"
    if mark.exists():
        manage(url, "migrate", "--verbosity", "0")
        return url
    make_empty(database, records)
    manage(url, "migrate", "--verbosity", "0")
    pairs, figures = max(1, records // RECORDS_A_PAIR), records // RECORDS_A_FIGURE
    sizes = {"--pairs": pairs, "--records": records, "--figures": figures, "--seed": 1}
    started = time.perf_counter()
    manage(url, "generate", *(str(word) for item in sizes.items() for word in item))
    analyze(database, url)
    seconds = time.perf_counter() - started
    mark.write_text(f"{pairs:,} pairs, {records:,} records, {figures:,} figures in {seconds:.0f} s")
    return url


def address(database: str, records: int) -> str:
    if database == "sqlite":
        return f"sqlite:///{FOLDER}/base-{records}.sqlite3"
    return urlunsplit(urlsplit(POSTGRES_URL)._replace(path=f"/relations_benchmark_{records}"))


def make_empty(database: str, records: int) -> None:
    if database == "sqlite":
        for path in FOLDER.glob(f"base-{records}.sqlite3*"):
            path.unlink()
        return
    name = urlsplit(address(database, records)).path.strip("/")
    tell(
        f'DROP DATABASE IF EXISTS "{name}"',
        f'CREATE DATABASE "{name}"',
        # As docs/operating.md recommends: the cost on today's disks.
        f'ALTER DATABASE "{name}" SET random_page_cost = 1.1',
    )


def tell(*statements: str) -> None:
    """Run PostgreSQL statements outside of any transaction."""
    connection = psycopg2.connect(POSTGRES_URL)
    connection.autocommit = True
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    connection.close()


@contextmanager
def passing(database: str):
    """The URL of an empty database that is deleted after the block."""
    if database == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{folder}/base.sqlite3"
        return
    name = f"relations_imports_{os.getpid()}"
    tell(f'CREATE DATABASE "{name}"', f'ALTER DATABASE "{name}" SET random_page_cost = 1.1')
    try:
        yield urlunsplit(urlsplit(POSTGRES_URL)._replace(path=f"/{name}"))
    finally:
        tell(f'DROP DATABASE "{name}"')


def analyze(database: str, url: str) -> None:
    """Update the database's statistics, as it does by itself in normal use."""
    manage(url, "shell", "--verbosity", "0", "--command", ANALYZE[database])


ANALYZE = {
    "sqlite": "from django.db import connection; connection.cursor().execute('ANALYZE')",
    "postgresql": "from django.db import connection; connection.cursor().execute('VACUUM ANALYZE')",
}
