"""Write the search index: the entries of rows.

`update_keys` keeps the index in step with the other tables: core.changes calls it in the
transaction that changes rows. The setting SEARCH_INDEX lists the indexes that it updates, each a
subclass of Index in the `indexes` module of the app that has the rows.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import chain

from django.conf import settings
from django.db import models
from django.db.models import Value
from django.db.models.functions import Concat
from django.utils import translation
from django.utils.module_loading import import_string

from core.bulk import insert, insert_values
from core.changes import NONE, Added, Keys, alone, changed_of
from core.dates import Edtf
from core.folding import fold
from search.match import PUBLIC, TOKEN, Filter, any_of, token
from search.models import Entry, Kind, Name, Word
from search.names import COLUMNS, joined_keys, names_of
from search.places import PART_BITS, ROW_BITS, WEIGHT_BITS
from search.words import words

# How many rows are indexed at a time, and for how many changes the touched rows are asked.
BATCH, PORTION = 500, 5000
# The last primary key there can be.
LAST = 2**63 - 1
# Between texts of one field, so that no phrase spans two.
BREAK = f" {TOKEN} "
# A date that spans more years is found under none.
YEARS = 60
# The lengths of words that are corrections of others.
CORRECTED = range(4, 41)
# Years, and all that begin with the same digits, so that a range of years has few alternatives.
YEAR_SIZES = ((1, "year"), (10, "tens"), (100, "hundreds"))
NO_DATE = Edtf.parse("")
# The columns of an entry that follow from its row.
VALUES = [field.attname for field in Entry._meta.concrete_fields if not hasattr(field, "of")]
# Kinds whose words are not learnt.
UNTAUGHT = frozenset((Kind.PASSAGE, Kind.TEXT, Kind.FIGURE))
# How many alternatives a match has at most.
ALTERNATIVES = 100


@dataclass(kw_only=True, slots=True)
class Document:
    """What is found of a row, or of a part of it, in its own words only: rows that it is about are
    given by kind and primary key, so that it does not change with them."""

    title: str
    url: str
    slug: str
    public: bool
    # Other names, which readers see; and further ones under which it is only looked up.
    names: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    summary: str = ""
    text: str = ""
    # Further words by which it is found, which readers do not see: types, codes, places.
    words: tuple[str, ...] = ()
    about: tuple[tuple[str, int], ...] = ()
    language: str = ""
    date: Edtf = NO_DATE
    until: Edtf = NO_DATE
    # The order among equally relevant results of its kind, from 0 (first) to 1023. By default the
    # shorter title comes first, and then the newer date.
    weight: int | None = None
    part: int = 0


class Index:
    """The entries of one kind, made from the rows of a model."""

    kind: Kind
    model: type[models.Model]
    # The foreign key to the row of which they are parts, and the kind of its entries. When that
    # row changes, its parts may have come, changed or gone.
    whole: tuple[str, Kind] | None = None
    # Whether publishing a row changes nothing in its entry but that readers may see it. Kinds that
    # are looked up by name are not such: their names would have to change too.
    same_when_published = False

    def rows(self) -> models.QuerySet:
        """The rows that have entries, with the related rows that `documents` needs."""
        return self.model._base_manager.all()

    def documents(self, row) -> Iterable[Document]:
        """What is found of a row."""
        raise NotImplementedError

    def touched(self, changed: Keys) -> set[int]:
        """The primary keys of its rows whose entries may differ after changes of rows."""
        found = changed_of(self.model, changed)
        for name in getattr(self.model, "CHILDREN", ()):
            child = self.model._meta.get_field(name)
            # Only by this very model: a child that is a record itself has changed with its parent.
            if pks := changed.get(child.related_model):
                rows = child.related_model._base_manager.filter(pk__in=pks).order_by()
                found |= set(rows.values_list(child.field.attname, flat=True))
        if self.whole:
            name, kind = self.whole
            if wholes := changed_of(self.model._meta.get_field(name).related_model, changed):
                rows = self.model._base_manager.filter(**{f"{name}__in": wholes}).order_by()
                found |= set(rows.values_list("pk", flat=True))
                found |= rows_about(kind, wholes)[self.kind]
        return found


@cache
def indexes() -> list[Index]:
    """The indexes of the setting SEARCH_INDEX, in its order."""
    return [import_string(name)() for name in settings.SEARCH_INDEX]


def update_keys(changed: Keys, published: Keys = NONE, added: Added = NONE) -> None:
    """Update the entries of rows that have changed or gone, or have only been published, and of
    others that depend on them. Rows that have been added are not read again."""
    if not changed and not published:
        return
    with alone():
        touched, revealed, shown = defaultdict(set), defaultdict(set), defaultdict(set)
        new = {model: changed[model] & rows.keys() for model, rows in added.items()}
        old = {model: pks - new.get(model, set()) for model, pks in changed.items()}
        for rows, found in ((old, touched), (published, revealed)):
            for some in _portions(rows):
                for index in indexes():
                    found[index] |= index.touched(some)
        # A new row that something else has touched may differ from what is in memory.
        added = {
            index.model: {
                pk: row
                for pk, row in rows.items()
                if pk not in touched[index] and pk not in revealed[index]
            }
            for index in indexes()
            if (rows := added.get(index.model))
        }
        for some in _portions(new):
            for index in indexes():
                touched[index] |= index.touched(some)
        for index in indexes():
            if index.same_when_published and index.model in published:
                shown[index] = published[index.model] - changed.get(index.model, set())
                # A changed row renews the entries that it touches, even published ones.
                revealed[index] -= shown[index]
        for index in indexes():
            touched[index] |= revealed[index] | show(index, shown[index])
        gone = write(touched, added)
        # Nothing is about rows that are gone.
        left = defaultdict(set)
        for index, pks in gone.items():
            for kind, rows in rows_about(index.kind, pks).items():
                left[index_of(kind)] |= rows
        write(left)


def show(index: Index, pks: set[int]) -> set[int]:
    """Show readers the stored entries of rows that have been published; return those rows that
    have no entry."""
    missing = set(pks)
    for some in in_batches(sorted(pks), PORTION):
        stored = Entry.objects.filter(kind=index.kind, row__in=some).order_by()
        missing.difference_update(stored.values_list("row", flat=True))
        about, hidden = Concat(Value(f"{PUBLIC.token} "), "about"), stored.filter(public=False)
        if index.kind not in UNTAUGHT:
            known = "kind", "title", "names", "summary"
            learn(Entry(public=True, **one) for one in hidden.values(*known))
        hidden.update(public=True, about=about)
    return missing


def _portions(changed: Keys) -> Iterator[Keys]:
    """The changes in portions, since databases limit the values of a query."""
    rows = {model: sorted(pks) for model, pks in changed.items()}
    for start in range(0, max(map(len, rows.values()), default=0), PORTION):
        yield {model: set(pks[start : start + PORTION]) for model, pks in rows.items()}


def write(touched: dict[Index, set[int]], added: Added = NONE) -> dict[Index, set[int]]:
    """Write the entries of rows, by index; return those rows that had entries and are gone."""
    found, gone = Differences(), defaultdict(set)
    for index, pks in touched.items():
        known = added.get(index.model, {})
        for some in in_batches(sorted(pks), BATCH):
            new, rows = entries(index, some, known)
            stored = Entry.objects.filter(kind=index.kind, row__in=some).in_bulk()
            gone[index] |= {one.row for one in stored.values()} - rows
            found += Differences.between(new, stored)
            if len(found) >= BATCH:
                save(found)
                found = Differences()
    save(found)
    return gone


def rows_about(kind: Kind, pks: Iterable[int]) -> dict[Kind, set[int]]:
    """The rows with entries that are about some rows of a kind, by their kind."""
    found = defaultdict(set)
    for some in in_batches(sorted(pks), ALTERNATIVES):
        match = any_of(Filter(token(kind, pk)) for pk in some)
        for other, row in Entry.objects.matching(match).order_by().values_list("kind", "row"):
            found[other].add(row)
    return found


def tokens_of(kind: Kind, pks: Iterable[int], name: str) -> set[int]:
    """The primary keys in the stored tokens of some rows of a kind: of the rows of another kind
    (`name`) that they were about when they were indexed."""
    found, wanted = set(), re.compile(re.escape(token(name)) + r"(\d+)")
    for some in in_batches(sorted(pks), BATCH):
        stored = Entry.objects.filter(kind=kind, row__in=some).order_by()
        for tokens in stored.values_list("about", flat=True):
            found.update(int(one[1]) for one in map(wanted.fullmatch, tokens.split()) if one)
    return found


def in_batches(pks: list[int], size: int) -> Iterator[list[int]]:
    """Primary keys in lists of at most this size."""
    return (pks[start : start + size] for start in range(0, len(pks), size))


@cache
def index_of(kind: Kind) -> Index:
    """The index that makes the entries of a kind."""
    return next(index for index in indexes() if index.kind == kind)


@dataclass(slots=True)
class Differences:
    """The differences between the entries as they should be and those stored."""

    missing: list[Entry] = field(default_factory=list)
    outdated: list[Entry] = field(default_factory=list)
    # Stored entries that should not be.
    superfluous: list[Entry] = field(default_factory=list)
    # Entries of which only the stored names differ.
    misnamed: list[Entry] = field(default_factory=list)

    @classmethod
    def between(
        cls, new: dict[int, Entry], stored: dict[int, Entry], names: dict[int, set] | None = None
    ) -> "Differences":
        """Entries are given by primary key. If `names` gives those stored, as sets of (keys,
        public, whole), they are compared too."""
        found = cls([one for pk, one in new.items() if pk not in stored])
        for pk, one in stored.items():
            if pk not in new:
                found.superfluous.append(one)
            elif any(getattr(new[pk], name) != getattr(one, name) for name in VALUES):
                found.outdated.append(new[pk])
            elif names is not None:
                wanted = {(name.keys, name.public, name.whole) for name in names_of(one)}
                if wanted != names.get(pk, set()):
                    found.misnamed.append(one)
        return found

    def named(self) -> dict[str, list[Entry]]:
        """The entries by what is wrong with them."""
        return {
            "missing": self.missing,
            "outdated": self.outdated,
            "superfluous": self.superfluous,
            "with other names": self.misnamed,
        }

    def __len__(self):
        return sum(map(len, self.named().values()))

    def __add__(self, other: "Differences") -> "Differences":
        pairs = zip(self.named().values(), other.named().values(), strict=True)
        return Differences(*(one + more for one, more in pairs))


def save(found: Differences) -> None:
    """Store entries and names as they should be."""
    if not found:
        return
    gone = [one.pk for one in found.superfluous]
    renamed = [*found.outdated, *found.misnamed]
    if gone or renamed:
        Name.objects.filter(entry__in=[*gone, *(one.pk for one in renamed)]).delete()
    if gone:
        Entry.objects.filter(pk__in=gone).delete()
    written = [*found.missing, *found.outdated]
    insert(written, replace=True)
    names = [name for one in (*found.missing, *renamed) for name in names_of(one)]
    insert_values(Name, COLUMNS, names)
    learn(written)


def entries(
    index: Index, pks: Iterable[int], known: Mapping = NONE
) -> tuple[dict[int, Entry], set[int]]:
    """The entries of some rows, as they should be, by their primary key; and the rows found. Rows
    that are `known`, by primary key, are not read."""
    found, rows = {}, set()
    unread = [pk for pk in pks if pk not in known]
    read = index.rows().filter(pk__in=unread) if unread else ()
    # Labels and dates are indexed in one language, whoever changes a row.
    with translation.override(settings.LANGUAGE_CODE):
        for row in chain((known[pk] for pk in pks if pk in known), read):
            rows.add(row.pk)
            for document in index.documents(row):
                one = entry(index.kind, row.pk, document)
                found[one.pk] = one
    return found, rows


def entry(kind: Kind, pk: int, document: Document) -> Entry:
    """The entry of a document."""
    shown, further = document.names, (document.summary, *document.words)
    return Entry(
        id=place(kind, pk, document),
        kind=kind,
        row=pk,
        public=document.public,
        slug=document.slug,
        url=document.url,
        language=document.language,
        date=document.date,
        until=document.until,
        title=document.title,
        names="\n".join(shown),
        aliases="\n".join(document.aliases),
        summary=document.summary,
        text=document.text,
        title_keys=joined_keys(document.title),
        names_keys=BREAK.join(map(joined_keys, shown)),
        summary_keys=BREAK.join(map(joined_keys, filter(None, further))),
        text_keys=joined_keys(document.text),
        about=" ".join(tokens(kind, pk, document)),
    )


def tokens(kind: Kind, pk: int, document: Document) -> Iterator[str]:
    """The tokens of an entry: what it is about, and what it is filtered by."""
    if document.public:
        yield PUBLIC.token
    yield token("kind", kind)
    yield token(kind, pk)
    for other, key_ in dict.fromkeys(document.about):
        yield token(other, key_)
    if document.language:
        yield token("language", language_key(document.language))
    listed = document.date.year
    if listed:
        yield token("decade", listed // 10)
    first, last = document.date.earliest, document.date.latest
    if first and last and last.year - first.year < YEARS:
        for size, name in YEAR_SIZES:
            for number in range(first.year // size, last.year // size + 1):
                yield token(name, number)


def language_key(tag: str) -> str:
    """The first part of a BCP 47 tag: "az" for az-Cyrl."""
    return "".join(filter(str.isalpha, tag.split("-")[0].lower()))


def place(kind: Kind, pk: int, document: Document) -> int:
    """The primary key of an entry, which is its place among equally relevant results: kind,
    weight, row, part. Both databases then find results in their order, without sorting."""
    weight = document.weight
    if weight is None:
        age = (2040 - (document.date.year or 0)) // 5
        weight = min(len(document.title.split()), 31) << 5 | min(max(age, 0), 31)
    found = list(Kind).index(kind) << WEIGHT_BITS | weight
    return (found << ROW_BITS | pk) << PART_BITS | document.part


# Most words occur in many entries.
folded = lru_cache(100_000)(fold)


def learn(changed: Iterable[Entry]) -> None:
    """Add the words of public entries to those from which corrections are taken."""
    found = set()
    for one in changed:
        if one.public and one.kind not in UNTAUGHT:
            for text in (one.title, one.names, one.summary):
                found.update(word for word in map(folded, words(text)) if len(word) in CORRECTED)
    insert((Word(word=word, size=len(word)) for word in sorted(found)), ignore=True)
