"""Importing lists: a shared pipeline that reads, checks, counts and writes rows in batches.

An adapter names the columns and maps a row to typed values; the pipeline does the rest. Adapters
are in the `importers` of the apps whose rows they create.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import chain, islice
from pathlib import Path
from types import MappingProxyType

from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from core.changes import pages_changed, rows_changed, together
from core.planner import update_statistics
from core.rows import FileError, Row, RowError, Skipped, read_rows
from core.snapshot import rolled_back
from sources.models import Source
from sources.rejects import Rejects
from sources.unknown_names import UnknownNames

DAY_NEEDED = _(
    "This list states the status of each treaty on the date of the list. Give that date (--as-of)."
)
BATCH = 500
SHOWN = 50
# How many different values the report shows of each reason.
EXAMPLES = 3
# The advisory lock of PostgreSQL that the batches of imports take.
LOCK = 0x1357


class Outcome(StrEnum):
    """The outcome of a row; every row read has exactly one."""

    CREATED = "created"
    UNCHANGED = "unchanged"
    UPDATED = "updated"
    EXCLUDED = "stored, excluded from sums"
    SKIPPED = "skipped"
    REJECTED = "rejected"


@dataclass
class Reason:
    """A reason for rejection without the value: how often, and some values with their rows."""

    column: str
    kind: str
    count: int = 0
    examples: list[tuple[str, int]] = field(default_factory=list)

    def __str__(self):
        return f"{self.column}: {self.kind}" if self.column else self.kind

    def add(self, row: Row, error: RowError) -> None:
        self.count += 1
        shown = error.detail[:100]
        is_new = shown and shown not in (value for value, _row in self.examples)
        if is_new and len(self.examples) < EXAMPLES:
            self.examples.append((shown, row.number))

    @property
    def as_dict(self) -> dict:
        examples = [{"value": value, "row": row} for value, row in self.examples]
        return {
            "column": self.column,
            "reason": str(self.kind),
            "count": self.count,
            "examples": examples,
        }


@dataclass
class Report:
    """The outcomes of a file's rows, which add up to the number of rows read."""

    name: str
    file: str
    dry_run: bool = False
    outcomes: Counter = field(default_factory=Counter)
    # The reasons by column and kind. A row with several errors counts for each of them.
    reasons: dict[tuple[str, str], Reason] = field(default_factory=dict)
    messages: list = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    # The names that no country or organization is known by.
    unknown: UnknownNames = field(default_factory=UnknownNames)
    # The number of new rows that may repeat records of other lists.
    possible_duplicates: int = 0

    @property
    def read(self) -> int:
        return sum(self.outcomes.values())

    @property
    def counts(self) -> dict[str, int]:
        """The number of rows with each outcome, including zeros."""
        return {outcome.value: self.outcomes[outcome] for outcome in Outcome}

    @property
    def by_reason(self) -> list[Reason]:
        """The reasons for rejection, the most frequent first."""
        return sorted(self.reasons.values(), key=lambda reason: -reason.count)

    def add(self, row: Row, outcome: Outcome, error: RowError | None = None) -> None:
        """Count a row, and each of its errors."""
        self.outcomes[outcome] += 1
        for one in error.errors if error else ():
            self.unknown.take(one)
            reason = self.reasons.setdefault((one.column, one.kind), Reason(one.column, one.kind))
            reason.add(row, one)
            if len(self.messages) < SHOWN:
                place = {"row": row.number, "line": row.line, "column": one.column}
                self.messages.append({**place, "message": one.message})

    def as_dict(self) -> dict:
        return {
            "list": self.name,
            "file": self.file,
            "dry_run": self.dry_run,
            "read": self.read,
            **self.counts,
            "rejected by reason": {str(reason): reason.count for reason in self.by_reason},
            "reasons": [reason.as_dict for reason in self.by_reason],
            "unknown names": self.unknown.as_list(),
            "possible duplicates": self.possible_duplicates,
            "notes": self.notes,
        }

    def lines(self) -> Iterator[str]:
        """The lines of the report for the terminal."""
        yield f"{self.name}, {self.file}" + (" (dry run: nothing is saved)" if self.dry_run else "")
        yield f"{self.read:8} read"
        for outcome in Outcome:
            yield f"{self.outcomes[outcome]:8} {outcome.value}"
        for reason in self.by_reason:
            shown = ", ".join(f"“{value}” (row {row})" for value, row in reason.examples)
            yield f"{reason.count:16} {reason}" + (f", such as {shown}" if shown else "")
        yield from self.unknown.lines()
        if self.possible_duplicates:
            yield (
                f"{self.possible_duplicates:8} may repeat records of other lists: decide in the "
                "admin, under “Possible duplicates”"
            )
        yield from self.notes


