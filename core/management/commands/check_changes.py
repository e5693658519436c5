"""Prove that the log of public changes has exactly what readers see."""

from django.core.management.base import BaseCommand, CommandError

from core.changes import together
from core.models import PublicChange
from core.public_changes import log_changes, public_rows, unlogged


class Command(BaseCommand):
    help = "Compare the log of public changes with what readers see."

    def add_arguments(self, parser):
        parser.add_argument("--fix", action="store_true", help="log the rows that differ")

    @together()
    def handle(self, *, fix, **options):
        wrong = 0
        for rows in public_rows():
            found = set().union(*unlogged(rows))
            wrong += len(found)
            if found:
                name = rows.model._meta.verbose_name_plural
                self.stderr.write(f"{name}: {len(found)} are not in the log as readers see them.")
            if found and fix:
                log_changes({rows.model: found})
        if wrong and not fix:
            raise CommandError(f"{wrong} rows are not in the log as readers see them.")
        fixed = f", {wrong} fixed" if fix else ", all as readers see them"
        self.stdout.write(f"{PublicChange.objects.count()} identifiers{fixed}.")
