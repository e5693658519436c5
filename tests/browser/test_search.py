"""The search page in a browser: accessibility, widths, the keyboard, and no scripts."""

import re

import pytest
from playwright.sync_api import expect

from relations.models import Relation
from tests.browser.test_accessibility import DARK, PHONE, SIDEWAYS, WIDTHS, ZOOMED, violations
from tests.factories import EventFactory, PassageFactory, SourceFactory, indexed

pytestmark = pytest.mark.browser

WORD = "Ы" * 300
ADDRESSES = (
    "/search/?q=kazakhstan",
    f"/search/?q=каспий+{WORD}",
    "/search/?q=azerbiajan+qwertz&kind=visit",
    "/search/?q=energy&kind=foo&after=x",
)


@pytest.fixture
def index(base, db):
    """The fixtures in the index, with a very long word and a quotation in Russian."""
    pair = Relation.objects.get(slug="azerbaijan-kazakhstan")
    EventFactory(relation=pair, title=WORD, summary=f"каспий {WORD}", published=True)
    source = SourceFactory(title="Каспийский маршрут", language="ru", public=True)
    indexed(source, PassageFactory(source=source, quote="через Каспий", public=True))


def test_the_page_is_accessible_and_fits_every_width(index, new_context):
    # The policy of the pages would block axe.
    page = new_context(bypass_csp=True, reduced_motion="reduce").new_page()
    for address in ADDRESSES:
        page.goto(address)
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        found = violations(page)
        for width in (*WIDTHS, *ZOOMED):
            page.set_viewport_size({"width": width, "height": 900})
            assert not page.evaluate(SIDEWAYS), (address, width)
        page.set_viewport_size({"width": 360, "height": 900})
        found += violations(page, PHONE)
        page.set_viewport_size({"width": 1280, "height": 900})
        page.emulate_media(color_scheme="dark")
        found += violations(page, DARK)
        page.emulate_media(color_scheme="light")
        assert found == [], address


def tab_to(page, locator):
    """Tab until an element has the focus."""
    for _press in range(80):
        page.keyboard.press("Tab")
        if locator.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"Tab never comes to {locator}.")


def test_a_search_is_narrowed_and_widened_by_keyboard(index, page):
    page.goto("/search/")
    tab_to(page, page.locator("#search-q"))
    page.keyboard.type("tokayev")
    page.keyboard.press("Enter")
    expect(page).to_have_url("/search/?q=tokayev")
    number = page.locator("#number")
    every = number.text_content()

    facets = page.get_by_role("navigation", name="Narrow the results")
    tab_to(page, facets.get_by_role("link", name="visit", exact=True))
    page.keyboard.press("Enter")
    expect(page).to_have_url("/search/?q=tokayev&kind=visit")
    expect(page.get_by_role("heading", level=3)).to_have_count(
        int(re.search(r"\d+", number.text_content())[0])
    )

    tab_to(page, page.get_by_role("link", name="Remove the filter Kind: visit"))
    page.keyboard.press("Enter")
    expect(page).to_have_url("/search/?q=tokayev")
    expect(number).to_have_text(every)


def test_a_phone_without_scripts_finds_the_passage_of_a_quotation(index, new_context):
    context = new_context(java_script_enabled=False, viewport={"width": 360, "height": 640})
    page = context.new_page()
    page.goto("/search/")
    page.locator("#search-q").fill("598.47")
    page.get_by_role("search", name="Search with filters").get_by_role("button").click()
    expect(page.locator(".entry").first).to_be_in_viewport()
    expect(page.get_by_role("navigation", name="Narrow the results")).to_be_hidden()
    page.get_by_text("Narrow the results").click()
    page.get_by_role("link", name="passage", exact=True).click()
    page.get_by_role("heading", level=3).get_by_role("link").click()
    expect(page).to_have_url("/sources/a-historic-opportunity/#p3s10")
    expect(page.locator("#p3s10")).to_be_in_viewport()
