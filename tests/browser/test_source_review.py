"""The review of all changes from one source in a browser, by keyboard."""

import pytest
from playwright.sync_api import expect

from relations import workflow
from relations.models import Event
from sources.models import Passage, SourceText
from tests.browser.conftest import come_as
from tests.conftest import signed_in
from tests.factories import (
    CitationFactory,
    EventFactory,
    FigureFactory,
    SourceFactory,
    TreatyActionFactory,
    TreatyFactory,
    UserFactory,
)

pytestmark = pytest.mark.browser

TEXT = """The presidents met in Baku on 11 March 2024. They founded the Higher Interstate Council.

Trade exceeded 500 million dollars. The agreement on archives was signed on the same day."""


def cite(source, words, paragraph, sentence):
    locator = f"p{paragraph}s{sentence}"
    row = Passage(
        source=source, locator=locator, quote=words, paragraph=paragraph, sentence=sentence
    )
    row.full_clean()
    row.save()
    return row


@pytest.fixture
def source(db):
    source = SourceFactory(title="Joint communiqué of 11 March 2024", rights="public_domain")
    SourceText.objects.create(source=source, text=TEXT)
    author = UserFactory(username="author", role="Editor")
    event = EventFactory(title="The Higher Interstate Council was founded", date="2024-03-11")
    CitationFactory(
        record=event,
        source=source,
        passage=cite(source, "founded the Higher Interstate Council", 1, 2),
    )
    CitationFactory(
        record=event, source=source, field="date", passage=cite(source, "11 March 2024", 1, 1)
    )
    treaty = TreatyFactory(title="Agreement on archives", date="2024-03-11")
    step = TreatyActionFactory(treaty=treaty, date="2024-03-11")
    words = cite(source, "The agreement on archives was signed", 2, 2)
    for record in (treaty, step):
        CitationFactory(record=record, source=source, passage=words)
    figure = FigureFactory(
        source=source, passage=cite(source, "exceeded 500 million dollars", 2, 1), value="500000000"
    )
    for record in (event, treaty, figure):
        workflow.save_draft(record, author, "")
        workflow.submit(record, author)
    return source


def test_a_reviewer_sends_one_back_and_approves_the_others(page, source):
    come_as(page.context, signed_in(UserFactory(username="reviewer", role="Reviewer")))
    page.goto("/admin/review/")
    page.get_by_role("link", name=source.title).first.click()
    expect(page.locator("mark").first).to_have_text("11 March 2024")
    item = page.locator(".review-item", has_text="was founded")
    # Enter must not press the first button that is shown, which would approve a change: it reloads
    # the page.
    with page.expect_navigation():
        item.get_by_role("checkbox").press("Enter")
    expect(page.locator(".review-item")).to_have_count(3)
    expect(page.locator(".messagelist")).to_have_count(0)
    item.get_by_text("Send back", exact=False).first.press("Enter")
    remarks = item.get_by_text("Remarks on fields")
    expect(remarks).to_be_visible()
    remarks.press("Enter")
    item.get_by_label("Date").fill("Local time?")
    item.get_by_role("button", name="Send back").press("Enter")
    expect(page.locator(".messagelist")).to_contain_text("is sent back to its author.")
    page.get_by_role("button", name="Approve all (2)").press("Enter")
    expect(page.locator(".messagelist")).to_contain_text("2 changes are approved")
    event = Event.objects.get(title__contains="was founded")
    assert workflow.open_revision(event).remarks == {"date": "Local time?"}
