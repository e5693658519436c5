"""World maps of a country's partners: by treaties in force, missions, visits and trade."""

from collections import Counter
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from charts.scales import counts_in_words
from core.dates import today
from core.urls import address_of, list_address
from portal.maps import Cell, Row, Theme, ValueMap, value_map
from portal.pair_treaties import treaty_list_url
from portal.partners import visits_by_partner
from relations.models import Country, Mission
from relations.models.relation import pair_slug
from trade import rankings
from trade.goods import Goods
from trade.quantities import Quantity, columns
from trade.rules import EXPORTS, IMPORTS
from trade.templatetags.figures import exactly, in_words
from treaties.filters import POSSIBLY
from treaties.life import Status
from treaties.partners import treaties_of


def dossier_url(country: Country, partner: Country) -> str:
    return address_of("portal:dossier", pair_slug(country, partner))


def treaties_map(country: Country, on: date) -> ValueMap:
    """A country's partners by the number of treaties in force between them on a day."""
    rows = []
    for partner, found in treaties_of(country, on).by_partner.items():
        in_force, possible = (
            treaty_list_url(country, partner, on=on, status=f"{Status.IN_FORCE.value}{sign}")
            for sign in ("", POSSIBLY)
        )
        words = counts_in_words(found.certain, found.possible)
        rows.append(
            Row(
                country=partner,
                certain=found.certain,
                possible=found.possible,
                words=_("none in force") if words == "0" else _("%s in force") % words,
                url=dossier_url(country, partner),
                cells=(
                    Cell(str(found.certain), in_force if found.certain else ""),
                    Cell(str(found.possible), possible if found.possible else ""),
                    Cell(str(found.recorded), treaty_list_url(country, partner)),
                ),
                values={
                    "in_force": found.certain,
                    "possibly_in_force": found.possible,
                    "recorded": found.recorded,
                },
            )
        )
    theme = Theme(
        title=_("Treaties in force"),
        about=_(
            "Bilateral and multilateral treaties in force between the country and each partner on "
            "this day, derived from the recorded steps of each treaty."
        ),
        heads=(_("In force"), _("Possibly in force"), _("Recorded")),
        unsure=_("only possibly in force"),
        without=_("treaties recorded, none in force on this day"),
    )
    return value_map(theme, rows, country)


def missions_map(country: Country, on: date) -> ValueMap:
    """A country's partners by the missions between them on a day, in both directions."""
    missions = Mission.objects.published().filter(host__isnull=False)
    missions = missions.filter(Q(sender=country) | Q(host=country)).order_by()
    found: dict[Country, Counter] = {}
    for row in missions.for_pages().prefetch_related(None):
        sends = row.sender_id == country.pk
        counts = found.setdefault(row.host if sends else row.sender, Counter())
        if row.certainly_lasts_on(on):
            counts[sends, True] += 1
        elif row.possibly_lasts_on(on):
            counts[sends, False] += 1
    rows = [
        _both_ways(
            country,
            partner,
            [(counts[sends, True], counts[sends, False]) for sends in (True, False)],
            ("sent", "received"),
            _("%(sent)s sent, %(received)s received"),
        )
        for partner, counts in found.items()
    ]
    theme = Theme(
        title=_("Missions"),
        about=_(
            "Embassies, consulates and other missions that the country has in each partner on this "
            "day, and those that it hosts. A mission with unknown dates counts as possible."
        ),
        heads=(_("Sent"), _("Received")),
        unsure=_("only possibly on this day"),
        without=_("missions recorded, none on this day"),
    )
    return value_map(theme, rows, country)


def _both_ways(country, partner, ways, names, words, links=("", "")) -> Row:
    """A row that counts in both directions, each as its certain and its possible count; `words` has
    a place for each of the two names."""
    certain, possible = map(sum, zip(*ways, strict=True))
    return Row(
        country=partner,
        certain=certain,
        possible=possible,
        words=words % {name: counts_in_words(*way) for name, way in zip(names, ways, strict=True)},
        url=dossier_url(country, partner),
        cells=tuple(
            Cell(counts_in_words(*way), link if any(way) else "")
            for way, link in zip(ways, links, strict=True)
        ),
        values={
            key: count
            for name, way in zip(names, ways, strict=True)
            for key, count in zip((name, f"possibly_{name}"), way, strict=True)
        },
    )


