"""No cached page is ever outdated, whatever happens, and a change leaves other pages cached."""

import random
import socket
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations, count
from threading import Semaphore

import pytest
from django.core.cache import caches
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory

from core.caches import RedisCache
from core.changes import rows_changed
from core.models import PageVersion
from portal import page_cache as module
from portal.forms import may_report
from portal.page_cache import PageCache
from relations import publication
from relations.models import Country, Event, Organization, Person, Record
from relations.models.relation import pair_slug
from sources.models import Source
from tests.conftest import FULL
from tests.factories import (
    CitationFactory,
    CountryFactory,
    EventFactory,
    FigureFactory,
    MembershipFactory,
    MissionFactory,
    ParticipationFactory,
    PersonFactory,
    RelationFactory,
    SuccessionFactory,
    TreatyActionFactory,
    TreatyFactory,
    TreatyLinkFactory,
    VisitFactory,
)
from tests.histories import History
from tests.steps import publish
from trade.models import Figure
from treaties.models import Treaty

pytestmark = pytest.mark.django_db
SEEDS, STEPS, COMPARED = (range(3), 40, 10) if FULL else (range(1), 20, 8)

OF_PAIR = (
    "/relations/{0}/", "/relations/{0}.jsonld", "/relations/{0}.atom",
    "/relations/{0}/calendar.ics", "/relations/{0}/cite.bib", "/relations/{0}/timeline/",
    "/relations/{0}/timeline/?order=oldest&kind=event",
    "/relations/{0}/pictures/", "/relations/{0}/?on=2012-01-01", "/trade/{0}/",
    "/trade/{0}/mirror/", "/embed/relations/{0}/timeline/",
    "/api/v1/relations/{0}/", "/api/v1/relations/{0}/timeline/",
    "/api/v1/relations/{0}/in-force/", "/api/v1/relations/{0}/mirror/",
)  # fmt: skip
OF_COUNTRY = (
    "/countries/{0}/", "/countries/{0}.json", "/countries/{0}.atom", "/countries/{0}/partners/",
    "/countries/{0}/map/", "/trade/partners/{0}/",
)  # fmt: skip
OF_ALL = (
    "/", "/feed.atom", "/relations/", "/treaties/", "/visits/", "/events/", "/missions/", "/trade/",
    "/countries/", "/organizations/", "/people/", "/sources/", "/disagreements/", "/search/?q=land",
    "/api/v1/events/", "/api/v1/changes/", "/sitemap.xml", "/compare/",
)  # fmt: skip


def addresses(countries: list[Country]) -> list[str]:
    """The pages and files of all pairs of these countries, and of everything else."""
    slugs = [country.slug for country in countries]
    pairs = [pair_slug(*two) for two in combinations(countries, 2)]
    found = [*OF_ALL, *(form.format(slug) for form in OF_COUNTRY for slug in slugs)]
    found += [form.format(slug) for form in OF_PAIR for slug in pairs]
    records = Record.objects.exclude(kind="action")
    for rows in (records, Figure.objects, Person.objects, Organization.objects, Source.objects):
        for row in rows.all():
            page = row.get_absolute_url()
            found += [page, f"{page.rstrip('/')}.json"]
    found += [f"/changes/{slug}/" for slug in records.values_list("slug", flat=True)]
    treaties = Record.objects.filter(kind="treaty").values_list("slug", flat=True)
    return [*found, *(f"/embed/treaties/{slug}/" for slug in treaties)]


# What the cache leaves alone.
NOT_CACHED = {"Authorization": "Basic"}


def answer(client: Client, address: str, headers: dict | None = None) -> tuple:
    response = client.get(address, headers=headers)
    return response.status_code, response.getvalue()


