"""A reader's and an editor's path through the site in a real browser."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import come_as

pytestmark = pytest.mark.browser


def test_a_reader_follows_links_from_the_dossier_to_the_source(page, base):
    page.goto("/relations/azerbaijan-kazakhstan/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Azerbaijan–Kazakhstan")

    page.get_by_role("link", name="Timeline", exact=True).click()
    page.get_by_label("From year").fill("2005")
    page.get_by_label("To year").fill("2005")
    page.get_by_label("treaty action", exact=True).check()
    expect(page.locator(".entry")).to_have_count(1)

    page.get_by_role("link", name="Agreement on Strategic Partnership").first.click()
    expect(page).to_have_url("/treaties/strategic-partnership-agreement-2005/"
                             "#strategic-partnership-agreement-2005-signature")  # fmt: skip

    page.get_by_label("Sources").get_by_role("link", name="paragraph 2, sentence 1").first.click()
    expect(page).to_have_url("/sources/a-historic-opportunity/#p2s1")
    expect(page.locator("#p2s1")).to_be_in_viewport()
    expect(page.locator("#p2s1 q")).to_have_text(
        "Agreement on Strategic Partnership and Alliance Relations"
    )


def choose(page, field, text):
    """Select in one of the admin's autocomplete fields: open it, type, and take the first."""
    page.locator(f'[aria-labelledby="select2-id_{field}-container"]').click()
    page.locator(".select2-search__field").last.fill(text)
    # Not by a click: the list may still change under the pointer.
    page.locator(".select2-results__option--highlighted", has_text=text).wait_for()
    page.keyboard.press("Enter")
    expect(page.locator(f"#select2-id_{field}-container")).to_contain_text(text)


def test_an_editor_adds_a_document_and_sees_it_on_the_timeline(page, base, admin_client):
    come_as(page.context, admin_client)
    page.goto("/admin/sources/source/add/")
    page.get_by_label("Title").fill("Communiqué of the ministry")
    page.get_by_label("Kind").select_option("official")
    page.get_by_label("Date", exact=False).first.fill("2025-02")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist")).to_contain_text("was added successfully")

    page.goto("/admin/relations/event/add/")
    page.get_by_label("Title:").fill("Commission on water met")
    choose(page, "relation", "Azerbaijan")
    page.locator("#id_event_type").select_option("session")
    page.locator("#id_date").fill("2025-02")
    choose(page, "citations-0-source", "Communiqué")
    page.locator("#id_citations-0-locator").fill("page 2")
    page.get_by_role("button", name="Save and publish").click()
    expect(page.locator(".messagelist")).to_contain_text("published")

    page.goto("/relations/azerbaijan-kazakhstan/timeline/")
    expect(page.locator(".entry").first).to_contain_text("February 2025")
    expect(page.locator(".entry").first).to_contain_text("Commission on water met")
