"""The areas that lists of figures name beside countries, such as "World"."""

from functools import cache

from django.utils import translation

from relations.names import squeeze
from trade.areas import Area

# Further words of lists for areas of Comtrade.
FURTHER = {
    Area.WORLD: ("All countries", "World total", "Total world", "WLD", "W00"),
    Area.UNSPECIFIED: (
        *("Not specified", "Unspecified", "Unspecified areas"),
        *("Rest of the world", "Rest of world", "ROW", "Other areas", "Other countries"),
    ),
    Area.EU: ("EU", "EU-15", "EU-25", "EU-27", "EU-28", "European Union (EU)"),
    Area.ASEAN: ("ASEAN",),
    Area.EFTA: ("EFTA",),
    Area.BUNKERS: ("Ship stores and bunkers", "Bunkers and ship stores"),
    Area.FREE_ZONES: ("Free zone",),
}
# Words in the names of areas, and how lists shorten them.
ELSEWHERE, SHORT = "not elsewhere specified", ("nes", "n.e.s.", "not specified")


@cache
def areas() -> dict[str, Area]:
    """The areas by their names, in which case, accents and spaces do not count."""
    found = {}
    for area in Area:
        with translation.override("en"):
            name = str(area.label)
        names = [name, *FURTHER.get(area, ())]
        if ELSEWHERE in name:
            names += [name.replace(ELSEWHERE, words) for words in SHORT]
        found.update((squeeze(one), area) for one in names)
    return found


def area_named(name: str) -> Area | None:
    """The area with this name; None if it names none. A code is no name."""
    return areas().get(squeeze(name))
