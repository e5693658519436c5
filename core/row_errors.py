"""All errors of a row: each is found before the row is rejected, so that one look corrects it."""

from contextlib import contextmanager

from core.rows import RowError


class RowErrors:
    """Collects the errors of a row."""

    def __init__(self):
        self.found: list[RowError] = []

    def add(self, error: RowError) -> None:
        self.found += error.errors

    @contextmanager
    def collected(self):
        """Collect a RowError instead of raising it."""
        try:
            yield
        except RowError as error:
            self.add(error)

    def joined(self) -> RowError | None:
        """The first error with the others, without repetitions; None if there are none."""
        distinct = {(error.column, error.message): error for error in self.found}
        if not distinct:
            return None
        first, *others = distinct.values()
        for error in others:
            error.others = ()
        first.others = tuple(others)
        return first

    def check(self) -> None:
        """Raise RowError if there are errors: the first, with the others."""
        if error := self.joined():
            raise error
