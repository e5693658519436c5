"""What is offered to somebody who is typing."""

from itertools import islice

from search.match import All, Words
from search.models import Entry, Kind, Name
from search.words import begun, keys, words

# The kinds that are suggested, and how many entries.
SUGGESTED = (Kind.COUNTRY, Kind.PAIR, Kind.ORGANIZATION, Kind.PERSON, Kind.TREATY)
SUGGESTIONS = 8
# Fewer letters begin too many names.
SHORTEST = 2
# The most words that are read of a name that is being typed.
MOST = 6


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
