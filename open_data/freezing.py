"""Write the public site as plain files, for any web server and for archives.

Pages are requested from the site itself, one after the other, and their links changed to those of
the files. docs/data-package.md says which pages there are.
"""

import hashlib
import re
import shutil
from collections import deque
from collections.abc import Callable, Iterator
from html import escape, unescape
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlencode, urljoin, urlsplit

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import Resolver404, resolve
from django.utils.text import slugify
from django.utils.translation import gettext as _

from core.parameters import PAGE, PER_PAGE
from open_data.folders import replacing
from search.models import Entry

INDEX = "index.html"
# The page that says what a frozen site cannot do, and the folder of selections.
NOTE, SELECTED = "/frozen/", "selected"
# Addresses that need the site itself: their links lead to NOTE.
LIVE = (
    *("/admin/", "/report/", "/api/", "/search/", "/search.", "/healthz", "/data/export/"),
    *("/embed/", "/oembed"),
)
# Addresses that no page links to.
SEEDS = ("/", "/robots.txt", "/favicon.ico", "/sitemap.xml", "/.well-known/security.txt")
# Static files that only the desk and the site itself need.
LEFT_OUT = ("admin/", "drf_spectacular_sidecar/")
_LINK = re.compile(r'(?<=\s)(href|src|action)="([^"]*)"')
_LOCATION = re.compile(r"<loc>([^<]+)</loc>")
REDIRECTS = (301, 302)
# Selections that are pages wherever they are linked: a place in a source, and one disagreement.
ALWAYS = (["place"], ["key"])


class FreezeError(Exception):
    """A page could not be written; the message names it and the page that links to it."""


def freeze(folder: Path, site: str, advances: Callable = lambda done, known: None) -> int:
    """Write all public pages into a folder, in place of a former frozen site there; return the
    number of files. `site` is the address that absolute links have. `advances` is told the number
    of pages done and known. Raises FreezeError or OSError."""
    with replacing(folder, f"{NOTE.strip('/')}/{INDEX}") as partial:
        frozen = FrozenSite(partial, site)
        for done, known in frozen.write():
            advances(done, known)
        frozen.write_note()
        copy_static(partial)
        return sum(1 for path in partial.rglob("*") if path.is_file())


class FrozenSite:
    """The pages of a frozen site in a folder. `queue` holds the addresses to be written, each with
    the page that links to it."""

    def __init__(self, folder: Path, site: str):
        parts = urlsplit(site)
        self.folder = folder
        self.client = Client(headers={"host": parts.netloc}, raise_request_exception=False)
        self.requests = RequestFactory(headers={"host": parts.netloc})
        self.secure = parts.scheme == "https"
        self.queue: deque[tuple[str, str]] = deque()
        self.known: set[str] = set()
        # Where the addresses of places in sources lead.
        self.leads_to: dict[str, str] = {}

    def write(self) -> Iterator[tuple[int, int]]:
        """Write one page after the other, from the first page and all that the search can find;
        yield the number of pages done and known."""
        entries = Entry.objects.filter(public=True).order_by()
        found = set(entries.values_list("url", flat=True).iterator(chunk_size=2000))
        for address in [*SEEDS, *sorted(found)]:
            self.link(address, "/")
        done = 0
        while self.queue:
            self.write_page(*self.queue.popleft())
            done += 1
            yield done, len(self.known)

    def write_page(self, address: str, linked_from: str) -> None:
        """Write the page or file at an address; of a redirect, a page that leads on."""
        response = self.get(address, linked_from)
        if response is None:
            return
        path = self.folder / file_of(address)
        path.parent.mkdir(parents=True, exist_ok=True)
        if response.status_code in REDIRECTS:
            text = self.rendered("open_data/moved.html", address, target=response["Location"])
            path.write_text(text, encoding="utf-8")
        elif response.get("Content-Type", "").startswith("text/html"):
            path.write_text(self.with_links(response.content.decode(), address), encoding="utf-8")
        else:
            with path.open("wb") as file:
                file.writelines(response if response.streaming else [response.content])
            # The index of the sitemap names further files.
            if address == "/sitemap.xml":
                for place in _LOCATION.findall(path.read_text(encoding="utf-8")):
                    self.link(urlsplit(place).path, address)

    def get(self, address: str, linked_from: str):
        """The response of the site; None if there is no such file at an address that sites usually
        have. Raises FreezeError for an error."""
        response = self.client.get(address, secure=self.secure)
        # The page of a withdrawn record says so.
        if response.status_code in (200, 410, *REDIRECTS):
            return response
        if response.status_code == 404 and address in SEEDS[1:]:
            return None
        words = _("%(address)s (linked from %(page)s): the site answers with status %(status)d.")
        said = {"address": address, "page": linked_from, "status": response.status_code}
        raise FreezeError(words % said)

    def with_links(self, text: str, address: str) -> str:
        """A page whose links lead to files, and whose forms lead to NOTE."""

        def changed(match: re.Match) -> str:
            name, link = match[1], unescape(match[2])
            link = NOTE if name == "action" else self.link(link, address)
            return f'{name}="{escape(link)}"'

        return _LINK.sub(changed, text)

    def link(self, link: str, page: str) -> str:
        """The link in the frozen site for a link of a page. What it leads to is queued."""
        if not link or link.startswith("#"):
            return link
        target = urlsplit(urljoin(page, link))
        if target.scheme or target.netloc or target.path.startswith(settings.STATIC_URL):
            return link
        address = kept(target.path, target.query, page)
        if "place" in dict(_chosen(address)):
            leads_to = self.followed(address, page)
            if leads_to != address:
                return self.link(leads_to, address)
        if address != NOTE and address not in self.known:
            self.known.add(address)
            self.queue.append((address, page))
        fragment = f"#{target.fragment}" if target.fragment else ""
        return quote("/" + file_of(address).removesuffix(INDEX)) + fragment

    def followed(self, address: str, page: str) -> str:
        """Where the redirect at an address leads; the address itself without one."""
        if address not in self.leads_to:
            response = self.get(address, page)
            self.leads_to[address] = response.get("Location", address)
        return self.leads_to[address]

    def rendered(self, template: str, address: str, **context) -> str:
        """A page that only the frozen site has."""
        request = self.requests.get(address, secure=self.secure)
        return self.with_links(render_to_string(template, context, request), address)

    def write_note(self) -> None:
        """Write the page that says what the frozen site cannot do."""
        path = self.folder / file_of(NOTE)
        path.parent.mkdir(parents=True)
        path.write_text(self.rendered("open_data/frozen.html", NOTE), encoding="utf-8")


