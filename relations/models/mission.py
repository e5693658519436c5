"""Diplomatic and consular missions."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from relations.models.country import Country
from relations.models.organization import Organization
from relations.models.participation import exactly_one
from relations.models.record import Kind, Likeness, Record


class Mission(Record):
    """A mission of one country in another, or at an organization."""

    class Type(models.TextChoices):
        EMBASSY = "embassy", _("embassy")
        CONSULATE_GENERAL = "consulate_general", _("consulate general")
        CONSULATE = "consulate", _("consulate")
        HONORARY_CONSULATE = "honorary_consulate", _("honorary consulate")
        PERMANENT_MISSION = "permanent_mission", _("permanent mission")
        OTHER = "other", _("other mission")

    KIND = Kind.MISSION
    TYPE_FIELD = "mission_type"
    KEY_FIELDS = ("mission_type", "sender", "host")
    SUBJECT = ("sender", "host", "host_organization")
    LIKENESS = Likeness.TYPE
    SHARED = ("place",)
    # Types of which a country has several in another, each in its place.
    BY_PLACE = (Type.CONSULATE_GENERAL, Type.CONSULATE, Type.HONORARY_CONSULATE, Type.OTHER)

    mission_type = models.CharField(_("type"), max_length=20, choices=Type)
    sender = models.ForeignKey(
        Country, models.PROTECT, related_name="missions_sent", verbose_name=_("sending state")
    )
    host = models.ForeignKey(
        Country,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="missions_hosted",
        verbose_name=_("receiving state"),
    )
    host_organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="missions"
    )
    place = models.CharField(_("place"), max_length=150, blank=True)

    class Meta:
        verbose_name = _("mission")
        verbose_name_plural = _("missions")
        constraints = [
            models.CheckConstraint(
                name="mission_at_one_host",
                condition=exactly_one("host", "host_organization"),
                violation_error_message=_("Choose one: a host country or an organization."),
            ),
            models.CheckConstraint(
                name="mission_in_another_country",
                condition=Q(host=None) | ~Q(host=models.F("sender")),
                violation_error_message=_("A mission is in another country."),
            ),
        ]

    @property
    def is_singular(self):
        return self.mission_type not in self.BY_PLACE or bool(self.place)

    def clean(self):
        super().clean()
        pair = {self.sender_id, self.host_id}
        if self.host_id and (not self.relation_id or set(self.relation.country_ids) != pair):
            raise ValidationError(
                {
                    "relation": _(
                        "Choose the relation between the sending country and the host country."
                    )
                }
            )
