"""Names that one list uses for a country or organization, as somebody has decided."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import Derived, NaturalKey
from relations.models.country import Country
from relations.models.organization import Organization


class ListAlias(NaturalKey, Derived):
    """A name in a list that no country or organization is known by, and whom the list means by it.

    It holds for imports of the list with this name only.
    """

    KEY = ("list_name", "text")
    NAMES = ("list_name", "text")

    list_name = models.CharField(
        _("list"),
        max_length=100,
        help_text=_("The name of the list, as the mapping or the command gives it."),
    )
    text = models.CharField(
        _("name in the list"), max_length=200, help_text=_("As the list writes it.")
    )
    country = models.ForeignKey(
        Country, models.CASCADE, null=True, blank=True, related_name="list_aliases"
    )
    organization = models.ForeignKey(
        Organization, models.CASCADE, null=True, blank=True, related_name="list_aliases"
    )

    class Meta:
        verbose_name = _("name in a list")
        verbose_name_plural = _("names in lists")
        ordering = ["list_name", "text"]
        constraints = [
            models.UniqueConstraint(
                fields=["list_name", "text"],
                name="list_alias_unique",
                violation_error_message=_("This list already has a meaning for this name."),
            ),
            models.CheckConstraint(
                name="list_alias_of_one",
                condition=Q(country=None, organization__isnull=False)
                | Q(country__isnull=False, organization=None),
                violation_error_message=_("Choose a country or an organization, not both."),
            ),
        ]

    def __str__(self):
        return f"{self.text} → {self.target}"

    def clean(self):
        super().clean()
        if (self.country_id is None) == (self.organization_id is None):
            raise ValidationError(_("Choose a country or an organization, not both."))

    @property
    def target(self) -> Country | Organization | None:
        """The country or organization that the list means."""
        return self.country or self.organization
