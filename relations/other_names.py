"""Other names of countries in many languages, from Unicode's CLDR (in Babel)."""

from collections.abc import Iterable, Iterator
from functools import cache

from babel import Locale

from search.words import keys

# Languages of sources and neighbours, and the former Cyrillic of Azerbaijani, in which some names
# have no letter that tells them from Russian words: "Газахыстан". Keys of Arabic and Persian words
# lack vowels, so that different names share them.
_LANGUAGES = (
    "de", "fr", "es", "it", "pt", "nl", "pl", "tr", "uk", "be", "uz", "ky", "tk", "tg", "ka", "hy",
    "el", "zh", "az_Cyrl",
)  # fmt: skip
# A name whose keys are those of another country: Niger in Georgian.
_AMBIGUOUS = frozenset(" ".join(keys(name)) for name in ("ნიგერი",))


def other_names(iso2: str, known: Iterable[str]) -> Iterator[str]:
    """Further names of the country with an ISO 3166-1 code, for which `known` names are given;
    none if the code is empty or unknown."""
    found = {" ".join(keys(name)) for name in known} | _AMBIGUOUS
    for names in _territories():
        words = " ".join(keys(names.get(iso2, "")))
        if words and words not in found:
            found.add(words)
            yield names[iso2]


@cache
def _territories() -> list[dict[str, str]]:
    """The names of countries by their codes, for each language."""
    return [Locale.parse(language).territories for language in _LANGUAGES]
