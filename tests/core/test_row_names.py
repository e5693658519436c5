"""The names of related rows in changes, instead of their natural keys."""

import pytest

from core.row_names import RowNames, named_changes
from core.snapshot import changes, full_snapshot
from relations.models import Event, Person
from tests.factories import (
    CitationFactory,
    EventFactory,
    ParticipationFactory,
    PassageFactory,
    PersonFactory,
    SourceFactory,
    TopicFactory,
    TreatyActionFactory,
    TreatyFactory,
)
from treaties.models import Treaty

pytestmark = pytest.mark.django_db


def words(model, before, after):
    return {change.where: change.after for change in named_changes(model, before, after)}


def test_changes_name_related_rows_and_places(django_assert_num_queries):
    event = EventFactory(topics=[TopicFactory(name="Water")])
    passage = PassageFactory(source=SourceFactory(title="Minutes"), paragraph=3, sentence=9)
    CitationFactory(record=event, source=passage.source, passage=passage, field="date")
    ParticipationFactory(record=event, person=PersonFactory(name="Ann Lee"))
    content = full_snapshot(event)
    # Pairs, topics, sources, passages, people, and the record that its children name.
    with django_assert_num_queries(6):
        found = words(Event, None, content)
    assert found["Relation"] == str(event.relation)
    assert found["Topics"] == "Water"
    citation = "citation: Minutes, paragraph 3, sentence 9, date, supports"
    assert found[citation] == "passage: paragraph 3, sentence 9 “a few words”"
    assert "participation: participant, Ann Lee" in found


def test_a_step_is_named_by_what_was_done_by_whom_and_when():
    treaty = TreatyFactory()
    party = treaty.parties.get(country=treaty.relation.country_a)
    TreatyActionFactory(treaty=treaty, action_type="ratification", party=party, date="2024")
    step = f"treaty action: ratification, {party.country}, 2024"
    assert step in words(Treaty, None, full_snapshot(treaty))


def test_rows_with_the_same_name_are_told_apart_by_their_keys():
    event = EventFactory()
    before = full_snapshot(event)
    first, second = (TopicFactory(slug=slug, name="Water") for slug in ("one", "two"))
    event.relation = None
    one = full_snapshot(event) | {"topics": ["one"]}
    two = full_snapshot(event) | {"topics": ["two"]}
    assert (str(first), str(second), before["topics"]) == ("Water", "Water", [])
    (change,) = named_changes(Event, one, two)
    assert (change.before, change.after) == ("one", "two")


def test_a_row_that_is_gone_keeps_its_key():
    event = EventFactory()
    ParticipationFactory(record=event, person=PersonFactory(slug="ann-lee"))
    content = full_snapshot(event)
    event.participations.all().delete()
    Person.objects.all().delete()
    assert "participation: participant, ann-lee" in words(Event, None, content)


def test_without_names_changes_give_keys_and_take_no_query(django_assert_num_queries):
    event = EventFactory()
    content = full_snapshot(event)
    with django_assert_num_queries(0):
        found = {change.field: change.after for change in changes(Event, None, content)}
    assert found["Relation"] == event.relation.slug


def test_names_of_many_snapshots_take_one_query_for_each_model(django_assert_num_queries):
    contents = [(Event, full_snapshot(EventFactory())) for _number in range(5)]
    with django_assert_num_queries(1):
        RowNames(contents)
