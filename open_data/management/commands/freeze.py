"""Write the public site as plain files."""

import sys
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from open_data.freezing import FreezeError, freeze


class Command(BaseCommand):
    help = (
        "Write all public pages and their files as plain files, which any web server can serve "
        "from the root. Run collectstatic first."
    )

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path)
        parser.add_argument(
            "--site",
            default=settings.SITE_URL or "http://127.0.0.1:8000",
            help="the address of the site in citations and files; SITE_URL by default",
        )

    def handle(self, *, folder, site, verbosity, **options):
        parts = urlsplit(site)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise CommandError(f"“{site}” is not an address such as https://relations.example.")
        # The pages are asked for at this address, wherever the site itself is served.
        allowed, settings.ALLOWED_HOSTS = settings.ALLOWED_HOSTS, [parts.hostname]
        hidden = not verbosity or not sys.stderr.isatty()
        with tqdm(unit=" pages", disable=hidden) as bar:

            def advances(done: int, known: int) -> None:
                bar.total = known
                bar.update(done - bar.n)

            try:
                number = freeze(folder, site, advances)
            except (FreezeError, OSError, ValueError) as error:
                raise CommandError(str(error)) from error
            finally:
                settings.ALLOWED_HOSTS = allowed
        if verbosity:
            self.stdout.write(f"{folder}: {number:,} files.")
