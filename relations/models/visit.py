"""Visits from one country of a pair to the other."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from relations.models.country import Country
from relations.models.record import Kind, Likeness, Record


class Visit(Record):
    """A bilateral visit; the guest is the country of the pair that is not the host."""

    class Type(models.TextChoices):
        STATE = "state", _("state visit")
        OFFICIAL = "official", _("official visit")
        OFFICIAL_WORKING = "official_working", _("official working visit")
        WORKING = "working", _("working visit")
        PRIVATE = "private", _("private visit")
        TRANSIT = "transit", _("transit")
        UNSPECIFIED = "unspecified", _("visit, type not stated")

    class Rank(models.TextChoices):
        HEAD_OF_STATE = "head_of_state", _("head of state")
        HEAD_OF_GOVERNMENT = "head_of_government", _("head of government")
        FOREIGN_MINISTER = "foreign_minister", _("foreign minister")
        MINISTER = "minister", _("minister")
        PARLIAMENT = "parliament", _("parliament")
        OTHER = "other", _("other")

    KIND = Kind.VISIT
    TYPE_FIELD = "visit_type"
    KEY_FIELDS = ("host", "visit_type", "date")
    SUBJECT = ("host",)
    LIKENESS = Likeness.TYPE_AND_DAY
    SHARED = ("rank",)
    # The ranks that one person of a country holds at a time.
    LEADERS = (Rank.HEAD_OF_STATE, Rank.HEAD_OF_GOVERNMENT, Rank.FOREIGN_MINISTER)

    host = models.ForeignKey(
        Country, models.PROTECT, related_name="visits_hosted", verbose_name=_("host country")
    )
    visit_type = models.CharField(_("type"), max_length=20, choices=Type, default=Type.UNSPECIFIED)
    type_as_stated = models.CharField(
        _("type as stated"), max_length=100, blank=True, help_text=_("The source's own label.")
    )
    rank = models.CharField(_("rank of the visitor"), max_length=20, choices=Rank)
    place = models.CharField(_("place"), max_length=150, blank=True)

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")

    @property
    def is_known_by_day(self):
        return self.rank in self.LEADERS

    @property
    def guest(self) -> Country:
        """The country that the visitor came from."""
        return self.relation.other(self.host_id)

    def clean(self):
        super().clean()
        if not self.relation_id:
            raise ValidationError({"relation": _("Choose the two countries of the visit.")})
        if self.host_id and self.host_id not in self.relation.country_ids:
            raise ValidationError(
                {
                    "host": _("%(host)s does not belong to the pair %(pair)s.")
                    % {"host": self.host, "pair": self.relation}
                }
            )
