"""Records of different lists that may be the same: found, shown side by side, and decided."""

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from relations import workflow
from relations.merging import merge
from relations.models import FormerAddress, PossibleDuplicate, Record, Visit
from relations.possible_duplicates import find_all
from tests.conftest import signed_in
from tests.factories import (
    CitationFactory,
    EventFactory,
    MembershipFactory,
    MissionFactory,
    OrganizationFactory,
    ParticipationFactory,
    PersonFactory,
    RelationFactory,
    SourceFactory,
    TreatyActionFactory,
    TreatyFactory,
    UserFactory,
    VisitFactory,
)
from treaties.models import Treaty

pytestmark = pytest.mark.django_db
LIST = "/admin/relations/possibleduplicate/"
VISITS = "No,Title,Day,Until,Guest,Host,Rank"
FIRST_VISITS = """1,Xi Jinping visits Astana,2013-09-06,2013-09-08,China,Kazakhstan,head_of_state
2,Zhang Gaoli visits Dushanbe,2014-11-02,2014-11-04,China,Kazakhstan,other
3,Wang Yi visits Aktau,2019-05-20,,China,Kazakhstan,foreign_minister"""
SECOND_VISITS = """1,President Xi in Kazakhstan,2013-09-07,2013-09-08,China,Kazakhstan,head_of_state
2,Vice Premier Zhang Gaoli,2014-11-03,,China,Kazakhstan,other
3,Talks on Aktau,2019-05-21,,China,Kazakhstan,minister
4,Another year,2020-05-21,,China,Kazakhstan,minister"""
TREATIES = "No,Title,Parties,Signed,In force"


@pytest.fixture
def import_rows(base, import_list, mapping):
    """Import rows as the list of a source: of visits, or of treaties."""

    def imported(source, rows, *flags, kind="visit", header="", **options):
        columns = (
            'title = "Title"\n'
            + {
                "visit": 'date = "Day"\nuntil = "Until"\ncountry = "Guest"\nhost = "Host"\n'
                'rank = "Rank"\n',
                "treaty": 'parties = "Parties"\nsignature = "Signed"\n'
                'entry_into_force = "In force"\n',
            }[kind]
        )
        text = (
            f'name = "{source}"\nkind = "{kind}"\nid = "No"\n[source]\nslug = "{source}"\n'
            f'title = "List {source}"\nkind = "official"\n[columns]\n{columns}'
        )
        header = header or (VISITS if kind == "visit" else TREATIES)
        return import_list(mapping(text), f"{header}\n{rows}", *flags, **options)

    return imported


def pairs(**chosen) -> list[tuple]:
    """The pairs that wait: their titles, reason, similarity, and whether they are certain."""
    rows = PossibleDuplicate.objects.undecided().filter(**chosen).strongest_first()
    return [
        (row.one.title, row.other.title, row.reason, row.similarity, row.suggested)
        for row in rows.with_records()
    ]


def find() -> list[tuple]:
    call_command("find_duplicates", verbosity=0)
    return pairs()


def listed(factory, source=None, **values):
    """A record of the list of a source, in review as imports leave it."""
    row = factory(**values)
    CitationFactory(record=row, source=source or SourceFactory())
    Record.objects.filter(pk=row.pk).update(state="in_review")
    return type(row).objects.get(pk=row.pk)


def decide(client, action, *rows, **more):
    sent = {"action": action, "index": "0", "_selected_action": [row.pk for row in rows]}
    response = client.post(more.pop("address", LIST), sent | more, follow=True)
    return [str(message) for message in response.context["messages"]]


