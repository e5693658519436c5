"""The public representation of figures and traded goods."""

from decimal import Decimal

from core.dates import Edtf
from core.numerals import Numeral
from relations.models import Country
from sources import serializers
from sources.models import Source
from trade.balance import Observation
from trade.goods import Goods
from trade.mirror import Reflection
from trade.models import Figure, Indicator
from trade.quantities import columns
from trade.rankings import Rank, Ranking


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
            "value": Numeral.of(row.value),
            # The upper end of a range; "value" is its lower end.
            "upper": None if row.upper is None else Numeral.of(row.upper),
            "unit": row.unit,
            "scale": row.scale,
            "qualifier": row.qualifier,
            "valuation": row.valuation,
            "basis": row.basis,
            "status": row.status,
            "covers": row.coverage,
            "vintage": row.vintage.isoformat() if row.vintage else None,
            # The day of the latest list of the source that repeats the value.
            "confirmed": row.confirmed.isoformat() if row.confirmed else None,
        }
        | {"citation": serializers.reference(row)}
    )


def traded_good(row) -> dict:
    return _statement(row) | {
        "goods": row.name,
        "order": row.rank,
        "citation": serializers.reference(row),
    }


def reflection(row) -> dict:
    """Both reports of one number; gap and ratio are empty unless both exist."""
    return {
        "year": row.year,
        "commodity": _goods(row.commodity),
        "from": row.seller.slug,
        "to": row.buyer.slug,
        "unit": (row.exports or row.imports).figure.unit,
        **_report("exports", row.exports),
        **_report("imports", row.imports),
        **columns("gap", row.gap),
        **columns("ratio", row.ratio, 4),
        "not_reported_by": row.silent.slug if row.silent else "",
    }


def _report(name: str, report) -> dict:
    return {
        **columns(name, report and report.quantity),
        f"{name}_valuation": report.figure.valuation if report else "",
        f"{name}_figure": report.figure.slug if report else "",
    }


def rank(ranking, row) -> dict:
    """A place in a ranking; each repeats the stated world total, which is in no sum."""
    return {
        "place": row.place,
        "country": ranking.country.slug,
        "partner": row.partner.slug,
        "flow": ranking.flow,
        "commodity": str(ranking.goods),
        "year": ranking.year,
        **columns("value", row.observation.quantity),
        "unit": row.observation.figure.unit,
        **columns("share_of_partners", row.share, 4),
        "partners": len(ranking.rows),
        **columns("sum_of_partners", ranking.total),
        **columns("world_as_stated", ranking.world and ranking.world.quantity),
        "figure": row.observation.figure.slug,
    }


def _example() -> Observation:
    """A number without content, for the columns of files that have no rows."""
    country, source, zero = Country(slug="x"), Source(slug="x"), Decimal()
    sides = {"from_country": country, "to_country": country}
    indicator, period = Indicator(), Edtf.parse("2000")
    figure = Figure(
        slug="x", indicator=indicator, period=period, value=zero, source=source, **sides
    )
    return Observation(zero, zero, zero, (figure,))


def figure_columns() -> list[str]:
    return list(figure(_example().figure))


def reflection_columns() -> list[str]:
    number = _example()
    country = number.figure.from_country
    return list(reflection(Reflection(country, country, 2000, None, number, number)))


def rank_columns() -> list[str]:
    number = _example()
    country = number.figure.from_country
    ranking = Ranking(country, "", 2000, Goods(), (), None, None, 0, ())
    return list(rank(ranking, Rank(1, country, number, None)))
