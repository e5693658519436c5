"""The keys of texts, and the names under which the entries of the search index are looked up."""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from search.models import Entry, Kind
from search.words import keys

# Kinds that are looked up by name, and those of which a word of the name is enough.
NAMED = frozenset(
    (Kind.COUNTRY, Kind.PAIR, Kind.ORGANIZATION, Kind.PERSON, Kind.TOPIC, Kind.TREATY,
     Kind.INDICATOR, Kind.COMMODITY, Kind.SOURCE)
)  # fmt: skip
BY_WORD = frozenset((Kind.PERSON, Kind.INDICATOR))
# Further words of one text are not indexed: PostgreSQL limits the size of a tsvector.
LONGEST = 10_000
# The keys of shorter texts are remembered.
SHORT = 100
# Names with longer keys are not looked up: PostgreSQL limits the size of what a B-tree holds.
LONGEST_NAME = 500


def joined_keys(text: str) -> str:
    """The keys of the words of a text, separated by spaces."""
    return short_keys(text) if len(text) < SHORT else " ".join(keys(text)[:LONGEST])


@lru_cache(20_000)
def short_keys(text: str) -> str:
    """The keys of a short text, cached: many rows have the same labels, dates and names. No word
    spans a dash, so pairs have the keys of their countries."""
    if "–" in text:
        return " ".join(filter(None, map(short_keys, text.split("–"))))
    return " ".join(keys(text))


class Named(NamedTuple):
    """The values of a Name by column: a list has too many for objects."""

    id: int
    entry_id: int
    kind: str
    public: bool
    keys: str
    whole: bool


COLUMNS = tuple(Named.__annotations__)


def names_of(one: Entry) -> Iterator[Named]:
    """The names under which an entry is looked up, with primary keys in the order of entries."""
    if one.kind not in NAMED:
        return
    written = [
        one.title,
        *one.names.splitlines(),
        *one.aliases.splitlines(),
        one.slug.replace("-", " "),
    ]
    known = (name for name in map(joined_keys, written) if len(name) <= LONGEST_NAME)
    whole = dict.fromkeys(filter(None, known))
    single = {word for name in whole for word in name.split()} if one.kind in BY_WORD else ()
    parts = sorted(name for name in set(single) - set(whole) if len(name) > 2)
    # A named kind has entries of whole rows only, so that the bits of the part are free.
    for pk, name in enumerate((*whole, *parts), one.pk):
        yield Named(pk, one.pk, str(one.kind), one.public, name, name in whole)
