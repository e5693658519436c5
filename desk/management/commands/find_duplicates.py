"""Find records of different lists that may be the same: find_duplicates."""

from django.core.management.base import BaseCommand

from relations.models import PossibleDuplicate
from relations.possible_duplicates import find_all, kinds


class Command(BaseCommand):
    help = (
        "Find records of different lists that may be the same. Editors decide on them under "
        "“Possible duplicates”; their decisions stay."
    )

    def handle(self, *, verbosity, **options):
        for model in kinds():
            compared, kind = sum(find_all(model)), model._meta.verbose_name_plural
            waiting = PossibleDuplicate.objects.undecided().filter(one__kind=model.KIND)
            if verbosity:
                self.stdout.write(
                    f"{kind}: {compared} compared, {waiting.count()} pairs "
                    f"to decide, of which {waiting.filter(suggested=True).count()} almost certain"
                )
