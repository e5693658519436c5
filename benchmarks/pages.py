"""Speed of the pages, compared with a bare Django view, the SQL alone and Datasette.

    make benchmark
    .venv/bin/python benchmarks/pages.py --records 10000 --database sqlite --seconds 5

Creates the databases on first use (var/benchmarks/, and PostgreSQL databases relations_benchmark_N
at POSTGRES_URL), serves them with gunicorn and two workers, and prints tables in Markdown: each
page without caching (PAGES_KEPT=0) and from memory, and the timeline beside the others; then, for
each database, the speed of an import into a new one (benchmarks/imports.py).
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.bases import FOLDER, address_of, manage, passing  # noqa: E402
from benchmarks.load import CLIENTS, LoadError, Result, fetch, load  # noqa: E402

BIN = Path(sys.executable).parent
# The same as in `make serve`.
PORT, WORKERS, THREADS = 8790, "2", "4"
# How often the memory of the workers is read under a mixed load of pages.
LOOKS = 8
FIRST, LAST = "timeline, first page", "timeline, last page"


@contextmanager
def served(command: list[str], ready: str, **environment: str):
    """Run a server at PORT during the block; yields its process."""
    log = (FOLDER / "server.log").open("w")
    server = subprocess.Popen(
        command, cwd=ROOT, env=os.environ | environment, stdout=log, stderr=log
    )
    try:
        for _try in range(120):
            try:
                fetch(PORT, ready)
                break
            except OSError:
                time.sleep(0.5)
        else:
            raise SystemExit(f"{command[0]} does not answer: see {log.name}")
        yield server
    finally:
        server.terminate()
        server.wait()
        log.close()


def gunicorn(application: str, ready: str, **environment: str):
    command = [str(BIN / "gunicorn"), application, "--bind", f"127.0.0.1:{PORT}"]
    return served([*command, "--workers", WORKERS, "--threads", THREADS], ready, **environment)


def resident(server: subprocess.Popen) -> list[int]:
    """The resident memory of each worker of a server, in kB."""
    listed = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
    return [
        int(line.split()[1])
        for worker in listed
        for line in Path(f"/proc/{worker}/status").read_text().splitlines()
        if line.startswith("VmRSS")
    ]


def measure(database: str, records: int, seconds: float, only: str) -> None:
    """Print the tables of one database: of all pages, or of those with `only` in their name."""
    url = address_of(database, records)
    subject = json.loads(
        subprocess.run(
            [sys.executable, "benchmarks/subject.py"],
            cwd=ROOT,
            env=os.environ | {"DATABASE_URL": url},
            check=True,
            stdout=subprocess.PIPE,
        ).stdout
    )
    pages = {name: page for name, page in subject["pages"].items() if only in name}
    made = (FOLDER / f"{database}-{records}.done").read_text()
    say(f"\n## {records:,} records on {database}\n\nGenerated: {made}.")
    say(f"The busiest pair has {subject['entries']:,} records.\n")
    with gunicorn(
        "config.wsgi", "/healthz", DATABASE_URL=url, PAGES_KEPT="0", API_RATE="0"
    ) as server:
        anew = {name: load(PORT, [page["path"]], seconds) for name, page in pages.items()}
        steady_anew = "" if only else watched(server, pages, subject, seconds)
    with gunicorn("config.wsgi", "/healthz", DATABASE_URL=url, API_RATE="0") as server:
        kept = {name: load(PORT, [page["path"]], seconds) for name, page in pages.items()}
        steady_kept = "" if only else watched(server, pages, subject, seconds)
    sette = datasette(records, subject, seconds) if database == "sqlite" else {}
    if only:
        print_pages(pages, anew, kept)
        for name, result in sette.items():
            say(f"| {name} | | | {timing(result)} | | | | {number(result.size / 1024)} |")
        return
    sort_key, pk = subject["deep"]
    ready = f"/{subject['relation']}/{99_999_999}/1/"
    with gunicorn("benchmarks.bare.pages", ready, DATABASE_URL=url):
        bare = {
            FIRST: load(PORT, [ready], seconds),
            LAST: load(PORT, [f"/{subject['relation']}/{sort_key}/{pk}/"], seconds),
        }
    print_pages(pages, anew, kept)
    print_beside(pages, anew, kept, bare, sette)
    say(f"\nMemory of each worker in MB over {LOOKS} parts of a mixed load,")
    say(f"anew: {steady_anew}; with pages kept: {steady_kept}.")


def imports(database: str) -> None:
    """Print the speed of importing a list, compared with plain bulk_create of its rows."""
    say(f"\n## Imports on {database}\n")
    with passing(database) as url:
        subprocess.run(
            [sys.executable, "benchmarks/imports.py"],
            cwd=ROOT,
            env=os.environ | {"BENCHMARK_URL": url},
            check=True,
        )


def watched(server, pages: dict, subject: dict, seconds: float) -> str:
    """The workers' memory in MB, after each part of a load of all pages and many timelines."""
    paths = [page["path"] for page in pages.values()] + subject["years"]
    looks = []
    for look in range(LOOKS):
        place = look * len(paths) // LOOKS
        load(PORT, paths[place:] + paths[:place], seconds)
        looks.append("/".join(str(round(size / 1024)) for size in resident(server)))
    return ", ".join(looks)


