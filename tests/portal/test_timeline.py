"""The timeline of a pair: order, pages, filters, and what stands on it."""

import csv
import io
import json

import pytest

from portal import timeline
from relations.models import Record, Relation
from sources.exports import flat
from tests.factories import EventFactory, MembershipFactory, OrganizationFactory

pytestmark = pytest.mark.django_db

ADDRESS = "/relations/azerbaijan-kazakhstan/timeline/"


@pytest.fixture
def pair(base):
    return Relation.objects.with_countries().get(slug="azerbaijan-kazakhstan")


def slugs(page):
    return [entry.slug for entry in page.entries]


def walk(pair, size, **options):
    """All pages from the first on, by their next links."""
    pages = [timeline.page(timeline.strands(pair), size=size, **options)]
    while pages[-1].next:
        pages.append(
            timeline.page(timeline.strands(pair), size=size, after=pages[-1].next, **options)
        )
    return pages


def test_newest_come_first_and_dates_not_known_last(pair):
    page = timeline.page(timeline.strands(pair))
    years = [year for year, _entries in page.by_year()]
    assert years == [
        *(2024, 2023, 2022, 2021, 2020, 2019, 2006, 2005),
        *(1999, 1998, 1997, 1996, 1995, 1993, 1992, 1991, None),
    ]
    assert slugs(page)[-1] == "opening-of-transport-lines"


def test_oldest_first_is_the_exact_reverse(pair):
    newest = slugs(timeline.page(timeline.strands(pair)))
    oldest = slugs(timeline.page(timeline.strands(pair), oldest_first=True))
    assert oldest == newest[::-1]


@pytest.mark.parametrize("oldest_first", [False, True])
@pytest.mark.parametrize("size", [1, 2, 7])
def test_pages_hold_each_entry_once_in_order(pair, size, oldest_first):
    whole = slugs(timeline.page(timeline.strands(pair), oldest_first=oldest_first))
    pages = walk(pair, size, oldest_first=oldest_first)
    assert [slug for page in pages for slug in slugs(page)] == whole
    assert [len(page.entries) for page in pages[:-1]] == [size] * (len(pages) - 1)
    assert pages[0].previous is None


@pytest.mark.parametrize("oldest_first", [False, True])
def test_previous_leads_back_to_the_same_page(pair, oldest_first):
    pages = walk(pair, 5, oldest_first=oldest_first)
    for earlier, later in zip(pages, pages[1:], strict=False):
        back = timeline.page(
            timeline.strands(pair), size=5, before=later.previous, oldest_first=oldest_first
        )
        assert slugs(back) == slugs(earlier)
        assert (back.previous is None) == (earlier is pages[0])


def test_treaties_stand_there_by_their_actions(pair):
    found = slugs(timeline.page(timeline.strands(pair)))
    assert "strategic-partnership-agreement-2005-signature" in found
    assert "strategic-partnership-agreement-2005" not in found


def test_a_membership_stands_there_only_while_both_belong(pair):
    club = OrganizationFactory()
    MembershipFactory(organization=club, member=pair.country_a, slug="a-in-club", published=True)
    assert "a-in-club" not in slugs(timeline.page(timeline.strands(pair)))
    MembershipFactory(organization=club, member=pair.country_b, slug="b-in-club", published=True)
    assert {"a-in-club", "b-in-club"} <= set(slugs(timeline.page(timeline.strands(pair))))


def test_drafts_and_withdrawn_records_are_not_shown(client, pair):
    EventFactory(relation=pair, title="A planted draft")
    EventFactory(relation=pair, title="A planted withdrawal", published=True).withdraw()
    for address in (ADDRESS, ADDRESS[:-1] + ".json", "/", ADDRESS[: -len("timeline/")], "/events/"):
        response = client.get(address)
        text = response.getvalue().decode() if response.streaming else response.content.decode()
        assert "planted" not in text, address


def test_filters_by_kind_years_topic_person_and_text(client, base):
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
    assert found("topic=digital") == {"digital-silk-road"}
    assert found("person=gulzar-ibrahimova") == {"regular-visits-statement-2024"}
    assert found("q=SILK road") == {"digital-silk-road"}
    assert found("q=silk&kind=visit") == set()


def test_years_find_what_possibly_falls_into_them(client, pair):
    EventFactory(relation=pair, slug="vague", date="[1990..1992]", published=True)
    EventFactory(relation=pair, slug="early", date="[..1950]", published=True)

    def found(query):
        return {e.slug for e in client.get(f"{ADDRESS}?{query}").context["page"].entries}

    assert "vague" in found("year_from=1992&year_to=1993")
    assert "vague" not in found("year_from=1993")
    assert "early" in found("year_to=1900")
    assert "early" not in found("year_from=1951")


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
    ],
)
def test_a_forged_place_or_order_is_a_404(client, base, query):
    assert client.get(f"{ADDRESS}?{query}").status_code == 404


def test_a_place_beyond_the_end_is_an_empty_page(client, base):
    response = client.get(f"{ADDRESS}?after=0-1")
    assert response.status_code == 200
    assert response.context["page"].entries == []


def test_the_file_holds_all_entries_with_dates_as_on_the_page(client, pair, monkeypatch):
    monkeypatch.setattr(timeline, "PAGE", 100)
    whole = slugs(timeline.page(timeline.strands(pair)))
    items = json.loads(client.get(ADDRESS[:-1] + ".json").getvalue())["items"]
    assert [item["id"] for item in items] == whole
    dates = {item["id"]: item["date"] for item in items}
    assert dates["kazakhstan-trade-house-opened"] == "2020-09"
    rows = list(csv.DictReader(io.StringIO(client.get(ADDRESS[:-1] + ".csv").getvalue().decode())))
    assert [row["id"] for row in rows] == whole
    assert {row["id"]: row["date"] for row in rows} == dates


def test_the_csv_file_has_each_value_under_its_own_name(client, pair):
    """Kinds differ in their columns: a row must not take those of the first."""
    items = json.loads(client.get(ADDRESS[:-1] + ".json").getvalue())["items"]
    text = client.get(ADDRESS[:-1] + ".csv").getvalue().decode()
    rows = list(csv.DictReader(io.StringIO(text), strict=True))
    assert len({item["kind"] for item in items}) > 3
    for item, row in zip(items, rows, strict=True):
        assert row == {name: flat(item.get(name)) for name in row}
        assert set(item) <= set(row)


def test_the_file_is_filtered_like_the_page(client, base):
    items = json.loads(client.get(f"{ADDRESS[:-1]}.json?kind=visit&year_from=2024").getvalue())[
        "items"
    ]
    assert [item["id"] for item in items] == ["tokayev-visit-azerbaijan-2024-03"]
    assert client.get(f"{ADDRESS[:-1]}.csv?kind=nonsense").status_code == 400


def test_the_number_of_queries_does_not_grow_with_the_entries(
    client, pair, django_assert_num_queries
):
    with django_assert_num_queries(QUERIES):
        client.get(ADDRESS)
    for number in range(40):
        EventFactory(relation=pair, date=f"19{number + 10}", published=True)
    with django_assert_num_queries(QUERIES):
        assert len(client.get(ADDRESS).context["page"].entries) == 100


QUERIES = 22


def test_every_entry_is_a_published_record(pair):
    page = timeline.page(timeline.strands(pair))
    states = set(
        Record.objects.filter(pk__in=[entry.pk for entry in page.entries]).values_list(
            "state", flat=True
        )
    )
    assert states == {"published"}
