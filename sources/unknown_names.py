"""The names of a list that nothing is known by, with the known names that they are similar to."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.rows import RowError
from search.spelling import suggestion

# How many different names are counted, so that memory stays constant, and how many are shown.
COUNTED, SHOWN = 1000, 20


@dataclass(frozen=True, slots=True)
class UnknownName:
    """A name as the list writes it, its column, and the known names that it is similar to."""

    column: str
    text: str
    near: tuple[str, ...]


class UnknownNames(Counter):
    """The number of rows in which each UnknownName stands."""

    def take(self, error: RowError) -> None:
        """Count an error if it is of an unknown name."""
        if error.near is None or not error.detail:
            return
        name = UnknownName(error.column, error.detail, error.near)
        if name in self or len(self) < COUNTED:
            self[name] += 1

    def as_list(self) -> list[dict]:
        """The names for JSON, the most frequent first."""
        return [
            {"column": name.column, "name": name.text, "rows": rows, "near": list(name.near)}
            for name, rows in self.most_common()
        ]

    def lines(self) -> Iterator[str]:
        """The most frequent names in words, and how to say what the list means by one."""
        if not self:
            return
        yield _("Unknown names:")
        for name, rows in self.most_common(SHOWN):
            words = ngettext(
                "%(rows)d row, %(column)s: “%(name)s”",
                "%(rows)d rows, %(column)s: “%(name)s”",
                rows,
            )
            said = words % {"rows": rows, "column": name.column, "name": name.text}
            hint = suggestion(list(name.near))
            yield f"  {said}; {hint}" if hint else f"  {said}"
        if (more := len(self) - SHOWN) > 0:
            yield "  " + ngettext("and %d more", "and %d more", more) % more
        yield _(
            'If you know what the list means by a name, import it with: --accept "NAME=MEANING"'
        )
