"""The first rows of an uploaded file, to describe its columns."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from core.charsets import likely
from core.csv_rows import DELIMITERS, marked_encoding
from core.file_kinds import CSV, kind_of, opened
from core.folding import trim
from core.rows import Row, read_rows
from sources.layouts import delimiter_of, layout_of

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


def layout_found(path: Path) -> dict[str, str]:
    """The encoding and the delimiter of a text file, as a mapping gives them; those by default are
    left out. A spreadsheet has neither. Raises FileError if it is no list."""
    if kind_of(path) != CSV:
        return {}
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
    lines = [line for line in re.split("[\r\n]+", text) if line][:LINES]
    best = max(DELIMITERS, key=lambda sign: _regular(lines, sign))
    if best != "," and _regular(lines, best):
        found["delimiter"] = "tab" if best == "\t" else best
    return found


def _regular(lines: list[str], sign: str) -> int:
    """How many lines have the most frequent number of these signs, if it is not zero."""
    counts = Counter(line.count(sign) for line in lines)
    counts.pop(0, None)
    return max(counts.values(), default=0)
