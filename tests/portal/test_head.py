"""What pages say of themselves in their head, and the notice about unknown parameters."""

from collections import Counter

import pytest
from django.urls import get_resolver
from lxml import html

from core.parameters import accepts
from relations.models import Record
from tests.factories import EventFactory, MissionFactory
from tests.portal.test_evidence import public_addresses
from tests.portal.test_pages import plain

pytestmark = pytest.mark.django_db

PAIR = "/relations/azerbaijan-kazakhstan/"


def head(client, address) -> dict[str, str]:
    """The title, canonical address and metadata of a page."""
    page = html.fromstring(client.get(address, follow=True).content.decode())
    found = {
        meta.get("name") or meta.get("property"): meta.get("content")
        for meta in page.xpath("//head/meta[@content][@name or @property]")
    }
    found["title"] = page.findtext(".//title").strip()
    found["canonical"] = "".join(page.xpath("//link[@rel='canonical']/@href"))
    return found


def page_addresses() -> list[str]:
    """The addresses of pages among the public routes."""
    other = ("/healthz", "/search/suggestions/")
    return [
        address
        for address in public_addresses()
        if address.endswith("/")
        and address not in other
        and not address.startswith(("/actions/", "/api/v1/", "/embed/"))
    ]


def test_every_page_has_a_title_a_description_and_an_address(client, base):
    addresses = page_addresses()
    assert len(addresses) > 25
    for address in addresses:
        found = head(client, address)
        assert found["canonical"] == f"http://testserver{address}" == found["og:url"], address
        assert found["title"] == f"{found['og:title']} · Bilateral relations", address
        assert found["description"] == found["og:description"], address
        assert 20 < len(found["description"]) <= 200, address
        assert found["og:site_name"] == "Bilateral relations"
        assert found["og:type"] in ("website", "article")


def test_every_page_declares_its_parameters():
    exempt = {"healthz", "suggestions", "source_file", "styleguide"}
    missing = []
    for entry in get_resolver().url_patterns:
        if str(entry.pattern) == "admin/":
            continue
        for route in entry.url_patterns:
            view = getattr(route.callback, "view_class", route.callback)
            text = str(route.pattern).replace("<slug:key>.<slug:form>", "f.f")
            # The API refuses unknown parameters itself.
            is_page = "." not in text and not text.startswith("api/v1/")
            if is_page and route.name not in exempt and not hasattr(view, "parameters"):
                missing.append(str(route.pattern))
    assert missing == []


def test_the_pages_of_all_records_have_different_titles(client, base):
    addresses = [
        row.get_absolute_url() for row in Record.objects.published() if row.kind != "action"
    ]
    titles = Counter(head(client, address)["title"] for address in addresses)
    assert len(titles) > 50
    assert [title for title, number in titles.items() if number > 1] == []


def test_a_record_has_its_day_and_pair_in_the_title(client, base):
    found = head(client, "/treaties/strategic-partnership-agreement-2005/")
    assert found["og:title"] == (
        "Agreement on Strategic Partnership and Alliance Relations (24 May 2005)"
        " · Azerbaijan–Kazakhstan"
    )
    assert found["description"].startswith("Treaty · agreement, Azerbaijan–Kazakhstan, 24 May 2005")


def test_a_record_without_a_date_has_its_place_in_the_title(client):
    mission = MissionFactory(title="Consulate", date="", place="Ghent", published=True)
    found = head(client, mission.get_absolute_url())
    assert found["og:title"].startswith("Consulate (Ghent)")


def test_a_title_is_escaped_once(client):
    event = EventFactory(title='Talks on "A & B" <i>', published=True)
    found = head(client, event.get_absolute_url())
    assert found["og:title"].startswith('Talks on "A & B" <i> (')


@pytest.mark.parametrize(
    ("address", "title"),
    [
        ("/treaties/?scope=bilateral", "Treaties · Parties: two sides"),
        ("/treaties/?on=2005-05-24", "Treaties · On the day: 24 May 2005"),
        ("/countries/?kind=state", "Countries · Kind: state"),
        ("/visits/?pair=azerbaijan-kazakhstan", "Visits · Azerbaijan–Kazakhstan"),
        ("/visits/?rank=emperor", "Visits"),
        (f"{PAIR}?on=2001-02-03", "Azerbaijan–Kazakhstan · 3 February 2001"),
        (f"{PAIR}timeline/?kind=visit", "Timeline: Azerbaijan–Kazakhstan · Kind: visit"),
        ("/trade/kazakhstan-azerbaijan/?commodity=TOTAL", "Trade and investment: Azerbaijan–"),
    ],
)
def test_a_selection_is_named_and_not_for_search_engines(client, base, address, title):
    found = head(client, address)
    assert found["og:title"].startswith(title)
    assert found["robots"] == "noindex"


def test_the_pages_of_a_list_differ_in_title_and_address(client, monkeypatch):
    monkeypatch.setattr("relations.views.EventList.paginate_by", 1)
    for _number in range(2):
        EventFactory(published=True)
    first, second = head(client, "/events/?page=1"), head(client, "/events/?page=2")
    assert (first["og:title"], second["og:title"]) == ("Events", "Events · page 2")
    assert first["canonical"] == "http://testserver/events/"
    assert second["canonical"] == "http://testserver/events/?page=2"
    assert "robots" not in second


def test_a_canonical_address_has_only_known_parameters_with_a_value(client, base):
    found = head(client, "/treaties/?utm_source=a&scope=bilateral&q=&foo=1")
    assert found["canonical"] == "http://testserver/treaties/?scope=bilateral"


@pytest.mark.parametrize(
    "address", ["/visits/", "/", PAIR, f"{PAIR}timeline/", "/countries/france/"]
)
def test_an_unknown_parameter_is_reported(client, base, address):
    words = "This page has no filter or option “foo”. It was ignored."
    assert words in plain(client.get(f"{address}?foo=1"))
    assert "It was ignored" not in plain(client.get(f"{address}?utm_source=a&fbclid=b"))


def test_several_unknown_parameters_are_shortened_and_escaped(client, base):
    query = "&".join([f"{'x' * 80}=1", "%3Cb%3E=1", *(f"p{number}=1" for number in range(9))])
    page = client.get(f"/visits/?{query}").content.decode()
    assert f"“{'x' * 60}”, “&lt;b&gt;”, “p0”, “p1”, “p2”. They were ignored." in page


@pytest.mark.parametrize(
    "address",
    [
        "/visits/?page=1&q=a",
        "/relations/?country=france",
        f"{PAIR}?on=2001-01-01",
        f"{PAIR}timeline/?order=oldest&show=all&kind=visit&year=1999&zoom=1990-2000&notes=3",
        "/treaties/strategic-partnership-agreement-2005/?on=2010-01-01",
        "/search/?q=baku&order=date&kind=visit&decade=2020",
        "/trade/azerbaijan-kazakhstan/?commodity=TOTAL",
        "/trade/partners/kazakhstan/?flow=exports",
        "/changes/strategic-partnership-agreement-2005/?page=1",
    ],
)
def test_the_parameters_of_a_page_are_not_reported(client, base, address):
    response = client.get(address)
    assert response.status_code == 200
    assert "It was ignored" not in plain(response)


def test_a_page_that_declares_no_parameters_is_not_checked(rf):
    @accepts("a", "b")
    def view(request):
        """A page with two parameters."""

    assert view.parameters == ("a", "b")
    assert accepts("c")(view).parameters == ("a", "b", "c")
