"""Pairs side by side: the numbers of each, and charts on the same scales."""

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from django.db.models import Count
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from charts.lanes import Column, LaneChart, draw_lanes
from charts.scales import YearAxis, counts_in_words
from charts.styles import Styles
from core.urls import list_address
from portal.dossier import shared_organizations
from portal.pair_treaties import treaty_list_url
from portal.partners import Tally
from portal.pictures import (
    YearCounts,
    counts_chart,
    in_full,
    treaties_by_status,
    visits_by_year,
    year_ends,
)
from portal.turns import disputing
from relations.models import Disagreement, Event, Mission, Relation, Visit
from trade.charts import Chart, Spark, spark, styled
from trade.pairs import turnover
from trade.quantities import columns
from trade.rankings import chosen
from treaties.filters import POSSIBLY
from treaties.life import Status
from treaties.models import Treaty
from treaties.standings import Standings

IN_FORCE = Status.IN_FORCE.value


@dataclass(frozen=True, slots=True)
class Compared:
    """What is recorded of a pair on a day. Of two numbers, the first is from, or of, the first
    country of the pair. Treaties are given by key."""

    pair: Relation
    day: date
    established: list[Event]
    disputed: list[Disagreement]
    treaties: list[int]
    in_force: int
    possibly_in_force: int
    first_treaty: int | None
    visits: dict[int | None, tuple[int, int]]
    last_visit: Visit | None
    missions: tuple[int, int]
    shared: int
    possibly_shared: int
    turnover: Chart | None
    newest: Spark | None

    @property
    def sides(self) -> tuple:
        return self.pair.country_a, self.pair.country_b

    @property
    def visit_sums(self) -> tuple[int, int]:
        """The number of visits from the first country and from the second, dated or not."""
        return tuple(sum(row[way] for row in self.visits.values()) for way in (0, 1))

    @property
    def treaty_tallies(self) -> tuple[Tally, Tally, Tally]:
        """All treaties of both, those certainly in force, and those possibly in force."""
        in_force = {"on": self.day.isoformat(), "status": IN_FORCE}
        possibly = in_force | {"status": f"{IN_FORCE}{POSSIBLY}"}
        return (
            Tally(len(self.treaties), self._treaty_list()),
            Tally(self.in_force, self._treaty_list(**in_force)),
            Tally(self.possibly_in_force, self._treaty_list(**possibly)),
        )

    def _treaty_list(self, **filters: str) -> str:
        if self.pair.pk:
            return list_address("treaties:treaty_list", {"pair": self.pair.slug} | filters)
        return treaty_list_url(*self.sides, **filters)

    @property
    def visit_tallies(self) -> list[Tally]:
        return self._tallies(self.visit_sums, "relations:visit_list", "guest")

    @property
    def mission_tallies(self) -> list[Tally]:
        return self._tallies(self.missions, "relations:mission_list", "sender")

    def _tallies(self, numbers: tuple[int, int], name: str, sender: str) -> list[Tally]:
        """The numbers of both directions with their lists; `sender` is the filter of the list for
        the country from which a direction starts."""
        directions = (self.sides, self.sides[::-1])
        return [
            Tally(
                number,
                list_address(name, {sender: start.slug, "host": host.slug}),
                f"{start} → {host}",
            )
            for number, (start, host) in zip(numbers, directions, strict=True)
        ]

    @property
    def organizations_url(self) -> str:
        """Where the dossier lists the shared organizations of the day."""
        query = urlencode({"on": self.day.isoformat()})
        return f"{self.pair.get_absolute_url()}?{query}#organizations"

    def as_row(self) -> dict:
        """The numbers as a row of a file; those of a side name the first or second country."""
        point = self.newest and self.newest.latest
        visits, missions = self.visit_sums, self.missions
        return {
            "pair": self.pair.slug,
            "first": self.sides[0].slug,
            "second": self.sides[1].slug,
            "day": self.day.isoformat(),
            "relations_since": [str(row.date) for row in self.established],
            "relations_since_disputed": bool(self.disputed),
            "treaties": len(self.treaties),
            "treaties_in_force": self.in_force,
            "treaties_possibly_in_force": self.possibly_in_force,
            "visits_from_first": visits[0],
            "visits_from_second": visits[1],
            "last_visit": str(self.last_visit.date) if self.last_visit else None,
            "missions_of_first": missions[0],
            "missions_of_second": missions[1],
            "shared_organizations": self.shared,
            "possibly_shared_organizations": self.possibly_shared,
            **columns("turnover", point and point.quantity),
            "turnover_unit": self.turnover.unit if point else None,
            "turnover_period": point.when if point else None,
            "turnover_reporter": self.newest.reporter if point else None,
            "turnover_differs": self.newest.differs if point else None,
            "url": self.pair.get_absolute_url(),
        }


