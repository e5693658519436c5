"""Fixtures and hooks for all tests: the databases, the first source and signed-in clients."""

import gc
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_totp.models import TOTPDevice
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from config.settings import switch
from core import models as core_models
from tests.databases import EMPTY, LOADED, Databases

IN_CI = switch("CI")
# Run the slow checks too: `make test-all`, and CI on SQLite.
FULL = switch("FULL")
# The database that a module's fixtures fill.
MODULE = "module"
# The fixtures that let a test query a database.
QUERYING = {"db", "module_database", "packages", "site", "unblocked"}
databases = Databases()

ARTICLE = Path("shared", "article", "a-historic-opportunity.txt")


# Collect rarely: each full collection walks all of Django's objects.
gc.set_threshold(200_000, 50, 100)

# Nothing depends on how busy the machine is, and nothing is left behind in the folder.
for profile, examples in {"quick": 20, "full": 100}.items():
    hypothesis_settings.register_profile(
        profile,
        max_examples=examples,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
hypothesis_settings.load_profile("full" if FULL else "quick")


def missing(reason: str):
    """Skip a test because this machine lacks something; in CI every test must run: fail it."""
    if IN_CI:
        pytest.fail(reason)
    pytest.skip(reason)


def signed_in(user) -> Client:
    """A client of a user who has signed in with a password and a second factor."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    device, _new = TOTPDevice.objects.get_or_create(user=user, confirmed=True)
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session.save()
    return client


@pytest.fixture(autouse=True)
def never_compacted(monkeypatch):
    """Never compact the table of versions, whatever number a sequence has reached.

    Every FOLDED-th bump compacts it with queries of its own; a test that counts queries could meet
    one by chance. Tests of the version itself set the number (tests/portal/test_page_cache.py).
    """
    monkeypatch.setattr(core_models, "FOLDED", sys.maxsize)


@pytest.fixture
def admin_client(admin_user):
    """A superuser's client, past the second factor."""
    return signed_in(admin_user)


@pytest.fixture(scope="session")
def article_text() -> str:
    """The text of the first source, which lies beside the repository and never in it."""
    path = settings.BASE_DIR.parent / ARTICLE
    if not path.exists():
        missing("the article's text is not here")
    # Offsets count the characters of the file as it is: line ends are not translated.
    return path.read_bytes().decode("utf-8")


def pytest_sessionstart(session):
    """Make the template databases before the workers start, with a message that the user sees."""
    if hasattr(session.config, "workerinput") or session.config.option.collectonly:
        return
    if not databases.are_made():
        capture = session.config.pluginmanager.getplugin("capturemanager")
        with capture.global_and_fixture_disabled():
            print("\nMaking the databases of the suite ...", flush=True)  # noqa: T201
            command = [sys.executable, "-m", "tests.databases"]
            subprocess.run(command, cwd=settings.BASE_DIR, check=True)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    """Give each test its database before its fixtures: a copy of a template or of the module's.

    A test's changes are rolled back; a test that commits gets a copy of its own. A test that
    pytest-django allows no query runs on SQLite alone: on another database it would do the same.
    """
    if connection.vendor != "sqlite" and not may_query(item):
        pytest.skip("queries no database, so SQLite is enough")
    source = database_of(item.fixturenames)
    marker = item.get_closest_marker("django_db")
    transactional = marker and marker.kwargs.get("transaction")
    if source == MODULE:
        assert not transactional, "What it commits would be seen by the other tests of the module."
        # It does not exist before the module's first test: the fixture makes it.
        if MODULE in databases.copies:
            databases.use(MODULE)
    elif transactional:
        databases.own(source)
    else:
        databases.use(source)


def may_query(item) -> bool:
    """Whether pytest-django lets a test query the database."""
    return bool(item.get_closest_marker("django_db") or QUERYING & set(item.fixturenames))


def database_of(fixtures: Iterable[str]) -> str:
    """The database that a test with these fixtures starts from."""
    if "module_database" in fixtures:
        return MODULE
    return LOADED if "base" in fixtures else EMPTY


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment):
    """Replace pytest-django's setup: the databases are copies, so nothing is migrated or loaded."""
    yield
    databases.drop(*databases.copies)


@pytest.fixture(scope="session")
def base(django_db_setup):
    """The knowledge base as `make run` serves it: every fixture row, loaded and published."""


@pytest.fixture(scope="module")
def module_database(request, django_db_setup, django_db_blocker):
    """A database of the module: what its module-scoped fixtures add is made once and shared.

    The changes of a single test are rolled back as everywhere.
    """
    with django_db_blocker.unblock():
        databases.copy(LOADED if "base" in request.fixturenames else EMPTY, MODULE)
        yield
        databases.drop(MODULE)
