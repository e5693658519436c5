"""What readers find of countries, pairs, people, organizations, topics and records."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache, lru_cache
from itertools import chain
from math import log2

from django.db.models import Prefetch, Q

from core.changes import changed_of, rows_added
from core.dates import Edtf
from core.models import labels
from relations.models import (
    Country,
    Event,
    Membership,
    Mission,
    Office,
    Organization,
    Person,
    Record,
    Relation,
    Statistics,
    Topic,
    Visit,
)
from relations.models.dated import Dated
from relations.models.statistics import NO_PAIR
from relations.other_names import other_names
from search import models
from search.index import Document, Index


def names_in(*texts: str) -> tuple[str, ...]:
    """The distinct lines of texts that are not empty."""
    lines = (line.strip() for text in texts for line in text.splitlines())
    return tuple(dict.fromkeys(filter(None, lines)))


@lru_cache(10_000)
def described(day: Edtf) -> str:
    """A date in words. Indexes are written in one language."""
    return day.describe()


@cache
def label(kind: str) -> str:
    """A kind of records in words."""
    return str(labels(Record._meta.get_field("kind"))[kind])


@cache
def type_label(model: type[Record], value: str) -> str:
    """A type of records within their kind in words."""
    return str(labels(model._meta.get_field(model.TYPE_FIELD)).get(value, value))


class CountryIndex(Index):
    """Countries by their names in four languages, former ones, codes, and those of CLDR."""

    kind = models.Kind.COUNTRY
    model = Country

    # The order of countries that are equally relevant.
    WEIGHTS = {
        Country.Kind.STATE: 0,
        Country.Kind.OTHER: 1,
        Country.Kind.TERRITORY: 2,
        Country.Kind.FORMER_STATE: 3,
    }

    def rows(self):
        return Country.objects.prefetch_related("names")

    def documents(self, row):
        # The databases place rows without a date at different ends. Names without one come first,
        # because those with one are former names.
        listed = sorted(row.names.all(), key=lambda one: (one.date_earliest or date.min, one.name))
        others = [name.name for name in listed]
        codes = (row.iso2, row.iso3, row.iso_former, *(name.iso_former for name in listed))
        names = names_in(row.name_en, row.name_az, row.name_kk, row.name_ru, *others)
        yield Document(
            title=row.name_en,
            names=names[1:],
            aliases=names_in(*codes, *other_names(row.iso2, names)),
            words=names_in(*codes, row.wikidata),
            summary=row.note,
            url=row.get_absolute_url(),
            slug=row.slug,
            public=True,
            date=row.date,
            until=row.until,
            weight=self.WEIGHTS[row.kind],
        )


class PairIndex(Index):
    """Pairs have the names of both countries, in each language. They are public once they have a
    published record or a summary; the page of any other pair can be opened, but is empty."""

    kind = models.Kind.PAIR
    model = Relation

    def rows(self):
        return Relation.objects.select_related("country_a", "country_b", "statistics")

    def documents(self, row):
        one, other = row.country_a, row.country_b
        names, codes = (
            [
                f"{getattr(one, column)}–{getattr(other, column)}"
                for column in columns
                if getattr(one, column) and getattr(other, column)
            ]
            for columns in (("name_az", "name_kk", "name_ru"), ("iso2", "iso3"))
        )
        statistics = getattr(row, "statistics", None)
        entries = statistics.entries if statistics else 0
        former = {one.kind, other.kind} & {Country.Kind.FORMER_STATE}
        yield Document(
            title=f"{one.name_en}–{other.name_en}",
            names=names_in(*names),
            aliases=names_in(*codes),
            summary=row.summary,
            url=row.get_absolute_url(),
            slug=row.slug,
            public=bool(entries or row.summary),
            about=(("country", one.pk), ("country", other.pk)),
            # The pairs with most entries first.
            weight=max(0, 500 - int(20 * log2(entries + 1))) + (500 if former else 0),
        )

    def touched(self, changed):
        found = super().touched(changed) | changed_of(Statistics, changed) - {NO_PAIR}
        if countries := changed_of(Country, changed):
            sides = Q(country_a__in=countries) | Q(country_b__in=countries)
            found |= set(Relation.objects.filter(sides).values_list("pk", flat=True))
        return found


class NamedIndex(Index):
    """Base class of the indexes of people and organizations."""

    def documents(self, row):
        yield Document(
            title=row.name,
            names=names_in(*self.names(row)),
            summary=row.description,
            words=names_in(*self.words(row)),
            url=row.get_absolute_url(),
            slug=row.slug,
            public=row.is_public,
            about=(("country", row.country_id),) if row.country_id else (),
        )

    def names(self, row) -> Iterator[str]:
        """Its other names."""
        yield row.aliases

    def words(self, row) -> Iterator[str]:
        """Further words by which it is found."""
        yield row.wikidata


class PersonIndex(NamedIndex):
    kind = models.Kind.PERSON
    model = Person


class OrganizationIndex(NamedIndex):
    kind = models.Kind.ORGANIZATION
    model = Organization

    def names(self, row):
        yield row.acronym
        yield from super().names(row)

    def words(self, row):
        yield str(row.get_kind_display())
        yield row.place
        yield from super().words(row)


class TopicIndex(Index):
    """Topics lead to what is about them."""

    kind = models.Kind.TOPIC
    model = Topic

    def documents(self, row):
        yield Document(
            title=row.name,
            url=row.get_absolute_url(),
            slug=row.slug,
            public=True,
        )


class RecordIndex(Index):
    """Base class of the indexes of records."""

    model: type[Record]
    same_when_published = True

    def rows(self):
        # Lists in attributes: a queryset for each row would cost as much as all else.
        names = participation_names(self.model)
        named = (Prefetch(name, to_attr=f"listed_{name}") for name in names)
        rows = self.model.objects.select_related("relation")
        return rows.prefetch_related(Prefetch("topics", to_attr="listed_topics"), *named)

    def documents(self, row):
        named = (getattr(row, f"listed_{name}") for name in participation_names(self.model))
        row.taking_part = list(chain.from_iterable(named))
        yield Document(
            title=row.title,
            summary=row.summary,
            words=names_in(*self.words(row)),
            url=row.get_absolute_url(),
            slug=row.slug,
            public=row.is_public,
            about=tuple(dict.fromkeys(self.about(row))),
            date=row.date,
            until=row.until,
        )

    def words(self, row) -> Iterator[str]:
        """Further words by which a record is found: its kind and type, its day, its place, and the
        capacities of its participants."""
        yield label(row.kind)
        yield type_label(self.model, getattr(row, row.TYPE_FIELD))
        yield described(row.date) if row.date else ""
        yield from (getattr(row, name, "") for name in ("place", "type_as_stated"))
        yield from (getattr(one, "capacity", "") for one in row.taking_part)
        yield from (one.as_stated for one in row.taking_part)

    def about(self, row) -> Iterator[tuple[str, int]]:
        """The rows that a record is about, by kind and primary key."""
        for name, column in named_columns(self.model):
            if pk := getattr(row, column):
                yield name, pk
        for one in row.taking_part:
            for kind in one.PARTICIPANTS:
                if pk := getattr(one, f"{kind}_id"):
                    yield kind, pk
        if row.relation_id:
            yield "pair", row.relation_id
            yield "country", row.relation.country_a_id
            yield "country", row.relation.country_b_id
        for topic in row.listed_topics:
            yield "topic", topic.pk


def records_added(rows: list[Record], participants: Iterable[Dated] = ()) -> None:
    """Call the functions of ON_CHANGE for new records of one kind, without topics, which are in
    memory with all their participants; nothing of them is read again."""
    by_record = defaultdict(lambda: defaultdict(list))
    for row in participants:
        owner = row._meta.get_field(row.OWNER)
        name = owner.remote_field.related_name
        by_record[getattr(row, owner.attname)][name].append(row)
    for row in rows:
        row.listed_topics = []
        for name in participation_names(type(row)):
            setattr(row, f"listed_{name}", by_record[row.pk][name])
    rows_added(*rows)


def participation_names(model: type[Record]) -> Iterable[str]:
    """The related names of the rows that hold the participants of a kind of records."""
    return dict.fromkeys(("participations", model.PARTICIPATIONS))


@cache
def named_columns(model: type[Record]) -> list[tuple[str, str]]:
    """The columns of a kind of records that name a country, person or organization."""
    named = (Country, Person, Organization)
    fields = [field for field in model.kind_fields() if field.related_model in named]
    return [(field.related_model._meta.model_name, field.attname) for field in fields]


class VisitIndex(RecordIndex):
    kind = models.Kind.VISIT
    model = Visit


class EventIndex(RecordIndex):
    kind = models.Kind.EVENT
    model = Event


class MembershipIndex(RecordIndex):
    kind = models.Kind.MEMBERSHIP
    model = Membership


class MissionIndex(RecordIndex):
    kind = models.Kind.MISSION
    model = Mission


class OfficeIndex(RecordIndex):
    kind = models.Kind.OFFICE
    model = Office
