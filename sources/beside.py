"""The text of a source beside the form that cites it: in full, or around the cited places."""

from collections.abc import Iterable
from dataclasses import dataclass

from sources.locating import PARAGRAPH, places
from sources.models import Passage, Source, SourceText
from sources.texts import Segment, annotate

# The most characters of a text that stand beside a form, and the least around a cited place.
SHOWN = 20_000
AROUND = 2_000

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph beside a form, from the offset `start` of the text; `after_gap` if the text
    before it is left out."""

    start: int
    segments: list[Segment]
    after_gap: bool


@dataclass(frozen=True, slots=True)
class TextBeside:
    """A source and those of its paragraphs that stand beside a form."""

    source: Source
    paragraphs: list[Paragraph]
    is_part: bool


def text_beside(
    source: Source, quotation: str = "", cited: Iterable[int] = ()
) -> TextBeside | None:
    """The text of a source with its passages marked; None if it has no attached text.

    The quotation, and the passages with the primary keys `cited`, have `is_own` set. If the text
    is longer than SHOWN characters, only the paragraphs around marked places are included.
    """
    text = SourceText.objects.filter(source=source).values_list("text", flat=True).first()
    if text is None:
        return None
    passages = [row for row in source.passages.all() if row.anchoring == Passage.Anchoring.MATCHES]
    wanted = set(cited)
    for row in passages:
        row.is_own = row.pk in wanted
    passages += _quoted(source, text, quotation)
    spans = shown_spans(text, passages)
    inside = [
        row for row in passages if any(row.start < end and start < row.end for start, end in spans)
    ]
    paragraphs, before = [], 0
    for segments in annotate(text, inside, spans):
        start = segments[0].start
        paragraphs.append(Paragraph(start, segments, bool(text[before:start].strip())))
        before = segments[-1].start + len(segments[-1].text)
    return TextBeside(source, paragraphs, is_part=len(text) > SHOWN)


def _quoted(source: Source, text: str, quotation: str) -> list[Passage]:
    """The places of a quotation as unsaved passages."""
    found = [
        Passage(source=source, start=one.start, end=one.end, anchoring=Passage.Anchoring.MATCHES)
        for one in places(text, quotation)
    ]
    for row in found:
        row.is_own = True
    return found


def shown_spans(text: str, passages: list[Passage]) -> list[Span]:
    """The offsets of the paragraphs to show. In a long text, each is cut to what surrounds the
    passages, or, if there are none, to the beginning."""
    paragraphs = [found.span() for found in PARAGRAPH.finditer(text)]
    if len(text) <= SHOWN:
        return paragraphs
    # The passages of this form come first, because not all may fit.
    nearest = sorted(passages, key=lambda row: (not row.is_own, row.start))[: SHOWN // AROUND]
    around = max(AROUND, SHOWN // max(len(nearest), 1)) // 2
    windows = [(row.start - around, row.end + around) for row in nearest] or [(0, SHOWN)]
    spans = []
    for start, end in paragraphs:
        clipped = [
            (_word(text, max(start, first)), _word(text, min(end, last)))
            for first, last in sorted(windows)
            if first < end and start < last
        ]
        for first, last in clipped:
            if spans and first <= spans[-1][1] and spans[-1][1] > start:
                spans[-1] = (spans[-1][0], max(spans[-1][1], last))
            elif first < last:
                spans.append((first, last))
    return spans


def _word(text: str, at: int) -> int:
    """The offset, or that of the next space if it is within a word."""
    if at == 0 or text[at - 1 : at].isspace():
        return at
    while at < len(text) and not text[at].isspace():
        at += 1
    return at
