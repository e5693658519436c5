"""The search page and its files: results, facets, pages, and what it says if nothing is found."""

import csv
import io
import json
import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

import portal.search
import portal.search_results
import search.results
from core.dates import today
from portal.serializers import result
from relations.models import Relation, Topic
from search.models import Kind
from search.results import PAGE
from sources.models import SourceText
from tests.factories import (
    EventFactory,
    FigureFactory,
    IndicatorFactory,
    PassageFactory,
    PersonFactory,
    SourceFactory,
    TreatyFactory,
    indexed,
)
from tests.steps import withdraw
from treaties.models import Treaty

pytestmark = pytest.mark.django_db

PAIR = "azerbaijan-kazakhstan"
MANY = 45
# Found by no reader: drafts, withdrawn rows, and texts that may not be shown.
SECRET = "quixotia"


@pytest.fixture(scope="module")
def index(base, module_database):
    """The fixtures and planted rows in the index; the tests only read them."""
    pair = Relation.objects.get(slug=PAIR)
    trade = Topic.objects.get(slug="trade")
    for number in range(MANY):
        EventFactory(
            relation=pair,
            title=f"Lighthouse meeting {number}",
            date=f"{1992 + number % 20}",
            topics=[trade] if number % 3 else [],
            published=True,
        )
    EventFactory(relation=pair, title="<i>Lighthouse</i> & keeper", date="", published=True)
    EventFactory(relation=pair, title="Ы" * 300, summary="Я" * 300, published=True)
    trip = EventFactory(relation=pair, title=f"Trip to {SECRET}", published=True)
    withdraw(trip)
    hidden = SourceFactory(title=f"Archive of {SECRET}", language="sw")
    closed = SourceFactory(title="Closed archive", public=True)
    SourceText.objects.create(source=closed, text=f"A text about {SECRET}.")
    lamp_oil = IndicatorFactory(name="Lamp oil")
    indexed(
        trip,
        EventFactory(relation=pair, title=f"Talks about {SECRET}", topics=[trade]),
        TreatyFactory(relation=pair, title=f"Treaty of {SECRET}"),
        lamp_oil,
        FigureFactory(indicator=lamp_oil, coverage=SECRET),
        PersonFactory(name=f"Sultan of {SECRET}"),
        hidden,
        PassageFactory(source=hidden, quote=f"the {SECRET} clause"),
        closed,
    )


@pytest.fixture
def client(index):
    return Client()


def found(client, address):
    """What the page shows at an address; it must have results or say that there are none."""
    response = client.get(address)
    assert response.status_code == 200
    return response.context["page"]


def shown(client, address):
    """The titles, their addresses and the number of results of an address."""
    page = found(client, address)
    return [(result.title, result.entry.url) for result in page.results], page.total


def html(client, address):
    return " ".join(client.get(address).content.decode().split())


def rows(client, query):
    """The rows of the CSV file."""
    text = client.get(f"/search.csv{query}").getvalue().decode()
    return list(csv.DictReader(io.StringIO(text), strict=True))


def number(queries: CaptureQueriesContext) -> int:
    """The number of queries without EXPLAIN, which only PostgreSQL runs."""
    return sum(not one["sql"].startswith("EXPLAIN") for one in queries)


