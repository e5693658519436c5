"""Likely duplicates: which records count as the same, and which near misses do not."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.dates import Edtf
from relations.duplicates import Sketch, agree, alike, days_apart, likely, similarity
from relations.models import Event, Membership, Visit
from relations.models.record import record_class
from tests.factories import (
    CountryFactory,
    EventFactory,
    MembershipFactory,
    MissionFactory,
    RelationFactory,
    TreatyFactory,
    VisitFactory,
)
from tests.steps import withdraw
from treaties.models import Treaty

COMMON = frozenset({"azerbaijan", "kazakhstan"})


def sketch(kind, date, title, type="", shared=()):
    model = record_class(kind)
    return Sketch(
        date=Edtf.parse(date), title=title, type=type, likeness=model.LIKENESS, shared=shared,
        singular=model(**{model.TYPE_FIELD: type}).is_singular,
        by_day=model(**{model.TYPE_FIELD: type}).is_known_by_day,
    )  # fmt: skip


SAME = [
    # The same visit, a day apart and worded differently.
    ("visit", ("2024-03-11", "State visit of President Tokayev to Azerbaijan", "state"),
     ("2024-03-12", "President Tokayev's state visit to Baku", "state")),
    # One of them does not state the type.
    ("visit", ("2024-03-11", "Visit of President Tokayev", "state"),
     ("2024-03", "Tokayev's visit", "unspecified")),
    # A coarser date that contains the finer one; a different word order.
    ("treaty", ("2005-05-24", "Agreement on strategic partnership and alliance", "agreement"),
     ("2005", "Strategic Partnership and Alliance Agreement", "treaty")),
    # Invisible characters.
    ("treaty", ("2005-05-24", "Agreement on the Silk Road", "agreement"),
     ("2005-05-24", "Agree\u00adment on\u00a0the \u200eSilk\u200b Road", "agreement")),
    # Two investment treaties of one day, whatever their titles.
    ("treaty", ("1996-09-16", "Azerbaijan - Kazakhstan BIT (1996)", "bit"),
     ("1996-09-16", "Agreement on the encouragement of capital", "bit")),
    # Undated; different case and accents.
    ("event", ("", "Opening of the Abai monument", "project"),
     ("2020-09", "opening of the Ábai Monument", "institution_opened")),
    # A truncated title.
    ("treaty", ("2001-04-05", "Agreement on cooperation in customs matters", "agreement"),
     ("2001-04", "Agreement on cooperation in customs matters and mutual assistance", "agreement")),
    # The same rank in the same month, in other words and on another day.
    ("visit", ("2024-03-11", "Talks in Baku", "official", ("head_of_state",)),
     ("2024-03-28", "Tokayev meets Aliyev", "working", ("head_of_state",))),
    ("visit", ("2024-03", "Talks in Baku", "official", ("minister",)),
     ("2024-03-28", "Second visit of the minister", "working", ("minister",))),
    # A day apart, although in another month.
    ("visit", ("2024-03-31", "Talks in Baku", "official", ("head_of_state",)),
     ("2024-04-01", "Tokayev meets Aliyev", "working", ("head_of_state",))),
    # One type on one day, under another title.
    ("event", ("2020-01-05", "Embassy opened", "mission_opened"),
     ("2020-01-05", "Ribbon cut in Baku", "mission_opened")),
    # What happens once, in one month.
    ("event", ("1992-08-27", "Diplomatic relations", "establishment"),
     ("1992-08", "Exchange of notes in Almaty", "establishment")),
    # What happens once, on dates that may be the same.
    ("event", ("1992-08-27", "Diplomatic relations", "establishment"),
     ("1992", "Exchange of notes in Almaty", "establishment")),
    ("event", ("1992-08-27", "Diplomatic relations", "establishment"),
     ("[..1995]", "Exchange of notes in Almaty", "establishment")),
    ("event", ("1992~", "Diplomatic relations", "establishment"),
     ("", "Exchange of notes in Almaty", "establishment")),
    # Different word endings.
    ("event", ("2020-01-05", "Открытие посольства Казахстана в Баку", "mission_opened"),
     ("2020-01-20", "Открыто посольство Казахстана, Баку", "mission_opened")),
]  # fmt: skip

DIFFERENT = [
    # Two sessions of a council, a year apart.
    ("event", ("2022-08-24", "Session of the Supreme Interstate Council", "session"),
     ("2023-08-24", "Session of the Supreme Interstate Council", "session")),
    # Two sessions that differ only in their number.
    ("event", ("2022-08", "First session of the Intergovernmental Commission", "session"),
     ("2022-08", "Second session of the Intergovernmental Commission", "session")),
    # Two protocols of one day.
    ("treaty", ("2001-04-05", "Protocol on cooperation in customs", "protocol"),
     ("2001-04-05", "Protocol on cooperation in culture", "protocol")),
    ("treaty", ("2001-04-05", "Agreement between Azerbaijan and Kazakhstan on air transport", "a"),
     ("2001-04-05", "Agreement between Azerbaijan and Kazakhstan on rail transport", "a")),
    ("treaty", ("2001-04-05", "Agreement on cooperation in the field of plant protection and "
                "assistance", "agreement"),
     ("2001-04-05", "Agreement on cooperation in the field of investment protection and "
      "assistance", "agreement")),
    # Two investment treaties of two days, an investment treaty and another of its day.
    ("treaty", ("1996-09-16", "Azerbaijan - Kazakhstan BIT (1996)", "bit"),
     ("1996-09-17", "Agreement on the encouragement of capital", "bit")),
    ("treaty", ("1996-09-16", "Azerbaijan - Kazakhstan BIT (1996)", "bit"),
     ("1996-09-16", "Agreement on the encouragement of capital", "agreement")),
    # Two days, the same title, six weeks apart.
    ("visit", ("2024-03-11", "Working visit", "working"),
     ("2024-04-25", "Working visit", "working")),
    # Another visit in the same month.
    ("visit", ("2024-03-11", "Visit of President Tokayev", "state"),
     ("2024-03-28", "Visit of the foreign minister Nurtleu", "working")),
    # The same month, but another rank, or only known to the year.
    ("visit", ("2024-03-11", "Talks in Baku", "official", ("head_of_state",)),
     ("2024-03-28", "Tokayev meets Aliyev", "working", ("minister",))),
    ("visit", ("2024-03-11", "Talks in Baku", "official", ("head_of_state",)),
     ("2024", "Tokayev meets Aliyev", "working", ("head_of_state",))),
    # The same rank, two months.
    ("visit", ("2024-03-11", "Talks in Baku", "official", ("head_of_state",)),
     ("2024-04-05", "Tokayev meets Aliyev", "working", ("head_of_state",))),
    # Another type on the same day, another day.
    ("event", ("2020-01-05", "Embassy opened", "mission_opened"),
     ("2020-01-05", "Ribbon cut in Baku", "meeting")),
    ("event", ("2020-01-05", "Embassy opened", "mission_opened"),
     ("2020-01-08", "Ribbon cut in Baku", "mission_opened")),
    # What happens once, in two years.
    ("event", ("1992-08-27", "Diplomatic relations", "establishment"),
     ("1993", "Exchange of notes in Almaty", "establishment")),
    # Dates that may be the same, of what happens often.
    ("event", ("1992", "Talks in Baku", "meeting"), ("1992-08-27", "Presidents met", "meeting")),
    # Nothing in common but words that all titles have.
    ("event", ("2024-03-11", "Statement of the President of Kazakhstan", "statement"),
     ("2024-03-11", "The President of Azerbaijan meets investors", "meeting")),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "one", "other"), SAME)
def test_similar_records_are_alike(kind, one, other):
    one, other = sketch(kind, *one), sketch(kind, *other)
    assert alike(one, other, COMMON)
    assert alike(other, one, COMMON)


@pytest.mark.parametrize(("kind", "one", "other"), DIFFERENT)
def test_different_records_are_not_alike(kind, one, other):
    one, other = sketch(kind, *one), sketch(kind, *other)
    assert not alike(one, other, COMMON)
    assert not alike(other, one, COMMON)


@pytest.mark.parametrize(
    ("one", "other", "days"),
    [
        ("2024-03-11", "2024-03-12", 1),
        ("2024-03", "2024-03-12", 0),
        ("2024", "2025-01-15", 15),
        ("[..1995]", "1996-01-01", 1),
        ("[2020..]", "2019-12-31", 1),
        ("", "2019", None),
    ],
)
def test_days_apart_is_the_smallest_possible_distance(one, other, days):
    one, other = Edtf.parse(one), Edtf.parse(other)
    assert days_apart(one, other) == days_apart(other, one) == days


def test_titles_without_words_are_not_similar():
    assert similarity("", "") == similarity("§§", "of the") == 0.0


TALKS = {"date": "2024-03-11", "title": "Talks"}
AGREEING = [
    # Leaders on one day, whatever the titles say; the other gives no type.
    (VisitFactory, TALKS | {"visit_type": "state"}, TALKS | {"title": "Tokayev in Baku"}),
    # One gives the end.
    (VisitFactory, TALKS | {"until": "2024-03-12"}, TALKS),
    # A minister, of whom there are several, with the same title.
    (VisitFactory, TALKS | {"rank": "minister"}, TALKS | {"rank": "minister"}),
    (EventFactory, TALKS, TALKS | {"title": "TALKS"}),
    (EventFactory, {"event_type": "establishment", "date": "1992-08-27"},
     {"event_type": "establishment", "date": "1992-08-27"}),
    # What happens once may be dated more coarsely.
    (EventFactory, {"event_type": "establishment", "date": "1992-08-27"},
     {"event_type": "establishment", "date": "1992"}),
    (MembershipFactory, {"date": "1995-01-01"}, {"date": "1995", "membership_type": "full"}),
    (MissionFactory, {"date": "1993", "place": "Baku"}, {"date": "1993-05", "place": ""}),
    (MissionFactory, {"mission_type": "consulate", "date": "1993", "place": "Baku"},
     {"mission_type": "consulate", "date": "1993-05", "place": "Baku"}),
]  # fmt: skip
DISAGREEING = [
    (VisitFactory, TALKS, TALKS | {"date": "2024-03-12"}),
    (VisitFactory, TALKS, TALKS | {"date": "2024-03"}),
    (VisitFactory, TALKS, TALKS | {"rank": "minister"}),
    (VisitFactory, TALKS | {"until": "2024-03-12"}, TALKS | {"until": "2024-03-14"}),
    (VisitFactory, TALKS | {"visit_type": "state"}, TALKS | {"visit_type": "private"}),
    (VisitFactory, TALKS | {"rank": "minister"},
     {"date": "2024-03-11", "rank": "minister", "title": "Visit to the port"}),
    (EventFactory, TALKS, TALKS | {"title": "Opening of the port"}),
    (EventFactory, TALKS | {"title": "1st session"}, TALKS | {"title": "2nd session"}),
    (EventFactory, TALKS, TALKS | {"event_type": "session"}),
    (EventFactory, {"event_type": "establishment", "date": "1992-08-27"},
     {"event_type": "establishment", "date": "1992-08-28"}),
    (EventFactory, {"event_type": "establishment", "date": "1992~"},
     {"event_type": "establishment", "date": "1992-08-28"}),
    (MembershipFactory, {"date": "1995"}, {"date": "1996"}),
    (MembershipFactory, {"date": "1995"}, {"date": ""}),
    (MembershipFactory, {"date": "1995", "membership_type": "full"},
     {"date": "1995", "membership_type": "observer"}),
    (MissionFactory, {"date": "1993", "place": "Baku"}, {"date": "1993", "place": "Ganja"}),
    # A consulate of which one does not state the place may be another.
    (MissionFactory, {"mission_type": "consulate", "date": "1993-05-01", "place": "Baku"},
     {"mission_type": "consulate", "date": "1993-05-01", "place": ""}),
]  # fmt: skip


def two_reports(factory, one, other):
    one = factory(**one)
    names = ("relation_id", *(f"{name}_id" for name in one.SUBJECT))
    other = factory.build(**other, **{name: getattr(one, name) for name in names})
    return one, other


@pytest.mark.django_db
class TestAgree:
    @pytest.mark.parametrize(("factory", "one", "other"), AGREEING)
    def test_reports_of_one_thing_agree(self, factory, one, other):
        one, other = two_reports(factory, one, other)
        assert agree(one, other)
        assert agree(other, one)

    @pytest.mark.parametrize(("factory", "one", "other"), DISAGREEING)
    def test_doubtful_reports_do_not_agree(self, factory, one, other):
        one, other = two_reports(factory, one, other)
        assert not agree(one, other)
        assert not agree(other, one)

    def test_titles_that_name_one_country_each_do_not_agree(self):
        pair = CountryFactory(name_en="France"), CountryFactory(name_en="Kazakhstan")
        one, same, other = (
            {"date": "1993-01-01", "event_type": "mission_opened", "title": title}
            for title in (
                "Embassy of France opened",
                "Embassy of France in Kazakhstan opened",
                "Embassy of Kazakhstan opened",
            )
        )
        assert agree(*two_reports(EventFactory, one, same), pair)
        assert not agree(*two_reports(EventFactory, one, other), pair)

    def test_reports_about_two_pairs_or_hosts_do_not_agree(self):
        one = VisitFactory(date="2024-03-11", title="Talks")
        assert not agree(one, VisitFactory(date="2024-03-11", title="Talks"))
        other = VisitFactory(
            date="2024-03-11", title="Talks", relation=one.relation, host=one.relation.country_b
        )
        assert not agree(one, other)


@pytest.mark.django_db
class TestLikely:
    @pytest.fixture
    def pair(self):
        return RelationFactory()

    def test_similar_records_of_the_pair_and_kind_are_found_closest_first(self, pair):
        title = "Opening of the Abai monument park"
        less = EventFactory(relation=pair, title="Opening of the Abai monument", date="")
        same = EventFactory(relation=pair, title=title, date="2020-09-02")
        EventFactory(relation=pair, title=title, date="2021-09-02")
        EventFactory(title=title, date="2020-09-02")
        VisitFactory(relation=pair, title=title, date="2020-09-02")
        gone = EventFactory(relation=pair, title=title, date="2020-09-02", published=True)
        withdraw(gone)
        new = Event(relation=pair, title=title, date="2020-09", event_type="project")
        assert likely(new) == [same, less]
        assert same not in likely(same)

    def test_a_visit_to_the_other_country_is_no_duplicate(self, pair):
        VisitFactory(relation=pair, title="Visit of the president", date="2020-09-02")
        new = Visit(relation=pair, title="Visit of the president", date="2020-09-02")
        new.host = pair.country_b
        assert likely(new) == []
        new.host = pair.country_a
        assert len(likely(new)) == 1

    def test_memberships_are_compared_by_their_sides_not_their_titles(self):
        known = MembershipFactory(date="2004", membership_type="full")
        new = Membership(member=known.member, organization=known.organization, title="Joins")
        new.date, new.membership_type = "2004-02-07", "full"
        assert likely(new) == [known]
        new.organization = MembershipFactory().organization
        assert likely(new) == []

    def test_a_multilateral_treaty_is_found_by_its_parties(self):
        one, two, three = CountryFactory.create_batch(3)
        title = "Convention on the legal status of the sea"
        known = TreatyFactory(relation=None, parties=[one, two], title=title, date="2018-08-12")
        TreatyFactory(relation=None, parties=[three], title=title, date="2018-08-12")
        new = Treaty(title=title, date="2018-08", instrument="convention")
        assert likely(new, {("country", one.pk), ("country", two.pk)}) == [known]
        assert likely(new) == []

    def test_an_invalid_date_or_blank_title_has_no_duplicates(self, pair):
        EventFactory(relation=pair, title="Opening")
        assert likely(Event(relation=pair, title="Opening", date="no date")) == []
        assert likely(Event(relation=pair, title=" ", date="2020-09")) == []

    def test_the_earliest_and_latest_dates_are_compared(self, pair):
        for text in ("0001-01-01", "9999-12-31"):
            known = EventFactory(relation=pair, title=f"Opening {text[:4]}", date=text)
            new = Event(relation=pair, title=known.title, date=text, event_type="meeting")
            assert likely(new) == [known]

    def test_the_number_of_queries_does_not_grow_with_records(self, pair):
        new = Event(
            relation=pair, title="Opening of the park", date="2020-09", event_type="meeting"
        )
        counts = []
        for number in (2, 10):
            EventFactory.create_batch(number, relation=pair, title="Opening of the park")
            with CaptureQueriesContext(
                connection,
            ) as queries:
                likely(new)
            counts.append(len(queries))
        assert counts[0] == counts[1] <= 4
