"""Comparison of names: of countries and organizations by plain words, of people by sound."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from core.folding import fold, visible

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
    # Umlauts written as two letters, and patronymics of two words, which become one.
    (r"([aou])e(?=\w)", r"\1"), (r" +(ogl[iu]|[gk]izi|uli)\b", r"\1"),
    (r"\b(?:bint?|ibn) +", "ibn"),
    (r"sc?hc?h|s[hcz]h?|ss", "s"), (r"dzh|dj", "c"), (r"zh", "j"), (r"t?ch|ts|tz|cz", "c"),
    (r"[kg]h|\bx|x(?=[^aeiou\W])", "h"), (r"x", "ks"), (r"ph", "f"), (r"g", "k"),
    (r"(?<=[aou])j(?=e)|ij", "i"), (r"i+", "i"), (r"i[aei]", "e"), (r"i([ou])", r"\1"),
    (r"j", "c"), (r"ff?\b", "v"), (r"b\b", "p"), (r"d\b", "t"), (r"z\b", "s"), (r"e", "a"),
    (r"(.)\1+", r"\1"),
)  # fmt: skip
# A patronymic, in the rough spelling: it is never like the name that it is made from.
_PATRONYMIC = re.compile(r"ibn(.+)|(.+)(?:[ao]v(?:ic|na)|okl[iu]|kizi|uli)")
# The least similarity of two spellings of a word: of each word, of one that begins with another
# sound, and of the word that is most similar; and how many words one name may have more.
SIMILAR, SIMILAR_BEGUN, SIMILAR_MOST, MORE = 0.76, 0.9, 0.85, 2
# The number of a monarch.
_NUMBER = re.compile(r"(?<=\w )[IVX]+\b(?!\.)")
# Sounds at the beginning of a name that languages exchange: Heydar, Geidar; Osama, Usama.
_EXCHANGED = str.maketrans("ko", "hu")


def spelled(name: str) -> tuple[str, ...]:
    """The words of a name in a rough Latin spelling, sorted, and the numbers of monarchs, which
    look alike in that spelling."""
    return (*sorted(_words(name)), *_NUMBER.findall(name))


def _words(name: str) -> list[str]:
    text = re.sub(r"[^\w\s]", " ", fold(name).replace("'", "")).translate(_LETTERS)
    for pattern, sound in _SOUNDS:
        text = re.sub(pattern, sound, text)
    return text.split()


def similar_names(one: str, other: str) -> bool:
    """Whether two names may be spellings of the same one: in another order ("Orbán Viktor"), script
    or romanization, with initials, two words as one ("Ki-moon"), or with a patronymic that the
    other leaves out."""
    numbers = [set(_NUMBER.findall(name)) for name in (one, other)]
    if all(numbers) and numbers[0] != numbers[1]:
        return False
    one, other = _words(one), _words(other)
    return _alike(_joined(one, other), _joined(other, one))


def _joined(words: list[str], other: list[str]) -> list[str]:
    """The words, with neighbours as one word where the other name writes them so."""
    for place in range(len(words) - 1):
        if (word := "".join(words[place : place + 2])) in other:
            return _joined([*words[:place], word, *words[place + 2 :]], other)
    return words


def _alike(one: list[str], other: list[str]) -> bool:
    shorter, longer = sorted((sorted(one), sorted(other)), key=len)
    if shorter == longer:
        return bool(shorter)
    if len(shorter) < 2 or len(longer) - len(shorter) > MORE:
        return False
    # Whole words first, so that an initial does not take the word of another.
    left, most = list(longer), 0
    for word in sorted(shorter, key=len, reverse=True):
        twin = max(left, key=lambda each: _likeness(word, each))
        likeness = _likeness(word, twin)
        if likeness < SIMILAR:
            return False
        if min(len(word), len(twin)) > 1:
            most = max(most, likeness)
        left.remove(twin)
    return most >= SIMILAR_MOST


def _likeness(one: str, other: str) -> float:
    """The similarity of two words, from 0 to 1; an initial is like any word that it begins."""
    if min(len(one), len(other)) == 1:
        return SIMILAR if one[0] == other[0] else 0
    stems = [_PATRONYMIC.fullmatch(word) for word in (one, other)]
    if all(stems):
        one, other = (stem[1] or stem[2] for stem in stems)
    elif any(stems):
        return 0
    if one == other:
        return 1
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) < 4 or len(longer) - len(shorter) > 1 and not longer.startswith(shorter):
        return 0
    likeness = SequenceMatcher(None, one, other).ratio()
    begun = one[0].translate(_EXCHANGED) == other[0].translate(_EXCHANGED)
    return likeness if begun or likeness >= SIMILAR_BEGUN else 0


_WORDS = {"saint": "st", "and": "", "the": "", "of": ""}
# What British and American spelling write differently, in their order.
_SPELLINGS = (
    (r"(?<=[iy])z", "s"), (r"our", "or"), (r"tre\b", "ter"), (r"ence\b", "ense"),
    (r"amme\b", "am"), (r"ogue\b", "og"), (r"ll", "l"),
)  # fmt: skip
# Words that the name of an organization may have or lack: prepositions, and legal forms.
_EXTRA_WORDS = (
    "for in on to de du des la le les et по на для и в ve və jsc cjsc ojsc llp llc ltd inc plc "
    "corp gmbh ag sa ао оао зао пао тоо ооо mmc asc qsc"
)
_EXTRA = frozenset(_EXTRA_WORDS.split())
# One word with two capital letters.
_ABBREVIATION = re.compile(r"(?=(?:.*[^\W\d_a-zа-я]){2})[\w.&/-]{2,12}")


def plain_words(name: str) -> list[str]:
    """The words of a name for comparison, regardless of case, accents, "&", "St.", "the", and
    British or American spelling."""
    text = re.sub(r"[^\w\s]", " ", fold(name).replace("&", " and ").replace("'", ""))
    for spelling, other in _SPELLINGS:
        text = re.sub(spelling, other, text)
    return list(filter(None, (_WORDS.get(word, word) for word in text.split())))


# The names in a list repeat.
@lru_cache(maxsize=20_000)
def squeeze(name: str) -> str:
    """The plain words of a name without spaces."""
    return "".join(plain_words(name))


@dataclass(frozen=True, slots=True)
class OrganizationNames:
    """The names of an organization for comparison: their words in two plain forms (`full`), those
    that are abbreviations, and the initials of the others."""

    full: frozenset
    abbreviations: frozenset[str]
    initials: frozenset[str]

    @staticmethod
    def of(texts: Iterable[str]) -> "OrganizationNames":
        full, short, initials = set(), set(), set()
        for name in filter(squeeze, (name for text in texts for name in _named_in(text))):
            words = [word for word in plain_words(name.replace("-", "")) if word not in _EXTRA]
            full.add(squeeze(name))
            if _ABBREVIATION.fullmatch(name):
                short.add(squeeze(name))
            else:
                initials.add("".join(word[0] for word in words))
            # The rough spelling of letters alone, such as EC and EEC, is the same.
            if len(words) > 1 or not name.isupper():
                full.add((*spelled(" ".join(words)), *_NUMBER.findall(name)))
        return OrganizationNames(frozenset(full - {()}), frozenset(short), frozenset(initials))

    def match(self, other: "OrganizationNames") -> bool:
        """Whether the two have a name in common. The initials of a name count for an organization
        of which only an abbreviation is known."""
        short, long = (self, other) if other.initials else (other, self)
        of_initials = not short.initials and short.abbreviations & long.initials
        return bool(of_initials or self.full & other.full)


def _named_in(text: str) -> list[str]:
    """The names in a text: two if an abbreviation is in brackets or after a dash."""
    parts = list(filter(None, re.split(r"\s*[()\[\]]\s*|\s+[–—-]\s+", visible(text))))
    return parts if any(map(_ABBREVIATION.fullmatch, parts)) else [text]
