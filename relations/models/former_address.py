"""Addresses that lead on, because what stood there was merged with another row."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

KINDS = ("record", "person", "organization")


class FormerAddress(models.Model):
    """The identifier of a record, person or organization that was merged, and of what.

    Each leads straight to the row that stayed, however often rows were merged. `row` holds the
    values of a person or organization as they were; a merged record stays, withdrawn.
    """

    slug = models.SlugField(_("identifier"), max_length=160)
    record = models.ForeignKey("relations.Record", models.CASCADE, null=True)
    person = models.ForeignKey("relations.Person", models.CASCADE, null=True)
    organization = models.ForeignKey("relations.Organization", models.CASCADE, null=True)
    at = models.DateTimeField(_("time"), auto_now_add=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    row = models.JSONField(_("as it was"), default=dict)

    class Meta:
        verbose_name = _("former address")
        verbose_name_plural = _("former addresses")
        ordering = ["slug"]
        default_related_name = "former_addresses"
        constraints = [
            models.CheckConstraint(
                name="former_address_of_one",
                condition=Q(record__isnull=False, person=None, organization=None)
                | Q(record=None, person__isnull=False, organization=None)
                | Q(record=None, person=None, organization__isnull=False),
            )
        ] + [
            models.UniqueConstraint(
                fields=["slug"],
                condition=Q(**{f"{kind}__isnull": False}),
                name=f"former_address_{kind}_unique",
            )
            for kind in KINDS
        ]

    def __str__(self):
        return self.slug


def check_never_used(row: models.Model) -> None:
    """Refuse for a new person or organization an identifier that leads to another."""
    kind = row._meta.model_name
    taken = FormerAddress.objects.filter(slug=row.slug, **{f"{kind}__isnull": False})
    if row._state.adding and taken.exists():
        raise ValidationError({"slug": _("This identifier leads to what another was merged with.")})
