"""Citations of the page of a pair: as a sentence, and as references for reference managers."""

from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.references import Reference
from relations.models import Relation


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
    def reference(self) -> Reference:
        return Reference(
            key=f"{self.pair.slug}-{self.read:%Y%m%d}",
            title=str(self.pair),
            url=self.url,
            read=self.read,
            issued=((self.changed or self.read).year,),
            note=self.note,
        )
