"""The standing of treaties on a day, as a whole or between countries, from their stored periods.

`with_status` of a queryset gives the same status by SQL, for lists that filter by it. Django takes
longer to write its subqueries than all other queries of a page together.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from itertools import product

from django.db.models import Q

from core.dates import Edtf
from relations.models import Country, State
from treaties.life import NEVER, Status, status_on
from treaties.models import Party, Treaty, TreatyLink, TreatyPeriod
from treaties.models.period import PeriodDays

# Whether a treaty binds a party on a day.
NO, POSSIBLY, CERTAINLY = range(3)


@dataclass(slots=True)
class Standing:
    """The status of a treaty on a day, as `with_status` annotates it, and whether it is then in
    force and binds all countries asked for, as in `binding_on` and `possibly_binding_on`."""

    status: str
    certain: bool
    known_on: Edtf
    binding: int

    @property
    def binds(self) -> bool:
        return self.binding == CERTAINLY

    @property
    def possibly_binds(self) -> bool:
        return self.binding > NO


class Standings:
    """The standings on a day of treaties given by their keys: as a whole, for one country, or
    between two; `bound` says that these countries are known to be parties to all of them. At most
    three queries."""

    def __init__(
        self, treaties: Collection[int], on: date, *countries: Country, bound: bool = False
    ):
        self.on, self.sides = on, tuple(country.pk for country in countries)
        self._later = _later(treaties) if len(countries) == 2 else {}
        keys = {*treaties, *(pk for later in self._later.values() for pk in later)}
        self._bound = set(product(treaties, self.sides)) if bound else set()
        unsure = keys.difference(treaties) if bound else keys
        if unsure and countries:
            parties = Party.objects.bound().filter(country__in=self.sides, treaty__in=unsure)
            self._bound.update(parties.order_by().values_list("treaty", "country"))
        self._courses = _courses(keys, on, self.sides)

    def of(self, treaty: int) -> Standing:
        ended = self._ended(treaty)
        # A treaty binds two countries as far as no later one has ended it between them.
        binding = min(self._binding(treaty), CERTAINLY - ended)
        return Standing(*self._status(treaty, ended), binding)

    def annotate(self, treaties: Iterable[Treaty]) -> None:
        """Set on each treaty the attributes that `with_status` gives it, and `binds`."""
        for treaty in treaties:
            found = self.of(treaty.pk)
            treaty.status, treaty.certain = found.status, found.certain
            treaty.known_on, treaty.binds = found.known_on, found.binds
            treaty.on, treaty.status_scope = self.on, ("treaty", "party", "pair")[len(self.sides)]

    def _status(self, treaty: int, ended: int) -> tuple[str, bool, Edtf]:
        own = [
            status_on(self._courses[treaty, side], self.on)
            for side in self.sides
            if (treaty, side) in self._courses
        ]
        for found in own:
            if found[0] != Status.IN_FORCE:
                return found
        if ended == CERTAINLY:
            return Status.SUPERSEDED.value, True, NEVER
        status, certain, known_on = status_on(self._courses.get((treaty, None), ()), self.on)
        certain = certain and ended == NO and all(sure for _status, sure, _known_on in own)
        return status, certain, next((known for *_status, known in own if known), known_on)

    def _ended(self, treaty: int) -> int:
        """Whether a later treaty that ends this one binds both countries."""
        return max(map(self._binding, self._later.get(treaty, ())), default=NO)

    def _binding(self, treaty: int) -> int:
        """Whether a treaty is in force and binds the countries, whatever later ones say."""
        if not all((treaty, side) in self._bound for side in self.sides):
            return NO
        courses = (self._courses.get((treaty, side)) for side in self.sides)
        levels = [self._in_force(course) for course in courses if course is not None]
        return min([self._in_force(self._courses.get((treaty, None), ())), *levels])

    def _in_force(self, course: Iterable[PeriodDays]) -> int:
        return max(
            (
                CERTAINLY if row.certain(self.on) else POSSIBLY
                for row in course
                if row.status == Status.IN_FORCE and row.possible(self.on)
            ),
            default=NO,
        )


def _later(treaties: Collection[int]) -> dict[int, list[int]]:
    """The published treaties that end one of these, by the treaty that they end."""
    found = defaultdict(list)
    links = TreatyLink.objects.filter(
        link_type__in=TreatyLink.ENDING, target__in=treaties, treaty__state=State.PUBLISHED
    )
    for target, treaty in links.order_by().values_list("target", "treaty"):
        found[target].append(treaty)
    return found


def _courses(
    treaties: Collection[int], on: date, countries: tuple[int, ...]
) -> dict[tuple[int, int | None], list[PeriodDays]]:
    """The periods of these treaties as a whole (None) that possibly include a day, and all those of
    these countries' own, in order."""
    found = defaultdict(list)
    rows = TreatyPeriod.objects.filter(
        Q(party=None, first__lte=on, last__gte=on) | Q(party__country__in=countries),
        treaty__in=treaties,
    )
    for treaty, country, *values in rows.order_by("position").values_list(
        "treaty", "party__country", *PeriodDays.NAMES
    ):
        found[treaty, country].append(PeriodDays(*values))
    return dict(found)
