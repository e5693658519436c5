"""Extracts of texts, with the words of a query marked in their original letters."""

from search.extracts import BEFORE, MOST, WORDS, extract, marked
from search.words import key, keys


def text_of(parts):
    return "".join(text for text, _found in parts)


def marks_of(parts):
    return [text for text, found in parts if found]


class TestMarked:
    def test_a_word_is_marked_in_its_original_letters(self):
        assert marked("Әзірбайжан, «Қазақстан»!", [key("Қазақстан")]) == [
            ("Әзірбайжан, «", False),
            ("Қазақстан", True),
            ("»!", False),
        ]

    def test_a_key_with_a_star_marks_all_words_that_begin_with_it(self):
        assert marks_of(marked("Transport and transit, not rail", ["trans*"])) == [
            "Transport",
            "transit",
        ]

    def test_words_side_by_side_are_one_mark_and_only_side_by_side(self):
        phrase = " ".join(keys("transit of goods"))
        parts = marked("Goods: the transit of goods, and a transit", [phrase])
        assert marks_of(parts) == ["transit of goods"]

    def test_the_last_of_words_side_by_side_may_be_a_beginning(self):
        assert marks_of(marked("oil pipelines, oil and gas", ["oil pip*"])) == ["oil pipelines"]

    def test_overlapping_matches_are_marked_once(self):
        parts = marked("oil and gas and oil", ["oil and", "and gas", "gas"])
        assert marks_of(parts) == ["oil and gas"]
        assert text_of(parts) == "oil and gas and oil"

    def test_nothing_to_find_marks_nothing(self):
        assert marked("oil", [""]) == [("oil", False)]
        assert marked("", ["oil"]) == []


class TestExtract:
    LONG = " ".join(f"word{number}" for number in range(100))

    def test_the_text_that_matches_most_is_taken(self):
        parts = extract(["oil", "", "oil and gas", "gas, oil"], ["oil", "gas"])
        assert parts == [("oil", True), (" and ", False), ("gas", True)]

    def test_a_long_text_is_cut_around_its_match(self):
        parts = extract([self.LONG], [key("word50")])
        assert (parts[0][0], parts[-1][0]) == ("… ", " …")
        words = text_of(parts).strip("… ").split()
        assert words == [f"word{50 - BEFORE + number}" for number in range(WORDS)]

    def test_the_part_with_most_different_matches_is_taken(self):
        text = f"oil oil oil {self.LONG} oil gas {self.LONG}"
        assert marks_of(extract([text], ["oil", "gas"])) == ["oil", "gas"]

    def test_a_match_near_the_end_shows_as_many_words(self):
        parts = extract([f"{self.LONG}."], [key("word99")])
        assert len(text_of(parts).split()) == WORDS + 1
        assert parts[-2:] == [("word99", True), (".", False)]

    def test_a_text_without_a_match_is_shown_from_its_beginning(self):
        parts = extract(["", self.LONG], ["oil"])
        assert text_of(parts).split() == [*(f"word{number}" for number in range(WORDS)), "…"]

    def test_no_text_has_no_extract(self):
        assert extract(["", ""], ["oil"]) == []

    def test_extract_of_a_text_without_spaces_is_short_and_shows_the_match(self):
        for text in (f"{'x' * 5000} oil {'y' * 5000}", f"{'.' * 5000}oil{'.' * 5000}"):
            parts = extract([text], ["oil"])
            assert marks_of(parts) == ["oil"]
            assert len(text_of(parts)) == MOST + len("… ") + len(" …")
        assert text_of(extract(["x" * 5000], ["oil"])) == "x" * MOST + " …"
        assert text_of(extract(["y" * 5000 + " oil"], ["oil"])) == "… " + "y" * (MOST - 4) + " oil"