class TestVisitsOfTwoLists:
    @pytest.fixture
    def report(self, import_rows):
        import_rows("a", FIRST_VISITS)
        return import_rows("b", SECOND_VISITS)

    def test_visits_of_a_pair_whose_days_overlap_or_adjoin_wait_for_a_decision(self, report):
        assert (report["created"], report["possible duplicates"]) == (4, 3)
        assert pairs() == [
            ("Xi Jinping visits Astana", "President Xi in Kazakhstan", "days", 0, True),
            ("Zhang Gaoli visits Dushanbe", "Vice Premier Zhang Gaoli", "days", 50, False),
            ("Wang Yi visits Aktau", "Talks on Aktau", "days", 40, False),
        ]

    def test_the_report_counts_them_also_in_a_dry_run(self, import_rows):
        import_rows("a", FIRST_VISITS)
        report = import_rows("b", SECOND_VISITS, "--dry-run")
        assert "3 may repeat records of other lists: decide in the admin" in report["printed"]
        assert PossibleDuplicate.objects.count() == 0

    def test_they_are_not_published_with_their_list_before_somebody_decides(
        self, report, import_rows, colleagues
    ):
        publish = {"user": "publisher"}
        printed = import_rows("b", SECOND_VISITS, "--publish", **publish)["printed"]
        assert "because they may repeat records of other lists: 3." in printed
        cited = Visit.objects.filter(citations__source__slug="b")
        assert [row.title for row in cited.published()] == ["Another year"]
        different = PossibleDuplicate.objects.all()
        decide(colleagues["publisher"], "different", *different)
        import_rows("b", SECOND_VISITS, "--publish", **publish)
        assert cited.published().count() == 4

    @pytest.mark.parametrize("decision", ["same", "different", "later"])
    def test_importing_again_keeps_each_decision(self, report, import_rows, admin_client, decision):
        decide(admin_client, decision, *PossibleDuplicate.objects.all())
        before = list(
            PossibleDuplicate.objects.filter(one__kind="visit")
            .order_by("pk")
            .values("pk", "decision", "note")
        )
        assert {row["decision"] for row in before} == {decision}
        again = import_rows("b", SECOND_VISITS)
        assert (again["unchanged"], again["possible duplicates"]) == (4, 0)
        again = import_rows("a", FIRST_VISITS)
        assert (again["unchanged"], again["possible duplicates"]) == (3, 0)
        waiting = 3 if decision == "later" else 0
        call_command("find_duplicates", verbosity=0)
        assert len(pairs(one__kind="visit")) == waiting
        rows = (
            PossibleDuplicate.objects.filter(one__kind="visit")
            .order_by("pk")
            .values("pk", "decision", "note")
        )
        assert list(rows) == before

    def test_same_keeps_one_record_with_both_citations_and_addresses(self, report, admin_client):
        said = decide(admin_client, "same", *PossibleDuplicate.objects.filter(suggested=True))
        assert said == ["1 pair is merged. The other address leads to the record that stays."]
        kept = Visit.objects.get(title="Xi Jinping visits Astana")
        other = Visit.objects.get(title="President Xi in Kazakhstan")
        assert (kept.state, other.state) == ("in_review", "withdrawn")
        cited = kept.citations.order_by("pk").values_list("source__slug", "as_stated")
        assert list(cited) == [("a", ""), ("b", "2013-09-07")]
        assert FormerAddress.objects.get(slug=other.slug).record_id == kept.pk
        reason = "Two lists state it: days that overlap or follow each other."
        assert kept.revisions.first().reason == reason
        assert len(pairs()) == 2

    def test_later_moves_pairs_to_the_end(self, report, admin_client):
        first = PossibleDuplicate.objects.strongest_first().first()
        assert decide(admin_client, "later", first) == ["1 pair is at the end of the list."]
        assert [row[0] for row in pairs()] == [
            "Zhang Gaoli visits Dushanbe",
            "Wang Yi visits Aktau",
            "Xi Jinping visits Astana",
        ]


