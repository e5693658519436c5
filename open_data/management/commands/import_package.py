"""Restore everything public from a data package in an empty database."""

import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from open_data.checking import PackageError
from open_data.loading import NotEmpty, load


class Command(BaseCommand):
    help = (
        "Restore everything public from a folder that export_data has written, in an empty "
        "database. The package is checked first; all of it is imported, or nothing."
    )

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path)

    def handle(self, *, folder, verbosity, **options):
        hidden = not verbosity or not sys.stderr.isatty()
        with tqdm(unit=" rows", disable=hidden) as bar:
            try:
                load(folder, bar.set_description, bar.update)
            except (PackageError, NotEmpty, OSError) as error:
                raise CommandError(str(error)) from error
        if verbosity:
            self.stdout.write(f"{folder}: imported.")
