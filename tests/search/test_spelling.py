"""Known names with a similar spelling, suggested for a wrong one."""

import pytest

from search.spelling import Spellings, suggestion

NAMES = ["Kazakhstan", "South Korea", "North Korea", "Iran", "Niger", "Nigeria", "Côte d’Ivoire"]
KNOWN = Spellings([*((name, name) for name in NAMES), ("Казахстан", "Kazakhstan"), ("–", "dash")])


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("Kazachstan", ["Kazakhstan"]),
        ("Казахстон", ["Kazakhstan"]),
        ("Southkorea", ["South Korea"]),
        ("Niegria", ["Nigeria"]),
        ("Sorth Korea", ["South Korea", "North Korea"]),
        ("Republic of Kazakhstan", ["Kazakhstan"]),
        ("Cote dIvoire", ["Côte d’Ivoire"]),
        ("Atlantis", []),
        ("Ira", []),
        ("", []),
        ("–", []),
        ("\0 %s", []),
    ],
)
def test_only_near_names_are_suggested_the_nearest_first(text, near):
    assert KNOWN.near(text) == near


def test_at_most_three_names_are_suggested():
    known = Spellings((f"Northland {letter}", letter) for letter in "ABCDE")
    assert len(known.near("Northland")) == 3


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ([], ""),
        (["Niger"], "did you mean Niger?"),
        (["Niger", "Nigeria"], "did you mean Niger or Nigeria?"),
        (["Iran", "Iraq", "Mali"], "did you mean Iran, Iraq or Mali?"),
    ],
)
def test_the_suggestion_is_a_question(names, words):
    assert suggestion(names) == words
