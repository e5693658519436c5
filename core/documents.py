"""The format of a file, by its content, and its text: PDF, Word document, web page, saved web page
(MHTML), plain text.

All formats except plain text are read in a child process with its own limits (core.readers), so
that a hostile file can only harm that process.
"""

import json
import re
import subprocess
import sys
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path, PurePath
from zipfile import ZipFile

from core.charsets import MARKS, decoded
from core.unreadable import Unreadable, _

# The limits: of a file in bytes, of a PDF in pages, of an unpacked Word document in bytes and
# parts, of a web page in bytes, of a text in characters.
LARGEST = 20 * 1024 * 1024
PAGES = 2000
UNPACKED = 100 * 1024 * 1024
PARTS = 2000
LARGEST_PAGE = 5 * 1024 * 1024
LONGEST = 10_000_000
# The limits for reading one file: seconds, and bytes of memory.
SECONDS = 20
MEMORY = 2 * 1024**3

PDF, DOCX, HTML, MHTML, TEXT = "pdf", "docx", "html", "mhtml", "text"
NAMES = {
    ".pdf": PDF, ".docx": DOCX, ".html": HTML, ".htm": HTML, ".xhtml": HTML, ".mht": MHTML,
    ".mhtml": MHTML, ".txt": TEXT,
}  # fmt: skip
LABELS = {
    PDF: _("PDF"),
    DOCX: _("Word document"),
    HTML: _("web page"),
    MHTML: _("saved web page"),
    TEXT: _("plain text"),
}
_PICTURE = _("This is an image and has no text. Attach a document with text.")
_PACKED = _("This is a compressed file: unpack it first.")
# Unsupported formats that people try, by their first bytes, with advice on what to do.
OTHERS = {
    b"\xd0\xcf\x11\xe0": _("This is an old or encrypted Office file: save it as DOCX, unlocked."),
    b"{\\rtf": _("This is an RTF file: save it as DOCX."),
    b"\x89PNG": _PICTURE,
    b"\xff\xd8\xff": _PICTURE,
    b"GIF8": _PICTURE,
    b"II*\0": _PICTURE,
    b"MM\0*": _PICTURE,
    b"\x1f\x8b": _PACKED,
    b"7z\xbc\xaf": _PACKED,
    b"Rar!": _PACKED,
}
# Unsupported formats that are ZIP archives, by a part that identifies them.
ARCHIVES = {
    "xl/workbook.xml": _("This is a spreadsheet: save it as CSV and use “Import a list”."),
    "ppt/presentation.xml": _("This is a presentation: save it as PDF."),
    "content.xml": _("This is an OpenDocument file: save it as DOCX or PDF."),
    "META-INF/container.xml": _("This is an e-book: save it as PDF."),
}
_WORD = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_MACROS = b"macroEnabled"
_HTML = re.compile(
    # Each comment is matched atomically; otherwise many comments cause catastrophic backtracking.
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:(?><!--.*?-->)\s*)*<(!doctype\s+html|html|head|body)\b",
    re.I | re.S,
)
# The headers that a saved web page starts with; an e-mail has the same.
_HEADERS = re.compile(rb"\s*((?:[A-Za-z][A-Za-z-]*:[^\n]*\n(?:[ \t][^\n]*\n)*)+)")
_MIME = re.compile(rb"^MIME-Version:", re.I | re.M)
# Separates the pages of a PDF, so that a place in the text has a page number.
PAGE = "\f"


@dataclass(frozen=True, slots=True)
class Reading:
    """The content of a file: its format, its text, and its metadata (empty if not given).

    `date` is EDTF; `accessed` is the day on which a web page was saved. A form feed separates the
    pages of a PDF, an empty line the paragraphs of a Word document or web page; plain text is
    unchanged. `warnings` says what the text leaves out: messages like those of Unreadable, each
    with its values.
    """

    form: str
    text: str
    title: str = ""
    language: str = ""
    date: str = ""
    author: str = ""
    publisher: str = ""
    url: str = ""
    accessed: str = ""
    warnings: list[tuple[str, dict]] = field(default_factory=list)


