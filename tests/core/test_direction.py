"""Names in right-to-left scripts in the text of a page."""

import pytest
from django.utils.safestring import mark_safe

from core.templatetags.direction import isolated


@pytest.mark.parametrize("name", ["ירושלים", "الرياض 2030", "ދިވެހި", "Land (أرض)"])
def test_a_name_with_right_to_left_letters_is_isolated(name):
    assert isolated(name) == f"<bdi>{name}</bdi>"


@pytest.mark.parametrize("name", ["Azərbaycan", "Қазақстан", "日本 1952", "", "1992"])
def test_any_other_name_is_shown_as_it_is(name):
    assert isolated(name) == name


def test_names_are_escaped_and_markup_is_kept():
    assert isolated("<ש & ת>") == "<bdi>&lt;ש &amp; ת&gt;</bdi>"
    assert isolated("A & B") == "A &amp; B"
    assert isolated(mark_safe("<b>ש</b>")) == "<bdi><b>ש</b></bdi>"
