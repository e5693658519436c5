"""The keys of words: what a search compares, the same for all spellings and forms of a word.

A key is made in three steps: the word is folded (core.folding), reduced to its stem (search.stems),
and written in a rough Latin spelling. Keys consist of the letters a-z and digits, without "zz".
See docs/adr/0070-keys-of-words.md for the rules.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from os.path import commonprefix
from typing import NamedTuple

from anyascii import anyascii

from core.folding import UNSEEN, fold
from core.folding import plain as plain_text
from search.stems import KAZAKH, kazakh_stem, last_vowel, latin_stem, russian_stem


def _ranges(characters: str) -> str:
    """A class of characters for a regular expression: an expression with ranges is much faster."""
    codes = dict.fromkeys(sorted(map(ord, characters)))
    starts = [code for code in codes if code - 1 not in codes]
    ends = [code for code in codes if code + 1 not in codes]
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in zip(starts, ends, strict=True))


# Combining marks and invisible characters belong to the word in which they stand.
_MARKS = "".join(
    chr(code) for code in range(0x300, 0x20F0) if unicodedata.category(chr(code)) in ("Mn", "Mc")
)
_WITHIN = _ranges(_MARKS + UNSEEN)
_QUOTES = "'’‘ʼʻʹ"
# Han and kana are written without spaces: each character is a word.
_SINGLE = "\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_LETTER = rf"[^\W_{_SINGLE}]"
_WORD = re.compile(
    rf"\d+(?:[.,]\d+)+(?![^\W_])|[{_SINGLE}]|"
    rf"{_LETTER}+(?:[{_WITHIN}]+{_LETTER}*|[{_QUOTES}]{_LETTER}+)*"
)
# Longer words are cut: an index stores no lexeme of any length.
LONGEST = 60
# Words of up to CODE Latin letters are often codes, in which every letter counts: "TTO" is not
# "TO", and "GHA" is not "GA".
CODE = 3


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
    return _WORD.findall(text)


def keys(text: str) -> list[str]:
    """The keys of the words of a text, in order."""
    return [word for word in map(key, words(text)) if word]


@lru_cache(maxsize=50_000)
def key(word: str) -> str:
    """The key of one word; empty if it has no letter or digit that can be written in Latin."""
    return _key(word)


def _key(word: str) -> str:
    # Letters beyond those of any key would only take time.
    word = word[: 4 * LONGEST]
    plain = folded(word)
    if plain[:1].isdigit():
        return _number(plain)
    if len(plain) <= CODE and plain.isascii():
        text = _LONE_Z.sub("z", re.sub("[^a-z0-9]", "", plain))
        is_code = len(text) < CODE or _ENDS_IN_Y.fullmatch(text)
        return text if is_code else text.translate(_CODE_LETTERS)
    found = spelled(_stem(word, plain))[:LONGEST]
    # "ЕС" is the European Union, ES Spain.
    return f"{found}0" if found and len(plain) < CODE and _CYRILLIC.search(plain) else found


@lru_cache(maxsize=20_000)
def begun(word: str) -> str:
    """The beginning of the keys of words that begin with these letters: for a word that is still
    being typed. It is shorter than the word if an ending may have begun."""
    word = word[: 4 * LONGEST]
    plain = folded(word)
    if plain[:1].isdigit():
        return _number(plain)
    cyrillic = bool(_CYRILLIC.search(plain))
    ends = _CYRILLIC_ENDS if cyrillic else _LATIN_ENDS
    longer = (word + end for end in ends if len(plain + end) > CODE)
    typed = spelled(plain)
    # A name in "ev" or "ov" may begin with another letter: "Əliyev" with "a".
    same = (one for one in map(_key, longer) if one[:1] == typed[:1])
    found = commonprefix([typed, *same])[:LONGEST]
    if len(found) < _LEAST:  # "СС" of "СССР", whose doubled letters a longer word would lose.
        return typed
    least = (_CYRILLIC_DIGRAPHS if cyrillic else _LATIN_DIGRAPHS).get(found[-1:])
    return found[:-1] if least and len(found) > least else found


_LEAST = 2
# Letters that may be the first ones of a digraph, and after how many of them that is waited for:
# "фид" of "Фиджи", "alik" of "Alikhan".
_CYRILLIC_DIGRAPHS = {"d": 2}
_LATIN_DIGRAPHS = {"d": 4, "k": 3, "p": 4, "z": 4}
# How endings go on of which the first letters have been typed.
_LATIN_ENDS = (
    "", "a", "an", "ar", "d", "e", "en", "er", "g", "i", "in", "m", "n", "nda", "ng", "r", "s", "v",
    "va",
)  # fmt: skip
_CYRILLIC_ENDS = (
    "", "а", "ар", "в", "го", "е", "ер", "и", "й", "м", "ми", "му", "н", "о", "р", "х", "ы", "ың",
    "ь", "ю", "я", "ң",
)  # fmt: skip


def _number(text: str) -> str:
    """A number or code: "598.47" and "598,47" have the same key."""
    parts = (anyascii(part) for part in re.split("[.,]", text))
    found = "p".join(re.sub("[^a-z0-9]", "", part.lower()) for part in parts)
    return f"n{found}"[:LONGEST] if found.strip("p") else ""


def folded(word: str) -> str:
    """A word in lower case without accents and apostrophes, and without the English "'s"."""
    if not word.isascii():
        word = unicodedata.normalize("NFC", word).translate(_Y_ACUTE)
    text = fold(word)
    if "'" in text:
        text = re.sub("y'(?=[a-z])", "u", text.removesuffix("'s")).replace("'", "")
    return text


# In the Kazakh alphabet of 2018, "ý" is "u"; in that of 2017, "y'" is.
_Y_ACUTE = str.maketrans("ýÝ", "uU")
_CYRILLIC = re.compile("[\u0400-\u04ff]")
# Azerbaijani Cyrillic has letters of its own, and "ә" in all syllables; Kazakh has it in the first.
_AZERBAIJANI = re.compile("[ҝҹј]|[аеиоуыәөү].*ә")
_AZERBAIJANI_LETTERS = str.maketrans("әғгҝҹчжшјхһө", "egqgccjsyxho")


def _stem(word: str, plain: str) -> str:
    """The stem of a word, which is also given folded."""
    if plain.isascii():
        return latin_stem(plain)
    if not _CYRILLIC.search(plain):
        return plain
    written = plain_text(word).lower()
    if _AZERBAIJANI.search(written) and not _KAZAKH_ONLY.search(written):
        return latin_stem(_latin(fold(written.translate(_AZERBAIJANI_LETTERS))))
    if KAZAKH.search(written):
        stem = kazakh_stem(written)
        if KAZAKH.search(stem):
            return last_vowel(_latin(fold(stem)))
        return russian_stem(fold(stem))
    return russian_stem(plain)


_KAZAKH_ONLY = re.compile("[қңұі]")
# Cyrillic letters after folding. The capital keeps "сх" apart from "sh".
_LETTERS = str.maketrans(
    {
        "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ж": "j", "з": "z", "и": "i",
        "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t",
        "у": "u", "ф": "f", "х": "H", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sh", "ъ": "",
        "ы": "i", "ь": "", "э": "e", "ю": "iu", "я": "ia", "є": "e", "ґ": "g", "ј": "i",
    }
)  # fmt: skip
# What romanizations write differently: letters that a stem must have, a pattern, and its spelling.
_SPELLINGS = tuple(
    (letters, re.compile(pattern), spelling)
    for letters, pattern, spelling in (
        # Kazakh, Qazaq, qazax, казах: the one word in which "h" is also "k".
        ("aza", r"^[kq]aza(?:kh|[Hhqx])", "kazak"),
        ("dj", r"dj", "j"), ("zh", r"d?zh", "j"), ("kh", r"kh", "h"), ("x", r"^x", "h"),
        ("gh", r"gh", "g"), ("shch", r"shch", "sh"), ("sh", r"(?<=.)sh", "s"),
        # Aliyev, Əliyev; Karimov, Каримова.
        ("v", r"^e(?=.*[oe]v$)", "a"), ("ov", r"(?<=...)ovo?$", ""),
        ("q", r"q", "k"), ("w", r"w", "v"), ("x", r"x", "ks"), ("ph", r"ph", "f"), ("y", r"y", "i"),
        # President, президент, prezident.
        ("zident", r"(?<=e)zident", "sident"),
        # Zelensky, Зеленского.
        ("ski", r"(?<=..sk)i+$", ""),
        # Tokayev, Tokaev. The "i" of Гайана stays, which is not Гана.
        ("i", r"([aeiou])i(?!\1)(?=[aeou])", r"\1"),
    )
)  # fmt: skip
_DOUBLED = re.compile(r"([a-z])\1+")
# Russian case endings of nouns and adjectives, also where other words end in the same letters:
# "Рустам" and "систем" lose them, so "Rustam" and "system" must too.
_LIKE_A_CASE = re.compile("(?<=....)[aeio]m$")
# No key begins like a token (search.match).
_LONE_Z = re.compile("zz+")
# Stems that the languages spell differently: Baku, Bakı, Бакуге; Almaty, Алматы; minister, министр;
# Karabakh, Карабах, Qarabağ. They begin alike, as they must while they are typed.
_IRREGULAR = {
    "almat": "almati", "baki": "baku", "bakug": "baku", "karab": "karabah", "karabag": "karabah",
    "karabak": "karabah", "ministr": "minister",
}  # fmt: skip
# Shorter stems keep doubled letters: "ТОО" is not "то".
_DOUBLED_FROM = 5
# A word of three letters is written as longer ones are, of which it may be the stem. The exception
# keeps the code PRY apart from PRI.
_ENDS_IN_Y = re.compile("[^aeiou]{2}y")
_CODE_LETTERS = str.maketrans({"q": "k", "w": "v", "x": "ks", "y": "i"})


def _latin(text: str) -> str:
    """A folded word in Latin letters."""
    text = text.translate(_LETTERS)
    return text if text.isascii() else anyascii(text).lower()


def spelled(word: str) -> str:
    """A stem in a rough Latin spelling."""
    text = _latin(word)
    if not text.isalnum():
        text = re.sub("[^a-zH0-9]", "", text)
    for letters, pattern, spelling in _SPELLINGS:
        if letters in text:
            text = pattern.sub(spelling, text)
    text = text.lower()
    text = _DOUBLED.sub(r"\1", text) if len(text) >= _DOUBLED_FROM else _LONE_Z.sub("z", text)
    text = _LIKE_A_CASE.sub("", text)
    return _IRREGULAR.get(text, text)
