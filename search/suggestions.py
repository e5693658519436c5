"""What is offered to somebody who is typing, and to somebody whose words were not found."""

from dataclasses import dataclass
from itertools import islice

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from core.folding import fold
from search.index import CORRECTED
from search.match import PUBLIC, All, Filter, Match, Words
from search.models import Entry, Kind, Name, Word
from search.query import Query, Term
from search.results import first_keys
from search.words import begun, keys, words

# The kinds that are suggested, and how many entries.
SUGGESTED = (Kind.COUNTRY, Kind.PAIR, Kind.ORGANIZATION, Kind.PERSON, Kind.TREATY)
SUGGESTIONS = 8
# Fewer letters begin too many names.
SHORTEST = 2
# The most words that are read of a name that is being typed.
MOST = 6
# How many similar words are tried as corrections of a word.
TRIED = 8
# Longer words may have two typing errors.
LONG = 8


def suggest(
    text: str, kinds: tuple[str, ...] = SUGGESTED, limit: int = SUGGESTIONS, desk: bool = False
) -> list[Entry]:
    """Entries with a name in which every word of the text begins a word: those with exactly this
    name first, then those whose name begins with it, then by their place in the index."""
    typed = words(text)[:MOST]
    starts = [start for start in map(begun, typed) if start]
    if not starts or sum(map(len, starts)) < SHORTEST:
        return []
    names = Name.objects.filter(kind__in=kinds, whole=True)
    if not desk:
        names = names.filter(public=True)
    whole = " ".join(keys(text))
    exact = names.filter(keys=whole).order_by("entry_id").values_list("entry", flat=True)
    found = dict.fromkeys(exact[:limit])
    for rows in (
        names.filter(keys__gte=" ".join(starts), keys__lt=" ".join(starts) + "\x7f"),
        names.filter(pk__matches=All(tuple(Words((start,), prefix=True) for start in starts))),
    ):
        if len(found) < limit:
            more = rows.order_by("entry_id").values_list("entry", flat=True).distinct()
            found |= dict.fromkeys(more[: limit + len(found)])
    shown = list(islice(found, limit))
    entries = Entry.objects.in_bulk(shown)
    return [entries[pk] for pk in shown if pk in entries]


@dataclass(frozen=True, slots=True)
class Correction:
    """A query with other words in place of those that are found nowhere."""

    text: str
    # The text in parts, each with whether it is corrected.
    parts: tuple[tuple[str, bool], ...]


def correct(query: Query) -> Correction | None:
    """The query with similar known words in place of those that are found nowhere; None if it has
    none, or no similar word is known for one of them."""
    parts, place = [], 0
    for term in query.terms:
        if term.quoted or term.prefix or len(term.keys) > 1 or is_found(term.match()):
            continue
        if not (word := similar(term)):
            return None
        parts += [(query.text[place : term.start], False), (word, True)]
        place = term.end
    if not parts:
        return None
    parts.append((query.text[place:], False))
    return Correction("".join(text for text, _changed in parts), tuple(filter(all_text, parts)))


def all_text(part: tuple[str, bool]) -> bool:
    return bool(part[0])


def is_found(match: Match) -> bool:
    """Whether a reader finds anything with this."""
    return bool(first_keys(All((match, Filter(PUBLIC))), -1, 1))


def similar(term: Term) -> str:
    """The known word that differs from a term by the fewest typing errors; empty without one."""
    typed = fold(term.text)
    if len(typed) not in CORRECTED:
        return ""
    errors = 2 if len(typed) >= LONG else 1
    sizes = range(len(typed) - errors, len(typed) + errors + 1)
    known = Word.objects.filter(size__in=sizes).values_list("word", flat=True)
    close = extract(typed, list(known), scorer=OSA.distance, score_cutoff=errors, limit=TRIED)
    ranked = sorted(close, key=lambda one: (one[1], one[0][0] != typed[0], one[0]))
    for word, _distance, _place in ranked:
        if is_found(Words(tuple(keys(word)))):
            return word
    return ""