def compared(pair: Relation, day: date) -> Compared:
    """The numbers of a pair on a day, in at most 15 queries."""
    both = (pair.country_a, pair.country_b)
    disagreements = list(pair.disagreements.present()) if pair.pk else []
    events = Event.objects.published().between(*both)
    established = list(events.filter(event_type=Event.Type.ESTABLISHMENT).oldest_first())
    years = dict(Treaty.objects.of_pair(*both).values_list("pk", "year"))
    keys = list(years)
    treaties = Standings(keys, day, *both, bound=True)
    standings = Counter((row.status, row.certain) for row in map(treaties.of, keys))
    visits = Visit.objects.published().between(*both).exclude(year=None)
    missions = Mission.objects.published().between(*both).exclude(host=None).order_by()
    sent = dict(missions.values_list("sender").annotate(count=Count("*")))
    shared = [row for row, *_sides in shared_organizations(both, day)["organizations"]]
    choices = chosen(disagreements)
    chart = turnover(pair, choices)
    return Compared(
        pair=pair,
        day=day,
        established=established,
        disputed=disputing(established, disagreements),
        treaties=keys,
        in_force=standings[IN_FORCE, True],
        possibly_in_force=standings[IN_FORCE, False],
        first_treaty=min(filter(None, years.values()), default=None),
        visits=visits_by_year(pair),
        last_visit=visits.newest_first().first(),
        missions=tuple(sent.get(country.pk, 0) for country in both),
        shared=sum(row.certain for row in shared),
        possibly_shared=sum(not row.certain for row in shared),
        turnover=chart,
        newest=spark(chart, choices) if chart else None,
    )


def charts(rows: list[Compared], day: date) -> dict:
    """The charts of these pairs, each on one scale for all of them; a chart without data is None or
    empty."""
    years = [year for row in rows for year in (*row.visits, row.first_treaty) if year]
    axis = YearAxis(min([*years, day.year]), max([*years, day.year]))
    return {
        "visits": visits_chart(rows, axis),
        "in_force": in_force_chart(rows, axis, day),
        "turnovers": turnover_charts(rows),
    }


def visits_chart(rows: list[Compared], axis: YearAxis) -> LaneChart | None:
    """A lane of columns for each pair; None if no pair has a visit."""
    series = [
        YearCounts(
            "way-1",
            str(row.pair),
            Counter({year: sum(ways) for year, ways in row.visits.items()}),
            partial(_visits, row.pair),
        )
        for row in rows
    ]
    return counts_chart(
        "visits",
        _("Visits by year"),
        _("Bilateral visits in both directions, under the year in which they began."),
        series if any(row.visits for row in rows) else [],
        axis,
    )


def _visits(pair: Relation, first: int, last: int) -> str:
    query = {"pair": pair.slug, "year_from": first, "year_to": last}
    return list_address("relations:visit_list", query)


def in_force_chart(rows: list[Compared], axis: YearAxis, day: date) -> LaneChart | None:
    """A lane of columns for each pair, at year ends and on the day; None without treaties."""
    if not any(row.treaties for row in rows):
        return None
    days = year_ends(axis, day)
    counts = [_in_force_on(row, days) for row in rows]
    lanes = []
    for row, numbers in zip(rows, counts, strict=True):
        values = [
            _in_force_column(row, axis, end, *numbers[end]) for end in days if any(numbers[end])
        ]
        label = f"{row.pair} ({counts_in_words(*numbers[day])})"
        lanes.append((IN_FORCE, label, values))
    return LaneChart(
        key="in-force",
        title=_("Treaties in force over time"),
        description=_(
            "The number of treaties in force between the two at the end of each year, bilateral "
            "and multilateral, derived from the recorded steps; in brackets, the number on "
            "%(day)s."
        )
        % {"day": in_full(day)},
        axis=axis,
        lanes=draw_lanes(axis, lanes),
        head=(_("Date"), *(str(row.pair) for row in rows)),
        rows=tuple(
            (in_full(end), *(counts_in_words(*numbers[end]) for numbers in counts)) for end in days
        ),
    )


def _in_force_on(row: Compared, days: list[date]) -> dict[date, tuple[int, int]]:
    """How many treaties are certainly, and how many only possibly, in force on each day."""
    found = treaties_by_status(row.treaties, row.sides, days)
    statuses = {day: found.get(day, Counter()) for day in days}
    return {day: (by[IN_FORCE, True], by[IN_FORCE, False]) for day, by in statuses.items()}


def _in_force_column(row: Compared, axis: YearAxis, day: date, sure: int, possible: int) -> Column:
    words = f"{in_full(day)}, {row.pair}: {counts_in_words(sure, possible)}"
    url = treaty_list_url(*row.sides, on=day, status=IN_FORCE)
    return Column(axis.bin(day.year), sure, words, url, possible, f"{url}{POSSIBLY}")


def turnover_charts(rows: list[Compared]) -> list[Chart]:
    """The chart of turnover of each pair that has one; those in one unit have the same scales, and
    a country has one colour in all of them."""
    drawn = [(row, row.turnover) for row in rows if row.turnover]
    points = defaultdict(list)
    for _row, chart in drawn:
        points[chart.unit] += [point for line in chart.lines for point in line.points]
        points[chart.unit] += chart.targets
    countries = [side.slug for row, _chart in drawn for side in row.sides]
    charts = [
        replace(
            chart,
            key=f"turnover-{row.pair.slug}",
            title=str(row.pair),
            beside=tuple(points[chart.unit]),
        )
        for row, chart in drawn
    ]
    return styled(charts, Styles([*countries, ""]))