class TestTreatiesOfTwoLists:
    PARTIES = "Azerbaijan;Georgia"

    @pytest.fixture
    def fta(self, import_rows):
        """The free trade agreement in two lists: one has its signature, one only its force."""
        row = f"1,Azerbaijan - Georgia FTA,{self.PARTIES},1996-03-08,1996-07-10"
        import_rows("a", row, kind="treaty")
        title = "Free Trade Agreement between Georgia and Azerbaijan"
        import_rows("b", f"1,{title},{self.PARTIES},,1996-07-10", kind="treaty")
        return PossibleDuplicate.objects.get()

    def test_a_free_trade_agreement_under_two_titles_is_found(self, fta):
        assert (fta.reason, fta.similarity, fta.suggested) == ("step", 100, True)

    def test_same_leaves_one_treaty_on_the_dossier(self, fta, client, admin_client):
        for treaty in Treaty.objects.filter(relation__slug="azerbaijan-georgia"):
            workflow.publish(treaty, admin_client_user(admin_client))
        page, address = fta.one.relation.get_absolute_url(), fta.other.get_absolute_url()
        assert f'href="{address}"' in client.get(page).content.decode()
        decide(admin_client, "same", fta)
        kept = Treaty.objects.published().get(relation__slug="azerbaijan-georgia")
        assert kept.title == "Azerbaijan - Georgia FTA"
        steps = {
            step.action_type: sorted(step.citations.values_list("source__slug", flat=True))
            for step in kept.actions.filter(state="published")
        }
        assert steps == {"signature": ["a"], "entry_into_force": ["a", "b"]}
        other = Treaty.objects.get(state="withdrawn", relation__slug="azerbaijan-georgia")
        assert other.get_absolute_url() == address
        assert client.get(address).url == kept.get_absolute_url()
        assert f'href="{address}"' not in client.get(page).content.decode()

    def test_a_title_of_two_names_and_a_year_may_be_any_treaty_of_that_year(self, import_rows):
        row = f"1,Azerbaijan - Georgia FTA,{self.PARTIES},1996-03-08,1996-07-10"
        import_rows("a", row, kind="treaty")
        import_rows("b", f"1,Georgia Azerbaijan,{self.PARTIES},1996,", kind="treaty")
        assert pairs() == [
            ("Azerbaijan - Georgia FTA", "Georgia Azerbaijan", "date", 0, False)
        ]  # fmt: skip


def admin_client_user(client):
    return get_user_model().objects.get(pk=client.session["_auth_user_id"])


