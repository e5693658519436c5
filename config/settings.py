"""All settings. Without environment variables the site runs locally, on SQLite.

DATABASE_URL   another database, for example postgres://user@host/name
SECRET_KEY     required with HTTPS; otherwise one is generated and stored in var/
ALLOWED_HOSTS  comma-separated; 127.0.0.1, localhost and [::1] by default
HTTPS          1 behind TLS: secure cookies, HSTS, redirect
OCR            1 to recognize the text of scanned PDFs, with tesseract and pdftoppm
FILES          the folder of attached files; var/files by default
EXPORTS        the folder of the data package that /data/ offers; var/export by default
DEBUG          1 for development
CACHE_URL      Redis as the cache of all processes, for example redis://127.0.0.1:6379/0; by
               default each has its own in memory
PAGES_KEPT     how many pages a cache in memory keeps; 2000 by default, 0 for no cache of pages
API_RATE       requests to the API that one network address may make in a minute; 300 by default
PROXIES        the number of proxies in front; 1 with HTTPS, otherwise 0
EMAIL_HOST     the mail server that tells authors what became of their changes; none by default.
               Also EMAIL_PORT, EMAIL_HOST_USER, EMAIL_HOST_PASSWORD, EMAIL_USE_TLS and
               DEFAULT_FROM_EMAIL, as in Django
SITE_URL       the address of the site, for links in mails and permanent identifiers in feeds, for
               example https://relations.example
SECURITY_CONTACT  where to report vulnerabilities, for /.well-known/security.txt: addresses such as
               mailto:security@relations.example, comma-separated; none by default
SECURITY_EXPIRES  the day from which that contact no longer holds, for example 2027-06-30
"""

import os
import secrets
from datetime import date, timedelta
from pathlib import Path

import dj_database_url
from corsheaders.defaults import default_headers
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from redis.connection import parse_url

from core.urls import address_of, list_address

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = BASE_DIR / "var"


def switch(name: str) -> bool:
    """Whether an environment variable is set to 1, true, yes or on, in any case."""
    return os.environ.get(name, "").lower() in {"1", "true", "yes", "on"}


def local_secret() -> str:
    """This machine's secret key, generated once and kept out of the repository."""
    path = VAR / "secret-key"
    VAR.mkdir(exist_ok=True)
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return path.read_text()
    key = secrets.token_urlsafe(60)
    with os.fdopen(descriptor, "w") as file:
        file.write(key)
    return key


DEBUG = switch("DEBUG")
HTTPS = switch("HTTPS")
if HTTPS and not os.environ.get("SECRET_KEY"):
    raise ImproperlyConfigured("HTTPS is on: set SECRET_KEY in the environment.")
SECRET_KEY = os.environ.get("SECRET_KEY") or local_secret()
ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]").split(",")

INSTALLED_APPS = [
    "desk.apps.DeskAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_filters",
    "django_htmx",
    "csp",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "core",
    "search",
    "sources",
    "relations",
    "treaties",
    "trade",
    "extraction",
    "portal",
    "open_data",
    "sample_data",
    "desk.apps.DeskConfig",
    "corsheaders",
    "drf_spectacular_sidecar",
    "api",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "portal.embedding.FramePolicy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "api.middleware.ApiRequests",
    "portal.page_cache.PageCache",
    "portal.compression.PublicGZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "core.template_loaders.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": [
                "core.templatetags.dates",
                "core.templatetags.direction",
                "sources.templatetags.references",
                "relations.templatetags.records",
            ],
        },
    }
]

FORM_RENDERER = "core.form_renderer.FormRenderer"

