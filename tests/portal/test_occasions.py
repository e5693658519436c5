"""Entries of one occasion: actions of one type, on one day and in one place."""

import pytest

from core.dates import Edtf
from portal.occasions import Occasion, by_occasion
from relations.models import Event
from treaties.models import TreatyAction

KEYS = iter(range(1, 1000))


def action(day="2024-03-11", place="Baku", kind="signature", occasion=None):
    return TreatyAction(
        pk=next(KEYS), kind="action", date=Edtf.parse(day), place=place, action_type=kind,
        occasion_id=occasion,
    )  # fmt: skip


def words(*records, **options):
    return [
        row.words if isinstance(row, Occasion) else row.kind
        for row in by_occasion(records, **options)
    ]


def test_the_results_of_one_occasion_are_one_entry_at_the_place_of_the_first():
    visit = Event(pk=next(KEYS), kind="event", date=Edtf.parse("2024-03-11"))
    rows = [action(), visit, action(), action()]
    found = by_occasion(rows)
    assert [type(row) for row in found] == [Occasion, Event]
    assert found[0].actions == [rows[0], rows[2], rows[3]]
    assert (found[0].words, found[0].date) == ("3 documents signed in Baku", visit.date)


@pytest.mark.parametrize(
    ("other", "grouped"),
    [
        ({}, True),
        ({"day": "2024-03-12"}, False),
        ({"place": "Astana"}, False),
        ({"kind": "ratification"}, False),
        ({"occasion": 7}, False),
    ],
)
def test_day_place_type_and_occasion_are_the_same(other, grouped):
    assert (words(action(), action(**other)) == ["2 documents signed in Baku"]) is grouped


@pytest.mark.parametrize("day", ["2024", "2024-03", "2024-03-11?", "[..2024-03-11]", ""])
def test_without_a_certain_day_there_is_no_occasion(day):
    assert words(action(day), action(day)) == ["action", "action"]


def test_other_actions_and_unknown_places_have_their_words():
    assert words(action(place=""), action(place="")) == ["2 documents signed"]
    rows = [action(kind="entry_into_force", place="") for _number in range(3)]
    assert words(*rows) == ["entry into force: 3 treaties"]


def test_an_occasion_that_may_continue_beyond_the_records_says_so():
    earlier = [action(), action()]
    last = [action("2024-01-01"), action("2024-01-01")]
    assert words(*earlier, *last, cut=True) == [
        "2 documents signed in Baku",
        "2 or more documents signed in Baku",
    ]
