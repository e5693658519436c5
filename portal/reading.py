"""Where in a timeline a reader is, as the address says it."""

from dataclasses import dataclass

from django.http import Http404, QueryDict
from django.utils.translation import gettext as _

from portal.band import Years, ZoomError
from portal.timeline import PAGE, Cursor, CursorError, Page, page, page_at, place_of
from relations.models.record import RecordQuerySet

ORDERS = ("newest", "oldest")
# What names a place; links that lead to another leave these out.
PLACES = ("after", "before", "at", "near", "year", "notes")
# So many entries stand on a page that is asked to show all, as for a hand-out.
ALL = 1000
# How a year jump names the entries without a date.
UNDATED = "unknown"


@dataclass(frozen=True, slots=True)
class Reading:
    """The order, the place, the zoom of the band, how many sources are numbered already, and the
    size of the page.

    The place is beyond a cursor, at an entry (`at` points it out, `near` does not), or at the
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

    def page(self, rows: list[RecordQuerySet]) -> Page:
        """The page of entries that is asked for."""
        options = {"oldest_first": self.oldest_first, "size": self.size}
        if self.start:
            return page_at(rows, self.start, full=not self.year, **options)
        return page(rows, **self.beyond, **options)


def read(query: QueryDict, strands: list[RecordQuerySet]) -> Reading:
    """What the address asks for; Http404, saying why, where that cannot be."""
    order = query.get("order", ORDERS[0])
    if order not in ORDERS:
        raise Http404(_("The order is “newest” or “oldest”."))
    if query.get("show", "all") != "all":
        raise Http404(_("What a timeline can show on one page is “all”."))
    return Reading(
        order=order,
        beyond=_beyond(query),
        start=_start(query, strands, order == "oldest"),
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
            _("There is no place “%(place)s” in a timeline.") % {"place": error}
        ) from error


def _start(query, strands, oldest_first) -> Cursor | None:
    if slug := query.get("at") or query.get("near"):
        return _entry(slug, strands)
    return _year(query["year"], oldest_first) if query.get("year") else None


def _entry(slug, strands) -> Cursor:
    place = None if "\0" in slug else place_of(strands, slug)
    if place is None:
        raise Http404(_("There is no entry “%(slug)s” in this timeline.") % {"slug": slug})
    return place


def _year(text, oldest_first) -> Cursor:
    if text == UNDATED:
        return Cursor.of_year(None, oldest_first)
    if not (text.isdecimal() and text.isascii() and len(text) <= 4 and int(text) >= 1):
        raise Http404(_("“%(year)s” is no year.") % {"year": text})
    return Cursor.of_year(int(text), oldest_first)


def _zoom(query) -> Years | None:
    try:
        return Years.parse(query["zoom"]) if query.get("zoom") else None
    except ZoomError as error:
        raise Http404(
            _("“%(years)s” are no years to zoom into, as 1990-2005 are.") % {"years": error}
        ) from error


def _number(text) -> int:
    if not (text.isdecimal() and text.isascii() and len(text) < 7):
        raise Http404(_("“%(text)s” is no number of sources.") % {"text": text})
    return int(text)
