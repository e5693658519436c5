"""Prove that the kept numbers of pairs, and their people, follow from what is published."""

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from core.models import BaseVersion
from relations.models import Participation, Record, Tally


class Command(BaseCommand):
    help = "Count what is published of each pair anew and compare it with what is kept."

    def add_arguments(self, parser):
        parser.add_argument("--fix", action="store_true", help="keep what was counted")

    @transaction.atomic
    def handle(self, *, fix, **options):
        wrong_rows, people = Tally.objects.differing(), Participation.objects.differing()
        records = Record.objects.filter(pk__in=people.values("record"))
        wrong = len(wrong_rows) + records.count()
        for tally in wrong_rows:
            self.stderr.write(f"{tally}: the kept numbers are not those counted.")
        for record in records:
            self.stderr.write(f"{record.slug}: the kept pair of its people is another.")
        if wrong and not fix:
            raise CommandError(f"{wrong} are wrong.")
        if wrong:
            BaseVersion.objects.step()
            Participation.objects.update_pairs(records)
            Tally.objects.recount(tally.relation_id for tally in wrong_rows)
        entries, fixed = Tally.objects.total()["entries"], f", {wrong} fixed" if fix else ""
        self.stdout.write(
            f"{Tally.objects.count()} tallies, {entries} records{fixed or ', all as counted'}."
        )
