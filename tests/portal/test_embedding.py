"""Pages for other sites: their frame policy, the code to copy, and oEmbed."""

import json
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml import html

from relations.merging import merge
from tests.factories import CitationFactory, RelationFactory, TreatyFactory, VisitFactory

pytestmark = pytest.mark.django_db

SITE = "http://testserver"
PAIR = "/relations/azerbaijan-kazakhstan/"
TREATY = "/treaties/strategic-partnership-agreement-2005/"
CHART = "/trade/azerbaijan-kazakhstan/charts/turnover-usd/"
# Pages with the address of their embedded form.
EMBEDDED = {
    f"{PAIR}timeline/": f"/embed{PAIR}timeline/",
    f"{PAIR}timeline/?kind=visit&order=oldest": f"/embed{PAIR}timeline/?kind=visit&order=oldest",
    f"{PAIR}pictures/#visits": f"/embed{PAIR}pictures/visits/",
    f"{PAIR}pictures/#topics": f"/embed{PAIR}pictures/topics/",
    CHART: f"/embed{CHART}",
    TREATY: f"/embed{TREATY}",
    f"{TREATY}?on=2010-01-01": f"/embed{TREATY}?on=2010-01-01",
}


def policy(response) -> str:
    (found,) = [
        part.strip()
        for part in response["Content-Security-Policy"].split(";")
        if "frame-ancestors" in part
    ]
    return found


@pytest.mark.parametrize("page", EMBEDDED)
def test_an_embedded_page_says_what_it_is_and_where_it_comes_from(client, base, page):
    response = client.get(EMBEDDED[page])
    assert response.status_code == 200
    tree = html.fromstring(response.content.decode())
    assert tree.xpath("//link[@rel='canonical']/@href") == [SITE + page]
    (heading,) = tree.xpath("//h1/a")
    assert heading.get("href") == SITE + page
    assert tree.findtext(".//title").strip() == f"{heading.text} · Bilateral relations"
    footer = tree.find(".//footer").text_content()
    assert "ources" in footer
    assert "Data: CC0 1.0" in footer
    assert tree.xpath("//footer//a[@rel='license external']")
    assert tree.xpath("//base/@target") == ["_blank"]
    assert tree.xpath("//script | //*[@style]") == []


@pytest.mark.parametrize("page", EMBEDDED)
def test_a_page_has_the_code_and_the_address_for_oembed(client, base, page):
    tree = html.fromstring(client.get(page).content.decode())
    codes = [html.fromstring(one.text) for one in tree.xpath("//textarea[@readonly]")]
    assert SITE + EMBEDDED[page] in [code.get("src") for code in codes]
    (link,) = tree.xpath("//head/link[@type='application/json+oembed']/@href")
    found = client.get(link.removeprefix(SITE)).json()
    assert found["version"] == "1.0"


@pytest.mark.parametrize("page", EMBEDDED)
def test_oembed_gives_the_code_of_a_page(client, base, page):
    response = client.get("/oembed", {"url": SITE + page, "format": "json"})
    assert (response.status_code, response["Content-Type"]) == (200, "application/json")
    assert response["Access-Control-Allow-Origin"] == "*"
    found = response.json()
    assert (found["version"], found["type"]) == ("1.0", "rich")
    assert (found["provider_name"], found["provider_url"]) == ("Bilateral relations", f"{SITE}/")
    code = html.fromstring(found["html"])
    assert (code.tag, code.get("src"), code.get("title")) == (
        "iframe",
        SITE + EMBEDDED[page],
        found["title"],
    )
    assert [int(code.get("width")), int(code.get("height"))] == [found["width"], found["height"]]


def test_oembed_keeps_within_the_limits(client, base):
    asked = {"url": SITE + TREATY, "maxwidth": "300", "maxheight": "200"}
    found = client.get("/oembed", asked).json()
    assert (found["width"], found["height"]) == (300, 200)
    wide = client.get("/oembed", {"url": SITE + TREATY, "maxwidth": "3000"}).json()
    assert (wide["width"], wide["height"]) == (640, 320)


