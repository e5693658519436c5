"""What holds for every request to the API: a rate limit by address, and the media type."""

import time

from django.conf import settings
from django.core.cache import cache
from django.http import HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from api.problems import MEDIA_TYPE, Problem, is_of_api
from core.network import client_address

# The seconds for which requests are counted together.
WINDOW = 60
JSON = "application/json"
OPENAPI = "application/vnd.oai.openapi+json"


class ApiRequests:
    """Middleware that limits the requests of each network address, and answers in JSON only.

    It stands before the cache of pages, so that cached answers count as well.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not is_of_api(request):
            return self.get_response(request)
        limit, used, left = settings.API_RATE, 0, 0
        if limit:
            used, left = count(client_address(request))
        if limit and used > limit:
            detail = _("More than %(limit)d requests in a minute. Go on in %(seconds)d seconds.")
            problem = Problem(429, detail % {"limit": limit, "seconds": left})
            response = problem.response(Retry_After=str(left))
        else:
            response = self._answer(request)
        if limit:
            response["RateLimit-Limit"] = str(limit)
            response["RateLimit-Remaining"] = str(max(0, limit - used))
            response["RateLimit-Reset"] = str(left)
        patch_vary_headers(response, ("Accept",))
        return response

    def _answer(self, request) -> HttpResponse:
        asked = request.headers.get("Accept", "").strip()
        if asked and not request.get_preferred_type([JSON, MEDIA_TYPE, OPENAPI]):
            return Problem(406, _("The API answers in JSON only: application/json.")).response()
        return self.get_response(request)


def count(address: str) -> tuple[int, int]:
    """Count a request of a network address; return its number in this minute, and the seconds that
    are left of it. Only a keyed hash of the address is stored, for a minute."""
    now = time.time()
    left = WINDOW - int(now % WINDOW)
    key = f"api:{int(now // WINDOW)}:{salted_hmac('api', address).hexdigest()}"
    cache.add(key, 0, timeout=WINDOW)
    try:
        return cache.incr(key), left
    except ValueError:
        # It expired between the two calls.
        return 1, left
