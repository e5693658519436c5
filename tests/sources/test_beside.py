"""The text of a source beside a form, in full or around the cited places."""

import pytest

from sources.beside import SHOWN, text_beside
from sources.models import SourceText
from tests.factories import PassageFactory, SourceFactory

pytestmark = pytest.mark.django_db

SHORT = "The ministers met.\n\nTrade grew."


def source_with(text):
    source = SourceFactory()
    SourceText.objects.create(source=source, text=text)
    return source


def passage(source, words):
    text = source.full_text.text
    start = text.index(words)
    found = PassageFactory(source=source, quote=words, start=start, end=start + len(words))
    found.anchor(text)
    found.save()
    return found


def shown(beside):
    """The paragraphs beside a form: offset, text, and whether text before it is left out."""
    return [
        (row.start, "".join(part.text for part in row.segments), row.after_gap)
        for row in beside.paragraphs
    ]


def own(beside):
    """The words that the form itself quotes or cites."""
    return [
        part.text
        for row in beside.paragraphs
        for part in row.segments
        if any(passage.is_own for passage in part.passages)
    ]


def test_a_source_without_a_text_has_nothing_beside_its_forms():
    assert text_beside(SourceFactory()) is None


def test_a_short_text_is_shown_in_full_with_the_offsets_of_its_paragraphs():
    beside = text_beside(source_with(SHORT))
    assert shown(beside) == [(0, "The ministers met.", False), (20, "Trade grew.", False)]
    assert not beside.is_part


def test_the_quotation_and_the_passages_of_the_form_are_told_from_others():
    source = source_with(SHORT)
    cited, other = passage(source, "ministers"), passage(source, "The")
    beside = text_beside(source, "trade GREW", [cited.pk])
    assert own(beside) == ["ministers", "Trade grew"]
    assert other in beside.paragraphs[0].segments[0].passages


def long_text():
    filler = [f"Paragraph {number} says nothing of interest." for number in range(40_000)]
    filler[30_000] = "The presidents opened the bridge."
    return "\n\n".join(filler)


def test_a_long_text_is_cut_to_what_surrounds_the_cited_places():
    beside = text_beside(source_with(long_text()), "opened the bridge")
    texts = [text for _start, text, _gap in shown(beside)]
    assert "The presidents opened the bridge." in texts
    assert "Paragraph 0 says nothing of interest." not in texts
    assert own(beside) == ["opened the bridge"]
    assert beside.is_part
    assert beside.paragraphs[0].after_gap
    assert 1000 < sum(map(len, texts)) <= SHOWN + 2000


def test_a_long_text_without_cited_places_is_shown_from_its_beginning():
    text = long_text()
    beside = text_beside(source_with(text))
    first, *_others, last = shown(beside)
    assert first == (0, "Paragraph 0 says nothing of interest.", False)
    assert last[0] + len(last[1]) <= SHOWN + 100
    assert text[last[0] : last[0] + len(last[1])] == last[1]


def test_a_long_paragraph_is_cut_between_words():
    words = " ".join(f"word{number}" for number in range(10_000))
    beside = text_beside(source_with(words), "word5000 word5001")
    ((start, text, after_gap),) = shown(beside)
    assert words[start : start + len(text)] == text
    assert set(text.split()) <= set(words.split())
    assert after_gap
    assert "word5000 word5001" in text


def test_many_cited_places_of_a_long_text_do_not_exceed_the_limit():
    source = source_with(long_text())
    for number in range(0, 30_000, 500):
        passage(source, f"Paragraph {number} says")
    beside = text_beside(source, "opened the bridge")
    assert sum(len(text) for _start, text, _gap in shown(beside)) <= SHOWN + 2000
    assert own(beside) == ["opened the bridge"]
