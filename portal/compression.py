"""Compression of pages that hold no secret; docs/adr/0040-compression.md says why only these."""

from django.middleware.gzip import GZipMiddleware
from django.utils.cache import has_vary_header


class PublicGZipMiddleware(GZipMiddleware):
    """Compress what is the same for all readers: whatever does not vary by cookie.

    A page with a form's token or anything of a session says `Vary: Cookie`, and stays as it is.
    """

    def process_response(self, request, response):
        if has_vary_header(response, "Cookie"):
            return response
        return super().process_response(request, response)
