"""Mappings of lists that editors have saved, to import a newer edition of a list the same way."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class SavedMapping(models.Model):
    """A mapping in TOML under the name of its list; see docs/importing.md."""

    name = models.CharField(_("list"), max_length=100, unique=True)
    text = models.TextField(_("mapping"), help_text=_("In TOML."))
    saved_at = models.DateTimeField(_("saved at"), auto_now=True)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("saved by"),
    )

    class Meta:
        verbose_name = _("mapping of a list")
        verbose_name_plural = _("mappings of lists")
        ordering = ["name"]

    def __str__(self):
        return self.name
