"""The text of a Word document as a reader sees it when all tracked changes are accepted.

Insertions and moved text stay, deletions go. Content controls, smart tags and any other wrapper
are opened. Notes follow at the end, as in Word's own plain text; what has no text is counted, so
that the editor can be told.
"""

import re
from collections import Counter
from contextlib import contextmanager

from lxml import etree

from core.symbols import UNKNOWN, draws_symbols, raised, symbol
from core.unreadable import Unreadable, _
from core.word_parts import DC, Numbering, Package, R, Styles, W, is_on, local, roman, value

MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
CHOICES = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
# The namespaces of alternatives that Word shows, in place of their fallback.
SHOWN = ("http://schemas.microsoft.com/office/", "http://schemas.openxmlformats.org/")
# Wrappers whose content an accepted document no longer has.
GONE = {W + name for name in ("del", "moveFrom")}
SIGNS = {
    W + "tab": "\t", W + "ptab": "\t", W + "br": "\n", W + "cr": "\n", W + "noBreakHyphen": "-",
}  # fmt: skip
NOTES = {W + "footnoteReference": "footnotes", W + "endnoteReference": "endnotes"}
# The fields of headers that show a number of a page, and fields that show nothing at all.
_PAGES = re.compile(r"\s*(PAGE|NUMPAGES|SECTIONPAGES)\b", re.I)
_SILENT = re.compile(r"\s*(TC|XE|TA|RD|ASK|SET|FORM\w+|PRIVATE|NEXT\w*|SKIPIF)\b", re.I)
_HEX = re.compile(r"[0-9A-Fa-f]{1,4}")
_FIELDS = etree.XPath(
    "count(.//w:fldChar[@w:fldCharType=$kind][not(ancestor::w:del or ancestor::w:moveFrom)])",
    namespaces={"w": W[1:-1]},
)
LEFT_OUT = {
    "comments": _("Comments left out: %(count)d."),
    "hidden": _("Passages of hidden text left out: %(count)d."),
    "struck": _("Passages kept although they are struck through: %(count)d."),
    "pictures": _("Images and charts left out, with any text in them: %(count)d."),
    "embedded": _("Parts embedded from other files and left out: %(count)d."),
    "fields": _("Fields without a stored result, left out: %(count)d."),
}  # fmt: skip


