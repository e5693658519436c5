"""From a pasted communiqué to five published records, with the effort counted, and by keyboard."""

import pytest
from playwright.sync_api import expect

from relations.models import Record, State
from sources.models import Source
from tests.browser.conftest import come_as
from tests.browser.test_accessibility import SIDEWAYS, violations
from tests.conftest import signed_in
from tests.desk.test_workbench import source_with
from tests.extraction.texts import COMMUNIQUE
from tests.factories import UserFactory
from trade.models import Figure

pytestmark = pytest.mark.browser


class Effort:
    """What editors do on pages, counted: clicks, fields filled in, and pages loaded."""

    def __init__(self):
        self.clicks = self.fields = self.loads = 0

    def watch(self, page):
        page.on("load", lambda _page: self._loaded())
        return page

    def _loaded(self):
        self.loads += 1

    def click(self, locator):
        locator.click()
        self.clicks += 1

    def follow(self, locator):
        """Click on what leads to another page, and wait for that."""
        with locator.page.expect_event("load"):
            self.click(locator)

    def fill(self, locator, text):
        locator.fill(text)
        self.fields += 1

    def select(self, locator, value):
        locator.select_option(value)
        self.fields += 1


@pytest.fixture
def editor(page, db, base):
    """A page signed in as an editor."""
    come_as(page.context, signed_in(UserFactory(username="editor", role="Editor")))
    return page


@pytest.fixture
def publisher(new_context, db, base):
    """A page signed in as a publisher."""
    context = new_context()
    come_as(context, signed_in(UserFactory(username="publisher", role="Publisher")))
    return context.new_page()


def records_of(source) -> list[tuple[str, str]]:
    """The kind and state of each record of a source, and of its figures."""
    rows = Record.objects.filter(citations__source=source).exclude(kind="action").distinct()
    found = [*rows.values_list("kind", "state")]
    return sorted(
        [*found, *(("figure", one.state) for one in Figure.objects.filter(source=source))]
    )


FIVE = ["event", "figure", "treaty", "visit", "visit"]


def test_a_pasted_communique_becomes_five_published_records(editor, publisher):
    """docs/editing.md quotes these numbers."""
    effort, review = Effort(), Effort()
    effort.watch(editor)
    review.watch(publisher)
    editor.goto("/admin/")
    effort.follow(editor.locator(".desk nav").get_by_role("link", name="Document"))
    effort.fill(editor.locator("#id_pasted"), COMMUNIQUE)
    effort.select(editor.locator("#id_kind"), "official")
    effort.select(editor.locator("#id_rights"), "public_domain")
    effort.follow(editor.get_by_role("button", name="Save", exact=True))
    expect(editor.locator(".card")).to_have_count(5)
    source = Source.objects.get(title="Joint communiqué on the talks in Baku")
    effort.click(editor.get_by_role("button", name="Accept all"))
    effort.follow(editor.locator(".submit-row").get_by_role("button", name="Submit accepted"))
    expect(editor.locator(".messagelist")).to_contain_text("5 records submitted for review.")
    expect(editor.locator("#progress")).to_contain_text("8 sentences: 5 with records")
    assert records_of(source) == [(kind, State.IN_REVIEW) for kind in FIVE]

    publisher.goto(f"/admin/review/document/{source.pk}/")
    review.follow(publisher.get_by_role("button", name="Publish all"))
    expect(publisher.locator(".messagelist")).to_be_visible()
    assert records_of(source) == [(kind, State.PUBLISHED) for kind in FIVE]
    assert (effort.clicks, effort.fields, effort.loads) == (4, 3, 4)
    assert (review.clicks, review.fields, review.loads) == (1, 0, 2)


def tab_to(page, locator):
    """Press the tabulator key until an element has the focus."""
    for _number in range(200):
        if locator.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"The tabulator key does not reach {locator}.")


