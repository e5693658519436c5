"""Errors of the API as problem details (RFC 9457)."""

from dataclasses import dataclass, field

from django.forms import Form
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _
from django.views import defaults

from core import errors

MEDIA_TYPE = "application/problem+json"
# The kinds of problems by status: the fragment of the page that explains them, the title,
# and the explanation.
KINDS = {
    400: (
        "invalid-parameters",
        _("Invalid parameters"),
        _("A parameter is unknown, or its value is: a filter, a date, a field, a cursor, a size."),
    ),
    404: ("not-found", _("Not found"), _("Nothing that readers may see has this address.")),
    405: ("method-not-allowed", _("Method not allowed"), _("The API is read-only.")),
    406: (
        "not-acceptable",
        _("Not acceptable"),
        _("The header Accept rules out application/json, in which alone the API answers."),
    ),
    410: (
        "withdrawn",
        _("Withdrawn"),
        _("This was published and then withdrawn; date and reason are in the answer."),
    ),
    429: (
        "too-many-requests",
        _("Too many requests"),
        _("Wait for the seconds in Retry-After."),
    ),
    500: ("server-error", _("Server error"), _("An error of ours. It has been logged.")),
}
# Where the API is, and the page that explains the problems.
ADDRESS, PAGE = "/api/v1/", "/api/"


@dataclass
class Problem(Exception):
    """An error that ends a request: its status, a sentence for people, and further members.

    `errors` are the messages by parameter, as in {"year_from": ["Enter a whole number."]}.
    """

    status: int
    detail: str
    errors: dict[str, list[str]] = field(default_factory=dict)
    more: dict = field(default_factory=dict)

    @classmethod
    def of_form(cls, form: Form) -> "Problem":
        """The problem that parameters are invalid, with the messages of a bound form."""
        return cls.of_errors({name: list(map(str, rows)) for name, rows in form.errors.items()})

    @classmethod
    def of_errors(cls, errors: dict[str, list[str]]) -> "Problem":
        errors = dict(errors)
        general = errors.pop("__all__", [])
        named = [f"{name}: {' '.join(messages)}" for name, messages in errors.items()]
        return cls(400, " ".join([*general, *named]), errors)

    @property
    def content(self) -> dict:
        """The members of its document."""
        kind, title, _help = KINDS[self.status]
        content = {
            "type": f"{PAGE}#{kind}",
            "title": str(title),
            "status": self.status,
            "detail": str(self.detail),
        }
        return content | ({"errors": self.errors} if self.errors else {}) | self.more

    def response(self, **headers: str) -> JsonResponse:
        return JsonResponse(
            self.content,
            status=self.status,
            content_type=MEDIA_TYPE,
            headers={name.replace("_", "-"): found for name, found in headers.items()},
            json_dumps_params={"ensure_ascii": False},
        )


def is_of_api(request: HttpRequest) -> bool:
    """Whether errors at this address are problem details."""
    return request.path_info.startswith(ADDRESS)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The response to a request that Django refuses."""
    if is_of_api(request):
        return Problem(400, _("The request is not valid.")).response()
    return errors.bad_request(request, exception)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The response to an unknown address."""
    if is_of_api(request):
        return Problem(404, _("The API has no such address.")).response()
    return errors.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """The response after an error of ours, which is logged."""
    if is_of_api(request):
        return Problem(500, _("Something went wrong here. It has been logged.")).response()
    return defaults.server_error(request)
