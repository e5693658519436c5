"""The results of a search as readers see them: with the names of what they are about."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from core.dates import Edtf, babel_locale, today
from relations.models import Kind as RecordKind
from relations.models import Record
from relations.models.relation import pair_slug
from search.extracts import Part, extract, marked
from search.index import NO_DATE, language_key
from search.match import TOKEN
from search.models import Entry, Kind
from search.query import ROWS, Query, written_parts
from search.results import Cursor, Found, Search
from search.words import keys
from treaties.models import Treaty

# How many results a file fetches at once: few queries, and little memory.
IN_FILES = 500
# Kinds whose language is shown.
WRITTEN = (Kind.SOURCE, Kind.PASSAGE, Kind.TEXT)
# Their own titles are a number and a year, or goods: the countries are shown as a pair.
STATEMENTS = (Kind.FIGURE, Kind.GOOD)
# Where the records of each kind have their place.
PLACES = tuple(
    f"{name}__place" for name in ("visit", "event", "mission", "as_treaty", "treatyaction")
)
_ROW = re.compile(rf"{TOKEN}({'|'.join(ROWS)})(\d+)")
# The kind and primary key of a row.
Row = tuple[str, int]


def rows_of(about: str) -> list[Row]:
    """The rows in the tokens of an entry, in their order."""
    found = filter(None, map(_ROW.fullmatch, about.split()))
    return [(one[1], int(one[2])) for one in found]


def named(rows: Iterable[Row]) -> dict[Row, Entry]:
    """The public entries of rows, by row, in one query."""
    by_kind = defaultdict(set)
    for kind, row in rows:
        by_kind[kind].add(row)
    if not by_kind:
        return {}
    wanted = Q(*(Q(kind=kind, row__in=pks) for kind, pks in by_kind.items()), _connector=Q.OR)
    fields = ("kind", "row", "slug", "title", "url")
    found = Entry.objects.filter(wanted, public=True).only(*fields)
    return {(entry.kind, entry.row): entry for entry in found}


def language_name(tag: str) -> str:
    """The name of a language in the active one; empty if it is unknown."""
    return babel_locale().languages.get(language_key(tag), "")


@dataclass(frozen=True, slots=True)
class Pair:
    """A pair of countries with its page."""

    title: str
    slug: str
    url: str


@dataclass
class Result:
    """An entry that a search has found, with the entries of what it is about."""

    entry: Entry
    search: Search
    names: dict[Row, Entry]
    # A treaty fetched with its status, and the place of a record.
    treaty: Treaty | None = None
    place: str = ""
    rows: list[Row] = field(init=False)

    def __post_init__(self):
        own = (self.entry.kind, self.entry.row)
        self.rows = [row for row in rows_of(self.entry.about) if row != own and row in self.names]

    # What the filter time_span reads.
    @property
    def kind(self) -> str:
        return self.entry.kind

    @property
    def date(self) -> Edtf:
        return self.entry.date

    @property
    def until(self) -> Edtf:
        return self.entry.until

    end = NO_DATE

    def about(self, kind: str) -> list[Entry]:
        """What it is about, of one kind."""
        return [self.names[row] for row in self.rows if row[0] == kind]

    @cached_property
    def pair(self) -> Entry | Pair | None:
        """Its pair; of a figure or goods that of its two countries."""
        found = self.about("pair")
        if found:
            return found[0]
        sides = self.about("country")[:2]
        if self.kind not in STATEMENTS or len(sides) < 2:
            return None
        slug = pair_slug(*sides)
        title = "–".join(side.title for side in sides)
        return Pair(title, slug, reverse("portal:dossier", args=[slug]))

    @property
    def countries(self) -> list[Entry]:
        """Its countries if it is not of a pair."""
        return [] if self.pair or self.kind == Kind.PAIR else self.about("country")

    @cached_property
    def title(self) -> str:
        """The title, for a figure with its indicator."""
        before = self.about("indicator") if self.kind == Kind.FIGURE else ()
        return ": ".join([*(one.title for one in before), self.entry.title])

    @cached_property
    def found(self) -> list[str]:
        """What is marked of the terms of the query."""
        return [one for term in self.search.query.terms for one in term.marks]

    @cached_property
    def title_parts(self) -> list[Part]:
        return marked(self.title, self.found)

    @property
    def pair_parts(self) -> list[Part]:
        """The pair, marked only if no word of the title is: most titles name both countries."""
        is_marked = any(found for _text, found in self.title_parts)
        return marked(self.pair.title, () if is_marked else self.found)

    @property
    def place_parts(self) -> list[Part]:
        return marked(self.place, self.found)

    @cached_property
    def extract(self) -> list[Part]:
        """About 30 words of the summary, the text or the other names: what matches most."""
        entry = self.entry
        names = entry.names.replace("\n", ", ")
        also = names and _("also: %(names)s") % {"names": names}
        return extract((entry.summary, entry.text, also), self.found)

    @property
    def is_dated(self) -> bool:
        """Whether it has a date, even if the date is not known."""
        return bool(self.date or self.until) or self.kind in RecordKind.values

    @property
    def is_quoted(self) -> bool:
        """Whether the extract is a source's own words."""
        return self.kind in (Kind.PASSAGE, Kind.TEXT)

    @property
    def language(self) -> str:
        return self.entry.language if self.kind in WRITTEN else ""

    @property
    def language_name(self) -> str:
        return language_name(self.language) if self.language else ""

    @cached_property
    def reasons(self) -> list[Entry]:
        """The rows in the query that it was found by, if no word on the page shows that."""
        texts = [self.title, self.place, *(text for text, _marked in self.extract)]
        texts += [self.pair.title] if self.pair else []
        texts += [country.title for country in self.countries]
        seen, about = set(keys(" ".join(texts))), set(self.rows)
        reasons = {}
        for meaning in self.search.known:
            terms = self.search.query.typed[meaning.first : meaning.last + 1]
            if not all(term.stops or seen.issuperset(term.keys) for term in terms):
                reasons |= {row: self.names[row] for row in meaning.rows if row in about}
        return list(reasons.values())