def kept(path: str, query: str, page: str) -> str:
    """The address whose page stands for a link of a page, or NOTE.

    A selection by one parameter is a page if it is linked from a page that is not a selection
    itself; further ones have no end. All pages of a list are pages. Files of selections are left
    out: there are ten for each.
    """
    if path.startswith(LIVE) or not _exists(path):
        return NOTE
    given = parse_qsl(query)
    if any(name == PER_PAGE for name, _value in given):
        given = [(name, value) for name, value in given if name not in (PER_PAGE, PAGE)]
    given = [one for one in given if one != (PAGE, "1")]
    address = f"{path}?{urlencode(given)}" if given else path
    chosen, before = _chosen(address), _chosen(page)
    if not chosen or [name for name, _value in chosen] in ALWAYS:
        return address
    same = urlsplit(page).path == path and before == chosen
    return address if same or len(chosen) == 1 and not before else NOTE


def _exists(path: str) -> bool:
    try:
        return bool(resolve(unquote(path)))
    except Resolver404:
        return False


def _chosen(address: str) -> list[tuple[str, str]]:
    """The parameters of an address that choose some of the rows of a list."""
    return [one for one in parse_qsl(urlsplit(address).query) if one[0] != PAGE]


def file_of(address: str) -> str:
    """The path of the file of an address, such as "visits/index.html", "visits.csv",
    "visits/page-2/index.html" or "visits/selected/host-italy-1b2c3d4e/index.html"."""
    parts = urlsplit(address)
    path, is_page = unquote(parts.path).lstrip("/"), parts.path.endswith("/")
    chosen = _chosen(address)
    number = dict(parse_qsl(parts.query)).get(PAGE)
    stem, _dot, ending = path.rpartition(".")
    if chosen:
        text = urlencode(chosen)
        digest = hashlib.sha256(text.encode()).hexdigest()[:8]
        name = f"{slugify(' '.join(map('-'.join, chosen)))[:60]}-{digest}"
        path = f"{path}{SELECTED}/{name}/" if is_page else f"{stem}/{SELECTED}/{name}.{ending}"
    if is_page and number:
        path += f"page-{slugify(number)}/"
    return path + INDEX if is_page else path


def copy_static(folder: Path) -> None:
    """Copy the static files that pages use, under their names with a digest if they have them.
    Raises ValueError if these were not collected."""
    folder = folder / settings.STATIC_URL.strip("/")
    stored_name = getattr(staticfiles_storage, "stored_name", None)
    for finder in get_finders():
        for path, storage in finder.list(None):
            if path.startswith(LEFT_OUT):
                continue
            files = [(path, storage.path(path))]
            if stored_name:
                name = stored_name(path)
                files.append((name, staticfiles_storage.path(name)))
            for name, source in files:
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, folder / name)
