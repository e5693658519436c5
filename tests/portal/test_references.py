"""Files for reference managers at the addresses of pages, and how pages say how to cite them."""

import json

import bibtexparser
import pytest
import rispy
from django.utils.formats import date_format
from lxml import html

from core.dates import today
from core.references import CITED
from core.views import FORMATS
from relations.merging import merge
from relations.views import PersonList, RecordPage, VisitList
from tests.factories import EventFactory, PersonFactory
from tests.portal.test_evidence import body
from tests.portal.test_pages import plain
from tests.steps import withdraw

pytestmark = pytest.mark.django_db

PAGES = (
    "/treaties/strategic-partnership-agreement-2005/",
    "/visits/tokayev-visit-azerbaijan-2024-03/",
    "/events/supreme-interstate-council-1/",
    "/memberships/azerbaijan-in-osce/",
    "/missions/embassy-of-kazakhstan-in-azerbaijan/",
    "/offices/ilham-aliyev-president/",
    "/trade/figures/trade-turnover-2023-historic-opportunity/",
    "/sources/a-historic-opportunity/",
    "/people/ilham-aliyev/",
    "/organizations/osce/",
    "/countries/azerbaijan/",
)
LISTS = ("/visits/", "/events/", "/treaties/", "/missions/", "/sources/")


def keys(form: str, text: str) -> list[str]:
    """The identifiers or addresses in a file, as an independent parser reads it."""
    if form == "bib":
        found = bibtexparser.parse_string(text)
        assert not found.failed_blocks
        return [entry.key for entry in found.entries]
    if form == "ris":
        return [
            url.rstrip("/").rpartition("/")[2] for row in rispy.loads(text) for url in row["urls"]
        ]
    return [row["id"] for row in json.loads(text)]


def page_of(client, address):
    return html.fromstring(client.get(address).content.decode())


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("form", CITED)
def test_every_page_of_a_row_is_a_reference(client, base, address, form):
    response = client.get(f"{address.rstrip('/')}.{form}")
    slug = address.rstrip("/").rpartition("/")[2]
    assert keys(form, body(response)) == [slug]
    assert response["Content-Type"].partition(";")[0] == CITED[form]
    name = f"{slug}_{today().isoformat()}.{form}"
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'


@pytest.mark.parametrize("address", [*PAGES, *LISTS, "/people/", "/countries/", "/trade/"])
def test_the_head_of_a_page_links_to_its_files(client, base, address):
    links = page_of(client, address).xpath("//head/link[@rel='alternate']")
    types = {link.get("title"): link.get("type") for link in links}
    assert types["JSON"] == "application/json"
    assert types["JSON-LD"] == "application/ld+json"
    if address in (*PAGES, *LISTS):
        assert {*CITED.values()} <= {*types.values()}
    for link in (link for link in links if link.get("title") in FORMATS.values()):
        response = client.get(link.get("href"))
        assert response["Content-Type"].partition(";")[0] == link.get("type")


def test_the_files_of_a_filtered_list_hold_its_rows(client, base):
    page = page_of(client, "/visits/?rank=head_of_state&page=1")
    rows = json.loads(body(client.get("/visits.json?rank=head_of_state")))["items"]
    links = {link.get("title"): link.get("href") for link in page.xpath("//link[@rel='alternate']")}
    labels = {"bib": "BibTeX", "ris": "RIS", "csl.json": "CSL-JSON"}
    for form, label in labels.items():
        assert links[label] == f"/visits.{form}?rank=head_of_state"
        assert keys(form, body(client.get(links[label]))) == [row["id"] for row in rows]
    assert len(rows) > 1


def test_an_invalid_list_links_to_no_files(client, base):
    page = page_of(client, "/visits/?rank=emperor")
    assert not {*page.xpath("//link[@rel='alternate']/@title")} & {*FORMATS.values()}


