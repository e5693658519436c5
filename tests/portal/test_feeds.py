"""Atom feeds of changes, read with feedparser."""

import re
from urllib.parse import quote

import feedparser
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml import etree, html

from relations import feeds
from relations.merging import merge
from relations.models import Record
from relations.publication import revise, save_first_versions
from tests.factories import (
    CitationFactory,
    EventFactory,
    FigureFactory,
    MembershipFactory,
    OrganizationFactory,
    ParticipationFactory,
    RelationFactory,
    TreatyActionFactory,
    TreatyFactory,
    VisitFactory,
    indexed,
)
from tests.steps import publish, withdraw
from trade.models import Figure

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
PAIR = "/relations/azerbaijan-kazakhstan"


def read(client, address):
    """The feed at an address, which must be well-formed and complete."""
    response = client.get(address)
    assert response.status_code == 200, response.content.decode()
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    found = feedparser.parse(response.content)
    assert not found.bozo
    tree = etree.fromstring(response.content)
    for element in (tree, *tree.iter(f"{ATOM}entry")):
        assert [len(element.findall(f"{ATOM}{name}")) for name in ("id", "title", "updated")] == [
            1, 1, 1,
        ]  # fmt: skip
    return found


def titles(client, address) -> list[str]:
    return [entry.title for entry in read(client, address).entries]


def test_an_entry_says_what_was_added_and_where(client, settings):
    settings.SITE_URL = "https://relations.example"
    event = EventFactory(title="Talks", summary="On <trade> & gas", published=True)
    found = read(client, "/feed.atom")
    (entry,) = found.entries
    version = event.revisions.get()
    assert entry.title == "Added: Talks"
    assert entry.link == f"http://testserver{event.get_absolute_url()}"
    day = version.at.date().isoformat()
    assert entry.id == f"tag:relations.example,{day}:/events/{event.slug}/v1"
    assert "On &lt;trade&gt; &amp; gas" in entry.summary
    assert str(event.relation) in entry.summary
    assert entry.updated == event.published_at.isoformat() == found.feed.updated
    assert found.feed.rights == "CC0-1.0"
    links = {link.rel: link.href for link in found.feed.links}
    assert links == {"self": "http://testserver/feed.atom", "alternate": "http://testserver/"}


def test_a_correction_gives_its_reason_and_the_changed_values(client):
    event = EventFactory(title="Talks", date="2020", published=True)
    event.date = "2021"
    revise(event, reason="The source says so")
    newest, first = read(client, "/events.atom").entries
    assert (newest.title, first.title) == ("Changed: Talks", "Added: Talks")
    assert "Reason: The source says so" in newest.summary
    assert re.search(r"Date:\s+<del>2020</del>\s+<ins>2021</ins>", newest.summary)
    assert newest.id.endswith(f"/events/{event.slug}/v2")
    related = [link.href for link in newest.links if link.rel == "related"]
    assert related == [f"http://testserver/changes/{event.slug}/#v2"]
    assert 'id="v2"' in client.get(f"/changes/{event.slug}/").content.decode()
    assert newest.updated == event.revisions.get(number=2).at.isoformat()


def test_a_withdrawal_and_a_merge_are_told(client):
    pair = RelationFactory()
    kept, other, gone = (
        EventFactory(title=title, relation=pair, published=True)
        for title in ("Kept", "Twin", "Wrong")
    )
    withdraw(gone, reason="Never happened")
    merge(kept, other, reason="The same talks")
    found = {entry.title: entry for entry in read(client, f"/relations/{pair.slug}.atom").entries}
    assert "Reason: Never happened" in found["Withdrawn: Wrong"].summary
    merged = found["Merged: Twin"].summary
    assert "Reason: The same talks" in merged
    assert f'<a href="http://testserver{kept.get_absolute_url()}">Kept</a>' in merged
    publish(gone, reason="It did")
    assert titles(client, "/events.atom")[0] == "Published again: Wrong"


def test_ids_and_times_stay_when_a_row_changes(client):
    event = EventFactory(published=True)
    (before,) = read(client, "/feed.atom").entries
    event.title = "Renamed"
    revise(event)
    after = read(client, "/feed.atom").entries[1]
    assert (after.id, after.updated) == (before.id, before.updated)


def test_drafts_and_proposals_are_not_in_a_feed(client):
    EventFactory(title="Draft")
    event = EventFactory(title="Talks", published=True)
    event.revisions.create(
        number=2, state="pending", reason="Proposal", snapshot=event.as_version()
    )
    for address in ("/feed.atom", "/events.atom"):
        assert titles(client, address) == ["Added: Talks"]


