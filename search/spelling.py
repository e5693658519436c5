"""Known names with a similar spelling, to suggest what a wrong one may mean."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from search.words import keys

# The least similarity of two names, from 0 to 1; how much less similar than the first another
# suggestion may be; the most suggestions; and the shortest name that counts as a part of another.
SIMILAR, CLOSE, MOST, PART = 0.78, 0.1, 3, 4


class Spellings:
    """Known names, each with the label under which it is suggested."""

    def __init__(self, names: Iterable[tuple[str, str]]):
        self.labels: dict[str, list[str]] = {}
        self.whole: dict[str, list[str]] = {}
        for name, label in names:
            words = keys(name)
            self.labels.setdefault("".join(words), []).append(label)
            self.whole.setdefault(" ".join(words), []).append(label)

    def near(self, text: str) -> list[str]:
        """The labels of the most similar names, at most MOST; of names in the text if none is
        similar: Kazakhstan for "Republic of Kazakhstan"."""
        words = keys(text)
        if not words:
            return []
        found = extract(
            "".join(words),
            list(self.labels),
            scorer=OSA.normalized_similarity,
            score_cutoff=SIMILAR,
            limit=None,
        )
        best = max((score for _name, score, _place in found), default=0)
        close = [name for name, score, _place in found if name and score >= best - CLOSE]
        near = dict.fromkeys(label for name in close for label in self.labels[name])
        return list(near or dict.fromkeys(self._within(words)))[:MOST]

    def _within(self, words: list[str]) -> Iterable[str]:
        """The labels of the names that are in these words, the longest names first."""
        for length in range(len(words) - 1, 0, -1):
            for first in range(len(words) - length + 1):
                name = " ".join(words[first : first + length])
                if len(name) >= PART:
                    yield from self.whole.get(name, ())


def suggestion(names: list[str]) -> str:
    """The names as a question; empty without any."""
    if not names:
        return ""
    *others, last = names
    words = _("%(others)s or %(last)s") % {"others": ", ".join(others), "last": last}
    return _("did you mean %s?") % (words if others else last)
