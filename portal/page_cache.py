"""Public pages cached by the versions of what they show, and "304 Not Modified" responses.

Pages are never invalidated: each is cached under versions that were read before its rows, so any
later change of what it shows leads to another version, and another key.
"""

import hashlib
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import NamedTuple

from django.conf import settings
from django.core.cache import caches
from django.http import HttpResponse, HttpResponseNotModified, QueryDict
from django.urls import Resolver404, resolve
from django.utils.cache import has_vary_header, patch_vary_headers
from django.utils.http import parse_etags

from core.dates import today
from core.models import PageVersion
from core.page_scopes import scopes_of

FRESH = "no-cache"
# Whether a response is from the cache (RFC 9211).
HIT, MISS = "relations; hit", "relations; fwd=miss"
# In bytes, compressed. Larger pages are built each time.
LARGEST = 1 << 20
# In seconds: how long others leave a page to the one who builds it, in case that one has died, and
# how long they wait.
LONGEST_BUILD, PATIENCE = 60, 20


@cache
def release() -> str:
    """A digest of what pages are made from: code, templates, static files and packages."""
    found = hashlib.sha256()
    folders = [settings.BASE_DIR / name for name in settings.MADE_OF]
    for path in sorted(path for folder in folders for path in folder.rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            found.update(path.read_bytes())
    return found.hexdigest()[:10]


class CachedPage(NamedTuple):
    """The body of a response, compressed in any case, and its headers."""

    body: bytes
    headers: dict[str, str]

    @classmethod
    def of(cls, response) -> "CachedPage":
        body = response.content
        encoded = "Content-Encoding" in response
        return cls(body if encoded else zlib.compress(body), dict(response.items()))

    def response(self) -> HttpResponse:
        encoded = "Content-Encoding" in self.headers
        body = self.body if encoded else zlib.decompress(self.body)
        return HttpResponse(body, headers=self.headers)

    def keep(self, key: str) -> None:
        """Cache the page unless it is too large."""
        if len(self.body) <= LARGEST:
            caches["pages"].set(key, tuple(self))


@contextmanager
def built_once(key: str) -> Iterator[CachedPage | None]:
    """The cached page with this key, or None if the caller is to build it. Only one caller at a
    time is: others wait for that page, and build it themselves if it is not cached in the end."""
    pages, lock, is_mine = caches["pages"], f"{key}-lock", False
    found = pages.get(key)
    if not found:
        is_mine = pages.add(lock, True, timeout=LONGEST_BUILD)
        found = pages.get(key) if is_mine else _waited_for(key, lock)
    try:
        yield found and CachedPage(*found)
    finally:
        if is_mine:
            pages.delete(lock)


def _waited_for(key: str, lock: str) -> tuple | None:
    """The page with this key as soon as it is cached; None if its lock ends without one."""
    pages, end = caches["pages"], time.monotonic() + PATIENCE
    while pages.get(lock) and time.monotonic() < end:
        time.sleep(0.01)
        if found := pages.get(key):
            return found
    return pages.get(key)


class ReadQuery(QueryDict):
    """A query string that remembers which of its parameters were read."""

    def __init__(self, *args, **kwargs):
        self.read = set()
        super().__init__(*args, **kwargs)
        self.read.clear()

    def __getitem__(self, name):
        self.read.add(name)
        return super().__getitem__(name)

    def __contains__(self, name):
        self.read.add(name)
        return super().__contains__(name)

    def getlist(self, name, default=None):
        self.read.add(name)
        return super().getlist(name, default)

    def is_known(self) -> bool:
        """Whether all parameters were read. A page reads those that it knows."""
        return self.read.issuperset(self.keys())


def for_everybody(request) -> bool:
    """Whether the response depends only on the URL: no session or credentials, and not the desk."""
    return (
        request.method in ("GET", "HEAD")
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and "Authorization" not in request.headers
        and not request.path_info.startswith("/admin/")
    )


class PageCache:
    """Middleware that answers from the cache, or with 304, if a page is the same for all readers.

    It wraps the compression middleware, so that cached pages are already compressed.
    """

    def __init__(self, get_response):
        # At startup, so that the digest covers the files that this process runs, not later ones.
        if settings.PAGES_KEPT:
            release()
        self.get_response = get_response

    def __call__(self, request):
        if not settings.PAGES_KEPT or not for_everybody(request):
            return self.get_response(request)
        try:
            match = resolve(request.path_info)
        except Resolver404:
            return self.get_response(request)
        coding = "gzip" if "gzip" in request.headers.get("Accept-Encoding", "") else "plain"
        address = f"{request.scheme}://{request.get_host()}{request.get_full_path()}"
        # Before any row is read: see the module docstring.
        version = PageVersion.objects.current(scopes_of(match))
        state = "\n".join((version, today().isoformat(), release(), coding, address))
        key = hashlib.sha256(state.encode()).hexdigest()[:32]
        known = parse_etags(request.headers.get("If-None-Match", ""))
        # A compressing proxy marks the ETag as weak.
        if f'"{key}"' in {other.removeprefix("W/") for other in known}:
            return self._marked(HttpResponseNotModified(), key, HIT)
        if request.method != "GET":
            return self._built(request, key)
        with built_once(key) as cached:
            if cached:
                return self._marked(cached.response(), key, HIT)
            return self._built(request, key)

    def _built(self, request, key):
        """The response of the view, cached if it is the same for all readers."""
        query = request.GET = ReadQuery(request.GET.urlencode())
        response = self.get_response(request)
        if not self._the_same_for_all(response):
            return response
        # Anybody can make up any number of other parameters.
        if request.method == "GET" and not response.streaming and query.is_known():
            CachedPage.of(response).keep(key)
        return self._marked(response, key, MISS)

    def _the_same_for_all(self, response) -> bool:
        return (
            response.status_code == 200
            and not response.cookies
            and "Cache-Control" not in response
            # Files with a version of their own, such as those of the data package.
            and "ETag" not in response
            and not has_vary_header(response, "Cookie")
        )

    def _marked(self, response, key, status):
        response["ETag"], response["Cache-Control"] = f'"{key}"', FRESH
        response["Cache-Status"] = status
        patch_vary_headers(response, ("Accept-Encoding", "Cookie"))
        return response
