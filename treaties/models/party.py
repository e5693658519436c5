"""The parties to a treaty."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import Derived
from relations.models import Country, Organization
from relations.models.dated import Dated
from relations.models.participation import exactly_one


class PartyQuerySet(models.QuerySet):
    def bound(self):
        """Parties in the proper sense, without depositaries, guarantors, witnesses, observers."""
        return self.filter(role="")

    def get_by_natural_key(self, treaty, kind, slug):
        return self.get(treaty__slug=treaty, **{f"{kind}__slug": slug})


class Party(Dated, Derived):
    """A country or organization that is a party to a treaty, or has a `role` that does not bind it.

    A participant that is also a party has no role.
    """

    class Role(models.TextChoices):
        DEPOSITARY = "depositary", _("depositary")
        GUARANTOR = "guarantor", _("guarantor")
        WITNESS = "witness", _("witness")
        OBSERVER = "observer", _("observer")

    PARTICIPANTS = ("country", "organization")
    KEY = ("treaty", *PARTICIPANTS)
    OWNER = "treaty"

    treaty = models.ForeignKey("treaties.Treaty", models.CASCADE, related_name="parties")
    country = models.ForeignKey(
        Country, models.PROTECT, null=True, blank=True, related_name="treaty_parties"
    )
    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="treaty_parties"
    )
    role = models.CharField(
        _("role"),
        max_length=12,
        blank=True,
        choices=Role,
        help_text=_("Blank for a party. The treaty does not bind those with another role."),
    )
    as_stated = models.CharField(_("name as stated"), max_length=200, blank=True)
    # Copied from the treaty, so that one index scan gives a country's treaties in order.
    sort_key = models.IntegerField(editable=False, default=0)
    # Whether the treaty belongs to no single pair; indexed to find such treaties quickly.
    multilateral = models.BooleanField(editable=False, default=False)

    objects = PartyQuerySet.as_manager()

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        ordering = ["treaty", "id"]
        indexes = [
            models.Index(fields=["country", "sort_key", "treaty"], name="party_country_treaties"),
            models.Index(fields=["country", "multilateral", "treaty"], name="party_multilateral"),
        ]
        constraints = [
            models.CheckConstraint(
                name="party_is_one",
                condition=exactly_one("country", "organization"),
                violation_error_message=_("Choose one: a country or an organization."),
            )
        ] + [
            models.UniqueConstraint(
                fields=["treaty", kind],
                condition=Q(**{f"{kind}__isnull": False}),
                name=f"party_{kind}_unique",
                violation_error_message=_("This party already exists."),
            )
            for kind in ("country", "organization")
        ]

    def __str__(self):
        return str(self.party)

    def clean(self):
        """Reject a country outside the treaty's pair: the timelines of its own pairs find shared
        treaties only through the parties of multilateral ones."""
        super().clean()
        self.check_lifetimes()
        named = self.treaty_id or Party.treaty.is_cached(self)
        pair = self.treaty.relation if named else None
        if (
            pair
            and not self.role
            and self.country_id
            and self.country_id not in (pair.country_a_id, pair.country_b_id)
        ):
            raise ValidationError(
                {
                    "country": _(
                        "%(country)s does not belong to the pair %(pair)s. If the treaty has more "
                        "parties, leave its relation blank."
                    )
                    % {"country": self.country, "pair": pair}
                }
            )

    def countries(self):
        named = self.treaty_id or Party.treaty.is_cached(self)
        return super().countries() if named else iter(())

    @classmethod
    def of(cls, treaty, **values) -> "Party":
        """A party for a bulk insert, with the columns derived from its treaty."""
        row = cls(treaty=treaty, **values)
        row.derive()
        return row

    def derive(self):
        super().derive()
        if self.treaty_id:
            self.sort_key = self.treaty.sort_key
            self.multilateral = self.treaty.relation_id is None

    @property
    def party(self):
        return self.country or self.organization

    def natural_key(self):
        kind = "country" if self.country_id else "organization"
        return (self.treaty.slug, kind, self.party.slug)
