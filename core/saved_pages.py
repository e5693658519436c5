"""Web pages that browsers save in one file with their pictures: MHTML, which is MIME (RFC 2557)."""

from dataclasses import dataclass
from email import message_from_bytes
from email.header import decode_header, make_header
from email.utils import parsedate_to_datetime

from core.page_metadata import web_address
from core.unreadable import Unreadable, _

# Parts of these types hold a page.
PAGES = ("text/html", "application/xhtml+xml")


@dataclass(frozen=True, slots=True)
class SavedPage:
    """A page in HTML, and what its file says of it: the encoding, address and title, and the day
    on which it was saved; empty if not given."""

    content: bytes
    charset: str
    url: str
    title: str
    day: str


def saved_page(content: bytes) -> SavedPage:
    """The main page of an MHTML file. Raises Unreadable if it has none."""
    try:
        message = message_from_bytes(content)
        parts = [part for part in message.walk() if part.get_content_type() in PAGES]
    except (RecursionError, ValueError, LookupError) as error:
        raise Unreadable(
            _("This saved web page is damaged. Open it in a browser and save it again.")
        ) from error
    if message.get_content_type() not in ("multipart/related", *PAGES):
        raise Unreadable(
            _("This is an e-mail, not a saved web page. Paste its text, or attach it as a PDF.")
        )
    address = _header(message, "Snapshot-Content-Location")
    part = _main(message, parts, address)
    page = part and part.get_payload(decode=True)
    if not page:
        raise Unreadable(
            _("This file contains no web page. Open it in a browser and save the page again.")
        )
    return SavedPage(
        page,
        part.get_content_charset() or "",
        web_address(address) or web_address(_header(part, "Content-Location")),
        _header(message, "Subject"),
        _day(_header(message, "Date")),
    )


def _main(message, parts, address: str):
    """The part that is the page itself, and not a frame in it; None if there is none."""
    start = message.get_param("start")
    named = (part for part in parts if start and _header(part, "Content-ID") == start)
    placed = (part for part in parts if address and _header(part, "Content-Location") == address)
    return next(named, None) or next(placed, None) or next(iter(parts), None)


def _header(message, name: str) -> str:
    """A header in words, without the encoding of MIME; empty if it cannot be decoded."""
    try:
        return str(make_header(decode_header(message.get(name, "")))).strip()
    except (ValueError, LookupError):
        return ""


def _day(text: str) -> str:
    """The day of a date in a header; empty if it is none."""
    try:
        return str(parsedate_to_datetime(text).date())
    except (ValueError, TypeError, OverflowError):
        return ""
