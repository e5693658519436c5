"""Settings of the test suite: those of the site, quicker, and with N+1 detection."""

from pathlib import Path
from tempfile import TemporaryDirectory

from config.settings import *  # noqa: F403
from config.settings import DATABASES, INSTALLED_APPS, MIDDLEWARE, STORAGES, VAR

SECRET_KEY = "of the tests only"
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]

# Copies of SQLite databases lie in a folder of this process, so that runs at the same time do not
# meet. tests/databases.py chooses among them; until then the name is that of no database.
FOLDER = TemporaryDirectory(prefix="relations-test-")
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["NAME"] = Path(FOLDER.name) / "none.sqlite3"
# A thread of the served site uses the database that is in use when its request comes.
DATABASES["default"]["CONN_MAX_AGE"] = 0

# Each request of a test fails where it makes one query for each row of another. Not whole tests:
# a test may well ask for several pages.
INSTALLED_APPS = [*INSTALLED_APPS, "zeal"]
MIDDLEWARE = ["zeal.middleware.zeal_middleware", *MIDDLEWARE]
ZEAL_RAISE = True
# A form gets the row that each of its fields names, one by one; lists assert their queries.
ZEAL_ALLOWLIST = [{"model": "*", "field": "get()"}]

# Tests of kept pages turn them on.
PAGES_KEPT = 0

# Tests sign in without a request; those of the lock-out turn it on.
AXES_ENABLED = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# No manifest, and files straight from static/: nothing has to be collected first.
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
MEDIA_ROOT = VAR / "test-files"
