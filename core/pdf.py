"""The text of a PDF as its pages show it, and what cannot be read of them."""

import re
from io import BytesIO

from pypdf import PdfReader
from pypdf._codecs import adobe_glyphs
from pypdf.generic import ArrayObject, NameObject

from core.documents import PAGES
from core.symbols import UNKNOWN, is_undecoded
from core.unreadable import Unreadable, _
from core.word import LEFT_OUT

# The flags of a font that draws its own signs, and of an annotation that is not shown.
SYMBOLIC, NOT_SHOWN = 4, 2 | 32
_LISTS = re.compile(rb"beginbf(char|range)(.*?)endbf\1", re.S)
_ENTRIES = {
    b"char": re.compile(rb"<([0-9A-Fa-f\s]*)>\s*<([0-9A-Fa-f\s]*)>"),
    b"range": re.compile(
        rb"<([0-9A-Fa-f\s]*)>\s*<([0-9A-Fa-f\s]*)>\s*(?:<([0-9A-Fa-f\s]*)>|\[(.*?)\])", re.S
    ),
}
# The letters that a font without a table of its own may draw.
_STANDARD = frozenset(
    bytes(range(0x20, 0x100)).decode("cp1252", "ignore")
    + bytes(range(0x20, 0x100)).decode("mac-roman")
    + bytes(range(0x20, 0x100)).decode("latin-1")
)


class PdfDocument:
    """A PDF: its `title`, `language`, `pages()`, and afterwards `warnings`: messages about what
    its text leaves out, each with its values.

    Raises Unreadable if it needs a password or has too many pages.
    """

    def __init__(self, content: bytes):
        self.reader = reader = PdfReader(BytesIO(content))
        # Many are locked against changes only and open without a password.
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable(_("This PDF needs a password. Attach a copy that opens without one."))
        if len(reader.pages) > PAGES:
            raise Unreadable(_("This PDF has more than %(most)d pages."), most=PAGES)
        told = reader.metadata
        self.title = told.title if told else ""
        self.language = reader.root_object.get("/Lang", "")
        self.warnings: list[tuple[str, dict]] = []
        # The fonts that were met, by id, with their letters.
        self.fonts: dict[int, tuple] = {}

    def pages(self) -> list[str]:
        """The text of each page, with what was filled in or typed on it at the end."""
        texts, undecoded, pictures, comments = [], [], [], 0
        for number, page in enumerate(self.reader.pages, start=1):
            fonts = map(self._letters_of, _fonts(page.get("/Resources")))
            letters = list(fonts) or [_Everything()]
            text = page.extract_text()
            if None in letters:
                undecoded += [number] if text.strip() else []
                letters = [_Everything()]
            text = "".join(one if _is_of(one, letters) else UNKNOWN for one in text)
            added, of_page = _annotations(page)
            comments += of_page
            texts.append("\n".join([text, *added]))
            if not texts[-1].strip() and _has_pictures(page.get("/Resources")):
                pictures.append(number)
        if comments:
            self.warnings.append((LEFT_OUT["comments"], {"count": comments}))
        self._warn(
            undecoded,
            _(
                "A font on these pages does not say which letters its glyphs stand for: "
                "%(pages)s. Compare their text with the document, or attach a copy of the "
                "document in DOCX."
            ),
        )
        if any(map(str.strip, texts)):
            self._warn(pictures, _("These pages are images without text: %(pages)s."))
        return texts

    def _warn(self, pages: list[int], words: str) -> None:
        if pages:
            listed = ", ".join(map(str, pages[:20])) + (" …" if len(pages) > 20 else "")
            self.warnings.append((words, {"pages": listed}))

    def _letters_of(self, font) -> frozenset | None:
        """All letters that a font may draw; None if it does not say which they are."""
        if id(font) not in self.fonts:
            _spell_out(font)
            self.fonts[id(font)] = font, _letters(font)
        return self.fonts[id(font)][1]


def _is_of(one: str, letters: list[frozenset]) -> bool:
    """Whether a character is one that these fonts draw, or a space between their words."""
    return not is_undecoded(one) and (one.isspace() or any(one in each for each in letters))


def _fonts(resources, depth: int = 5):
    """The fonts of a page, and of the forms that it draws."""
    resources = resources.get_object() if resources is not None else {}
    yield from _values(resources.get("/Font"))
    for form in _values(resources.get("/XObject")) if depth else ():
        if form.get("/Subtype") == "/Form":
            yield from _fonts(form.get("/Resources"), depth - 1)


def _has_pictures(resources) -> bool:
    resources = resources.get_object() if resources is not None else {}
    return any(row.get("/Subtype") == "/Image" for row in _values(resources.get("/XObject")))


