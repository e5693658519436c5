"""The scopes of pages about figures; see relations/scopes.py."""

from relations import scopes
from trade.models import Figure


def of_pair(slug: str, **_arguments) -> tuple[str, ...]:
    """The scopes of a page about the trade of a pair, which also ranks the partners of both."""
    names = {name for pair in scopes.halves(slug) for name in pair}
    return (*scopes.of_pair(slug), *(f"trade:{name}" for name in sorted(names)))


def of_figure(slug: str, **_arguments) -> tuple[str, ...]:
    """The scopes of a page about a figure: those of its pair."""
    sides = Figure.objects.filter(slug=slug).values_list("from_country__slug", "to_country__slug")
    found = sides.first()
    return scopes.of_pair("-".join(sorted(found))) if found else scopes.SHARED


def with_trade(found: set[str]) -> set[str]:
    """These scopes, with those of the trade of their countries."""
    names = (scope.partition(":") for scope in found)
    return found | {f"trade:{slug}" for kind, _colon, slug in names if kind == "country"}