@pytest.mark.parametrize("seed", SEEDS)
def test_cached_pages_equal_fresh_ones_through_a_random_history(seed, admin_user, any_page_cache):
    history, workers = History(seed, admin_user, countries=4), [Client(), Client()]
    compared, choose, asked = Counter(), random.Random(seed), []
    for _number in range(STEPS):
        history.step()
        # Most of them again, since only those may be cached.
        asked += choose.sample(all_of_them := addresses(history.countries), COMPARED // 4 + 1)
        for address in {*asked[-1:], *choose.choices(asked, k=COMPARED)}:
            fresh = answer(workers[0], address, NOT_CACHED)
            # The first may get a page that it has cached before, the second what the first has.
            for worker in workers:
                assert answer(worker, address) == fresh, (address, history.done[-5:])
            compared[fresh[0]] += 1
    assert len(all_of_them) > 150
    assert compared[200] > 0.7 * compared.total()


def an_event(pair):
    return CitationFactory(record=EventFactory(relation=pair)).record.event


def a_visit_of_a_new_person(pair):
    visit = CitationFactory(record=VisitFactory(relation=pair)).record.visit
    ParticipationFactory(record=visit, person=PersonFactory())
    return visit


def a_treaty_with_a_step(pair):
    treaty = TreatyFactory(relation=pair)
    CitationFactory(record=treaty)
    step = TreatyActionFactory(treaty=treaty, action_type="signature", date="2001")
    CitationFactory(record=step)
    return treaty


def a_mission(pair):
    mission = MissionFactory(relation=pair, sender=pair.country_a, host=pair.country_b)
    return CitationFactory(record=mission).record.mission


def figures(pair):
    row = FigureFactory(from_country=pair.country_a, to_country=pair.country_b)
    return Figure.objects.filter(pk=row.pk)


@pytest.fixture
def pairs():
    """Two pairs of different countries, each with an event and a figure."""
    countries = [CountryFactory() for _number in range(4)]
    found = [
        RelationFactory(country_a=one, country_b=other)
        for one, other in (countries[:2], countries[2:])
    ]
    rows_changed(*countries, *found)
    for pair in found:
        publish(an_event(pair))
        publish(figures(pair))
    return found


def pages_about(pair) -> list[str]:
    """The pages of a pair, its countries, records and figures that may be cached."""
    countries = [pair.country_a, pair.country_b]
    of_rows = [*Event.objects.filter(relation=pair), *Figure.objects.between(*countries)]
    found = [form.format(pair.slug) for form in OF_PAIR]
    found += [form.format(country.slug) for form in OF_COUNTRY for country in countries]
    return [*found, *(row.get_absolute_url() for row in of_rows)]


@pytest.mark.parametrize(
    "make", [an_event, a_visit_of_a_new_person, a_treaty_with_a_step, a_mission, figures]
)
def test_a_publication_leaves_the_pages_of_other_pairs_cached(
    make, pairs, page_cache, builds, client
):
    changing, other = pairs
    for page in (*pages_about(changing), *pages_about(other)):
        assert client.get(page).status_code == 200
    builds.clear()
    publish(make(changing))
    for page in pages_about(other):
        client.get(page)
    assert builds == []
    for page in pages_about(changing):
        client.get(page)
    assert {f"/relations/{changing.slug}/", f"/trade/{changing.slug}/"} <= {*builds}


def test_a_draft_leaves_all_pages_of_pairs_cached(pairs, page_cache, builds, client):
    pages = pages_about(pairs[0])
    for page in pages:
        client.get(page)
    builds.clear()
    draft = an_event(pairs[0])
    rows_changed(draft, *draft.citations.all(), *Source.objects.filter(published_at=None))
    for page in pages:
        client.get(page)
    assert builds == []


def test_a_renamed_country_changes_every_page_of_a_pair(pairs, page_cache, builds, client):
    for pair in pairs:
        client.get(f"/relations/{pair.slug}/")
    country = pairs[0].country_a
    country.name_en = "Ruritania"
    country.save()
    rows_changed(country)
    builds.clear()
    pages = [client.get(f"/relations/{pair.slug}/").content.decode() for pair in pairs]
    assert ["Ruritania" in page for page in pages] == [True, False]
    assert len(builds) == 2


def test_what_a_predecessor_has_is_named_on_the_page_of_its_successor(page_cache, client):
    before, after, other = (CountryFactory() for _number in range(3))
    SuccessionFactory(predecessor=before, successor=after, date="1991")
    earlier = RelationFactory(country_a=before, country_b=other)
    rows_changed(before, after, other)
    page = f"/relations/{pair_slug(after, other)}/"
    shown = []
    for change in (lambda: None, lambda: publish(an_event(earlier))):
        change()
        shown.append(f"/relations/{earlier.slug}/" in client.get(page).content.decode())
    assert shown == [False, True]


def test_a_figure_changes_the_ranks_of_other_partners(pairs, page_cache, builds, client):
    pair, other = pairs
    page = f"/trade/{pair.slug}/"
    client.get(page)
    builds.clear()
    row = FigureFactory(from_country=pair.country_a, to_country=other.country_a)
    publish(Figure.objects.filter(pk=row.pk))
    client.get(page)
    client.get(f"/relations/{pair.slug}/")
    assert page in builds


def test_a_record_of_many_countries_changes_the_pages_of_all_pairs(
    pairs, page_cache, builds, client
):
    pages = [f"/relations/{pair.slug}/" for pair in pairs]
    for page in pages:
        client.get(page)
    builds.clear()
    membership = MembershipFactory(member=pairs[0].country_a)
    CitationFactory(record=membership)
    publish(membership)
    for page in pages:
        client.get(page)
    assert builds == pages


def test_a_link_between_treaties_of_two_pairs_changes_both_pages(
    pairs, page_cache, client, admin_user
):
    treaty, target = map(a_treaty_with_a_step, pairs)
    for row in (treaty, target):
        publish(row)
    page = target.get_absolute_url()
    shown = [treaty.title in client.get(page).content.decode()]
    link = TreatyLinkFactory(treaty=treaty, target=target, link_type="amends")
    for change in (link.save, link.delete):
        change()
        publication.revise(Treaty.objects.with_actions().get(pk=treaty.pk), admin_user)
        shown.append(treaty.title in client.get(page).content.decode())
    assert shown == [False, True, False]


class TestBuiltOnce:
    """A page is built once for all readers who want it at the same time."""

    READERS = 100

    @pytest.fixture
    def building(self, monkeypatch):
        """The building of a page, which does not end before all other readers wait for it."""
        waiting = Semaphore(0)
        wait = module._waited_for

        def waited_for(key, lock):
            waiting.release()
            return wait(key, lock)

        monkeypatch.setattr(module, "_waited_for", waited_for)
        return waiting

    def ask(self, render, readers=READERS):
        """The answers to readers who request a page at once, which `render` builds."""
        cache = PageCache(render)

        def read(_number):
            try:
                return cache(RequestFactory().get("/relations/a-b/"))
            finally:
                connection.close()

        with ThreadPoolExecutor(readers) as pool:
            return list(pool.map(read, range(readers)))

    @pytest.fixture
    def versions(self, monkeypatch):
        """Versions from memory: a database has fewer connections than there are readers."""
        current = type(PageVersion.objects.all())
        monkeypatch.setattr(current, "current", lambda rows, scopes: " ".join(scopes))

    def test_a_hundred_readers_cost_one_build(self, any_page_cache, versions, building):
        built = []

        def render(request):
            for _reader in range(self.READERS - 1):
                assert building.acquire(timeout=20)
            built.append(request.path)
            return HttpResponse("The page")

        answers = self.ask(render)
        assert [answer.content for answer in answers] == [b"The page"] * self.READERS
        assert built == ["/relations/a-b/"]

    def test_readers_of_a_page_that_is_not_cached_each_get_their_own(
        self, any_page_cache, versions, building
    ):
        numbers = count()

        def render(request):
            response = HttpResponse(f"{next(numbers)}")
            response["Cache-Control"] = "no-store"
            return response

        answers = self.ask(render, readers=5)
        assert sorted(answer.content for answer in answers) == [b"0", b"1", b"2", b"3", b"4"]

    def test_an_error_leaves_the_page_to_the_next_reader(self, any_page_cache, versions):
        def fail(request):
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            self.ask(fail, readers=1)
        (answer,) = self.ask(lambda request: HttpResponse("The page"), readers=1)
        assert answer.content == b"The page"


class TestWithoutRedis:
    """While Redis is down, pages are built and requests counted as if nothing was cached."""

    @pytest.fixture(autouse=True)
    def redis_is_down(self, settings, monkeypatch):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            url = f"redis://127.0.0.1:{free.getsockname()[1]}"
        down = {"BACKEND": "core.caches.RedisCache", "LOCATION": url}
        settings.CACHES = {"default": down, "pages": down}
        settings.PAGES_KEPT, settings.API_RATE = 2000, 5
        monkeypatch.setattr(RedisCache, "down_until", 0.0)

    def test_pages_are_built_each_time(self, base, client, builds):
        page = "/relations/azerbaijan-kazakhstan/"
        first, second = client.get(page), client.get(page)
        assert first.status_code == second.status_code == 200
        assert first.content == second.content
        assert builds == [page, page]
        assert client.get(page, headers={"If-None-Match": first["ETag"]}).status_code == 304

    def test_the_api_answers_without_a_limit(self, base, client):
        left = {client.get("/api/v1/topics/")["RateLimit-Remaining"] for _turn in range(8)}
        assert left == {"4"}

    def test_an_error_can_be_reported(self):
        assert may_report("192.0.2.1")

    def test_redis_is_left_alone_for_a_pause_and_then_asked_again(self, monkeypatch, caplog):
        for down_until, asked in ((0.0, 1), (time.monotonic() + 1000, 1), (0.0, 2)):
            monkeypatch.setattr(RedisCache, "down_until", down_until)
            assert caches["pages"].get("page") is None
            assert len(caplog.records) == asked
        assert RedisCache.down_until > time.monotonic()


@pytest.mark.parametrize("any_page_cache", ["redis"], indirect=True)
def test_a_page_that_cannot_be_read_is_built_again(base, any_page_cache, client, builds):
    page = "/relations/azerbaijan-kazakhstan/"
    first = client.get(page)
    pages = caches["pages"]
    key = pages.make_and_validate_key(first["ETag"].strip('"'))
    pages._cache.get_client(key, write=True).set(key, b"garbage")
    again, cached = client.get(page), client.get(page)
    assert first.content == again.content == cached.content
    assert builds == [page, page]
