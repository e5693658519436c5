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
def test_negative_numbers_stay_unchanged_and_formulas_are_escaped(value, cell):
    assert flat(value) == cell


def test_a_dict_becomes_named_parts_including_zero():
    terms = {"force_days": 0, "term_years": 5, "renewal_years": None, "place": ""}
    assert flat(terms) == "force_days: 0, term_years: 5"


def test_a_dict_with_an_identifier_becomes_that_identifier():
    assert flat([{"id": "minsk", "name": "Minsk"}, {"id": "astana"}]) == "minsk; astana"
