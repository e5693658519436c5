"""Mixed use: readers of 2,000 pairs while an editor publishes each second and an import once.

    .venv/bin/python benchmarks/mixed.py [--records 10000] [--database sqlite] [--cache redis]

The readers request dossiers, timelines, trade and events. They choose pairs by Zipf's law: the
second pair half as often as the first. It prints the pages per second, the response times, the
share of pages that were built anew, and the memory of the workers. The database is a copy of that
of pages.py.
"""

import argparse
import os
import random
import shutil
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from itertools import accumulate
from pathlib import Path
from statistics import median, quantiles

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.bases import FOLDER, address, address_of, manage, tell  # noqa: E402
from benchmarks.load import fetch  # noqa: E402
from benchmarks.pages import PORT, gunicorn, machine, number, resident, say  # noqa: E402

PAIRS, READERS, IMPORTED = 2000, 4, 500
# Pages by how often they are requested.
PAGES = {
    "/relations/{pair}/": 4,
    "/relations/{pair}/timeline/": 3,
    "/trade/{pair}/": 1,
    "/events/{event}/": 2,
}
CACHES = {"memory": "", "redis": "redis://127.0.0.1:6379/13"}


@contextmanager
def copied(database: str, records: int):
    """The URL of a copy of a generated database, which is deleted after the block."""
    url = address_of(database, records)
    if database == "sqlite":
        copy = FOLDER / f"mixed-{os.getpid()}.sqlite3"
        shutil.copy(FOLDER / f"base-{records}.sqlite3", copy)
        yield f"sqlite:///{copy}"
        for path in FOLDER.glob(f"{copy.name}*"):
            path.unlink()
        return
    name, template = f"relations_mixed_{os.getpid()}", url.rpartition("/")[2]
    tell(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    yield address(database, records).replace(template, name)
    tell(f'DROP DATABASE "{name}" WITH (FORCE)')


class Readers:
    """Clients that each send the next request after each response, until they are stopped."""

    def __init__(self, pairs: list[tuple[str, str]], seed: int):
        self.pairs, self.seed = pairs, seed
        self.weights = list(accumulate(1 / rank for rank in range(1, len(pairs) + 1)))
        self.times, self.anew, self.failed = [], 0, []
        self.stopped = threading.Event()

    def read(self, place: int) -> None:
        chooser = random.Random(self.seed + place)
        forms, shares = list(PAGES), list(accumulate(PAGES.values()))
        try:
            while not self.stopped.is_set():
                (found,) = chooser.choices(self.pairs, cum_weights=self.weights)
                (form,) = chooser.choices(forms, cum_weights=shares)
                started = time.perf_counter()
                answer = fetch(PORT, form.format(pair=found[0], event=found[1]))
                self.times.append(time.perf_counter() - started)
                self.anew += b"fwd=miss" in answer[:2000]
        except Exception as error:  # noqa: BLE001  (reported by the main thread)
            self.failed.append(error)

    def run(self, seconds: float) -> None:
        threads = [threading.Thread(target=self.read, args=(one,)) for one in range(READERS)]
        for thread in threads:
            thread.start()
        time.sleep(seconds)
        self.stopped.set()
        for thread in threads:
            thread.join()
        if self.failed:
            raise self.failed[0]


def measure(database: str, records: int, seconds: float, cache: str) -> None:
    with copied(database, records) as url:
        environment = {"DATABASE_URL": url, "CACHE_URL": CACHES[cache], "API_RATE": "0"}
        manage(url, "migrate", "--verbosity", "0")
        writer = subprocess.Popen(
            [sys.executable, "benchmarks/writer.py", str(int(seconds)), str(IMPORTED), str(PAIRS)],
            cwd=ROOT, env=os.environ | environment, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        pairs = [tuple(line.split()) for line in iter(writer.stdout.readline, "ready\n")]
        if writer.poll():
            raise SystemExit("The writer has failed.")
        with gunicorn("config.wsgi", "/healthz", **environment) as server:
            alone = Readers(pairs, seed=1)
            alone.run(seconds)
            before = resident(server)
            writer.stdin.write("go\n")
            writer.stdin.flush()
            mixed = Readers(pairs, seed=2)
            mixed.run(seconds)
            after = resident(server)
        written = writer.communicate()[0].strip()
        if writer.returncode:
            raise SystemExit("The writer has failed.")
    for name, readers in (("readers alone", alone), (f"while {written}", mixed)):
        times = readers.times
        percents = quantiles(times, n=100)
        cells = [f"{records:,} on {database}", cache, name, number(len(times) / seconds)]
        cells += [number(1000 * value) for value in (median(times), percents[94], percents[98])]
        say(f"| {' | '.join(cells)} | {readers.anew / len(times):.0%} |")
    memory = (f"{size // 1024}" for size in (*before, *after))
    say(
        f"Memory of both workers in MB, after the readers alone and in the end: {', '.join(memory)}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--records", type=int, nargs="+", default=[10_000, 1_000_000])
    parser.add_argument("--database", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--cache", nargs="+", default=[*CACHES], choices=CACHES)
    parser.add_argument("--seconds", type=float, default=60, help="of load")
    asked = parser.parse_args()
    manage("sqlite://:memory:", "collectstatic", "--noinput", "--verbosity", "0")
    say(f"{machine()}, {READERS} readers, {time.strftime('%Y-%m-%d')}.\n")
    say("| records | cache | use | pages/s | median, ms | 95 %, ms | 99 %, ms | built anew |")
    say("|---|---|---|---|---|---|---|---|")
    for database in asked.database:
        for records in asked.records:
            for cache in asked.cache:
                measure(database, records, asked.seconds, cache)


if __name__ == "__main__":
    main()
