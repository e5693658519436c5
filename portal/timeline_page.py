"""The timeline page: the reader's position, the entries shown there, links and exports."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import chain

from django.db.models import Q
from django.http import Http404, HttpRequest, QueryDict
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from core.dates import today
from core.related import Known
from portal import band, timeline
from portal.band import Years, ZoomError
from portal.entry_files import EntryFiles
from portal.filters import TimelineFilter
from portal.footnotes import footnotes
from portal.serializers import SHAPES
from portal.timeline import PAGE, Cursor, CursorError, Page, page, page_at, place_of
from relations.models import (
    Country,
    Disagreement,
    Kind,
    Organization,
    Person,
    Record,
    Relation,
)
from relations.models.record import RecordQuerySet
from sources.models import Source
from treaties.standings import Standings

ORDERS = ("newest", "oldest")
# Parameters that set a position; links to another position leave them out.
PLACES = ("after", "before", "at", "near", "year", "notes")
# All parameters besides the filters.
POSITION = (*PLACES, "order", "show", "zoom")
# The size of a page that shows all entries, for example for a hand-out.
ALL = 1000
# The value of `year` for entries without a date.
UNDATED = "unknown"
# How many entries an export fetches at once: few queries, and little memory.
IN_FILES = 2000
# The models of rows that one export fetches once: many entries name the same.
SHARED = (Country, Organization, Person, Relation, Source)
# Rules whose rival values include other records of the pair.
OF_EVENTS = (Disagreement.Rule.RIVAL_DATES, Disagreement.Rule.ANNIVERSARY)


@dataclass(frozen=True, slots=True)
class Position:
    """The order, the position, the zoom of the band, the number of sources already numbered, and
    the page size.

    The position is beyond a cursor, at an entry (`at` highlights it, `near` does not), or at the
    beginning of a year.
    """

    order: str
    beyond: dict[str, Cursor]
    start: Cursor | None
    at: str
    year: str
    zoom: Years | None
    notes: int
    size: int

    @property
    def oldest_first(self) -> bool:
        return self.order == "oldest"

    def page(self, rows: list[RecordQuerySet], known: Known) -> Page:
        """The requested page of entries, which share the rows in `known`."""
        options = {"oldest_first": self.oldest_first, "size": self.size, "known": known}
        if self.start:
            return page_at(rows, self.start, full=not self.year, **options)
        return page(rows, **self.beyond, **options)


def read_position(query: QueryDict, streams: list[RecordQuerySet]) -> Position:
    """The position that the URL asks for. Raises Http404 with the reason if a parameter is
    invalid."""
    order = query.get("order", ORDERS[0])
    if order not in ORDERS:
        raise Http404(_("The order must be “newest” or “oldest”."))
    if query.get("show", "all") != "all":
        raise Http404(_("The value of “show” must be “all”."))
    return Position(
        order=order,
        beyond=_beyond(query),
        start=_start(query, streams, order == "oldest"),
        at=query.get("at", ""),
        year=query.get("year", ""),
        zoom=_zoom(query),
        notes=_number(query.get("notes", "0")),
        size=ALL if "show" in query else PAGE,
    )


def _beyond(query) -> dict[str, Cursor]:
    try:
        return {name: Cursor.parse(query[name]) for name in ("after", "before") if name in query}
    except CursorError as error:
        raise Http404(
            _("“%(place)s” is not a position in a timeline.") % {"place": error}
        ) from error


def _start(query, streams, oldest_first) -> Cursor | None:
    if slug := query.get("at") or query.get("near"):
        return _entry(slug, streams)
    return _year(query["year"], oldest_first) if query.get("year") else None


def _entry(slug, streams) -> Cursor:
    place = None if "\0" in slug else place_of(streams, slug)
    if place is None:
        raise Http404(_("This timeline has no entry “%(slug)s”.") % {"slug": slug})
    return place


def _year(text, oldest_first) -> Cursor:
    if text == UNDATED:
        return Cursor.of_year(None, oldest_first)
    if not (text.isdecimal() and text.isascii() and len(text) <= 4 and int(text) >= 1):
        raise Http404(_("“%(year)s” is not a year.") % {"year": text})
    return Cursor.of_year(int(text), oldest_first)


def _zoom(query) -> Years | None:
    try:
        return Years.parse(query["zoom"]) if query.get("zoom") else None
    except ZoomError as error:
        raise Http404(
            _("“%(years)s” is not a span of years such as 1990-2005.") % {"years": error}
        ) from error


def _number(text) -> int:
    if not (text.isdecimal() and text.isascii() and len(text) < 7):
        raise Http404(_("“%(text)s” is not a number of sources.") % {"text": text})
    return int(text)


def timeline_context(
    pair: Relation,
    streams: list[RecordQuerySet],
    filters: list[TimelineFilter],
    position: Position,
) -> dict:
    """One page of a pair's timeline as plain data. The number of queries does not depend on the
    amount of data. With an invalid filter the page has no entries."""
    valid = filters[0].is_valid()
    rows = [found.qs for found in filters] if valid else []
    found = position.page(rows, pair.known())
    annotate(found.entries, pair, today())
    return {
        "pair": pair,
        "filterset": filters[0],
        "valid": valid,
        "page": found,
        "order": position.order,
        "position": position,
        "footnotes": footnotes(found.entries, position.notes),
        "day": today(),
        "most": ALL,
        "swapped": _swapped(filters[0]),
        **(_counted(streams, filters, rows, position) if valid else {}),
    }


def _counted(streams, filters, rows, position) -> dict:
    """The number of matching entries, the years that have some, and the band."""
    counts = timeline.overview([found.of_any_year for found in filters])
    first, last = filters[0].years
    # The year filter also finds entries that may fall into the years; they count under the year
    # that lists them.
    within = timeline.overview(rows) if first or last else counts
    narrowed = any(name not in TimelineFilter.YEARS for name in filters[0].chosen)
    # The years and lanes of the band are those of the whole pair, so that it stays in place.
    everything = timeline.overview(streams) if narrowed else counts
    listed = [year for year, _kind, _count in everything if year]
    found = {
        "chosen": filters[0].in_words(),
        "anything": bool(everything),
        "total": sum(count for _year, _kind, count in within),
        "years": list(dict.fromkeys(year for year, _kind, _count in within))[
            :: 1 if position.oldest_first else -1
        ],
    }
    if listed:
        whole = band.Years(min(listed), max(listed))
        picked = band.picked_years(first, last, whole)
        kinds = {kind for _year, kind, _count in everything}
        found["band"] = band.band(counts, whole, position.zoom, picked, kinds)
    return found


def annotate(entries: list[Record], pair: Relation, day: date) -> None:
    """Set `disputes` on each entry (the current disagreements about it), and on the treaty of each
    action its status between the countries on a day. Four queries for all entries."""
    treaties = {entry.treaty_id: entry.treaty for entry in entries if entry.kind == Kind.ACTION}
    if treaties:
        Standings(treaties, day, pair.country_a, pair.country_b).annotate(
            entry.treaty for entry in entries if entry.kind == Kind.ACTION
        )
    found = _disagreements(entries, pair)
    for entry in entries:
        entry.disputes = [
            row for row, slugs in found if row.record_id == entry.pk or entry.slug in slugs
        ]


def _disagreements(entries, pair) -> list[tuple[Disagreement, set[str]]]:
    """The disagreements about these entries or their treaties, with the slugs of rival records."""
    subjects = {entry.pk for entry in entries}
    subjects |= {entry.treaty_id for entry in entries if entry.kind == Kind.ACTION}
    about = Q(record__in=subjects)
    if pair.pk:
        about |= Q(relation=pair, rule__in=OF_EVENTS)
    rows = Disagreement.objects.present().filter(about).order_by("title", "id")
    return [(row, set(row.member_slugs)) for row in rows]


def links(request: HttpRequest) -> dict:
    """The URL, and the parts of its query that links keep when they set another parameter."""
    asked = [(name, value) for name, values in request.GET.lists() for value in values if value]

    def without(*names: str) -> str:
        return urlencode([(name, value) for name, value in asked if name not in names])

    def before_more(*names: str) -> str:
        """The query to which a link appends its own parameter."""
        return f"{query}&" if (query := without(*names)) else ""

    return {
        "address": request.build_absolute_uri(),
        "kept": [(name, value) for name, value in asked if name not in PLACES],
        "query": without(*PLACES),
        "file_query": urlencode(
            [row for row in asked if row[0] == "order" or row[0] in TimelineFilter.base_filters]
        ),
        "query_of_filters": urlencode(
            [row for row in asked if row[0] in TimelineFilter.base_filters]
        ),
        "query_without_years": without(*PLACES, *TimelineFilter.YEARS),
        "more_query": before_more(*PLACES),
        "order_query": before_more(*PLACES, "order"),
        "years_query": before_more(*PLACES, *TimelineFilter.YEARS),
        "zoom_query": before_more("zoom"),
    }


def _swapped(filterset: TimelineFilter) -> str:
    """The selectors of the parts, besides the entries, that a script takes from a response."""
    errors = [f"#errors-{field.name}" for field in filterset.form.visible_fields()]
    return ",".join(["#overview", "#filters-set", *errors])


def columns_of(rows: list[RecordQuerySet], streams: list[RecordQuerySet]) -> list[str]:
    """The columns of a CSV export: those of every kind of entry that occurs; without entries, those
    of the pair without filters (`streams`), or else of any pair."""
    anywhere = Record.objects.published().exclude(kind=Kind.TREATY)
    kinds = _kinds(rows) or _kinds(streams) or _kinds([anywhere])
    return list(dict.fromkeys(chain.from_iterable(SHAPES[kind].columns for kind in kinds)))


def _kinds(rows: list[RecordQuerySet]) -> list[str]:
    """The kinds that occur in each of these querysets."""
    found = [{*stream.order_by().values_list("kind", flat=True).distinct()} for stream in rows]
    return [kind for kinds in found for kind in Kind.values if kind in kinds]


def all_entries(rows: list[RecordQuerySet], oldest_first: bool, form: str = "json") -> Iterator:
    """All entries as a format of files needs them, by default as dicts, fetched page by page, so
    that memory use stays constant. Pages share the rows of which there are few."""
    after, known = None, {}
    while True:
        found = page(
            rows,
            after=after,
            oldest_first=oldest_first,
            size=IN_FILES,
            with_related=True,
            known=known,
        )
        yield from (EntryFiles.content(entry, form) for entry in found.entries)
        if not found.next:
            return
        after = found.next
        known = {model: of_model for model, of_model in known.items() if model in SHARED}
