"""Find all disagreements anew; the editors' decisions stay."""

from django.core.management.base import BaseCommand
from django.db import transaction

from relations.models import Disagreement, Kind
from relations.models.record import record_class
from relations.rules import record_findings
from trade.models import Figure


class Command(BaseCommand):
    help = "Apply every rule to all that is published; decisions stay, changed values reopen them."

    @transaction.atomic
    def handle(self, **options):
        findings = []
        for kind in Kind:
            for record in record_class(kind).objects.published().whole().iterator(chunk_size=1000):
                findings += record_findings(record)
        Disagreement.objects.filter(record__isnull=False).keep(findings)
        pairs = Figure.objects.published().pairs()
        Disagreement.objects.filter(record=None).update(present=False)
        Figure.objects.find_disagreements(pairs)
        for rule in Disagreement.Rule:
            rows = Disagreement.objects.present().filter(rule=rule)
            self.stdout.write(
                f"{rule.label}: {rows.count()}, of which {rows.filter(state='undecided').count()} "
                "undecided"
            )
