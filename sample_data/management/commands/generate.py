"""Fill a base with generated records: generate --pairs N --records N --figures N --seed N."""

import sys

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from sample_data.generate import GenerateError, Sizes, generate


class Command(BaseCommand):
    help = (
        "Fill an empty database with generated pairs, records and figures, all published. The same "
        "sizes and seed give the same database. Do not use it on a database that readers see. "
        "Run rebuild_index afterwards to search it."
    )

    def add_arguments(self, parser):
        parser.add_argument("--pairs", type=int, required=True, metavar="N")
        parser.add_argument("--records", type=int, required=True, metavar="N")
        parser.add_argument("--figures", type=int, default=0, metavar="N")
        parser.add_argument("--seed", type=int, default=1, metavar="N")
        parser.add_argument(
            "--add", action="store_true", help="also fill a database that holds records or figures"
        )

    def handle(self, *, pairs, records, figures, seed, add, **options):
        sizes = Sizes(pairs=pairs, records=records, figures=figures, seed=seed)
        hidden = not sys.stderr.isatty()
        with tqdm(total=records + figures, unit=" rows", disable=hidden) as bar:
            try:
                generate(sizes, add=add, progress=bar.update)
            except GenerateError as error:
                raise CommandError(str(error)) from error
        self.stdout.write(
            f"{sizes.countries} countries, {pairs:,} pairs, {records:,} records, "
            f"{figures:,} figures, of seed {seed}."
        )
