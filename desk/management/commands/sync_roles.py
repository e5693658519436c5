"""Make the groups of the four roles hold just what the roles may do."""

from django.core.management.base import BaseCommand

from desk import roles


class Command(BaseCommand):
    help = "Create or correct the groups Editor, Reviewer, Publisher and Administrator."

    def handle(self, *, verbosity, **options):
        for name, (gained, lost) in roles.sync().items():
            if verbosity > 1 or verbosity and (gained or lost):
                self.stdout.write(f"{name}: {gained} permissions added, {lost} removed.")
