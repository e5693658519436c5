"""Importing lists: a shared pipeline that reads, checks, counts and writes rows in batches.

An adapter names the columns and maps a row to typed values; the pipeline does the rest. Adapters
are in the `importers` of the apps whose rows they create.
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

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.changes import pages_changed, rows_changed, together
from core.planner import update_statistics
from core.rows import NUMBER, FileError, Row, RowError, read_rows
from core.snapshot import rolled_back
from sources.models import Source

DAY_NEEDED = _(
    "This list states the status of each treaty on the date of the list. Give that date (--as-of)."
)
BATCH = 500
SHOWN = 50
# The column in which a row says which record it repeats: an identifier, or NEW.
SAME_AS, NEW = "_same_as", "new"


class Outcome(StrEnum):
    """The outcome of a row; every row read has exactly one."""

    CREATED = "created"
    UNCHANGED = "unchanged"
    UPDATED = "updated"
    EXCLUDED = "stored, excluded from sums"
    REJECTED = "rejected"


@dataclass
class Report:
    """The outcomes of a file's rows, which add up to the number of rows read."""

    name: str
    file: str
    dry_run: bool = False
    outcomes: Counter = field(default_factory=Counter)
    reasons: Counter = field(default_factory=Counter)
    messages: list = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def read(self) -> int:
        return sum(self.outcomes.values())

    @property
    def counts(self) -> dict[str, int]:
        """The number of rows with each outcome, including zeros."""
        return {outcome.value: self.outcomes[outcome] for outcome in Outcome}

    @property
    def by_reason(self) -> list[tuple[str, int]]:
        """The reasons for rejection with their counts, the most frequent first."""
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
            "notes": self.notes,
        }

    def lines(self) -> Iterator[str]:
        """The lines of the report for the terminal."""
        yield f"{self.name}, {self.file}" + (" (dry run: nothing is saved)" if self.dry_run else "")
        yield f"{self.read:8} read"
        for outcome in Outcome:
            yield f"{self.outcomes[outcome]:8} {outcome.value}"
        for reason, count in self.by_reason:
            yield f"{count:16} {reason}"
        yield from self.notes


class Writer:
    """Stores the drafts of a list. Subclasses are in the apps whose rows they write."""

    # How many rows of the list are published in one transaction.
    together = 200
    # Whether it asks which records rows repeat: rejected rows then have the column SAME_AS.
    asks = False

    def begin(self, cited: Source, as_of: date | None) -> None:
        """Prepare; `cited` is the source of every row, `as_of` the date of the list."""
        self.cited, self.as_of = cited, as_of

    def write(self, batch: list[tuple[Row, object]]) -> list[Outcome | RowError]:
        """Store a batch of mapped rows; return the outcome or error of each, in order."""
        raise NotImplementedError

    @staticmethod
    def imported(source: str) -> models.QuerySet:
        """The rows from the source with this slug that await publication."""
        raise NotImplementedError

    @staticmethod
    def publish_changes(source: str, user) -> None:
        """Publish what imports have changed in published rows of the source with this slug, as far
        as it awaits publication. By default nothing does."""


class Adapter:
    """Turns a list into rows of the database: `rows` reads it, `map` makes a draft of each row,
    and the writer stores the drafts.

    `source` holds the values of the Source that every row cites. `map` raises RowError with the
    column of a value that it cannot accept.
    """

    name: str
    columns: tuple[str, ...]
    delimiter = ","
    source: dict
    writer_class: type[Writer]
    # What the report says of the list as a whole.
    notes: list[str] = []
    # Whether the list says what holds on its date, such as a status, and does not say the date.
    needs_day = False

    def __init__(self):
        self.writer = self.writer_class()

    def begin(self, as_of: date | None) -> None:
        """Prepare: create the source, and fetch the data that rows are resolved with."""
        self.as_of = as_of
        self.cited = self.cite(as_of)
        self.writer.begin(self.cited, as_of)

    def rows(self, path: Path) -> Iterator[tuple["Row", RowError | None]]:
        """The rows of a file; adapters for formats other than CSV override this."""
        return read_rows(path, self.columns, self.delimiter)

    def cite(self, as_of: date | None) -> Source:
        """The source of the list, created if needed, with `as_of` as the day of the last check."""
        values = {name: value for name, value in self.source.items() if name != "slug"}
        cited, _new = Source.objects.get_or_create(
            slug=self.source["slug"],
            defaults=values | ({"date": as_of.isoformat(), "accessed": as_of} if as_of else {}),
        )
        if as_of and cited.accessed != as_of:
            cited.accessed = as_of
            cited.save(update_fields=["accessed"])
        rows_changed(cited)
        return cited

    def map(self, row: Row):
        raise NotImplementedError

    def imported(self) -> models.QuerySet:
        """The rows of this list that await publication."""
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
    """Import a file in batches, each in its own transaction.

    An interrupted import leaves complete batches; running it again adds the rest. A dry run
    writes each batch and rolls it back. Rejected rows go to the file `rejects`, in the list's
    columns with their number and the reason, to be corrected and imported again.
    """
    if adapter.needs_day and as_of is None:
        raise FileError(DAY_NEEDED)
    report = Report(adapter.name, path.name, dry_run)
    rows = adapter.rows(path)
    first = next(rows, None)  # before anything is written, so that a wrong file changes nothing
    report.notes = adapter.notes
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
    if not dry_run:
        update_statistics()
    return report


@contextmanager
def _transaction(dry_run: bool):
    """A transaction that is followed as one change; a dry run rolls it back."""
    with rolled_back() if dry_run else together():
        yield
        pages_changed()


def _write(adapter: Adapter, batch: list[tuple[Row, RowError | None]]) -> list[tuple]:
    """Write a batch; return each row with its outcome, or with the error that rejected it."""
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
            if self.adapter.writer.asks and SAME_AS not in self.columns:
                self.columns.append(SAME_AS)
            self.writer.writerow([*self.columns, *self.ADDED])
        cells = [row.cells.get(name, "") for name in self.columns]
        self.writer.writerow([*cells, row.number, error.column, error.message])


def save_report(report: Report, path: Path) -> None:
    """Save the report as JSON."""
    path.write_text(json.dumps(report.as_dict(), ensure_ascii=False, indent=1) + "\n", "utf-8")
