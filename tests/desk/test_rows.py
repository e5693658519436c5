"""Rows of inline formsets: conflicts are reported at the row, never as a server error."""

import re

import pytest
from django.contrib import admin

from core.admin import DeskAdmin
from core.forms import RowsFormSet
from relations import workflow
from relations.models import Citation, Event
from sources.models import Passage, Source
from tests.desk.test_admin import citation_row, errors, event_form, formset
from tests.desk.test_review import address, change_form
from tests.desk.test_two_editors import form_data, with_row
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
        "This participant already has this role.",
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


def row_data(values) -> dict:
    """The data of a row, with new objects for its references."""
    return {name: value().pk if callable(value) else value for name, value in values.items()}


def row_errors(response, prefix) -> list[dict]:
    """The errors of each row of a formset."""
    (found,) = (
        inline.formset
        for inline in response.context["inline_admin_formsets"]
        if inline.formset.prefix == prefix
    )
    return [dict(row.errors) for row in found.forms]


@pytest.mark.parametrize(("make", "prefix", "values", "words"), ROWS)
class TestDuplicateRows:
    def test_a_duplicate_in_one_form_is_rejected_at_the_second_row(
        self, desk, make, prefix, values, words
    ):
        owner, row = make(), row_data(values)
        kept = getattr(owner, prefix).count()
        once = with_row(form_data(desk.get(address(owner))), prefix, **row)
        response = desk.post(address(owner), with_row(once, prefix, **row))
        assert response.status_code == 200
        assert row_errors(response, prefix)[kept:] == [{}, {"__all__": [words]}]
        assert words in response.content.decode()
        assert getattr(owner, prefix).count() == kept

    def test_a_duplicate_of_an_existing_row_is_rejected_at_the_new_row(
        self, desk, make, prefix, values, words
    ):
        owner, row = make(), row_data(values)
        for kept in (True, False):
            before = getattr(owner, prefix).count()
            form = with_row(form_data(desk.get(address(owner))), prefix, **row)
            response = desk.post(address(owner), form)
            assert response.status_code == (302 if kept else 200)
            assert getattr(owner, prefix).count() == before + kept
        assert row_errors(response, prefix)[-1] == {"__all__": [words]}

    def test_a_row_can_be_deleted_and_added_in_one_form(self, desk, make, prefix, values, words):
        owner, row = make(), row_data(values)
        desk.post(address(owner), with_row(form_data(desk.get(address(owner))), prefix, **row))
        count = getattr(owner, prefix).count()
        form = form_data(desk.get(address(owner))) | {f"{prefix}-{count - 1}-DELETE": "on"}
        assert desk.post(address(owner), with_row(form, prefix, **row)).status_code == 302
        assert getattr(owner, prefix).count() == count


def test_a_duplicate_in_the_form_of_a_new_record_is_rejected(desk):
    pair, person = RelationFactory(), {"role": "visitor", "person": PersonFactory().pk}
    form = event_form(pair) | formset("participations", person, person)
    response = desk.post("/admin/relations/event/add/", form)
    assert response.status_code == 200
    assert row_errors(response, "participations") == [
        {},
        {"__all__": ["This participant already has this role."]},
    ]
    assert not Event.objects.exists()


def test_a_treaty_cannot_be_linked_to_itself(desk):
    treaty = TreatyFactory()
    link = {"link_type": "amends", "target": treaty.pk, "source": SourceFactory().pk}
    form = with_row(form_data(desk.get(address(treaty))), "links", **link)
    response = desk.post(address(treaty), form)
    assert row_errors(response, "links") == [{"__all__": ["A treaty cannot be linked to itself."]}]
    assert not treaty.links.exists()


def test_a_country_cannot_succeed_itself(desk):
    country = CountryFactory()
    form = with_row(form_data(desk.get(address(country))), "successions", successor=country.pk)
    response = desk.post(address(country), form)
    assert row_errors(response, "successions") == [
        {"__all__": ["A country does not succeed itself."]}
    ]
    assert not country.successions.exists()


def test_a_row_changed_into_a_duplicate_is_rejected_at_that_row(desk):
    source = SourceFactory()
    for locator in ("p1", "p2"):
        PassageFactory(source=source, locator=locator)
    form = form_data(desk.get(address(source))) | {"passages-0-locator": "p2"}
    assert row_errors(desk.post(address(source), form), "passages") == [{"__all__": [THERE]}, {}]


