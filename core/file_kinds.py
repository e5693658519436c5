"""What kind of file a list is in: text, a spreadsheet, or something that cannot be imported."""

import gzip
import io
import re
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _

from core.row_types import FileError

CSV, XLSX, ODS = "CSV", "XLSX", "ODS"
# How much of a file is looked at before it is read.
HEAD = 1 << 16
# A compressed file may unpack to so many bytes. One that grows more than GROWTH times is refused
# above FREE bytes: the lists that we have seen grow ten to forty times.
UNPACKED, GROWTH, FREE = 2 << 30, 200, 64 << 20
_GZIP, _ZIP, _OLE = b"\x1f\x8b", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAGIC = {
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"Rar!": "RAR",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"%PDF": "PDF",
    b"{\\rtf": "RTF",
    b"PAR1": "Parquet",
    b"SQLite format 3": "SQLite",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
}
_ARCHIVES = {"gzip", "zip", "bzip2", "xz", "7z", "RAR", "zstd", "tar"}
_HTML = re.compile(
    rb"(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|meta|body|table)\b", re.I | re.S
)
_JSON = re.compile(rb"\[\s*[\[{\"\]]|\{\s*[\"}]")
_OFFICE_2003 = b"urn:schemas-microsoft-com:office:spreadsheet"
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument."


def kind_of(path: Path) -> str:
    """CSV (also if packed by gzip), XLSX or ODS. Raises FileError with the name of another kind."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    if head.startswith(_ZIP):
        return _kind_of_zip(path)
    if head.startswith(_OLE):
        raise FileError(_office_97(path))
    if not head.startswith(_GZIP):
        _refuse_others(head)
    return CSV


def opened(path: Path) -> BinaryIO:
    """A text file as bytes, unpacked while it is read. Raises FileError if the gzip file is
    damaged, too large, or contains something else than a list."""
    with path.open("rb") as file:
        if not file.read(2).startswith(_GZIP):
            return path.open("rb", HEAD)
    _check_gzip(path)
    file = io.BufferedReader(gzip.GzipFile(path), HEAD)
    inner = file.peek(HEAD)
    name = next((kind for magic, kind in _MAGIC.items() if inner.startswith(magic)), "")
    if inner.startswith(_ZIP):
        name = "zip"
    elif inner.startswith(_OLE):
        name = "XLS"
    elif inner[257:262] == b"ustar":
        name = "tar"
    if name:
        file.close()
        raise FileError(
            _("This gzip file contains a %(kind)s file, not a list in CSV. Unpack it first.")
            % {"kind": name}
        )
    _refuse_others(inner)
    return file


def _check_gzip(path: Path) -> None:
    """Unpack once without storing anything, so that a damaged file changes nothing."""
    unpacked, packed = 0, path.stat().st_size
    try:
        with gzip.GzipFile(path) as file:
            while chunk := file.read(1 << 20):
                unpacked += len(chunk)
                check_size(unpacked, packed)
    except (EOFError, OSError, zlib.error) as error:
        raise FileError(_("The gzip file is damaged or cut off. Get it again.")) from error


def check_size(unpacked: int, packed: int) -> None:
    """Raise FileError if a compressed file unpacks to far more than a list."""
    if unpacked > UNPACKED or (unpacked > FREE and unpacked > GROWTH * packed):
        raise FileError(
            _(
                "The compressed file unpacks to more than %(size)d MB, too much for a list. "
                "Divide it."
            )
            % {"size": min(UNPACKED, max(FREE, GROWTH * packed)) >> 20}
        )


def _refuse_others(head: bytes) -> None:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    name = next((kind for magic, kind in _MAGIC.items() if head.startswith(magic)), "")
    if name in _ARCHIVES:
        raise FileError(
            _("This is a %(kind)s file, not a list in CSV; unpack it first.") % {"kind": name}
        )
    if name:
        raise FileError(
            _("This is a %(kind)s file, not a list. Save the list as CSV, XLSX or ODS.")
            % {"kind": name}
        )
    if _HTML.match(text):
        raise FileError(
            _(
                "This is a web page (HTML), whatever its name ends in. Open it in a spreadsheet "
                "program and save it as XLSX or CSV."
            )
        )
    if text.startswith(b"<?xml") or text.startswith(b"<office:document"):
        name = _("an Excel 2003 XML file") if _OFFICE_2003 in text else _("an XML file")
        raise FileError(
            _("This is %(kind)s. Open it in a spreadsheet program and save it as XLSX or CSV.")
            % {"kind": name}
        )
    if _JSON.match(text):
        raise FileError(_("This is a JSON file. This list is read from CSV, XLSX or ODS."))


def _kind_of_zip(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if "xl/workbook.xml" in names:
                return XLSX
            stated = (
                archive.read("mimetype")[:100].decode(errors="replace")
                if ("mimetype" in names and archive.getinfo("mimetype").file_size < 1000)
                else ""
            )
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, zlib.error) as error:
        raise FileError(
            _("This is a zip file or spreadsheet that is damaged or cut off. Get it again.")
        ) from error
    if stated.strip().startswith(_OPEN_DOCUMENT + "spreadsheet"):
        return ODS
    if "xl/workbook.bin" in names:
        raise FileError(_("This is a binary Excel file (XLSB). Save it as XLSX."))
    if "word/document.xml" in names or stated.startswith(_OPEN_DOCUMENT):
        raise FileError(
            _("This is a text document. Copy its table to a sheet and save it as XLSX.")
        )
    raise FileError(
        _("This is a zip file, not a list in CSV; unpack it first. It contains: %(names)s.")
        % {"names": ", ".join(sorted(names))[:200]}
    )


def _office_97(path: Path) -> str:
    """The message about a file in the container of Office 97–2003; its names are in UTF-16."""
    content = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in content:
        return _("This Excel file has a password. Remove the password and save it as XLSX.")
    if any(name.encode("utf-16-le") in content for name in ("Workbook", "Book")):
        return _("This is an Excel 97–2003 file (XLS). Save it as XLSX.")
    return _("This is a file of Microsoft Office 97–2003, not a list. Save the list as XLSX.")
