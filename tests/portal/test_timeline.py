"""The timeline of a pair: order, pages, filters and contents."""

import csv
import io
import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertInHTML

from core.dates import Edtf
from core.exports import flat
from core.references import CITED
from portal import timeline
from relations.models import Record, Relation
from relations.models.relation import pair_slug
from tests.factories import (
    CitationFactory,
    CountryFactory,
    EventFactory,
    MembershipFactory,
    OrganizationFactory,
    RelationFactory,
    TopicFactory,
    TreatyActionFactory,
    TreatyFactory,
    VisitFactory,
)
from tests.portal.test_pages import plain, text
from tests.steps import publish, withdraw
from tests.treaties.test_periods import IN_FORCE, published
from treaties.models import TreatyAction

pytestmark = pytest.mark.django_db

ADDRESS = "/relations/azerbaijan-kazakhstan/timeline/"


@pytest.fixture
def pair(base):
    return Relation.objects.with_countries().get(slug="azerbaijan-kazakhstan")


def slugs(page):
    return [entry.slug for entry in page.entries]


def walk(pair, size, **options):
    """All pages from the first, following their next links."""
    pages = [timeline.page(timeline.streams(pair), size=size, **options)]
    while pages[-1].next:
        pages.append(
            timeline.page(timeline.streams(pair), size=size, after=pages[-1].next, **options)
        )
    return pages


def test_the_newest_entries_come_first_and_unknown_dates_last(pair):
    page = timeline.page(timeline.streams(pair))
    years = [year for year, _entries in page.by_year()]
    assert years == [
        *(2024, 2023, 2022, 2021, 2020, 2019, 2006, 2005),
        *(1999, 1998, 1997, 1996, 1995, 1993, 1992, 1991, None),
    ]
    assert slugs(page)[-1] == "opening-of-transport-lines"


def test_oldest_first_is_the_exact_reverse(pair):
    newest = slugs(timeline.page(timeline.streams(pair)))
    oldest = slugs(timeline.page(timeline.streams(pair), oldest_first=True))
    assert oldest == newest[::-1]


@pytest.mark.parametrize("oldest_first", [False, True])
@pytest.mark.parametrize("size", [1, 2, 7])
def test_all_pages_together_hold_each_entry_once_in_order(pair, size, oldest_first):
    whole = slugs(timeline.page(timeline.streams(pair), oldest_first=oldest_first))
    pages = walk(pair, size, oldest_first=oldest_first)
    assert [slug for page in pages for slug in slugs(page)] == whole
    assert [len(page.entries) for page in pages[:-1]] == [size] * (len(pages) - 1)
    assert pages[0].previous is None


@pytest.mark.parametrize("oldest_first", [False, True])
def test_the_previous_link_gives_the_same_page_again(pair, oldest_first):
    pages = walk(pair, 5, oldest_first=oldest_first)
    for earlier, later in zip(pages, pages[1:], strict=False):
        back = timeline.page(
            timeline.streams(pair), size=5, before=later.previous, oldest_first=oldest_first
        )
        assert slugs(back) == slugs(earlier)
        assert (back.previous is None) == (earlier is pages[0])


def test_treaties_appear_through_their_actions(pair):
    found = slugs(timeline.page(timeline.streams(pair)))
    assert "strategic-partnership-agreement-2005-signature" in found
    assert "strategic-partnership-agreement-2005" not in found


def test_a_membership_appears_only_if_both_countries_are_members(pair):
    club = OrganizationFactory()
    MembershipFactory(organization=club, member=pair.country_a, slug="a-in-club", published=True)
    assert "a-in-club" not in slugs(timeline.page(timeline.streams(pair)))
    MembershipFactory(organization=club, member=pair.country_b, slug="b-in-club", published=True)
    assert {"a-in-club", "b-in-club"} <= set(slugs(timeline.page(timeline.streams(pair))))


def test_drafts_and_withdrawn_records_are_not_shown(client, pair):
    EventFactory(relation=pair, title="A planted draft")
    withdraw(EventFactory(relation=pair, title="A planted withdrawal", published=True))
    for address in (ADDRESS, ADDRESS[:-1] + ".json", "/", ADDRESS[: -len("timeline/")], "/events/"):
        response = client.get(address)
        text = response.getvalue().decode() if response.streaming else response.content.decode()
        assert "planted" not in text, address


