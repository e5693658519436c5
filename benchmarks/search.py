"""The search: relevance of the judged queries, times at scale, and Datasette on the same rows.

    .venv/bin/python benchmarks/search.py
    .venv/bin/python benchmarks/search.py --records 10000 --database sqlite

Creates the databases on first use (see pages.py), with other summaries and an index
(search_rows.py), and prints tables in Markdown. A generated database of 650,000 records has about a
million entries. Needs the packages of the tests, too: the judged set is made by their factories.
"""

import argparse
import json
import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.bases import FOLDER, address, address_of, analyze, passing  # noqa: E402
from benchmarks.load import fetch  # noqa: E402
from benchmarks.pages import BIN, PORT, machine, number, say, served  # noqa: E402

# The columns of entries that Datasette searches.
SEARCHED = ("title", "names", "summary", "text")


def run(script: str, url: str) -> dict:
    """What a script of this folder prints about a database."""
    done = subprocess.run(
        [sys.executable, f"benchmarks/{script}.py"],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": url},
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    return json.loads(done.stdout)


def relevance(databases: list[str]) -> None:
    say("\n## Relevance\n\n| database | queries | mean reciprocal rank | recall at 10 |")
    say("|---|---|---|---|")
    missed = {}
    for database in databases:
        with passing(database) as url:
            found = run("search_judged", url)
        say(f"| {database} | {found['queries']} | {found['rank']:.3f} | {found['recall']:.3f} |")
        missed |= dict.fromkeys(found["missed"])
    say("\n" + "\n".join(f"- {one}" for one in missed))


def indexed(database: str, records: int) -> dict:
    """The rates of indexing a database, which is made and indexed on first use."""
    mark = FOLDER / f"search-{database}-{records}.json"
    if mark.exists():
        return json.loads(mark.read_text())
    url = address_of(database, records)
    found = run("search_rows", url)
    analyze(database, url)
    mark.write_text(json.dumps(found))
    return found


def measure(database: str, records: int) -> None:
    """Print the tables of one database."""
    made = indexed(database, records)
    found = run("search_times", address(database, records))
    say(f"\n## {found['entries']:,} entries on {database}\n")
    say(
        f"Indexed at {made['rate']:,.0f} entries a second; {made['plain']:,.0f} inserted plainly.\n"
    )
    say("| query | number | median, ms | 95 %, ms |\n|---|---|---|---|")
    for name, times in found["queries"].items():
        say(row(name, times))
    say(row("all queries", [one for times in found["queries"].values() for one in times]))
    for name in ("newest", "suggestions", "corrections"):
        say(row(name, found[name]))
    if database == "sqlite":
        for name, times in datasette(records, found["words"]).items():
            say(row(name, times))


def row(name: str, times: list[float]) -> str:
    p95 = quantiles(times, n=20)[18]
    return f"| {name} | {len(times)} | {number(median(times))} | {number(p95)} |"


def datasette(records: int, queries: list[str]) -> dict[str, list[float]]:
    """Milliseconds of the same queries in Datasette, with its own index of the same rows."""
    file = FOLDER / f"datasette-{records}.sqlite3"
    if not file.exists():
        copy_entries(FOLDER / f"base-{records}.sqlite3", file)
    command = [str(BIN / "datasette"), "serve", str(file), "--port", str(PORT)]
    found = {"Datasette, JSON": [], "Datasette, JSON with facets": []}
    with served([*command, "--setting", "sql_time_limit_ms", "60000"], "/-/versions.json"):
        for name, times in found.items():
            facets = {"_facet": ("kind", "language")} if "facets" in name else {"_nofacet": 1}
            for query in queries:
                values = {"_search": query, "_size": 20, "_sort": "id", **facets}
                address = f"/{file.stem}/entries.json?{urlencode(values, doseq=True)}"
                started = time.perf_counter()
                fetch(PORT, address)
                times.append((time.perf_counter() - started) * 1000)
    return found


def copy_entries(source: Path, target: Path) -> None:
    """Copy the public entries, and index their texts as sqlite-utils does."""
    names = ", ".join(SEARCHED)
    with closing(sqlite3.connect(target)) as connection:
        connection.execute("ATTACH ? AS source", (str(source),))
        connection.execute(
            f"CREATE TABLE entries (id INTEGER PRIMARY KEY, kind TEXT, language TEXT, {names})"
        )
        connection.execute(
            f"INSERT INTO entries SELECT id, kind, language, {names} FROM source.search_entry "
            "WHERE public"
        )
        connection.execute(
            f"CREATE VIRTUAL TABLE entries_fts USING fts5({names}, content=[entries], "
            "content_rowid='id', tokenize='porter')"
        )
        connection.execute("INSERT INTO entries_fts (entries_fts) VALUES ('rebuild')")
        connection.commit()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--records", type=int, nargs="+", default=[10_000, 650_000])
    parser.add_argument("--database", nargs="+", default=["sqlite", "postgresql"])
    asked = parser.parse_args()
    say(f"{machine()}, {time.strftime('%Y-%m-%d')}.")
    relevance(asked.database)
    for database in asked.database:
        for records in asked.records:
            measure(database, records)


if __name__ == "__main__":
    main()
