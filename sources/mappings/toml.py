"""Mappings as TOML: the content of a file, or the line of its mistake."""

import re
import tomllib

from django.utils.translation import gettext as _

from sources.mappings.keys import MappingError, Problem

_AT = re.compile(r"\s*\(at (?:line (?P<line>\d+), column \d+|end of document)\)$")


def read_toml(content: bytes) -> dict:
    """Return the content of a mapping. Raises MappingError with the line if it is not TOML."""
    try:
        text = content.decode("utf-8-sig")
        found = tomllib.loads(text)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        place = _("line %d") % line
        raise MappingError(
            [Problem(place, _("The mapping is not in UTF-8. Save it as UTF-8."))]
        ) from error
    except (ValueError, RecursionError) as error:
        raise MappingError([_toml_problem(error)]) from error
    if problem := _control_characters(found):
        raise MappingError([problem])
    return found


def _toml_problem(error: Exception) -> Problem:
    said = str(error)
    match = _AT.search(said)
    place = _("line %s") % match["line"] if match and match["line"] else ""
    reason = said[: match.start()] if match else said
    if reason.startswith(("Cannot overwrite", "Cannot declare", "Cannot mutate", "Duplicate")):
        reason = _("The same key or table is given twice.")
    elif not isinstance(error, (tomllib.TOMLDecodeError, RecursionError)):
        reason = _("A number is too long.")
    elif isinstance(error, RecursionError):
        reason = _("It is nested too deeply.")
    return Problem(place, _("The mapping is not valid TOML: %s") % reason)


def _control_characters(value: object, place: str = "") -> Problem | None:
    """A problem for the first text with a character that databases cannot store."""
    if isinstance(value, dict):
        parts = [(f"{place}.{key}".lstrip("."), part) for key, part in value.items()]
        texts = [(place, str(key)) for key in value] + parts
    else:
        texts = [(place, part) for part in value] if isinstance(value, list) else []
    if isinstance(value, str) and "\0" in value:
        return Problem(place.replace("\0", "␀"), _("A text contains a NUL character."))
    return next(filter(None, (_control_characters(part, name) for name, part in texts)), None)
