"""The rows of OpenDocument spreadsheets, read one by one, in constant memory."""

import re
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from lxml import etree

from core.cell_texts import at_precision, number_text, sheet_named

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_NUMBER = "{urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0}"
_CALC_TYPE = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"
# The size of the largest sheets.
_ROWS, _COLUMNS = 1 << 20, 1 << 14
# The types of cells that have a value beside the text that they show.
_VALUES = ("float", "percentage", "currency", "date", "boolean")
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
        sheet_named(self.sheet, self.names)

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
        is_formula = cell.get(_TABLE + "formula") is not None
        shown = "" if kind in _VALUES and not is_formula else _shown(cell)
        if cell.get(_CALC_TYPE) == "error" or (is_formula and _ERROR.fullmatch(shown)):
            return shown or "#N/A", True
        match kind:
            case "float" | "percentage" | "currency":
                value = cell.get(_OFFICE + "value", "")
                return value if value.isdecimal() else number_text(value), False
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


def _shown(cell) -> str:
    """The text that a cell shows; each paragraph is a line."""
    parts = [child for child in cell if child.tag == _TEXT + "p"]
    return "\n".join("".join(_words(part)) if len(part) else part.text or "" for part in parts)


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
