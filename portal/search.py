"""The search page: its form, facets, links and results."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.search_results import (
    Result,
    Row,
    language_name,
    named,
    page,
    results,
    rows_about,
    without_each_word,
)
from portal.suggestions import named_pair
from relations.models import Country, Relation
from relations.pairs import relation_of
from search.corrections import Correction, correct
from search.database import any_matches
from search.match import LEVELS, Filter, token
from search.models import Entry, Kind
from search.query import Query, read, trimmed
from search.results import COUNTED, FACETS, Cursor, Found, Search

ORDERS = {"relevance": gettext_lazy("by relevance"), "date": gettext_lazy("newest first")}
# Facets whose values are rows, by slug.
BY_SLUG = ("country", "pair", "topic")
LABELS = {
    "kind": gettext_lazy("Kind"),
    "country": gettext_lazy("Country"),
    "pair": gettext_lazy("Pair"),
    "decade": gettext_lazy("Decade"),
    "topic": gettext_lazy("Topic"),
    "language": gettext_lazy("Language of the source"),
}
# How many values can be set of a facet, how many are offered, and how many of these are not folded.
SET, OFFERED, UNFOLDED = 10, 60, 6
# Longer queries have too many words to leave out each of them.
LEAVE_OUT = 6
_DECADE = re.compile("0|[1-9][0-9]{0,2}0")
_SLUG = re.compile(r"[-\w]{1,300}")
_LANGUAGE = re.compile("[a-z]{2,8}")


class FacetField(forms.Field):
    """Values of a facet; results have all of them."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value):
        values = list(dict.fromkeys(filter(None, value or ())))
        if len(values) > SET:
            raise ValidationError(_("Choose at most %(number)s values.") % {"number": SET})
        return values


class CursorField(forms.CharField):
    """The end of the page before."""

    widget = forms.HiddenInput

    def to_python(self, value):
        value = super().to_python(value)
        try:
            return Cursor.parse(value) if value else None
        except ValueError as error:
            raise not_a_position(value) from error


def not_a_position(value: str) -> ValidationError:
    """The error for a position that is not in these results."""
    message = _("“%(value)s” is not a position in these results. Start from the first page.")
    return ValidationError(message % {"value": value})