def test_filtering_by_kind_years_topic_person_and_text(client, base):
    def found(query):
        response = client.get(f"{ADDRESS}?{query}")
        assert response.status_code == 200
        return {entry.slug for entry in response.context["page"].entries}

    visits = {
        "aliyev-visit-kazakhstan-2023-04",
        "smailov-visit-azerbaijan-2023-06",
        "tokayev-visit-azerbaijan-2022-08",
        "tokayev-visit-azerbaijan-2024-03",
    }
    assert found("kind=visit") == visits
    assert found("kind=visit&kind=office") == visits | {
        "alikhan-smailov-prime-minister",
        "ilham-aliyev-president",
        "kassym-jomart-tokayev-president",
    }
    assert found("year_from=1997&year_to=2005&kind=action") == {
        "foundations-of-relations-1996-entry-into-force",
        "foundations-of-relations-1996-ratification-kazakhstan",
        "investment-treaty-1996-entry-into-force",
        "strategic-partnership-agreement-2005-signature",
    }
    assert found("year_from=2021&year_to=2021") == {
        "azerbaijan-trading-house-opened",
        "migration-agreement-2019-ratification-kazakhstan",
    }
    assert found("topic=digital") == {
        "digital-silk-road",
        "documents-on-digital-2024-signature",
    }
    assert found("person=gulzar-ibrahimova") == {"regular-visits-statement-2024"}
    assert found("q=SILK road") == {"digital-silk-road"}
    assert found("q=silk&kind=visit") == set()


def test_filtering_by_years_includes_possible_dates(client, pair):
    EventFactory(relation=pair, slug="vague", date="[1990..1992]", published=True)
    EventFactory(relation=pair, slug="early", date="[..1993]", published=True)

    def found(query):
        return {e.slug for e in client.get(f"{ADDRESS}?{query}").context["page"].entries}

    assert "vague" in found("year_from=1992&year_to=1993")
    assert "vague" not in found("year_from=1993")
    assert "early" in found("year_to=1900")
    assert "early" not in found("year_from=1994")


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("kind=nonsense", "nonsense is not one of the available choices"),
        ("kind=treaty", "treaty is not one of the available choices"),
        ("topic=nonsense", "Select a valid choice"),
        ("topic=99999999999999999999999", "Select a valid choice"),
        ("person=%00", "Null characters are not allowed"),
        ("year_from=soon", "Enter a whole number"),
        ("year_to=99999", "less than or equal to 9999"),
        ("year_from=0", "greater than or equal to 1"),
        ("year_from=2000&year_to=1990", "The first year is after the last."),
    ],
)
def test_an_unknown_filter_value_is_a_400_with_a_message_at_its_field(client, base, query, message):
    response = client.get(f"{ADDRESS}?{query}")
    assert response.status_code == 400
    assert message in response.content.decode()
    assert response.context["page"].entries == []


@pytest.mark.parametrize(
    "query",
    [
        "after=forged",
        "before=1-2-3",
        "after=999999999999-1",
        "after=-1-1",
        "after=",
        "order=upwards",
        "at=nowhere",
        "at=%00",
        "near=azerbaijan-kazakhstan",
        "year=soon",
        "year=0",
        "year=10000",
        "year=000019999999",
        "year=-5",
        "year=²",
        "zoom=1990",
        "zoom=2000-1990",
        "zoom=0000-0000",
        "notes=many",
        "notes=99999999",
        "show=some",
    ],
)
def test_an_invalid_cursor_or_option_is_a_404(client, base, query):
    assert client.get(f"{ADDRESS}?{query}").status_code == 404


def test_a_cursor_beyond_the_end_gives_an_empty_page(client, base):
    response = client.get(f"{ADDRESS}?after=0-1")
    assert response.status_code == 200
    assert response.context["page"].entries == []


