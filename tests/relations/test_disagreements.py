"""Disagreements: the findings of the rules, and decisions that survive a new search."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction
from lxml import html

from relations.decisions import NONE, decide, reopen
from relations.models import Disagreement
from relations.publication import revise
from relations.rules import Finding
from tests.factories import CitationFactory, EventFactory, SourceFactory, VisitFactory
from tests.steps import publish, withdraw

pytestmark = pytest.mark.django_db


def values(disagreement):
    return [member["value"] for member in disagreement.members]


def offer(client, address) -> list[tuple[str, str]]:
    """The decisions that the form of a disagreement offers."""
    return client.get(address).context["adminform"].form.fields["choice"].choices


@pytest.fixture
def disputed():
    """A published event whose date one source supports and another contradicts."""
    event = EventFactory(slug="founding", title="Founding", date="1992-08-27")
    CitationFactory(record=event, source=SourceFactory(slug="gazette"), locator="p1")
    CitationFactory(
        record=event,
        source=SourceFactory(slug="almanac", kind="encyclopedia"),
        locator="p2",
        field="date",
        stance="contradicts",
        as_stated="30 August 1992",
    )
    publish(event)
    return event


class TestContradiction:
    def test_a_contradicted_field_lists_both_values(self, disputed):
        found = Disagreement.objects.get()
        assert found.key == "contradiction:founding:date"
        assert (found.state, found.relation) == ("undecided", disputed.relation)
        assert [(row["id"], row["value"], row["grade"]) for row in found.members] == [
            ("supports:gazette:p1", "27 August 1992", "official"),
            ("contradicts:almanac:p2", "30 August 1992", "encyclopedia"),
        ]

    def test_citations_that_agree_make_no_disagreement(self):
        EventFactory(published=True)
        assert not Disagreement.objects.exists()

    def test_a_draft_makes_no_disagreement(self):
        event = EventFactory()
        CitationFactory(record=event, field="date", stance="contradicts", as_stated="1999")
        revise(event)
        assert not Disagreement.objects.exists()

    def test_withdrawing_hides_a_disagreement_and_publishing_restores_it(self, disputed):
        withdraw(disputed)
        assert not Disagreement.objects.present().exists()
        publish(disputed)
        assert Disagreement.objects.present().count() == 1

    def test_values_quoted_from_a_restricted_source_are_truncated(self, disputed):
        citation = disputed.citations.get(source__slug="almanac")
        type(citation).objects.filter(pk=citation.pk).update(as_stated="word " * 20)
        revise(disputed)
        assert values(Disagreement.objects.get())[1] == "word " * 12 + "…"


class TestRivalDates:
    def test_two_days_for_one_establishment_disagree(self):
        first = EventFactory(event_type="establishment", date="1992-08-27", published=True)
        EventFactory(
            event_type="establishment", date="1992-08-30", relation=first.relation, published=True
        )
        found = Disagreement.objects.get(rule="rival_dates")
        assert values(found) == ["27 August 1992", "30 August 1992"]

    def test_a_coarser_date_that_contains_the_other_agrees(self):
        first = EventFactory(event_type="establishment", date="1992-08-27", published=True)
        EventFactory(
            event_type="establishment", date="1992", relation=first.relation, published=True
        )
        assert not Disagreement.objects.exists()

    @pytest.mark.parametrize("leaving", [0, 1, 2])
    @pytest.mark.parametrize("how", ["withdrawn", "retyped"])
    def test_a_withdrawn_or_retyped_event_is_no_longer_a_rival(self, leaving, how):
        first = EventFactory(event_type="establishment", date="1992-08-27", published=True)
        events = [first] + [
            EventFactory(
                event_type="establishment", date=date, relation=first.relation, published=True
            )
            for date in ("1992-08-30", "1992-08-31")
        ]
        for event in (events[leaving], next(row for row in events if row != events[leaving])):
            if how == "withdrawn":
                withdraw(event)
            else:
                event.event_type = "meeting"
                revise(event)
            for found in Disagreement.objects.present():
                assert f"record:{event.slug}" not in {member["id"] for member in found.members}
                assert len(found.members) == 2
            left = 1 if event is events[leaving] else 0
            assert Disagreement.objects.present().count() == left

    def test_several_meetings_do_not_disagree(self):
        first = EventFactory(event_type="meeting", date="1992", published=True)
        EventFactory(event_type="meeting", date="1995", relation=first.relation, published=True)
        assert not Disagreement.objects.exists()


class TestAnniversary:
    @pytest.mark.parametrize(("year", "fits"), [("2020", False), ("2022", True), ("2022-10", True)])
    def test_an_nth_anniversary_falls_n_years_later(self, year, fits):
        event = EventFactory(slug="founding", date="1992-08-27", published=True)
        EventFactory(
            event_type="commemoration",
            date=year,
            anniversary_of=event,
            anniversary=30,
            published=True,
        )
        found = Disagreement.objects.present().filter(key="anniversary:founding:30")
        assert found.exists() != fits
        if not fits:
            assert values(found.get()) == ["2020", "2022"]
            assert found.get().members[1]["id"] == "computed"

    def test_correcting_the_event_removes_the_disagreement(self):
        event = EventFactory(date="1992", published=True)
        EventFactory(date="2020", anniversary_of=event, anniversary=30, published=True)
        event.date = "1990"
        revise(event)
        assert not Disagreement.objects.present().exists()

    def test_changing_the_commemorated_event_removes_the_disagreement(self):
        event, other = EventFactory(date="1992", published=True), EventFactory(date="1990")
        marked = EventFactory(date="2020", anniversary_of=event, anniversary=30, published=True)
        assert Disagreement.objects.present().exists()
        marked.anniversary_of = other
        revise(marked)
        assert not Disagreement.objects.present().exists()


class TestDecision:
    def test_a_decision_survives_a_new_search(self, disputed, admin_user):
        decide(Disagreement.objects.get(), "supports:gazette:p1", "The older source.", admin_user)
        revise(disputed, reason="nothing changed")
        call_command("find_disagreements")
        kept = Disagreement.objects.get()
        assert (kept.state, kept.choice, kept.reason, kept.decided_by) == (
            "decided",
            "supports:gazette:p1",
            "The older source.",
            admin_user,
        )

    def test_a_changed_value_reopens_a_decision_and_shows_its_reason(self, disputed, client):
        decide(Disagreement.objects.get(), "supports:gazette:p1", "The older source.")
        CitationFactory(
            record=disputed, field="date", stance="contradicts", as_stated="31 August 1992"
        )
        revise(disputed)
        kept = Disagreement.objects.get()
        assert (kept.state, kept.reason) == ("undecided", "The older source.")
        page = client.get(disputed.get_absolute_url()).content.decode()
        assert "The values have changed since this reason was given:" in page

    def test_a_decision_needs_one_of_the_values_and_a_reason(self, disputed):
        found = Disagreement.objects.get()
        with pytest.raises(ValidationError, match="Choose one of the conflicting values"):
            decide(found, "supports:nowhere:p1", "Because.")
        with pytest.raises(ValidationError, match="Give a reason"):
            decide(found, "supports:gazette:p1", "  ")
        assert Disagreement.objects.get().state == "undecided"

    def test_the_database_rejects_a_decision_without_a_reason(self, disputed):
        with pytest.raises(IntegrityError), transaction.atomic():
            Disagreement.objects.update(state="decided", choice="supports:gazette:p1")

    def test_none_of_the_values_can_be_preferred(self, disputed, client, admin_user):
        found = Disagreement.objects.get()
        decide(found, NONE, "Both books copy a misprint.", admin_user)
        kept = Disagreement.objects.get()
        assert (kept.state, kept.choice, kept.prefers_none) == ("decided", "", True)
        assert [row["preferred"] for row in kept.values] == [False, False]
        for address in (disputed.get_absolute_url(), "/disagreements/"):
            page = client.get(address).content.decode()
            assert "The editors prefer none of these values." in page, address
            assert "Both books copy a misprint." in page, address
        pair = client.get(f"{disputed.relation.get_absolute_url()}timeline/").content.decode()
        assert "Sources disagree; none is preferred" in pair
        (row,) = json.loads(client.get("/disagreements.json").getvalue())["items"]
        assert (row["state"], row["preferred"]) == ("decided", None)

    def test_a_decision_can_be_reopened_and_stays_in_the_history(
        self, disputed, client, admin_user
    ):
        decide(Disagreement.objects.get(), "supports:gazette:p1", "The older source.", admin_user)
        reopen(Disagreement.objects.get(), "A third source has turned up.", admin_user)
        kept = Disagreement.objects.get()
        assert (kept.state, kept.choice, kept.reason, kept.decided_by, kept.decided_at) == (
            *("undecided", "", "", None, None),
        )
        assert [str(row) for row in kept.earlier] == [
            "reopened · A third source has turned up.",
            "preferred: 27 August 1992 · The older source.",
        ]
        for address in (
            disputed.get_absolute_url(),
            disputed.relation.get_absolute_url(),
            "/disagreements/",
        ):
            page = client.get(address).content.decode()
            assert "reopened · A third source has turned up." in page, address
            assert "The values have changed since" not in page, address
        (row,) = json.loads(client.get("/disagreements.json").getvalue())["items"]
        assert [(one["state"], one["preferred"]) for one in row["decisions"]] == [
            ("undecided", None),
            ("decided", "supports:gazette:p1"),
        ]
        decide(kept, NONE, "All copy one another.", admin_user)
        assert [str(one) for one in Disagreement.objects.get().earlier] == [
            "reopened · A third source has turned up.",
            "preferred: 27 August 1992 · The older source.",
        ]

    def test_only_a_decision_can_be_reopened_and_only_for_a_new_reason(self, disputed):
        found = Disagreement.objects.get()
        with pytest.raises(ValidationError, match="This disagreement is already undecided"):
            reopen(found, "Because.")
        decide(found, "supports:gazette:p1", "The older source.")
        for reason in ("The older source.", " "):
            with pytest.raises(ValidationError):
                reopen(found, reason)
        kept = Disagreement.objects.get()
        assert (kept.state, kept.decisions.count()) == ("decided", 1)

    def test_repeating_a_decision_adds_nothing_to_the_history(self, disputed):
        for _time in range(2):
            decide(Disagreement.objects.get(), NONE, "Both are wrong.")
        assert Disagreement.objects.get().decisions.count() == 1

    def test_the_history_names_a_value_only_while_it_is_one_of_the_rivals(self, disputed):
        decide(Disagreement.objects.get(), "contradicts:almanac:p2", "The newer source.")
        disputed.citations.filter(source__slug="almanac").update(locator="p3")
        revise(disputed)
        decide(Disagreement.objects.get(), "supports:gazette:p1", "The older source.")
        assert [str(row) for row in Disagreement.objects.get().earlier] == [
            "preferred: a value that has changed since · The newer source."
        ]

    def test_an_editor_reopens_in_the_admin(self, disputed, admin_client, admin_user):
        found = Disagreement.objects.get()
        address = f"/admin/relations/disagreement/{found.pk}/change/"
        offered = [key for key, _label in offer(admin_client, address)]
        assert offered == ["supports:gazette:p1", "contradicts:almanac:p2", "none"]
        admin_client.post(address, {"choice": "none", "reason": "Both are wrong."})
        assert Disagreement.objects.get().prefers_none
        page = admin_client.get(address)
        assert page.context["adminform"].form["choice"].value() == "none"
        assert offer(admin_client, address)[-1][0] == "reopen"
        refused = admin_client.post(address, {"choice": "reopen", "reason": "Both are wrong."})
        assert refused.context["adminform"].form.errors == {
            "reason": ["Say why the decision no longer stands."]
        }
        admin_client.post(address, {"choice": "reopen", "reason": "A third source."})
        found.refresh_from_db()
        assert (found.state, found.decisions.count()) == ("undecided", 2)
        page = admin_client.get(address).content.decode()
        assert f"{admin_user} · none preferred · Both are wrong." in page
        assert f"{admin_user} · reopened · A third source." in page

    def test_an_editor_decides_in_the_admin(self, disputed, admin_client, admin_user):
        found = Disagreement.objects.get()
        address = f"/admin/relations/disagreement/{found.pk}/change/"
        refused = admin_client.post(address, {"choice": "supports:gazette:p1", "reason": ""})
        assert refused.context["adminform"].form.errors == {"reason": ["This field is required."]}
        admin_client.post(address, {"choice": "supports:gazette:p1", "reason": "The older."})
        found.refresh_from_db()
        assert (found.state, found.decided_by) == ("decided", admin_user)


def rival(value, source, slug=""):
    """A member of a disagreement, as the rules store it."""
    return {
        "id": f"supports:{source}:{slug}",
        "value": value,
        "source": source,
        "source_title": source.title(),
        "grade": "news",
        "place": "",
        "url": f"/sources/{source}/" if source else "#",
        "attribution": "",
    }


class TestValues:
    def row(self, *members, **values):
        return Disagreement(rule="sum", title="A", members=list(members), **values)

    def test_each_value_is_listed_once_with_its_number_of_sources(self):
        row = self.row(
            rival("30 August", "almanac"),
            rival("27 August", "gazette", "p1"),
            rival("27 August", "gazette", "p2"),
            rival("27 August", "courier"),
        )
        assert [
            (found["value"], found["count"], len(found["members"]), found["preferred"])
            for found in row.by_value
        ] == [("27 August", "two sources", 3, False), ("30 August", "one source", 1, False)]

    def test_the_preferred_value_comes_first(self):
        rivals = (rival("27", "gazette"), rival("27", "courier"), rival("30", "almanac"))
        row = self.row(*rivals, state="decided", choice="supports:almanac:")
        assert [(found["value"], found["preferred"]) for found in row.by_value] == [
            ("30", True),
            ("27", False),
        ]

    def test_a_computed_value_has_no_sources(self):
        (found,) = self.row(rival("2022", "")).by_value
        assert (found["count"], found["sources"]) == ("", 0)

    def test_more_than_nine_sources_are_counted_in_figures(self):
        row = self.row(*(rival("27", f"source-{number}") for number in range(12)))
        assert row.by_value[0]["count"] == "12 sources"

    def test_a_page_lists_the_sources_under_each_value_and_folds_many(self, client):
        four = [rival("27 August", f"source-{number}") for number in range(4)]
        Disagreement.objects.create(
            key="a",
            rule="sum",
            title="A",
            members=[*four, rival("30 August", "almanac")],
            state="decided",
            reason="The older.",
            choice="supports:almanac:",
        )
        page = html.fromstring(client.get("/disagreements/").content.decode())
        first, second = page.xpath("//ul[@class='values']/li")
        assert first.get("class") == "preferred"
        assert " ".join(first.text_content().split()) == (
            "30 August preferred: one source Almanac news"
        )
        assert " ".join(second.text_content().split()).startswith("27 August: four sources")
        assert len(second.xpath("details/ul/li")) == 4
        assert not first.xpath("details")


class TestPages:
    def test_record_dossier_and_list_show_a_disagreement(self, disputed, client):
        for address in (
            disputed.get_absolute_url(),
            disputed.relation.get_absolute_url(),
            "/disagreements/",
            Disagreement.objects.get().get_absolute_url(),
        ):
            page = client.get(address).content.decode()
            assert "30 August 1992" in page, address
            assert "undecided" in page, address

    def test_the_list_can_be_filtered_and_downloaded(self, disputed, client):
        def found(query):
            return len(client.get(f"/disagreements/?{query}").context["object_list"])

        VisitFactory(published=True)
        assert found("state=undecided") == 1
        assert found("state=decided") == 0
        assert found(f"pair={disputed.relation.slug}&rule=contradiction") == 1
        assert client.get("/disagreements/?rule=nonsense").status_code == 400
        assert b"contradiction:founding:date" in client.get("/disagreements.json").getvalue()


def test_the_fixtures_hold_the_known_disagreements(base):
    found = {row.key: row for row in Disagreement.objects.present()}
    shown = {key: [m["value"] for m in row.members] for key, row in found.items()}
    event = "diplomatic-relations-azerbaijan-kazakhstan"
    turnover = "rival_figures:trade-turnover|azerbaijan|kazakhstan||USD|not_stated|reported|False"
    assert set(shown[f"contradiction:{event}:date"]) == {"27 August 1992", "30 August 1992"}
    assert shown[f"anniversary:{event}:30"] == ["2020", "2022", "2022"]
    assert set(shown["contradiction:tokayev-visit-azerbaijan-2024-03:visit_type"]) == {
        "official visit",
        "state visit",
    }
    assert sorted(shown[f"{turnover}|2023|"]) == [
        "529.4 million US dollars",
        "598.47 million US dollars",
    ]
    assert sorted(shown[f"{turnover}|2022|"]) == [
        "460 million US dollars",
        "461.9 million US dollars",
        "463.3 million US dollars",
    ]
    assert found[f"{turnover}|2023|"].state == "decided"
    assert found[f"{turnover}|2022|"].state == "undecided"


def test_a_new_search_changes_nothing(base):
    before = list(Disagreement.objects.order_by("pk").values())
    call_command("find_disagreements", verbosity=0)
    assert list(Disagreement.objects.order_by("pk").values()) == before


def test_keys_of_long_identifiers_fit_the_column_and_stay_distinct():
    keys = {
        Finding(rule="rival_figures", subject="x" * 500 + end, title="", members=()).key
        for end in ("a", "b")
    }
    assert {len(key) for key in keys} == {400}
    short = Finding(rule="sum", subject="figure", title="", members=())
    assert short.key == "sum:figure"
