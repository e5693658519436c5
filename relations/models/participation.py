"""The participants of a record and their roles."""

from collections.abc import Iterable

from django.db import models
from django.db.models import Case, F, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from relations.models.country import Country
from relations.models.dated import Dated
from relations.models.organization import Organization
from relations.models.person import Person
from relations.models.publishable import State
from relations.models.record import Record, as_subclasses
from relations.models.relation import Relation


def exactly_one(*names: str) -> Q:
    """The condition that exactly one of these foreign keys is set."""
    condition = Q()
    for chosen in names:
        condition |= Q(**{f"{name}__isnull": name != chosen for name in names})
    return condition


class ParticipationQuerySet(models.QuerySet):
    def get_by_natural_key(self, record, role, kind, slug):
        return self.get(record__slug=record, role=role, **{f"{kind}__slug": slug})

    def update_pairs(self, records: Iterable[Record]) -> None:
        """Update the stored pairs of the participations in these records."""
        published = Record.objects.published().filter(pk=OuterRef("record")).order_by()
        rows = self.filter(record__in=[record.pk for record in records])
        rows.update(relation=Subquery(published.values("relation")))

    def differing(self):
        """Participations whose stored pair does not match their record."""
        due = Case(When(record__state=State.PUBLISHED, then=F("record__relation")))
        rows = self.annotate(due=Coalesce(due, 0), kept=Coalesce("relation", 0))
        return rows.exclude(due=F("kept"))


class Participation(Dated, models.Model):
    """A person, country or organization in a record, with the capacity as the source gives it."""

    class Role(models.TextChoices):
        VISITOR = "visitor", _("visitor")
        HOST = "host", _("host")
        SIGNATORY = "signatory", _("signatory")
        SPEAKER = "speaker", _("speaker")
        PARTICIPANT = "participant", _("participant")
        SUBJECT = "subject", _("subject")
        ORGANIZER = "organizer", _("organizer")

    PARTICIPANTS = ("person", "country", "organization")
    KEY = ("record", "role", *PARTICIPANTS)
    OWNER = "record"

    record = models.ForeignKey(Record, models.CASCADE, related_name="participations")
    role = models.CharField(_("role"), max_length=12, choices=Role)
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True)
    country = models.ForeignKey(Country, models.PROTECT, null=True, blank=True)
    organization = models.ForeignKey(Organization, models.PROTECT, null=True, blank=True)
    capacity = models.CharField(
        _("capacity"), max_length=200, blank=True, help_text=_("For example President.")
    )
    as_stated = models.CharField(
        _("name as stated"), max_length=200, blank=True, help_text=_("As the source writes it.")
    )

    # The pair of the record while readers see it, stored to find the people of a pair by index.
    relation = models.ForeignKey(
        Relation, models.CASCADE, null=True, editable=False, db_index=False
    )

    objects = ParticipationQuerySet.as_manager()

    class Meta:
        verbose_name = _("participation")
        verbose_name_plural = _("participations")
        ordering = ["record", "id"]
        default_related_name = "participations"
        indexes = [models.Index(fields=["relation", "person"], name="participation_people")]
        constraints = [
            models.CheckConstraint(
                name="participation_of_one",
                condition=exactly_one("person", "country", "organization"),
                violation_error_message=_("Choose one: a person, a country or an organization."),
            )
        ] + [
            models.UniqueConstraint(
                fields=["record", "role", kind],
                condition=Q(**{f"{kind}__isnull": False}),
                name=f"participation_{kind}_unique",
                violation_error_message=_("This participant already has this role."),
            )
            for kind in ("person", "country", "organization")
        ]

    def __str__(self):
        return str(self.get_role_display())

    def save(self, *args, **kwargs):
        self.relation_id = self.record.relation_id if self.record.is_public else None
        super().save(*args, **kwargs)

    def clean(self):
        super().clean()
        self.check_lifetimes()

    def countries(self):
        """Its country; not that of a subject, as a record may be about a former state."""
        return super().countries() if self.role != self.Role.SUBJECT else iter(())

    def owner(self):
        """Its record, as an instance of its kind, which has rules of its own."""
        return as_subclasses([self.record])[0] if type(self.record) is Record else self.record

    @property
    def participant_kind(self) -> str:
        return next(kind for kind in self.PARTICIPANTS if getattr(self, f"{kind}_id"))

    @property
    def participant(self):
        return self.person or self.country or self.organization

    def natural_key(self):
        return (self.record.slug, self.role, self.participant_kind, self.participant.slug)
