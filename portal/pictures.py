"""Charts of a pair as plain data: visits, treaties by topic and status, shared memberships."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import pairwise

from django.db.models import Count, Q
from django.utils import formats
from django.utils.translation import gettext as _

from charts.lanes import Column, LaneChart, draw_lanes
from charts.scales import YearAxis, counts_in_words, years_in_words
from charts.styles import Styles
from core.urls import list_address
from portal.dossier import shared_organizations
from portal.pair_treaties import treaty_list_url
from relations.models import Country, Relation, Visit
from treaties import family
from treaties.charts import family_chart
from treaties.filters import POSSIBLY
from treaties.life import OPEN, Status, status_on
from treaties.models import Treaty, TreatyPeriod
from treaties.models.period import PeriodDays

NO_TOPIC = ""


def pictures(pair: Relation, day: date) -> dict:
    """All charts of a pair on a day, with one scale of years. A chart without data is None or
    empty."""
    both = (pair.country_a, pair.country_b)
    visits, dated = visits_by_year(pair), topics_and_years(*both)
    topics, treaties = treaties_by_topic(dated), {key for key, *_topic in dated}
    years = [year for counts in (visits, *topics.values()) for year in counts if year]
    axis = YearAxis(min([*years, day.year]), max([*years, day.year]))
    families = family.of_treaties(treaties)
    statuses = treaties_by_status(treaties, both, year_ends(axis, day))
    return {
        "families": families,
        "family_chart": family_chart(families, day),
        "visits": visits_chart(pair, visits, axis),
        "topics": topics_chart(pair, topics, axis),
        "statuses": statuses_chart(pair, statuses, axis),
        **shared_organizations(both, day),
    }


def year_ends(axis: YearAxis, day: date) -> list[date]:
    """The last day of each bin of the axis that ends before the day's year, and the day itself."""
    return [date(last, 12, 31) for _first, last in axis.bins() if last < day.year] + [day]


def visits_by_year(pair: Relation) -> dict[int | None, tuple[int, int]]:
    """Published visits by year: how many from the first country to the second, and how many back.
    The year None has the visits with an unknown date."""
    rows = Visit.objects.published().between(pair.country_a, pair.country_b).order_by()
    counts = Counter()
    for year, host, count in rows.values_list("year", "host").annotate(count=Count("*")):
        counts[year, host] = count
    years = sorted({year for year, _host in counts}, key=lambda year: year or 0)
    return {
        year: (counts[year, pair.country_b_id], counts[year, pair.country_a_id]) for year in years
    }


def topics_and_years(one, other) -> list[tuple[int, str | None, str | None, int | None]]:
    """The published treaties to which both are parties: key, topic (slug and name) and year. A
    treaty with two topics is listed with each, one without topics once."""
    rows = Treaty.objects.of_pair(one, other).order_by("topics__slug")
    return list(rows.values_list("pk", "topics__slug", "topics__name", "year"))


def treaties_by_topic(rows) -> dict[tuple[str, str], Counter]:
    """The number of treaties by topic (slug and name) and year. Those without topics count under
    the empty topic."""
    found = {}
    for _key, slug, name, year in rows:
        topic = (slug or NO_TOPIC, name or _("no topic given"))
        found.setdefault(topic, Counter())[year] += 1
    return dict(sorted(found.items(), key=lambda item: (-item[1].total(), item[0])))


def treaties_by_status(
    treaties: Collection[int], both: tuple[Country, Country], days: list[date]
) -> dict[date, Counter]:
    """How many treaties of a pair, given by key, have each status on these days, in order: counts
    by status and whether it is certain. Empty for a pair without treaties.

    As in `with_status`, the status is that between the two, and if several are possible on a day,
    the latest counts.
    """
    sides = [country.pk for country in both]
    rows = TreatyPeriod.objects.filter(
        Q(party=None) | Q(party__country__in=sides), treaty__in=treaties
    )
    names = ("treaty", "party__country", *PeriodDays.NAMES)
    courses = {}
    for key, side, *values in rows.order_by("position").values_list(*names):
        courses.setdefault(key, {}).setdefault(side, []).append(PeriodDays(*values))
    found = {day: Counter() for day in days} if courses else {}
    for course in courses.values():
        # The status can change only where a period begins or ends, certainly or possibly.
        turns = {turn for rows in course.values() for row in rows for turn in row.turns()}
        places = {bisect_left(days, turn) for turn in turns}
        for start, stop in pairwise(sorted({*places, 0, len(days)})):
            if (standing := _standing(course, sides, days[start]))[0]:
                for day in days[start:stop]:
                    found[day][standing] += 1
    return found


def _standing(course: dict, sides: list[int], day: date) -> tuple[str, bool]:
    """The status of a treaty between two countries on a day, and whether it is certain."""
    alone = [status_on(course[side], day)[:2] for side in sides if side in course]
    whole = status_on(course.get(None, []), day)[:2]
    # It is certain if the treaty certainly binds both.
    both = (whole[0], all(sure for _status, sure in (whole, *alone)))
    return next((row for row in alone if row[0] != Status.IN_FORCE), both)


@dataclass(frozen=True, slots=True)
class YearCounts:
    """Counts by year (None: unknown date), and a function that returns the URL of the items of some
    years."""

    key: str
    name: str
    counts: Counter
    address: Callable[[int, int], str]


