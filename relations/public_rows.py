"""Countries, pairs, people, organizations, records and disagreements in the log of public
changes."""

from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from itertools import chain, islice

from django.db import models
from django.db.models import Q

from core.changes import changed_of
from core.public_changes import batches
from core.public_rows import PublicRows, children_of
from relations.models import (
    Country,
    Disagreement,
    FormerAddress,
    Kind,
    Organization,
    Person,
    Record,
    Relation,
    Statistics,
    Topic,
)
from relations.models.record import Likeness
from relations.scopes import HISTORY, MANY, place, scopes_at


class Placed(PublicRows):
    """Rows that pages about their countries show."""

    # The lookups of these countries: of two, one page is about both.
    sides: tuple[tuple[str, ...], ...] = (("relation__country_a", "relation__country_b"),)

    def places(self, pks):
        found = defaultdict(set)
        rows = self.model._base_manager.filter(pk__in=pks).order_by()
        for pk, *countries in rows.values_list("pk", *chain(*self.sides)):
            rest = iter(countries)
            groups = [{*islice(rest, len(names))} - {None} for names in self.sides]
            found[pk] = {place(*group) for group in groups if group} or {MANY}
        return found

    def scopes(self, places):
        return scopes_at(places)


class Countries(PublicRows):
    model, kind = Country, "country"
    scope, is_offered = "countries", True

    def dependent(self, pks):
        """What lasts, such as a membership, ends at the latest with its countries."""
        for model in Record.__subclasses__():
            if model.LIKENESS is Likeness.TYPE:
                named = Q()
                for path in model.country_paths():
                    named |= Q(**{f"{path}__in": pks})
                yield model, model.objects.filter(named, until="").values_list("pk", flat=True)


class Topics(PublicRows):
    model, kind = Topic, "topic"
    scope, is_offered = "topics", True


class Pairs(Placed):
    """Pairs are public once they have a published record or a summary."""

    model, kind, is_natural = Relation, "pair", True
    sides = (("country_a", "country_b"),)

    def public(self):
        return Relation.objects.public()

    def touched(self, changed):
        found = super().touched(changed)
        if counted := changed_of(Statistics, changed):
            rows = Statistics.objects.filter(pk__in=counted, relation__isnull=False)
            found |= set(rows.values_list("relation", flat=True))
        return found


class Merged(PublicRows):
    """Rows that can be merged."""

    def merged(self, keys):
        field = "record" if self.model is Record else self.kind
        rows = FormerAddress.objects.filter(slug__in=keys, **{f"{field}__isnull": False})
        return dict(rows.values_list("slug", f"{field}__slug"))


class People(Merged):
    model, kind, scope = Person, "person", "people"

    def public(self):
        return Person.objects.public()


class Organizations(Merged):
    model, kind, scope = Organization, "organization", "organizations"

    def public(self):
        return Organization.objects.public()


class Records(Placed, Merged):
    """Records of all kinds, under the name of their kind."""

    model, history = Record, HISTORY
    kinds = tuple(Kind.values)

    def public(self):
        return Record.objects.published()

    def identified(self, rows):
        return rows.order_by().values_list("pk", "kind", "slug")

    def places(self, pks):
        """Also where the records are shown to which they refer, and the countries that take part in
        records of another pair."""
        # Plain reads along keys: without statistics of new rows, PostgreSQL joins them row by row.
        found, pairs = super().places(pks), _countries_of(pks)
        for model, owner in children_of(Record).items():
            if "country" in getattr(model, "PARTICIPANTS", ()):
                rows = model._base_manager.filter(**{f"{owner}__in": pks}, country__isnull=False)
                for pk, country in rows.order_by().values_list(owner, "country"):
                    if pk in pairs and country not in pairs[pk]:
                        found[pk].add(place(country))
        named = defaultdict(set)
        for model, name, owner in references():
            rows = model._base_manager.filter(**{f"{owner}__in": pks, f"{name}__isnull": False})
            for pk, target in rows.order_by().values_list(owner, name):
                named[target].add(pk)
        for some in batches(named):
            countries = _countries_of(some)
            for target in some:
                for pk in named[target]:
                    found[pk].add(place(*countries.get(target, ())))
        return found

    def dependent(self, pks):
        """Records that refer to these, which they name only as long as these are public."""
        for model, name, owner in references():
            rows = model._base_manager.filter(**{f"{name}__in": pks}).order_by()
            yield Record, rows.values_list(owner, flat=True)

    def wholes(self, pks):
        """The treaties of steps."""
        for model in Record.__subclasses__():
            if whole := model.part_of_field():
                rows = model.objects.filter(pk__in=pks).order_by()
                yield Record, rows.values_list(whole, flat=True)


class Disagreements(Placed):
    """Disagreements that the rules still find. After a merge one may have another key."""

    model, kind, is_natural = Disagreement, "disagreement", True
    sides = (*Placed.sides, tuple(f"record__{side}" for side in Placed.sides[0]))

    def key_of(self, row):
        return row.key

    def public(self):
        return Disagreement.objects.present()

    def identified(self, rows):
        return ((pk, self.kind, key) for pk, key in rows.order_by().values_list("pk", "key"))


def _countries_of(pks: Iterable[int]) -> dict[int, tuple[int, int]]:
    """The two countries of these records, as far as they have a pair."""
    rows = Record.objects.filter(pk__in=pks, relation__isnull=False).order_by()
    sides = Placed.sides[0]
    return {pk: tuple(countries) for pk, *countries in rows.values_list("pk", *sides)}


@cache
def references() -> list[tuple[type[models.Model], str, str]]:
    """The foreign keys from records, or from their children, to other records: the model, the name
    of the foreign key, and the column that holds the record that refers."""
    found = []
    referring = dict.fromkeys(Record.__subclasses__(), "pk") | children_of(Record)
    for model, owner in referring.items():
        for field in model._meta.local_concrete_fields:
            is_record = field.remote_field and issubclass(field.related_model, Record)
            if is_record and not field.remote_field.parent_link and field.attname != owner:
                found.append((model, field.name, owner))
    return found
