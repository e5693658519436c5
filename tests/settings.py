"""Settings of the test suite: those of the site, but faster and with N+1 detection."""

from pathlib import Path
from tempfile import TemporaryDirectory

from config.settings import *  # noqa: F403
from config.settings import DATABASES, INSTALLED_APPS, MIDDLEWARE, STORAGES, VAR

SECRET_KEY = "of the tests only"
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]

# Copies of SQLite databases lie in a folder of this process, so that simultaneous runs do not
# collide. tests/databases.py chooses among them; until then the name points to no database.
FOLDER = TemporaryDirectory(prefix="relations-test-")
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["NAME"] = Path(FOLDER.name) / "none.sqlite3"
# A thread of the live server uses whichever database is in use when its request arrives.
DATABASES["default"]["CONN_MAX_AGE"] = 0

# A statement without an end fails with its text. Without statistics of new rows, PostgreSQL may
# choose a plan that takes hours.
if DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    options = DATABASES["default"].setdefault("OPTIONS", {})
    options["options"] = "-c statement_timeout=300s"

# A request of a test fails if it makes one query for each row of another query. This does not apply
# to whole tests: a test may well request several pages.
INSTALLED_APPS = [*INSTALLED_APPS, "zeal"]
MIDDLEWARE = ["zeal.middleware.zeal_middleware", *MIDDLEWARE]
ZEAL_RAISE = True
# A form fetches the row of each of its fields one by one; tests of lists assert their queries.
ZEAL_ALLOWLIST = [{"model": "*", "field": "get()"}]

# Tests of cached pages turn the cache on.
PAGES_KEPT = 0

# Tests sign in without a request; tests of the lock-out turn it on.
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

# Tests of the rate limit set one.
API_RATE = 0
