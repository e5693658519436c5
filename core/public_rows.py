"""What readers see of each model, and the identifiers by which they know it.

The setting PUBLIC_ROWS lists subclasses of PublicRows, which are in the `public_rows` module of the
app that has the rows.
"""

from collections.abc import Iterable, Iterator
from functools import cache

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from core.changes import Keys, changed_of


class PublicRows:
    """What readers see of a model: which rows, and by which identifiers."""

    model: type[models.Model]
    # The name of the rows in the log. Rows of several kinds override `identified` and `kinds`.
    kind: str
    # Whether an identifier always names the same thing, such as a pair of countries, whichever row
    # has it.
    is_natural = False
    # The scope of pages that show something of these rows; empty if `places` says where they are.
    scope = ""
    # The scope of pages that may name any of these rows, since they tell of earlier versions.
    history = ""
    # Whether pages offer all of these rows as choices, so that a new one changes them too.
    is_offered = False

    def public(self) -> models.QuerySet:
        """The rows that readers see."""
        return self.model._base_manager.all()

    @property
    def kinds(self) -> tuple[str, ...]:
        return (self.kind,)

    def identified(self, rows: models.QuerySet) -> Iterable[tuple[int, str, str]]:
        """The primary key, kind and identifier of each of these rows."""
        return ((pk, self.kind, key) for pk, key in rows.order_by().values_list("pk", "slug"))

    def key_of(self, row: models.Model) -> str:
        """The identifier of a row in memory; empty if it has none yet."""
        return row.slug

    def touched(self, changed: Keys) -> set[int]:
        """The primary keys of its rows whose public data may differ after changes of rows: of
        itself, and of the children that belong to it."""
        found = changed_of(self.model, changed)
        for child, column in children_of(self.model).items():
            if pks := changed.get(child):
                rows = child._base_manager.filter(pk__in=pks).order_by()
                found |= set(rows.values_list(column, flat=True))
        return found

    def dependent(self, pks: set[int]) -> Iterator[tuple[type[models.Model], Iterable[int]]]:
        """The rows of any models, with their primary keys, whose public data contains something of
        these rows that may have changed."""
        return iter(())

    def wholes(self, pks: set[int]) -> Iterator[tuple[type[models.Model], Iterable[int]]]:
        """The rows whose public data contains these rows in full."""
        return iter(())

    def places(self, pks: set[int]) -> dict[int, Iterable[str]]:
        """Where pages show each of these rows, as short texts without spaces, by primary key. The
        log remembers them, since a row that has moved is gone from where it was."""
        return {}

    def scopes(self, places: set[str]) -> set[str]:
        """The scopes of the pages at these places (core.models.PageVersion)."""
        return set()

    def merged(self, keys: Iterable[str]) -> dict[str, str]:
        """Those of these identifiers whose rows have been merged, each with that of the row that
        stayed."""
        return {}


@cache
def public_rows() -> list[PublicRows]:
    """The rows of the setting PUBLIC_ROWS, in its order: a row comes after those it refers to."""
    return [import_string(name)() for name in settings.PUBLIC_ROWS]


@cache
def children_of(model: type[models.Model]) -> dict[type[models.Model], str]:
    """The children that belong to the rows of a model and are not public by themselves, each with
    the column that holds the row."""
    found = {}
    for kind in (model, *model.__subclasses__()):
        for name in getattr(kind, "CHILDREN", ()):
            relation = kind._meta.get_field(name)
            if not issubclass(relation.related_model, tuple(one.model for one in public_rows())):
                found[relation.related_model] = relation.field.attname
    return found


def rows_of(model: type[models.Model]) -> PublicRows | None:
    """The public rows that the rows of a model are among; None if readers see none of them."""
    return next((rows for rows in public_rows() if issubclass(model, rows.model)), None)


def is_used(model: type[models.Model], key: str) -> bool:
    """Whether readers know, or knew, a row of a model by an identifier."""
    rows = rows_of(model)
    return rows is not None and _register().filter(kind__in=rows.kinds, key=key).exists()


def check_identifier(row: models.Model) -> None:
    """Raise ValidationError if a row has the identifier of another row that readers have seen, also
    of one that is gone, or another identifier than the one by which readers know it."""
    rows = rows_of(type(row))
    key = rows.key_of(row) if rows else ""
    if not key:
        return
    entries = _register().filter(kind__in=rows.kinds)
    if row.pk and entries.filter(row=row.pk).exclude(key=key).exists():
        raise ValidationError(_("Readers know this by its identifier, which cannot be changed."))
    same = entries.filter(key=key)
    if not rows.is_natural and (same.exclude(row=row.pk) if row.pk else same).exists():
        raise ValidationError(
            _("“%(key)s” is the identifier of another row, or was. Choose another identifier.")
            % {"key": key}
        )


def _register() -> models.QuerySet:
    """The log of public changes, which has each identifier that was ever used."""
    return apps.get_model("core", "PublicChange").objects.order_by()


class PermanentIdentifier(models.Model):
    """A row that readers know by the fields of IDENTIFIER: once they have seen it, these never
    change, and no other row may have the same, even if the row is gone."""

    IDENTIFIER: tuple[str, ...] = ("slug",)

    class Meta:
        abstract = True

    def validate_unique(self, exclude=None):
        super().validate_unique(exclude)
        if not {*self.IDENTIFIER} <= {*(exclude or ())}:
            try:
                check_identifier(self)
            except ValidationError as error:
                raise ValidationError({self.IDENTIFIER[-1]: error.messages}) from error
