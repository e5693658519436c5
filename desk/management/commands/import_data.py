"""Import a list: import_data NAME FILE."""

import gc
import sys
from datetime import date
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from core.changes import together
from core.planner import update_statistics
from core.rows import FileError
from desk.adapters import adapter_mapped, adapter_named, adapter_names
from relations.aliases import accept_alias
from relations.models.publishable import PublicationRefused
from relations.possible_duplicates import without_undecided
from relations.publication import portions, publish_all, unchanged_since_import
from relations.resolver import Unresolved
from relations.workflow import PUBLISH
from sources.importing import run, save_report
from sources.mappings.keys import MappingError


def many_objects() -> None:
    """Look for unreachable objects less often: a batch makes some hundred thousand, which live
    until it is stored, and looking through them took a tenth of the time of an import."""
    gc.set_threshold(20_000, 10, 10)


class Command(BaseCommand):
    help = "Import a list of records for review; --publish also publishes them."

    def add_arguments(self, parser):
        parser.add_argument("name", help=f"{', '.join(adapter_names())}, or a mapping in TOML")
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true")
        parser.add_argument("--as-of", type=date.fromisoformat, metavar="YYYY-MM-DD")
        parser.add_argument("--publish", action="store_true")
        parser.add_argument("--user", help="username of the publisher")
        parser.add_argument(
            "--accept",
            action="append",
            default=[],
            metavar="NAME=MEANING",
            help="what the list means by an unknown name: a country or organization; repeatable. "
            "It is kept for this list",
        )
        parser.add_argument("--report", type=Path, help="default: var/imports/NAME.json")
        parser.add_argument("--rejects", type=Path, help="default: var/imports/NAME-rejects.csv")

    def handle(self, *, name, file, dry_run, as_of, publish, user, verbosity, **options):
        many_objects()
        folder = settings.VAR / "imports"
        folder.mkdir(parents=True, exist_ok=True)
        if publish and dry_run:
            raise CommandError("A dry run publishes nothing. Use either --dry-run or --publish.")
        if options["accept"] and dry_run:
            raise CommandError("A dry run saves nothing. Use either --dry-run or --accept.")
        account = get_user_model().objects.filter(username=user).first()
        if publish and account is None:
            raise CommandError("Name the publisher with --user NAME, an existing account.")
        if publish and not account.has_perm(PUBLISH):
            raise CommandError(f"“{user}” may not publish. Name an active account that may.")
        stem = Path(name).stem
        rejects = options["rejects"] or folder / f"{stem}-rejects.csv"
        target = options["report"] or folder / f"{stem}.json"
        for path in (rejects, target):
            if not path.parent.is_dir():
                raise CommandError(f"The folder of {path} does not exist.")
        try:
            adapter = (
                adapter_mapped(Path(name).read_bytes())
                if name.endswith(".toml")
                else adapter_named(name)
            )
            self.accept(adapter.name, options["accept"])
            if rejects.resolve() == file.resolve():
                # The file is a corrected file of rejects: new rejects must not overwrite it.
                rejects = rejects.with_stem(f"{rejects.stem}-again")
            rejects.unlink(missing_ok=True)
            with tqdm(unit=" rows", disable=not sys.stderr.isatty()) as bar:
                report = run(
                    adapter, file, dry_run=dry_run, as_of=as_of, rejects=rejects,
                    progress=bar.update,
                )  # fmt: skip
        except MappingError as error:
            raise CommandError(f"{name}:\n{error}") from error
        except (FileError, OSError) as error:
            # An error of the system names its file.
            at = "" if isinstance(error, OSError) and error.filename else f"{file}: "
            raise CommandError(f"{at}{error}") from error
        save_report(report, target)
        for line in report.lines():
            self.stdout.write(line)
        for message in report.messages[:10]:
            self.stdout.write("  row {row} (line {line}) {column}: {message}".format(**message))
        if report.outcomes["rejected"]:
            self.stdout.write(f"Rejected rows: {rejects}")
        if publish:
            self.publish(adapter, account)

    def accept(self, list_name: str, accepted: list[str]) -> None:
        """Keep what the list means by these names, all of them or none."""
        given = {}
        with together():
            for text in accepted:
                name, _sign, meaning = map(str.strip, text.rpartition("="))
                if given.setdefault(name, meaning) != meaning:
                    raise CommandError(f"--accept gives “{name}” two meanings.")
                if not name or not meaning:
                    raise CommandError(f"--accept needs NAME=MEANING, not “{text}”.")
                try:
                    accept_alias(list_name, name, meaning)
                except Unresolved as error:
                    raise CommandError(
                        f"--accept “{text}”: {error.in_row('', meaning).message}"
                    ) from error
                except ValidationError as error:
                    raise CommandError(f"--accept “{text}”: {' '.join(error.messages)}") from error

    def publish(self, adapter, account):
        """Publish the imported rows that no editor has changed since, in batches: all of a batch or
        none."""
        try:
            adapter.writer.publish_changes(adapter.source["slug"], account)
        except PublicationRefused as error:
            raise CommandError(" ".join(error.messages)) from error
        waiting, held = without_undecided(unchanged_since_import(adapter.imported()))
        for batch in portions(waiting, adapter.writer.together):
            rows = adapter.imported().model.objects.filter(pk__in=batch)
            try:
                publish_all(rows, account, f"Imported: {adapter.cited}"[:300])
            except PublicationRefused as error:
                raise CommandError(" ".join(error.messages)) from error
        update_statistics()
        self.stdout.write("Published.")
        if held:
            self.stdout.write(
                f"Not published, because they may repeat records of other lists: {held}. Decide in "
                "the admin, under “Possible duplicates”, and publish again."
            )
