"""Write everything that readers may see as a data package."""

import sys
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from open_data.package import paths
from open_data.sqlite_file import DanglingReference
from open_data.writing import export


class Command(BaseCommand):
    help = (
        "Write all public data as a Frictionless data package (CSV), JSON Lines and an SQLite file "
        "for Datasette. The same data gives the same bytes. See docs/data-package.md."
    )

    def add_arguments(self, parser):
        parser.add_argument("folder", nargs="?", type=Path, default=settings.EXPORTS)

    def handle(self, *, folder, verbosity, **options):
        hidden, written = not verbosity or not sys.stderr.isatty(), 0
        with tqdm(unit=" rows", disable=hidden) as bar:

            def starts(name: str, rows: int) -> None:
                bar.set_description(name)
                bar.total = bar.n + rows
                bar.refresh()

            def advances(rows: int) -> None:
                nonlocal written
                written += rows
                bar.update(rows)

            try:
                export(folder, starts, advances)
            except (DanglingReference, OSError) as error:
                raise CommandError(str(error)) from error
        if verbosity:
            number = len(paths(folder))
            self.stdout.write(f"{folder}: {written:,} rows in {number} files.")
