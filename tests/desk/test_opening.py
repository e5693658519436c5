"""Opening a form only reads, whatever waits beside what readers see."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from relations import workflow
from relations.models.restoring import TRIED
from sources.models import Source
from tests.desk.test_admin import errors, formset
from tests.desk.test_review import address, change_form, told
from tests.desk.test_two_editors import typed
from tests.factories import (
    CitationFactory,
    CountryFactory,
    EventFactory,
    PartyFactory,
    PersonFactory,
    RelationFactory,
    SourceFactory,
    TopicFactory,
    TreatyActionFactory,
    TreatyFactory,
)
from tests.steps import publish
from treaties.models import Treaty

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair():
    return RelationFactory()


def opened(client, row):
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address(row))
    written = [
        query["sql"]
        for query in queries
        if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))
        and "django_session" not in query["sql"]
    ]
    assert (response.status_code, written) == (200, [])
    return response


def test_an_event_with_a_change_beside_it(colleagues, pair):
    topic, person = TopicFactory(), PersonFactory()
    event = EventFactory(title="A meeting", relation=pair, published=True)
    form = change_form(event, title="The meeting", reason="Why", topics=[topic.pk])
    row = {"role": "visitor", "person": person.pk}
    colleagues["editor"].post(address(event), form | formset("participations", row))
    shown = typed(opened(colleagues["reviewer"], event))
    assert (shown["title"], shown["topics"]) == ("The meeting", str(topic.pk))
    assert shown["participations-0-person"] == str(person.pk)
    assert shown["participations-0-id"] == str(TRIED)
    event.refresh_from_db()
    assert (event.title, event.topics.count(), event.participations.count()) == (
        "A meeting", 0, 0,
    )  # fmt: skip


def test_a_treaty_whose_new_party_has_taken_a_new_step(colleagues, pair):
    treaty, joined = TreatyFactory(relation=None, parties=[], published=True), CountryFactory()
    step = TreatyActionFactory(treaty=treaty, date="2001", published=True)

    def change(row):
        party = PartyFactory(treaty=row, country=joined)
        TreatyActionFactory(
            treaty=row, party=party, action_type="accession", date="2005", slug="joins"
        )
        first = row.actions.get(pk=step.pk)
        first.date = "2002"
        first.save()

    revision = workflow.change_pending(
        Treaty.objects.get(pk=treaty.pk), change, colleagues["editor"].user, "It has joined"
    )
    response = opened(colleagues["editor"], treaty)
    shown = typed(response)
    assert shown["parties-0-country"] == str(joined.pk)
    new = next(
        number for number in range(2) if shown[f"actions-{number}-action_type"] == "accession"
    )
    assert shown[f"actions-{new}-party"] == shown["parties-0-id"]
    # Saved as it was opened, it changes nothing.
    assert colleagues["editor"].post(address(treaty), shown).status_code == 302
    assert workflow.open_revision(treaty) == revision


@pytest.fixture
def accession(pair):
    """A published treaty with a party that has acceded in its second version."""
    treaty = TreatyFactory(relation=None, parties=[], published=True)
    party = PartyFactory(treaty=treaty, country=CountryFactory())
    step = TreatyActionFactory(treaty=treaty, party=party, action_type="accession", date="2005")
    CitationFactory(record=step)
    publish(Treaty.objects.get(pk=treaty.pk), reason="It has joined")
    return step


def test_a_published_step_that_is_removed_stays_removed_when_it_is_opened_and_saved(
    colleagues, accession
):
    treaty, client = accession.treaty, colleagues["administrator"]
    form = typed(client.get(address(treaty))) | {"actions-0-DELETE": "on", "reason": "Never so"}
    for _time in range(3):
        assert client.post(address(treaty), form).status_code == 302
        form = typed(opened(client, treaty))
    client.post(address(treaty), form | {"_publish": "1"})
    accession.refresh_from_db()
    assert accession.state == "withdrawn"


def test_rows_of_a_change_that_no_longer_fits_are_not_lost_by_saving(colleagues, pair):
    event = EventFactory(relation=pair, published=True)
    source = SourceFactory(rights="public_domain")
    words = " ".join(f"word{number}" for number in range(30))
    revision = workflow.change_pending(
        event,
        lambda row: CitationFactory(record=row, source=source, as_stated=words),
        colleagues["editor"].user,
        "Why",
    )
    client = colleagues["editor"]
    form = typed(client.get(address(event)))
    Source.objects.filter(pk=source.pk).update(rights="reserved")
    response = client.post(address(event), form | {"title": "Another"})
    assert response.status_code == 200
    assert errors(response)["__all__"][0].startswith("Nothing is saved")
    assert workflow.open_revision(event) == revision
    # Opened again it says so, and shows what readers see.
    response = client.get(address(event))
    assert any("words" in text for text in told(response))
    assert typed(response)["citations-TOTAL_FORMS"] == "1"


def test_a_version_without_a_party_that_has_acted_since_is_not_restored(colleagues, accession):
    treaty = accession.treaty
    page = address(treaty, "restore")
    response = colleagues["editor"].post(page, {"number": 1}, follow=True)
    assert told(response)[-1] == "Version 1 no longer fits what else the base holds."
    assert workflow.open_revision(treaty) is None
