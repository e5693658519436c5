"""People who visit, sign, speak and hold office."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import FoldedField
from core.models import BINARY, BySlug, Proposable, Released, ReleasedBySlugQuerySet
from core.urls import address_of
from relations.models.country import Country
from relations.models.former_address import check_never_used


class Person(Released, Proposable, BySlug):
    """A person, under one name, with the other spellings that sources use."""

    NAMES = ("name", "aliases")

    name = models.CharField(_("name"), max_length=150)
    aliases = models.TextField(
        _("other spellings"), blank=True, help_text=_("One per line, as sources write them.")
    )
    country = models.ForeignKey(
        Country, models.PROTECT, null=True, blank=True, related_name="people"
    )
    description = models.CharField(_("description"), max_length=300, blank=True)
    wikidata = models.CharField(_("Wikidata"), max_length=12, blank=True)
    sort_name = FoldedField("name", db_collation=BINARY)

    objects = ReleasedBySlugQuerySet.as_manager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["sort_name", "id"]

    def __str__(self):
        return self.name

    def clean(self):
        super().clean()
        check_never_used(self)

    def get_absolute_url(self):
        return address_of("relations:person", self.slug)
