"""Find all disagreements anew; the editors' decisions stay."""

from collections.abc import Iterator
from itertools import islice

from django.core.management.base import BaseCommand

from core.changes import pages_changed, rows_changed, together
from relations.models import Disagreement, Kind
from relations.models.record import record_class
from relations.rules import record_findings
from trade.derived import find_disagreements
from trade.models import Figure

BATCH = 1000


def batched(rows) -> Iterator[list]:
    """The rows in lists of up to BATCH."""
    while batch := list(islice(rows, BATCH)):
        yield batch


class Command(BaseCommand):
    help = "Apply every rule to all published data. Changed values reopen decisions."

    @together()
    def handle(self, **options):
        pages_changed()
        findings = []
        for kind in Kind:
            rows = record_class(kind).objects.published().order_by("pk")
            for batch in batched(rows.iterator(chunk_size=BATCH)):
                findings += record_findings(batch)
        Disagreement.objects.filter(record__isnull=False).replace(findings)
        pairs = Figure.objects.published().pairs()
        before = list(Disagreement.objects.present().filter(record=None).only("pk"))
        Disagreement.objects.filter(record=None).update(present=False)
        find_disagreements(pairs)
        rows_changed(*before)
        for rule in Disagreement.Rule:
            rows = Disagreement.objects.present().filter(rule=rule)
            self.stdout.write(
                f"{rule.label}: {rows.count()}, of which {rows.filter(state='undecided').count()} "
                "undecided"
            )
