"""Colours and marks: one of each for every key of a page."""

import re

from django.conf import settings

from charts.styles import COLOURS, Style, Styles


def test_each_key_has_its_own_colour_and_mark_in_the_given_order():
    styles = Styles(["aland", "borduria", "", "un"])
    assert [styles.style(key) for key in ("aland", "borduria", "", "un")] == [
        Style(1, 1),
        Style(2, 2),
        Style(3, 3),
        Style(4, 4),
    ]


def test_a_mark_can_have_the_colour_of_another_key():
    assert Styles(["aland", "borduria", "un"]).style("un", "borduria") == Style(2, 3)


def test_more_keys_than_colours_still_look_different():
    styles = Styles(map(str, range(36)))
    assert len({styles.style(str(key)) for key in range(36)}) == 36


def test_a_later_key_does_not_change_the_earlier_ones():
    styles = Styles(["aland"])
    assert styles.style("new") == Style(2, 2)
    assert styles.style("aland") == Style(1, 1)


def test_variants_have_a_dashed_line_and_smaller_marks():
    plain, second = Style(1, 1), Style(1, 1, variant=1)
    assert (plain.dash, plain.scale) == ("", 1)
    assert second.dash
    assert second.scale < 1


def test_files_have_the_light_colours_of_the_style_sheet():
    css = (settings.BASE_DIR / "static" / "css" / "tokens.css").read_text()
    tokens = dict(re.findall(r"--([\w-]+): (?:light-dark\()?([^,;]+)", css))
    found = [tokens[f"series-{number}"] for number in range(1, len(COLOURS) + 1)]
    assert found[0] == "var(--accent)"
    assert (tokens["accent"], *found[1:]) == COLOURS
