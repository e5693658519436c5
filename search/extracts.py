"""Extracts of texts with the words of a query marked, in their original letters."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from search.words import Place, places

# The words of an extract, and how many of them stand before its first mark.
WORDS, BEFORE = 30, 8
# The most characters of an extract, for texts without spaces, and how many stand before its first
# mark then.
MOST, NEAR = 600, 100
# Extracts begin before one of this many marks: a long text may have thousands.
TRIED = 50
Part = tuple[str, bool]


class Run(NamedTuple):
    """Words of a text that are marked: the numbers of the first and the last, and what they
    match."""

    first: int
    last: int
    found: str


def marked(text: str, found: Iterable[str]) -> list[Part]:
    """A text in parts, each with whether it is one of these keys of words. A key that ends in *
    stands for all words that begin with it, several keys with spaces for words side by side."""
    words = list(places(text))
    return _parts(text, words, list(_runs(words, found)), 0, len(text))


def extract(texts: Iterable[str], found: Iterable[str]) -> list[Part]:
    """About 30 words of the text that matches most of `found` (see `marked`), around its matches,
    but at most MOST characters; the beginning of the first text if none matches. An ellipsis stands
    for what is left out."""
    found, best = list(found), None
    for text in filter(None, texts):
        words = list(places(text))
        runs = list(_runs(words, found))
        matched = len({run.found for run in runs})
        if best is None or matched > best[0]:
            best = matched, text, words, runs
    if best is None:
        return []
    _matched, text, words, runs = best
    first = _start(len(words), runs)
    last = first + WORDS
    start = words[first].start if first else 0
    end = words[last - 1].end if last < len(words) else len(text)
    if end - start > MOST:
        marks = (words[run.first].start for run in runs)
        near = next((mark for mark in marks if mark >= start), start) - NEAR
        start = max(start, min(near, end - MOST))
        end = start + MOST
    parts = _parts(text, words, runs, start, end)
    return [
        *([("… ", False)] if start else []),
        *parts,
        *([(" …", False)] if end < len(text) else []),
    ]


def _runs(words: list[Place], found: Iterable[str]) -> Iterator[Run]:
    """The words that match, in the order of their first."""
    beginnings, by_first = (), defaultdict(list)
    for one in found:
        keys = one.split()
        if len(keys) == 1 and one.endswith("*"):
            beginnings += (one[:-1],)
        elif keys:
            by_first[keys[0]].append((one, keys))
    for number, word in enumerate(words):
        for one, keys in by_first.get(word.key, ()):
            here = words[number : number + len(keys)]
            if len(here) == len(keys) and all(map(_is, here, keys)):
                yield Run(number, number + len(keys) - 1, one)
        if word.key.startswith(beginnings):
            start = next(filter(word.key.startswith, beginnings))
            yield Run(number, number, f"{start}*")


def _is(word: Place, key: str) -> bool:
    return word.key.startswith(key[:-1]) if key.endswith("*") else word.key == key


def _start(words: int, runs: list[Run]) -> int:
    """The number of the word at which an extract begins: the one that shows most matches."""

    def shown(first: int) -> tuple[int, int]:
        seen = [run.found for run in runs if first <= run.first and run.last < first + WORDS]
        return len(set(seen)), len(seen)

    latest = max(words - WORDS, 0)
    starts = dict.fromkeys(min(max(run.first - BEFORE, 0), latest) for run in runs[:TRIED])
    return max(starts, key=shown, default=0)


def _parts(text: str, words: list[Place], runs: list[Run], start: int, end: int) -> list[Part]:
    """The part of a text from `start` to `end`, in parts with whether they are marked."""
    spans = []
    for run in runs:
        first, last = words[run.first].start, words[run.last].end
        if spans and first < spans[-1][1]:
            first, last = spans[-1][0], max(last, spans.pop()[1])
        spans.append((first, last))
    parts, done = [], start
    for first, last in spans:
        if start <= first and last <= end:
            parts += [(text[done:first], False), (text[first:last], True)]
            done = last
    parts.append((text[done:end], False))
    return [part for part in parts if part[0]]