def results(search: Search, entries: list[Entry], names: dict[Row, Entry]) -> list[Result]:
    """The results on a page, with the `names` of what they are about, the places of records, and
    the status of treaties today."""
    records = [entry.row for entry in entries if entry.kind in RecordKind.values]
    places = dict(
        Record.objects.filter(pk__in=records)
        .order_by()
        .values_list("pk", Coalesce(*PLACES, Value("")))
    )
    treaties = {}
    if pks := [entry.row for entry in entries if entry.kind == Kind.TREATY]:
        treaties = Treaty.objects.published().with_status(today()).in_bulk(pks)
    return [
        Result(entry, search, names, treaties.get(entry.row), places.get(entry.row, ""))
        if entry.kind in RecordKind.values
        else Result(entry, search, names)
        for entry in entries
    ]


def rows_about(entries: list[Entry]) -> Iterator[Row]:
    """The rows that entries are about."""
    for entry in entries:
        yield from rows_of(entry.about)


def page(search: Search, order: str, after: Cursor | None, **size) -> Found:
    """A page of results in this order."""
    return (search.newest if order == "date" else search.page)(after, **size)


def in_file(search: Search, order: str) -> Iterator[Result]:
    """All results in this order, fetched page by page."""
    after = None
    while True:
        found = page(search, order, after, limit=IN_FILES)
        yield from results(search, found.entries, named(rows_about(found.entries)))
        if not (after := found.next):
            return


def without_each_word(query: Query) -> Iterator[str]:
    """The query without each of its words in turn; a filter that is unknown goes with its value."""
    for part in written_parts(query.text):
        start, end = part.span()
        if any(start <= term.start < end for term in query.terms):
            yield " ".join((query.text[:start] + query.text[end:]).split())
