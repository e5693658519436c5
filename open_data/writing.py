"""Write everything that readers may see as a data package: CSV, JSON Lines and SQLite."""

import csv
import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path

from django.db import connection, transaction

from open_data.columns import as_text, rows, table_of
from open_data.contents import Content, contents
from open_data.folders import replacing
from open_data.package import (
    ARCHIVE,
    ARCHIVE_CHECKSUM,
    CHECKSUMS,
    DESCRIPTOR,
    METADATA,
    SQLITE,
    as_json,
    csv_path,
    descriptor,
    json_lines_path,
    metadata,
    paths,
    sha256,
)
from open_data.sqlite_file import SqliteFile, plain
from sources.models import SourceFile

# The rows that are in memory at a time.
BATCH = 2000
# The day of all files in the archive: the earliest that ZIP knows, so that no clock is in it.
ZIP_DAY = (1980, 1, 1, 0, 0, 0)


def export(folder: Path, starts: Callable = lambda name, rows: None,
           advances: Callable = lambda rows: None) -> None:  # fmt: skip
    """Write a package into a folder, in place of a former package there.

    It is written beside the folder and moved there at the end, so that an interrupted export leaves
    the former one as it is. `starts` is told the name and number of rows of each table, and
    `advances` the number of rows written. Raises DanglingReference, or OSError.
    """
    with replacing(folder, DESCRIPTOR) as partial:
        with consistent():
            tables = contents()
            newest = _write_tables(partial, tables, starts, advances)
            _copy_files(partial)
        _describe(partial, tables, newest)


@contextmanager
def consistent() -> Iterator[None]:
    """A transaction whose queries all see the same state of the database, while editors go on
    writing."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "sqlite":
        connection.ensure_connection()
        mode, connection.transaction_mode = connection.transaction_mode, "DEFERRED"
        try:
            with transaction.atomic():
                yield
        finally:
            connection.transaction_mode = mode
    else:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield


def _write_tables(folder: Path, tables: list[Content], starts, advances) -> str:
    """Write all tables; return the time of the newest change in them, as text."""
    for name in ("data", "json-lines"):
        (folder / name).mkdir()
    newest, database = "", SqliteFile(folder / SQLITE, tables)
    with closing(database):
        for table in tables:
            starts(table.name, table.count())
            newest = max(newest, _write_table(folder, table, database, advances))
        database.finish()
    return newest


def _write_table(folder: Path, table: Content, database: SqliteFile, advances) -> str:
    newest = ""
    times = [n for n, one in enumerate(table.fields) if one["type"] == "datetime"]
    with (
        (folder / csv_path(table.name)).open("w", encoding="utf-8", newline="") as cells,
        (folder / json_lines_path(table.name)).open("w", encoding="utf-8", newline="") as lines,
    ):
        writer = csv.writer(cells, lineterminator="\n")
        writer.writerow(table.names)
        found = iter(table.rows())
        while batch := list(islice(found, BATCH)):
            writer.writerows([as_text(value) for value in row] for row in batch)
            for row in batch:
                named = zip(table.names, map(_json_value, row), strict=True)
                lines.write(json.dumps(dict(named), ensure_ascii=False) + "\n")
            database.insert(table, batch)
            for place in times:
                given = (row[place] for row in batch if row[place] is not None)
                newest = max(newest, as_text(max(given, default=None)))
            advances(len(batch))
    return newest


def _json_value(value):
    return value if isinstance(value, (list, dict)) else plain(value)


def _copy_files(folder: Path) -> None:
    """Copy the files of sources whose rights allow it. Raises OSError if one is missing."""
    for row in rows(table_of(SourceFile)).select_related("source").iterator(chunk_size=BATCH):
        (folder / "files").mkdir(exist_ok=True)
        with row.file.open("rb") as content, (folder / "files" / row.name).open("wb") as copy:
            shutil.copyfileobj(content, copy)


def _describe(folder: Path, tables: list[Content], newest: str) -> None:
    """Write the descriptions, the checksums and the archive of a package."""
    (folder / METADATA).write_text(as_json(metadata(tables)), encoding="utf-8")
    described = as_json(descriptor(folder, tables, newest))
    (folder / DESCRIPTOR).write_text(described, encoding="utf-8")
    names = sorted([*paths(folder), DESCRIPTOR])
    sums = "".join(f"{sha256(folder / name)}  {name}\n" for name in names)
    (folder / CHECKSUMS).write_text(sums, encoding="utf-8")
    with zipfile.ZipFile(folder / ARCHIVE, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in [*names, CHECKSUMS]:
            entry = zipfile.ZipInfo(name, ZIP_DAY)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            with (
                (folder / name).open("rb") as file,
                archive.open(entry, "w", force_zip64=True) as into,
            ):
                shutil.copyfileobj(file, into, 1 << 20)
    checksum = f"{sha256(folder / ARCHIVE)}  {ARCHIVE}\n"
    (folder / ARCHIVE_CHECKSUM).write_text(checksum, encoding="utf-8")
