"""Write the reference of mappings into docs/import-reference.md: import_reference [--check]."""

from django.core.management.base import BaseCommand, CommandError

from desk.import_reference import END, PATH, START, NoMarkers, with_reference


class Command(BaseCommand):
    help = "Write the reference of mappings into docs/import-reference.md; --check only compares."

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true")

    def handle(self, *, check, **options):
        text = PATH.read_text(encoding="utf-8")
        try:
            written = with_reference(text)
        except NoMarkers as error:
            raise CommandError(f"{PATH} needs these lines:\n{START}\n{END}") from error
        if check and written != text:
            raise CommandError(f"{PATH} is not current. Run manage.py import_reference.")
        if not check:
            PATH.write_text(written, encoding="utf-8")
