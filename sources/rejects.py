"""The file of rejected rows: each as it was, with its number and reasons, to be corrected and
imported again."""

import csv
import os
from collections.abc import Iterable
from pathlib import Path

from core.rows import NUMBER, REASON, Row, RowError

# The column in which a row says which record it repeats: an identifier, or NEW.
SAME_AS, NEW = "_same_as", "new"
COLUMN = "_column"
# The rows of a JSON list may differ in their keys; further ones have no column of their own.
_COLUMNS = 1000


class Rejects:
    """Writes a CSV file in UTF-8 with the columns of the list, opened with the first reject, so
    that a clean import leaves none. Surplus cells of a row stand after the last column.

    Without a path, it writes nothing. `asks` adds the column SAME_AS.
    """

    ADDED = (NUMBER, COLUMN, REASON)

    def __init__(self, path: Path | None, delimiter: str = ",", asks: bool = False):
        self.path, self.delimiter, self.asks, self.file = path, delimiter, asks, None
        # A dict keeps the order of the columns.
        self.columns: dict[str, None] = {}

    def __enter__(self):
        return self

    def __exit__(self, *error):
        if self.file:
            self.file.close()

    def see(self, rows: Iterable[Row]) -> None:
        """Take the columns of rows that are read, whether they are rejected or not: a malformed
        one may lack some."""
        known = len(self.columns)
        for row in rows:
            if not row.cells.keys() <= self.columns.keys():
                further = (name for name in row.cells if name not in self.ADDED)
                self.columns |= dict.fromkeys(further)
        if known < len(self.columns):
            self.columns = dict.fromkeys([*self.columns][: max(known, _COLUMNS)])
            if self.file:
                self._widen(known)

    def add(self, row: Row, error: RowError) -> None:
        if self.path is None:
            return
        self.see([row])
        if self.file is None:
            self._open(self.path)
        where = ", ".join(dict.fromkeys(one.column for one in error.errors if one.column))
        reasons = [one.message for one in error.errors]
        if error.others:
            reasons = [
                f"{one.column}: {one.message}" if one.column else one.message
                for one in error.errors
            ]
        told = (row.number, where, "; ".join(reasons))
        cells = [row.cells.get(name, "") for name in self.columns]
        self.writer.writerow([*cells, *self._blank, *told, *row.surplus])

    @property
    def _blank(self) -> list[str]:
        """The cells of the column SAME_AS, if it is added."""
        return [""] * (self.asks and SAME_AS not in self.columns)

    def _open(self, path: Path) -> None:
        self.file = path.open("w", encoding="utf-8", newline="")
        self.writer = csv.writer(self.file, delimiter=self.delimiter)
        asked = [SAME_AS] * len(self._blank)
        self.writer.writerow([*self.columns, *asked, *self.ADDED])

    def _widen(self, known: int) -> None:
        """Write the file again with the columns that have been added after the first `known`."""
        self.file.close()
        before = self.path.with_name(self.path.name + ".before")
        os.replace(self.path, before)
        self._open(self.path)
        further = [""] * (len(self.columns) - known)
        with before.open(encoding="utf-8", newline="") as file:
            rows = csv.reader(file, delimiter=self.delimiter)
            next(rows)
            self.writer.writerows([*row[:known], *further, *row[known:]] for row in rows)
        before.unlink()
