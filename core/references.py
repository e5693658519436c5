"""References for reference managers, as BibTeX entries, RIS records and CSL-JSON items.

docs/references.md has a table of the types and fields of each format.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from os.path import commonprefix

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.dates import Edtf

# The formats by the ending of their addresses, with their media types.
CITED = {
    "bib": "application/x-bibtex",
    "ris": "application/x-research-info-systems",
    "csl.json": "application/vnd.citationstyles.csl+json",
}
SITE = gettext_lazy("Bilateral relations")
# The entry types of biblatex and the record types of RIS, by type in CSL. Only biblatex and CSL
# have a type for treaties: in RIS they are statutes.
TYPES = {
    "article-newspaper": ("article", "NEWS"),
    "dataset": ("dataset", "DATA"),
    "document": ("misc", "GEN"),
    "entry-encyclopedia": ("inreference", "ENCYC"),
    "report": ("report", "RPRT"),
    "treaty": ("legal", "STAT"),
    "webpage": ("misc", "ELEC"),
}
# The fields of biblatex for the work that contains another, and for its publisher, by type in CSL.
_CONTAINERS = {
    "article-newspaper": "journal",
    "entry-encyclopedia": "booktitle",
    "treaty": "series",
}
_PUBLISHERS = {"report": "institution", "webpage": "organization"}
# Characters with a special meaning in BibTeX. A command has an empty argument, as it would take in
# a space after it.
_ESCAPES = str.maketrans(
    {character: f"\\{character}" for character in "&%$#_{}"}
    | {"\\": r"\textbackslash{}", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}"}
)
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Reference:
    """What a reference manager stores of a work or of a page of ours.

    `type` is one of TYPES; `read` is the day on which the address was opened, None if unknown;
    `authors` are names as they are to be printed.
    """

    key: str
    title: str
    url: str
    read: date | None = None
    type: str = "webpage"
    date: Edtf = Edtf.parse("")
    authors: tuple[str, ...] = ()
    genre: str = ""
    container: str = ""
    publisher: str = ""
    place: str = ""
    number: str = ""
    volume: str = ""
    page: str = ""
    version: str = ""
    language: str = ""
    database: str = ""
    abstract: str = ""
    note: str = ""

    def at(self, origin: str) -> "Reference":
        """The reference with an absolute address, if it is one of ours."""
        return replace(self, url=origin + self.url) if self.url.startswith("/") else self

    @property
    def issued(self) -> tuple[int, ...]:
        """The year, month and day that are known, as in (2024, 3)."""
        if not self.date.earliest or not self.date.latest:
            return ()
        ends = (self.date.earliest.timetuple()[:3], self.date.latest.timetuple()[:3])
        return tuple(commonprefix(ends))

    @property
    def notes(self) -> str:
        """The note, after the date in words if numbers cannot express it."""
        vague = self.date and not (self.date.iso and self.date.is_definite)
        words = _("Date: %(date)s.") % {"date": self.date.describe()} if vague else ""
        return " ".join(filter(None, (words, self.note)))

    def bib(self) -> str:
        """A BibTeX entry, with the types and fields of biblatex."""
        # A page is listed under the name of the site.
        authors = self.authors or ((self.container,) if self.type == "webpage" else ())
        container = _CONTAINERS.get(self.type, "")
        values = {
            "title": f"{{{_escaped(self.title)}}}",
            "author": " and ".join(f"{{{_escaped(name)}}}" for name in authors),
            "type": _escaped(self.genre),
            container: _escaped(self.container),
            _PUBLISHERS.get(self.type, "publisher"): _escaped(self.publisher),
            "year": str(self.issued[0]) if self.issued else "",
            # With more than a year: the date as biblatex and reference managers read it.
            "date": self._biblatex_date(),
            "location": _escaped(self.place),
            "number": _escaped(self.number),
            "volume": _escaped(self.volume),
            "pages": _escaped(self.page),
            "version": _escaped(self.version),
            "url": self.url,
            "urldate": self.read.isoformat() if self.read else "",
            "abstract": _escaped(self.abstract),
            "note": _escaped(self.notes),
        }
        lines = ",\n".join(
            f"  {name} = {{{value}}}" for name, value in values.items() if name and value
        )
        return f"@{TYPES[self.type][0]}{{{self.key},\n{lines}\n}}\n"

    def _biblatex_date(self) -> str:
        if self.date.iso and not self.date.is_definite:
            return str(self.date)
        return "-".join(f"{part:02}" for part in self.issued) if len(self.issued) > 1 else ""

    def ris(self) -> str:
        """A RIS record."""
        day = "/".join([*(f"{part:02}" for part in self.issued), "", "", ""][:3])
        values = [
            ("TY", TYPES[self.type][1]),
            # A comma at the end marks a name that is not a surname and a given name.
            *(("AU", name if "," in name else f"{name},") for name in self.authors),
            ("TI", self.title),
            ("T2", self.container),
            ("PY", str(self.issued[0]) if self.issued else ""),
            ("DA", f"{day}/" if len(self.issued) > 1 else ""),
            ("M3", self.genre),
            ("CY", self.place),
            ("PB", self.publisher),
            ("IS", self.number),
            ("VL", self.volume),
            ("SP", self.page),
            ("ET", self.version),
            ("LA", self.language),
            ("DB", self.database),
            ("UR", self.url),
            ("Y2", f"{self.read:%Y/%m/%d}" if self.read else ""),
            ("AB", self.abstract),
            ("N1", self.notes),
            ("ER", ""),
        ]
        return "".join(
            f"{tag}  - {_SPACE.sub(' ', value)}\r\n"
            for tag, value in values
            if value or tag == "ER"
        )

    def csl(self) -> dict:
        """A CSL-JSON item."""
        values = {
            "id": self.key,
            "type": self.type,
            "title": self.title,
            "author": [{"literal": name} for name in self.authors],
            "issued": self._csl_date(),
            "genre": self.genre,
            "container-title": self.container,
            "publisher": self.publisher,
            "event-place" if self.type == "treaty" else "publisher-place": self.place,
            "number": self.number,
            "volume": self.volume,
            "page": self.page,
            "version": self.version,
            "language": self.language,
            "source": self.database,
            "URL": self.url,
            "accessed": self.read and {"date-parts": [[*self.read.timetuple()[:3]]]},
            "abstract": self.abstract,
            "note": self.notes,
        }
        return {name: value for name, value in values.items() if value}

    def _csl_date(self) -> dict:
        if self.issued:
            circa = {} if self.date.is_definite else {"circa": True}
            return {"date-parts": [[*self.issued]]} | circa
        return {"literal": self.date.describe()} if self.date else {}

    def metadata(self) -> list[tuple[str, str]]:
        """The <meta> elements, by name and content, that reference managers read in a page."""
        day = "/".join(f"{part:02}" for part in self.issued)
        values = [
            ("citation_title", self.title),
            *(("citation_author", name) for name in self.authors),
            ("citation_publication_date", day),
            ("citation_publisher", self.publisher or self.container or self.database),
            ("citation_volume", self.volume),
            ("citation_firstpage", self.page),
            ("citation_language", self.language),
            ("citation_public_url", self.url),
        ]
        return [(name, value) for name, value in values if value]


def bib_entries(references: Iterable[Reference]) -> Iterator[str]:
    """References as the entries of a BibTeX file."""
    for number, reference in enumerate(references):
        yield ("\n" if number else "") + reference.bib()


def ris_records(references: Iterable[Reference]) -> Iterator[str]:
    """References as the records of a RIS file."""
    for reference in references:
        yield reference.ris()


def csl_items(references: Iterable[Reference]) -> Iterator[str]:
    """References as the items of a CSL-JSON file, one per line."""
    yield "["
    for number, reference in enumerate(references):
        yield (",\n" if number else "\n") + json.dumps(reference.csl(), ensure_ascii=False)
    yield "\n]\n"


def _escaped(text: str) -> str:
    """Text for BibTeX, on one line: characters with a special meaning are escaped."""
    return _SPACE.sub(" ", text.translate(_ESCAPES))