def datasette(records: int, subject: dict, seconds: float) -> dict[str, Result]:
    """The same rows in Datasette: the table of records, filtered by pair and sorted."""
    name = f"base-{records}"
    asked = f"relation_id={subject['relation']}&state=published&_sort_desc=sort_key&_size=100"
    table = f"/{name}/relations_record"
    last = f"{asked}&_next={subject['deep'][0]},{subject['deep'][1]}"
    file = str(FOLDER / f"{name}.sqlite3")
    command = [str(BIN / "datasette"), "serve", file, "--port", str(PORT)]
    with served(command, "/-/versions.json"):
        return {
            f"Datasette, {form or 'HTML'}, {page}": load(PORT, [f"{table}{form}?{query}"], seconds)
            for form in ("", ".json")
            for page, query in (("first page", asked), ("last page", last))
        }


def print_pages(pages: dict, anew: dict, kept: dict) -> None:
    say("| page | queries | SQL alone, ms | anew, req/s | median, ms | 95 %, ms "
        "| kept, req/s | median, ms | 95 %, ms | kB |")  # fmt: skip
    say("|---|---|---|---|---|---|---|---|---|---|")
    for name, page in pages.items():
        cells = [name, str(page["queries"]), number(page["sql"])]
        for result in (anew[name], kept[name]):
            cells += [number(result.rate), number(result.median), number(result.p95)]
        say(f"| {' | '.join(cells)} | {number(kept[name].size / 1024)} |")


def print_beside(pages: dict, anew: dict, kept: dict, bare: dict, sette: dict) -> None:
    say("\n| beside the timeline | req/s | median, ms | 95 %, ms |\n|---|---|---|---|")
    for page in (FIRST, LAST):
        rows = {"ours, kept": kept[page], "ours, anew": anew[page], "bare Django": bare[page]}
        for name, result in rows.items():
            say(f"| {name}, {page.partition(', ')[2]} | {timing(result)} |")
        say(f"| its SQL alone, one connection | {number(1000 / pages[page]['sql'])} | | |")
    for name in (name for name in pages if name.startswith("API")):
        say(f"| our {name}, anew | {timing(anew[name])} |")
    for name, result in sette.items():
        say(f"| {name} | {timing(result)} |")


def timing(result: Result) -> str:
    return " | ".join(map(number, (result.rate, result.median, result.p95)))


def number(value: float) -> str:
    """The number with three significant figures, or without decimals from 100 on."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def machine() -> str:
    cpu = Path("/proc/cpuinfo")
    names = [line for line in cpu.read_text().splitlines() if "model name" in line]
    model = names[0].partition(":")[2].strip() if names else platform.processor()
    return (
        f"{os.cpu_count()} × {model}, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}; {WORKERS} workers of {THREADS} threads, "
        f"{CLIENTS} clients on the same machine"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--records", type=int, nargs="+", default=[10_000, 1_000_000])
    parser.add_argument("--database", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--seconds", type=float, default=5, help="of load on each page")
    parser.add_argument("--only", default="", help="pages with this in their name, such as API")
    asked = parser.parse_args()
    manage("sqlite://:memory:", "collectstatic", "--noinput", "--verbosity", "0")
    say(f"{machine()}, {time.strftime('%Y-%m-%d')}.")
    try:
        for database in asked.database:
            for records in asked.records:
                measure(database, records, asked.seconds, asked.only)
            if not asked.only:
                imports(database)
    except LoadError as error:
        raise SystemExit(str(error)) from error


if __name__ == "__main__":
    main()
