"""The child process that reads a file, and may crash on it: `python -m core.readers FORM`.

It takes the file on standard input and writes a Reading, or the reason for a refusal, as JSON.
"""

import json
import re
import resource
import sys
from dataclasses import asdict
from datetime import date
from io import BytesIO
from zipfile import ZipFile

import trafilatura
from docx import Document
from docx.table import Table
from htmldate import find_date
from pypdf import PdfReader
from trafilatura.metadata import extract_metadata

from core.documents import (
    DOCX,
    HTML,
    LABELS,
    LARGEST_PAGE,
    MEMORY,
    PAGE,
    PAGES,
    PDF,
    SECONDS,
    Reading,
    Unreadable,
    _,
)


def pdf(content: bytes) -> Reading:
    """The text of a PDF, page by page."""
    reader = PdfReader(BytesIO(content))
    if reader.is_encrypted:
        raise Unreadable(_("This PDF is encrypted. Attach a copy that is not encrypted."))
    if len(reader.pages) > PAGES:
        raise Unreadable(_("This PDF has more than %(most)d pages."), most=PAGES)
    pages = [clean(page.extract_text()) for page in reader.pages]
    told = reader.metadata
    language = reader.root_object.get("/Lang", "")
    text = f"\n{PAGE}\n".join(pages) if any(pages) else ""
    return Reading(PDF, text, _line(told and told.title), _tag(language))


def docx(content: bytes) -> Reading:
    """The text of a Word document: its paragraphs and the rows of its tables, in order."""
    with ZipFile(BytesIO(content)) as archive:
        for part in archive.infolist():
            # Word writes no such declaration; entity bombs and external entities need one.
            if part.filename.endswith((".xml", ".rels")) and b"<!DOCTYPE" in archive.read(part):
                raise Unreadable(
                    _(
                        "This Word document declares XML entities. Save it again as DOCX in a word "
                        "processor."
                    )
                )
    document = Document(BytesIO(content))
    blocks = []
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            rows = ([_line(cell.text) for cell in _cells(row)] for row in block.rows)
            blocks.append("\n".join(" | ".join(row) for row in rows if any(row)))
        else:
            blocks.append(block.text)
    told = document.core_properties
    text = "\n\n".join(filter(None, map(clean, blocks)))
    return Reading(DOCX, text, _line(told.title), _tag(told.language))


def _cells(row):
    """The cells of a row; a cell that spans several columns appears once."""
    return {cell._tc: cell for cell in row.cells}.values()


def html(content: bytes) -> Reading:
    """The text of a web page: of its main part if it has one, never of its scripts."""
    if len(content) > LARGEST_PAGE:
        raise Unreadable(_("A web page may have at most %(most)d MB."), most=LARGEST_PAGE >> 20)
    tree = trafilatura.load_html(content)
    if tree is None:
        raise Unreadable(_("This web page cannot be read: it is damaged or empty."))
    told = extract_metadata(tree)
    language = _tag(tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang"))
    # Only a date that the page states, not one guessed from its text.
    day = find_date(tree, extensive_search=False, original_date=True) or ""
    text = trafilatura.extract(
        tree, output_format="txt", include_comments=False, include_tables=True, favor_recall=True
    )
    paragraphs = (text or _body(content)).splitlines()
    title = _line(told and told.title)
    return Reading(
        HTML, "\n\n".join(filter(None, map(clean, paragraphs))), title, language, _day(day)
    )


def _body(content: bytes) -> str:
    """The entire text of a page that is too short to have a main part."""
    tree = trafilatura.load_html(content)
    body = tree.find("body") if tree.find("body") is not None else tree
    for node in list(body.iter("script", "style", "noscript", "template")):
        node.drop_tree()
    return "\n".join(body.itertext())


def clean(text: str) -> str:
    """Text without characters that databases reject, trailing spaces and repeated empty lines."""
    text = re.sub(r"[\0\ud800-\udfff]", "", text.replace(PAGE, "\n"))
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t\xa0]+\n", "\n", text)).strip()


def _line(text: str | None) -> str:
    return " ".join(clean(str(text or "")).split())


def _tag(text: str | None) -> str:
    """The text if it is a BCP 47 tag, otherwise empty."""
    tag = _line(text)
    return tag if re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*", tag) and len(tag) < 36 else ""


def _day(text: str) -> str:
    try:
        return str(date.fromisoformat(text))
    except ValueError:
        return ""


def main(form: str) -> None:
    """Read a file from standard input, within limits, and write the result as JSON."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    content = sys.stdin.buffer.read()
    try:
        answer = asdict({PDF: pdf, DOCX: docx, HTML: html}[form](content))
    except Unreadable as error:
        answer = {"refused": error.message, "values": error.values}
    except Exception as error:
        # A broken file can raise any exception in a library; editors see one kind of error.
        message = _("This %(form)s cannot be read: %(reason)s.")
        reason = str(error)[:200] or type(error).__name__
        answer = {"refused": message, "values": {"form": LABELS[form], "reason": reason}}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main(sys.argv[1])
