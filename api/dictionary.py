"""The data dictionary: every value of every list, as a page and as files."""

from dataclasses import dataclass

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from api.resources import RESOURCES, by_model
from api.schema import SHAPES
from core.exports import download, file_name
from core.parameters import accepts
from core.shapes import LABELS, Shape, Value, text


@dataclass(frozen=True, slots=True)
class Entry:
    """A value of a shape."""

    shape: Shape
    name: str
    value: Value

    @property
    def kind(self) -> str:
        """Its type in words of JSON Schema: "array of Citation", "string (date) or null"."""
        return in_words(self.value.schema)

    @property
    def choices(self) -> list[tuple[str, str]]:
        """The values that it may have, each with what it means if that says more."""
        labels = self.value.schema.get(LABELS, {})
        found = self.value.schema.get("enum", ())
        meant = [(str(choice), labels.get(choice, "")) for choice in found]
        return [
            (choice, "" if label == choice.replace("_", " ") else label) for choice, label in meant
        ]

    @property
    def refers_to(self) -> str:
        """The list of the rows whose identifiers it holds."""
        resource = by_model().get(self.value.to)
        return resource.name if resource else ""


def in_words(schema: dict) -> str:
    """The type of a JSON Schema in words."""
    if "$ref" in schema:
        return schema["$ref"].rpartition("/")[2]
    kinds = schema.get("type", _("any"))
    kinds = kinds if isinstance(kinds, list) else [kinds]
    words = [
        _("array of %(items)s") % {"items": in_words(schema["items"])} if kind == "array" else kind
        for kind in kinds
    ]
    if form := schema.get("format"):
        words[0] = f"{words[0]} ({form})"
    return _(" or ").join(words)


COLUMN = Shape(
    "Column",
    "A value of a list or of a part.",
    {
        "table": text(lambda row: row.shape.name, "The kind of row, or of part."),
        "column": text(
            "name", "The name of the value: the column in CSV and XLSX, the key in JSON."
        ),
        "type": text("kind", "Its type."),
        "choices": text(
            lambda row: " ".join(one for one, _label in row.choices), "The values that it may have."
        ),
        "refers_to": text("refers_to", "The list whose identifiers it holds."),
        "meaning": text(lambda row: str(row.value.help), "What it means."),
    },
)


def entries(shape: Shape) -> list[Entry]:
    return [Entry(shape, name, value) for name, value in shape.values.items()]


@accepts()
@require_safe
def columns(request, form="html"):
    """The values of all lists and of their parts."""
    if form != "html":
        rows = (COLUMN(row) for shape in SHAPES for row in entries(shape))
        name = file_name("columns", None, form)
        return download(request, rows, form, name, COLUMN.columns)
    lists = {resource.shape.name: resource.name for resource in RESOURCES}
    tables = [(shape, lists.get(shape.name, ""), entries(shape)) for shape in SHAPES]
    return render(request, "api/columns.html", {"tables": tables})
