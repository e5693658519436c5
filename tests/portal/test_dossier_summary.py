"""The sentences that open a dossier: each clause in exact words, with its links."""

from datetime import date
from types import SimpleNamespace

import pytest

from core.dates import Edtf, today
from portal.dossier import dossier
from portal.dossier_summary import (
    Value,
    missions_clauses,
    relations_clause,
    summary,
    trade_clause,
    treaties_clause,
    visits_clause,
)
from portal.pair_treaties import StatusCounts
from portal.turns import Turns
from relations.models import Country, Event, Mission, Relation, Visit
from tests.factories import (
    CountryFactory,
    EventFactory,
    MissionFactory,
    RelationFactory,
    TreatyFactory,
    VisitFactory,
)

NORTH = Country(pk=1, slug="north", name_en="North")
SOUTH = Country(pk=2, slug="south", name_en="South")
PAIR = Relation(slug="north-south", country_a=NORTH, country_b=SOUTH)
DAY = date(2026, 1, 1)


def said(parts) -> str:
    return "".join(map(str, parts))


def links(parts) -> dict[str, str]:
    return {part.words: part.url for part in parts if isinstance(part, Value)}


def event(day, kind="establishment"):
    return Event(slug=kind, kind="event", event_type=kind, date=Edtf.parse(day), relation=PAIR)


class TestRelations:
    @pytest.mark.parametrize(
        ("day", "words"),
        [
            ("1992-08-27", "diplomatic relations since 27 August 1992"),
            ("1992", "diplomatic relations since 1992"),
            ("1992-08~", "diplomatic relations since about August 1992"),
            ("1992?", "diplomatic relations since 1992 (uncertain)"),
            ("[..1995]", "diplomatic relations: established not later than 1995"),
            ("[1991..1992]", "diplomatic relations: established between 1991 and 1992"),
            ("", "diplomatic relations: established on an unknown date"),
        ],
    )
    def test_the_day_is_as_precise_as_its_source(self, day, words):
        assert said(relations_clause(Turns([event(day)]), [])) == words

    def test_the_day_links_to_its_event_and_has_its_notes(self):
        row = event("1992")
        (_words, day) = relations_clause(Turns([row]), [])
        assert (day.url, day.row) == ("/events/establishment/", row)

    def test_a_disputed_day_says_so(self):
        clause = relations_clause(Turns([event("1992")], disputed=True), [])
        assert said(clause) == "diplomatic relations since 1992 (sources disagree)"
        assert links(clause)["sources disagree"] == "#disagreements"

    def test_rival_days_are_all_named(self):
        rows = [event("1992-08-27"), event("1992-08-30")]
        clause = relations_clause(Turns(rows, disputed=True), [])
        assert said(clause) == (
            "diplomatic relations: established 27 August 1992, established 30 August 1992 "
            "(sources disagree)"
        )

    def test_relations_that_were_severed_are_not_said_to_last(self):
        turns = [event("1950"), event("1967", "severance"), event("1974", "resumption")]
        words = "diplomatic relations: established 1950, severed 1967, resumed 1974"
        assert said(relations_clause(Turns(turns), [])) == words

    def test_of_many_turns_the_first_and_the_newest_are_named_and_the_others_counted(self):
        rows = [event("1950"), event("1967", "severance"), event("1974", "resumption")]
        clause = relations_clause(Turns(rows, left_out=8, url="/events/?pair=north-south"), [])
        words = (
            "diplomatic relations: established 1950, 8 other changes, severed 1967, resumed 1974"
        )
        assert said(clause) == words
        assert links(clause)["8 other changes"] == "/events/?pair=north-south"

    def test_relations_with_a_former_state_are_not_said_to_last(self):
        gone = Country(slug="gone", name_en="Gone", until=Edtf.parse("1991-12-26"))
        words = (
            "diplomatic relations: established 1924 (former state: Gone, until 26 December 1991)"
        )
        assert said(relations_clause(Turns([event("1924")]), [gone])) == words

    def test_unknown_relations_are_said_to_be_unrecorded(self):
        words = "when diplomatic relations were established is not recorded"
        assert said(relations_clause(Turns([]), [])) == words


