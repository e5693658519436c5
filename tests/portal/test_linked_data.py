"""JSON-LD of all pages: it expands without a network, and uses schema.org as defined."""

import json
import socket

import pytest
from rdflib import RDF, URIRef

from relations.models import Record
from tests.portal.test_evidence import body, public_addresses
from tests.vocabulary import SCHEMA, graph_of, misused

pytestmark = pytest.mark.django_db

PAIR = "azerbaijan-kazakhstan"
HOST = "http://testserver"
CC0 = URIRef("https://creativecommons.org/publicdomain/zero/1.0/")


@pytest.fixture
def offline(monkeypatch):
    """Refuse every look-up of a host on the network."""

    def refuse(host, *args, **kwargs):
        raise AssertionError(f"The network was asked for {host}.")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def term(name: str) -> URIRef:
    return URIRef(f"{SCHEMA}{name}")


def test_every_file_uses_the_vocabulary_as_defined(client, base):
    addresses = [address for address in public_addresses() if address.endswith(".jsonld")]
    assert len(addresses) > 20
    for address in addresses:
        response = client.get(address)
        assert response["Content-Type"] == "application/ld+json"
        assert misused(graph_of(body(response))) == set(), address


def test_a_misused_word_is_detected():
    graph = graph_of(
        '{"@context": {"@vocab": "https://schema.org/"}, "@id": "http://x.example/1",'
        ' "@type": "Event", "legislationDate": "2024", "start": "2024", "attendee":'
        ' {"@type": "Country"}, "about": {"@type": "Visit"}}'
    )
    assert misused(graph) == {
        "legislationDate of ['Event', 'Thing']",
        "no property https://schema.org/start",
        "attendee is ['AdministrativeArea', 'Country', 'Place', 'Thing']",
        "no type https://schema.org/Visit",
        "about is an unknown node",
    }


def test_documents_need_no_network(client, base, offline):
    graph = graph_of(body(client.get("/visits.jsonld")))
    assert len(set(graph.subjects(RDF.type, term("Event")))) > 1


def test_every_record_has_a_node_at_its_address_with_the_licence_of_our_description(client, base):
    rows = {}
    for row in Record.objects.published().order_by("kind", "pk"):
        rows.setdefault(row.kind, row)
    assert len(rows) == 7
    for row in rows.values():
        address = row.get_absolute_url()
        graph = graph_of(body(client.get(f"{address.rstrip('/')}.jsonld")))
        node = URIRef(HOST + address)
        assert (node, term("identifier"), None) in graph, row.kind
        described = URIRef(f"{HOST}{address.rstrip('/')}.jsonld")
        assert (node, term("subjectOf"), described) in graph
        assert graph.value(described, term("license")) == CC0
        assert graph.value(described, term("version")).value == row.version


@pytest.mark.parametrize(
    "path",
    ["/visits", "/treaties", "/missions", "/sources", "/people", "/organizations", "/countries",
     "/relations", "/disagreements", "/trade"],
)  # fmt: skip
def test_a_list_is_one_document_of_its_nodes(client, base, path):
    rows = json.loads(body(client.get(f"{path}.json")))["items"]
    graph = json.loads(body(client.get(f"{path}.jsonld")))["@graph"]
    assert len(rows) == len(graph) > 0
    assert [node["@id"] for node in graph] == [row["url"] for row in rows]


def test_a_list_without_rows_is_a_document(client, base):
    found = json.loads(body(client.get("/visits.jsonld?q=zzzzzz")))
    assert found == {"@context": {"@vocab": SCHEMA}, "@graph": []}


def test_a_pair_is_a_data_set_about_two_countries(client, base):
    graph = graph_of(body(client.get(f"/relations/{PAIR}.jsonld")))
    pair = URIRef(f"{HOST}/relations/{PAIR}/")
    assert graph.value(pair, RDF.type) == term("Dataset")
    assert {str(one) for one in graph.objects(pair, term("about"))} == {
        f"{HOST}/countries/azerbaijan/",
        f"{HOST}/countries/kazakhstan/",
    }
    moved = client.get("/relations/kazakhstan-azerbaijan.jsonld")
    assert moved["Location"] == f"/relations/{PAIR}.jsonld"


def test_a_disagreement_is_a_claim_of_rival_claims(client, base):
    key = "contradiction:diplomatic-relations-azerbaijan-kazakhstan:date"
    (node,) = json.loads(body(client.get("/disagreements.jsonld", {"key": key})))["@graph"]
    assert node["@type"] == "Claim"
    assert {one["@id"] for one in node["about"]} == {
        f"{HOST}/events/diplomatic-relations-azerbaijan-kazakhstan/",
        f"{HOST}/relations/{PAIR}/",
    }
    texts = {part["text"]: part.get("keywords") for part in node["hasPart"]}
    assert list(texts.values()).count("preferred") == 1
    assert all(part["citation"]["name"] for part in node["hasPart"])
