"""The package as one SQLite file, the same bytes from the same data, which Datasette opens."""

import datetime
import sqlite3
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

from django.utils.translation import gettext as _

from open_data.columns import as_text
from open_data.contents import Content, key_of

_TYPES = {"boolean": "INTEGER", "integer": "INTEGER", "number": "NUMERIC"}


class DanglingReference(Exception):
    """A row of the package refers to one that it does not hold; the message names both."""


class SqliteFile:
    """A new SQLite file with the tables of a package, to be filled and then finished."""

    def __init__(self, path: Path, tables: Iterable[Content]):
        self.tables = list(tables)
        self.connection = sqlite3.connect(path, isolation_level=None)
        # A file that is not finished is thrown away.
        for pragma in ("page_size=4096", "journal_mode=OFF", "synchronous=OFF", "foreign_keys=OFF"):
            self.connection.execute(f"PRAGMA {pragma}")
        self.connection.execute("BEGIN")
        for table in self.tables:
            self.connection.execute(_create(table))

    def insert(self, table: Content, rows: list[list]) -> None:
        """Add rows, as values by column."""
        marks = ", ".join("?" * len(table.fields))
        found = [[plain(value) for value in row] for row in rows]
        self.connection.executemany(f'INSERT INTO "{table.name}" VALUES ({marks})', found)

    def finish(self) -> None:
        """Add the indexes of foreign keys, check these, and close the file. Raises
        DanglingReference."""
        for table in self.tables:
            for name in table.keys:
                if name not in key_of(table):
                    self.connection.execute(
                        f'CREATE INDEX "{table.name}_{name}" ON "{table.name}" ("{name}")'
                    )
        self.connection.execute("COMMIT")
        broken = self.connection.execute("PRAGMA foreign_key_check").fetchone()
        if broken:
            name, row, target, _number = broken
            (key,) = self.connection.execute(
                f'SELECT id FROM "{name}" WHERE rowid = ?', [row]
            ).fetchone()
            words = {"table": name, "row": key, "target": target}
            raise DanglingReference(
                _("%(table)s: “%(row)s” refers to a row of %(target)s that readers do not see.")
                % words
            )
        self.connection.execute("VACUUM")
        self.close()

    def close(self) -> None:
        self.connection.close()


def _create(table: Content) -> str:
    """The statement that creates a table. Dates and JSON are text, as SQLite has no types for
    them."""
    lines = []
    for one in table.fields:
        needed = " NOT NULL" if one.get("constraints", {}).get("required") else ""
        lines.append(f'"{one["name"]}" {_TYPES.get(one["type"], "TEXT")}{needed}')
    lines.append(f"PRIMARY KEY ({_listed(key_of(table))})")
    lines += [
        f'FOREIGN KEY ("{name}") REFERENCES "{target}" ("id")'
        for name, target in table.keys.items()
    ]
    return f'CREATE TABLE "{table.name}" (\n  ' + ",\n  ".join(lines) + "\n)"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def plain(value):
    """A value as SQLite and JSON take it: numbers as numbers, dates, times and JSON as text."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, (datetime.date, list, dict)):
        return as_text(value)
    return value
