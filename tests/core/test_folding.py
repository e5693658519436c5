"""Folded text: one form for all spellings of the same words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.folding import UNSEEN, fold, trim, visible


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Azərbaycan", "azerbaycan"),
        ("AZERBAYCAN", "azerbaycan"),
        ("AZƏRBAYCAN", "azerbaycan"),
        ("Договор", "договор"),
        ("ДОГОВОР", "договор"),
        ("Қазақстан", "казакстан"),
        ("Казакстан", "казакстан"),
        ("Өзбекстан Үндістан", "озбекстан ундистан"),
        ("Ғылым", "гылым"),
        # All four i's of Turkish and Azerbaijani: with and without a dot, large and small.
        ("İlham ILHAM ılham ilham", "ilham ilham ilham ilham"),
        ("Ёлка", "елка"),
        ("Ålesund", "alesund"),
        ("Đà Nẵng", "da nang"),
        ("Łódź", "lodz"),
        ("Straße", "strasse"),
        ("L’accord “final” – 2005", 'l\'accord "final" - 2005'),
        ("  two\t words\n", "two words"),
        ("№ 5", "no 5"),
        ("«Silk Road» „Seidenstraße“", '"silk road" "seidenstrasse"'),
        (
            "Oʻzbekiston O‘zbekiston O`zbekiston Kazanʹ",
            "o'zbekiston o'zbekiston o'zbekiston kazan'",
        ),
        ("مُحَمَّـــد", "محمد"),
        ("oﬃce ﬁle Orba\u0301n 1⁄2", "office file orban 1/2"),
        ("", ""),
    ],
)
def test_folding(text, folded):
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Ka\u00adzakh\u00adstan", "Kazakhstan"),
        ("Kazakh\u00ad\n  stan", "Kazakhstan"),
        ("Kazakh\u00ad\u200b \r\nstan", "Kazakhstan"),
        ("Kazakh\u200bstan", "Kazakhstan"),
        ("\u200eAzerbaijan\u200f", "Azerbaijan"),
        ("\u202aAzerbaijan\u202c \u2067(2005)\u2069", "Azerbaijan (2005)"),
        ("\ufeffTitle", "Title"),
        ("word\u2060joiner", "wordjoiner"),
        ("heart\ufe0f", "heart"),
        ("two \u200b words", "two words"),
        ("5\u00a0May\u202f2005", "5 May 2005"),
        ("27\u2011ci, Al\u2010Maty, \u22125", "27-ci, Al-Maty, -5"),
        ("line\x02\x0bbreak\x7f", "line break"),
        # What readers see stays: dashes, quotation marks, accents, case.
        ("“Été” – ÉTÉ — 1990–1992", "“Été” – ÉTÉ — 1990–1992"),
    ],
)
def test_visible_text_has_no_invisible_characters(text, seen):
    assert visible(text) == seen
    assert fold(text) == fold(seen)


@given(st.lists(st.sampled_from(["Silk", "Road", "путь", "Ə"]), min_size=1), st.data())
def test_invisible_characters_anywhere_make_no_difference(words, data):
    text = " ".join(words)
    at = data.draw(st.integers(0, len(text)))
    spoilt = text[:at] + data.draw(st.sampled_from(UNSEEN)) + text[at:]
    assert visible(spoilt) == text
    assert fold(spoilt) == fold(text)
    assert trim(f" {UNSEEN}{text}\u00a0{UNSEEN}") == text


@given(st.text())
def test_folding_again_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet="abcəğıöüşçABCƏĞIÖÜŞÇабвгқғңүұһәөіАБВГҚҒҢҮҰҺӘӨІ "))
def test_case_makes_no_difference(text):
    assert fold(text.upper()) == fold(text.lower()) == fold(text)


@given(st.text())
def test_folded_text_has_no_outer_or_double_spaces(text):
    assert fold(text) == " ".join(fold(text).split())


def test_long_runs_of_soft_hyphens_are_removed_in_linear_time():
    assert visible("a" + "\xad " * 200_000 + "\xad\nb") == "a b"
