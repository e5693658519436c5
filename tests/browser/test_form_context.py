"""A form beside the text of its source, and its entries after a lost tab, in a browser."""

import pytest
from playwright.sync_api import expect

from core.models import UnsavedForm
from relations.models import Event
from sources.models import SourceText
from tests.browser.conftest import come_as, wait_until_settled
from tests.browser.test_accessibility import SIDEWAYS, WIDTHS, violations
from tests.browser.test_walk import choose
from tests.conftest import signed_in
from tests.factories import SourceFactory, UserFactory

pytestmark = pytest.mark.browser

TEXT = (
    "The ministers met in Astana 🙂 and signed a protocol.\r\n\r\n"
    "They met again\r\nin Baku. The ministers met in Astana a year later, and spoke of roads, "
    "railways, ports, water and gas."
)
# Selects the last words of a paragraph of the text, from the given ones on.
SELECT = """([number, words]) => {
  const node = document.querySelectorAll(".attached-text [data-start]")[number].firstChild;
  const range = document.createRange();
  range.setStart(node, node.data.indexOf(words));
  range.setEnd(node, node.data.indexOf(words) + words.length);
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}"""


@pytest.fixture
def source(base, db):
    source = SourceFactory(title="Joint statement", rights="reserved")
    SourceText.objects.create(source=source, text=TEXT)
    return source


@pytest.fixture
def editor(page, source):
    """A page signed in as an editor."""
    come_as(page.context, signed_in(UserFactory(username="editor", role="Editor")))
    return page


def test_selected_words_are_quoted_counted_and_cited_at_their_place(editor, source):
    editor.goto(f"/admin/relations/event/add/?source={source.pk}")
    # The text has one column, unlike the values in a review.
    expect(editor.locator("aside.beside")).to_have_css("display", "block")
    quote = editor.locator("#id_citations-0-quote")
    press = editor.get_by_role("button", name="Quote selection")
    press.click()
    expect(editor.get_by_text("Select words in the text first.")).to_be_visible()
    # More than the rights of the source allow.
    stated = editor.locator("#id_citations-0-as_stated")
    stated.fill("one two three four five six seven eight nine ten eleven twelve")
    count = editor.locator("#id_citations-0-as_stated_words")
    expect(count).to_have_text("12 of at most 12 words")
    expect(count).not_to_have_attribute("role", "alert")
    stated.press_sequentially(" more")
    expect(count).to_have_text("13 of at most 12 words")
    expect(count).to_have_attribute("role", "alert")
    stated.fill("")
    # These words occur twice: the place of the selection counts.
    editor.evaluate(SELECT, [1, "The ministers met in Astana"])
    press.click()
    expect(quote).to_have_value("The ministers met in Astana")
    expect(quote).to_be_focused()
    wait_until_settled(editor)
    found = editor.locator("#id_citations-0-quote_understood")
    expect(found).to_contain_text("Baku. [The ministers met in Astana] a year later")
    expect(found.get_by_role("button")).to_have_count(0)
    editor.get_by_label("Title:").fill("Ministers in Astana")
    choose(editor, "relation", "Azerbaijan")
    editor.locator("#id_event_type").select_option("session")
    # A wrong date: all errors are listed, and the first wrong field has the focus.
    editor.locator("#id_date").fill("the other day")
    editor.get_by_role("button", name="Submit, then add another").click()
    expect(editor.locator("#problems li")).to_have_count(1)
    expect(editor.locator("#id_date")).to_be_focused()
    # The chosen place is still known.
    wait_until_settled(editor)
    editor.locator("#id_date").fill("2001-02-03")
    editor.get_by_role("button", name="Submit, then add another").click()
    expect(editor.locator(".messagelist")).to_contain_text("submitted for review")
    expect(editor.locator("#select2-id_relation-container")).to_contain_text("Azerbaijan")
    # Nothing is kept of a form in which nothing was entered.
    assert not UnsavedForm.objects.exists()
    passage = Event.objects.get(title="Ministers in Astana").citations.get().passage
    assert (passage.start, passage.quote) == (
        TEXT.rindex("The ministers met"),
        "The ministers met in Astana",
    )


def test_a_selection_that_starts_at_a_paragraph_is_quoted_from_its_start(editor, source):
    editor.goto(f"/admin/relations/event/add/?source={source.pk}")
    editor.evaluate(
        """() => {
          const range = document.createRange();
          const paragraph = document.querySelectorAll(".attached-text [data-start]")[1];
          range.setStart(paragraph, 0);
          range.setEnd(paragraph.firstChild, "They met".length);
          getSelection().removeAllRanges();
          getSelection().addRange(range);
        }"""
    )
    editor.get_by_role("button", name="Quote selection").click()
    expect(editor.locator("#id_citations-0-quote")).to_have_value("They met")
    expect(editor.locator("#id_citations-0-quote_at")).to_have_value(str(TEXT.index("They met")))


def test_entries_are_offered_again_after_a_lost_tab(editor, source):
    address = f"/admin/relations/event/add/?source={source.pk}"
    editor.goto(address)
    editor.get_by_label("Title:").fill("Ministers in Astana")
    editor.get_by_role("button", name="Add another Citation").click()
    editor.locator("#id_citations-1-locator").fill("page 2")
    # Chosen last, so that all entries are kept at once.
    choose(editor, "relation", "Azerbaijan")
    expect(editor.locator("#entries-kept")).to_contain_text("Your entries are kept")
    again = editor.context.new_page()
    again.goto(address)
    offer = again.locator(".kept-entries")
    expect(offer).to_contain_text("You have unsaved entries from")
    for width in WIDTHS:
        again.set_viewport_size({"width": width, "height": 900})
        assert not again.evaluate(SIDEWAYS), width
    assert violations(again) == []
    offer.get_by_role("button", name="Restore entries").click()
    expect(again.get_by_label("Title:")).to_have_value("Ministers in Astana")
    expect(again.locator("#id_citations-1-locator")).to_have_value("page 2")
    expect(again.locator("#select2-id_relation-container")).to_contain_text("Azerbaijan")
    assert not Event.objects.filter(title="Ministers in Astana").exists()
    assert UnsavedForm.objects.count() == 1
