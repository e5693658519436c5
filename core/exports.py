"""Downloads: rows as CSV or JSON, streamed in constant memory."""

import csv
import json
import re
from collections.abc import Iterable, Iterator
from functools import partial

from django.http import JsonResponse, StreamingHttpResponse

LICENCE = "CC0-1.0"
# Characters that a spreadsheet takes for the start of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"-?\d+(\.\d+)?\Z")


def flat(value) -> str:
    """A serialized value as one CSV cell: lists joined by "; ", dicts as their id or as named
    values. Formulas are escaped for spreadsheets; negative numbers are not."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        parts = ((name, flat(part)) for name, part in value.items())
        value = value.get("id") or ", ".join(f"{name}: {part}" for name, part in parts if part)
    if isinstance(value, list):
        value = "; ".join(flat(part) for part in value)
    text = str(value)
    guarded = text.startswith(_FORMULA) and not _NUMBER.match(text)
    return f"'{text}" if guarded else text


class _Echo:
    """A file whose write() returns the text, so that csv.writer can stream."""

    def write(self, text: str) -> str:
        return text


def csv_lines(rows: Iterable[dict], columns: Iterable[str] = ()) -> Iterator[str]:
    """The rows as lines of CSV with these columns, or by default with those of the first row."""
    writer = csv.writer(_Echo())
    for number, row in enumerate(rows):
        if number == 0:
            columns = list(columns or row)
            yield writer.writerow(columns)
        yield writer.writerow([flat(row.get(name)) for name in columns])


def json_lines(rows: Iterable[dict]) -> Iterator[str]:
    """The rows as one JSON object, one row per line."""
    yield json.dumps({"licence": LICENCE})[:-1] + ', "items": ['
    for number, row in enumerate(rows):
        yield (",\n" if number else "\n") + json.dumps(row, ensure_ascii=False)
    yield "\n]}\n"


def json_response(content: dict, status: int = 200) -> JsonResponse:
    """One serialized row as JSON, with non-ASCII letters unescaped."""
    return JsonResponse(content, status=status, json_dumps_params={"ensure_ascii": False})


def download(
    rows: Iterable[dict], form: str, name: str, columns: Iterable[str] = ()
) -> StreamingHttpResponse:
    """A response that streams the rows as a file: form is "csv" or "json".

    Rows of several kinds need explicit `columns` for CSV.
    """
    lines, content_type = {
        "csv": (partial(csv_lines, columns=columns), "text/csv; charset=utf-8"),
        "json": (json_lines, "application/json"),
    }[form]
    return StreamingHttpResponse(
        lines(rows),
        content_type=content_type,
        headers={"Content-Disposition": f'inline; filename="{name}.{form}"'},
    )