class TestWhatIsFound:
    @pytest.fixture
    def pair(self):
        return RelationFactory()

    def two(self, factory, one, other, **shared):
        """Records of two lists with shared and own values."""
        return [listed(factory, **shared | own) for own in (one, other)]

    @pytest.mark.parametrize(
        ("one", "other", "expected"),
        [
            (("2014-05-02", "2014-05-04"), ("2014-05-03", ""), True),
            (("2014-05-02", ""), ("2014-05-03", ""), True),
            (("2014-05-02", ""), ("2014-05-04", ""), False),
            (("2014-05", ""), ("2014-05-20", ""), True),
            (("2014-05", ""), ("2014-06-20", ""), False),
        ],
    )
    def test_visits_by_their_days(self, pair, one, other, expected):
        days = [dict(zip(("date", "until"), given, strict=True)) for given in (one, other)]
        self.two(VisitFactory, days[0] | {"title": "Alpha"}, days[1] | {"title": "Beta"},
                 relation=pair)  # fmt: skip
        assert bool(find()) == expected

    def test_visits_of_one_person_under_two_spellings_are_almost_certain(self, pair):
        days = {"relation": pair, "date": "2014-05-02", "rank": "other"}
        rows = self.two(VisitFactory, {"title": "Alpha"}, {"title": "Beta"}, **days)
        for row, name in zip(rows, ("Viktor Orbán", "Orban Viktor"), strict=True):
            ParticipationFactory(record=row, person=PersonFactory(name=name), role="visitor")
        assert find() == [("Alpha", "Beta", "day", 0, True)]

    def test_events_of_one_type_and_a_near_date(self, pair):
        titles = {"title": "Fifth session of the commission"}
        self.two(EventFactory, {"date": "2014-05-02"}, {"date": "2014-05-20"}, relation=pair,
                 event_type="session", **titles)  # fmt: skip
        title = titles["title"]
        assert find() == [(title, title, "title", 100, False)]

    def test_events_with_other_numbers_types_or_pairs_are_others(self, pair):
        shared = {"relation": pair, "date": "2014-05-02"}
        listed(EventFactory, title="Fifth session", event_type="session", **shared)
        listed(EventFactory, title="Sixth session", event_type="session", **shared)
        listed(EventFactory, title="Fifth session", event_type="meeting", **shared)
        listed(EventFactory, title="Fifth session", event_type="session", date="2014-05-02")
        assert find() == []

    @pytest.mark.parametrize(
        ("one", "other", "found", "certain"),
        [
            (("1991", "[2014..]"), ("1991-06-01", ".."), True, True),
            (("1991", ""), ("1992", ""), True, False),
            (("1991", "1993"), ("1993-05", ".."), True, False),
            (("1991", "1993"), ("1994", ".."), False, False),
        ],
    )
    def test_memberships_whose_periods_overlap(self, one, other, found, certain):
        shared = {"member": RelationFactory().country_a, "organization": OrganizationFactory()}
        periods = [dict(zip(("date", "until"), given, strict=True)) for given in (one, other)]
        self.two(MembershipFactory, *periods, membership_type="full", **shared)
        assert [(row[2], row[4]) for row in find()] == ([("period", certain)] if found else [])

    def test_embassies_with_and_without_place_and_date_are_almost_certain(self, pair):
        more = {"place": "Astana", "date": "1993"}
        self.two(MissionFactory, {"date": ""}, more, relation=pair)
        assert [(row[2], row[4]) for row in find()] == [("period", True)]

    def test_consulates_of_two_places_are_two(self, pair):
        shared = {"relation": pair, "mission_type": "consulate", "date": ""}
        self.two(MissionFactory, {"place": "Almaty"}, {"place": "Aktau"}, **shared)
        assert find() == []

    def test_two_rows_of_one_list_are_two_things(self, pair):
        source = SourceFactory()
        for _number in range(2):
            listed(VisitFactory, source, relation=pair, date="2014-05-02", title="Alpha")
        assert find() == []

    def test_a_certain_match_makes_weaker_ones_with_its_list_unlikely(self, pair):
        one, other = SourceFactory(), SourceFactory()
        shared = {"relation": pair, "date": "2014-05-02"}
        for title in ("Agreement on air services", "Agreement on visas"):
            listed(TreatyFactory, one, title=title, **shared)
        listed(TreatyFactory, other, title="Air Services Agreement", **shared)
        assert find() == [
            ("Agreement on air services", "Air Services Agreement", "day_and_title", 100, True)
        ]

    def test_steps_of_one_type_on_two_days_make_treaties_doubtful(self, pair):
        shared = {"relation": pair, "title": "Agreement on visas", "date": "2014-05-02"}
        rows = self.two(TreatyFactory, {}, {}, **shared)
        for row, day in zip(rows, ("2015-01-01", "2015-02-01"), strict=True):
            TreatyActionFactory(treaty=row, action_type="entry_into_force", date=day)
        assert [(row[2], row[4]) for row in find()] == [("day_and_title", False)]

    def test_pairs_that_are_no_longer_alike_are_dropped_but_not_decisions(self, pair):
        rows = self.two(VisitFactory, {}, {}, relation=pair, date="2014-05-02", title="Alpha")
        assert len(find()) == 1
        Visit.objects.get(pk=rows[0].pk)
        rows[0].date = "2011-05-02"
        rows[0].save()
        assert find() == []
        assert not PossibleDuplicate.objects.exists()

    def test_the_number_of_queries_does_not_grow_with_the_number_of_records(self):
        def queries():
            with CaptureQueriesContext(
                connection,
            ) as context:
                assert sum(find_all(Visit)) > 0
            return len(context)

        self.two(VisitFactory, {}, {}, relation=RelationFactory(), date="2014-05-02")
        few = queries()
        for _number in range(5):
            self.two(VisitFactory, {}, {}, relation=RelationFactory(), date="2014-05-02")
        assert queries() == few
        assert PossibleDuplicate.objects.count() == 6


