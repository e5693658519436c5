"""The log of corrections: its contents, and the drafts and words that it must not show."""

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


def page_and_json(client, record) -> str:
    """The log as a page and as JSON."""
    forms = (client.get(f"/changes/{record.slug}{end}") for end in ("/", ".json"))
    return " ".join(form.content.decode() for form in forms)


@pytest.fixture
def secret_pact():
    """A draft whose identifier and title reveal its subject."""
    return TreatyFactory(slug="secret-pact", title="The secret pact")


class TestDraftReferences:
    def test_a_link_to_a_draft_is_hidden(self, client, secret_pact):
        treaty = TreatyFactory(published=True)
        known = TreatyFactory(title="The known pact", published=True)
        for target in (secret_pact, known):
            TreatyLinkFactory(treaty=treaty, target=target)
        revise(treaty)
        assert "secret-pact" in str(treaty.revisions.live().first().snapshot)
        log = page_and_json(client, treaty)
        assert "The known pact" in log
        assert "secret" not in log

    def test_a_draft_marked_by_an_anniversary_is_hidden(self, client):
        first = EventFactory(slug="secret-meeting", title="A secret meeting")
        event = EventFactory(published=True)
        event.anniversary, event.anniversary_of = 10, first
        revise(event)
        log = page_and_json(client, event)
        assert "Which anniversary" in log
        assert "secret" not in log

    def test_a_draft_that_is_the_occasion_of_a_step_is_hidden(self, client):
        occasion = EventFactory(slug="secret-meeting", title="A secret meeting")
        treaty = TreatyFactory(published=True)
        action = TreatyActionFactory(treaty=treaty, published=True)
        action.occasion, action.place = occasion, "Astana"
        revise(action)
        revise(treaty)
        logs = [page_and_json(client, row) for row in (treaty, action)]
        assert [("Astana" in log, "secret" in log) for log in logs] == [(True, False)] * 2

    def test_a_published_reference_is_shown(self, client, secret_pact):
        treaty = TreatyFactory(published=True)
        TreatyLinkFactory(treaty=treaty, target=secret_pact)
        revise(treaty)
        CitationFactory(record=secret_pact)
        publish(secret_pact)
        assert "The secret pact" in page_and_json(client, treaty)


def test_quotations_are_truncated_when_the_rights_are_restricted(client):
    source = SourceFactory(rights="public_domain")
    event = EventFactory(published=True)
    CitationFactory(record=event, source=source, as_stated=WORDS)
    revise(event)
    assert WORDS in page_and_json(client, event)
    source.rights = "reserved"
    source.save()
    log = page_and_json(client, event)
    assert "word12 …" in log
    assert "word13" not in log


def test_the_page_shows_thirty_versions_and_the_file_all(client):
    event = EventFactory(published=True)
    for number in range(2, 43):
        event.title = f"Title {number}"
        revise(event)
    found = client.get(f"/changes/{event.slug}.json").json()["versions"]
    assert [row["version"] for row in found] == list(range(42, 0, -1))
    assert len(client.get(f"/changes/{event.slug}/").context["versions"]) == 30


def test_the_number_of_queries_does_not_grow_with_versions(client, django_assert_num_queries):
    treaty = TreatyFactory(published=True)
    for _number in range(2, 12):
        TreatyLinkFactory(treaty=treaty, target=TreatyFactory(published=True))
        revise(treaty)
    with django_assert_num_queries(10):
        client.get(f"/changes/{treaty.slug}.json")
