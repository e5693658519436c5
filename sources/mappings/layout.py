"""How the file of a list is laid out, as a mapping declares it."""

from django.utils.translation import gettext as _

from core.rows import FileError, encoding_named

# The words for delimiters that are hard to see or to type.
DELIMITERS = {"tab": "\t", "\\t": "\t"}


def delimiter_of(content: dict) -> str:
    """The delimiter that a mapping declares, by default a comma. Raises FileError."""
    found = content.get("delimiter", ",")
    found = DELIMITERS.get(found, found) if isinstance(found, str) else ""
    if len(found) != 1 or found in '"\r\n\0' or found.isalnum():
        raise FileError(
            _("“delimiter” must be one sign, such as “,”, “;” or “|”, or the word “tab”.")
        )
    return found


def layout_of(content: dict) -> dict:
    """The options of `read_rows` that a mapping declares: `encoding`, `skip_lines` and `sheet`.
    Raises FileError."""
    encoding, sheet = content.get("encoding", ""), content.get("sheet", "")
    skipped = content.get("skip_lines", 0)
    if not isinstance(encoding, str) or not isinstance(sheet, str):
        raise FileError(_("“encoding” and “sheet” must be text in quotation marks."))
    if type(skipped) is not int or skipped < 0:
        raise FileError(_("“skip_lines” must be a whole number: the lines before the header."))
    return {
        "encoding": encoding and encoding_named(encoding),
        "skip_lines": skipped,
        "sheet": sheet,
    }