class TestDecisions:
    @pytest.fixture
    def pair(self):
        return RelationFactory()

    @pytest.fixture
    def make(self, pair):
        """A pair of events of two lists; `published` says which of them readers see."""

        def made(title="Talks", published=(False, False), **values):
            rows = [
                EventFactory(relation=pair, title=title, date="2014-05-02", published=True)
                if shown
                else listed(EventFactory, relation=pair, title=title, date="2014-05-02")
                for shown in published
            ]
            given = {"reason": "day_and_title", "similarity": 100} | values
            row = PossibleDuplicate(one=rows[0], other=rows[1], **given)
            row.derive()
            row.save()
            return row

        return made

    def test_readers_keep_the_record_that_they_have_seen(self, make, admin_client):
        row = make(published=(False, True))
        decide(admin_client, "same", row, note="Both name the talks of May")
        row.refresh_from_db()
        row.one.refresh_from_db()
        row.other.refresh_from_db()
        assert (row.one.state, row.other.state) == ("withdrawn", "published")
        assert (row.decision, row.note, row.decided_by.username) == (
            "same", "Both name the talks of May", "admin",
        )  # fmt: skip
        assert row.other.citations.count() == 2

    def test_a_finer_date_of_a_published_record_waits_for_review(self, pair, admin_client):
        kept = VisitFactory(relation=pair, date="2014-05", title="Alpha", published=True)
        other = listed(VisitFactory, relation=pair, date="2014-05-02", title="Beta")
        row = PossibleDuplicate.objects.create(one=kept, other=other, reason="date")
        decide(admin_client, "same", row)
        kept = Visit.objects.get(pk=kept.pk)
        assert (str(kept.date), kept.citations.count()) == ("2014-05", 2)
        waiting = workflow.open_revision(kept)
        assert (waiting.state, waiting.snapshot["record"]["date"]) == ("pending", "2014-05-02")

    def test_a_finer_date_of_an_unpublished_record_is_taken_at_once(self, pair, admin_client):
        kept = listed(VisitFactory, relation=pair, date="2014-05", title="Alpha")
        other = listed(VisitFactory, relation=pair, date="2014-05-02", title="Beta")
        row = PossibleDuplicate.objects.create(one=kept, other=other, reason="date")
        decide(admin_client, "same", row)
        assert str(Visit.objects.get(pk=kept.pk).date) == "2014-05-02"

    @pytest.mark.parametrize("action", ["same", "different", "later"])
    def test_a_reviewer_decides_only_on_records_that_readers_have_not_seen(
        self, make, colleagues, action
    ):
        shown, hidden = make("Shown", published=(True, False)), make("Hidden")
        said = decide(colleagues["reviewer"], action, shown, hidden)
        shown.refresh_from_db()
        hidden.refresh_from_db()
        assert (shown.decision, hidden.decision) == ("open", action)
        assert said[0] == (
            "Readers see “Shown”, so only users who may publish can decide. Ask one of them."
        )
        decide(colleagues["publisher"], action, shown)
        shown.refresh_from_db()
        assert shown.decision == action

    def test_nobody_shows_their_own_draft_by_deciding(self, make, colleagues):
        row, publisher = make(published=(True, False)), colleagues["publisher"]
        workflow.save_draft(EventFactory._meta.model.objects.get(pk=row.other_id),
                            publisher.user, "Mine")  # fmt: skip
        (said,) = decide(publisher, "same", row)
        assert said.startswith("You wrote “Talks” yourself")
        row.refresh_from_db()
        assert row.decision == "open"

    def test_a_refused_pair_leaves_the_others_decided(self, make, admin_client):
        good, bad = make("Good"), make("Bad")
        Record.objects.filter(pk=bad.other_id).update(relation=RelationFactory())
        said = decide(admin_client, "same", good, bad)
        assert said == [
            "They belong to different pairs.",
            "1 pair is merged. The other address leads to the record that stays.",
        ]
        decisions = PossibleDuplicate.objects.order_by("pk").values_list("decision", flat=True)
        assert list(decisions) == ["same", "open"]

    def test_a_merge_elsewhere_decides_the_pair_and_passes_the_others_on(self, make, pair):
        row = make()
        third = listed(EventFactory, relation=pair, title="Talks", date="2014-05-02")
        further = PossibleDuplicate.objects.create(one=row.other, other=third, reason="day")
        kept, other = (EventFactory._meta.model.objects.get(pk=side.pk)
                       for side in (row.one, row.other))  # fmt: skip
        merge(kept, other, reason="The same talks")
        row.refresh_from_db()
        further.refresh_from_db()
        assert (row.decision, row.note) == ("same", "The same talks")
        assert (further.one_id, further.other_id, further.decision) == (kept.pk, third.pk, "open")

    def test_different_can_be_asked_again(self, make, admin_client):
        row = make(decision="different")
        assert decide(admin_client, "ask_again", row, address=f"{LIST}?decision=different") == [
            "1 pair is to be decided again."
        ]
        assert len(pairs()) == 1

    def test_without_a_button_nothing_is_decided(self, make, admin_client):
        row = make()
        sent = {"index": "0", "_selected_action": [row.pk]}
        admin_client.post(LIST, sent)
        row.refresh_from_db()
        assert row.decision == "open"

    @pytest.mark.parametrize("role", ["", "Editor"])
    def test_only_editors_see_the_list(self, role):
        client = signed_in(UserFactory(role=role))
        assert client.get(LIST).status_code == (200 if role else 403)


