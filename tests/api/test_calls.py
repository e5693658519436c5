"""What the calls of the API answer: pages, filters, fields, references, and errors."""

import json
from datetime import date

import pytest
from django.db.models import Max
from django.test import Client
from django.utils import timezone

from api import forms
from api.resources import OF_KIND
from core.models import PublicChange
from relations.models import Country, Event, FormerAddress, Relation, State, Visit, WithdrawnRow
from relations.publication import revise, withdraw
from tests.factories import EventFactory, VisitFactory
from trade.models import TradedGood
from treaties.models import Treaty

pytestmark = pytest.mark.django_db

PAIR = "azerbaijan-kazakhstan"


def get(client, address, **query):
    return client.get(f"/api/v1/{address}", query).json()


def every_page(client, address, **query):
    """The identifiers on all pages, and the number of pages."""
    found, pages = get(client, address, **query), 1
    ids = [row["id"] for row in found["items"]]
    while found["next"]:
        found = client.get(found["next"]).json()
        ids += [row["id"] for row in found["items"]]
        pages += 1
    return ids, pages


class TestLists:
    def test_the_file_of_a_list_and_the_api_have_the_same_rows(self, client, base):
        for name in ("visits", "events", "treaties", "sources", "people", "disagreements"):
            file = b"".join(client.get(f"/{name}.json").streaming_content)
            rows = {row["id"]: row for row in json.loads(file)["items"]}
            found = {}
            for id in every_page(client, f"{name}/", limit=100)[0]:
                found[id] = get(client, f"{name}/{id}/")
            assert found == rows

    def test_pages_hold_every_row_once_in_order(self, client, base):
        ids, pages = every_page(client, "events/", limit=3)
        expected = list(Event.objects.published().newest_first().values_list("slug", flat=True))
        assert ids == expected
        assert pages == -(-len(expected) // 3)

    @pytest.mark.parametrize("order", ["newest", "oldest"])
    def test_rows_of_one_day_are_not_lost_between_pages(self, client, order):
        EventFactory.create_batch(7, date="2001-02-03", published=True)
        ids, pages = every_page(client, "events/", limit=2, order=order)
        rows = Event.objects.order_by("-id" if order == "newest" else "id")
        assert ids == [row.slug for row in rows]
        assert pages == 4

    @pytest.mark.parametrize("order", ["force", "-force", "title", "-title"])
    def test_treaties_come_in_the_orders_of_their_page_with_unknown_ones_last(
        self, client, base, order
    ):
        ids, _pages = every_page(client, "treaties/", limit=5, order=order)
        page = client.get("/treaties.json", {"order": order})
        rows = json.loads(b"".join(page.streaming_content))["items"]
        assert ids == [row["id"] for row in rows]

    def test_a_row_that_is_added_meanwhile_moves_no_other_row(self, client):
        EventFactory.create_batch(4, date="2001-02-03", published=True)
        first = get(client, "events/", limit=2)
        EventFactory(date="2010-01-01", published=True)
        second = client.get(first["next"]).json()
        ids = [row["id"] for page in (first, second) for row in page["items"]]
        assert len(set(ids)) == 4

    def test_the_header_link_names_the_next_page(self, client, base):
        response = client.get("/api/v1/events/", {"limit": 1})
        assert response["Link"] == f'<{response.json()["next"]}>; rel="next"'

    def test_filters_are_those_of_the_page(self, client, base):
        found = get(client, "visits/", host="azerbaijan", year_from=2020)
        assert found["items"]
        assert {row["host"] for row in found["items"]} == {"azerbaijan"}
        assert all(row["date_latest"] >= "2020" for row in found["items"])

    def test_figures_are_found_by_the_goods_that_they_name(self, client, base):
        commodity = get(client, "commodities/", limit=1)["items"][0]
        heading = f"{commodity['classification']}:{commodity['code']}"
        exact = get(client, "figures/", commodity=commodity["id"])["items"]
        assert {row["commodity"] for row in exact} <= {commodity["id"]}
        assert len(exact) <= len(get(client, "figures/", commodity=heading)["items"])
        assert get(client, "figures/", commodity=f"HS1988:{commodity['code']}")["items"] == []

    def test_drafts_are_in_no_list_and_have_no_address(self, client):
        draft = VisitFactory(state=State.DRAFT)
        assert get(client, "visits/")["items"] == []
        assert client.get(f"/api/v1/visits/{draft.slug}/").status_code == 404


class TestFields:
    def test_fields_leaves_out_everything_else_but_the_identifier(self, client, base):
        (row,) = get(client, "visits/", limit=1, fields="title,host")["items"]
        assert list(row) == ["id", "title", "host"]

    def test_expand_replaces_references_also_in_parts(self, client, base):
        (row,) = get(client, "visits/", limit=1, expand="host,citations.source,topics")["items"]
        assert row["host"] == get(client, f"countries/{row['host']['id']}/")
        source = row["citations"][0]["source"]
        assert source == get(client, f"sources/{source['id']}/")
        assert row["topics"][0]["name"] == "Political relations"

    def test_expanding_takes_one_query_for_each_kind(self, client, base, django_assert_num_queries):
        query = {"limit": 1, "expand": "host,guest"}
        client.get("/api/v1/visits/", query)
        with django_assert_num_queries(8) as few:
            client.get("/api/v1/visits/", query)
        with django_assert_num_queries(len(few)):
            client.get("/api/v1/visits/", {**query, "limit": 10})


class TestRows:
    def test_a_treaty_has_its_status_on_the_day_asked_for(self, client, base):
        treaty = "foundations-of-relations-1996"
        assert get(client, f"treaties/{treaty}/", on="1996-01-01")["status"] == ""
        found = get(client, f"treaties/{treaty}/", on="2010-01-01")
        assert (found["status"], found["status_on"]) == ("in_force", "2010-01-01")

    def test_every_two_countries_have_a_pair(self, client, base):
        found = get(client, "relations/fiji-malta/")
        assert found["countries"] == ["fiji", "malta"]
        assert found["records"] == 0
        assert not Relation.objects.filter(slug="fiji-malta").exists()

    def test_the_other_order_of_a_pair_redirects(self, client, base):
        response = client.get("/api/v1/relations/kazakhstan-azerbaijan/mirror/?year=2023")
        assert response.status_code == 301
        assert response["Location"] == f"/api/v1/relations/{PAIR}/mirror/?year=2023"

    def test_a_withdrawn_record_is_gone_with_date_and_reason(self, client, base):
        visit = Visit.objects.published().first()
        withdraw([visit], reason="It did not take place.")
        response = client.get(f"/api/v1/visits/{visit.slug}/")
        assert response.status_code == 410
        assert response["Content-Type"] == "application/problem+json"
        assert response.json()["withdrawn"]["reason"] == "It did not take place."
        assert response.json()["title"] == "Withdrawn"

    def test_withdrawn_goods_are_gone_too(self, client, base):
        good = TradedGood.objects.published().first()
        withdraw([good], reason="A misreading.")
        response = client.get(f"/api/v1/traded-goods/{good.slug}/")
        assert response.status_code == 410
        assert response.json()["withdrawn"]["reason"] == "A misreading."

    def test_what_an_imported_package_says_of_withdrawn_goods_is_shown(self, client, base):
        # Under the kind by which the log of public changes, and so the package, names goods.
        WithdrawnRow.objects.create(kind="good", slug="wool", at=timezone.now(), reason="A test.")
        response = client.get("/api/v1/traded-goods/wool/")
        assert response.status_code == 410
        assert response.json()["withdrawn"]["reason"] == "A test."

    def test_the_address_of_a_merged_record_redirects(self, client, base):
        visit = Visit.objects.published().first()
        FormerAddress.objects.create(slug="old-one", record=visit)
        response = client.get("/api/v1/visits/old-one/?fields=title")
        assert response.status_code == 301
        assert response["Location"] == f"/api/v1/visits/{visit.slug}/?fields=title"


class TestPairs:
    def test_in_force_lists_what_binds_both_on_the_day(self, client, base):
        found = get(client, f"relations/{PAIR}/in-force/", on="2010-01-01")
        both = Country.objects.filter(slug__in=PAIR.split("-"))
        treaties = Treaty.objects.of_pair(*both)
        day = date(2010, 1, 1)
        certain = {row.slug for row in treaties.binding_on(day, *both)}
        possible = {row.slug for row in treaties.possibly_binding_on(day, *both)}
        assert found["on"] == "2010-01-01"
        assert {row["id"] for row in found["items"] if row["certain"]} == certain
        assert {row["id"] for row in found["items"] if not row["certain"]} == possible
        assert certain

    def test_nothing_is_in_force_before_the_first_treaty(self, client, base):
        assert get(client, f"relations/{PAIR}/in-force/", on="1992-01-01")["items"] == []

    def test_the_mirror_comparison_is_that_of_the_file(self, client, base):
        file = b"".join(client.get(f"/trade/{PAIR}/mirror.json").streaming_content)
        rows = json.loads(file)["items"]
        assert get(client, f"relations/{PAIR}/mirror/")["items"] == rows
        assert len(rows) == 7

    def test_the_timeline_is_that_of_the_file(self, client, base):
        file = b"".join(client.get(f"/relations/{PAIR}/timeline.json").streaming_content)
        rows = json.loads(file)["items"]
        ids, _pages = every_page(client, f"relations/{PAIR}/timeline/", limit=7)
        assert ids == [row["id"] for row in rows]


class TestSearch:
    def test_results_are_those_of_the_file_page_by_page(self, client, base):
        file = b"".join(client.get("/search.json", {"q": "baku"}).streaming_content)
        rows = json.loads(file)["items"]
        ids, pages = every_page(client, "search/", q="baku", limit=4)
        assert ids == [row["id"] for row in rows]
        assert pages > 1


BAD = {
    ("visits/", "colour=red"): ("colour", "This call has no such parameter. It has: country, "),
    ("visits/", "year_from=soon"): ("year_from", "Enter a whole number."),
    ("visits/", "host=atlantis"): ("host", "Select a valid choice."),
    ("visits/", "limit=0"): ("limit", "Ensure this value is greater than or equal to 1."),
    ("visits/", f"limit={forms.MOST + 1}"): (
        "limit",
        f"Ensure this value is less than or equal to {forms.MOST}.",
    ),
    ("visits/", "fields=title,colour"): ("fields", "“colour” is unknown. Choose among: id, url, "),
    ("visits/", "expand=title"): ("expand", "“title” is unknown. Choose among: relation, guest"),
    ("visits/", "fields=title&expand=host"): (
        "expand",
        "“host” is not among the fields asked for.",
    ),
    ("visits/", "order=random"): ("order", "Select a valid choice. random is not one"),
    ("figures/", "commodity=hs27"): ("commodity", "Enter a valid value."),
    ("visits/", "cursor=abc"): ("cursor", "This is not a cursor of this list"),
    ("treaties/", "on=1999-13-01"): ("on", ""),
    ("treaties/foundations-of-relations-1996/", "on=soon"): ("on", ""),
    (f"relations/{PAIR}/in-force/", "on=soon"): ("on", ""),
    (f"relations/{PAIR}/in-force/", "year=2010"): ("year", "This call has no such parameter."),
    (f"relations/{PAIR}/mirror/", "year=1900"): ("year", "Select a valid choice."),
    (f"relations/{PAIR}/timeline/", "cursor=x"): ("cursor", "This is not a cursor of this list"),
    ("search/", "q=baku&after=1.2"): ("after", "This call has no such parameter."),
    ("search/", "q=baku&cursor=x"): ("cursor", "This is not a cursor of this list"),
    ("visits/", "limit=1_0"): ("limit", "Enter a whole number."),
    ("visits/", "limit=1&limit=2"): ("limit", "This parameter may be given only once."),
    ("visits/", "topic=energy&topic=trade"): ("topic", "This parameter may be given only once."),
    ("visits/", "fields=title&fields=date"): ("fields", "This parameter may be given only once."),
    ("search/", "cursor=1.2&cursor=1.3"): ("cursor", "This parameter may be given only once."),
    ("changes/", "since=999999999"): ("since", "The log ends at "),
    ("changes/", "since=yesterday"): ("since", "Enter a whole number."),
    ("changes/", "since=-1"): ("since", "Ensure this value is greater than or equal to 0."),
    ("changes/", "limit=1001"): ("limit", "Ensure this value is less than or equal to 1000."),
    ("", "page=2"): ("page", "This call has no such parameter. It has: none."),
}


class TestErrors:
    @pytest.mark.parametrize("asked", BAD, ids=lambda asked: "?".join(asked))
    def test_a_bad_parameter_is_answered_with_400_and_its_message(self, client, base, asked):
        name, message = BAD[asked]
        response = client.get(f"/api/v1/{'?'.join(asked)}")
        assert response.status_code == 400
        assert response["Content-Type"] == "application/problem+json"
        content = response.json()
        assert content["type"] == "/api/#invalid-parameters"
        assert list(content["errors"]) == [name]
        assert content["errors"][name][0].startswith(message)
        assert content["detail"].startswith(f"{name}: ")

    def test_the_message_about_a_wrong_choice_names_the_choices(self, client, base):
        response = client.get("/api/v1/visits/?order=random")
        assert response.json()["errors"]["order"][1] == "Choose among: newest, oldest."

    def test_a_cursor_is_valid_for_its_list_and_filters_only(self, client, base):
        cursor = get(client, "events/", limit=1)["next"].partition("cursor=")[2]
        timeline = get(client, f"relations/{PAIR}/timeline/", limit=1)["next"].partition("cursor=")
        results = get(client, "search/", q="baku", limit=1)["next"].partition("cursor=")[2]
        for address in (
            f"visits/?cursor={cursor}",
            f"events/?year_from=1990&cursor={cursor}",
            f"relations/{PAIR}/timeline/?order=oldest&cursor={timeline[2]}",
            f"search/?q=astana&cursor={results}",
        ):
            assert client.get(f"/api/v1/{address}").status_code == 400
        assert client.get(f"/api/v1/events/?limit=50&cursor={cursor}").status_code == 200

    @pytest.mark.parametrize(
        "address",
        ["nothing/", "visits/nothing/", "relations/atlantis-mu/", "passages/x/", "visits/a%00b/"],
    )
    def test_an_unknown_address_is_answered_with_404(self, client, base, address):
        response = client.get(f"/api/v1/{address}")
        assert response.status_code == 404
        assert response["Content-Type"] == "application/problem+json"
        assert response.json()["type"] == "/api/#not-found"

    def test_the_api_is_read_only(self, base):
        client = Client(enforce_csrf_checks=True)
        response = client.post("/api/v1/visits/", {"title": "x"})
        assert response.status_code == 405
        assert response["Allow"] == "GET, HEAD, OPTIONS"
        assert response.json()["title"] == "Method not allowed"


class TestChanges:
    def test_the_log_is_read_page_by_page_from_a_number_on(self, client, base):
        first = get(client, "changes/", limit=2)
        numbers = [row["number"] for row in first["items"]]
        assert first["newest"] == numbers[-1]
        second = client.get(first["next"]).json()
        assert all(row["number"] > numbers[-1] for row in second["items"])
        newest = PublicChange.objects.newest()
        assert get(client, "changes/", since=newest) == {
            "licence": "CC0-1.0",
            "newest": newest,
            "items": [],
            "next": None,
        }

    def test_every_kind_of_row_in_the_log_has_an_address(self, client, base):
        kinds = PublicChange.objects.order_by().values_list("kind").annotate(pk=Max("pk"))
        assert {kind for kind, _pk in kinds} == {*OF_KIND}
        for kind, pk in kinds:
            (row,) = get(client, "changes/", since=pk - 1, limit=1)["items"]
            assert (row["kind"], row["action"]) == (kind, "published")
            assert client.get(row["url"]).json()["id"] == row["id"]

    def test_a_correction_and_a_withdrawal_come_last(self, client, base):
        newest = PublicChange.objects.newest()
        one, other = Visit.objects.published()[:2]
        one.place = "Nakhchivan"
        revise(one, reason="A typing error.")
        withdraw([other], reason="It did not take place.")
        found = get(client, "changes/", since=newest)["items"]
        actions = {row["id"]: row["action"] for row in found if row["kind"] == "visit"}
        assert actions == {one.slug: "changed", other.slug: "withdrawn"}