DATABASES = {
    "default": dj_database_url.config(
        default=f"sqlite:///{VAR / 'db.sqlite3'}", conn_max_age=60, conn_health_checks=True
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Writers queue from the start of a transaction instead of failing in the middle of it.
    DATABASES["default"].setdefault("OPTIONS", {}).update(
        transaction_mode="IMMEDIATE",
        timeout=20,
        init_command="PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    )
# How many rendered public pages a cache in memory keeps; 0 disables the cache of pages.
PAGES_KEPT = 0 if DEBUG else int(os.environ.get("PAGES_KEPT", "2000"))
CACHE_URL = os.environ.get("CACHE_URL", "")
if CACHE_URL:
    try:
        parse_url(CACHE_URL)
    except ValueError as error:
        raise ImproperlyConfigured("CACHE_URL: write redis://host:port/number.") from error


def cache_of(name: str, entries: int) -> dict:
    """The settings of a cache: in Redis, or with so many entries in the memory of each process."""
    # In seconds, as are the timeouts below. The keys of pages change every day.
    kept = {"TIMEOUT": 24 * 3600}
    if not CACHE_URL:
        backend = "django.core.cache.backends.locmem.LocMemCache"
        return {"BACKEND": backend, "LOCATION": name, "OPTIONS": {"MAX_ENTRIES": entries}, **kept}
    return {
        "BACKEND": "core.caches.RedisCache",
        "LOCATION": CACHE_URL,
        "KEY_PREFIX": f"relations:{name}",
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
        **kept,
    }


# The first counts requests by address.
CACHES = {"default": cache_of("counts", 10_000), "pages": cache_of("pages", PAGES_KEPT)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in {
        "UserAttributeSimilarityValidator": {},
        "MinimumLengthValidator": {"min_length": 12},
        "CommonPasswordValidator": {},
        "NumericPasswordValidator": {},
    }.items()
]
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
# Five wrong passwords for one name from one address lock the two out for 15 minutes.
# Behind a proxy every address is the proxy's, so that only the name counts.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_HANDLER = "desk.signin.LimitedSignIns"
AXES_LOCKOUT_TEMPLATE = "429.html"
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
# The number of wrong passwords within that time that locks out a name (from any address) or an
# address (for any name). Behind a proxy there is no limit by address: everybody has the same one.
SIGN_IN_FAILURES = {"username": 60} if HTTPS else {"username": 60, "ip_address": 20}
OTP_TOTP_ISSUER = "Bilateral relations"
# Seconds without a page of the desk after which a session ends; readers have no session.
SESSION_COOKIE_AGE = 8 * 3600

# British dates put the day before the month. Add further languages with their translations;
# names of countries in Azerbaijani, Kazakh and Russian are already in the data.
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

FILTERS_EMPTY_CHOICE_LABEL = _("any")

STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# The public pages of these models are in an app of a higher layer.
ABSOLUTE_URL_OVERRIDES = {
    "sources.source": lambda row: address_of("portal:source", row.slug),
    "sources.sourcefile": lambda row: reverse("portal:source_file", args=[row.source.slug]),
    "relations.country": lambda row: address_of("portal:country", row.slug),
    "relations.relation": lambda row: address_of("portal:dossier", row.slug),
    "relations.topic": lambda row: list_address("portal:search", {"topic": row.slug}),
    "relations.disagreement": lambda row: list_address(
        "portal:disagreement_list", {"key": row.key}
    ),
}
# The folders whose files affect pages; the page cache takes its release digest of them.
MADE_OF = (
    *("api", "charts", "config", "core", "open_data", "portal", "relations", "search", "sources"),
    *("trade", "treaties", "templates", "static", "requirements"),
)
# In bytes. Larger uploads are not stored, and their forms reject them.
LARGEST_UPLOAD = 64 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "core.uploads.CappedUploadHandler",
]
# A form with all rows of a treaty of 190 parties has thousands of fields, and a pasted text may
# have millions of characters. How many rows a form may add is limited in core.forms.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
# Files of sources: no web server serves this folder; one view serves the files.
MEDIA_ROOT = os.environ.get("FILES", VAR / "files")
# The data package that manage.py export_data has written here is offered at /data/.
EXPORTS = Path(os.environ.get("EXPORTS", VAR / "export"))
# Whether the text of scanned PDFs is recognized: docs/operating.md.
OCR = switch("OCR")
FIXTURE_ROOT = BASE_DIR / "fixtures"

# Data derived from published rows, in the order in which relations.publication updates it.
DERIVED_DATA = [
    "relations.derived.released",
    "treaties.derived.periods",
    "relations.derived.disagreements",
    "treaties.derived.periods_after_decisions",
    "relations.derived.participations",
    "relations.derived.statistics",
    "trade.derived.disagreements",
]

# Without a mail server no mails are sent.
EMAIL_HOST = os.environ.get("EMAIL_HOST", "")
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'dummy'}.EmailBackend"
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = switch("EMAIL_USE_TLS")
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "webmaster@localhost")
# In seconds. The user who takes a step waits for the mail server.
EMAIL_TIMEOUT = 10
# The contacts in security.txt, and the day on which it expires (RFC 9116).
SECURITY_CONTACT = [
    contact.strip()
    for contact in os.environ.get("SECURITY_CONTACT", "").split(",")
    if contact.strip()
]
if not all(contact.startswith(("mailto:", "https://", "tel:")) for contact in SECURITY_CONTACT):
    raise ImproperlyConfigured("SECURITY_CONTACT: write mailto:..., https://... or tel:...")
