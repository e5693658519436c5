"""Home page: pairs, and the state of the evidence. The style guide: while developing only."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.template.loader import render_to_string
from django.test import Client

from core.dates import today
from core.views import Pages
from portal import evidence
from relations.models import Disagreement, Record, Statistics
from sources.models import Passage
from tests.conftest import signed_in
from tests.factories import (
    CitationFactory,
    EventFactory,
    FigureFactory,
    PassageFactory,
    RelationFactory,
    UserFactory,
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


def test_newest_records_name_their_pair_and_anniversaries_cover_a_year(client):
    pair, day = RelationFactory(), today()
    far = date(day.year - 9, 1, 1) + (day + timedelta(days=300) - date(day.year, 1, 1))
    event = EventFactory(
        relation=pair, event_type="establishment", date=far.isoformat(), published=True
    )
    page = plain(client.get("/"))
    assert f"diplomatic relations established {event.title} {pair}" in page
    ((found),) = client.get("/").context["anniversaries"]
    assert (found.event, found.day > day) == (event, True)


def test_recently_added_records_and_pairs_show_the_day(client):
    event = EventFactory(date="1992-08-27", published=True)
    Record.objects.filter(pk=event.pk).update(published_at=datetime(2026, 3, 4, 12, tzinfo=UTC))
    Statistics.objects.filter(relation=event.relation).update(
        newest=datetime(2026, 3, 4, tzinfo=UTC)
    )
    page = plain(client.get("/"))
    assert "Recently added 27 August 1992" in page
    assert f"{event.relation} · added on 4 March 2026" in page
    assert f"Recently updated pairs {event.relation} 4 March 2026" in page


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


def test_pairs_are_ranked_by_size_and_by_recency(client):
    many, new = (RelationFactory() for _number in range(2))
    for pair, count in ((many, 2), (new, 1)):
        for _number in range(count):
            EventFactory(relation=pair, published=True)
    context = client.get("/").context
    assert list(context["relations"]) == [many, new]
    assert list(context["latest_pairs"]) == [new, many]


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
    shared = ("_citations", "_disagreement", "_footnotes", "_filters", "_pages")
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
