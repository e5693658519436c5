"""The timeline in a browser: picking, zooming, filtering, loading, no scripts, and print."""

import re

import pytest
from playwright.sync_api import expect

from relations.importers.records import insert
from relations.models import Citation, Country, Relation
from sources.models import Source
from tests.browser.conftest import PAGES, busy_parts, hold_first_request, wait_until_settled
from tests.browser.test_design import DRAWN, SHIFTS
from tests.factories import CitationFactory, EventFactory, SourceFactory, VisitFactory
from tests.steps import publish

pytestmark = pytest.mark.browser

TIMELINE = PAGES["timeline"]
LONG = "/relations/france-germany/timeline/"
DUPLICATES = """() => {
  const ids = [...document.querySelectorAll("[id]")].map(node => node.id);
  return ids.filter((id, place) => ids.indexOf(id) !== place);
}"""
TOP = "id => document.getElementById(id).getBoundingClientRect().top"
# Whether an element reaches this distance from the top of the window within about two seconds.
STANDS = """([id, top]) => new Promise(done => {
  const look = left => {
    const away = Math.abs(document.getElementById(id).getBoundingClientRect().top - top);
    if (away < 2 || !left) done(away < 2); else requestAnimationFrame(() => look(left - 1));
  };
  look(120);
})"""
# Whether the title of an entry is what a pointer at its middle meets.
UNCOVERED = """id => {
  const title = document.querySelector(`#${id} .what > a`);
  const box = title.getBoundingClientRect();
  return document.elementFromPoint(box.left + box.width / 2, box.top + 4) === title;
}"""
# Counts the requests that the page's scripts have sent.
COUNT_REQUESTS = """
  const {send} = XMLHttpRequest.prototype;
  window.sent = 0;
  XMLHttpRequest.prototype.send = function (...values) {
    window.sent += 1;
    return send.apply(this, values);
  };
"""
# The source to which the first note of each entry leads.
SOURCES = """() => Object.fromEntries([...document.querySelectorAll(".entry")].map((row) => {
  const note = document.getElementById(row.querySelector(".note-mark").hash.slice(1));
  return [row.id, note.closest("#notes-list > li").querySelector("a").textContent];
}))"""


@pytest.fixture(scope="module")
def long_pair(base, module_database):
    """A pair with 250 entries from 1975 to 2024, five a year in alternating kinds."""
    sides = [Country.objects.get(slug=slug) for slug in ("france", "germany")]
    pair = Relation.objects.get_or_create_pair(*sides)
    rows = []
    for number in range(250):
        factory = VisitFactory if number % 2 else EventFactory
        year, month = 1975 + number // 5, 1 + number % 5
        rows.append(factory.build(relation=pair, slug=f"long-{number}", date=f"{year}-{month:02}"))
    # Inserted in bulk, as lists are: one by one they would take longer than the tests.
    for of_kind in (rows[::2], rows[1::2]):
        insert(of_kind)
    sources = Source.objects.bulk_create(SourceFactory.build() for _row in rows)
    Citation.objects.bulk_create(
        CitationFactory.build(record=row, source=source)
        for row, source in zip(rows, sources, strict=True)
    )
    publish(pair.records)
    return pair


def expect_found(page, words):
    """Wait until the page reports this number of entries."""
    expect(page.locator("#found")).to_have_text(words)


def expect_url(page, text):
    expect(page).to_have_url(re.compile(re.escape(text) + r"(#.*)?$"))


def expect_results_in_view(page, first):
    """Wait until the number of entries and the first one are in view, and nothing covers it."""
    expect(page.locator("#found")).to_be_in_viewport(ratio=1)
    expect(page.locator(f"#{first} .what")).to_be_in_viewport(ratio=1)
    assert page.evaluate(UNCOVERED, first)


def drag(page, start, end):
    """Drag over the band from `start` to `end`, as shares of its width."""
    page.locator("#overview").scroll_into_view_if_needed()
    box = page.locator("#overview .field").bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * start, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * end, y, steps=4)
    page.mouse.up()


