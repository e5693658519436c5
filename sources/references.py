"""Sources as references for reference managers."""

from core.references import Reference
from sources.models import Source

_KIND = Source.Kind
# The types of references in CSL by kind of source; an academic work may be a book or an article.
_TYPES = {
    _KIND.TREATY_TEXT: "treaty",
    _KIND.STATISTICS: "report",
    _KIND.NEWS: "article-newspaper",
    _KIND.OP_ED: "article-newspaper",
    _KIND.ENCYCLOPEDIA: "entry-encyclopedia",
    _KIND.DATA_SET: "dataset",
    _KIND.ACADEMIC: "document",
}
# Types of works that appear in another work, which is called by the name of its publisher.
_CONTAINED = ("article-newspaper", "entry-encyclopedia")


def source(row) -> Reference:
    """The reference to a source itself: at its own address, if it has one, or at ours."""
    type = _TYPES.get(row.kind, "webpage" if row.url else "document")
    contained = type in _CONTAINED
    return Reference(
        key=row.slug,
        title=row.title,
        url=row.url or row.get_absolute_url(),
        read=row.accessed,
        type=type,
        date=row.date,
        authors=(row.author,) if row.author else (),
        container=row.publisher if contained else "",
        publisher="" if contained else row.publisher,
        language=row.language,
        note=row.note,
    )