class WordDocument:
    """A Word document: its `title`, `language`, `text()`, and afterwards `warnings`: messages
    about what its text leaves out, each with its values."""

    def __init__(self, content: bytes):
        self.package = package = Package(content)
        self.main = package.linked("", "officeDocument")
        root = package.xml(self.main)
        self.body = root.find(W + "body") if root is not None else None
        if self.body is None:
            raise Unreadable(_("This Word document has no text part: it is damaged."))
        about = package.linked_xml("", "core-properties")
        told = about.findtext if about is not None else lambda name, default: default
        self.title, self.language = told(DC + "title", ""), told(DC + "language", "")
        self.styles = Styles(package.linked_xml(self.main, "styles"))
        self.numbering = Numbering(package.linked_xml(self.main, "numbering"), self.styles)
        self.notes = {"footnotes": [], "endnotes": []}
        self.left_out = Counter()
        # The fields that are open at this place, each with its instruction and whether its
        # result has begun.
        self.fields: list[Field] = []
        self.has_fields = True
        self.boxes: list[str] = []
        self.part, self.in_header = self.main, False

    @property
    def warnings(self) -> list[tuple[str, dict]]:
        return [
            (words, {"count": self.left_out[name]})
            for name, words in LEFT_OUT.items()
            if self.left_out[name]
        ]

    def text(self) -> list[str]:
        """The blocks of the text in order: headers, paragraphs and tables, footers, notes."""
        body = self.story(self.body)
        margins = self._margins()
        blocks = [*margins["headerReference"], *body, *margins["footerReference"]]
        for kind, label in (("footnotes", str), ("endnotes", roman)):
            blocks += self._notes(kind, label)
        return blocks

    def story(self, element) -> list[str]:
        """The blocks of a text of its own, such as a note, whose fields end with it."""
        # In a damaged text the rest would count as the instruction of a field that never ends.
        whole = _FIELDS(element, kind="begin") == _FIELDS(element, kind="end")
        with self._kept("fields", []), self._kept("has_fields", whole):
            return self.blocks(element)

    @contextmanager
    def _kept(self, name, value):
        """Set an attribute for a while."""
        before = getattr(self, name)
        setattr(self, name, value)
        yield
        setattr(self, name, before)

    def _margins(self) -> dict[str, list[str]]:
        """The headers and footers that pages show, each text once."""
        found = {"headerReference": [], "footerReference": []}
        parts = {key: name for key, _kind, name in self.package.links(self.main)}
        settings = self.package.linked_xml(self.main, "settings")
        for section in self.body.iter(W + "sectPr"):
            shown = {
                "default": True,
                "first": is_on(section, "titlePg"),
                "even": is_on(settings, "evenAndOddHeaders"),
            }
            for row in section:
                name = parts.get(row.get(R + "id"), "")
                if local(row) not in found or not shown.get(row.get(W + "type")) or not name:
                    continue
                root = self.package.xml(name)
                if root is not None:
                    with self._kept("part", name), self._kept("in_header", True):
                        texts = self.story(root)
                    kept = found[local(row)]
                    kept += [text for text in texts if text.strip() and text not in kept]
        return found

    def _notes(self, kind, label) -> list[str]:
        """The texts of the notes that the text refers to, with their numbers."""
        name = self.package.linked(self.main, kind)
        root = self.package.xml(name) if name else None
        rows = {row.get(W + "id"): row for row in root} if root is not None else {}
        found = []
        for number, (key, marked) in enumerate(self.notes[kind], start=1):
            if key in rows:
                with self._kept("part", name):
                    text = "\n".join(self.story(rows[key])).strip()
                found.append(text if marked else f"[{label(number)}] {text}")
        return found

    def blocks(self, element) -> list[str]:
        """The paragraphs and tables in an element, in order; a paragraph whose mark was deleted or
        is hidden continues in the next."""
        found, begun, after = [], "", []
        for block in self._within(element):
            if block.tag == W + "p":
                with self._kept("boxes", after):
                    begun += self.inline(block, self._style(block))
                if self._continues(block):
                    continue
                found += [self.numbering.label(block, self._style(block)) + begun, *after]
            else:
                found += [begun, *after, self.table(block)]
            begun, after = "", []
        return list(filter(str.strip, [*found, begun, *after]))

    def _within(self, element):
        """The paragraphs and tables in an element, out of all wrappers."""
        for child in self._children(element):
            if child.tag in (W + "p", W + "tbl"):
                yield child
            elif local(child) == "altChunk":
                self.left_out["embedded"] += 1
            else:
                yield from self._within(child)

    def _children(self, element):
        """The children of an element without those that an accepted document no longer has; of
        alternatives, the one that Word shows."""
        for child in element:
            if child.tag == CHOICES + "AlternateContent":
                chosen = next(filter(_is_shown, child), None)
                if chosen is not None:
                    yield from self._children(chosen)
            elif isinstance(child.tag, str) and child.tag not in GONE:
                yield child

    def _style(self, paragraph) -> str:
        return value(paragraph, "pPr", "pStyle", default=self.styles.default)

    def _continues(self, paragraph) -> bool:
        """Whether the mark that ends a paragraph was deleted, moved away or is hidden."""
        mark = paragraph.find(f"{W}pPr/{W}rPr")
        gone = mark is not None and any(child.tag in GONE for child in mark)
        return gone or self._is_hidden(mark, self._style(paragraph))

    def _is_hidden(self, properties, style: str) -> bool:
        """Whether a run or a paragraph mark is hidden, by itself or by its styles."""
        own = is_on(properties, "vanish")
        if own is not None:
            return own
        return self.styles.hides(value(properties, "rStyle")) or self.styles.hides(style)

    def table(self, table) -> str:
        """The rows of a table, one a line, with a bar between cells. A cell that spans several
        rows has its text in the first."""
        rows = []
        for row in self._of(table, "tr"):
            change = row.find(W + "trPr")
            if change is not None and (
                change.find(W + "del") is not None or is_on(change, "hidden")
            ):
                continue
            cells = []
            for cell in self._of(row, "tc"):
                merged = [cell.find(f"{W}tcPr/{W}{name}") for name in ("vMerge", "hMerge")]
                if cell.find(f"{W}tcPr/{W}cellDel") is not None:
                    continue
                hidden = any(
                    each is not None and each.get(W + "val") != "restart" for each in merged
                )
                cells.append("" if hidden else " ".join("\n".join(self.blocks(cell)).split()))
            if any(cells):
                rows.append(" | ".join(cells))
        return "\n".join(rows)

    def _of(self, element, name: str):
        """The rows of a table, or the cells of a row, out of all wrappers."""
        for child in self._children(element):
            if child.tag == W + name:
                yield child
            elif local(child) not in ("tbl", "p"):
                yield from self._of(child, name)

    def inline(self, element, style: str, font: str = "") -> str:
        """The text of a paragraph, a run or a wrapper in one."""
        return "".join(self._inline(child, style, font) for child in self._children(element))

    def _inline(self, child, style, font) -> str:
        tag = child.tag
        if tag == W + "r":
            return self._run(child, style)
        if tag == W + "fldChar":
            return self._field(child)
        if tag == W + "instrText":
            if self.fields:
                self.fields[-1].instruction += child.text or ""
            return ""
        if tag == W + "fldSimple" and self.in_header and _PAGES.match(child.get(W + "instr", "")):
            return ""
        if any(field.hides for field in self.fields):
            return self.inline(child, style, font) and ""
        if tag == W + "fldSimple":
            shown = self.inline(child, style, font)
            if not shown and not _SILENT.match(child.get(W + "instr", "")):
                self.left_out["fields"] += 1
            return shown
        if tag == W + "t":
            return self._letters(" ".join((child.text or "").splitlines()), font)
        if tag == W + "sym":
            code = child.get(W + "char", "")
            known = _HEX.fullmatch(code)
            return self._symbol(int(code, 16), child.get(W + "font", "")) if known else UNKNOWN
        if tag in NOTES:
            return self._note(child)
        if tag in SIGNS:
            return SIGNS[tag]
        if tag.startswith(MATH):
            return self.formula(child, style)
        if tag in (W + "drawing", W + "pict", W + "object"):
            self.boxes += self.drawing(child)
            return ""
        if tag in (W + "commentReference", W + "subDoc"):
            self.left_out["comments" if tag == W + "commentReference" else "embedded"] += 1
            return ""
        if tag == W + "ruby":
            base, above = (child.find(W + name) for name in ("rubyBase", "rt"))
            return f"{self.inline(base, style)}({self.inline(above, style)})"
        return self.inline(child, style, font)

    def _run(self, run, style) -> str:
        properties = run.find(W + "rPr")
        if not self._is_hidden(properties, style):
            struck = is_on(properties, "strike") or is_on(properties, "dstrike")
            self.left_out["struck"] += bool(struck and run.find(W + "t") is not None)
            text = self.inline(run, style, value(properties, "rFonts", attribute="ascii"))
            place = value(properties, "vertAlign")
            return raised(text, place == "subscript") if place.endswith("script") else text
        # Its fields begin and end all the same.
        for child in run:
            if child.tag in (W + "fldChar", W + "instrText"):
                self._inline(child, style, "")
        self.left_out["hidden"] += run.find(W + "t") is not None
        return ""

    def _letters(self, text, font) -> str:
        if not draws_symbols(font):
            return text
        return "".join(self._symbol(ord(letter), font) for letter in text)

    def _symbol(self, code, font) -> str:
        """The character of a symbol; one of a font of letters is meant as it is."""
        if not draws_symbols(font) and not 0xF000 <= code <= 0xF0FF:
            return chr(code)
        return symbol(code, font)

    def _note(self, reference) -> str:
        marked = reference.get(W + "customMarkFollows") in ("1", "true", "on")
        kind = NOTES[reference.tag]
        self.notes[kind].append((reference.get(W + "id"), marked))
        number = len(self.notes[kind])
        return "" if marked else f"[{number if kind == 'footnotes' else roman(number)}]"

    def _field(self, mark) -> str:
        """Open a field, begin its result, or close it. Only results are shown, and choices and
        boxes of forms, which have none."""
        kind = mark.get(W + "fldCharType") if self.has_fields else ""
        if kind == "begin":
            self.fields.append(Field(self.in_header))
            shown = _form_field(mark.find(W + "ffData"))
            return "" if any(field.hides for field in self.fields[:-1]) else shown
        if kind == "separate" and self.fields:
            self.fields[-1].begun = True
        elif kind == "end" and self.fields:
            field = self.fields.pop()
            silent = field.begun or _SILENT.match(field.instruction)
            if not silent and not any(other.hides for other in self.fields):
                self.left_out["fields"] += 1
        return ""

    def drawing(self, element) -> list[str]:
        """The texts in a drawing: of its text boxes, shapes, diagrams and lettering."""
        found = []
        for child in self._children(element):
            name = local(child)
            if child.tag == W + "txbxContent":
                found += self.story(child)
            elif name == "txBody":
                found += _paragraphs(child)
            elif name == "relIds":
                found += self._diagram(child.get(R + "dm"))
            elif name == "textpath":
                found.append(child.get("string", ""))
            else:
                self.left_out["pictures"] += name in ("blip", "imagedata", "chart")
                found += self.drawing(child)
        return found

    def _diagram(self, key) -> list[str]:
        name = next(
            (name for found, _kind, name in self.package.links(self.part) if found == key), ""
        )
        root = self.package.xml(name) if name else None
        return _paragraphs(root) if root is not None else []

    def formula(self, element, style) -> str:
        """A formula in one line: fractions with a stroke, powers with ^, roots with √."""

        def part(name) -> str:
            found = element.find(MATH + name)
            return "" if found is None else self.inline(found, style)

        def limits() -> str:
            pairs = (("_", _grouped(part("sub"))), ("^", _grouped(part("sup"))))
            return "".join(mark + words for mark, words in pairs if words)

        def inner(mark: str) -> str:
            return mark.join(self.inline(each, style) for each in element.findall(MATH + "e"))

        match local(element):
            case "t":
                return element.text or ""
            case "f":
                return f"{_grouped(part('num'))}/{_grouped(part('den'))}"
            case "sSup" | "sSub" | "sSubSup":
                return part("e") + limits()
            case "rad":
                return f"{part('deg')}√{_grouped(part('e'))}"
            case "nary":
                return f"{_sign(element, 'chr', '∫')}{limits()} {part('e')}"
            case "d":
                return _sign(element, "begChr", "(") + inner(", ") + _sign(element, "endChr", ")")
            case "func":
                return f"{part('fName')} {part('e')}"
            case "mr" | "eqArr":
                return inner(" ") + "\n"
        return self.inline(element, style)


