"""Correct the countries of a pair that no published row uses."""

from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.admin.options import get_content_type_for_model
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from core.changes import rows_changed, together
from core.public_rows import is_used
from relations import workflow
from relations.models import Country, Record, Relation
from relations.models.record import as_subclasses
from relations.models.revision import BaseRevision, revision_models
from relations.release import readers_see

# How many records a message names.
NAMED = 3


def may_correct(user, pair: Relation) -> bool:
    """Whether the user may change the countries of a pair: readers see nothing of it, and the user
    has added it or is a publisher."""
    if readers_see(pair) or pair.disagreements.exists() or is_used(Relation, pair.slug):
        return False
    if user.has_perm(workflow.PUBLISH):
        return True
    added = LogEntry.objects.filter(
        content_type=get_content_type_for_model(pair),
        object_id=str(pair.pk),
        action_flag=ADDITION,
        user=user.pk,
    )
    return not pair.summary and added.exists()


@together()
def correct(pair: Relation, countries: tuple[Country, Country], user) -> list[Record]:
    """Give a pair other countries, and return the changed records.

    In its records, hosts, senders and parties that are the replaced country follow. Raises
    ValidationError with what prevents it.
    """
    moved = replaced((pair.country_a, pair.country_b), countries)
    records = as_subclasses(pair.records.exclude(kind="action").order_by("pk"))
    _check_free(pair, records, user)
    new = Relation.of(*countries)
    pair.slug, pair.country_a, pair.country_b = new.slug, new.country_a, new.country_b
    pair.full_clean()
    pair.save()
    rows_changed(pair)
    errors = []
    for record in records:
        record = workflow.locked(record)
        try:
            _follow(record, pair, moved)
        except ValidationError as error:
            errors.append(f"“{record}”: {' '.join(error.messages)}")
        else:
            # Fetch it again, with the changed parties.
            row = type(record).objects.get(pk=record.pk)
            workflow.save_draft(row, user, str(_("Pair corrected")))
    if errors:
        raise ValidationError(errors)
    return records


def replaced(before: tuple[Country, Country], after: tuple[Country, Country]) -> dict:
    """The countries of a pair that are replaced, each with the one in its place."""
    leaving = [country for country in before if country not in after]
    coming = [country for country in after if country not in before]
    return dict(zip(leaving, coming, strict=True))


def _check_free(pair: Relation, records: list[Record], user) -> None:
    """Refuse the drafts of others, and changes of published rows, which name the pair by its
    identifier."""
    if not user.has_perm(workflow.REVIEW):
        others = [row for row in records if workflow.authors(row) != {user.pk}]
        if others:
            names = ", ".join(f"“{row}”" for row in others[:NAMED])
            raise ValidationError(
                _(
                    "Others have written records of this pair: %s. Ask a reviewer to correct it, "
                    "or choose another pair in your own records."
                )
                % names
            )
    for model in revision_models():
        if waiting := _naming(model, pair):
            raise ValidationError(
                _(
                    "A pending change of “%s” names this pair. Choose another pair there, or "
                    "discard the change."
                )
                % waiting.record
            )


def _naming(model: type[BaseRevision], pair: Relation) -> BaseRevision | None:
    """An open revision of a published row whose snapshot names a pair."""
    rows = model.objects.open().filter(record__published_at__isnull=False)
    text = Cast("snapshot", models.TextField())
    return rows.annotate(text=text).filter(text__contains=f'["{pair.slug}"]').first()


def _follow(record: Record, pair: Relation, moved: dict[Country, Country]) -> None:
    """Replace countries in a record of the pair. Raises ValidationError if it is then invalid."""
    record.relation = pair
    for field in record.kind_fields():
        if field.related_model is Country and (new := moved.get(getattr(record, field.name))):
            setattr(record, field.name, new)
    record.full_clean()
    record.save()
    if record.PARTICIPATIONS == "participations":
        return
    # The parties of a treaty are the countries of its pair; other participants are not.
    parties = getattr(record, record.PARTICIPATIONS).filter(country__in=list(moved), role="")
    for row in parties.select_related("country"):
        row.country = moved[row.country]
        row.full_clean()
        row.save()
