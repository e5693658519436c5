"""What readers find of sources: their titles, their quoted words, and their text if it is open."""

from collections.abc import Iterator
from textwrap import wrap

from search import models
from search.index import Document, Index
from sources.models import Passage, Source
from sources.texts import PARAGRAPH

# The characters after which a part of a text ends, with its paragraph.
PART = 4000
# A longer paragraph is divided.
LONG = 40_000


class SourceIndex(Index):
    """Sources with their synopses; their open texts are entries of their own."""

    kind = models.Kind.SOURCE
    model = Source

    def rows(self):
        return Source.objects.prefetch_related("synopsis")

    def documents(self, row):
        yield Document(
            title=row.title,
            summary=row.note,
            text="\n".join(part.text for part in row.synopsis.all()),
            words=(row.author, row.publisher, str(row.get_kind_display()), row.url),
            url=row.get_absolute_url(),
            slug=row.slug,
            public=row.is_public,
            language=row.language,
            date=row.date,
        )


class PassageIndex(Index):
    """Quotations, as far as readers may see them; each leads to its passage."""

    kind = models.Kind.PASSAGE
    model = Passage
    whole = ("source", models.Kind.SOURCE)

    def rows(self):
        return Passage.objects.exclude(quote="").select_related("source")

    def documents(self, row):
        yield Document(
            title=f"{row.source.title}, {row.place}",
            text=row.shown,
            url=row.get_absolute_url(),
            slug=f"{row.source.slug}-{row.locator}",
            public=row.is_public and row.source.is_public,
            language=row.source.language,
            date=row.source.date,
            about=(("source", row.source_id),),
        )


class TextIndex(Index):
    """The open texts of sources in parts of some paragraphs, each with the address of its first."""

    kind = models.Kind.TEXT
    model = Source

    def rows(self):
        return Source.objects.filter(full_text__isnull=False).select_related("full_text")

    def documents(self, row):
        if not row.is_open:
            return
        for part, (paragraph, text) in enumerate(parts(row.full_text.text)):
            yield Document(
                title=row.title,
                text=text,
                url=f"{row.get_absolute_url()}#paragraph-{paragraph}",
                slug=f"{row.slug}-{paragraph}",
                public=row.is_public,
                language=row.language,
                date=row.date,
                about=tuple(self.about(row)),
                part=part,
            )

    def about(self, row) -> Iterator[tuple[str, int]]:
        """The rows that a text is about, by kind and primary key."""
        yield "source", row.pk


def parts(text: str):
    """The parts of a text, each with the number of its first paragraph."""
    first, found, size = 1, [], 0
    for number, paragraph in enumerate(PARAGRAPH.finditer(text), 1):
        words = paragraph[0]
        for piece in wrap(words, LONG) if len(words) > LONG else (words,):
            found.append(piece)
            size += len(piece)
            if size >= PART:
                yield first, "\n".join(found)
                first, found, size = number, [], 0
        if not found:
            first = number + 1
    if found:
        yield first, "\n".join(found)
