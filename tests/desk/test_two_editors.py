"""No lost updates: the second of two editors of a row is stopped and shown both versions."""

from threading import Barrier, Thread

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from lxml import html

from relations import derived, workflow
from relations.models import Disagreement, Event
from relations.publication import revise
from sources.models import Source, SourceText
from tests.conftest import signed_in
from tests.desk.test_admin import errors, figure_form
from tests.desk.test_review import address, change_form, shown_messages
from tests.factories import (
    CitationFactory,
    CommodityFactory,
    CountryFactory,
    EventFactory,
    FigureFactory,
    IndicatorFactory,
    OrganizationFactory,
    ParticipationFactory,
    PassageFactory,
    PersonFactory,
    RelationFactory,
    SourceFactory,
    TopicFactory,
    UserFactory,
)
from tests.steps import publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair():
    return RelationFactory()


def form_data(response) -> dict:
    """The form data of an admin page as it was served."""
    (form,) = html.fromstring(response.content.decode()).xpath("//form[contains(@id, '_form')]")
    return dict(form.form_values())


def with_row(form, prefix, **values) -> dict:
    """Form data with another row."""
    number = int(form[f"{prefix}-TOTAL_FORMS"])
    row = {f"{prefix}-{number}-{name}": value for name, value in values.items()}
    return form | row | {f"{prefix}-TOTAL_FORMS": str(number + 1)}


def differences(response) -> list[tuple[str, str, str, str]]:
    """The differences on a page with two versions: theirs on the left, mine on the right."""
    assert response.status_code == 409
    return [(row.part, row.field, row.before, row.after) for row in response.context["changes"]]


def save_over(client, page, conflict):
    """Save over the other version after seeing both."""
    given = dict(conflict.context["given"]) | {"edition": conflict.context["edition"]}
    return client.post(page, given)


class TestRecordsAndFigures:
    def test_the_second_editor_sees_both_versions(self, colleagues, pair):
        event = EventFactory(title="A meeting", relation=pair, date="2001")
        seen = colleagues["editor"].get(address(event)).context["edition"]
        first = change_form(event, title="First", edition=seen)
        assert colleagues["editor"].post(address(event), first).status_code == 302
        second = change_form(event, title="Second", edition=seen)
        response = colleagues["reviewer"].post(address(event), second)
        assert response.status_code == 409
        found = [(row.field, row.before, row.after) for row in response.context["changes"]]
        assert found == [("Title", "First", "Second")]
        assert Event.objects.get().title == "First"
        assert Event.objects.get().revisions.count() == 1
        # Having seen both, the second editor may save over the first.
        given = dict(response.context["given"]) | {"edition": response.context["edition"]}
        assert colleagues["reviewer"].post(address(event), given).status_code == 302
        assert Event.objects.get().title == "Second"

    def test_the_second_editor_of_a_pending_change_sees_both_versions(self, colleagues, pair):
        event = EventFactory(title="A meeting", relation=pair, date="2001", published=True)
        seen = colleagues["editor"].get(address(event)).context["edition"]
        values = {"reason": "Why", "edition": seen}
        colleagues["editor"].post(address(event), change_form(event, title="First", **values))
        response = colleagues["reviewer"].post(
            address(event), change_form(event, title="Second", **values)
        )
        assert response.status_code == 409
        found = [(row.field, row.before, row.after) for row in response.context["changes"]]
        assert found == [("Title", "First", "Second")]
        assert workflow.open_revision(event).snapshot["record"]["title"] == "First"

    def test_a_pending_change_that_no_longer_fits_is_reported(self, colleagues, pair):
        event = EventFactory(title="A meeting", relation=pair, date="2001", published=True)
        page, person = address(event), PersonFactory(name="Who")
        seen = form_data(colleagues["editor"].get(page))
        workflow.change_pending(
            event, lambda row: ParticipationFactory(record=row, person=person), None, "Who it was"
        )
        person.delete()
        response = colleagues["editor"].post(page, seen | {"title": "Second", "reason": "Why"})
        assert response.status_code == 409
        shown = response.content.decode()
        assert "has saved “A meeting” since you opened it" in shown
        assert f"Person: “{person.slug}” no longer exists." in shown

    def test_invalid_input_keeps_the_old_edition(self, colleagues, pair):
        event = EventFactory(relation=pair, date="2001")
        seen = colleagues["editor"].get(address(event)).context["edition"]
        revise(event)
        response = colleagues["editor"].post(
            address(event), change_form(event, title="", edition=seen)
        )
        assert str(response.context["edition"]) == str(seen)
        assert errors(response)["title"] == ["This field is required."]

    def test_the_second_editor_of_a_figure_sees_both_versions(self, colleagues, pair):
        sides = {"from_country": pair.country_a, "to_country": pair.country_b}
        figure = FigureFactory(period="2022", **sides)
        page = address(figure)
        seen = form_data(colleagues["editor"].get(page))["edition"]
        form = figure_form(pair, figure.source, figure.indicator, edition=seen)
        del form["_publish"]
        assert colleagues["editor"].post(page, form | {"value": "6"}).status_code == 302
        response = colleagues["publisher"].post(page, form | {"value": "7"})
        assert response.status_code == 409
        found = [(row.field, row.before, row.after) for row in response.context["changes"]]
        assert found == [("Value in whole units", "6", "7")]
        assert any(words.startswith("editor has saved “") for words in shown_messages(response))
        figure.refresh_from_db()
        assert figure.value == 6
        # Having seen both, the second editor may save over the first.
        given = dict(response.context["given"]) | {"edition": response.context["edition"]}
        assert colleagues["publisher"].post(page, given).status_code == 302
        figure.refresh_from_db()
        assert figure.value == 7

    def test_an_invalid_figure_is_shown_again_with_the_submitted_values(self, colleagues, pair):
        figure = FigureFactory()
        seen = form_data(colleagues["publisher"].get(address(figure)))["edition"]
        colleagues["editor"].post(
            "/admin/trade/figure/", {"action": "submit_selected", "_selected_action": [figure.pk]}
        )
        sent = {"edition": seen, "value": "seven"}
        response = colleagues["publisher"].post(address(figure), sent)
        assert response.status_code == 200
        page = response.content.decode()
        assert f"Editor has saved “{figure}” since you opened it." in page
        assert 'value="seven"' in page


