"""Pages of a query that stay in place while rows are added: each begins after a row."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from django.core import signing
from django.db.models import F, Model, Q, QuerySet
from django.db.models.expressions import OrderBy
from django.utils.translation import gettext as _

from api.problems import Problem


@dataclass(frozen=True, slots=True)
class Term:
    """A part of an order: a column or annotation, its direction, and where nulls stand."""

    name: str
    descending: bool
    nulls_last: bool = False

    @classmethod
    def of(cls, term: str | OrderBy) -> "Term":
        if isinstance(term, str):
            return cls(term.removeprefix("-"), term.startswith("-"))
        expression = term.expression
        name = expression.name if isinstance(expression, F) else str(expression)
        return cls(name, term.descending, bool(term.nulls_last))

    def value(self, row: Model):
        for name in self.name.split("__"):
            row = getattr(row, name)
        return row

    def beyond(self, value) -> Q:
        """The condition that a row comes after the value."""
        if value is None:
            return Q(pk__in=())
        later = Q(**{f"{self.name}__{'lt' if self.descending else 'gt'}": value})
        return later | Q(**{f"{self.name}__isnull": True}) if self.nulls_last else later

    def from_here(self, value) -> Q:
        """A condition that follows from the others, by which a database can start in its index."""
        if value is None or self.nulls_last:
            return Q()
        return Q(**{f"{self.name}__{'lte' if self.descending else 'gte'}": value})

    def same(self, value) -> Q:
        return Q(**{f"{self.name}__isnull": True} if value is None else {self.name: value})


def terms_of(rows: QuerySet) -> list[Term]:
    """The order of a query, which must be explicit and total."""
    return [Term.of(term) for term in rows.query.order_by]


def page(rows: QuerySet, limit: int, cursor: str, place: str) -> tuple[list[Model], str]:
    """At most `limit` rows after a cursor, and the cursor of the next page; empty on the last one.

    `place` names the list with its order and filters: a cursor is valid there only. Raises Problem
    for another one.
    """
    terms = terms_of(rows)
    if cursor:
        rows = rows.filter(_after(terms, read(cursor, place)))
    found = list(rows[: limit + 1])
    if len(found) <= limit:
        return found, ""
    found = found[:limit]
    return found, written([term.value(found[-1]) for term in terms], place)


def written(values: list, place: str) -> str:
    """The cursor after a row with these values. It is signed, so that only our own are read."""
    return signing.Signer(salt=place).sign_object(values, serializer=_Values)


class _Values(signing.JSONSerializer):
    """Values of columns as JSON; days and numbers as text, which filters read."""

    def dumps(self, obj):
        return json.dumps(obj, separators=(",", ":"), default=str).encode()


def read(cursor: str, place: str) -> list:
    """The values in a cursor of a list. Raises Problem for another one."""
    try:
        return signing.Signer(salt=place).unsign_object(cursor, serializer=_Values)
    except signing.BadSignature as error:
        message = _("This is not a cursor of this list with these filters. Start without one.")
        raise Problem.of_errors({"cursor": [message]}) from error


def _after(terms: Iterable[Term], values: list) -> Q:
    """The condition that a row comes after the one with these values."""
    found, same, pairs = Q(pk__in=()), Q(), list(zip(terms, values, strict=True))
    for term, value in pairs:
        found |= same & term.beyond(value)
        same &= term.same(value)
    first, value = pairs[0]
    return first.from_here(value) & found