def test_files_hold_all_entries_in_the_order_of_the_page(client, pair, monkeypatch):
    monkeypatch.setattr(timeline, "PAGE", 100)
    whole = slugs(timeline.page(timeline.streams(pair)))
    items = json.loads(client.get(ADDRESS[:-1] + ".json").getvalue())["items"]
    assert [item["id"] for item in items] == whole
    dates = {item["id"]: item["date"] for item in items}
    assert dates["kazakhstan-trade-house-opened"] == "2020-09"
    rows = list(csv.DictReader(io.StringIO(client.get(ADDRESS[:-1] + ".csv").getvalue().decode())))
    assert [row["id"] for row in rows] == whole
    assert {row["id"]: row["date"] for row in rows} == dates


@pytest.mark.parametrize("form", ["jsonld", *CITED])
def test_files_of_references_hold_the_entries_of_a_filtered_timeline(client, pair, form):
    query = "?kind=visit&kind=action&order=oldest"
    items = json.loads(client.get(f"{ADDRESS[:-1]}.json{query}").getvalue())["items"]
    assert {item["kind"] for item in items} == {"visit", "action"}
    text = client.get(f"{ADDRESS[:-1]}.{form}{query}").getvalue().decode()
    places = [text.index(item["url"]) for item in items]
    assert places == sorted(places)
    page = client.get(f"{ADDRESS}{query}").content.decode()
    assert f'href="{ADDRESS[:-1]}.{form}{query}"'.replace("&", "&amp;") in page


def test_the_csv_file_has_each_value_in_its_own_column(client, pair):
    """Kinds differ in their columns: a row must not use those of the first row."""
    items = json.loads(client.get(ADDRESS[:-1] + ".json").getvalue())["items"]
    text = client.get(ADDRESS[:-1] + ".csv").getvalue().decode()
    rows = list(csv.DictReader(io.StringIO(text), strict=True))
    assert len({item["kind"] for item in items}) > 3
    for item, row in zip(items, rows, strict=True):
        assert row == {name: flat(item.get(name)) for name in row}
        assert set(item) <= set(row)


def test_files_are_filtered_like_the_page(client, base):
    items = json.loads(client.get(f"{ADDRESS[:-1]}.json?kind=visit&year_from=2024").getvalue())[
        "items"
    ]
    assert [item["id"] for item in items] == ["tokayev-visit-azerbaijan-2024-03"]
    assert client.get(f"{ADDRESS[:-1]}.csv?kind=nonsense").status_code == 400


def test_the_topic_of_a_treaty_is_that_of_its_steps_on_page_and_in_files(client):
    rivers, seas = TopicFactory(slug="rivers"), TopicFactory(slug="seas")
    treaty = published(*IN_FORCE, slug="on-rivers", topics=[rivers])
    other = published(*IN_FORCE, slug="on-seas", topics=[seas], relation=treaty.relation)
    step = other.actions.first()
    step.topics.add(rivers)
    event = EventFactory(relation=treaty.relation, slug="meeting", published=True)
    event.topics.add(rivers)
    EventFactory(relation=treaty.relation, published=True)
    address = f"{treaty.relation.get_absolute_url()}timeline"
    found = {"meeting", step.slug, *treaty.actions.values_list("slug", flat=True)}
    response = client.get(f"{address}/?topic=rivers")
    assert set(slugs(response.context["page"])) == found
    assert response.context["total"] == len(found) > 3
    items = json.loads(client.get(f"{address}.json?topic=rivers").getvalue())["items"]
    assert {item["id"]: item["topics"] for item in items} == {
        slug: ["rivers", "seas"] if slug == step.slug else ["rivers"] for slug in found
    }
    lines = io.StringIO(client.get(f"{address}.csv?topic=rivers").getvalue().decode())
    cells = {row["id"]: json.loads(row["topics"]) for row in csv.DictReader(lines)}
    assert cells == {item["id"]: item["topics"] for item in items}
    file = client.get(f"{step.get_absolute_url()[:-1]}.json")
    assert file.json()["topics"] == ["rivers", "seas"]


