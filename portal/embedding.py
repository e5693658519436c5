"""Timelines, charts and the lives of treaties inside pages of other sites, and oEmbed.

The embedded form of a page is at the page's own address behind /embed, with the same parameters.
Only addresses behind /embed/ may be framed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from csp.decorators import csp_replace
from django.conf import settings
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.dates import today
from core.errors import JSON, error, get_or_404
from core.exports import origin_of
from core.page_scopes import shows
from core.parameters import accepts
from core.views import chosen_in_words, query_of
from portal import timeline
from portal.filters import TimelineFilter
from portal.pictures import pictures
from portal.timeline_page import ORDERS
from relations.models import FormerAddress
from relations.pairs import find_pair, people_of
from relations.scopes import of_record
from trade.chart_files import ChartPicture
from trade.forms import SelectionForm
from trade.pairs import Selection
from trade.scopes import of_pair
from treaties.charts import life_chart
from treaties.forms import DayForm
from treaties.models import Treaty

PREFIX = "/embed"
# The entries of a timeline, and the width in pixels that oEmbed gives without a limit.
SHOWN, WIDTH = 20, 640
# The charts of a pair's page of charts that can be embedded.
PICTURES = ("visits", "statuses", "topics")


class FramePolicy:
    """Middleware that lets other sites frame what is behind /embed/, and nothing else. It wraps the
    page cache, whose answers have no policy."""

    def __init__(self, get_response):
        self.get_response = get_response
        self.framed = csp_replace({"frame-ancestors": ["*"]})(get_response)

    def __call__(self, request):
        if not request.path_info.startswith(f"{PREFIX}/"):
            return self.get_response(request)
        response = self.framed(request)
        if "X-Frame-Options" in response:
            del response["X-Frame-Options"]
        return response


@dataclass(frozen=True, slots=True)
class Embedded:
    """Something to embed: its title, the address of its page, and the height in pixels at which
    it is legible; the template and context that show it."""

    title: str
    page: str
    height: int
    template: str
    context: dict
    valid: bool = True


def embedded_timeline(query: QueryDict, slug: str) -> Embedded:
    """The first entries of a pair's timeline, filtered and ordered like the page."""
    pair = find_pair(slug)
    streams = timeline.streams(pair)
    filters = [TimelineFilter(query, queryset=stream) for stream in streams]
    people = people_of(pair)
    for found in filters:
        found.form.fields["person"].queryset = people
    order = query.get("order") or ORDERS[0]
    valid = filters[0].is_valid() and order in ORDERS
    rows = [found.qs for found in filters] if valid else []
    found = timeline.page(rows, oldest_first=order == "oldest", size=SHOWN, known=pair.known())
    oldest = "order=oldest" if order == "oldest" else ""
    chosen = chosen_in_words(filters[0].form) if valid else ()
    return Embedded(
        title=" · ".join([_("%(pair)s: timeline") % {"pair": pair}, *chosen]),
        page=_address(
            "portal:timeline",
            "&".join(filter(None, [query_of(filters[0].form), oldest])),
            pair.slug,
        ),
        height=520,
        template="embed/timeline.html",
        context={
            "entries": found.entries,
            "total": sum(count for *_key, count in timeline.overview(rows)),
        },
        valid=valid,
    )


def embedded_chart(query: QueryDict, slug: str, key: str) -> Embedded:
    """A chart of a pair's figures. Raises Http404 if the pair has no such chart."""
    pair = find_pair(slug)
    selection = Selection(pair, query)
    chart = selection.chart(key) if selection.valid else None
    if chart is None:
        raise Http404(_("This pair has no such chart."))
    page = _address("trade:chart", query_of(selection.form), pair.slug, key)
    picture = ChartPicture(chart, pair, page, today())
    context = {"chart": chart, "plot": chart.plot, "picture": picture, "pair": pair}
    return Embedded(picture.title, page, 480, "embed/chart.html", context)


def embedded_picture(query: QueryDict, slug: str, key: str) -> Embedded:
    """One of the charts of a pair's visits and treaties. Raises Http404 if it has no data."""
    pair = find_pair(slug)
    chart = pictures(pair, today()).get(key) if key in PICTURES else None
    if chart is None:
        raise Http404(_("This pair has no such chart."))
    page = f"{_address('portal:pictures', '', pair.slug)}#{key}"
    title = f"{pair}: {chart.title}"
    return Embedded(title, page, 480, "embed/picture.html", {"chart": chart, "pair": pair})


