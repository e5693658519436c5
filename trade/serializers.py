"""The public representation of figures and traded goods."""

from sources import serializers


def _statement(row) -> dict:
    return {
        "id": row.slug,
        "url": row.get_absolute_url(),
        "from": row.from_country.slug if row.from_country_id else None,
        "to": row.to_country.slug if row.to_country_id else None,
        "period": str(row.period),
        "period_until": str(row.period_until),
        "commodity": _goods(row.commodity),
    }


def withdrawn(row, revision) -> dict:
    """The content that stays at the URL of a figure withdrawn with this revision."""
    return {
        "id": row.slug,
        "title": str(row),
        "withdrawn_on": revision.at.date().isoformat() if revision else None,
        "reason": revision.reason if revision else "",
    }


def _goods(commodity) -> str:
    if commodity is None:
        return "TOTAL"
    return f"{commodity.classification}{commodity.revision}:{commodity.code}"


def figure(row) -> dict:
    """A figure; `value` is an exact string in whole units, `scale` the stated power of ten."""
    return (
        _statement(row)
        | {
            "indicator": row.indicator.slug,
            "reporter": row.reporter.slug if row.reporter else None,
            # UN Comtrade's code, if a side is an area instead of a country.
            "from_area": row.from_area,
            "to_area": row.to_area,
            "reporter_area": row.reporter_area,
            "excluded_from_sums": row.excluded,
            "value": f"{row.value.normalize():f}",
            # The upper end of a range; "value" is its lower end.
            "upper": None if row.upper is None else f"{row.upper.normalize():f}",
            "unit": row.unit,
            "scale": row.scale,
            "qualifier": row.qualifier,
            "valuation": row.valuation,
            "basis": row.basis,
            "status": row.status,
            "covers": row.coverage,
            "vintage": row.vintage.isoformat() if row.vintage else None,
        }
        | {"citation": serializers.reference(row)}
    )


def traded_good(row) -> dict:
    return _statement(row) | {
        "goods": row.name,
        "order": row.rank,
        "citation": serializers.reference(row),
    }


def _number(value) -> str:
    return "" if value is None else f"{value.normalize():f}"


def reflection(row) -> dict:
    """Both reports of one number; gap and ratio are empty unless both exist."""
    return {
        "year": row.year,
        "commodity": _goods(row.commodity),
        "from": row.seller.slug,
        "to": row.buyer.slug,
        "unit": (row.exports or row.imports).figure.unit,
        "exports": _number(row.exports.value if row.exports else None),
        "exports_valuation": row.exports.figure.valuation if row.exports else "",
        "exports_figure": row.exports.figure.slug if row.exports else "",
        "imports": _number(row.imports.value if row.imports else None),
        "imports_valuation": row.imports.figure.valuation if row.imports else "",
        "imports_figure": row.imports.figure.slug if row.imports else "",
        "gap": _number(row.gap),
        "ratio": f"{row.ratio:.4f}" if row.ratio is not None else "",
        "not_reported_by": row.silent.slug if row.silent else "",
    }


def rank(ranking, row) -> dict:
    """A place in a ranking; each repeats the stated world total, which is in no sum."""
    return {
        "place": row.place,
        "country": ranking.country.slug,
        "partner": row.partner.slug,
        "flow": ranking.flow,
        "year": ranking.year,
        "value": _number(row.observation.value),
        "unit": row.observation.figure.unit,
        "share_of_partners": f"{row.share:.4f}",
        "partners": len(ranking.rows),
        "sum_of_partners": _number(ranking.total),
        "world_as_stated": _number(ranking.world.value if ranking.world else None),
        "figure": row.observation.figure.slug,
    }
