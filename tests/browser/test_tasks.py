"""The tasks of docs/tasks.md: each is done in a browser, with the clicks and keys that are written
there."""

import re

import feedparser
import pytest
from django.conf import settings
from django.core.management import call_command
from playwright.sync_api import expect

from tests.browser.conftest import PAGES, wait_until_settled

pytestmark = pytest.mark.browser

# The keystroke-level model of Card, Moran and Newell, in seconds: the thought before an action, a
# click with the movement to it, and a key.
THOUGHT, CLICK, KEY = 1.35, 1.3, 0.28
# A row of the table: number, task, way, clicks, keys, seconds.
ROW = re.compile(r"^\| (\d+) \|.*\| (\d+) \| (\d+) \| (\d+) \|$", re.M)


def documented() -> dict[int, tuple[int, int, int]]:
    """The clicks, keys and seconds of each task in docs/tasks.md."""
    text = (settings.BASE_DIR / "docs/tasks.md").read_text(encoding="utf-8")
    return {int(row[0]): tuple(map(int, row[1:])) for row in ROW.findall(text)}


class Reader:
    """A reader who clicks and types on a page; both are counted."""

    def __init__(self, page):
        self.page, self.actions, self.clicks, self.keys = page, 0, 0, 0

    def click(self, locator):
        locator.click()
        self._acted(clicks=1)

    def choose(self, label, option):
        """Open a list of choices and take one."""
        self.page.get_by_label(label, exact=True).select_option(label=option)
        self._acted(clicks=2)

    def type(self, field, text):
        """Click into a field and type, until suggestions for the text have come."""
        field.click()
        field.press_sequentially(text)
        wait_until_settled(self.page)
        self._acted(clicks=1, keys=len(text))

    def take_first(self):
        """Take the first suggestion with the keyboard."""
        self.page.keyboard.press("ArrowDown")
        self.page.keyboard.press("Enter")
        self.keys += 2

    def fill_day(self, label, day):
        """Click into the field of a day and type it; its separators are there."""
        self.page.get_by_label(label, exact=True).fill(day)
        self._acted(clicks=1, keys=len(day.replace("-", "")))

    def download(self, link) -> str:
        """Save the file that a link leads to; returns its content."""
        address = link.get_attribute("href")
        self._acted(clicks=1)
        return self.page.request.get(address).body()

    def _acted(self, clicks, keys=0):
        self.actions += 1
        self.clicks += clicks
        self.keys += keys

    def took(self, number: int) -> None:
        """Compare the clicks, the keys and the estimated seconds with docs/tasks.md."""
        seconds = round(self.actions * THOUGHT + self.clicks * CLICK + self.keys * KEY)
        assert documented()[number] == (self.clicks, self.keys, seconds)


@pytest.fixture
def reader(page):
    """A reader on the start page."""
    page.goto("/")
    return Reader(page)


@pytest.fixture(scope="module", autouse=True)
def indexed(base, module_database):
    """The fixtures with their search index."""
    call_command("rebuild_index", verbosity=0)


def link(page, name):
    return page.get_by_role("main").get_by_role("link", name=name, exact=True).first


def open_pair(reader):
    """Open the dossier of the first pair with the box for two countries."""
    reader.type(reader.page.get_by_role("combobox", name="Any two countries"), "kaz az")
    reader.take_first()
    expect(reader.page).to_have_url(PAGES["dossier"])


def open_country(reader):
    """Open the page of a country with the search box."""
    reader.type(reader.page.get_by_role("combobox", name="Search"), "kazakhstan")
    reader.take_first()
    expect(reader.page).to_have_url("/countries/kazakhstan/")


def test_since_when_and_who_disagrees(reader, page):
    open_pair(reader)
    opening = page.locator(".opening").first
    expect(opening).to_contain_text("Diplomatic relations since 27 August 1992")
    reader.click(opening.get_by_role("link", name="sources disagree"))
    rivals = page.locator(".disagreement", has_text="Diplomatic relations established: date")
    expect(rivals).to_contain_text("27 August 1992 preferred: two sources")
    expect(rivals).to_contain_text("30 August 1992: one source")
    reader.took(1)


def test_what_was_in_force_on_a_day(reader, page):
    open_pair(reader)
    reader.fill_day("On the day", "2000-01-01")
    reader.click(page.get_by_role("button", name="Show status"))
    heading = page.get_by_role("heading", name="In force between the two on 1 January 2000")
    expect(heading).to_be_focused()
    expect(page.locator("section", has=heading)).to_contain_text(
        "Treaty on the foundations of relations"
    )
    reader.took(2)


