"""What the database knows of the names in a text."""

from collections import defaultdict
from collections.abc import Iterator

from django.db import models
from django.db.models import Exists, OuterRef, Q

from extraction.names import Named, NameKind, Names
from relations.models import Country, Office, Organization, Person
from search.models import Name
from search.words import keys

# How many keys one query looks up: SQLite limits its variables.
BATCH = 500
LEADERS = (Office.Rank.HEAD_OF_STATE, Office.Rank.HEAD_OF_GOVERNMENT)
MODELS = {
    NameKind.COUNTRY: Country,
    NameKind.PERSON: Person,
    NameKind.ORGANIZATION: Organization,
}


def known_names(wanted: set[str]) -> Names:
    """The countries, people and organizations whose whole name has one of these keys, also drafts;
    a person also by a single word of the name."""
    found: dict[str, list[tuple[str, int]]] = defaultdict(list)
    listed = sorted(wanted)
    for start in range(0, len(listed), BATCH):
        rows = Name.objects.filter(
            Q(whole=True) | Q(kind=NameKind.PERSON),
            keys__in=listed[start : start + BATCH],
            kind__in=list(NameKind),
        )
        for key, kind, row in rows.order_by("pk").values_list("keys", "kind", "entry__row"):
            found[key].append((kind, row))
    rows = _rows({pair for pairs in found.values() for pair in pairs})
    return {
        key: tuple(rows[pair] for pair in dict.fromkeys(pairs) if pair in rows)
        for key, pairs in found.items()
    }


def _rows(pairs: set[tuple[str, int]]) -> dict[tuple[str, int], Named]:
    """The rows of these kinds and primary keys."""
    return {
        (kind, named.pk): named
        for kind, model in MODELS.items()
        for named in _named(kind, model, [pk for other, pk in pairs if other == kind])
    }


def _named(kind: NameKind, model, pks: list[int]) -> Iterator[Named]:
    for start in range(0, len(pks), BATCH):
        rows = model.objects.filter(pk__in=pks[start : start + BATCH])
        if kind == NameKind.PERSON:
            held = Office.objects.filter(person=OuterRef("pk"), rank__in=LEADERS)
            rows = rows.select_related("country").annotate(leads=Exists(held))
        for row in rows:
            of_person = {}
            if kind == NameKind.PERSON:
                country = row.country.slug if row.country else ""
                of_person = {"country": country, "leads": row.leads}
            name = row.name_en if kind == NameKind.COUNTRY else row.name
            yield Named(kind, row.pk, row.slug, name, **of_person)


def rows_named(model: type[models.Model], text: str) -> list[models.Model]:
    """The rows of a model with this identifier or, as a whole, this name; of countries with the
    same name the present ones, if there are any."""
    if row := model.objects.filter(slug=text).first():
        return [row]
    key = " ".join(keys(text))
    found = Name.objects.filter(keys=key, whole=True, kind=model._meta.model_name)
    pks = list(found.order_by("pk").values_list("entry__row", flat=True)) if key else []
    rows = model.objects.in_bulk(pks)
    listed = [rows[pk] for pk in dict.fromkeys(pks) if pk in rows]
    exact = [row for row in listed if str(row) == text]
    if model is Country:
        return exact[:1] or listed[:1]
    return exact if len(exact) == 1 else listed
