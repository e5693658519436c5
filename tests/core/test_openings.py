"""The title and the day that the first lines of a text give."""

import pytest

from core.dates import today
from core.openings import TITLE, day_in, title_in


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Joint statement.\n\nThe ministers met.", "Joint statement"),
        ("\ufeff \n\u200b Joint\u00a0 statement \n\nThey met.", "Joint statement"),
        ("11 March 2024\nhttps://example.org/a\n12\nTalks in Baku\nThey met.", "Talks in Baku"),
        ("Talks with the U.S.\n\nThey met.", "Talks with the U.S."),
        ("Who met whom?\n\nThey met.", "Who met whom?"),
        ("Talks in Baku\n11 March 2024", "Talks in Baku"),
        (
            "Agreement between the Government of Azerbaijan and the Government of\n"
            "Kazakhstan on archives.\n\nThe Parties",
            "Agreement between the Government of Azerbaijan and the Government of Kazakhstan on "
            "archives",
        ),
        (
            "СОГЛАШЕНИЕ\n\nмежду Правительством Казахстана и\nПравительством Азербайджана\n\nСтаны",
            "СОГЛАШЕНИЕ между Правительством Казахстана и Правительством Азербайджана",
        ),
        ("The ministers met in Baku. " + "They talked about trade. " * 20, "The ministers met in "
         "Baku"),
        ("…\n12\n—", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_the_title_is_the_first_line_with_words(text, title):
    assert title_in(text) == title


def test_a_long_line_without_sentences_is_cut_between_words():
    title = title_in("trade " * 100)
    assert title.endswith("trade …")
    assert TITLE - 10 < len(title) <= TITLE + 2


@pytest.mark.parametrize(
    "line",
    [
        "11 March 2024",
        "Baku, 11 March 2024",
        "BAKU, March 11, 2024",
        "Astana, Kazakhstan, 11 March 2024",
        "11 March 2024 – Astana",
        "Monday, 11 March 2024, 14:30",
        "11.03.2024 | 15:30",
        "Баку, 11 марта 2024 года",
        "«11» марта 2024 г., г. Баку",
        "Опубликовано: 11 марта 2024",
        "Bakı, 11 mart 2024-cü il",
        "Астана қ., 2024 жылғы 11 наурыз",
    ],
)
def test_a_day_alone_or_after_a_place_is_the_date(line):
    assert day_in(f"Joint statement\n\n{line}\n\nThe ministers met.") == "2024-03-11"


@pytest.mark.parametrize(
    "lines",
    [
        "The ministers met on 11 March 2024",
        "03/05/2024",
        "March 2024",
        "Baku, 11–12 March 2024",
        "31 February 2024",
        "No. 5, 11 March 2024",
        "11 March 2024\n12 March 2024",
        "\n".join(["words"] * 10 + ["11 March 2024"]),
        f"11 March {today().year + 2}",
    ],
)
def test_other_dates_are_not_taken(lines):
    assert day_in(lines) == ""
