"""One fact with its sources and the values that rival it, for the home page."""

from dataclasses import dataclass

from relations.models import Citation, Disagreement, Record, Relation, Statistics
from relations.models.record import as_subclasses

# How many records are considered, and how many citations are shown.
CONSIDERED, SHOWN = 10, 2


@dataclass(frozen=True, slots=True)
class WorkedExample:
    """A record of a pair with citations that quote their source, the number of its other citations,
    and a disagreement about it, if there is one."""

    pair: Relation
    record: Record
    citations: list[Citation]
    others: int
    disagreement: Disagreement | None


def worked_example() -> WorkedExample | None:
    """An example from the pair with the most records that two or more sources support: its oldest
    record on which sources disagree, or else its oldest record. None if it has no record with a
    quotation. The number of queries is constant."""
    first = (
        Statistics.objects.filter(cited__gt=0, relation__isnull=False)
        .select_related("relation__country_a", "relation__country_b")
        .order_by("-twice", "-entries", "id")
        .first()
    )
    if first is None:
        return None
    published = Record.objects.published().filter(relation=first.relation)
    disputes = (
        Disagreement.objects.present()
        .with_history()
        .filter(relation=first.relation, record__in=published)
        .order_by("record__sort_key", "id")[:CONSIDERED]
    )
    disputed = {}
    for row in disputes:
        disputed.setdefault(row.record_id, row)
    oldest = published.exclude(sort_key=None).oldest_first().values_list("pk", flat=True)
    keys = [*disputed, *oldest[:CONSIDERED]]
    citations = {}
    rows = Citation.objects.filter(record__in=keys).with_places().order_by("record", "id")
    for row in rows:
        citations.setdefault(row.record_id, []).append(row)
    for pk in keys:
        cited = citations.get(pk, [])
        quoting = [row for row in cited if row.words and row.stance == row.Stance.SUPPORTS]
        if quoting:
            (record,) = as_subclasses(published.filter(pk=pk))
            shown = quoting[:SHOWN]
            others = len(cited) - len(shown)
            return WorkedExample(first.relation, record, shown, others, disputed.get(pk))
    return None
