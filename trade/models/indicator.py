"""The indicators that figures measure."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import BySlug


class Indicator(BySlug):
    """A quantity that figures measure: a flow over a period, or a stock as of a day."""

    class Measure(models.TextChoices):
        FLOW = "flow", _("flow over a period")
        STOCK = "stock", _("stock as of a day")

    name = models.CharField(_("name"), max_length=100)
    measure = models.CharField(_("measure"), max_length=5, choices=Measure)
    directed = models.BooleanField(
        _("directed"), default=True, help_text=_("From one country to the other.")
    )
    signed = models.BooleanField(_("may be negative"), default=False)
    description = models.CharField(_("description"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering = ["slug"]

    def __str__(self):
        return self.name
