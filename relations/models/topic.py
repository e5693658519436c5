"""Topics of records."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import BySlug


class Topic(BySlug):
    """One of about twenty policy areas."""

    name = models.CharField(_("name"), max_length=60)

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["slug"]

    def __str__(self):
        return self.name
