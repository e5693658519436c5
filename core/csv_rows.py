"""The rows of CSV files in any encoding: read line by line, in constant memory."""

import codecs
import csv
import io
from collections import deque
from collections.abc import Iterator
from difflib import get_close_matches
from encodings.aliases import aliases
from typing import BinaryIO

from django.utils.translation import gettext as _

from core.charsets import MARKS, likely
from core.file_kinds import HEAD
from core.row_types import LINE, FileError, Record, RowError

DELIMITERS = ",;\t|"
# A cell may be as long as a line.
csv.field_size_limit(LINE)
UTF8 = "utf-8"
# The encodings that a message suggests; any other text encoding of Python is allowed too.
COMMON = (UTF8, "utf-16", "cp1251", "cp1252", "cp1254", "koi8-r", "cp866", "iso8859-9", "gb18030")
# Codecs of Python that no file is in.
_NOT_OF_FILES = (
    "idna",
    "punycode",
    "raw_unicode_escape",
    "undefined",
    "unicode_escape",
    "utf_7",
    "utf7",
)
_REPLACED = "\ufffd".encode()
# So many lines that are not UTF-8, and most that are not ASCII, mean that the file is not UTF-8.
FEWEST = 3


def encoding_named(name: str) -> str:
    """Python's name of a text encoding. Raises FileError for an unknown one."""
    with_underscores = name.strip().lower().replace("-", "_")
    if _is_of_text(name):
        found = codecs.lookup(name).name
        return UTF8 if found == "utf-8-sig" else found
    names = (name for name in {*aliases, *aliases.values()} if _is_of_text(name))
    near = get_close_matches(with_underscores, names, 3)
    raise FileError(
        _("The encoding “%(name)s” is unknown. Use for example: %(known)s.")
        % {"name": name, "known": ", ".join(dict.fromkeys([*near, *COMMON]))}
    )


def _is_of_text(name: str) -> bool:
    """Whether Python has a codec of this name, and files may be in it."""
    if name.strip().lower().replace("-", "_").startswith(_NOT_OF_FILES):
        return False
    try:
        b"a".decode(codecs.lookup(name).name, "replace")
    except (LookupError, ValueError, UnicodeError):
        return False
    return True


class CsvRecords:
    """Iterates over the records of an open file. A line that cannot be read, or whose quotes are
    not balanced, is a record with a problem; the lines after it are read.

    `width` is the number of cells of a row, which is known after the header. Raises FileError if
    the file is in another encoding.
    """

    def __init__(self, file: BinaryIO, delimiter: str, encoding: str = "", skip_lines: int = 0):
        self.delimiter, self.width = delimiter, 0
        self.lines = _Lines(*_as_lines(file, encoding))
        for _line in range(skip_lines):
            next(self.lines, None)
        self._restart()

    def _restart(self) -> None:
        self.reader = csv.reader(self.lines, delimiter=self.delimiter, strict=True)

    def __iter__(self) -> Iterator[Record]:
        return self

    def __next__(self) -> Record:
        while True:
            taken = self.lines.taken = []
            try:
                cells = next(self.reader)
            except csv.Error:
                return self._broken(taken)
            problem = next(filter(None, (line.problem for line in taken)), None)
            if len(taken) > 1 and self._swallows(cells, taken):
                return self._broken(taken)
            if problem or any(cell and not cell.isspace() for cell in cells):
                return Record(taken[0].number, cells, problem)

    def _broken(self, taken: list["_Line"]) -> Record:
        """The first line as a record with a problem; the lines after it are read again."""
        first, *rest = taken
        self.lines.again(rest)
        self._restart()
        text = first.text.rstrip("\r\n")
        words = _("a quoted cell is not closed, or text follows its end")
        problem = RowError("", words, text[max(text.find('"'), 0) :][:40])
        return Record(first.number, text.split(self.delimiter), first.problem or problem)

    def _swallows(self, cells: list[str], taken: list["_Line"]) -> bool:
        """Whether a record of several lines is a row with an unbalanced quote and the rows after
        it, rather than one with line breaks in a cell."""
        if not self.width:
            return False
        if len(cells) < self.width or any(cells[self.width :]):
            return any(map(self._is_row, taken[1:]))
        inner = taken[1:-1]
        return self.width > 2 and len(inner) > (self.width == 3) and all(map(self._is_row, inner))

    def _is_row(self, line: "_Line") -> bool:
        """Whether a line alone has the cells of a row."""
        try:
            return len(next(csv.reader([line.text], delimiter=self.delimiter))) == self.width
        except (csv.Error, StopIteration):
            return False


