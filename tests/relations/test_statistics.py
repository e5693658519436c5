"""The kept numbers of each pair: always what follows from what is published."""

from threading import Thread

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from core.models import BaseVersion
from portal import timeline
from relations import publication, workflow
from relations.merging import merge
from relations.models import Event, Participation, Record, Relation, Statistics
from relations.pairs import people_of
from relations.publication import revise
from tests.factories import (
    CitationFactory,
    EventFactory,
    MembershipFactory,
    OrganizationFactory,
    ParticipationFactory,
    PersonFactory,
    RelationFactory,
    SourceFactory,
    TreatyActionFactory,
    TreatyFactory,
    UserFactory,
)
from tests.steps import publish, withdraw
from treaties.models import Treaty, TreatyAction

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair():
    return RelationFactory()


def numbers(relation):
    """Records, citations, records with a source that supports them, and with two."""
    return Statistics.objects.get(relation=relation).numbers()[:4]


def test_a_pair_counts_what_is_published_and_no_longer_what_is_withdrawn(pair):
    EventFactory(relation=pair)
    events = [EventFactory(relation=pair, published=True) for _number in range(3)]
    assert numbers(pair) == (3, 3, 3, 0)
    withdraw(events[0])
    assert numbers(pair) == (2, 2, 2, 0)
    publish(events[0])
    assert numbers(pair) == (3, 3, 3, 0)


def test_the_newest_is_when_a_record_was_first_published(pair):
    first, second = (EventFactory(relation=pair, published=True) for _number in range(2))
    assert Statistics.objects.get(relation=pair).newest == second.published_at
    withdraw(second)
    assert Statistics.objects.get(relation=pair).newest == first.published_at


def test_two_places_in_one_source_support_once_and_two_sources_twice(pair):
    once, twice, source = EventFactory(relation=pair), EventFactory(relation=pair), SourceFactory()
    for locator in ("page 1", "page 2"):
        CitationFactory(record=once, source=source, locator=locator)
    CitationFactory.create_batch(2, record=twice)
    CitationFactory(record=twice, stance="mentions")
    publish(once)
    publish(twice)
    assert numbers(pair) == (2, 5, 2, 1)


def test_what_is_of_no_pair_is_counted_by_itself(pair):
    MembershipFactory(published=True)
    assert numbers(None) == (1, 1, 1, 0)
    assert not Statistics.objects.filter(relation=pair, entries__gt=0).exists()
    EventFactory(relation=pair, published=True)
    total = Statistics.objects.total()
    assert total == {"entries": 2, "citations": 2, "cited": 2, "twice": 0}


def test_a_published_record_that_moves_to_another_pair_is_counted_there_alone(pair):
    other, user = RelationFactory(), UserFactory(role="Administrator")
    event = EventFactory(relation=pair, published=True)

    def move(row):
        row.relation = other
        row.save()

    workflow.change_pending(event, move, user, "It is of another pair.")
    assert (numbers(pair)[0], Statistics.objects.filter(relation=other).count()) == (1, 0)
    workflow.publish(event, user)
    assert (numbers(pair)[0], numbers(other)[0]) == (0, 1)


def test_a_treaty_that_moves_takes_its_steps_along(pair):
    other, treaty = RelationFactory(), TreatyFactory(relation=pair)
    CitationFactory(record=treaty)
    CitationFactory(record=TreatyActionFactory(treaty=treaty))
    publish(treaty)
    assert numbers(pair)[0] == 2
    user = UserFactory(role="Administrator")

    def move(row):
        row.relation, row.title = other, "Renamed"
        row.save()

    workflow.change_pending(Treaty.objects.get(pk=treaty.pk), move, user, "It is of another pair.")
    assert (numbers(pair)[0], Statistics.objects.filter(relation=other).count()) == (2, 0)
    workflow.publish(Treaty.objects.get(pk=treaty.pk), user)
    assert (numbers(pair)[0], numbers(other)[0]) == (0, 2)
    step = TreatyAction.objects.get()
    assert (step.relation, step.title) == (other, "Renamed: signature")
    assert [entries(one) for one in (pair, other)] == [[], [step.slug]]


def entries(relation) -> list[str]:
    return [row.slug for row in timeline.page(timeline.streams(relation)).entries]


def test_a_published_step_moves_with_the_draft_of_its_treaty(pair):
    other, treaty = RelationFactory(), TreatyFactory(relation=pair)
    step = TreatyActionFactory(treaty=treaty)
    CitationFactory(record=step)
    publish(step)
    treaty = Treaty.objects.get(pk=treaty.pk)
    treaty.relation = other
    treaty.save()
    assert (numbers(pair)[0], numbers(other)[0]) == (0, 1)
    treaty.relation = None
    treaty.save()
    assert (numbers(other)[0], numbers(None)[0]) == (0, 1)
    assert Statistics.objects.differing() == []


def test_a_record_that_moves_again_and_again_is_counted_where_it_is(pair):
    event, others = EventFactory(relation=pair, published=True), RelationFactory.create_batch(2)
    for other in others:
        event.relation = other
        revise(event)
    assert [numbers(one)[0] for one in (pair, *others)] == [0, 0, 1]


