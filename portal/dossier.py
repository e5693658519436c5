"""The contents of a pair's page: the relations of two countries as plain data."""

from datetime import date
from itertools import product

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from core.dates import Edtf, today
from portal import timeline
from portal.footnotes import footnotes
from portal.gaps import known_gaps, missing
from relations import anniversaries
from relations.models import Event, Membership, Record, Relation, Statistics, Visit
from trade.charts import spark
from trade.models import Figure, TradedGood
from trade.pairs import dispute, turnover
from trade.rankings import chosen
from treaties import family
from treaties.charts import family_chart
from treaties.filters import SCOPE
from treaties.life import NEVER, Status
from treaties.models import Treaty
from treaties.terms import coming_ends

NEWEST = 10
# How many months ahead to look for treaties that end or renew automatically.
SOON = 12
# How many treaties, visits and figures the page itself lists.
LISTED = 25


def dossier(pair: Relation, day: date) -> dict:
    """An overview of a pair, with the treaties in force on a day. The number of queries does not
    depend on the amount of data."""
    both = (pair.country_a, pair.country_b)
    disagreements = list(pair.disagreements.present().with_history()) if pair.pk else []
    found = {
        "pair": pair,
        "changed": changed(pair),
        "latest": timeline.page(timeline.streams(pair)[:1], size=NEWEST).entries,
        "disagreements": disagreements,
        "undecided": sum(row.state == row.State.UNDECIDED for row in disagreements),
        "gaps": known_gaps(pair),
        "predecessors": Relation.objects.with_predecessors_of(pair).with_records(),
        **shared_organizations(both, day),
        "on_another_day": day != today(),
        **_events(pair, both),
        **_treaties(both, day),
        **_visits(both),
        **_trade(pair, both, disagreements),
    }
    shown = [*found["established"], *found["latest"]]
    shown += [row for _title, _count, rows in found["in_force"] for row in rows]
    shown += [*found["treaties"], *found["visits"], *found["figures"], *found["goods"]]
    shared = [*found["organizations"], *found["left"]]
    shown += [row for _organization, *sides in shared for side in sides for row in side]
    found["footnotes"] = footnotes(shown)
    counts = [count for _title, count, _rows in found["in_force"]]
    found["possibly_shared"] = sum(not row.certain for row, *_sides in found["organizations"])
    found |= {"in_force_count": sum(counts[:2]), "possible_count": sum(counts[2:])}
    found["missing"] = missing(found | {"organizations": shared})
    return found


def changed(pair):
    """The publication time of the pair's newest record; None if it has no records."""
    return Statistics.objects.filter(pk=pair.pk).values_list("newest", flat=True).first()


def _events(pair, both) -> dict:
    events = Event.objects.between(*both)
    own = Record.objects.filter(relation=pair) if pair.pk else Record.objects.none()
    established = events.published().filter(event_type=Event.Type.ESTABLISHMENT).oldest_first()
    return {
        "established": list(established),
        "on_this_day": list(anniversaries.on_this_day(own, today())[:NEWEST]),
        "anniversaries": anniversaries.coming_up(events, today(), NEWEST),
    }


def _treaties(both, day) -> dict:
    # Queried once: every section filters these few rows.
    keys = list(Treaty.objects.of_pair(*both).values_list("pk", flat=True))
    treaties = Treaty.objects.filter(pk__in=keys)
    families = family.of_treaties(treaties)
    return {
        "treaty_count": len(keys),
        "treaties": list(treaties.with_status(day, *both).newest_first()[:LISTED]),
        "day": day,
        "in_force": _in_force(treaties, day, both),
        "ends": coming_ends(treaties, day, SOON, *both),
        "families": families,
        "family_chart": family_chart(families, today()),
        "treaties_of_both": treaty_list_url(*both),
    }


def treaty_list_url(one, other, **filters) -> str:
    """The URL of the list of treaties to which both are parties, with further filters."""
    query = urlencode({"party": one.slug, "other_party": other.slug} | filters)
    return f"{reverse('treaties:treaty_list')}?{query}"


def _in_force(treaties, day, both):
    """The treaties certainly and possibly in force between two countries on a day, bilateral and
    multilateral separately: for each group its title, its count and its newest treaties."""
    groups = {}
    for sure, rows in (
        (True, treaties.binding_on(day, *both)),
        (False, treaties.possibly_binding_on(day, *both)),
    ):
        for pk, scope in rows.newest_first().values_list("pk", SCOPE):
            groups.setdefault((sure, scope), []).append(pk)
    shown = [pk for keys in groups.values() for pk in keys[:LISTED]]
    rows = {row.pk: row for row in treaties.filter(pk__in=shown).with_status(day, *both)}
    for (sure, _scope), keys in groups.items():
        for row in filter(None, map(rows.get, keys)):
            if row.status != Status.IN_FORCE:
                # Of several possible statuses, the heading names this one.
                row.status, row.certain, row.known_on = Status.IN_FORCE.value, sure, NEVER
    return [
        (title, len(keys), [rows[pk] for pk in keys[:LISTED]])
        for title, keys in (
            (_("Bilateral"), groups.get((True, "bilateral"), [])),
            (_("Multilateral"), groups.get((True, "multilateral"), [])),
            (_("Bilateral, possibly in force"), groups.get((False, "bilateral"), [])),
            (_("Multilateral, possibly in force"), groups.get((False, "multilateral"), [])),
        )
    ]


def _visits(both) -> dict:
    visits = Visit.objects.published().between(*both).newest_first()
    sides = ("host", "relation__country_a", "relation__country_b")
    return {
        "visit_count": visits.count(),
        "visits": list(visits.select_related(*sides)[:LISTED]),
    }


def _trade(pair, both, disagreements) -> dict:
    figures = Figure.objects.published().between(*both).for_pages()
    choices = chosen(disagreements)
    drawn = turnover(pair, choices)
    listed = list(figures.order_by("-sort_key", "indicator__name", "-id")[:LISTED])
    dispute(listed, disagreements)
    return {
        "figure_count": figures.count(),
        "figures": listed,
        "goods": list(TradedGood.objects.published().between(*both).for_pages()),
        "spark": spark(drawn, choices) if drawn else None,
    }


def shared_organizations(both, day: date) -> dict:
    """The organizations to which both countries possibly belong on a day, and apart (`left`) those
    that they possibly shared at other times. Each comes with the memberships of the first and the
    second country; `certain` says whether both certainly belonged to it on the day, or together on
    any other."""
    shared, rows = {}, Membership.objects.shared_by(*both)
    keys = [country.pk for country in both]
    existed = all(country.existed_on(Edtf.between(day, day)) for country in both)
    sides = rows.select_related("organization", "member")
    for row in sides.order_by("organization__sort_name", "member__sort_name", "pk"):
        shared.setdefault(row.organization, ([], []))[keys.index(row.member_id)].append(row)
    found = {"organizations": [], "left": []}
    for organization, sides in shared.items():
        lasts = existed and all(any(row.possibly_lasts_on(day) for row in side) for side in sides)
        organization.certain = (
            all(any(row.certainly_lasts_on(day) for row in side) for side in sides)
            if lasts
            else any(certainly_overlap(one, other) for one, other in product(*sides))
        )
        found["organizations" if lasts else "left"].append((organization, *sides))
    return found


def certainly_overlap(one: Record, other: Record) -> bool:
    """Whether two lasting records certainly lasted on one day."""
    days, others = one.certain_days, other.certain_days
    return bool(days and others) and days[0] <= others[1] and others[0] <= days[1]