def test_a_pair_has_its_records_those_of_both_and_its_figures(client):
    pair = RelationFactory()
    sides = [pair.country_a, pair.country_b]
    TreatyFactory(title="Own", relation=pair, published=True)
    many = TreatyFactory(title="Of many", relation=None, parties=sides)
    step = TreatyActionFactory(treaty=many, date="2001")
    CitationFactory(record=step)
    CitationFactory(record=many)
    publish(many)
    body = OrganizationFactory()
    for side in sides:
        MembershipFactory(title="Member", member=side, organization=body, published=True)
    EventFactory(title="Elsewhere", published=True)
    FigureFactory(from_country=sides[0], to_country=sides[1], published=True)
    edited = FigureFactory(from_country=sides[1], to_country=sides[0], published=True)
    edited.note = "Checked"
    correct(edited)
    found = titles(client, f"/relations/{pair.slug}.atom")
    assert sorted(found) == sorted(
        [
            *("Added: Own", "Added: Of many", f"Added: {Record.objects.get(pk=step.pk)}"),
            *("Added: Member", "Added: Member"),
            *(f"Added: {edited}", f"Changed: {edited}"),
        ]
    )


def correct(figure):
    """Publish a change of a figure, which gives it versions."""
    save_first_versions([Figure.objects.get(pk=figure.pk)])
    figure.refresh_from_db(fields=["version"])
    revise(figure, reason="Checked")


def test_a_country_and_an_organization_have_what_names_them(client):
    pair, body = RelationFactory(), OrganizationFactory(public=True)
    country = pair.country_a
    event = EventFactory(title="Talks", relation=pair)
    ParticipationFactory(record=event, person=None, organization=body)
    CitationFactory(record=event)
    publish(event)
    MembershipFactory(title="Member", member=country, organization=body, published=True)
    treaty = TreatyFactory(title="Accord", relation=None, parties=[country, body])
    step = TreatyActionFactory(treaty=treaty, date="2001")
    for record in (treaty, step):
        CitationFactory(record=record)
    publish(treaty)
    EventFactory(title="Elsewhere", published=True)
    both = ["Added: Accord", f"Added: {Record.objects.get(pk=step.pk)}", "Added: Member"]
    both.append("Added: Talks")
    assert sorted(titles(client, f"/countries/{country.slug}.atom")) == sorted(both)
    assert sorted(titles(client, f"/organizations/{body.slug}.atom")) == sorted(both)


def test_the_feed_of_a_list_is_filtered_like_the_page(client, base):
    address = "visits{}?rank=head_of_state&pair=azerbaijan-kazakhstan"
    rows = client.get("/" + address.format(".json"))
    shown = re.findall(r'"id": "([^"]+)", "url"', rows.getvalue().decode())
    found = read(client, "/" + address.format(".atom"))
    assert len(found.entries) == len(shown) > 2
    assert {entry.link.split("/")[-2] for entry in found.entries} == set(shown)
    assert found.feed.title == (
        "Visits · Azerbaijan–Kazakhstan · Rank: head of state · Bilateral relations"
    )
    assert found.feed.link == "http://testserver/" + address.format("/")


def test_the_feed_of_treaties_has_their_steps(client):
    treaty = TreatyFactory(title="Accord", published=True)
    TreatyFactory(title="Other", published=True)
    step = TreatyActionFactory(treaty=treaty, date="2001")
    CitationFactory(record=step)
    publish(step)
    found = titles(client, f"/treaties.atom?pair={treaty.relation.slug}")
    assert found == [f"Added: {Record.objects.get(pk=step.pk)}", "Added: Accord"]
    assert len(titles(client, "/treaties.atom")) == 3


def test_a_figure_of_a_list_is_in_the_feed_of_figures(client):
    figure = FigureFactory(published=True)
    (before,) = read(client, "/trade.atom").entries
    assert before.title == f"Added: {figure}"
    assert titles(client, "/feed.atom") == []
    correct(figure)
    newest, first = read(client, f"/trade.atom?country={figure.from_country.slug}").entries
    assert newest.title == f"Changed: {figure}"
    assert (first.id, first.updated) == (before.id, before.updated)


