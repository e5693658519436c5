"""How many treaties a country has with each of its partners, in a constant number of queries."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from itertools import product

from django.db.models import Count

from relations.models import Country
from relations.models.country import common_days
from treaties.filters import SCOPE
from treaties.life import GONE, Status
from treaties.models import Party, Treaty, TreatyLink, TreatyPeriod

# Whether a treaty binds a party on a day.
NO, POSSIBLY, CERTAINLY = range(3)


@dataclass(slots=True)
class PartnerTreaties:
    """The number of treaties with a partner that are certainly in force on a day, those that are
    possibly but not certainly in force, and all that are recorded."""

    certain: int = 0
    possible: int = 0
    recorded: int = 0


@dataclass(frozen=True, slots=True)
class CountryTreaties:
    """The number of treaties of a country, of those that certainly bind it on a day, and the same
    by partner."""

    recorded: int
    certain: int
    by_partner: dict[Country, PartnerTreaties]


def treaties_of(country: Country, on: date) -> CountryTreaties:
    """The treaties of a country. The counts equal those of `TreatyQuerySet.with_party` and
    `binding_on`, and for each pair those of `of_pair`, `binding_on` and `possibly_binding_on`. Five
    queries."""
    own = Treaty.objects.published().with_party(country).order_by().values("pk")
    parties = defaultdict(set)
    bound = Party.objects.bound().filter(treaty__in=own, country__isnull=False).order_by()
    for partner, treaty in bound.values_list("country", "treaty"):
        parties[partner].add(treaty)
    of_party = defaultdict(list)
    periods = TreatyPeriod.objects.filter(treaty__in=own).order_by()
    days = ("status", "first", "last", "certain_first", "certain_last")
    for treaty, party, *period in periods.filter(party__country__in=list(parties)).values_list(
        "treaty", "party__country", *days
    ):
        of_party[treaty, party].append(period)
    whole = dict.fromkeys(parties[country.pk], NO)
    for treaty, sure in periods.in_force(on).values_list("treaty", "sure"):
        whole[treaty] = max(whole[treaty], CERTAINLY if sure else POSSIBLY)
    links = TreatyLink.objects.filter(link_type__in=TreatyLink.ENDING, target__in=own)
    later = defaultdict(list)
    for target, treaty in links.filter(treaty__in=own).values_list("target", "treaty"):
        later[target].append(treaty)

    def binds(treaty: int, party: int) -> int:
        apart = of_party.get((treaty, party))
        return min(whole[treaty], CERTAINLY if apart is None else _bound(apart, on))

    def binds_both(treaty: int, partner: int) -> int:
        if treaty not in parties[partner]:
            return NO
        return min(binds(treaty, country.pk), binds(treaty, partner))

    found = {}
    partners = Country.objects.in_bulk(parties.keys() - {country.pk})
    for key, partner in partners.items():
        if common_days([country, partner]) is None:
            continue
        counts = PartnerTreaties()
        for treaty in parties[key]:
            sides = of_party.get((treaty, country.pk)), of_party.get((treaty, key))
            if all(sides) and not _overlap(*sides):
                continue
            counts.recorded += 1
            standing = binds_both(treaty, key)
            ended = max((binds_both(row, key) for row in later[treaty]), default=NO)
            counts.certain += standing == CERTAINLY and ended == NO
            counts.possible += (
                standing > NO and ended < CERTAINLY and not (standing == CERTAINLY and ended == NO)
            )
        if counts.recorded:
            found[partner] = counts
    certain = sum(binds(treaty, country.pk) == CERTAINLY for treaty in parties[country.pk])
    return CountryTreaties(len(parties[country.pk]), certain, found)


def bilateral_treaties(country: Country) -> dict[int, int]:
    """The number of published bilateral treaties with each other country, by primary key. One
    query."""
    own = Treaty.objects.published().with_party(country).annotate(scope_key=SCOPE)
    treaties = own.filter(scope_key="bilateral").order_by().values("pk")
    parties = Party.objects.bound().filter(country__isnull=False, treaty__in=treaties)
    rows = parties.exclude(country=country).order_by().values_list("country")
    return dict(rows.annotate(count=Count("*")))


def _bound(periods: list, on: date) -> int:
    """Whether a party with periods of its own is bound on a day."""
    found = NO
    for status, first, last, certain_first, certain_last in periods:
        if status == Status.IN_FORCE and first <= on <= last:
            sure = certain_first and certain_last and certain_first <= on <= certain_last
            found = max(found, CERTAINLY if sure else POSSIBLY)
    return found


def _overlap(own: list, others: list) -> bool:
    """Whether two parties were possibly part of a treaty at the same time."""
    sides = ([row for row in rows if row[0] not in GONE] for rows in (own, others))
    return any(one[1] <= other[2] and other[1] <= one[2] for one, other in product(*sides))
