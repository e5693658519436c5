"""Embedded pages inside a page of another site."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import quote, unquote

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("base")]

PAIR = "/relations/azerbaijan-kazakhstan/"
EMBEDDED = {
    "timeline": f"/embed{PAIR}timeline/",
    "visits": f"/embed{PAIR}pictures/visits/",
    "statuses": f"/embed{PAIR}pictures/statuses/",
    "chart": "/embed/trade/azerbaijan-kazakhstan/charts/turnover-usd/",
    "treaty": "/embed/treaties/strategic-partnership-agreement-2005/",
}


class OtherSite(BaseHTTPRequestHandler):
    """A site whose pages frame the address in their query."""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        address = unquote(self.path.partition("?")[2])
        self.wfile.write(f'<iframe src="{address}" width="400" height="400"></iframe>'.encode())

    def log_message(self, *args):
        """Print nothing."""


@pytest.fixture(scope="module")
def other_site():
    """The address of a site of another origin. It is on this machine, too: browsers do not let
    distant sites frame those."""
    with ThreadingHTTPServer(("127.0.0.1", 0), OtherSite) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.mark.parametrize("address", EMBEDDED.values(), ids=EMBEDDED)
def test_another_site_can_frame_it_and_its_links_open_our_pages(
    page, base_url, other_site, address
):
    page.goto(f"{other_site}?{quote(base_url + address)}")
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading", level=1)).to_be_visible()
    links = frame.locator("main a, svg a")
    for link in (links.first, links.last):
        with page.context.expect_page() as opened:
            link.click()
        expect(opened.value.locator("header.site")).to_be_visible()
        opened.value.close()


def test_no_other_page_can_be_framed(new_context, base_url, other_site):
    page, told = new_context().new_page(), []
    page.on("console", lambda message: told.append(message.text))
    page.goto(f"{other_site}?{quote(base_url + PAIR)}")
    assert any("frame-ancestors 'none'" in text for text in told)
    assert page.frames[1].locator("header.site").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_into_280_pixels_without_a_script(new_context, scheme):
    context = new_context(
        viewport={"width": 280, "height": 400}, color_scheme=scheme, java_script_enabled=False
    )
    page = context.new_page()
    for address in EMBEDDED.values():
        page.goto(address)
        box = page.locator("html").bounding_box()
        assert box["width"] == 280, address
        for part in page.locator("h1, main > *, footer p").all():
            found = part.bounding_box()
            assert found["x"] >= 0, address
            assert found["x"] + found["width"] <= 280, address
