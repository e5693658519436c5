"""The live site, and pages of it in the system's Chromium.

pytest-playwright provides the contexts and pages, and keeps a screenshot and a trace of failures in
var/browser/. Tests that only read share one database; a test that requests `db`, directly or
through an account, has a copy of its own. Nothing is ever flushed.
"""

import os
import random
import shutil
import time
from contextlib import contextmanager
from threading import Condition

import pytest
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.test.testcases import LiveServerThread
from playwright.sync_api import expect

from tests.conftest import database_of, databases, missing

# Playwright's event loop runs in this thread; the database calls of Django here are safe.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# Waiting may take long on a busy machine; no test asserts how long.
PATIENCE = 60_000
expect.set_options(timeout=PATIENCE)

# Each response is delayed by up to this many seconds: tests/browser/repeat.py sets it.
DELAY = float(os.environ.get("RESPONSE_DELAY", "0"))

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    # Emulating a missing graphics card costs more than drawing without one.
    "--disable-gpu-rasterization",
    "--disable-gpu-compositing",
    "--disable-software-rasterizer",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

# Errors of the browser or the machine, not of the site; such a test runs again.
MACHINE = (
    "MachineFailed",
    "Target crashed",
    "Page crashed",
    "Target page, context or browser has been closed",
    "Connection closed",
    "Address already in use",
    "Cannot allocate memory",
)

# One address of every kind of page.
PAGES = {
    "home": "/",
    "search": "/search/?q=kazakhstan",
    "pairs": "/relations/",
    "dossier": "/relations/azerbaijan-kazakhstan/",
    "dossier-empty": "/relations/france-guinea-bissau/",
    "timeline": "/relations/azerbaijan-kazakhstan/timeline/",
    "timeline-picked": "/relations/azerbaijan-kazakhstan/timeline/?year_from=1996&zoom=1991-2010",
    "timeline-empty": "/relations/france-guinea-bissau/timeline/",
    "pictures": "/relations/azerbaijan-kazakhstan/pictures/",
    "pictures-empty": "/relations/france-guinea-bissau/pictures/",
    "treaties": "/treaties/?on=2024-12-31",
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
    "chart": "/trade/azerbaijan-kazakhstan/charts/turnover-usd/",
    "mirror": "/trade/azerbaijan-kazakhstan/mirror/",
    "partners": "/trade/partners/kazakhstan/",
    "figure": "/trade/figures/trade-turnover-2023-historic-opportunity/",
    "disagreements": "/disagreements/",
    "report": "/report/digital-silk-road/",
    "report-figure": "/report/figures/trade-turnover-2023-historic-opportunity/",
    "countries": "/countries/",
    "country": "/countries/azerbaijan/",
    "country-map": "/countries/azerbaijan/map/?on=2005-01-01",
    "country-partners": "/countries/azerbaijan/partners/?by=missions",
    "compare": "/compare/?pair=azerbaijan-kazakhstan&pair=azerbaijan-turkiye&pair=france-italy",
    "missions": "/missions/",
    "organizations": "/organizations/",
    "organization": "/organizations/osce/",
    "organization-map": "/organizations/osce/map/",
    "people": "/people/",
    "person": "/people/ilham-aliyev/",
    "data": "/data/",
    "refused": "/events/?year_from=x",
    "not-found": "/nowhere/",
}


def pytest_collection_modifyitems(items):
    """Run browser tests on one database only: what a browser shows does not depend on it."""
    for item in items:
        if not item.get_closest_marker("browser"):
            continue
        if settings.DATABASES["default"]["ENGINE"] != "django.db.backends.sqlite3":
            item.add_marker(pytest.mark.skip("browser tests run on SQLite alone"))
        item.add_marker(
            pytest.mark.flaky(reruns=1, only_rerun=MACHINE, rerun_except="AssertionError")
        )


