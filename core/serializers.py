"""The public data of the log of public changes."""

from django.utils.translation import gettext_lazy as _

from core import shapes
from core.models import PublicChange
from core.shapes import Shape, integer, text, value

change = Shape(
    "PublicChange",
    _("The latest change of a row that readers see or saw."),
    {
        "number": integer("pk", _("Position in the log; the next request goes on from it.")),
        "kind": text("kind", _("The kind of row, such as visit or figure.")),
        "id": text("key", _("The identifier of the row.")),
        "action": shapes.choice("action", PublicChange.Action, _("What happened to it.")),
        "into": text("into", _("The identifier of the row into which it was merged.")),
        "at": value(lambda row: row.at.isoformat(), shapes.MOMENT, _("When.")),
    },
)
