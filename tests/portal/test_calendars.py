"""The calendar of a pair, read with icalendar."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar
from lxml import html

from core.dates import today
from relations.publication import revise
from tests.factories import (
    CitationFactory,
    CountryFactory,
    EventFactory,
    RelationFactory,
    SourceFactory,
    TreatyActionFactory,
    TreatyFactory,
    VisitFactory,
)
from tests.steps import publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair():
    return RelationFactory()


def content(client, pair) -> bytes:
    response = client.get(f"/relations/{pair.slug}/calendar.ics")
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    return response.content


def entries(client, pair) -> list:
    return Calendar.from_ical(content(client, pair)).walk("VEVENT")


def treaty(pair, days_ago=400, **terms):
    """A treaty of a pair that entered into force some days ago."""
    found = TreatyFactory(title="Accord", relation=pair, **terms)
    force = today() - timedelta(days=days_ago)
    step = TreatyActionFactory(treaty=found, action_type="entry_into_force", date=str(force))
    for row in (found, step):
        CitationFactory(record=row)
    publish(found)
    return found, force


def test_a_visit_lasts_from_its_first_to_its_last_day(client, pair, settings):
    settings.SITE_URL = "https://relations.example"
    source = SourceFactory(title="Gazette; official")
    visit = VisitFactory(
        title="Visit, of state", relation=pair, date="2012-05-13", until="2012-05-15", place="Rome"
    )
    CitationFactory(record=visit, source=source)
    publish(visit)
    (entry,) = entries(client, pair)
    assert (entry["summary"], entry["location"]) == ("Visit, of state", "Rome")
    assert (entry.decoded("dtstart"), entry.decoded("dtend")) == (
        date(2012, 5, 13),
        date(2012, 5, 16),
    )
    address = f"http://testserver{visit.get_absolute_url()}"
    assert entry["url"] == address
    assert entry["description"] == f"Source: Gazette; official\n{address}"
    assert entry["uid"] == f"{visit.slug}-visit@relations.example"
    at = visit.revisions.get().at.replace(microsecond=0)
    assert entry.decoded("dtstamp") == at
    assert "rrule" not in entry


@pytest.mark.parametrize("vague", ["", "2012", "2012-05", "2012-05-13~", "2012-05-13?", "[..2012]"])
def test_no_day_is_invented_for_a_vague_date(client, pair, vague):
    VisitFactory(relation=pair, date=vague, published=True)
    EventFactory(relation=pair, event_type="establishment", date=vague, published=True)
    assert entries(client, pair) == []


def test_a_visit_whose_end_is_vague_has_its_first_day(client, pair):
    VisitFactory(relation=pair, date="2012-05-13", until="2012-06", published=True)
    (entry,) = entries(client, pair)
    assert "dtend" not in entry


def test_an_anniversary_recurs_every_year(client, pair):
    event = EventFactory(
        title="Recognition", relation=pair, event_type="recognition", date="1992-08-27",
        published=True,
    )  # fmt: skip
    EventFactory(relation=pair, event_type="meeting", date="1993-01-01", published=True)
    (entry,) = entries(client, pair)
    assert entry["summary"] == "Recognition (1992)"
    assert entry.decoded("dtstart") == date(1992, 8, 27)
    assert entry["rrule"] == {"FREQ": ["YEARLY"]}
    assert entry["uid"] == f"{event.slug}-anniversary@testserver"


def test_the_anniversary_of_a_leap_day_is_the_last_day_of_february(client, pair):
    EventFactory(relation=pair, event_type="recognition", date="1992-02-29", published=True)
    (entry,) = entries(client, pair)
    assert entry["rrule"] == {"FREQ": ["YEARLY"], "BYMONTH": [2], "BYMONTHDAY": [-1]}


def test_anniversaries_end_with_a_country(client):
    pair = RelationFactory(country_a=CountryFactory(kind="former_state", until="1991-12-26"))
    EventFactory(relation=pair, event_type="recognition", date="1924-02-02", published=True)
    (entry,) = entries(client, pair)
    assert entry["rrule"] == {"FREQ": ["YEARLY"], "UNTIL": [date(1991, 12, 26)]}


def test_a_treaty_has_the_day_on_which_it_ends(client, pair):
    accord, force = treaty(pair, term_years=5)
    (entry,) = entries(client, pair)
    end = entry.decoded("dtstart")
    assert entry["summary"] == "Ends: Accord"
    assert (end.year, end.month, end.day) == (force.year + 5, force.month, force.day)
    assert entry["uid"] == f"{accord.slug}-end@testserver"
    assert entry["url"] == f"http://testserver{accord.get_absolute_url()}"


def test_a_treaty_that_renews_itself_has_the_next_day(client, pair):
    accord, force = treaty(pair, term_years=1, renewal_years=2)
    (entry,) = entries(client, pair)
    end = entry.decoded("dtstart")
    assert entry["summary"] == "Renews itself: Accord"
    assert (end.year, end.month, end.day) == (force.year + 3, force.month, force.day)
    assert entry["uid"] == f"{accord.slug}-renewal-{end}@testserver"


def test_an_end_of_which_only_the_year_is_known_is_left_out(client, pair):
    accord = TreatyFactory(relation=pair, term_years=5)
    step = TreatyActionFactory(
        treaty=accord, action_type="entry_into_force", date=str(today().year - 1)
    )
    for row in (accord, step):
        CitationFactory(record=row)
    publish(accord)
    assert entries(client, pair) == []


def test_the_same_data_gives_the_same_bytes_and_ids(client, pair):
    treaty(pair, term_years=5)
    visit = VisitFactory(relation=pair, date="2012-05-13", published=True)
    before = content(client, pair)
    assert content(client, pair) == before
    ids = [entry["uid"] for entry in entries(client, pair)]
    visit.date = "2012-05-14"
    revise(visit)
    found = entries(client, pair)
    assert [entry["uid"] for entry in found] == ids
    assert found[0].decoded("dtstart") == date(2012, 5, 14)
    assert found[0].decoded("dtstamp") == visit.revisions.get(number=2).at.replace(microsecond=0)


def test_the_dtstamp_of_an_end_follows_the_steps_of_the_treaty(client, pair):
    accord, force = treaty(pair, term_years=5)
    step = accord.actions.get()
    step.date = str(force + timedelta(days=1))
    revise(step)
    (entry,) = entries(client, pair)
    assert entry.decoded("dtstamp") == step.revisions.get(number=2).at.replace(microsecond=0)


def test_long_lines_are_folded_between_letters(client, pair):
    title = "Қазақстан Президентінің Әзербайжанға сапары, " * 5
    VisitFactory(title=title, relation=pair, date="2012-05-13", published=True)
    found = content(client, pair)
    lines = found.split(b"\r\n")
    assert lines.pop() == b""
    assert max(map(len, lines)) <= 75
    assert b"\n" not in b"".join(lines)
    for line in lines:
        line.decode()
    (entry,) = entries(client, pair)
    assert entry["summary"] == title.strip()


def test_drafts_are_not_in_the_calendar(client, pair):
    VisitFactory(relation=pair, date="2012-05-13")
    EventFactory(relation=pair, event_type="recognition", date="1992-08-27")
    assert entries(client, pair) == []


def test_parameters_are_refused_and_the_other_order_redirects(client, pair):
    address = f"/relations/{pair.slug}/calendar.ics"
    response = client.get(f"{address}?year=2020")
    assert (response.status_code, response.content) == (
        400,
        "This file has no filter “year”.\n".encode(),
    )
    turned = "-".join((pair.country_b.slug, pair.country_a.slug))
    assert client.get(f"/relations/{turned}/calendar.ics").url == address
    assert client.get("/relations/a-b/calendar.ics").status_code == 404


def test_the_number_of_queries_does_not_depend_on_the_rows(client, pair):
    def add():
        treaty(pair, term_years=5)
        treaty(pair, term_years=1, renewal_years=2)
        for row in (VisitFactory, EventFactory):
            row(relation=pair, date="2012-05-13", published=True)

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            content(client, pair)
        return len(found)

    add()
    before = queries()
    add()
    add()
    assert queries() == before < 45


def test_the_page_of_a_pair_links_to_its_calendar(client, base):
    address = "/relations/azerbaijan-kazakhstan/"
    tree = html.fromstring(client.get(address).content.decode())
    links = tree.xpath("//section[h2/@id='follow']//a/@href")
    assert f"{address}calendar.ics" in links
    assert f"webcal://testserver{address}calendar.ics" in links
