"""The contents of a pair's page: the relations of two countries as plain data."""

from collections.abc import Iterator
from datetime import date
from itertools import chain, islice, product

from core.dates import Edtf, today
from core.related import fetch_related
from portal import timeline
from portal.dossier_summary import summary
from portal.footnotes import footnotes
from portal.gaps import known_gaps, missing
from portal.long_lists import LISTED, LongList
from portal.occasions import Occasion, occasions
from portal.pair_treaties import treaties_on
from portal.turns import turns_of
from relations import anniversaries
from relations.models import (
    Event,
    Kind,
    Membership,
    Mission,
    Record,
    Relation,
    Statistics,
    Visit,
)
from relations.reading import for_reading
from sources.models import Reference
from trade.charts import spark
from trade.models import Figure, TradedGood
from trade.pairs import dispute, turnover
from trade.rankings import chosen
from treaties.models import TreatyAction

NEWEST = 10
# How many disagreements the page shows before it folds the rest: each takes several lines.
FULL = 5


def dossier(pair: Relation, day: date) -> dict:
    """An overview of a pair, with the treaties in force on a day. The number of queries does not
    depend on the amount of data."""
    both = (pair.country_a, pair.country_b)
    disagreements = list(pair.disagreements.present().with_history()) if pair.pk else []
    found = {
        "pair": pair,
        "day": day,
        "on_another_day": day != today(),
        "changed": changed(pair),
        "latest": _latest(pair),
        "all_disagreements": disagreements,
        "disagreements": LongList.of(disagreements[:LISTED], len(disagreements), FULL),
        "predecessors": Relation.objects.with_predecessors_of(pair).with_records(),
        "turns": turns_of(pair, day, disagreements),
        **_shared_lists(both, day),
        **_days(pair, both),
        **treaties_on(both, day),
        **_visits(pair),
        **_missions(pair),
        **_trade(pair, both, disagreements),
    }
    found["footnotes"] = footnotes(_shown(found))
    shared = [row for row, *_sides in (*found["organizations"], *found["left"])]
    subjects = {
        "established": found["turns"].established,
        "treaties": found["counts"].total,
        "organizations": shared,
    }
    found["gaps"] = known_gaps(pair, found["treaties"], shared)
    found["missing"] = missing(found | subjects)
    found["summary"] = summary(found)
    return found


def _shown(found) -> Iterator[Record | Reference]:
    """All rows that the page shows, in its order."""
    yield from found["turns"].established.rows
    for group in found["in_force"]:
        yield from group.treaties.rows
    for entry in found["latest"]:
        yield from entry.entries
    for name in ("other_treaties", "visits", "missions", "figures", "goods"):
        yield from found[name].rows
    for name in ("organizations", "left"):
        for _organization, *sides in found[name]:
            yield from chain(*sides)


def changed(pair):
    """The publication time of the pair's newest record; None if it has no records."""
    return Statistics.objects.filter(pk=pair.pk).values_list("newest", flat=True).first()


def _latest(pair) -> list[Occasion]:
    """The newest dated entries of the timeline that are of this pair alone, by occasion."""
    dated = timeline.streams(pair)[0].exclude(date="")
    places = dated.newest_first().values_list("pk", "kind", "sort_key", "date", named=True)
    rows = list(places[: LISTED + 1])
    beyond = rows[LISTED].sort_key if len(rows) > LISTED else None
    # What an occasion is depends on its actions. All that a page shows is fetched for ten of them.
    actions = TreatyAction.objects.select_related("party").in_bulk(
        [row.pk for row in rows if row.kind == Kind.ACTION]
    )
    found = occasions(actions.get(row.pk, row) for row in rows[:LISTED])[:NEWEST]
    entries = chain.from_iterable(group.entries for group in found)
    entries = iter(for_reading(entries, known=pair.known()))
    return [
        Occasion(tuple(islice(entries, len(group.entries))), is_cut=group.first.sort_key == beyond)
        for group in found
    ]


def _days(pair, both) -> dict:
    events = Event.objects.between(*both)
    own = Record.objects.of_relation(pair)
    # Signatures stand for their treaties.
    days = anniversaries.on_this_day(own.exclude(kind=Kind.TREATY), today())
    return {
        "on_this_day": list(days[:NEWEST]),
        "anniversaries": anniversaries.coming_up(events, today(), NEWEST),
    }


def _visits(pair) -> dict:
    own = Record.objects.published().of_relation(pair).filter(kind=Kind.VISIT)
    # The newest are found along an index before their own columns are read.
    keys = list(own.newest_first().values_list("pk", flat=True)[:LISTED])
    found = Visit.objects.in_bulk(keys)
    fetch_related(list(found.values()), "relation", "host", known=pair.known())
    return {"visits": LongList.of([found[key] for key in keys], own.count())}


def _missions(pair) -> dict:
    """The missions of either country in the other, embassies first."""
    rows = list(Mission.objects.published().of_relation(pair))
    fetch_related(rows, "relation", "sender", "host", known=pair.known())
    types = Mission.Type.values
    rows = sorted(rows, key=lambda row: (row.sender.sort_name, types.index(row.mission_type),
                                         row.sort_title, row.pk))  # fmt: skip
    return {"missions": LongList.of(rows)}


def _trade(pair, both, disagreements) -> dict:
    figures = Figure.objects.published().between(*both)
    choices = chosen(disagreements)
    drawn = turnover(pair, choices)
    newest = figures.order_by("-sort_key", "indicator__name", "-id").values_list("pk", flat=True)
    keys = list(newest[:LISTED])
    found = figures.for_pages().in_bulk(keys)
    listed = [found[key] for key in keys]
    dispute(listed, disagreements)
    goods = list(TradedGood.objects.published().between(*both).for_pages())
    return {
        "figures": LongList.of(listed, figures.count()),
        "goods": LongList.of(goods[:LISTED], len(goods)),
        "spark": spark(drawn, choices) if drawn else None,
    }


def _shared_lists(both, day: date) -> dict:
    shared = shared_organizations(both, day)
    possibly = sum(not row.certain for row, *_sides in shared["organizations"])
    return {**shared, "possibly_shared": possibly}


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