@pytest.mark.parametrize(
    ("query", "queries"),
    [
        ("", 25),
        ("?kind=event", 16),
        ("?kind=event&year_from=1900", 18),
        ("?at=digital-silk-road", 28),
    ],
)
def test_the_number_of_queries_does_not_grow_with_the_entries(
    client, pair, django_assert_num_queries, query, queries
):
    with django_assert_num_queries(queries):
        client.get(f"{ADDRESS}{query}")
    for number in range(40):
        EventFactory(relation=pair, date=str(1992 + number), published=True)
    with django_assert_num_queries(queries):
        assert len(client.get(f"{ADDRESS}{query}").context["page"].entries) > 40


@pytest.fixture(scope="module")
def pair_by_year(module_database):
    """A pair with three events a year from 2001 to 2009, except 2005, and one undated event."""
    pair = RelationFactory()
    for year in (2001, 2002, 2003, 2004, 2006, 2007, 2008, 2009):
        for month in (1, 5, 9):
            slug, date = f"e-{year}-{month}", f"{year}-{month:02}"
            EventFactory(relation=pair, slug=slug, date=date, published=True)
    EventFactory(relation=pair, slug="undated", date="", published=True)
    return pair.pk


class TestPlaces:
    @pytest.fixture
    def years(self, pair_by_year):
        """The same pair, a fresh instance for each test."""
        return Relation.objects.with_countries().get(pk=pair_by_year)

    def at(self, pair, slug, **options):
        rows = timeline.streams(pair)
        return timeline.page_at(rows, timeline.place_of(rows, slug), **options)

    def test_a_page_can_start_at_an_entry_and_lead_both_ways(self, years):
        page = self.at(years, "e-2007-5", size=3)
        assert slugs(page) == ["e-2007-5", "e-2007-1", "e-2006-9"]
        rows = timeline.streams(years)
        before = timeline.page(rows, before=page.previous, size=3)
        assert slugs(before) == ["e-2008-5", "e-2008-1", "e-2007-9"]
        assert slugs(timeline.page(rows, after=page.next, size=3))[0] == "e-2006-5"

    def test_a_page_can_start_at_an_entry_oldest_first(self, years):
        page = self.at(years, "e-2003-9", size=2, oldest_first=True)
        assert slugs(page) == ["e-2003-9", "e-2004-1"]
        assert page.previous

    def test_a_full_page_adds_earlier_entries_if_too_few_follow(self, years):
        page = self.at(years, "e-2001-1", size=4, full=True)
        assert slugs(page) == ["e-2001-9", "e-2001-5", "e-2001-1", "undated"]
        assert (page.here, page.next) == ("e-2001-1", None)
        everything = self.at(years, "e-2001-1", full=True)
        assert (len(everything.entries), everything.previous) == (25, None)

    @pytest.mark.parametrize(
        ("year", "oldest_first", "first"),
        [
            (2003, False, "e-2003-9"),
            (2003, True, "e-2003-1"),
            (2005, False, "e-2004-9"),
            (2005, True, "e-2006-1"),
            (2009, False, "e-2009-9"),
            (9999, False, "e-2009-9"),
            (1, True, "e-2001-1"),
            (None, False, "undated"),
            (None, True, "undated"),
        ],
    )
    def test_jumping_to_a_year_starts_at_its_first_entry_or_the_next(
        self, years, year, oldest_first, first
    ):
        place = timeline.Cursor.of_year(year, oldest_first)
        page = timeline.page_at(timeline.streams(years), place, oldest_first=oldest_first)
        assert slugs(page)[0] == page.here == first

    def test_jumping_beyond_the_last_year_gives_the_last_page(self, years):
        place = timeline.Cursor.of_year(2020, True)
        page = timeline.page_at(timeline.streams(years), place, oldest_first=True, size=3)
        assert slugs(page) == ["e-2009-1", "e-2009-5", "e-2009-9"]
        assert page.next is None
        assert page.previous

    def test_a_page_at_the_very_first_entry_has_no_previous_link(self, years):
        assert self.at(years, "e-2009-9", size=3).previous is None

    def test_a_page_knows_whether_it_continues_a_year(self, years):
        rows = timeline.streams(years)
        assert self.at(years, "e-2007-5", size=3).continues
        assert not self.at(years, "e-2007-9", size=3).continues
        first = timeline.page(rows, size=4)
        assert not first.continues
        assert timeline.page(rows, after=first.next, size=4).continues

    def test_a_link_to_an_entry_opens_its_page_and_highlights_it(self, client, years, monkeypatch):
        monkeypatch.setattr("portal.timeline_page.PAGE", 5)
        response = client.get(f"{years.get_absolute_url()}timeline/?at=e-2004-1")
        assert slugs(response.context["page"])[0] == "e-2004-1"
        assert 'id="e-2004-1" class="entry event at"' in text(response)

    def test_near_a_filtered_entry_opens_the_next_visible_one(self, client, years, monkeypatch):
        monkeypatch.setattr("portal.timeline_page.PAGE", 5)
        VisitFactory(relation=years, slug="v", date="2004-03", published=True)
        response = client.get(f"{years.get_absolute_url()}timeline/?kind=event&near=v")
        page = response.context["page"]
        assert page.here == slugs(page)[0] == "e-2004-1"

    def test_entries_have_links_and_years_have_jumps(self, client, years):
        page = text(client.get(f"{years.get_absolute_url()}timeline/?kind=event"))
        assert 'href="?at=e-2004-1#e-2004-1"' in page
        assertInHTML('<option value="2004">2004</option>', page)
        assert 'value="2005"' not in page
        assertInHTML('<option value="unknown">Date unknown</option>', page)

    def test_only_years_on_the_timeline_are_offered_as_jumps(self, client, years):
        EventFactory(relation=years, slug="vague", date="[1990..2004]", published=True)
        address = f"{years.get_absolute_url()}timeline/?kind=event&year_from=2003&year_to=2006"
        found = client.get(address).context
        assert found["years"] == [2006, 2004, 2003, 1990]
        assert [year for year, _rows in found["page"].by_year()] == [2006, 2004, 2003, 1990]
        assert found["total"] == len(found["page"].entries) == 10
        assert "an unknown date" not in text(client.get(address))
        assert "an unknown date" in text(client.get(f"{years.get_absolute_url()}timeline/"))

    def test_all_entries_can_be_shown_on_one_page(self, client, years, monkeypatch):
        monkeypatch.setattr("portal.timeline_page.PAGE", 5)
        address = f"{years.get_absolute_url()}timeline/"
        assert "All on one page, for printing" in text(client.get(address))
        response = client.get(f"{address}?show=all")
        assert len(response.context["page"].entries) == 25
        assert "All on one page, for printing" not in text(response)