def test_visits_of_heads_of_state_into_a_reference_manager(reader, page):
    reader.click(page.get_by_role("navigation", name="Main").get_by_role("link", name="Visits"))
    reader.choose("Rank", "head of state")
    reader.click(page.get_by_role("button", name="Apply filters"))
    shown = page.locator("main .entries > li").count()
    content = reader.download(link(page, "RIS")).decode()
    assert content.count("TY  - ") == shown > 1
    assert "TI  - Visit of President Tokayev to Azerbaijan\r\n" in content
    reader.took(3)


def test_a_turnover_chart_for_a_slide(reader, page):
    open_pair(reader)
    reader.click(link(page, "Trade and investment"))
    content = reader.download(page.locator("#turnover-usd").get_by_role("link", name="PNG"))
    assert content.startswith(b"\x89PNG")
    width = int.from_bytes(content[16:20])
    assert width > 1000
    reader.took(4)


def test_everything_about_a_pair_as_a_file(reader, page):
    open_pair(reader)
    reader.click(link(page, "Downloads"))
    content = reader.download(
        page.locator("section.downloads").get_by_role("link", name="CSV").first
    )
    assert content.decode().count("\n") > 60
    reader.took(5)


def test_find_a_word(reader, page):
    reader.type(page.get_by_role("combobox", name="Search"), "transport")
    page.keyboard.press("Enter")
    reader.keys += 1
    expect(page.get_by_role("main").locator("mark").first).to_have_text(
        re.compile("transport", re.I)
    )
    reader.took(7)


def test_find_a_person_in_three_spellings(reader, page):
    for name in ("Tokayev", "Токаев", "Toqaev"):
        reader.type(page.get_by_role("combobox", name="Search"), name)
        reader.take_first()
        expect(page).to_have_url("/people/kassym-jomart-tokayev/")
    reader.took(8)


def test_link_to_one_value(reader, page):
    open_pair(reader)
    value = page.locator(".opening").get_by_role("link", name="million US dollars")
    reader.click(value)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert "/trade/figures/" in page.url
    reader.took(10)


def test_subscribe_to_a_pair(reader, page):
    open_pair(reader)
    reader.click(link(page, "Follow"))
    feed = page.locator("section", has=page.get_by_role("heading", name="Follow")).last
    content = reader.download(feed.get_by_role("link", name="Atom"))
    found = feedparser.parse(content)
    assert found.feed.title == "Azerbaijan–Kazakhstan · Bilateral relations"
    assert "Added: Visit of President Tokayev to Azerbaijan" in [one.title for one in found.entries]
    reader.took(9)


def test_embed_a_timeline(reader, page):
    open_pair(reader)
    reader.click(link(page, "Timeline"))
    reader.click(page.get_by_text("Embed", exact=True))
    code = page.get_by_label("Copy this code into your page:")
    reader.click(code)
    page.keyboard.press("Control+A")
    page.keyboard.press("Control+C")
    reader.keys += 4
    assert code.evaluate("one => one.selectionEnd - one.selectionStart") == len(code.input_value())
    address = re.search('src="([^"]+)"', code.input_value())[1]
    assert page.request.get(address).headers["content-security-policy"].count("frame-ancestors *")
    reader.took(11)


def test_compare_two_pairs(reader, page):
    open_pair(reader)
    reader.click(link(page, "Compare"))
    reader.type(page.get_by_role("combobox", name="Add a pair"), "az turkiye")
    reader.take_first()
    expect(page.locator("table").first).to_contain_text("Azerbaijan–Türkiye")
    assert page.url.endswith("/compare/?pair=azerbaijan-kazakhstan&pair=azerbaijan-turkiye")
    reader.took(12)


def test_with_whom_most_treaties(reader, page):
    open_country(reader)
    ranking = page.locator(".top", has=page.get_by_role("heading", name="Bilateral treaties"))
    expect(ranking.locator("li").first).to_contain_text("Azerbaijan")
    reader.took(13)


def test_a_map_of_partners(reader, page):
    open_country(reader)
    reader.click(link(page, "Map of partners"))
    expect(page.locator("figure svg a").first).to_be_visible()
    reader.took(14)


def test_report_an_error(reader, page, db):
    open_pair(reader)
    reader.click(page.locator(".opening").get_by_role("link", name="27 August 1992"))
    reader.click(page.get_by_role("link", name="Report an error"))
    reader.type(page.get_by_label("What is wrong"), "The year is 1993.")
    reader.click(page.get_by_role("button", name="Send report"))
    expect(page.get_by_text("The editors have received your report.")).to_be_visible()
    reader.took(15)