def test_a_search_has_the_changes_of_what_it_finds(client):
    found = EventFactory(title="Zeppelin talks", published=True)
    figure = FigureFactory(published=True)
    indexed(found, EventFactory(title="Other talks", published=True), figure)
    assert titles(client, "/search.atom?q=zeppelin&kind=event") == ["Added: Zeppelin talks"]
    assert titles(client, "/search.atom?q=zeppelin&kind=visit") == []
    assert titles(client, "/search.atom") == []


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/visits.atom?rank=emperor", "rank: Select a valid choice. emperor is not one"),
        ("/visits.atom?foo=1", "This file has no filter “foo”."),
        ("/search.atom?kind=ghost", "kind: “ghost” is unknown."),
        ("/search.atom?after=1", "This file has no filter “after”."),
        ("/feed.atom?q=a", "This file has no filter “q”."),
        (f"{PAIR}.atom?kind=visit", "This file has no filter “kind”."),
        ("/countries/france.atom?q=a", "This file has no filter “q”."),
        ("/organizations/osce.atom?q=a", "This file has no filter “q”."),
    ],
)
def test_a_feed_refuses_invalid_and_unknown_parameters(client, base, address, words):
    response = client.get(address)
    assert (response.status_code, words in response.content.decode()) == (400, True)
    assert response["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize("address", ["/relations/a-b", "/countries/nope", "/organizations/nope"])
def test_the_feed_of_nothing_is_a_404(client, address):
    response = client.get(f"{address}.atom")
    assert (response.status_code, response["Content-Type"][:10]) == (404, "text/plain")


def test_a_feed_holds_the_newest_changes_only(client, monkeypatch):
    monkeypatch.setattr(feeds, "NEWEST", 2)
    for title in ("One", "Two", "Three"):
        EventFactory(title=title, published=True)
    assert titles(client, "/feed.atom") == ["Added: Three", "Added: Two"]
    assert "the latest 2 changes" in read(client, "/feed.atom").feed.subtitle


def test_rows_that_have_not_changed_for_long_are_found(client, monkeypatch):
    old = EventFactory(title="Old", published=True)
    for _number in range(3):
        EventFactory(published=True)
    monkeypatch.setattr(feeds, "RECENT", 2)
    assert titles(client, f"/events.atom?pair={old.relation.slug}") == ["Added: Old"]
    monkeypatch.setattr(feeds, "NEWEST", 2)
    assert len(titles(client, "/events.atom")) == 2


def test_characters_that_xml_forbids_are_left_out(client):
    event = EventFactory(title="Talks", published=True)
    revise(event, reason="Bell\x07, no break\ufffe")
    assert "Reason: Bell, no break<" in read(client, "/feed.atom").entries[0].summary


def test_a_feed_without_entries_has_no_time_of_its_own(client):
    first, second = (client.get("/feed.atom").content for _number in range(2))
    assert first == second
    assert read(client, "/feed.atom").feed.updated == "2000-01-01T00:00:00+00:00"


def test_the_number_of_queries_does_not_depend_on_the_rows(client):
    pair = RelationFactory()

    def add():
        for factory in (EventFactory, VisitFactory):
            row = factory(relation=pair, published=True)
            row.summary = "Corrected"
            revise(row, reason="Typing error")
        merge(*(EventFactory(relation=pair, published=True) for _number in range(2)))

    addresses = ["/feed.atom", f"/relations/{pair.slug}.atom", "/events.atom"]
    addresses += [f"/countries/{pair.country_a.slug}.atom"]
    add()
    numbers = {address: queries(client, address) for address in addresses}
    add()
    add()
    assert {address: queries(client, address) for address in addresses} == numbers
    assert max(numbers.values()) < 40


def queries(client, address) -> int:
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


def test_a_feed_is_answered_with_304_until_something_changes(settings):
    settings.PAGES_KEPT = 2000
    reader = Client()
    EventFactory(published=True)
    first = reader.get("/feed.atom")
    again = reader.get("/feed.atom", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert reader.get("/feed.atom").content == first.content
    EventFactory(title="New", published=True)
    changed = reader.get("/feed.atom", headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert b"Added: New" in changed.content


@pytest.mark.parametrize(
    ("page", "feed"),
    [
        ("/", "/feed.atom"),
        (f"{PAIR}/", f"{PAIR}.atom"),
        ("/countries/kazakhstan/", "/countries/kazakhstan.atom"),
        ("/organizations/osce/", "/organizations/osce.atom"),
        ("/visits/?rank=head_of_state&page=1", "/visits.atom?rank=head_of_state"),
        ("/treaties/", "/treaties.atom"),
        ("/trade/?year=2023", "/trade.atom?year=2023"),
        ("/search/?q=баку&kind=visit", f"/search.atom?q={quote('баку')}&kind=visit"),
    ],
)
def test_a_page_links_to_its_feed(client, base, page, feed):
    tree = html.fromstring(client.get(page).content.decode())
    assert tree.xpath("//head/link[@type='application/atom+xml']/@href") == [feed]
    assert feed in tree.xpath("//main//a[@type='application/atom+xml']/@href")
    read(client, feed)


def test_a_page_without_changes_of_its_own_has_no_feed(client, base):
    for page in ("/countries/", "/search/", "/data/"):
        assert b"application/atom+xml" not in client.get(page).content
