"""Base models for all apps, and the versions of what readers see."""

import secrets
from collections.abc import Iterable
from functools import cache, reduce

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.encoding import force_str
from django.utils.translation import gettext_lazy as _

from core.changes import rows_changed
from core.folding import plain
from core.public_rows import PermanentIdentifier
from core.snapshot import snapshot

# The collation that sorts folded titles: built into SQLite, created by a migration on PostgreSQL.
BINARY = "binary"
# The scope that every page shows, and that of pages which show rows of any kind.
ALL_PAGES, EVERYTHING = "all", "everything"
# How many scopes change at a time, since databases limit the values of a query.
STEPPED = 500


class SlugField(models.SlugField):
    """The permanent identifier of a row: unique, used in its address, in fixtures and downloads."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{"max_length": 160, "unique": True, **kwargs})


def lock(rows: models.QuerySet, pks: Iterable[int]) -> None:
    """Lock these rows until the transaction ends, in key order to avoid deadlocks."""
    list(rows.select_for_update().filter(pk__in=list(pks)).order_by("pk").values_list("pk"))


def derived_columns(model: type[models.Model], names: Iterable[str]) -> set[str]:
    """The names of a model's columns that are derived from any of these fields."""
    return {
        field.name
        for field in model._meta.concrete_fields
        if set(getattr(field, "of", ())) & set(names)
    }


@cache
def labels(field: models.Field) -> dict:
    """The labels of a field's choices, translated when they are shown."""
    return dict(field.flatchoices)


def plain_names(model: "type[Derived]", values: dict) -> dict[str, str]:
    """The names and titles among the values of a row, as they are stored: nothing in them is
    invisible. Each line of `aliases` is a name."""
    given = {name: values[name] for name in model.NAMES if values.get(name)}
    return {
        name: "\n".join(map(plain, text.splitlines())) if name == "aliases" else plain(text)
        for name, text in given.items()
        if isinstance(text, str)
    }


class Derived(models.Model):
    """A row with derived columns, which are set before it is validated and saved, and with plain
    names and titles."""

    # The fields with names and titles, and codes that are looked up like them.
    NAMES: tuple[str, ...] = ()

    class Meta:
        abstract = True

    def save(self, *args, update_fields=None, **kwargs):
        self.derive()
        if update_fields is not None:
            update_fields = {*update_fields, *derived_columns(type(self), update_fields)}
        super().save(*args, update_fields=update_fields, **kwargs)

    def validate_constraints(self, exclude=None):
        """Skip constraints on columns derived from a field that is already invalid."""
        exclude = set(exclude or ())
        super().validate_constraints(exclude | derived_columns(type(self), exclude))

    def clean_fields(self, exclude=None):
        self.derive()
        super().clean_fields(exclude)

    def derive(self):
        """Set the names and titles as they are stored; a hook to set the derived columns, as far
        as their inputs are present."""
        self.__dict__.update(plain_names(type(self), self.__dict__))

    def _get_FIELD_display(self, field):
        # Django's version builds a dict of all translated choices for each value that is shown.
        value = getattr(self, field.attname)
        return force_str(labels(field).get(value, value), strings_only=True)


class DerivedQuerySet(models.QuerySet):
    """Raises ValueError on updating a field without the columns derived from it."""

    def update(self, **values):
        if behind := derived_columns(self.model, values) - set(values):
            raise ValueError(f"Save the rows instead: {', '.join(sorted(behind))} must follow.")
        return super().update(**values)


@cache
def natural_lookups(model: type[models.Model]) -> tuple[str, ...]:
    """The lookups that identify a row: the fields of KEY, with the KEY of each related row."""
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
    """A row identified in fixtures and snapshots by the fields of its KEY."""

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


class BySlug(PermanentIdentifier, Derived):
    """A row identified by its slug, for people and in fixtures."""

    # The fields that identify a row in fixtures; every model with fixtures defines them.
    KEY = ("slug",)

    slug = SlugField(_("identifier"), help_text=_("Permanent: it is part of the address."))

    objects = BySlugQuerySet.as_manager()

    class Meta:
        abstract = True

    def natural_key(self):
        return (self.slug,)


class ReleasedQuerySet(models.QuerySet):
    def public(self):
        """Rows that readers may see."""
        return self.filter(published_at__isnull=False)

    def release(self) -> int:
        """Show these rows to readers, and return how many they could not see before."""
        rows = list(self.filter(published_at=None).only("pk").order_by())
        if rows:
            hidden = self.model._base_manager.filter(pk__in=[row.pk for row in rows])
            hidden.update(published_at=timezone.now())
            rows_changed(*rows)
        return len(rows)


