"""Other names of countries in many languages, from the packages Babel and countrynames."""

import re
from collections.abc import Iterable, Iterator
from functools import cache

from babel import Locale
from countrynames.data import DATA
from rapidfuzz.fuzz import ratio

from search.words import keys

# Languages of sources and neighbours, whose names are taken from Unicode's CLDR (in Babel). Keys
# of Arabic and Persian words lack vowels, so that different names share them.
_LANGUAGES = (
    "de", "fr", "es", "it", "pt", "nl", "pl", "tr", "uk", "be", "uz", "ky", "tk", "tg", "ka", "hy",
    "el", "zh",
)  # fmt: skip
# From countrynames, names in Latin and Cyrillic letters.
_READ = re.compile("[^\u0530-\u1cff\u2c00-\uffff]*[A-Za-z\u00c0-\u024f\u0400-\u04ff]")
# Names with a word for "country" of languages outside the scope of this base, and damaged ones.
_LEFT_OUT = re.compile(r"\b(?:nutome|Emetab|Oríl\w+)\b|  ")
# That package also lists cities, provinces, languages and citizens ("Kent", "Dutch"): only names
# that resemble a known name (in per cent) are taken, or share a word of some length with one.
_SIMILAR, _LONG = 90, 4
# Names that another country has too, or only a former one, which the packages do not know.
_AMBIGUOUS = frozenset(
    " ".join(keys(name))
    for name in (
        "British Antarctic Territory", "Wake Island", "Viet-Nam, Democratic Republic of",
        "Yemen Arab Republic", "Zimbabwe Rhodesia", "Оңтүстік Корея", "Солтүстік Корея", "Tongo",
        "Burune", "Silia", "Ugana", "Hughana", "Kini", "Male", "Malda", "ნიგერი",
    )
)  # fmt: skip


def other_names(iso2: str, known: Iterable[str]) -> Iterator[str]:
    """Further names of the country with an ISO 3166-1 code, for which `known` names are given;
    none if the code is empty or unknown."""
    known_keys = {" ".join(keys(name)) for name in known}
    found = known_keys | _AMBIGUOUS
    for name in (*_in_languages(iso2), *_similar(iso2, known_keys)):
        words = " ".join(keys(name))
        if words and words not in found:
            found.add(words)
            yield name


def _in_languages(iso2: str) -> list[str]:
    """The names of a country in some languages."""
    return [names[iso2] for names in _territories() if iso2 in names]


def _similar(iso2: str, known_keys: set[str]) -> Iterator[str]:
    """The names of a country in countrynames that resemble the names with these keys."""
    known_words = {word for name in known_keys for word in name.split() if len(word) >= _LONG}
    for name in filter(_READ.match, DATA.get(iso2, ())):
        if _LEFT_OUT.search(name):
            continue
        words = " ".join(keys(name))
        if known_words.intersection(words.split()) or any(
            ratio(words, other) >= _SIMILAR for other in known_keys
        ):
            yield name


@cache
def _territories() -> list[dict[str, str]]:
    """The names of countries by their codes, for each language."""
    return [Locale(language).territories for language in _LANGUAGES]
