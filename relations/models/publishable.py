"""What records, figures and goods share: a publication state, versions and revisions."""

from collections.abc import Iterable
from functools import cache

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.snapshot import full_snapshot
from relations.models.dated import Dated


class State(models.TextChoices):
    """The publication state of a row; only relations.publication and the steps of
    relations.workflow change it."""

    DRAFT = "draft", _("draft")
    IN_REVIEW = "in_review", _("in review")
    PUBLISHED = "published", _("published")
    WITHDRAWN = "withdrawn", _("withdrawn")


# The states of rows that readers see, or saw.
SHOWN = (State.PUBLISHED, State.WITHDRAWN)


class PublicationRefused(ValidationError):
    """A row cannot be published as it is; the message says why."""


class EvidenceMissing(PublicationRefused):
    """Publication refused; the message says which evidence is missing."""


class Publishable(Dated, models.Model):
    """A row with a state, versions and `revisions`, whose model is a subclass of BaseRevision."""

    # The children that belong to a row in its history, by related name. Children that are
    # publishable themselves are its parts: they are published and withdrawn with it.
    CHILDREN: tuple[str, ...] = ()
    # The columns from which other data is derived; `loaded` holds their values as fetched.
    LOADED: tuple[str, ...] = ()
    # The columns that a new version sets.
    VERSIONED = ("state", "published_at", "version")
    # Foreign keys that a list shows with a row.
    LISTED_WITH: tuple[str, ...] = ()

    state = models.CharField(
        _("state"), max_length=10, choices=State, default=State.DRAFT, editable=False
    )
    version = models.PositiveIntegerField(_("version"), default=0, editable=False)
    published_at = models.DateTimeField(_("published"), null=True, editable=False)

    # The values of LOADED when the data derived from them was last computed.
    loaded: dict[str, int | None] = {}
    # Withdrawn steps that a restored version does not include.
    left_out: frozenset[int] = frozenset()

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db, field_names, values):
        row = super().from_db(db, field_names, values)
        row.remember_loaded()
        return row

    def remember_loaded(self) -> None:
        """Remember the values of LOADED, as far as they were fetched."""
        self.loaded = {name: self.__dict__[name] for name in self.LOADED if name in self.__dict__}

    @classmethod
    def common(cls) -> type["Publishable"]:
        """The model whose table holds the state: Record for all records, or the model itself."""
        return cls._meta.get_field("state").model

    @classmethod
    def revision_model(cls):
        """The model of the revisions of these rows."""
        return cls.common()._meta.get_field("revisions").related_model

    def as_version(self) -> dict:
        """A snapshot of the row with its children, for its history."""
        return full_snapshot(self)

    @property
    def kind_in_words(self) -> str:
        """The kind of row, such as "visit" or "figure", in words."""
        return str(self._meta.verbose_name)

    @property
    def is_public(self) -> bool:
        return self.state == State.PUBLISHED

    @classmethod
    @cache
    def parts_field(cls) -> str:
        """The related name of the children that are published with a row; empty if none are."""
        for name in cls.CHILDREN:
            if issubclass(cls._meta.get_field(name).related_model, Publishable):
                return name
        return ""

    @classmethod
    @cache
    def part_of_field(cls) -> str:
        """The foreign key to the row with which a part is published; empty for other rows."""
        for field in cls._meta.concrete_fields:
            whole = field.related_model
            if field.remote_field and issubclass(whole, Publishable):
                name = whole.parts_field()
                if name and whole._meta.get_field(name).field == field:
                    return field.name
        return ""

    def part_of(self) -> "Publishable | None":
        """The row with which this one is first published if it is a part, else None."""
        return getattr(self, self.part_of_field()) if self.part_of_field() else None

    def parts(self) -> models.QuerySet:
        """The rows that are first published with this one."""
        name = self.parts_field()
        return getattr(self, name).all() if name else type(self).objects.none()

    def together(self) -> list["Publishable"]:
        """The rows that are published and withdrawn with this one, itself last."""
        name = self.parts_field()
        if not name:
            return [self]
        fetched = name in getattr(self, "_prefetched_objects_cache", ())
        return [*(self.parts() if fetched else self.parts().with_related()), self]

    def check_sound(self, rows: list["Publishable"]) -> None:
        """Raise PublicationRefused if rows that are published together cannot be true: a country
        that they name did not exist then."""
        found = []
        for row in rows:
            for checked in (row, *row.participating()):
                try:
                    checked.check_lifetimes()
                except ValidationError as error:
                    found += error.messages
        if found:
            raise PublicationRefused(list(dict.fromkeys(found)))

    def participating(self) -> Iterable[Dated]:
        """The children whose countries must have existed then too."""
        return ()

    @classmethod
    def missing_evidence(cls, rows: list["Publishable"]) -> dict["Publishable", list[str]]:
        """Messages about missing evidence, by row; rows that lack none are left out."""
        return {}

    def warnings(self) -> list[str]:
        """Messages about what a reviewer should check; they do not prevent publication."""
        return []
