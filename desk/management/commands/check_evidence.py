"""How much of what readers see has its evidence; fails where any is missing."""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from relations.models import Citation, Kind, Record
from relations.models.record import record_class
from sources.models import QUOTE_WORDS, Passage
from trade.models import Figure, TradedGood
from treaties.models import TreatyLink, TreatyText

BATCH = 1000


class Command(BaseCommand):
    help = "Report the share of published records and figures that have evidence; fail on gaps."

    def handle(self, **options):
        self.gaps = []
        for kind in Kind:
            rows = record_class(kind).objects.published().order_by("pk")
            self.report(kind.label, rows, self.records)
        self.report("figure", Figure.objects.published(), self.statements)
        self.report("traded goods", TradedGood.objects.published(), self.statements)
        self.report("treaty link", TreatyLink.objects.published(), self.statements)
        self.report("treaty text", TreatyText.objects.published(), self.statements)
        self.report("citation", Citation.objects.published(), self.statements)
        self.report("passage", Passage.objects.all(), self.passages)
        for gap in self.gaps:
            self.stderr.write(gap)
        if self.gaps:
            raise CommandError(f"Evidence is missing or wrong in {len(self.gaps)} places.")

    def report(self, name, rows, check):
        """Print one line of the table: the number of rows, and the share of them without gaps."""
        gaps, count = check(rows), rows.count()
        share = 100 * (count - len(gaps)) / count if count else 100
        self.stdout.write(f"{name:16} {count:8} {share:6.1f} %")
        self.gaps += gaps

    def records(self, rows):
        gaps, batch = [], []
        for row in rows.iterator(chunk_size=BATCH):
            batch.append(row)
            if len(batch) == BATCH:
                gaps += Record.missing_evidence(batch).values()
                batch = []
        gaps += Record.missing_evidence(batch).values()
        return [" ".join(str(message) for message in messages) for messages in gaps]

    def statements(self, rows):
        """Check that a passage belongs to the source, quoted words are few enough, and an inference
        states its reason."""
        gaps = []
        for row in rows.select_related("source", "passage").iterator(chunk_size=BATCH):
            try:
                row.check_reference()
            except ValidationError as error:
                gaps.append(f"{row._meta.verbose_name} {row.pk}: {' '.join(error.messages)}")
        return gaps

    def passages(self, rows):
        gaps = []
        for row in rows.select_related("source").iterator(chunk_size=BATCH):
            if row.anchoring == Passage.Anchoring.MISMATCH:
                gaps.append(f"{row.source.slug} {row.locator}: {row.get_anchoring_display()}")
            elif not row.source.is_open and len(row.quote.split()) > QUOTE_WORDS:
                gaps.append(f"{row.source.slug} {row.locator}: more than {QUOTE_WORDS} words")
        return gaps
