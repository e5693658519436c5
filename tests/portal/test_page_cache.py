"""The page cache, keyed by the versions of what pages show: shared by all readers and workers."""

import json
from datetime import date
from threading import Thread

import pytest
from django.contrib import admin
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection, transaction
from django.http import QueryDict
from django.test import Client

from core.admin import DeskAdmin
from core.models import EVERYTHING, PageVersion
from portal.page_cache import CachedPage, ReadQuery, release
from relations.decisions import decide
from relations.merging import merge
from relations.models import Disagreement, Event, Organization, Relation
from relations.takedown import take_down
from sources.models import Source
from sources.texts import attach
from tests.factories import (
    CitationFactory,
    EventFactory,
    FigureFactory,
    SourceFactory,
    UserFactory,
)
from tests.steps import publish, withdraw
from trade.models import Figure

pytestmark = pytest.mark.django_db
PAIR = "/relations/azerbaijan-kazakhstan/"


@pytest.fixture
def reader(page_cache):
    return Client()


def version(*scopes):
    return PageVersion.objects.current(scopes or [EVERYTHING])


class TestVersions:
    def test_each_step_changes_the_version_of_its_scopes_only(self):
        before = {scope: version(scope) for scope in ("pair:a-b", "pair:a-c", "many")}
        with transaction.atomic():
            PageVersion.objects.step({"pair:a-b", "many"})
        assert version("pair:a-b") != before["pair:a-b"]
        assert version("many") != before["many"]
        assert version("pair:a-c") == before["pair:a-c"]
        assert version("pair:a-c", "many") != version("pair:a-c")

    def test_each_step_changes_the_version_of_pages_that_show_everything(self):
        before = version()
        with transaction.atomic():
            PageVersion.objects.step()
        assert version() != before

    def test_all_pages_can_be_renewed(self):
        before = version("pair:a-b")
        call_command("renew_pages")
        assert version("pair:a-b") != before

    def test_a_scope_keeps_one_row_however_often_it_changes(self):
        seen = set()
        for _number in range(25):
            with transaction.atomic():
                PageVersion.objects.step({"pair:a-b"})
            seen.add(version("pair:a-b"))
        assert len(seen) == 25
        assert PageVersion.objects.filter(scope="pair:a-b").count() == 1

    def test_thousands_of_scopes_change_at_once(self):
        scopes = {f"pair:{number}" for number in range(2500)}
        for _time in range(2):
            with transaction.atomic():
                PageVersion.objects.step(scopes)
        assert PageVersion.objects.filter(scope__in=scopes).count() == 2500

    def test_a_step_that_is_rolled_back_does_not_count(self):
        before = version()
        with transaction.atomic():
            PageVersion.objects.step()
            transaction.set_rollback(True)
        assert version() == before

    @pytest.mark.django_db(transaction=True)
    def test_a_step_needs_a_transaction(self):
        with pytest.raises(transaction.TransactionManagementError):
            PageVersion.objects.step()

    @pytest.mark.django_db(transaction=True)
    @pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
    def test_concurrent_steps_neither_block_nor_get_lost(self):
        before = version()

        def other():
            with transaction.atomic():
                PageVersion.objects.step()
            connection.close()

        with transaction.atomic():
            PageVersion.objects.step()
            thread = Thread(target=other)
            thread.start()
            thread.join(10)
            assert not thread.is_alive()
            # The step of the other is visible; both are after the commit.
            both = version()
            assert both != before
        assert version() == both
        assert PageVersion.objects.filter(scope=EVERYTHING).count() == 2
        with transaction.atomic():
            PageVersion.objects.step()
        assert PageVersion.objects.filter(scope=EVERYTHING).count() == 1


def test_pages_are_kept_for_a_day():
    assert caches["pages"].default_timeout == 24 * 3600


