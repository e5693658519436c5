"""Addresses of merged rows, which redirect to the rows that stayed."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

KINDS = ("record", "person", "organization")


class FormerAddress(models.Model):
    """The slug of a merged record, person or organization, with the row that stayed.

    Each leads directly to that row, however often rows were merged. `row` holds the former values
    of a person or organization; a merged record itself stays, withdrawn.
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

    @property
    def kind(self) -> str:
        """The kind of the rows: record, person or organization."""
        return next(kind for kind in KINDS if getattr(self, f"{kind}_id"))


def check_never_used(row: models.Model) -> None:
    """Refuse a new person or organization with the slug of a merged one."""
    kind = row._meta.model_name
    taken = FormerAddress.objects.filter(slug=row.slug, **{f"{kind}__isnull": False})
    if row._state.adding and taken.exists():
        raise ValidationError(
            {
                "slug": _(
                    "This identifier belonged to a row that has been merged. Choose another "
                    "identifier."
                )
            }
        )
