"""Public representations of sources and of references to them."""


def source(row) -> dict:
    return {
        "id": row.slug,
        "url": row.get_absolute_url(),
        "title": row.title,
        "kind": row.kind,
        "grade": row.grade,
        "author": row.author,
        "publisher": row.publisher,
        "date": str(row.date),
        "language": row.language,
        "rights": row.rights,
        "licence": row.licence,
        "address": row.url,
        "last_checked": row.accessed.isoformat() if row.accessed else None,
        "sha256": row.checksum,
        "disclaimer": row.disclaimer,
        "note": row.note,
    }


def reference(row) -> dict:
    """Source, place and words of a citation, figure or other reference."""
    return {
        "source": row.source.slug,
        "place": row.locator,
        "words": row.words,
        "as_stated": row.source.shown(row.as_stated),
        "language": row.words_language,
        "translation": row.translation,
        "attribution": row.attribution,
        "inferred": row.inferred,
        "note": row.note,
        "url": row.place_url,
    }
