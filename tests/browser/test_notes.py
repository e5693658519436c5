"""Notes open at their marks; without scripts a mark links to its note, and the note back."""

import re

import pytest
from playwright.sync_api import expect

from relations.models import Relation
from tests.browser.conftest import PAGES
from tests.browser.test_accessibility import violations
from tests.factories import (
    CitationFactory,
    EventFactory,
    ParticipationFactory,
    PassageFactory,
    PersonFactory,
    SourceFactory,
)
from tests.steps import publish

pytestmark = pytest.mark.browser

DOSSIER = PAGES["dossier"]
# The horizontal positions of the first letters of two texts in an element.
ORDER = """([id, one, other]) => {
  const at = (text) => {
    const walker = document.createTreeWalker(document.getElementById(id), NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const place = walker.currentNode.data.indexOf(text);
      if (place < 0) continue;
      const range = document.createRange();
      range.setStart(walker.currentNode, place);
      range.setEnd(walker.currentNode, place + text.length);
      return range.getBoundingClientRect().left;
    }
  };
  return at(one) < at(other);
}"""


def first_mark(page):
    """A mark with the note of a passage, not in a fold, and the text of that note's quotation."""
    mark = page.locator('.note-mark[href="#note-1.2"]').locator("visible=true").first
    return mark, page.locator('[id="note-1.2"] q').inner_text()


def test_a_note_opens_at_its_mark_and_escape_returns_to_it(page, base):
    page.goto(DOSSIER)
    mark, words = first_mark(page)
    mark.focus()
    page.keyboard.press("Enter")
    note = page.get_by_role("dialog")
    expect(note).to_be_focused()
    expect(note.locator("q")).to_have_text(re.sub("[“”]", "", words))
    expect(note).to_contain_text("A historic opportunity")
    place = note.get_by_role("link", name="paragraph 2, sentence 8")
    expect(place).to_have_attribute("href", "/sources/a-historic-opportunity/?place=p2s8")
    expect(page).not_to_have_url(re.compile("#"))
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(note).to_be_hidden()
    expect(mark).to_be_focused()


def test_one_note_is_open_at_a_time_and_a_click_elsewhere_closes_it(page, base):
    page.goto(DOSSIER)
    for mark in page.locator(".entry .note-mark").locator("visible=true").all()[:3]:
        # The open note may cover the next mark.
        mark.press("Enter")
        expect(page.locator("[popover]:popover-open")).to_have_count(1)
        expect(page.get_by_role("dialog")).to_contain_text(mark.inner_text())
    page.mouse.click(2, 2)
    expect(page.get_by_role("dialog")).to_be_hidden()
    mark.press("Enter")
    page.get_by_role("link", name="List of sources").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    target = page.locator(".footnotes li:target")
    expect(target).to_be_in_viewport()
    target.locator(".back a").first.click()
    expect(page.locator(".note-mark:target")).to_be_in_viewport()


@pytest.mark.parametrize("size", [16, 32])
def test_a_note_stays_within_a_small_window(new_context, base, size):
    context = new_context(viewport={"width": 360, "height": 640}, has_touch=True)
    page = context.new_page()
    page.goto(DOSSIER)
    page.evaluate("size => { document.documentElement.style.fontSize = `${size}px` }", size)
    for mark in page.locator(".entry .note-mark").locator("visible=true").all()[:6]:
        mark.tap()
        note = page.get_by_role("dialog")
        expect(note).to_be_focused()
        box = note.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360
        assert box["height"] <= 0.61 * 640
        note.get_by_role("button", name="Close").tap()
        expect(note).to_be_hidden()


def test_without_scripts_marks_and_notes_link_to_each_other(new_context, base):
    page = new_context(java_script_enabled=False).new_page()
    page.goto(DOSSIER)
    mark, words = first_mark(page)
    mark.click()
    note = page.locator('[id="note-1.2"]')
    expect(note).to_be_in_viewport()
    expect(note).to_contain_text("documents on mutual recognition")
    back = note.get_by_role("link", name="Back to the text").first
    # The first mark is in a fold, which the browser opens.
    target = page.locator(f'[id="{back.get_attribute("href")[1:]}"]')
    back.click()
    expect(target).to_be_in_viewport()
    assert page.url.endswith(target.get_attribute("id"))


def test_right_to_left_names_leave_the_order_around_them(page, base, db):
    pair = Relation.objects.get()
    event = EventFactory(relation=pair, slug="rtl", title="מפגש (2024)", date="2024-12-01")
    ParticipationFactory(record=event, person=PersonFactory(name="محمد 2", slug="m", public=True))
    ParticipationFactory(record=event, person=PersonFactory(name="1 علي", slug="a", public=True))
    source = SourceFactory(title="ספר 3", language="he", publisher="Publisher")
    CitationFactory(record=event, source=source, passage=PassageFactory(source=source, quote="כן."))
    publish(event)
    page.goto("/relations/azerbaijan-kazakhstan/timeline/")
    assert page.evaluate(ORDER, ["rtl", "محمد", "علي"])
    page.goto("/events/rtl/")
    expect(page.locator("h1 bdi")).to_have_text("מפגש (2024)")