def _values(dictionary):
    """The objects in a dictionary that are dictionaries themselves."""
    found = dictionary.get_object() if dictionary is not None else {}
    for value in found.values():
        if hasattr(row := value.get_object(), "get"):
            yield row


def _spell_out(font) -> None:
    """Name the glyphs of a font by letters where their names consist of letters, as f_i does;
    the rest are unknown. pypdf would show these names as text."""
    encoding = font.get("/Encoding")
    encoding = encoding.get_object() if encoding is not None else None
    if "/ToUnicode" in font or not hasattr(encoding, "get"):
        return
    names = encoding.get("/Differences")
    if names is not None:
        encoding[NameObject("/Differences")] = ArrayObject(map(_named, names.get_object()))


def _named(name):
    """A name that pypdf reads as the letters of the glyph's name (Adobe Glyph List)."""
    if not isinstance(name, str) or name in adobe_glyphs:
        return name
    parts = name[1:].split(".")[0].split("_")
    letters = [_letter(part) for part in parts]
    joined = "".join(letters) if all(letters) else UNKNOWN
    key = NameObject("/" + "_".join(f"u{ord(one):04X}" for one in joined))
    adobe_glyphs[key] = joined
    return key


def _letter(name: str) -> str:
    """The letters of one component of a glyph's name: of a list, or as hexadecimal numbers; empty
    if it has none."""
    if f"/{name}" in adobe_glyphs:
        return adobe_glyphs[f"/{name}"]
    if re.fullmatch(r"uni([0-9A-F]{4})+", name):
        return "".join(chr(int(name[at : at + 4], 16)) for at in range(3, len(name), 4))
    if re.fullmatch(r"u(?:[0-9A-F]{4,5}|10[0-9A-F]{4})", name):
        return chr(int(name[1:], 16))
    return ""


def _letters(font) -> frozenset | None:
    table = font.get("/ToUnicode")
    if table is not None and hasattr(table.get_object(), "get_data"):
        mapped = frozenset("".join(_mapped(table.get_object().get_data())))
        # A font of single bytes draws what its table lacks by its encoding.
        return mapped if font.get("/Subtype") == "/Type0" else mapped | _STANDARD
    encoding = font.get("/Encoding")
    encoding = encoding.get_object() if encoding is not None else ""
    if font.get("/Subtype") == "/Type0":
        # Predefined tables of Chinese, Japanese and Korean name their letters; a table of its own
        # only numbers the glyphs, as Identity does.
        named = isinstance(encoding, str) and not encoding.startswith("/Identity")
        return _Everything() if named else None
    if hasattr(encoding, "get"):
        named = (str(name) for name in encoding.get("/Differences", ()) if isinstance(name, str))
        return _STANDARD | frozenset("".join(adobe_glyphs.get(name, "") for name in named))
    described = font.get("/FontDescriptor")
    described = described.get_object() if described is not None else {}
    embedded = any(name.startswith("/FontFile") for name in described)
    if not encoding and embedded and described.get("/Flags", 0) & SYMBOLIC:
        return None
    return _STANDARD | frozenset(adobe_glyphs.values())


class _Everything(frozenset):
    """Any letter."""

    def __contains__(self, letter):
        return True


def _mapped(table: bytes):
    """The texts that a ToUnicode table maps codes to."""
    for kind, body in _LISTS.findall(table):
        for entry in _ENTRIES[kind].findall(body):
            if kind == b"char":
                yield _text(entry[1])
                continue
            first, last, start, listed = entry
            if listed:
                yield from map(_text, re.findall(rb"<([0-9A-Fa-f\s]*)>", listed))
            elif text := _text(start):
                for step in range(int(last, 16) - int(first, 16) + 1):
                    yield text[:-1] + chr(min(ord(text[-1]) + step, 0x10FFFF))


def _text(digits: bytes) -> str:
    digits = b"".join(digits.split())
    content = bytes.fromhex(digits.decode().zfill(len(digits) + len(digits) % 2))
    return content.decode("utf-16-be" if len(content) > 1 else "latin-1", "ignore")


def _annotations(page) -> tuple[list[str], int]:
    """What was filled in or typed on a page, and the number of comments on it."""
    texts, comments = [], 0
    for row in page.get("/Annots") or ():
        row = row.get_object()
        if not hasattr(row, "get") or row.get("/F", 0) & NOT_SHOWN:
            continue
        kind = row.get("/Subtype")
        if kind == "/Widget":
            value = row.get(
                "/V", row.get("/Parent", {}).get_object().get("/V") if "/Parent" in row else None
            )
            if isinstance(value, str) and not isinstance(value, NameObject):
                texts.append(value)
        elif kind == "/FreeText":
            texts.append(str(row.get("/Contents", "")))
        elif kind not in ("/Link", "/Popup") and row.get("/Contents"):
            comments += 1
    return texts, comments