class SearchForm(forms.Form):
    """A query, the values of facets, the order, and where the page begins. For a valid form,
    `filters` are the conditions of the facets."""

    q = forms.CharField(label=gettext_lazy("Words, names or numbers"), required=False)
    kind, country, pair, decade, topic, language = (
        FacetField(label=LABELS[name], required=False) for name in FACETS
    )
    order = forms.ChoiceField(
        label=gettext_lazy("Order"), required=False, choices=ORDERS, widget=forms.HiddenInput
    )
    after = CursorField(label=gettext_lazy("Page"), required=False)

    def clean(self):
        values = super().clean()
        self.rows = rows_of_slugs(values)
        self.filters = ()
        for name in FACETS:
            for value in values.get(name, ()):
                if not (known := self.token_value(name, value)):
                    self.add_error(name, _("“%(value)s” is unknown.") % {"value": value})
                self.filters += (Filter(token(name, known)),)
        after = values.get("after")
        if after and values.get("order") != "date" and after.first not in (0, *LEVELS):
            self.add_error("after", not_a_position(str(after)))
        return values

    def token_value(self, name: str, value: str) -> str:
        """What stands in the token of a facet's value; empty if the value is unknown."""
        if name == "kind":
            return value if value in Kind.values else ""
        if name == "decade":
            return str(int(value) // 10) if _DECADE.fullmatch(value) else ""
        if name == "language":
            known = _LANGUAGE.fullmatch(value) and (language_name(value) or is_used(value))
            return value if known else ""
        row = self.rows.get((name, value))
        return str(row.row) if row else ""

    @property
    def in_files(self) -> list[str]:
        """The parameters of files, which have no pages."""
        return [name for name in self.fields if name != "after"]

    @cached_property
    def query(self) -> Query:
        return read(self.cleaned_data.get("q", ""))

    @property
    def search(self) -> Search:
        """The search of a valid form."""
        return Search(self.query, self.filters)

    @property
    def by(self) -> str:
        return self.cleaned_data.get("order") or "relevance"

    @property
    def is_empty(self) -> bool:
        """Whether it asks for nothing. For a valid form."""
        return self.query.is_empty and not self.filters

    def chosen(self) -> list[tuple[str, str]]:
        """The values of facets that are set, valid or not, each with the name of its facet."""
        return [
            (name, value)
            for name in FACETS
            for value in dict.fromkeys(filter(None, self.data.getlist(name)[:SET]))
        ]


def rows_of_slugs(values: dict[str, list[str]]) -> dict[tuple[str, str], Entry]:
    """The public entries of the facets' values that are slugs, by facet and slug, in one query."""
    wanted = [
        Q(kind=name, slug__in=slugs)
        for name in BY_SLUG
        if (slugs := list(filter(_SLUG.fullmatch, values.get(name, ()))))
    ]
    if not wanted:
        return {}
    found = Entry.objects.filter(Q(*wanted, _connector=Q.OR), public=True)
    rows = found.only("kind", "row", "slug", "title")
    return {(row.kind, row.slug): row for row in rows}


def is_used(language: str) -> bool:
    """Whether a source is in a language that has no name."""
    return any_matches(Search.of("", Filter(token("language", language))).match)


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a facet: a link to the results that have it, or no longer have to."""

    label: str
    address: str
    count: int = 0
    facet: str = ""


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet with its most frequent values, and further ones behind a disclosure."""

    name: str
    label: str
    shown: list[Choice]
    folded: list[Choice]


@dataclass
class SearchPage:
    """What the search page shows of a form."""

    form: SearchForm
    data: QueryDict
    search: Search | None = None
    results: list[Result] = field(default_factory=list)
    facets: list[Facet] = field(default_factory=list)
    total: int = 0
    # Whether there are more results than are counted.
    more: bool = False
    next: str = ""
    # The pair of two countries that the query names, if it is not among the results: it has a
    # dossier without records, too.
    pair: Relation | None = None
    # The query with typing errors corrected, and the address of its results.
    correction: Correction | None = None
    corrected: str = ""
    # Links to searches that find something: words, and the address.
    others: list[tuple[str, str]] = field(default_factory=list)
    # Where the same words find something without the facets.
    unfiltered: str = ""

    def __post_init__(self):
        self.valid = self.form.is_valid()
        self.text = self.form.query.text.strip()
        if self.valid and not self.form.is_empty:
            self.search = self.form.search
            after = self.form.cleaned_data["after"]
            found = page(self.search, self.form.by, after)
            self.next = self.address(after=str(found.next)) if found.next else ""
            self._describe(found)
            if not (after or self.form.filters):
                self.pair = hidden_pair(self.search)
            if not self.total and self.text:
                self._suggest()

    def _describe(self, found: Found) -> None:
        """Fetch the names of what results and facets are about, in one query."""
        counted = self.search.facets()
        self.total, self.more = counted.total, counted.more
        values = {name: offered(name, counted.counts[name]) for name in FACETS}
        rows = [(name, int(value)) for name in BY_SLUG for value in values[name]]
        known = [row for one in self.search.known for row in one.rows]
        names = named([*rows, *known, *rows_about(found.entries)])
        self.results = results(self.search, found.entries, names)
        for name in FACETS:
            counts = counted.counts[name]
            choices = self._choices(name, {value: counts[value] for value in values[name]}, names)
            if choices:
                shown, folded = choices[:UNFOLDED], choices[UNFOLDED:]
                self.facets.append(Facet(name, LABELS[name], shown, folded))

    def _choices(self, name: str, counts: dict[str, int], names: dict[Row, Entry]) -> list[Choice]:
        chosen, choices = self.form.chosen(), []
        for value, count in counts.items():
            slug, label = described(name, value, names)
            if slug and (name, slug) not in chosen:
                choices.append(Choice(label, self.address((name, slug)), count))
        if name not in ("decade", "kind"):
            choices.sort(key=lambda one: (-one.count, one.label))
        return choices

    def _suggest(self) -> None:
        """What else could be searched for, if nothing is found."""
        query = self.search.query
        self.pair = self.pair or named_pair(self.text)
        if fixed := correct(query):
            if self._finds(fixed.text):
                self.correction, self.corrected = fixed, self.address(q=fixed.text)
            elif self._finds(fixed.text, filters=()):
                everywhere = self.address(removed=self.form.chosen(), q=fixed.text)
                self.correction, self.corrected = fixed, everywhere
        if 1 < len(query.terms) <= LEAVE_OUT:
            others = filter(self._finds, dict.fromkeys(without_each_word(query)))
            self.others = [(text, self.address(q=text)) for text in others]
        if self.form.filters and self._finds(self.text, filters=()):
            self.unfiltered = self.without_facets

    def _finds(self, text: str, filters: tuple | None = None) -> bool:
        filters = self.form.filters if filters is None else filters
        query = read(text)
        if query.is_empty:
            return False
        return any_matches(Search(query, filters).match)

    @property
    def files(self) -> str:
        """The query string of the same results as files."""
        values = [("q", self.text), *self.form.chosen(), ("order", self._order)]
        return urlencode([pair for pair in values if pair[1]])

    @property
    def feed(self) -> str:
        """The address of the feed of these results; empty without a valid search."""
        return f"{reverse('portal:search_atom')}?{self.files}" if self.search else ""

    @property
    def _order(self) -> str:
        return self.form.by if self.form.by != "relevance" else ""

    def address(
        self,
        *added: tuple[str, str],
        removed: Iterable[tuple[str, str]] = (),
        **values: str,
    ) -> str:
        """The address of the first page of these results with other values."""
        facets = [pair for pair in (*self.form.chosen(), *added) if pair not in removed]
        found = {"q": self.text, "order": self._order} | values
        parts = [("q", found.pop("q")), *facets, *found.items()]
        return f"?{urlencode([part for part in parts if part[1]])}"

    @property
    def chosen(self) -> list[Choice]:
        """The values of facets that are set, each with a link to the results without it."""
        found = []
        for name, value in self.form.chosen():
            known = self.form.token_value(name, value)
            names = {(name, row.row): row for row in [self.form.rows.get((name, value))] if row}
            label = described(name, known, names)[1] if known else value
            address = self.address(removed=[(name, value)])
            found.append(Choice(label, address, facet=LABELS[name]))
        return found

    @property
    def without_facets(self) -> str:
        return self.address(removed=self.form.chosen())

    @property
    def first(self) -> str:
        """The address of the first page, if this is a later one."""
        return self.address() if self.data.get("after") else ""

    @property
    def orders(self) -> list[tuple[str, str, bool]]:
        """Each order with its address, and whether it is this one."""
        return [
            (label, self.address(order="" if name == "relevance" else name), name == self.form.by)
            for name, label in ORDERS.items()
        ]

    @property
    def errors(self) -> list[tuple[str, str]]:
        """The messages, each with the label of its field."""
        return [
            (self.form.fields[name].label if name in self.form.fields else "", message)
            for name, messages in self.form.errors.items()
            for message in messages
        ]

    @property
    def counted(self) -> int:
        return COUNTED

    @property
    def is_cut(self) -> bool:
        return self.form.query.cut

    @property
    def has_no_words(self) -> bool:
        """Whether there is text, but nothing in it to search for."""
        return bool(self.valid and self.text and self.form.query.is_empty)


def hidden_pair(search: Search) -> Relation | None:
    """The pair of the two countries that are the whole query, if readers do not find it: it has no
    published records yet."""
    query, sides = search.query, []
    if len(search.known) != 2 or query.filters or query.excluded:
        return None
    named = {place for one in search.known for place in range(one.first, one.last + 1)}
    others = [term for place, term in enumerate(query.typed) if place not in named]
    if any(trimmed(list(term.keys)) for term in others):
        return None
    for one in search.known:
        sides += [row for kind, row in one.rows if kind == Kind.COUNTRY][:1]
    countries = Country.objects.in_bulk(sides)
    if len(countries) != 2:
        return None
    pair = relation_of(*(countries[row] for row in sides))
    entries = Entry.objects.filter(kind=Kind.PAIR, row=pair.pk or 0, public=True)
    return None if entries.exists() else pair


def offered(name: str, counts: Counter) -> list[str]:
    """The values of a facet that are offered: the most frequent; of decades, the newest first."""
    values = [value for value in counts if name in ("kind", "language") or value.isdigit()]
    if name == "decade":
        return sorted(values, key=int, reverse=True)[:OFFERED]
    if name == "kind":
        return [value for value in Kind.values if value in counts]
    return sorted(values, key=lambda value: (-counts[value], value))[:OFFERED]


def described(name: str, value: str, names: dict[Row, Entry]) -> tuple[str, str]:
    """A facet's value in the address, and its label; both empty for a row without a public
    entry."""
    if name == "kind":
        return value, str(Kind(value).label)
    if name == "decade":
        return f"{value}0" if value != "0" else "0", _("%(decade)ss") % {"decade": f"{value}0"}
    if name == "language":
        return value, language_name(value) or value
    row = names.get((name, int(value)))
    return (row.slug, row.title) if row else ("", "")
