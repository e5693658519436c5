"""Rows per second of an import of figures, next to plain bulk_create of the same rows.

    .venv/bin/python benchmarks/trade_import.py LIST FILE [LIST FILE ...]

On a SQLite file of its own; with BENCHMARK_URL on that database, which should hold the fixtures
and no figures of these lists. The same rows go in three times: by the importer, by the importer
again, and, taken out in between, by bulk_create of objects that are ready.
"""

import os
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import django
from django.core.management import call_command
from django.db import transaction

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
FOLDER = tempfile.TemporaryDirectory()
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
os.environ["DATABASE_URL"] = os.environ.get(
    "BENCHMARK_URL", f"sqlite:///{FOLDER.name}/base.sqlite3"
)
django.setup()

from desk.adapters import adapter_named  # noqa: E402
from sources.importing import BATCH, run  # noqa: E402
from trade.models import Figure  # noqa: E402


def main(*lists: str) -> None:
    call_command("migrate", verbosity=0)
    call_command("load_fixtures", verbosity=0)
    for name, file in zip(lists[::2], lists[1::2], strict=True):
        measure(name, Path(file))


def measure(name: str, path: Path) -> None:
    """Print how fast a file goes in by either way."""
    before = set(Figure.objects.values_list("pk", flat=True))

    def imported():
        started = time.perf_counter()
        report = run(adapter_named(name), path, as_of=date(2020, 1, 1))
        return report, time.perf_counter() - started

    report, first = imported()
    _again, second = imported()
    rows = [row for row in Figure.objects.order_by("pk") if row.pk not in before]
    Figure.objects.exclude(pk__in=before).delete()
    for row in rows:
        row.pk = None
        row._state.adding = True
    started = time.perf_counter()
    for start in range(0, len(rows), BATCH):
        with transaction.atomic():
            Figure.objects.bulk_create(rows[start : start + BATCH])
    plain = time.perf_counter() - started
    share = (report.read / first) / (len(rows) / plain)
    sys.stdout.write(
        f"{path.name}: {report.read} rows; import {report.read / first:,.0f} rows/s, "
        f"again {report.read / second:,.0f} rows/s, "
        f"bulk_create {len(rows) / plain:,.0f} rows/s; the import is at {share:.0%} of it\n"
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
