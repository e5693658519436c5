"""Rows within a form: what cannot stand beside each other is said at its row, never an error."""

import pytest
from django.contrib import admin

from core.admin import DeskAdmin
from core.forms import RowsFormSet
from relations import workflow
from relations.models import Citation, Event
from sources.models import Passage, Source
from tests.desk.test_admin import cited, errors, event_form, formset
from tests.desk.test_review import address, change_form
from tests.desk.test_two_editors import added, typed
from tests.factories import (
    CitationFactory,
    CountryFactory,
    EventFactory,
    OrganizationFactory,
    PassageFactory,
    PersonFactory,
    RelationFactory,
    SourceFactory,
    TreatyActionFactory,
    TreatyFactory,
    TreatyTextFactory,
)

pytestmark = pytest.mark.django_db

THERE = "This already exists."
ROWS = [
    (SourceFactory, "passages", {"locator": "p1"}, THERE),
    (SourceFactory, "synopsis", {"paragraph": "1", "text": "In our words"}, THERE),
    (CountryFactory, "names", {"kind": "alias", "language": "en", "name": "One"}, THERE),
    (CountryFactory, "successions", {"successor": CountryFactory}, THERE),
    (
        EventFactory,
        "participations",
        {"role": "visitor", "person": PersonFactory},
        "This participant has the role already.",
    ),
    (
        EventFactory,
        "citations",
        {"source": SourceFactory, "locator": "p1", "stance": "supports"},
        "This citation already exists.",
    ),
    (
        TreatyFactory,
        "parties",
        {"organization": OrganizationFactory},
        "This party already exists.",
    ),
    (
        TreatyFactory,
        "links",
        {"link_type": "amends", "target": TreatyFactory, "source": SourceFactory},
        "This link already exists.",
    ),
    (
        TreatyFactory,
        "texts",
        {"text_language": "kk", "standing": "unknown", "source": SourceFactory},
        "This source already has a text in this language.",
    ),
]


@pytest.fixture
def desk(colleagues):
    return colleagues["administrator"]


def typed_row(values) -> dict:
    """What is typed into a row, with new rows where it refers to others."""
    return {name: value().pk if callable(value) else value for name, value in values.items()}


def said(response, prefix) -> list[dict]:
    """What is said at each row of a formset."""
    (found,) = (
        inline.formset
        for inline in response.context["inline_admin_formsets"]
        if inline.formset.prefix == prefix
    )
    return [dict(row.errors) for row in found.forms]


@pytest.mark.parametrize(("make", "prefix", "values", "words"), ROWS)
class TestTheSameTwice:
    def test_in_one_form_it_is_said_at_the_second(self, desk, make, prefix, values, words):
        owner, row = make(), typed_row(values)
        kept = getattr(owner, prefix).count()
        once = added(typed(desk.get(address(owner))), prefix, **row)
        response = desk.post(address(owner), added(once, prefix, **row))
        assert response.status_code == 200
        assert said(response, prefix)[kept:] == [{}, {"__all__": [words]}]
        assert words in response.content.decode()
        assert getattr(owner, prefix).count() == kept

    def test_beside_one_that_is_there_it_is_said_at_the_new(
        self, desk, make, prefix, values, words
    ):
        owner, row = make(), typed_row(values)
        for kept in (True, False):
            before = getattr(owner, prefix).count()
            form = added(typed(desk.get(address(owner))), prefix, **row)
            response = desk.post(address(owner), form)
            assert response.status_code == (302 if kept else 200)
            assert getattr(owner, prefix).count() == before + kept
        assert said(response, prefix)[-1] == {"__all__": [words]}

    def test_deleted_and_added_in_one_form_it_is_there_once(
        self, desk, make, prefix, values, words
    ):
        owner, row = make(), typed_row(values)
        desk.post(address(owner), added(typed(desk.get(address(owner))), prefix, **row))
        count = getattr(owner, prefix).count()
        form = typed(desk.get(address(owner))) | {f"{prefix}-{count - 1}-DELETE": "on"}
        assert desk.post(address(owner), added(form, prefix, **row)).status_code == 302
        assert getattr(owner, prefix).count() == count


def test_also_in_the_form_of_a_new_record(desk):
    pair, person = RelationFactory(), {"role": "visitor", "person": PersonFactory().pk}
    form = event_form(pair) | formset("participations", person, person)
    response = desk.post("/admin/relations/event/add/", form)
    assert response.status_code == 200
    assert said(response, "participations") == [
        {},
        {"__all__": ["This participant has the role already."]},
    ]
    assert not Event.objects.exists()


