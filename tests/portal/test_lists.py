"""Pages of lists: together they give the whole list, and late pages are as cheap as early ones."""

import re

import pytest
from django.core.paginator import EmptyPage
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.views import ListPage, Pages
from relations.models import Event, Organization
from relations.views import CountryList
from tests.factories import (
    EventFactory,
    FigureFactory,
    MissionFactory,
    OrganizationFactory,
    PersonFactory,
    RelationFactory,
    TopicFactory,
    TreatyFactory,
    VisitFactory,
)
from tests.treaties.test_periods import IN_FORCE, published

pytestmark = pytest.mark.django_db

LISTS = (
    *("/visits/", "/visits/?rank=head_of_state", "/visits/?year_from=2001", "/visits/?q=visit"),
    *("/missions/", "/events/", "/events/?topic=water", "/treaties/", "/treaties/?on=2001-02-03"),
    *(f"/treaties/?order={order}" for order in ("oldest", "title", "-title", "force", "-force")),
    *("/trade/", "/trade/?year=2023", "/organizations/", "/people/", "/sources/"),
    *("/relations/", "/countries/", "/disagreements/"),
)


@pytest.fixture(scope="module")
def rows(module_database):
    """Rows for all lists, some with the same day; the tests only read them."""
    pair, water = RelationFactory(), TopicFactory(slug="water")
    for date in ("2000", "2001", "2001", "2001", "2001", "2002", "2003-04", "2004"):
        VisitFactory(relation=pair, date=date, rank="head_of_state", published=True)
        EventFactory(relation=pair, date=date, published=True).topics.add(water)
        EventFactory(relation=pair, date=date)
        MissionFactory(relation=pair, mission_type="consulate", published=True)
        TreatyFactory(date=date, title="Treaty", published=True)
        FigureFactory(period=date[:4], published=True)
        OrganizationFactory(name="One")
        PersonFactory(name="One")
    for _number in range(3):
        published(*IN_FORCE)


@pytest.fixture
def three_rows_per_page(rows, monkeypatch):
    """Lists with three rows per page."""
    monkeypatch.setattr(ListPage, "paginate_by", 3)
    monkeypatch.setattr(CountryList, "paginate_by", 3)


@pytest.mark.parametrize("address", LISTS)
def test_all_pages_together_give_the_list_in_order(client, three_rows_per_page, address):
    first = client.get(address).context
    shown = [list(first["object_list"])]
    for number in range(2, first["paginator"].num_pages + 1):
        response = client.get(f"{address}{'&' if '?' in address else '?'}page={number}")
        shown.append(list(response.context["object_list"]))
    assert [row for rows in shown for row in rows] == list(first["filterset"].qs)
    assert all(len(rows) == 3 for rows in shown[:-1])


@pytest.mark.parametrize("address", ["/visits/", "/events/", "/treaties/", "/trade/"])
def test_the_last_page_uses_no_offset_and_a_count_without_joins(
    client, three_rows_per_page, address
):
    last = client.get(address).context["paginator"].num_pages
    with CaptureQueriesContext(connection) as asked:
        assert client.get(f"{address}?page={last}").status_code == 200
    statements = [row["sql"] for row in asked.captured_queries]
    assert last > 2
    assert not [sql for sql in statements if re.search(r"OFFSET [1-9]", sql)]
    (count,) = [sql for sql in statements if re.match(r'SELECT COUNT\(\*\) AS "__count" FROM', sql)
                and "JOIN" not in sql]  # fmt: skip
    assert " IN (" not in count


def test_a_middle_page_skips_rows_by_key_only(client, three_rows_per_page):
    with CaptureQueriesContext(connection) as asked:
        client.get("/visits/?page=2")
    (walk,) = [row["sql"] for row in asked.captured_queries if "OFFSET" in row["sql"]]
    assert re.match(r'SELECT "relations_record"."id" AS "pk" FROM "relations_record" WHERE', walk)


def test_an_empty_list_has_exactly_one_page():
    pages = Pages(Event.objects.newest_first(), 3)
    assert list(pages.page(1)) == []
    with pytest.raises(EmptyPage):
        pages.page(2)


def test_rows_deleted_during_rendering_are_omitted():
    rows = [OrganizationFactory() for _number in range(3)]
    pages = Pages(Organization.objects.exclude(pk=rows[1].pk), 3, walked=Organization.objects.all())
    assert set(pages.page(1)) == {rows[0], rows[2]}
