"""URL patterns of pages and of the files beside them."""

from django.urls import path


def pages(name: str, plural: str, list_view=None, page_view=None, **initkwargs) -> list:
    """URL patterns of a list and its entries: the pages and the files.

    For example /visits/, /visits.csv, /visits.json, /visits/<slug>/ and /visits/<slug>.json; the
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


def page_and_files(name: str, route: str, view, formats=("csv", "json")) -> list:
    """URL patterns of a page and of its files in these formats: /compare/ and /compare.csv, for
    example."""
    return [path(f"{route}/", view, name=name), *files(name, route, view, formats)]


def files(name: str, route: str, view, formats) -> list:
    """URL patterns of files, each with its format as the argument `form` of the view."""
    return [
        path(f"{route}.{form}", view, {"form": form}, name=f"{name}_{form}") for form in formats
    ]
