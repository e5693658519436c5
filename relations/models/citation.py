"""The citation: a place in a source that supports, contradicts or mentions a record."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.folding import fold
from core.models import NaturalKey, NaturalKeyQuerySet
from relations.models.publishable import EvidenceMissing, State
from relations.models.record import Record, record_class
from sources.locating import place_in_words
from sources.models import Reference


class CitationQuerySet(NaturalKeyQuerySet):
    def published(self):
        """Citations of published records."""
        return self.filter(record__state="published")

    def delete(self):
        """Delete them, but never the last support of a published record."""
        check_support_stays(self)
        return super().delete()

    def with_places(self):
        return self.select_related("source", "passage")


def number_places(citations: "Iterable[Citation]") -> None:
    """Number the places of citations that give different words of the same place, as passages of
    one sentence are numbered: p3s9, p3s9-2. The first keeps its place."""
    words_at = {}
    for row in citations:
        words, stem, number = fold(row.as_stated), row.locator, 1
        while words and stem and not row.passage_id:
            there = words_at.get((row.source_id, row.locator, row.field, row.stance))
            if not there or there == words:
                break
            number += 1
            row.locator = f"{stem}-{number}"
        words_at.setdefault((row.source_id, row.locator, row.field, row.stance), words)


def check_support_stays(leaving: models.QuerySet) -> None:
    """Refuse the deletion of citations that would leave a published record without support."""
    records = leaving.filter(record__state=State.PUBLISHED).values("record")
    supported = Citation.objects.filter(stance=Citation.Stance.SUPPORTS)
    staying = supported.exclude(pk__in=leaving.values("pk")).values("record")
    if bare := Record.objects.filter(pk__in=records).exclude(pk__in=staying).first():
        raise EvidenceMissing(
            _("“%(record)s” is published. Its last supporting citation cannot be removed.")
            % {"record": bare}
        )


def cited_field_in_words(name: str) -> str:
    """The label of a field that a citation names, in any kind of record."""
    for model in Record.__subclasses__():
        if name in model.cited_fields():
            return model._meta.get_field(name).verbose_name
    return name


class Citation(NaturalKey, Reference):
    """What a source says of a record or one of its fields; a blank field means the whole record."""

    class Stance(models.TextChoices):
        SUPPORTS = "supports", _("supports")
        CONTRADICTS = "contradicts", _("contradicts")
        MENTIONS = "mentions", _("mentions")

    KEY = ("record", "source", "locator", "field", "stance")
    WORDS = Reference.WORDS | {"field": cited_field_in_words}

    record = models.ForeignKey(Record, models.CASCADE, related_name="citations")
    field = models.CharField(
        _("field"), max_length=40, blank=True, help_text=_("Blank: the record as a whole.")
    )
    stance = models.CharField(_("stance"), max_length=12, choices=Stance, default=Stance.SUPPORTS)

    objects = CitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("citation")
        verbose_name_plural = _("citations")
        ordering = ["record", "id"]
        default_related_name = "citations"
        constraints = [
            models.UniqueConstraint(
                fields=["record", "source", "locator", "field", "stance"],
                name="citation_unique",
                violation_error_message=_("This citation already exists."),
            ),
            models.CheckConstraint(
                name="citation_stance_known",
                condition=models.Q(stance__in=["supports", "contradicts", "mentions"]),
            ),
            models.CheckConstraint(
                name="citation_inferred_with_note",
                condition=models.Q(inferred=False) | ~models.Q(note=""),
                violation_error_message=_("Say in the note how the value was inferred."),
            ),
        ]

    def __str__(self):
        field = cited_field_in_words(self.field) if self.field else ""
        parts = (self.get_stance_display(), field, place_in_words(self.locator))
        return ", ".join(str(part) for part in parts if part)

    def delete(self, *args, **kwargs):
        check_support_stays(Citation.objects.filter(pk=self.pk))
        return super().delete(*args, **kwargs)

    def clean(self):
        super().clean()
        if not self.record_id:
            return
        fields = record_class(self.record.kind).cited_fields()
        if self.field and self.field not in fields:
            raise ValidationError(
                {
                    "field": _(
                        "This record (%(kind)s) has no field “%(field)s”; it has %(fields)s."
                    )
                    % {
                        "kind": self.record.get_kind_display(),
                        "field": self.field,
                        "fields": ", ".join(fields),
                    }
                }
            )

    @property
    def field_label(self) -> str:
        """The label of the cited field; empty for the whole record."""
        if not self.field:
            return ""
        return record_class(self.record.kind)._meta.get_field(self.field).verbose_name
