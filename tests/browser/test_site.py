"""The live site for browser tests, and which of these tests may run again."""

import os
import re
import subprocess
import sys
from threading import Event, Thread

import pytest
from django.conf import settings

from tests.browser.conftest import Served

pytestmark = pytest.mark.browser

CONFTEST = """
from tests.browser.conftest import *
from tests.conftest import *
"""
TESTS = """
import os
import signal

import pytest
from playwright.sync_api import Error, expect

pytestmark = pytest.mark.browser
tries = []


def is_first(request):
    tries.append(request.node.name)
    return tries.count(request.node.name) == 1


def test_a_page_crashes_once(request, page, launched):
    page.goto("/healthz")
    if is_first(request):
        session = launched[-1].new_browser_cdp_session()
        for process in session.send("SystemInfo.getProcessInfo")["processInfo"]:
            if process["type"] == "renderer":
                os.kill(process["id"], signal.SIGKILL)
    expect(page.locator("body")).to_have_text("ok")


def test_the_browser_dies_once(request, page, launched):
    if is_first(request):
        launched[-1].close()
    assert page.goto("/healthz").status == 200


def test_a_page_crashes_always():
    raise Error("Page.goto: Target crashed")


def test_an_assertion_fails_once(request):
    assert not is_first(request), "Target crashed"


def test_something_else_fails_once(request):
    if is_first(request):
        raise Error("Page.click: no such element")
"""


def test_only_machine_failures_run_again(browser, tmp_path):
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_machine.py").write_text(TESTS)
    chosen = ["--output", str(tmp_path / "output"), "-p", "no:cacheprovider"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rpRf", "--tb=no", *chosen, str(tmp_path)],
        cwd=tmp_path,
        env=os.environ
        | {"DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONPATH": str(settings.BASE_DIR)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    told = re.findall(r"^(RERUN|FAILED|PASSED) test_machine.py::test_(\w+)", done.stdout, re.M)
    assert sorted(set(told), key=lambda row: row[::-1]) == [
        ("FAILED", "a_page_crashes_always"),
        ("RERUN", "a_page_crashes_always"),
        ("PASSED", "a_page_crashes_once"),
        ("RERUN", "a_page_crashes_once"),
        ("FAILED", "an_assertion_fails_once"),
        ("FAILED", "something_else_fails_once"),
        ("PASSED", "the_browser_dies_once"),
        ("RERUN", "the_browser_dies_once"),
    ], done.stdout


def test_waiting_lasts_until_every_request_is_answered():
    begun, answer, waited = Event(), Event(), Event()

    def application(environ, start_response):
        begun.set()
        answer.wait()
        return [b"done"]

    served = Served(application)
    served.wait()
    request = Thread(target=lambda: list(served({}, None)))
    waiting = Thread(target=lambda: (served.wait(), waited.set()))
    request.start()
    begun.wait()
    waiting.start()
    assert not waited.wait(0.05)
    answer.set()
    waiting.join()
    request.join()
    assert waited.is_set()
    assert served.requests == 0


def test_a_failed_request_is_no_longer_in_flight():
    def application(environ, start_response):
        raise ValueError

    served = Served(application)
    with pytest.raises(ValueError):  # noqa: PT011
        list(served({}, None))
    served.wait()