def visits_chart(pair: Relation, counts: dict, axis: YearAxis) -> LaneChart | None:
    """Two lanes of columns, one for each direction, in the colour of the country that visits."""
    sides, series = (pair.country_a, pair.country_b), []
    styles = Styles(side.slug for side in sides)
    for way, (guest, host) in enumerate((sides, sides[::-1])):
        asked = {"pair": pair.slug, "host": host.slug}
        series.append(
            YearCounts(
                key=f"series-{styles.style(guest.slug).colour}",
                name=f"{guest} → {host}",
                counts=Counter({year: row[way] for year, row in counts.items()}),
                address=partial(_visits, asked),
            )
        )
    return counts_chart(
        "visits",
        _("Visits by year and direction"),
        _("Bilateral visits under the year in which they began."),
        series if counts else [],
        axis,
    )


def topics_chart(pair: Relation, counts: dict, axis: YearAxis) -> LaneChart | None:
    """A lane of columns for each topic, the largest first."""
    return counts_chart(
        "topics",
        _("Treaties by topic"),
        _(
            "Treaties to which both are parties, bilateral and multilateral, under the year of "
            "their date. A treaty with several topics appears under each."
        ),
        [
            YearCounts("topic", name, topic, partial(_of_topic, pair, slug))
            for (slug, name), topic in counts.items()
        ],
        axis,
    )


def counts_chart(
    key: str, title: str, description: str, series: list, axis: YearAxis
) -> LaneChart | None:
    """A lane for each series, with a table; None without series."""
    if not series:
        return None
    cells = {bounds: [0] * len(series) for bounds in axis.bins()}
    for place, one in enumerate(series):
        for year, count in one.counts.items():
            if year:
                cells[axis.bin(year)][place] += count
    lanes = []
    for place, one in enumerate(series):
        values = [
            Column(
                bounds,
                row[place],
                f"{years_in_words(bounds)}, {one.name}: {row[place]}",
                one.address(*bounds),
            )
            for bounds, row in cells.items()
            if row[place]
        ]
        lanes.append((one.key, f"{one.name} ({one.counts.total()})", values))
    rows = [(years_in_words(bounds), *row) for bounds, row in cells.items() if any(row)]
    if any(undated := [one.counts[None] for one in series]):
        rows.append((_("date unknown"), *undated))
    head = (_("Years"), *(one.name for one in series))
    return LaneChart(key, title, description, axis, draw_lanes(axis, lanes), head, tuple(rows))


def _visits(asked: dict, first: int, last: int) -> str:
    return list_address("relations:visit_list", asked | {"year_from": first, "year_to": last})


def _of_topic(pair: Relation, slug: str, first: int, last: int) -> str:
    """The URL of a topic's treaties dated in some years; empty for treaties without a topic, which
    have no list."""
    if not slug:
        return ""
    both = (pair.country_a, pair.country_b)
    return treaty_list_url(*both, topic=slug, dated_from=first, dated_to=last)


def statuses_chart(pair: Relation, counts: dict, axis: YearAxis) -> LaneChart | None:
    """A lane of columns for each status that occurs, at the ends of years and on the last day."""
    if not counts:
        return None
    found = {status for row in counts.values() for status, _sure in row}
    statuses = [status for status in Status if status.value in found]
    cells = {day: [_sure_and_possible(row, status) for status in statuses]
             for day, row in counts.items()}  # fmt: skip
    lanes = []
    for place, status in enumerate(statuses):
        values = [
            _status_column(pair, axis, day, status, *row[place])
            for day, row in cells.items()
            if any(row[place])
        ]
        present = counts_in_words(*list(cells.values())[-1][place])
        label = _("%(status)s (today %(number)s)") % {"status": status.label, "number": present}
        lanes.append((status.value, label, values))
    return LaneChart(
        key="statuses",
        title=_("Treaties by status over time"),
        description=_(
            "The number of their treaties with each status at the end of each year, and today, "
            "derived from the recorded steps. The status is that between the two: a multilateral "
            "treaty can be in force without applying to one of them."
        ),
        axis=axis,
        lanes=draw_lanes(axis, lanes),
        head=(_("Date"), *(str(status.label) for status in statuses)),
        rows=tuple(
            (in_full(day), *(counts_in_words(*cell) for cell in row)) for day, row in cells.items()
        ),
    )


def _status_column(pair, axis, day, status, sure, possible) -> Column:
    words = f"{in_full(day)}, {status.label}: {counts_in_words(sure, possible)}"
    address = treaty_list_url(pair.country_a, pair.country_b, on=day, status=status.value)
    bounds = axis.bin(day.year)
    return Column(bounds, sure, words, address, possible, f"{address}{POSSIBLY}")


def _sure_and_possible(row: Counter, status: Status) -> tuple[int, int]:
    """The certain and the possible count of a status. Statuses that only say what is unknown (OPEN)
    are not divided: all count as certain."""
    sure, possible = row[status.value, True], row[status.value, False]
    return (sure + possible, 0) if status in OPEN else (sure, possible)


def in_full(day: date) -> str:
    return formats.date_format(day, "j F Y")
