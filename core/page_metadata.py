"""What a web page says of itself: address, author, publisher and language."""

import json
import re
from urllib.parse import urlsplit

# The names of <meta> elements, the most specific first.
_AUTHORS = ("author", "article:author", "dc.creator", "dcterms.creator", "parsely-author")
_PUBLISHERS = (
    "og:site_name",
    "publisher",
    "dc.publisher",
    "dcterms.publisher",
    "article:publisher",
)
_LANGUAGES = ("content-language", "dc.language", "og:locale")
# Written by Internet Explorer and Chrome when they save a page.
_SAVED = re.compile(r"<!--\s*saved from url=\(\d+\)(\S+)\s*-->", re.I)
# The most data in JSON-LD that is read, in characters, and the depth.
_MOST, _DEPTH = 500_000, 8


class PageMetadata:
    """The metadata of a page: `url`, `author`, `publisher` and `language`, empty if not given."""

    def __init__(self, tree, text: str):
        self.metas = {}
        for node in tree.iter("meta"):
            name = node.get("property") or node.get("name") or node.get("http-equiv") or ""
            self.metas.setdefault(name.strip().lower(), (node.get("content") or "").strip())
        self.data = list(_linked_data(tree))
        links = (node.get("href") for node in tree.iter("link") if node.get("rel") == "canonical")
        saved = _SAVED.search(text[:2000])
        self.url = _first(
            map(
                web_address,
                [*links, self.metas.get("og:url"), self._told("url"), saved and saved[1]],
            )
        )
        self.author = _first([*map(self._name, _AUTHORS), self._told("author")])
        self.publisher = _first([*map(self._name, _PUBLISHERS), self._told("publisher")])
        self.language = _first([*map(self._language, _LANGUAGES), self._told("inLanguage")])

    def _name(self, key: str) -> str:
        """The value of a <meta> element, unless it is an address or an account."""
        value = self.metas.get(key, "")
        return "" if re.match("@|https?:|/", value) else value

    def _language(self, key: str) -> str:
        return self.metas.get(key, "").split(",")[0].replace("_", "-")

    def _told(self, key: str) -> str:
        """The value of a property in JSON-LD: the names of several are listed."""
        return _first(_text(row.get(key)) for row in self.data)


def web_address(text: str | None) -> str:
    """An address of the web without its fragment; empty if the text is none."""
    text = (text or "").strip()
    try:
        parts = urlsplit(text)
        known = parts.scheme.lower() in ("http", "https") and parts.hostname and not parts.username
    except ValueError:
        return ""
    if not known or re.search(r"\s", text):
        return ""
    return text if parts.fragment.startswith(("/", "!")) else text.partition("#")[0]


def _first(values) -> str:
    return next(filter(None, values), "")


def _linked_data(tree):
    """The objects of the page's JSON-LD that are or describe a work, in order."""
    left = _MOST
    for node in tree.iter("script"):
        if node.get("type", "").strip().lower() != "application/ld+json":
            continue
        text = node.text or ""
        left -= len(text)
        if left < 0:
            return
        try:
            yield from _objects(json.loads(text, strict=False))
        except (ValueError, RecursionError):
            continue


def _objects(value, depth: int = _DEPTH):
    if isinstance(value, list):
        for row in value:
            yield from _objects(row, depth)
    elif isinstance(value, dict) and depth:
        kinds = value.get("@type")
        kinds = kinds if isinstance(kinds, list) else [kinds]
        if any(isinstance(kind, str) and _WORK.search(kind) for kind in kinds):
            yield value
        yield from _objects(value.get("@graph"), depth - 1)


_WORK = re.compile("Article|Posting|Report|Page|Legislation|CreativeWork|Document")


def _text(value) -> str:
    """A value of JSON-LD as text: names of people and organizations, joined by commas."""
    if isinstance(value, dict):
        value = value.get("name") or value.get("@id")
    if isinstance(value, list):
        return ", ".join(filter(None, map(_text, value[:10])))
    return " ".join(value.split()) if isinstance(value, str) else ""
