"""Rows inserted in bulk are stored as rows that are saved one by one."""

import pytest
from django.forms.models import model_to_dict

from core import bulk
from relations.models import Event, Record, Relation, State
from relations.models.statistics import Statistics
from search.models import Word
from sources.models import Source
from tests.factories import CountryFactory, EventFactory, RelationFactory, SourceFactory

pytestmark = pytest.mark.django_db


def columns(row):
    """All columns of a row as it is stored, but its keys and times."""
    row = type(row).objects.get(pk=row.pk)
    left_out = {"id", "record_ptr_id", "slug", "created", "updated"}
    return {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.attname not in left_out
    }


@pytest.mark.parametrize("date", ["", "2005", "2020-09", "1992-08-27", "1992~", "[..1995]"])
def test_columns_derived_from_a_date_are_stored(date):
    (row,) = bulk.insert([Source(slug="s", title="S", kind="news", date=date)])
    saved = SourceFactory(slug="t", title="S", kind="news", date=date)
    assert [getattr(Source.objects.get(pk=row.pk), name) for name in ("date", "date_earliest")] == [
        getattr(saved, name) for name in ("date", "date_earliest")
    ]


def test_a_record_is_inserted_as_record_and_as_its_kind():
    pair = RelationFactory()
    values = {"title": "Élysée", "date": "2005", "event_type": "meeting", "relation": pair}
    rows = [Event(slug=slug, state=State.IN_REVIEW, **values) for slug in ("a", "b")]
    for row in rows:
        row.derive()
    for row in bulk.insert(rows, into=Record):
        row.pk = row.id
    bulk.insert(rows)
    saved = EventFactory(state=State.IN_REVIEW, **values)
    assert [columns(row) for row in rows] == [columns(saved)] * 2
    assert [row.slug for row in Event.objects.order_by("pk")[:2]] == ["a", "b"]
    assert not rows[0]._state.adding


def test_a_row_that_is_there_is_replaced():
    pair = RelationFactory()
    for entries in (1, 2):
        bulk.insert([Statistics(pk=pair.pk, relation=pair, entries=entries)], replace=True)
    assert model_to_dict(Statistics.objects.get(pk=pair.pk), ["entries"]) == {"entries": 2}


def test_a_row_that_breaks_a_unique_constraint_is_ignored():
    bulk.insert([Word(word="peace", size=5)], ignore=True)
    bulk.insert([Word(word=word, size=len(word)) for word in ("peace", "war")], ignore=True)
    assert list(Word.objects.order_by("word").values_list("word", flat=True)) == ["peace", "war"]


def test_a_pair_that_another_user_has_just_created_is_kept():
    one, other = CountryFactory(), CountryFactory()
    kept = RelationFactory(country_a=one, country_b=other)
    bulk.insert([Relation.of(one, other)], ignore=True)
    assert Relation.objects.get() == kept


def test_no_rows_are_no_query(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert bulk.insert([]) == []
        bulk.insert_values(Word, ("word", "size"), [])


def test_rows_of_values_are_stored_in_their_columns():
    bulk.insert_values(Word, ("size", "word"), [(5, "peace"), (3, "war")])
    assert dict(Word.objects.values_list("word", "size")) == {"peace": 5, "war": 3}


def test_more_rows_than_fit_in_a_statement_are_stored(monkeypatch):
    monkeypatch.setattr("core.bulk.ROWS", 2)
    rows = bulk.insert([Source(slug=f"s{number}", title="S", kind="news") for number in range(5)])
    stored = dict(Source.objects.values_list("pk", "slug"))
    assert stored == {row.pk: row.slug for row in rows}
    assert len(stored) == 5
