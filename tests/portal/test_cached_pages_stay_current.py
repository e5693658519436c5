"""No cached page is ever outdated, whatever happens, and a change leaves other pages cached."""

import random
from collections import Counter
from itertools import combinations

import pytest
from django.core.cache import caches
from django.test import Client

from relations.models import Country, Organization, Person, Record
from relations.models.relation import pair_slug
from sources.models import Source
from tests.conftest import FULL, missing
from tests.histories import History
from trade.models import Figure

pytestmark = pytest.mark.django_db
SEEDS, STEPS, COMPARED = (range(12), 60, 20) if FULL else (range(1), 20, 8)
REDIS = "redis://127.0.0.1:6379/14"

OF_PAIR = (
    "/relations/{0}/", "/relations/{0}.jsonld", "/relations/{0}.atom",
    "/relations/{0}/calendar.ics", "/relations/{0}/cite.bib", "/relations/{0}/timeline/",
    "/relations/{0}/timeline/?order=oldest&kind=event", "/relations/{0}/timeline.timelinejs.json",
    "/relations/{0}/pictures/", "/relations/{0}/?on=2012-01-01", "/trade/{0}/",
    "/trade/{0}.json", "/trade/{0}/mirror/", "/embed/relations/{0}/timeline/",
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


@pytest.fixture(params=["memory", "redis"])
def page_cache(request, settings):
    """A cache of pages in the memory of the process, or in Redis."""
    settings.PAGES_KEPT = 2000
    if request.param == "redis":
        redis = {"BACKEND": "core.caches.RedisCache", "LOCATION": REDIS, "KEY_PREFIX": "history"}
        settings.CACHES = {**settings.CACHES, "pages": redis}
        try:
            caches["pages"]._cache.get_client().ping()
        except OSError as error:
            missing(f"Redis does not answer: {error}")
    caches["pages"].clear()
    yield
    caches["pages"].clear()


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


def answer(client: Client, address: str) -> tuple:
    response = client.get(address)
    return response.status_code, response.getvalue()


@pytest.mark.parametrize("seed", SEEDS)
def test_cached_pages_equal_fresh_ones_through_a_random_history(
    seed, admin_user, page_cache, settings
):
    history, workers = History(seed, admin_user, countries=4), [Client(), Client()]
    compared, choose = Counter(), random.Random(seed)
    for _number in range(STEPS):
        history.step()
        chosen = choose.sample(all_of_them := addresses(history.countries), COMPARED)
        for address in [*chosen, *OF_ALL[:1]]:
            settings.PAGES_KEPT = 0
            fresh = answer(workers[0], address)
            settings.PAGES_KEPT = 2000
            # The first may get a page that it has cached before, the second what the first has.
            for worker in workers:
                assert answer(worker, address) == fresh, (address, history.done[-5:])
            compared[fresh[0]] += 1
    assert len(all_of_them) > 150
    assert compared[200] > 0.7 * compared.total()