class Writer:
    """Stores the drafts of a list. Subclasses are in the apps whose rows they write."""

    # How many rows of the list are published in one transaction.
    together = 200
    # Whether it asks which records rows repeat: the rejects file then has SAME_AS.
    asks = False
    # The number of rows created so far that may repeat records of other lists.
    possible_duplicates = 0

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
    # Further options of `read_rows`: encoding, skip_lines and sheet.
    layout: Mapping = MappingProxyType({})
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
        """The rows of a file; adapters for formats other than CSV and sheets override this."""
        return read_rows(path, self.columns, self.delimiter, **self.layout)

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

    def batches(
        self, rows: Iterator[tuple[Row, RowError | None]]
    ) -> Iterator[list[tuple[Row, RowError | None]]]:
        """The rows in batches, each stored in a transaction of its own."""
        while batch := list(islice(rows, BATCH)):
            yield batch

    def map(self, row: Row):
        raise NotImplementedError

    def store(
        self, batch: list[tuple[Row, RowError | None]]
    ) -> list[tuple[Row, Outcome | RowError]]:
        """Write a batch; return each row with its outcome, or with the error that rejected it."""
        rejected, mapped = [], []
        for row, problem in batch:
            try:
                if problem:
                    raise problem
                mapped.append((row, self.map(row)))
            except Skipped:
                rejected.append((row, Outcome.SKIPPED))
            except RowError as error:
                rejected.append((row, error))
        outcomes = self.writer.write(mapped) if mapped else []
        written = [(row, outcome) for (row, _draft), outcome in zip(mapped, outcomes, strict=True)]
        return rejected + written

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
    with _transaction(dry_run):
        adapter.begin(as_of)
    with Rejects(rejects, adapter.delimiter, adapter.writer.asks) as output:
        for batch in adapter.batches(chain([first] if first else [], rows)):
            output.see(row for row, _problem in batch)
            with _transaction(dry_run):
                if dry_run:
                    adapter.begin(as_of)
                outcomes = adapter.store(batch)
            rejected = {}
            for row, outcome in outcomes:
                if isinstance(outcome, RowError):
                    report.add(row, Outcome.REJECTED, outcome)
                    rejected.setdefault((row.number, row.line), []).append((row, outcome))
                else:
                    report.add(row, outcome)
            for values in rejected.values():
                output.add(values[0][0], _joined([error for _row, error in values]))
            report.possible_duplicates = adapter.writer.possible_duplicates
            progress(len(batch))
    report.notes = adapter.notes
    if not dry_run:
        update_statistics()
    return report


@contextmanager
def _transaction(dry_run: bool):
    """A transaction that is followed as one change; a dry run rolls it back. Two imports at once
    take turns, so that each sees the rows, pairs and people that the other has added."""
    with rolled_back() if dry_run else together():
        if connection.vendor == "postgresql":  # SQLite has one writer at a time
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        yield
        pages_changed()


def _joined(errors: list[RowError]) -> RowError:
    """The errors of the values of a row as one, for the file of rejects, which has it once."""
    first, *others = errors
    if not others:
        return first
    others = (*first.others, *others)
    return RowError(first.column, first.kind, first.detail, first.hint, others)


def save_report(report: Report, path: Path) -> None:
    """Save the report as JSON."""
    path.write_text(json.dumps(report.as_dict(), ensure_ascii=False, indent=1) + "\n", "utf-8")