def embedded_treaty(query: QueryDict, slug: str) -> Embedded:
    """The life of a treaty, at its address or that of a treaty merged into it, with its status on
    a day."""
    asked = DayForm(query)
    rows = Treaty.objects.published().with_related().with_status(asked.day)
    pks = Treaty.objects.filter(Q(slug=slug) | Q(former_addresses__slug=slug)).values("pk")
    treaty = get_or_404(rows, pk__in=pks)
    periods = [row for row in treaty.periods.all() if row.party_id is None]
    context = {
        "treaty": treaty,
        "on": asked.day,
        "periods": periods,
        "chart": life_chart(periods, treaty.life, today()),
        "sources": list(dict.fromkeys(str(one.source) for one in treaty.citations.all())),
    }
    page = _address("treaties:treaty", asked.query, treaty.slug)
    return Embedded(str(treaty), page, 320, "embed/treaty.html", context, asked.is_valid())


def _address(name: str, query: str, *args: str) -> str:
    address = reverse(name, args=args)
    return f"{address}?{query}" if query else address


# What is embedded, by the argument of its address.
EMBEDDED: dict[str, Callable[..., Embedded]] = {
    "timeline": embedded_timeline,
    "chart": embedded_chart,
    "picture": embedded_picture,
    "treaty": embedded_treaty,
}


def scopes(what: str, slug: str, **_arguments) -> tuple[str, ...]:
    """The scopes of an embedded page; of a merged treaty, those of the one that stayed."""
    if what != "treaty":
        return of_pair(slug)
    stayed = FormerAddress.objects.filter(slug=slug, record__isnull=False)
    return of_record(stayed.values_list("record__slug", flat=True).first() or slug)


@accepts(*TimelineFilter.base_filters, "order", *SelectionForm.base_fields, *DayForm.base_fields)
@shows(scopes)
@require_safe
def embed(request: HttpRequest, what: str, **kwargs: str) -> HttpResponse:
    """A small page to be framed by other sites."""
    found = EMBEDDED[what](request.GET, **kwargs)
    context = {"embedded": found, "origin": origin_of(request), "day": today(), **found.context}
    return render(request, found.template, context, status=200 if found.valid else 400)


@accepts("url", "format", "maxwidth", "maxheight")
@require_safe
def oembed(request: HttpRequest) -> HttpResponse:
    """The code that embeds a page of ours, by its address (oEmbed 1.0): 404 for an address that
    cannot be embedded, 501 for a format other than JSON."""
    asked = request.GET
    if asked.get("format", "json") != "json":
        return error(JSON, _("Only the format JSON is available."), 501)
    try:
        limits = [_limit(asked, name) for name in ("maxwidth", "maxheight")]
        if not asked.get("url"):
            raise ValueError(_("The parameter “url” is missing."))
    except ValueError as problem:
        return error(JSON, str(problem), 400)
    try:
        found, address = _found(request, asked["url"])
    except Http404 as refusal:
        return error(JSON, str(refusal), 404)
    width, height = (
        min(limit or size, size) for limit, size in zip(limits, (WIDTH, found.height), strict=True)
    )
    response = JsonResponse(
        {
            "version": "1.0",
            "type": "rich",
            "provider_name": _("Bilateral relations"),
            "provider_url": request.build_absolute_uri("/"),
            "title": found.title,
            "width": width,
            "height": height,
            "html": code(request.build_absolute_uri(address), found.title, width, height),
        },
        json_dumps_params={"ensure_ascii": False},
    )
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _limit(asked: QueryDict, name: str) -> int | None:
    text = asked.get(name, "")
    if not text:
        return None
    if not (text.isdecimal() and text.isascii() and len(text) < 6 and int(text)):
        raise ValueError(_("“%(name)s” is not a number of pixels.") % {"name": name})
    return int(text)


def _found(request: HttpRequest, url: str) -> tuple[Embedded, str]:
    """What an address of ours embeds, and the address of its embedded form. Raises Http404."""
    refusal = Http404(_("This address cannot be embedded."))
    try:
        parts = urlsplit(url)
    except ValueError as problem:
        raise refusal from problem
    hosts = {request.get_host(), urlsplit(settings.SITE_URL).netloc}
    if parts.scheme not in ("http", "https") or parts.netloc not in hosts:
        raise refusal
    # A chart of the page of charts is named by the fragment.
    path = parts.path.removeprefix(PREFIX)
    if path.endswith("/pictures/"):
        path = f"{path}{parts.fragment or PICTURES[0]}/"
    try:
        match = resolve(f"{PREFIX}{path}")
    except Resolver404 as problem:
        raise refusal from problem
    what = match.kwargs.pop("what")
    found = EMBEDDED[what](QueryDict(parts.query), **match.kwargs)
    if not found.valid:
        raise refusal
    return found, embed_address(found.page)


def embed_address(page: str) -> str:
    """The address of the embedded form of a page."""
    path, _hash, fragment = page.partition("#")
    return f"{PREFIX}{path}{fragment}/" if fragment else f"{PREFIX}{path}"


def code(address: str, title: str, width: int | str, height: int) -> str:
    """The HTML that embeds an address."""
    return format_html(
        '<iframe src="{}" title="{}" width="{}" height="{}" loading="lazy" '
        'style="border:0;max-width:100%"></iframe>',
        address,
        title,
        width,
        height,
    )
