"""The citation of a page of ours as a sentence."""

from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.references import SITE


@dataclass(frozen=True, slots=True)
class PageCitation:
    """A page as read on a day, by its title and permanent address. `version` is that of its row, 0
    if it has none; `changed` is the day of this version, or of the newest record."""

    title: str
    url: str
    read: date
    changed: date | None = None
    version: int = 0

    def __str__(self) -> str:
        parts = [f"“{self.title}”", str(SITE), self.url, self.state]
        return _("%(parts)s (accessed %(day)s).") % {
            "parts": ", ".join(filter(None, parts)),
            "day": date_format(self.read),
        }

    @property
    def state(self) -> str:
        """The version of the page in words, as far as it is known."""
        words = {"version": self.version, "day": self.changed and date_format(self.changed)}
        if not self.version:
            return _("as of %(day)s") % words if self.changed else ""
        if not self.changed:
            return _("version %(version)s") % words
        return _("version %(version)s of %(day)s") % words