class Served:
    """The application that the browser reaches; it tracks each request until it is answered."""

    def __init__(self, application):
        self.application, self.requests, self.changed = application, 0, Condition()

    def __call__(self, environ, start_response):
        with self._in_flight():
            if DELAY:
                time.sleep(random.uniform(0, DELAY))
            answer = self.application(environ, start_response)
            try:
                yield from answer
            finally:
                # Django then closes the database connection of the request.
                if hasattr(answer, "close"):
                    answer.close()

    @contextmanager
    def _in_flight(self):
        self._count(1)
        try:
            yield
        finally:
            self._count(-1)

    def _count(self, change: int) -> None:
        with self.changed:
            self.requests += change
            self.changed.notify_all()

    def wait(self) -> None:
        """Return once no request is in flight."""
        with self.changed:
            assert self.changed.wait_for(lambda: not self.requests, PATIENCE / 1000), self.requests


@pytest.fixture(scope="session")
def server():
    """The address of the site, and the application behind it."""
    served = Served(get_wsgi_application())
    thread = LiveServerThread("127.0.0.1", lambda _django: served)
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error:
        raise thread.error
    yield f"http://127.0.0.1:{thread.port}", served
    thread.terminate()


@pytest.fixture(scope="session")
def base_url(server):
    """Open pages, and expect addresses, by their path alone."""
    return server[0]


@pytest.fixture
def site(request, server, django_db_blocker):
    """The site with its database: the shared, read-only one, or a copy.

    The next test gets its own database only when no request of this test is in flight.
    """
    source = database_of(request.fixturenames)
    with django_db_blocker.unblock():
        if "db" in request.fixturenames:
            databases.own(source)
        else:
            databases.use(source, read_only=True)
        yield
        server[1].wait()


@pytest.fixture
def db(site):
    """A database of the test's own, where everything is committed so that the browser sees it."""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    path = next(filter(None, map(shutil.which, names)), None)
    if not path:
        missing("Chromium is not installed")
    return {**browser_type_launch_args, "executable_path": path, "args": list(FLAGS)}


@pytest.fixture(scope="session")
def launched(launch_browser):
    """The browsers launched so far: one, and another after each crash."""
    browsers = []
    yield browsers
    for browser in browsers:
        browser.close()


class MachineFailed(Exception):
    """The browser or one of its pages crashed during a test, whichever error came first."""


CRASHES = pytest.StashKey()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    try:
        return (yield)
    except Exception as error:
        browser, crashes = item.stash.get(CRASHES, (None, []))
        if crashes or (browser and not browser.is_connected()):
            raise MachineFailed(f"The browser crashed; the test met: {error}") from None
        raise


@pytest.fixture
def browser(request, launched, launch_browser):
    """The worker's Chromium."""
    if not launched or not launched[-1].is_connected():
        launched.append(launch_browser())
    request.node.stash[CRASHES] = launched[-1], []
    return launched[-1]


@pytest.fixture
def new_context(request, site, new_context):
    """Make contexts with a desktop screen; they are closed before the site's database changes."""
    _browser, crashes = request.node.stash[CRASHES]

    def make(**options):
        context = new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        context.set_default_timeout(PATIENCE)
        # A function of ours: Playwright cannot call a built-in method as a listener.
        context.on("page", lambda page: page.on("crash", lambda page: crashes.append(page)))
        return context

    return make


@pytest.fixture
def page(page):
    """A page that fails its test on any error in the console."""
    problems = []
    page.on("console", lambda message: message.type == "error" and problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    yield page
    page.context.close()
    assert problems == []


def come_as(context, client):
    """Sign the browser in as the user of a signed-in Django client."""
    value = client.cookies["sessionid"].value
    cookie = {"name": "sessionid", "value": value, "domain": "127.0.0.1", "path": "/"}
    context.add_cookies([cookie])


@contextmanager
def hold_first_request(page, address):
    """Wait for a request to this address and hold it back; yields its route, in a list.

    Later requests continue. `times` would not do: after the last one Playwright intercepts nothing
    and releases the held request.
    """
    held = []
    page.route(address, lambda route: route.continue_() if held else held.append(route))
    with page.expect_request(address):
        yield held
    while not held:
        page.evaluate("0")  # While Playwright waits for an answer it calls the listeners.


def busy_parts(page):
    """The parts of the page that still wait for a response."""
    return page.locator("[aria-busy=true]")


def wait_until_settled(page):
    """Wait until no part of the page is busy."""
    expect(busy_parts(page)).to_have_count(0)