def visits_map(country: Country, on: date) -> ValueMap:
    """A country's partners by the visits between them that began by a day, in both directions."""
    certain = Q(date_latest__lte=on)
    possible = Q(date_latest=None) | Q(date_latest__gt=on)
    possible &= Q(date_earliest=None) | Q(date_earliest__lte=on)
    found: dict[int, dict[bool, tuple[int, int]]] = {}
    counted = {
        "certain": Count("pk", filter=certain),
        "possible": Count("pk", filter=possible),
    }
    for partner, received, *counts in visits_by_partner(country, **counted):
        found.setdefault(partner, {})[received] = tuple(counts)
    rows = []
    for partner in Country.objects.filter(pk__in=found):
        ways = [found[partner.pk].get(received, (0, 0)) for received in (False, True)]
        asked = {"pair": pair_slug(country, partner)}
        # The list has all visits, and the map those that began by the day.
        links = [
            list_address("relations:visit_list", asked | {"host": host.slug})
            if on >= today()
            else ""
            for host in (partner, country)
        ]
        words = _("%(made)s made, %(received)s received")
        rows.append(_both_ways(country, partner, ways, ("made", "received"), words, links))
    theme = Theme(
        title=_("Visits"),
        about=_(
            "Recorded bilateral visits that began by this day: those that the country made to each "
            "partner, and those that it received."
        ),
        heads=(_("Made"), _("Received")),
        unsure=_("only possibly by this day"),
        without=_("only later visits recorded"),
    )
    return value_map(theme, rows, country)


def trade_years(country: Country) -> list[int]:
    """The years for which a country's own reports are recorded, newest first."""
    found = {
        year for flow in rankings.FLOWS for year in rankings.years(rankings.reports(country, flow))
    }
    return sorted(found, reverse=True)


def trade_map(country: Country, year: int | None) -> ValueMap:
    """A country's partners by turnover of all goods in a year, as the country itself reports it."""
    found: dict[Country, dict] = {}
    sources = {}
    for flow in rankings.FLOWS if year else ():
        ranking = rankings.ranking(country, flow, year, Goods())
        sources |= dict.fromkeys(ranking.sources)
        for row in ranking.rows:
            found.setdefault(row.partner, {})[flow] = row.observation
    rows = [_turnover(country, partner, flows) for partner, flows in found.items()]
    theme = Theme(
        title=_("Trade"),
        about=_(
            "Turnover in all goods with each partner in %(year)s: the exports and imports that the "
            "country itself reports, in nominal US dollars. If it reports only one of the two, or "
            "two sources state them, they are not added."
        )
        % {"year": year},
        heads=(_("Exports"), _("Imports"), _("Turnover")),
        unsure="",
        without=_("reported, but without a turnover above zero"),
        words=_dollars,
        sources=tuple(sources),
    )
    return value_map(theme, rows, country)


def _dollars(number: Quantity | Decimal) -> str:
    return _("%s US dollars") % in_words(number)


def _turnover(country: Country, partner: Country, flows: dict) -> Row:
    numbers = [flows.get(flow) for flow in (EXPORTS, IMPORTS)]
    turnover: Quantity | None = None
    if all(numbers) and len({number.source_id for number in numbers}) == 1:
        turnover = numbers[0].quantity + numbers[1].quantity
    names = (_("exports %s"), _("imports %s"))
    each = [
        name % (in_words(number.quantity) if number else _("not reported"))
        for name, number in zip(names, numbers, strict=True)
    ]
    return Row(
        country=partner,
        certain=turnover.value if turnover else Decimal(),
        possible=0,
        words=_dollars(turnover) if turnover else ", ".join(each),
        url=dossier_url(country, partner),
        cells=(
            *(
                Cell(exactly(number.quantity), number.url) if number else Cell(_("not reported"))
                for number in numbers
            ),
            Cell(exactly(turnover) if turnover else "–"),
        ),
        values={
            **columns("exports", numbers[0] and numbers[0].quantity),
            **columns("imports", numbers[1] and numbers[1].quantity),
            **columns("turnover", turnover),
        },
    )
