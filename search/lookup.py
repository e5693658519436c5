"""Look rows of a model up by their names and words: for text filters and for the editors' desk."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache

from django.db.models import Case, Model, QuerySet, Value, When

from search.index import indexes
from search.match import TOKEN, Filter, Match, Words, any_of, token
from search.models import Entry, Kind
from search.query import Query, Term, read
from search.results import Search
from search.words import begun, words

# How many rows are put in the order of their relevance.
ORDERED = 100


class OpenTerm(Term):
    """A word that may still be being typed: also the beginning of a longer one."""

    def match(self) -> Match:
        whole = Words(self.keys)
        start = begun(words(self.text)[-1])
        # All tokens begin with "z".
        if TOKEN.startswith(start):
            return whole
        return whole | Words((*self.keys[:-1], start), prefix=True)


@cache
def kinds_of(model: type[Model]) -> tuple[Kind, ...]:
    """The kinds of entries that stand for rows of a model; empty if it is not in the index."""
    first = {}
    for index in indexes():
        # A source has two kinds of entries: one for itself, and one for the parts of its text.
        first.setdefault(index.model, index.kind)
    return tuple(kind for other, kind in first.items() if issubclass(other, model))


def read_typed(text: str, desk: bool = False) -> Query:
    """The query in a text that is still being typed: its last word, or every word for editors,
    may be the beginning of a longer one."""
    query = read(text, desk)
    end = len(query.text.rstrip())

    def opened(part):
        is_word = isinstance(part, Term) and not (part.quoted or part.prefix)
        if is_word and (desk or part.end == end):
            return OpenTerm(part.keys, part.text, part.start, part.end)
        return part

    for name in fields(query):
        if isinstance(parts := getattr(query, name.name), list):
            setattr(query, name.name, list(map(opened, parts)))
    return query


@dataclass(frozen=True, slots=True)
class Lookup:
    """The rows of a model that match a text, public ones or for editors (`desk`) all."""

    kinds: tuple[Kind, ...]
    search: Search

    @classmethod
    def of(cls, model: type[Model], text: str, *, desk: bool = False) -> "Lookup":
        """Raises ValueError if the model is not in the index."""
        kinds = kinds_of(model)
        if not kinds:
            raise ValueError(f"No index has rows of {model.__name__}.")
        limit = any_of(Filter(token("kind", kind)) for kind in kinds)
        return cls(kinds, Search(read_typed(text, desk), (limit,), desk))

    def keys(self) -> QuerySet:
        """The primary keys of the rows, for a subquery."""
        entries = Entry.objects.order_by()
        if self.search.query.is_empty:
            return entries.none().values_list("row", flat=True)
        return entries.matching(self.search.match).values_list("row", flat=True)

    def first(self, limit: int = ORDERED) -> list[int]:
        """The primary keys of the most relevant rows, in their order."""
        if self.search.query.is_empty:
            return []
        return [entry.row for entry in self.search.page(limit=limit).entries]


def in_order(queryset: QuerySet, keys: Sequence[int]) -> QuerySet:
    """The queryset with these rows first, in this order, and the others in their own."""
    if not keys:
        return queryset
    places = Case(
        *(When(pk=key, then=Value(place)) for place, key in enumerate(keys)),
        default=Value(len(keys)),
    )
    own = queryset.query.order_by or queryset.model._meta.ordering
    return queryset.order_by(places, *own)


def look_up(queryset: QuerySet, text: str, further: QuerySet | None = None) -> QuerySet:
    """The rows of a queryset that an editor means by a text, drafts too, the most relevant first;
    and `further` ones, found otherwise, after those."""
    lookup = Lookup.of(queryset.model, text, desk=True)
    keys = lookup.keys()
    if further is not None:
        keys = keys.union(further.order_by().values_list("pk", flat=True), all=True)
    return in_order(queryset.filter(pk__in=keys), lookup.first())
