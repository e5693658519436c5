"""What a reader has typed into a search box, as a condition on entries.

    transit agreement        all words, in any field and any order
    "transit of goods"       these words side by side
    -oil -"natural gas"      not these
    kind:treaty country:kazakhstan topic:energy language:ru
    year:1992  1992..1996  ..1996
    transp*                  words that begin like this

Whatever cannot be read in this way is taken as words.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import reduce
from itertools import chain
from operator import and_

from core.folding import fold
from search.index import language_key
from search.match import About, Any, Filter, Match, Words, any_of, token
from search.models import Kind, Name
from search.words import begun, keys

# The most words and characters that are read, and the most words of a name.
MOST, LONGEST, NAME = 20, 1000, 6
# Rows whose name is in the query; more are not told apart by a name.
NAMESAKES = 20
# The kinds of rows that a name in the query stands for: entries about them are found too.
KNOWN_BY_NAME = (
    Kind.COUNTRY, Kind.ORGANIZATION, Kind.PERSON, Kind.TOPIC, Kind.INDICATOR, Kind.COMMODITY,
)  # fmt: skip
ROWS = (*KNOWN_BY_NAME, Kind.PAIR, Kind.SOURCE)
# Words that say nothing in a query, unless there are no others or they are quoted.
_STOP = (
    "a an the of and or in on at to by for with from between "
    "и в во на о об по с со к из у за для между "
    "və ve ilə ile üçün ucun haqqında haqqinda "
    "және мен пен бен туралы үшін арасындағы"
)
_PART = re.compile(r'(?P<not>-)?(?:(?P<name>[^\W\d_]+):)?(?:"(?P<quoted>[^"]*)"|(?P<plain>\S+))')
_YEARS = re.compile(r"(?P<first>\d{4})?\.\.(?P<last>\d{4})?")


@dataclass(frozen=True, slots=True)
class Term:
    """One word, or words side by side, that must be found; `start` and `end` are its offsets."""

    keys: tuple[str, ...]
    text: str
    start: int
    end: int
    quoted: bool = False
    prefix: bool = False

    def match(self) -> Match:
        return Words(self.keys, self.prefix)


@dataclass(slots=True)
class Query:
    """A query that has been read: terms, filters and what is excluded."""

    text: str
    terms: list[Term] = field(default_factory=list)
    excluded: list[Match] = field(default_factory=list)
    filters: list[Match] = field(default_factory=list)
    # Whether words beyond the limit were left out.
    cut: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.terms or self.filters or self.excluded)


def read(text: str) -> Query:
    """Read a query. It never fails."""
    text = text.replace("\0", " ")
    query = Query(text[:LONGEST], cut=len(text) > LONGEST)
    for part in _PART.finditer(query.text):
        if len(query.terms) + len(query.excluded) + len(query.filters) >= MOST:
            query.cut = True
            break
        _read_part(query, part)
    needed = [term for term in query.terms if term.quoted or fold(term.text) not in _FOLDED_STOP]
    query.terms = needed or query.terms
    return query


_FOLDED_STOP = frozenset(fold(_STOP).split())


def _read_part(query: Query, part: re.Match) -> None:
    value = part["quoted"] if part["quoted"] is not None else part["plain"]
    found = None
    if part["name"]:
        found = filter_of(part["name"].lower(), value)
    elif part["plain"] and (years := _YEARS.fullmatch(value)):
        found = within_years(years["first"], years["last"])
    if found is None:
        words = value if not part["name"] or part["quoted"] is not None else part[0].lstrip("-")
        if not (typed := tuple(keys(words))):
            return
        prefix = part["plain"] is not None and value.endswith("*")
        if prefix and (start := begun(re.split(r"[\W_]+", words.rstrip("*"))[-1])):
            typed = (*typed[:-1], start)
        start = part.start() + bool(part["not"])
        term = Term(typed, words, start, part.end(), part["quoted"] is not None, prefix)
        found = term.match()
        if not part["not"]:
            query.terms.append(term)
            return
    (query.excluded if part["not"] else query.filters).append(found)


def within_years(first: str | None, last: str | None) -> Match | None:
    """Entries that possibly fall into the years from first to last; None if these are no years."""
    if not (first or last):
        return None
    start, end = int(first or 1), int(last or 9999)
    if start > end:
        return None
    # Whole decades have a token of their own, but only under the listed year.
    if end - start < 200:
        return any_of(Filter(token("year", year)) for year in range(start, end + 1))
    return any_of(Filter(token("decade", decade)) for decade in range(start // 10, end // 10 + 1))


def filter_of(name: str, value: str) -> Match | None:
    """The condition of a filter such as country:kazakhstan; None if there is no such filter or
    value."""
    value = value.strip()
    if name == "kind" and value.lower() in Kind.values:
        return Filter(token("kind", value.lower()))
    if name == "year" and (years := re.fullmatch(r"(\d{1,4})(?:\.\.(\d{1,4}))?", value)):
        return within_years(years[1], years[2] or years[1])
    if name == "decade" and re.fullmatch(r"\d{1,3}0s?", value):
        return Filter(token("decade", int(value.rstrip("s")) // 10))
    if name == "language" and (tag := language_key(value)):
        return Filter(token("language", tag))
    if name in ROWS and (words := keys(value.replace("-", " "))):
        rows = named(name, " ".join(words))
        return any_of(Filter(token(name, row)) for row in rows) if rows else None
    return None


def named(kind: str, name_keys: str) -> list[int]:
    """The rows of a kind with a name, given by its keys."""
    rows = Name.objects.filter(kind=kind, keys=name_keys, whole=True, public=True)
    return list(rows.values_list("entry__row", flat=True).distinct()[:NAMESAKES])


@dataclass(frozen=True, slots=True)
class Meaning:
    """Terms of a query, by their places in it, that together are a name of these rows."""

    first: int
    last: int
    rows: tuple[tuple[str, int], ...]


def meanings(query: Query) -> list[Meaning]:
    """The names of rows in a query, the longest first from the left; they do not overlap."""
    terms, runs = query.terms, {}
    for first in range(len(terms)):
        for last in range(first, min(first + NAME, len(terms))):
            if not any(map(_is_no_name, terms[first : last + 1])):
                words = " ".join(chain.from_iterable(one.keys for one in terms[first : last + 1]))
                runs[first, last] = words
    rows = Name.objects.filter(
        keys__in=set(runs.values()), kind__in=KNOWN_BY_NAME, public=True
    ).order_by("entry_id")
    by_keys = {}
    for words, kind, row in rows.values_list("keys", "kind", "entry__row"):
        by_keys.setdefault(words, {})[kind, row] = None
    found, place = [], 0
    while place < len(terms):
        for last in range(min(place + NAME, len(terms)) - 1, place - 1, -1):
            meant = by_keys.get(runs.get((place, last), ""))
            if meant:
                found.append(Meaning(place, last, tuple(meant)[:NAMESAKES]))
                place = last
                break
        place += 1
    return found


def _is_no_name(term: Term) -> bool:
    """Whether a term is not part of a name: the beginning of a word, or a short word that would be
    taken for a code, such as "it" for that of Italy."""
    return term.prefix or len(term.text) < 3 and not term.text.isupper()


def condition(query: Query, known: Iterable[Meaning] = ()) -> Match:
    """The condition that entries meet: all terms, where a name may also be that of a row which the
    entry is about; all filters; and nothing that is excluded."""
    parts, place = [], 0
    for one in known:
        parts += [term.match() for term in query.terms[place : one.first]]
        words = reduce(and_, (term.match() for term in query.terms[one.first : one.last + 1]))
        parts.append(Any((words, *(About(token(kind, row)) for kind, row in one.rows))))
        place = one.last + 1
    parts += [term.match() for term in query.terms[place:]]
    return limited(parts, query)


def limited(parts: list[Match], query: Query) -> Match:
    """The parts with the filters of a query, without what it excludes."""
    match = reduce(and_, (*parts, *query.filters, *([] if parts or query.filters else [ALL])))
    return match.but_not(any_of(query.excluded)) if query.excluded else match


ALL: Match = any_of(Filter(token("kind", kind)) for kind in Kind.values)
