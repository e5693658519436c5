"""The links below a list: first, last and near pages, a page by number, and the page size."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now
from lxml import html

from relations.importers.records import insert
from relations.models import Event
from relations.views import CountryList, EventList
from tests.factories import EventFactory, RelationFactory
from tests.portal.test_pages import plain, text

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def events(module_database):
    """A pair with 240 events: ten pages of 25."""
    pair = RelationFactory()
    insert([EventFactory.build(relation=pair, slug=f"p-{n}", date="1999") for n in range(240)])
    pair.records.update(state="published", published_at=now())
    return pair


def links_below(client, query):
    page = html.fromstring(text(client.get(f"/events/?{query}")))
    (nav,) = page.xpath('//nav[@class="pages"]')
    return {
        " ".join(link.text_content().split()): link.get("href") for link in nav.xpath(".//a")
    }, nav


def test_pages_lead_to_the_first_last_and_near_pages_and_keep_the_filters(client, events):
    links, nav = links_below(client, "year_from=1999&per_page=25&page=5")
    kept = "?year_from=1999&per_page=25&page="
    assert links == {
        "First": f"{kept}1", "Previous": f"{kept}4",
        "Page 3": f"{kept}3", "Page 4": f"{kept}4", "Page 6": f"{kept}6", "Page 7": f"{kept}7",
        "Next": f"{kept}6", "Last": f"{kept}10",
        # The pages that hold entry 101, the first of this page.
        "50": "?year_from=1999&per_page=50&page=3",
        "100": "?year_from=1999&per_page=100&page=2",
        "200": "?year_from=1999&per_page=200&page=1",
    }  # fmt: skip
    (current,) = nav.xpath('.//*[@aria-current="page"]')
    assert current.text_content().split() == ["Page", "5"]


def test_a_form_leads_to_a_page_and_keeps_the_filters(client, events):
    _links, nav = links_below(client, "year_from=1999&per_page=25")
    (form,) = nav.xpath(".//form")
    assert [(row.get("name"), row.get("value")) for row in form.xpath('.//input')] == [
        ("year_from", "1999"), ("per_page", "25"), ("page", "1"),
    ]  # fmt: skip
    assert "of 10" in form.text_content()
    response = client.get("/events/?year_from=1999&per_page=25&page=10")
    assert len(response.context["object_list"]) == 15


def test_the_first_and_the_last_page_have_no_links_beyond_the_list(client, events):
    links, _nav = links_below(client, "per_page=100")
    assert set(links) == {"Page 2", "Page 3", "Next", "Last", "25", "50", "200"}
    links, _nav = links_below(client, "per_page=100&page=3")
    assert set(links) == {"First", "Previous", "Page 1", "Page 2", "25", "50", "200"}


def test_one_long_page_can_be_made_shorter_but_a_short_list_has_no_links(client, events):
    pair = RelationFactory()
    for number in range(26):
        EventFactory(relation=pair, date="2001", slug=f"few-{number}", published=True)
    links, _nav = links_below(client, f"pair={pair.slug}")
    assert set(links) == {"25", "100", "200"}
    Event.objects.get(slug="few-0").delete()
    assert '<nav class="pages"' not in text(client.get(f"/events/?pair={pair.slug}"))


def test_filters_keep_the_page_size_and_files_do_not_have_it(client, events):
    page = html.fromstring(text(client.get("/events/?year_from=1999&per_page=100")))
    (field,) = page.xpath('//form[@id="filters"]//input[@name="per_page"]')
    assert field.get("value") == "100"
    (clear,) = page.xpath('//a[@class="clear"]')
    assert clear.get("href") == "?per_page=100"
    files = [link.get("href") for link in page.xpath('//p[@class="count"]/a')]
    forms = (*EventList.formats, *EventList.feeds)
    assert files == [f"/events.{form}?year_from=1999" for form in forms]
    assert client.get("/events.csv?per_page=100").status_code == 400


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("per_page=30", "“30” is not a page size. Choose one of these: 25, 50, 100, 200."),
        ("per_page=0", "“0” is not a page size."),
        ("per_page=1e9", "“1e9” is not a page size."),
        ("page=6", "“6” is not a page of this list, which has 5 pages."),
        ("page=0", "“0” is not a page of this list, which has 5 pages."),
        ("page=x", "“x” is not a page of this list, which has 5 pages."),
        ("page=99999999999999999999", "is not a page of this list, which has 5 pages."),
        ("page=2&q=nothing-like-it", "“2” is not a page of this list, which has one page."),
    ],
)
def test_an_invalid_page_or_size_is_a_404_with_a_message(client, events, query, message):
    response = client.get(f"/events/?{query}")
    assert response.status_code == 404
    assert message in plain(response)


def test_empty_values_mean_the_first_page_and_the_default_size(client, events):
    context = client.get("/events/?page=&per_page=").context
    assert (context["page_obj"].number, context["paginator"].per_page) == (1, 50)


def test_the_number_of_queries_does_not_depend_on_the_page_or_its_size(
    client, events, django_assert_num_queries
):
    with CaptureQueriesContext(connection) as asked:
        client.get("/events/")
    for query in ("per_page=200", "per_page=25&page=10"):
        with django_assert_num_queries(len(asked)):
            client.get(f"/events/?{query}")


def test_a_list_with_a_size_of_its_own_offers_it(client, events):
    assert CountryList(request=None).sizes == [25, 50, 100, 200, 300]
