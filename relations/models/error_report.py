"""Errors that readers report to the editors."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from relations.models.record import Record


class ErrorReport(models.Model):
    """An error that a reader reports in a record or figure; the reader is not recorded."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")

    # Null for a figure, whose model is in a higher layer: the address identifies it.
    record = models.ForeignKey(Record, models.CASCADE, null=True, related_name="error_reports")
    address = models.CharField(_("address"), max_length=300)
    message = models.TextField(_("what is wrong"), max_length=2000)
    at = models.DateTimeField(_("time"), auto_now_add=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("error report")
        verbose_name_plural = _("error reports")
        ordering = ["state", "-at"]
        constraints = [
            models.CheckConstraint(
                name="error_report_state_known",
                condition=models.Q(state__in=["open", "closed"]),
            )
        ]

    def __str__(self):
        return self.address
