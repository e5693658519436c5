"""The sitemap: an index, and files by ranges of keys."""

from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml import etree

from portal import sitemaps
from relations.publication import revise
from tests.factories import (
    CitationFactory,
    EventFactory,
    FigureFactory,
    OrganizationFactory,
    TreatyActionFactory,
    VisitFactory,
)
from tests.steps import publish

pytestmark = pytest.mark.django_db

NAMESPACES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
SITE = "http://testserver"


def read(client, address, name="url") -> dict[str, str | None]:
    """The addresses in a file of the sitemap, each with its time of change."""
    response = client.get(address.removeprefix(SITE))
    assert response.status_code == 200
    assert response["Content-Type"] == "application/xml; charset=utf-8"
    content = response.getvalue() if response.streaming else response.content
    rows = etree.fromstring(content).findall(f"s:{name}", NAMESPACES)
    return {
        row.findtext("s:loc", namespaces=NAMESPACES): row.findtext("s:lastmod", None, NAMESPACES)
        for row in rows
    }


def index(client) -> list[str]:
    return list(read(client, "/sitemap.xml", "sitemap"))


def test_every_address_of_the_sitemap_is_a_page(client, base):
    found = [one for file in index(client) for one in read(client, file)]
    assert len(found) == len(set(found)) > 200
    for address in found[::10]:
        assert client.get(address.removeprefix(SITE)).status_code == 200, address
    for path in (
        *("/", "/treaties/", "/relations/azerbaijan-kazakhstan/", "/countries/france/"),
        *("/organizations/osce/", "/people/ilham-aliyev/", "/sources/a-historic-opportunity/"),
        *("/treaties/strategic-partnership-agreement-2005/", "/offices/ilham-aliyev-president/"),
        "/trade/figures/trade-turnover-2023-historic-opportunity/",
    ):
        assert SITE + path in found


def test_drafts_and_pages_that_redirect_are_left_out(client):
    FigureFactory()
    OrganizationFactory()
    action = TreatyActionFactory(treaty__published=True)
    CitationFactory(record=action)
    publish(action)
    EventFactory(relation=action.treaty.relation)
    names = ("pairs", "records", "figures", "organizations")
    found = {name: read(client, f"/sitemap-{name}-1.xml") for name in names}
    assert list(found["pairs"]) == [f"{SITE}/relations/{action.treaty.relation.slug}/"]
    assert list(found["records"]) == [f"{SITE}{action.treaty.get_absolute_url()}"]
    assert found["figures"] == found["organizations"] == {}


def test_the_time_of_change_is_that_of_the_newest_version(client):
    event = EventFactory(published=True)
    figure = FigureFactory(published=True)
    event.title = "Renamed"
    revise(event)
    (records,) = [file for file in index(client) if "-records-" in file]
    (changed,) = read(client, records).values()
    assert datetime.fromisoformat(changed) == event.revisions.get(number=2).at
    (figures,) = [file for file in index(client) if "-figures-" in file]
    (changed,) = read(client, figures).values()
    assert datetime.fromisoformat(changed) == figure.published_at


def test_files_divide_the_rows_by_their_keys(client, monkeypatch):
    rows = [EventFactory(published=True) for _number in range(5)]
    monkeypatch.setattr(sitemaps, "SIZE", 2)
    files = [file for file in index(client) if "-records-" in file]
    assert len(files) == 1 + rows[-1].pk // 2
    found = [list(read(client, file)) for file in files]
    assert max(map(len, found)) == 2
    assert sum(found, []) == [SITE + row.get_absolute_url() for row in rows]


@pytest.mark.parametrize("file", ["records-0", "records-2", "ghosts-1", "pages-2"])
def test_a_file_that_is_not_in_the_index_is_a_404(client, file):
    EventFactory(published=True)
    response = client.get(f"/sitemap-{file}.xml")
    assert (response.status_code, response.content.decode()) == (
        404,
        "The sitemap has no such file.\n",
    )


def test_the_number_of_queries_does_not_depend_on_the_rows(client):
    def queries() -> list[int]:
        numbers = []
        for address in ("/sitemap.xml", "/sitemap-records-1.xml", "/sitemap-pairs-1.xml"):
            with CaptureQueriesContext(connection) as found:
                read(client, address)
            numbers.append(len(found))
        return numbers

    EventFactory(published=True)
    before = queries()
    for factory in (EventFactory, VisitFactory, EventFactory):
        factory(published=True)
    assert queries() == before == [len(sitemaps.SECTIONS), 2, 2]