class TestList:
    @pytest.fixture
    def many(self):
        def made(number):
            for _number in range(number):
                relation = RelationFactory()
                person = PersonFactory()
                for title in ("Alpha", "Beta"):
                    row = listed(VisitFactory, relation=relation, date="2014-05-02", title=title)
                    ParticipationFactory(record=row, person=person, role="visitor")
                    row = listed(TreatyFactory, relation=relation, date="2014-05-02", title=title)
                    TreatyActionFactory(treaty=row, date="2014-05-02")
            find()

        return made

    def test_it_shows_both_records_their_sources_and_what_differs(self, many, admin_client):
        many(1)
        page = admin_client.get(f"{LIST}?kind=treaty")
        (pair,) = page.context["cl"].result_list
        assert [(line.label, line.one[:7], line.other[:7]) for line in pair.lines] == [
            ("Sources", "Source ", "Source ")
        ]
        assert "2 May 2014 · agreement" in pair.both
        text = page.content.decode()
        assert f'<a href="/admin/treaties/treaty/{pair.one_id}/change/">Alpha</a>' in text
        assert "signature: 2 May 2014" in text

    def test_it_is_filtered_by_list_pair_kind_and_reason(self, many, admin_client):
        many(2)
        one = PossibleDuplicate.objects.filter(one__kind="visit").first()
        slug = one.other.citations.get().source.slug
        for query, number in (
            ("", 4), ("kind=visit", 2), (f"list={slug}", 1), ("list=none", 0),
            (f"pair={one.one.relation.slug}", 2), ("reason__exact=day", 4),
            ("suggested__exact=1", 2), ("decision=different", 0), ("q=Alpha", 4), ("q=none", 0),
        ):  # fmt: skip
            page = admin_client.get(f"{LIST}?{query}")
            assert (query, page.context["cl"].result_count) == (query, number)

    def test_the_number_of_queries_does_not_grow_with_the_number_of_pairs(self, many, admin_client):
        def queries():
            with CaptureQueriesContext(connection) as context:
                assert admin_client.get(LIST).status_code == 200
            return len(context)

        many(1)
        few = queries()
        many(5)
        assert queries() == few

    def test_the_desk_and_the_report_of_an_import_lead_to_it(self, many, admin_client):
        many(1)
        page = admin_client.get("/admin/").content.decode()
        assert f'<a href="{LIST}">Possible duplicates</a>' in page.replace("\n", "")


def test_a_membership_that_lasts_to_the_end_of_the_data_is_certain_until_then(base, import_list):
    header = "state,ioname,status,first_year,last_year,status_label,orgname,open_ended"
    import_list(
        "cow-igo", f"{header}\nfrance,xyz,1,1991.0,2014.0,full member,Examples Union,True\n"
    )
    row = Record.objects.get(membership__organization__name="Examples Union")
    assert str(row.until) == "[2014..]"
    certain = row.membership.certain_days
    assert [str(day) for day in certain] == ["1991-12-31", "2014-01-01"]