class ReleasedBySlugQuerySet(ReleasedQuerySet, BySlugQuerySet):
    def with_related(self):
        """All that the workflow needs: no related rows."""
        return self


class Released(models.Model):
    """A row without drafts, which readers see once a published row refers to it, or once a second
    person has released it (docs/adr/0014-two-people.md). It then stays public."""

    published_at = models.DateTimeField(_("published"), null=True, editable=False, db_index=True)

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        """Save the row; one that was released since it was fetched stays public."""
        if self.published_at is None and not self._state.adding:
            rows = type(self)._base_manager.filter(pk=self.pk)
            self.published_at = rows.values_list("published_at", flat=True).first()
        super().save(*args, **kwargs)

    @property
    def is_public(self) -> bool:
        return self.published_at is not None


class Proposable(models.Model):
    """A released row to which editors propose changes. `revisions` holds the proposals and, from
    the first proposal on, the versions of its own columns, without the rows that belong to it
    (docs/adr/0081-proposals.md).
    """

    CHILDREN: tuple[str, ...] = ()
    # Columns that change without a new version.
    UNVERSIONED: tuple[str, ...] = ()
    # The columns that a new version sets, and the foreign keys that the review queue shows.
    VERSIONED = ("version",)
    LISTED_WITH: tuple[str, ...] = ()

    version = models.PositiveIntegerField(_("version"), default=0, editable=False)

    class Meta:
        abstract = True

    @classmethod
    def common(cls) -> type["Proposable"]:
        return cls

    @classmethod
    def revision_model(cls):
        """The model of the revisions of these rows."""
        return cls._meta.get_field("revisions").related_model

    @property
    def kind_in_words(self) -> str:
        return str(self._meta.verbose_name)

    @property
    def state(self) -> str:
        """The state that a record would have."""
        return "published" if self.is_public else "draft"

    def as_version(self) -> dict:
        """A snapshot of its own columns, except UNVERSIONED: rows that belong to it are added
        without a version."""
        values = snapshot(self)
        return {"record": {name: values[name] for name in values if name not in self.UNVERSIONED}}

    def part_of(self) -> None:
        """It is published alone, as are all rows without parts."""

    def parts(self) -> models.QuerySet:
        return type(self)._base_manager.none()

    @classmethod
    def parts_field(cls) -> str:
        return ""

    def together(self) -> list["Proposable"]:
        return [self]

    @classmethod
    def missing_evidence(cls, rows: list["Proposable"]) -> dict:
        """It needs no citations."""
        return {}

    def check_sound(self, rows: list["Proposable"]) -> None:
        """Nothing beyond its own validation."""

    def warnings(self) -> list[str]:
        return []


class PageVersionQuerySet(models.QuerySet):
    def current(self, scopes: Iterable[str]) -> str:
        """The version of pages that show these scopes: a text that changes with every change of
        what they show."""
        rows = self.filter(scope__in={*scopes, ALL_PAGES}).order_by("scope").values("scope")
        found = rows.annotate(sum=models.Sum("steps")).values_list("scope", "sum")
        return " ".join(f"{scope}={version}" for scope, version in found)

    def step(self, scopes: Iterable[str] = ()) -> None:
        """Change the version of these scopes and of EVERYTHING, in the transaction that changes
        what pages show.

        Raises TransactionManagementError without one. Each step is a new row, so that no
        transaction waits for another; it takes the place of the earlier rows of its scope, unless
        another transaction is replacing these. Its size is random, so that a database restored from
        a backup never repeats an earlier version with other content.
        """
        if not transaction.get_connection(self.db).in_atomic_block:
            raise transaction.TransactionManagementError("The version changes with its data.")
        scopes = sorted({*scopes, EVERYTHING})
        for start in range(0, len(scopes), STEPPED):
            self._replace(scopes[start : start + STEPPED])

    def _replace(self, scopes: list[str]) -> None:
        sums = {scope: 1 + secrets.randbelow(1 << 32) for scope in scopes}
        earlier = self.filter(scope__in=scopes).select_for_update(skip_locked=True)
        rows = list(earlier.order_by())
        for row in rows:
            sums[row.scope] += row.steps
        self.filter(pk__in=[row.pk for row in rows]).delete()
        self.bulk_create(PageVersion(scope=scope, steps=steps) for scope, steps in sums.items())


