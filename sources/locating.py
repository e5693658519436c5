"""Locating copied words in a text, regardless of case, accents and line breaks."""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import islice

from django.utils.translation import gettext as _

from core.documents import PAGE
from core.folding import UNSEEN, fold, visible

# The most places that `places` finds by default; the least similarity of a nearest sentence.
NAMED = 5
LIKE = 0.6
# A longer sentence, such as a table without full stops, is compared in parts of this length.
LONG = 2000
# The largest product of two lengths for which letters are compared.
COMPARED = 60_000
PARAGRAPH = re.compile(r"\S[^\n]*+(?:\n(?!\s*\n)[^\n]*+)*+")
SENTENCE_END = re.compile(r"[.!?…]{1,10}[\"'’”»)\]]*\s+(?=[\"'‘“«(\[]*[\w])")
_LOCATOR = re.compile(r"p(\d{1,5})s(\d{1,5})(?:[a-z]|-\d{1,5})?|page-(\d{1,6})(?:-\d{1,5})?")
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
    found = islice(_found(text, words.strip(_EDGES), fold), most)
    return [place(text, *one.span()) for one in found]


def place(text: str, start: int, end: int) -> Place:
    """The place between two offsets, with page, paragraph and sentence numbers from 1."""
    page = text.count(PAGE, 0, start) + 1 if PAGE in text else None
    paragraphs = _paragraphs(text) or [(0, 0)]
    number = bisect_right(paragraphs, start, hi=len(paragraphs) - 1, key=lambda one: one[1])
    sentences = SENTENCE_END.findall(text, paragraphs[number][0], start + 1)
    return Place(start, end, page, number + 1, len(sentences) + 1)


def place_in_words(locator: str) -> str:
    """A locator of the form p3s9 or page-2 in words; any other as it is.

    The number in p3s9-2 tells two places in one sentence apart: it is not the end of a range.
    """
    found = _LOCATOR.fullmatch(locator)
    if not found:
        return locator
    if found[3]:
        return _("page %d") % int(found[3])
    return sentences_in_words(int(found[1]), int(found[2]))


def sentences_in_words(paragraph: int, sentence: int | None = None, quote: str = "") -> str:
    """The place of a quotation that starts in this paragraph and sentence, in words; the quotation
    says how many sentences it takes."""
    if (more := len(PARAGRAPH.findall(quote)) - 1) > 0:
        return _("paragraphs %(first)d–%(last)d") % {"first": paragraph, "last": paragraph + more}
    if not sentence:
        return _("paragraph %d") % paragraph
    values = {"paragraph": paragraph, "sentence": sentence}
    if more := len(SENTENCE_END.findall(quote)):
        words = _("paragraph %(paragraph)d, sentences %(sentence)d–%(last)d")
        return words % (values | {"last": sentence + more})
    return _("paragraph %(paragraph)d, sentence %(sentence)d") % values


def sentence_around(text: str, start: int, end: int) -> tuple[str, str, str]:
    """The sentences in which the text from start to end stands, as the words before it, its own
    words, and those after it; of long sentences, only the nearest words."""
    first = max(0, start - LONG)
    ends = [(first + one, first + other) for one, other in _sentences(text[first : end + LONG])]
    opening = next((one for one, other in ends if one <= start < other), start)
    closing = next((other for one, other in ends if one < end <= other), end)
    return text[opening:start], text[start:end], text[end:closing]


@lru_cache(maxsize=1)
def _paragraphs(text: str) -> list[tuple[int, int]]:
    """The start and end of each paragraph: kept for the other places in the same text."""
    return [paragraph.span() for paragraph in PARAGRAPH.finditer(text)]


def same_words(text: str, words: str) -> list[tuple[int, int]]:
    """The offsets of all occurrences of the words in a text, letter by letter, except for what
    readers do not see: kinds of spaces and hyphens, soft hyphens, direction marks."""
    return [found.span() for found in _found(text, words, visible)]


def _found(text: str, words: str, normal: Callable[[str], str]) -> Iterator[re.Match]:
    """The matches of the words in a text, whose letters `normal` makes comparable; their offsets
    are those of the original text."""
    wanted = re.sub(" ?- ?", "-", normal(words))
    letters = defaultdict(list)
    for letter in set(text):
        letters[normal(letter)].append(letter)
    if not wanted or not set(wanted) <= {" ", *"".join(letters)}:
        return iter(())
    silent = "".join(letter for letter in letters.pop("", []) if not letter.isspace())
    divided, hyphen, soft = _divided(text, silent)
    return _pattern(wanted, letters, silent, hyphen, soft, normal is fold).finditer(divided)


def _divided(text: str, silent: str) -> tuple[str, str, str]:
    """The text with a sign in place of each character between the parts of a word that the end of
    a line divides, and the signs for a hyphen and a soft hyphen, which the text does not have."""
    hyphen, soft = islice((one for one in map(chr, range(0xE000, 0xF900)) if one not in text), 2)
    hidden = re.escape(silent)
    # Each run of spaces is looked at once, from its start.
    start = rf"[-\u2010]|(?<![ \t\r{hidden}])(?=[{hidden}])" if silent else r"[-\u2010]"
    ends = re.compile(rf"(?:{start})[ \t\r{hidden}]*+\n[\s{hidden}]*+")

    def signs(found: re.Match) -> str:
        run = found[0]
        if run[0] in "-\u2010":
            return hyphen * len(run)
        is_soft = "\u00ad" in run[: len(run) - len(run.lstrip(silent))]
        return soft * len(run) if is_soft else run

    return ends.sub(signs, text), hyphen, soft


def _pattern(
    wanted: str, letters: dict[str, list[str]], silent: str, hyphen: str, soft: str, whole: bool
) -> re.Pattern:
    """A pattern of the wanted words, in which each letter matches all `letters` that equal it; only
    of `whole` words if asked."""
    marks = f"[{re.escape(silent)}]*+" if silent else ""
    gap = rf"[\s{re.escape(silent)}]*+"
    inner = f"[{re.escape(silent)}{hyphen}{soft}]*+"
    wide = [key for key in letters if len(key) > 1]
    parts, at = [], 0
    while at < len(wanted):
        letter = wanted[at]
        if letter == " ":
            parts.append(rf"\s{gap}")
        elif letter == "-":
            dash = f"(?:{_one_of(letters, '-')}{gap}|{hyphen}++)"
            parts.append(f"{gap if parts else ''}{dash}")
        else:
            one = _one_of(letters, letter)
            # A letter may fold to several: "ae" finds "æ".
            longer = next((key for key in wide if wanted.startswith(key, at)), None)
            if longer:
                rest = marks.join(_one_of(letters, letter) for letter in longer)
                one = f"(?:{_one_of(letters, longer)}|{rest})"
                at += len(longer) - 1
            inside = wanted[at + 1 : at + 2].isalpha() and letter.isalpha()
            parts.append(one + (inner if inside else marks))
        at += 1
    first = r"(?<!\w)" + (rf"(?<!\w[{re.escape(silent)}])" if silent else "")
    last = rf"(?!{marks}\w)"
    return re.compile(
        (first if whole and wanted[0].isalnum() else "")
        + "".join(parts)
        + (last if whole and wanted[-1].isalnum() else "")
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