def test_a_treaty_is_not_linked_to_itself(desk):
    treaty = TreatyFactory()
    link = {"link_type": "amends", "target": treaty.pk, "source": SourceFactory().pk}
    form = added(typed(desk.get(address(treaty))), "links", **link)
    response = desk.post(address(treaty), form)
    assert said(response, "links") == [{"__all__": ["A treaty cannot be linked to itself."]}]
    assert not treaty.links.exists()


def test_a_country_does_not_succeed_itself(desk):
    country = CountryFactory()
    form = added(typed(desk.get(address(country))), "successions", successor=country.pk)
    response = desk.post(address(country), form)
    assert said(response, "successions") == [{"__all__": ["A country does not succeed itself."]}]
    assert not country.successions.exists()


def test_what_is_changed_into_another_is_refused_at_the_one_that_is_changed(desk):
    source = SourceFactory()
    for locator in ("p1", "p2"):
        PassageFactory(source=source, locator=locator)
    form = typed(desk.get(address(source))) | {"passages-0-locator": "p2"}
    assert said(desk.post(address(source), form), "passages") == [{"__all__": [THERE]}, {}]


class TestRowsThatChangePlaces:
    def test_passages_with_what_rests_on_them(self, desk):
        source = SourceFactory()
        first, second = (
            PassageFactory(source=source, locator=locator, quote=locator)
            for locator in ("p1", "p2")
        )
        CitationFactory(record=EventFactory(), source=source, passage=first)
        form = typed(desk.get(address(source)))
        form |= {"passages-0-locator": "p2", "passages-1-locator": "p1"}
        assert desk.post(address(source), form).status_code == 302
        assert list(source.passages.order_by("pk").values_list("pk", "locator", "quote")) == [
            (first.pk, "p2", "p1"),
            (second.pk, "p1", "p2"),
        ]
        assert Citation.objects.get().passage == first

    def test_one_moves_on_and_the_next_takes_its_place(self, desk):
        source = SourceFactory()
        for locator in ("p1", "p2", "p3"):
            PassageFactory(source=source, locator=locator, quote=locator)
        form = typed(desk.get(address(source)))
        form |= {"passages-0-locator": "p2", "passages-1-locator": "p3"}
        form |= {"passages-2-DELETE": "on"}
        assert desk.post(address(source), form).status_code == 302
        found = list(source.passages.order_by("pk").values_list("locator", "quote"))
        assert found == [("p2", "p1"), ("p3", "p2")]

    def test_citations_of_a_draft(self, desk):
        event = EventFactory()
        source = SourceFactory()
        for locator in ("p1", "p2"):
            CitationFactory(record=event, source=source, locator=locator, note=locator)
        form = typed(desk.get(address(event)))
        form |= {"citations-0-locator": "p2", "citations-1-locator": "p1"}
        assert desk.post(address(event), form).status_code == 302
        found = list(event.citations.order_by("pk").values_list("locator", "note"))
        assert found == [("p2", "p1"), ("p1", "p2")]

    def test_the_only_supports_of_a_published_record_while_a_third_is_deleted(self, desk):
        event = EventFactory(published=True)
        third, source = event.citations.get(), SourceFactory()
        for locator in ("p1", "p2"):
            CitationFactory(record=event, source=source, locator=locator, note=locator)
        form = typed(desk.get(address(event))) | {"reason": "Why", "citations-0-DELETE": "on"}
        assert form["citations-0-id"] == str(third.pk)
        form |= {"citations-1-locator": "p2", "citations-2-locator": "p1"}
        assert desk.post(address(event), form).status_code == 302
        kept = workflow.open_revision(event).snapshot["citations"]
        assert [(row["locator"], row["note"]) for row in kept] == [("p2", "p1"), ("p1", "p2")]

    def test_parties_with_the_steps_that_are_theirs(self, desk):
        treaty = TreatyFactory()
        first, second = treaty.parties.order_by("pk")
        step = TreatyActionFactory(treaty=treaty, party=first, action_type="ratification")
        form = typed(desk.get(address(treaty)))
        form |= {"parties-0-country": second.country_id, "parties-1-country": first.country_id}
        assert desk.post(address(treaty), form).status_code == 302
        found = list(treaty.parties.order_by("pk").values_list("pk", "country"))
        assert found == [(first.pk, second.country_id), (second.pk, first.country_id)]
        step.refresh_from_db()
        assert step.party_id == first.pk

    @pytest.mark.parametrize("standings", [("prevails", "authentic"), ("authentic", "prevails")])
    def test_of_two_texts_the_other_prevails(self, desk, standings):
        treaty = TreatyFactory()
        for standing in standings:
            TreatyTextFactory(treaty=treaty, standing=standing)
        form = typed(desk.get(address(treaty)))
        form |= {"texts-0-standing": standings[1], "texts-1-standing": standings[0]}
        assert desk.post(address(treaty), form).status_code == 302
        found = treaty.texts.order_by("pk").values_list("standing", flat=True)
        assert tuple(found) == standings[::-1]

    def test_two_texts_that_prevail_are_refused(self, desk):
        treaty = TreatyFactory()
        for standing in ("prevails", "authentic"):
            TreatyTextFactory(treaty=treaty, standing=standing)
        form = typed(desk.get(address(treaty))) | {"texts-1-standing": "prevails"}
        response = desk.post(address(treaty), form)
        assert said(response, "texts") == [{}, {"__all__": ["One text prevails, not two."]}]


