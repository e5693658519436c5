"""The fields of figures and classes of goods that a mapping of a list can set."""

from collections.abc import Iterator
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from sources.mappings.keys import Field, FieldType, ListKind, Problem, model_fields
from trade.measure_columns import problems_of, sets
from trade.models import Commodity, Figure

TEXT, COUNTRY, ORGANIZATION = FieldType.TEXT, FieldType.COUNTRY, FieldType.ORGANIZATION
(VALUE,) = model_fields(Figure, "value", required=("value",))
(UPPER,) = model_fields(Figure, "upper")

SIDES, STATED = ("from_country", "to_country"), ("reporter", "partner")


def side(name: str, meaning: str, is_of_figure: bool) -> Field:
    """A field that names a country or area; those of a figure are needed if the mapping names no
    reporter and partner."""
    unless = STATED if is_of_figure else ()
    return Field(name, COUNTRY, meaning, is_of_figure, unless=unless, stored=is_of_figure)


def problems(content: dict) -> Iterator[Problem]:
    """Further mistakes in a mapping of figures."""
    yield from problems_of(content, FIGURE.names)
    given = set(sets(content))
    for name in ("columns", "constants", "templates"):
        given |= {*content[name]} if isinstance(content.get(name), dict) else set()
    if stated := given.intersection(STATED):
        for name in set(STATED) - stated:
            words = _("The mapping does not set “%s”, which is needed.")
            yield Problem("[columns]", words % name)
        for name in sorted(given & {*SIDES, "reporter_country"}):
            words = _("A mapping with “reporter” and “partner” cannot set “%s”.")
            yield Problem("[columns]", words % name)
    if {"flow", "indicator"} <= given:
        yield Problem("[columns]", _("A mapping sets “flow” or “indicator”, not both."))


FIGURE = ListKind(
    "figure",
    Figure,
    _("a number"),
    (
        Field(
            *("indicator", TEXT, _("The slug of the indicator."), True),
            unless=("flow",),
            stored=False,
        ),
        Field(
            "flow",
            TEXT,
            _("The indicator, with “reporter” and “partner”: exports, imports, re-exports …"),
            stored=False,
        ),
        side("from_country", _("The country or area from which it goes."), True),
        side("to_country", _("The country or area to which it goes."), True),
        side("reporter", _("The country or area that states it, and one of the two sides."), False),
        side("partner", _("The other side: a country, or an area such as World."), False),
        *model_fields(Figure, "period", required=("period",)),
        replace(VALUE, column_only=True),
        *model_fields(Figure, "unit", required=("unit",)),
        Field("reporter_country", COUNTRY, _("The country or area that states it.")),
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
    problems,
    sets,
)
COMMODITY = ListKind(
    "commodity",
    Commodity,
    _("a class of goods"),
    (
        Field("code", TEXT, _("The code, with or without points."), True),
        Field("name", TEXT, _("The name of the class."), True),
        Field("classification", TEXT, _("HS or SITC, or UN Comtrade’s code, such as H6 or S4.")),
        Field("revision", TEXT, _("The revision, such as 2022; not needed beside H6.")),
    ),
)
KINDS = {kind.name: kind for kind in (FIGURE, COMMODITY)}
