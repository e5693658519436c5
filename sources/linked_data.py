"""Sources, and the statements read in them, in the vocabulary of schema.org."""

from core import linked_data
from core.linked_data import brief, known
from sources.models import Source

# The type of schema.org for each kind of source; other kinds are CreativeWork.
_TYPES = {
    Source.Kind.STATISTICS: "Dataset",
    Source.Kind.DATA_SET: "Dataset",
    Source.Kind.NEWS: "NewsArticle",
    Source.Kind.OP_ED: "OpinionNewsArticle",
    Source.Kind.ENCYCLOPEDIA: "Article",
}


def source(row) -> dict:
    """A source as a creative work. Its licence is its own; that of our description is CC0."""
    publisher = {"@type": "Organization", "name": row.publisher} if row.publisher else None
    hash = linked_data.property_value("SHA-256", row.checksum) if row.checksum else None
    values = {
        "name": row.title,
        "author": row.author,
        "publisher": publisher,
        "datePublished": linked_data.date_value(row.date),
        "inLanguage": row.language,
        "license": row.licence,
        "sameAs": row.url and {"@id": row.url},
        "identifier": [row.slug, hash] if hash else row.slug,
        "keywords": [word for word in (row.kind, row.grade) if word],
        "description": row.disclaimer,
    }
    return linked_data.about(row, type_of(row), values)


def type_of(row) -> str:
    """The type of a source in schema.org."""
    return _TYPES.get(row.kind, "CreativeWork")


def passage(reference) -> dict:
    """The place in a source where a value was read: part of the source, or the source itself."""
    source = brief(reference.source, type_of(reference.source))
    if not reference.locator:
        return source
    place = {"@id": reference.place_url, "@type": "CreativeWork", "name": str(reference.place)}
    return place | {"isPartOf": source}


def claim(reference, *keywords: str) -> dict:
    """What a source says: its words, as far as readers may see them, and where they were read."""
    words = reference.source.shown(reference.as_stated) or reference.words
    return known(
        {
            "@type": "Claim",
            "keywords": [word for word in keywords if word],
            "text": words,
            "inLanguage": reference.words_language if words else "",
            "creditText": reference.attribution,
            "description": reference.note,
            "citation": passage(reference),
        }
    )
