"""The parts that every reader of lists shares: rows, and the errors of rows and files."""

from dataclasses import dataclass

from core.folding import trim

# The maximum length of a line; a longer one is not from a list but from another kind of file.
LINE = 1_000_000
# The columns of a rejects file that hold the row's number in the list, and the reason.
NUMBER, REASON = "_row", "_reason"


class FileError(Exception):
    """The file as a whole cannot be read; the message says why."""


class RowError(Exception):
    """A row cannot be imported: the column and the reason. `kind` groups equal reasons, so it never
    contains the value of the row. The value is the `detail`, and a `hint` may suggest another one.

    `others` are further errors of the same row. If the value is an unknown name, `near` holds the
    known names that it is similar to, at most three.
    """

    near: tuple[str, ...] | None = None

    def __init__(
        self,
        column: str,
        kind: str,
        detail: str = "",
        hint: str = "",
        others: tuple["RowError", ...] = (),
    ):
        super().__init__(kind)
        self.column, self.kind, self.detail, self.hint = column, kind, detail, hint
        self.others = others

    def __reduce__(self):
        # An exception is restored from its arguments, of which this one passes on only `kind`.
        return RowError, (self.column, self.kind, self.detail, self.hint, self.others)

    @property
    def message(self) -> str:
        """The first error of the row in words."""
        said = f"{self.kind}: “{self.detail}”" if self.detail else self.kind
        return f"{said}; {self.hint}" if self.hint else said

    @property
    def errors(self) -> list["RowError"]:
        """All errors of the row, this one first."""
        return [self, *(error for other in self.others for error in other.errors)]


class Skipped(RowError):
    """The mapping of the list leaves the row out: it is neither imported nor rejected."""

    def __init__(self):
        super().__init__("", "")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a list: its number (1 is the first after the header), line, and cells by column.

    A malformed row has all columns of the header too, and its surplus cells in `surplus`.
    """

    number: int
    line: int
    cells: dict[str, str]
    surplus: tuple[str, ...] = ()

    def __getitem__(self, column: str) -> str:
        return trim(self.cells[column])


@dataclass(frozen=True, slots=True)
class Record:
    """The cells of a row as a reader of files finds them, before they have columns. `errors` are
    cells that hold an error instead of a value, by their position."""

    line: int
    cells: list[str]
    problem: RowError | None = None
    errors: tuple[int, ...] = ()
