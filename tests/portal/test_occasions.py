"""Entries of one occasion: what is grouped, and in which words."""

import pytest

from core.dates import Edtf
from portal.occasions import occasions
from tests.factories import (
    EventFactory,
    RelationFactory,
    TreatyActionFactory,
    TreatyFactory,
)

DAY = Edtf.parse("2018-08-12")
pytestmark = pytest.mark.django_db


@pytest.fixture
def pair():
    return RelationFactory()


def action(pair, **values):
    values = {"date": DAY, "place": "Baku"} | values
    return TreatyActionFactory(treaty=TreatyFactory(relation=pair), **values)


def sizes(entries):
    return [len(occasion.entries) for occasion in occasions(entries)]


def test_actions_of_one_day_place_and_type_are_one_occasion(pair):
    rows = [action(pair) for _ in range(8)]
    (found,) = occasions(rows)
    assert (found.is_shared, found.day, found.place) == (True, DAY, "Baku")
    assert found.entries == tuple(rows)
    assert found.words == "8 documents signed in Baku"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"place": ""}, "2 documents signed"),
        ({"action_type": "ratification"}, "2 documents: ratification, Baku"),
        ({"action_type": "entry_into_force", "place": ""}, "2 documents: entry into force"),
    ],
)
def test_the_words_name_the_place_and_the_action(pair, values, words):
    (found,) = occasions([action(pair, **values) for _ in range(2)])
    assert found.words == words


@pytest.mark.parametrize(
    "values",
    [
        {"place": "Astana"},
        {"place": ""},
        {"action_type": "ratification"},
        {"date": Edtf.parse("2018-08-13")},
    ],
)
def test_another_day_place_or_type_is_another_occasion(pair, values):
    assert sizes([action(pair), action(pair, **values)]) == [1, 1]


def test_steps_of_different_parties_are_different_occasions(pair):
    def by(country):
        treaty = TreatyFactory(relation=pair)
        party = treaty.parties.get(country=country)
        return TreatyActionFactory(treaty=treaty, party=party, date=DAY)

    one, other = pair.country_a, pair.country_b
    assert sizes([by(one), by(other), by(one)]) == [2, 1]


@pytest.mark.parametrize("date", ["", "2018", "2018-08", "2018-08-12~", "[2018-08-12..2018-08-14]"])
def test_a_date_that_is_not_certainly_one_day_groups_nothing(pair, date):
    assert sizes([action(pair, date=Edtf.parse(date)) for _ in range(2)]) == [1, 1]


def test_other_entries_of_the_day_stay_alone_and_do_not_split_an_occasion(pair):
    event = EventFactory(relation=pair, date=DAY)
    rows = [action(pair), event, action(pair)]
    assert [[row.pk for row in found.entries] for found in occasions(rows)] == [
        [rows[0].pk, rows[2].pk],
        [event.pk],
    ]