@pytest.mark.parametrize(
    ("asked", "status", "words"),
    [
        ({}, 400, "The parameter “url” is missing."),
        ({"url": f"{SITE}{TREATY}", "maxwidth": "x"}, 400, "“maxwidth” is not a number of pixels."),
        ({"url": f"{SITE}{TREATY}", "maxheight": "0"}, 400, "“maxheight” is not a number of"),
        ({"url": f"{SITE}{TREATY}", "format": "xml"}, 501, "Only the format JSON is available."),
        ({"url": f"https://other.example{TREATY}"}, 404, "This address cannot be embedded."),
        ({"url": f"ftp://testserver{TREATY}"}, 404, "This address cannot be embedded."),
        ({"url": "http://[testserver"}, 404, "This address cannot be embedded."),
        ({"url": f"{SITE}/visits/"}, 404, "This address cannot be embedded."),
        ({"url": f"{SITE}{PAIR}timeline/?year_from=x"}, 404, "This address cannot be embedded."),
        ({"url": f"{SITE}{PAIR}pictures/#no"}, 404, "This pair has no such chart."),
        ({"url": f"{SITE}/treaties/nope/"}, 404, "There is no treaty at this address."),
        ({"url": f"{SITE}/relations/a-b/timeline/"}, 404, "No pair of countries has this address"),
        ({"url": f"{SITE}{CHART}?year=x"}, 404, "This pair has no such chart."),
    ],
)
def test_oembed_refuses_with_a_reason(client, base, asked, status, words):
    response = client.get("/oembed", asked)
    assert (response.status_code, response["Content-Type"]) == (status, "application/json")
    assert response.json()["error"].startswith(words)


def test_only_embedded_pages_may_be_framed(client, base):
    for address in (*EMBEDDED.values(), "/embed/treaties/nope/", "/embed/nowhere/"):
        response = client.get(address)
        assert policy(response) == "frame-ancestors *", address
        assert "X-Frame-Options" not in response, address
    for address in ("/", f"{PAIR}timeline/", TREATY, "/oembed", "/embedded/", "/admin/login/"):
        response = client.get(address)
        assert policy(response) == "frame-ancestors 'none'", address
        assert response["X-Frame-Options"] == "DENY", address


def test_the_policy_is_the_same_from_the_cache_and_unmodified(base, settings):
    settings.PAGES_KEPT = 2000
    reader, address = Client(), f"/embed{TREATY}"
    first, again = reader.get(address), reader.get(address)
    unmodified = reader.get(address, headers={"If-None-Match": first["ETag"]})
    assert unmodified.status_code == 304
    for response in (first, again, unmodified):
        assert policy(response) == "frame-ancestors *"
        assert "X-Frame-Options" not in response


def test_a_timeline_shows_its_newest_entries_and_links_to_all(client, monkeypatch):
    monkeypatch.setattr("portal.embedding.SHOWN", 2)
    pair = RelationFactory()
    for year in (2001, 2003, 2002):
        VisitFactory(title=f"Visit {year}", relation=pair, date=f"{year}", published=True)
    VisitFactory(title="Draft", relation=pair, date="2004")
    tree = html.fromstring(client.get(f"/embed/relations/{pair.slug}/timeline/").content.decode())
    titles = [one.text for one in tree.xpath("//li[contains(@class, 'entry')]//a")]
    assert titles == ["Visit 2003", "Visit 2002"]
    (more,) = tree.xpath("//p[@class='onward']/a")
    assert more.text.strip() == "All 3 entries"
    assert more.get("href") == f"{SITE}/relations/{pair.slug}/timeline/"


@pytest.mark.parametrize(
    "query", ["?kind=ghost", "?order=sideways", "?year_from=2000&year_to=1999"]
)
def test_an_invalid_value_is_a_400_that_shows_nothing(client, base, query):
    response = client.get(f"/embed{PAIR}timeline/{query}")
    assert response.status_code == 400
    text = html.fromstring(response.content.decode()).find(".//main").text_content()
    assert "Nothing is shown: the address has an invalid value." in text


def test_the_address_of_a_merged_treaty_shows_the_one_that_stayed(client):
    kept = TreatyFactory(title="Kept", published=True)
    other = TreatyFactory(title="Twin", relation=kept.relation, published=True)
    merge(kept, other)
    page = client.get(f"/embed/treaties/{other.slug}/").content.decode()
    assert html.fromstring(page).xpath("//h1/a/@href") == [f"{SITE}{kept.get_absolute_url()}"]


def test_drafts_cannot_be_embedded(client):
    treaty = TreatyFactory()
    CitationFactory(record=treaty)
    assert client.get(f"/embed/treaties/{treaty.slug}/").status_code == 404


def test_the_number_of_queries_does_not_depend_on_the_rows(client):
    pair = RelationFactory()

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(f"/embed/relations/{pair.slug}/timeline/").status_code == 200
        return len(found)

    VisitFactory(relation=pair, published=True)
    before = queries()
    for _number in range(3):
        VisitFactory(relation=pair, published=True)
    assert queries() == before


def test_the_title_in_the_code_is_escaped(client):
    treaty = TreatyFactory(title='"A" & <b>', published=True)
    found = json.loads(client.get("/oembed", {"url": SITE + treaty.get_absolute_url()}).content)
    assert "<b>" not in found["html"]
    assert html.fromstring(found["html"]).get("title") == '"A" & <b>' == unescape(found["title"])
