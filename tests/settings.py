"""Settings of the test suite: those of the site, quicker, and with N+1 detection."""

from config.settings import *  # noqa: F403
from config.settings import INSTALLED_APPS, MIDDLEWARE, STORAGES, VAR

SECRET_KEY = "of the tests only"
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]

# Each request of a test fails where it makes one query for each row of another. Not whole tests:
# a test may well ask for several pages.
INSTALLED_APPS = [*INSTALLED_APPS, "zeal"]
MIDDLEWARE = ["zeal.middleware.zeal_middleware", *MIDDLEWARE]
ZEAL_RAISE = True
# A form gets the row that each of its fields names, one by one; lists assert their queries.
ZEAL_ALLOWLIST = [{"model": "*", "field": "get()"}]

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# No manifest, and files straight from static/: nothing has to be collected first.
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
MEDIA_ROOT = VAR / "test-files"