class TestPicking:
    def test_dragging_picks_and_moves_years_and_escape_clears_them(self, page, base):
        page.goto(TIMELINE)
        drag(page, 0.05, 0.2)
        expect_url(page, "?year_from=1992&year_to=1997")
        expect_found(page, "15 entries")
        expect(page.get_by_label("From year")).to_have_value("1992")
        drag(page, 0.1, 0.2)
        expect_url(page, "?year_from=1995&year_to=2000")
        page.locator("#pick-end").focus()
        page.keyboard.press("Escape")
        expect_url(page, TIMELINE)
        expect_found(page, "61 entries")
        expect(page.locator("#pick-end")).to_be_focused()

    def test_a_bar_picks_its_years_and_back_undoes_it(self, page, base):
        page.goto(TIMELINE)
        page.locator("#overview svg a", has_text="2005").click()
        expect_url(page, "?year_from=2005&year_to=2005")
        # Two memberships since 2006 at the latest may have begun in that year.
        expect_found(page, "3 entries")
        page.go_back()
        expect_url(page, TIMELINE)
        expect_found(page, "61 entries")
        expect(page.get_by_label("From year")).to_have_value("")

    def test_arrow_keys_move_one_end_or_both_and_announce_the_result(self, page, base):
        page.goto(f"{TIMELINE}?year_from=2000&year_to=2010")
        begin = page.get_by_role("slider", name="First selected year")
        expect(begin).to_have_attribute("aria-valuenow", "2000")
        begin.focus()
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowLeft")
        expect_url(page, "?year_from=1998&year_to=2010")
        expect(begin).to_be_focused()
        page.keyboard.press("Shift+ArrowRight")
        expect_url(page, "?year_from=1999&year_to=2011")
        page.get_by_role("slider", name="Last selected year").focus()
        page.keyboard.press("End")
        expect_url(page, "?year_from=1999&year_to=2024")
        expect(page.locator("#told")).to_have_text(page.locator("#found").inner_text())

    def test_an_end_outside_the_window_keeps_its_year_and_moves_from_there(self, page, base):
        page.goto(f"{TIMELINE}?year_from=1993&year_to=2024&zoom=2000-2016")
        begin = page.locator("#pick-begin")
        for name, value in {"valuemin": 1993, "valuenow": 1993, "valuemax": 2024}.items():
            expect(begin).to_have_attribute(f"aria-{name}", str(value))
        for end in (begin, page.locator("#pick-end")):
            expect(end).to_have_class("end beyond")
        begin.press("ArrowLeft")
        expect(begin).to_have_attribute("aria-valuenow", "1993")
        begin.press("ArrowRight")
        expect_url(page, "?zoom=2000-2016&year_from=1994&year_to=2024")
        page.locator("#pick-end").press("Home")
        expect(page.locator("#pick-end")).to_have_attribute("aria-valuenow", "1994")
        expect(begin).to_have_attribute("aria-valuemax", "1994")

    def test_plus_and_minus_zoom_around_the_focus(self, page, base):
        page.goto(TIMELINE)
        page.locator("#pick-begin").focus()
        page.keyboard.press("+")
        expect(page.locator("#overview-title")).to_have_text("2000–2016 by kind")
        expect(page.locator("#told")).to_have_text("2000–2016 by kind")
        expect(page.locator("#pick-begin")).to_be_focused()
        page.get_by_role("link", name="Earlier").click()
        expect(page.locator("#overview-title")).to_have_text("1992–2008 by kind")
        expect_url(page, "?zoom=1992-2008")
        # The zoom stays while the entries are filtered.
        page.get_by_role("checkbox", name="visit").check()
        expect_url(page, "?zoom=1992-2008&kind=visit")
        page.locator("#pick-begin").focus()
        page.keyboard.press("-")
        expect(page.locator("#overview-title")).to_have_text("1991–2024 by kind")

    def test_the_wheel_zooms_only_with_control(self, page, base):
        page.goto(TIMELINE)
        box = page.locator("#overview .field").bounding_box()
        page.mouse.move(box["x"] + box["width"] * 0.1, box["y"] + 20)
        page.keyboard.down("Control")
        # The year under the pointer, 1994, stays there.
        page.mouse.wheel(0, -100)
        expect(page.locator("#overview-title")).to_have_text("1992–2008 by kind")
        page.mouse.wheel(0, 100)
        expect(page.locator("#overview-title")).to_have_text("1991–2024 by kind")
        page.mouse.move(box["x"] + box["width"] * 0.97, box["y"] + 20)
        page.mouse.wheel(0, -100)
        expect(page.locator("#overview-title")).to_have_text("2007–2023 by kind")
        page.keyboard.up("Control")
        page.mouse.wheel(0, 3000)
        expect(page.locator("#overview")).not_to_be_in_viewport()
        expect(page.locator("#overview-title")).to_have_text("2007–2023 by kind")


