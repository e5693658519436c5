"""How much the database holds, and how well sources support it."""

from dataclasses import dataclass

from django.db.models import Count, Q

from relations.models import Disagreement, Statistics
from sources.models import Passage, Source
from trade.models import Figure


@dataclass(frozen=True, slots=True)
class State:
    """The state of the evidence: counts of what readers can see, and of unresolved issues."""

    records: int
    figures: int
    citations: int
    sources: int
    cited: int
    twice: int
    undecided: int
    disagreements: int
    quotations: int
    compared: int
    mismatching: int

    def share(self, part: int) -> int | None:
        """A number of records in per cent of all, rounded down; None if there are no records."""
        return part * 100 // self.records if self.records else None

    @property
    def share_cited(self) -> int | None:
        return self.share(self.cited)

    @property
    def share_twice(self) -> int | None:
        return self.share(self.twice)


def state() -> State:
    """The current state, in a constant number of queries. Totals of records and citations come from
    the stored statistics of each pair; the rest is counted now."""
    anchoring, total = Passage.Anchoring, Statistics.objects.total()
    quotations = dict(
        Passage.objects.public()
        .exclude(quote="")
        .order_by()
        .values_list("anchoring")
        .annotate(count=Count("*"))
    )
    found = Disagreement.objects.present().aggregate(
        all=Count("*"), open=Count("pk", filter=Q(state=Disagreement.State.UNDECIDED))
    )
    return State(
        records=total["entries"],
        figures=Figure.objects.published().count(),
        citations=total["citations"],
        sources=Source.objects.public().count(),
        cited=total["cited"],
        twice=total["twice"],
        undecided=found["open"],
        disagreements=found["all"],
        quotations=sum(quotations.values()),
        compared=quotations.get(anchoring.MATCHES, 0) + quotations.get(anchoring.MISMATCH, 0),
        mismatching=quotations.get(anchoring.MISMATCH, 0),
    )
