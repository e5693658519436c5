"""Error responses in the format of the address: a page, JSON or plain text."""

from django.db.models import Model, QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import defaults

# The endings of addresses of files whose errors are JSON, and of those whose errors are plain text.
JSON_FILES = ("json", "jsonl", "jsonld")
FILES = ("csv", "xlsx", "svg", "png", "bib", "ris", "atom", "ics", "xml", "txt")
NO_PAGE = gettext_lazy("This page does not exist.")
PAGE, JSON, PLAIN = "text/html", "application/json", "text/plain"


def media_type(request: HttpRequest) -> str:
    """The media type of an error at an address: by its ending, or else as the client prefers."""
    ending = request.path.rpartition("/")[2].rpartition(".")[2]
    if is_json(ending):
        return JSON
    if ending in FILES:
        return PLAIN
    return request.get_preferred_type([PAGE, JSON]) or PAGE


def is_json(form: str) -> bool:
    """Whether a format of files is a format of JSON, such as "csl.json"."""
    return form.rpartition(".")[2] in JSON_FILES


def error(media: str, message: str, status: int, **details) -> HttpResponse:
    """An error as JSON, {"error": message, **details}, or as plain text."""
    if media == JSON:
        content = {"error": message, **details}
        return JsonResponse(content, status=status, json_dumps_params={"ensure_ascii": False})
    return HttpResponse(f"{message}\n", status=status, content_type="text/plain; charset=utf-8")


def invalid_file_request(form: str, asked: Form) -> HttpResponse:
    """The 400 response to a request for a file, with the errors of its parameters: as JSON also by
    field."""
    fields = {name: list(map(str, messages)) for name, messages in asked.errors.items()}
    general = fields.pop("__all__", [])
    named = [f"{name}: {' '.join(messages)}" for name, messages in fields.items()]
    message = " ".join([*general, *named])
    return error(JSON if is_json(form) else PLAIN, message, 400, fields=fields)


def no_such(model: type[Model]) -> str:
    """The message that an address names no row of a model."""
    return _("There is no %(kind)s at this address.") % {"kind": model._meta.verbose_name}


def get_or_404(rows: QuerySet, message: str = "", **lookup):
    """The only row that matches. Raises Http404 with a message for readers."""
    row = rows.filter(**lookup).first()
    if row is None:
        raise Http404(message or no_such(rows.model))
    return row


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The response to an unknown address. The message of the exception is shown if there is one;
    that of Django's URL resolver is a dict."""
    told = exception.args[0] if exception.args else ""
    named = told and not isinstance(told, dict)
    message = str(told) if named else unknown_format(request.path) or str(NO_PAGE)
    media = media_type(request)
    if media == PAGE:
        response = render(request, "404.html", {"message": message}, status=404)
    else:
        response = error(media, message, 404)
    patch_vary_headers(response, ("Accept",))
    return response


def unknown_format(path: str) -> str:
    """The message about an address like that of a file, but in a format that its page does not
    have; empty for other addresses."""
    page, dot, ending = path.rpartition(".")
    try:
        view = resolve(f"{page}/").func if dot else None
    except Resolver404:
        return ""
    formats = getattr(getattr(view, "view_class", None), "formats", ())
    if not formats:
        return ""
    words = _("There is no file in the format “.%(ending)s” here. Available formats: %(formats)s.")
    return words % {"ending": ending, "formats": ", ".join(f".{form}" for form in formats)}


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The response to a request that Django refuses, for example because of its host."""
    media = media_type(request)
    if media == PAGE:
        return defaults.bad_request(request, exception)
    return error(media, _("The request is not valid."), 400)
