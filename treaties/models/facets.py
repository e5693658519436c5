"""The facets of all treaties, counted and stored so that no page counts them."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date

from django.db import models

from core import bulk
from core.changes import alone
from core.dates import today
from treaties.life import standing, status_on
from treaties.models.action import TreatyAction
from treaties.models.party import Party
from treaties.models.period import PeriodDays, TreatyPeriod
from treaties.models.queries import SCOPE
from treaties.models.treaty import Treaty

# How many keys of records a row covers: few enough to recount it whenever one of its treaties
# changes, and so many that the rows of all treaties are soon added up.
SIZE = 5_000


class FacetCountsQuerySet(models.QuerySet):
    def recount(self, treaties: Iterable[int]) -> None:
        """Recount the rows that cover these treaties, by key. Only this method writes them.

        A transaction that recounts waits for others that do, and then also counts what they have
        published.
        """
        with alone():
            bulk.insert(counted(sorted({key // SIZE for key in treaties})), replace=True)

    def differing(self) -> list["FacetCounts"]:
        """The correct rows in place of those that differ from them or are missing."""
        day, stored = today(), defaultdict(FacetCounts, {row.pk: row for row in self.all()})
        keys = Treaty.objects.order_by().values_list("pk", flat=True)
        rows = counted(sorted({key // SIZE for key in keys} | stored.keys()))
        return [row for row in rows if row.from_day(day) != stored[row.pk].from_day(day)]

    def total(self, on: date) -> dict[str, Counter]:
        """The counts of all treaties on a day: for each facet the number of treaties by value, the
        text of a primary key for topics and parties. Empty if they were last counted later."""
        found, rows = defaultdict(Counter), list(self.all())
        for row in rows if all(row.day <= on for row in rows) else ():
            for name, counts in row.on(on).items():
                found[name].update(counts)
        return found


class FacetCounts(models.Model):
    """The number of published treaties by value of each facet, for the treaties whose primary keys
    have the same quotient by SIZE, which is the key of the row.

    `counts` has those of a day for each facet, and `changes` those by which the counts of statuses
    change on later days: periods begin and end without a change of any row.
    """

    id = models.BigIntegerField(primary_key=True)
    day = models.DateField(default=date.min)
    counts = models.JSONField(default=dict)
    changes = models.JSONField(default=dict)

    objects = FacetCountsQuerySet.as_manager()

    class Meta:
        verbose_name = "facet counts"
        verbose_name_plural = "facet counts"

    def __str__(self):
        return f"{self.pk * SIZE}–{(self.pk + 1) * SIZE - 1}"

    def on(self, day: date) -> dict[str, Counter]:
        """The counts on a day, not before the one for which they are stored; without zeros."""
        found = {name: Counter(counts) for name, counts in self.counts.items()}
        for when, changes in self.changes.items():
            if when <= day.isoformat():
                found["status"].update(changes)
        return {name: kept for name, counts in found.items() if (kept := +counts)}

    def from_day(self, day: date) -> tuple[dict, dict]:
        """The counts on a day and the changes after it."""
        later = {when: row for when, row in self.changes.items() if when > day.isoformat()}
        return self.on(day), later


def counted(numbers: Iterable[int]) -> list[FacetCounts]:
    """The rows with these keys, counted and not saved."""
    return [_counted(number, today()) for number in numbers]


def _counted(number: int, day: date) -> FacetCounts:
    """Read along keys and counted here: without statistics of new rows, PostgreSQL joins them row
    by row."""
    start, stop = number * SIZE, (number + 1) * SIZE
    within = {"treaty__gte": start, "treaty__lt": stop}
    rows = Treaty.objects.published().filter(pk__gte=start, pk__lt=stop).order_by()
    treaties = {pk: values for pk, *values in rows.values_list("pk", "instrument", SCOPE)}
    steps = TreatyAction.objects.published().filter(
        action_type=TreatyAction.Type.REGISTRATION, **within
    )
    registered = {*steps.order_by().values_list("treaty", flat=True)}
    topics = Treaty.topics.through.objects.filter(record__gte=start, record__lt=stop)
    parties = Party.objects.filter(**within, country__isnull=False).order_by()
    related = {
        "topic": topics.values_list("record", "topic"),
        "party": parties.values_list("treaty", "country"),
    }
    counts = {
        "instrument": Counter(instrument for instrument, _scope in treaties.values()),
        "scope": Counter(scope for _instrument, scope in treaties.values()),
        "registered": Counter("yes" if pk in registered else "no" for pk in treaties),
    }
    for name, pairs in related.items():
        counts[name] = Counter(str(value) for treaty, value in pairs if treaty in treaties)
    statuses, changes = _statuses(start, stop, day)
    without = len(treaties) - statuses.total()
    counts["status"] = +(statuses + Counter({standing("", False): without}))
    return FacetCounts(pk=number, day=day, counts=counts, changes=changes)


def _statuses(start: int, stop: int, day: date) -> tuple[Counter, dict[str, Counter]]:
    """How many treaties have which status on a day, without those that have none later either; and
    by how much the numbers change on later days."""
    periods = TreatyPeriod.objects.filter(
        party=None, treaty__gte=start, treaty__lt=stop, last__gte=day
    )
    courses = defaultdict(list)
    for key, *values in periods.order_by("position").values_list("treaty", *PeriodDays.NAMES):
        courses[key].append(PeriodDays(*values))
    statuses, changes = Counter(), defaultdict(Counter)
    for course in courses.values():
        before = _standing(course, day)
        statuses[before] += 1
        for turn in sorted({turn for period in course for turn in period.turns() if turn > day}):
            after = _standing(course, turn)
            changes[turn.isoformat()].update({after: 1})
            changes[turn.isoformat()].subtract({before: 1})
            before = after
    later = {
        when: {name: count for name, count in counts.items() if count}
        for when, counts in sorted(changes.items())
    }
    return statuses, {when: counts for when, counts in later.items() if counts}


def _standing(course: list[PeriodDays], day: date) -> str:
    status, certain, _known_on = status_on(course, day)
    return standing(status, certain)
