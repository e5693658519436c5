"""The fields of figures that a mapping of a list can set."""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from sources.mapping_keys import Field, FieldType, ListKind, model_fields
from trade.models import Figure

TEXT, COUNTRY, ORGANIZATION = FieldType.TEXT, FieldType.COUNTRY, FieldType.ORGANIZATION
(VALUE,) = model_fields(Figure, "value", required=("value",))
(UPPER,) = model_fields(Figure, "upper")

FIGURE = ListKind(
    "figure",
    Figure,
    _("a number"),
    (
        Field("indicator", TEXT, _("The slug of the indicator."), True, stored=False),
        Field("from_country", COUNTRY, _("The country from which it goes."), True),
        Field("to_country", COUNTRY, _("The country to which it goes."), True),
        *model_fields(Figure, "period", required=("period",)),
        replace(VALUE, column_only=True),
        *model_fields(Figure, "unit", required=("unit",)),
        Field("reporter_country", COUNTRY, _("The country that states it.")),
        Field("reporter_organization", ORGANIZATION, _("The organization that states it.")),
        Field(
            "commodity",
            TEXT,
            _("The code of the goods in the classification of the mapping."),
            stored=False,
        ),
        *model_fields(Figure, "period_until"),
        Field(
            "scale",
            TEXT,
            _("What the values are in: 0, 3, 6, 9, 12, or a word: million."),
            stored=False,
        ),
        *model_fields(Figure, "valuation", "basis", "status", "qualifier"),
        replace(UPPER, column_only=True),
        *model_fields(Figure, "coverage", "attribution", "note"),
    ),
)
KINDS = {FIGURE.name: FIGURE}
