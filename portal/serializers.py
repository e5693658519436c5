"""The public serialization of timeline entries of any kind, and of results of a search."""

from relations import serializers
from relations.models import Kind
from treaties.serializers import action

# The columns of a file of results.
RESULT = (
    *("id", "url", "kind", "title", "date", "until", "pair", "countries", "topics"),
    *("status", "sources", "language", "extract"),
)


def entry(row) -> dict:
    return action(row) if row.kind == Kind.ACTION else serializers.record(row)


def result(row) -> dict:
    """A result of a search (portal.search_results.Result); rows that it is about by their
    identifiers."""
    values = (
        row.entry.slug,
        row.entry.url,
        row.entry.kind,
        row.title,
        str(row.entry.date),
        str(row.entry.until),
        row.pair.slug if row.pair else None,
        [one.slug for one in row.about("country")],
        [one.slug for one in row.about("topic")],
        row.treaty.status if row.treaty else None,
        [one.slug for one in row.about("source")],
        row.entry.language,
        " ".join("".join(text for text, _marked in row.extract).split()),
    )
    return dict(zip(RESULT, values, strict=True))
