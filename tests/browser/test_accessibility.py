"""Accessibility of every kind of page, public and at the desk, in light and dark at three widths.

axe must find no violation, and no page may scroll sideways down to 320 pixels. `make test` lets axe
check the likeliest differences; `make test-all` everything, as CI does on SQLite; `make
screenshots` keeps a screenshot of each in var/screenshots/.
"""

import os
from urllib.parse import urlencode

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from relations import workflow
from relations.models import Country, Disagreement, Event
from relations.publication import revise
from sources.models import Source, SourceText
from tests.browser.conftest import PAGES, come_as, wait_until_settled
from tests.conftest import FULL, signed_in
from tests.desk.test_import_data import US
from tests.factories import (
    CitationFactory,
    EventFactory,
    FigureFactory,
    TreatyLinkFactory,
    TreatyTextFactory,
    UserFactory,
)
from tests.steps import withdraw
from treaties.models import Treaty

pytestmark = pytest.mark.browser

WIDTHS = (1280, 768, 360)
# 1280 pixels at 200 % leave 640 CSS pixels, at 400 % 320: nothing may be lost or scroll sideways.
ZOOMED = (640, 320)
SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
# axe skips the rule on target sizes unless it is requested. Rules that ignore colours need not run
# in the second scheme: the schemes differ only in their tokens.
ALL = {"rules": {"target-size": {"enabled": True}}}

DARK = {"runOnly": ["color-contrast", "link-in-text-block"]}
# Rules whose result may differ on a phone: target sizes, and text on another background.
PHONE = {"runOnly": ["target-size", "color-contrast"]}
# The widths and schemes in which axe checks a page, and the rules.
if FULL:
    LOOKS = [(width, *how) for width in WIDTHS for how in (("light", ALL), ("dark", DARK))]
else:
    LOOKS = [(1280, "light", ALL), (1280, "dark", DARK), (360, "light", PHONE)]
# axe keeps the channels of each colour in weak maps, which takes a third of its contrast time.
QUICK_AXE = AXE_SCRIPT.replace("new WeakMap", "new Map")
# Parts that Django's admin provides and we do not draw.
FOREIGN = [".select2"]
AXE = """([foreign, options]) => axe
  .run({exclude: foreign}, {resultTypes: ["violations"], ...options})
  .then(found => found.violations.map(row => [row.id, row.nodes[0].target.join(" ")]))"""

MORE = {
    "long": "/events/long/",
    "withdrawn": "/events/gone/",
    "styleguide": "/styleguide/",
    "embedded-timeline": "/embed/relations/azerbaijan-kazakhstan/timeline/",
    "embedded-pictures": "/embed/relations/azerbaijan-kazakhstan/pictures/statuses/",
    "embedded-chart": "/embed/trade/azerbaijan-kazakhstan/charts/turnover-usd/",
    "embedded-treaty": "/embed/treaties/foundations-of-relations-1996/",
}
DESK = {
    "desk": "/admin/",
    "desk-list": "/admin/treaties/treaty/",
    "desk-new": "/admin/relations/event/add/",
    "desk-record": "/admin/treaties/treaty/{treaty}/change/",
    "desk-history": "/admin/treaties/treaty/{treaty}/history/",
    "desk-delete": "/admin/relations/event/{event}/delete/",
    "desk-source": "/admin/sources/source/{source}/change/",
    "desk-proposal": "/admin/sources/source/{source}/propose/",
    "desk-disagreement": "/admin/relations/disagreement/{disagreement}/change/",
    "desk-text": "/admin/sources/source/{source}/text/",
    "desk-figure": "/admin/trade/figure/{figure}/change/",
    "desk-figure-new": "/admin/trade/figure/add/",
    "desk-figure-preview": "/admin/trade/figure/{figure}/preview/",
    "desk-treaty-new": "/admin/treaties/treaty/add/",
    "desk-source-new": "/admin/sources/source/add/",
    "desk-country": "/admin/relations/country/{country}/change/",
    "desk-mission": "/admin/relations/mission/add/",
    "desk-account": "/admin/auth/user/{account}/change/",
    "desk-merge": "/admin/merge/event/?id={event}&id={shown}",
    "desk-withdraw": "/admin/relations/event/withdraw/?row={shown}",
    "desk-preview": "/admin/relations/event/{event}/preview/",
    "desk-queue": "/admin/review/",
    "desk-review": "/admin/review/{revision}/",
    "desk-review-source": "/admin/review/document/{source}/",
    "desk-review-figure": "/admin/review/figure/{figure}/",
    "desk-import": "/admin/import/",
    "desk-sign-in": "/admin/sign-in/",
    "desk-password": "/admin/password_change/",
}


