"""Words of a text with their places, folded one by one, so that no offset changes."""

import re
from bisect import bisect_right
from functools import lru_cache

from core.folding import fold

# Longer words are not folded: no date or sum has one.
LONGEST_WORD = 40
# Apostrophes, accents, soft hyphens and the usual invisible characters belong to a word, but not
# the English "'s". A longer list of characters would make this pattern fifteen times as slow.
_INSIDE = r"(?!['’]s\b)['’ʼ\u0300-\u036f\xad\u200b-\u200f\u2060\ufeff]"
WORD = rf"[^\W\d_]+(?:{_INSIDE}+[^\W\d_]+)*[\u0300-\u036f]*"
# A stop ends a sentence unless it follows a single letter: "2023 г. Президент".
_SENTENCE_END = re.compile(r"(?<![\s.][^\W\d_])[.!?…][\"»”)]{0,2}\s+(?=[^\Wa-zа-я0-9_])|\n\s*")


@lru_cache(maxsize=65536)
def folded(word: str) -> str:
    """A word as the tables of words write it; empty if it is too long for them."""
    return fold(word) if len(word) <= LONGEST_WORD else ""


def word_set(text: str) -> frozenset[str]:
    """The folded words of a table."""
    return frozenset(text.split())


class Sentences:
    """The sentences of a text by number, for telling which places are near each other."""

    def __init__(self, text: str):
        self._ends = [match.end() for match in _SENTENCE_END.finditer(text)]

    def number(self, place: int) -> int:
        """The number of the sentence at this offset of the text."""
        return bisect_right(self._ends, place)
