"""The rows of spreadsheets (XLSX, ODS) as text: read one by one, in constant memory.

Dates become EDTF, as precise as the format of the cell shows them; numbers keep all their digits,
whatever format shows them; formulas give the value that was stored.
"""

import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from django.utils.translation import gettext as _
from lxml import etree

from core.cell_texts import DAMAGED
from core.file_kinds import XLSX, check_size, kind_of
from core.ods import ods_rows
from core.row_types import FileError, Record, RowError
from core.xlsx import xlsx_rows

# The shared texts of a workbook are held in memory: at most so many bytes.
SHARED = 256 << 20
# What a broken workbook may raise, in the zip file, its XML, or its values.
_BROKEN = (
    zipfile.BadZipFile, zlib.error, etree.Error, SyntaxError, OSError, EOFError, KeyError,
    ValueError, TypeError, AttributeError, IndexError, NotImplementedError, RuntimeError,
    ArithmeticError,
)  # fmt: skip


def sheet_records(
    path: Path, sheet: str, skip_lines: int, is_rejects: Callable[[list[str]], bool]
) -> "SheetRecords":
    """The records of a sheet, by default the first, without blank rows and `skip_lines` rows before
    the header; of a file of rejects, all those of its first sheet. Raises FileError if the file is
    damaged or lacks the sheet."""
    read = xlsx_rows if kind_of(path) == XLSX else ods_rows
    check_archive(path)
    first = SheetRecords(read(path, ""))
    with_header = next(first, None)
    if with_header and is_rejects(with_header.cells):
        sheet, skip_lines = "", 0
    first.close()
    return SheetRecords(read(path, sheet), skip_lines)


class SheetRecords:
    """Iterates over the records of a sheet; one that is damaged within ends with a problem."""

    def __init__(self, rows: Iterator[tuple[int, list[str], tuple[int, ...]]], skip_lines: int = 0):
        self.rows, self.skip_lines, self.line, self.width = rows, skip_lines, 0, 0

    def __iter__(self) -> Iterator[Record]:
        return self

    def __next__(self) -> Record:
        try:
            for line, cells, errors in self.rows:
                self.line = line
                while cells and not cells[-1]:
                    cells.pop()
                if line > self.skip_lines and any(map(str.strip, cells)):
                    # A sheet does not say how many cells a row has.
                    cells += [""] * (self.width - len(cells))
                    return Record(line, cells, None, errors)
        except FileError:
            raise
        except _BROKEN as error:
            if not self.line:
                raise FileError(str(DAMAGED)) from error
            self.rows = iter(())
            words = _("the spreadsheet is damaged from here on")
            return Record(self.line + 1, [], RowError("", words))
        raise StopIteration

    def close(self) -> None:
        if hasattr(self.rows, "close"):
            self.rows.close()


def check_archive(path: Path) -> None:
    """Raise FileError if a spreadsheet is damaged, protected, or unpacks to far more than a list,
    before anything is read."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            check_size(sum(member.file_size for member in members), path.stat().st_size)
            for member in members:
                if member.filename.endswith("sharedStrings.xml") and member.file_size > SHARED:
                    raise FileError(
                        _("The texts of this workbook take more than %d MB. Save the sheet as CSV.")
                        % (SHARED >> 20)
                    )
                # Reading a member to its end checks it.
                with archive.open(member) as file:
                    while file.read(1 << 20):
                        pass
            manifest = "META-INF/manifest.xml"
            if manifest in archive.namelist() and b"encryption-data" in archive.read(manifest):
                raise FileError(_("This spreadsheet has a password. Save it without one."))
    except _BROKEN as error:
        raise FileError(str(DAMAGED)) from error
