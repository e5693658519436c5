"""Lists that a page shows in part: the first entries, the rest in a fold, beyond that a link."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

# How many entries a part of a page shows before it folds the rest.
SHOWN = 20
# How many entries a part of a page lists in all, with those in the fold.
LISTED = 50


@dataclass(frozen=True, slots=True)
class LongList:
    """The entries shown at once, those in the fold, and the number of all, listed or not."""

    shown: list[Any]
    folded: list[Any]
    total: int

    @classmethod
    def of(cls, rows: list, total: int | None = None, show: int = SHOWN) -> "LongList":
        """The first rows are shown, the others folded; without a total, the rows are all. A fold
        with a single row would save no room."""
        if show and len(rows) == show + 1:
            show += 1
        return cls(rows[:show], rows[show:], len(rows) if total is None else total)

    @property
    def rows(self) -> list:
        """All listed entries."""
        return [*self.shown, *self.folded]

    @property
    def is_cut(self) -> bool:
        """Whether there are more entries than the page lists."""
        return self.total > len(self.shown) + len(self.folded)

    @property
    def fold_words(self) -> str:
        """The summary of the fold."""
        words = _("%(count)d more") if self.shown else _("Show %(count)d")
        return words % {"count": len(self.folded)}

    def __bool__(self) -> bool:
        return self.total > 0
