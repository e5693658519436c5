"""Write the search index: the entries of rows.

`update` is the one place that keeps the index in step with the other tables: whatever changes rows
calls it in the same transaction. The setting SEARCH_INDEX lists the indexes that it updates, each
a subclass of Index in the `indexes` module of the app that has the rows.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.db import models, transaction
from django.utils.module_loading import import_string

from core.dates import Edtf
from core.folding import fold
from search.match import PUBLIC, TOKEN, token
from search.models import Entry, Kind, Name, Word
from search.words import keys, words

# How many rows are indexed at a time.
BATCH = 500
# The bits of a row and of a part in the place of an entry.
ROW_BITS, PART_BITS, WEIGHT_BITS = 32, 14, 10
# Kinds that are looked up by name, and those of which a word of the name is enough.
NAMED = frozenset(
    (Kind.COUNTRY, Kind.PAIR, Kind.ORGANIZATION, Kind.PERSON, Kind.TOPIC, Kind.TREATY,
     Kind.INDICATOR, Kind.COMMODITY, Kind.SOURCE)
)  # fmt: skip
BY_WORD = frozenset((Kind.PERSON, Kind.INDICATOR))
# Between texts of one field, so that no phrase spans two.
BREAK = f" {TOKEN} "
# A date that spans more years is found under none.
YEARS = 60
# The lengths of words that are corrections of others.
CORRECTED = range(4, 41)
NO_DATE = Edtf.parse("")
VALUES = [field.attname for field in Entry._meta.concrete_fields]


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

    def rows(self) -> models.QuerySet:
        """The rows that have entries, with the related rows that `documents` needs."""
        return self.model._base_manager.all()

    def documents(self, row) -> Iterable[Document]:
        """What is found of a row."""
        raise NotImplementedError

    def touched(self, changed: dict[type[models.Model], set[int]]) -> set[int]:
        """The primary keys of its rows whose entries may differ after changes of rows, which are
        given by model and primary key."""
        return {
            pk
            for model, pks in changed.items()
            if issubclass(self.model, model) or issubclass(model, self.model)
            for pk in pks
        }


@cache
def indexes() -> list[Index]:
    """The indexes of the setting SEARCH_INDEX, in its order."""
    return [import_string(name)() for name in settings.SEARCH_INDEX]


def update(rows: Iterable[models.Model]) -> None:
    """Update the entries of these rows and of others that depend on them."""
    changed = defaultdict(set)
    for row in rows:
        changed[type(row)].add(row.pk)
    update_keys(changed)


@transaction.atomic
def update_keys(changed: dict[type[models.Model], set[int]]) -> None:
    """Update the entries of rows that have changed or gone, given by model and primary key."""
    for index in indexes():
        pks = sorted(index.touched(changed))
        for start in range(0, len(pks), BATCH):
            write(index, pks[start : start + BATCH])


def write(index: Index, pks: list[int]) -> int:
    """Write the entries of some rows of an index; return how many differed from those stored."""
    new = entries(index, pks)
    old = Entry.objects.filter(kind=index.kind, row__in=pks).in_bulk()
    gone = old.keys() - new.keys()
    changed = [one for pk, one in new.items() if pk not in old or differs(one, old[pk])]
    outdated = [*gone, *(one.pk for one in changed if one.pk in old)]
    if outdated:
        Name.objects.filter(entry__in=outdated).delete()
        Entry.objects.filter(pk__in=gone).delete()
    Entry.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=[name for name in VALUES if name != "id"],
    )
    Name.objects.bulk_create(name for one in changed for name in names_of(one))
    learn(changed)
    return len(gone) + len(changed)


def entries(index: Index, pks: Iterable[int]) -> dict[int, Entry]:
    """The entries of some rows, as they should be, by their primary key."""
    found = {}
    for row in index.rows().filter(pk__in=pks):
        for document in index.documents(row):
            one = entry(index.kind, row.pk, document)
            found[one.pk] = one
    return found


def differs(one: Entry, other: Entry) -> bool:
    return any(getattr(one, name) != getattr(other, name) for name in VALUES)


def entry(kind: Kind, pk: int, document: Document) -> Entry:
    """The entry of a document."""
    shown = document.names
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
        title_keys=" ".join(keys(document.title)),
        names_keys=BREAK.join(" ".join(keys(name)) for name in shown),
        summary_keys=BREAK.join(
            " ".join(keys(text)) for text in (document.summary, *document.words) if text
        ),
        text_keys=" ".join(keys(document.text)),
        about=" ".join(tokens(kind, pk, document)),
    )


def tokens(kind: Kind, pk: int, document: Document) -> Iterator[str]:
    """The tokens of an entry: what it is about, and what it is filtered by."""
    if document.public:
        yield PUBLIC
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
        for year in range(first.year, last.year + 1):
            yield token("year", year)


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


def names_of(one: Entry) -> Iterator[Name]:
    """The names under which an entry is looked up."""
    if one.kind not in NAMED:
        return
    written = [
        one.title,
        *one.names.splitlines(),
        *one.aliases.splitlines(),
        one.slug.replace("-", " "),
    ]
    whole = dict.fromkeys(filter(None, (" ".join(keys(name)) for name in written)))
    single = {word for name in whole for word in name.split()} if one.kind in BY_WORD else ()
    for name in whole:
        yield Name(entry=one, kind=one.kind, public=one.public, keys=name, whole=True)
    for name in sorted(set(single) - set(whole)):
        if len(name) > 2:
            yield Name(entry=one, kind=one.kind, public=one.public, keys=name, whole=False)


def learn(changed: Iterable[Entry]) -> None:
    """Add the words of public entries to those from which corrections are taken."""
    found = set()
    for one in changed:
        if one.public and one.kind not in (Kind.PASSAGE, Kind.TEXT, Kind.FIGURE):
            for text in (one.title, one.names, one.summary):
                found.update(word for word in map(fold, words(text)) if len(word) in CORRECTED)
    Word.objects.bulk_create(
        (Word(word=word, size=len(word)) for word in sorted(found)), ignore_conflicts=True
    )
