"""Extracts of texts with the words of a query marked, in their original letters."""

from collections.abc import Iterable

from search.words import places

# The words of an extract, and how many of them stand before its first mark.
WORDS, BEFORE = 30, 8
Part = tuple[str, bool]


def marked(text: str, found: Iterable[str]) -> list[Part]:
    """A text in parts, each with whether it is one of these keys of words. A key that ends in *
    stands for all words that begin with it."""
    exact, starts = set(), ()
    for key in found:
        if key.endswith("*"):
            starts += (key[:-1],)
        else:
            exact.add(key)
    parts, done = [], 0
    for place in places(text):
        if place.key in exact or (starts and place.key.startswith(starts)):
            parts += [(text[done : place.start], False), (text[place.start : place.end], True)]
            done = place.end
    parts.append((text[done:], False))
    return [part for part in parts if part[0]]
