"""Locating copied words in a text: folded comparison, whole words only, offsets into the text."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from core.folding import UNSEEN as UNSEEN_SIGNS
from sources.locating import (
    LONG,
    around,
    nearest,
    place,
    place_in_words,
    places,
    same_words,
    sentence_around,
)
from sources.models import Passage, SourceText
from sources.texts import passage_of
from tests.factories import PassageFactory, SourceFactory

TEXT = (
    "Əlaqələr 1992-ci ildə qurul-\nmuşdur. “İkinci” cümlə æther üçündür!\n\n"
    "The long-\nterm war; a warrant. On 11 March 2024\r\nthey signed\u00a0it. The war ended.\n"
)
PAGES = "First page.\n\f\n\n\f\nThird page, with words. And more words."


def found(words, text=TEXT):
    return [text[one.start : one.end] for one in places(text, words)]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("ELAQELER 1992", ["Əlaqələr 1992"]),
        ("qurulmuşdur", ["qurul-\nmuşdur"]),
        ('"ikinci" cumle', ["İkinci” cümlə"]),
        ("aether ucundur", ["æther üçündür"]),
        ("long-term war", ["long-\nterm war"]),
        ("11 March 2024 they signed it", ["11 March 2024\r\nthey signed\u00a0it"]),
        ("… they signed it …", ["they signed\u00a0it"]),
        ("the war", ["The war"]),
        ("war", ["war", "war"]),
        ("warr", []),
        ("peace", []),
        ("(.*)[", []),
        ("", []),
        ("“”", []),
    ],
)
def test_copied_words_are_found(words, expected):
    assert found(words) == expected


UNSEEN = (
    "The treaty was rati\u00ad\nfied on 5\u202fMay in Al\u2011maty by Ka\u200bzakh\u00adstan, "
    "\u200eand the \u200bother war\u00adrant\u2011 based."
)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("was ratified on 5 May", ["was rati\u00ad\nfied on 5\u202fMay"]),
        ("rati\u00ad\nfied", ["rati\u00ad\nfied"]),
        ("on 5\u00a0May in Al-maty", ["on 5\u202fMay in Al\u2011maty"]),
        ("Al\u2010Maty", ["Al\u2011maty"]),
        (
            "\u202bKazakhstan, and the other\u202c",
            ["Ka\u200bzakh\u00adstan, \u200eand the \u200bother"],
        ),
        ("the o\u00adther", ["the \u200bother"]),
        ("warrant-based", ["war\u00adrant\u2011 based"]),
        ("war", []),
        ("rant", []),
        ("Kazakh", []),
    ],
)
def test_invisible_characters_prevent_no_match(words, expected):
    assert found(words, UNSEEN) == expected


@given(st.sampled_from(["signed the treaty", "Əlaqələr qurul", "a-b c"]), st.data())
def test_a_quotation_matches_with_an_invisible_character_anywhere(words, data):
    sign = data.draw(st.sampled_from(UNSEEN_SIGNS))
    at = data.draw(st.integers(0, len(words)))
    spoilt = words[:at] + sign + words[at:]
    assert len(places(f"They {spoilt} then", words)) == 1
    assert len(places(f"They {words} then", spoilt)) == 1
    assert len(same_words(f"They {spoilt} then", words)) == 1


def test_hostile_runs_of_invisible_characters_are_searched_in_linear_time():
    text = "a" + "\u200b" * 200_000 + " -\u00ad" * 100_000
    assert places(text, "a - b") == []


@pytest.mark.parametrize(
    "text", ["a-\n" * 60_000, "a\u00ad\n" * 60_000, "\u00ad \u200b" * 60_000, "a" + "-" * 180_000]
)
@pytest.mark.parametrize("words", ["a" * 999 + "c", "a-" * 400 + "ac", "a " * 400 + "c", "a c"])
def test_texts_that_repeat_a_divided_word_are_searched_in_linear_time(text, words):
    """Its divisions once took a hundred times as long as its letters."""
    (one,) = places(f"{text} a c", "a c")
    assert one.start == len(text) + 1
    assert [place.start for place in places(f"{text} {words} c", words)] == [len(text) + 1]


def test_many_places_in_a_long_paragraph_are_counted_in_linear_time():
    found = places("We met. " * 60_000, "we met", most=200)
    assert [one.locator for one in found] == [f"p1s{number}" for number in range(1, 201)]


@pytest.mark.parametrize(
    "words",
    ["cooperation of well-known", "co-operation of wellknown", "co-operation of well-known"],
)
def test_a_word_divided_at_the_end_of_a_line_may_have_a_hyphen_of_its_own(words):
    text = "For co-\n  operation of well-\nknown states"
    assert found(words, text) == ["co-\n  operation of well-\nknown"]


def test_digits_are_not_joined_over_a_division():
    assert found("19921993", "in 1992-\n1993") == []
    assert found("1992-1993", "in 1992-\n1993") == ["1992-\n1993"]


def test_letters_with_combining_accents_are_found():
    assert found("café", "the cafe\u0301 there") == ["cafe\u0301"]


@given(text=st.text(max_size=200), data=st.data())
def test_any_word_of_a_text_is_found(text, data):
    """The text is split at spaces, so that the words are whole."""
    words = [word for word in text.split() if word.isalpha()]
    if not words:
        return
    word = data.draw(st.sampled_from(words))
    for one in places(text, word, most=1):
        assert one.end > one.start
    assert places(" ".join(words), word)


def test_paragraphs_and_sentences_are_counted_from_one():
    (one,) = places(TEXT, "they signed it")
    assert (one.paragraph, one.sentence, one.locator) == (2, 2, "p2s2")
    (one,) = places(TEXT, "ikinci")
    assert (one.paragraph, one.sentence) == (1, 2)
    assert place(TEXT, 0, 3).locator == "p1s1"


def test_places_in_a_text_with_pages_are_pages():
    (one,) = places(PAGES, "third page")
    assert (one.page, one.locator) == (3, "page-3")


def test_nearest_gives_the_most_similar_sentence_or_none():
    near = nearest(TEXT, "In 11 March 2024 they have signed it")
    assert TEXT[near.start : near.end] == "On 11 March 2024\r\nthey signed\u00a0it."
    assert nearest(TEXT, "nothing alike at all") is None
    assert nearest(TEXT, " ") is None
    assert around(TEXT, near, 12) == "…a warrant. [On 11 March 2024 they signed it.] The war end…"


@pytest.mark.django_db
class TestPassages:
    @pytest.fixture
    def source(self):
        source = SourceFactory(rights="public_domain")
        SourceText.objects.create(source=source, text=TEXT)
        return source

    def refusal(self, source, words, at=None):
        with pytest.raises(ValidationError) as error:
            passage_of(source, words, at)
        return error.value.message_dict

    def test_a_new_passage_has_the_exact_words_and_their_place(self, source):
        made = passage_of(source, "THEY SIGNED IT")
        assert (made.quote, made.locator, made.place) == (
            "they signed\u00a0it",
            "p2s2",
            "paragraph 2, sentence 2",
        )
        assert (TEXT[made.start : made.end], made.anchoring) == (made.quote, "matches")
        assert made.pk is None

    def test_an_existing_passage_is_reused(self, source):
        known = passage_of(source, "they signed it")
        known.save()
        assert passage_of(source, "They signed it") == known

    def test_other_words_of_the_same_sentence_get_another_locator(self, source):
        passage_of(source, "they signed it").save()
        assert passage_of(source, "11 March 2024").locator == "p2s2-2"

    def test_paragraph_numbers_follow_the_other_passages_of_the_source(self, source):
        start = TEXT.index("warrant")
        PassageFactory(source=source, start=start, end=start + 7, quote="warrant", paragraph=7)
        assert passage_of(source, "they signed it").place == "paragraph 7, sentence 2"

    def test_the_place_of_a_passage_in_a_paged_text_is_its_page(self):
        source = SourceFactory(rights="public_domain")
        SourceText.objects.create(source=source, text=PAGES)
        made = passage_of(source, "third page")
        assert (made.locator, made.place) == ("page-3", "page 3")
        made.save()
        other = passage_of(source, "more words")
        assert (other.locator, other.place) == ("page-3-2", "page 3")

    def test_words_at_several_places_need_a_choice(self, source):
        assert self.refusal(source, "war")["quote"][0].startswith(
            "These words occur in 2 places (“"[:-1] + "…"
        )
        second = TEXT.index("war ended")
        assert passage_of(source, "war", second).start == second
        assert "quote" in self.refusal(source, "war", 5)

    def test_unknown_words_are_rejected_with_the_nearest_sentence(self, source):
        assert self.refusal(source, "In 11 March 2024 they have signed it") == {
            "quote": [
                "These words are not in the text of this source. "
                "The nearest words are “On 11 March 2024 they signed it.”."
            ]
        }
        assert self.refusal(source, "nothing alike at all") == {
            "quote": ["These words are not in the text of this source."]
        }

    def test_a_source_without_a_text_is_rejected(self):
        assert self.refusal(SourceFactory(), "words") == {
            "quote": ["This source has no attached text. Attach it, or enter the place."]
        }

    def test_long_quotations_of_a_restricted_source_are_rejected(self):
        source = SourceFactory(rights="reserved")
        SourceText.objects.create(source=source, text="one two " * 10)
        said = self.refusal(source, "one two " * 10)["quote"][0]
        assert said.startswith(
            "20 words are too many. At most 12 words of this source may be quoted"
        )


def test_the_nearest_words_in_a_long_sentence_are_a_part_of_it():
    """Comparing words with millions of characters would take minutes."""
    text = " ".join(f"row {number} of a table" for number in range(60_000))
    text += " the ministers of both countries met on Friday " + "x " * 1000
    found = nearest(text, "the ministers of both states met on Friday")
    assert found.end - found.start == LONG
    assert "the ministers of both countries met on" in text[found.start : found.end]


@pytest.mark.parametrize(
    ("locator", "words"),
    [
        ("p3s9", "paragraph 3, sentence 9"),
        # The second place in one sentence, not a range.
        ("p3s1-2", "paragraph 3, sentence 1"),
        ("p3s9a", "paragraph 3, sentence 9"),
        ("page-5", "page 5"),
        ("page-5-2", "page 5"),
        # Somebody may have typed it for page 5.
        ("p5", "p5"),
        ("page 5", "page 5"),
        ("table 1", "table 1"),
        ("p3s1-2-3", "p3s1-2-3"),
        ("", ""),
    ],
)
def test_a_locator_reads_as_words_only_if_its_meaning_is_certain(locator, words):
    assert place_in_words(locator) == words


@pytest.mark.parametrize(
    ("quote", "place"),
    [
        ("they met", "paragraph 3, sentence 1"),
        ("They met in Baku.", "paragraph 3, sentence 1"),
        ("met in Baku. They parted", "paragraph 3, sentences 1–2"),
        ("Baku. They parted. Then", "paragraph 3, sentences 1–3"),
        ("They parted.\n\nThen they", "paragraphs 3–4"),
    ],
)
def test_the_words_of_a_passage_say_how_many_sentences_it_takes(quote, place):
    passage = Passage(locator="p3s1-2", paragraph=3, sentence=1, quote=quote)
    assert passage.place == place


def test_the_passage_of_words_in_two_sentences_names_both(db):
    source = SourceFactory()
    SourceText.objects.create(source=source, text="One. They met here. They left. Four.")
    made = passage_of(source, "met here. They")
    assert (made.locator, made.place) == ("p1s2", "paragraph 1, sentences 2–3")
    made.save()
    other = passage_of(source, "They met")
    assert (other.locator, other.place) == ("p1s2-2", "paragraph 1, sentence 2")
    assert str(other) == "paragraph 1, sentence 2 “They met”"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("met", ("They ", "met", " in Baku.")),
        ("Baku. They", ("They met in ", "Baku. They", " parted.")),
        ("End", ("", "End", "")),
    ],
)
def test_the_sentence_around_words_is_that_in_which_they_start_and_end(words, sentence):
    text = "Before. They met in Baku. They parted.\n\nEnd"
    start = text.index(words)
    assert sentence_around(text, start, start + len(words)) == sentence


def test_of_a_very_long_sentence_only_the_nearest_words_are_shown():
    text = "a" * 5000 + " word " + "b" * 5000
    before, words, after = sentence_around(text, 5001, 5005)
    assert (len(before), words, len(after)) == (LONG, "word", LONG)
