"""A country's partners, ranked by treaties, visits or missions."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import Count, TextChoices
from django.utils.translation import gettext_lazy as _

from core.urls import address_of, list_address
from portal.pair_treaties import treaty_list_url
from relations.models import Country, Mission, Relation, Visit
from trade.rankings import Ranking as TradeRanking
from trade.rankings import newest
from treaties.life import Status
from treaties.partners import CountryTreaties, bilateral_treaties, treaties_of

# How many partners of each ranking the page of a country shows.
TOP = 10


class Measure(TextChoices):
    """What partners are ranked by; trade has a ranking of its own (trade.rankings)."""

    TREATIES = "treaties", _("Bilateral treaties")
    IN_FORCE = "in_force", _("Treaties in force")
    VISITS = "visits", _("Visits")
    MISSIONS = "missions", _("Missions")


# What each measure counts, with the names of its parts.
COUNTED = {
    Measure.TREATIES: _(
        "Published bilateral treaties between the two, whatever their status. Multilateral "
        "treaties are not counted."
    ),
    Measure.IN_FORCE: _(
        "Published treaties, bilateral and multilateral, that are certainly in force between the "
        "two on the day. Treaties that are only possibly in force are not counted."
    ),
    Measure.VISITS: _("Published bilateral visits in both directions."),
    Measure.MISSIONS: _(
        "Published missions of either country in the other, including those whose current status "
        "is unknown. Missions at organizations are not counted."
    ),
}
# The two parts of a count: the names of their columns in files, and their words.
PARTS = {
    Measure.VISITS: {"made": _("made"), "received": _("received")},
    Measure.MISSIONS: {"sent": _("sent"), "received": _("received")},
}


@dataclass(frozen=True, slots=True)
class Tally:
    """A number, the address of the list of what it counts, and its words if it is a part."""

    number: int
    url: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Rank:
    """A partner's place; partners with equal counts share a place. `parts` are the parts of the
    count by their columns in files (PARTS), `share` is the count in per cent of the highest."""

    place: int
    partner: Country
    pair: str
    count: Tally
    parts: dict[str, Tally]
    share: float

    @property
    def url(self) -> str:
        return address_of("portal:dossier", self.pair)


@dataclass(frozen=True, slots=True)
class Ranking:
    """A country's partners by a measure, the highest count first; `without` is the number of
    countries with none."""

    measure: Measure
    rows: tuple[Rank, ...]
    without: int

    @property
    def parts(self) -> dict[str, str]:
        """The words for the parts of a count, by their columns in files."""
        return PARTS.get(self.measure, {})

    @property
    def top(self) -> tuple[Rank, ...]:
        return self.rows[:TOP]

    @property
    def description(self) -> str:
        return COUNTED[self.measure]

    @property
    def columns(self) -> list[str]:
        return ["rank", "partner", "name", "count", *self.parts, "url"]

    def as_rows(self) -> Iterator[dict]:
        """The ranks as rows of a file."""
        for row in self.rows:
            yield {
                "rank": row.place,
                "partner": row.partner.slug,
                "name": str(row.partner),
                "count": row.count.number,
                **{name: part.number for name, part in row.parts.items()},
                "url": row.url,
            }


def visits_by_partner(country: Country, **counts: Count) -> Iterator[tuple]:
    """Yield the primary key of each partner, whether the country received the visits or made them,
    and these counts of them. One query."""
    visits = Visit.objects.published().filter(relation__in=Relation.objects.of(country)).order_by()
    sides = visits.values_list("relation__country_a", "relation__country_b", "host")
    for one, other, host, *found in sides.annotate(**counts):
        yield other if one == country.pk else one, host == country.pk, *found


class Partners:
    """The rankings of a country's partners on a day: two queries, and one to five more for each
    ranking, whatever the number of partners."""

    def __init__(self, country: Country, day: date):
        self.country, self.day = country, day
        self.others = {row.pk: row for row in Country.objects.exclude(pk=country.pk)}
        pairs = Relation.objects.of(country).values_list("country_a", "country_b", "slug")
        self.slugs = {
            other if one == country.pk else one: slug for one, other, slug in pairs.order_by()
        }

    def ranking(self, measure: Measure) -> Ranking:
        """The partners by a measure; those with equal counts by name."""
        counts, addresses = getattr(self, f"_{measure}")()
        keys = {key for part in counts for key in part}
        totals = {key: sum(part.get(key, 0) for part in counts) for key in keys}
        order = sorted(
            keys, key=lambda key: (-totals[key], self.others[key].sort_name, self.others[key].slug)
        )
        places = {}
        for place, key in enumerate(order, 1):
            places.setdefault(totals[key], place)
        most = max(totals.values(), default=1)
        rows = []
        for key in order:
            partner = self.others[key]
            whole, *parts = addresses(partner)
            rows.append(
                Rank(
                    place=places[totals[key]],
                    partner=partner,
                    pair=self._slug(partner),
                    count=Tally(totals[key], whole),
                    parts={
                        name: Tally(part.get(key, 0), url)
                        for name, part, url in zip(
                            PARTS.get(measure, ()), counts, parts, strict=False
                        )
                    },
                    share=round(100 * totals[key] / most, 1),
                )
            )
        return Ranking(measure, tuple(rows), len(self.others) - len(rows))

    def rankings(self) -> list[Ranking]:
        return [self.ranking(measure) for measure in Measure]

    def by_trade(self) -> tuple[TradeRanking, list[tuple]] | None:
        """The ranking by the last recorded exports, or else imports, as the country reports them,
        and its first rows, each with the address of the pair and its share of the highest value in
        per cent. None if the country reports neither."""
        found = newest(self.country)
        if not found:
            return None
        most = max(row.observation.value for row in found.rows)
        return found, [
            (
                row,
                address_of("portal:dossier", self._slug(row.partner)),
                round(100 * float(row.observation.value / most), 1) if most else 0,
            )
            for row in found.rows[:TOP]
        ]

    @cached_property
    def treaties(self) -> CountryTreaties:
        return treaties_of(self.country, self.day)

    @cached_property
    def visits(self) -> tuple[dict[int, int], dict[int, int]]:
        """The number of visits made and received, each by primary key of the partner."""
        made, received = {}, {}
        for partner, at_home, count in visits_by_partner(self.country, count=Count("*")):
            (received if at_home else made)[partner] = count
        return made, received

    def _slug(self, partner: Country) -> str:
        """The slug of the pair; most pairs of parties to multilateral treaties are not saved."""
        return self.slugs.get(partner.pk) or Relation.of(self.country, partner).slug

    def _treaties(self) -> tuple[list[dict], Callable]:
        return [bilateral_treaties(self.country)], lambda partner: [
            treaty_list_url(self.country, partner, scope="bilateral")
        ]

    def _in_force(self) -> tuple[list[dict], Callable]:
        found = self.treaties.by_partner
        counts = {partner.pk: row.certain for partner, row in found.items() if row.certain}
        return [counts], lambda partner: [
            treaty_list_url(self.country, partner, on=self.day, status=Status.IN_FORCE.value)
        ]

    def _visits(self) -> tuple[list[dict], Callable]:
        return list(self.visits), lambda partner: [
            list_address("relations:visit_list", {"pair": self._slug(partner)} | host)
            for host in ({}, {"host": partner.slug}, {"host": self.country.slug})
        ]

    def _missions(self) -> tuple[list[dict], Callable]:
        rows = Mission.objects.published().exclude(host=None).order_by()
        sent = rows.filter(sender=self.country).values_list("host")
        received = rows.filter(host=self.country).values_list("sender")
        counts = [dict(found.annotate(count=Count("*"))) for found in (sent, received)]
        return counts, lambda partner: [
            list_address("relations:mission_list", {"pair": self._slug(partner)} | sender)
            for sender in ({}, {"sender": self.country.slug}, {"sender": partner.slug})
        ]