class TestReferencedRows:
    @pytest.mark.parametrize(
        ("make", "field"),
        [
            (SourceFactory, "title"),
            (PassageFactory, "quote"),
            (PersonFactory, "name"),
            (OrganizationFactory, "name"),
            (CountryFactory, "name_en"),
            (RelationFactory, "summary"),
            (TopicFactory, "name"),
            (IndicatorFactory, "name"),
            (CommodityFactory, "name"),
        ],
    )
    def test_the_second_editor_sees_both_versions(self, colleagues, make, field):
        row, one = make(), colleagues["administrator"]
        other = signed_in(UserFactory(role="Administrator"))
        page = address(row)
        form = form_data(one.get(page)) | {field: "First"}
        assert one.post(page, form).status_code == 302
        response = other.post(page, form | {field: "Second"})
        assert response.status_code == 409
        found = [(change.before, change.after) for change in response.context["changes"]]
        assert found == [("First", "Second")]
        assert shown_messages(response)[0].startswith("administrator has saved “")
        row.refresh_from_db()
        assert getattr(row, field) == "First"
        given = dict(response.context["given"]) | {"edition": response.context["edition"]}
        assert other.post(page, given).status_code == 302
        row.refresh_from_db()
        assert getattr(row, field) == "Second"

    def test_a_passage_added_meanwhile_is_kept(self, colleagues):
        source = SourceFactory(kind="news")
        form = form_data(colleagues["editor"].get(address(source)))
        PassageFactory(source=source, locator="p9", quote="Nine")
        upload = SimpleUploadedFile("text.txt", b"One.\n\nTwo.", "text/plain")
        changed = form | {"kind": "academic", "text_file": upload}
        response = colleagues["editor"].post(address(source), changed)
        assert response.status_code == 409
        # A form without the rows added since leaves them unchanged; its own changes are listed.
        found = [(row.field, row.before, row.after) for row in response.context["changes"]]
        assert found == [("Kind", "news", "academic work")]
        assert "The file “text.txt” is kept" in response.content.decode()
        assert not SourceText.objects.exists()
        source.refresh_from_db()
        assert source.kind == "news"

    def test_the_second_decision_on_a_disagreement_shows_the_first(self, colleagues, pair):
        event = EventFactory(relation=pair, date="2001", published=True)
        for stance, said in (("supports", "2001"), ("contradicts", "2002")):
            CitationFactory(record=event, field="date", stance=stance, as_stated=said)
        derived.disagreements([event])
        page = address(Disagreement.objects.get())
        choice = Disagreement.objects.get().members[0]["id"]
        roles = ("publisher", "administrator")
        forms = [
            form_data(colleagues[role].get(page)) | {"choice": choice, "reason": f"By the {role}"}
            for role in roles
        ]
        assert colleagues["publisher"].post(page, forms[0]).status_code == 302
        response = colleagues["administrator"].post(page, forms[1])
        assert response.status_code == 409
        assert Disagreement.objects.get().reason == "By the publisher"
        assert ("Reason", "By the publisher", "By the administrator") in [
            (row.field, row.before, row.after) for row in response.context["changes"]
        ]

    def test_restoring_a_version_over_a_newer_one_shows_a_message(self, colleagues, pair):
        event = EventFactory(title="A meeting", relation=pair, date="2001")
        revise(event)
        for title in ("First", "Second"):
            form = form_data(colleagues["editor"].get(address(event))) | {"title": title}
            colleagues["editor"].post(address(event), form)
        page = colleagues["reviewer"].get(address(event, "history"))
        form = {"number": "1", "edition": page.context["edition"]}
        third = form_data(colleagues["editor"].get(address(event))) | {"title": "Third"}
        colleagues["editor"].post(address(event), third)
        response = colleagues["reviewer"].post(address(event, "restore"), form, follow=True)
        assert shown_messages(response) == [
            "editor has saved “Third” since you opened this page. Check it again."
        ]
        assert Event.objects.get().title == "Third"
        form["edition"] = response.context["edition"]
        colleagues["reviewer"].post(address(event, "restore"), form)
        assert Event.objects.get().title == "A meeting"


