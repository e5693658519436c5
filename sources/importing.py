"""Importing lists: one machinery that reads, checks, counts and writes in batches.

An adapter says what the columns are and maps a row to typed values; all else is here. Adapters
stand in the `importers` of the apps whose rows they make.
"""

import csv
import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import chain, islice
from pathlib import Path

from django.db import models, transaction

from core.models import BaseVersion
from core.rows import NUMBER, Row, RowError, read_rows
from sources.models import Source

BATCH = 500
SHOWN = 50


class Outcome(StrEnum):
    """What became of a row; every row read has exactly one."""

    CREATED = "created"
    UNCHANGED = "unchanged"
    UPDATED = "updated"
    EXCLUDED = "stored, excluded from sums"
    REJECTED = "rejected"


@dataclass
class Report:
    """What became of the rows of a file: the outcomes add up to what was read."""

    name: str
    file: str
    dry_run: bool = False
    outcomes: Counter = field(default_factory=Counter)
    reasons: Counter = field(default_factory=Counter)
    messages: list = field(default_factory=list)

    @property
    def read(self) -> int:
        return sum(self.outcomes.values())

    @property
    def counts(self) -> dict[str, int]:
        """How many rows came to each outcome, none left out."""
        return {outcome.value: self.outcomes[outcome] for outcome in Outcome}

    @property
    def by_reason(self) -> list[tuple[str, int]]:
        """The reasons of rejection, the most frequent first."""
        return self.reasons.most_common()

    def add(self, row: Row, outcome: Outcome, error: RowError | None = None) -> None:
        self.outcomes[outcome] += 1
        if error:
            self.reasons[f"{error.column}: {error.kind}" if error.column else error.kind] += 1
            if len(self.messages) < SHOWN:
                self.messages.append(
                    {
                        "row": row.number,
                        "line": row.line,
                        "column": error.column,
                        "message": error.message,
                    }
                )

    def as_dict(self) -> dict:
        return {
            "list": self.name,
            "file": self.file,
            "dry_run": self.dry_run,
            "read": self.read,
            **self.counts,
            "rejected by reason": dict(self.by_reason),
        }

    def lines(self) -> Iterator[str]:
        """The report for the screen."""
        yield f"{self.name}, {self.file}" + (" (dry run: nothing is kept)" if self.dry_run else "")
        yield f"{self.read:8} read"
        for outcome in Outcome:
            yield f"{self.outcomes[outcome]:8} {outcome.value}"
        for reason, count in self.by_reason:
            yield f"{count:16} {reason}"


class Writer:
    """What stores the drafts of a list. Subclasses stand beside the models that they fill."""

    # How many rows of the list are published in one transaction.
    together = 200

    def begin(self, cited: Source, as_of: date | None) -> None:
        """Get ready; `cited` is the source of every row, `as_of` the day of which the list is."""
        self.cited, self.as_of = cited, as_of

    def write(self, batch: list[tuple[Row, object]]) -> list[Outcome | RowError]:
        """Store a batch of mapped rows; gives what became of each."""
        raise NotImplementedError

    @staticmethod
    def imported(source: str) -> models.QuerySet:
        """The rows from the source of this slug that wait for publication."""
        raise NotImplementedError


class Adapter:
    """How a list becomes rows of the base: `rows` reads it, `map` turns each row into a draft, and
    the writer stores the drafts.

    `source` holds the values of the Source that every row cites. `map` raises RowError at the
    column of a value that it cannot take.
    """

    name: str
    columns: tuple[str, ...]
    delimiter = ","
    source: dict
    writer_class: type[Writer]

    def __init__(self):
        self.writer = self.writer_class()

    def begin(self, as_of: date | None) -> None:
        """Get ready: make the source, and fetch what rows are resolved with."""
        self.cited = self.cite(as_of)
        self.writer.begin(self.cited, as_of)

    def rows(self, path: Path) -> Iterator[tuple["Row", RowError | None]]:
        """The rows of a file; a list that is no CSV reads its own."""
        return read_rows(path, self.columns, self.delimiter)

    def cite(self, as_of: date | None) -> Source:
        """The source of the list, made where it is not there, checked last on that day."""
        values = {name: value for name, value in self.source.items() if name != "slug"}
        cited, _new = Source.objects.get_or_create(
            slug=self.source["slug"],
            defaults=values | ({"date": as_of.isoformat(), "accessed": as_of} if as_of else {}),
        )
        if as_of and cited.accessed != as_of:
            cited.accessed = as_of
            cited.save(update_fields=["accessed"])
        return cited

    def map(self, row: Row):
        raise NotImplementedError

    def imported(self) -> models.QuerySet:
        """The rows of this list that wait for publication."""
        return self.writer.imported(self.source["slug"])


