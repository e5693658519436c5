"""Likely duplicates of a source: those with the same address, text, file, or title and date."""

import re
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from core.folding import fold
from sources.models import Source, SourceText, text_digest

# Parameters that only say where a reader came from.
_TRACKING = ("utm_", "fbclid", "gclid", "yclid", "mc_", "igshid", "_openstat")


def plain_address(url: str) -> str:
    """An address without what does not change the page: scheme, "www.", case of the host, default
    port, last slash, index page, fragment, order of parameters and tracking parameters."""
    parts = urlsplit(url.strip())
    host = (parts.hostname or "").removeprefix("www.")
    port = re.search(r":(\d*)$", parts.netloc)
    path = unquote(parts.path).rstrip("/")
    last = path.rpartition("/")[2].lower()
    if last in ("index.html", "index.htm", "index.php", "default.aspx"):
        path = path[: -len(last)].rstrip("/")
    asked = parse_qsl(parts.query, keep_blank_values=True)
    kept = sorted(pair for pair in asked if not pair[0].lower().startswith(_TRACKING))
    shown = port[0] if port and port[1] not in ("", "80", "443") else ""
    return f"{host}{shown}{path}?{urlencode(kept)}"


def similar_sources(source: Source, text: str = "", checksum: str = "") -> list[Source]:
    """The sources that a new source likely repeats, given the text and the SHA-256 of the file that
    are to be attached to it."""
    others = Source.objects.exclude(pk=source.pk)
    found = {}
    if source.url:
        address = plain_address(source.url)
        near = others.filter(url__icontains=address.partition("/")[0].partition(":")[0])
        found |= {row.pk: row for row in near if plain_address(row.url) == address}
    if text.strip():
        same = SourceText.objects.filter(digest=text_digest(text)).values("source")
        found |= others.in_bulk(list(same.values_list("source", flat=True)))
    for given in filter(None, (checksum, source.checksum)):
        found |= {row.pk: row for row in others.filter(checksum=given)}
    if source.title and source.date:
        title = fold(source.title)
        rows = others.filter(date=source.date)
        found |= {row.pk: row for row in rows if fold(row.title) == title}
    return [found[key] for key in sorted(found)]
