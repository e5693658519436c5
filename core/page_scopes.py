"""Which scopes a public page shows: it stays cached until one of them changes.

A view declares them as its attribute `scopes`, a function of the arguments in its address. One that
declares none shows rows of any kind, and changes with everything.
"""

from collections.abc import Callable, Iterable

from django.urls import ResolverMatch

from core.models import EVERYTHING


def shows(scopes: Callable[..., Iterable[str]]):
    """Decorate a view that shows nothing beyond these scopes, a function of its arguments."""

    def declare(view):
        view.scopes = scopes
        return view

    return declare


def scopes_of(match: ResolverMatch) -> Iterable[str]:
    """The scopes that the page of an address shows."""
    view = getattr(match.func, "view_class", match.func)
    declared = getattr(view, "scopes", None)
    return declared(**match.kwargs) if declared else (EVERYTHING,)
