"""Erase the text and the quoted words of a source for good."""

from django.core.management.base import BaseCommand, CommandError

from relations.takedown import take_down
from sources.models import Source


class Command(BaseCommand):
    help = "Erase a source's text and quotations for good; places and facts stay."

    def add_arguments(self, parser):
        parser.add_argument("slug")
        parser.add_argument("--yes", action="store_true", help="do not ask for confirmation")

    def handle(self, *, slug, yes, **options):
        source = Source.objects.filter(slug=slug).first()
        if source is None:
            raise CommandError(f"There is no source “{slug}”.")
        if (
            not yes
            and input(f"Erase the text of “{source}” for good? Type its identifier: ") != slug
        ):
            raise CommandError("Nothing was erased.")
        take_down(source)
        self.stdout.write(f"{source}: text and quotations erased.")
