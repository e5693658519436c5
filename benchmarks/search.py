"""The search: relevance of the judged queries, times at scale, and Datasette on the same rows.

    .venv/bin/python benchmarks/search.py
    .venv/bin/python benchmarks/search.py --entries 100000 --database sqlite
    .venv/bin/python benchmarks/search.py --records 650000

Creates the databases on first use (see pages.py), with other summaries and an index
(search_rows.py), multiplies the entries if they should be more (search_copies.py), and prints
tables in Markdown. Needs the packages of the tests, too: the judged set is made by their factories.
Datasette, of the packages for benchmarks, is left out if it is not there.
"""

import argparse
import json
import os
import shutil
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


def run(script: str, url: str, *words: object) -> dict:
    """What a script of this folder prints about a database."""
    done = subprocess.run(
        [sys.executable, f"benchmarks/{script}.py", *map(str, words)],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": url},
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    return json.loads(done.stdout or "{}")


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


def measure(database: str, records: int, entries: int) -> None:
    """Print the tables of one database."""
    made = indexed(database, records)
    url = address(database, records)
    if made["entries"] < entries:
        run("search_copies", url, entries)
        analyze(database, url)
    report = FOLDER / f"search-{database}-{records}.txt"
    found = run("search_times", url, report)
    say(f"\n## {found['entries']:,} entries on {database}\n")
    say(
        f"{made['entries']:,} of them indexed at {made['rate']:,.0f} a second; entries are inserted"
    )
    say(f"plainly at {made['plain']:,.0f} a second. The slowest queries: {report.name}.")
    say(f"Load of the machine: {' '.join(f'{one:.1f}' for one in os.getloadavg())}.\n")
    say("| query | number | median, ms | 95 %, ms | processor of the process: median | 95 % |")
    say("|---|---|---|---|---|---|")
    for name, times in found["queries"].items():
        say(row(name, times))
    say(row("all queries", [one for times in found["queries"].values() for one in times]))
    for name in ("newest", "suggestions", "corrections"):
        say(row(name, found[name]))
    if database == "sqlite":
        for name, times in datasette(records, found["entries"], found["words"]).items():
            say(row(name, times))


def row(name: str, times: list[tuple[float, float]]) -> str:
    """A row of a table, of milliseconds by the clock and of processor time."""
    cells = [name, str(len(times))]
    for values in zip(*times, strict=True):
        cells += [number(median(values)), number(quantiles(values, n=20)[18])]
    return f"| {' | '.join(cells)} |"


def datasette(records: int, entries: int, queries: list[str]) -> dict[str, list[tuple]]:
    """Milliseconds of the same queries in Datasette, with its own index of the same rows; nothing
    if it is not installed."""
    program = BIN / "datasette"
    if not program.exists() and not (program := shutil.which("datasette")):
        say("Datasette is not installed: `pip install -r requirements/benchmark.txt`.")
        return {}
    file = FOLDER / f"datasette-{entries}.sqlite3"
    if not file.exists():
        copy_entries(FOLDER / f"base-{records}.sqlite3", file)
    command = [str(program), "serve", str(file), "--port", str(PORT)]
    command += ["--setting", "sql_time_limit_ms", "60000"]
    found = {"Datasette, JSON": [], "Datasette, JSON with facets": []}
    with served(
        [*command, "--setting", "sql_time_limit_ms", "60000"], "/-/versions.json"
    ) as server:
        for name, times in found.items():
            facets = {"_facet": ("kind", "language")} if "facets" in name else {"_nofacet": 1}
            for query in queries:
                values = {"_search": query, "_size": 20, "_sort": "id", **facets}
                address = f"/{file.stem}/entries.json?{urlencode(values, doseq=True)}"
                started, used = time.perf_counter(), processor_time(server.pid)
                fetch(PORT, address)
                seconds = time.perf_counter() - started
                times.append((seconds * 1000, (processor_time(server.pid) - used) * 1000))
    return found


def processor_time(pid: int) -> float:
    """The seconds of processor time that a process has used, in steps of a clock tick."""
    numbers = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(numbers[11]) + int(numbers[12])) / os.sysconf("SC_CLK_TCK")


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
    parser.add_argument("--records", type=int, default=10_000, help="generated and indexed")
    parser.add_argument("--entries", type=int, default=1_000_000, help="at least; copies are made")
    parser.add_argument("--database", nargs="+", default=["sqlite", "postgresql"])
    asked = parser.parse_args()
    say(f"{machine()}, {time.strftime('%Y-%m-%d')}.")
    relevance(asked.database)
    for database in asked.database:
        measure(database, asked.records, asked.entries)


if __name__ == "__main__":
    main()