class TestOverview:
    def test_the_overview_counts_all_entries_by_year_and_kind(self, pair):
        counts = timeline.overview(timeline.streams(pair))
        assert counts[:3] == [
            (None, "event", 3),
            (None, "membership", 4),
            (None, "mission", 3),
        ]
        assert [row for row in counts if row[0] == 1992] == [
            (1992, "event", 1),
            (1992, "membership", 6),
        ]
        entries = timeline.page(timeline.streams(pair)).entries
        assert sum(count for _year, _kind, count in counts) == len(entries) == 61

    def test_the_overview_reads_only_columns_of_its_index(self):
        own = timeline.streams(RelationFactory())[:1]
        with CaptureQueriesContext(connection) as asked:
            assert timeline.overview(own) == []
        (query,) = asked.captured_queries
        read = set(re.findall(r'"relations_record"\."(\w+)"', query["sql"]))
        (index,) = [row for row in Record._meta.indexes if row.name == "record_overview"]
        assert read == {Record._meta.get_field(name).column for name in index.fields}

    def test_an_entry_is_counted_in_the_year_of_its_listing(self):
        pair = RelationFactory()
        for date in ("1992~", "[1990..1993]", "[..1995]", "[1996..]", "1997-05-06", "0987"):
            EventFactory(relation=pair, date=date, published=True)
        rows = timeline.streams(pair)
        years = [year for year, _kind, _count in timeline.overview(rows)]
        listed = {entry.date.year for entry in timeline.page(rows).entries}
        assert years == sorted(listed) == [987, 1990, 1992, 1995, 1996, 1997]

    def test_an_entry_matched_twice_is_counted_once(self, client, pair):
        response = client.get(f"{ADDRESS}?person=kassym-jomart-tokayev")
        found = len(response.context["page"].entries)
        assert response.context["total"] == found > 5

    def test_a_timeline_without_dates_has_no_band(self, client):
        pair = RelationFactory()
        EventFactory(relation=pair, date="", published=True)
        for query in ("", "?kind=visit"):
            context = client.get(f"{pair.get_absolute_url()}timeline/{query}").context
            assert "band" not in context
            assert context["anything"]

    def test_the_years_and_lanes_of_the_band_do_not_depend_on_filters(self, client, pair):
        for query in ("", "?kind=visit", "?q=no-such-word"):
            band = client.get(f"{ADDRESS}{query}").context["band"]
            assert (str(band.whole), len(band.lanes)) == ("1991-2024", 6)

    def test_kinds_without_entries_have_no_lane(self, client):
        pair = RelationFactory()
        VisitFactory(relation=pair, date="2001", published=True)
        response = client.get(f"{pair.get_absolute_url()}timeline/?kind=event")
        assert [lane.key for lane, *_counts in response.context["band"].lanes] == ["visit"]
        words = "No entries: events, treaty actions, memberships, missions, offices"
        assert words in plain(response)

    def test_kinds_without_dates_are_not_shown_as_zero(self, client, pair):
        page = plain(client.get(ADDRESS))
        assert "mission 3 undated office 3" in page
        assert "mission: 3 undated ." in page or "mission: 3 undated." in page
        assert "Date unknown 3 4 3 3 13" in page

    def test_the_band_ignores_the_year_filter_and_marks_its_years(self, client, pair):
        context = client.get(f"{ADDRESS}?kind=visit&year_from=2023").context
        band = context["band"]
        assert [(bar.years, bar.total) for bar in band.bars] == [
            ("2022", 1),
            ("2023", 2),
            ("2024", 1),
        ]
        assert str(band.picked) == "2023-2024"
        assert (str(band.whole), context["total"]) == ("1991-2024", 3)

    def test_bars_keep_the_other_filters_and_drop_the_cursor(self, client, pair):
        page = text(client.get(f"{ADDRESS}?kind=visit&order=oldest&year_from=1999&after=1-1"))
        assert 'href="?kind=visit&amp;order=oldest&amp;year_from=2022&amp;year_to=2022"' in page

    def test_the_overview_has_a_table(self, client, pair):
        assert "2024 6 1 8 15" in plain(client.get(ADDRESS))

    @pytest.mark.parametrize(
        ("last", "words"),
        [
            (2110, None),
            (2111, "Each column covers two years."),
            (2400, "Each column covers five years."),
            (3000, "Each column covers ten years."),
            (4000, "Each column covers 20 years."),
        ],
    )
    def test_the_band_says_how_many_years_a_column_covers(self, client, last, words):
        pair = RelationFactory()
        for year in (1991, last):
            EventFactory(relation=pair, date=str(year), published=True)
        page = plain(client.get(f"{pair.get_absolute_url()}timeline/"))
        assert words in page if words else "Each column" not in page


