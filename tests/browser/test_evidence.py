"""From a value to its passage and back to the record, without JavaScript."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_links_lead_from_a_value_to_its_passage_and_back(new_context, base):
    context = new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto("/visits/tokayev-visit-azerbaijan-2024-03/")
    expect(page.get_by_text("official visit").first).to_be_visible()

    page.get_by_role("link", name="A historic opportunity, paragraph 3, sentence 3").first.click()
    expect(page).to_have_url("/sources/a-historic-opportunity/#p3s3")
    passage = page.locator("#p3s3")
    expect(passage).to_contain_text("official visit of the President of the Republic of Kazakhstan")

    passage.get_by_role("link", name="Visit of President Tokayev to Azerbaijan").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Visit of President Tokayev to Azerbaijan"
    )
    expect(page.get_by_role("heading", name="Where sources disagree")).to_be_visible()
