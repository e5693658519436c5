"""The data package that /data/ offers: what export_data has written to the folder EXPORTS."""

import json
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.urls import reverse

from open_data.package import ARCHIVE, ARCHIVE_CHECKSUM, CHECKSUMS, DESCRIPTOR

MEDIA_TYPES = {ARCHIVE: "application/zip", CHECKSUMS: "text/plain; charset=utf-8"}


@dataclass(frozen=True)
class Offer:
    """A file of the package, with its size in bytes and its SHA-256, which is empty for the file
    of checksums."""

    path: str
    media_type: str
    size: int
    checksum: str
    description: str = ""

    @property
    def url(self) -> str:
        return reverse("open_data:file", args=[self.path])

    @property
    def file(self) -> Path:
        return settings.EXPORTS / self.path


@dataclass(frozen=True)
class Export:
    """A package by the date of its newest change, with its files."""

    date: str
    archive: Offer
    checksums: Offer
    descriptor: Offer
    tables: list[Offer]
    others: list[Offer]

    @property
    def lists(self) -> list[list[Offer]]:
        return [self.tables, self.others]

    def offer(self, path: str) -> Offer | None:
        """The file at a path; None if the package has no such file."""
        named = (self.archive, self.checksums, self.descriptor)
        return next((one for one in (*named, *self.tables, *self.others) if one.path == path), None)


def newest() -> Export | None:
    """The package in EXPORTS; None if no export has been made, or another is moved there just
    now."""
    try:
        content = json.loads((settings.EXPORTS / DESCRIPTOR).read_text(encoding="utf-8"))
        sums = [
            line
            for name in (CHECKSUMS, ARCHIVE_CHECKSUM)
            for line in (settings.EXPORTS / name).read_text(encoding="utf-8").splitlines()
        ]
        checksums = {
            path: digest for digest, _space, path in (line.partition("  ") for line in sums)
        }
        named = [
            Offer(
                path,
                MEDIA_TYPES.get(path, "application/json"),
                (settings.EXPORTS / path).stat().st_size,
                checksums.get(path, ""),
            )
            for path in (ARCHIVE, CHECKSUMS, DESCRIPTOR)
        ]
    except FileNotFoundError:
        return None
    offers = [
        Offer(
            one["path"],
            one.get("mediatype", "application/octet-stream"),
            one["bytes"],
            one["hash"].removeprefix("sha256:"),
            one.get("description", ""),
        )
        for one in content["resources"]
    ]
    tables = [one for one in offers if one.path.startswith("data/")]
    return Export(
        content.get("version", ""), *named, tables, [one for one in offers if one not in tables]
    )
