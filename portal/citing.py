"""Citations of the page of a pair: as a sentence, and as files for reference managers."""

import re
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from relations.models import Relation

# Characters with a special meaning in BibTeX.
_SPECIAL = re.compile(r"([&%$#_{}])")


@dataclass(frozen=True, slots=True)
class PageCitation:
    """The page of a pair as read on a day; `changed` is the day of its newest record."""

    pair: Relation
    url: str
    read: date
    changed: date | None

    def __str__(self) -> str:
        parts = [f"“{self.pair}”", _("Bilateral relations"), self.url, self.note]
        return _("%(parts)s (accessed %(day)s).") % {
            "parts": ", ".join(filter(None, parts)),
            "day": date_format(self.read),
        }

    @property
    def note(self) -> str:
        return _("as of %(day)s") % {"day": date_format(self.changed)} if self.changed else ""

    @property
    def year(self) -> int:
        return (self.changed or self.read).year

    def bib(self) -> str:
        """The citation as a BibTeX entry."""
        title = _SPECIAL.sub(r"\\\1", str(self.pair))
        values = {
            "title": f"{{{title}}}",
            "author": f"{{{_('Bilateral relations')}}}",
            "year": str(self.year),
            "url": self.url,
            "urldate": self.read.isoformat(),
            "note": self.note,
        }
        lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in values.items() if value)
        return f"@misc{{{self.pair.slug}-{self.read:%Y%m%d},\n{lines}\n}}\n"

    def ris(self) -> str:
        """The citation as a RIS record."""
        values = [
            ("TY", "ELEC"),
            ("TI", str(self.pair)),
            ("T2", _("Bilateral relations")),
            ("PY", str(self.year)),
            ("UR", self.url),
            ("Y2", f"{self.read:%Y/%m/%d}"),
            ("N1", self.note),
            ("ER", ""),
        ]
        return "".join(f"{tag}  - {value}\r\n" for tag, value in values if value or tag == "ER")