def _sign(element, name: str, default: str) -> str:
    """A sign that a formula names in its properties."""
    found = element.find(f"{MATH}{local(element)}Pr/{MATH}{name}")
    return default if found is None else found.get(MATH + "val", "")


class Field:
    """A field whose instruction is being read, and then its result."""

    def __init__(self, in_header: bool):
        self.in_header, self.instruction, self.begun = in_header, "", False

    @property
    def hides(self) -> bool:
        """Whether readers do not see the text at this place: an instruction, or a page number
        that every page has in its header."""
        return not self.begun or bool(self.in_header and _PAGES.match(self.instruction))


def _is_shown(alternative) -> bool:
    """Whether Word shows an alternative: its fallback only if the choice is in unknown terms."""
    needed = alternative.get("Requires", "").split()
    return all((alternative.nsmap.get(name) or "").startswith(SHOWN) for name in needed)


def _form_field(data) -> str:
    """What readers see of a box or a choice in an old form."""
    if data is None:
        return ""
    box, choice = data.find(W + "checkBox"), data.find(W + "ddList")
    if box is not None:
        ticked = is_on(box, "checked")
        return "☒" if (is_on(box, "default") if ticked is None else ticked) else "☐"
    if choice is not None:
        offered = [row.get(W + "val", "") for row in choice.findall(W + "listEntry")]
        number = int(value(choice, "result") or value(choice, "default") or "0")
        return offered[number] if number < len(offered) else ""
    return ""


def _paragraphs(root) -> list[str]:
    """The paragraphs of a text in DrawingML."""
    rows = (row for row in root.iter("{*}p") if row.find("{*}r") is not None)
    return ["".join(text.text or "" for text in row.iter("{*}t")) for row in rows]


def _grouped(text: str) -> str:
    return text if len(text) < 2 or text.isalnum() else f"({text})"