class TestSwappedRows:
    def test_passages_can_swap_places_and_keep_their_citations(self, desk):
        source = SourceFactory()
        first, second = (
            PassageFactory(source=source, locator=locator, quote=locator)
            for locator in ("p1", "p2")
        )
        CitationFactory(record=EventFactory(), source=source, passage=first)
        form = form_data(desk.get(address(source)))
        form |= {"passages-0-locator": "p2", "passages-1-locator": "p1"}
        assert desk.post(address(source), form).status_code == 302
        assert list(source.passages.order_by("pk").values_list("pk", "locator", "quote")) == [
            (first.pk, "p2", "p1"),
            (second.pk, "p1", "p2"),
        ]
        assert Citation.objects.get().passage == first

    def test_a_row_can_take_the_place_of_another_that_moves_on(self, desk):
        source = SourceFactory()
        for locator in ("p1", "p2", "p3"):
            PassageFactory(source=source, locator=locator, quote=locator)
        form = form_data(desk.get(address(source)))
        form |= {"passages-0-locator": "p2", "passages-1-locator": "p3"}
        form |= {"passages-2-DELETE": "on"}
        assert desk.post(address(source), form).status_code == 302
        found = list(source.passages.order_by("pk").values_list("locator", "quote"))
        assert found == [("p2", "p1"), ("p3", "p2")]

    def test_citations_of_a_draft_can_swap_places(self, desk):
        event = EventFactory()
        source = SourceFactory()
        for locator in ("p1", "p2"):
            CitationFactory(record=event, source=source, locator=locator, note=locator)
        form = form_data(desk.get(address(event)))
        form |= {"citations-0-locator": "p2", "citations-1-locator": "p1"}
        assert desk.post(address(event), form).status_code == 302
        found = list(event.citations.order_by("pk").values_list("locator", "note"))
        assert found == [("p2", "p1"), ("p1", "p2")]

    def test_the_last_supports_can_swap_places_while_a_third_is_deleted(self, desk):
        event = EventFactory(published=True)
        third, source = event.citations.get(), SourceFactory()
        for locator in ("p1", "p2"):
            CitationFactory(record=event, source=source, locator=locator, note=locator)
        form = form_data(desk.get(address(event))) | {"reason": "Why", "citations-0-DELETE": "on"}
        assert form["citations-0-id"] == str(third.pk)
        form |= {"citations-1-locator": "p2", "citations-2-locator": "p1"}
        assert desk.post(address(event), form).status_code == 302
        kept = workflow.open_revision(event).snapshot["citations"]
        assert [(row["locator"], row["note"]) for row in kept] == [("p2", "p1"), ("p1", "p2")]

    def test_parties_can_swap_places_and_keep_their_steps(self, desk):
        treaty = TreatyFactory()
        first, second = treaty.parties.order_by("pk")
        step = TreatyActionFactory(treaty=treaty, party=first, action_type="ratification")
        form = form_data(desk.get(address(treaty)))
        form |= {"parties-0-country": second.country_id, "parties-1-country": first.country_id}
        assert desk.post(address(treaty), form).status_code == 302
        found = list(treaty.parties.order_by("pk").values_list("pk", "country"))
        assert found == [(first.pk, second.country_id), (second.pk, first.country_id)]
        step.refresh_from_db()
        assert step.party_id == first.pk

    @pytest.mark.parametrize("standings", [("prevails", "authentic"), ("authentic", "prevails")])
    def test_the_prevailing_text_can_be_swapped(self, desk, standings):
        treaty = TreatyFactory()
        for standing in standings:
            TreatyTextFactory(treaty=treaty, standing=standing)
        form = form_data(desk.get(address(treaty)))
        form |= {"texts-0-standing": standings[1], "texts-1-standing": standings[0]}
        assert desk.post(address(treaty), form).status_code == 302
        found = treaty.texts.order_by("pk").values_list("standing", flat=True)
        assert tuple(found) == standings[::-1]

    def test_two_prevailing_texts_are_rejected(self, desk):
        treaty = TreatyFactory()
        for standing in ("prevails", "authentic"):
            TreatyTextFactory(treaty=treaty, standing=standing)
        form = form_data(desk.get(address(treaty))) | {"texts-1-standing": "prevails"}
        response = desk.post(address(treaty), form)
        assert row_errors(response, "texts") == [{}, {"__all__": ["Only one text can prevail."]}]


def test_a_row_in_use_cannot_be_deleted(desk):
    treaty = TreatyFactory()
    party = treaty.parties.first()
    TreatyActionFactory(treaty=treaty, party=party, action_type="ratification")
    form = form_data(desk.get(address(treaty))) | {"parties-0-DELETE": "on"}
    response = desk.post(address(treaty), form)
    assert "Deleting party" in errors(response)["parties"][0]
    assert treaty.parties.count() == 2


