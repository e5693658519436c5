"""The rows of lists that were imported, each with its record."""

from hashlib import blake2b

from django.db import models
from django.utils.translation import gettext_lazy as _

from relations.models.record import Kind, Record
from sources.models import Source


class ImportedRow(models.Model):
    """A row of a list, and the record that it describes (docs/adr/0102-identity-of-rows.md).

    `key` is a digest of what identifies the row in its list, `content` what it said at the last
    import, as texts by field; empty for rows of earlier versions. If the record is not its `own`,
    the row only cites it: another list's record, or an editor's.
    """

    # The constraint below is an index of the source, and the index one of the record.
    source = models.ForeignKey(Source, models.CASCADE, related_name="+", db_index=False)
    list_name = models.CharField(_("list"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    key = models.CharField(max_length=32)
    record = models.ForeignKey(Record, models.CASCADE, related_name="imported_rows", db_index=False)
    own = models.BooleanField(default=True)
    content = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("imported row")
        verbose_name_plural = _("imported rows")
        # Without the source in it, SQLite looks for a record's rows among all of its source.
        indexes = [models.Index(fields=["record", "source"], name="imported_row_of_record")]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "list_name", "kind", "key"], name="imported_row_unique"
            )
        ]

    def __str__(self):
        return f"{self.list_name}: {self.key}"


def digest_of(*parts: str, size: int = 16) -> str:
    """A digest of texts, of `size` bytes, as hexadecimal text."""
    return blake2b("\0".join(parts).encode(), digest_size=size).hexdigest()
