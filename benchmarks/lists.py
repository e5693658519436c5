"""Response times of the first, a middle and the last page of each long list, without caching.

    DATABASE_URL=sqlite:///var/benchmarks/base-1000000.sqlite3 .venv/bin/python benchmarks/lists.py

The best of five requests through Django's test client, in milliseconds of wall time.
"""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.subject import TIMES, Client, last_page, settings  # noqa: E402
from relations.models import Event, Visit  # noqa: E402
from trade.models import Figure  # noqa: E402
from treaties.models import Treaty  # noqa: E402

LISTS = {"/visits/": Visit, "/events/": Event, "/treaties/": Treaty, "/trade/": Figure}


def taken(client: Client, address: str) -> float:
    spent = []
    for _time in range(TIMES):
        started = time.perf_counter()
        if client.get(address).status_code != 200:
            raise SystemExit(f"{address} does not answer with a page.")
        spent.append((time.perf_counter() - started) * 1000)
    return min(spent)


def main() -> None:
    settings.ALLOWED_HOSTS = ["testserver"]
    client = Client()
    sys.stdout.write(
        "| list | pages | first, ms | middle, ms | last, ms |\n|---|---|---|---|---|\n"
    )
    for address, model in LISTS.items():
        last = last_page(model)
        cells = [taken(client, f"{address}?page={page}") for page in (1, last // 2, last)]
        cells = " | ".join(f"{cell:,.0f}" for cell in cells)
        sys.stdout.write(f"| {address} | {last:,} | {cells} |\n")


if __name__ == "__main__":
    main()
