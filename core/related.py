"""Related rows of many rows at once, for pages and files that only read them."""

from collections import defaultdict
from collections.abc import Sequence

from django.db.models import Field, Model


def fetch_related(rows: Sequence[Model], *lookups: str) -> None:
    """Fetch the rows that these lookups such as "citations__source" lead to, unless they are
    fetched already. At most two queries for each name in a lookup.

    Unlike after `prefetch_related`, rows with the same foreign key share one object, and what
    `all()` returns cannot be filtered: Django builds a query for each row, which takes most of the
    time of a file. The rows may be of several models that inherit the names from one.
    """
    for lookup in lookups:
        reached = rows
        for name in lookup.split("__"):
            reached = _fetch(reached, name)


def _fetch(rows: Sequence[Model], name: str) -> list[Model]:
    """Fetch one step of a lookup; return the rows to which it leads, each once."""
    if not rows:
        return []
    field = type(rows[0])._meta.get_field(name)
    if field.many_to_one:
        return _fetch_targets(rows, field)
    fetched = [row.__dict__.setdefault("_prefetched_objects_cache", {}) for row in rows]
    if name not in fetched[0]:
        found = _linked(rows, field) if field.many_to_many else _children(rows, field)
        # A query with limits raises TypeError if it is filtered.
        base = field.related_model._default_manager.all()[:0]
        for row, known in zip(rows, fetched, strict=True):
            known[name] = type(base)(base.model, base.query)
            known[name]._result_cache, known[name]._prefetch_done = found[row.pk], True
    return list({row.pk: row for known in fetched for row in known[name]}.values())


def _fetch_targets(rows, field: Field) -> list[Model]:
    missing = [row for row in rows if not field.is_cached(row)]
    keys = {getattr(row, field.attname) for row in missing} - {None}
    found = field.related_model._base_manager.in_bulk(keys) if keys else {}
    for row in missing:
        field.set_cached_value(row, found.get(getattr(row, field.attname)))
    targets = (field.get_cached_value(row) for row in rows)
    return list({row.pk: row for row in targets if row is not None}.values())


def _children(rows, field: Field) -> dict[int, list[Model]]:
    """The rows with a foreign key to one of these, in their usual order, by that key."""
    found, key = defaultdict(list), field.remote_field
    children = field.related_model._default_manager.filter(
        **{f"{key.name}__in": [row.pk for row in rows]}
    )
    for child in children:
        found[getattr(child, key.attname)].append(child)
    return found


def _linked(rows, field: Field) -> dict[int, list[Model]]:
    """The rows of a many-to-many field, in their usual order, by the key of the row that has it."""
    found = defaultdict(list)
    own, other = field.m2m_field_name(), field.m2m_reverse_field_name()
    links = defaultdict(list)
    through = field.remote_field.through._default_manager
    for pk, target in through.filter(**{f"{own}__in": [row.pk for row in rows]}).values_list(
        f"{own}_id", f"{other}_id"
    ):
        links[target].append(pk)
    for target in field.related_model._default_manager.filter(pk__in=links):
        for pk in links[target.pk]:
            found[pk].append(target)
    return found
