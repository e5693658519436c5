"""The public site as plain files: every link leads to a file."""

from urllib.parse import unquote, urljoin, urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.db.models import PROTECT
from django.http import HttpResponse
from lxml import html

from core.changes import deleting, together
from open_data.freezing import FreezeError, FrozenSite, file_of, freeze, kept
from relations.models import Country
from search.index import update_keys
from tests.conftest import FULL
from tests.factories import EventFactory, VisitFactory
from tests.open_data.conftest import contents_of
from tests.portal.test_pages import kind_of_file
from tests.steps import withdraw

SITE = "http://testserver"


@pytest.mark.parametrize(
    ("address", "file"),
    [
        ("/", "index.html"),
        ("/visits/", "visits/index.html"),
        ("/visits.csv", "visits.csv"),
        ("/visits/?page=2", "visits/page-2/index.html"),
        ("/visits/?host=italy", "visits/selected/host-italy-8a1a0182/index.html"),
    ],
)
def test_each_address_has_a_file(address, file):
    assert file_of(address) == file


def test_selections_with_other_letters_have_different_files():
    names = {file_of(f"/visits/?q={word}") for word in ("баку", "Баку", "bakı", "baki", "%2F..%2F")}
    assert len(names) == 5
    assert all(name.startswith("visits/selected/") and ".." not in name for name in names)
    assert file_of("/trade/a-b/charts/x.svg?commodity=27").startswith(
        "trade/a-b/charts/x/selected/"
    )


@pytest.mark.parametrize(
    ("path", "query", "page", "address"),
    [
        ("/visits/", "", "/", "/visits/"),
        ("/visits/", "host=italy", "/", "/visits/?host=italy"),
        ("/visits/", "host=italy&q=x", "/", "/frozen/"),
        ("/visits/", "guest=france", "/visits/?host=italy", "/frozen/"),
        ("/visits/", "host=italy&page=2", "/visits/?host=italy", "/visits/?host=italy&page=2"),
        ("/visits/", "page=1", "/", "/visits/"),
        ("/visits/", "per_page=25&page=3", "/", "/visits/"),
        ("/visits.csv", "host=italy", "/visits/?host=italy", "/frozen/"),
        ("/search/", "q=x", "/", "/frozen/"),
        ("/report/x/", "", "/events/x/", "/frozen/"),
        ("/admin/", "", "/", "/frozen/"),
        ("/no/such/page/", "", "/", "/frozen/"),
    ],
)
def test_links_that_cannot_work_lead_to_a_note(path, query, page, address):
    assert kept(path, query, page) == address


def without_workbooks(folder) -> dict[str, bytes]:
    """The files of a folder without Excel workbooks, which state when they were made."""
    found = contents_of(folder)
    return {name: content for name, content in found.items() if not name.endswith(".xlsx")}


def dead_links(folder) -> list[tuple[str, str]]:
    """The links of the pages in a folder that lead to no file, each with its page."""
    found, files = [], set(contents_of(folder))
    for name in sorted(name for name in files if name.endswith(".html")):
        page = html.fromstring((folder / name).read_bytes())
        for link in page.xpath("//@href | //@src | //@action"):
            target = urlsplit(urljoin(f"/{name.removesuffix('index.html')}", link))
            if target.scheme or target.netloc or link.startswith("#"):
                continue
            path = unquote(target.path).lstrip("/")
            file = f"{path}index.html" if path.endswith("/") or not path else path
            if target.query or file not in files:
                found.append((name, link))
    return found


def delete_unused_countries() -> None:
    """Delete the countries without data, whose pages are like those of others."""
    used = set()
    for relation in Country._meta.get_fields(include_hidden=True):
        if relation.auto_created and relation.one_to_many and relation.on_delete is PROTECT:
            rows = relation.related_model._base_manager.order_by()
            used |= set(rows.values_list(relation.field.attname, flat=True))
    unused = Country.objects.exclude(pk__in=used - {None})
    with together(), deleting(list(unused)):
        unused.delete()


@pytest.fixture
def files_of_a_kind_once(monkeypatch):
    """Answer files of a kind as the first one was, with nothing: they have no links, and that they
    exist is tested by test_no_link_of_the_site_is_broken."""
    kinds, get = set(), FrozenSite.get

    def once(site, address, linked_from):
        kind = kind_of_file(address)
        if kind in kinds:
            return HttpResponse(content_type="application/octet-stream")
        if kind:
            kinds.add(kind)
        return get(site, address, linked_from)

    monkeypatch.setattr(FrozenSite, "get", once)


@pytest.mark.django_db
@pytest.mark.skipif(not FULL, reason="a minute of pages; the tests below freeze a few")
def test_every_link_of_the_frozen_fixtures_leads_to_a_file(base, tmp_path, files_of_a_kind_once):
    delete_unused_countries()
    number = freeze(tmp_path / "site", SITE)
    found = contents_of(tmp_path / "site")
    assert len(found) == number > 300
    assert dead_links(tmp_path / "site") == []
    for name in (
        "index.html", "visits/index.html", "visits.csv", "frozen/index.html",
        "visits/tokayev-visit-azerbaijan-2022-08.json", "static/css/site.css",
        "relations/azerbaijan-kazakhstan/index.html", "data/identifiers.csv",
        "trade/azerbaijan-kazakhstan/charts/turnover-usd.svg",
    ):  # fmt: skip
        assert name in found, name


@pytest.mark.django_db
def test_a_frozen_site_is_the_same_each_time_and_replaces_the_former_one(tmp_path):
    event = EventFactory(published=True)
    withdraw(VisitFactory(slug="gone", relation=event.relation, published=True))
    update_keys({type(event): {event.pk}})
    call_command("freeze", tmp_path / "site", site=SITE, verbosity=0)
    first = without_workbooks(tmp_path / "site")
    (tmp_path / "site" / "left-over.html").write_text("")
    call_command("freeze", tmp_path / "site", site=SITE, verbosity=0)
    assert without_workbooks(tmp_path / "site") == first
    assert f"events/{event.slug}/index.html" in first
    assert dead_links(tmp_path / "site") == []


@pytest.mark.django_db
def test_a_page_that_fails_stops_it_and_leaves_the_former_site(tmp_path, monkeypatch):
    event = EventFactory(published=True)
    update_keys({type(event): {event.pk}})
    freeze(tmp_path / "site", SITE)
    before = contents_of(tmp_path / "site")

    def fails(*_args, **_kwargs):
        raise ValueError

    monkeypatch.setattr("relations.views.RecordPage.get_context_data", fails)
    with pytest.raises(FreezeError, match=f"/events/{event.slug}/ .* answers with status 500"):
        freeze(tmp_path / "site", SITE)
    assert contents_of(tmp_path / "site") == before


@pytest.mark.parametrize("site", ["relations.example", "127.0.0.1:8000", "ftp://relations.example"])
def test_an_invalid_address_is_refused(tmp_path, site):
    with pytest.raises(CommandError, match=f"“{site}” is not an address such as https://"):
        call_command("freeze", tmp_path / "site", site=site)