class TestResults:
    def test_matches_in_titles_are_marked_in_their_original_letters(self, client):
        text = html(client, "/search/?q=TOKAYEV")
        link = '<a href="/visits/tokayev-visit-azerbaijan-2024-03/" >Visit of President '
        assert f"{link}<mark>Tokayev</mark> to Azerbaijan</a>" in text.replace('/">', '/" >')

    def test_text_of_rows_is_escaped(self, client):
        text = html(client, "/search/?q=keeper")
        assert "&lt;i&gt;Lighthouse&lt;/i&gt; &amp; <mark>keeper</mark>" in text
        assert "<i>Lighthouse" not in text

    def test_a_figure_is_named_by_its_indicator_and_pair(self, client):
        page = found(client, "/search/?q=598.47&kind=figure")
        (result,) = page.results
        assert result.title == "Trade turnover: 598.47 million US dollars, 2023"
        assert (result.pair.slug, result.pair.url) == (PAIR, f"/relations/{PAIR}/")

    def test_a_treaty_has_its_status_of_today(self, client):
        slug = "foundations-of-relations-1996"
        page = found(client, "/search/?q=foundations+relations&kind=treaty")
        (treaty,) = [one.treaty for one in page.results if one.entry.slug == slug]
        expected = Treaty.objects.with_status(today()).get(slug=slug)
        assert treaty.status_in_words == expected.status_in_words
        assert expected.status_in_words in html(client, "/search/?q=foundations&kind=treaty")

    def test_a_hit_in_a_quotation_leads_to_its_passage(self, client):
        text = html(client, "/search/?q=598.47&kind=passage")
        assert 'href="/sources/a-historic-opportunity/?place=p3s10"' in text
        (quoted,) = re.findall(r'<q lang="en">(.*?)</q>', text)
        assert "<mark>598.47</mark>" in quoted

    def test_what_it_is_about_is_named_if_no_word_shows_it(self, client):
        results = found(client, "/search/?q=kassym+tokayev").results
        reasons = {one.title: [row.title for row in one.reasons] for one in results}
        assert reasons["First meeting of the Supreme Interstate Council"] == [
            "Kassym-Jomart Tokayev"
        ]
        assert reasons["Kassym-Jomart Tokayev"] == []

    def test_the_place_of_a_record_is_shown(self, client):
        results = found(client, "/search/?q=tokayev+baku").results
        assert {one.place for one in results} == {"Baku"}
        assert "· <mark>Baku</mark>" in html(client, "/search/?q=tokayev+baku")

    def test_a_word_that_is_shown_needs_no_reason(self, client):
        results = found(client, "/search/?q=kazakhstan").results
        assert [one.entry.slug for one in results if one.reasons] == []

    def test_a_country_is_not_named_as_its_own_country(self, client):
        first, *_rest = found(client, "/search/?q=kazakhstan").results
        assert (first.title, first.countries) == ("Kazakhstan", [])

    def test_results_are_headings_under_their_number(self, client):
        text = html(client, "/search/?q=tokayev")
        total = found(client, "/search/?q=tokayev").total
        assert re.findall("<h1>(.*?)</h1>", text) == ["Search"]
        assert f'<h2 id="number"> {total} results </h2>' in text
        assert text.count("<h3") == total

    def test_a_title_names_the_words_and_engines_do_not_index_results(self, client):
        text = html(client, "/search/?q=tokayev")
        assert re.search(r"<title>\s*Search: tokayev · Bilateral relations\s*</title>", text)
        assert '<meta name="robots" content="noindex">' in text
        assert "noindex" not in html(client, "/search/")


class TestFacets:
    @pytest.mark.parametrize("query", ["?q=lighthouse", "?q=tokayev", "?topic=energy"])
    def test_each_count_is_the_number_of_results_behind_its_link(self, client, query):
        page = found(client, f"/search/{query}")
        choices = [one for facet in page.facets for one in (*facet.shown, *facet.folded)]
        assert choices
        for choice in choices:
            assert found(client, f"/search/{choice.address}").total == choice.count

    def test_values_have_labels_and_their_own_order(self, client):
        facets = {one.name: one for one in found(client, "/search/?q=lighthouse").facets}
        labels = {
            name: [(choice.label, choice.count) for choice in (*one.shown, *one.folded)]
            for name, one in facets.items()
        }
        assert labels == {
            "kind": [("event", MANY + 1)],
            "country": [("Azerbaijan", MANY + 1), ("Kazakhstan", MANY + 1)],
            "pair": [("Azerbaijan–Kazakhstan", MANY + 1)],
            "decade": [("2010s", 4), ("2000s", 20), ("1990s", 21)],
            "topic": [("Trade", 30)],
        }

    def test_long_facets_are_folded(self, client):
        kinds = next(one for one in found(client, "/search/?q=kazakhstan").facets)
        assert len(kinds.shown) == portal.search.UNFOLDED
        assert kinds.folded
        assert f"{len(kinds.folded)} more" in html(client, "/search/?q=kazakhstan")

    def test_a_value_that_is_set_can_be_removed(self, client):
        address = "/search/?q=lighthouse&kind=event&decade=1990&order=date"
        page = found(client, address)
        assert page.total == 21
        assert [(one.facet, one.label, one.address) for one in page.chosen] == [
            ("Kind", "event", "?q=lighthouse&decade=1990&order=date"),
            ("Decade", "1990s", "?q=lighthouse&kind=event&order=date"),
        ]
        assert {"kind", "decade"}.isdisjoint(facet.name for facet in page.facets)

    def test_several_values_narrow_the_results(self, client):
        one = found(client, "/search/?country=kazakhstan").total
        both = found(client, "/search/?country=kazakhstan&country=azerbaijan").total
        assert found(client, f"/search/?pair={PAIR}").total < both < one

    def test_beyond_the_limit_numbers_are_left_out(self, client, monkeypatch):
        monkeypatch.setattr(search.results, "COUNTED", 10)
        monkeypatch.setattr(portal.search, "COUNTED", 10)
        text = html(client, "/search/?q=lighthouse")
        assert "More than 10 results" in text
        assert 'class="tally"' not in text
        assert ">Event</a>" in text or ">event</a>" in text


