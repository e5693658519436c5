"""What readers find of sources: their titles, their quoted words, and their text if it is open."""

from search import models
from search.index import Document, Index
from sources.models import Passage, Source, SourceText
from sources.texts import PARAGRAPH

# The characters after which a part of a text ends, with its paragraph.
PART = 4000


class SourceIndex(Index):
    kind = models.Kind.SOURCE
    model = Source

    def documents(self, row):
        yield Document(
            title=row.title,
            summary=row.note,
            words=(row.author, row.publisher, str(row.get_kind_display()), row.url),
            url=row.get_absolute_url(),
            slug=row.slug,
            public=row.is_public,
            language=row.language,
            date=row.date,
        )


class PassageIndex(Index):
    kind = models.Kind.PASSAGE
    model = Passage

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

    def touched(self, changed):
        sources = SourceIndex().touched(changed)
        within = Passage.objects.filter(source__in=sources)
        return super().touched(changed) | set(within.values_list("pk", flat=True))


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
                about=(("source", row.pk),),
                part=part,
            )

    def touched(self, changed):
        texts = SourceText.objects.filter(pk__in=changed.get(SourceText, ()))
        return super().touched(changed) | set(texts.values_list("source", flat=True))


def parts(text: str):
    """The parts of a text, each with the number of its first paragraph."""
    first, found, size = 1, [], 0
    for number, paragraph in enumerate(PARAGRAPH.finditer(text), 1):
        found.append(paragraph[0])
        size += len(paragraph[0])
        if size >= PART:
            yield first, "\n".join(found)
            first, found, size = number + 1, [], 0
    if found:
        yield first, "\n".join(found)