def test_a_row_on_which_others_rest_still_is_not_deleted(desk):
    treaty = TreatyFactory()
    party = treaty.parties.first()
    TreatyActionFactory(treaty=treaty, party=party, action_type="ratification")
    form = typed(desk.get(address(treaty))) | {"parties-0-DELETE": "on"}
    response = desk.post(address(treaty), form)
    assert "Deleting party" in errors(response)["parties"][0]
    assert treaty.parties.count() == 2


REFUSED = (
    "Nothing is saved: it does not go with what the base holds, perhaps since somebody saved the "
    "same at this moment. Look at it, and save it again."
)


class TestWhatTheBaseRefusesAfterAll:
    """As when two add the same at one moment, which no check of a form can see."""

    @pytest.fixture(autouse=True)
    def unchecked(self, monkeypatch):
        monkeypatch.setattr(RowsFormSet, "validate_unique", lambda formset: None)

    def refused(self, response):
        assert response.status_code == 200
        assert errors(response)["__all__"] == [REFUSED]
        assert REFUSED in response.content.decode()
        return typed(response)

    def test_a_form_comes_back_as_typed_with_nothing_saved(self, desk):
        source = SourceFactory(title="A paper")
        PassageFactory(source=source, locator="p1")
        form = typed(desk.get(address(source))) | {"title": "Changed"}
        back = self.refused(desk.post(address(source), added(form, "passages", locator="p1")))
        assert (back["title"], back["passages-1-locator"]) == ("Changed", "p1")
        assert Source.objects.get().title == "A paper"
        assert Passage.objects.count() == 1

    def test_that_of_a_new_row_too(self, desk):
        person = {"role": "visitor", "person": PersonFactory().pk}
        form = event_form(RelationFactory(), cited(SourceFactory()))
        form |= formset("participations", person, person)
        back = self.refused(desk.post("/admin/relations/event/add/", form))
        assert back["title"] == "A new council"
        assert not Event.objects.exists()
        assert not Citation.objects.exists()

    def test_that_of_a_change_beside_too(self, desk):
        event = EventFactory(title="A meeting", published=True)
        (citation,) = event.citations.all()
        row = {"source": citation.source_id, "locator": citation.locator, "stance": "supports"}
        form = change_form(event, title="Changed", reason="Why")
        back = self.refused(desk.post(address(event), added(form, "citations", **row)))
        assert back["title"] == "Changed"
        assert workflow.open_revision(event) is None

    def test_one_that_is_in_conflict_says_so_as_well(self, desk, colleagues):
        source = SourceFactory(title="A paper")
        PassageFactory(source=source, locator="p1")
        form = typed(desk.get(address(source)))
        colleagues["editor"].post(address(source), form | {"title": "Theirs"})
        response = desk.post(address(source), added(form, "passages", locator="p1"))
        self.refused(response)
        assert response.content.decode().count("Editor has saved “Theirs” since") == 1
        assert Source.objects.get().title == "Theirs"


def test_all_inlines_of_the_desk_are_told_apart_so():
    found = {
        inline
        for model_admin in admin.site._registry.values()
        if isinstance(model_admin, DeskAdmin)
        for inline in model_admin.inlines
    }
    assert len(found) == 10
    assert [inline for inline in found if not issubclass(inline.formset, RowsFormSet)] == []
