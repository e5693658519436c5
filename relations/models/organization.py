"""Organizations: intergovernmental ones, bodies of a pair, trade houses, companies."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.fields import FoldedField
from core.models import BINARY, BySlug, Proposable, Released, ReleasedBySlugQuerySet
from relations.models.country import Country
from relations.models.former_address import check_never_used


class Organization(Released, Proposable, BySlug):
    """An organization. It stays unidentified if a source does not say which one it means."""

    NAMES = ("name", "acronym", "aliases")

    class Kind(models.TextChoices):
        INTERGOVERNMENTAL = "intergovernmental", _("intergovernmental organization")
        BILATERAL = "bilateral", _("bilateral body")
        TRADE_HOUSE = "trade_house", _("trade house")
        COMPANY = "company", _("company")
        ACADEMIC = "academic", _("academic institution")
        OTHER = "other", _("other body")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    name = models.CharField(_("name"), max_length=200)
    acronym = models.CharField(_("acronym"), max_length=30, blank=True)
    aliases = models.TextField(
        _("other names"), blank=True, help_text=_("One per line, as sources write them.")
    )
    identified = models.BooleanField(
        _("identified"),
        default=True,
        help_text=_("Untick if it is unclear which organization the source means."),
    )
    country = models.ForeignKey(
        Country, models.PROTECT, null=True, blank=True, related_name="organizations"
    )
    place = models.CharField(_("place"), max_length=100, blank=True)
    description = models.TextField(_("description"), blank=True)
    wikidata = models.CharField(_("Wikidata"), max_length=12, blank=True)
    sort_name = FoldedField("name", db_collation=BINARY)

    objects = ReleasedBySlugQuerySet.as_manager()

    class Meta:
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")
        ordering = ["sort_name", "id"]

    def __str__(self):
        return f"{self.name} ({self.acronym})" if self.acronym else self.name

    def clean(self):
        super().clean()
        check_never_used(self)

    def get_absolute_url(self):
        return reverse("relations:organization", args=[self.slug])
