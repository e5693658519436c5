"""Public pages cached in memory by the version of the data, and "304 Not Modified" responses.

Pages are never invalidated: each is cached under a version that was read before its rows, so any
later change leads to another version, and another key.
"""

import hashlib
import sys
from collections import OrderedDict
from dataclasses import dataclass
from functools import cache
from itertools import chain
from threading import Lock

from django.conf import settings
from django.http import HttpResponse, HttpResponseNotModified, QueryDict
from django.utils.cache import has_vary_header, patch_vary_headers
from django.utils.http import parse_etags

from core.dates import today
from core.models import BaseVersion

# The approximate size of the objects that hold a cached page and its key, in bytes.
OVERHEAD = 1000
FRESH = "no-cache"


@cache
def release() -> str:
    """A digest of what pages are made from: code, templates, static files and packages."""
    found = hashlib.sha256()
    folders = [settings.BASE_DIR / name for name in settings.MADE_OF]
    for path in sorted(path for folder in folders for path in folder.rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            found.update(path.read_bytes())
    return found.hexdigest()[:10]


@dataclass(frozen=True, slots=True)
class CachedPage:
    body: bytes
    headers: tuple[tuple[str, str], ...]

    def size(self, key: tuple) -> int:
        """The memory that the page and its key take, in bytes."""
        texts = [*key, self.body, *chain.from_iterable(self.headers)]
        return OVERHEAD + sum(map(sys.getsizeof, texts))


class Pages:
    """An LRU cache of pages by tuples of texts, limited by their total size in bytes."""

    def __init__(self, room: int):
        self.room, self.used, self.rows, self.lock = room, 0, OrderedDict(), Lock()

    def get(self, key) -> CachedPage | None:
        with self.lock:
            if key in self.rows:
                self.rows.move_to_end(key)
            return self.rows.get(key)

    def add(self, key, page: CachedPage) -> None:
        size = page.size(key)
        if size > self.room // 8:
            return
        with self.lock:
            if key in self.rows:
                return
            self.rows[key] = page
            self.used += size
            while self.used > self.room:
                old = self.rows.popitem(last=False)
                self.used -= old[1].size(old[0])


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
    """Middleware that answers from memory, or with 304, if a page is the same for all readers.

    It wraps the compression middleware, so that cached pages are already compressed.
    """

    def __init__(self, get_response):
        # At startup, so that the digest covers the files that this process runs, not later ones.
        if settings.PAGES_KEPT:
            release()
        self.get_response = get_response
        self.pages = Pages(settings.PAGES_KEPT << 20)

    def __call__(self, request):
        if not settings.PAGES_KEPT or not for_everybody(request):
            return self.get_response(request)
        coding = "gzip" if "gzip" in request.headers.get("Accept-Encoding", "") else "plain"
        address = f"{request.scheme}://{request.get_host()}{request.get_full_path()}"
        # Before any row is read: see the module docstring.
        state = (BaseVersion.objects.current(), today().isoformat(), release(), coding)
        key = (*state, address)
        tag = f'"{"-".join(map(str, state))}-{hashlib.sha256(address.encode()).hexdigest()[:10]}"'
        known = parse_etags(request.headers.get("If-None-Match", ""))
        # A compressing proxy marks the ETag as weak.
        if tag in {other.removeprefix("W/") for other in known}:
            return self._marked(HttpResponseNotModified(), tag)
        kept = self.pages.get(key) if request.method == "GET" else None
        if kept:
            return self._marked(HttpResponse(kept.body, headers=dict(kept.headers)), tag)
        query = request.GET = ReadQuery(request.GET.urlencode())
        response = self.get_response(request)
        if not self._the_same_for_all(response):
            return response
        # Anybody can make up any number of other parameters.
        if request.method == "GET" and not response.streaming and query.is_known():
            self.pages.add(key, CachedPage(response.content, tuple(response.items())))
        return self._marked(response, tag)

    def _the_same_for_all(self, response) -> bool:
        return (
            response.status_code == 200
            and not response.cookies
            and "Cache-Control" not in response
            # Files with a version of their own, such as those of the data package.
            and "ETag" not in response
            and not has_vary_header(response, "Cookie")
        )

    def _marked(self, response, tag):
        response["ETag"], response["Cache-Control"] = tag, FRESH
        patch_vary_headers(response, ("Accept-Encoding", "Cookie"))
        return response
