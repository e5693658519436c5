"""The descriptions of a package: datapackage.json, and metadata.json for Datasette."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from open_data.contents import Content, key_of

DESCRIPTOR, METADATA, CHECKSUMS = "datapackage.json", "metadata.json", "SHA256SUMS"
ARCHIVE, SQLITE = "bilateral-relations.zip", "bilateral-relations.sqlite"
ARCHIVE_CHECKSUM = f"{ARCHIVE}.sha256"
NAME = "bilateral-relations"
CC0 = {
    "name": "CC0-1.0",
    "path": "https://creativecommons.org/publicdomain/zero/1.0/",
    "title": "Creative Commons Zero v1.0 Universal",
}
# Tables with the words of others.
NOT_OURS = ("source_texts", "source_files")
_TYPES = {
    ".csv": ("csv", "text/csv"),
    ".jsonl": ("jsonl", "application/jsonl"),
    ".sqlite": ("sqlite", "application/vnd.sqlite3"),
    ".json": ("json", "application/json"),
}


def csv_path(table: str) -> str:
    """The path of a table in the package, as CSV."""
    return f"data/{table}.csv"


def json_lines_path(table: str) -> str:
    """The path of a table in the package, as JSON Lines."""
    return f"json-lines/{table}.jsonl"


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def descriptor(folder: Path, tables: Iterable[Content], newest: str) -> dict:
    """The content of datapackage.json (Data Package 1.0) for the files in a folder. `newest` is the
    time of the newest public change."""
    tables = list(tables)
    found = {
        "profile": "data-package",
        "name": NAME,
        "title": _("Bilateral relations"),
        "description": _(
            "Relations between countries: treaties, visits, events, memberships, trade and "
            "investment. Each value names the place in the source that states it."
        ),
        "licenses": [CC0],
        "contributors": [{"title": _("The editors of Bilateral relations"), "role": "author"}],
        "sources": [{"title": _("The documents and data sets in sources.csv")}],
    }
    if settings.SITE_URL:
        found["homepage"] = settings.SITE_URL
        found["sources"] = [{**found["sources"][0], "path": f"{settings.SITE_URL}/sources/"}]
    if newest:
        found |= {"version": newest[:10], "created": newest}
    described = {csv_path(table.name): _tabular(table) for table in tables}
    resources = [
        described.get(path, {"name": _name(path), "profile": "data-resource", "type": "file"})
        | _file(folder, path)
        for path in paths(folder)
    ]
    return found | {"resources": resources}


def _file(folder: Path, path: str) -> dict:
    """The description of a file: its path, type, size, checksum, and rights if they are not ours to
    give."""
    found = {"path": path}
    if form := _TYPES.get(Path(path).suffix):
        found |= {"format": form[0], "mediatype": form[1], "encoding": "utf-8"}
    found |= {
        "bytes": (folder / path).stat().st_size,
        "hash": f"sha256:{sha256(folder / path)}",
    }
    if path.startswith("files/") or Path(path).stem in NOT_OURS:
        words = _("See rights and licence in sources.csv")
        found["licenses"] = [{"path": csv_path("sources"), "title": words}]
    return found


def paths(folder: Path) -> list[str]:
    """The files of a package that its descriptor lists, in order."""
    left_out = {DESCRIPTOR, CHECKSUMS, ARCHIVE, ARCHIVE_CHECKSUM}
    found = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return sorted(path for path in found if path not in left_out)


def _tabular(table: Content) -> dict:
    return {
        "name": table.name,
        "profile": "tabular-data-resource",
        "description": str(table.description),
        "schema": {
            "fields": table.fields,
            "missingValues": [""],
            "primaryKey": key_of(table),
            "foreignKeys": [
                {
                    "fields": [name],
                    "reference": {
                        "resource": "" if target == table.name else target,
                        "fields": ["id"],
                    },
                }
                for name, target in table.keys.items()
            ],
        },
    }


def _name(path: str) -> str:
    """The name of a resource that is not a table: its path, of the characters allowed in names."""
    return path.lower().replace("/", "-").replace(".jsonl", "-jsonl")


def metadata(tables: Iterable[Content]) -> dict:
    """The content of metadata.json, which Datasette shows with the SQLite file."""
    shown = {
        table.name: {
            "description": str(table.description),
            "columns": {
                one["name"]: ". ".join(filter(None, (one.get("title"), one.get("description"))))
                for one in table.fields
                if one.get("title") or one.get("description")
            },
        }
        for table in tables
    }
    return {
        "title": _("Bilateral relations"),
        "license": CC0["name"],
        "license_url": CC0["path"],
        "source": _("Bilateral relations"),
        **({"source_url": settings.SITE_URL} if settings.SITE_URL else {}),
        "databases": {NAME: {"tables": shown}},
    }


def as_json(content: dict) -> str:
    """A description as the text of a file."""
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"