REFUSED = (
    "Nothing was saved: the values conflict with other data, perhaps because somebody saved the "
    "same at the same time. Check the form and save it again."
)


class TestDatabaseErrors:
    """Two users add the same row at the same moment, which no form check can see."""

    @pytest.fixture(autouse=True)
    def without_form_checks(self, monkeypatch):
        monkeypatch.setattr(RowsFormSet, "validate_unique", lambda formset: None)

    def resubmittable(self, response):
        assert response.status_code == 200
        assert errors(response)["__all__"] == [REFUSED]
        assert REFUSED in response.content.decode()
        return form_data(response)

    def test_a_rejected_form_keeps_its_values_and_saves_nothing(self, desk):
        source = SourceFactory(title="A paper")
        PassageFactory(source=source, locator="p1")
        form = form_data(desk.get(address(source))) | {"title": "Changed"}
        back = self.resubmittable(
            desk.post(address(source), with_row(form, "passages", locator="p1"))
        )
        assert (back["title"], back["passages-1-locator"]) == ("Changed", "p1")
        assert Source.objects.get().title == "A paper"
        assert Passage.objects.count() == 1

    def test_a_rejected_new_record_keeps_its_values(self, desk):
        person = {"role": "visitor", "person": PersonFactory().pk}
        form = event_form(RelationFactory(), citation_row(SourceFactory()))
        form |= formset("participations", person, person)
        back = self.resubmittable(desk.post("/admin/relations/event/add/", form))
        assert back["title"] == "A new council"
        assert not Event.objects.exists()
        assert not Citation.objects.exists()

    def test_a_rejected_pending_change_keeps_its_values(self, desk):
        event = EventFactory(title="A meeting", published=True)
        (citation,) = event.citations.all()
        row = {"source": citation.source_id, "locator": citation.locator, "stance": "supports"}
        form = change_form(event, title="Changed", reason="Why")
        back = self.resubmittable(desk.post(address(event), with_row(form, "citations", **row)))
        assert back["title"] == "Changed"
        assert workflow.open_revision(event) is None

    def test_a_rejected_form_also_reports_an_edit_conflict(self, desk, colleagues):
        source = SourceFactory(title="A paper")
        PassageFactory(source=source, locator="p1")
        form = form_data(desk.get(address(source)))
        colleagues["editor"].post(address(source), form | {"title": "Theirs"})
        response = desk.post(address(source), with_row(form, "passages", locator="p1"))
        self.resubmittable(response)
        assert response.content.decode().count("Editor has saved “Theirs” since") == 1
        assert Source.objects.get().title == "Theirs"


def test_all_inlines_of_the_desk_use_the_checking_formset():
    found = {
        inline
        for model_admin in admin.site._registry.values()
        if isinstance(model_admin, DeskAdmin)
        for inline in model_admin.inlines
    }
    assert len(found) == 10
    assert [inline for inline in found if not issubclass(inline.formset, RowsFormSet)] == []


