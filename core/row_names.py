"""The names of the rows that snapshots refer to by their natural keys."""

from collections import defaultdict
from collections.abc import Iterable

from django.db import models

from core.models import natural_lookups
from core.snapshot import Change, changes, child_in_words, parts, snapshot


class RowNames:
    """The names of all rows that some snapshots refer to, fetched with one query for each model.

    `contents` are snapshots as `full_snapshot` makes them, each with its model. The names of rows
    that are gone are not known.
    """

    def __init__(self, contents: Iterable[tuple[type[models.Model], dict | None]]):
        wanted = defaultdict(set)
        for model, content in contents:
            if not content:
                continue
            for part, values in ((model, content["record"] | content), *parts(model, content)):
                for referred, key in _references(part, values):
                    wanted[referred].add(key)
        self.names = {model: _names(model, keys) for model, keys in wanted.items()}

    def get(self, model: type[models.Model], key: Iterable) -> str:
        """The name of the row with this natural key; empty if it is not known."""
        model, key = _named(model, tuple(key))
        return self.names.get(model, {}).get(key, "")


def _references(model, values: dict) -> Iterable[tuple[type[models.Model], tuple]]:
    """The models and keys of the rows that the values of one row refer to."""
    for field in model._meta.concrete_fields:
        if field.remote_field and isinstance(values.get(field.name), list):
            yield _named(field.related_model, tuple(values[field.name]))
    for field in model._meta.many_to_many:
        for slug in values.get(field.name, ()):
            yield field.related_model, (slug,)


def _named(model, key: tuple) -> tuple[type[models.Model], tuple]:
    """The model and key of the row that gives the name. A participant, whose key ends with its kind
    and slug, has the name of that country, person or organization."""
    kinds = getattr(model, "PARTICIPANTS", ())
    if len(key) > 1 and key[-2] in kinds:
        return model._meta.get_field(key[-2]).related_model, key[-1:]
    return model, key


def _names(model, keys: set[tuple]) -> dict[tuple, str]:
    lookups = natural_lookups(model)
    conditions = {
        f"{lookup}__in": {key[place] for key in keys} for place, lookup in enumerate(lookups)
    }
    shown_with = getattr(model, "NAMED_WITH", ())
    paths = {lookup.rpartition("__")[0] for lookup in lookups} - {""}
    rows = model._base_manager.select_related(*paths, *shown_with).filter(**conditions)
    return {tuple(row.natural_key()): str(row) for row in rows}


def named_changes(model: type[models.Model], before: dict | None, after: dict) -> list[Change]:
    """The differences of two snapshots of one row, with the names of the rows they refer to."""
    return changes(model, before, after, RowNames([(model, before), (model, after)]))


def child_named(row: models.Model, owner: str) -> str:
    """A child in the words that its changes use for it."""
    values = snapshot(row)
    return child_in_words(type(row), owner, values, RowNames([(type(row), {"record": values})]))
