"""Attach the text of a source from a file, and compare its passages with it."""

from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from sources.models import Passage, Source, SourceText
from sources.texts import attach


class Command(BaseCommand):
    help = "Attach a file (PDF, DOCX, HTML, text) to a source; its checksum must be the source's."

    def add_arguments(self, parser):
        parser.add_argument("slug")
        parser.add_argument("file", type=Path)

    def handle(self, *, slug, file, **options):
        source = Source.objects.filter(slug=slug).first()
        if source is None:
            raise CommandError(f"There is no source “{slug}”.")
        try:
            counts = attach(source, file.read_bytes(), file.name)
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(
            f"{source}: attached; of {sum(counts.values())} passages "
            + ", ".join(f"{counts[choice]} {choice.label}" for choice in Passage.Anchoring)
            + "."
        )
        for words in SourceText.objects.filter(source=source).values_list("warnings", flat=True):
            self.stdout.writelines(f"  {each}\n" for each in words)
        for passage in source.passages.filter(anchoring=Passage.Anchoring.MISMATCH):
            self.stdout.write(f"  {passage.locator} does not match: “{passage.quote}”")
