"""Several columns of values in a list of figures: years or measures side by side, or a matrix."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from core.folding import visible
from core.rows import FileError, Row, RowError, Skipped
from sources.mappings.keys import MappingError
from sources.mappings.values import as_text
from sources.rejects import SAME_AS, Rejects
from trade.measure_columns import EXCEPT, PATTERN, SETS, names_set, problems_of


def place_of(name: str) -> str:
    """The name under which a row holds what the measure of a value says of a field."""
    return f"[measures] {name}"


VALUE = place_of("value")


@dataclass(frozen=True, slots=True)
class Measure:
    """A column of values: its title, and the texts of the fields of all its values, as in cells."""

    column: str
    texts: dict[str, str]


@dataclass(frozen=True, slots=True)
class ValueRow(Row):
    """A row with one of its values: `given` holds what the measure says, by `place_of`."""

    column: str = ""
    given: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, column: str) -> str:
        return self.given[column] if column in self.given else Row.__getitem__(self, column)


class Measures:
    """The table [measures] of a mapping; `fields` are the names that a mapping of figures can set.

        [measures."Exports, million"]   a column, and what its values are
        indicator = "exports"

        [measures]
        columns = '[0-9]{4}'            or a pattern of titles,
        sets = "period"                 and the field whose value is the title

    Groups of the pattern with names, such as `(?P<period>[0-9]{4})`, set fields as well. The list
    `except` names columns that match the pattern and hold no values.
    """

    def __init__(self, content: Mapping, fields: Iterable[str] = ()):
        table = content.get("measures", {})
        if problems := list(problems_of(content, fields)):
            raise MappingError(problems)
        self.pattern, self.sets = table.get(PATTERN, ""), table.get(SETS, "")
        self.excepted = {visible(name) for name in table.get(EXCEPT, ())}
        self.named = [
            Measure(visible(column), {name: as_text(text) for name, text in values.items()})
            for column, values in table.items()
            if isinstance(values, dict)
        ]
        self.names = tuple(names_set(content))
        # What holds for a value whose measure does not say.
        constants = content.get("constants", {})
        self.default = {place_of(name): as_text(constants.get(name, "")) for name in self.names}
        # Those of the file, once its header is read.
        self.found: list[Measure] = []
        # Counted while rows are read: rows of the list, and values in them.
        self.rows = self.values = 0

    def __bool__(self):
        return bool(self.pattern or self.named)

    @property
    def columns(self) -> dict[str, str]:
        """The fields that measures set, with the place of each in a row."""
        return {name: place_of(name) for name in ("value", *self.names)} if self else {}

    def of_header(self, header: Iterable[str], used: Iterable[str]) -> list[Measure]:
        """The measures of a file with these columns, of which the mapping already uses some.

        Raises FileError if no column matches the pattern.
        """
        found = {measure.column: measure for measure in self.named}
        if self.pattern:
            taken = {*used, *found, *self.excepted, *Rejects.ADDED, SAME_AS}
            for column in header:
                match = column not in taken and re.fullmatch(self.pattern, column)
                if match:
                    sets = {self.sets: column} if self.sets else {}
                    groups = {name: text or "" for name, text in match.groupdict().items()}
                    found[column] = Measure(column, groups | sets)
            if len(found) == len(self.named):
                words = _("No column of the list matches the pattern %(pattern)s of [measures]. "
                          "The list has: %(found)s.")  # fmt: skip
                given = {"pattern": self.pattern, "found": ", ".join(header)[:300]}
                raise FileError(words % given)
        return list(found.values())

    def expand(
        self, rows: Iterator[tuple[Row, RowError | None]], mapping
    ) -> Iterator[tuple[Row, RowError | None]]:
        """The values of each row, as rows of their own; blank cells are none. A row with a problem
        remains one."""
        self.rows, self.values, self.found = 0, 0, []
        said = []
        for row, problem in rows:
            if not self.found and (not problem or isinstance(problem, Skipped)):
                self.found = self.of_header(row.cells, mapping.columns)
                said = [
                    (
                        one.column,
                        self.default | {place_of(name): one.texts[name] for name in one.texts},
                    )
                    for one in self.found
                ]
            if problem:
                yield row, problem
                continue
            self.rows += 1
            for column, texts in said:
                if cell := row[column]:
                    given = {**texts, VALUE: cell}
                    value = ValueRow(row.number, row.line, row.cells, (), column, given)
                    if mapping.text(value, "value"):
                        self.values += 1
                        yield value, None

    @property
    def notes(self) -> list[str]:
        """What the report says of rows and values."""
        words = _("Each value counts as a row: %(values)d values in %(rows)d rows of the list. "
                  "Blank cells are no values.")  # fmt: skip
        return [words % {"values": self.values, "rows": self.rows}] if self else []


def relocated(error: RowError, row: Row) -> RowError:
    """The error of a value with the title of its column in place of that of its measure."""
    if isinstance(row, ValueRow) and error.column.startswith(place_of("")):
        error.column = row.column
    return error
