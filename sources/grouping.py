"""Lists in which several rows describe one record, in any order of the rows.

The rows are sorted by group in a temporary database on disk, so that memory does not depend on
their number. Each row has one outcome: that of its record. If one row is rejected, the others of
its group wait for it, since the record would be incomplete without it.
"""

import json
import pickle
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import groupby
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.folding import visible
from core.row_errors import RowErrors
from core.rows import FileError, Row, RowError, Skipped
from sources.importing import BATCH, Outcome

# The most rows of one group. A column that has the same value in more rows identifies no record.
LARGEST = 50_000

Read = tuple[Row, RowError | None]


class GroupErrors:
    """The errors of the rows of a group, by row."""

    def __init__(self):
        self._by_row: dict[int, RowErrors] = defaultdict(RowErrors)

    def __bool__(self):
        return bool(self._by_row)

    def add(self, row: Row, error: RowError) -> None:
        self._by_row[id(row)].add(error)

    def of(self, row: Row) -> RowError | None:
        """The error of a row, with the others of that row."""
        return self._by_row[id(row)].joined() if id(row) in self._by_row else None


class GroupedList:
    """Mixin for the adapter of a list in which several rows describe one record.

    Subclasses say which rows belong together, and make one draft of them.
    """

    # The columns whose cells are the same in all rows of a record; none if all rows are of one.
    group_columns: tuple[str, ...]
    # The numbers of rows and groups of the file.
    _counted = (0, 0)

    def map_group(self, rows: list[Row], errors: GroupErrors):
        """The draft of these rows; errors are added to `errors` or raised as RowError."""
        raise NotImplementedError

    def representative(self, rows: list[Row]) -> Row:
        """The row under which the writer knows the record."""
        return rows[0]

    def blamed(self, rows: list[Row], draft, error: RowError) -> Row:
        """The row that an error of the whole record concerns."""
        return next((row for row in rows if row.cells.get(error.column, "").strip()), rows[0])

    @property
    def notes(self) -> list[str]:
        rows, groups = self._counted
        words = ngettext(
            "%(rows)d rows describe %(groups)d record; each row has the outcome of its record.",
            "%(rows)d rows describe %(groups)d records; each row has the outcome of its record.",
            groups,
        )
        return [*super().notes, words % {"rows": rows, "groups": groups}]

    def rows(self, path: Path) -> Iterator[Read]:
        """The rows of a file, group by group in the order of their first rows. Raises FileError if
        a group has more than LARGEST rows."""
        # SQLite stores a database without a name in a temporary file, and deletes it when closed.
        with closing(sqlite3.connect("", check_same_thread=False)) as store:
            store.execute("CREATE TABLE rows (place INTEGER PRIMARY KEY, name TEXT, content BLOB)")
            store.executemany(
                "INSERT INTO rows (name, content) VALUES (?, ?)",
                (
                    (self._group((row, problem)), _packed(row, problem))
                    for row, problem in super().rows(path)
                ),
            )
            store.execute("CREATE INDEX groups ON rows (name)")
            self._count(store)
            groups = "SELECT min(place), name FROM rows WHERE name != '' GROUP BY name"
            alone = "SELECT place, '' FROM rows WHERE name = ''"
            for place, name in store.execute(f"{groups} UNION ALL {alone} ORDER BY 1"):
                condition, value = ("name = ?", name) if name else ("place = ?", place)
                found = f"SELECT content FROM rows WHERE {condition} ORDER BY place"
                for (content,) in store.execute(found, [value]):
                    yield _unpacked(content)

    def _count(self, store: sqlite3.Connection) -> None:
        """Count rows and groups, and refuse a group that is too large."""
        counts = "SELECT name, count(*) AS size FROM rows WHERE name != '' GROUP BY name"
        total = f"SELECT sum(size), count(*), max(size) FROM ({counts})"
        rows, groups, largest = store.execute(total).fetchone()
        self._counted = (rows or 0, groups)
        if (largest or 0) > LARGEST:
            name, size = store.execute(f"{counts} ORDER BY size DESC LIMIT 1").fetchone()
            raise FileError(
                _("%(size)d rows have the same “group”, %(name)s. Name columns that identify a "
                  "record.")
                % {"size": size, "name": name}
            )  # fmt: skip

    def _group(self, read: Read) -> str:
        """The group of a row, which may be malformed and lack cells; empty if it names none, or if
        the mapping's filter leaves it out."""
        row, problem = read
        if isinstance(problem, Skipped):
            return ""
        cells = [visible(row.cells.get(column, "")) for column in self.group_columns]
        is_named = any(cells) or not self.group_columns
        return json.dumps(cells, ensure_ascii=False) if is_named else ""

    def batches(self, rows: Iterator[Read]) -> Iterator[list[Read]]:
        """Batches of whole groups."""
        batch = []
        for name, group in groupby(rows, key=self._group):
            for one in [list(group)] if name else ([read] for read in group):
                batch += one
                if len(batch) >= BATCH:
                    yield batch
                    batch = []
        if batch:
            yield batch

    def store(self, batch: list[Read]) -> list[tuple[Row, Outcome | RowError]]:
        outcomes, mapped = [], []
        for name, group in groupby(batch, key=self._group):
            reads, errors = list(group), GroupErrors()
            outcomes += [(row, Outcome.SKIPPED) for row, why in reads if isinstance(why, Skipped)]
            reads = [read for read in reads if not isinstance(read[1], Skipped)]
            for row, problem in reads:
                if problem or not name:
                    errors.add(
                        row,
                        problem or RowError(self.group_columns[0], _("an identifier is needed")),
                    )
            rows = [row for row, _problem in reads]
            draft = self._map([row for row, problem in reads if not problem], errors, name)
            if not name:
                outcomes += [(row, errors.of(row)) for row in rows]
            elif errors:
                outcomes += self._rejected(rows, errors)
            else:
                mapped.append((rows, draft))
        written = [(self.representative(rows), draft) for rows, draft in mapped]
        results = self.writer.write(written) if written else []
        for (rows, draft), result in zip(mapped, results, strict=True):
            if isinstance(result, RowError):
                errors = GroupErrors()
                errors.add(self.blamed(rows, draft, result), result)
                outcomes += self._rejected(rows, errors)
            else:
                outcomes += [(row, result) for row in rows]
        return outcomes

    def _map(self, rows: list[Row], errors: GroupErrors, name: str):
        if not rows or not name:
            return None
        try:
            return self.map_group(rows, errors)
        except RowError as error:
            errors.add(self.blamed(rows, None, error), error)
            return None

    @staticmethod
    def _rejected(rows: Iterable[Row], errors: GroupErrors) -> list[tuple[Row, RowError]]:
        """All rows of a group, each with its own error or the number of the row that has one."""
        first = next(row.number for row in rows if errors.of(row))
        waits = _("another row of this record is rejected")
        return [(row, errors.of(row) or RowError("", waits, _("row %d") % first)) for row in rows]


def _packed(row: Row, problem: RowError | None) -> bytes:
    """A row with its errors as bytes, for the temporary database."""
    if isinstance(problem, Skipped):
        return pickle.dumps((row, None), pickle.HIGHEST_PROTOCOL)
    errors = problem.errors if problem else []
    parts = [(error.column, error.kind, error.detail, error.hint) for error in errors]
    return pickle.dumps((row, parts), pickle.HIGHEST_PROTOCOL)


def _unpacked(content: bytes) -> Read:
    row, parts = pickle.loads(content)
    if parts is None:
        return row, Skipped()
    errors = RowErrors()
    for part in parts:
        errors.add(RowError(*part))
    return row, errors.joined()