@pytest.fixture(scope="module")
def base_with_rare_rows(base, module_database):
    """The fixtures plus rows that they lack; returns the keys in addresses of the desk.

    These are linked treaties, a text, a very long word, a record and a figure under review, and a
    withdrawn record.
    """
    later, pact = (
        Treaty.objects.get(slug=slug)
        for slug in ("strategic-partnership-agreement-2005", "foundations-of-relations-1996")
    )
    TreatyLinkFactory(treaty=later, target=pact)
    TreatyTextFactory(treaty=pact)
    pair = pact.relation
    long = EventFactory(
        relation=pair, slug="long", title="Ы" * 300, date="2026-01-02", published=True
    )
    withdraw(EventFactory(relation=pair, slug="gone", published=True), reason="It was another.")
    source = Source.objects.get(slug="a-historic-opportunity")
    event = EventFactory(relation=pair)
    CitationFactory(record=event, source=source, passage=source.passages.first())
    editor = UserFactory(role="Editor", password=make_password("correct horse battery"))
    waits = workflow.submit(event, editor)
    figure = FigureFactory(source=source)
    workflow.submit(figure, editor)
    SourceText.objects.create(source=source, text="A word. " * 400)
    return {
        "treaty": pact.pk,
        "event": event.pk,
        "shown": long.pk,
        "country": Country.objects.get(slug="kazakhstan").pk,
        "account": editor.pk,
        "source": source.pk,
        "disagreement": Disagreement.objects.filter(state="decided").first().pk,
        "figure": figure.pk,
        "revision": waits.pk,
    }


