"""The history of records: each version whole, append-only."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from relations.models.record import Record


def snapshot(row: models.Model) -> dict:
    """The values of a row by field name, as JSON can hold them, foreign keys as natural keys.

    Primary keys and columns that follow from others are left out.
    """
    values = {}
    for field in row._meta.concrete_fields:
        if (
            field.primary_key
            or hasattr(field, "of")
            or field.remote_field
            and field.remote_field.parent_link
        ):
            continue
        if field.remote_field:
            other = getattr(row, field.name)
            values[field.name] = list(other.natural_key()) if other else None
        else:
            value = field.value_from_object(row)
            values[field.name] = (
                value if isinstance(value, (bool, int, type(None))) else field.value_to_string(row)
            )
    return values


def whole(record: Record) -> dict:
    """A record with its topics and children, as JSON can hold it."""
    content = {
        "record": snapshot(record),
        "topics": [topic.slug for topic in record.topics.all()],
    }
    fetched = getattr(record, "_prefetched_objects_cache", ())
    for name in record.CHILDREN:
        rows = getattr(record, name).all()
        if name not in fetched and hasattr(rows, "for_pages"):
            rows = rows.for_pages()
        content[name] = [snapshot(row) for row in rows]
    return content


class RevisionQuerySet(models.QuerySet):
    def get_by_natural_key(self, record, number):
        return self.get(record__slug=record, number=number)

    def live(self):
        """The versions that readers saw, with who made them."""
        return self.filter(state=Revision.State.LIVE).select_related("author")

    def keep(self, records: list[Record], user=None, reason: str = "") -> "list[Revision]":
        """Keep records, of whatever kinds, as they now are under their present versions."""
        return self.bulk_create(
            Revision(
                record_id=record.pk,
                number=record.version,
                author=user,
                reason=reason,
                snapshot=whole(record),
            )
            for record in records
        )


class Revision(models.Model):
    """A record with its children as it was from one change to the next."""

    class State(models.TextChoices):
        PENDING = "pending", _("pending")
        LIVE = "live", _("live")
        REJECTED = "rejected", _("rejected")

    record = models.ForeignKey(Record, models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField(_("number"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(_("time"), auto_now_add=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.LIVE)
    snapshot = models.JSONField(_("record"))

    objects = RevisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ["record", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["record", "number"], name="revision_number_unique"),
            models.CheckConstraint(
                name="revision_state_known",
                condition=models.Q(state__in=["pending", "live", "rejected"]),
            ),
        ]

    def __str__(self):
        return f"{self.record} #{self.number}"

    def natural_key(self):
        return (self.record.slug, self.number)
