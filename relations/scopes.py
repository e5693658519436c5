"""The scopes of pages about countries, pairs and records, and the places where rows are shown.

A place is the key of a country, the keys of a pair, or MANY: "12", "12-34" or "many".
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from itertools import product

from relations.models import Country, Record, Succession

MANY = "many"
# Changes of records that readers could see before. Earlier versions of a record name others to
# which it no longer refers.
HISTORY = "history"
# What pages of any pair may show: rows that many pages share.
SHARED = ("countries", "goods", "organizations", "people", "sources", "topics", MANY)


def of_pair(slug: str, **_arguments) -> tuple[str, ...]:
    """The scopes of a page about a pair, whose address may name its countries in either order."""
    return (*sorted({pair_scope(*names) for names in halves(slug)}), *SHARED)


def pair_scope(one: str, other: str) -> str:
    """The scope of a pair, from the slugs of its countries in either order."""
    return f"pair:{'-'.join(sorted((one, other)))}"


def of_country(slug: str, **_arguments) -> tuple[str, ...]:
    """The scopes of a page about a country."""
    return (f"country:{slug}", *SHARED)


def of_record(slug: str, **_arguments) -> tuple[str, ...]:
    """The scopes of a page about a record: those of its pair."""
    pair = Record.objects.filter(slug=slug).values_list("relation__slug", flat=True).first()
    return of_pair(pair) if pair else SHARED


def with_history(scopes: Callable[..., Iterable[str]]) -> Callable[..., tuple[str, ...]]:
    """These scopes of a page that also tells of earlier versions of records."""
    return lambda **arguments: (*scopes(**arguments), HISTORY)


def halves(slug: str) -> list[tuple[str, str]]:
    """The slugs of two countries that the address of a pair may name, for each way to cut it."""
    parts = slug.split("-")
    return [("-".join(parts[:cut]), "-".join(parts[cut:])) for cut in range(1, len(parts))]


def place(*countries: int | None) -> str:
    """The place of what is about these countries, by key."""
    return "-".join(map(str, sorted({*countries} - {None}))) or MANY


def scopes_at(places: Iterable[str]) -> set[str]:
    """The scopes of the pages of these pairs and countries. A pair is also named on the pages of
    the countries that followed its own."""
    keys = [tuple(map(int, one.split("-"))) for one in places if one != MANY]
    found = {MANY} if MANY in places else set()
    if not keys:
        return found
    slugs, followers = dict(Country.objects.values_list("pk", "slug")), defaultdict(set)
    for before, after in Succession.objects.values_list("predecessor", "successor"):
        followers[before].add(after)
    for countries in keys:
        # A country that has been deleted has no pages.
        sides = [slugs.keys() & {country, *followers[country]} for country in countries]
        found |= {f"country:{slugs[key]}" for key in set().union(*sides)}
        pairs = ({*pair} for pair in product(*sides))
        found |= {pair_scope(*(slugs[key] for key in pair)) for pair in pairs if len(pair) == 2}
    return found
