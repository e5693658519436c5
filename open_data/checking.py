"""Check that a data package is whole: its description, its files and their checksums."""

import csv
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from django.utils.translation import gettext as _

from open_data.contents import Content
from open_data.package import DESCRIPTOR, csv_path, sha256


class PackageError(Exception):
    """A package that cannot be imported; the message names the file and, as far as there are any,
    the row and the column. Row 1 holds the names of the columns."""

    def __init__(self, message: str, file: str = "", row: int = 0, column: str = ""):
        places = [
            file,
            row and _("row %(row)d") % {"row": row},
            column and _("column %(column)s") % {"column": column},
        ]
        where = ", ".join(filter(None, places))
        super().__init__(f"{where}: {message}" if where else message)


@dataclass(frozen=True)
class Package:
    """A package in a folder whose files are those that its description names."""

    folder: Path
    files: frozenset[str]

    def rows(self, table: Content) -> Iterator[tuple[int, list[str]]]:
        """The rows of a table as texts, each with its number. Raises PackageError."""
        name = csv_path(table.name)
        # The text of a source is one cell.
        csv.field_size_limit(sys.maxsize)
        number = 1
        with (self.folder / name).open(encoding="utf-8", newline="") as file:
            try:
                rows = csv.reader(file, strict=True)
                _check_header(name, table.names, next(rows, []))
                for number, cells in enumerate(rows, 2):
                    if len(cells) != len(table.names):
                        words = _("%(found)d cells instead of %(due)d")
                        found = {"found": len(cells), "due": len(table.names)}
                        raise PackageError(words % found, name, number)
                    if any("\0" in cell for cell in cells):
                        raise PackageError(_("a cell has a null character"), name, number)
                    yield number, cells
            except (csv.Error, UnicodeDecodeError) as error:
                raise PackageError(str(error), name, number + 1) from error


def _check_header(name: str, due: list[str], found: list[str]) -> None:
    for place, column in enumerate(due):
        if place >= len(found) or found[place] != column:
            raise PackageError(_("the column is missing, or at another place"), name, 1, column)
    if extra := found[len(due) :]:
        raise PackageError(_("unknown column"), name, 1, extra[0])


def check(folder: Path, tables: list[Content]) -> Package:
    """The package in a folder, of which all files are there and have the checksums of its
    description, and which has all of these tables. Raises PackageError."""
    resources = _resources(folder)
    files = {}
    for resource in resources:
        path = resource.get("path") if isinstance(resource, dict) else None
        if not isinstance(path, str) or not _is_inside(folder, path):
            words = _("“%(path)s” is not the path of a file in this folder") % {"path": path}
            raise PackageError(words, DESCRIPTOR)
        _check_file(folder, path, resource)
        files[path] = resource
    for table in tables:
        resource = files.get(csv_path(table.name))
        if resource is None:
            words = _("the table %(table)s is missing") % {"table": table.name}
            raise PackageError(words, DESCRIPTOR)
        _check_schema(table, resource.get("schema"))
    return Package(folder, frozenset(files))


def _resources(folder: Path) -> list:
    try:
        content = json.loads((folder / DESCRIPTOR).read_text(encoding="utf-8"))
    except OSError as error:
        raise PackageError(
            _("%(folder)s has no such file") % {"folder": folder}, DESCRIPTOR
        ) from error
    except (ValueError, RecursionError) as error:
        raise PackageError(_("not JSON: %(error)s") % {"error": error}, DESCRIPTOR) from error
    resources = content.get("resources") if isinstance(content, dict) else None
    if not isinstance(resources, list):
        raise PackageError(_("no list of resources"), DESCRIPTOR)
    return resources


def _is_inside(folder: Path, path: str) -> bool:
    """Whether a path leads to a place in the folder, also through links."""
    parts = PurePosixPath(path).parts
    if not parts or ".." in parts or path.startswith("/") or "\\" in path or "\0" in path:
        return False
    return (folder / path).resolve().is_relative_to(folder.resolve())


def _check_file(folder: Path, path: str, resource: dict) -> None:
    file = folder / path
    if not file.is_file():
        raise PackageError(_("the file is missing"), path)
    size = file.stat().st_size
    if size != resource.get("bytes"):
        words = _("%(found)s bytes instead of %(due)s")
        raise PackageError(words % {"found": size, "due": resource.get("bytes")}, path)
    found = f"sha256:{sha256(file)}"
    if found != resource.get("hash"):
        words = _("the checksum is %(found)s instead of %(due)s")
        raise PackageError(words % {"found": found, "due": resource.get("hash")}, path)


def _check_schema(table: Content, schema) -> None:
    """Raise PackageError if the columns of a table differ in name or type from those of this
    version of the application."""
    name = csv_path(table.name)
    fields = schema.get("fields") if isinstance(schema, dict) else None
    if not isinstance(fields, list) or not all(isinstance(one, dict) for one in fields):
        raise PackageError(_("the description has no schema of it"), name)
    _check_header(name, table.names, [str(one.get("name")) for one in fields])
    for due, found in zip(table.fields, fields, strict=True):
        if due["type"] != found.get("type"):
            words = _("the type is %(found)s instead of %(due)s")
            said = {"found": found.get("type"), "due": due["type"]}
            raise PackageError(words % said, name, column=due["name"])
