"""Prove that the stored statistics of pairs, and their people, match what is published."""

from django.core.management.base import BaseCommand, CommandError

from core.changes import rows_changed, together
from relations.models import Participation, Record, Statistics


class Command(BaseCommand):
    help = "Recount the published rows of each pair and compare the result with what is stored."

    def add_arguments(self, parser):
        parser.add_argument("--fix", action="store_true", help="store the counted numbers")

    @together()
    def handle(self, *, fix, **options):
        wrong_rows, people = Statistics.objects.differing(), Participation.objects.differing()
        records = Record.objects.filter(pk__in=people.values("record"))
        wrong = len(wrong_rows) + records.count()
        for statistics in wrong_rows:
            self.stderr.write(f"{statistics}: the stored numbers differ from the counted ones.")
        for record in records:
            self.stderr.write(f"{record.slug}: its people are stored with another pair.")
        if wrong and not fix:
            raise CommandError(f"{wrong} stored rows are wrong.")
        if wrong:
            rows_changed(*records)
            Participation.objects.update_pairs(records)
            Statistics.objects.recount(statistics.relation_id for statistics in wrong_rows)
        pairs, entries = Statistics.objects.count(), Statistics.objects.total()["entries"]
        fixed = f", {wrong} fixed" if fix else ", all as counted"
        self.stdout.write(f"{pairs} pairs, {entries} records{fixed}.")
