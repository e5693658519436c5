"""Texts of sources: attached by editors, annotated for readers, erased if the law requires it."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, count
from pathlib import PurePath

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from core.changes import rows_changed, together
from core.dates import today
from core.documents import LABELS, Reading, read
from core.languages import language_of
from core.ocr import is_installed, recognized
from core.openings import day_in, title_in
from core.public_rows import is_used
from core.unreadable import Unreadable
from sources.locating import PARAGRAPH, Place, around, nearest, places
from sources.models import Passage, Reference, Source, SourceFile, SourceText

MEDIA_TYPES = {form: SourceFile.MediaType[form.upper()] for form in LABELS}


def read_document(
    source: Source, checksum: str, content: bytes, name: str = "", form: str | None = None
) -> Reading:
    """The content of a file that is to be attached to a source.

    Raises ValidationError as check_attachable and read_file do.
    """
    check_attachable(source, checksum, content)
    return read_file(content, name, form)


def check_attachable(source: Source, checksum: str, content: bytes) -> None:
    """Raise ValidationError if a file does not match the checksum (if there is one), or is for a
    source whose text was erased."""
    if source.erased_on:
        raise ValidationError(
            _("The text of this source was erased on %(day)s and cannot be attached again.")
            % {"day": source.erased_on}
        )
    digest = hashlib.sha256(content).hexdigest()
    if checksum and digest != checksum:
        raise ValidationError(
            _(
                "This is a different text: its SHA-256 is %(found)s, but the source has %(kept)s. "
                "To replace the text, clear that field first."
            )
            % {"found": digest, "kept": checksum}
        )


def read_file(content: bytes, name: str = "", form: str | None = None) -> Reading:
    """The text of a file and its metadata; what the file does not say is taken from the text. With
    the setting OCR, the text of a PDF of pictures is recognized.

    Raises ValidationError if the file cannot be read (see core.documents).
    """
    try:
        reading = read(content, name, form)
    except Unreadable as error:
        values = {key: _(value) if key == "form" else value for key, value in error.values.items()}
        raise ValidationError(_(error.message) % values) from error
    if not reading.text and settings.OCR and is_installed():
        reading = recognized(reading, content)
    return replace(
        reading,
        title=_title(reading, name),
        date=reading.date or day_in(reading.text),
        language=_language(reading),
    )


# Titles that programs make up: names of files, and of documents that were not saved yet.
_MADE_UP = re.compile(
    r"microsoft word - .*|untitled.*|без имени.*|document ?\d*|документ ?\d*|"
    r".*\.(?:docx?|pdf|rtf|odt|html?|txt|indd|qxd|tiff?|jpe?g)",
    re.I,
)


def _title(reading: Reading, name: str) -> str:
    """The title that a file gives, or else its text, or else the name of the file."""
    own = "" if _MADE_UP.fullmatch(reading.title) else reading.title
    stem = PurePath(name).stem.replace("_", " ").strip()
    return own or title_in(reading.text) or reading.title or stem


def _language(reading: Reading) -> str:
    """The language of the text if it is certain: files often name that of a program or website."""
    found = language_of(reading.text)
    same = found.partition("-")[0] == reading.language.partition("-")[0].lower()
    return reading.language if same or not found else found


def warnings_of(reading: Reading) -> list[str]:
    """What the text of a file leaves out, in sentences."""
    return [_(words) % values for words, values in reading.warnings]


@together()
def attach(
    source: Source, content: bytes, name: str = "", reading: Reading | None = None
) -> Counter:
    """Store a source's file and text, and compare its passages with the text.

    Return the number of passages by Passage.Anchoring, empty without a text. Raises as
    read_document does, unless `reading` gives what was already read from the content.
    """
    reading = reading or read_document(source, source.checksum, content, name)
    rows_changed(source, *Passage.objects.filter(source=source).only("pk"))
    source.checksum = hashlib.sha256(content).hexdigest()
    source.save(update_fields=["checksum"])
    keep_file(source, content, reading.form)
    if not reading.text:
        # Any stored text is of another document.
        SourceText.objects.filter(source=source).delete()
        source.passages.update(anchoring=Passage.Anchoring.UNCHECKED)
        return Counter()
    SourceText.objects.update_or_create(
        source=source, defaults={"text": reading.text, "warnings": warnings_of(reading)}
    )
    passages = list(Passage.objects.filter(source=source))
    for passage in passages:
        passage.anchor(reading.text)
    Passage.objects.bulk_update(passages, ["start", "end", "anchoring"])
    return Counter(passage.anchoring for passage in passages)


def passage_of(
    source: Source, words: str, at: int | None = None, unsaved: Iterable[Passage] = ()
) -> Passage:
    """The passage of these words in the attached text of a source: an existing passage, one of the
    `unsaved`, or another unsaved one with a locator of its own.

    `at` is the offset where they start, if they occur several times. Raises ValidationError for
    the field `quote` if they are not in an attached text, or if `at` selects none of several.
    """
    row = SourceText.objects.filter(source=source).first()
    if row is None:
        raise ValidationError(
            {"quote": _("This source has no attached text. Attach it, or enter the place.")}
        )
    found = places(row.text, words, most=200)
    # Ignore an offset that was chosen for other words.
    found = [one for one in found if one.start == at] or found
    if len(found) != 1:
        raise ValidationError({"quote": not_one_place(row.text, words, found)})
    one = found[0]
    known = Passage.objects.filter(source=source, start=one.start, end=one.end).first()
    if known:
        known.source = source
    unsaved = [row for row in unsaved if row.source_id == source.pk]
    same = [row for row in unsaved if (row.start, row.end) == (one.start, one.end)]
    if known or same:
        return known or same[0]
    passage = Passage(source=source, start=one.start, end=one.end)
    passage.quote = row.text[one.start : one.end]
    if one.page is None:
        passage.paragraph, passage.sentence = _counted(source, row.text, one), one.sentence
    passage.locator = _fresh_locator(passage, one, unsaved)
    passage.full_clean(exclude=["source"])
    return passage


def _counted(source: Source, text: str, one: Place) -> int:
    """The number of a place's paragraph, as the other passages of the source count it."""
    for paragraph in PARAGRAPH.finditer(text):
        if paragraph.end() > one.start:
            within = Passage.objects.filter(
                source=source,
                start__gte=paragraph.start(),
                start__lt=paragraph.end(),
                paragraph__isnull=False,
            )
            return within.values_list("paragraph", flat=True).first() or one.paragraph
    return one.paragraph


