"""Cells of CSV files."""

import pytest

from core.exports import flat


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("-5.25", "-5.25"),
        (-3, "-3"),
        ("-5+A1", "'-5+A1"),
        ("-5\n", "'-5\n"),
        ("+7", "'+7"),
        ("=1", "'=1"),
        ("@a", "'@a"),
    ],
)
def test_a_negative_number_stays_one_and_what_may_be_a_formula_is_guarded(value, cell):
    assert flat(value) == cell


def test_parts_have_their_names_and_nought_is_a_value():
    terms = {"force_days": 0, "term_years": 5, "renewal_years": None, "place": ""}
    assert flat(terms) == "force_days: 0, term_years: 5"


def test_what_has_an_identifier_is_that():
    assert flat([{"id": "minsk", "name": "Minsk"}, {"id": "astana"}]) == "minsk; astana"
