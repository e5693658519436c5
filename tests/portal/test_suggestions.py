"""Suggestions of the search boxes, and the box that leads to the dossier of any two countries."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

import search.suggestions
from relations.models import Relation
from search.models import Entry, Kind
from tests.factories import OrganizationFactory, PersonFactory

pytestmark = pytest.mark.django_db

PAIR = "/relations/azerbaijan-kazakhstan/"
HOSTILE = [
    "", " ", "\0", "kaz\0", b"\xed\xa0\x80", '"kaz', "*", "(", ")", "%s", "%", "_", "NEAR(",
    "a AND b", "kaz:az", "{title} : kaz", "x" * 10_000, "kaz " * 200, "az kz " * 200, "🇰🇿 🇦🇿",
    "كازاخستان", "\u202ekaz", "a\u0301" * 500, "'; DROP TABLE search_name; --", "哈萨克斯坦",
]  # fmt: skip


@pytest.fixture(scope="module")
def indexed(base, module_database):
    """The fixtures with their search index."""
    call_command("rebuild_index", verbosity=0)


def offered(client, text) -> list[dict]:
    response = client.get("/search/suggestions/", {"q": text})
    assert response.status_code == 200
    return response.json()["suggestions"]


def titles(client, text) -> list[str]:
    return [one["title"] for one in offered(client, text)]


@pytest.mark.parametrize("text", ["kaz az", "az kaz", "Казахстан Азербайджан", "qaz aze", "KZ AZ"])
def test_two_begun_names_suggest_the_pair_first(client, indexed, text):
    assert offered(client, text)[0] == {
        "kind": "pair",
        "label": "pair of countries",
        "title": "Azerbaijan–Kazakhstan",
        "name": "",
        "url": PAIR,
    }


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("aze pol", "Azerbaijan–Poland"),
        ("guinea guinea-bissau", "Guinea–Guinea-Bissau"),
        ("france and guinea bissau", "France–Guinea-Bissau"),
    ],
)
def test_any_two_countries_are_suggested_without_creating_their_pair(client, indexed, text, title):
    first = offered(client, text)[0]
    assert (first["title"], first["kind"]) == (title, "pair")
    assert client.get(first["url"]).status_code == 200
    assert Relation.objects.count() == 1


@pytest.mark.parametrize("text", ["south sudan", "papua new guinea", "south su"])
def test_words_of_one_country_suggest_no_pair(client, indexed, text):
    assert "pair" not in [one["kind"] for one in offered(client, text)]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Hungary", ["Hungary", "Austria-Hungary"]),
        ("hung", ["Hungary", "Austria-Hungary"]),
        ("India", ["India", "British Indian Ocean Territory"]),
        ("kaz", ["Kazakhstan", "Azerbaijan–Kazakhstan", "Kazakhstan Trade House"]),
        ("germ", ["Germany", "German Democratic Republic"]),
    ],
)
def test_exact_names_and_current_states_and_countries_come_first(client, indexed, text, first):
    assert titles(client, text)[: len(first)] == first


@pytest.mark.parametrize(
    ("text", "title", "name"),
    [
        ("Токаев", "Kassym-Jomart Tokayev", ""),
        ("tokay", "Kassym-Jomart Tokayev", ""),
        ("ТДТ", "Organization of Turkic States", "TDT"),
        ("Qazaxıstan", "Kazakhstan", "Qazaxıstan"),
    ],
)
def test_another_name_is_shown_if_the_title_does_not_match(client, indexed, text, title, name):
    assert [(one["title"], one["name"]) for one in offered(client, text)][0] == (title, name)


@pytest.mark.parametrize("text", ["re", "co", "az"])
def test_each_kind_has_its_turn_however_many_names_match(client, indexed, monkeypatch, text):
    kinds = {one["kind"] for one in offered(client, text)}
    assert {"country", "organization", "treaty"} <= kinds
    monkeypatch.setattr(search.suggestions, "CONSIDERED", 10)
    assert {one["kind"] for one in offered(client, text)} == kinds


@pytest.mark.parametrize("text", ["re", "co", "az", "agreement"])
def test_suggestions_do_not_depend_on_how_many_match(client, indexed, monkeypatch, text):
    expected = offered(client, text)
    monkeypatch.setattr(search.suggestions, "FEW", 10)
    assert offered(client, text) == expected


@pytest.mark.parametrize("few", [10, 500])
def test_later_names_are_offered_if_the_first_are_not_enough(indexed, monkeypatch, few):
    def found():
        return [one.title for one in search.suggestions.suggest("on", (Kind.TREATY,))]

    whole = found()
    assert len(whole) == 8
    monkeypatch.setattr(search.suggestions, "FEW", few)
    monkeypatch.setattr(search.suggestions, "FIRST", 12)
    assert found() == whole
    monkeypatch.setattr(search.suggestions, "ENOUGH", 1)
    assert found() == whole[:6]


def test_drafts_are_not_suggested(client, indexed):
    PersonFactory(name="Planted Person")
    OrganizationFactory(name="Planted Body")
    call_command("rebuild_index", verbosity=0)
    assert Entry.objects.filter(title__startswith="Planted").count() == 2
    for text in ("plan", "Planted Person"):
        assert not [title for title in titles(client, text) if title.startswith("Planted")]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_gives_suggestions_or_none(client, indexed, text):
    assert len(offered(client, text)) <= 8
    response = client.get("/relations/", {"countries": text, "one": text, "other": text})
    assert response.status_code in (200, 302)


def test_the_box_of_pairs_leads_to_the_pair_or_else_to_the_results(client, indexed):
    for text, address in (
        ("kaz az", PAIR),
        ("Kazakhstan, Azerbaijan", PAIR),
        ("poland & azerbaijan", "/relations/azerbaijan-poland/"),
        ("Tokayev", "/search/?q=Tokayev"),
        ("kazakhstan", "/search/?q=kazakhstan"),
    ):
        assert client.get("/relations/", {"countries": text})["Location"] == address, text


@pytest.mark.parametrize(
    ("one", "other", "address"),
    [
        ("kazakhstan", "azerbaijan", PAIR),
        ("guinea", "guinea-bissau", "/relations/guinea-guinea-bissau/"),
    ],
)
def test_old_links_with_two_countries_lead_to_the_pair(client, base, one, other, address):
    response = client.get("/relations/", {"one": one, "other": other}, follow=True)
    assert (response.status_code, response.request["PATH_INFO"]) == (200, address)


def test_old_links_without_two_countries_are_not_found(client, base):
    for values in ({"one": "azerbaijan", "other": "azerbaijan"}, {"one": "x", "other": "y"}):
        assert client.get("/relations/", values, follow=True).status_code == 404


def test_suggestions_are_cached_for_everybody(indexed, settings):
    settings.PAGES_KEPT = 2000
    # The middleware reads the setting.
    client = Client()
    address = "/search/suggestions/?q=kaz"
    first = client.get(address)
    assert first["Content-Type"] == "application/json"
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).content == first.content
    # The version of the data.
    assert len(queries) == 1


def test_every_public_page_and_error_page_has_a_search_box(client, base):
    for address in ("/", "/countries/", "/nowhere/"):
        page = client.get(address).content.decode()
        assert page.count('id="search"') == 1, address
        assert 'action="/search/"' in page


def test_a_box_for_pairs_suggests_only_pairs(client, indexed):
    answer = client.get("/search/suggestions/", {"q": "kazakh", "kind": "pair"}).json()
    assert [one["title"] for one in answer["suggestions"]] == ["Azerbaijan–Kazakhstan"]
    assert "kind=pair" in client.get("/").content.decode()