CHANGES = {
    "publishing a record": lambda: publish(CitationFactory(record=EventFactory()).record.event),
    "withdrawing a record": lambda: withdraw(EventFactory(published=True)),
    "publishing figures": lambda: publish(Figure.objects.filter(pk=FigureFactory().pk)),
    "withdrawing figures": lambda: withdraw(Figure.objects.filter(pk=FigureFactory().pk)),
    "publishing a queryset": lambda: publish(
        Event.objects.filter(pk=CitationFactory(record=EventFactory()).record_id)
    ),
    "attaching a text": lambda: attach(SourceFactory(), b"words"),
    "taking a source down": lambda: take_down(SourceFactory()),
    "merging two organizations": lambda: merge(
        Organization.objects.create(name="One", slug="one", kind="company"),
        Organization.objects.create(name="Two", slug="two", kind="company"),
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_visible_change_changes_the_version(change):
    before = version()
    CHANGES[change]()
    assert version() != before


def test_deciding_a_disagreement_changes_the_version(base):
    row = Disagreement.objects.undecided().first()
    before = version()
    decide(row, row.members[0]["id"], "It is newer.")
    assert version() != before


def test_finding_disagreements_changes_the_version(base):
    Disagreement.objects.update(present=False)
    before = version()
    call_command("find_disagreements", verbosity=0)
    assert version() != before


def test_loading_fixtures_changes_the_version_only_for_new_rows(tmp_path):
    fields = {"slug": "src", "title": "Source", "kind": "news", "date": "2024"}
    (tmp_path / "sources.json").write_text(
        json.dumps([{"model": "sources.source", "fields": fields}])
    )
    before = version()
    call_command("load_fixtures", tmp_path, verbosity=0)
    after = version()
    assert Source.objects.get().slug == "src"
    assert after != before
    call_command("load_fixtures", tmp_path, verbosity=0)
    assert version() == after


def test_saving_or_deleting_at_the_desk_changes_the_version(admin_client):
    source = SourceFactory(rights="public_domain")
    form = {"title": "Renamed", "kind": "news", "rights": "unknown"} | {
        f"{name}-{part}_FORMS": 0
        for name in ("passages", "synopsis")
        for part in ("TOTAL", "INITIAL")
    }
    before = version()
    admin_client.post(f"/admin/sources/source/{source.pk}/change/", form)
    renamed = version()
    assert Source.objects.get().title == "Renamed"
    assert renamed != before
    admin_client.post(f"/admin/sources/source/{source.pk}/delete/", {"post": "yes"})
    deleted = version()
    assert deleted != renamed
    other = SourceFactory()
    admin_client.post(
        "/admin/sources/source/",
        {"action": "delete_selected", "_selected_action": [other.pk], "post": "yes"},
    )
    assert not Source.objects.exists()
    assert version() != deleted


def test_every_admin_of_public_models_is_a_desk_admin():
    ours = {"core", "sources", "relations", "treaties", "trade"}
    for model, row in admin.site._registry.items():
        if model._meta.app_label in ours:
            assert isinstance(row, DeskAdmin), model


class TestPages:
    @pytest.mark.parametrize("path", [PAIR, f"{PAIR}cite.bib"])
    @pytest.mark.parametrize("coding", ["", "gzip"])
    def test_a_cached_page_is_identical_to_the_first(
        self, reader, base, django_assert_num_queries, path, coding
    ):
        first = reader.get(path, headers={"Accept-Encoding": coding})
        with django_assert_num_queries(1):
            again = reader.get(path, headers={"Accept-Encoding": coding})
        assert again.content == first.content
        assert first["Cache-Status"] == "relations; fwd=miss"
        assert again["Cache-Status"] == "relations; hit"
        del first["Cache-Status"], again["Cache-Status"]
        assert dict(again.items()) == dict(first.items())
        assert first["Cache-Control"] == "no-cache"
        assert {"ETag", "Content-Security-Policy", "X-Frame-Options"} <= set(first.headers)
        assert ("Content-Disposition" in again) is (path != PAIR)

    def test_a_change_renews_the_cached_page(self, reader, base):
        old = reader.get(PAIR)
        event = EventFactory(
            relation=Relation.objects.get(), title="A new thing", date="2026-01", published=False
        )
        CitationFactory(record=event)
        assert reader.get(PAIR).content == old.content
        publish(event)
        new = reader.get(PAIR)
        assert "A new thing" in new.content.decode()
        assert new["ETag"] != old["ETag"]

    def test_a_matching_etag_gives_304(self, reader, base, django_assert_num_queries):
        tag = reader.get(PAIR)["ETag"]
        with django_assert_num_queries(1):
            answer = reader.get(PAIR, headers={"If-None-Match": f'"other", {tag}'})
        assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", tag)
        assert reader.get(PAIR, headers={"If-None-Match": '"other"'}).status_code == 200
        assert reader.get(PAIR, headers={"If-None-Match": "*"}).status_code == 200
        assert reader.get(f"{PAIR}?", headers={"If-None-Match": "W/x\0"}).status_code == 200

    def test_a_matching_weak_etag_gives_304(self, reader, base):
        tag = reader.get(PAIR)["ETag"]
        assert reader.get(PAIR, headers={"If-None-Match": f"W/{tag}"}).status_code == 304

    @pytest.mark.parametrize(
        ("path", "status"),
        [("/nowhere/", 404), ("/relations/kazakhstan-azerbaijan/", 301), ("/", 200)],
    )
    def test_the_etag_of_another_address_does_not_match(self, reader, base, path, status):
        tag = reader.get(PAIR)["ETag"]
        assert reader.get(path, headers={"If-None-Match": tag}).status_code == status

    def test_an_unknown_host_is_a_400(self, reader, base):
        tag = reader.get(PAIR)["ETag"]
        answer = reader.get(PAIR, headers={"If-None-Match": tag, "Host": "evil.example"})
        assert answer.status_code == 400

    def test_changing_a_style_sheet_changes_the_release(self, settings, tmp_path):
        (tmp_path / "static").mkdir()
        (tmp_path / "static" / "site.css").write_text("a { color: red }")
        settings.BASE_DIR, settings.MADE_OF = tmp_path, ("static",)
        before = release.__wrapped__()
        assert release.__wrapped__() == before
        (tmp_path / "static" / "site.css").write_text("a { color: blue }")
        assert release.__wrapped__() != before

    def test_files_have_an_etag_but_are_not_cached(self, reader, base):
        tag = reader.get("/treaties.csv")["ETag"]
        assert reader.get("/treaties.csv", headers={"If-None-Match": tag}).status_code == 304
        assert b"".join(reader.get("/treaties.csv")).startswith(b"id,")

    def test_a_new_day_renews_the_cached_page(self, reader, base, monkeypatch):
        tag = reader.get(PAIR)["ETag"]
        monkeypatch.setattr("portal.page_cache.today", lambda: date(2031, 1, 1))
        assert reader.get(PAIR)["ETag"] != tag

    def test_compressed_and_uncompressed_pages_are_cached_separately(self, reader, base):
        plain = reader.get(PAIR)
        packed = reader.get(PAIR, headers={"Accept-Encoding": "gzip"})
        again = reader.get(PAIR, headers={"Accept-Encoding": "gzip"})
        assert packed["Content-Encoding"] == again["Content-Encoding"] == "gzip"
        assert packed.content == again.content
        assert "Content-Encoding" not in reader.get(PAIR)
        assert packed["ETag"] != plain["ETag"]

    def test_head_does_not_cache_an_empty_body(self, reader, base):
        tag = reader.head(PAIR)["ETag"]
        assert reader.get(PAIR)["ETag"] == tag
        assert len(reader.get(PAIR).content) > 1000

    @pytest.mark.parametrize("path", ["/nowhere/", "/relations/kazakhstan-azerbaijan/", "/healthz"])
    def test_errors_redirects_and_health_checks_are_not_cached(self, reader, base, path):
        assert "ETag" not in reader.get(path)

    def test_a_page_with_a_token_is_not_cached(self, reader, base):
        event = Event.objects.published().first()
        first = reader.get(f"/report/{event.slug}/")
        second = Client().get(f"/report/{event.slug}/")
        assert "ETag" not in first
        assert first.content != second.content

    def test_signed_in_users_bypass_the_cache(self, reader, base):
        reader.get(PAIR)
        colleague = Client()
        colleague.force_login(UserFactory(), backend="django.contrib.auth.backends.ModelBackend")
        assert "ETag" not in colleague.get(PAIR)
        assert "ETag" not in colleague.get("/admin/")

    def test_a_page_rendered_during_a_publication_is_not_cached_for_later(
        self, reader, base, monkeypatch
    ):
        """The version is read before the rows; here the change happens in between."""
        event = EventFactory(relation=Relation.objects.get(), title="In between", date="2026-01")
        CitationFactory(record=event)
        current = type(PageVersion.objects.all()).current

        def publish_after(rows, scopes):
            found = current(rows, scopes)
            monkeypatch.undo()
            publish(event)
            return found

        monkeypatch.setattr(type(PageVersion.objects.all()), "current", publish_after)
        during = reader.get(PAIR)
        assert "In between" in during.content.decode()
        after = reader.get(PAIR)
        assert after["ETag"] != during["ETag"]


class TestQueries:
    """A page is cached for each value of the parameters that it knows, and for no others."""

    @pytest.mark.parametrize(
        "path",
        [
            "/people/?page=1",
            "/people/?q=ali",
            "/visits/?rank=&year_from=1990",
            f"{PAIR}?on=2001-01-01",
            f"{PAIR}timeline/?order=oldest&kind=visit&person=",
            f"{PAIR}timeline/?zoom=1990-2000",
            f"{PAIR}pictures/",
        ],
    )
    def test_known_parameters_are_cached(self, reader, base, django_assert_num_queries, path):
        first = reader.get(path)
        assert first.status_code == 200
        with django_assert_num_queries(1):
            assert reader.get(path).content == first.content

    @pytest.mark.parametrize("path", ["/", "/people/", "/sources/", "/countries/kazakhstan/", PAIR])
    def test_unknown_parameters_are_not_cached(self, reader, base, path, monkeypatch):
        cached = []
        monkeypatch.setattr(CachedPage, "keep", lambda page, key: cached.append(key))
        reader.get(path)
        assert len(cached) == 1
        for number in range(3):
            answer = reader.get(f"{path}?x={number}")
            assert answer.status_code == 200
            assert reader.get(f"{path}?{number}&page=1").status_code == 200
        assert len(cached) == 1
        # Browsers still need not fetch it again.
        tag = answer["ETag"]
        assert reader.get(f"{path}?x=2", headers={"If-None-Match": tag}).status_code == 304

    def test_a_page_sees_its_whole_query(self):
        query = ReadQuery("a=1&a=2&b=%FF&c=")
        assert query == QueryDict("a=1&a=2&b=%FF&c=")
        assert query.urlencode() == QueryDict("a=1&a=2&b=%FF&c=").urlencode()
        assert not query.is_known()
        assert (query["a"], query.getlist("b"), query.get("c")) == ("2", ["\ufffd"], "")
        assert query.is_known()


class TestCapacity:
    def test_the_least_recently_used_page_is_evicted(self, reader, base, builds, monkeypatch):
        monkeypatch.setattr(caches["pages"], "_max_entries", 4)
        for path in ("/people/", "/visits/", "/people/", "/events/", "/sources/", "/people/"):
            reader.get(path)
        assert builds == ["/people/", "/visits/", "/events/", "/sources/"]
        reader.get("/visits/")
        assert builds[-1] == "/visits/"

    def test_a_page_that_is_too_large_is_not_cached(self, reader, base, builds, monkeypatch):
        monkeypatch.setattr("portal.page_cache.LARGEST", 1000)
        assert reader.get(PAIR).content == reader.get(PAIR).content
        assert builds == [PAIR, PAIR]

    def test_pages_are_stored_compressed_also_for_readers_who_get_them_as_they_are(
        self, reader, base
    ):
        page = reader.get(PAIR)
        (stored,) = caches["pages"]._cache.values()
        assert len(stored) < len(page.content) / 3
        assert reader.get(PAIR).content == page.content

    def test_a_disabled_cache_does_nothing(self, settings, base, client):
        settings.PAGES_KEPT = 0
        assert "ETag" not in client.get("/sources/")
        assert not caches["pages"]._cache
