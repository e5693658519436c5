"""Downloads: rows as CSV, JSON, JSON Lines or XLSX, streamed in constant memory.

In CSV and XLSX, a value that consists of several (a list, or named parts) is one cell with its
JSON, also if it is empty. Addresses are absolute in every file.
"""

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain

from django.forms import Form
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _

from core.dates import today
from core.errors import is_json
from core.folding import fold
from core.linked_data import LINKED_DATA, described, graph_lines
from core.references import CITED, Reference, bib_entries, csl_items, ris_records
from core.workbooks import workbook

# The columns of a CSV file, or a function that returns those of a file without rows.
Columns = list[str] | Callable[[], Iterable[str]]
LICENCE = "CC0-1.0"
# The formats of which a row has cells in columns.
CELLS = ("csv", "xlsx")
# The names of values that are addresses of ours.
ADDRESSES = ("url", "changes", "@id")
# The media types of files by the ending of their addresses.
MEDIA_TYPES = {
    "csv": "text/csv",
    "json": "application/json",
    "jsonl": "application/jsonl",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jsonld": LINKED_DATA,
    "svg": "image/svg+xml",
    **CITED,
}
# The bytes of a file name before its day: browsers and file systems accept about 255.
LONGEST_NAME = 180
# Characters that a spreadsheet takes for the start of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NESTED = (dict, list)
# Encoders are made once: json.dumps makes one for each value.
_json = json.JSONEncoder(ensure_ascii=False).encode
_NUMBER = re.compile(r"-?\d+(\.\d+)?\Z")


def flat(value) -> str:
    """A serialized value as one CSV cell: lists and dicts as JSON. Formulas are escaped for
    spreadsheets; negative numbers are not."""
    if not isinstance(value, str):
        if value is None:
            return ""
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, _NESTED):
            return _json(value)
        value = str(value)
    guarded = value.startswith(_FORMULA) and not _NUMBER.match(value)
    return f"'{value}" if guarded else value


def with_origin(value, origin: str):
    """A serialized value or a reference whose addresses are absolute, also those in its parts."""
    if isinstance(value, Reference):
        return value.at(origin)
    if isinstance(value, dict):
        found = dict(value)
        for name, part in value.items():
            if part and isinstance(part, _NESTED):
                found[name] = with_origin(part, origin)
        for name in ADDRESSES:
            if isinstance(part := value.get(name), str) and part.startswith("/"):
                found[name] = origin + part
        return found
    if isinstance(value, list):
        return [with_origin(part, origin) for part in value]
    return value


def origin_of(request: HttpRequest) -> str:
    return request.build_absolute_uri("/").rstrip("/")


def file_name(stem: str, form: Form | None, ending: str) -> str:
    """The name of a file: what it holds, such as a pair, the filters that are set in `form`, and
    today."""
    chosen = [
        f"{name} {' '.join(values)}"
        for name in (form.fields if form else ())
        if (values := [value for value in form.data.getlist(name) if value])
    ]
    # A tilde stands for "possibly" in filters.
    parts = (slugify(fold(part.replace("~", " possibly")), allow_unicode=True) for part in chosen)
    name = "_".join(filter(None, [stem, *parts])).encode()[:LONGEST_NAME]
    name = name.decode(errors="ignore").rstrip("_-")
    return f"{name}_{today().isoformat()}.{ending}"


def refuse_unknown(form: Form, *known: str) -> None:
    """Add an error to the form if a file is asked for with parameters that are not `known`: it
    would look filtered, but hold everything."""
    if unknown := sorted(set(form.data) - {*known}):
        form.add_error(None, _("This file has no filter “%s”.") % "”, “".join(unknown))


class _Echo:
    """A file whose write() returns the text, so that csv.writer can stream."""

    def write(self, text: str) -> str:
        return text


def columns_of(rows: Iterable[dict], columns: Columns) -> tuple[list[str], Iterable[dict]]:
    """The names of the columns of a file, and its rows."""
    if not callable(columns):
        return list(columns), rows
    rows = iter(rows)
    first = next(rows, None)
    return (list(columns()), ()) if first is None else (list(first), chain([first], rows))


def csv_lines(rows: Iterable[dict], columns: Columns = tuple) -> Iterator[str]:
    """The rows as lines of CSV, after a line with the names of their columns."""
    writer = csv.writer(_Echo())
    columns, rows = columns_of(rows, columns)
    if columns:
        yield writer.writerow(columns)
    for row in rows:
        # Most cells are empty: csv.writer writes None as an empty cell.
        values = map(row.get, columns)
        yield writer.writerow([value if value is None else flat(value) for value in values])


def json_lines(rows: Iterable[dict]) -> Iterator[str]:
    """The rows as one JSON object, one row per line."""
    yield json.dumps({"licence": LICENCE})[:-1] + ', "items": ['
    for number, row in enumerate(rows):
        yield (",\n" if number else "\n") + _json(row)
    yield "\n]}\n"


def jsonl_lines(rows: Iterable[dict]) -> Iterator[str]:
    """The rows as JSON Lines: each is a JSON object on a line of its own."""
    for row in rows:
        yield _json(row) + "\n"


def xlsx_bytes(rows: Iterable[dict], columns: Columns = tuple) -> Iterator[bytes]:
    """The rows as an Excel workbook."""
    return workbook(*columns_of(rows, columns))


def json_response(request: HttpRequest, content: dict, status: int = 200) -> JsonResponse:
    """One serialized row as JSON, with non-ASCII letters unescaped."""
    content = with_origin(content, origin_of(request))
    return JsonResponse(content, status=status, json_dumps_params={"ensure_ascii": False})


def row_file(request: HttpRequest, content, form: str, name: str) -> HttpResponse:
    """One row as a file in the format `form`: its dict as "json" or "jsonld", or its Reference as a
    download with this name."""
    if form == "json":
        return json_response(request, content)
    content = with_origin(content, origin_of(request))
    if form == "jsonld":
        return JsonResponse(
            described(content),
            content_type=LINKED_DATA,
            json_dumps_params={"ensure_ascii": False},
        )
    return HttpResponse(
        "".join(_LINES[form]([content])),
        content_type=_content_type(form),
        headers={"Content-Disposition": content_disposition_header(True, name)},
    )


def _content_type(form: str) -> str:
    """The media type of a format; text that is not JSON names the encoding."""
    media_type = MEDIA_TYPES[form]
    return media_type if form == "xlsx" or is_json(form) else f"{media_type}; charset=utf-8"


# How the rows of each format are written, as lines of text or as bytes.
_LINES = {
    "csv": csv_lines,
    "json": json_lines,
    "jsonl": jsonl_lines,
    "xlsx": xlsx_bytes,
    "jsonld": graph_lines,
    "bib": bib_entries,
    "ris": ris_records,
    "csl.json": csl_items,
}


def download(
    request: HttpRequest, rows: Iterable, form: str, name: str, columns: Columns = tuple
) -> StreamingHttpResponse:
    """A response that streams the rows as a file with this name (see `file_name`): dicts as one of
    TABLES or "jsonld", or each a Reference in a format of CITED.

    The columns of CSV and XLSX are those of the first row, or of a file without rows, `columns()`.
    Rows of several kinds need explicit columns.
    """
    origin = origin_of(request)
    lines = _LINES[form]
    if form in CELLS:
        lines = partial(lines, columns=columns)
    return StreamingHttpResponse(
        lines(with_origin(row, origin) for row in rows),
        content_type=_content_type(form),
        headers={"Content-Disposition": content_disposition_header(False, name)},
    )