class TestPages:
    @pytest.mark.parametrize("order", ["relevance", "date"])
    def test_pages_together_are_all_results_in_the_order_of_the_files(
        self, client, order, monkeypatch
    ):
        monkeypatch.setattr(portal.search_results, "IN_FILES", 7)
        address, walked = f"?q=lighthouse&order={order}", []
        in_file = [row["id"] for row in rows(client, address)]
        while address:
            page = found(client, f"/search/{address}")
            walked.append([one.entry.slug for one in page.results])
            address = page.next
        assert [len(part) for part in walked] == [PAGE, PAGE, MANY + 1 - 2 * PAGE]
        assert [slug for part in walked for slug in part] == in_file
        assert len(set(in_file)) == MANY + 1

    def test_the_newest_come_first_by_date(self, client):
        dates = [row["date"] for row in rows(client, "?q=lighthouse&order=date")]
        assert dates == sorted(dates, reverse=True)
        assert dates[-1] == ""

    def test_a_later_page_links_to_the_first(self, client):
        first = found(client, "/search/?q=lighthouse&kind=event")
        later = found(client, f"/search/{first.next}")
        assert (first.first, later.first) == ("", "?q=lighthouse&kind=event")

    def test_the_number_of_queries_does_not_depend_on_that_of_results(self, client):
        def asked(address):
            with CaptureQueriesContext(connection) as queries:
                found(client, address)
            return number(queries)

        asked("/search/?q=keeper")
        few, many = (
            f"/search/?q=lighthouse+keeper&pair={PAIR}",
            f"/search/?q=lighthouse&pair={PAIR}",
        )
        assert (found(client, few).total, len(found(client, many).results)) == (1, PAGE)
        assert asked(many) <= asked(few) <= 13


class TestFiles:
    def test_json_and_csv_hold_the_same_results(self, client):
        items = json.loads(client.get("/search.json?q=598.47").getvalue())["items"]
        lines = rows(client, "?q=598.47")
        assert [list(item) for item in items] == [result.columns] * 2
        assert [row["id"] for row in lines] == [item["id"] for item in items]
        assert items[0] == {
            "id": "trade-turnover-2023-historic-opportunity",
            "url": "http://testserver/trade/figures/trade-turnover-2023-historic-opportunity/",
            "kind": "figure",
            "title": "Trade turnover: 598.47 million US dollars, 2023",
            "date": "2023",
            "until": "",
            "pair": PAIR,
            "countries": ["azerbaijan", "kazakhstan"],
            "topics": [],
            "status": None,
            "sources": ["a-historic-opportunity"],
            "language": "",
            "extract": "",
        }
        assert items[1]["language"] == "en"
        assert "598.47" in items[1]["extract"]

    def test_treaties_have_their_status_today(self, client):
        items = json.loads(client.get("/search.json?q=kind:treaty+1996").getvalue())["items"]
        assert {item["id"]: item["status"] for item in items} == {
            "foundations-of-relations-1996": "in_force",
            "investment-treaty-1996": "in_force",
        }

    def test_the_name_says_what_was_searched_for(self, client):
        response = client.get("/search.csv?q=light+house&kind=event&order=date")
        name = f"search_q-light-house_kind-event_order-date_{today().isoformat()}.csv"
        assert response["Content-Disposition"] == f'inline; filename="{name}"'

    def test_a_file_without_results_has_its_columns(self, client):
        for query in ("", "?q=nothinglikeit"):
            text = client.get(f"/search.csv{query}").getvalue().decode()
            assert text == f"{','.join(result.columns)}\r\n"

    @pytest.mark.parametrize("more", ["knd=event", "after=1.2", "page=2"])
    def test_an_unknown_parameter_is_refused(self, client, more):
        response = client.get(f"/search.csv?q=lighthouse&{more}")
        assert response.status_code == 400
        assert f"no filter “{more.split('=')[0]}”" in unescape(response.content.decode())

    def test_a_file_costs_the_same_queries_for_each_batch(self, client):
        with CaptureQueriesContext(connection) as queries:
            assert len(rows(client, "?q=lighthouse")) == MANY + 1
        assert number(queries) <= 12