class TestFiltering:
    def test_filters_apply_while_typing_and_keep_the_focus(self, page, base):
        page.goto(TIMELINE)
        page.get_by_label("Text", exact=True).press_sequentially("silk road")
        expect_url(page, "?q=silk%20road")
        expect_found(page, "1 entry")
        expect(page.get_by_label("Text", exact=True)).to_be_focused()
        expect(page.get_by_label("Text", exact=True)).to_have_value("silk road")
        page.get_by_role("link", name="Clear filters").click()
        expect_found(page, "61 entries")
        expect(page.get_by_label("Text", exact=True)).to_have_value("")

    def test_a_filter_set_during_a_request_is_not_lost(self, page, base):
        page.goto(TIMELINE)
        page.get_by_label("From year").fill("2005")
        with page.expect_request(lambda request: "year_from=2005" in request.url):
            page.get_by_label("To year").fill("2005")
        page.get_by_label("treaty action", exact=True).check()
        expect_found(page, "1 entry")
        expect(page.get_by_label("To year")).to_have_value("2005")
        expect(page.get_by_label("treaty action", exact=True)).to_be_checked()

    def test_a_filter_set_before_the_script_loads_applies_afterwards(self, page, base):
        with hold_first_request(page, "**/timeline.js") as held:
            page.goto(TIMELINE, wait_until="commit")
        page.get_by_label("From year").fill("2005")
        page.get_by_label("treaty action", exact=True).check()
        held[0].continue_()
        expect_url(page, "?kind=action&year_from=2005")
        expect(page.locator("#entries .year").last).to_contain_text("2005")

    @pytest.mark.parametrize(
        "address", [TIMELINE, f"{TIMELINE}?kind=visit&topic=trade&order=oldest"]
    )
    def test_an_untouched_form_sends_no_request(self, page, base, address):
        page.add_init_script(COUNT_REQUESTS)
        page.goto(address)
        expect(page.locator("#pick-begin")).to_be_attached()
        assert busy_parts(page).count() == 0
        assert page.evaluate("window.sent") == 0

    @pytest.mark.parametrize("address", ["?year_from=x", "?year_from=%2B2005", "?q=a%0Ab"])
    def test_a_value_that_a_field_cannot_hold_sends_no_request(self, new_context, base, address):
        # A page of its own: the 400 response appears in the console.
        page = new_context().new_page()
        page.add_init_script(COUNT_REQUESTS)
        page.goto(TIMELINE + address)
        page.evaluate(DRAWN)
        assert page.evaluate("window.sent") == 0
        assert page.url.endswith(address)

    @pytest.mark.parametrize("late", ["answered", "refused"])
    def test_a_late_response_to_a_replaced_link_leaves_nothing_busy(
        self, new_context, long_pair, late
    ):
        # A page of its own: the aborted request appears in the console.
        page = new_context().new_page()
        page.goto(LONG)
        with hold_first_request(page, re.compile("[?&]after=")) as held:
            page.locator("nav.more").scroll_into_view_if_needed()
        page.get_by_role("checkbox", name="visit").check()
        expect_found(page, "125 entries")
        held[0].continue_() if late == "answered" else held[0].abort("aborted")
        wait_until_settled(page)

    def test_waiting_parts_are_marked_busy_until_the_response(self, page, base):
        page.goto(TIMELINE)
        with hold_first_request(page, re.compile("q=silk")) as held:
            page.get_by_label("Text", exact=True).fill("silk")
            # Not requested yet, but busy already.
            assert page.locator("#entries").get_attribute("aria-busy") == "true"
        expect(page.locator("#overview")).to_have_attribute("aria-busy", "true")
        expect_found(page, "61 entries")
        held[0].continue_()
        expect_found(page, "1 entry")
        wait_until_settled(page)

    @pytest.mark.parametrize("width", [360, 1280])
    def test_filtering_with_a_pointer_leads_to_the_results(self, page, long_pair, width):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(LONG)
        if width == 360:
            page.get_by_text("Filters", exact=True).click()
        page.evaluate("document.getElementById('long-201').scrollIntoView()")
        page.get_by_role("checkbox", name="visit").check()
        expect_found(page, "125 entries")
        expect(page.locator("#found")).to_be_focused()
        expect_results_in_view(page, "long-249")
        page.get_by_role("link", name="Clear filters").click()
        expect_found(page, "250 entries")
        expect(page.locator("#found")).to_be_focused()
        expect_results_in_view(page, "long-249")

    def test_filtering_with_keys_keeps_the_focus_beside_the_results(self, page, long_pair):
        page.goto(LONG)
        page.evaluate("document.getElementById('long-201').scrollIntoView()")
        box = page.get_by_role("checkbox", name="visit")
        box.focus()
        page.keyboard.press("Space")
        expect_found(page, "125 entries")
        expect(page.locator("#told")).to_have_text("125 entries")
        expect(box).to_be_focused()
        expect_results_in_view(page, "long-249")
        # The button says that nothing more follows.
        page.get_by_role("button", name="Apply filters").press("Enter")
        expect(page.locator("#found")).to_be_focused()

    def test_typing_on_a_phone_keeps_the_field_in_view_until_enter(self, page, long_pair):
        page.set_viewport_size({"width": 360, "height": 500})
        page.goto(LONG)
        page.get_by_text("Filters", exact=True).click()
        field = page.get_by_label("Text", exact=True)
        field.press_sequentially("visit")
        expect_found(page, "125 entries")
        expect(field).to_be_focused()
        expect(field).to_be_in_viewport()
        field.press("Enter")
        expect(page.locator("#found")).to_be_focused()
        expect_results_in_view(page, "long-249")

    def test_a_page_of_more_entries_does_not_hide_the_results(self, page, long_pair):
        page.goto(LONG)
        with hold_first_request(page, re.compile("[?&]after=")) as more:
            page.evaluate("document.getElementById('long-181').scrollIntoView()")
        with hold_first_request(page, re.compile("[?&]kind=visit")) as answer:
            page.get_by_role("checkbox", name="visit").check()
        more[0].continue_()
        expect(page.locator("#entries .entry")).to_have_count(200)
        answer[0].continue_()
        expect_found(page, "125 entries")
        expect_results_in_view(page, "long-249")

    def test_filters_do_not_push_the_entries_down_on_a_phone(self, page, base):
        page.set_viewport_size({"width": 360, "height": 800})
        page.goto(TIMELINE)
        top = "document.querySelector('#entries').getBoundingClientRect().top"
        whole = page.evaluate(top)
        page.goto(f"{TIMELINE}?kind=visit&year_from=1995")
        assert page.evaluate(top) < whole + 40
        page.get_by_text("Filters (2 set)", exact=True).click()
        page.get_by_role("checkbox", name="visit").uncheck()
        page.get_by_text("Filters (1 set)", exact=True).click()
        expect(page.get_by_role("checkbox", name="visit")).to_be_hidden()
        # On a tablet the fields are side by side.
        page.set_viewport_size({"width": 768, "height": 900})
        page.get_by_text("Filters (1 set)", exact=True).click()
        boxes = [page.get_by_label(name).bounding_box() for name in ("From year", "To year")]
        assert boxes[0]["y"] == boxes[1]["y"]

    def test_years_in_the_wrong_order_are_reported(self, new_context, base):
        page = new_context().new_page()
        page.goto(f"{TIMELINE}?year_from=2000")
        page.get_by_label("To year").fill("1990")
        page.get_by_label("To year").press("Tab")
        expect(page.locator("#errors-year_to .error")).to_have_text(
            "The first year is after the last."
        )
        expect(page.get_by_role("alert")).to_contain_text("To year: The first year is after")
        page.get_by_label("To year").fill("2010")
        page.get_by_label("To year").press("Tab")
        expect(page.locator("#errors-year_to .error")).to_have_count(0)
        expect(page.locator("#pick-end")).to_have_attribute("aria-valuenow", "2010")

    def test_an_invalid_value_is_reported_at_once(self, new_context, base):
        # A page of its own: the 400 response appears in the console.
        page = new_context().new_page()
        page.goto(TIMELINE)
        page.evaluate("document.getElementById('filters').noValidate = true")
        page.get_by_label("To year").fill("0")
        page.get_by_label("To year").press("Tab")
        expect(page.get_by_role("alert")).to_contain_text("greater than or equal to 1")
        expect(page.locator("#errors-year_to .error")).to_be_visible()
        expect(page.get_by_label("To year")).to_have_attribute("aria-invalid", "true")