class _Line:
    """A line of text with its number, and what is wrong with it."""

    __slots__ = ("number", "text", "problem")

    def __init__(self, number: int, text: str, problem: RowError | None = None):
        self.number, self.text, self.problem = number, text, problem


class _Lines:
    """The lines of a file as text, each also added to `taken`; some can be read again."""

    def __init__(self, file: BinaryIO, encoding: str):
        self.file, self.encoding, self.number = file, encoding, 0
        self.taken: list[_Line] = []
        self.waiting: deque[_Line] = deque()
        self.hint: str | None = None

    def __iter__(self):
        return self

    def __next__(self) -> str:
        line = self.waiting.popleft() if self.waiting else self._read()
        self.taken.append(line)
        return line.text

    def again(self, lines: list[_Line]) -> None:
        self.waiting.extendleft(reversed(lines))

    def _read(self) -> _Line:
        line = self.file.readline(LINE)
        if not line:
            raise StopIteration
        self.number += 1
        if len(line) == LINE and not line.endswith(b"\n"):
            while rest := self.file.readline(LINE):
                if rest.endswith(b"\n"):
                    break
            problem = RowError("", _("the line is longer than %d bytes") % LINE)
            return _Line(self.number, "\n", problem)
        problem = None
        if b"\0" in line:
            problem = RowError("", _("the line contains NUL bytes"))
            line = line.replace(b"\0", b"")
        try:
            return _Line(self.number, line.decode(self.encoding), problem)
        except UnicodeDecodeError as error:
            problem = self._undecodable(line, error)
            # The bytes stay visible, so that the row can be corrected.
            return _Line(self.number, line.decode(self.encoding, "backslashreplace"), problem)

    def _undecodable(self, line: bytes, error: UnicodeDecodeError) -> RowError:
        if self.hint is None:
            names = likely(line) if self.encoding == UTF8 else {}
            self.hint = _("is it in %s?") % _or(names) if names else ""
        words = _("the line is not in the encoding %s") % self.encoding
        return RowError("", words, _("byte %d") % (error.start + 1), self.hint)


def _or(names) -> str:
    return f" {_('or')} ".join(names)


def _as_lines(file: BinaryIO, declared: str) -> tuple[BinaryIO, str]:
    """The file as a stream of lines that end with LF, and the encoding of these lines.

    A byte order mark comes before the declared encoding.
    """
    head = _peek(file)
    marked = next((name for mark, name in MARKS if head.startswith(mark)), "")
    encoding = declared or UTF8
    if marked == UTF8:
        _skip_mark(file)
        encoding = UTF8
    elif marked and not declared.startswith(("utf-16", "utf-32")):
        raise FileError(_utf16(marked[:6]))
    elif not marked and not declared and (name := _unmarked(head)):
        raise FileError(_utf16(name))
    if not _is_like_ascii(encoding):
        decode = codecs.getincrementaldecoder(encoding)("replace").decode
        _check_mark(head, encoding)
        # A byte that is invalid in UTF-8 marks each character that cannot be decoded.
        file = _stream(file, lambda *chunk: decode(*chunk).encode().replace(_REPLACED, b"\xff"))
        encoding = UTF8
        # The decoders of one byte order leave the mark in the text.
        _skip_mark(file)
    else:
        _check_encoding(_peek(file), encoding)
    head = _peek(file)
    if b"\r" in head and b"\n" not in head:
        file = _stream(file, lambda chunk, final: chunk.replace(b"\r", b"\n"))
    return file, encoding


