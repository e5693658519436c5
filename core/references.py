"""References for reference managers: pages of ours as BibTeX entries and RIS records."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from os.path import commonprefix

from django.utils.translation import gettext as _

from core.dates import today

# The formats, with their media types.
CITED = {"bib": "application/x-bibtex", "ris": "application/x-research-info-systems"}
# Characters with a special meaning in BibTeX.
_SPECIAL = re.compile(r"([&%$#_{}])")
_UNSAFE = re.compile(r"[\\^~]")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Reference:
    """A page of ours as read on a day. `issued` has the year, month and day that are known, as in
    (2024, 3)."""

    key: str
    title: str
    url: str
    read: date
    issued: tuple[int, ...] = ()
    note: str = ""
    abstract: str = ""

    @classmethod
    def of_row(cls, row: dict) -> "Reference":
        """The reference of a serialized record, with its sources as a note."""
        sources = dict.fromkeys(cited["source"] for cited in row["citations"])
        return cls(
            key=row["id"],
            title=row["title"],
            url=row["url"],
            read=today(),
            issued=_certain_parts(row["date_earliest"], row["date_latest"]),
            note=_("Sources: %(sources)s") % {"sources": ", ".join(sources)} if sources else "",
            abstract=row["summary"],
        )

    def bib(self) -> str:
        """A BibTeX entry."""
        values = {
            "title": f"{{{_escaped(self.title)}}}",
            "author": f"{{{_('Bilateral relations')}}}",
            "year": str(self.issued[0]) if self.issued else "",
            # With more than a year: the date as biblatex and reference managers read it.
            "date": "-".join(f"{part:02}" for part in self.issued) if len(self.issued) > 1 else "",
            "url": self.url,
            "urldate": self.read.isoformat(),
            "abstract": _escaped(self.abstract),
            "note": _escaped(self.note),
        }
        lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in values.items() if value)
        return f"@misc{{{self.key},\n{lines}\n}}\n"

    def ris(self) -> str:
        """A RIS record."""
        day = "/".join([*(f"{part:02}" for part in self.issued), "", "", ""][:3])
        values = [
            ("TY", "ELEC"),
            ("TI", self.title),
            ("T2", _("Bilateral relations")),
            ("PY", str(self.issued[0]) if self.issued else ""),
            ("DA", f"{day}/" if len(self.issued) > 1 else ""),
            ("UR", self.url),
            ("Y2", f"{self.read:%Y/%m/%d}"),
            ("AB", self.abstract),
            ("N1", self.note),
            ("ER", ""),
        ]
        return "".join(
            f"{tag}  - {_SPACE.sub(' ', value)}\r\n"
            for tag, value in values
            if value or tag == "ER"
        )


def bib_entries(rows: Iterable[dict]) -> Iterator[str]:
    """Serialized records as the entries of a BibTeX file."""
    for number, row in enumerate(rows):
        yield ("\n" if number else "") + Reference.of_row(row).bib()


def ris_records(rows: Iterable[dict]) -> Iterator[str]:
    """Serialized records as the records of a RIS file."""
    for row in rows:
        yield Reference.of_row(row).ris()


def _certain_parts(earliest: str | None, latest: str | None) -> tuple[int, ...]:
    """The year, month and day that two ISO dates have in common."""
    if not earliest or not latest:
        return ()
    parts = commonprefix([earliest.split("-"), latest.split("-")])
    return tuple(int(part) for part in parts)


def _escaped(text: str) -> str:
    """Text for BibTeX, on one line: characters with a special meaning are escaped."""
    text = _SPECIAL.sub(r"\\\1", _UNSAFE.sub(_command, text))
    return _SPACE.sub(" ", text)


def _command(match) -> str:
    return {"\\": r"\textbackslash ", "^": r"\textasciicircum ", "~": r"\textasciitilde "}[match[0]]
