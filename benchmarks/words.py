"""Compare ways to make keys of words: how many forms they join, and how many other words.

    python -m benchmarks.words

The forms and the pairs of different words are in tests/search/word_forms.py; the vocabulary is that
of the fixtures. No database is needed.
"""

import json
import sys
import time
from collections import defaultdict
from pathlib import Path

import snowballstemmer

from search.stems import KAZAKH, kazakh_stem, last_vowel, turkic_stem
from search.words import folded, key, keys, spelled, words
from tests.search.word_forms import APART, FORMS, UNSEEN_APART, UNSEEN_FORMS

ROOT = Path(__file__).parent.parent
ENGLISH, RUSSIAN = (snowballstemmer.stemmer(name) for name in ("english", "russian"))
LANGUAGES = ("name_en", "name_az", "name_kk", "name_ru")


def no_stem(word: str) -> str:
    return spelled(folded(word))


def snowball(word: str) -> str:
    plain = folded(word)
    return spelled((ENGLISH if plain.isascii() else RUSSIAN).stemWord(plain))


def snowball_and_rules(word: str) -> str:
    plain = folded(word)
    if plain.isascii():
        return spelled(ENGLISH.stemWord(last_vowel(turkic_stem(plain))))
    written = word.lower()
    if KAZAKH.search(written):
        return spelled(folded(kazakh_stem(written)))
    return spelled(RUSSIAN.stemWord(plain))


VARIANTS = {
    "no stemming": no_stem,
    "Snowball": snowball,
    "Snowball and Turkic rules": snowball_and_rules,
    "our rules": key,
}


def rows() -> list[dict]:
    return [row for path in ROOT.glob("fixtures/*/*.json") for row in json.loads(path.read_text())]


def strings(value) -> list[str]:
    """All strings in the fields of a row."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [text for one in value for text in strings(one)]
    return [value] if isinstance(value, str) else []


def shared_names(make) -> int:
    """How many names of countries are, by their keys, those of two."""
    found = defaultdict(set)
    for row in rows():
        if row["model"] == "relations.country":
            for language in LANGUAGES:
                if name := row["fields"].get(language):
                    found[tuple(map(make, words(name)))].add(row["fields"]["slug"])
    return sum(len(slugs) > 1 for slugs in found.values())


def line(first: str, counts) -> str:
    return f"| {' | '.join(map(str, (first, *counts)))} |\n"


def joined(text: str, make) -> int:
    """How many lines of words have one key."""
    return sum(len(set(map(make, one.split()))) == 1 for one in text.splitlines() if one)


def main() -> None:
    text = " ".join(text for row in rows() for text in strings(row["fields"]))
    vocabulary = {folded(word) for word in words(text) if word.isalpha()}
    write, makes = sys.stdout.write, VARIANTS.values()
    write(line("", VARIANTS) + line("---", ["---"] * len(VARIANTS)))
    groups = {f"joined: {name}": forms for name, forms in FORMS.items()} | {
        "joined: unseen forms": UNSEEN_FORMS,
        "wrongly joined": APART,
        "wrongly joined: unseen": UNSEEN_APART,
    }
    for name, forms in groups.items():
        total = sum(map(bool, forms.splitlines()))
        write(line(f"{name}, of {total}", [joined(forms, make) for make in makes]))
    write(line("names that two countries share", map(shared_names, makes)))
    keys_ = [len(set(map(make, vocabulary))) for make in makes]
    write(line(f"keys of {len(vocabulary)} words of the fixtures", keys_))
    write(measure(text * 20))


def measure(text: str) -> str:
    """How many words per second get a key, new and again."""
    key.cache_clear()
    distinct = set(words(text))
    start = time.perf_counter()
    for word in distinct:
        key(word)
    first = time.perf_counter() - start
    start = time.perf_counter()
    number = len(keys(text))
    again = time.perf_counter() - start
    return (
        f"{len(distinct) / first:,.0f} new words per second, "
        f"{number / again:,.0f} words of a long text per second\n"
    )


if __name__ == "__main__":
    main()
