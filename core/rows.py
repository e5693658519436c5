"""The rows of lists, read from CSV, XLSX or ODS in constant memory."""

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path

from django.utils.translation import gettext as _

from core.csv_rows import DELIMITERS, UTF8, CsvRecords, encoding_named
from core.file_kinds import CSV, HEAD, kind_of, opened
from core.folding import visible
from core.row_types import (
    LINE,
    NUMBER,
    REASON,
    FileError,
    Record,
    Row,
    RowError,
    Skipped,
)
from core.sheets import sheet_records

__all__ = [
    "LINE",
    "NUMBER",
    "REASON",
    "FileError",
    "Row",
    "RowError",
    "Skipped",
    "encoding_named",
    "is_rejects_header",
    "read_rows",
]

_ROW = re.compile(r"[0-9]{1,9}")
# A byte that a rejects file shows as it was, because it could not be decoded.
_LOST = re.compile(r"\\x[89a-f][0-9a-f]")


def read_rows(
    path: Path,
    columns: Iterable[str],
    delimiter: str = ",",
    name: Callable[[str], str] = str,
    *,
    encoding: str = "",
    skip_lines: int = 0,
    sheet: str = "",
) -> Iterator[tuple[Row, RowError | None]]:
    """The rows of a file, each with a RowError if it is malformed, in constant memory.

    The file is CSV, also packed by gzip, or a spreadsheet (XLSX, ODS), of which `sheet` is read,
    by default the first. `encoding` is a text encoding of Python, by default UTF-8; `skip_lines`
    lines stand before the header. `name` gives the column for a cell of the header. A file of
    rejects is always read as it was written, in UTF-8 with the header first. Raises FileError if
    the file is not such a list: another kind of file, in another encoding, with another delimiter,
    or without a required column.
    """
    encoding = encoding and encoding_named(encoding)
    if kind_of(path) == CSV:
        source, delimiter = _text_records(path, delimiter, encoding, skip_lines)
    else:
        source = sheet_records(path, sheet, skip_lines, is_rejects_header)
    with closing(source):
        yield from _rows(source, tuple(columns), delimiter, name)


class _Text(CsvRecords):
    """The records of a CSV file, with the file to close."""

    def __init__(self, file, *layout):
        self.file = file
        super().__init__(file, *layout)

    def close(self) -> None:
        self.file.close()


def _text_records(path, delimiter, encoding, skip_lines) -> tuple[_Text, str]:
    """The records of a text file, and its delimiter, which a file of rejects may have changed."""
    file = opened(path)
    try:
        head = file.peek(HEAD)[:HEAD]
        if found := _rejects_delimiter(head):
            return _Text(file, found, encoding if encoding and not _is_utf8(head) else ""), found
        return _Text(file, delimiter, encoding, skip_lines), delimiter
    except FileError:
        file.close()
        raise


def _rejects_delimiter(head: bytes) -> str:
    """The delimiter of a file of rejects; empty if the file is another list."""
    first = re.split(rb"[\r\n]", head, maxsplit=1)[0].decode("utf-8-sig", "replace")
    for delimiter in DELIMITERS if NUMBER in first and REASON in first else ():
        if is_rejects_header(next(csv.reader([first], delimiter=delimiter), [])):
            return delimiter
    return ""


def is_rejects_header(cells: list[str]) -> bool:
    """Whether a header is that of a file of rejects, which has been corrected."""
    found = {visible(cell) for cell in cells}
    return NUMBER in found and REASON in found


def _is_utf8(head: bytes) -> bool:
    try:
        head[: head.rfind(b"\n") + 1].decode(UTF8)
    except UnicodeDecodeError:
        return False
    return True


def _rows(source, columns, delimiter, name) -> Iterator[tuple[Row, RowError | None]]:
    first = next(source, None)
    if first is None:
        raise FileError(_("The file is empty."))
    header = _header(first, columns, delimiter, name)
    corrected = is_rejects_header(header)
    source.width = width = len(header)
    needed = {header.index(column) for column in columns}
    for number, record in enumerate(source, start=1):
        cells = record.cells
        if len(cells) < width:
            cells = cells + [""] * (width - len(cells))
        problem = record.problem or _malformed(record, header, needed)
        values, surplus = dict(zip(header, cells, strict=False)), ()
        if len(cells) > width and any(cells[width:]):
            surplus = tuple(cells[width:])
        given = ""
        if corrected:
            # A corrected file of rejects gives the numbers of the rows in the original list.
            given = values[NUMBER].strip()
            problem = problem or _undecoded(header, cells)
        row = Row(int(given) if _ROW.fullmatch(given) else number, record.line, values, surplus)
        yield row, problem


def _malformed(record: Record, header: list[str], needed: set[int]) -> RowError | None:
    width = len(header)
    if len(record.cells) < width:
        words = _("fewer cells than columns; the file may be cut off here")
        return RowError("", words, f"{len(record.cells)} of {width}")
    if any(record.cells[width:]):
        return RowError("", _("more cells than columns"), str(len(record.cells)))
    errors = [
        RowError(header[place], *_error_in(record.cells[place]))
        for place in record.errors
        if place in needed
    ]
    if errors:
        errors[0].others = tuple(errors[1:])
        return errors[0]
    return None


def _error_in(cell: str) -> tuple[str, str, str]:
    """What is wrong with a cell of a sheet: in general, the cell, and what to do."""
    if cell.startswith("="):
        hint = _("open the file in a spreadsheet program and save it")
        return _("the formula in this cell was never computed"), cell, hint
    return _("the cell holds an error of the sheet"), cell, ""


def _undecoded(header: list[str], cells: list[str]) -> RowError | None:
    """An error for the first cell of a file of rejects that still shows bytes."""
    for column, cell in zip(header, cells, strict=False):
        if column[:1] != "_" and "\\" in cell and (found := _LOST.search(cell)):
            words = _("this byte was not read; write the letter that it stands for")
            return RowError(column, words, found[0])
    return None


def _header(first: Record, columns, delimiter, name) -> list[str]:
    if first.problem:
        raise FileError(
            _("The header cannot be read: %(problem)s.") % {"problem": first.problem.message}
        )
    header = [visible(cell) for cell in first.cells]
    # Trailing columns without a name are empty.
    while header and not header[-1]:
        header.pop()
    header = [
        name(cell) if cell else _("column %d") % place for place, cell in enumerate(header, start=1)
    ]
    if missing := [column for column in columns if column not in header]:
        for other in DELIMITERS:
            if other != delimiter and len(first.cells) == 1 and other in first.cells[0]:
                raise FileError(
                    _(
                        "The columns are separated by “%(found)s”. Separate them by “%(wanted)s”, "
                        "or declare it in the mapping: delimiter = “%(found)s”."
                    )
                    % {"found": _shown(other), "wanted": _shown(delimiter)}
                )
        raise FileError(
            _("The header lacks %(missing)s; it has: %(found)s.")
            % {"missing": ", ".join(missing), "found": ", ".join(header)[:300]}
        )
    if twice := [column for column, times in Counter(header).items() if times > 1]:
        raise FileError(
            _("The header has these names more than once: %s. Give each column its own name.")
            % ", ".join(twice)[:300]
        )
    return header


def _shown(delimiter: str) -> str:
    return _("tab") if delimiter == "\t" else delimiter
