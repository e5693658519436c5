"""Every public page: it exists, shows its contents, and rejects invalid requests."""

import json
import re
from urllib.parse import parse_qs

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import Resolver404, resolve
from lxml import html

from relations.models import Relation
from tests.factories import (
    CitationFactory,
    CountryFactory,
    EventFactory,
    MembershipFactory,
    MissionFactory,
    OfficeFactory,
    OrganizationFactory,
    RelationFactory,
    SourceFactory,
    VisitFactory,
)
from tests.portal import growth
from tests.steps import publish

pytestmark = pytest.mark.django_db

# The number of queries per page, whatever it holds; for the file of a timeline, per 500 rows.
QUERIES = {
    "/": 24,
    "/visits/": 10,
    "/missions/": 10,
    "/events/": 9,
    "/treaties/": 12,
    "/trade/": 10,
    "/organizations/": 3,
    "/countries/": 3,
    "/people/": 4,
    "/sources/": 3,
    "/relations/": 4,
    "/disagreements/": 6,
    f"/events/{growth.EVENT}/": 10,
    f"/visits/{growth.VISIT}/": 10,
    f"/people/{growth.PERSON}/": 6,
    f"/organizations/{growth.BODY}/": 7,
    "/countries/azerbaijan/": 29,
    "/countries/azerbaijan/partners/": 4,
    "/countries/azerbaijan/partners/?by=visits": 4,
    "/countries/azerbaijan/map/": 6,
    "/countries/azerbaijan/map/?show=missions": 2,
    "/countries/azerbaijan/map/?show=visits": 3,
    f"/organizations/{growth.BODY}/map/": 2,
    "/compare/?pair=azerbaijan-kazakhstan&pair=azerbaijan-turkiye": 22,
    "/relations/azerbaijan-kazakhstan/timeline.csv": 27,
    "/treaties.csv": 19,
}


def text(response) -> str:
    return (response.getvalue() if response.streaming else response.content).decode()


def field_descriptions(response) -> dict[str, str]:
    """The help and error texts of a page's fields, by the id of the field that refers to them."""
    page = html.fromstring(response.content.decode())
    found = {}
    for field in page.xpath("//*[@aria-describedby]"):
        for name in field.get("aria-describedby").split():
            (part,) = page.xpath(f"//*[@id='{name}']")
            key = name.removesuffix("_error").removesuffix("_helptext")
            found[key] = " ".join(part.text_content().split())
    return found


