"""The table [measures] of a mapping of figures: its keys, and its check."""

import re
from collections.abc import Iterable, Iterator, Mapping

from django.utils.translation import gettext as _

from sources.mappings.keys import Problem

# The keys of [measures] that are not titles of columns.
PATTERN, SETS, EXCEPT = "columns", "sets", "except"
# Fields that are never those of a measure: each has a column, or is found from the others.
OWN = ("value", "upper")


def sets(content: Mapping) -> list[str]:
    """All fields that the table [measures] of a mapping sets."""
    table = content.get("measures")
    return ["value", *names_set(content)] if isinstance(table, dict) and table else []


def names_set(content: Mapping) -> list[str]:
    """The fields that the table [measures] of a mapping sets, besides the value."""
    table = content.get("measures")
    if not isinstance(table, dict):
        return []
    names = [name for values in table.values() if isinstance(values, dict) for name in values]
    names += [table[SETS]] if isinstance(table.get(SETS), str) else []
    if pattern := _compiled(table.get(PATTERN)):
        names += list(pattern.groupindex)
    return list(dict.fromkeys(names))


def problems_of(content: Mapping, fields: Iterable[str] = ()) -> Iterator[Problem]:
    """The mistakes in the table [measures] of a mapping."""
    table, fields = content.get("measures", {}), [name for name in fields if name not in OWN]
    if not isinstance(table, dict):
        yield Problem("[measures]", _("This must be a table."))
        return
    for column, values in table.items():
        if isinstance(values, dict):
            place = f"[measures.“{column}”]"
            for name, text in values.items():
                if not isinstance(text, (str, int)) or isinstance(text, bool):
                    yield Problem(f"{place} {name}", _("This must be text in quotation marks."))
        elif column not in (PATTERN, SETS, EXCEPT):
            words = _("This must be a table with what its values are, such as: period = “2020”.")
            yield Problem(f"[measures] {column}", words)
    yield from _problems_of_pattern(table)
    for name in names_set(content):
        if fields and name not in fields:
            words = _("The values of a column cannot set “%s”.") % name
            yield Problem("[measures]", words, tuple(fields))
    columns = content.get("columns")
    for name in ("value", *names_set(content)) if table and isinstance(columns, dict) else ():
        if name in columns:
            words = _("The columns in [measures] say this.")
            yield Problem(f"[columns] {name}", words)


def _problems_of_pattern(table: dict) -> Iterator[Problem]:
    pattern, sets, excepted = (table.get(name) for name in (PATTERN, SETS, EXCEPT))
    if sets is not None and not isinstance(sets, str):
        yield Problem("[measures] sets", _("This must be the name of a field."))
    if excepted is not None and not (
        isinstance(excepted, list) and all(isinstance(name, str) for name in excepted)
    ):
        yield Problem("[measures] except", _("This must be a list of titles of columns."))
    if pattern is None:
        if sets is not None or excepted is not None:
            yield Problem("[measures]", _("“sets” and “except” need the pattern “columns”."))
    elif not (compiled := _compiled(pattern)):
        yield Problem("[measures] columns", _("This is not a regular expression."))
    elif not sets and not compiled.groupindex:
        words = _("Name the field that the titles of the columns set, such as: sets = “period”.")
        yield Problem("[measures] sets", words)


def _compiled(pattern: object) -> re.Pattern | None:
    try:
        return re.compile(pattern) if isinstance(pattern, str) and pattern else None
    except (re.error, OverflowError, RecursionError):
        return None
