"""Figures in the vocabulary of schema.org."""

from decimal import Decimal

from core import linked_data
from core.linked_data import brief, date_value
from relations.linked_data import COUNTRY
from sources.linked_data import claim, type_of


def figure(row) -> dict:
    """A figure as an observation. The value of "more than" is a minimum, that of "less than" a
    maximum, and a range has both."""
    low, high = row.bounds or (None, None)
    bounds = {"minValue": _number(low), "maxValue": _number(high)}
    exact = low == high
    details = {
        "period": f"{row.period}/{row.period_until}" if row.period_until else "",
        "reporter": row.stated_by,
        "goods": str(row.commodity or ""),
        "qualifier": row.qualifier,
        "valuation": row.valuation,
        "basis": row.basis,
        "status": row.status,
        "covers": row.coverage,
        "vintage": row.vintage and row.vintage.isoformat(),
        "excluded from sums": row.excluded,
    }
    values = {
        "name": str(row),
        "observationAbout": [_side(row.origin), _side(row.destination)],
        "variableMeasured": row.indicator.name,
        "observationDate": date_value(row.period) if not row.period_until else None,
        "value": _number(row.value) if exact else None,
        "unitText": row.unit,
        "additionalProperty": [
            linked_data.property_value(name, value) for name, value in details.items() if value
        ],
    } | ({} if exact else bounds)
    source = brief(row.source, type_of(row.source))
    return linked_data.about(row, "Observation", values, [source], [claim(row, "supports")])


def _side(side) -> dict:
    """A country, or an area that is not one, as a place by its name."""
    return brief(side, COUNTRY) if hasattr(side, "slug") else linked_data.place(str(side))


def _number(value: Decimal | None) -> str | None:
    """A number with all its digits: as text, since numbers of JSON may be rounded."""
    return None if value is None else f"{value.normalize():f}"
