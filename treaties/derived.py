"""Updates of data derived from treaties: the functions in DERIVED_DATA and ON_CHANGE."""

from core.changes import Added, Keys, changed_of
from relations.models.publishable import Publishable
from search import models
from search.index import tokens_of
from treaties.models import FacetCounts, Treaty, TreatyAction
from treaties.models.treaty import update_periods


def periods(rows: list[Publishable]) -> list[Treaty]:
    """Update the periods of treaties; return those that are known only from their actions.

    If an action was moved, its former treaty is updated too.
    """
    known = {row.pk for row in rows if isinstance(row, Treaty)}
    actions = [row for row in rows if isinstance(row, TreatyAction)]
    named = {row.treaty_id: row.treaty for row in actions if row.treaty_id not in known}
    left = {row.loaded.get("treaty_id") for row in actions} - {None, *named} - known
    if left:
        named |= Treaty.objects.in_bulk(left)
    if known or named:
        update_periods({*known, *named})
    return list(named.values())


def periods_after_decisions(rows: list[Publishable]) -> None:
    """Update the periods of treaties with rival actions: an editor's decision on these counts
    only while the rules find them."""
    pks = [row.pk for row in rows if isinstance(row, Treaty)]
    if pks:
        rival = Treaty.objects.filter(pk__in=pks, disagreements__rule="rival_actions")
        update_periods(rival.order_by().values_list("pk", flat=True).distinct())


def facets(changed: Keys, published: Keys, added: Added) -> None:
    """Recount the facets of all treaties where any of these rows count, or did before."""
    treaties, steps = (
        changed_of(model, changed) | changed_of(model, published)
        for model in (Treaty, TreatyAction)
    )
    new = {pk for pk, row in added.get(Treaty, {}).items() if not row.is_public}
    if steps:
        rows = TreatyAction.objects.filter(pk__in=steps).order_by()
        treaties |= set(rows.values_list("treaty", flat=True))
        # Also the treaties that they belonged to before.
        treaties |= tokens_of(models.Kind.ACTION, steps, models.Kind.TREATY)
    if treaties - new:
        FacetCounts.objects.recount(treaties - new)