class PageVersion(models.Model):
    """Steps whose sum is the version of a scope: of pages that show the same rows
    (docs/adr/0112-versions-of-scopes.md)."""

    # "pair:azerbaijan-kazakhstan", for example.
    scope = models.CharField(max_length=200)
    steps = models.PositiveBigIntegerField()

    objects = PageVersionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["scope"], name="page_version_scope")]

    def __str__(self):
        return f"{self.scope} {self.steps}"


class LoadedRow(models.Model):
    """A fixture row that was loaded once, so that loading again never restores a row that an
    editor has changed or deleted."""

    model = models.CharField(max_length=60)
    key = models.CharField(max_length=400)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["model", "key"], name="loaded_row_unique")]

    def __str__(self):
        return f"{self.model} {self.key}"


class SubmittedForm(models.Model):
    """A form that has added a row, kept for a day under the token of its page, so that sending it
    again does not add a second row. `sent` is a digest of what was sent."""

    token = models.CharField(max_length=32, unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    sent = models.CharField(max_length=32)
    name = models.CharField(max_length=300)
    address = models.CharField(max_length=300)
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    def __str__(self):
        return self.name


class UnsavedForm(models.Model):
    """What a user has entered in a form and not saved yet, as pairs of names and values. `page` is
    the token of the page of a new row, because several may be open; else it is empty."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    address = models.CharField(max_length=300)
    page = models.CharField(max_length=32, blank=True)
    values = models.JSONField(default=list)
    at = models.DateTimeField(auto_now=True, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "address", "page"], name="unsaved_form_unique")
        ]

    def __str__(self):
        return self.address


def meets_condition(constraint: models.UniqueConstraint, row: models.Model) -> bool:
    """Whether a row meets the condition of a constraint; True if it has none."""
    if constraint.condition is None:
        return True
    fields = row._meta.concrete_fields
    values = {one.name: models.Value(getattr(row, one.attname), one) for one in fields}
    return constraint.condition.check(values)


def unique_values(row: models.Model, owner: str) -> set[tuple]:
    """The values of a row that only one row of its owner may have, each with its constraint. Those
    that follow from the natural key are left out: rows with the same key always have the same."""
    found = set()
    for constraint in row._meta.constraints:
        if not isinstance(constraint, models.UniqueConstraint) or owner not in constraint.fields:
            continue
        condition = constraint.condition
        named = {*constraint.fields, *(condition.referenced_base_fields if condition else ())}
        if named <= set(row.KEY):
            continue
        fields = [row._meta.get_field(name) for name in constraint.fields if name != owner]
        values = tuple(getattr(row, field.attname) for field in fields)
        if None not in values and meets_condition(constraint, row):
            found.add((constraint.name, *values))
    return found


class PublicChangeQuerySet(models.QuerySet):
    def since(self, number: int):
        """The changes after the position `number`, oldest first; all of them after 0."""
        return self.filter(pk__gt=number).order_by("pk")

    def newest(self) -> int:
        """The position of the newest change; 0 if there is none."""
        return self.aggregate(newest=models.Max("pk"))["newest"] or 0


class PublicChange(models.Model):
    """The latest change of a row that readers see or saw: the log of public changes has each
    identifier once, and is thus also the register of used identifiers. Its primary key is its
    position in the log (docs/adr/0110-log-of-public-changes.md).
    """

    class Action(models.TextChoices):
        PUBLISHED = "published", _("published")
        CHANGED = "changed", _("changed")
        MERGED = "merged", _("merged")
        WITHDRAWN = "withdrawn", _("withdrawn")

    # Of rows that readers see.
    VISIBLE = (Action.PUBLISHED, Action.CHANGED)

    kind = models.CharField(_("kind"), max_length=16)
    # The primary key of the row, which may have been deleted.
    row = models.BigIntegerField()
    key = models.CharField(_("identifier"), max_length=400)
    action = models.CharField(_("action"), max_length=9, choices=Action)
    into = models.CharField(
        _("merged into"), max_length=400, help_text=_("The identifier of the row that stayed.")
    )
    at = models.DateTimeField(_("time"))
    # Where pages showed the row after the change (PublicRows.places), separated by spaces.
    places = models.TextField(default="", editable=False)

    objects = PublicChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("public change")
        verbose_name_plural = _("public changes")
        indexes = [models.Index(fields=["kind", "row"], name="public_change_row")]
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="public_change_key_unique"),
            models.CheckConstraint(
                name="public_change_into_if_merged",
                condition=models.Q(action="merged") ^ models.Q(into=""),
            ),
        ]

    def __str__(self):
        return f"{self.kind} {self.key} {self.action}"
