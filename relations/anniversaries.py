"""Anniversaries, which follow from events and are never kept."""

from dataclasses import dataclass
from datetime import date, timedelta

from relations.models import Event
from relations.models.record import RecordQuerySet

# The events whose return people mark.
MARKED = (
    Event.Type.RECOGNITION,
    Event.Type.ESTABLISHMENT,
    Event.Type.ELEVATION,
    Event.Type.RESUMPTION,
    Event.Type.PARTNERSHIP,
    Event.Type.INSTITUTION_OPENED,
)


@dataclass(frozen=True, slots=True)
class Anniversary:
    event: Event
    day: date
    years: int


def next_anniversary(day: date, on: date) -> date:
    """The first return of a day that is not before `on`; 29 February returns on the 28th where
    there is none."""
    for year in (on.year, on.year + 1):
        try:
            found = day.replace(year=year)
        except ValueError:
            found = date(year, 2, 28)
        if found >= on:
            return found
    raise AssertionError("a day returns within two years")


def coming_up(events: RecordQuerySet, on: date, days: int = 92) -> list[Anniversary]:
    """The anniversaries from a day on, soonest first, of events whose day is known."""
    marked = events.published().filter(event_type__in=MARKED, date_earliest__isnull=False)
    found = []
    for event in marked.for_pages():
        if event.date_earliest != event.date_latest or event.date_earliest >= on:
            continue
        day = next_anniversary(event.date_earliest, on)
        if day <= on + timedelta(days=days):
            found.append(Anniversary(event, day, day.year - event.date_earliest.year))
    return sorted(found, key=lambda anniversary: (anniversary.day, anniversary.event.pk))