class TestPeople:
    """Who takes part in what readers see of a pair, by the pair that is kept with each."""

    def people(self, relation):
        return [row.name for row in people_of(relation)]

    @pytest.fixture
    def event(self, pair):
        event = EventFactory(relation=pair)
        CitationFactory(record=event)
        ParticipationFactory(record=event, person=PersonFactory(name="Ada"))
        return event

    def test_they_are_there_as_long_as_the_record_is_published(self, pair, event):
        assert self.people(pair) == []
        publish(event)
        assert self.people(pair) == ["Ada"]
        withdraw(event)
        assert self.people(pair) == []
        publish(Event.objects.filter(pk=event.pk))
        assert self.people(pair) == ["Ada"]

    def test_who_joins_a_published_record_is_there_too(self, pair, event):
        publish(event)
        ParticipationFactory(record=event, person=PersonFactory(name="Bela"))
        assert self.people(pair) == ["Ada", "Bela"]

    def test_they_move_with_the_record(self, pair, event):
        other = RelationFactory()
        publish(event)
        event.relation = other
        revise(event)
        assert (self.people(pair), self.people(other)) == ([], ["Ada"])

    def test_the_check_finds_and_mends_what_is_not_so(self, pair, event, capsys):
        publish(event)
        Participation.objects.update(relation=None)
        with pytest.raises(CommandError, match="1 are wrong"):
            call_command("check_statistics")
        assert f"{event.slug}: the stored pair of its people is another" in capsys.readouterr().err
        call_command("check_statistics", fix=True)
        assert self.people(pair) == ["Ada"]
        call_command("check_statistics")


def test_a_merged_record_is_counted_once(pair):
    one, other = (EventFactory(relation=pair, published=True) for _number in range(2))
    merge(one, other, UserFactory(role="Administrator"), "The same.")
    call_command("check_statistics")
    assert numbers(pair)[0] == 1


def test_the_records_of_merged_organizations_stay_counted():
    rows = [MembershipFactory(published=True) for _number in range(2)]
    merge(rows[0].organization, rows[1].organization)
    assert numbers(None)[0] == Record.objects.published().count()


def test_many_that_are_published_at_once_are_counted():
    for _number in range(4):
        CitationFactory(record=EventFactory(relation=RelationFactory()))
    publish(Event.objects.all())
    assert [row.entries for row in Statistics.objects.exclude(relation=None)] == [1, 1, 1, 1]


def test_the_loaded_base_is_counted(base, capsys):
    call_command("check_statistics")
    entries = Record.objects.published().count()
    assert f"{entries} records, all as counted." in capsys.readouterr().out


class TestCheck:
    @pytest.fixture
    def wrong(self, pair):
        EventFactory(relation=pair, published=True)
        Statistics.objects.filter(relation=pair).update(entries=7)
        return pair

    def test_a_wrong_number_is_found(self, wrong, capsys):
        with pytest.raises(CommandError, match="1 are wrong"):
            call_command("check_statistics")
        assert str(wrong) in capsys.readouterr().err

    def test_it_is_mended_when_that_is_asked_for(self, wrong):
        before = BaseVersion.objects.current()
        call_command("check_statistics", fix=True)
        assert numbers(wrong)[0] == 1
        # Pages that were kept with the wrong number are made anew.
        assert BaseVersion.objects.current() > before

    def test_a_pair_whose_row_was_lost_is_found(self, wrong):
        Statistics.objects.all().delete()
        assert [row.relation for row in Statistics.objects.differing()] == [wrong]

    def test_a_pair_of_which_nothing_is_published_needs_no_row(self, pair):
        EventFactory(relation=pair)
        assert Statistics.objects.differing() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
def test_of_two_publications_in_a_pair_at_once_none_is_forgotten():
    pair = RelationFactory()
    one, other = (EventFactory(relation=pair) for _number in range(2))
    for event in (one, other):
        CitationFactory(record=event)

    def publish_other():
        publish(Event.objects.get(pk=other.pk))
        connection.close()

    thread = Thread(target=publish_other)
    with transaction.atomic():
        publish(one)
        thread.start()
        thread.join(1)
        assert thread.is_alive()
    thread.join(20)
    assert numbers(Relation.objects.get())[0] == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
def test_what_is_published_in_bulk_is_not_moved_meanwhile():
    pair, other = RelationFactory(), RelationFactory()
    event = EventFactory(relation=pair)
    CitationFactory(record=event)

    def move():
        with transaction.atomic():
            row = Event.objects.select_for_update().get(pk=event.pk)
            row.relation = other
            revise(row)
        connection.close()

    thread = Thread(target=move)
    with transaction.atomic():
        # Read, as the publication of many begins ...
        (batch,) = publication.batches(Event.objects.filter(pk=event.pk))
        thread.start()
        thread.join(1)
        # ... and nobody gets in between.
        assert thread.is_alive()
        publication.publish(batch)
    thread.join(20)
    assert (numbers(pair)[0], numbers(other)[0]) == (0, 1)


def test_an_organization_without_records_changes_no_number():
    merge(OrganizationFactory(), OrganizationFactory())
    assert Statistics.objects.differing() == []
