"""The files at fixed addresses: robots.txt, favicon.ico, opensearch.xml, security.txt."""

import struct
from datetime import date, timedelta
from urllib.robotparser import RobotFileParser

import pytest
from lxml import etree, html

from core.dates import today
from tests.factories import OrganizationFactory, indexed

pytestmark = pytest.mark.django_db

SITE = "http://testserver"
OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"


def test_robots_may_read_pages_but_no_selections(client):
    response = client.get("/robots.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    text = response.content.decode()
    rules = RobotFileParser()
    rules.parse(text.splitlines())
    assert rules.site_maps() == [f"{SITE}/sitemap.xml"]
    for path in ("/", "/relations/azerbaijan-kazakhstan/", "/treaties.csv", "/sitemap.xml"):
        assert rules.can_fetch("*", SITE + path)
    for path in ("/admin/", "/search/", "/search.csv", "/embed/treaties/a/", "/report/a/"):
        assert not rules.can_fetch("*", SITE + path)
    # The parser of Python does not know the wildcards of RFC 9309.
    assert "Disallow: /*?\nAllow: /*?page=\n" in text


def test_the_icon_holds_our_mark_as_a_picture(client):
    response = client.get("/favicon.ico")
    assert response["Content-Type"] == "image/x-icon"
    content = response.content
    assert struct.unpack("<HHH", content[:6]) == (0, 1, 1)
    width, height, *_rest, size, offset = struct.unpack("<BBBBHHII", content[6:22])
    assert (width, height) == (64, 64)
    picture = content[offset:]
    assert len(picture) == size
    assert picture.startswith(b"\x89PNG")
    assert struct.unpack(">II", picture[16:24]) == (64, 64)
    assert response["Cache-Control"] == "public, max-age=86400"


def test_browsers_learn_how_to_search(client):
    page = html.fromstring(client.get("/").content.decode())
    (link,) = page.xpath("//head/link[@rel='search']")
    response = client.get(link.get("href"))
    assert response["Content-Type"] == link.get("type") + "; charset=utf-8"
    tree = etree.fromstring(response.content)
    assert 0 < len(tree.findtext(f"{OPENSEARCH}ShortName")) <= 16
    found = {one.get("type"): one.get("template") for one in tree.iter(f"{OPENSEARCH}Url")}
    assert found["application/opensearchdescription+xml"] == f"{SITE}/opensearch.xml"
    assert found["text/html"] == f"{SITE}/search/?q={{searchTerms}}"
    assert found["application/atom+xml"] == f"{SITE}/search.atom?q={{searchTerms}}"
    for template in found.values():
        address = template.replace("{searchTerms}", "zeppelin").removeprefix(SITE)
        assert client.get(address).status_code == 200


def test_suggestions_for_browsers_are_lists(client):
    body = OrganizationFactory(name="Zeppelin Society", public=True)
    indexed(body)
    response = client.get("/search/suggestions.json?q=zepp")
    assert response["Content-Type"] == "application/x-suggestions+json"
    assert response.json() == [
        "zepp",
        ["Zeppelin Society"],
        ["organization"],
        [f"{SITE}{body.get_absolute_url()}"],
    ]
    assert client.get("/search/suggestions.json").json() == ["", [], [], []]


def test_the_contact_for_vulnerabilities(client, settings):
    settings.SECURITY_CONTACT = ["mailto:a@relations.example", "https://relations.example/report"]
    settings.SECURITY_EXPIRES = today() + timedelta(days=1)
    response = client.get("/.well-known/security.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content.decode().splitlines() == [
        "Contact: mailto:a@relations.example",
        "Contact: https://relations.example/report",
        f"Expires: {settings.SECURITY_EXPIRES}T00:00:00Z",
        "Preferred-Languages: en",
        f"Canonical: {SITE}/.well-known/security.txt",
    ]


@pytest.mark.parametrize(
    ("contact", "expires", "words"),
    [
        ([], date(2999, 1, 1), "No contact for reports of vulnerabilities is configured.\n"),
        (["tel:+1"], None, "The contact for reports of vulnerabilities has expired.\n"),
        (["tel:+1"], date(2020, 1, 1), "The contact for reports of vulnerabilities has expired.\n"),
    ],
)
def test_without_a_valid_contact_there_is_a_reason(client, settings, contact, expires, words):
    settings.SECURITY_CONTACT, settings.SECURITY_EXPIRES = contact, expires
    response = client.get("/.well-known/security.txt")
    assert (response.status_code, response.content.decode()) == (404, words)
