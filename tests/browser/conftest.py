"""A page in the system's Chromium that fails its test on any error in the console."""

import os
import shutil

import pytest
from django.conf import settings
from playwright.sync_api import expect, sync_playwright

from tests.conftest import missing

# Playwright's loop runs in this thread; Django's database calls there are ours and safe.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# What is waited for may take long on a busy machine; how long nobody asserts.
PATIENCE = 60_000
expect.set_options(timeout=PATIENCE)

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    # Drawing on a graphics card that is not there costs more than drawing without one.
    "--disable-gpu-rasterization",
    "--disable-gpu-compositing",
    "--disable-software-rasterizer",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

# One address of every kind of page.
PAGES = {
    "home": "/",
    "pairs": "/relations/",
    "dossier": "/relations/azerbaijan-kazakhstan/",
    "dossier-empty": "/relations/france-guinea-bissau/",
    "timeline": "/relations/azerbaijan-kazakhstan/timeline/",
    "timeline-picked": "/relations/azerbaijan-kazakhstan/timeline/?year_from=1996&zoom=1991-2010",
    "timeline-empty": "/relations/france-guinea-bissau/timeline/",
    "pictures": "/relations/azerbaijan-kazakhstan/pictures/",
    "pictures-empty": "/relations/france-guinea-bissau/pictures/",
    "treaties": "/treaties/?on=2000-01-01",
    "treaty": "/treaties/foundations-of-relations-1996/",
    "visits": "/visits/",
    "visit": "/visits/tokayev-visit-azerbaijan-2024-03/",
    "event": "/events/diplomatic-relations-azerbaijan-kazakhstan/",
    "events": "/events/",
    "mission": "/missions/embassy-of-azerbaijan-in-kazakhstan/",
    "membership": "/memberships/kazakhstan-in-cica/",
    "office": "/offices/alikhan-smailov-prime-minister/",
    "changes": "/changes/diplomatic-relations-azerbaijan-kazakhstan/",
    "nothing": "/events/?q=nothing-like-it",
    "sources": "/sources/",
    "source": "/sources/a-historic-opportunity/",
    "figures": "/trade/",
    "trade": "/trade/azerbaijan-kazakhstan/",
    "mirror": "/trade/azerbaijan-kazakhstan/mirror/",
    "partners": "/trade/partners/kazakhstan/",
    "figure": "/trade/figures/trade-turnover-2023-historic-opportunity/",
    "disagreements": "/disagreements/",
    "report": "/report/digital-silk-road/",
    "report-figure": "/report/figures/trade-turnover-2023-historic-opportunity/",
    "countries": "/countries/",
    "country": "/countries/azerbaijan/",
    "organizations": "/organizations/",
    "organization": "/organizations/osce/",
    "people": "/people/",
    "person": "/people/ilham-aliyev/",
    "data": "/data/",
    "refused": "/events/?year_from=x",
    "not-found": "/nowhere/",
}


def pytest_collection_modifyitems(items):
    """What a browser shows does not depend on the database: one run of two is enough."""
    if settings.DATABASES["default"]["ENGINE"] != "django.db.backends.sqlite3":
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip("browser tests run on SQLite alone"))


@pytest.fixture(scope="session")
def browser():
    path = (
        shutil.which("chromium")
        or shutil.which("chromium-browser")
        or shutil.which("google-chrome")
    )
    if not path:
        missing("Chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    problems = []
    page.on("console", lambda message: message.type == "error" and problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    yield page
    context.close()
    assert problems == []


def come_as(context, live_server, client):
    """Let the browser be the person of a signed-in client of Django's."""
    value = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": value, "url": live_server.url}])
