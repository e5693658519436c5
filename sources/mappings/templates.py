"""Texts that a mapping composes of columns: "{Type} of {Guest}[ to {Place}]"."""

import re
from collections.abc import Callable

from django.utils.translation import gettext as _

from core.folding import visible
from core.rows import FileError

_TOKEN = re.compile(r"\{\{|\}\}|\[\[|\]\]|\{(?P<column>[^{}\[\]]+)\}|(?P<sign>[{}\[\]])|[^{}\[\]]+")
_LITERAL = {"{{": "{", "}}": "}", "[[": "[", "]]": "]"}


class BlankPart(Exception):
    """A cell of a template is blank, and its part may not be left out; `column` is the cell's."""

    def __init__(self, column: str):
        super().__init__(column)
        self.column = column


class Template:
    """A text with columns in braces, and optional parts in square brackets; double signs stand for
    themselves. `columns` are the columns that it names.

    Raises FileError if braces or brackets do not match.
    """

    def __init__(self, text: str):
        # Each part is a list of (is column, text), and whether it is optional.
        self.parts: list[tuple[bool, list[tuple[bool, str]]]] = [(False, [])]
        for match in _TOKEN.finditer(text):
            sign, column = match["sign"], match["column"]
            is_open = self.parts[-1][0]
            if sign == "[" and not is_open or sign == "]" and is_open:
                self.parts.append((sign == "[", []))
            elif sign:
                raise FileError(
                    _(
                        "“%s” is unbalanced. Write columns as {Type}, optional parts in [ ], and "
                        "these signs themselves twice."
                    )
                    % sign  # fmt: skip
                )
            elif column:
                self.parts[-1][1].append((True, visible(column)))
            else:
                self.parts[-1][1].append((False, _LITERAL.get(match[0], match[0])))
        if self.parts[-1][0]:
            raise FileError(_("“[” is not closed by “]”."))
        pieces = [piece for _optional, found in self.parts for piece in found]
        self.columns = tuple(dict.fromkeys(column for is_column, column in pieces if is_column))

    def text(self, cell: Callable[[str], str]) -> str:
        """Return the text with the cells that `cell` returns for columns; blank if all are.

        Raises BlankPart if some are blank outside optional parts.
        """
        cells = {column: cell(column) for column in self.columns}
        if not any(cells.values()):
            return ""
        found = []
        for is_optional, pieces in self.parts:
            blank = [text for is_column, text in pieces if is_column and not cells[text]]
            if blank and not is_optional:
                raise BlankPart(blank[0])
            if not blank:
                found += [cells[text] if is_column else text for is_column, text in pieces]
        return visible("".join(found))