class TestEntries:
    def entries(self, client, pair, query=""):
        context = client.get(f"{pair.get_absolute_url()}timeline/?{query}").context
        return {entry.slug: entry for entry in context["page"].entries}

    def test_disputes_are_marked_on_the_entries_they_concern(self, client, pair):
        marked = {
            slug: [(row.rule, row.state) for row in entry.disputes]
            for slug, entry in self.entries(client, pair).items()
            if entry.disputes
        }
        assert marked == {
            "diplomatic-relations-azerbaijan-kazakhstan": [
                ("anniversary", "decided"),
                ("contradiction", "decided"),
            ],
            "anniversary-30-azerbaijan-kazakhstan-2020": [("anniversary", "decided")],
            "anniversary-30-azerbaijan-kazakhstan-2022": [("anniversary", "decided")],
            "tokayev-visit-azerbaijan-2024-03": [("contradiction", "decided")],
        }
        assert "Sources disagree; one is preferred" in plain(client.get(ADDRESS))

    def test_an_open_dispute_has_no_preference(self, client):
        event = EventFactory(slug="disputed", published=True)
        CitationFactory(record=event, stance="contradicts", field="date", as_stated="2019")
        publish(event)
        page = plain(client.get(f"{event.relation.get_absolute_url()}timeline/"))
        assert "Sources disagree" in page
        assert "one is preferred" not in page

    def test_only_rival_steps_of_a_treaty_are_marked(self, client):
        first = TreatyActionFactory(slug="signed-1", date="2001-05-06")
        treaty = first.treaty
        TreatyActionFactory(slug="signed-2", treaty=treaty, date="2002-05-06")
        TreatyActionFactory(
            slug="entry", treaty=treaty, date="2003", action_type="entry_into_force"
        )
        for action in treaty.actions.all():
            CitationFactory(record=action)
        CitationFactory(record=treaty)
        publish(treaty)
        found = self.entries(client, treaty.relation)
        assert {slug for slug, entry in found.items() if entry.disputes} == {"signed-1", "signed-2"}

    def test_a_step_shows_the_current_status_of_its_treaty(self, client, pair):
        page = plain(client.get(f"{ADDRESS}?kind=action&year_to=1997"))
        assert "16 September 1996 treaty action · signature" in page
        assert "today in force" in page

    def test_a_step_with_an_unknown_outcome_shows_only_what_is_unknown(self, client):
        action = TreatyActionFactory(date="2000-01-01")
        treaty = action.treaty
        for row in (action, treaty):
            CitationFactory(record=row)
        publish(treaty)
        page = plain(client.get(f"{treaty.relation.get_absolute_url()}timeline/"))
        assert "entry into force unknown" in page
        assert "today" not in page

    def test_the_timeline_explains_bars_and_unusable_filters(self, client, base):
        assert "Select a bar to see only its years." in plain(client.get(ADDRESS))
        page = plain(client.get(f"{ADDRESS}?year_to=0"))
        assert (
            "No entries are shown, because a filter has an invalid value. Correct it: To year:"
            in page
        )

    def test_dates_are_as_precise_as_their_sources(self, client):
        pair = RelationFactory()
        for date in ("2005", "2020-09", "1992~", "[1990..1992]", ""):
            EventFactory(relation=pair, date=date, published=True)
        page = plain(client.get(f"{pair.get_absolute_url()}timeline/"))
        for date in ("2005", "2020-09", "1992~", "[1990..1992]", ""):
            assert f"{Edtf.parse(date).describe()} event · meeting" in page

    def test_entries_name_their_sides(self, client, pair):
        page = plain(client.get(ADDRESS))
        assert "Kazakhstan → Azerbaijan" in page
        assert "Kazakhstan entry into force unknown" in page
        assert "signature Treaty on the foundations of relations" in page
        assert "Azerbaijan and Kazakhstan · Baku today in force" in page
        assert "Kazakhstan → Azerbaijan" in page


