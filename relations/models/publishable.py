"""What records, figures and goods share: editors write them, and readers see what is published."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """How far a value is on its way to readers; only relations.publication and the steps of
    relations.workflow change it."""

    DRAFT = "draft", _("draft")
    IN_REVIEW = "in_review", _("in review")
    PUBLISHED = "published", _("published")
    WITHDRAWN = "withdrawn", _("withdrawn")


# What readers see, or saw: it answers at its address.
SHOWN = (State.PUBLISHED, State.WITHDRAWN)


class PublicationRefused(ValidationError):
    """A row cannot be shown as it is; the message says why."""


class EvidenceMissing(PublicationRefused):
    """Publication refused; the message says which evidence is missing."""


class Publishable(models.Model):
    """A row with a state, versions and `revisions`, a model of its own below BaseRevision."""

    # What belongs to a row in its history, by related name.
    CHILDREN: tuple[str, ...] = ()
    # The columns from which other data is derived, kept in `loaded` as they were fetched.
    LOADED: tuple[str, ...] = ()

    # Foreign keys that a list shows of a row.
    LISTED_WITH: tuple[str, ...] = ()

    state = models.CharField(
        _("state"), max_length=10, choices=State, default=State.DRAFT, editable=False
    )
    version = models.PositiveIntegerField(_("version"), default=0, editable=False)
    published_at = models.DateTimeField(_("published"), null=True, editable=False)

    # The values of LOADED when what is derived from them was computed last.
    loaded: dict[str, int | None] = {}
    # Withdrawn steps that a restored version does not hold.
    left_out: frozenset[int] = frozenset()

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db, field_names, values):
        row = super().from_db(db, field_names, values)
        row.remember_loaded()
        return row

    def remember_loaded(self) -> None:
        """Note the values of LOADED, as far as they were fetched."""
        self.loaded = {name: self.__dict__[name] for name in self.LOADED if name in self.__dict__}

    @classmethod
    def common(cls) -> type["Publishable"]:
        """The model whose table holds the state: that of all records, or a model's own."""
        return cls._meta.get_field("state").model

    @classmethod
    def revision_model(cls):
        """The model of the versions of such rows."""
        return cls.common()._meta.get_field("revisions").related_model

    @property
    def kind_in_words(self) -> str:
        """What it is: "visit", "figure"."""
        return str(self._meta.verbose_name)

    @property
    def is_public(self) -> bool:
        return self.state == State.PUBLISHED

    def part_of(self) -> "Publishable | None":
        """The row with which this one first goes to readers, if it is a step of another."""

    def parts(self) -> models.QuerySet:
        """The rows that first go to readers with this one."""
        return type(self).objects.none()

    def together(self) -> list["Publishable"]:
        """The rows that are published and withdrawn with this one, itself last."""
        return [self]

    def check_sound(self, rows: list["Publishable"]) -> None:
        """Raise PublicationRefused where what is published together cannot be true."""

    @classmethod
    def missing_evidence(cls, rows: list["Publishable"]) -> dict["Publishable", list[str]]:
        """What evidence each of these rows lacks, in words; rows that lack none are left out."""
        return {}

    def warnings(self) -> list[str]:
        """What a reviewer should look at twice, in words; none of it prevents publication."""
        return []