class TestLoading:
    def test_scrolling_loads_entries_and_continues_years_and_notes(self, page, long_pair):
        page.goto(LONG)
        entries = page.locator("#entries .entry")
        expect(entries).to_have_count(100)
        for count in (200, 250):
            page.locator("nav.more").scroll_into_view_if_needed()
            expect(entries).to_have_count(count)
        expect(page.locator("nav.more")).to_have_count(0)
        expect(page.locator("#told")).to_have_text("+50 more entries")
        expect(page.locator("#entries .year")).to_have_count(50)
        assert page.evaluate(DUPLICATES) == []
        marks = page.locator(".note-mark")
        expect(marks).to_have_count(250)
        last = marks.last.get_attribute("href")
        expect(page.locator(f'[id="{last[1:]}"]')).to_have_count(1)
        order = entries.evaluate_all("rows => rows.map(row => row.id)")
        assert order == [f"long-{number}" for number in range(249, -1, -1)]

    def test_a_repeated_source_keeps_its_number(self, page, db, long_pair):
        first = Citation.objects.get(record__slug="long-249")
        for slug, place in {"long-149": first.locator, "long-147": "page 99"}.items():
            Citation.objects.filter(record__slug=slug).update(source=first.source, locator=place)
        page.goto(LONG)
        page.locator("nav.more").scroll_into_view_if_needed()
        expect(page.locator("#entries .entry")).to_have_count(200)
        for slug, label in {
            "long-249": "1.1",
            "long-149": "1.1",
            "long-148": "101.1",
            "long-147": "1.2",
            "long-146": "102.1",
        }.items():
            mark = page.locator(f"#{slug} .note-mark")
            expect(mark).to_have_text(label)
            expect(mark).to_have_attribute("href", f"#note-{label}")
            expect(page.locator(f'[id="note-{label}"] .ordinal')).to_have_text(label)
            back = page.locator(f'[id="note-{label}"] .back a[href="#{mark.get_attribute("id")}"]')
            expect(back).to_have_count(1)
        mark.click()
        expect(page.get_by_role("dialog")).to_contain_text("102.1")
        page.keyboard.press("Escape")
        expect(mark).to_be_focused()
        expect(page.locator("#notes-list > li")).to_have_count(198)
        numbers = page.locator("#notes-list .work .ordinal").all_inner_texts()
        assert numbers == [str(number) for number in range(1, 199)]
        # Entries loaded next continue the numbering.
        page.locator("nav.more").scroll_into_view_if_needed()
        expect(page.locator("#long-49 .note-mark")).to_have_text("199.1")
        assert page.evaluate(DUPLICATES) == []

    def test_entries_load_before_their_link_is_visible_without_layout_shifts(self, page, long_pair):
        page.goto(LONG)
        for count in (200, 250):
            away = page.evaluate("document.querySelector('nav.more').getBoundingClientRect().top")
            page.mouse.wheel(0, away - 2500)
            expect(page.locator("#entries .entry")).to_have_count(count)
        assert page.evaluate(SHIFTS) < 0.01

    def test_jumping_to_the_end_loads_all_entries_and_stays_at_the_sources(self, page, long_pair):
        page.goto(LONG)
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        expect(page.locator("#entries .entry")).to_have_count(250)
        assert page.evaluate(TOP, "notes") < 0
        expect(page.locator(".footnotes .work:visible").nth(99)).to_be_in_viewport()

    def test_the_focus_moves_to_the_first_loaded_entry(self, page, long_pair):
        page.goto(LONG)
        page.locator("nav.more a").focus()
        expect(page.locator("#entries .entry")).to_have_count(200)
        expect(page.locator("#long-149 a").first).to_be_focused()

    def test_loading_previous_entries_does_not_move_the_page(self, page, long_pair):
        page.emulate_media(reduced_motion="reduce")
        page.goto(f"{LONG}?at=long-120#long-120")
        expect(page.locator("#long-120")).to_have_class(re.compile(r"\bat\b"))
        expect(page.locator("#long-120")).to_be_in_viewport()
        link = page.get_by_role("link", name="Previous")
        link.focus()
        first = page.locator("#entries .entry").first.get_attribute("id")
        top = page.evaluate(TOP, first)
        page.keyboard.press("Enter")
        expect(page.locator("#long-121")).to_have_count(1)
        assert abs(page.evaluate(TOP, first) - top) < 2
        assert page.evaluate(DUPLICATES) == []

    def test_loading_in_both_directions_keeps_notes_with_their_sources(self, page, long_pair):
        page.add_init_script(COUNT_REQUESTS)
        page.goto(f"{LONG}?at=long-120#long-120")
        with hold_first_request(page, re.compile("[?&]after=")) as held:
            page.locator("nav.more").scroll_into_view_if_needed()
        page.get_by_role("link", name="Previous").click()
        # In order: the second request is sent only after the first response.
        assert page.evaluate("window.sent") == 1
        held[0].continue_()
        expect(page.locator("#entries .entry")).to_have_count(221)
        titles = dict(Citation.objects.values_list("record__slug", "source__title"))
        shown = page.evaluate(SOURCES)
        assert shown == {slug: titles[slug] for slug in shown}
        assert len(shown) == 221
        assert page.evaluate(DUPLICATES) == []

    def test_back_and_reload_return_to_the_last_entry_read(self, page, long_pair):
        page.goto(f"{LONG}?order=newest")
        page.locator("nav.more").scroll_into_view_if_needed()
        expect(page.locator("#entries .entry")).to_have_count(200)
        page.evaluate("document.getElementById('long-60').scrollIntoView()")
        expect(page.locator("#entries .entry")).to_have_count(250)
        top = page.evaluate(TOP, "long-60")
        expect_url(page, "?order=newest&near=long-60")
        # A note is on the page: Back from it sends no request.
        mark = page.locator("#long-60 .note-mark")
        mark.click()
        with page.expect_navigation(url=f"**{mark.get_attribute('href')}"):
            page.get_by_role("link", name="List of sources").click()
        page.go_back()
        assert page.evaluate(STANDS, ["long-60", top])
        for again in (page.reload, page.go_back):
            if again == page.go_back:
                page.locator("#long-60 .what > a").first.click()
                page.wait_for_url("**/long-60/")
            again()
            expect(page.locator("#entries .entry")).to_have_count(100)
            assert page.evaluate(STANDS, ["long-60", top])

    def test_a_link_to_an_entry_scrolls_there_at_once(self, page, long_pair):
        page.goto(f"{LONG}?at=long-120#long-60")
        assert 0 < page.evaluate(TOP, "long-60") < 200

    def test_jumping_to_a_year_shows_its_sticky_heading(self, page, long_pair):
        page.emulate_media(reduced_motion="reduce")
        page.goto(LONG)
        page.get_by_label("Go to").select_option("1990")
        page.get_by_role("button", name="Go", exact=True).click()
        heading = page.locator("#year-1990")
        expect(heading).to_be_in_viewport()
        expect(page.locator("#entries .entry").first).to_have_id("long-79")
        page.evaluate("document.getElementById('long-77').scrollIntoView()")
        expect(heading).to_be_in_viewport()
        assert heading.evaluate("node => node.getBoundingClientRect().top") == 0


