"""Countries, people, offices and organizations in a text.

The names come from the search index, by the keys of their words (search.words), so that each is
found in any of its languages, scripts and forms. Nationalities, capitals and cities come from
extraction.country_words.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest

from extraction.office_words import PARTICLES
from extraction.spans import Span
from search.words import key, places
from search.words import keys as keys_of

# The most words of a name that are looked up.
LONGEST = 9


class NameKind(StrEnum):
    COUNTRY = "country"
    PERSON = "person"
    ORGANIZATION = "organization"


class Mention(StrEnum):
    """How a text names a country."""

    NAME = "name"
    NATIONALITY = "nationality"
    CAPITAL = "capital"
    CITY = "city"


@dataclass(frozen=True, slots=True)
class Named:
    """A row with a name. Of a person, `country` is the slug of their country, if known, `leads`
    says whether they have been head of state or of government."""

    kind: NameKind
    pk: int
    slug: str
    name: str
    country: str = ""
    leads: bool = False

    @property
    def keys(self) -> list[str]:
        """The keys of the words of its name."""
        return keys_of(self.name)


@dataclass(frozen=True, slots=True)
class CountrySpan(Span):
    """A country by its slug, and the word that stands for it, if that is a city."""

    country: str
    mention: Mention = Mention.NAME
    city: str = ""


@dataclass(frozen=True, slots=True)
class OfficeSpan(Span):
    """The words for an office, such as "President", with the rank of who holds it."""

    rank: str


@dataclass(frozen=True, slots=True)
class PersonSpan(Span):
    """A person. `row` is None if the database does not know the name."""

    name: str
    row: Named | None = None


@dataclass(frozen=True, slots=True)
class OrganizationSpan(Span):
    """An organization. `row` is None if the database does not know the name."""

    name: str
    row: Named | None = None


@dataclass(frozen=True, slots=True)
class Word(Span):
    key: str
    # Whether it begins with a capital letter, and whether the next word belongs to the same phrase.
    capital: bool
    joined: bool


Names = Mapping[str, tuple[Named, ...]]
_GAP = re.compile(r"[\s\u00a0'’\"“”«»‐‑–-]{1,3}|\. ?|&|, ?(?=Jr)")
# The ending of "that is in" in Azerbaijani and Kazakh: "Azərbaycandakı", "Қазақстандағы".
_RELATIVE = re.compile(r"(?<=.{4})(?:dak[ıi]|dək[ıi]|[дт]ағы|[дт]егі)$")


def words_of(text: str) -> list[Word]:
    """The words of a text with their keys."""
    found, listed = [], list(places(text))
    for one, following in zip_longest(listed, listed[1:]):
        joined = False
        if following:
            gap = text[one.end : following.start]
            # A full stop joins an initial to a name.
            joined = bool(_GAP.fullmatch(gap)) and ("." not in gap or one.end - one.start <= 2)
        # An English possessive ending does not belong to a name.
        written = text[one.start : one.end]
        end = one.end - 2 if written.endswith(("'s", "’s")) else one.end
        form = _RELATIVE.sub("", written)
        word_key = one.key if form == written else key(form)
        found.append(Word(one.start, end, word_key, written[0].isupper(), joined))
    return found


def phrases(words: list[Word], start: int, most: int = LONGEST) -> Iterator[tuple[int, str]]:
    """The phrases that begin with a word, the longest first: the index after the last word, and the
    keys of the words."""
    end = start + 1
    while end < len(words) and end - start < most and words[end - 1].joined:
        end += 1
    keys = [word.key for word in words[start:end]]
    for last in range(end, start, -1):
        yield last, " ".join(keys[: last - start])


def orders(keys: list[str]) -> Iterator[str]:
    """The keys of a person's name in the orders in which it may be known."""
    first, *_, last = keys
    yield " ".join(keys)
    yield " ".join([last, *keys[:-1]])
    yield " ".join([*keys[1:], first])
    yield f"{first} {last}"
    yield f"{last} {first}"


def runs(words: list[Word], text: str) -> Iterator[tuple[int, int]]:
    """Runs of two to five words that may be a person's name: the first and the last begin with a
    capital. The longest run of each start comes first."""
    for start, word in enumerate(words):
        if not word.capital:
            continue
        end = start + 1
        while end < len(words) and end - start < 5 and words[end - 1].joined:
            particle = text[words[end].start : words[end].end].lower() in PARTICLES
            if not (words[end].capital or particle):
                break
            end += 1
        for last in range(end, start + 1, -1):
            if words[last - 1].capital or last - start > 2:
                yield start, last


def candidates(text: str, words: list[Word]) -> set[str]:
    """The keys of all phrases that may be a name: those to look up in the search index."""
    found = set()
    for start, word in enumerate(words):
        if word.capital:
            found.update(keys for _end, keys in phrases(words, start))
    for start, end in runs(words, text):
        found.update(orders([word.key for word in words[start:end]]))
    return found
