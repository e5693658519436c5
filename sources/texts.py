"""Texts of sources: attached by editors, annotated for readers, erased where the law asks."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _
from pypdf import PdfReader

from sources.dates import today
from sources.models import Passage, Reference, Source, SourceFile, SourceText

MediaType = SourceFile.MediaType


# The most that is taken: of a file in bytes, of a PDF in pages.
LARGEST = 20 * 1024 * 1024
PAGES = 2000


def read_text(source: Source, checksum: str, content: bytes, name: str = "") -> str:
    """The text that a PDF or a plain text file holds; empty for a PDF of mere images.

    Raises ValidationError for what is neither or not what its name says, is too large, is not
    what the checksum (if there is one) names, or is of a source whose text was erased.
    """
    if source.erased_on:
        raise ValidationError(
            _("The text of this source was erased on %(day)s; it is not attached again.")
            % {"day": source.erased_on}
        )
    if len(content) > LARGEST:
        raise ValidationError(_("At most %d MB can be attached.") % (LARGEST >> 20))
    digest = hashlib.sha256(content).hexdigest()
    if checksum and digest != checksum:
        raise ValidationError(
            _("This is another text: its SHA-256 is %(found)s, the source's is %(kept)s.")
            % {"found": digest, "kept": checksum}
        )
    found = media_type(content)
    named = NAMES.get(PurePath(name).suffix.lower())
    if named and named != found:
        raise ValidationError(
            _("“%(name)s” is not what its name says: its content is %(found)s.")
            % {"name": name, "found": found.label}
        )
    return pdf_text(content) if found == MediaType.PDF else plain_text(content)


NAMES = {".pdf": MediaType.PDF, ".txt": MediaType.TEXT}


def media_type(content: bytes) -> MediaType:
    """What a file is, by its content."""
    return MediaType.PDF if content[:1024].lstrip().startswith(b"%PDF-") else MediaType.TEXT


def plain_text(content: bytes) -> str:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ValidationError(
            _("This is no PDF and no text in UTF-8: byte %(place)d cannot be read.")
            % {"place": error.start}
        ) from error
    if "\0" in text:
        raise ValidationError(_("This is no text: it holds NUL characters."))
    return text


def pdf_text(content: bytes) -> str:
    """The text of a PDF, page after page, each a paragraph of its own."""
    try:
        reader = PdfReader(BytesIO(content))
        if reader.is_encrypted:
            raise ValidationError(_("This PDF is encrypted; attach one that can be read."))
        if len(reader.pages) > PAGES:
            raise ValidationError(_("This PDF has more than %d pages.") % PAGES)
        pages = [page.extract_text().strip() for page in reader.pages]
    except ValidationError:
        raise
    except Exception as error:
        # A broken file can fail pypdf in any way; to the editor it is one thing.
        raise ValidationError(
            _("This PDF cannot be read: %(reason)s.") % {"reason": str(error)[:200] or "damaged"}
        ) from error
    return "\n\n".join(filter(None, pages)).replace("\0", "")


@transaction.atomic
def attach(source: Source, content: bytes, name: str = "") -> Counter:
    """Keep a source's file and text, and compare its passages with it; raises as read_text does.

    Gives the number of passages by how they stand in the text (Passage.Anchoring).
    """
    text = read_text(source, source.checksum, content, name)
    source.checksum = hashlib.sha256(content).hexdigest()
    source.save(update_fields=["checksum"])
    keep_file(source, content)
    if not text:
        return Counter()
    SourceText.objects.update_or_create(source=source, defaults={"text": text})
    passages = list(source.passages.all())
    for passage in passages:
        passage.anchor(text)
    Passage.objects.bulk_update(passages, ["start", "end", "anchoring"])
    return Counter(passage.anchoring for passage in passages)


def keep_file(source: Source, content: bytes) -> None:
    """Keep the file under a name that says nothing, in place of an earlier one."""
    drop_file(source)
    row = SourceFile(source=source, media_type=media_type(content), size=len(content))
    row.file.save(source.checksum, ContentFile(content))


def drop_file(source: Source) -> None:
    """Delete a source's file, once the transaction is through."""
    for row in SourceFile.objects.filter(source=source):
        row.delete()
        transaction.on_commit(partial(row.file.storage.delete, row.file.name))


@transaction.atomic
def erase(source: Source) -> None:
    """Erase the text, its file and all quoted words of a source for good; places and facts stay.

    What is kept of these words elsewhere is for relations.takedown to erase.
    """
    drop_file(source)
    SourceText.objects.filter(source=source).delete()
    source.passages.update(quote="", anchoring=Passage.Anchoring.UNCHECKED)
    for relation in Source._meta.related_objects:
        if issubclass(relation.related_model, Reference):
            rows = relation.related_model._base_manager.filter(source=source)
            rows.update(as_stated="", translation="")
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
