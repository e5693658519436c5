"""Goods that a source names without a value."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from relations.models.revision import BaseRevision
from trade.models.statement import Statement, statement_constraints


class TradedGood(Statement):
    """Goods that a source says one country sells to another, without a value."""

    name = models.CharField(_("goods"), max_length=200)
    rank = models.PositiveSmallIntegerField(
        _("order"), default=0, help_text=_("The position in the source's list.")
    )

    class Meta:
        verbose_name = _("traded goods")
        verbose_name_plural = _("traded goods")
        ordering = ["from_country", "to_country", "rank", "id"]
        default_related_name = "traded_goods"
        constraints = [
            models.CheckConstraint(
                name="traded_good_between_two",
                condition=~Q(from_country=F("to_country")),
                violation_error_message=_("Choose two different countries."),
            ),
            *statement_constraints("traded_good"),
        ]

    def __str__(self):
        return self.name


class TradedGoodRevision(BaseRevision):
    """A version of traded goods."""

    record = models.ForeignKey(TradedGood, models.CASCADE, related_name="revisions")
