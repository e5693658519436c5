"""What the page of a timeline shows: entries with their evidence, and the band over the years."""

from core.dates import today
from portal import band, timeline
from portal.entries import dress
from portal.filters import TimelineFilter
from portal.footnotes import footnotes
from portal.reading import ALL, Reading
from relations.models import Relation
from relations.models.record import RecordQuerySet


def leaf(
    pair: Relation,
    strands: list[RecordQuerySet],
    filters: list[TimelineFilter],
    reading: Reading,
) -> dict:
    """One page of a pair's timeline as plain data, in a number of queries that does not depend on
    how much there is. Where a filter has a value that cannot be it holds no entries."""
    valid = filters[0].is_valid()
    rows = [found.qs for found in filters] if valid else []
    page = reading.page(rows)
    dress(page.entries, pair, today())
    return {
        "pair": pair,
        "filterset": filters[0],
        "valid": valid,
        "page": page,
        "order": reading.order,
        "reading": reading,
        "footnotes": footnotes(page.entries, reading.notes),
        "day": today(),
        "most": ALL,
        **(_counted(strands, filters, rows, reading) if valid else {}),
    }


def _counted(strands, filters, rows, reading) -> dict:
    """How many entries the filters leave, the years that have some, and the band."""
    counts = timeline.overview([found.of_any_year for found in filters])
    first, last = filters[0].years
    # Of the years that are picked also what may fall into them, under the years that list it.
    within = timeline.overview(rows) if first or last else counts
    listed = [year for year, _kind, _count in counts if year]
    narrowed = any(name not in TimelineFilter.YEARS for name in filters[0].chosen)
    span = timeline.span(strands) if narrowed or not listed else (min(listed), max(listed))
    found = {
        "chosen": filters[0].in_words(),
        "anything": bool(span or counts),
        "total": sum(count for _year, _kind, count in within),
        "years": list(dict.fromkeys(year for year, _kind, _count in within))[
            :: 1 if reading.oldest_first else -1
        ],
    }
    if span:
        whole = band.Years(*span)
        picked = band.picked_years(first, last, whole)
        found["band"] = band.band(counts, whole, reading.zoom, picked)
    return found
