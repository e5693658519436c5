"""URL patterns of pages and of the files beside them, and the addresses of pages."""

from collections.abc import Mapping
from functools import cache
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.urls import get_script_prefix, path, reverse
from django.utils.http import urlencode

# The formats of the files of every list.
TABLES = ("csv", "json", "jsonl", "xlsx")
# Stands for a slug in the address of a page.
_SLUG = "slug-of-the-row"


def address_of(name: str, slug: str) -> str:
    """The address of a page whose only argument is a slug, as `reverse` finds it at ten times the
    cost: imports need the addresses of many rows. Raises NoReverseMatch without a slug."""
    if not slug:
        return reverse(name, args=[slug])
    return _address(name, get_script_prefix()).replace(_SLUG, slug)


def list_address(name: str, query: Mapping[str, object]) -> str:
    """The address of a page without arguments, with a query: a page may hold a thousand of them,
    and `reverse` takes most of their time."""
    return f"{_list_address(name, get_script_prefix())}?{urlencode(query)}"


def site_host(request: HttpRequest) -> str:
    """The host in permanent identifiers, such as those of entries of feeds: that of SITE_URL, or
    else that of the request."""
    return urlsplit(settings.SITE_URL).netloc or request.get_host()


@cache
def _address(name: str, prefix: str) -> str:
    return reverse(name, args=[_SLUG])


@cache
def _list_address(name: str, prefix: str) -> str:
    return reverse(name)


def pages(name: str, plural: str, list_view=None, page_view=None, **initkwargs) -> list:
    """URL patterns of a list and its entries: the pages and the files.

    For example /visits/, /visits.csv, /visits.xlsx, /visits/<slug>/ and /visits/<slug>.json; the
    views name the formats of their files and feeds. The `initkwargs` go to `as_view`.
    """
    patterns = []
    if list_view:
        view = list_view.as_view(**initkwargs)
        formats = [*list_view.formats, *list_view.feeds]
        patterns += page_and_files(f"{name}_list", plural, view, formats)
    if page_view:
        view = page_view.as_view(**initkwargs)
        patterns += page_and_files(name, f"{plural}/<slug:slug>", view, page_view.formats)
    return patterns


def page_and_files(name: str, route: str, view, formats=TABLES) -> list:
    """URL patterns of a page and of its files in these formats: /compare/ and /compare.csv, for
    example."""
    return [path(f"{route}/", view, name=name), *files(name, route, view, formats)]


def files(name: str, route: str, view, formats) -> list:
    """URL patterns of files, each with its format as the argument `form` of the view, and named
    after it: visit_list_csv, visit_csl_json."""
    return [
        path(f"{route}.{form}", view, {"form": form}, name=f"{name}_{form.replace('.', '_')}")
        for form in formats
    ]
