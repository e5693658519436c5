"""JSON responses of APIs as rows: one object at a time, in constant memory."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from core.rows import LINE, FileError, Row, RowError

CHUNK = 1 << 16


def looks_like_json(path: Path) -> bool:
    """Whether a file begins like a JSON object, or a list of them."""
    with path.open("rb") as file:
        head = file.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()
    return head.startswith(b"{") or bool(re.match(rb"\[\s*[{\]]", head))


def read_objects(
    path: Path, columns: tuple[str, ...], key: str, name: Callable[[str], str] = str
) -> Iterator[tuple[Row, RowError | None]]:
    """The objects of a JSON list, or of the list under `key` of a JSON object, as rows of text
    cells.

    Numbers keep their digits from the file. `name` gives the column for a key. Raises FileError
    if the file is not such a response, or reports an error instead.
    """
    with path.open(encoding="utf-8-sig") as file:
        body = _Body(file)
        try:
            yield from _rows(body, columns, key, name)
        except UnicodeDecodeError as error:
            raise FileError(_("The file is not in UTF-8. Save it as UTF-8.")) from error
        except json.JSONDecodeError as error:
            raise FileError(_("The file is not valid JSON: %s") % error) from error


def _rows(body, columns, key, name):
    if body.peek("["):
        for number, (line, item) in enumerate(_items(body), start=1):
            yield _row(number, line, item, columns, name)
        return
    body.take("{")
    found = None
    while not body.peek("}"):
        member = body.value()
        body.take(":")
        if member == key and body.peek("["):
            found = 0
            for found, (line, item) in enumerate(_items(body), start=1):
                yield _row(found, line, item, columns, name)
        elif (value := body.value()) and member == "error":
            raise FileError(
                _("The file contains an error message instead of data: %s") % str(value)[:200]
            )
        if body.peek(","):
            body.take(",")
    if found is None:
        raise FileError(_("The JSON has no list “%s”.") % key)


def _items(body) -> Iterator[tuple[int, object]]:
    """The items of a list with their line numbers; a truncated item is None and the last."""
    body.take("[")
    while not body.peek("]"):
        line = body.line
        try:
            item = body.value()
        except json.JSONDecodeError:
            body.end()
            yield line, None
            return
        yield line, item
        if body.peek(","):
            body.take(",")
        elif not body.peek("]"):
            body.end()
            yield body.line, None
            return
    body.take("]")


def _row(number, line, item, columns, name):
    if not isinstance(item, dict):
        problem = _("this object is incomplete; the file may be cut off here")
        return Row(number, line, dict.fromkeys(columns, "")), RowError("", problem)
    cells = {name(key): "" if value is None else str(value) for key, value in item.items()}
    if not _storable("".join(cells.values())):
        problem = _("a value contains characters that are not text")
        return Row(number, line, dict.fromkeys(columns, "")), RowError("", problem)
    missing = [column for column in columns if column not in cells]
    if missing and number == 1:
        raise FileError(_("The objects lack %s.") % ", ".join(missing))
    if missing:
        cells |= dict.fromkeys(missing, "")
        return Row(number, line, cells), RowError(missing[0], _("a value is needed"))
    return Row(number, line, cells), None


def _storable(text: str) -> bool:
    """Whether every database can store a text: JSON may escape NUL and lone surrogates."""
    return "\0" not in text and not any("\ud800" <= sign <= "\udfff" for sign in text)


class _Body:
    """JSON text that is read on demand and discarded once it is parsed."""

    def __init__(self, file):
        self.file, self.text, self.done, self.line = file, "", False, 1
        self.decoder = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str)

    def more(self) -> bool:
        chunk = self.file.read(CHUNK)
        self.done = not chunk
        self.text += chunk
        return bool(chunk)

    def skip(self, end: int) -> None:
        self.line += self.text.count("\n", 0, end)
        self.text = self.text[end:]

    def end(self) -> None:
        """Stop reading: the rest cannot be parsed."""
        self.text, self.file = "}", _Nothing()

    def peek(self, sign: str) -> bool:
        while True:
            self.skip(len(self.text) - len(self.text.lstrip()))
            if self.text or not self.more():
                return self.text.startswith(sign)

    def take(self, sign: str) -> None:
        if not self.peek(sign):
            raise json.JSONDecodeError(f"expected {sign}", self.text[:40], 0)
        self.skip(1)

    def value(self):
        """The next value; raises JSONDecodeError if it is missing or incomplete."""
        self.peek("")
        while True:
            try:
                value, end = self.decoder.raw_decode(self.text)
            except json.JSONDecodeError:
                if len(self.text) > LINE or not self.more():
                    raise
                continue
            # A number may continue in the next chunk.
            if end < len(self.text) or not self.more():
                self.skip(end)
                return value


class _Nothing:
    def read(self, size: int) -> str:
        return ""
