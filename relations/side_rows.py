"""Passages and pairs that a trial save creates, created again when the change is saved."""

from django.db import models

from core.changes import rows_changed
from core.snapshot import snapshot
from relations.models import Relation
from sources.models import Passage

# Models of which saving a record may also create rows.
SIDE_ROWS = (Passage, Relation)


def newest_keys() -> dict[type[models.Model], int]:
    """The newest primary key of each model in SIDE_ROWS."""
    return {
        model: model.objects.aggregate(newest=models.Max("pk"))["newest"] or 0
        for model in SIDE_ROWS
    }


def since(keys: dict[type[models.Model], int]) -> list[models.Model]:
    """The passages and pairs with newer keys, with the rows that they refer to."""
    rows = []
    for model, newest_key in keys.items():
        names = ("source",) if model is Passage else ("country_a", "country_b")
        rows += model.objects.filter(pk__gt=newest_key).select_related(*names)
    return rows


def create(rows: list[models.Model]) -> None:
    """Create the passages and pairs among these that do not exist, for example after a trial."""
    for row in rows:
        if type(row).objects.filter(pk=row.pk).exists():
            continue
        if isinstance(row, Relation):
            Relation.objects.get_or_create_pair(row.country_a, row.country_b)
        elif not Passage.objects.filter(source=row.source, locator=row.locator).exists():
            passage = Passage(**snapshot(row) | {"source": row.source})
            # Locates it in the text again.
            passage.full_clean()
            passage.save()
            rows_changed(passage)