SECURITY_EXPIRES = os.environ.get("SECURITY_EXPIRES") and date.fromisoformat(
    os.environ["SECURITY_EXPIRES"]
)
SITE_URL = os.environ.get("SITE_URL", "").rstrip("/")

# What core.changes calls after rows have changed, in the same transaction.
ON_CHANGE = [
    "treaties.derived.facets",
    "search.index.update_keys",
    "core.public_changes.log_changes",
]

# What readers see, for the log of public changes: a row comes after those that it refers to.
PUBLIC_ROWS = [
    "relations.public_rows.Countries",
    "relations.public_rows.Topics",
    "relations.public_rows.Organizations",
    "relations.public_rows.People",
    "sources.public_rows.Sources",
    "sources.public_rows.Passages",
    "trade.public_rows.Indicators",
    "trade.public_rows.Commodities",
    "relations.public_rows.Pairs",
    "relations.public_rows.Records",
    "trade.public_rows.Figures",
    "trade.public_rows.Goods",
    "trade.public_rows.Disagreements",
]

# The entries of the search index; search.index updates them.
SEARCH_INDEX = [
    "relations.indexes.CountryIndex",
    "relations.indexes.PairIndex",
    "relations.indexes.OrganizationIndex",
    "relations.indexes.PersonIndex",
    "relations.indexes.TopicIndex",
    "treaties.indexes.TreatyIndex",
    "relations.indexes.VisitIndex",
    "relations.indexes.EventIndex",
    "relations.indexes.MembershipIndex",
    "relations.indexes.MissionIndex",
    "relations.indexes.OfficeIndex",
    "treaties.indexes.ActionIndex",
    "trade.indexes.IndicatorIndex",
    "trade.indexes.CommodityIndex",
    "sources.indexes.SourceIndex",
    "sources.indexes.PassageIndex",
    "treaties.indexes.TextIndex",
    "trade.indexes.FigureIndex",
    "trade.indexes.GoodIndex",
]

# Scripts of any other site may read everything public, without credentials.
CORS_ALLOW_ALL_ORIGINS = True
CORS_URLS_REGEX = r"^(?!/admin/)"
CORS_ALLOW_METHODS = ["GET", "HEAD", "OPTIONS"]
CORS_ALLOW_HEADERS = [*default_headers, "if-none-match"]
CORS_EXPOSE_HEADERS = [
    *("ETag", "Link", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "Retry-After")
]

# How many requests to the API one network address may make in a minute; 0 for any number.
API_RATE = int(os.environ.get("API_RATE", "300"))
# The number of proxies in front of the application: each adds an address to X-Forwarded-For.
PROXIES = int(os.environ.get("PROXIES", "1" if HTTPS else "0"))

# No external and no inline resources, on any page.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "style-src": [SELF],
        "script-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
