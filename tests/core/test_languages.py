"""The language of short texts, told by letters, frequent words and endings."""

import pytest

from core.languages import language_of
from tests.core.language_samples import OTHERS, SAMPLES


@pytest.mark.parametrize("tag", SAMPLES)
def test_the_language_of_each_sample_is_recognized(tag):
    assert [language_of(text) for text in SAMPLES[tag]] == [tag] * 5


@pytest.mark.parametrize("tag", OTHERS)
def test_other_languages_are_named_by_their_own_tag_or_not_at_all(tag):
    assert language_of(OTHERS[tag]) == tag.strip()


@pytest.mark.parametrize("tag", SAMPLES)
def test_capitals_and_line_breaks_do_not_change_the_language(tag):
    assert language_of("\n".join(SAMPLES[tag][0].upper().split())) == tag


def test_names_in_another_language_do_not_change_the_language():
    text = (
        "Президент Казахстана Қасым-Жомарт Тоқаев прибыл в Баку с официальным визитом по "
        "приглашению Ильхама Алиева, сообщает пресс-служба Акорды."
    )
    assert language_of(text) == "ru"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\0\ud800",
        "The parties met.",
        "Year | Turnover\n2020 | 100\n2021 | 120",
        " ".join(map("{} {}".format, SAMPLES["en"], SAMPLES["ru"])),
        "Iki olkenin prezidentleri paytaxtda gorusub, neqliyyat ve ticaret muzakire edibler.",
    ],
    ids=["empty", "no letters", "few words", "a table", "two alphabets", "without diacritics"],
)
def test_an_uncertain_language_is_not_named(text):
    assert language_of(text) == ""
