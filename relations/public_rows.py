"""Countries, pairs, people, organizations, records and disagreements in the log of public
changes."""

from functools import cache

from django.db import models
from django.db.models import Q

from core.changes import changed_of
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


class Countries(PublicRows):
    model, kind = Country, "country"

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


class Pairs(PublicRows):
    """Pairs are public once they have a published record or a summary."""

    model, kind, is_natural = Relation, "pair", True

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
    model, kind = Person, "person"

    def public(self):
        return Person.objects.public()


class Organizations(Merged):
    model, kind = Organization, "organization"

    def public(self):
        return Organization.objects.public()


class Records(Merged):
    """Records of all kinds, under the name of their kind."""

    model = Record
    kinds = tuple(Kind.values)

    def public(self):
        return Record.objects.published()

    def identified(self, rows):
        return rows.order_by().values_list("pk", "kind", "slug")

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


class Disagreements(PublicRows):
    """Disagreements that the rules still find. After a merge one may have another key."""

    model, kind, is_natural = Disagreement, "disagreement", True

    def key_of(self, row):
        return row.key

    def public(self):
        return Disagreement.objects.present()

    def identified(self, rows):
        return ((pk, self.kind, key) for pk, key in rows.order_by().values_list("pk", "key"))


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
