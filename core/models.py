"""What the models of all apps share, and the version of what readers see."""

import secrets
from collections.abc import Iterable
from functools import cache, reduce

from django.db import models, transaction
from django.utils.encoding import force_str
from django.utils.translation import gettext_lazy as _

from core.folding import fold

# The collation under which folded titles sort: SQLite's own; on PostgreSQL a migration makes it.
BINARY = "binary"
# After how many steps of the version their rows are made one.
FOLDED = 100


def folded_q(term: str, field: str = "folded") -> models.Q:
    """The rows whose folded column holds the term, in whatever case and accents it is typed."""
    return models.Q(**{f"{field}__contains": fold(term)})


class SlugField(models.SlugField):
    """The permanent identifier of a row: unique, in its address, in fixtures and downloads."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{"max_length": 160, "unique": True, **kwargs})


def lock(rows: models.QuerySet, pks: Iterable[int]) -> None:
    """Lock these rows until the transaction ends, in key order so that no two deadlock."""
    list(rows.select_for_update().filter(pk__in=list(pks)).order_by("pk").values_list("pk"))


def derived_columns(model: type[models.Model], names: Iterable[str]) -> set[str]:
    """The columns of a model that are kept equal to a function of any of these fields."""
    return {
        field.name
        for field in model._meta.concrete_fields
        if set(getattr(field, "of", ())) & set(names)
    }


@cache
def labels(field: models.Field) -> dict:
    """The names of a field's choices, translated when they are shown."""
    return dict(field.flatchoices)


class Derived(models.Model):
    """A row with columns that follow from others: set before it is checked and saved."""

    class Meta:
        abstract = True

    def save(self, *args, update_fields=None, **kwargs):
        self.derive()
        if update_fields is not None:
            update_fields = {*update_fields, *derived_columns(type(self), update_fields)}
        super().save(*args, update_fields=update_fields, **kwargs)

    def validate_constraints(self, exclude=None):
        """Without those on columns that follow from a field which is at fault already."""
        exclude = set(exclude or ())
        super().validate_constraints(exclude | derived_columns(type(self), exclude))

    def clean_fields(self, exclude=None):
        self.derive()
        super().clean_fields(exclude)

    def derive(self):
        """Set the derived columns, as far as what they follow from is there."""

    def _get_FIELD_display(self, field):
        # Django's makes a dictionary of all choices, translated, for each value that is shown.
        value = getattr(self, field.attname)
        return force_str(labels(field).get(value, value), strings_only=True)


class DerivedQuerySet(models.QuerySet):
    """Refuses to update a field behind the back of the columns that follow from it."""

    def update(self, **values):
        if behind := derived_columns(self.model, values) - set(values):
            raise ValueError(f"Save the rows instead: {', '.join(sorted(behind))} must follow.")
        return super().update(**values)


@cache
def natural_lookups(model: type[models.Model]) -> tuple[str, ...]:
    """The lookups that identify a row: the fields of KEY, and the KEY of each row named there."""
    found = []
    for name in model.KEY:
        field = model._meta.get_field(name)
        parts = natural_lookups(field.related_model) if field.remote_field else ()
        found += [f"{name}__{part}" for part in parts] or [name]
    return tuple(found)


class NaturalKeyQuerySet(models.QuerySet):
    def get_by_natural_key(self, *values):
        return self.get(**dict(zip(natural_lookups(self.model), values, strict=True)))


class NaturalKey(models.Model):
    """A row that the fields of its KEY identify in fixtures and snapshots."""

    KEY: tuple[str, ...]

    objects = NaturalKeyQuerySet.as_manager()

    class Meta:
        abstract = True

    def natural_key(self):
        return tuple(
            reduce(getattr, lookup.split("__"), self) for lookup in natural_lookups(type(self))
        )


class BySlugQuerySet(DerivedQuerySet):
    def get_by_natural_key(self, slug):
        return self.get(slug=slug)

    def matching(self, term):
        """Rows whose names or titles hold the term, in any case and accents."""
        return self.filter(folded_q(term))


class BySlug(Derived):
    """A row that its slug identifies, for people and for fixtures."""

    # The fields that identify a row in fixtures; every model that fixtures hold names them.
    KEY = ("slug",)

    slug = SlugField(_("identifier"), help_text=_("Permanent: it stands in the address."))

    objects = BySlugQuerySet.as_manager()

    class Meta:
        abstract = True

    def natural_key(self):
        return (self.slug,)


class BaseVersionQuerySet(models.QuerySet):
    def current(self) -> int:
        """The version of what readers see: another number after each change of it."""
        return int(self.aggregate(version=models.Sum("steps"))["version"] or 0)

    def step(self) -> None:
        """Say that what readers see changes with this transaction; without one it is refused.

        Each step is a row of its own, so that no transaction waits for another. Its size is by
        chance: a base restored from a backup never comes to a version that it had before with
        other content.
        """
        if not transaction.get_connection(self.db).in_atomic_block:
            raise transaction.TransactionManagementError("A version goes with its change.")
        if self.create(steps=1 + secrets.randbelow(1 << 32)).pk % FOLDED == 0:
            self.fold()

    def fold(self) -> None:
        """Make one row of many; their sum stays."""
        rows = dict(self.select_for_update(skip_locked=True).values_list("pk", "steps"))
        self.filter(pk__in=rows).delete()
        self.create(steps=sum(rows.values()))


class BaseVersion(models.Model):
    """Steps whose sum is the version of what readers see (docs/adr/0050-kept-pages.md)."""

    steps = models.PositiveBigIntegerField()

    objects = BaseVersionQuerySet.as_manager()

    def __str__(self):
        return str(self.steps)


class LoadedRow(models.Model):
    """Remembers a fixture row that was once loaded, so that loading again never brings back
    what an editor has changed or deleted."""

    model = models.CharField(max_length=60)
    key = models.CharField(max_length=400)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["model", "key"], name="loaded_row_unique")]

    def __str__(self):
        return f"{self.model} {self.key}"
