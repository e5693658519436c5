"""Opening a form only reads, whatever waits beside what readers see."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from relations import workflow
from relations.models.restoring import TRIED
from tests.desk.test_admin import formset
from tests.desk.test_review import address, change_form
from tests.desk.test_two_editors import typed
from tests.factories import (
    CountryFactory,
    EventFactory,
    PartyFactory,
    PersonFactory,
    RelationFactory,
    TopicFactory,
    TreatyActionFactory,
    TreatyFactory,
)
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
