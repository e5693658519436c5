"""The visitors whom a mapped list names, with their offices."""

from functools import lru_cache

from django.utils.translation import gettext as _

from core.rows import Row, RowError
from relations.importers.drafts import name_slug
from relations.importers.visits import visitors as titled
from relations.models import Country, Visit
from relations.names import spelled
from sources.mappings.mapping import Mapping

_slug, _key = lru_cache(maxsize=4096)(name_slug), lru_cache(maxsize=4096)(spelled)
RANKS = [rank.value for rank in Visit.Rank]


def visitors_in(mapping: Mapping, row: Row, guest: Country) -> list[dict]:
    """The distinct people in a row, as values of their participations.

    The offices are those in `offices`, in the same order, or one for all; without that field, the
    title before a name. Raises RowError if the numbers of names and offices differ.
    """
    if "visitors" not in mapping.names:
        return []
    named = [name for _column, name in mapping.cells.parts(row, "visitors")]
    for name in named:
        if not any(map(str.isalpha, name)):
            raise RowError(mapping.column("visitors"), _("this is not a name"), name)
    people = [found for name in named for found in _with_titles(mapping, name)]
    offices = [
        office
        for _column, office in (
            mapping.cells.parts(row, "offices") if "offices" in mapping.names else ()
        )
    ]
    if len(offices) == 1:
        offices *= len(people)
    if offices and len(offices) != len(people):
        said = _("%(people)d people, %(offices)d offices") % {
            "people": len(people),
            "offices": len(offices),
        }
        words = _("give an office for each visitor, or one for all")
        raise RowError(mapping.column("offices"), words, said)
    found = {}
    for place, (title, name, stated) in enumerate(people):
        # A person has one participation, however often the row names them.
        found.setdefault(
            _key(name) if len(people) > 1 else name,
            {
                "slug": _slug(name, guest.slug),
                "name": name,
                "country": guest,
                "capacity": offices[place] if offices else title,
                "as_stated": stated,
            },
        )
    return list(found.values())


def _with_titles(mapping: Mapping, name: str) -> list[tuple[str, str, str]]:
    """The people in a name as (title, name, as stated): "President A and Minister B" are two."""
    if "offices" in mapping.names:
        return [("", name, name)]
    found = [(title, person, f"{title} {person}".strip()) for title, person, _r in titled(name)]
    return [person for person in found if person[1]] or [("", name, name)]


def highest_rank(mapping: Mapping, row: Row) -> str | None:
    """The highest of the ranks in a cell that gives one for each visitor, separated as the offices
    are; None if it gives one."""
    texts = [text for _column, text in mapping.cells.parts(row, "rank", like="offices")]
    known = [text for text in texts if text in RANKS]
    if len(texts) < 2 or len(known) < len(texts):
        return None
    return min(known, key=RANKS.index)
