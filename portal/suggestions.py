"""What is offered to a reader who is typing, and the pair of countries that a text names."""

from relations.models import Country, Relation
from relations.pairs import relation_of
from search.models import Kind
from search.places import row_of
from search.query import read
from search.suggestions import SUGGESTED, SUGGESTIONS, places, shown_name, suggest

# Characters that are read, and words that are divided into the names of two countries.
LONGEST, WORDS = 200, 8


def suggestions(text: str, kinds: tuple[str, ...] = SUGGESTED) -> list[dict]:
    """Suggestions of these kinds for a text, the best first: kind and its label, title, another
    name if that is the one that matches, and address. The pair of two countries comes first."""
    text = text[:LONGEST]
    found = [
        _suggestion(entry.kind, entry.title, entry.url, shown_name(entry, text))
        for entry in suggest(text, kinds)
    ]
    if pair := named_pair(text):
        first = _suggestion(Kind.PAIR, str(pair), pair.get_absolute_url())
        found = [first, *(one for one in found if one["url"] != first["url"])]
    return found[:SUGGESTIONS]


def _suggestion(kind: str, title: str, url: str, name: str = "") -> dict:
    label = str(Kind(kind).label)
    return {"kind": str(kind), "label": label, "title": title, "name": name, "url": url}


def named_pair(text: str) -> Relation | None:
    """The relation of the two countries whose names make up a text, such as "kaz az"; it need not
    be saved. None if there are no two, or the whole text is the name of one."""
    written = text[:LONGEST].replace("–", " ").replace("-", " ").split()
    for words in (written, _without_stop_words(text[:LONGEST])):
        # No name of a country has the same word twice.
        one_name = len(set(words)) == len(words) and _country(words)
        if one_name or not 2 <= len(words) <= WORDS:
            continue
        for cut in range(1, len(words)):
            if not (one := _country(words[:cut])):
                # Nor does a name have these words and others.
                break
            other = _country(words[cut:])
            if other and one != other:
                countries = Country.objects.in_bulk([one, other])
                if len(countries) == 2:
                    return relation_of(countries[one], countries[other])
    return None


def _without_stop_words(text: str) -> list[str]:
    return [term.text for term in read(text).terms]


def _country(words: list[str]) -> int | None:
    """The primary key of the country that is suggested first for some words."""
    found = places(" ".join(words), kinds=(Kind.COUNTRY,), limit=1)
    return row_of(found[0]) if found else None