def test_the_same_five_records_are_made_by_keyboard_alone(editor, publisher):
    editor.goto("/admin/")
    tab_to(editor, editor.locator(".desk nav").get_by_role("link", name="Document"))
    press(editor, "Enter")
    tab_to(editor, editor.locator("#id_pasted"))
    editor.keyboard.insert_text(COMMUNIQUE)
    tab_to(editor, editor.locator("#id_kind"))
    editor.keyboard.type("official")
    tab_to(editor, editor.locator("#id_rights"))
    editor.keyboard.type("public")
    press(editor, "Control+Enter")
    cards = editor.locator(".card")
    expect(cards).to_have_count(5)
    expect(cards.first.locator(".choice input")).to_be_focused()
    press(editor, "a", *["j", "a"] * 4, "Control+Enter")
    expect(editor.locator(".messagelist")).to_contain_text("5 records submitted for review.")
    source = Source.objects.get(title="Joint communiqué on the talks in Baku")

    publisher.goto("/admin/")
    tab_to(publisher, publisher.get_by_role("link", name="Waiting for me"))
    press(publisher, "Enter")
    tab_to(publisher, publisher.get_by_role("link", name=source.title).first)
    press(publisher, "Enter")
    tab_to(publisher, publisher.get_by_role("button", name="Publish all"))
    press(publisher, "Enter")
    expect(publisher.locator(".messagelist")).to_be_visible()
    assert records_of(source) == [(kind, State.PUBLISHED) for kind in FIVE]


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def test_suggestions_are_accepted_edited_and_rejected_by_keyboard(editor):
    source = source_with(COMMUNIQUE)
    editor.goto(f"/admin/workbench/{source.pk}/")
    cards = editor.locator(".card")
    expect(cards).to_have_count(5)
    # The first has the focus and is accepted, the second rejected, the third edited and accepted.
    expect(cards.first.locator(".choice input")).to_be_focused()
    press(editor, "a", "j", "r")
    expect(cards).to_have_count(4)
    expect(cards.nth(1).locator(".choice input")).to_be_focused()
    press(editor, "e")
    title = cards.nth(1).get_by_label("Title")
    expect(title).to_be_focused()
    press(editor, "Control+a")
    editor.keyboard.type("Agreement on archives")
    press(editor, "Escape", "a")
    press(editor, "Control+Enter")
    expect(editor.locator(".messagelist")).to_contain_text("2 records submitted for review.")
    rows = Record.objects.filter(citations__source=source).exclude(kind="action")
    assert sorted(rows.values_list("title", flat=True)) == [
        "Agreement on archives",
        "Visit of Aidar Bekenov to Azerbaijan",
    ]


def test_words_are_selected_and_cited_by_keyboard(editor):
    source = source_with("They opened a school in Baku on 3 May 2031. The sun shone.")
    editor.goto(f"/admin/workbench/{source.pk}/")
    editor.locator(".sentence").first.focus()
    press(editor, *["Shift+ArrowRight"] * 5)
    press(editor, "e")
    card = editor.locator(".card").first
    expect(card.locator("q")).to_have_text("They opened a school in")
    expect(card.get_by_label("Date")).to_have_value("2031-05-03")
    # The other sentence holds no fact.
    editor.locator(".sentence").first.focus()
    press(editor, "ArrowDown", "n")
    expect(editor.locator("#progress")).to_contain_text("1 without a fact")


def test_words_are_selected_and_cited_with_the_mouse(editor):
    source = source_with("Rain 🌧️ fell. They opened a school in Baku on 3 May 2031.")
    editor.goto(f"/admin/workbench/{source.pk}/")
    editor.locator(".sentence").last.select_text()
    editor.get_by_role("button", name="event").click()
    # It takes the place of the suggestion for the same words.
    card = editor.locator(".card")
    expect(card.locator("q")).to_have_text("They opened a school in Baku on 3 May 2031.")
    expect(card.locator(".choice input")).to_be_checked()


def test_the_workbench_fits_every_width_and_is_accessible(new_context, db, base):
    source = source_with(COMMUNIQUE)
    context = new_context(bypass_csp=True)
    come_as(context, signed_in(UserFactory(username="editor", role="Editor")))
    page = context.new_page()
    page.goto(f"/admin/workbench/{source.pk}/")
    page.locator("summary").first.click()
    found = []
    for width in (1280, 768, 390):
        page.set_viewport_size({"width": width, "height": 900})
        if page.evaluate(SIDEWAYS):
            found.append((width, "wider than the screen"))
        found += [(width, *row) for row in violations(page)]
    assert found == []
