"""URL patterns of pages and of the files beside them, and the addresses of pages."""

from functools import cache

from django.urls import get_script_prefix, path, reverse

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


@cache
def _address(name: str, prefix: str) -> str:
    return reverse(name, args=[_SLUG])


def pages(name: str, plural: str, list_view=None, page_view=None, **initkwargs) -> list:
    """URL patterns of a list and its entries: the pages and the files.

    For example /visits/, /visits.csv, /visits.xlsx, /visits/<slug>/ and /visits/<slug>.json; the
    view of the list names the formats of its files. The `initkwargs` go to `as_view`.
    """
    patterns = []
    if list_view:
        view = list_view.as_view(**initkwargs)
        patterns += page_and_files(f"{name}_list", plural, view, list_view.formats)
    if page_view:
        view = page_view.as_view(**initkwargs)
        patterns += page_and_files(name, f"{plural}/<slug:slug>", view, ["json"])
    return patterns


def page_and_files(name: str, route: str, view, formats=TABLES) -> list:
    """URL patterns of a page and of its files in these formats: /compare/ and /compare.csv, for
    example."""
    return [path(f"{route}/", view, name=name), *files(name, route, view, formats)]


def files(name: str, route: str, view, formats) -> list:
    """URL patterns of files, each with its format as the argument `form` of the view."""
    return [
        path(f"{route}.{form}", view, {"form": form}, name=f"{name}_{form}") for form in formats
    ]
