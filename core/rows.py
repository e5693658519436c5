"""The rows of lists: CSV read line by line, in constant memory."""

import csv
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from core.folding import trim, visible

# The maximum length of a line; a longer one is not from a list but from another kind of file.
LINE = 1_000_000
# The column of a rejects file that holds the row's number in the list.
NUMBER = "_row"
_ROW = re.compile(r"[0-9]{1,9}")
_MAGIC = {
    b"\x1f\x8b": "gzip",
    b"PK\x03\x04": "zip",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"%PDF": "PDF",
}


class FileError(Exception):
    """The file as a whole cannot be read; the message says why."""


class RowError(Exception):
    """A row cannot be imported: the column and the reason; `kind` groups equal reasons. The value
    is the `detail`, and a `hint` may suggest another one. `others` are the row's further errors."""

    others: tuple["RowError", ...] = ()

    def __init__(self, column: str, kind: str, detail: str = "", hint: str = ""):
        super().__init__(kind)
        self.column, self.kind, self.detail, self.hint = column, kind, detail, hint

    def __reduce__(self):
        # An exception is restored from its arguments, of which this one passes on only `kind`.
        return RowError, (self.column, self.kind, self.detail, self.hint), {"others": self.others}

    @property
    def message(self) -> str:
        said = f"{self.kind}: “{self.detail}”" if self.detail else self.kind
        return f"{said}; {self.hint}" if self.hint else said


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a list: its number (1 is the first after the header), line, and cells by column."""

    number: int
    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return trim(self.cells[column])


def read_rows(
    path: Path, columns: Iterable[str], delimiter: str, name: Callable[[str], str] = str
) -> Iterator[tuple[Row, RowError | None]]:
    """The rows of a file, each with a RowError if it is malformed, in constant memory.

    `name` gives the column for a cell of the header. Raises FileError if the file is not such a
    list: compressed, in another encoding, with another delimiter, or without a required column.
    """
    with path.open("rb") as file:
        head = file.read(8)
        for magic, kind in _MAGIC.items():
            if head.startswith(magic):
                raise FileError(
                    _("This is a %(kind)s file, not a list in CSV; unpack it first.")
                    % {"kind": kind}
                )
        if head.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise FileError(_("The file is in UTF-16. Save it as UTF-8."))
        file.seek(3 if head.startswith(b"\xef\xbb\xbf") else 0)
        lines = _Lines(file)
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        header = _header(reader, lines, tuple(columns), delimiter, name)
        number = 0
        while True:
            first = lines.number + 1
            lines.problem = ""
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                cells, lines.problem = [], lines.problem or _("the row cannot be read: %s") % error
                # The reader's rest of the broken row would leak into the next.
                reader = csv.reader(lines, delimiter=delimiter, strict=True)
            if not cells and not lines.problem:
                continue
            number += 1
            problem = None
            if lines.problem:
                problem = RowError("", lines.problem)
            elif len(cells) < len(header):
                problem = RowError(
                    "",
                    _("fewer cells than columns; the file may be cut off here"),
                    f"{len(cells)} of {len(header)}",
                )
            elif any(cells[len(header) :]):
                problem = RowError("", _("more cells than columns"), str(len(cells)))
            values = dict(zip(header, cells, strict=False))
            # A corrected rejects file gives the numbers of the rows in the original list.
            given = values.get(NUMBER, "")
            row = Row(int(given) if _ROW.fullmatch(given) else number, first, values)
            yield row, problem


def _header(reader, lines, columns, delimiter, name) -> list[str]:
    try:
        header = [name(visible(cell)) for cell in next(reader)]
    except (StopIteration, csv.Error) as error:
        raise FileError(lines.problem or _("The file is empty.")) from error
    if lines.problem:
        raise FileError(lines.problem)
    missing = [column for column in columns if column not in header]
    if missing:
        for other in ",;\t|":
            if other != delimiter and len(header) == 1 and other in header[0]:
                raise FileError(
                    _("The columns are separated by “%(found)s”. Separate them by “%(wanted)s”.")
                    % {"found": other, "wanted": delimiter}
                )
        raise FileError(
            _("The header lacks %(missing)s; it has: %(found)s.")
            % {"missing": ", ".join(missing), "found": ", ".join(header)[:300]}
        )
    # Trailing columns without a name are empty.
    while header and not header[-1]:
        header.pop()
    return header


class _Lines:
    """The lines of a binary file as text; `problem` says what is wrong with a line."""

    def __init__(self, file):
        self.file, self.number, self.problem = file, 0, ""

    def __iter__(self):
        return self

    def __next__(self) -> str:
        line = self.file.readline(LINE)
        if not line:
            raise StopIteration
        self.number += 1
        if len(line) == LINE and not line.endswith(b"\n"):
            self.problem = _("the line is longer than %d bytes") % LINE
            while rest := self.file.readline(LINE):
                if rest.endswith(b"\n"):
                    break
            return "\n"
        if b"\0" in line:
            self.problem = _("the line contains NUL bytes")
            line = line.replace(b"\0", b"")
        try:
            return line.decode("utf-8")
        except UnicodeDecodeError as error:
            self.problem = _("the line is not UTF-8 (byte %d); is it in Windows-1252?") % (
                error.start + 1
            )
            return line.decode("utf-8", errors="replace")
