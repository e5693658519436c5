"""Prove that the search index matches the rows that it is made from."""

from django.core.management.base import BaseCommand, CommandError

from core.changes import alone
from search.index import Differences, indexes
from search.models import Entry, Name
from search.rebuilding import compared, is_sound, unknown_entries

# How many differences of a kind are named, unless all are asked for.
SHOWN = 10


class Command(BaseCommand):
    help = "Compare the search index with the rows that it is built from, and list differences."

    def handle(self, *, verbosity, **options):
        wrong = 0
        for index in indexes():
            found, number, after = Differences(), 0, 0
            while after is not None:
                with alone():
                    some, new, after = compared(index, after)
                found, number = found + some, number + len(new)
            self.tell(index.kind, found, verbosity)
            wrong += len(found)
            if verbosity > 1:
                self.stdout.write(f"{number:8} {index.kind}")
        found = Differences(superfluous=list(unknown_entries()))
        self.tell("without an index", found, verbosity)
        wrong += len(found)
        for model in (Entry, Name):
            if not is_sound(model):
                wrong += 1
                self.stderr.write(f"The full-text index of {model._meta.db_table} differs from it.")
        if wrong:
            raise CommandError(f"Differences: {wrong}. Run manage.py rebuild_index.")
        if verbosity:
            self.stdout.write("The search index matches the rows that it is built from.")

    def tell(self, kind: str, found: Differences, verbosity: int) -> None:
        """Name the differences of a kind."""
        for what, rows in found.named().items():
            for one in rows if verbosity > 1 else rows[:SHOWN]:
                self.stderr.write(f"{kind}, {what}: {one.slug or one.row} “{one.title}”")
            if verbosity <= 1 and len(rows) > SHOWN:
                self.stderr.write(f"{kind}, {what}: {len(rows) - SHOWN} more")
