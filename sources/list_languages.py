"""The names of months in the languages of lists, beside those that the forms read."""

import re
from functools import cache
from itertools import product

from babel.core import Locale, UnknownLocaleError

from core.date_words import LANGUAGES, month_names
from core.folding import fold, visible


def is_language(code: str) -> bool:
    """Whether it is the code of a language whose months are known: de, pt-BR."""
    try:
        return bool(Locale.parse(code, sep="-").months["format"]["wide"])
    except (UnknownLocaleError, ValueError, TypeError, KeyError):
        return False


@cache
def months_in(language: str) -> dict[str, int]:
    """Month numbers by folded name: in the languages of the forms, and in a further one, a code of
    ISO 639, whose names come first."""
    return month_names() | _own_months(language) if language else month_names()


def _own_months(language: str) -> dict[str, int]:
    names = {}
    if language and language not in LANGUAGES:
        months = Locale.parse(language, sep="-").months
        for context, width in product(("format", "stand-alone"), ("wide", "abbreviated")):
            for month, name in months[context][width].items():
                # Some languages number their months.
                if not re.search("[0-9]", name):
                    names.setdefault(fold(name).rstrip("."), month)
    return names


@cache
def _words_in(language: str) -> tuple[re.Pattern, re.Pattern] | None:
    """The names of months in a language, and the other words of its dates ("de" in Spanish); None
    for the languages that the forms read."""
    names = _own_months(language)
    if not names:
        return None
    formats = Locale.parse(language, sep="-").date_formats
    literals = {
        fold(word)
        for width in ("medium", "long", "full")
        for quoted in re.findall("'([^']+)'", formats[width].pattern)
        for word in re.findall(r"[^\W\d_]+", quoted)
    }
    # The sign of an ordinal number: 1er, 1º.
    fillers = "|".join([*map(re.escape, sorted(literals)), "(?<=[0-9])(?:er|o|°)"])
    longest = sorted(names, key=len, reverse=True)
    months = "|".join(map(re.escape, longest))
    return re.compile(rf"(?<!\w)(?:{months})(?!\w)\.?"), re.compile(
        rf"(?<![^\W\d_])(?:{fillers})(?!\w)"
    )


def in_english(text: str, language: str) -> str:
    """A date in words with the names of months of a further language in English."""
    words = _words_in(language) if language else None
    if not words:
        return text
    months, fillers = words
    named = Locale("en").months["format"]["wide"]
    folded, count = months.subn(
        lambda match: named[_own_months(language)[match[0].rstrip(".")]], fold(text)
    )
    return visible(fillers.sub(" ", folded)) if count else text