class TestBadInput:
    HOSTILE = {
        "quote": '"foo',
        "star": "*",
        "bracket": "(",
        "format": "%s %(q)s {}",
        "near": "NEAR(a b)",
        "operators": "a AND OR NOT b : ^ - + | & ! <->",
        "long": "x" * 10_240,
        "words": "word " * 200,
        "emoji": "🇰🇿 👩‍👩‍👧",
        "right-to-left": "\u202eقزوين\u202c קספי",
        "marks": "a" + "\u0301" * 500,
        "minus": "--- -",
        "filters": "kind: :x year:99999 kind:foo",
        "quotes": "“”‘’'\"\\",
        "tag": "<script>alert(1)</script>",
        "token": "zzpublic zzkindevent",
    }

    @pytest.mark.parametrize("name", HOSTILE)
    def test_any_text_has_results_or_a_message(self, client, name):
        for kind in ({}, {"kind": "event"}):
            response = client.get("/search/", {"q": self.HOSTILE[name], **kind})
            page = response.context["page"]
            assert response.status_code == 200
            assert "<script>" not in response.content.decode()
            assert len(response.content) < 200_000
            said = ("No results", 'id="number"', "no letters or digits")
            assert any(words in response.content.decode() for words in said) or page.form.is_empty
        assert client.get("/search.csv", {"q": self.HOSTILE[name]}).status_code == 200

    @pytest.mark.parametrize("q", ["%00", "a%00b", "%ED%A0%80", "%FF%FE", "%"])
    def test_bytes_that_are_no_text_have_a_message_at_most(self, client, q):
        assert client.get(f"/search/?q={q}").status_code in (200, 400)

    def test_nothing_to_search_for_is_said(self, client):
        assert "“*” has no letters or digits to search for." in html(client, "/search/?q=*")
        text = html(client, "/search/")
        assert "no letters" not in text
        assert re.search(r'<details class="syntax" open ?>', text)

    def test_words_that_were_not_used_are_said(self, client):
        words = "+".join(["lighthouse"] * 21)
        assert "only its beginning was used" in html(client, f"/search/?q={words}")
        assert "only its first" not in html(client, f"/search/?q={words[:-11]}")

    @pytest.mark.parametrize(
        ("more", "message"),
        [
            ("kind=foo", "Kind: “foo” is unknown."),
            ("country=atlantis", "Country: “atlantis” is unknown."),
            ("country=%00", "Country: “\0” is unknown."),
            ("pair=a-b", "Pair: “a-b” is unknown."),
            ("topic=Trade%20", "Topic: “Trade ” is unknown."),
            ("decade=1995", "Decade: “1995” is unknown."),
            ("language=xx", "Language of the source: “xx” is unknown."),
            ("order=up", "Order: Select a valid choice. up is not one of the available choices."),
            ("after=x", "Page: “x” is not a position in these results."),
            ("after=9.1", "Page: “9.1” is not a position in these results."),
            (f"after=1.{'9' * 30}", f"Page: “1.{'9' * 30}” is not a position in these results."),
            (f"order=date&after={'9' * 30}.1", "is not a position in these results."),
            ("&".join(f"country=a{n}" for n in range(11)), "Country: Choose at most 10 values."),
        ],
    )
    def test_a_value_that_is_invalid_is_named_and_nothing_is_lost(self, client, more, message):
        response = client.get(f"/search/?q=lighthouse&decade=1990&{more}")
        assert response.status_code == 400
        text = unescape(response.content.decode())
        assert message in text
        assert 'value="lighthouse"' in text
        assert '<input type="hidden" name="decade" value="1990">' in text
        assert "Lighthouse meeting" not in text

    def test_an_invalid_value_can_be_removed(self, client):
        page = client.get("/search/?q=lighthouse&kind=foo").context["page"]
        assert [(one.label, one.address) for one in page.chosen] == [("foo", "?q=lighthouse")]

    def test_a_forged_position_has_an_end(self, client):
        assert found(client, f"/search/?q=lighthouse&after=4.{2**62}").results == []
        assert found(client, "/search/?q=lighthouse&after=0.5").total == MANY + 1


