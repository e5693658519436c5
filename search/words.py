"""The keys of words: what a search compares, the same for all spellings and forms of a word.

A key is made in three steps: the word is folded (core.folding), reduced to its stem, and written in
a rough Latin spelling. Keys consist of the letters a-z and digits, and no letter is doubled.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import snowballstemmer
from anyascii import anyascii

from core.folding import UNSEEN, fold

# Combining marks and invisible characters belong to the word in which they stand.
_MARKS = "".join(
    chr(code) for code in range(0x300, 0x20F0) if unicodedata.category(chr(code)) in ("Mn", "Mc")
)
_WITHIN = re.escape(_MARKS + UNSEEN)
_QUOTES = "'’‘ʼʻʹ"
# Han and kana are written without spaces: each character is a word.
_SINGLE = "\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(
    rf"\d+(?:[.,]\d+)+(?![^\W_])|[{_SINGLE}]|"
    rf"(?:(?![{_SINGLE}])[^\W_])(?:(?![{_SINGLE}])[^\W_]|[{_WITHIN}]|[{_QUOTES}](?=[^\W_]))*"
)
# Longer words are cut: an index stores no lexeme of any length.
LONGEST = 60


class Place(NamedTuple):
    """A word of a text: its offsets in characters, and its key."""

    start: int
    end: int
    key: str


def places(text: str) -> Iterator[Place]:
    """The words of a text in order; words without a letter or digit of their own are left out."""
    for found in _WORD.finditer(text):
        if word := key(found[0]):
            yield Place(found.start(), found.end(), word)


def words(text: str) -> list[str]:
    """The words of a text in order, as they are written."""
    return [found[0] for found in _WORD.finditer(text)]


def keys(text: str) -> list[str]:
    """The keys of the words of a text, in order."""
    return [place.key for place in places(text)]


@lru_cache(maxsize=200_000)
def key(word: str) -> str:
    """The key of one word; empty if it has no letter or digit that can be written in Latin."""
    folded = fold(word).replace("'", "")
    if folded[:1].isdigit():
        return _number(folded)
    return _rough(_stem(folded))[:LONGEST]


def begun(word: str) -> str:
    """The beginning of the keys of words that begin with these letters: for a word that is still
    being typed."""
    folded = fold(word).replace("'", "")
    if folded[:1].isdigit():
        return _number(folded)
    # The last letter may become another one with the next: "tokay" is the beginning of "tokayev".
    rough = _rough(folded)[:LONGEST]
    return rough.rstrip("i") or rough


def _number(text: str) -> str:
    """A number or code: "598.47" and "598,47" have the same key."""
    parts = (anyascii(part) for part in re.split("[.,]", text))
    found = "p".join(re.sub("[^a-z0-9]", "", part.lower()) for part in parts)
    return f"n{found}"[:LONGEST] if found.strip("p") else ""


_ENGLISH, _RUSSIAN = (snowballstemmer.stemmer(name) for name in ("english", "russian"))
_CYRILLIC = re.compile("[\u0400-\u04ff]")


def _stem(word: str) -> str:
    """The stem of a folded word."""
    if word.isascii():
        return _ENGLISH.stemWord(word)
    return _RUSSIAN.stemWord(word) if _CYRILLIC.search(word) else word


# Cyrillic letters after folding.
_LETTERS = str.maketrans(
    {
        "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ж": "j", "з": "z", "и": "i",
        "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t",
        "у": "u", "ф": "f", "х": "k", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sh", "ъ": "",
        "ы": "i", "ь": "", "э": "e", "ю": "iu", "я": "ia", "є": "e", "ґ": "g", "ј": "i",
    }
)  # fmt: skip
# What romanizations write differently.
_SPELLINGS = (
    (r"dj|dzh", "j"), (r"zh", "j"), (r"kh|gh", lambda found: found[0][0]), (r"shch", "sh"),
    (r"q", "k"), (r"w", "v"), (r"^x", "k"), (r"x", "ks"), (r"ph", "f"), (r"y", "i"),
    (r"(?<=[aeiou])i(?=[aeou])", ""), (r"([a-z])\1+", r"\1"),
)  # fmt: skip


def _rough(word: str) -> str:
    """A stem in a rough Latin spelling."""
    text = word.translate(_LETTERS)
    if not text.isascii():
        text = anyascii(text).lower()
    text = re.sub("[^a-z0-9]", "", text)
    for pattern, spelling in _SPELLINGS:
        text = re.sub(pattern, spelling, text)
    return text