class TestTreaties:
    @pytest.mark.parametrize(
        ("counts", "words"),
        [
            ({"in_force": 2, "unknown": 11}, "2 of 13 treaties are in force, 11 of unknown status"),
            ({"in_force": 1}, "1 of 1 treaty is in force"),
            ({"in_force": 1, "possibly": 2}, "1 of 3 treaties is in force, 2 possibly"),
            ({"unknown": 3}, "none of 3 treaties is known to be in force, 3 of unknown status"),
            ({"not_in_force": 2}, "none of 2 treaties is in force"),
            ({"provisional": 1}, "none of 1 treaty is in force, 1 provisionally applied"),
            ({}, "no treaty between the two is recorded"),
        ],
    )
    def test_the_counts_today(self, counts, words):
        assert said(treaties_clause(StatusCounts(**counts), "/treaties/", None)) == words

    def test_the_counts_on_another_day(self):
        counts = StatusCounts(in_force=1, unknown=3, later=9)
        clause = treaties_clause(counts, "/treaties/", date(2000, 1, 1))
        assert said(clause) == (
            "in force on 1 January 2000: 1 of the 4 treaties concluded by then, 3 of unknown status"
        )
        assert links(clause) == {"1": "#in-force", "4 treaties": "/treaties/", "3": "#treaties"}
        clause = treaties_clause(StatusCounts(later=9), "/treaties/", date(2000, 1, 1))
        words = "no treaty that the two had concluded by 1 January 2000 is recorded"
        assert said(clause) == words


class TestVisits:
    def visit(self, day):
        return Visit(slug="visit", kind="visit", date=Edtf.parse(day), host=SOUTH, relation=PAIR)

    @pytest.mark.parametrize(
        ("day", "total", "words"),
        [
            (
                "2024-03-11",
                4,
                "4 visits are recorded, most recently 11 March 2024 (North → South)",
            ),
            ("2024", 1, "1 visit is recorded: 2024 (North → South)"),
            ("", 1, "1 visit is recorded, with an unknown date"),
            ("", 3, "3 visits are recorded, with unknown dates"),
        ],
    )
    def test_the_latest_visit(self, day, total, words):
        assert said(visits_clause([self.visit(day)], total)) == words

    def test_no_visit(self):
        assert said(visits_clause([], 0)) == "no visit is recorded"


@pytest.mark.parametrize(
    ("differs", "words"),
    [
        (False, "turnover in all goods was 5 million US dollars (2023, North)"),
        (True, "turnover in all goods was 5 million US dollars (2023, North; sources differ)"),
    ],
)
def test_the_newest_turnover_says_whether_sources_differ(differs, words):
    latest = SimpleNamespace(words="5 million US dollars", url="/figure/", when=2023)
    spark = SimpleNamespace(latest=latest, reporter="North", differs=differs)
    assert said(trade_clause(spark)) == words
    assert links(trade_clause(spark)) == {"5 million US dollars": "/figure/"}
    assert said(trade_clause(None)) == "turnover in all goods is not recorded"


