"""The search boxes: suggestions while typing, by keyboard and pointer, and without scripts."""

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from tests.browser.conftest import PAGES, hold_first_request, wait_until_settled
from tests.browser.test_accessibility import SIDEWAYS, violations

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def indexed(base, module_database):
    """The fixtures with their search index."""
    call_command("rebuild_index", verbosity=0)


def type_into(page, name, text):
    """Type into a box, and wait for its suggestions; returns the box and its options."""
    box = page.get_by_role("combobox", name=name)
    box.press_sequentially(text)
    wait_until_settled(page)
    return box, page.get_by_role("listbox", name="Suggestions").get_by_role("option")


def test_a_pair_is_opened_from_the_keyboard(page, indexed):
    page.goto("/")
    box, options = type_into(page, "Any two countries", "kaz az")
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(options.first).to_have_text("Azerbaijan–Kazakhstan" + "pair of countries")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    active = box.get_attribute("aria-activedescendant")
    assert active == options.first.get_attribute("id")
    expect(box).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(PAGES["dossier"])


def test_an_option_adds_a_pair_to_a_comparison(page, indexed):
    page.goto("/compare/?pair=france-italy")
    _box, options = type_into(page, "Add a pair: two countries", "kaz az")
    expect(options).to_have_text(["Azerbaijan–Kazakhstan" + "pair of countries"])
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url("/compare/?pair=france-italy&pair=azerbaijan-kazakhstan")
    expect(page.locator(".comparison thead th")).to_have_text(
        ["France–Italy", "Azerbaijan–Kazakhstan"]
    )


def test_keys_walk_through_the_options_close_them_and_leave_the_box(page, indexed):
    page.goto(PAGES["dossier"])
    box, options = type_into(page, "Search", "hungary")
    expect(options).to_have_text(
        ["Hungarycountry", "Austria-Hungarycountry", "All results for “hungary”"]
    )
    expect(page.get_by_role("status").filter(has_text="2 suggestions")).to_have_count(1)
    page.keyboard.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    # Between the last option and the first one is the box.
    page.keyboard.press("ArrowDown")
    assert box.get_attribute("aria-activedescendant") is None
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Home")
    expect(options.first).to_have_attribute("aria-selected", "false")
    page.keyboard.press("Escape")
    expect(options).to_have_count(0)
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_have_value("hungary")
    # The same answer is shown again, and Tab leaves for the button.
    page.keyboard.press("ArrowDown")
    expect(options).to_have_count(3)
    # So does a page that is left, which Back may show as it was.
    page.evaluate("dispatchEvent(new Event('pagehide'))")
    expect(options).to_have_count(0)
    page.keyboard.press("ArrowDown")
    expect(options).to_have_count(3)
    page.keyboard.press("Tab")
    expect(options).to_have_count(0)
    expect(page.get_by_role("button", name="Search")).to_be_focused()


def test_enter_without_a_chosen_option_and_the_last_option_lead_to_the_results(page, indexed):
    page.route("**/search/?q=*", lambda route: route.fulfill(body="results"))
    for keys in (["Enter"], ["ArrowUp", "Enter"]):
        page.goto("/countries/")
        type_into(page, "Search", "hungary")
        for key in keys:
            page.keyboard.press(key)
        expect(page).to_have_url("/search/?q=hungary")


def test_an_outdated_answer_is_ignored(page, indexed):
    page.goto("/countries/")
    box = page.get_by_role("combobox", name="Search")
    with hold_first_request(page, "**/search/suggestions/?q=ind*") as held:
        box.press_sequentially("ind")
    _box, options = type_into(page, "Search", "ia")
    expect(options.first).to_have_text("Indiacountry")
    held[0].fulfill(json={"suggestions": []})
    expect(options.last).to_have_text("All results for “india”")
    expect(options).to_have_count(4)


def test_options_of_an_earlier_text_say_what_they_open(page, indexed):
    page.goto("/countries/")
    box, options = type_into(page, "Search", "hung")
    with hold_first_request(page, "**/search/suggestions/?q=hungary") as held:
        box.press_sequentially("ary")
    expect(options.last).to_have_text("All results for “hungary”")
    held[0].fulfill(json={"suggestions": []})


def test_a_long_text_is_pasted_whole_and_read_in_its_own_direction(page, indexed):
    page.goto("/countries/")
    box = page.get_by_role("combobox", name="Search")
    box.focus()
    page.keyboard.insert_text("معاهدة " * 80)
    expect(box).to_have_value("معاهدة " * 80)
    assert box.evaluate("box => getComputedStyle(box).direction") == "rtl"


def test_the_chosen_option_stands_out_in_forced_colours(page, indexed):
    page.emulate_media(forced_colors="active")
    page.goto("/countries/")
    _box, options = type_into(page, "Search", "hungary")
    page.keyboard.press("ArrowDown")
    outline = "option => getComputedStyle(option).outlineStyle"
    assert [one.evaluate(outline) for one in options.all()] == ["solid", "none", "none"]


def test_the_suggestions_of_a_box_at_the_bottom_of_the_window_are_in_view(new_context, indexed):
    page = new_context(viewport={"width": 640, "height": 450}).new_page()
    page.goto("/")
    box, _options = type_into(page, "Any two countries", "kaz az")
    expect(page.get_by_role("listbox", name="Suggestions")).to_be_in_viewport(ratio=1)
    expect(box).to_be_in_viewport(ratio=1)


def test_a_touch_opens_a_suggestion_on_a_phone_that_it_fits(new_context, indexed):
    # The policy of the pages would block axe.
    context = new_context(viewport={"width": 360, "height": 640}, has_touch=True, bypass_csp=True)
    page = context.new_page()
    page.goto("/people/")
    _box, options = type_into(page, "Search", "Токаев")
    assert not page.evaluate(SIDEWAYS)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.keyboard.press("ArrowDown")
        assert violations(page) == []
    options.first.tap()
    expect(page).to_have_url("/people/kassym-jomart-tokayev/")


def test_without_scripts_the_boxes_are_plain_forms(new_context, indexed):
    page = new_context(java_script_enabled=False).new_page()
    page.goto("/")
    page.get_by_role("searchbox", name="Any two countries").fill("guinea-bissau and france")
    page.get_by_role("button", name="Show their relations").click()
    expect(page).to_have_url(PAGES["dossier-empty"])
    page.route("**/search/?q=*", lambda route: route.fulfill(body="results"))
    page.get_by_role("searchbox", name="Search").fill("caspian")
    page.keyboard.press("Enter")
    expect(page).to_have_url("/search/?q=caspian")
