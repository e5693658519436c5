"""URL patterns of a list and its entries."""

from django.urls import path


def pages(name: str, plural: str, list_view=None, page_view=None, **initkwargs) -> list:
    """URL patterns of a list and its entries: the pages and the files.

    For example /visits/, /visits.csv, /visits.json, /visits/<slug>/ and /visits/<slug>.json; the
    view of the list names the formats of its files. The `initkwargs` go to `as_view`.
    """
    patterns = []
    if list_view:
        view = list_view.as_view(**initkwargs)
        patterns += [path(f"{plural}/", view, name=f"{name}_list")] + [
            path(f"{plural}.{form}", view, {"form": form}, name=f"{name}_list_{form}")
            for form in list_view.formats
        ]
    if page_view:
        view = page_view.as_view(**initkwargs)
        patterns += [
            path(f"{plural}/<slug:slug>/", view, name=name),
            path(f"{plural}/<slug:slug>.json", view, {"form": "json"}, name=f"{name}_json"),
        ]
    return patterns
