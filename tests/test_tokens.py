"""The style sheets: text and marks have enough contrast in both schemes, and blocks are closed."""

import re
from itertools import accumulate

import pytest
from django.conf import settings

SHEETS = settings.BASE_DIR / "static" / "css"
TOKENS = dict(
    re.findall(
        r"--([\w-]+): light-dark\((#[0-9a-f]{6}, #[0-9a-f]{6})\);",
        (SHEETS / "tokens.css").read_text(),
    )
)
TEXT = ("ink", "ink-soft", "accent", "warn", "bad")
MARKS = (
    *("rule-strong", "focus", "good", "near", "wait"),
    *(f"kind-{kind}" for kind in ("event", "visit", "action", "membership", "mission", "office")),
    *(f"series-{number}" for number in range(2, 7)),
    *("shade-4", "shade-5", "subject"),
)


def colour(name: str, scheme: int) -> str:
    return TOKENS[name].split(", ")[scheme]


def luminance(code: str) -> float:
    parts = [int(code[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours as WCAG defines it, from 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_follows_wcag():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "sheet", "accent-soft", "warn-soft", "land"])
def test_text_has_a_contrast_of_4_5_on_every_surface(scheme, ground):
    weak = {name: round(contrast(colour(name, scheme), colour(ground, scheme)), 2) for name in TEXT}
    assert {name: value for name, value in weak.items() if value < 4.5} == {}


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "sheet"])
def test_marks_have_a_contrast_of_3(scheme, ground):
    weak = {
        name: round(contrast(colour(name, scheme), colour(ground, scheme)), 2) for name in MARKS
    }
    assert {name: value for name, value in weak.items() if value < 3} == {}


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_shades_of_a_map_grow_in_even_steps_away_from_the_land(scheme):
    shades = [colour(f"shade-{number}", scheme) for number in range(1, 6)]
    steps = [contrast(one, other) for one, other in zip(shades, shades[1:], strict=False)]
    assert min(steps) > 1.4
    assert sorted(shades, key=luminance, reverse=scheme == 0) == shades
    assert contrast(shades[0], colour("land", scheme)) > 1.15


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_button_labels_have_a_contrast_of_4_5(scheme):
    assert contrast(colour("on-accent", scheme), colour("accent", scheme)) >= 4.5


@pytest.mark.parametrize("sheet", sorted(SHEETS.glob("*.css")), ids=lambda path: path.name)
def test_every_block_of_a_style_sheet_is_closed_once(sheet):
    """A stray brace would close a layer early, and drop the rules for print."""
    braces = re.findall(r"[{}]", sheet.read_text())
    depths = list(accumulate(1 if brace == "{" else -1 for brace in braces))
    assert min(depths) == 0
    assert depths[-1] == 0
