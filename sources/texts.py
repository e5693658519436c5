"""Texts of sources: attached by editors, annotated for readers, erased where the law asks."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from sources.dates import today
from sources.models import Passage, Source, SourceText


def read_text(source: Source, checksum: str, content: bytes) -> str:
    """The text that a file holds. Raises ValidationError for bytes that are no UTF-8 text, that
    are not what the checksum (if there is one) names, or of a source whose text was erased."""
    if source.erased_on:
        raise ValidationError(
            _("The text of this source was erased on %(day)s; it is not attached again.")
            % {"day": source.erased_on}
        )
    digest = hashlib.sha256(content).hexdigest()
    if checksum and digest != checksum:
        raise ValidationError(
            _("This is another text: its SHA-256 is %(found)s, the source's is %(kept)s.")
            % {"found": digest, "kept": checksum}
        )
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ValidationError(
            _("This is no text in UTF-8: byte %(place)d cannot be read.") % {"place": error.start}
        ) from error
    if "\0" in text:
        raise ValidationError(_("This is no text: it holds NUL characters."))
    return text


@transaction.atomic
def attach(source: Source, content: bytes) -> Counter:
    """Keep the text of a source and compare its passages with it; raises as read_text does.

    Gives the number of passages by how they stand in the text (Passage.Anchoring).
    """
    text = read_text(source, source.checksum, content)
    source.checksum = hashlib.sha256(content).hexdigest()
    source.save(update_fields=["checksum"])
    SourceText.objects.update_or_create(source=source, defaults={"text": text})
    passages = list(source.passages.all())
    for passage in passages:
        passage.anchor(text)
    Passage.objects.bulk_update(passages, ["start", "end", "anchoring"])
    return Counter(passage.anchoring for passage in passages)


@transaction.atomic
def erase(source: Source) -> None:
    """Erase the text and all quoted words of a source for good; places and facts stay."""
    SourceText.objects.filter(source=source).delete()
    source.passages.update(quote="", anchoring=Passage.Anchoring.UNCHECKED)
    source.erased_on = today()
    source.save(update_fields=["erased_on"])


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of text that the same passages cover; `begins` are those that start with it."""

    text: str
    passages: tuple[Passage, ...]
    begins: tuple[Passage, ...]


def annotate(text: str, passages: Iterable[Passage]) -> list[list[Segment]]:
    """The paragraphs of a text, each cut where a passage begins or ends.

    Passages that do not match the text are left out. The segments joined are the paragraphs.
    """
    anchored = [row for row in passages if row.anchoring == Passage.Anchoring.MATCHES]
    cuts = {cut for row in anchored for cut in (row.start, row.end)}
    paragraphs = []
    for match in re.finditer(r"\S(?:.|\n(?!\s*\n))*", text):
        first, last = match.start(), match.end()
        places = [first, *sorted(cut for cut in cuts if first < cut < last), last]
        paragraphs.append(
            [
                Segment(
                    text[start:end],
                    tuple(row for row in anchored if row.start <= start < row.end),
                    tuple(row for row in anchored if row.start == start),
                )
                for start, end in zip(places, places[1:], strict=False)
            ]
        )
    return paragraphs
