"""The first rows of an uploaded file, to describe its columns."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from itertools import islice, takewhile
from pathlib import Path

from core.charsets import likely
from core.csv_rows import DELIMITERS, marked_encoding
from core.file_kinds import CSV, kind_of, opened
from core.folding import trim
from core.rows import Row, is_rejects_header, read_rows
from core.sheets import sheet_records
from sources.mappings.layout import delimiter_of, layout_of

# How many rows are read, how many of them are shown, and how many values of a column are counted.
READ, SHOWN, DISTINCT = 1000, 8, 40
# How many bytes and lines are looked at to find the layout.
HEAD, LINES = 1 << 16, 50


@dataclass
class Sample:
    """The columns of a file in their order, and its first well-formed rows."""

    columns: list[str]
    rows: list[Row]

    @property
    def shown(self) -> list[list[str]]:
        """The cells of the first rows, in the order of the columns."""
        return [[row.cells.get(name, "") for name in self.columns] for row in self.rows[:SHOWN]]

    def cells(self, column: str) -> list[str]:
        """The cells of a column that are not empty."""
        found = (trim(row.cells.get(column, "")) for row in self.rows)
        return [text for text in found if text]

    def values(self, column: str) -> list[str]:
        """The distinct values of a column, the most frequent first; at most DISTINCT."""
        return [text for text, _count in Counter(self.cells(column)).most_common(DISTINCT)]


def sample_of(path: Path, given: Mapping) -> Sample:
    """The first rows of a file, read as a mapping says. Raises FileError."""
    rows = read_rows(path, (), delimiter_of(given), **layout_of(given))
    rows = [row for row, problem in islice(rows, READ) if not problem]
    return Sample(list(rows[0].cells) if rows else [], rows)


def layout_found(path: Path) -> dict[str, str | int]:
    """How a file is probably laid out, as a mapping gives it, without what is the default: the
    lines before the header, and of a text file the encoding and the delimiter. Raises FileError if
    it is no list."""
    if kind_of(path) != CSV:
        with closing(sheet_records(path, "", 0, is_rejects_header)) as records:
            return _before_header((row.line, row.cells) for row in islice(records, LINES))
    with opened(path) as file:
        head = file.read(HEAD)
    found, text = {}, head[: head.rfind(b"\n") + 1] or head
    try:
        if marked := marked_encoding(head):
            found["encoding"] = marked
            text = head.decode(marked, "ignore")
        else:
            text = text.decode("utf-8-sig")
    except UnicodeDecodeError:
        if names := list(likely(text)):
            found["encoding"] = names[0]
        text = text.decode(found.get("encoding", "utf-8"), "replace")
    lines = re.split("\r\n|\r|\n", text)[:LINES]
    best = max(DELIMITERS, key=lambda sign: _regular(lines, sign))
    if best != "," and _regular(lines, best):
        found["delimiter"] = "tab" if best == "\t" else best
    # A line with an open quote ends in the next one.
    whole = takewhile(lambda line: line.count('"') % 2 == 0, lines)
    return found | _before_header(enumerate((line.split(best) for line in whole), start=1))


def _before_header(rows: Iterable[tuple[int, list[str]]]) -> dict[str, int]:
    """How many lines stand before the first one with several filled cells, as a mapping gives it.
    `rows` are the numbers and cells of lines."""
    skipped = 0
    for line, cells in rows:
        if sum(map(bool, map(str.strip, cells))) > 1:
            return {"skip_lines": skipped} if skipped else {}
        skipped = line
    return {}


def _regular(lines: list[str], sign: str) -> int:
    """How many lines have the most frequent number of these signs, if it is not zero."""
    counts = Counter(line.count(sign) for line in lines)
    counts.pop(0, None)
    return max(counts.values(), default=0)
