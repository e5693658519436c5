"""The publication workflow in a real browser, from a document to the public timeline."""

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import expect

from relations.models import Event
from tests.browser.conftest import come_as
from tests.browser.test_walk import choose
from tests.conftest import signed_in
from tests.documents import pdf
from tests.factories import UserFactory

TITLES = ("Water commission met", "Roads opened", "Trains met")
pytestmark = pytest.mark.browser


@pytest.fixture
def desk(new_context, db):
    """Pages of users by role; each is signed in, and a console error fails the test."""
    problems = []

    def page(role):
        client = signed_in(UserFactory(username=role.lower(), role=role))
        context = new_context()
        come_as(context, client)
        page = context.new_page()
        page.on("console", lambda said: said.type == "error" and problems.append(said.text))
        page.on("pageerror", lambda error: problems.append(str(error)))
        return page

    yield page
    assert problems == []


def draft(page, title, day):
    page.goto("/admin/sources/source/")
    page.get_by_role("link", name="Communiqué of the ministry").click()
    page.locator(".from-source").get_by_role("link", name="event", exact=True).click()
    page.get_by_label("Title:").fill(title)
    choose(page, "relation", "Azerbaijan")
    page.locator("#id_event_type").select_option("session")
    page.locator("#id_date").fill(day)
    page.locator("#id_citations-0-quote").fill(title)
    page.get_by_role("button", name="Save and submit for review").click()
    expect(page.locator(".messagelist")).to_contain_text("submitted for review")


def review(page, title):
    page.goto("/admin/review/")
    page.locator("#content").get_by_role("link", name=title).click()
    expect(page.get_by_text("No evidence is missing.")).to_be_visible()


def test_readers_see_the_two_published_records_but_not_the_one_sent_back(desk, base, new_context):
    editor, reviewer, publisher = (desk(role) for role in ("Editor", "Reviewer", "Publisher"))
    editor.goto("/admin/sources/source/add/")
    editor.get_by_label("Title").fill("Communiqué of the ministry")
    editor.locator("#id_kind").select_option("official")
    editor.locator("#id_date").fill("2025-02")
    editor.locator("#id_text_file").set_input_files(
        {"name": "a.pdf", "mimeType": "application/pdf", "buffer": pdf(*TITLES)}
    )
    editor.get_by_role("button", name="Save", exact=True).click()
    expect(editor.locator(".messagelist")).to_contain_text("The text is attached")
    for number, title in enumerate(TITLES, 1):
        draft(editor, title, f"2025-02-0{number}")

    review(reviewer, "Roads opened")
    reviewer.get_by_label("What the author should do").fill("On which page is this?")
    reviewer.get_by_role("button", name="Send back").click()
    expect(reviewer.locator(".messagelist")).to_contain_text("is sent back to its author")
    for title in ("Water commission met", "Trains met"):
        review(reviewer, title)
        reviewer.get_by_role("button", name="Approve").click()
        expect(reviewer.locator(".messagelist")).to_contain_text("is approved")
        review(publisher, title)
        publisher.get_by_role("button", name="Publish").click()
        expect(publisher.locator(".messagelist")).to_contain_text("is published")

    editor.goto("/admin/")
    expect(editor.locator("#desk-drafts + ul")).to_contain_text("On which page is this?")
    reader = new_context().new_page()
    reader.goto("/relations/azerbaijan-kazakhstan/timeline/?year_from=2025&year_to=2025")
    titles = reader.locator(".entry .what a:not(.note-mark)")
    # "Roads opened" dates from that year too; none of the fixtures does.
    expect(titles).to_have_text(["Trains met", "Water commission met"])
    reader.goto("/events/trains-met/")
    assert "page 3" in reader.locator("main").inner_text()


def test_a_form_survives_the_end_of_its_session(new_context, base, db):
    client = signed_in(UserFactory(username="editor", role="Editor"))
    context = new_context()
    come_as(context, client)
    page = context.new_page()
    page.goto("/admin/relations/event/add/")
    page.get_by_label("Title:").fill("A late meeting")
    choose(page, "relation", "Azerbaijan")
    page.locator("#id_event_type").select_option("session")
    page.locator("#id_date").fill("2001-02-03")
    client.logout()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Your session has ended.")
    expect(page.locator("#id_date")).to_have_value("2001-02-03")
    assert not Event.objects.filter(title="A late meeting").exists()
    # Signed in again in another tab.
    client = signed_in(User.objects.get(username="editor"))
    come_as(context, client)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist")).to_contain_text("was added successfully")
    event = Event.objects.get(title="A late meeting")
    assert (str(event.date), event.relation.slug) == ("2001-02-03", "azerbaijan-kazakhstan")


def test_a_chosen_file_survives_an_error_of_another_field(desk, db):
    page = desk("Editor")
    page.goto("/admin/sources/source/add/")
    page.get_by_label("Title").fill("Note")
    page.locator("#id_kind").select_option("official")
    page.locator("#id_date").fill("the other day")
    page.locator("#id_text_file").set_input_files(
        {"name": "a.pdf", "mimeType": "application/pdf", "buffer": pdf("Article 1")}
    )
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("“a.pdf” is kept until you save.")).to_be_visible()
    page.locator("#id_date").fill("2024")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist")).to_contain_text("The text is attached")
