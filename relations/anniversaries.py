"""Anniversaries, computed from events and never stored."""

from calendar import isleap
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from core.dates import calendar_day
from relations.models import Event
from relations.models.record import RecordQuerySet

# The types of events whose anniversaries people mark.
MARKED = (
    Event.Type.RECOGNITION,
    Event.Type.ESTABLISHMENT,
    Event.Type.ELEVATION,
    Event.Type.RESUMPTION,
    Event.Type.PARTNERSHIP,
    Event.Type.INSTITUTION_OPENED,
)
LEAP_DAY = date(2000, 2, 29)


@dataclass(frozen=True, slots=True)
class Anniversary:
    event: Event
    day: date
    years: int


def next_anniversary(day: date, on: date) -> date:
    """The first anniversary of a day on or after `on`; 29 February is the 28th in common years."""
    for year in (on.year, on.year + 1):
        try:
            found = day.replace(year=year)
        except ValueError:
            found = date(year, 2, 28)
        if found >= on:
            return found
    raise AssertionError("a day returns within two years")


def coming_up(events: RecordQuerySet, on: date, most: int) -> list[Anniversary]:
    """At most `most` anniversaries within a year from `on`, soonest first, of events whose day is
    known, for pairs that may still exist. Two index scans: to the end of the year, and from its
    beginning."""
    marked = events.published().filter(event_type__in=MARKED, date_earliest__lt=on)
    for side in ("country_a", "country_b"):
        end = f"relation__{side}__until_latest"
        marked = marked.filter(Q(**{end: None}) | Q(**{f"{end}__gte": on}))
    rows = marked.select_related("relation__country_a", "relation__country_b")
    rows, today = rows.order_by("calendar_day", "id"), calendar_day(on)
    coming = list(rows.filter(calendar_day__gte=today)[:most])
    coming += rows.filter(calendar_day__lt=today)[: most - len(coming)]
    days = [(event, next_anniversary(event.date_earliest, on)) for event in coming]
    found = [Anniversary(event, day, day.year - event.date_earliest.year) for event, day in days]
    return sorted(found, key=lambda anniversary: (anniversary.day, anniversary.event.pk))


def on_this_day(records: RecordQuerySet, on: date) -> RecordQuerySet:
    """Published records dated to this day of an earlier year, oldest first."""
    days = [calendar_day(on)]
    if (on.month, on.day) == (2, 28) and not isleap(on.year):
        days.append(calendar_day(LEAP_DAY))
    rows = records.published().filter(calendar_day__in=days, year__lt=on.year)
    return rows.oldest_first()
