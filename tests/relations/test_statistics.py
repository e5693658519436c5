"""The stored statistics of each pair: they always match the published records."""

from threading import Thread

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from core.models import EVERYTHING, PageVersion
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
    """The numbers of records, citations, records with one supporting source, and with two."""
    return Statistics.objects.get(relation=relation).numbers()[:4]


def test_a_pair_counts_only_its_published_records(pair):
    EventFactory(relation=pair)
    events = [EventFactory(relation=pair, published=True) for _number in range(3)]
    assert numbers(pair) == (3, 3, 3, 0)
    withdraw(events[0])
    assert numbers(pair) == (2, 2, 2, 0)
    publish(events[0])
    assert numbers(pair) == (3, 3, 3, 0)


def test_newest_is_the_first_publication_of_the_latest_record(pair):
    first, second = (EventFactory(relation=pair, published=True) for _number in range(2))
    assert Statistics.objects.get(relation=pair).newest == second.published_at
    withdraw(second)
    assert Statistics.objects.get(relation=pair).newest == first.published_at


def test_support_is_counted_by_source_not_by_place(pair):
    once, twice, source = EventFactory(relation=pair), EventFactory(relation=pair), SourceFactory()
    for locator in ("page 1", "page 2"):
        CitationFactory(record=once, source=source, locator=locator)
    CitationFactory.create_batch(2, record=twice)
    CitationFactory(record=twice, stance="mentions")
    publish(once)
    publish(twice)
    assert numbers(pair) == (2, 5, 2, 1)


def test_records_without_a_pair_are_counted_separately(pair):
    MembershipFactory(published=True)
    assert numbers(None) == (1, 1, 1, 0)
    assert not Statistics.objects.filter(relation=pair, entries__gt=0).exists()
    EventFactory(relation=pair, published=True)
    total = Statistics.objects.total()
    assert total == {"entries": 2, "citations": 2, "cited": 2, "twice": 0}


def test_a_record_moved_to_another_pair_is_counted_only_there(pair):
    other, user = RelationFactory(), UserFactory(role="Administrator")
    event = EventFactory(relation=pair, published=True)

    def move(row):
        row.relation = other
        row.save()

    workflow.change_pending(event, move, user, "It is of another pair.")
    assert (numbers(pair)[0], Statistics.objects.filter(relation=other).count()) == (1, 0)
    workflow.publish(event, user)
    assert (numbers(pair)[0], numbers(other)[0]) == (0, 1)


def test_moving_a_treaty_moves_its_steps(pair):
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


def test_moving_a_draft_treaty_moves_its_published_step(pair):
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


def test_a_record_moved_repeatedly_is_counted_in_its_current_pair(pair):
    event, others = EventFactory(relation=pair, published=True), RelationFactory.create_batch(2)
    for other in others:
        event.relation = other
        revise(event)
    assert [numbers(one)[0] for one in (pair, *others)] == [0, 0, 1]


class TestPeople:
    """The people who take part in a pair's published records, by the pair stored with each."""

    def people(self, relation):
        return [row.name for row in people_of(relation)]

    @pytest.fixture
    def event(self, pair):
        event = EventFactory(relation=pair)
        CitationFactory(record=event)
        ParticipationFactory(record=event, person=PersonFactory(name="Ada"))
        return event

    def test_people_are_listed_while_the_record_is_published(self, pair, event):
        assert self.people(pair) == []
        publish(event)
        assert self.people(pair) == ["Ada"]
        withdraw(event)
        assert self.people(pair) == []
        publish(Event.objects.filter(pk=event.pk))
        assert self.people(pair) == ["Ada"]

    def test_people_added_to_a_published_record_are_listed(self, pair, event):
        publish(event)
        ParticipationFactory(record=event, person=PersonFactory(name="Bela"))
        assert self.people(pair) == ["Ada", "Bela"]

    def test_people_move_with_the_record(self, pair, event):
        other = RelationFactory()
        publish(event)
        event.relation = other
        revise(event)
        assert (self.people(pair), self.people(other)) == ([], ["Ada"])

    def test_check_statistics_finds_and_fixes_wrong_pairs_of_people(self, pair, event, capsys):
        publish(event)
        Participation.objects.update(relation=None)
        with pytest.raises(CommandError, match="1 stored rows are wrong"):
            call_command("check_statistics")
        assert f"{event.slug}: its people are stored with another pair" in capsys.readouterr().err
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


def test_records_published_together_are_counted():
    for _number in range(4):
        CitationFactory(record=EventFactory(relation=RelationFactory()))
    publish(Event.objects.all())
    assert [row.entries for row in Statistics.objects.exclude(relation=None)] == [1, 1, 1, 1]


def test_the_fixtures_have_correct_statistics(base, capsys):
    call_command("check_statistics")
    entries = Record.objects.published().count()
    assert f"{entries} records, all as counted." in capsys.readouterr().out


class TestCheck:
    @pytest.fixture
    def pair_with_wrong_count(self, pair):
        EventFactory(relation=pair, published=True)
        Statistics.objects.filter(relation=pair).update(entries=7)
        return pair

    def test_check_statistics_reports_a_wrong_number(self, pair_with_wrong_count, capsys):
        with pytest.raises(CommandError, match="1 stored rows are wrong"):
            call_command("check_statistics")
        assert str(pair_with_wrong_count) in capsys.readouterr().err

    def test_check_statistics_fixes_a_wrong_number_on_request(self, pair_with_wrong_count):
        before = PageVersion.objects.current([EVERYTHING])
        call_command("check_statistics", fix=True)
        assert numbers(pair_with_wrong_count)[0] == 1
        # Pages cached with the wrong number are rendered again.
        assert PageVersion.objects.current([EVERYTHING]) != before

    def test_a_pair_with_a_missing_row_is_found(self, pair_with_wrong_count):
        Statistics.objects.all().delete()
        assert [row.relation for row in Statistics.objects.differing()] == [pair_with_wrong_count]

    def test_a_pair_without_published_records_needs_no_row(self, pair):
        EventFactory(relation=pair)
        assert Statistics.objects.differing() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
def test_two_simultaneous_publications_in_a_pair_are_both_counted():
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
def test_a_record_cannot_move_during_bulk_publication():
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
        # Read the batch, as publishing a list begins ...
        (batch,) = publication.batches(Event.objects.filter(pk=event.pk))
        thread.start()
        thread.join(1)
        # ... and no other transaction can intervene.
        assert thread.is_alive()
        publication.publish(batch)
    thread.join(20)
    assert (numbers(pair)[0], numbers(other)[0]) == (0, 1)


def test_merging_organizations_without_records_changes_no_statistics():
    merge(OrganizationFactory(), OrganizationFactory())
    assert Statistics.objects.differing() == []