@pytest.mark.parametrize("address", [TIMELINE, LONG])
def test_a_first_visit_has_no_layout_shifts(new_context, long_pair, address):
    context = new_context(viewport={"width": 360, "height": 800})
    page = context.new_page()
    page.goto(address, wait_until="networkidle")
    for _step in range(4):
        page.mouse.wheel(0, 400)
        page.evaluate(DRAWN)
    assert page.evaluate(SHIFTS) < 0.01


def test_the_timeline_works_without_scripts(new_context, long_pair):
    context = new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(LONG)
    expect(page.locator(".end")).to_have_count(0)
    page.get_by_role("link", name="Next").click()
    expect(page.locator("#entries .entry").first).to_have_id("long-149")
    page.get_by_role("link", name="Previous").click()
    expect(page.locator("#entries .entry").first).to_have_id("long-249")
    page.get_by_label("Go to").select_option("1990")
    page.get_by_role("button", name="Go", exact=True).click()
    expect(page.locator("#entries .entry").first).to_have_id("long-79")
    page.locator("#long-77 .here a").click()
    expect(page.locator("#long-77")).to_be_in_viewport()
    page.get_by_role("checkbox", name="visit").check()
    page.get_by_role("button", name="Apply filters").click()
    expect(page).to_have_url(re.compile("#found$"))
    expect_found(page, "125 entries")
    expect_results_in_view(page, "long-249")
    page.locator("#overview svg a", has_text="1980").click()
    expect_url(page, "?kind=visit&order=newest&year_from=1980&year_to=1980")
    expect_found(page, "3 entries")
    page.get_by_role("link", name="Zoom in").click()
    expect_url(page, "zoom=1975-1999")
    page.get_by_text("As a table").click()
    page.get_by_role("link", name="1985", exact=True).click()
    expect(page.get_by_label("From year")).to_have_value("1985")


