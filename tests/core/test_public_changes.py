"""The log of public changes: each identifier once, in the order of the commits."""

from threading import Thread

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from core.changes import deleting, rows_changed, together
from core.models import PublicChange
from relations.models import Event
from relations.publication import revise
from tests.factories import (
    EventFactory,
    PersonFactory,
    SourceFactory,
    TopicFactory,
)
from tests.steps import publish, withdraw

pytestmark = pytest.mark.django_db


def logged(since: int = 0, kind: str = "event") -> list[tuple[str, str]]:
    """The identifiers and actions in the log after a position."""
    rows = PublicChange.objects.since(since).filter(kind=kind)
    return list(rows.values_list("key", "action"))


def test_each_identifier_is_in_the_log_once_with_its_latest_change():
    one, other = EventFactory(published=True), EventFactory(published=True)
    assert logged() == [(one.slug, "published"), (other.slug, "published")]
    number = PublicChange.objects.newest()
    revise(one)
    assert logged() == [(other.slug, "published"), (one.slug, "changed")]
    assert logged(number) == [(one.slug, "changed")]
    withdraw(one)
    assert logged(number) == [(one.slug, "withdrawn")]
    publish(one)
    assert logged(number) == [(one.slug, "published")]


def test_positions_only_increase():
    event, numbers = EventFactory(published=True), []
    for _number in range(3):
        numbers.append(PublicChange.objects.get(kind="event").pk)
        revise(event)
    withdraw(event)
    numbers.append(PublicChange.objects.get(kind="event").pk)
    assert numbers == sorted(set(numbers))


def test_drafts_write_nothing():
    event = EventFactory()
    rows_changed(event, event.relation, PersonFactory())
    with deleting([event]):
        event.delete()
    assert not PublicChange.objects.exclude(kind="country").exists()


def test_a_row_that_is_published_and_changed_in_one_transaction_is_published():
    with together():
        event = EventFactory(published=True)
        revise(event)
    assert logged() == [(event.slug, "published")]


def test_a_change_that_is_rolled_back_is_not_in_the_log():
    event = EventFactory(published=True)
    number = PublicChange.objects.newest()
    with transaction.atomic():
        revise(event)
        transaction.set_rollback(True)
    assert logged(number) == []


def test_a_deleted_row_is_withdrawn_and_keeps_its_identifier():
    topic = TopicFactory()
    rows_changed(topic)
    with deleting([topic]):
        topic.delete()
    assert logged(kind="topic") == [(topic.slug, "withdrawn")]


def test_all_entries_of_a_transaction_have_one_time():
    with together():
        for _number in range(2):
            EventFactory(published=True)
    times = PublicChange.objects.filter(kind="event").values_list("at", flat=True)
    assert len(times) == 2
    assert len(set(times)) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
def test_a_reader_misses_nothing_of_transactions_that_end_in_another_order_than_they_begin():
    first, second = (EventFactory() for _number in range(2))
    for event in (first, second):
        event.citations.create(source=SourceFactory(), locator="page 1")
    number = PublicChange.objects.newest()
    read = []

    def read_on():
        nonlocal number
        for change in PublicChange.objects.since(number):
            number = change.pk
            if change.kind == "event":
                read.append(change.key)

    def publish_second():
        publish(Event.objects.get(pk=second.pk))
        connection.close()

    with transaction.atomic():
        # The first begins, and writes something; the second begins later and ends earlier.
        first.save()
        thread = Thread(target=publish_second)
        thread.start()
        thread.join(20)
        read_on()
        assert read == [second.slug]
        publish(first)
    read_on()
    assert read == [second.slug, first.slug]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
def test_a_transaction_waits_until_the_one_before_it_in_the_log_ends():
    first, second = (EventFactory(published=True) for _number in range(2))
    number = PublicChange.objects.newest()

    def revise_second():
        revise(Event.objects.get(pk=second.pk))
        connection.close()

    thread = Thread(target=revise_second)
    with transaction.atomic():
        revise(first)
        thread.start()
        thread.join(1)
        assert thread.is_alive()
    thread.join(20)
    assert [key for key, _action in logged(number)] == [first.slug, second.slug]


def test_check_changes_finds_and_logs_what_was_forgotten(capsys):
    seen, hidden = EventFactory(published=True), EventFactory(published=True)
    call_command("check_changes", fix=True)
    call_command("check_changes")
    Event.objects.filter(pk=hidden.pk).update(state="withdrawn")
    PublicChange.objects.filter(kind="event", key=seen.slug).delete()
    with pytest.raises(CommandError, match="2 rows are not in the log as readers see them"):
        call_command("check_changes")
    number = PublicChange.objects.newest()
    call_command("check_changes", fix=True)
    assert logged(number) == [(seen.slug, "published"), (hidden.slug, "withdrawn")]
    call_command("check_changes")
    assert capsys.readouterr().out.splitlines()[-1].endswith("all as readers see them.")


def test_the_fixtures_are_in_the_log_as_readers_see_them(base):
    call_command("check_changes")
