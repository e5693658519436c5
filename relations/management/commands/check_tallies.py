"""Prove that the kept numbers of pairs are what follows from what is published."""

from django.core.management.base import BaseCommand, CommandError

from relations.models import Tally


class Command(BaseCommand):
    help = "Count what is published of each pair anew and compare it with what is kept."

    def add_arguments(self, parser):
        parser.add_argument("--mend", action="store_true", help="keep what was counted")

    def handle(self, *, mend, **options):
        amiss = Tally.objects.differing()
        for tally in amiss:
            self.stderr.write(f"{tally}: the kept numbers are not those counted.")
        if mend:
            Tally.objects.keep(tally.relation_id for tally in amiss)
        elif amiss:
            raise CommandError(f"{len(amiss)} tallies are wrong.")
        entries, mended = Tally.objects.total()["entries"], f", {len(amiss)} mended" if mend else ""
        self.stdout.write(
            f"{Tally.objects.count()} tallies, {entries} records{mended or ', all as counted'}."
        )
