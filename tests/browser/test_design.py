"""The design: page weight, layout stability, keyboard access, no scripts, and print."""

import gzip
import re
from io import BytesIO
from unicodedata import normalize

import pytest
from django.core.management import call_command
from django.test import Client
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.browser.conftest import PAGES

pytestmark = pytest.mark.browser

DOSSIER = PAGES["dossier"]
# Resolves when all changes have been drawn.
DRAWN = """() => new Promise(done =>
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"""
# The sum of all layout shifts without user input.
SHIFTS = f"""async () => {{
  let sum = 0;
  const add = entries => entries.forEach(entry => {{ sum += entry.value; }});
  const observer = new PerformanceObserver(list => add(list.getEntries()));
  observer.observe({{type: "layout-shift", buffered: true}});
  await ({DRAWN})();
  add(observer.takeRecords());
  return sum;
}}"""

# Records the elements that received the focus and those that did not show it; returns the number of
# visible stops.
WATCH = """() => {
  const names = "a[href], button, input, select, textarea, summary, [tabindex='0']";
  const stops = () => [...document.querySelectorAll(names)].filter(node => node.checkVisibility(
    {visibilityProperty: true}) && node.type !== "hidden" && !node.disabled && node.tabIndex >= 0);
  const reached = new Set();
  window.unseen = [];
  document.addEventListener("focusin", ({target}) => {
    const style = getComputedStyle(target);
    const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
    if (!outlined && style.boxShadow === "none") window.unseen.push(target.outerHTML.slice(0, 200));
    reached.add(target);
  });
  window.missed = () => stops().filter(node => !reached.has(node))
    .map(node => node.outerHTML.slice(0, 200));
  return stops().length;
}"""


@pytest.mark.parametrize(
    "name", ["home", "dossier", "treaty", "timeline", "pictures", "trade", "organization-map"]
)
def test_a_first_visit_is_light_stable_and_uses_no_other_host(new_context, base_url, base, name):
    context = new_context(viewport={"width": 360, "height": 800})
    page, loaded = context.new_page(), {}
    page.on("response", lambda answer: loaded.setdefault(answer.url, answer))
    page.goto(PAGES[name], wait_until="networkidle")
    assert page.evaluate(SHIFTS) < 0.01
    assert {url for url in loaded if not url.startswith(base_url)} == set()
    assert not [url for url in loaded if re.search(r"\.(woff2?|ttf|otf)$", url)]
    # Compressed, as whitenoise and the page middleware send it.
    weight = sum(len(gzip.compress(answer.body(), 6)) for answer in loaded.values())
    assert weight < 100_000


def test_static_files_have_hashed_names_and_are_cached_for_ever(settings, tmp_path, db):
    settings.STATIC_ROOT = tmp_path
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    }
    settings.WHITENOISE_AUTOREFRESH = settings.WHITENOISE_USE_FINDERS = False
    call_command("collectstatic", interactive=False, verbosity=0)
    client = Client()
    (address,) = re.findall(r'"(/static/css/site\.[^"]+)"', client.get("/").content.decode())
    assert re.fullmatch(r"/static/css/site\.[0-9a-f]{12}\.css", address)
    response = client.get(address, headers={"accept-encoding": "gzip"})
    assert response["Cache-Control"] == "max-age=315360000, public, immutable"
    assert response["Content-Encoding"] == "gzip"
    response.close()


def test_the_skip_link_leads_the_keyboard_to_the_content(page, base):
    page.goto(DOSSIER)
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    first = page.locator("main a").first
    expect(first).to_be_focused()
    assert first.evaluate("node => getComputedStyle(node).outlineStyle") == "solid"
    order = page.evaluate("[...document.querySelectorAll('[tabindex]')].map(node => node.tabIndex)")
    assert [place for place in order if place > 0] == []


@pytest.mark.parametrize("name", ["dossier", "timeline", "treaties"])
def test_tab_reaches_every_visible_control_with_a_visible_focus(page, base, name):
    page.goto(PAGES[name])
    stops = page.evaluate(WATCH)
    assert stops > 50
    # Scrolling boxes are stops too, besides these elements.
    for _press in range(stops + 20):
        page.keyboard.press("Tab")
    assert page.evaluate("window.missed()") == []
    assert page.evaluate("window.unseen") == []


def test_a_country_on_a_map_shows_the_focus_and_leads_on_by_keyboard(page, base):
    page.goto(PAGES["organization-map"])
    # The day form and the link to the table come before the map, the table after it.
    page.get_by_role("link", name="As a table").focus()
    page.keyboard.press("Tab")
    country = page.locator("svg.world-map a").first
    expect(country).to_be_focused()
    ring = country.locator("path, circle").evaluate(
        "node => [getComputedStyle(node).stroke, getComputedStyle(node).strokeWidth]"
    )
    # The colour is the token --focus in the light scheme.
    assert ring == ["rgb(179, 71, 27)", "9px"]
    label = country.get_attribute("aria-label")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/memberships/"))
    expect(page.get_by_role("heading", level=1)).to_contain_text(label.split(":")[0])


def test_on_a_phone_the_menu_opens_from_the_keyboard_without_scripts(new_context, base):
    context = new_context(java_script_enabled=False, viewport={"width": 360, "height": 800})
    page = context.new_page()
    page.goto("/")
    link = page.get_by_role("navigation", name="Main").get_by_role("link", name="Treaties")
    expect(link).to_be_hidden()
    page.locator(".menu > summary").focus()
    page.keyboard.press("Enter")
    expect(link).to_be_visible()
    # The menu has no second fold.
    expect(page.get_by_role("link", name="People", exact=True)).to_be_visible()
    link.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Treaties")
    expect(page.get_by_label("Text", exact=True)).to_be_hidden()
    page.get_by_text("Filters", exact=True).click()
    expect(page.get_by_label("Text", exact=True)).to_be_visible()