def violations(page, rules=ALL, foreign=()) -> list[tuple[str, str]]:
    """The violations of these rules that axe finds outside the foreign parts, with their places.

    The policy of the page must allow axe.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(QUICK_AXE)
    return [tuple(row) for row in page.evaluate(AXE, [list(foreign), rules])]


@pytest.fixture
def look(new_context):
    """Check a page in its widths and schemes; returns the violations and any sideways scrolling.

    `then` leads from there to a page without an address of its own.
    """
    # The policy of the pages would block axe; what they load is tested elsewhere.
    context = new_context(bypass_csp=True, reduced_motion="reduce")
    page = context.new_page()

    def look(name, address, client=None, then=None):
        if client:
            come_as(context, client)
        page.set_viewport_size({"width": WIDTHS[0], "height": 900})
        status = page.goto(address).status
        if then:
            with page.expect_navigation() as led:
                then(page)
            status = led.value.status
        wait_until_settled(page)
        found = []
        for width in (*WIDTHS, *ZOOMED):
            page.set_viewport_size({"width": width, "height": 900})
            if page.evaluate(SIDEWAYS):
                found.append((width, "wider than the screen"))
            for _width, scheme, rules in (look for look in LOOKS if look[0] == width):
                page.emulate_media(color_scheme=scheme)
                found += [(width, scheme, *row) for row in violations(page, rules, FOREIGN)]
                if "SCREENSHOTS" in os.environ:
                    file = settings.VAR / "screenshots" / f"{name}-{width}-{scheme}.png"
                    page.screenshot(path=file, full_page=True)
        return status, found

    return look


@pytest.mark.parametrize("name", PAGES | MORE)
def test_a_public_page_is_accessible_and_fits(look, base_with_rare_rows, settings, name):
    settings.DEBUG = name == "styleguide"
    status = {"not-found": 404, "withdrawn": 410, "refused": 400}.get(name, 200)
    assert look(name, (PAGES | MORE)[name]) == (status, [])


@pytest.mark.parametrize("name", DESK)
def test_a_page_of_the_desk_is_accessible_and_fits(look, base_with_rare_rows, admin_client, name):
    assert look(name, DESK[name].format(**base_with_rare_rows), admin_client) == (200, [])


def test_two_versions_side_by_side_are_accessible_and_fit(look, base_with_rare_rows, admin_client):
    event = Event.objects.get(pk=base_with_rare_rows["event"])

    def save(page):
        event.title = "Saved by somebody else"
        event.save()
        revise(event)
        page.locator("#id_title").fill("Typed here")
        page.get_by_role("button", name="Save", exact=True).click()

    address = f"/admin/relations/event/{event.pk}/change/"
    assert look("desk-conflict", address, admin_client, save) == (409, [])


def test_errors_and_duplicates_in_a_form_are_accessible_and_fit(
    look, base_with_rare_rows, admin_client
):
    def save(page):
        page.get_by_role("button", name="Save", exact=True).click()

    form = "/admin/relations/event/add/"
    assert look("desk-errors", form, admin_client, save) == (200, [])
    known = Event.objects.get(pk=base_with_rare_rows["event"])
    names = ("title", "relation", "event_type", "date")
    likely = urlencode({name: known.serializable_value(name) for name in names})
    assert look("desk-duplicates", f"{form}?{likely}", admin_client, save) == (200, [])
    assert list(Event.objects.filter(title=known.title)) == [known]


def test_previews_of_import_and_takedown_are_accessible_and_fit(
    look, base_with_rare_rows, admin_client
):
    def upload(page):
        page.locator("#id_name").select_option("us-visits")
        file = {"name": "list.csv", "mimeType": "text/csv", "buffer": US.encode()}
        page.locator("#id_file").set_input_files(file)
        page.get_by_role("button", name="Continue").click()

    assert look("desk-dry-run", "/admin/import/", admin_client, upload) == (200, [])

    def describe(page):
        file = {"name": "visits.csv", "mimeType": "text/csv", "buffer": US.encode()}
        page.locator("#id_file").set_input_files(file)
        page.get_by_role("button", name="Continue").click()
        page.locator("#id_kind").select_option("visit")
        page.get_by_role("button", name="Show the fields of this kind").click()
        page.get_by_role("heading", name="What each column holds").wait_for()

    assert look("desk-describe", "/admin/import/", admin_client, describe) == (200, [])

    def select(page):
        page.locator(f".action-select[value='{base_with_rare_rows['source']}']").check()
        page.locator("[name=action]").select_option("take_down_selected")
        page.get_by_role("button", name="Run").or_(page.get_by_role("button", name="Go")).click()

    assert look("desk-takedown", "/admin/sources/source/", admin_client, select) == (200, [])


def test_error_pages_are_accessible_and_fit(look, db, base, monkeypatch):
    client = signed_in(UserFactory(role="Editor"))
    assert look("not-allowed", "/admin/import/", client) == (403, [])

    def fail():
        raise RuntimeError

    monkeypatch.setattr("portal.evidence.state", fail)
    assert look("failed", "/") == (500, [])


def test_the_lock_out_page_is_accessible_and_fits(look, db, client, settings):
    settings.AXES_ENABLED = True
    wrong = {"username": "editor", "password": "wrong"}

    def sign_in(page):
        page.locator("#id_username").fill(wrong["username"])
        page.locator("#id_password").fill(wrong["password"])
        page.keyboard.press("Enter")

    for _time in range(5):
        client.post("/admin/login/", wrong)
    assert look("locked-out", "/admin/login/", then=sign_in) == (429, [])


def test_signing_in_is_accessible_and_fits(look, admin_user):
    assert look("sign-in", "/admin/login/") == (200, [])
    client = Client()
    client.force_login(admin_user, backend="django.contrib.auth.backends.ModelBackend")
    assert look("second-factor", "/admin/second-factor/new/", client) == (200, [])
    TOTPDevice.objects.create(user=admin_user, confirmed=True)
    assert look("code", "/admin/second-factor/", client) == (200, [])


def test_recovery_codes_are_accessible_and_fit(look, admin_client):
    def ask(page):
        page.locator("#content form button, #content form input[type=submit]").click()

    assert look("recovery-codes", "/admin/sign-in/", admin_client, ask) == (200, [])
