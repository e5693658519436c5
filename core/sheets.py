"""The rows of spreadsheets (XLSX, ODS) as text: read one by one, in constant memory.

Dates become EDTF, as precise as the format of the cell shows them; numbers keep all their digits,
whatever format shows them; formulas give the value that was stored.
"""

import re
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from lxml import etree
from openpyxl import load_workbook

from core.file_kinds import XLSX, check_size, kind_of
from core.row_types import FileError, Record, RowError

# The shared texts of a workbook are held in memory: at most so many bytes.
SHARED = 256 << 20
DAMAGED = gettext_lazy(
    "The spreadsheet is damaged or cut off. Get it again, or save it as XLSX once more."
)
# Its warnings are about styles, validations and the like, which do not matter here.
warnings.filterwarnings("ignore", module="openpyxl")
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


def _sheet_named(sheet: str, names: list[str]) -> str:
    """A sheet of these: the first, unless one is named. Raises FileError if it does not exist."""
    if not names:
        raise FileError(_("The spreadsheet has no sheet with cells."))
    if sheet and sheet not in names:
        raise FileError(
            _("The spreadsheet has no sheet “%(sheet)s”. It has: %(names)s.")
            % {"sheet": sheet, "names": ", ".join(names)[:300]}
        )
    return sheet or names[0]


def number_text(text: str) -> str:
    """A number of a sheet with all its digits, and without an exponent or an empty fraction."""
    value = Decimal(text)
    if not value.is_finite() or abs(value.adjusted()) > 300:
        return text
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def at_precision(day: datetime | date, parts: str) -> str:
    """A date as EDTF, as precise as a format that shows these parts: some of y, m and d."""
    if isinstance(day, datetime) and (day.hour or day.minute or day.second):
        return day.replace(microsecond=0).isoformat()
    text = day.isoformat()[:10]
    if "y" in parts and "d" not in parts:
        return text[:7] if "m" in parts else text[:4]
    return text


# XLSX


def xlsx_rows(path: Path, sheet: str) -> Iterator[tuple[int, list[str], tuple[int, ...]]]:
    """The rows of a sheet of a workbook: their numbers, cells, and the positions of errors."""
    # An open file, since openpyxl judges a path by its ending.
    with path.open("rb") as file:
        try:
            book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        except _BROKEN as error:
            raise FileError(str(DAMAGED)) from error
        found = book[_sheet_named(sheet, [one.title for one in book.worksheets])]
        # The stated size of a sheet is often wrong.
        found.reset_dimensions()
        for line, row in enumerate(found.iter_rows(), start=1):
            errors = tuple(place for place, cell in enumerate(row) if cell.data_type == "e")
            yield line, list(map(_xlsx_text, row)), errors


def _xlsx_text(cell) -> str:
    value = cell.value
    if value is None:
        return ""
    match value:
        case str():
            return value
        case bool():
            return str(value).upper()
        case int():
            return str(value)
        case float():
            return number_text(repr(value))
        case datetime() | date():
            return at_precision(value, _shown_parts(cell.number_format))
        case time() | timedelta():
            return str(value)
    return str(value)


_PARTS: dict[str, str] = {}


def _shown_parts(form: str) -> str:
    """The parts of a date that a number format shows: y, m, d. Text in quotes is none of them."""
    if form not in _PARTS:
        if len(_PARTS) > 1000:
            _PARTS.clear()
        plain = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]|_.', "", form.lower())
        _PARTS[form] = "".join(part for part in "ymd" if part in plain)
    return _PARTS[form]


# ODS

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_NUMBER = "{urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0}"
_CALC_TYPE = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"
# The size of the largest sheets.
_ROWS, _COLUMNS = 1 << 20, 1 << 14
_ERROR = re.compile(r"#[A-Z0-9/]+[!?]?|Err:[0-9]+")


def ods_rows(path: Path, sheet: str) -> Iterator[tuple[int, list[str], tuple[int, ...]]]:
    """The rows of a sheet of an OpenDocument spreadsheet, as `xlsx_rows` gives them."""
    with zipfile.ZipFile(path) as archive, archive.open("content.xml") as file:
        yield from _OdsSheet(sheet).rows(file)