def test_on_a_wide_screen_more_sections_open_from_the_keyboard_without_scripts(new_context, base):
    context = new_context(java_script_enabled=False, viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.goto("/")
    nav = page.get_by_role("navigation", name="Main")
    expect(nav.get_by_role("link")).to_have_count(6)
    page.locator(".more > summary").focus()
    page.keyboard.press("Enter")
    nav.get_by_role("link", name="People").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("People")
    expect(page.locator(".more > summary")).to_have_class("current")


def test_any_pair_can_be_found_and_read_without_scripts(new_context, base):
    context = new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.get_by_role("searchbox", name="Any two countries").fill("Kazakhstan, Azerbaijan")
    page.get_by_role("button", name="Show their relations").click()
    expect(page).to_have_url(DOSSIER)
    page.get_by_text("As a table").first.click()
    expect(page.get_by_role("table").first).to_contain_text("529.4 million US dollars")
    page.locator(".note-mark").first.click()
    expect(page.locator(".footnotes li:target")).to_be_in_viewport()


def test_print_shows_values_and_sources_but_no_controls(page, base):
    page.goto(DOSSIER)
    page.emulate_media(media="print")
    for gone in (".menu", "footer.site", "form.day", ".downloads", ".contents"):
        assert page.locator(gone).count() > 0, gone
        expect(page.locator(gone).filter(visible=True)).to_have_count(0)
    expect(page.locator(".cite .citation")).to_be_visible()
    expect(page.locator(".note-mark").first).to_be_visible()
    expect(page.locator(".footnotes .address").first).to_have_text(re.compile("^https?://"))
    assert page.pdf()[:5] == b"%PDF-"


@pytest.mark.parametrize("kind", ["figures", "trade", "chart", "mirror", "pictures", "treaty"])
def test_print_numbers_pages_and_shows_folded_notes_but_no_controls(page, base, kind):
    page.goto(PAGES[kind])
    sheets = [sheet.extract_text() for sheet in PdfReader(BytesIO(page.pdf())).pages]
    for number, sheet in enumerate(sheets, 1):
        assert f"{number} / {len(sheets)}" in sheet
    printed = normalize("NFKC", " ".join(" ".join(sheets).split()))
    for control in ("As a table", "Report an error", "JSON"):
        assert control not in printed, control
    notes = page.locator(".says .note")
    for note in notes.all_text_contents()[:3]:
        assert note[:40] in printed
    # A chart and its title are on the same page.
    for title in page.locator("figure.plot h3").all_text_contents():
        (sheet,) = {sheet for sheet in sheets if f"{title}\n" in sheet}
        assert "US dollars" in sheet or "number" in sheet or "per cent" in sheet


def test_tables_and_the_life_of_a_treaty_fit_a_tablet_and_a_phone(page, base):
    cut = """[...document.querySelectorAll(".scroll")]
      .filter(box => box.scrollWidth > box.clientWidth + 1).map(box => box.ariaLabel)"""
    for kind in ("figures", "treaty", "partners"):
        page.goto(PAGES[kind])
        for width in (360, 768, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate(cut) == [], (kind, width)


def test_lines_are_labelled_at_their_ends_or_in_a_legend_on_a_phone(page, base):
    page.goto(PAGES["chart"])
    end = page.locator(".line-end").filter(has_text="Kazakhstan")
    legend = page.locator(".legend-of .line").filter(has_text="Kazakhstan")
    expect(end).to_be_visible()
    expect(legend).to_be_hidden()
    # The labels lie outside the drawing, but within its frame.
    frame = page.locator("figure.plot").bounding_box()
    for label in page.locator(".line-end text").all():
        box = label.bounding_box()
        assert box["x"] + box["width"] <= frame["x"] + frame["width"]
    page.set_viewport_size({"width": 360, "height": 800})
    expect(end).to_be_hidden()
    expect(legend).to_be_visible()


def test_reduced_motion_is_respected(page, base):
    style = "(node, name) => getComputedStyle(node)[name]"
    # Public pages have no animation; jumping to an entry does not scroll smoothly.
    page.goto("/")
    assert page.locator("html").evaluate(style, "scrollBehavior") == "auto"
    # Django's admin fades its links.
    page.goto("/admin/login/")
    for wish, fades in (("reduce", "none"), ("no-preference", "color")):
        page.emulate_media(reduced_motion=wish)
        assert fades in page.locator("#site-name a").evaluate(style, "transitionProperty")


def test_no_word_of_the_overview_is_cut_off(page, base):
    wide = """[...document.querySelectorAll(".glance > div, .glance dd")]
      .filter(node => node.scrollWidth > node.clientWidth).map(node => node.textContent.trim())"""
    for address in (PAGES["home"], DOSSIER):
        page.goto(address)
        for media, width in (("screen", 1280), ("screen", 768), ("screen", 360), ("print", 658)):
            page.emulate_media(media=media)
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate(wide) == [], (address, media, width)


def test_the_list_of_figures_shows_all_columns_on_a_desktop(page, base):
    page.goto(PAGES["figures"])
    box = page.locator(".scroll:has(> .stack)")
    assert box.evaluate("node => node.scrollWidth - node.clientWidth") == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_admin_uses_the_design_tokens_in_both_schemes(new_context, admin_user, scheme):
    context = new_context(color_scheme=scheme)
    page = context.new_page()
    colour = "getComputedStyle(document.body).color"
    page.goto("/")
    public = page.evaluate(colour)
    page.goto("/admin/")
    assert page.evaluate(colour) == public
    page.get_by_role("button", name="Toggle theme").click()
    assert page.evaluate(colour) != public
