"""The log of corrections: what it says, and what it must not."""

import pytest

from relations.publication import revise
from tests.factories import (
    CitationFactory,
    EventFactory,
    SourceFactory,
    TreatyActionFactory,
    TreatyFactory,
    TreatyLinkFactory,
)
from tests.steps import publish

pytestmark = pytest.mark.django_db
WORDS = " ".join(f"word{n}" for n in range(1, 16))


def both_forms(client, record) -> str:
    """The log as page and as file."""
    forms = (client.get(f"/changes/{record.slug}{end}") for end in ("/", ".json"))
    return " ".join(form.content.decode() for form in forms)


@pytest.fixture
def secret():
    """A draft whose identifier tells what it is about."""
    return TreatyFactory(slug="secret-pact")


class TestDraftsAreNotNamed:
    def test_no_link_to_a_draft_is_told_of(self, client, secret):
        treaty = TreatyFactory(published=True)
        known = TreatyFactory(slug="known-pact", published=True)
        for target in (secret, known):
            TreatyLinkFactory(treaty=treaty, target=target)
        revise(treaty)
        assert "secret-pact" in str(treaty.revisions.live().first().snapshot)
        log = both_forms(client, treaty)
        assert "known-pact" in log
        assert "secret-pact" not in log

    def test_no_draft_is_named_of_which_an_event_is_the_anniversary(self, client):
        first = EventFactory(slug="secret-meeting")
        event = EventFactory(published=True)
        event.anniversary, event.anniversary_of = 10, first
        revise(event)
        log = both_forms(client, event)
        assert "Which anniversary" in log
        assert "secret-meeting" not in log

    def test_no_draft_is_named_as_the_occasion_of_a_step(self, client):
        occasion = EventFactory(slug="secret-meeting")
        treaty = TreatyFactory(published=True)
        action = TreatyActionFactory(treaty=treaty, published=True)
        action.occasion, action.place = occasion, "Astana"
        revise(action)
        revise(treaty)
        logs = [both_forms(client, row) for row in (treaty, action)]
        assert [("Astana" in log, "secret-meeting" in log) for log in logs] == [(True, False)] * 2

    def test_once_readers_have_seen_it_it_is_named(self, client, secret):
        treaty = TreatyFactory(published=True)
        TreatyLinkFactory(treaty=treaty, target=secret)
        revise(treaty)
        CitationFactory(record=secret)
        publish(secret)
        assert "secret-pact" in both_forms(client, treaty)


def test_words_beyond_what_the_rights_allow_are_cut_short(client):
    source = SourceFactory(rights="public_domain")
    event = EventFactory(published=True)
    CitationFactory(record=event, source=source, as_stated=WORDS)
    revise(event)
    assert WORDS in both_forms(client, event)
    source.rights = "reserved"
    source.save()
    log = both_forms(client, event)
    assert "word12 …" in log
    assert "word13" not in log


def test_the_file_holds_all_versions_where_the_page_has_thirty(client):
    event = EventFactory(published=True)
    for number in range(2, 43):
        event.title = f"Title {number}"
        revise(event)
    found = client.get(f"/changes/{event.slug}.json").json()["versions"]
    assert [row["version"] for row in found] == list(range(42, 0, -1))
    assert len(client.get(f"/changes/{event.slug}/").context["versions"]) == 30


def test_a_log_takes_as_many_queries_for_many_versions(client, django_assert_num_queries):
    treaty = TreatyFactory(published=True)
    for _number in range(2, 12):
        TreatyLinkFactory(treaty=treaty, target=TreatyFactory(published=True))
        revise(treaty)
    with django_assert_num_queries(5):
        client.get(f"/changes/{treaty.slug}.json")
