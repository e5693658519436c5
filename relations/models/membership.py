"""Memberships of countries in organizations."""

from datetime import date

from django.db import models
from django.db.models import DateField, Exists, F, OuterRef, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from relations.models.country import Country, common_days
from relations.models.organization import Organization
from relations.models.record import Kind, Likeness, Record, RecordQuerySet


class MembershipQuerySet(RecordQuerySet):
    def shared_by(self, one, other):
        """Published memberships of two countries in one organization that possibly overlapped,
        while both countries existed: each with the other country's."""
        days = common_days([one, other])
        if days is None:
            return self.none()
        rows = self.published().filter(member__in=[one, other]).possibly_within(*days)
        first, last = (Value(day, DateField()) for day in (date.min, date.max))
        theirs = (
            Membership.objects.published()
            .filter(member__in=[one, other], organization=OuterRef("organization"))
            .exclude(member=OuterRef("member"))
            .possibly_within(*days)
            .alias(
                start=Coalesce("date_earliest", first),
                end=Coalesce("until_latest", last),
                own_start=Coalesce(OuterRef("date_earliest"), first),
                own_end=Coalesce(OuterRef("until_latest"), last),
            )
            .filter(start__lte=F("own_end"), end__gte=F("own_start"))
        )
        return rows.filter(Exists(theirs.order_by()))


class Membership(Record):
    """A country's membership in an organization, from `date` to `until`."""

    class Type(models.TextChoices):
        FULL = "full", _("full member")
        ASSOCIATE = "associate", _("associate member")
        OBSERVER = "observer", _("observer")
        CANDIDATE = "candidate", _("candidate")
        UNSPECIFIED = "unspecified", _("member, type not stated")

    KIND = Kind.MEMBERSHIP
    TYPE_FIELD = "membership_type"
    KEY_FIELDS = ("organization", "member")
    SUBJECT = ("organization", "member")
    LIKENESS = Likeness.TYPE

    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="memberships", verbose_name=_("organization")
    )
    member = models.ForeignKey(
        Country, models.PROTECT, related_name="memberships", verbose_name=_("member")
    )
    membership_type = models.CharField(
        _("type"), max_length=12, choices=Type, default=Type.UNSPECIFIED
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        indexes = [models.Index(fields=["member", "organization"], name="membership_member")]
