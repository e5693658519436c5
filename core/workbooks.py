"""Rows as an Excel workbook (XLSX), streamed in constant memory.

openpyxl writes such a file as a whole before its first byte can be sent. A workbook is a ZIP
archive of a few XML files, of which only those of the sheets are long, so they are written here row
by row, with strings in their cells (ECMA-376, part 1, 18.3.1.53).
"""

import json
import re
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import count
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile

from django.utils.translation import gettext as _

from core.numerals import Numeral

# The most rows of a sheet besides its header, characters of a cell, and exact digits of a number.
ROWS, CHARACTERS, DIGITS = 1_048_575, 32_767, 15
# Excel does not open archives with the 64-bit sizes that longer parts need.
LONGEST_PART = 1_500_000_000
# How many bytes are sent at a time, at least.
PORTION = 8192
# Day 0, for days after February 1900, which has 29 days in Excel.
_EPOCH, _FIRST = date(1899, 12, 30), date(1900, 3, 1)
_DAY = re.compile(r"\d{4}-\d\d-\d\d\Z", re.ASCII)
# Characters that XML cannot contain.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
# Style 1 is a date, style 2 a header.
_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}"><numFmts count="1"><numFmt numFmtId="164" '
    'formatCode="yyyy\\-mm\\-dd"/></numFmts><fonts count="2"><font><sz val="11"/>'
    '<name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill '
    'patternType="gray125"/></fill></fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf/><xf numFmtId="164" '
    'applyNumberFormat="1"/><xf fontId="1" applyFont="1"/></cellXfs><cellStyles count="1">'
    '<cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
_SHEET = (
    f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0"><pane '
    'ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
    "<sheetData>"
)
_RELATIONS = f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{{}}</Relationships>'
_RELATION = '<Relationship Id="r{}" Type="{}/{}" Target="{}"/>'
_BOOK = f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{{}}</sheets></workbook>'
_CONTENT = (
    f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{}</Types>'
)
_PART = '<Override PartName="/xl/{}.xml" ContentType="{}.{}+xml"/>'


class _Pipe:
    """A file from which what has been written is taken in portions."""

    def __init__(self):
        self.parts, self.size = [], 0

    def write(self, data: bytes) -> int:
        self.parts.append(bytes(data))
        self.size += len(data)
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def take(self) -> bytes:
        """What has been written since the last time."""
        parts, self.parts, self.size = self.parts, [], 0
        return b"".join(parts)


def workbook(columns: list[str], rows: Iterable[dict]) -> Iterator[bytes]:
    """The rows as the bytes of a workbook, below a header with their columns; rows that one sheet
    cannot hold go on in another one.

    Whole days are dates, and numbers of at most DIGITS digits are numbers. Anything else is text,
    and never a formula; lists and dicts are JSON.
    """
    pipe, rows, names = _Pipe(), iter(rows), []
    header = "".join(
        f'<c s="2" t="inlineStr"><is><t>{escape(name)}</t></is></c>' for name in columns
    )
    with ZipFile(pipe, "w", ZIP_DEFLATED) as archive:
        row = next(rows, None)
        for number in count(1):
            names.append(_("data") if number == 1 else f"{_('data')} {number}")
            with archive.open(f"xl/worksheets/sheet{number}.xml", "w") as sheet:
                written = sheet.write(f"{_SHEET}<row>{header}</row>".encode())
                for _place in range(ROWS):
                    if row is None or written > LONGEST_PART:
                        break
                    cells = "".join([cell(row.get(name)) for name in columns])
                    written += sheet.write(f"<row>{cells}</row>".encode())
                    if pipe.size > PORTION:
                        yield pipe.take()
                    row = next(rows, None)
                sheet.write(b"</sheetData></worksheet>")
            if row is None:
                break
        for path, text in _parts(names):
            archive.writestr(path, text)
    yield pipe.take()


def _parts(names: list[str]) -> Iterator[tuple[str, str]]:
    """The other files of a workbook with these sheets."""
    numbers = range(1, len(names) + 1)
    sheets = [f"worksheets/sheet{number}" for number in numbers]
    book = [
        f'<sheet name={quoteattr(name)} sheetId="{number}" r:id="r{number}"/>'
        for number, name in zip(numbers, names, strict=True)
    ]
    relations = [
        _RELATION.format(number, _OFFICE, "worksheet", f"{sheet}.xml")
        for number, sheet in zip(numbers, sheets, strict=True)
    ]
    relations.append(_RELATION.format(len(names) + 1, _OFFICE, "styles", "styles.xml"))
    content = [
        _PART.format("workbook", _TYPES, "sheet.main"),
        _PART.format("styles", _TYPES, "styles"),
    ]
    content += [_PART.format(sheet, _TYPES, "worksheet") for sheet in sheets]
    yield "xl/styles.xml", _STYLES
    yield "xl/workbook.xml", _BOOK.format("".join(book))
    yield "xl/_rels/workbook.xml.rels", _RELATIONS.format("".join(relations))
    whole = _RELATION.format(1, _OFFICE, "officeDocument", "xl/workbook.xml")
    yield "_rels/.rels", _RELATIONS.format(whole)
    yield "[Content_Types].xml", _CONTENT.format("".join(content))


def cell(value) -> str:
    """The XML of a cell with a serialized value."""
    if value is None or value == "":
        return "<c/>"
    if isinstance(value, bool):
        return f'<c t="b"><v>{int(value)}</v></c>'
    if isinstance(value, (list, dict)):
        value = json.dumps(value, ensure_ascii=False)
    elif isinstance(value, (int, float, Numeral)):
        if is_exact(text := str(value)):
            return f"<c><v>{text}</v></c>"
    elif _DAY.match(text := str(value)) and (serial := serial_of(text)):
        return f'<c s="1"><v>{serial}</v></c>'
    text = escape(_NOT_XML.sub("\ufffd", shortened(str(value))))
    return f'<c t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def is_exact(text: str) -> bool:
    """Whether a spreadsheet keeps all digits of a number."""
    digits = text.lstrip("-").replace(".", "")
    return digits.isdecimal() and len(digits.strip("0")) <= DIGITS and len(digits) <= 2 * DIGITS


def serial_of(text: str) -> int | None:
    """The number of a day in ISO 8601; None if spreadsheets have none for it."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return (day - _EPOCH).days if day >= _FIRST else None


def shortened(text: str) -> str:
    """A text that fits into a cell: of a longer one the beginning, with a note."""
    # Excel counts UTF-16 code units.
    if len(text) <= CHARACTERS // 2 or len(text.encode("utf-16-le", "replace")) // 2 <= CHARACTERS:
        return text
    note = " … " + _("[cut: the CSV and JSON files have the whole text]")
    kept = text.encode("utf-16-le", "replace")[: 2 * (CHARACTERS - len(note))]
    return kept.decode("utf-16-le", "ignore") + note