class TestSameRowAddedTwice:
    def test_the_second_editor_sees_the_differences_of_a_passage(self, colleagues):
        source = SourceFactory()
        page = address(source)
        form = form_data(colleagues["editor"].get(page))
        theirs = with_row(form, "passages", locator="p9", quote="Theirs")
        assert colleagues["reviewer"].post(page, theirs).status_code == 302
        mine = with_row(form, "passages", locator="p9", quote="Mine")
        response = colleagues["editor"].post(page, mine)
        assert differences(response) == [("passage: p9", "Words", "Theirs", "Mine")]
        assert source.passages.get().quote == "Theirs"
        assert save_over(colleagues["editor"], page, response).status_code == 302
        assert source.passages.get().quote == "Mine"

    @pytest.mark.parametrize("published", [False, True])
    def test_the_second_editor_sees_the_differences_of_a_citation(
        self, colleagues, pair, published
    ):
        event = EventFactory(relation=pair, published=published)
        source, page = SourceFactory(), address(event)
        form = form_data(colleagues["editor"].get(page)) | {"reason": "Why"}
        row = {"source": source.pk, "locator": "p1", "stance": "supports"}
        theirs = with_row(form, "citations", **row, note="Theirs")
        assert colleagues["reviewer"].post(page, theirs).status_code == 302
        response = colleagues["editor"].post(page, with_row(form, "citations", **row, note="Mine"))
        part = f"citation: {source}, p1, supports"
        assert differences(response) == [(part, "Note", "Theirs", "Mine")]
        assert save_over(colleagues["editor"], page, response).status_code == 302
        kept = workflow.content(event, workflow.open_revision(event))["citations"]
        assert [row["note"] for row in kept if row["locator"] == "p1"] == ["Mine"]

    def test_sending_the_same_form_twice_changes_nothing(self, colleagues, pair):
        event = EventFactory(relation=pair)
        page = address(event)
        row = {"role": "visitor", "person": PersonFactory().pk}
        form = with_row(form_data(colleagues["editor"].get(page)), "participations", **row)
        assert colleagues["editor"].post(page, form).status_code == 302
        response = colleagues["editor"].post(page, form)
        assert differences(response) == []
        assert save_over(colleagues["editor"], page, response).status_code == 302
        assert event.participations.count() == 1


