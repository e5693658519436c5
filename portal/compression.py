"""Compression of pages without secrets; docs/adr/0040-compression.md says why only these."""

from django.middleware.gzip import GZipMiddleware
from django.utils.cache import has_vary_header


class PublicGZipMiddleware(GZipMiddleware):
    """Compress responses that are the same for all readers: those that do not vary by cookie.

    A page with a CSRF token or session data sends `Vary: Cookie`, and is not compressed. Nor is a
    file of which clients may ask for a range: its bytes are those of the file.
    """

    def process_response(self, request, response):
        if has_vary_header(response, "Cookie") or "Accept-Ranges" in response:
            return response
        return super().process_response(request, response)
