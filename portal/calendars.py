"""The days of a pair as a calendar (iCalendar, RFC 5545): anniversaries, visits, ends of treaties.

Only days that are known appear: no event is made for a vague date. An anniversary is one event that
recurs every year, from the day itself: the calendar then needs no window of coming years, and is
the same on every day. Ends and renewals of treaties are those of the coming HORIZON.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from icalendar import Calendar, vRecur
from icalendar import Event as Entry

from core.dates import Edtf, Precision, today
from core.exports import origin_of
from core.urls import site_host
from core.xml_text import xml_text
from portal.feeds import without_parameters
from relations.anniversaries import LEAP_DAY, MARKED
from relations.models import Event, Record, Relation, Revision, Visit
from relations.pairs import of_pair
from treaties.models import Treaty, TreatyAction
from treaties.terms import coming_ends

# How many months ahead ends and renewals of treaties are listed.
HORIZON = 120


@dataclass(frozen=True, slots=True)
class Day:
    """Days of a record in a calendar: `what` tells them from others of the record, and `last` is
    None for a single day. Days with a `yearly` rule recur."""

    record: Record
    what: str
    title: str
    first: date
    last: date | None = None
    yearly: dict | None = None
    changed: datetime | None = None


@require_safe
@of_pair
@without_parameters
def calendar(request: HttpRequest, pair: Relation) -> HttpResponse:
    """The days of a pair, as a file to which calendars subscribe."""
    found = Calendar()
    found.add("prodid", "-//Bilateral relations//EN")
    found.add("version", "2.0")
    found.add("name", str(pair))
    # Most calendars know this name only.
    found.add("x-wr-calname", str(pair))
    words = _("Anniversaries, visits, and ends and renewals of treaties whose day is known.")
    found.add("description", words)
    found.add("url", request.build_absolute_uri(pair.get_absolute_url()))
    found.add("refresh-interval", timedelta(days=1), parameters={"VALUE": "DURATION"})
    for day in days_of(pair, today()):
        found.add_component(_entry(day, origin_of(request), site_host(request)))
    return HttpResponse(
        found.to_ical(),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": content_disposition_header(False, f"{pair.slug}.ics")},
    )


def days_of(pair: Relation, on: date) -> list[Day]:
    """The days of a pair, in order, with the ends of treaties after a day. The number of queries
    does not depend on the data."""
    found = [*_anniversaries(pair), *_visits(pair), *_ends(pair, on)]
    return sorted(found, key=lambda day: (day.first, day.record.slug, day.what))


def _is_day(when: Edtf) -> bool:
    return when.precision == Precision.DAY and when.is_definite


def _records(model, pair: Relation, **lookup) -> Iterator[tuple[Record, datetime]]:
    """The published records of a pair whose day is known, each with the time of its version."""
    rows = model.objects.published().between(pair.country_a, pair.country_b).filter(**lookup)
    rows = [row for row in rows.with_related().oldest_first() if _is_day(row.date)]
    versions = Revision.objects.live().filter(record__in=[row.pk for row in rows]).order_by()
    changed = dict(versions.values_list("record").annotate(Max("at")))
    return ((row, changed.get(row.pk, row.published_at)) for row in rows)


def _anniversaries(pair: Relation) -> Iterator[Day]:
    ends = [country.until.latest for country in (pair.country_a, pair.country_b)]
    last = min(filter(None, ends), default=None)
    for event, changed in _records(Event, pair, event_type__in=MARKED):
        first = event.date.earliest
        rule = {"FREQ": "YEARLY"} | ({"UNTIL": last} if last else {})
        if (first.month, first.day) == (LEAP_DAY.month, LEAP_DAY.day):
            # The last day of February also in common years.
            rule |= {"BYMONTH": 2, "BYMONTHDAY": -1}
        title = _("%(event)s (%(year)s)") % {"event": event, "year": first.year}
        yield Day(event, "anniversary", title, first, yearly=rule, changed=changed)


def _visits(pair: Relation) -> Iterator[Day]:
    for visit, changed in _records(Visit, pair):
        last = visit.until.earliest if _is_day(visit.until) else None
        yield Day(visit, "visit", str(visit), visit.date.earliest, last, changed=changed)


def _ends(pair: Relation, on: date) -> Iterator[Day]:
    """The days on which treaties of a pair end or renew themselves."""
    sides = (pair.country_a, pair.country_b)
    ends = coming_ends(Treaty.objects.of_pair(*sides), on, HORIZON, *sides)
    ends = [end for end in ends if _is_day(end.when)]
    pks = {end.treaty.pk for end in ends}
    treaties = Treaty.objects.filter(pk__in=pks).with_related().in_bulk()
    changed = {}
    # What a treaty's end follows from may have changed since it was published.
    of_steps = TreatyAction.objects.filter(treaty__in=pks).order_by()
    for rows in (
        Revision.objects.live().filter(record__in=pks).order_by().values_list("record"),
        of_steps.filter(revisions__state="live").values_list("treaty"),
    ):
        name = "at" if rows.model is Revision else "revisions__at"
        for pk, at in rows.annotate(Max(name)):
            changed[pk] = max(changed.get(pk, at), at)
    for end in ends:
        treaty, what = treaties[end.treaty.pk], f"renewal-{end.day}" if end.renews else "end"
        words = _("Renews itself: %(treaty)s") if end.renews else _("Ends: %(treaty)s")
        at = changed.get(treaty.pk, treaty.published_at)
        yield Day(treaty, what, words % {"treaty": treaty}, end.day, changed=at)


def _entry(day: Day, origin: str, host: str) -> Entry:
    """The component of a calendar for a day: of the whole day, and free time."""
    entry, address = Entry(), f"{origin}{day.record.get_absolute_url()}"
    entry.add("uid", f"{day.record.slug}-{day.what}@{host}")
    entry.add("dtstamp", day.changed)
    entry.add("summary", xml_text(day.title))
    entry.add("dtstart", day.first)
    if day.last and day.last > day.first:
        # The end is the first day after it.
        entry.add("dtend", day.last + timedelta(days=1))
    if day.yearly:
        entry.add("rrule", vRecur(day.yearly))
    entry.add("description", xml_text("\n".join(_description(day.record, address))))
    entry.add("url", address)
    if place := getattr(day.record, "place", ""):
        entry.add("location", xml_text(place))
    entry.add("transp", "TRANSPARENT")
    entry.add("categories", [day.record.kind_in_words])
    return entry


def _description(record: Record, address: str) -> Iterable[str]:
    """The lines below a title: the summary, the sources and the address."""
    if record.summary:
        yield record.summary
    cited = record.citations.all()
    for source in dict.fromkeys(str(row.source) for row in cited):
        yield _("Source: %(source)s") % {"source": source}
    yield address
