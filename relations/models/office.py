"""Offices that people hold."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from relations.models.country import Country, common_days
from relations.models.organization import Organization
from relations.models.participation import exactly_one
from relations.models.person import Person
from relations.models.record import Kind, Likeness, Record, RecordQuerySet


class OfficeQuerySet(RecordQuerySet):
    def of_countries(self, *countries):
        """Published offices of these countries that were possibly held while all of them
        existed."""
        days = common_days(countries)
        if days is None:
            return self.none()
        return self.published().filter(country__in=countries).possibly_within(*days)

    def leaders_of(self, *countries):
        """Of these, the offices of the heads of state and of government."""
        ranks = [Office.Rank.HEAD_OF_STATE, Office.Rank.HEAD_OF_GOVERNMENT]
        return self.of_countries(*countries).filter(rank__in=ranks)


class Office(Record):
    """A person's office in a country or an organization, from `date` to `until`."""

    class Rank(models.TextChoices):
        HEAD_OF_STATE = "head_of_state", _("head of state")
        HEAD_OF_GOVERNMENT = "head_of_government", _("head of government")
        MINISTER = "minister", _("minister")
        AMBASSADOR = "ambassador", _("ambassador")
        OTHER = "other", _("other")

    KIND = Kind.OFFICE
    TYPE_FIELD = "rank"
    KEY_FIELDS = ("person", "title")
    SUBJECT = ("person", "country", "organization")
    LIKENESS = Likeness.TYPE

    person = models.ForeignKey(
        Person, models.PROTECT, related_name="offices", verbose_name=_("person")
    )
    rank = models.CharField(_("rank"), max_length=20, choices=Rank)
    country = models.ForeignKey(
        Country, models.PROTECT, null=True, blank=True, related_name="offices"
    )
    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="offices"
    )

    objects = OfficeQuerySet.as_manager()

    class Meta:
        verbose_name = _("office")
        verbose_name_plural = _("offices")
        constraints = [
            models.CheckConstraint(
                name="office_of_one_body",
                condition=exactly_one("country", "organization"),
                violation_error_message=_("Choose one: a country or an organization."),
            )
        ]