def test_a_filtered_timeline_prints_its_sources_but_no_controls(page, base):
    page.goto(f"{TIMELINE}?kind=visit&year_from=2023")
    page.emulate_media(media="print")
    for gone in (".menu", "form.filters", ".jump", ".zoom", ".here a", ".end", "nav.pages"):
        for place in page.locator(gone).all():
            expect(place).to_be_hidden()
    expect(page.locator(".provenance")).to_contain_text("?kind=visit&year_from=2023, accessed on")
    expect(page.get_by_text("Kind: visit · From year: 2023")).to_be_visible()
    expect(page.locator("#overview .field svg")).to_be_visible()
    expect(page.locator(".note-mark").first).to_be_visible()
    expect(page.locator(".footnotes .address").first).to_have_text(re.compile("^https?://"))
    assert page.pdf()[:5] == b"%PDF-"


def test_charts_have_tables_without_scripts(new_context, base):
    context = new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(PAGES["dossier"])
    page.locator(".head").get_by_role("link", name="Charts").click()
    page.locator("#statuses summary").click()
    row = page.locator("#statuses tbody tr", has_text="31 December 2024")
    expect(row).to_have_text(re.compile(r"0\s*11\s*2"))
    page.locator("#visits svg a").first.click()
    expect(page).to_have_url(re.compile(r"/visits/\?pair=azerbaijan-kazakhstan&host=kazakhstan"))
