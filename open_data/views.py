"""The files of the data package, and the cross-walk of identifiers."""

import re

from django.forms import Form
from django.http import FileResponse, Http404, HttpResponse
from django.utils.http import http_date, quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import condition, require_safe

from core.errors import invalid_file_request
from core.exports import download, file_name, refuse_unknown
from core.parameters import accepts
from open_data import identifiers, offers

# One range of bytes, as download managers ask for to continue: "bytes=100-", "bytes=-500".
_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})\Z")


@require_safe
def identifiers_file(request, form):
    """The cross-walk of our identifiers to ISO 3166, Wikidata and the UN Treaty Series."""
    asked = Form(request.GET)
    refuse_unknown(asked)
    if not asked.is_valid():
        return invalid_file_request(form, asked)
    name = file_name("identifiers", None, form)
    return download(request, identifiers.rows(), form, name, list(identifiers.COLUMNS))


def _etag(request, path):
    export = offers.newest()
    offer = export and export.offer(path)
    return quote_etag(offer.checksum) if offer and offer.checksum else None


@accepts()
@require_safe
@condition(etag_func=_etag)
def package_file(request, path):
    """A file of the data package, or a range of it."""
    export = offers.newest()
    if export is None:
        raise Http404(_("No data package has been made yet."))
    offer = export.offer(path)
    if offer is None:
        raise Http404(_("The data package has no such file."))
    try:
        content = offer.file.open("rb")
    except OSError as error:
        raise Http404(_("The file is missing.")) from error
    size = offer.file.stat().st_size
    response = FileResponse(
        content, as_attachment=True, filename=offer.file.name, content_type=offer.media_type
    )
    response["Accept-Ranges"] = "bytes"
    response["Last-Modified"] = http_date(offer.file.stat().st_mtime)
    asked = _RANGE.match(request.headers.get("Range", ""))
    # With If-Range the client asks for the range of a certain version only.
    same = request.headers.get("If-Range") in (None, quote_etag(offer.checksum))
    if not asked or not any(asked.groups()) or not same:
        return response
    first, last = asked.groups()
    if first:
        start, stop = int(first), min(int(last or size), size - 1) + 1
    else:
        start, stop = max(size - int(last), 0), size
    if start >= stop:
        response.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    content.seek(start)
    response.status_code = 206
    response.streaming_content = _portions(content, stop - start)
    response["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
    response["Content-Length"] = stop - start
    return response


def _portions(content, left: int):
    """The next bytes of a file, in portions."""
    while left and (portion := content.read(min(left, 1 << 16))):
        left -= len(portion)
        yield portion
