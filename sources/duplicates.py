"""Likely duplicates of a source: those with the same address, text, file, or title and date."""

import re
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from posixpath import normpath
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from django.db.models import Q
from django.utils.translation import gettext as _

from core.folding import fold, visible
from sources.models import Source, SourceText, text_digest

# Parameters that do not change the page: where a reader came from, by the beginning of the name, by
# the entire name with those of sessions and views, and by the name unless the value is a number.
_TRACKING = ("utm_", "mc_", "_ga", "_gl", "_openstat", "hsa_", "vero_")
_IGNORED = frozenset(
    ("fbclid", "gclid", "dclid", "yclid", "ysclid", "ttclid", "twclid", "msclkid", "gbraid")
    + ("wbraid", "igshid", "spm", "phpsessid", "jsessionid", "amp", "print", "outputtype")
)
_REFERRERS = frozenset(("from", "ref", "ref_src", "ref_url", "share"))
# Parts of an address that do not change the page: hosts for phones, start pages, archived copies.
_HOSTS = re.compile(r"(?:^|(?<=\.))(?:(?:www\d?|m|mobile|amp|wap)\.)+(?=[^.]+\.)")
_PAGES = re.compile(r"/(?:(?:index|default)\.(?:[sx]?html?|php|aspx?|jsp)|amp)$", re.I)
_ARCHIVE = re.compile(r"https?://web\.archive\.org/web/[0-9]+[a-z_]*/(?=https?://)", re.I)


def plain_address(url: str) -> str:
    """An address without what does not change the page: scheme, "www." and hosts for phones, case
    of the host, default port, last slash, start page, fragment (unless a script reads it as a
    path), order of parameters, tracking and sessions, and the archive that keeps a copy."""
    parts = urlsplit(_ARCHIVE.sub("", visible(url)))
    host = _HOSTS.sub("", (parts.hostname or "").rstrip("."))
    with suppress(UnicodeError):
        host = host.encode("idna").decode()
    port = re.search(r":(\d*)$", parts.netloc)
    shown = port[0] if port and port[1] not in ("", "80", "443") else ""
    path = re.sub(r";jsessionid=[^/]*", "", parts.path, flags=re.I)
    # An encoded slash is part of a name.
    path = unicodedata.normalize("NFC", unquote(re.sub("%2F", "%252F", path, flags=re.I)))
    path = _PAGES.sub("", normpath(re.sub("^/*", "/", path))).rstrip("/")
    if host in ("doi.org", "dx.doi.org"):
        host, path = "doi.org", path.lower()
    asked = parse_qsl(parts.query, keep_blank_values=True)
    kept = sorted(pair for pair in asked if not _is_ignored(*pair))
    route = f"#{parts.fragment}" if parts.fragment.startswith(("/", "!")) else ""
    return f"{host}{shown}{path}?{urlencode(kept)}{route}"


def _is_ignored(name: str, value: str) -> bool:
    """Whether a parameter does not change the page."""
    name = name.lower()
    return (
        name.startswith(_TRACKING)
        or name in _IGNORED
        or (name in _REFERRERS and not value.isdecimal())
    )


def _words(title: str) -> list[str]:
    return re.findall(r"\w+", fold(title))


def similar_sources(source: Source, text: str = "", checksum: str = "") -> list[Source]:
    """The sources that a new source likely repeats, given the text and the SHA-256 of the file that
    are to be attached to it. Each says as its `resemblance` what they have in common."""
    others = Source.objects.exclude(pk=source.pk)
    found = {}

    def add(rows: Iterable[Source], resemblance: str) -> None:
        for row in rows:
            row.resemblance = resemblance
            found.setdefault(row.pk, row)

    for given in filter(None, (checksum, source.checksum)):
        add(others.filter(checksum=given), _("the same file"))
    if text.strip():
        same = SourceText.objects.filter(digest=text_digest(text)).values("source")
        add(others.filter(pk__in=same), _("the same text"))
    if source.url:
        address = plain_address(source.url)
        urls = others.exclude(url="").values_list("pk", "url")
        keys = [pk for pk, url in urls if plain_address(url) == address]
        add(others.in_bulk(keys).values(), _("the same address"))
    if source.title and source.date:
        title, near = _words(source.title), Q()
        if source.date.latest:
            near &= Q(date_earliest=None) | Q(date_earliest__lte=source.date.latest)
        if source.date.earliest:
            near &= Q(date_latest=None) | Q(date_latest__gte=source.date.earliest)
        rows = others.exclude(date="").filter(near)
        add((row for row in rows if _words(row.title) == title), _("the same title and date"))
    return [found[key] for key in sorted(found)]
