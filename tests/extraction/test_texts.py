"""Sentences of texts, and folding with a map to the original offsets."""

import pytest

from extraction.texts import folded, sentences


def told(text: str) -> list[str]:
    return [text[one.start : one.end] for one in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("K. Tokayev met Mr. Smith. They parted.", ["K. Tokayev met Mr. Smith.", "They parted."]),
        ("The U.S. President left. He flew.", ["The U.S. President left.", "He flew."]),
        ("Вложено 5 млн. долларов. Итог.", ["Вложено 5 млн. долларов.", "Итог."]),
        ("На 3 тыс. долл. США больше. Итог.", ["На 3 тыс. долл. США больше.", "Итог."]),
        ("На 3 тыс. долл. Объём вырос.", ["На 3 тыс. долл.", "Объём вырос."]),
        ("", []),
    ],
)
def test_abbreviations_and_initials_do_not_end_a_sentence(text, expected):
    assert told(text) == expected


def test_a_sentence_has_the_numbers_that_passages_give_it():
    found = sentences("First. Mr. Smith came.\n\nSecond paragraph.")
    assert [(one.paragraph, one.number) for one in found] == [(1, 1), (1, 2), (2, 1)]


@pytest.mark.parametrize(
    "text", ["Bakı, 5 milyon", "Æther ﬁve İstanbul", "Қазақстан  \n Ёлка", "abc"]
)
def test_what_is_found_in_folded_text_is_mapped_to_the_original(text):
    prepared = folded(text)
    words = [text[slice(*prepared.original(at, at + 1))] for at in range(len(prepared.text))]
    assert all(folded(word).text.strip()[:1] in ("", letter) or len(folded(word).text) > 1
               for word, letter in zip(words, prepared.text, strict=True))  # fmt: skip
    assert prepared.original(0, len(prepared.text)) == (0, len(text))