def run(
    adapter: Adapter,
    path: Path,
    *,
    dry_run: bool = False,
    as_of: date | None = None,
    rejects: Path | None = None,
    progress: Callable[[int], None] = lambda count: None,
) -> Report:
    """Import a file in batches, each in a transaction of its own.

    Stopped at any moment it leaves whole batches; run again it completes them. A dry run writes
    each batch and takes it back. Rejected rows go to the file `rejects`, in the list's own
    columns with their number and the reason, to be corrected and fed back.
    """
    report = Report(adapter.name, path.name, dry_run)
    rows = adapter.rows(path)
    first = next(rows, None)  # before anything is written, so that a wrong file changes nothing
    with _transaction(dry_run):
        adapter.begin(as_of)
    with _Rejects(rejects, adapter) as output:
        rows = chain([first] if first else [], rows)
        while batch := list(islice(rows, BATCH)):
            with _transaction(dry_run):
                if dry_run:
                    adapter.begin(as_of)
                outcomes = _write(adapter, batch)
            for row, outcome in outcomes:
                if isinstance(outcome, RowError):
                    report.add(row, Outcome.REJECTED, outcome)
                    output.add(row, outcome)
                else:
                    report.add(row, outcome)
            progress(len(batch))
    return report


@contextmanager
def _transaction(dry_run: bool):
    """A transaction after which readers see another version, or that a dry run takes back."""
    with transaction.atomic():
        yield
        BaseVersion.objects.step()
        if dry_run:
            transaction.set_rollback(True)


def _write(adapter: Adapter, batch: list[tuple[Row, RowError | None]]) -> list[tuple]:
    """Write a batch: each of its rows with what became of it, or why it was rejected."""
    rejected, mapped = [], []
    for row, problem in batch:
        try:
            if problem:
                raise problem
            mapped.append((row, adapter.map(row)))
        except RowError as error:
            rejected.append((row, error))
    outcomes = adapter.writer.write(mapped) if mapped else []
    written = [(row, outcome) for (row, _draft), outcome in zip(mapped, outcomes, strict=True)]
    return rejected + written


class _Rejects:
    """The rejects file: opened with the first reject, so that a clean import leaves none."""

    ADDED = (NUMBER, "_column", "_reason")

    def __init__(self, path: Path | None, adapter: Adapter):
        self.path, self.adapter, self.file = path, adapter, None

    def __enter__(self):
        return self

    def __exit__(self, *error):
        if self.file:
            self.file.close()

    def add(self, row: Row, error: RowError) -> None:
        if self.path is None:
            return
        if self.file is None:
            self.file = self.path.open("w", encoding="utf-8", newline="")
            self.writer = csv.writer(self.file, delimiter=self.adapter.delimiter)
            added = set(self.ADDED)
            self.columns = [name for name in row.cells if name not in added]
            self.writer.writerow([*self.columns, *self.ADDED])
        cells = [row.cells.get(name, "") for name in self.columns]
        self.writer.writerow([*cells, row.number, error.column, error.message])


def save_report(report: Report, path: Path) -> None:
    """Keep the report as JSON beside the screen's."""
    path.write_text(json.dumps(report.as_dict(), ensure_ascii=False, indent=1) + "\n", "utf-8")
