"""What a reader has typed into a search box, as a condition on entries.

    transit agreement        all words, in any field and any order
    "transit of goods"       these words side by side; also “ ” and « »
    -oil -"natural gas"      not these
    kind:treaty country:kazakhstan country:"united kingdom" topic:energy,transport language:ru
    year:1992  1992..1996  ..1996  decade:1990s
    transp*                  words that begin like this

Whatever cannot be read in this way is taken as words.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import chain

from babel import Locale

from core.date_words import LANGUAGES
from core.folding import fold
from search.dates import in_words, months, within_years, year_tokens
from search.index import language_key
from search.kind_words import kind_of
from search.match import (
    PUBLIC,
    TOKEN,
    About,
    Any,
    Filter,
    Match,
    Words,
    all_of,
    any_of,
    token,
)
from search.models import Entry, Kind, Name
from search.words import CODE, begun, keys, places

# The most words and values of filters, characters and words of a phrase that are read, and the most
# words of a name.
MOST, LONGEST, PHRASE, NAME = 20, 1000, 30, 8
# Shorter beginnings are taken as whole words: too many words begin like them.
SHORTEST_PREFIX = 3
# At most so many rows with one name are found by it; the others are ignored.
NAMESAKES = 20
# The kinds of rows that a name in the query stands for: entries about them are found too.
KNOWN_BY_NAME = (
    Kind.COUNTRY, Kind.ORGANIZATION, Kind.PERSON, Kind.TOPIC, Kind.INDICATOR, Kind.COMMODITY,
)  # fmt: skip
ROWS = (*KNOWN_BY_NAME, Kind.PAIR, Kind.SOURCE)
FILTERS = ("kind", "year", "decade", "language", *ROWS)
# Stop words: left out of a query unless there are no others or they are quoted.
_STOP = frozenset(
    fold(
        "a an the of and or in on at to by for with from between into about as its "
        "и в во на о об по с со к из у за для между от до при де "
        "və ve ilə ile üçün ucun haqqında haqqinda arasında arasinda "
        "және мен пен бен туралы үшін арасындағы"
    ).split()
)
_STOP_KEYS = frozenset(keys(" ".join(_STOP)))
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»″〝〞＂", '"') | {"−": "-"})
# A whole number in groups of three digits, or without separators.
_SPACED = "[1-9]\\d{0,2}(?:[ \u00a0\u2009\u202f]\\d{3})+"
_WHOLE_NUMBER = re.compile(rf"{_SPACED}|[1-9]\d{{0,2}}(?:[.,]\d{{3}})+|[1-9]\d{{4,20}}")
# A code of letters and digits without a separator.
_JOINED_CODE = re.compile(r"([^\W\d_]{1,3})(\d{3,20})")
_PART = re.compile(
    r'(?P<not>-)?(?:(?P<name>[^\W\d_]+):(?="?[^\s"]))?'
    rf'(?:"(?P<quoted>[^"]*)"|(?P<plain>{_SPACED}(?!\S)|\S+))'
)
_YEARS = re.compile(r"(?P<first>\d{4})?\.\.(?P<last>\d{4})?")
# The years that a plain number may stand for.
_PLAIN_YEAR = re.compile(r"1[0-9]{3}|20[0-9]{2}")
_FROM_TO = re.compile(rf"({_PLAIN_YEAR.pattern})[-‐‑–—]({_PLAIN_YEAR.pattern})")
# "1990s", "1990-е", "1990-х"; but "2000-го" and "2020-ci" are years.
_DECADE = re.compile(r"(1[0-9]{2}|20[0-9])0(?:['’]?s|-?(?:е|х|ые|ых))", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Term:
    """One word, or words side by side, that must be found; `start` and `end` are its offsets."""

    keys: tuple[str, ...]
    text: str
    start: int
    end: int
    quoted: bool = False
    prefix: bool = False

    @property
    def stops(self) -> bool:
        """Whether it says nothing beside other words."""
        return not self.quoted and fold(self.text) in _STOP

    def match(self) -> Match:
        """Entries with its words, in any way to write a number, code or date."""
        found = [Words(self.keys, self.prefix), *map(Words, self._written_otherwise())]
        if len(self.keys) > 1 and not self.quoted and _WHOLE_NUMBER.fullmatch(self.text):
            # They may also be several numbers.
            found.append(all_of(Words((one,)) for one in self.keys))
        return any_of(found)

    def _written_otherwise(self) -> list[tuple[str, ...]]:
        """The keys of other ways to write a whole number, a code or a date: 47496538 is 47,496,538
        and 47 496 538, HS2710 is HS 2710, and 2024-03-11 is 11 March 2024."""
        if self.prefix:
            return []
        ways = (in_words(self.text),)
        if code := _JOINED_CODE.fullmatch(self.text):
            ways = (" ".join(code.groups()),)
        elif _WHOLE_NUMBER.fullmatch(self.text):
            digits = re.sub(r"\D", "", self.text)
            parted = f"{int(digits):,}"
            ways = (digits, parted, parted.replace(",", " "))
        typed = places(self.text)
        words = (months().get(self.text[start:end].lower(), word) for start, end, word in typed)
        found = [tuple(words)[:PHRASE], *(tuple(keys(way)) for way in ways if way)]
        return [way for way in found if way != self.keys]

    @property
    def marks(self) -> list[str]:
        """What `search.extracts` marks: its words, or other ways to write them."""
        other = map(" ".join, self._written_otherwise())
        return [" ".join(self.keys) + "*" * self.prefix, *other]

    def found(self, alone: bool = True) -> Match:
        """Entries with its words, or of the years or the kind that it stands for. Beside other
        words (not `alone`), entries of the kind count like those with its word in the title."""
        return any_of((self.match(), *self._stands_for(About if alone else Filter)))

    def _stands_for(self, of_kind: type[Match]) -> Iterator[Match]:
        if self.quoted or self.prefix:
            return
        if (years := _FROM_TO.fullmatch(self.text)) and years[1] <= years[2]:
            yield from (About(one) for one in year_tokens(int(years[1]), int(years[2])))
        if years := _DECADE.fullmatch(self.text):
            yield About(token("tens", int(years[1])))
        if len(self.keys) > 1:
            return
        if _PLAIN_YEAR.fullmatch(self.text):
            yield About(token("year", int(self.text)))
        if kind := kind_of(self.keys[0]):
            yield of_kind(token("kind", kind))


@dataclass(slots=True)
class Query:
    """A query that has been read: terms, filters and what is excluded."""

    text: str
    # The terms that must be found, and all that were typed, with words that say nothing.
    terms: list[Term] = field(default_factory=list)
    typed: list[Term] = field(default_factory=list)
    excluded: list[Match] = field(default_factory=list)
    filters: list[Match] = field(default_factory=list)
    # Whether words beyond the limit were left out.
    cut: bool = False
    # How many words and values of filters were read.
    parts_read: int = 0
    # Whether an editor asks, to whom the names of drafts mean something.
    desk: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.terms or self.filters or self.excluded)


def read(text: str, desk: bool = False) -> Query:
    """Read a query of a reader, or of an editor (`desk`). It never fails."""
    # No database stores half of a surrogate pair.
    text = text.replace("\0", " ").encode(errors="replace").decode()
    query = Query(text[:LONGEST], cut=len(text) > LONGEST, desk=desk)
    for part in written_parts(query.text):
        if query.parts_read >= MOST:
            query.cut = True
            break
        _read_part(query, part)
    query.terms = [term for term in query.typed if not term.stops] or query.typed
    return query


def written_parts(text: str) -> Iterator[re.Match]:
    """The words, phrases and filters of a text as they are written."""
    return _PART.finditer(text.translate(_QUOTES))


def _read_part(query: Query, part: re.Match) -> None:
    if (found := _filter(query, part)) is not None:
        (query.excluded if part["not"] else query.filters).append(found)
        return
    terms = [term for term in _terms(query, part) if term.keys]
    query.parts_read += len(terms)
    if part["not"]:
        query.excluded += [any_of((term.match(), *_about(term, query.desk))) for term in terms]
    else:
        query.typed += terms


def _filter(query: Query, part: re.Match) -> Match | None:
    """The condition of a part that is a filter or a range of years; None for words."""
    name = (part["name"] or "").lower()
    if not name:
        years = part["plain"] and _YEARS.fullmatch(part["plain"])
        found = within_years(years["first"], years["last"]) if years else None
        query.parts_read += found is not None
        return found
    if name not in FILTERS:
        return None
    values = [part["quoted"]] if part["quoted"] is not None else part["plain"].split(",")
    values = list(dict.fromkeys(value for value in values if value.strip()))
    # Each value takes up to four queries of the database, whether it is known or not.
    few = values[: MOST - query.parts_read]
    query.parts_read += len(few)
    found = [filter_of(name, value, query.desk) for value in few]
    if None in found or not found:
        return None
    query.cut |= len(values) > len(few)
    return any_of(found)


def _terms(query: Query, part: re.Match) -> Iterator[Term]:
    """The terms of a part that is not a filter."""
    start, end = part.start() + bool(part["not"]), part.end()
    quoted = part["quoted"] is not None
    if part["name"] and (quoted or part["name"].lower() in FILTERS):
        # No filter, or not such a value: both are words.
        yield _term(query, part["name"], start)
        start += len(part["name"]) + 1
    if quoted:
        yield _term(query, part["quoted"], start, end, quoted=True)
    else:
        yield _term(query, query.text[start:end], start)


def _term(query: Query, text: str, start: int, end: int | None = None, quoted=False) -> Term:
    """The term of a text at an offset; without keys if it has no words."""
    end, typed, prefix = end or start + len(text), tuple(keys(text)), False
    if len(typed) > PHRASE:
        query.cut, typed = True, typed[:PHRASE]
    elif typed and text.endswith("*") and not quoted:
        last = re.split(r"[\W_]+", text.rstrip("*"))[-1]
        beginning = begun(last) if len(last) >= SHORTEST_PREFIX else ""
        # All tokens begin with "z".
        if not TOKEN.startswith(beginning):
            typed, prefix = (*typed[:-1], beginning), True
    return Term(typed, text, start, end, quoted, prefix)


def filter_of(name: str, value: str, desk: bool = False) -> Match | None:
    """The condition of a filter such as country:kazakhstan; None if there is no such filter or
    value."""
    value = value.strip()
    if name == "kind":
        words = keys(value)
        kind = value.lower() if value.lower() in Kind.values else None
        kind = kind or (kind_of(words[0]) if len(words) == 1 else None)
        return Filter(token("kind", kind)) if kind else None
    if name == "year":
        years = re.fullmatch(r"([0-9]{1,4})?(?:(\.\.|[-‐‑–—])([0-9]{1,4})?)?", value)
        return years and within_years(years[1], years[3] if years[2] else years[1])
    if name == "decade" and value.isascii() and re.fullmatch(r"\d{1,3}0s?", value):
        return Filter(token("decade", int(value.rstrip("s")) // 10))
    if name == "language":
        tag = language_tags().get(fold(value).removesuffix(_TONGUE), language_key(value))
        return Filter(token("language", tag)) if tag and tag.isascii() else None
    if name in ROWS and (words := keys(value.replace("-", " "))):
        rows = named(name, value, " ".join(words), desk)
        return any_of(Filter(token(name, row)) for row in rows) if rows else None
    return None


# The end of Kazakh names of languages.
_TONGUE = f" {fold('тілі')}"


@cache
def language_tags() -> dict[str, str]:
    """The tags of languages by their folded names in the four languages."""
    return {
        fold(name).removesuffix(_TONGUE): tag
        for language in LANGUAGES
        for tag, name in Locale(language).languages.items()
        if len(tag) == 2
    }


def named(kind: str, value: str, name_keys: str, desk: bool) -> list[int]:
    """The public rows of a kind, or all for editors (`desk`), with a name, given with its keys;
    those with exactly these letters if there are any. A word of the name is enough for kinds that
    are known by a word."""
    rows = Name.objects.filter(kind=kind, keys=name_keys).select_related("entry")
    rows = rows if desk else rows.filter(public=True)
    found = sorted(rows[: NAMESAKES * 2], key=lambda name: (not name.whole, name.entry_id))
    exact = [one for one in found if is_written(one.entry, value)]
    whole = [one for one in found if one.whole]
    rows = dict.fromkeys(one.entry.row for one in exact or whole or found)
    if kind == Kind.PAIR and not rows:
        rows = dict.fromkeys(pairs_of(value, desk))
    return list(rows)[:NAMESAKES]


def pairs_of(text: str, desk: bool) -> Iterable[int]:
    """The public pairs, or all for editors (`desk`), of the two countries that a text names, in
    either order."""
    found = list(places(text))
    if len(found) > 2 * NAME:
        return []
    # In a pair, codes of two letters are names in small letters too, and never stop words.
    codes = all(end - start < CODE for start, end, _key in found)
    typed = [
        Term((key,), text[start:end].upper() if codes else text[start:end], start, end, codes)
        for start, end, key in found
    ]
    known = [
        {row for kind, row in one.rows if kind == Kind.COUNTRY}
        for one in meanings(Query(text, typed, typed), desk)
    ]
    sides = list(filter(None, known))
    if len(sides) != 2 or sides[0] & sides[1]:
        return []
    of_both = (any_of(Filter(token(Kind.COUNTRY, row)) for row in rows) for rows in sides)
    match = all_of((Filter(token("kind", Kind.PAIR)), *of_both))
    match = match if desk else match & PUBLIC
    return Entry.objects.matching(match).values_list("row", flat=True)[:NAMESAKES]


def is_written(entry, text: str) -> bool:
    """Whether one of the names of an entry has exactly these letters, apart from accents."""
    names = (entry.title, entry.slug.replace("-", " "), *entry.names.splitlines())
    wanted = fold(text)
    return any(fold(name) == wanted for name in (*names, *entry.aliases.splitlines()))


def trimmed(words: list[str]) -> tuple[str, ...]:
    """The keys of words without those at the ends that say nothing in the name of a country, such
    as "and" or "relations"."""
    said = [number for number, word in enumerate(words) if not _is_filler(word)]
    return tuple(words[said[0] : said[-1] + 1]) if said else ()


def _is_filler(word: str) -> bool:
    return word in _STOP_KEYS or kind_of(word) == Kind.PAIR


def _about(term: Term, desk: bool) -> list[Match]:
    """Entries about the rows with a term as their name."""
    if _is_no_name(term):
        return []
    known = meanings(Query(term.text, [term], [term]), desk)
    return [About(token(kind, row)) for one in known for kind, row in one.rows]


@dataclass(frozen=True, slots=True)
class Meaning:
    """Typed terms of a query, by their places in it, that together are a name of these rows."""

    first: int
    last: int
    rows: tuple[tuple[str, int], ...]


def meanings(query: Query, desk: bool = False) -> list[Meaning]:
    """The names of public rows, or of all for editors (`desk`), in a query, the longest first from
    the left; they do not overlap."""
    terms, runs = query.typed, {}
    for first in range(len(terms)):
        for last in range(first, min(first + NAME, len(terms))):
            part = terms[first : last + 1]
            if not any(map(_is_no_name, part)) and not (part[0].stops and last == first):
                together = " ".join(chain.from_iterable(one.keys for one in part))
                runs[first, last] = [together] if part[1:] else part[0].marks
    by_keys = _rows_by_name(set(chain.from_iterable(runs.values())), desk)
    found, first = [], 0
    while first < len(terms):
        for last in range(min(first + NAME, len(terms)) - 1, first - 1, -1):
            written = " ".join(term.text for term in terms[first : last + 1])
            names = runs.get((first, last), ())
            meant = chain.from_iterable(by_keys.get(name, ()) for name in names)
            rows = {one: None for one, entry in meant if not _is_other_code(entry, written)}
            if rows:
                found.append(Meaning(first, last, tuple(rows)[:NAMESAKES]))
                first = last
                break
        first += 1
    return found


def _rows_by_name(names: set[str], desk: bool) -> dict[str, list]:
    """The rows with each of these names, by its keys, as (kind, key); with their entries for names
    that may be codes."""
    rows = Name.objects.filter(keys__in=names, kind__in=KNOWN_BY_NAME)
    rows = rows if desk else rows.filter(public=True)
    rows = list(rows.order_by("entry_id").values_list("keys", "kind", "entry__row", "entry_id"))
    codes = {entry for words, _kind, _row, entry in rows if len(words) <= CODE}
    entries = Entry.objects.in_bulk(codes)
    found = {}
    for words, kind, row, entry in rows:
        found.setdefault(words, []).append(((kind, row), entries.get(entry)))
    return found


def _is_other_code(entry, written: str) -> bool:
    return entry is not None and not is_written(entry, written)


def _is_no_name(term: Term) -> bool:
    """Whether a term is not part of a name: the beginning of a word, or a short word that would be
    taken for a code, such as "it" for that of Italy."""
    if term.prefix:
        return True
    return len(term.text) < 3 and not term.text.isupper() and not term.stops


def condition(query: Query, known: Iterable[Meaning] = ()) -> Match:
    """The condition that entries meet: all terms, where a name may also be that of a row which the
    entry is about; all filters; and nothing that is excluded."""
    needed, parts, start = set(query.terms), [], 0
    alone = len(needed) == 1
    for one in known:
        parts += [term.found(alone) for term in query.typed[start : one.first] if term in needed]
        terms = query.typed[one.first : one.last + 1]
        terms = [term for term in terms if term in needed] or terms
        words = all_of(term.found(alone) for term in terms)
        parts.append(Any((words, *(About(token(kind, row)) for kind, row in one.rows))))
        start = one.last + 1
    parts += [term.found(alone) for term in query.typed[start:] if term in needed]
    return limited(parts, query)


def limited(parts: list[Match], query: Query) -> Match:
    """The parts with the filters of a query, without what it excludes."""
    match = all_of((*parts, *query.filters) or [ALL])
    return match.but_not(any_of(query.excluded)) if query.excluded else match


ALL: Match = any_of(Filter(token("kind", kind)) for kind in Kind.values)
