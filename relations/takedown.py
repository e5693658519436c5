"""Taking down a source: its words go from everywhere, its places and facts stay."""

from django.db import models, transaction
from django.db.models.functions import Cast

from relations.models import Record, Revision
from relations.models.record import concrete, follow
from sources.models import Source
from sources.texts import erase

QUOTED = ("as_stated", "translation")


@transaction.atomic
def take_down(source: Source) -> None:
    """Erase a source's text and quoted words for good, in revisions and disagreements too."""
    erase(source)
    text = Cast("snapshot", models.TextField())
    holding = Revision.objects.annotate(text=text).filter(text__contains=f'"{source.slug}"')
    for revision in holding.iterator(chunk_size=500):
        revision.snapshot = without_words(revision.snapshot, source.slug)
        revision.save(update_fields=["snapshot"])
    cited = Record.objects.filter(citations__source=source).distinct()
    follow(concrete(cited, whole=True))


def without_words(snapshot: dict, source: str) -> dict:
    """A revision's content without what it quotes from a source."""
    return {
        name: [_silent(row, source) for row in rows] if isinstance(rows, list) else rows
        for name, rows in snapshot.items()
    }


def _silent(row, source: str):
    if not isinstance(row, dict) or row.get("source") != [source]:
        return row
    return row | {name: "" for name in QUOTED if name in row}
