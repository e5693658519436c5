"""The files at fixed addresses that crawlers, browsers and researchers ask every site for."""

import struct
from functools import cache

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from charts.png import png
from core.dates import today
from core.exports import origin_of
from portal.suggestions import suggestions

PLAIN = "text/plain; charset=utf-8"
# What crawlers leave alone: the desk, searches, and lists that are filtered or sorted, of which
# there is no end. The further pages of a list are not selections; the longest rule counts.
ROBOTS = """User-agent: *
Disallow: /admin/
Disallow: /search
Disallow: /report/
Disallow: /embed/
Disallow: /oembed
Disallow: /*?
Allow: /*?page=

Sitemap: {sitemap}
"""


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What crawlers may read (RFC 9309), and the address of the sitemap."""
    sitemap = request.build_absolute_uri(reverse("portal:sitemap"))
    return HttpResponse(ROBOTS.format(sitemap=sitemap), content_type=PLAIN)


@cache_control(public=True, max_age=24 * 3600)
@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Our mark as an icon, for programs that ask for this address without reading a page."""
    return HttpResponse(icon(), content_type="image/x-icon")


@cache
def icon() -> bytes:
    """static/icon.svg as a file of one icon, which holds a PNG."""
    picture = png((settings.BASE_DIR / "static" / "icon.svg").read_text(encoding="utf-8"))
    # The width and height are in the header of the PNG.
    width, height = struct.unpack(">II", picture[16:24])
    head = struct.pack("<HHH", 0, 1, 1)
    return head + struct.pack("<BBBBHHII", width, height, 0, 0, 1, 32, len(picture), 22) + picture


@require_safe
def opensearch(request: HttpRequest) -> HttpResponse:
    """The description of our search for browsers (OpenSearch 1.1)."""
    context = {"origin": origin_of(request)}
    media_type = "application/opensearchdescription+xml; charset=utf-8"
    return render(request, "portal/opensearch.xml", context, content_type=media_type)


@require_safe
def suggestions_for_browsers(request: HttpRequest) -> JsonResponse:
    """Suggestions as browsers read them: the text, then titles, kinds and addresses in lists."""
    text, origin = request.GET.get("q", ""), origin_of(request)
    found = suggestions(text)
    columns = [
        [one["title"] for one in found],
        [one["label"] for one in found],
        [origin + one["url"] for one in found],
    ]
    return JsonResponse([text, *columns], safe=False, content_type="application/x-suggestions+json")


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """Whom to tell of a vulnerability (RFC 9116). Raises Http404 without a contact, or after the
    day until which it holds."""
    if not settings.SECURITY_CONTACT:
        raise Http404(_("No contact for reports of vulnerabilities is configured."))
    expires = settings.SECURITY_EXPIRES
    if not expires or expires <= today():
        raise Http404(_("The contact for reports of vulnerabilities has expired."))
    lines = [
        *(f"Contact: {contact}" for contact in settings.SECURITY_CONTACT),
        f"Expires: {expires.isoformat()}T00:00:00Z",
        "Preferred-Languages: en",
        f"Canonical: {request.build_absolute_uri(request.path)}",
    ]
    return HttpResponse("".join(f"{line}\n" for line in lines), content_type=PLAIN)
