"""The child process that reads a file, and may crash on it: `python -m core.readers FORM`.

It takes the file on standard input and writes a Reading, or the reason for a refusal, as JSON.
"""

import json
import re
import resource
import sys
from copy import deepcopy
from dataclasses import asdict, replace
from datetime import date
from io import BytesIO
from zipfile import ZipFile

import trafilatura
from htmldate import find_date
from lxml.html import defs
from trafilatura.metadata import extract_metadata

from core.charsets import declared_in, decoded
from core.documents import (
    DOCX,
    HTML,
    LABELS,
    LARGEST_PAGE,
    MEMORY,
    MHTML,
    PAGE,
    PDF,
    SECONDS,
    Reading,
)
from core.page_metadata import PageMetadata
from core.pdf import PdfDocument
from core.saved_pages import saved_page
from core.symbols import is_undecoded, raised
from core.unreadable import Unreadable, _
from core.word import LEFT_OUT, WordDocument
from core.word_parts import in_format


def pdf(content: bytes) -> Reading:
    """The text of a PDF, page by page."""
    document = PdfDocument(content)
    pages = list(map(clean, document.pages()))
    text = f"\n{PAGE}\n".join(pages) if any(pages) else ""
    return Reading(
        PDF,
        text,
        _line(document.title),
        _tag(document.language),
        warnings=[*document.warnings, *undecoded(text)],
    )


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
    document = WordDocument(content)
    text = "\n\n".join(filter(None, map(clean, document.text())))
    return Reading(
        DOCX,
        text,
        _line(document.title),
        _tag(document.language),
        warnings=[*document.warnings, *undecoded(text)],
    )


def html(content: bytes, charset: str = "") -> Reading:
    """The text of a web page: of its main part if it has one, never of its scripts. `charset` is
    the encoding in which it was sent, if known."""
    if len(content) > LARGEST_PAGE:
        raise Unreadable(
            _("The web page is larger than %(most)d MB. Attach a smaller one."),
            most=LARGEST_PAGE >> 20,
        )
    page, warnings = decoded(content, *filter(None, (charset, declared_in(content))))
    tree = trafilatura.load_html(re.sub(r"^\s*<\?xml[^>]*>", "", page))
    if tree is None:
        raise Unreadable(_("This web page cannot be read: it is damaged or empty."))
    said, told = PageMetadata(tree, page), extract_metadata(tree)
    language = _tag(tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang"))
    # Only a date that the page states, not one guessed from its text.
    day = find_date(tree, extensive_search=False, original_date=True) or ""
    body = _as_shown(tree)
    whole = _words(_lines_of(body))
    struck = len(body.xpath(".//s | .//strike"))
    text = trafilatura.extract(
        tree, output_format="txt", include_comments=False, include_tables=True, favor_recall=True
    )
    # A page that is too short to have a main part gives its entire text.
    paragraphs = (text or _lines_of(body)).splitlines()
    text = "\n\n".join(filter(None, map(clean, paragraphs)))
    warnings += undecoded(text)
    if struck:
        warnings.append((LEFT_OUT["struck"], {"count": struck}))
    if (kept := _words(text)) < whole:
        words = _(
            "Only the main part of the page is kept: %(kept)d of %(all)d words. The rest, such "
            "as menus, is left out."
        )
        warnings.append((words, {"kept": kept, "all": whole}))
    return Reading(
        HTML,
        text,
        _line(told and told.title),
        language or _tag(said.language),
        _day(day),
        author=_line(said.author),
        publisher=_line(said.publisher),
        url=said.url,
        warnings=warnings,
    )


def mhtml(content: bytes) -> Reading:
    """The text of a web page that a browser saved with its pictures, and its address."""
    page = saved_page(content)
    reading = html(page.content, page.charset)
    return replace(
        reading,
        form=MHTML,
        title=reading.title or _line(page.title),
        url=page.url or reading.url,
        accessed=page.day,
    )


def _as_shown(tree):
    """The body of a page, changed to what readers see: without scripts, hidden and deleted text,
    and with the numbers of lists."""
    body = tree.find("body") if tree.find("body") is not None else tree
    for node in body.xpath(".//script|.//style|.//noscript|.//template|.//del|.//*[@hidden]"):
        node.drop_tree()
    for node in body.xpath(".//*[@style]"):
        if _HIDDEN.search(node.get("style")) and node.getparent() is not None:
            node.drop_tree()
    for node in body.xpath(".//sup[not(*)] | .//sub[not(*)] | .//sup/a | .//sub/a"):
        lowered = node.tag == "sub" or node.getparent().tag == "sub"
        node.text = raised(node.text or "", lowered)
    for items in body.iter("ol"):
        number, form = int(_number(items.get("start")) or 1), _FORMS.get(items.get("type", ""), "")
        for item in items.iterchildren("li"):
            number = int(_number(item.get("value")) or number)
            item.text = f"{in_format(number, form)}. {item.text or ''}"
            number += 1
    return body


# Elements that are part of a line of text.
_INLINE = defs.font_style_tags | defs.phrase_tags
_INLINE |= {"a", "bdi", "bdo", "font", "mark", "q", "span", "sub", "sup", "time"}
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
# The kinds of numbered lists in HTML, by the formats of Word.
_FORMS = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}


