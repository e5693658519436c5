"""Rows per second of an import, compared with plain bulk_create of the same rows.

    .venv/bin/python benchmarks/imports.py [LIST FILE ...]

Imports the given lists, or by default made-up visits in the format of us-visits. Uses a SQLite file
of its own, or the database at BENCHMARK_URL, which should hold the fixtures and nothing of these
lists. The same rows go in three times: by the importer, by the importer again, and, after they are
deleted, by bulk_create of prepared objects. For records these are the common rows, those of their
kind, and all rows that refer to them.
"""

import csv
import os
import sys
import tempfile
import time
from datetime import date, timedelta
from itertools import cycle
from pathlib import Path

import django
from django.core.management import call_command
from django.db import models, transaction

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
FOLDER = tempfile.TemporaryDirectory()
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
os.environ["DATABASE_URL"] = os.environ.get(
    "BENCHMARK_URL", f"sqlite:///{FOLDER.name}/base.sqlite3"
)
django.setup()

from desk.adapters import adapter_named  # noqa: E402
from relations.importers.records import insert  # noqa: E402
from relations.importers.visits import UsVisits  # noqa: E402
from relations.models import Citation, Country, Kind, Participation, Record  # noqa: E402
from relations.models.record import record_class  # noqa: E402
from sources.importing import BATCH, run  # noqa: E402
from trade.models import Figure  # noqa: E402
from treaties.models import Party  # noqa: E402

# Models that refer to the records of a list, with the field that does.
POINTING = ((Participation, "record_id"), (Party, "treaty_id"), (Citation, "record_id"))

# The number of made-up visits, and how often each visitor comes.
VISITS, VISITS_EACH = 20_000, 5
HEAD = ("list", "rows", "objects", "import, rows/s", "again, rows/s", "`bulk_create`, rows/s",
        "import at")  # fmt: skip


def main(*lists: str) -> None:
    call_command("migrate", verbosity=0)
    call_command("load_fixtures", verbosity=0)
    if not lists:
        lists = UsVisits.name, str(made_up(Path(FOLDER.name) / "made-up.csv"))
    sys.stdout.write(f"| {' | '.join(HEAD)} |\n{'|---' * len(HEAD)}|\n")
    for name, file in zip(lists[::2], lists[1::2], strict=True):
        measure(name, Path(file))


def made_up(path: Path) -> Path:
    """A file of visits on consecutive days, from all states in turn."""
    states = Country.objects.filter(kind=Country.Kind.STATE).exclude(iso2="US")
    names = list(states.order_by("slug").values_list("name_en", flat=True))
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(UsVisits.columns)
        for number, name in zip(range(VISITS), cycle(names), strict=False):
            day = date(1950, 1, 1) + timedelta(days=number)
            visitor = f"President Visitor {number // (VISITS_EACH * len(names)) + 1}"
            writer.writerow([number + 1, day, day, visitor, name, "Official visit."])
    return path


def measure(name: str, path: Path) -> None:
    """Print the speed of both imports of a file, and of bulk_create."""
    before = {model: newest(model) for model in (Figure, Record)}

    def imported():
        started = time.perf_counter()
        report = run(adapter_named(name), path, as_of=date(2020, 1, 1))
        return report, time.perf_counter() - started

    report, first = imported()
    _again, second = imported()
    rows, plain = figures_plainly(before[Figure])
    if not rows:
        rows, plain = records_plainly(before[Record])
    share = (report.read / first) / (report.read / plain)
    rates = [f"{report.read / seconds:,.0f}" for seconds in (first, second, plain)]
    cells = [f"{name} {path.name}", f"{report.read:,}", f"{rows:,}", *rates, f"{share:.0%}"]
    sys.stdout.write(f"| {' | '.join(cells)} |\n")


def newest(model: type[models.Model]) -> int:
    return model.objects.aggregate(newest=models.Max("pk"))["newest"] or 0


def anew(row: models.Model) -> models.Model:
    """The row, reset so that it can be inserted again."""
    row.pk, row._state.adding = None, True
    return row


def figures_plainly(after: int) -> tuple[int, float]:
    """The number of imported figures, and the seconds that bulk_create takes for them."""
    found = Figure.objects.filter(pk__gt=after)
    rows = list(found.order_by("pk"))
    found.delete()
    for row in rows:
        anew(row)
    started = time.perf_counter()
    for batch in batches(rows):
        with transaction.atomic():
            Figure.objects.bulk_create(batch)
    return len(rows), time.perf_counter() - started


def records_plainly(after: int) -> tuple[int, float]:
    """The number of imported records and rows that refer to them, and the seconds that bulk_create
    takes. Rows that refer to each other are inserted in the order of the kinds."""
    kinds = [Kind.TREATY, *(kind for kind in Kind if kind != Kind.TREATY)]
    records = [
        row
        for kind in kinds
        for row in record_class(kind).objects.filter(pk__gt=after).order_by("pk")
    ]
    pointing = [
        (list(model.objects.filter(**{f"{name}__gt": after}).order_by("pk")), name)
        for model, name in POINTING
    ]
    keys = [row.pk for row in records]
    for kind in reversed(kinds):
        Record.objects.filter(pk__gt=after, kind=kind).delete()
    parties = {row.pk: row for row in pointing[1][0]}
    new = {}
    started = time.perf_counter()
    for start in range(0, len(records), BATCH):
        with transaction.atomic():
            write(records[start : start + BATCH], keys[start : start + BATCH], new, parties)
    for rows, name in pointing:
        rows = [row for row in rows if not isinstance(row, Party)]
        for batch in batches(rows):
            with transaction.atomic():
                for row in batch:
                    anew(row)
                    setattr(row, name, new[getattr(row, name)].pk)
                type(batch[0]).objects.bulk_create(batch)
    spent = time.perf_counter() - started
    return len(records) + sum(len(rows) for rows, _name in pointing), spent


def write(records: list[Record], keys: list[int], new: dict[int, Record], parties: dict) -> None:
    """Insert records of any kinds, and treaties with their parties, which their actions name."""
    for kind in dict.fromkeys(type(record) for record in records):
        rows = [record for record in records if type(record) is kind]
        own = [key for record, key in zip(records, keys, strict=True) if type(record) is kind]
        for row in rows:
            anew(row)
            row.id = row.record_ptr_id = None
            if row.kind == Kind.ACTION:
                row.treaty = new[row.treaty_id]
                row.party = parties[row.party_id] if row.party_id else None
        insert(rows)
        new |= dict(zip(own, rows, strict=True))
        if rows[0].kind == Kind.TREATY:
            treaties = set(own)
            named = [row for row in parties.values() if row.treaty_id in treaties]
            for row in named:
                anew(row)
                row.treaty = new[row.treaty_id]
            Party.objects.bulk_create(named)


def batches(rows: list):
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]


if __name__ == "__main__":
    main(*sys.argv[1:])