def _check_mark(head: bytes, encoding: str) -> None:
    """Raise FileError if an encoding of either byte order is declared, and the file does not begin
    with its mark."""
    try:
        codecs.getincrementaldecoder(encoding)("replace").decode(head)
    except UnicodeError as error:
        found = _unmarked(head) or UTF8
        raise FileError(
            _("The file is not in %(declared)s; it may be in %(found)s. Declare that encoding.")
            % {"declared": encoding, "found": found}
        ) from error


def _skip_mark(file: BinaryIO) -> None:
    if _peek(file).startswith(codecs.BOM_UTF8):
        file.read(len(codecs.BOM_UTF8))


def _utf16(name: str) -> str:
    return _(
        "The file is in %(shown)s. Save it as UTF-8, or declare it in the mapping: "
        "encoding = “%(name)s”."
    ) % {"shown": name[:6].upper(), "name": name}


def marked_encoding(head: bytes) -> str:
    """The encoding that the beginning of a file shows by its mark or its zero bytes, other than
    UTF-8; empty if there is none."""
    marked = next((name for mark, name in MARKS if head.startswith(mark)), "")
    return "" if marked == UTF8 else marked[:6] or _unmarked(head)


def _unmarked(head: bytes) -> str:
    """UTF-16 without a byte order mark: every other byte of ASCII characters is zero."""
    even, odd = head[:1000:2], head[1:1000:2]
    for name, zeros, others in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        if len(head) > 8 and zeros.count(0) * 2 > len(zeros) and b"\0" not in others:
            return name
    return ""


def _is_like_ascii(encoding: str) -> bool:
    """Whether lines, delimiters and quotes are the same bytes as in ASCII."""
    signs = '\n\r\t,;|"0Az'
    try:
        return signs.encode(encoding) == signs.encode("ascii")
    except UnicodeError:
        return False


def _check_encoding(head: bytes, encoding: str) -> None:
    """Raise FileError if most lines of the file's head are in another encoding."""
    lines = head.split(b"\n" if b"\n" in head else b"\r")
    # The last line may be cut within a character.
    marked = [line for line in lines[:-1] or lines if not line.isascii()]
    others = [line for line in marked if not _decodes(line, UTF8)]
    if encoding == UTF8:
        wrong = 2 * len(others) > len(marked) and len(others) >= FEWEST
        if wrong or (others and others[0] == lines[0]):
            raise FileError(_another_encoding(b"\n".join(others)))
    elif len(marked) >= FEWEST and not others:
        raise FileError(
            _("The file is in UTF-8, not in %s. Remove the line “encoding” from the mapping.")
            % encoding
        )


def _decodes(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _another_encoding(text: bytes) -> str:
    names = likely(text)
    if not names:
        return _("The file is not in UTF-8, or is not a text file. Save it as CSV in UTF-8.")
    shown = f" {_('or')} ".join(
        f"encoding = “{name}” ({word[:30]})" for name, word in names.items()
    )
    return (
        _("The file is not in UTF-8. Save it as UTF-8, or declare its encoding in the mapping: %s.")
        % shown
    )


def _peek(file: BinaryIO) -> bytes:
    """The next bytes of a buffered stream, without reading them: up to HEAD, or to the end."""
    return file.peek(HEAD)[:HEAD]


def _stream(file: BinaryIO, convert) -> BinaryIO:
    return io.BufferedReader(_Converted(file, convert), HEAD)


class _Converted(io.RawIOBase):
    """A stream of bytes that `convert` makes from chunks of another one."""

    def __init__(self, file: BinaryIO, convert):
        self.source, self.convert, self.rest, self.ended = file, convert, b"", False

    def readable(self):
        return True

    def readinto(self, target) -> int:
        while not self.rest and not self.ended:
            chunk = self.source.read(HEAD)
            self.ended = not chunk
            self.rest = self.convert(chunk, self.ended)
        size = min(len(target), len(self.rest))
        target[:size], self.rest = self.rest[:size], self.rest[size:]
        return size

    def close(self):
        self.source.close()
        super().close()
