"""Takedown of a source: its words are erased everywhere; its places and facts stay."""

from django.db import models
from django.db.models.functions import Cast
from django.urls import reverse

from core.changes import together
from core.public_changes import log_changes
from core.unsaved import forget_entries_of
from relations.models import Record
from relations.models.record import as_subclasses
from relations.models.revision import revision_models
from relations.publication import update_derived
from sources.models import QUOTED, Passage, Reference, Source
from sources.texts import erase

# The columns of a source that decide how its words are shown.
SHOWING = ("rights", "language")


@together()
def take_down(source: Source) -> None:
    """Permanently erase a source's text and quotations, also in revisions, disagreements and kept
    entries of forms."""
    erase(source)
    forget_entries_of(source.pk, "source", reverse("admin:sources_source_change", args=[source.pk]))
    text = Cast("snapshot", models.TextField())
    for model in revision_models():
        holding = model.objects.annotate(text=text).filter(text__contains=f'"{source.slug}"')
        for revision in holding.iterator(chunk_size=500):
            revision.snapshot = without_words(revision.snapshot, source.slug)
            revision.save(update_fields=["snapshot"])
    follow_words(source)


@together()
def follow_words(source: Source) -> None:
    """Update derived data if fewer or more of a source's words may be shown now, or if they are in
    another language, and log whatever refers to the source as changed."""
    cited = Record.objects.filter(citations__source=source).distinct()
    update_derived(as_subclasses(cited, with_related=True))
    referring = {}
    for relation in Source._meta.related_objects:
        model = relation.related_model
        if model is Passage or issubclass(model, Reference):
            rows = model._base_manager.filter(source=source).order_by()
            referring[model] = set(rows.values_list("pk", flat=True))
    # Nothing in the search index changes.
    log_changes(referring)


def without_words(content, source: str):
    """A revision's content, or a part of it, without its quotations from a source."""
    if isinstance(content, list):
        return [without_words(part, source) for part in content]
    if not isinstance(content, dict):
        return content
    kept = {name: without_words(part, source) for name, part in content.items()}
    silent = QUOTED if content.get("source") == [source] else ()
    return kept | {name: "" for name in silent if name in content}
