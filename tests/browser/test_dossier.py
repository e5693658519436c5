"""The dossier in a browser: another day in place, notes in a fold, its length, and large text."""

import pytest
from playwright.sync_api import expect

from relations.models import Statistics
from tests.browser.conftest import PAGES
from tests.factories import (
    CitationFactory,
    FigureFactory,
    IndicatorFactory,
    MembershipFactory,
    OrganizationFactory,
    RelationFactory,
    SourceFactory,
    TreatyActionFactory,
    TreatyFactory,
    VisitFactory,
)
from tests.steps import publish

pytestmark = pytest.mark.browser

DOSSIER = PAGES["dossier"]
STRIP = ".glance.pair > div"


def ask(page, day):
    page.get_by_label("On the day").fill(day)
    page.get_by_role("button", name="Show status").click()


def test_another_day_is_answered_in_place_with_the_focus_on_its_heading(page, base):
    page.goto(DOSSIER)
    page.evaluate("window.same = true")
    ask(page, "2010-01-01")
    heading = page.locator("#in-force")
    expect(heading).to_be_focused()
    expect(heading).to_have_text("In force between the two on 1 January 2010")
    expect(heading).to_be_in_viewport()
    counts = "2 in force, 1 not known, 10 signed or joined later"
    expect(page.locator(STRIP).nth(1)).to_contain_text(f"on 1 January 2010: {counts}")
    expect(page.locator("#told")).to_contain_text(f"13 treaties: {counts}.")
    expect(page.locator(".opening").first).to_contain_text("2 of the 3 treaties concluded by then")
    expect(page).to_have_url(f"{DOSSIER}?on=2010-01-01#in-force")
    assert page.evaluate("window.same")
    page.go_back()
    expect(page.locator(STRIP).nth(1)).to_contain_text("2 in force, 11 not known")


def test_without_scripts_the_answer_is_at_the_heading(new_context, base):
    page = new_context(java_script_enabled=False).new_page()
    page.goto(DOSSIER)
    ask(page, "2010-01-01")
    expect(page).to_have_url(f"{DOSSIER}?on=2010-01-01#in-force")
    expect(page.locator("#in-force")).to_be_in_viewport()
    expect(page.locator("#in-force")).to_have_text("In force between the two on 1 January 2010")


def test_an_invalid_day_has_its_message_at_the_field_in_place(new_context, base):
    # A page of its own: the 400 response appears in the console.
    page = new_context().new_page()
    page.goto(DOSSIER)
    page.evaluate("window.same = true")
    # A browser offers no invalid day: the field becomes one of text.
    page.get_by_label("On the day").evaluate("field => { field.type = 'text'; }")
    ask(page, "banana")
    field = page.get_by_label("On the day")
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_role("alert")).to_be_in_viewport()
    assert page.evaluate("window.same")


def grow(pair, number):
    """Add this many visits, treaties, figures and shared organizations, cited from one list."""
    source, indicator = SourceFactory(), IndicatorFactory()
    for place in range(number):
        day = f"{1500 + place}-03-04"
        visit = VisitFactory(relation=pair, date=day)
        treaty = TreatyFactory(relation=pair, date=day)
        signed = TreatyActionFactory(treaty=treaty, date=day, place="Town")
        rows = [visit, treaty, signed]
        if place % 3 == 0:
            rows.append(
                TreatyActionFactory(treaty=treaty, action_type="entry_into_force", date=day)
            )
        shared = OrganizationFactory()
        for side in (pair.country_a, pair.country_b):
            rows.append(MembershipFactory(organization=shared, member=side, date=day, until=".."))
        for row in rows:
            CitationFactory(record=row, source=source, locator=f"row {place}")
        for row in rows:
            if row is not signed:
                publish(row)
        FigureFactory(
            indicator=indicator, period=str(1500 + place), from_country=pair.country_a,
            to_country=pair.country_b, source=source, locator=f"row {place}", published=True,
        )  # fmt: skip


def test_a_long_dossier_is_at_most_three_screens_longer_and_its_folded_notes_open(page, db):
    heights = []
    for number in (9, 60):
        pair = RelationFactory()
        grow(pair, number)
        page.set_viewport_size({"width": 1280, "height": 800})
        page.goto(pair.get_absolute_url())
        heights.append(page.evaluate("document.documentElement.scrollHeight"))
    assert Statistics.objects.get(pk=pair.pk).entries >= 200
    short, long = heights
    assert long - short <= 3 * 800, heights
    # A note in the fold: its mark opens the fold without scripts of ours.
    mark = page.locator("section[aria-labelledby=visits] .note-mark").first
    note = page.locator(f'[id="{mark.get_attribute("href")[1:]}"]')
    expect(note).to_be_hidden()
    page.evaluate("name => { location.hash = name; }", mark.get_attribute("href"))
    expect(note).to_be_visible()
    expect(note).to_be_in_viewport()


# The words of the strip that are broken between two letters, and the parts that leave their cell.
BROKEN = """() => {
  const found = [];
  for (const cell of document.querySelectorAll(".glance.pair > div")) {
    if (cell.scrollWidth > cell.clientWidth + 1) found.push(cell.textContent);
    const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (!node.parentElement.checkVisibility() || node.parentElement.closest("svg")) continue;
      for (const word of node.data.matchAll(/[\\p{L}\\d]+/gu)) {
        const range = document.createRange();
        range.setStart(node, word.index);
        range.setEnd(node, word.index + word[0].length);
        const lines = new Set([...range.getClientRects()].map(box => Math.round(box.top)));
        if (lines.size > 1) found.push(word[0]);
      }
    }
  }
  return found;
}"""


def test_at_twice_the_text_size_no_word_of_the_strip_is_broken(page, base):
    page.goto(DOSSIER)
    for width in (360, 768, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        for size in ("100%", "200%"):
            page.evaluate("size => { document.documentElement.style.fontSize = size; }", size)
            assert page.evaluate(BROKEN) == [], (width, size)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (width, size)
