"""Public representations of sources, their passages, and references to them."""

from django.utils.translation import gettext_lazy as _

from core import shapes
from core.shapes import ID, URL, Shape, column, identifier, text
from sources.models import Passage, Source

source = Shape(
    "Source",
    _("A document or data set that values are read from."),
    {
        "id": ID,
        "url": URL,
        "title": column(Source, "title"),
        "kind": column(Source, "kind"),
        "grade": column(Source, "grade"),
        "author": column(Source, "author"),
        "publisher": column(Source, "publisher"),
        "date": column(Source, "date"),
        "language": column(Source, "language"),
        "rights": column(Source, "rights"),
        "licence": column(Source, "licence"),
        "address": column(Source, "url", _("Address of the source itself.")),
        "last_checked": column(Source, "accessed"),
        "sha256": column(Source, "checksum"),
        "disclaimer": column(Source, "disclaimer"),
        "note": column(Source, "note"),
    },
)

passage = Shape(
    "Passage",
    _("A place in a source, with a short quotation."),
    {
        "id": text(
            lambda row: f"{row.source.slug}:{row.locator}", _("The source and the place in it.")
        ),
        "url": URL,
        "source": identifier("source", Source, _("The source.")),
        "place": text("locator", _("The place, such as p3s9: paragraph 3, sentence 9.")),
        "place_in_words": text(lambda row: str(row.place), _("The place in words.")),
        "start": column(Passage, "start", _("First character in the text of the source.")),
        "end": column(Passage, "end", _("The character after the last one.")),
        "words": text("shown", _("The words; shortened if the source is not open.")),
    },
)

# The values of every reference to a place in a source.
REFERENCE = {
    "source": identifier("source", Source, _("The source.")),
    "place": text("locator", _("The place in the source, such as p3s9.")),
    "words": text("words", _("The words that state it, if they may be quoted.")),
    "as_stated": text(
        lambda row: row.source.shown(row.as_stated), _("What the source says, if it differs.")
    ),
    "language": text("words_language", _("The language of the words; a BCP 47 tag.")),
    "translation": text("translation", _("Our translation of the words.")),
    "attribution": text("attribution", _("Whom the source names for it.")),
    "inferred": shapes.yes_no("inferred", _("Whether it is not stated outright.")),
    "note": text("note", _("A note, such as how it was inferred.")),
    "url": text("place_url", _("Address of the place.")),
}
reference = Shape("Reference", _("A place in a source, and the words there."), REFERENCE)
