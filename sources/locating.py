"""Locating copied words in a text, regardless of case, accents and line breaks."""

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import islice

from core.documents import PAGE
from core.folding import UNSEEN, fold, visible

# The most places that `places` finds by default; the least similarity of a nearest sentence.
NAMED = 5
LIKE = 0.6
# A longer sentence, such as a table without full stops, is compared in parts of this length.
LONG = 2000
# The largest product of two lengths for which letters are compared.
COMPARED = 60_000
PARAGRAPH = re.compile(r"\S(?:.|\n(?!\s*\n))*")
SENTENCE_END = re.compile(r"[.!?…]{1,10}[\"'’”»)\]]*\s+(?=[\"'‘“«(\[]*[\w])")
_EDGES = " \t\r\n\xa0\"'“”„‘’«»…" + UNSEEN


@dataclass(frozen=True, slots=True)
class Place:
    """A run of characters of a text: its offsets, and where readers find it."""

    start: int
    end: int
    page: int | None
    paragraph: int
    sentence: int

    @property
    def locator(self) -> str:
        """The place as the locator of a passage: p3s9, or page-2 in a text with pages."""
        return f"page-{self.page}" if self.page else f"p{self.paragraph}s{self.sentence}"


def places(text: str, words: str, most: int = NAMED) -> list[Place]:
    """Up to `most` places where the words occur, in text order; empty if there are no words.

    Matching folds text as search does, treats spaces and line breaks alike, ignores invisible
    characters, joins words that a line break hyphenates, and finds only whole words: not "war" in
    "warrant".
    """
    pattern = _pattern(text, words.strip(_EDGES))
    if pattern is None:
        return []
    return [place(text, *found.span()) for found in islice(pattern.finditer(text), most)]


def place(text: str, start: int, end: int) -> Place:
    """The place between two offsets, with page, paragraph and sentence numbers from 1."""
    page = text.count(PAGE, 0, start) + 1 if PAGE in text else None
    number, first = 0, 0
    for paragraph in PARAGRAPH.finditer(text):
        number, first = number + 1, paragraph.start()
        if start < paragraph.end():
            break
    sentences = SENTENCE_END.findall(text, first, start + 1)
    return Place(start, end, page, number or 1, len(sentences) + 1)


def same_words(text: str, words: str) -> list[tuple[int, int]]:
    """The offsets of all occurrences of the words in a text, letter by letter, except for what
    readers do not see: kinds of spaces and hyphens, soft hyphens, direction marks."""
    pattern = _pattern(text, words, visible)
    return [found.span() for found in pattern.finditer(text)] if pattern else []


def _pattern(text: str, words: str, normal: Callable[[str], str] = fold) -> re.Pattern | None:
    """A pattern that finds the words in the original text, so that offsets need no conversion.

    Each letter matches all letters of this text that `normal` makes equal to it. None if there are
    no words.
    """
    wanted = re.sub(" ?- ?", "-", normal(words))
    if not wanted:
        return None
    letters = defaultdict(list)
    for letter in set(text):
        letters[normal(letter)].append(letter)
    silent = "".join(letter for letter in letters.pop("", []) if not letter.isspace())
    marks = f"[{re.escape(silent)}]*+" if silent else ""
    gap = rf"[\s{re.escape(silent)}]*+"
    # A word may be divided at the end of a line, by a hyphen or a soft hyphen.
    end = rf"(?:[-\u2010]|(?<=\u00ad))[ \t\r{re.escape(silent)}]*+\n"
    joint = f"(?:{end}{gap})?" if re.search(end, text) else ""
    wide = [key for key in letters if len(key) > 1]
    parts, at = [], 0
    while at < len(wanted):
        letter = wanted[at]
        if letter == " ":
            parts.append(rf"\s{gap}")
        elif letter == "-":
            parts.append(f"{gap if parts else ''}{_one_of(letters, '-')}{gap}")
        else:
            one = _one_of(letters, letter)
            # A letter may fold to several: "ae" finds "æ".
            longer = next((key for key in wide if wanted.startswith(key, at)), None)
            if longer:
                rest = marks.join(_one_of(letters, letter) for letter in longer)
                one = f"(?:{_one_of(letters, longer)}|{rest})"
                at += len(longer) - 1
            inside = wanted[at + 1 : at + 2].isalpha() and letter.isalpha()
            parts.append(one + marks + (joint if inside else ""))
        at += 1
    first = r"(?<!\w)" + (rf"(?<!\w[{re.escape(silent)}])" if silent else "")
    last = rf"(?!{marks}\w)"
    return re.compile(
        (first if normal is fold and wanted[0].isalnum() else "")
        + "".join(parts)
        + (last if normal is fold and wanted[-1].isalnum() else "")
    )


def _one_of(letters: dict[str, list[str]], letter: str) -> str:
    return f"[{re.escape(''.join(letters.get(letter, [letter])))}]"


def nearest(text: str, words: str) -> Place | None:
    """The sentence most similar to words that are not in the text; None if none is similar."""
    wanted = fold(words)
    tokens = set(wanted.split())
    if not tokens:
        return None
    scored = []
    parts = (
        (first, min(first + LONG, end))
        for start, end in _sentences(text)
        for first in range(start, end, LONG)
    )
    for start, end in parts:
        folded = fold(text[start:end])
        if shared := len(tokens & set(folded.split())):
            scored.append((shared / len(tokens), start, end, folded))
    best, found = LIKE, None
    for _share, start, end, folded in sorted(scored, key=lambda row: -row[0])[:20]:
        if (like := _likeness(wanted, folded)) > best:
            best, found = like, (start, end)
    return place(text, *found) if found else None


def _likeness(wanted: str, folded: str) -> float:
    """The share of the wanted letters that stand in another text in the same order. In long texts,
    entire words are compared: comparing letters takes minutes if a text repeats itself."""
    one, other = wanted, folded
    if len(wanted) * len(folded) > COMPARED:
        one, other = wanted.split(), folded.split()
    # Only the matching part of a long sentence counts.
    blocks = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    same = sum(len("".join(one[block.a : block.a + block.size])) for block in blocks)
    return same / len("".join(one))


def _sentences(text: str):
    for paragraph in PARAGRAPH.finditer(text):
        start = paragraph.start()
        for gap in SENTENCE_END.finditer(text, start, paragraph.end()):
            yield start, gap.end() - len(gap[0]) + len(gap[0].rstrip())
            start = gap.end()
        yield start, paragraph.end()


def around(text: str, found: Place, width: int = 60) -> str:
    """The words at a place in brackets, with `width` characters on either side, in one line."""
    start, end = max(0, found.start - width), found.end + width
    before = "…" if start else ""
    after = "…" if end < len(text) else ""
    words = text[found.start : found.end]
    marked = f"{text[start : found.start]}[{words}]{text[found.end : end]}"
    return before + " ".join(marked.split()) + after
