"""Settings of the test suite: those of the site, quicker, and with N+1 detection."""

from config.settings import *  # noqa: F403
from config.settings import INSTALLED_APPS, STORAGES

SECRET_KEY = "of the tests only"
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]

# The fixture in tests/conftest.py runs each test under zeal; see there.
INSTALLED_APPS = [*INSTALLED_APPS, "zeal"]
ZEAL_RAISE = True

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# No manifest, and files straight from static/: nothing has to be collected first.
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
