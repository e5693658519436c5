"""The public representation of figures and traded goods."""

from collections.abc import Callable
from functools import partial

from django.utils.translation import gettext_lazy as _

from core import shapes
from core.numerals import Numeral
from core.shapes import (
    ID,
    URL,
    Shape,
    Value,
    column,
    identifier,
    integer,
    one,
    text,
    value,
)
from relations.models import Country
from sources.serializers import reference
from trade.models import Commodity, Figure, Indicator, TradedGood
from trade.quantities import columns


def _goods(commodity) -> str:
    if commodity is None:
        return "TOTAL"
    return f"{commodity.classification}{commodity.revision}:{commodity.code}"


def _statement(model) -> dict[str, Value]:
    return {
        "id": ID,
        "url": URL,
        "from": identifier("from_country", Country, _("The country from which it goes.")),
        "to": identifier("to_country", Country, _("The country to which it goes.")),
        "period": column(model, "period", _("The period, or its first part; EDTF.")),
        "period_until": column(model, "period_until", _("The last part of the period; EDTF.")),
        "commodity": text(
            lambda row: _goods(row.commodity), _("The goods, such as HS2017:27, or TOTAL.")
        ),
    }


def withdrawn(row, revision) -> dict:
    """The content that stays at the URL of a figure withdrawn with this revision."""
    return {
        "id": row.slug,
        "title": str(row),
        "withdrawn_on": revision.at.date().isoformat() if revision else None,
        "reason": revision.reason if revision else "",
    }


def _number(name: str, help: str) -> Value:
    """A number as exact text; null if there is none."""

    def read(row):
        found = getattr(row, name)
        return None if found is None else Numeral.of(found)

    return value(read, shapes.NUMBER, help)


_CITATION = one(reference, help=_("Where it was read."))

figure = Shape(
    "Figure",
    _("A number that a source states about two countries or areas."),
    _statement(Figure)
    | {
        "indicator": identifier("indicator", Indicator, _("What it measures.")),
        "reporter": value(
            lambda row: row.reporter.slug if row.reporter else None,
            {"type": ["string", "null"]},
            _("The country or organization that reports it."),
        ),
        "from_area": column(
            Figure, "from_area", _("UN Comtrade's code of the area from which it goes.")
        ),
        "to_area": column(Figure, "to_area", _("UN Comtrade's code of the area to which it goes.")),
        "reporter_area": column(
            Figure, "reporter_area", _("UN Comtrade's code of the area that reports it.")
        ),
        "excluded_from_sums": column(
            Figure, "excluded", _("Why it is in no sum; empty if it is in sums.")
        ),
        "value": _number("value", _("The number in whole units; of a range, its lower end.")),
        "upper": _number("upper", _("The upper end of a range.")),
        "unit": column(Figure, "unit"),
        "scale": column(Figure, "scale", _("The power of ten in which it is stated.")),
        "qualifier": column(Figure, "qualifier"),
        "valuation": column(Figure, "valuation"),
        "basis": column(Figure, "basis"),
        "status": column(Figure, "status"),
        "covers": column(Figure, "coverage"),
        "vintage": column(Figure, "vintage"),
        "confirmed": column(Figure, "confirmed"),
        "citation": _CITATION,
    },
)

traded_good = Shape(
    "TradedGood",
    _("Goods that a source names among those traded between two countries."),
    _statement(TradedGood)
    | {
        "goods": column(TradedGood, "name"),
        "order": column(TradedGood, "rank"),
        "citation": _CITATION,
    },
)

# Of a commodity with its `key`.
commodity = Shape(
    "Commodity",
    _("A class of goods in a classification."),
    {
        "id": text("key", _("Classification, revision and code, as figures name it: HS2017:27.")),
        "classification": column(Commodity, "classification"),
        "revision": column(Commodity, "revision"),
        "code": column(Commodity, "code"),
        "name": column(Commodity, "name"),
    },
)

indicator = Shape(
    "Indicator",
    _("What figures measure."),
    {
        "id": ID,
        "name": column(Indicator, "name"),
        "measure": column(Indicator, "measure"),
        "directed": column(Indicator, "directed"),
        "signed": column(Indicator, "signed"),
        "description": column(Indicator, "description"),
    },
)


def _quantity(name: str, read: Callable, help: str, places: int | None = None) -> dict[str, Value]:
    """A computed number as three values: the number, its qualifier, and the upper end of a range;
    all empty if there is none."""

    def cell(key, row):
        return columns(name, read(row), places)[key]

    helps = (help, _("Its qualifier, such as “about”."), _("The upper end, of a range."))
    return {
        key: text(partial(cell, key), words)
        for key, words in zip(columns(name, None), helps, strict=True)
    }


def _report(name: str, help: str) -> dict[str, Value]:
    """What one side reports, read from the report of this name."""

    def report(row):
        return getattr(row, name)

    return {
        **_quantity(name, lambda row: report(row) and report(row).quantity, help),
        f"{name}_valuation": text(
            lambda row: report(row).figure.valuation if report(row) else "", _("Its valuation.")
        ),
        f"{name}_figure": text(
            lambda row: report(row).figure.slug if report(row) else "", _("The figure.")
        ),
    }


reflection = Shape(
    "MirrorComparison",
    _("Both reports of one trade flow: gap and ratio are empty unless both exist."),
    {
        "year": integer("year", _("The year.")),
        "commodity": text(lambda row: _goods(row.commodity), _("The goods, or TOTAL.")),
        "from": identifier("seller", Country, _("The exporting country.")),
        "to": identifier("buyer", Country, _("The importing country.")),
        "unit": text(lambda row: (row.exports or row.imports).figure.unit, _("The unit.")),
        **_report("exports", _("Exports as the seller reports them.")),
        **_report("imports", _("Imports as the buyer reports them.")),
        **_quantity("gap", lambda row: row.gap, _("Imports less exports.")),
        **_quantity("ratio", lambda row: row.ratio, _("Imports divided by exports."), 4),
        "not_reported_by": text(
            lambda row: row.silent.slug if row.silent else "", _("The side without a report.")
        ),
    },
)

# Of a pair of a ranking and one of its rows; each repeats the stated world total, which is in no
# sum.
rank = Shape(
    "Rank",
    _("A partner's place among the partners of a country."),
    {
        "place": integer(lambda found: found[1].place, _("The place.")),
        "country": text(lambda found: found[0].country.slug, _("The country.")),
        "partner": text(lambda found: found[1].partner.slug, _("The partner.")),
        "flow": text(lambda found: found[0].flow, _("Exports, imports or turnover.")),
        "commodity": text(lambda found: str(found[0].goods), _("The goods, or TOTAL.")),
        "year": integer(lambda found: found[0].year, _("The year.")),
        **_quantity(
            "value", lambda found: found[1].observation.quantity, _("What the country reports.")
        ),
        "unit": text(lambda found: found[1].observation.figure.unit, _("The unit.")),
        **_quantity(
            "share_of_partners",
            lambda found: found[1].share,
            _("Its share in the sum of partners, in per cent."),
            4,
        ),
        "partners": integer(lambda found: len(found[0].rows), _("The number of partners.")),
        **_quantity("sum_of_partners", lambda found: found[0].total, _("The sum of partners.")),
        **_quantity(
            "world_as_stated",
            lambda found: found[0].world and found[0].world.quantity,
            _("The total with the world that the country states."),
        ),
        "figure": text(lambda found: found[1].observation.figure.slug, _("The figure.")),
    },
)