class TestOccasions:
    @pytest.fixture
    def signed(self):
        """Five documents signed on one day at one place, and a later visit."""
        pair = RelationFactory()
        for number in range(5):
            treaty = TreatyFactory(relation=pair, title=f"Treaty {number}", slug=f"t-{number}")
            step = TreatyActionFactory(
                treaty=treaty, slug=f"s-{number}", date="2018-08-12", place="Aktau"
            )
            for row in (step, treaty):
                CitationFactory(record=row)
            publish(treaty)
        VisitFactory(relation=pair, date="2018-08-13", published=True)
        return pair

    def test_documents_of_one_day_and_place_are_one_entry_that_opens(self, client, signed):
        response = client.get(f"{signed.get_absolute_url()}timeline/")
        assert "5 documents signed in Aktau" in plain(response)
        page = text(response)
        assert page.count('<details class="says" >') == 1
        for number in range(5):
            assert f'id="s-{number}" class="entry action"' in page
        assert page.count("12 August 2018") == 1
        # Entries are still counted as records.
        assert response.context["total"] == len(response.context["page"].entries) == 6
        assert "6 entries" in plain(response)

    def test_a_link_to_one_of_them_opens_the_group(self, client, signed):
        page = text(client.get(f"{signed.get_absolute_url()}timeline/?at=s-2"))
        assert '<details class="says" open>' in page
        assert 'id="s-2" class="entry action at"' in page

    def test_a_group_at_the_edge_of_a_page_says_that_its_day_continues(
        self, client, signed, monkeypatch
    ):
        address = f"{signed.get_absolute_url()}timeline/"
        cut = "This day continues on another page."
        monkeypatch.setattr("portal.timeline_page.PAGE", 3)
        first = client.get(address)
        sides = f"{signed.country_a} and {signed.country_b}"
        assert f"2 or more documents signed in Aktau {sides} {cut}" in plain(first)
        second = client.get(f"{address}?after={first.context['page'].next}")
        assert "3 or more documents signed in Aktau" in plain(second)
        assert cut in plain(second)
        back = client.get(f"{address}?before={second.context['page'].previous}")
        assert slugs(back.context["page"]) == slugs(first.context["page"])
        assert cut in plain(back)
        monkeypatch.setattr("portal.timeline_page.PAGE", 6)
        assert cut not in plain(client.get(address))

    def test_a_group_says_how_many_of_its_entries_are_disputed(self, client, signed):
        step = TreatyAction.objects.get(slug="s-1")
        CitationFactory(record=step, stance="contradicts", field="date", as_stated="2019")
        publish(step)
        page = plain(client.get(f"{signed.get_absolute_url()}timeline/"))
        assert "Sources disagree about 1 of them" in page


