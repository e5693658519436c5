"""Updates of data derived from treaties; the setting DERIVED_DATA gives their order."""

from relations.models.publishable import Publishable
from treaties.models import Treaty, TreatyAction
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
