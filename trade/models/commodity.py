"""Classes of goods in international classifications."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import NaturalKey
from core.public_rows import PermanentIdentifier


class Commodity(PermanentIdentifier, NaturalKey):
    """A class of goods in a classification: HS 2012, SITC 4 ..."""

    class Classification(models.TextChoices):
        HS = "HS", _("Harmonized System")
        SITC = "SITC", _("Standard International Trade Classification")

    KEY = IDENTIFIER = ("classification", "revision", "code")

    classification = models.CharField(_("classification"), max_length=4, choices=Classification)
    revision = models.CharField(_("revision"), max_length=10, blank=True)
    code = models.CharField(_("code"), max_length=10)
    name = models.CharField(_("name"))

    class Meta:
        verbose_name = _("commodity")
        verbose_name_plural = _("commodities")
        ordering = ["classification", "revision", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["classification", "revision", "code"], name="commodity_code_unique"
            )
        ]

    def __str__(self):
        return f"{self.classification} {self.code} {self.name}"