def plain(response) -> str:
    """The text of a page without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", text(response)).split())


def facts_on(response) -> dict[str, str]:
    """The facts on the page of a record, by their labels."""
    terms = html.fromstring(text(response)).xpath("//*[@class='facts']/div/*")
    words = [" ".join(term.text_content().split()) for term in terms]
    return dict(zip(words[::2], words[1::2], strict=True))


def kind_of_file(address: str):
    """The view, format and parameters of the address of a file; None for a page, or nothing."""
    path, _mark, query = address.partition("?")
    if path.endswith("/"):
        return None
    try:
        return resolve(path).view_name, path.rpartition(".")[2], *sorted(parse_qs(query))
    except Resolver404:
        return None


def page_of_file(address: str) -> str:
    """The page whose contents a file has: /visits/?host=italy for /visits.csl.json?host=italy."""
    return re.sub(r"\.[^/?]+(?=\?|$)", "/", address, count=1)


def test_no_link_of_the_site_is_broken(client, base):
    seen, ahead, broken, kinds = set(), ["/"], [], set()
    while ahead:
        address = ahead.pop()
        if address in seen:
            continue
        seen.add(address)
        # One file of each kind is enough: any other exists if its page does.
        if kind := kind_of_file(address):
            if kind in kinds:
                ahead.append(page_of_file(address))
                continue
            kinds.add(kind)
        response = client.get(address)
        if response.status_code in (301, 302):
            ahead.append(response["Location"].split("#")[0])
        elif response.status_code != 200:
            broken.append((response.status_code, address))
        elif "html" in response["Content-Type"]:
            for link in re.findall(r'href="([^"#]+)', text(response)):
                link = link.replace("&amp;", "&")
                if link.startswith("?"):
                    link = address.split("?")[0] + link
                # All countries look alike: those of the pair stand for them.
                if re.match(r"/countries/(?!azerbaijan|kazakhstan|soviet)[^.]*/$", link):
                    continue
                # A timeline has links without end, and a picture has one for each column; their own
                # tests follow them.
                if re.search(r"/timeline/\?(?!order=oldest$)|[?&](on|host)=.*&", link):
                    continue
                if link.startswith("/") and not link.startswith("/static/"):
                    ahead.append(link)
    assert broken == []
    assert "/relations/azerbaijan-kazakhstan/timeline/?order=oldest" in seen
    assert len(seen) > 150


def test_the_dossier_shows_the_facts_of_the_first_source(client, base):
    page = plain(client.get("/relations/azerbaijan-kazakhstan/"))
    for words in (
        "Diplomatic relations 27 August 1992",
        "24 May 2005 Agreement on Strategic Partnership and Alliance Relations",
        "Visit of President Tokayev to Azerbaijan",
        "not later than 11 March 2024 182",
        "Kazakhstan → Azerbaijan not later than 11 March 2024 102.2 million US dollars",
        "Azerbaijan → Kazakhstan not later than 11 March 2024 205.2 million US dollars",
        "2023 598.47 million US dollars",
        "UTG not identified",
    ):
        assert words in page, words
    organizations = client.get("/relations/azerbaijan-kazakhstan/").context["organizations"]
    assert [organization.acronym for organization, *_sides in organizations] == [
        *("CIS", "CICA", "ECO", "TURKSOY", "OIC", "OSCE", "OTS", "UN", ""),
    ]
    assert [organization.identified for organization, *_sides in organizations].count(False) == 1


def test_a_404_names_the_missing_thing_and_no_class(client, base):
    assert "No pair of countries has this address: no-such." in plain(
        client.get("/relations/no-such/")
    )
    page = plain(client.get("/nowhere/"))
    assert "Page not found" in page
    assert "Resolver404" not in page


def test_the_reversed_pair_redirects_permanently(client, base):
    for tail in ("", "timeline/", "timeline.json?kind=visit&q=a"):
        response = client.get(f"/relations/kazakhstan-azerbaijan/{tail}")
        assert response.status_code == 301
        assert response["Location"] == f"/relations/azerbaijan-kazakhstan/{tail}"
    response = client.get("/trade/kazakhstan-azerbaijan/")
    assert response["Location"] == "/trade/azerbaijan-kazakhstan/"


def test_pages_of_any_two_countries_create_no_rows(client, base):
    before = Relation.objects.count()
    for address in (
        "/relations/france-guinea-bissau/",
        "/relations/france-guinea-bissau/timeline/",
        "/trade/france-guinea-bissau/",
    ):
        assert client.get(address).status_code == 200
    assert "Little is known about this pair yet" in text(
        client.get("/relations/france-guinea-bissau/")
    )
    assert Relation.objects.count() == before


@pytest.mark.parametrize(
    "address",
    [
        "/relations/azerbaijan-atlantis/",
        "/relations/azerbaijan-azerbaijan/",
        "/relations/azerbaijan/",
        "/relations/atlantis-azerbaijan/timeline/",
        "/trade/azerbaijan-atlantis/",
        "/countries/atlantis/",
        "/visits/none/",
        "/visits/?page=99999999999999999999",
        "/visits/?page=0",
        "/countries/?page=two",
        "/nothing/",
    ],
)
def test_an_unknown_address_is_a_404(client, base, address):
    response = client.get(address)
    assert response.status_code == 404
    assert "Page not found" in text(response)


@pytest.mark.parametrize(
    "address",
    [
        "/visits/?rank=emperor",
        "/visits/?country=atlantis",
        "/visits/?host=99999999999999999999999",
        "/treaties/?party=atlantis",
        "/treaties/?instrument=song&year_from=1990",
        "/trade/?indicator=happiness",
        "/trade/?year=13th",
        "/trade/?commodity=TOTAL%0A",
        "/visits/?year_from=2010&year_to=2000",
        "/treaties/?year_from=2010&year_to=2000",
        "/treaties/?force_from=2010&force_to=2000",
        "/countries/?kind=planet",
        "/organizations/?kind=planet",
        "/organizations/?identified=maybe",
        "/people/?country=atlantis",
        "/sources/?rights=none",
        "/relations/?country=atlantis",
    ],
)
def test_an_invalid_filter_value_is_a_400_with_a_message(client, base, address):
    response = client.get(address)
    assert response.status_code == 400
    assert 'class="error"' in text(response)


def test_detail_pages_link_citations_to_their_place_in_the_source(client, base):
    for address in (
        "/visits/tokayev-visit-azerbaijan-2024-03/",
        "/events/diplomatic-relations-azerbaijan-kazakhstan/",
        "/treaties/strategic-partnership-agreement-2005/",
        "/memberships/azerbaijan-in-united-nations/",
        "/offices/ilham-aliyev-president/",
    ):
        assert 'href="/sources/a-historic-opportunity/?place=p' in text(client.get(address)), (
            address
        )


def test_inferred_values_are_marked_with_the_reasoning(client, base):
    page = plain(client.get("/visits/tokayev-visit-azerbaijan-2024-03/"))
    assert "Inferred. The source gives day and month only." in page


def test_a_record_names_a_source_once_with_all_that_it_cites(client):
    event = EventFactory(title="Talks")
    gazette, almanac = SourceFactory(title="Gazette"), SourceFactory(title="Almanac")
    for field in ("", "date", "place"):
        CitationFactory(record=event, source=gazette, field=field, locator="")
    CitationFactory(record=event, source=almanac, locator="page 3")
    CitationFactory(record=event, source=gazette, locator="page 5", stance="mentions")
    publish(event)
    page = html.fromstring(text(client.get(event.get_absolute_url())))
    rows = page.xpath("//ol[@class='citations']/li")
    assert [" ".join(row.text_content().split()) for row in rows] == [
        "Gazette official statement supports the record as a whole, date, place mentions: page 5",
        "supports: Almanac, page 3 official statement",
    ]


def test_a_source_lists_the_values_that_cite_each_place(client, base):
    response = client.get("/sources/a-historic-opportunity/")
    places = {passage.locator: passage.values for passage in response.context["passages"]}
    assert [value.slug for value in places["p3s10"]] == ["trade-turnover-2023-historic-opportunity"]
    assert [value.record.slug for value in places["p1s9"]] == [
        "diplomatic-relations-azerbaijan-kazakhstan"
    ]
    assert 'id="p3s10"' in text(response)


def test_a_json_record_has_the_values_of_its_page(client, base):
    item = client.get("/visits/tokayev-visit-azerbaijan-2024-03.json").json()
    assert item["date"] == "2024-03-11"
    assert (item["guest"], item["host"], item["type"]) == ("kazakhstan", "azerbaijan", "state")
    assert item["participants"][0] == {
        "role": "visitor",
        "person": "kassym-jomart-tokayev",
        "capacity": "President of the Republic of Kazakhstan",
        "as_stated": "Kasim-Jomart Tokayev",
    }
    assert [cited["place"] for cited in item["citations"]] == [*("p3s3", "p3s3", "p6", "", "")]


def test_a_treaty_action_redirects_to_its_place_on_the_treaty_page(client, base):
    response = client.get("/actions/strategic-partnership-agreement-2005-signature/")
    assert response["Location"] == (
        "/treaties/strategic-partnership-agreement-2005/"
        "#strategic-partnership-agreement-2005-signature"
    )


def test_figures_are_exact_strings_in_files(client, base):
    items = json.loads(
        client.get("/trade.json?indicator=trade-turnover&year=2023&reporter=azerbaijan").getvalue()
    )["items"]
    assert [(item["value"], item["scale"], item["unit"]) for item in items] == [
        ("598470000", 6, "USD")
    ]


def test_csv_files_escape_spreadsheet_formulas(client, base):
    EventFactory(
        relation=Relation.objects.get(), title="=HYPERLINK(1)", slug="formula", published=True
    )
    line = next(
        line
        for line in client.get("/events.csv").getvalue().decode().splitlines()
        if "formula" in line
    )
    assert ",'=HYPERLINK(1)," in line


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("/treaties/", {"id_on": "Treaties possibly concluded by this day, with"}),
        ("/treaties/?year_from=soon", {"id_year_from": "Enter a whole number."}),
        (
            "/visits/?year_from=2010&year_to=2000",
            {"id_year_to": "The first year is after the last."},
        ),
        ("/relations/?country=atlantis", {"id_country": "Select a valid choice."}),
        ("/relations/azerbaijan-kazakhstan/?on=banana", {"id_on": "Enter a valid date."}),
        ("/trade/azerbaijan-kazakhstan/?year=1066", {"id_year": "Select a valid choice."}),
        (
            "/relations/azerbaijan-kazakhstan/timeline/?kind=song",
            {"id_kind": "Select a valid choice."},
        ),
    ],
)
def test_help_and_errors_are_tied_to_their_fields(client, base, address, told):
    found = field_descriptions(client.get(address))
    assert {name: found[name][: len(words)] for name, words in told.items()} == told


def test_errors_of_the_report_form_are_tied_to_their_fields(client, base):
    event = EventFactory(published=True)
    answer = client.post(f"/report/{event.slug}/", {"message": ""})
    assert field_descriptions(answer) == {"id_message": "This field is required."}


@pytest.mark.parametrize(("answer", "found"), [("true", [True]), ("false", [False])])
def test_organizations_can_be_filtered_by_identification(client, base, answer, found):
    rows = client.get(f"/organizations/?identified={answer}").context["object_list"]
    assert sorted({row.identified for row in rows}) == found


def test_an_anniversary_shows_its_number_of_years_only_if_known(client):
    first = EventFactory(title="The beginning", published=True)
    vague = EventFactory(anniversary_of=first, published=True)
    known = EventFactory(anniversary_of=first, anniversary=10, published=True)
    assert "Anniversary of The beginning" in plain(client.get(vague.get_absolute_url()))
    assert "Anniversary 10 years since The beginning" in plain(client.get(known.get_absolute_url()))


@pytest.mark.parametrize(
    ("factory", "values", "facts"),
    [
        (OfficeFactory, {"person__name": "A. B.", "country__name_en": "Land"},
         {"person": "A. B.", "country": "Land"}),
        (MissionFactory, {"place": "Baku"},
         {"sending state": "First", "receiving state": "Second", "place": "Baku"}),
        (MembershipFactory, {"member__name_en": "Land", "organization__name": "Body"},
         {"organization": "Body", "member": "Land"}),
        (VisitFactory, {"rank": "minister", "type_as_stated": "a friendly visit"},
         {"From": "Second", "To": "First", "type as stated": "a friendly visit",
          "rank of the visitor": "minister"}),
    ],
)  # fmt: skip
def test_the_page_of_a_record_lists_the_fields_of_its_kind(client, db, factory, values, facts):
    pair = RelationFactory(
        country_a=CountryFactory(slug="a", name_en="First"),
        country_b=CountryFactory(slug="b", name_en="Second"),
    )
    if factory in (MissionFactory, VisitFactory):
        values = values | {"relation": pair}
    record = factory(published=True, **values)
    assert facts_on(client.get(record.get_absolute_url())) == facts


def test_the_page_of_a_record_does_not_name_an_unpublished_record(client, db):
    event = EventFactory(anniversary_of=EventFactory(title="Secret"), published=True)
    assert "Secret" not in client.get(event.get_absolute_url()).content.decode()


def test_the_number_of_queries_does_not_grow_with_contents(client, base):
    def asked():
        found = {}
        for address in QUERIES:
            with CaptureQueriesContext(connection) as queries:
                response = client.get(address)
                assert response.status_code == 200, address
                response.getvalue()
            found[address] = len(queries)
        return found

    growth.grow(1992, times=1)
    assert asked() == QUERIES
    growth.grow(1995, times=5)
    assert asked() == QUERIES


def test_names_in_cyrillic_and_azerbaijani_are_found(client, base):
    for query in ("КАЗАХСТАН", "Qazaxıstan", "qazaxistan", "қазақстан"):
        found = client.get("/countries/", {"q": query}).context["object_list"]
        assert [country.slug for country in found] == ["kazakhstan"], query


def test_pages_send_a_strict_content_security_policy(client, base):
    policy = client.get("/")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_healthz_answers(client, db):
    assert client.get("/healthz").content == b"ok\n"


def test_system_checks_pass(base):
    call_command("check")


def test_the_page_of_an_organization_lists_a_record_once_despite_two_roles(client):
    event, body = EventFactory(published=True), OrganizationFactory(public=True)
    for role in ("signatory", "speaker"):
        event.participations.create(role=role, organization=body)
    assert list(client.get(body.get_absolute_url()).context["records"]) == [event.record_ptr]
