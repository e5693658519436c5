"""The public serialization of timeline entries of any kind, and of results of a search."""

from django.utils.translation import gettext_lazy as _

from core import shapes
from core.shapes import Shape, identifiers, text, value
from relations.models import Country, Kind, Relation, Topic
from relations.serializers import RECORDS
from search.models import Kind as EntryKind
from sources.models import Source
from treaties.life import Status
from treaties.serializers import action

# The shape of each kind of entry.
SHAPES = {Kind.ACTION: action} | {model.KIND: shape for model, shape in RECORDS.items()}


def entry(row) -> dict:
    return SHAPES[row.kind](row)


def _about(kind: str, to, help: str):
    return identifiers(lambda row: row.about(kind), to, help)


# Of a portal.search_results.Result.
result = Shape(
    "SearchResult",
    _("A result of a search, with the identifiers of what it is about."),
    {
        "id": text("entry.slug", _("Identifier of what was found.")),
        "url": value("entry.url", {"type": "string", "format": "uri"}, _("Address of its page.")),
        "kind": shapes.choice("entry.kind", EntryKind, _("Kind of what was found.")),
        "title": text("title", _("Title.")),
        "date": text(lambda row: str(row.entry.date), _("Date; EDTF.")),
        "until": text(lambda row: str(row.entry.until), _("End; EDTF.")),
        "pair": shapes.identifier("pair", Relation, _("The pair.")),
        "countries": _about("country", Country, _("Countries.")),
        "topics": _about("topic", Topic, _("Topics.")),
        "status": value(
            lambda row: row.treaty.status if row.treaty else None,
            {"type": ["string", "null"], "enum": [*Status.values, "", None]},
            _("Status of a treaty today."),
        ),
        "sources": _about("source", Source, _("Sources.")),
        "language": text("entry.language", _("Language of a text; a BCP 47 tag.")),
        "extract": text(
            lambda row: " ".join("".join(part for part, _marked in row.extract).split()),
            _("About 30 words around what matches."),
        ),
    },
)