def _fresh_locator(passage: Passage, one: Place, unsaved: Iterable[Passage]) -> str:
    """An unused locator for a place, with a number if other words there have the plain one."""
    stem = one.locator if one.page else f"p{passage.paragraph}s{passage.sentence}"
    taken = set(Passage.objects.filter(source=passage.source).values_list("locator", flat=True))
    taken |= {row.locator for row in unsaved}
    found = chain([stem], (f"{stem}-{number}" for number in count(2)))
    return next(
        locator
        for locator in found
        if locator not in taken and not is_used(Passage, f"{passage.source.slug}:{locator}")
    )


def not_one_place(text: str, words: str, found: list[Place]) -> str:
    """Why words do not have exactly one place in a text, with the nearest words or the places."""
    if found:
        said = " · ".join(around(text, one, 40) for one in found[:3])
        return _("These words occur in %(count)d places (%(said)s). Enter more words.") % {
            "count": len(found),
            "said": said,
        }
    near = nearest(text, words)
    if near is None:
        return _("These words are not in the text of this source.")
    return _(
        "These words are not in the text of this source. The nearest words are “%(said)s”."
    ) % {"said": " ".join(text[near.start : near.end].split())[:300]}


def keep_file(source: Source, content: bytes, form: str) -> None:
    """Store the file under its checksum as its name, in place of an earlier file."""
    drop_file(source)
    row = SourceFile(source=source, media_type=MEDIA_TYPES[form], size=len(content))
    row.file.save(source.checksum, ContentFile(content))


def drop_file(source: Source) -> None:
    """Delete a source's file: the row now, the file itself on commit."""
    for row in SourceFile.objects.filter(source=source):
        row.delete()
        transaction.on_commit(partial(row.file.storage.delete, row.file.name))


@together()
def erase(source: Source) -> None:
    """Permanently erase a source's text, file and quotations; places and facts stay.

    relations.takedown erases copies of these words elsewhere.
    """
    rows_changed(source, *source.passages.only("pk"))
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
    """A run of text covered by the same passages; `begins` holds those that start with it, and
    `start` is its offset in the text."""

    text: str
    passages: tuple[Passage, ...]
    begins: tuple[Passage, ...]
    start: int


def annotate(
    text: str, passages: Iterable[Passage], spans: Iterable[tuple[int, int]] | None = None
) -> list[list[Segment]]:
    """The paragraphs of a text, or its parts between the offsets in `spans`, each split where a
    passage begins or ends.

    Passages that do not match the text are left out. Joined segments give the full paragraph.
    """
    anchored = [row for row in passages if row.anchoring == Passage.Anchoring.MATCHES]
    cuts = {cut for row in anchored for cut in (row.start, row.end)}
    paragraphs = []
    if spans is None:
        spans = (match.span() for match in PARAGRAPH.finditer(text))
    for first, last in spans:
        places = [first, *sorted(cut for cut in cuts if first < cut < last), last]
        paragraphs.append(
            [
                Segment(
                    text[start:end],
                    tuple(row for row in anchored if row.start <= start < row.end),
                    tuple(row for row in anchored if row.start == start),
                    start,
                )
                for start, end in zip(places, places[1:], strict=False)
            ]
        )
    return paragraphs