class TestNothingFound:
    def test_a_correction_is_offered(self, client):
        page = found(client, "/search/?q=lighthuose+meeting")
        assert page.total == 0
        assert page.corrected == "?q=lighthouse+meeting"
        text = html(client, "/search/?q=lighthuose+meeting")
        assert "<mark>lighthouse</mark> meeting</a>?" in text

    def test_a_correction_without_the_filters_is_offered_if_only_that_finds_something(self, client):
        page = found(client, "/search/?q=lighthuose&kind=visit")
        assert page.corrected == "?q=lighthouse"

    def test_fewer_words_are_offered_if_they_find_something(self, client):
        page = found(client, "/search/?q=lighthouse+qwertz&kind=event")
        assert page.others == [("lighthouse", "?q=lighthouse&kind=event")]
        assert found(client, "/search/?q=qwertz+yxcvb").others == []

    def test_an_unknown_filter_is_left_out_with_its_value(self, client):
        page = found(client, "/search/?q=country:qwertz+lighthouse")
        assert page.others == [("lighthouse", "?q=lighthouse")]
        # "country" alone would find countries.
        assert found(client, "/search/?q=country:qwertz").others == []

    def test_the_filters_can_be_left_out_if_that_finds_something(self, client):
        assert found(client, "/search/?q=lighthouse&kind=visit").unfiltered == "?q=lighthouse"
        assert found(client, "/search/?q=qwertz&kind=visit").unfiltered == ""

    def test_a_pair_without_records_is_offered(self, client):
        assert '<a href="/relations/brazil-norway/">Brazil–Norway</a>' in html(
            client, "/search/?q=norway+brazil"
        )
        assert found(client, "/search/?q=norway+qwertz").pair is None


class TestWhatReadersMayNotSee:
    @pytest.mark.parametrize("query", [SECRET, f"{SECRET[:5]}*", f'"{SECRET}"', f"-oil {SECRET}"])
    def test_no_hidden_row_is_found_or_counted(self, client, query):
        page = client.get("/search/", {"q": query}).context["page"]
        assert (page.results, page.total, page.facets, page.others) == ([], 0, [], [])

    def test_no_hidden_figure_is_counted_with_its_indicator(self, client):
        page = found(client, "/search/?q=lamp+oil")
        assert [(one.kind, one.title) for one in page.results] == [("indicator", "Lamp oil")]
        assert page.total == 1

    def test_no_hidden_word_is_offered_as_a_correction(self, client):
        page = found(client, f"/search/?q={SECRET[:-1]}e")
        assert (page.correction, page.others, page.total) == (None, [], 0)

    def test_no_hidden_row_is_in_a_file(self, client):
        for facet in ("topic=trade", f"pair={PAIR}", *(f"kind={kind}" for kind in Kind.values)):
            assert SECRET not in client.get(f"/search.json?{facet}").getvalue().decode().lower()

    def test_the_language_of_a_hidden_source_is_no_value(self, client):
        page = found(client, "/search/?kind=source")
        languages = next(one for one in page.facets if one.name == "language")
        assert "Swahili" not in [one.label for one in (*languages.shown, *languages.folded)]


class TestServing:
    def test_a_page_is_served_from_memory(self, client, settings):
        settings.PAGES_KEPT = 2000
        reader = Client()
        address = "/search/?q=lighthouse&kind=event&order=date"
        first = reader.get(address)
        with CaptureQueriesContext(connection) as queries:
            second = reader.get(address)
        assert second.content == first.content
        assert len(queries) == 1

    def test_head_has_no_body(self, client):
        response = client.head("/search/?q=lighthouse")
        assert (response.status_code, response.content) == (200, b"")

    def test_nothing_can_be_posted(self, client):
        assert client.post("/search/", {"q": "lighthouse"}).status_code == 405


@pytest.mark.parametrize(
    "text", ["hungary kazakhstan", "Казахстан и Венгрия", "relations of Kazakhstan with Hungary"]
)
def test_unsaved_pair_of_two_countries_is_linked(client, text):
    page = client.get("/search/", {"q": text}).content.decode()
    assert page.count('<a href="/relations/hungary-kazakhstan/">Hungary–Kazakhstan</a>') == 1
    assert "Check the spelling" not in page


@pytest.mark.parametrize(
    "text",
    ["hungary kazakhstan oil", "hungary hungary", "hungary -kazakhstan", "azerbaijan kazakhstan"],
)
def test_no_other_query_links_an_unsaved_pair(client, text):
    assert "Pair of countries:" not in client.get("/search/", {"q": text}).content.decode()
