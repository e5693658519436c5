"""Files that wait between their upload and their import, with what is known of the list."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path

import tomli_w
from django.utils.translation import gettext_lazy as _

from core.rows import FileError
from core.uploads import TOKEN, between_requests, new_token
from desk.adapters import adapter_mapped, adapter_named
from sources.importing import Adapter, Report, run

GONE = _(
    "This upload no longer exists. Check whether its records are there, or upload the file again."
)


@dataclass
class About:
    """What is known of an uploaded file: its name, the list or the mapping that describes it, and
    the date of the list (YYYY-MM-DD, or empty)."""

    file: str = ""
    name: str = ""
    mapping: str = ""
    as_of: str = ""


@dataclass
class Upload:
    """A file stored between requests under an unguessable name."""

    token: str = field(default_factory=new_token)
    about: About = field(default_factory=About)
    ending: str = "csv"

    @classmethod
    def waiting(cls, token: str) -> "Upload | None":
        """The upload with this token; None if it is no longer stored."""
        if not TOKEN.fullmatch(token):
            return None
        upload = cls(token)
        if not upload.file.exists():
            return None
        with suppress(FileNotFoundError):
            upload.about = About(**json.loads(upload.path("list").read_text(encoding="utf-8")))
        return upload

    def path(self, ending: str) -> Path:
        return between_requests(self.token, ending)

    @property
    def file(self) -> Path:
        return self.path(self.ending)

    @property
    def rejects(self) -> Path:
        return self.path("rejects.csv")

    def keep(self, file) -> None:
        """Store an uploaded file."""
        with self.file.open("wb") as target:
            for chunk in file.chunks():
                target.write(chunk)
        self.about.file = file.name
        self.save()

    def save(self) -> None:
        self.path("list").write_text(json.dumps(asdict(self.about)), encoding="utf-8")

    def describe(self, content: Mapping) -> None:
        """Store a mapping."""
        self.about.mapping = tomli_w.dumps(content)
        self.save()

    def adapter(self) -> Adapter:
        """The adapter of the list. Raises FileError if its mapping is invalid or gone."""
        if self.about.name:
            return adapter_named(self.about.name)
        if not self.about.mapping:
            raise FileError(GONE)
        return adapter_mapped(self.about.mapping.encode())

    def run(self, **options) -> Report:
        """Import the file, or report what an import would do. The rejected rows are stored."""
        as_of = date.fromisoformat(self.about.as_of) if self.about.as_of else None
        self.rejects.unlink(missing_ok=True)
        return run(self.adapter(), self.file, as_of=as_of, rejects=self.rejects, **options)

    def claim(self) -> bool:
        """Take the file for the import; False if another request has taken it."""
        try:
            self.file.rename(self.path("claimed"))
        except FileNotFoundError:
            return False
        self.ending = "claimed"
        return True

    def drop(self) -> None:
        """Delete the file and what is known of it; the rejected rows stay for a day."""
        for path in (self.file, self.path("list")):
            path.unlink(missing_ok=True)
