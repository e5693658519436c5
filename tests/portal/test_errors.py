"""Errors in the format of the address: pages, JSON and plain text."""

import pytest
from django.test import Client

from tests.portal.test_evidence import public_addresses
from tests.portal.test_pages import plain

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/nowhere/", "This page does not exist."),
        ("/visits/nope/", "There is no visit at this address."),
        ("/treaties/nope/", "There is no treaty at this address."),
        ("/countries/atlantis/", "There is no country at this address."),
        ("/people/nobody/", "There is no person at this address."),
        ("/sources/nope/", "There is no source at this address."),
        ("/trade/figures/nope/", "There is no figure at this address."),
        ("/trade/partners/atlantis/", "There is no country at this address."),
        ("/changes/nope/", "This page does not exist."),
        ("/report/nope/", "This page does not exist."),
        ("/sources/nope/file", "This source has no file."),
    ],
)
def test_a_404_page_says_what_is_missing(client, base, address, words):
    response = client.get(address)
    assert response.status_code == 404
    assert f"Page not found {words}" in plain(response)


def test_no_missing_page_speaks_of_a_model_or_a_query(client, base):
    for address in public_addresses():
        missing = address.replace("azerbaijan-kazakhstan", "no-such")
        if missing == address and address.count("/") > 1:
            stem, tail = address.rstrip("/").rsplit("/", 1)
            missing = f"{stem}/no-such{'.json' if tail.endswith('.json') else '/'}"
        response = client.get(missing)
        if response.status_code == 404:
            text = response.content.decode()
            assert "matches the given" not in text, missing
            assert "found matching" not in text, missing
            assert "No Record" not in text, missing


@pytest.mark.parametrize(
    ("address", "status", "content"),
    [
        ("/visits/nope.json", 404, {"error": "There is no visit at this address."}),
        ("/nowhere.json", 404, {"error": "This page does not exist."}),
        (
            "/relations/no-such/timeline.json",
            404,
            {"error": "No pair of countries has this address: no-such."},
        ),
        (
            "/visits.json?year_from=x",
            400,
            {
                "error": "year_from: Enter a whole number.",
                "fields": {"year_from": ["Enter a whole number."]},
            },
        ),
        (
            "/treaties/strategic-partnership-agreement-2005.json?on=x",
            400,
            {"error": "on: Enter a valid date.", "fields": {"on": ["Enter a valid date."]}},
        ),
        *[
            (f"{address}?foo=1", 400, {"error": "This file has no filter “foo”.", "fields": {}})
            for address in (
                "/visits.json",
                "/search.json",
                "/relations/azerbaijan-kazakhstan/timeline.json",
                "/trade/azerbaijan-kazakhstan.json",
                "/trade/azerbaijan-kazakhstan/mirror.json",
                "/trade/partners/kazakhstan.json",
            )
        ],
    ],
)
def test_an_error_of_a_json_file_is_json(client, base, address, status, content):
    response = client.get(address)
    assert (response.status_code, response["Content-Type"]) == (status, "application/json")
    found = response.json()
    assert {name: found[name] for name in content} == content


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/nowhere.csv", 404, "This page does not exist.\n"),
        ("/visits.csv?foo=1", 400, "This file has no filter “foo”.\n"),
        ("/trade/azerbaijan-kazakhstan/charts/no-such.svg", 404, "This pair has no such chart.\n"),
        (
            "/relations/no-such/cite.bib",
            404,
            "No pair of countries has this address: no-such.\n",
        ),
    ],
)
def test_an_error_of_another_file_is_plain_text(client, base, address, status, words):
    response = client.get(address)
    assert (response.status_code, response.content.decode()) == (status, words)
    assert response["Content-Type"] == "text/plain; charset=utf-8"


def test_a_client_that_prefers_json_gets_it(client):
    response = client.get("/nowhere/", headers={"Accept": "application/json"})
    assert response.json() == {"error": "This page does not exist."}
    assert "Accept" in response["Vary"]
    assert "<h1>" in client.get("/nowhere/", headers={"Accept": "*/*"}).content.decode()


def test_a_refused_request_for_json_is_json(settings):
    client = Client(raise_request_exception=False)
    response = client.get("/visits.json", headers={"host": "other.example"})
    assert (response.status_code, response.json()) == (400, {"error": "The request is not valid."})
