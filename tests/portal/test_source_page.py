"""The page of a source: its cited places in pages, and the links that lead to each."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml import html

from relations.models import Citation
from sources.models import Passage, Source, SourceText, Synopsis
from tests.factories import (
    CitationFactory,
    EventFactory,
    FigureFactory,
    PassageFactory,
    SourceFactory,
)
from tests.steps import publish

pytestmark = pytest.mark.django_db

ADDRESS = "/sources/list/"


@pytest.fixture(autouse=True)
def short_pages(monkeypatch):
    monkeypatch.setattr("portal.source_page.LISTED", 4)


@pytest.fixture
def source():
    return SourceFactory(slug="list", public=True, language="en")


def cite(source, locator="", **values):
    event = EventFactory(title=f"Event at {locator}")
    cited = CitationFactory(record=event, source=source, locator=locator, **values)
    publish(event)
    return cited


def rows_on(client, address):
    """The number of the page at an address, and the places on it with the titles that cite them."""
    response = client.get(address)
    assert response.status_code == 200, address
    page = html.fromstring(response.content.decode())
    return {
        " ".join(row.xpath("string(*[self::h3 or self::h4])").split()): [
            link.text_content() for link in row.xpath(".//ul//a")
        ]
        for row in page.xpath("//ol[@class='places']/li")
    }


def test_the_places_of_a_list_come_in_pages_of_values(client, source):
    for number in range(1, 7):
        cite(source, f"row {number}")
    cite(source, "row 6")
    figure = FigureFactory(source=source, locator="row 8", published=True)
    cite(source)
    first, second, third = (rows_on(client, f"{ADDRESS}?page={number}") for number in (1, 2, 3))
    assert list(first) == ["row 1", "row 2", "row 3", "row 4"]
    assert second == {
        "row 5": ["Event at row 5"],
        "row 6": ["Event at row 6"] * 2,
        "the source as a whole": ["Event at"],
    }
    assert third == {"row 8": [str(figure)]}
    text = client.get(f"{ADDRESS}?page=2").content.decode()
    assert "Page 1 Page 2 Page 3" in " ".join(re.sub(r"<[^>]+>", " ", text).split())
    assert 'href="?page=1"' in text
    assert 'href="?page=3"' in text


def test_passages_come_before_places_without_one_and_have_all_their_values(client, source):
    cite(source, "row 1")
    passages = [
        PassageFactory(source=source, locator=f"p{number}s1", paragraph=number, sentence=1)
        for number in range(1, 6)
    ]
    for passage in (*passages, passages[0]):
        cite(source, passage=passage)
    first, second = (rows_on(client, f"{ADDRESS}?page={number}") for number in (1, 2))
    assert [len(values) for values in first.values()] == [2, 1, 1, 1]
    assert [*first, *second] == [
        *(f"paragraph {number}, sentence 1" for number in range(1, 6)),
        "row 1",
    ]


def test_each_link_to_a_place_leads_to_its_page_and_anchor(client, source):
    for number in range(1, 6):
        cite(source, passage=PassageFactory(source=source, locator=f"p{number}s1"))
    for number in range(1, 12):
        cite(source, f"row {number}")
    FigureFactory(source=source, locator="cell B7", published=True)
    addresses = {row.place_url for row in Citation.objects.all()}
    assert "/sources/list/?place=row+11" in addresses
    pages = set()
    for address in (*addresses, "/sources/list/?place=cell+B7"):
        target, _hash, fragment = client.get(address)["Location"].partition("#")
        pages.add(target)
        text = client.get(target).content.decode()
        (row,) = html.fromstring(text).xpath(f"//li[@id='{fragment}']")
        assert fragment.startswith("place-") == ("row" in address or "cell" in address)
        if fragment.startswith("place-"):
            assert row.xpath("string(h3)").strip().replace(" ", "+") in address
    assert pages == {ADDRESS, *(f"{ADDRESS}?page={number}" for number in (2, 3, 4, 5))}


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("place=row+99", "Nothing published cites the place “row 99”."),
        ("place=%00", "The place contains an invalid character."),
        ("page=0", "There is no page “0”."),
        ("page=3", "There is no page “3”."),
        ("page=x", "There is no page “x”."),
    ],
)
def test_an_unknown_place_or_page_is_a_404_that_names_it(client, source, query, message):
    for number in range(1, 6):
        cite(source, f"row {number}")
    response = client.get(f"{ADDRESS}?{query}")
    assert response.status_code == 404
    assert message in response.content.decode()


def test_a_place_that_only_a_draft_cites_is_unknown(client, source):
    CitationFactory(record=EventFactory(), source=source, locator="row 1")
    assert client.get(f"{ADDRESS}?place=row+1").status_code == 404


def test_the_text_of_an_open_source_is_on_its_first_page_and_links_to_passages_on_others(client):
    source = SourceFactory(slug="list", public=True, rights="public_domain")
    words = ["one", "two", "three", "four", "five", "six"]
    SourceText.objects.create(source=source, text=" ".join(words))
    at = 0
    for number, word in enumerate(words, 1):
        cite(
            source,
            passage=PassageFactory(
                source=source,
                locator=f"p1s{number}",
                quote=word,
                start=at,
                end=at + len(word),
                anchoring=Passage.Anchoring.MATCHES,
            ),
        )
        at += len(word) + 1
    first = client.get(ADDRESS).content.decode()
    assert '<span id="p1s6"></span><a class="cited" href="?page=2#rests-on-p1s6">' in first
    assert '<a class="cited" href="#rests-on-p1s4">' in first
    second = client.get(f"{ADDRESS}?page=2").content.decode()
    assert 'id="rests-on-p1s6"' in second
    assert 'id="p1s1"' not in second
    # A passage that the text marks is shown there.
    assert client.get(f"{ADDRESS}?place=p1s6")["Location"] == f"{ADDRESS}#p1s6"


def test_a_passage_outside_the_synopsis_is_listed_too(client, source):
    Synopsis.objects.create(source=source, paragraph=1, text="In our words.")
    for locator, paragraph in (("p1s1", 1), ("p2s1", 2)):
        passage = PassageFactory(source=source, locator=locator, paragraph=paragraph, sentence=1)
        cite(source, passage=passage)
    assert list(rows_on(client, ADDRESS)) == ["paragraph 1, sentence 1", "paragraph 2, sentence 1"]


def test_a_page_takes_the_same_queries_whatever_the_number_of_values(client, source):
    def asked(address):
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        return len(queries)

    for number in range(20):
        cite(source, f"row {number}")
    few = [asked(f"{ADDRESS}?page=3"), asked(f"{ADDRESS}?place=row+19")]
    assert max(few) <= 16
    for number in range(20, 60):
        cite(source, f"row {number}")
    assert [asked(f"{ADDRESS}?page=12"), asked(f"{ADDRESS}?place=row+59")] == few


def test_a_place_without_a_locator_has_the_address_of_its_source():
    assert Source(slug="list").address_of("") == ADDRESS
    assert Source(slug="list").address_of("page 4 & 5") == f"{ADDRESS}?place=page+4+%26+5"
