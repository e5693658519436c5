"""The parts of a Word document: its package, styles and automatic numbering (ECMA-376)."""

import posixpath
from collections.abc import Iterator
from io import BytesIO
from zipfile import ZipFile

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
DC = "{http://purl.org/dc/elements/1.1/}"
# The namespaces of strict documents, in place of which we read those of all others.
STRICT = {
    b"http://purl.oclc.org/ooxml/wordprocessingml/main": W[1:-1].encode(),
    b"http://purl.oclc.org/ooxml/officeDocument/relationships": R[1:-1].encode(),
}


def local(element) -> str:
    """The name of an element without its namespace; empty for a comment or an instruction."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def value(element, *path: str, attribute: str = "val", default: str = "") -> str:
    """An attribute of the first element at a path of names in the namespace of Word."""
    for name in path:
        element = element.find(W + name) if element is not None else None
    return default if element is None else element.get(W + attribute, default)


def is_on(element, name: str) -> bool | None:
    """A property that is on or off, such as `vanish`; None if it is not set."""
    found = element.find(W + name) if element is not None else None
    return None if found is None else found.get(W + "val", "1") not in ("0", "false", "off")


class Package:
    """The parts of a document, read on demand, and the relationships between them."""

    def __init__(self, content: bytes):
        self.archive = ZipFile(BytesIO(content))
        self.names = {name.lower(): name for name in self.archive.namelist()}

    def xml(self, name: str):
        """The root element of a part; None if the part is missing."""
        if name.lower() not in self.names:
            return None
        content = self.archive.read(self.names[name.lower()])
        for strict, usual in STRICT.items():
            content = content.replace(strict, usual)
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
        )
        return etree.fromstring(content, parser)

    def links(self, part: str) -> Iterator[tuple[str, str, str]]:
        """The relationships of a part to others: id, the last word of its type, and the name of
        the part. The package itself is the part with an empty name."""
        folder, name = posixpath.split(part)
        rows = self.xml(posixpath.join(folder, "_rels", f"{name}.rels"))
        for row in rows if rows is not None else ():
            if row.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, row.get("Target", "")))
                yield row.get("Id", ""), row.get("Type", "").rsplit("/", 1)[-1], target.lstrip("/")

    def linked(self, part: str, kind: str) -> str:
        """The name of the part to which a part has a relationship of this type, or empty."""
        return next((name for _id, of, name in self.links(part) if of == kind), "")

    def linked_xml(self, part: str, kind: str):
        """The root element of that part; None without one."""
        name = self.linked(part, kind)
        return self.xml(name) if name else None


class Styles:
    """Styles by id, with the properties that they inherit."""

    def __init__(self, root):
        rows = root.findall(W + "style") if root is not None else []
        self.rows = {row.get(W + "styleId"): row for row in rows}
        self.default = next(
            (
                row.get(W + "styleId")
                for row in rows
                if row.get(W + "type") == "paragraph" and row.get(W + "default") in ("1", "true")
            ),
            "",
        )

    def chain(self, style: str) -> Iterator:
        """A style and those that it is based on."""
        seen = set()
        while style in self.rows and style not in seen:
            seen.add(style)
            yield self.rows[style]
            style = value(self.rows[style], "basedOn")

    def hides(self, style: str) -> bool:
        """Whether a style hides its text."""
        states = (is_on(row.find(W + "rPr"), "vanish") for row in self.chain(style))
        return next((state for state in states if state is not None), False)

    def numbering(self, style: str) -> tuple[str, str]:
        """The list (numId) and level of a style; empty if it has none."""
        for row in self.chain(style):
            if number := value(row, "pPr", "numPr", "numId"):
                return number, value(row, "pPr", "numPr", "ilvl")
        return "", ""


class Numbering:
    """The automatic numbers of paragraphs, counted in the order of the text."""

    def __init__(self, root, styles: Styles):
        self.styles = styles
        self.abstract = {} if root is None else {
            row.get(W + "abstractNumId"): row for row in root.findall(W + "abstractNum")
        }  # fmt: skip
        self.lists = {} if root is None else {
            row.get(W + "numId"): row for row in root.findall(W + "num")
        }  # fmt: skip
        self.counts: dict[str, dict[int, int]] = {}
        self.begun: set[str] = set()

    def label(self, paragraph, style: str) -> str:
        """The number or bullet of the next paragraph, with the space after it; empty if it has
        none."""
        number, level = self._place(paragraph, style)
        of = self._abstract_of(number)
        if of is None:
            return ""
        levels = self._levels(number, of)
        if not level:
            level = next((n for n, row in levels.items() if value(row, "pStyle") == style), 0)
        row = levels.get(int(level))
        if row is None:
            return ""
        counts = self._count(number, of.get(W + "abstractNumId"), levels, int(level))
        words = self._words(levels, counts, row)
        return words if not words or value(row, "suff") == "nothing" else f"{words} "

    def _place(self, paragraph, style):
        number = value(paragraph, "pPr", "numPr", "numId")
        level = value(paragraph, "pPr", "numPr", "ilvl")
        if number:
            return number, level or "0"
        number, of_style = self.styles.numbering(style)
        return number, level or of_style

    def _abstract_of(self, number):
        """The definition of a list, which may be that of a style; None if it has none."""
        for _step in range(5):
            found = self.abstract.get(value(self.lists.get(number), "abstractNumId"))
            linked = value(found, "numStyleLink")
            if not linked:
                return found
            number, _level = self.styles.numbering(linked)
        return None

    def _levels(self, number, abstract) -> dict:
        levels = {int(row.get(W + "ilvl")): row for row in abstract.findall(W + "lvl")}
        for row in self.lists[number].findall(W + "lvlOverride"):
            if (own := row.find(W + "lvl")) is not None:
                levels[int(row.get(W + "ilvl"))] = own
        return levels

    def _count(self, number, abstract, levels, level) -> dict[int, int]:
        """The counts of all levels with this paragraph. Lists with one definition go on counting
        where the other stopped, unless they have a start of their own."""
        counts = self.counts.setdefault(abstract, {})
        if number not in self.begun:
            self.begun.add(number)
            for row in self.lists[number].findall(W + "lvlOverride"):
                if first := value(row, "startOverride"):
                    counts[int(row.get(W + "ilvl"))] = int(first) - 1
        for above in range(level):
            counts.setdefault(above, self._start(levels, above))
        counts[level] = counts.get(level, self._start(levels, level) - 1) + 1
        for below in [one for one in counts if one > level]:
            restart = value(levels.get(below), "lvlRestart")
            if not restart or level < int(restart):
                del counts[below]
        return counts

    @staticmethod
    def _start(levels, level) -> int:
        return int(value(levels.get(level), "start", default="0"))

    @staticmethod
    def _words(levels, counts, row) -> str:
        if value(row, "numFmt") == "bullet":
            text = value(row, "lvlText")
            return text if text in ("-", "–", "—") or not text else "•"
        words = value(row, "lvlText")
        digits = is_on(row, "isLgl")
        for level in sorted(levels):
            if f"%{level + 1}" in words:
                form = "decimal" if digits else value(levels[level], "numFmt", default="decimal")
                words = words.replace(f"%{level + 1}", in_format(counts.get(level, 0), form))
        return words


_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l")),
    *((40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)
_LETTERS = {"Letter": "abcdefghijklmnopqrstuvwxyz", "russian": "абвгдежзиклмнопрстуфхцчшщэюя"}


def in_format(number: int, form: str) -> str:
    """A number in one of Word's formats; in digits if the format is another."""
    if form in ("lowerRoman", "upperRoman"):
        found = roman(number)
    elif form in ("lowerLetter", "upperLetter", "russianLower", "russianUpper") and number > 0:
        letters = _LETTERS["russian" if form.startswith("russian") else "Letter"]
        times, place = divmod(number - 1, len(letters))
        found = letters[place] * (times + 1)
    elif form == "none":
        found = ""
    elif form == "decimalZero":
        found = f"{number:02}"
    else:
        found = str(number)
    return found.upper() if "upper" in form or form.endswith("Upper") else found


def roman(number: int) -> str:
    """A positive number in small Roman numerals."""
    words = ""
    for size, letters in _ROMAN:
        times, number = divmod(number, size)
        words += letters * times
    return words