class _OdsSheet:
    """Reads one sheet out of the XML of a spreadsheet; removes the rows once they are read."""

    def __init__(self, sheet: str):
        self.sheet, self.names = sheet, []
        # The parts of a date that a format shows, by the format's name and that of a style.
        self.formats: dict[str, str] = {}
        self.styles: dict[str, str] = {}
        self.line, self.columns, self.is_wanted = 0, [], False

    def rows(self, file) -> Iterator[tuple[int, list[str], tuple[int, ...]]]:
        tags = (_TABLE + "table", _TABLE + "table-row", _TABLE + "table-column",
                _NUMBER + "date-style", _STYLE + "style")  # fmt: skip
        events = ("start", "end")
        for event, item in etree.iterparse(file, events, tag=tags, resolve_entities=False):
            match event, item.tag.rpartition("}")[2]:
                case "start", "table" if _is_sheet(item):
                    self.names.append(item.get(_TABLE + "name", ""))
                    self.is_wanted = self.sheet in ("", self.names[-1])
                case "end", "table" if self.is_wanted and _is_sheet(item):
                    return
                case "end", "date-style":
                    shown = {child.tag for child in item}
                    parts = (("y", "year"), ("m", "month"), ("d", "day"))
                    self.formats[item.get(_STYLE + "name", "")] = "".join(
                        sign for sign, name in parts if _NUMBER + name in shown
                    )
                case "end", "style":
                    form = item.get(_STYLE + "data-style-name", "")
                    self.styles[item.get(_STYLE + "name", "")] = self.formats.get(form, "")
                case "end", "table-column" if self.is_wanted:
                    style = item.get(_TABLE + "default-cell-style-name", "")
                    room = _COLUMNS - len(self.columns)
                    self.columns += [style] * min(_repeated(item, "columns"), room)
                case "end", "table-row":
                    if self.is_wanted:
                        yield from self._row(item)
                    item.clear()
                    while item.getprevious() is not None:
                        del item.getparent()[0]
        _sheet_named(self.sheet, self.names)

    def _row(self, row) -> Iterator[tuple[int, list[str], tuple[int, ...]]]:
        cells, errors, place = [], [], 0
        kinds = (_TABLE + "table-cell", _TABLE + "covered-table-cell")
        for cell in row.iterchildren(*kinds):
            times = min(_repeated(cell, "columns"), _COLUMNS - place)
            # A covered cell is hidden by one that is merged over it.
            if cell.tag == kinds[0] and len(cell.attrib) + len(cell):
                text, is_error = self._text(cell, row, place)
                if text:
                    cells += [""] * (place - len(cells)) + [text] * times
                if is_error:
                    errors += range(place, place + times)
            place += times
        times = _repeated(row, "rows")
        if not cells:
            self.line += times
            return
        for _time in range(min(times, _ROWS - self.line)):
            self.line += 1
            yield self.line, list(cells), tuple(errors)

    def _text(self, cell, row, place: int) -> tuple[str, bool]:
        """The text of a cell, and whether it is an error."""
        kind = cell.get(_OFFICE + "value-type")
        shown = "\n".join("".join(_words(part)) for part in cell.iterchildren(_TEXT + "p"))
        is_formula = cell.get(_TABLE + "formula") is not None
        if cell.get(_CALC_TYPE) == "error" or (is_formula and _ERROR.fullmatch(shown)):
            return shown or "#N/A", True
        match kind:
            case "float" | "percentage" | "currency":
                return number_text(cell.get(_OFFICE + "value", "")), False
            case "date":
                return self._date(cell, row, place), False
            case "boolean":
                return cell.get(_OFFICE + "boolean-value", "").upper(), False
        return cell.get(_OFFICE + "string-value") or shown, False

    def _date(self, cell, row, place: int) -> str:
        text = cell.get(_OFFICE + "date-value", "")
        column = self.columns[place] if place < len(self.columns) else ""
        own = _TABLE + "style-name"
        style = cell.get(own) or row.get(_TABLE + "default-cell-style-name") or column
        try:
            return at_precision(datetime.fromisoformat(text), self.styles.get(style, ""))
        except ValueError:
            return text


def _is_sheet(table) -> bool:
    return table.getparent().tag == _OFFICE + "spreadsheet"


def _repeated(item, what: str) -> int:
    return max(1, int(item.get(f"{_TABLE}number-{what}-repeated", "1")))


def _words(part) -> Iterator[str]:
    """The text of a paragraph, with the spaces and breaks that are elements."""
    yield part.text or ""
    for child in part:
        match child.tag:
            case _ if child.tag == _TEXT + "s":
                yield " " * min(int(child.get(_TEXT + "c", "1")), 1000)
            case _ if child.tag == _TEXT + "tab":
                yield "\t"
            case _ if child.tag == _TEXT + "line-break":
                yield "\n"
            case str():
                yield from _words(child)
        yield child.tail or ""
