"""Write the whole search index again."""

import sys

from django.core.management.base import BaseCommand
from django.db import transaction
from tqdm import tqdm

from core.changes import pages_changed
from search.index import BATCH, indexes
from search.rebuilding import is_needed, rebuild


class Command(BaseCommand):
    help = (
        "Write the search index again, while the site runs. If it is interrupted, the next run "
        "continues."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--restart",
            action="store_true",
            help="do not continue an interrupted run",
        )
        parser.add_argument(
            "--if-needed",
            action="store_true",
            help="only if the index was never built or is empty, or a run was interrupted",
        )

    def handle(self, *, restart, if_needed, verbosity, **options):
        if if_needed and not is_needed():
            return
        written, hidden = dict.fromkeys((index.kind for index in indexes()), 0), not verbosity
        batches = sum(index.model._base_manager.count() // BATCH + 1 for index in indexes())
        hidden = not verbosity or not sys.stderr.isatty()
        with tqdm(total=batches, desc="Search index", unit=" batches", disable=hidden) as bar:
            for index, number in rebuild(restart):
                written[index.kind] += number
                bar.update()
        with transaction.atomic():
            pages_changed()
        if verbosity > 1:
            for kind, number in written.items():
                self.stdout.write(f"{number:8} {kind}")
        if verbosity:
            self.stdout.write(f"Search index: {sum(written.values())} entries written.")
