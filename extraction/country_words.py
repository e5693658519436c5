"""Words by which texts mean a country other than its name: citizens, adjectives and cities.

They are listed in countries.toml. Names of places are in the nominative there; this module adds
the Azerbaijani and Kazakh forms that say where something took place, if their keys differ.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from extraction.names import Mention
from search.words import keys

_FILE = Path(__file__).with_name("countries.toml")


@dataclass(frozen=True, slots=True)
class CountryWord:
    """A word or words that mean the country with this slug, in the language "en", "ru", "az" or
    "kk". Texts are compared by `search.words.keys`."""

    slug: str
    language: str
    kind: Mention
    word: str


_LISTS = {
    "nationality": Mention.NATIONALITY,
    "capital": Mention.CAPITAL,
    "cities": Mention.CITY,
}


@cache
def country_words() -> tuple[CountryWord, ...]:
    """Return the words of all countries in the order of countries.toml."""
    return tuple(
        CountryWord(slug, language, _LISTS[name], form)
        for slug, languages in tomllib.loads(_FILE.read_text(encoding="utf-8")).items()
        for language, lists in languages.items()
        for name, words in lists.items()
        for word in words
        for form in ([word] if name == "nationality" else _with_cases(word, language))
    )


def _with_cases(place: str, language: str) -> Iterator[str]:
    """The name of a place, and its forms that have other keys."""
    yield place
    found = [keys(place)]
    cases = {"az": _azerbaijani_cases, "kk": _kazakh_cases}.get(language)
    for form in cases(place) if cases else ():
        if keys(form) not in found:
            found.append(keys(form))
            yield form


def _azerbaijani_cases(place: str) -> Iterator[str]:
    """The locative, its adjective and the dative: "Romada", "Romadakı", "Romaya"."""
    last = [letter for letter in place if letter in "aouıAOUIeiöüəEİÖÜƏ"][-1]
    vowel = "a" if last in "aouıAOUI" else "ə"
    yield f"{place}d{vowel}"
    yield f"{place}d{vowel}k{'ı' if vowel == 'a' else 'i'}"
    yield f"{place}y{vowel}" if place.endswith(last) else f"{place}{vowel}"


def _kazakh_cases(place: str) -> Iterator[str]:
    """The locative, its adjective and the dative: "Лондонда", "Лондондағы", "Лондонға". A foreign
    name with a last "у" takes either vowel: "Бакуде", "Бакуда"."""
    if place.endswith("ск"):
        place += "і"  # "Минскіде"
    last = [letter for letter in place.lower() if letter in "аеиоуыэюяёіөүұә"][-1]
    unvoiced = place.removesuffix("ь")[-1] in "бвгдкқпстфхцчшщ"
    front, back = (("де", "дегі", "ге"), ("да", "дағы", "ға"))
    if unvoiced:
        front, back = (("те", "тегі", "ке"), ("та", "тағы", "қа"))
    if last in "еиэёіөүәую":
        yield from (place + ending for ending in front)
    if last in "аоыяұую":
        yield from (place + ending for ending in back)
