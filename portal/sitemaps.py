"""The sitemap: an index, and files of at most 50,000 addresses each (sitemaps.org).

A file holds the rows of a table with keys from one multiple of SIZE to the next. The index needs
only the largest key of each table, so it takes no longer with a million rows; a file reads its
range along the primary key. It may hold fewer addresses than SIZE, or none.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape

from django.db.models import F, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.exports import origin_of
from core.urls import address_of
from relations.models import Country, Kind, Organization, Person, Record, Statistics
from relations.models.record import record_class
from sources.models import Source
from trade.models import Figure

# The most addresses that the protocol allows in a file.
SIZE = 50_000
XML = "application/xml; charset=utf-8"
_START = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
PAGES = (
    *("portal:home", "portal:relation_list", "treaties:treaty_list", "relations:visit_list"),
    *("relations:event_list", "relations:mission_list", "trade:figure_list"),
    *("relations:country_list", "relations:organization_list", "relations:person_list"),
    *("portal:source_list", "portal:disagreement_list", "portal:data", "api:documentation"),
    "api:columns",
)


@dataclass(frozen=True, slots=True)
class Section:
    """The pages of a table's rows: the table, the rows that have a page, the columns that
    `address` takes, and the time of the last change; None if it is not known."""

    rows: Callable[[], QuerySet]
    columns: tuple[str, ...]
    address: Callable[..., str]
    changed: object = None

    def numbers(self) -> range:
        """The numbers of its files, from 1."""
        last = self.rows().model.objects.aggregate(last=Max("pk"))["last"]
        return range(1, 2 + last // SIZE) if last is not None else range(0)

    def entries(self, number: int) -> Iterator[tuple[str, str]]:
        """The address and the time of the last change of each row of a file."""
        rows = self.rows().filter(pk__gte=(number - 1) * SIZE, pk__lt=number * SIZE).order_by("pk")
        columns = self.columns
        if self.changed is not None:
            rows, columns = rows.annotate(changed=self.changed), (*columns, "changed")
        for values in rows.values_list(*columns).iterator(chunk_size=2000):
            at = values[len(self.columns) :]
            yield self.address(*values[: len(self.columns)]), at[0].isoformat() if any(at) else ""


def _record_address(kind: str, slug: str) -> str:
    return address_of(f"{record_class(kind)._meta.app_label}:{kind}", slug)


def _changed(table) -> Coalesce:
    """The time of a row's newest version, or of its publication."""
    live = table.revision_model().objects.live().filter(record=OuterRef("pk"))
    return Coalesce(Subquery(live.order_by("-number").values("at")[:1]), "published_at")


def _by_slug(name: str) -> Callable[[str], str]:
    return lambda slug: address_of(name, slug)


SECTIONS = {
    "pairs": Section(
        lambda: Statistics.objects.filter(entries__gt=0, relation__isnull=False),
        ("relation__slug",),
        _by_slug("portal:dossier"),
        F("newest"),
    ),
    "countries": Section(Country.objects.all, ("slug",), _by_slug("portal:country")),
    # The page of a treaty shows its actions.
    "records": Section(
        lambda: Record.objects.published().exclude(kind=Kind.ACTION),
        ("kind", "slug"),
        _record_address,
        _changed(Record),
    ),
    "figures": Section(
        Figure.objects.published, ("slug",), _by_slug("trade:figure"), _changed(Figure)
    ),
    "organizations": Section(
        Organization.objects.public, ("slug",), _by_slug("relations:organization")
    ),
    "people": Section(Person.objects.public, ("slug",), _by_slug("relations:person")),
    "sources": Section(Source.objects.public, ("slug",), _by_slug("portal:source")),
}


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The addresses of all files of the sitemap. One query for each table."""
    origin = origin_of(request)
    files = [("pages", 1)]
    files += ((name, number) for name, one in SECTIONS.items() for number in one.numbers())
    addresses = [origin + reverse("portal:sitemap_file", args=file) for file in files]
    lines = "".join(f"<sitemap><loc>{escape(one)}</loc></sitemap>\n" for one in addresses)
    content = f"{_START}<sitemapindex {_NAMESPACE}>\n{lines}</sitemapindex>\n"
    return HttpResponse(content, content_type=XML)


@require_safe
def file(request: HttpRequest, section: str, number: int) -> StreamingHttpResponse:
    """One file of the sitemap, streamed."""
    if section == "pages" and number == 1:
        entries = ((reverse(name), "") for name in PAGES)
    elif section in SECTIONS and number in SECTIONS[section].numbers():
        entries = SECTIONS[section].entries(number)
    else:
        raise Http404(_("The sitemap has no such file."))
    return StreamingHttpResponse(_lines(entries, origin_of(request)), content_type=XML)


def _lines(entries: Iterable[tuple[str, str]], origin: str) -> Iterator[str]:
    yield f"{_START}<urlset {_NAMESPACE}>\n"
    for address, changed in entries:
        known = f"<lastmod>{changed}</lastmod>" if changed else ""
        yield f"<url><loc>{escape(origin + address)}</loc>{known}</url>\n"
    yield "</urlset>\n"