@pytest.mark.parametrize("address", PAGES)
def test_every_page_of_a_row_says_how_to_cite_it(client, base, address):
    page = page_of(client, address)
    (section,) = page.xpath("//section[@aria-labelledby='cite']")
    words = " ".join(section.xpath(".//*[@class='citation']")[0].text_content().split())
    assert words.startswith("“")
    assert f"”, Bilateral relations, http://testserver{address}" in words
    assert words.endswith(f"(accessed {date_format(today())}).")
    labels = [link.text for link in section.xpath(".//a")]
    assert labels == ["JSON", "JSON-LD", "BibTeX", "RIS", "CSL-JSON"]


def test_the_citation_of_a_record_has_its_version_and_the_day_of_it(client):
    event = EventFactory(title="Talks", published=True)
    changed = event.revisions.live().first().at
    assert (
        f"“Talks”, Bilateral relations, http://testserver{event.get_absolute_url()}, "
        f"version 1 of {date_format(changed)} (accessed {date_format(today())})."
    ) in plain(client.get(event.get_absolute_url()))


def test_the_head_of_a_page_has_the_metadata_of_its_reference(client):
    event = EventFactory(title="Talks on A & B", date="2024-03", published=True)
    found = {
        meta.get("name"): meta.get("content")
        for meta in page_of(client, event.get_absolute_url()).xpath("//head/meta[@name]")
    }
    assert found["citation_title"] == "Talks on A & B"
    assert found["citation_publication_date"] == "2024/03"
    assert found["citation_public_url"] == f"http://testserver{event.get_absolute_url()}"
    assert found["citation_publisher"] == "Bilateral relations"


def test_a_reference_names_the_sources_by_title(client):
    event = EventFactory(published=True)
    titles = {cited.source.title for cited in event.citations.all()}
    (item,) = client.get(f"{event.get_absolute_url().rstrip('/')}.csl.json").json()
    assert item["note"] == f"Sources: {', '.join(titles)}"


class TestBadInput:
    @pytest.mark.parametrize("form", ["json", "jsonld", *CITED])
    def test_a_withdrawn_record_is_gone_in_every_format(self, client, form):
        event = EventFactory(published=True)
        withdraw(event, reason="A mistake")
        response = client.get(f"{event.get_absolute_url().rstrip('/')}.{form}")
        assert response.status_code == 410
        assert "A mistake" in body(response)
        assert "<" not in body(response)
        is_json = form.endswith(("json", "jsonld"))
        assert response["Content-Type"].startswith("application/json" if is_json else "text/plain")

    @pytest.mark.parametrize("form", ["json", "jsonld", *CITED])
    def test_a_merged_row_redirects_to_the_same_format(self, client, form):
        stays, goes = (PersonFactory(public=True) for _number in range(2))
        merge(stays, goes)
        response = client.get(f"/people/{goes.slug}.{form}")
        assert response.status_code == 301
        assert response["Location"] == f"/people/{stays.slug}.{form}"

    @pytest.mark.parametrize("form", ["json", "jsonld", *CITED])
    def test_an_unknown_row_is_not_found_in_every_format(self, client, form):
        response = client.get(f"/visits/no-such.{form}")
        assert response.status_code == 404
        assert "There is no visit at this address." in body(response)
        assert "<" not in body(response)

    @pytest.mark.parametrize(
        ("address", "formats"),
        [
            ("/visits/a.xml", RecordPage.formats),
            ("/visits.rdf", VisitList.formats),
            ("/people.bib", PersonList.formats),
        ],
    )
    def test_an_unknown_format_is_answered_with_the_known_ones(self, client, address, formats):
        response = client.get(address, headers={"accept": "application/json"})
        ending = address.rpartition(".")[2]
        known = ", ".join(f".{form}" for form in formats)
        message = f"There is no file in the format “.{ending}” here. Available formats: {known}."
        assert response.status_code == 404
        assert message in body(response)

    @pytest.mark.parametrize("form", ["jsonld", *CITED])
    def test_a_file_of_a_list_refuses_unknown_parameters(self, client, form):
        response = client.get(f"/visits.{form}?colour=red")
        assert response.status_code == 400
        assert "This file has no filter “colour”." in body(response)

    def test_an_unknown_address_is_no_format(self, client):
        response = client.get("/nothing/here.tiff", headers={"accept": "application/json"})
        assert response.json() == {"error": "This page does not exist."}