def read(content: bytes, name: str = "", form: str | None = None) -> Reading:
    """The content of a file, read in limited time and memory; raises Unreadable with the reason.

    A PDF that only has pictures has an empty text; any other file without text is refused. The
    format is detected from the content, unless `form` is given.
    """
    if len(content) > LARGEST:
        raise Unreadable(
            _("The file is larger than %(most)d MB. Attach a smaller one."), most=LARGEST >> 20
        )
    form = form or form_of(content)
    named = NAMES.get(PurePath(name).suffix.lower())
    if named and named != form and {named, form} != {HTML, TEXT}:
        raise Unreadable(
            _(
                "The name “%(name)s” does not match the content of the file (%(form)s). Rename the "
                "file."
            ),
            name=name[-100:],
            form=LABELS[form],
        )
    if named == HTML:
        form = HTML
    reading = plain_text(content) if form == TEXT else _read_apart(content, form)
    if not reading.text.strip() and form != PDF:
        raise Unreadable(_("This file contains no text."))
    if len(reading.text) > LONGEST:
        raise Unreadable(_("This text has more than %(most)d characters."), most=LONGEST)
    return reading


def form_of(content: bytes) -> str:
    """The format of a file, by its content; raises Unreadable for a known, unsupported format."""
    if content[:1024].lstrip().startswith(b"%PDF-"):
        return PDF
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _archive(content)
    for first, words in OTHERS.items():
        if content.startswith(first):
            raise Unreadable(words)
    start = content[:65536]
    for mark, name in MARKS:
        if start.startswith(mark):
            start = start.removeprefix(mark).decode(name, "ignore").encode()
            break
    if (headers := _HEADERS.match(start)) and _MIME.search(headers[1]):
        return MHTML
    return HTML if _HTML.match(start) else TEXT


def _archive(content: bytes) -> str:
    """DOCX; raises Unreadable with the format of any other archive. Nothing large is unpacked."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > PARTS or sum(part.file_size for part in parts) > UNPACKED:
                raise Unreadable(
                    _("This file unpacks to more than %(most)d MB or %(parts)d parts."),
                    most=UNPACKED >> 20,
                    parts=PARTS,
                )
            names = {part.filename for part in parts}
            for part, words in ARCHIVES.items():
                if part in names:
                    raise Unreadable(words)
            types = archive.read("[Content_Types].xml") if "[Content_Types].xml" in names else b""
    except Unreadable:
        raise
    except Exception as error:
        raise Unreadable(_("This archive is damaged; it cannot be opened.")) from error
    if _MACROS in types or any(name.endswith("vbaProject.bin") for name in names):
        raise Unreadable(_("This Word document contains macros: save it as DOCX without them."))
    if _WORD not in types:
        raise Unreadable(_("This is a ZIP archive, not a Word document: unpack it first."))
    return DOCX


def plain_text(content: bytes) -> Reading:
    """The unchanged text of a file, without a byte order mark."""
    text, warnings = decoded(content)
    if "\0" in text:
        raise Unreadable(_("This is not text: it contains NUL characters."))
    return Reading(TEXT, text, warnings=warnings)


def _read_apart(content: bytes, form: str) -> Reading:
    """Read a file in a child process, so that it can neither hang this one nor exhaust memory."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "core.readers", form],
            input=content,
            capture_output=True,
            timeout=SECONDS + 5,
            cwd=Path(__file__).parent.parent,
            check=False,
        )
        answer = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError) as error:
        # Its limits ended it, or the library crashed.
        raise Unreadable(
            _(
                "This file is damaged, or takes more than %(seconds)d seconds or too much memory "
                "to read."
            ),
            seconds=SECONDS,
        ) from error
    if "refused" in answer:
        raise Unreadable(answer["refused"], **answer["values"])
    warnings = [tuple(warning) for warning in answer.pop("warnings")]
    return Reading(**answer, warnings=warnings)