def _lines_of(body) -> str:
    """The entire text of a page, with a line for each element that is not part of a line."""
    copy = deepcopy(body)
    for node in copy.iter():
        if node.tag not in _INLINE:
            node.text, node.tail = f"\n{node.text or ''}", f"\n{node.tail or ''}"
    return copy.text_content()


def _number(text: str | None) -> str:
    return text if text and re.fullmatch(r"\d{1,6}", text) else ""


def _words(text: str) -> int:
    """The number of words, without the marks that tables and lists get."""
    return len(re.findall(r"\w+", text))


# Words in a font that shows other letters than it names, as old Cyrillic and Azerbaijani fonts do:
# of accented Latin letters only (Äîãîâîð), or of Latin and Cyrillic ones. Single ones are typing
# errors.
_MISENCODED = re.compile(
    r"(?<!\w)(?:[À-ÖØ-öø-ÿ]{4,}|(?=\w*[A-Za-z])(?=\w*[а-яё])[^\W\d_]{3,})(?!\w)", re.I
)
# From how many on they are reported.
SEVERAL = 3


def clean(text: str) -> str:
    """Text without characters that databases reject, trailing spaces and repeated empty lines."""
    text = re.sub(r"[\0\ud800-\udfff]", "", text.replace(PAGE, "\n"))
    # The lookbehind keeps a long run of spaces from being read again from each of them.
    text = re.sub(r"(?<![ \t\xa0])[ \t\xa0]+\n", "\n", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def undecoded(text: str) -> list[tuple[str, dict]]:
    """Warnings about glyphs whose letters the file does not state, and about words whose letters
    are likely others than the document shows, if the text has any."""
    warnings = []
    if count := sum(map(is_undecoded, text)):
        example = next(word for word in text.split() if any(map(is_undecoded, word)))
        words = _(
            "Characters that the file does not identify: %(count)d, for example in "
            "“%(example)s”. Compare such words with the document before you cite them."
        )
        warnings.append((words, {"count": count, "example": example[:60]}))
    misencoded = _MISENCODED.findall(text)
    if len(misencoded) >= SEVERAL:
        words = _(
            "Words that mix alphabets or consist of accented letters: %(count)d, for example "
            "“%(example)s”. A font may show letters other than those stored: compare the text "
            "with the document before you cite it."
        )
        warnings.append((words, {"count": len(misencoded), "example": misencoded[0][:60]}))
    return warnings


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
        answer = asdict({PDF: pdf, DOCX: docx, HTML: html, MHTML: mhtml}[form](content))
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
