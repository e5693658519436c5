"""Rows that were withdrawn in the base from which a data package was imported."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class WithdrawnRow(models.Model):
    """What readers know of a row that a base never held itself: that another base, whose public
    data it imported, had withdrawn it. `kind` is that of the record, or the name of the model."""

    kind = models.CharField(_("kind"), max_length=12)
    slug = models.SlugField(_("identifier"), max_length=160)
    at = models.DateTimeField(_("withdrawn"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("withdrawn row")
        verbose_name_plural = _("withdrawn rows")
        ordering = ["kind", "slug"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "slug"], name="withdrawn_row_unique")
        ]

    def __str__(self):
        return self.slug

    @classmethod
    def notice(cls, kind: str, slug: str) -> dict | None:
        """What stands at the address of such a row, in the form of serializers.withdrawn; None if
        there is none."""
        row = cls.objects.filter(kind=kind, slug=slug).first()
        if row is None:
            return None
        day = row.at.date().isoformat()
        return {"id": slug, "title": slug, "withdrawn_on": day, "reason": row.reason}
