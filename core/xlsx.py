"""The rows of Excel workbooks, read one by one.

openpyxl knows the formats and the calendar of Excel. Its own reader takes three to four times as
long for the rows, so they are read here.
"""

import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from functools import cached_property
from pathlib import Path, PurePosixPath

from lxml import etree
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils.cell import column_index_from_string
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

from core.cell_texts import at_precision, number_text, sheet_named

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
# Excel writes control characters of texts in this way.
_ESCAPED = re.compile("_x([0-9A-F]{4})_")
_DIGITS = "0123456789"
# The size of the largest sheets.
_COLUMNS = 1 << 14


def xlsx_rows(path: Path, sheet: str) -> Iterator[tuple[int, list[str], tuple[int, ...]]]:
    """The rows of a sheet of a workbook: their numbers, cells, and the positions of errors."""
    with zipfile.ZipFile(path) as archive:
        yield from _Workbook(archive).rows(sheet)


class _Workbook:
    def __init__(self, archive: zipfile.ZipFile):
        self.archive = archive
        self.places: dict[str, int] = {}

    def _tree(self, name: str):
        """The XML of a part; None if the workbook has no such part."""
        if name not in self.archive.namelist():
            return None
        return etree.fromstring(self.archive.read(name), etree.XMLParser(resolve_entities=False))

    def rows(self, sheet: str) -> Iterator[tuple[int, list[str], tuple[int, ...]]]:
        line = 0
        with self.archive.open(self._part_of(sheet)) as file:
            for _event, row in etree.iterparse(file, tag="{*}row", resolve_entities=False):
                line = int(row.get("r", line + 1))
                yield line, *self._cells(row)
                row.clear()
                while row.getprevious() is not None:
                    del row.getparent()[0]

    @cached_property
    def book(self):
        return self._tree("xl/workbook.xml")

    def _part_of(self, sheet: str) -> str:
        """The name of the part with this sheet."""
        targets = {
            item.get("Id"): item.get("Target")
            for item in self._tree("xl/_rels/workbook.xml.rels")
            if item.get("Type", "").endswith("/worksheet")
        }
        sheets = {
            item.get("name"): targets[item.get(_RELATION)]
            for item in self.book.iterfind("{*}sheets/{*}sheet")
            if item.get(_RELATION) in targets
        }
        target = PurePosixPath("/xl") / sheets[sheet_named(sheet, list(sheets))]
        return str(target).lstrip("/")

    @cached_property
    def epoch(self) -> datetime:
        """The day from which the workbook counts days."""
        properties = self.book.find("{*}workbookPr")
        mac = properties is not None and properties.get("date1904") in ("1", "true")
        return MAC_EPOCH if mac else WINDOWS_EPOCH

    @cached_property
    def formats(self) -> list[str]:
        """The number formats of the cells' styles."""
        styles = self._tree("xl/styles.xml")
        if styles is None:
            return []
        own = {
            int(item.get("numFmtId")): item.get("formatCode", "")
            for item in styles.iterfind("{*}numFmts/{*}numFmt")
        }
        numbers = (int(item.get("numFmtId", "0")) for item in styles.iterfind("{*}cellXfs/{*}xf"))
        return [own.get(number) or BUILTIN_FORMATS.get(number, "General") for number in numbers]

    @cached_property
    def dates(self) -> dict[str, tuple[str, bool]]:
        """The styles that show a date or time: the parts of it, and whether it is a duration."""
        return {
            str(place): (_shown_parts(form), is_timedelta_format(form))
            for place, form in enumerate(self.formats)
            if is_date_format(form) or is_timedelta_format(form)
        }

    @cached_property
    def texts(self) -> list[str]:
        """The texts that cells share."""
        found = []
        if "xl/sharedStrings.xml" in self.archive.namelist():
            with self.archive.open("xl/sharedStrings.xml") as file:
                for _event, item in etree.iterparse(file, tag="{*}si", resolve_entities=False):
                    found.append(_words(item))
                    item.clear()
                    while item.getprevious() is not None:
                        del item.getparent()[0]
        return found

    def _cells(self, row) -> tuple[list[str], tuple[int, ...]]:
        cells, errors, places = [], (), self.places
        for cell in row:
            # Not all programs write where a cell is.
            reference = cell.get("r")
            if reference is None:
                place = len(cells)
            elif (place := places.get(letters := reference.rstrip(_DIGITS))) is None:
                place = places[letters] = column_index_from_string(letters) - 1
            kind = cell.get("t", "n")
            if text := self._text(cell, kind):
                if place > len(cells):
                    cells += [""] * (place - len(cells))
                cells[place:] = [text]
                if kind == "e":
                    errors += (place,)
            elif kind != "str" and len(cell) and cell[0].tag.endswith("}f"):
                # A program has written the formula, and none has computed it. (The result of a
                # computed one may be an empty text.)
                cells += [""] * (place - len(cells))
                cells[place:] = ["=" + (cell[0].text or "")]
                errors += (place,)
            elif reference is None and place < _COLUMNS:
                cells.append("")
        return cells, errors

    def _text(self, cell, kind: str) -> str:
        value = None
        for part in cell:
            if part.tag.endswith("}v"):
                value = part.text
            elif part.tag.endswith("}is"):
                return _words(part)
        if not value:
            return ""
        match kind:
            case "s":
                return self.texts[int(value)]
            case "n" if cell.get("s") in self.dates:
                return self._date(value, *self.dates[cell.get("s")])
            case "n":
                # Excel writes more digits than a number has: 1.1000000000000001.
                is_short = value.isdecimal() and len(value) < 16
                return value if is_short else number_text(repr(float(value)))
            case "b":
                return "TRUE" if value == "1" else "FALSE"
        return _unescaped(value)

    def _date(self, value: str, parts: str, is_duration: bool) -> str:
        try:
            found = from_excel(float(value), self.epoch, is_duration)
        except (OverflowError, ValueError):
            return number_text(value)
        if isinstance(found, date):
            return at_precision(found, parts)
        return str(found)


def _words(item) -> str:
    """The text of an item, in one piece or in several that are formatted each, without readings."""
    words = []
    for part in item:
        if part.tag.endswith("}t"):
            words.append(part.text or "")
        elif part.tag.endswith("}r"):
            words += [piece.text or "" for piece in part if piece.tag.endswith("}t")]
    return _unescaped("".join(words))


def _unescaped(text: str) -> str:
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text).replace("\0", "")


def _shown_parts(form: str) -> str:
    """The parts of a date that a number format shows: y, m, d. Text in quotes is none of them."""
    plain = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]|_.', "", form.lower())
    return "".join(part for part in "ymd" if part in plain)
