"""Prove that the stored periods and facets of treaties are what follows from their actions."""

from django.core.management.base import BaseCommand, CommandError

from treaties.models import FacetCounts, Treaty, TreatyPeriod
from treaties.models.facets import SIZE
from treaties.models.treaty import outdated_periods, update_periods

BATCH = 500


class Command(BaseCommand):
    help = "Recompute the periods and facets of all treaties and compare them with the stored ones."

    def add_arguments(self, parser):
        parser.add_argument("--fix", action="store_true", help="store the computed periods")

    def handle(self, *, fix, **options):
        treaties = list(Treaty.objects.order_by("pk").values_list("pk", flat=True))
        wrong_rows = []
        for start in range(0, len(treaties), BATCH):
            wrong_rows += outdated_periods(treaties[start : start + BATCH])
        for treaty in wrong_rows:
            self.stderr.write(f"{treaty.slug}: the stored periods differ from the computed ones.")
        if fix:
            update_periods(treaty.pk for treaty in wrong_rows)
        elif wrong_rows:
            raise CommandError(f"{len(wrong_rows)} of {len(treaties)} treaties have wrong periods.")
        if wrong_counts := FacetCounts.objects.differing():
            keys = ", ".join(map(str, wrong_counts))
            if not fix:
                raise CommandError(f"The facets of the records {keys} are counted wrong.")
            FacetCounts.objects.recount(row.pk * SIZE for row in wrong_counts)
        periods = TreatyPeriod.objects.count()
        fixed = f", {len(wrong_rows)} fixed" if fix else ", all as computed"
        self.stdout.write(f"{len(treaties)} treaties, {periods} periods{fixed}.")
