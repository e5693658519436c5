"""Rows without drafts that readers see: people, organizations, sources and passages."""

from django.contrib.admin.models import LogEntry
from django.contrib.admin.options import get_content_type_for_model
from django.db import models
from django.utils.translation import gettext as _

from core.changes import together
from core.models import Released, lock
from relations.models import Record
from relations.workflow import ALONE, PUBLISH, StepRefused, demand
from sources.models import Source


def readers_see(row: models.Model) -> bool:
    """Whether readers see a row without drafts, or see, or saw, any row that refers to it."""
    if isinstance(row, Released) and row.is_public:
        return True
    for relation in row._meta.get_fields(include_hidden=True):
        if not relation.auto_created or relation.concrete or relation.many_to_many:
            continue
        model, field = relation.related_model, relation.field.name
        shown = _shown(model)
        if shown and model._base_manager.filter(**{field: row.pk}, **shown).exists():
            return True
    return False


def _shown(model: type[models.Model]) -> dict:
    """The filter for rows of a model that readers see, or saw; empty if none are published."""
    names = {field.name: field for field in model._meta.concrete_fields}
    if "published_at" in names:
        return {"published_at__isnull": False}
    for name, field in names.items():
        if field.remote_field and issubclass(field.related_model, Record):
            return {f"{name}__published_at__isnull": False}
    return {}


@together()
def release(row: Released, user) -> None:
    """Show a row without drafts to readers before a published row refers to it; a source with its
    passages. Like publication, this takes two people."""
    demand(user, PUBLISH)
    lock(type(row).objects, [row.pk])
    row.refresh_from_db()
    if row.is_public:
        raise StepRefused(_("Readers already see “%s”.") % row)
    if user.pk in writers(row) and not user.has_perm(ALONE):
        raise StepRefused(_("You wrote “%s” yourself. Somebody else must release it.") % row)
    type(row).objects.filter(pk=row.pk).release()
    if isinstance(row, Source):
        row.passages.release()


def writers(row: models.Model) -> set[int]:
    """The ids of users who have added or changed a row without drafts."""
    entries = LogEntry.objects.filter(
        content_type=get_content_type_for_model(row), object_id=str(row.pk)
    )
    return set(entries.values_list("user", flat=True))
