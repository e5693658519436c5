"""Memberships of countries in organizations."""

from django.db import models
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from relations.models.country import Country
from relations.models.organization import Organization
from relations.models.record import Kind, Likeness, Record, RecordQuerySet


class MembershipQuerySet(RecordQuerySet):
    def shared_by(self, one, other):
        """Published memberships of two countries in the organizations that both belong to."""
        both = (
            self.published()
            .filter(member__in=[one, other])
            .values("organization")
            .annotate(members=Count("member", distinct=True))
            .filter(members=2)
        )
        return self.published().filter(
            member__in=[one, other], organization__in=both.values("organization")
        )


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
