"""Home page: pairs, and the state of the evidence. The style guide: while developing only."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.template.loader import render_to_string
from django.test import Client
from lxml import html

from core.dates import today
from core.views import Pages
from portal import evidence
from portal.additions import additions
from portal.worked_example import worked_example
from relations.models import Disagreement, Record
from sources.models import Passage
from tests.conftest import signed_in
from tests.factories import (
    CitationFactory,
    EventFactory,
    FigureFactory,
    PassageFactory,
    RelationFactory,
    SourceFactory,
    UserFactory,
    VisitFactory,
)
from tests.portal.test_pages import plain
from tests.steps import publish

pytestmark = pytest.mark.django_db


def test_the_state_of_the_evidence_counts_only_public_rows():
    one, other, _draft = EventFactory(), EventFactory(), EventFactory()
    for record, count in ((one, 1), (other, 2)):
        for _number in range(count):
            CitationFactory(record=record)
        publish(record)
    FigureFactory()
    FigureFactory(published=True)
    matching, failing = PassageFactory(public=True), PassageFactory(public=True)
    Passage.objects.filter(pk=matching.pk).update(anchoring="matches")
    Passage.objects.filter(pk=failing.pk).update(anchoring="mismatch")
    Disagreement.objects.create(key="a", rule="rival_dates", title="A", present=True)
    Disagreement.objects.create(key="b", rule="rival_dates", title="B", present=False)
    found = evidence.state()
    assert (found.records, found.figures, found.citations) == (2, 1, 3)
    assert (found.share_cited, found.share_twice) == (100, 50)
    assert (found.disagreements, found.undecided) == (1, 1)
    assert (found.compared, found.mismatching) == (2, 1)


def test_an_empty_database_has_no_shares(client, django_assert_max_num_queries):
    assert evidence.state().share_cited is None
    with django_assert_max_num_queries(20):
        assert "None recorded yet." in plain(client.get("/"))


def test_the_start_page_uses_thousands_separators(client, monkeypatch):
    state = evidence.state()
    values = {name: getattr(state, name) for name in state.__slots__} | {"records": 1234567}
    monkeypatch.setattr(evidence, "state", lambda: evidence.State(**values))
    assert "Published records 1,234,567" in plain(client.get("/"))


def test_anniversaries_cover_a_year(client):
    day = today()
    far = date(day.year - 9, 1, 1) + (day + timedelta(days=300) - date(day.year, 1, 1))
    event = EventFactory(event_type="establishment", date=far.isoformat(), published=True)
    ((found,),) = [client.get("/").context["anniversaries"]]
    assert (found.event, found.day > day) == (event, True)


class TestAdditions:
    @staticmethod
    def listed(factory, number: int, source, **values) -> list:
        """Published records that one source gives."""
        rows = [factory(**values) for _number in range(number)]
        for row in rows:
            CitationFactory(record=row, source=source)
        for row in rows:
            publish(row)
        return rows

    @staticmethod
    def shown_on(day: int, rows) -> None:
        times = {"published_at": datetime(2026, 3, day, 12, tzinfo=UTC)}
        Record.objects.filter(pk__in=[row.pk for row in rows]).update(**times)

    def test_a_data_set_is_one_line_whatever_its_pairs(self, client):
        data_set = SourceFactory(kind="data_set", title="All visits")
        rows = self.listed(VisitFactory, 5, data_set)
        self.shown_on(4, rows)
        (group,) = additions()
        assert (group.count, group.noun, group.data_set) == (5, "visits", data_set)
        assert (len(group.pairs), len(group.named), group.unnamed) == (5, 3, True)
        page = plain(client.get("/"))
        assert "4 March 2026 5 visits from All visits among them" in page
        assert f'href="/visits/?source={data_set.slug}"' in client.get("/").content.decode()

    def test_records_from_other_sources_are_one_line_for_each_pair_and_day(self, client):
        pair = RelationFactory()
        rows = [
            *self.listed(EventFactory, 2, SourceFactory(kind="news"), relation=pair),
            *self.listed(EventFactory, 1, SourceFactory(kind="news"), relation=pair),
        ]
        other = self.listed(EventFactory, 1, SourceFactory(kind="news"), relation=pair)
        self.shown_on(4, rows)
        self.shown_on(3, other)
        words = f"4 March 2026 3 events from 2 sources {pair} 3 March 2026 1 event from 1 source"
        assert f"Recently added {words} {pair}" in plain(client.get("/"))

    def test_a_long_list_is_counted_and_leaves_room_for_other_kinds(self, monkeypatch):
        monkeypatch.setattr("portal.additions.CONSIDERED", 2)
        data_set = SourceFactory(kind="data_set")
        events = self.listed(EventFactory, 1, SourceFactory(kind="news"))
        visits = self.listed(VisitFactory, 4, data_set)
        self.shown_on(4, visits)
        self.shown_on(3, events)
        assert [(one.noun, one.count, one.at_least) for one in additions()] == [
            ("visits", 4, False),
            ("event", 1, False),
        ]
        monkeypatch.setattr("portal.additions.COUNTED", 3)
        assert (additions()[0].count, additions()[0].at_least) == (3, True)

    def test_drafts_are_not_additions(self):
        EventFactory()
        assert additions() == []


class TestWorkedExample:
    def test_it_is_the_oldest_disputed_record_of_the_best_supported_pair(self, client, base):
        example = client.get("/").context["example"]
        assert str(example.pair) == "Azerbaijan–Kazakhstan"
        assert example.record.slug == "diplomatic-relations-azerbaijan-kazakhstan"
        assert example.disagreement.title == "Diplomatic relations established: date"
        page = plain(client.get("/"))
        assert "A historic opportunity , paragraph 1, sentence 9" in page.replace(
            "opportunity,", "opportunity ,"
        )
        assert "30 August 1992" in page

    def test_without_a_disagreement_it_is_the_oldest_record_with_a_quotation(self, client):
        pair = RelationFactory()
        for year in ("2001", "1999", "1990"):
            event = EventFactory(relation=pair, date=year)
            quoted = {"passage": PassageFactory(public=True)} if year != "1990" else {}
            CitationFactory(record=event, **quoted)
            publish(event)
        example = worked_example()
        assert (str(example.record.date), example.disagreement, example.others) == ("1999", None, 0)

    def test_a_database_without_quotations_has_none(self, client):
        event = EventFactory(published=True)
        CitationFactory(record=event)
        assert worked_example() is None
        assert "an example" not in plain(client.get("/"))


def test_pages_explain_why_lists_and_timelines_count_differently(client):
    EventFactory(published=True)
    words = "A timeline counts differently: it shows the steps of treaties instead of the treaties"
    assert words in plain(client.get("/relations/"))
    assert "Only records of the pair itself are counted; its timeline also shows" in plain(
        client.get("/")
    )


def test_lists_use_thousands_separators(client, monkeypatch):
    monkeypatch.setattr(Pages, "count", 12345)
    page = plain(client.get("/events/"))
    assert "12,345 entries" in page
    assert "of 247 Go" in page


def test_pairs_are_ranked_by_size(client):
    many, new = (RelationFactory() for _number in range(2))
    for pair, count in ((many, 2), (new, 1)):
        for _number in range(count):
            EventFactory(relation=pair, published=True)
    assert list(client.get("/").context["relations"]) == [many, new]


class TestSections:
    def test_six_are_in_the_header_and_the_others_under_more(self, client):
        page = html.fromstring(client.get("/").content.decode())
        nav = page.xpath("//nav[@aria-label='Main']")[0]
        assert [link.text_content() for link in nav.xpath("./ul//a")] == [
            *("Pairs", "Treaties", "Visits", "Trade", "Organizations", "Countries"),
        ]
        assert [link.text_content() for link in nav.xpath("./details//a")] == [
            *("Events", "People", "Sources", "Disagreements", "Compare pairs", "Downloads"),
        ]

    @pytest.mark.parametrize(
        ("address", "current"),
        [
            ("/", []),
            ("/treaties/", [("Treaties", "page")]),
            ("/sources/", [("Sources", "page")]),
            ("/treaties/strategic-partnership-agreement-2005/", [("Treaties", "true")]),
            ("/trade/azerbaijan-kazakhstan/mirror/", [("Trade", "true")]),
            ("/changes/strategic-partnership-agreement-2005/", []),
            ("/search/?q=/treaties/", []),
        ],
    )
    def test_the_section_of_the_page_is_marked(self, client, base, address, current):
        page = html.fromstring(client.get(address).content.decode())
        links = page.xpath("//nav[@aria-label='Main']//a[@aria-current]")
        assert [(link.text_content(), link.get("aria-current")) for link in links] == current
        marked = page.xpath("//summary[@class='current']")
        assert bool(marked) is (address == "/sources/")


def test_developers_can_see_the_style_guide(client, settings):
    settings.DEBUG = True
    page = plain(client.get("/styleguide/"))
    for words in ("--kind-mission", "Where sources disagree", "A sample source", "1.2"):
        assert words in page, words


def test_the_style_guide_names_every_token_and_shows_the_shared_partials(client, settings):
    settings.DEBUG = True
    response = client.get("/styleguide/")
    page, tokens = plain(response), settings.BASE_DIR / "static" / "css" / "tokens.css"
    names = re.findall(r"^ +(--[\w-]+):", tokens.read_text(), re.MULTILINE)
    assert len(names) > 40
    assert [name for name in names if not re.search(rf"{name}(?![\w-])", page)] == []
    used = {template.name for template in response.templates}
    shared = ("_citations", "_disagreements", "_footnotes", "_filters", "_pages")
    drawn = ("portal/_overview.html", "charts/_lanes.svg", "trade/_spark.html")
    assert {*(f"{name}.html" for name in shared), *drawn} <= used


def test_readers_cannot_see_the_style_guide(client):
    assert client.get("/styleguide/").status_code == 404


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "429", "500"])
def test_error_pages_render_without_a_request_in_the_site_design(name):
    text = render_to_string(f"{name}.html")
    assert 'href="/static/css/site.css"' in text
    assert text.count("<h1>") == 1


class TestWithoutTheManifestOfStaticFiles:
    """The files have not been collected: no page can be rendered, but each error still has one."""

    @pytest.fixture
    def broken(self, settings, tmp_path):
        settings.STATIC_ROOT, settings.DEBUG = tmp_path, False
        backend = "whitenoise.storage.CompressedManifestStaticFilesStorage"
        settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": backend}}
        return Client(raise_request_exception=False, enforce_csrf_checks=True)

    @pytest.mark.parametrize("address", ["/", "/relations/", "/admin/login/"])
    def test_a_page_answers_500_with_the_error_page(self, broken, address, db):
        response = broken.get(address)
        assert response.status_code == 500
        assert "<h1>Something went wrong</h1>" in response.content.decode()

    def test_a_missing_page_answers_404(self, broken, db):
        response = broken.get("/visits/no-such-visit/")
        assert response.status_code == 404
        assert "<h1>Page not found</h1>" in response.content.decode()

    def test_an_invalid_request_answers_400(self, broken, db):
        response = broken.get("/", headers={"host": "other.example"})
        assert response.status_code == 400
        assert "<h1>The request is not valid</h1>" in response.content.decode()

    def test_a_form_without_its_token_answers_403(self, broken, db):
        response = broken.post("/admin/login/", {"username": "a", "password": "b"})
        assert response.status_code == 403
        assert "<h1>The form has expired</h1>" in response.content.decode()

    def test_what_an_account_may_not_do_answers_403(self, broken, db):
        broken = signed_in(UserFactory(role="Editor"))
        broken.raise_request_exception = False
        response = broken.get("/admin/import/")
        assert response.status_code == 403
        assert "not allowed to do this" in response.content.decode()

    def test_a_lock_out_answers_429(self, broken, db, settings):
        settings.AXES_ENABLED, settings.AXES_FAILURE_LIMIT = True, 1
        broken = Client(raise_request_exception=False)
        response = broken.post("/admin/login/", {"username": "a", "password": "b"})
        assert response.status_code == 429
        assert "<h1>Locked out</h1>" in response.content.decode()
