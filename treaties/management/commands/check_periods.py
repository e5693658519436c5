"""Prove that the kept periods of treaties are what follows from their actions."""

from django.core.management.base import BaseCommand, CommandError

from treaties.models import Treaty, TreatyPeriod

BATCH = 500


class Command(BaseCommand):
    help = "Compute the periods of all treaties anew and compare them with those kept."

    def add_arguments(self, parser):
        parser.add_argument("--mend", action="store_true", help="keep what was computed")

    def handle(self, *, mend, **options):
        treaties = list(Treaty.objects.order_by("pk").values_list("pk", flat=True))
        amiss = []
        for start in range(0, len(treaties), BATCH):
            amiss += TreatyPeriod.objects.differing(treaties[start : start + BATCH])
        for treaty in amiss:
            self.stderr.write(f"{treaty.slug}: the kept periods are not those computed.")
        if mend:
            TreatyPeriod.objects.keep(amiss)
        elif amiss:
            raise CommandError(f"{len(amiss)} of {len(treaties)} treaties have wrong periods.")
        periods = TreatyPeriod.objects.count()
        mended = f", {len(amiss)} mended" if mend else ", all as computed"
        self.stdout.write(f"{len(treaties)} treaties, {periods} periods{mended}.")
