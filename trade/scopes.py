"""The scopes of pages about figures; see relations/scopes.py."""

from relations import scopes
from trade.models import Figure


def of_pair(slug: str, **_arguments) -> tuple[str, ...]:
    """The scopes of a page about the trade of a pair, which also ranks the partners of both, and
    compares it with their trade with the world."""
    names = {name for pair in scopes.halves(slug) for name in pair}
    return (*scopes.of_pair(slug), *(f"trade:{name}" for name in sorted(names)))


def of_figure(slug: str, **_arguments) -> tuple[str, ...]:
    """The scopes of a page about a figure: those of its pair, or of the countries that it names if
    it is not between two."""
    rows = Figure.objects.filter(slug=slug)
    sides = ("from_country__slug", "to_country__slug", "reporter_country__slug")
    names = rows.values_list(*sides).first() or ()
    pair = {*names[:2]} - {None}
    if len(pair) == 2:
        return (scopes.pair_scope(*pair), *scopes.SHARED)
    named = sorted({*names} - {None})
    return (*(f"country:{name}" for name in named), *scopes.SHARED)


def with_trade(found: set[str]) -> set[str]:
    """These scopes, with those of the trade of their countries."""
    names = (scope.partition(":") for scope in found)
    return found | {f"trade:{slug}" for kind, _colon, slug in names if kind == "country"}