class TestMissions:
    def mission(self, sender, kind="embassy", place="Capital", day="", until=""):
        host = SOUTH if sender is NORTH else NORTH
        return Mission(
            slug=f"{kind}-{place}".lower(), kind="mission", sender=sender, host=host, place=place,
            mission_type=kind, date=Edtf.parse(day), until=Edtf.parse(until), relation=PAIR,
        )  # fmt: skip

    def words(self, *missions, day=DAY, past=False):
        return "; ".join(map(said, missions_clauses(PAIR, list(missions), day, past)))

    def test_missions_are_named_with_their_links(self):
        rows = [
            self.mission(NORTH, day="1993", until=".."),
            self.mission(NORTH, "consulate", "Port", "1999", ".."),
            self.mission(SOUTH, "honorary_consulate", "", "1995", ".."),
        ]
        (one, other) = missions_clauses(PAIR, rows, DAY, past=False)
        assert said(one) == "missions (North): an embassy in Capital and a consulate in Port"
        assert links(one) == {
            "an embassy in Capital": "/missions/embassy-capital/",
            "a consulate in Port": "/missions/consulate-port/",
        }
        assert said(other) == "missions (South): an honorary consulate"

    def test_missions_of_one_side_only(self):
        row = self.mission(NORTH, day="1993", until="..")
        words = "missions (North): an embassy in Capital; missions (South): none recorded"
        assert self.words(row) == words

    def test_missions_without_dates_exist_as_far_as_is_known(self):
        words = (
            "as far as is known, missions (North): an embassy in Capital, and missions (South): "
            "an embassy in Town"
        )
        assert self.words(self.mission(NORTH), self.mission(SOUTH, place="Town")) == words

    def test_a_closed_mission_is_not_present(self):
        row = self.mission(NORTH, day="1993", until="2001")
        words = "missions (North): none recorded at present; missions (South): none recorded"
        assert self.words(row) == words

    def test_on_another_day_only_missions_that_certainly_existed_are_named(self):
        rows = [self.mission(NORTH, day="1993", until="2001"), self.mission(SOUTH)]
        words = "missions then (North): an embassy in Capital; missions then (South): unknown"
        assert self.words(*rows, day=date(2000, 1, 1), past=True) == words
        words = "the missions at that time are unknown"
        assert self.words(*rows, day=date(2010, 1, 1), past=True) == words

    def test_many_missions_are_counted_and_those_of_one_kind_and_place_named_once(self):
        places = ["One", "Two", "Two", "Three", "Four", "Five"]
        rows = [self.mission(NORTH, "consulate", place, "1990", "..") for place in places]
        (clause, _south) = missions_clauses(PAIR, rows, DAY, past=False)
        assert said(clause) == (
            "missions (North): a consulate in One, a consulate in Two, a consulate in Three "
            "and 2 more missions"
        )
        assert links(clause)["2 more missions"] == "#missions"

    def test_no_mission(self):
        assert self.words() == "no mission is recorded"


@pytest.mark.django_db
class TestSummary:
    def test_a_pair_without_data_has_no_sentences(self):
        assert summary(dossier(RelationFactory(), today())) == []

    def test_what_is_not_recorded_is_said(self):
        pair = RelationFactory()
        EventFactory(relation=pair, event_type="establishment", date="1992", published=True)
        first, second = map(said, dossier(pair, today())["summary"])
        assert first == ("Diplomatic relations since 1992; no treaty between the two is recorded.")
        assert second == (
            "No visit is recorded; turnover in all goods is not recorded; no mission is recorded."
        )

    def test_the_sentences_tell_what_is_recorded(self):
        pair = RelationFactory(country_a__name_en="North", country_b__name_en="South")
        TreatyFactory(relation=pair, published=True)
        VisitFactory(relation=pair, host=pair.country_a, date="2001-02-03", published=True)
        MissionFactory(relation=pair, date="1993", until="..", place="Town", published=True)
        first, second = map(said, dossier(pair, today())["summary"])
        assert first == (
            "When diplomatic relations were established is not recorded; none of 1 treaty is known "
            "to be in force, 1 of unknown status."
        )
        assert second == (
            "1 visit is recorded: 3 February 2001 (South → North); turnover in all goods is not "
            "recorded; missions (North): an embassy in Town; missions (South): none recorded."
        )

    def test_relations_of_a_state_that_has_ended_are_told_as_past(self):
        gone = CountryFactory(name_en="Gone", kind="former_state", until="1991-12-26")
        pair = RelationFactory(country_a=gone)
        EventFactory(relation=pair, event_type="establishment", date="1924", published=True)
        first, _second = map(said, dossier(pair, today())["summary"])
        assert first.startswith(
            "Diplomatic relations: established 1924 (former state: Gone, until 26 December 1991); "
        )