class TestPrinting:
    def test_later_pages_continue_the_numbering_of_notes(self, client, pair, monkeypatch):
        monkeypatch.setattr("portal.timeline_page.PAGE", 20)
        response = client.get(ADDRESS)
        notes = response.context["footnotes"]
        after = response.context["page"].next
        more = client.get(f"{ADDRESS}?after={after}&notes={len(notes)}").context["footnotes"]
        assert [note.number for note in notes] == list(range(1, len(notes) + 1))
        assert more[0].number == len(notes) + 1

    def test_the_header_shows_filters_address_and_date(self, client, pair, monkeypatch):
        monkeypatch.setattr("portal.timeline_page.today", lambda: Edtf.parse("2026-11-24").earliest)
        page = plain(client.get(f"{ADDRESS}?kind=visit&kind=event&year_from=2020"))
        assert "Kind: visit, event · From year: 2020" in page
        assert f"http://testserver{ADDRESS}?kind=visit" in page
        assert "accessed on 24 November 2026" in page


def test_a_pair_without_records_says_so(client, base):
    page = plain(client.get("/relations/france-guinea-bissau/timeline/"))
    assert "Nothing is recorded for this pair yet." in page
    assert "by kind" not in page


def test_every_entry_is_a_published_record(pair):
    page = timeline.page(timeline.streams(pair))
    states = set(
        Record.objects.filter(pk__in=[entry.pk for entry in page.entries]).values_list(
            "state", flat=True
        )
    )
    assert states == {"published"}


def test_steps_of_shared_treaties_after_the_end_of_a_state_are_left_out(client):
    ended = CountryFactory(kind="former_state", until="1991-12-26")
    other, third = CountryFactory.create_batch(2)
    treaty = TreatyFactory(relation=None, parties=[ended, other, third], date="1980")
    for day in ("1980", "1991-12", "1995"):
        step = TreatyActionFactory(
            treaty=treaty, date=day, action_type="ratification",
            party=treaty.parties.get(country=third), slug=f"step-{day}",
        )  # fmt: skip
        CitationFactory(record=step)
    CitationFactory(record=treaty)
    publish(treaty)

    def steps(one, two):
        page = client.get(f"/relations/{pair_slug(one, two)}/timeline/").context["page"]
        return {entry.slug for entry in page.entries}

    assert steps(ended, other) == {"step-1980", "step-1991-12"}
    assert steps(other, third) == {"step-1980", "step-1991-12", "step-1995"}
