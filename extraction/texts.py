"""Texts prepared for recognition: folded with a map to the original offsets, and in sentences."""

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache

from core.folding import fold
from sources.locating import PARAGRAPH, SENTENCE_END


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text. `offsets` has the offset in the original of each of its characters, and of the
    end; None if they are the same."""

    text: str
    offsets: list[int] | None
    length: int

    def span(self, match: re.Match, group: int | str = 0) -> tuple[int, int]:
        """The offsets in the original of what a regular expression has found."""
        return self.original(*match.span(group))

    def place(self, offset: int) -> int:
        """The place in the folded text of an offset in the original."""
        return offset if self.offsets is None else bisect_left(self.offsets, offset)

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The offsets in the original of a part of the folded text."""
        if self.offsets is None:
            return start, end
        first = self.offsets[start] if start < len(self.offsets) else self.length
        return first, self.offsets[end - 1] + 1 if end > start else first


@lru_cache(20_000)
def _letter(character: str) -> str:
    return " " if character.isspace() else fold(character)


def folded(text: str) -> Folded:
    """Text folded letter by letter (core.folding), with each kind of space as one space."""
    if text.isascii():
        return Folded(re.sub(r"\s", " ", text.lower()), None, len(text))
    letters = [_letter(character) for character in text]
    joined = "".join(letters)
    if len(joined) == len(text) and all(map(len, letters)):
        return Folded(joined, None, len(text))
    offsets = [place for place, letter in enumerate(letters) for _ in letter]
    return Folded(joined, offsets, len(text))


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a text: its offsets, the number of its paragraph, and its own number in that,
    both from 1, as passages count them."""

    start: int
    end: int
    paragraph: int
    number: int


# Words whose full stop does not end a sentence: initials, titles, other abbreviations.
_NOT_AN_END = re.compile(
    r"(?:(?<![^\W_])[^\W\d_a-zа-яё]|(?<!\w)(?:Mrs?|Ms|Dr|Prof|Gen|St|Nos?|vs|approx|ca|Hon|Amb|"
    r"им|ул|проф|акад|пос|см|ст|cən|prof))\.$"
)
# Units that may end a sentence, unless a currency follows.
_UNIT = re.compile(r"(?<!\w)(?:млн|млрд|трлн|тыс|долл|mln|mlrd|trln|mld|bn|мың|дол)\.$")
_CURRENCY = re.compile(r"(?:США|АҚШ|ABŞ|US|USD|EUR|евро|руб|тг|тенге|манат)")


def sentences(text: str) -> list[Sentence]:
    """The sentences of a text. Where an abbreviation looks like an end, two are one."""
    found = []
    for paragraph, match in enumerate(PARAGRAPH.finditer(text), 1):
        start, first, number = match.start(), 1, 1
        for gap in SENTENCE_END.finditer(text, match.start(), match.end()):
            number += 1
            end = gap.end() - len(gap[0]) + len(gap[0].rstrip())
            following = text[gap.end() : gap.end() + 4].lstrip("\"'‘“«([")[:1]
            if following.islower() or _NOT_AN_END.search(text, max(start, end - 12), end):
                continue
            of_unit = _UNIT.search(text, max(start, end - 12), end)
            if of_unit and _CURRENCY.match(text, gap.end()):
                continue
            found.append(Sentence(start, end, paragraph, first))
            start, first = gap.end(), number
        found.append(Sentence(start, match.end(), paragraph, first))
    return found
