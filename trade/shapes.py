"""What the world sees of figures and traded goods."""

from sources import shapes


def _statement(row) -> dict:
    return {
        "id": row.slug,
        "url": row.get_absolute_url(),
        "from": row.from_country.slug,
        "to": row.to_country.slug,
        "period": str(row.period),
        "period_until": str(row.period_until),
        "commodity": (
            f"{row.commodity.classification}{row.commodity.revision}:{row.commodity.code}"
            if row.commodity_id
            else "TOTAL"
        ),
    }


def figure(row) -> dict:
    """The value is a string of digits in whole units, exact; `scale` the stated power of ten."""
    return (
        _statement(row)
        | {
            "indicator": row.indicator.slug,
            "reporter": row.reporter.slug if row.reporter else None,
            "value": f"{row.value.normalize():f}",
            "unit": row.unit,
            "scale": row.scale,
            "qualifier": row.qualifier,
            "valuation": row.valuation,
            "basis": row.basis,
            "status": row.status,
            "covers": row.coverage,
            "vintage": row.vintage.isoformat() if row.vintage else None,
        }
        | {"citation": shapes.reference(row)}
    )


def traded_good(row) -> dict:
    return _statement(row) | {
        "goods": row.name,
        "order": row.rank,
        "citation": shapes.reference(row),
    }
