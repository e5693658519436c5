"""What all tests share: the loaded base, the first source, and what may be missing here."""

import os
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_totp.models import TOTPDevice
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from sources import models as source_models

ARTICLE = Path("shared", "article", "a-historic-opportunity.txt")


# Nothing that depends on how busy the machine is, and nothing left behind in the folder.
hypothesis_settings.register_profile(
    "suite", deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("suite")


def missing(reason: str):
    """Skip a test that needs what this machine has not; in CI, where all must run, fail it."""
    if os.environ.get("CI", "").lower() in {"1", "true"}:
        pytest.fail(reason)
    pytest.skip(reason)


def signed_in(user) -> Client:
    """A client of somebody who has signed in with password and second factor."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    device, _new = TOTPDevice.objects.get_or_create(user=user, confirmed=True)
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session.save()
    return client


@pytest.fixture(autouse=True)
def unfolded(monkeypatch):
    """Steps of the base's version stay as they are, whichever number a sequence has come to.

    Every so-manieth step folds all, in queries of its own; a test that counts queries would meet
    it by chance. Those of the version itself set the number (tests/portal/test_kept.py).
    """
    monkeypatch.setattr(source_models, "FOLDED", sys.maxsize)


@pytest.fixture
def admin_client(admin_user):
    """A superuser's client, past the second factor."""
    return signed_in(admin_user)


@pytest.fixture(scope="session")
def article_text() -> str:
    """The first source, which stands beside the repository and never in it."""
    path = settings.BASE_DIR.parent / ARTICLE
    if not path.exists():
        missing("the article's text is not here")
    # Offsets count the characters of the file as it is: no line ends are translated.
    return path.read_bytes().decode("utf-8")


def tables() -> list[str]:
    """The tables that fixtures fill, straight or by publishing."""
    ours = ("sources", "relations", "treaties", "trade")
    models = [model for app in ours for model in apps.get_app_config(app).get_models(True)]
    return [model._meta.db_table for model in models]


@pytest.fixture(scope="session")
def kept_base(django_db_setup, django_db_blocker):
    """All fixtures, loaded once per worker and copied to tables of their own.

    The copies are no tables of Django's, so neither a rollback nor the flush after a test with
    transactions of its own takes them away, and tests without the base start empty.
    """
    with django_db_blocker.unblock():
        with transaction.atomic():
            call_command("load_fixtures", verbosity=0)
            with connection.cursor() as cursor:
                for table in tables():
                    cursor.execute(f"CREATE TABLE base_{table} AS SELECT * FROM {table}")
        with transaction.atomic(), connection.cursor() as cursor:
            for table in tables():
                cursor.execute(f"DELETE FROM {table}")


@pytest.fixture
def base(kept_base, db):
    """The knowledge base as `make run` serves it: every fixture row, loaded and published.

    A few milliseconds: a copy from table to table. Foreign keys are checked at the end of a
    transaction, so their order does not matter.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        for table in tables():
            cursor.execute(f"INSERT INTO {table} SELECT * FROM base_{table}")