class TestRowDeletedMeanwhile:
    def test_saving_over_leaves_out_a_deleted_passage(self, colleagues):
        source = SourceFactory(title="A paper")
        for locator in ("p1", "p2", "p3"):
            PassageFactory(source=source, locator=locator, quote=locator)
        page = address(source)
        form = form_data(colleagues["editor"].get(page))
        deleted = form | {"passages-1-DELETE": "on"}
        assert colleagues["reviewer"].post(page, deleted).status_code == 302
        mine = form | {"title": "Mine", "passages-2-quote": "Mine too"}
        response = colleagues["editor"].post(page, mine)
        assert differences(response) == [
            ("", "Title", "A paper", "Mine"),
            ("passage: p3", "Words", "p3", "Mine too"),
        ]
        assert shown_messages(response) == [
            "reviewer has saved “A paper” since you opened it. Your changes are not saved yet.",
            "Rows deleted since then are left out of your version: passage: p2.",
        ]
        assert save_over(colleagues["editor"], page, response).status_code == 302
        source.refresh_from_db()
        assert source.title == "Mine"
        found = list(source.passages.order_by("pk").values_list("locator", "quote"))
        assert found == [("p1", "p1"), ("p3", "Mine too")]

    def test_a_deletion_is_reported_together_with_errors(self, colleagues):
        source = SourceFactory()
        for locator in ("p1", "p2", "p3"):
            PassageFactory(source=source, locator=locator)
        page = address(source)
        form = form_data(colleagues["editor"].get(page))
        colleagues["reviewer"].post(page, form | {"passages-1-DELETE": "on"})
        response = colleagues["editor"].post(page, form | {"date": "the other day"})
        assert response.status_code == 200
        assert set(errors(response)) == {"date"}
        shown = response.content.decode()
        assert "Reviewer has saved “" in shown
        assert "Rows deleted since then are left out of your version: passage: p2." in shown
        changed = form_data(response) | {"date": "2021"}
        response = colleagues["editor"].post(page, changed)
        assert differences(response) == [("", "Date", "2024", "2021")]
        assert save_over(colleagues["editor"], page, response).status_code == 302
        source.refresh_from_db()
        assert str(source.date) == "2021"
        assert list(source.passages.values_list("locator", flat=True)) == ["p1", "p3"]

    def test_a_deleted_citation_of_a_pending_change_is_reported(self, colleagues, pair):
        event = EventFactory(title="A meeting", relation=pair, published=True)
        source, page = SourceFactory(), address(event)
        form = form_data(colleagues["editor"].get(page)) | {"reason": "Why"}
        row = {"source": source.pk, "locator": "p1", "stance": "supports"}
        colleagues["editor"].post(page, with_row(form, "citations", **row))
        form = form_data(colleagues["editor"].get(page))
        deleted = form | {"citations-1-DELETE": "on"}
        assert colleagues["reviewer"].post(page, deleted).status_code == 302
        response = colleagues["editor"].post(page, form | {"title": "Mine"})
        assert differences(response) == [("", "Title", "A meeting", "Mine")]
        words = (
            f"Rows deleted since then are left out of your version: citation: {source}, p1, "
            "supports."
        )
        assert shown_messages(response)[-1] == words
        assert save_over(colleagues["editor"], page, response).status_code == 302
        kept = workflow.open_revision(event).snapshot
        assert kept["record"]["title"] == "Mine"
        assert len(kept["citations"]) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("published", [False, True])
