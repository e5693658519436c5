"""Related rows of many rows at once, for pages and files that only read them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db.models import Field, Model

# Rows by model and primary key.
Known = dict[type[Model], dict[int, Model]]


def fetch_related(rows: Sequence[Model], *lookups: str, known: Known | None = None) -> None:
    """Fetch the rows that these lookups such as "citations__source" lead to, unless they are
    fetched already. At most two queries for each name in a lookup.

    Unlike after `prefetch_related`, rows with the same foreign key share one object, and what
    `all()` returns cannot be filtered: Django builds a query for each row, which takes most of the
    time of a file. The rows may be of several models that inherit the names from one. Rows that
    foreign keys lead to are taken from `known`, and added to it.
    """
    known = {} if known is None else known
    for lookup in lookups:
        reached = rows
        for name in lookup.split("__"):
            reached = _fetch(reached, name, known)


def fetch_targets(groups: Iterable[tuple[Sequence[Model], Iterable[str]]], known: Known) -> None:
    """Add to `known` the rows that these foreign keys of each group of rows of one model lead to:
    one query for each model that they lead to, from whichever group."""
    wanted = defaultdict(set)
    for rows, names in groups:
        for name in names if rows else ():
            field = type(rows[0])._meta.get_field(name)
            wanted[field.related_model].update(getattr(row, field.attname) for row in rows)
    for model, keys in wanted.items():
        _add(model, keys, known)


def _add(model: type[Model], keys: set[int | None], known: Known) -> dict[int, Model]:
    """Add the rows of a model with these keys to `known`; return those that it has of the model."""
    of_model = known.setdefault(model, {})
    if missing := keys - {None} - of_model.keys():
        of_model |= model._base_manager.order_by().in_bulk(missing)
    return of_model


def related_rows(row: Model, name: str) -> Iterable[Model]:
    """All rows of a reverse foreign key or many-to-many field. `row.<name>.all()` makes a manager
    and a queryset each time, even for rows that are fetched."""
    fetched = row.__dict__.get("_prefetched_objects_cache", {})
    return fetched[name] if name in fetched else getattr(row, name).all()


def _fetch(rows: Sequence[Model], name: str, known: Known) -> list[Model]:
    """Fetch one step of a lookup; return the rows to which it leads, each once."""
    if not rows:
        return []
    field = type(rows[0])._meta.get_field(name)
    if field.many_to_one:
        return _fetch_targets(rows, field, known)
    caches = [row.__dict__.setdefault("_prefetched_objects_cache", {}) for row in rows]
    paired = zip(rows, caches, strict=True)
    if missing := [(row, cache) for row, cache in paired if name not in cache]:
        find = _linked if field.many_to_many else _children
        found = find([row for row, _cache in missing], field)
        # A query with limits raises TypeError if it is filtered.
        base = field.related_model._default_manager.all()[:0]
        for row, cache in missing:
            cache[name] = type(base)(base.model, base.query)
            cache[name]._result_cache, cache[name]._prefetch_done = found[row.pk], True
    return list({id(row): row for cache in caches for row in cache[name]}.values())


def _fetch_targets(rows, field: Field, known: Known) -> list[Model]:
    name, key = field.cache_name, field.attname
    caches = [row._state.fields_cache for row in rows]
    missing = [row for row in rows if name not in row._state.fields_cache]
    of_model = _add(field.related_model, {getattr(row, key) for row in missing}, known)
    for row in missing:
        pk = getattr(row, key)
        row._state.fields_cache[name] = None if pk is None else of_model.get(pk)
    # By identity: rows share objects, and a primary key takes longer to read.
    targets = {id(cache[name]): cache[name] for cache in caches if cache[name] is not None}
    return list(targets.values())


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