class TestManyRows:
    """A form takes the rows on record and a few new ones; each takes time to check and to show."""

    @pytest.mark.parametrize(
        ("make", "prefixes"),
        [
            (SourceFactory, ["passages", "synopsis"]),
            (CountryFactory, ["names", "successions"]),
            (EventFactory, ["participations", "citations"]),
            (
                TreatyFactory,
                ["parties", "actions", "citations", "participations", "links", "texts"],
            ),
        ],
    )
    def test_more_than_fifty_new_rows_are_refused_at_once(self, admin_client, make, prefixes):
        row = make()
        form = form_data(admin_client.get(address(row)))
        formsets = {f"{prefix}-TOTAL_FORMS": "99999999" for prefix in prefixes}
        response = admin_client.post(address(row), form | formsets)
        assert response.status_code == 200
        found = {
            inline.formset.prefix: (len(inline.formset.forms), inline.formset.non_form_errors())
            for inline in response.context["inline_admin_formsets"]
        }
        assert set(found) == set(prefixes)
        for shown, said in found.values():
            assert shown <= 2
            assert re.fullmatch(r"At most 5\d rows fit here at once\. .*", said[0])

    def citations(self, page) -> list[str]:
        """The notes of the citations that a page shows."""
        (group,) = (
            inline.formset
            for inline in page.context["inline_admin_formsets"]
            if inline.formset.prefix == "citations"
        )
        return [form["note"].value().strip() for form in group.forms]

    def with_citations(self, form, count):
        source = SourceFactory().pk
        for number in range(count):
            values = {"source": source, "locator": f"p{number}", "stance": "supports"}
            form = with_row(form, "citations", **values, note=f"Note {number}")
        return form

    def test_rows_over_the_limit_are_shown_again(self, admin_client):
        event = CitationFactory(record=EventFactory(), note="On record").record.event
        page, notes = address(event), ["On record", *(f"Note {number}" for number in range(52))]
        form = self.with_citations(form_data(admin_client.get(page)), 52)
        response = admin_client.post(page, form | {"title": "Changed"})
        assert response.status_code == 200
        assert (
            "At most 51 rows fit here at once. Remove or empty the others, and add them once "
            in (response.content.decode())
        )
        assert self.citations(response) == notes
        # Two are emptied: blank rows do not count.
        again = form_data(response)
        assert again["title"] == "Changed"
        for name in [name for name in again if re.match("citations-(8|21)-(?!id|record)", name)]:
            again[name] = "supports" if name.endswith("stance") else ""
        assert admin_client.post(page, again).status_code == 302
        del notes[21], notes[8]
        assert list(event.citations.order_by("pk").values_list("note", flat=True)) == notes

    def test_a_new_record_keeps_its_rows_over_the_limit(self, admin_client):
        page = "/admin/relations/event/add/"
        form = self.with_citations(form_data(admin_client.get(page)), 52)
        response = admin_client.post(page, form | {"title": "A meeting"})
        assert self.citations(response) == [f"Note {number}" for number in range(52)]

    def test_filled_rows_far_apart_are_shown_together(self, admin_client):
        page = "/admin/relations/event/add/"
        form = form_data(admin_client.get(page)) | {"title": "A meeting"}
        form |= {"citations-TOTAL_FORMS": "99999999", "citations-INITIAL_FORMS": "0"}
        form |= {"citations-70-note": "One", "citations-99999998-note": "Two"}
        form |= {"citations-99999999-note": "Out of range", "citations-5-DELETE": "on"}
        response = admin_client.post(page, form)
        assert self.citations(response) == ["One", "Two"]
        assert form_data(response)["citations-TOTAL_FORMS"] == "2"

    def test_at_most_a_hundred_new_rows_are_shown_again(self, admin_client):
        page = "/admin/relations/event/add/"
        form = form_data(admin_client.get(page)) | {"title": "A meeting"}
        form |= {"citations-TOTAL_FORMS": "9000"}
        form |= {f"citations-{number}-note": f"Note {number}" for number in range(9000)}
        response = admin_client.post(page, form)
        assert self.citations(response) == [f"Note {number}" for number in range(100)]

    def test_a_new_row_with_too_many_rows_is_refused_at_once(self, admin_client):
        form = form_data(admin_client.get("/admin/relations/event/add/"))
        response = admin_client.post(
            "/admin/relations/event/add/",
            form | {"title": "A meeting", "citations-TOTAL_FORMS": "99999999"},
        )
        (said,) = response.context["inline_admin_formsets"][1].formset.non_form_errors()
        assert said.startswith("At most 50 rows fit here at once.")
        assert not Event.objects.exists()

    def test_adding_citations_to_a_duplicate_with_too_many_rows_is_refused(self, admin_client):
        event = EventFactory()
        form = form_data(admin_client.get("/admin/relations/event/add/"))
        form |= {"_same": str(event.pk), "citations-TOTAL_FORMS": "99999999"}
        response = admin_client.post("/admin/relations/event/add/", form)
        assert response.status_code == 200
        assert not event.citations.exists()

    @pytest.mark.parametrize("wrong", ["", "-1", "many", "9" * 5000])
    def test_malformed_counts_of_rows_are_refused(self, admin_client, wrong):
        event = CitationFactory(record=EventFactory()).record.event
        form = form_data(admin_client.get(address(event)))
        for name in ("TOTAL_FORMS", "INITIAL_FORMS"):
            response = admin_client.post(address(event), form | {f"citations-{name}": wrong})
            assert response.status_code == (302 if wrong == "-1" else 200)
            assert event.citations.count() == 1

    def test_a_row_with_many_rows_on_record_can_be_saved_with_fifty_more(self, admin_client):
        source = SourceFactory()
        for number in range(150):
            PassageFactory(source=source, locator=f"p{number}")
        form = form_data(admin_client.get(address(source)))
        for number in range(50):
            form = with_row(form, "passages", locator=f"new-{number}")
        refused = with_row(form, "passages", locator="one-more")
        assert admin_client.post(address(source), refused).status_code == 200
        assert source.passages.count() == 150
        assert admin_client.post(address(source), form).status_code == 302
        assert source.passages.count() == 200
