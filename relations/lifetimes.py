"""What a change to the lifetime of a country would leave outside it."""

from collections.abc import Iterator

from django.apps import apps
from django.db.models import Q

from relations.models import Country, Record, State
from relations.models.dated import Dated
from relations.models.record import as_subclasses


def left_outside(before: Country, after: Country) -> list:
    """The rows, drafts included, that a country cannot be part of any longer if its dates change:
    records, and what else has dates and a state. Oldest first."""
    found = {}
    for model in apps.get_models():
        if issubclass(model, Dated) and model is not Record:
            for row in _candidates(model, after):
                if row.refuses(after) and not row.refuses(before):
                    owner = row.owner()
                    found[owner._meta.get_field("state").model, owner.pk] = owner
    rows = sorted(found.values(), key=lambda row: (row.sort_key, row.pk))
    return [as_subclasses([row])[0] if type(row) is Record else row for row in rows]


def _candidates(model: type[Dated], country: Country) -> Iterator[Dated]:
    """The rows that name a country and may lie outside its lifetime."""
    path = f"{model.OWNER}__" if model.OWNER else ""
    start, until = (f"{path}{name}" for name in model.DATES)
    # Not an exact match: fields that never have "..", as of a figure, refuse it as a value.
    outside = Q(**{f"{until}__startswith": ".."}) if country.until else Q(pk__in=())
    if end := country.until.latest:
        outside |= Q(**{f"{start}_earliest__gt": end}) | Q(**{f"{until}_earliest__gt": end})
    if begin := country.date.earliest:
        outside |= Q(**{f"{start}_latest__lt": begin}) | Q(**{f"{until}_latest__lt": begin})
    rows = model.objects.exclude(**{f"{path}state": State.WITHDRAWN}).filter(outside)
    fetched = filter(None, (model.OWNER, *model.country_paths()))
    rows = rows.order_by().select_related(*fetched)
    for foreign_key in model.country_paths():
        for row in rows.filter(**{foreign_key: country}).iterator():
            if any(named == country for _field, named in row.countries()):
                yield row
