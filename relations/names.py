"""Names of people in any order of their words and in any script, for finding duplicates."""

import re
from difflib import SequenceMatcher

from core.folding import fold

# Cyrillic letters after folding, and combinations of letters that romanizations write differently:
# both become the same rough spelling, which is only compared and never shown.
_LETTERS = str.maketrans(
    {
        "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ж": "j", "з": "z", "и": "i",
        "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t",
        "у": "u", "ф": "f", "х": "h", "ц": "c", "ч": "c", "ш": "s", "щ": "s", "ъ": "", "ы": "i",
        "ь": "", "э": "e", "ю": "iu", "я": "ia", "є": "e", "ґ": "g", "w": "v", "q": "k", "y": "i",
    }
)  # fmt: skip
_SOUNDS = (
    (r"sc?hc?h|s[hcz]h?|ss", "s"), (r"t?ch|ts|tz|cz", "c"), (r"dzh|dj|zh", "j"), (r"[kg]h", "h"),
    (r"\bx", "h"), (r"x", "ks"), (r"ph", "f"), (r"[ij][aei]", "e"), (r"[ij]([ou])", r"\1"),
    (r"ff?\b", "v"), (r"e", "a"), (r"(.)\1+", r"\1"),
)  # fmt: skip
# The least similarity of two spellings of a word, and how many words one name may have more.
SIMILAR, MORE = 0.75, 2


def spelled(name: str) -> tuple[str, ...]:
    """The words of a name in a rough Latin spelling, sorted."""
    text = re.sub(r"[^\w\s]", " ", fold(name).replace("'", "")).translate(_LETTERS)
    for pattern, sound in _SOUNDS:
        text = re.sub(pattern, sound, text)
    return tuple(sorted(text.split()))


def similar_names(one: str, other: str) -> bool:
    """Whether two names may be spellings of the same one: in another order ("Orbán Viktor"), script
    or romanization, with initials, or with a patronymic that the other leaves out."""
    shorter, longer = sorted((spelled(one), spelled(other)), key=len)
    if shorter == longer:
        return bool(shorter)
    if len(shorter) < 2 or len(longer) - len(shorter) > MORE:
        return False
    # Whole words first, so that an initial does not take the word of another.
    left, whole = list(longer), 0
    for word in sorted(shorter, key=len, reverse=True):
        twin = max(left, key=lambda each: _likeness(word, each))
        if _likeness(word, twin) < SIMILAR:
            return False
        whole += min(len(word), len(twin)) > 1
        left.remove(twin)
    return whole > 0


def _likeness(one: str, other: str) -> float:
    """The similarity of two words, from 0 to 1; an initial is like any word that it begins."""
    if min(len(one), len(other)) == 1:
        return SIMILAR if one[0] == other[0] else 0
    if min(len(one), len(other)) < 4 and one != other:
        return 0
    return SequenceMatcher(None, one, other).ratio()