def test_one_of_two_simultaneous_saves_is_rejected(colleagues, pair, published):
    event = EventFactory(title="A meeting", relation=pair, date="2001", published=published)
    revise(event)
    seen, start, answers = workflow.edition(event), Barrier(2), {}

    def save(role):
        form = change_form(event, title=f"By the {role}", reason="Why", edition=seen)
        start.wait()
        answers[role] = colleagues[role].post(address(event), form).status_code
        connection.close()

    def look():
        answers["edition"] = workflow.edition(event)
        answers["open"] = workflow.open_revision(event).snapshot["record"]["title"]
        connection.close()

    threads = [Thread(target=save, args=[role]) for role in ("editor", "reviewer")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    last = Thread(target=look)
    last.start()
    last.join()
    assert sorted([answers["editor"], answers["reviewer"]]) == [302, 409]
    winner = "editor" if answers["editor"] == 302 else "reviewer"
    assert answers["open"] == f"By the {winner}"
    assert answers["edition"] != seen


@pytest.mark.django_db(transaction=True)
def test_one_of_two_simultaneous_saves_of_a_source_is_rejected(colleagues):
    source, start, answers = SourceFactory(title="A paper"), Barrier(2), {}
    form = form_data(colleagues["editor"].get(address(source)))

    def save(role):
        start.wait()
        sent = form | {"title": f"By the {role}"}
        answers[role] = colleagues[role].post(address(source), sent).status_code
        connection.close()

    threads = [Thread(target=save, args=[role]) for role in ("editor", "reviewer")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers.values()) == [302, 409]
    winner = "editor" if answers["editor"] == 302 else "reviewer"
    assert Source.objects.get().title == f"By the {winner}"


def choose(client, page, conflict, **choices):
    """Save the page with two versions, with choices by the name of the input or row."""
    (form,) = html.fromstring(conflict.content.decode()).xpath("//form[.//input[@name='edition']]")
    # Browsers drop the first line end of a text.
    given = {}
    for name, value in form.form_values():
        given.setdefault(name, []).append(value.removeprefix("\n"))
    for name, choice in choices.items():
        assert f"choice-{name}" in {field.name for field in form.inputs}
        given[f"choice-{name}"] = choice
    return client.post(page, given)


class TestChoices:
    """The second editor decides about each value that both have changed, and about no other."""

    def both(self, colleagues, row, theirs, mine):
        """The conflict after two editors have changed the same page."""
        page = address(row)
        form = form_data(colleagues["publisher"].get(page))
        reason = {"reason": "Why"}
        other = form_data(colleagues["administrator"].get(page))
        saved = colleagues["administrator"].post(page, other | reason | theirs)
        assert saved.status_code == 302, errors(saved)
        return colleagues["publisher"].post(page, form | reason | mine)

    def saved(self, row):
        row = type(row).objects.get(pk=row.pk)
        waiting = workflow.open_revision(row) if hasattr(row, "revisions") else None
        return waiting.snapshot["record"] if waiting and row.published_at else vars(row)

    @pytest.mark.parametrize("published", [False, True])
    def test_values_that_only_the_other_has_changed_are_kept(self, colleagues, published):
        event = EventFactory(title="Talks", summary="Old", published=published)
        theirs = {"summary": "Theirs", "date": "2001"}
        conflict = self.both(colleagues, event, theirs, {"title": "Mine"})
        assert differences(conflict) == [("", "Title", "Talks", "Mine")]
        assert sorted(conflict.context["taken"]) == ["Date", "Summary"]
        assert choose(colleagues["publisher"], address(event), conflict).status_code == 302
        found = self.saved(event)
        assert (found["title"], found["summary"], str(found["date"])) == ("Mine", "Theirs", "2001")

    @pytest.mark.parametrize("published", [False, True])
    @pytest.mark.parametrize("choice", ["mine", "theirs"])
    def test_a_value_that_both_have_changed_is_chosen(self, colleagues, published, choice):
        event = EventFactory(title="Talks", summary="Old", published=published)
        theirs = {"title": "Theirs", "summary": "Theirs"}
        conflict = self.both(colleagues, event, theirs, {"title": "Mine", "summary": "Mine"})
        assert [(row["name"], row["clash"]) for row in conflict.context["choices"]] == [
            ("title", True),
            ("summary", True),
        ]
        # Neither is preferred.
        assert "checked" not in conflict.content.decode()
        choices = {"title": choice, "summary": "mine"}
        assert (
            choose(colleagues["publisher"], address(event), conflict, **choices).status_code == 302
        )
        found = self.saved(event)
        assert (found["title"], found["summary"]) == (choice.capitalize(), "Mine")

    @pytest.mark.parametrize(
        ("make", "theirs", "mine"),
        [
            (PersonFactory, {"description": "Theirs"}, {"name": "Mine"}),
            (OrganizationFactory, {"identified": None}, {"name": "Mine"}),
            (OrganizationFactory, {"kind": "company"}, {"place": "Mine"}),
            (SourceFactory, {"note": "Theirs\r\nTwo lines"}, {"title": "Mine"}),
            (CountryFactory, {"iso2": "ZZ"}, {"name_en": "Mine"}),
            (IndicatorFactory, {"measure": "stock"}, {"name": "Mine"}),
            (FigureFactory, {"value": "7"}, {"note": "Mine"}),
        ],
    )
    def test_different_values_of_one_row_are_both_kept(self, colleagues, make, theirs, mine):
        row, page = make(), None
        page = address(row)
        first, second = colleagues["administrator"], colleagues["publisher"]
        form, other = form_data(second.get(page)), form_data(first.get(page)) | theirs
        other = {name: value for name, value in other.items() if value is not None}
        assert first.post(page, other).status_code == 302
        conflict = second.post(page, form | mine)
        assert len(differences(conflict)) == 1
        assert choose(second, page, conflict).status_code == 302
        shown = form_data(second.get(page))
        for name, value in (theirs | mine).items():
            if value is None:
                assert name not in shown
            else:
                assert shown[name].removesuffix(".0000").split() == value.split()

    def test_topics_of_both_are_not_mixed_up(self, colleagues):
        event, topic = EventFactory(), TopicFactory()
        conflict = self.both(colleagues, event, {"topics": [topic.pk]}, {"title": "Mine"})
        assert differences(conflict) == [("", "Title", event.title, "Mine")]
        choose(colleagues["publisher"], address(event), conflict)
        assert list(event.topics.all()) == [topic]

    @pytest.mark.parametrize("published", [False, True])
    def test_rows_that_only_the_other_has_changed_are_kept(self, colleagues, published):
        event = EventFactory()
        for locator in ("p1", "p2"):
            CitationFactory(record=event, locator=locator)
        if published:
            publish(event)
        theirs, mine = {"citations-0-note": "Theirs"}, {"citations-1-note": "Mine"}
        conflict = self.both(colleagues, event, theirs, mine)
        assert [row[1:] for row in differences(conflict)] == [("Note", "", "Mine")]
        assert choose(colleagues["publisher"], address(event), conflict).status_code == 302
        kept = workflow.content(event, workflow.open_revision(event))["citations"]
        assert {row["locator"]: row["note"] for row in kept} == {"p1": "Theirs", "p2": "Mine"}

    def test_a_value_of_a_row_is_chosen(self, colleagues):
        source = SourceFactory()
        PassageFactory(source=source, locator="p1", quote="Old")
        theirs, mine = {"passages-0-quote": "Theirs"}, {"passages-0-quote": "Mine"}
        conflict = self.both(colleagues, source, theirs, mine)
        assert differences(conflict) == [("passage: p1", "Words", "Theirs", "Mine")]
        choices = {"passages-0-quote": "theirs"}
        choose(colleagues["publisher"], address(source), conflict, **choices)
        assert source.passages.get().quote == "Theirs"

    @pytest.mark.parametrize(("choice", "left"), [("mine", ["p1", "p9"]), ("theirs", ["p1"])])
    def test_a_new_row_is_chosen(self, colleagues, choice, left):
        source = SourceFactory()
        PassageFactory(source=source, locator="p1")
        page = address(source)
        mine = with_row(form_data(colleagues["publisher"].get(page)), "passages", locator="p9")
        colleagues["administrator"].post(
            page, form_data(colleagues["administrator"].get(page)) | {"note": "Theirs"}
        )
        conflict = colleagues["publisher"].post(page, mine)
        assert [row[0] for row in differences(conflict)] == ["passage: p9"]
        choices = {"passages-1": choice}
        response = choose(colleagues["publisher"], page, conflict, **choices)
        assert response.status_code == 302
        assert sorted(source.passages.values_list("locator", flat=True)) == left
        assert Source.objects.get().note == "Theirs"

    @pytest.mark.parametrize(("choice", "left"), [("mine", []), ("theirs", ["Theirs"])])
    def test_a_deletion_of_a_row_is_chosen(self, colleagues, choice, left):
        source = SourceFactory()
        PassageFactory(source=source, locator="p1", quote="Old")
        theirs, mine = {"passages-0-quote": "Theirs"}, {"passages-0-DELETE": "on"}
        conflict = self.both(colleagues, source, theirs, mine)
        choices = {"passages-0": choice}
        choose(colleagues["publisher"], address(source), conflict, **choices)
        assert list(source.passages.values_list("quote", flat=True)) == left

    def test_a_file_is_kept_with_the_choices(self, colleagues, settings, tmp_path):
        settings.VAR, settings.MEDIA_ROOT = tmp_path, tmp_path / "files"
        source = SourceFactory()
        upload = SimpleUploadedFile("text.txt", b"One.")
        conflict = self.both(colleagues, source, {"note": "Theirs"}, {"text_file": upload})
        assert choose(colleagues["publisher"], address(source), conflict).status_code == 302
        assert SourceText.objects.get().text == "One."
        assert Source.objects.get().note == "Theirs"

    @pytest.mark.parametrize("opened", ["", "x", "e30:1:x", "[]"])
    def test_without_what_was_opened_every_difference_is_shown(self, colleagues, opened):
        event = EventFactory(title="Talks", summary="Old")
        mine = {"title": "Mine", "opened": opened}
        conflict = self.both(colleagues, event, {"summary": "Theirs"}, mine)
        assert [row[1:] for row in differences(conflict)] == [
            ("Title", "Talks", "Mine"),
            ("Summary", "Theirs", "Old"),
        ]
        assert "checked" not in conflict.content.decode()

    def test_a_third_save_in_between_is_another_conflict(self, colleagues):
        event = EventFactory(title="Talks", summary="Old")
        conflict = self.both(colleagues, event, {"title": "Theirs"}, {"title": "Mine"})
        page = address(event)
        third = form_data(colleagues["editor"].get(page)) | {"title": "Third", "summary": "Third"}
        assert colleagues["editor"].post(page, third).status_code == 302
        again = choose(colleagues["publisher"], page, conflict, title="mine")
        assert differences(again) == [("", "Title", "Third", "Mine")]
        assert again.context["taken"] == ["Summary"]

    @pytest.mark.parametrize("published", [False, True])
    def test_without_a_choice_the_page_asks_again(self, colleagues, published):
        event = EventFactory(title="Talks", summary="Old", place="Old", published=published)
        theirs = dict.fromkeys(["title", "summary"], "Theirs")
        mine = dict.fromkeys(["title", "summary", "place"], "Mine")
        conflict = self.both(colleagues, event, theirs, mine)
        page, client = address(event), colleagues["publisher"]
        again = choose(client, page, conflict, summary="theirs")
        assert again.status_code == 409
        found = {row["name"]: row["choice"] for row in again.context["choices"]}
        assert found == {"title": "", "summary": "theirs", "place": "mine"}
        assert shown_messages(again) == [
            "Your changes are not saved yet. Choose a value where none is chosen."
        ]
        assert again.content.decode().count("<li>Choose a value.</li>") == 1
        assert self.saved(event)["title"] == "Theirs"
        # The choices made before still count.
        assert choose(client, page, again, title="mine").status_code == 302
        found = self.saved(event)
        assert [found[name] for name in ("title", "summary", "place")] == ["Mine", "Theirs", "Mine"]

    def test_a_deletion_of_a_row_that_the_other_has_changed_is_not_preselected(self, colleagues):
        source = SourceFactory()
        PassageFactory(source=source, locator="p1", quote="Old")
        theirs, mine = {"passages-0-quote": "Theirs"}, {"passages-0-DELETE": "on"}
        conflict = self.both(colleagues, source, theirs, mine)
        assert [row["choice"] for row in conflict.context["choices"]] == [""]
        again = choose(colleagues["publisher"], address(source), conflict)
        assert again.status_code == 409
        assert source.passages.get().quote == "Theirs"

    def test_a_choice_about_a_value_that_has_changed_again_is_asked_for_again(self, colleagues):
        event = EventFactory(title="Talks", summary="Old")
        both = dict.fromkeys(["title", "summary"], "Theirs")
        mine = dict.fromkeys(["title", "summary"], "Mine")
        conflict = self.both(colleagues, event, both, mine)
        page = address(event)
        third = form_data(colleagues["editor"].get(page)) | {"title": "Third"}
        assert colleagues["editor"].post(page, third).status_code == 302
        again = choose(colleagues["publisher"], page, conflict, title="theirs", summary="theirs")
        found = {row["name"]: row["choice"] for row in again.context["choices"]}
        assert found == {"title": "", "summary": "theirs"}
        choose(colleagues["publisher"], page, again, title="mine")
        found = self.saved(event)
        assert (found["title"], found["summary"]) == ("Mine", "Theirs")

    def test_the_page_says_once_who_saved_and_when(self, colleagues):
        event = EventFactory(title="Talks")
        conflict = self.both(colleagues, event, {"title": "Theirs"}, {"title": "Mine"})
        assert shown_messages(conflict) == [
            "administrator has saved “Theirs” since you opened it. Your changes are not saved yet."
        ]
        shown = " ".join(html.fromstring(conflict.content.decode()).text_content().split())
        assert shown.lower().count("administrator") == 1
        assert shown.count("The saved version is from") == 1

    @pytest.mark.parametrize("choice", ["theirs", "mine"])
    def test_a_value_of_a_row_that_both_have_added_is_chosen(self, colleagues, choice):
        source = SourceFactory()
        page, client = address(source), colleagues["publisher"]
        form = form_data(client.get(page))
        theirs = with_row(form, "passages", locator="p9", quote="theirs")
        assert colleagues["administrator"].post(page, theirs).status_code == 302
        conflict = client.post(page, with_row(form, "passages", locator="p9", quote="mine"))
        assert [row["choice"] for row in conflict.context["choices"]] == [""]
        again = choose(client, page, conflict)
        assert again.status_code == 409
        choices = {"passages-0-quote": choice}
        assert choose(client, page, again, **choices).status_code == 302
        assert source.passages.get().quote == choice

    def test_a_row_that_both_have_added_and_a_third_has_deleted_is_kept(self, colleagues):
        source = SourceFactory()
        page, client = address(source), colleagues["publisher"]
        form = form_data(client.get(page))
        theirs = with_row(form, "passages", locator="p9", quote="Theirs")
        assert colleagues["administrator"].post(page, theirs).status_code == 302
        conflict = client.post(page, with_row(form, "passages", locator="p9", quote="Mine"))
        third = form_data(colleagues["editor"].get(page)) | {"passages-0-DELETE": "on"}
        assert colleagues["editor"].post(page, third).status_code == 302
        again = choose(client, page, conflict, **{"passages-0-quote": "mine"})
        assert differences(again) == [("passage: p9", "", "", "words: Mine")]
        assert choose(client, page, again, **{"passages-1": "mine"}).status_code == 302
        assert source.passages.get().quote == "Mine"

    @pytest.mark.parametrize("published", [False, True])
    @pytest.mark.parametrize(("choice", "left"), [("theirs", ["p1"]), ("mine", ["p1", "p2"])])
    def test_a_changed_row_that_the_other_has_deleted_is_chosen(
        self, colleagues, published, choice, left
    ):
        event = EventFactory()
        for locator in ("p1", "p2"):
            CitationFactory(record=event, locator=locator)
        if published:
            publish(event)
        theirs, mine = {"citations-1-DELETE": "on"}, {"citations-1-note": "Typed at length"}
        conflict = self.both(colleagues, event, theirs, mine)
        ((_part, _field, before, after),) = differences(conflict)
        assert (before, "note: Typed at length" in after) == ("", True)
        assert [row["choice"] for row in conflict.context["choices"]] == [""]
        client, page = colleagues["publisher"], address(event)
        again = choose(client, page, conflict)
        assert [row["choice"] for row in again.context["choices"]] == [""]
        assert choose(client, page, again, **{"citations-2": choice}).status_code == 302
        kept = workflow.content(event, workflow.open_revision(event))["citations"]
        assert sorted(row["locator"] for row in kept) == left

    @pytest.mark.parametrize("count", ["", "x", "٣", "9" * 5000])
    def test_malformed_counts_of_rows_are_no_error(self, colleagues, count):
        source = SourceFactory()
        PassageFactory(source=source, locator="p1")
        theirs = {"passages-0-DELETE": "on"}
        mine = {"passages-0-quote": "Mine", "passages-TOTAL_FORMS": count}
        assert self.both(colleagues, source, theirs, mine).status_code in (200, 409)
