"""Opening a form only reads, even if a change of a published record is pending."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from relations import workflow
from relations.models.restoring import TRIED
from sources.models import Source
from tests.desk.test_admin import errors, formset
from tests.desk.test_review import address, change_form, shown_messages
from tests.desk.test_two_editors import form_data
from tests.factories import (
    CitationFactory,
    CountryFactory,
    EventFactory,
    ParticipationFactory,
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


def open_without_writing(client, row):
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


def test_opening_an_event_with_a_pending_change(colleagues, pair):
    topic, person = TopicFactory(), PersonFactory()
    event = EventFactory(title="A meeting", relation=pair, published=True)
    form = change_form(event, title="The meeting", reason="Why", topics=[topic.pk])
    row = {"role": "visitor", "person": person.pk}
    colleagues["editor"].post(address(event), form | formset("participations", row))
    shown = form_data(open_without_writing(colleagues["reviewer"], event))
    assert (shown["title"], shown["topics"]) == ("The meeting", str(topic.pk))
    assert shown["participations-0-person"] == str(person.pk)
    assert shown["participations-0-id"] == str(TRIED)
    event.refresh_from_db()
    assert (event.title, event.topics.count(), event.participations.count()) == (
        "A meeting", 0, 0,
    )  # fmt: skip


def test_opening_a_treaty_with_a_pending_party_and_its_step(colleagues, pair):
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
    response = open_without_writing(colleagues["editor"], treaty)
    shown = form_data(response)
    assert shown["parties-0-country"] == str(joined.pk)
    new = next(
        number for number in range(2) if shown[f"actions-{number}-action_type"] == "accession"
    )
    assert shown[f"actions-{new}-party"] == shown["parties-0-id"]
    # Saving it unchanged changes nothing.
    assert colleagues["editor"].post(address(treaty), shown).status_code == 302
    assert workflow.open_revision(treaty) == revision


@pytest.fixture
def accession(pair):
    """A published treaty with a party that acceded in its second version."""
    treaty = TreatyFactory(relation=None, parties=[], published=True)
    party = PartyFactory(treaty=treaty, country=CountryFactory())
    step = TreatyActionFactory(treaty=treaty, party=party, action_type="accession", date="2005")
    CitationFactory(record=step)
    publish(Treaty.objects.get(pk=treaty.pk), reason="It has joined")
    return step


def test_a_removed_step_stays_removed_after_opening_and_saving(colleagues, accession):
    treaty, client = accession.treaty, colleagues["administrator"]
    form = form_data(client.get(address(treaty))) | {"actions-0-DELETE": "on", "reason": "Never so"}
    for _time in range(3):
        assert client.post(address(treaty), form).status_code == 302
        form = form_data(open_without_writing(client, treaty))
    client.post(address(treaty), form | {"_publish": "1"})
    accession.refresh_from_db()
    assert accession.state == "withdrawn"


def treaty_of(number: int, occasion):
    """A treaty with so many rows of each kind, each about a row of its own."""
    treaty = TreatyFactory(parties=CountryFactory.create_batch(number))
    for party in treaty.parties.all():
        step = TreatyActionFactory(treaty=treaty, party=party, occasion=occasion())
        ParticipationFactory(record=treaty)
        for record in (treaty, step):
            CitationFactory(record=record)
    return treaty


def test_opening_a_treaty_takes_as_many_queries_for_any_number_of_rows(
    admin_client, django_assert_num_queries
):
    few, many = (treaty_of(number, EventFactory) for number in (2, 9))
    with CaptureQueriesContext(connection) as queries:
        open_without_writing(admin_client, few)
    with django_assert_num_queries(len(queries)):
        html = open_without_writing(admin_client, many).content.decode()
    for row in (*many.parties.all(), *many.citations.all(), *many.participations.all()):
        named = getattr(row, "country", None) or getattr(row, "source", None) or row.person
        assert f'value="{named.pk}" selected>{named}<' in html


def test_saving_does_not_lose_rows_of_a_change_that_no_longer_fits(colleagues, pair):
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
    form = form_data(client.get(address(event)))
    Source.objects.filter(pk=source.pk).update(rights="reserved")
    response = client.post(address(event), form | {"title": "Another"})
    assert response.status_code == 200
    assert errors(response)["__all__"][0].startswith("Nothing was saved")
    assert workflow.open_revision(event) == revision
    # Opened again, the form says so and shows the published version.
    response = client.get(address(event))
    assert any("words" in text for text in shown_messages(response))
    assert form_data(response)["citations-TOTAL_FORMS"] == "1"


def test_a_version_without_a_party_that_acted_later_cannot_be_restored(colleagues, accession):
    treaty = accession.treaty
    page = address(treaty, "restore")
    response = colleagues["editor"].post(page, {"number": 1}, follow=True)
    assert (
        shown_messages(response)[-1]
        == "Version 1 conflicts with newer data and cannot be restored."
    )
    assert workflow.open_revision(treaty) is None
