"""The publication workflow in the admin: submit, review, send back, publish, withdraw, restore."""

import pytest
from lxml import html

from core.snapshot import rolled_back
from relations import side_rows, workflow
from relations.models import Disagreement, ErrorReport, Event, Relation
from relations.publication import revise
from sources.models import Passage, Source
from tests.desk.test_admin import citation_row, errors, event_form, formset
from tests.factories import (
    CitationFactory,
    EventFactory,
    FigureFactory,
    RelationFactory,
    SourceFactory,
    TreatyActionFactory,
    TreatyFactory,
    UserFactory,
)
from tests.steps import publish
from treaties.models import Treaty, TreatyAction

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair():
    return RelationFactory()


def change_form(event, **values):
    """The form data of a saved event with its citations."""
    rows = list(event.citations.all())
    data = event_form(event.relation, title=event.title, event_type=event.event_type)
    data |= {"slug": event.slug, "date": str(event.date)} | values
    data |= {"citations-TOTAL_FORMS": len(rows), "citations-INITIAL_FORMS": len(rows)}
    for number, row in enumerate(rows):
        given = {"id": row.pk, "record": event.pk, "source": row.source_id}
        given |= {"locator": row.locator, "stance": row.stance, "field": row.field}
        data |= {f"citations-{number}-{name}": value for name, value in given.items()}
    return data


def address(record, page="change"):
    meta = record._meta
    return f"/admin/{meta.app_label}/{meta.model_name}/{record.pk}/{page}/"


def shown_messages(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def test_a_new_record_is_submitted_approved_and_published(colleagues, client, pair):
    source, add = SourceFactory(), "/admin/relations/event/add/"
    colleagues["editor"].post(add, event_form(pair, citation_row(source), _submit="1"))
    event = Event.objects.get(slug="a-new-council")
    assert event.state == "in_review"
    queue = colleagues["reviewer"].get("/admin/review/").content.decode()
    revision = workflow.open_revision(event)
    assert f"/admin/review/{revision.pk}/" in queue
    assert "waiting for you" in queue
    page = colleagues["reviewer"].get(f"/admin/review/{revision.pk}/")
    assert page.context["problems"] == []
    changes = {change.field: change.after for change in page.context["changes"]}
    assert changes["Title"] == "A new council"
    assert changes["Date"] == "May 2024"
    response = colleagues["reviewer"].post(f"/admin/review/{revision.pk}/", {"approve": "1"})
    assert response.status_code == 302
    assert client.get(event.get_absolute_url()).status_code == 404
    response = colleagues["publisher"].post(f"/admin/review/{revision.pk}/", {"publish": "1"})
    assert response.status_code == 302
    assert "A new council" in client.get(event.get_absolute_url()).content.decode()


def test_sending_back_needs_a_remark_that_the_author_sees(colleagues, pair):
    colleagues["editor"].post("/admin/relations/event/add/", event_form(pair, _submit="1"))
    event = Event.objects.get()
    page = f"/admin/review/{workflow.open_revision(event).pk}/"
    response = colleagues["reviewer"].get(page)
    assert response.context["problems"] == [
        "“A new council” needs at least one citation that supports it."
    ]
    response = colleagues["reviewer"].post(page, {"back": "1", "remark": " "})
    assert response.status_code == 400
    assert response.context["form"].errors == {"remark": ["Say what the author should do."]}
    colleagues["reviewer"].post(page, {"back": "1", "remark": "Where was this read?"})
    event.refresh_from_db()
    assert event.state == "draft"
    desk = colleagues["editor"].get("/admin/").context["desk"]
    assert [row.remark for row in desk["drafts"]["rows"]] == ["Where was this read?"]
    assert "Where was this read?" in colleagues["editor"].get(address(event)).content.decode()


def test_users_see_only_buttons_for_permitted_steps(colleagues, pair):
    for role in ("editor", "reviewer"):
        page = colleagues[role].get("/admin/relations/event/add/").content.decode()
        assert 'name="_submit"' in page
        assert 'name="_publish"' not in page
    response = colleagues["editor"].post(
        "/admin/relations/event/add/", event_form(pair, _publish="1")
    )
    assert response.status_code == 403
    assert not Event.objects.exists()
    own = event_form(pair, citation_row(SourceFactory()), _submit="1")
    colleagues["reviewer"].post("/admin/relations/event/add/", own)
    page = f"/admin/review/{workflow.open_revision(Event.objects.get()).pk}/"
    assert 'name="approve"' not in colleagues["reviewer"].get(page).content.decode()
    response = colleagues["reviewer"].post(page, {"approve": "1"})
    assert response.status_code == 400
    assert "Somebody else must review it" in response.content.decode()


class TestPendingChanges:
    @pytest.fixture
    def event(self, pair):
        return EventFactory(title="A meeting", relation=pair, published=True, date="2001")

    def test_changing_a_published_record_needs_a_reason(self, colleagues, event):
        response = colleagues["editor"].post(address(event), change_form(event, title="Other"))
        assert errors(response) == {
            "reason": ["Readers have seen this. Give a reason for the change."]
        }

    def test_readers_see_the_published_version_and_the_form_the_pending_one(
        self, colleagues, client, event
    ):
        form = change_form(event, title="The first meeting", reason="By the minutes")
        source = SourceFactory()
        form |= {
            "citations-TOTAL_FORMS": 2, "citations-1-source": source.pk,
            "citations-1-locator": "page 3", "citations-1-stance": "supports",
        }  # fmt: skip
        response = colleagues["editor"].post(address(event), form, follow=True)
        assert shown_messages(response) == [
            "Your change is saved as a draft. Readers still see the published version."
        ]
        assert "The first meeting" not in client.get(event.get_absolute_url()).content.decode()
        assert event.citations.count() == 1
        shown = response.context["adminform"].form.instance
        assert shown.title == "The first meeting"
        rows = response.context["inline_admin_formsets"][1].formset.forms
        assert [row.instance.locator for row in rows] == [event.citations.get().locator, "page 3"]
        # Editing continues from there: the new citation is one of the rows, and is deleted again.
        key = rows[1].instance.pk
        form |= {
            "citations-INITIAL_FORMS": 2, "citations-1-id": key, "citations-1-record": event.pk,
            "citations-1-DELETE": "on",
        }  # fmt: skip
        colleagues["editor"].post(address(event), form | {"_submit": "1"})
        waiting = workflow.open_revision(event)
        assert (waiting.state, len(waiting.snapshot["citations"])) == ("pending", 1)
        page = colleagues["reviewer"].get(f"/admin/review/{waiting.pk}/")
        found = [(row.field, row.before, row.after) for row in page.context["changes"]]
        assert found == [("Title", "A meeting", "The first meeting")]
        colleagues["reviewer"].post(f"/admin/review/{waiting.pk}/", {"approve": "1"})
        colleagues["publisher"].post(f"/admin/review/{waiting.pk}/", {"publish": "1"})
        assert "The first meeting" in client.get(event.get_absolute_url()).content.decode()
        log = client.get(f"/changes/{event.slug}/").content.decode()
        assert "By the minutes" in log
        assert "<del>A meeting</del>" in log
        assert "editor" not in log.replace("editors", "")

    def test_a_preview_shows_the_page_that_readers_would_see(self, colleagues, client, event):
        form = change_form(event, title="The first meeting", reason="By the minutes")
        colleagues["editor"].post(address(event), form)
        page = colleagues["editor"].get(address(event, "preview")).content.decode()
        assert "Preview: readers do not see this yet." in page
        assert "<h1>The first meeting</h1>" in page
        event.refresh_from_db()
        assert (event.title, event.version) == ("A meeting", 1)
        workflow.discard(event, colleagues["editor"].user)
        preview = colleagues["editor"].get(address(event, "preview")).content.decode()
        public = client.get(event.get_absolute_url()).content.decode()
        note = '<p class="preview" role="status">Preview: readers do not see this yet.</p>'
        assert preview.replace(note, "").split() == public.split()

    def test_a_preview_is_a_page_whatever_is_asked(self, colleagues, event):
        page = address(event, "preview")
        assert colleagues["editor"].post(page).status_code == 405
        shown = colleagues["editor"].get(page, {"format": "csv", "page": "x"})
        assert shown.status_code == 200
        assert "Preview: readers do not see this yet." in shown.content.decode()

    def test_an_earlier_version_is_restored_as_a_draft(self, colleagues, event):
        event.title = "Wrong"
        publish(event)
        page = colleagues["editor"].get(address(event, "history"))
        assert [row.number for row in page.context["shown"]] == [2, 1]
        colleagues["editor"].post(address(event, "restore"), {"number": "1"})
        waiting = workflow.open_revision(event)
        assert waiting.snapshot["record"]["title"] == "A meeting"
        assert (waiting.number, waiting.reason) == (3, "Version 1 restored")
        event.refresh_from_db()
        assert event.title == "Wrong"

    def test_an_imported_record_has_no_versions(self, colleagues, client, event):
        event.revisions.all().delete()
        assert colleagues["editor"].get(address(event, "history")).context["shown"] == []
        assert client.get(f"/changes/{event.slug}/").status_code == 200

    @pytest.mark.parametrize("number", ["", "x", "7", "9" * 30])
    def test_restoring_an_unknown_version_is_a_404(self, colleagues, event, number):
        response = colleagues["editor"].post(address(event, "restore"), {"number": number})
        assert response.status_code == 404

    def test_discarding_a_change_keeps_the_published_version(self, colleagues, event):
        form = change_form(event, title="Other", reason="Why")
        colleagues["editor"].post(address(event), form)
        colleagues["editor"].post(address(event, "drop"))
        shown = colleagues["editor"].get(address(event)).context["adminform"].form.instance
        assert shown.title == "A meeting"

    def test_a_passage_created_with_a_change_is_created_again(self, colleagues, event):
        """Rows that a rolled-back save adds besides the record are added again with the change."""
        source = event.citations.get().source
        passage = Passage(source=source, locator="p9s9", quote="few words")
        row = Event.objects.get()
        keys = side_rows.newest_keys()
        with rolled_back():
            passage.save()
            row.citations.update(passage=passage)
            made = side_rows.since(keys)
        assert not Passage.objects.exists()
        side_rows.create(made)
        assert Passage.objects.get().quote == "few words"


class TestTreaty:
    @pytest.fixture
    def treaty(self, pair):
        treaty = TreatyFactory(title="Pact", relation=pair, date="2001")
        action = TreatyActionFactory(
            treaty=treaty, slug="pact-signature", action_type="signature", date="2001"
        )
        for record in (treaty, action):
            CitationFactory(record=record)
        publish(treaty)
        return Treaty.objects.get()

    def form(self, treaty, *actions, **values):
        citation, parties = treaty.citations.get(), list(treaty.parties.all())
        data = {
            "title": treaty.title, "relation": treaty.relation_id, "instrument": "agreement",
            "level": "unknown", "binding": "unclear", "date": "2001",
        } | formset("actions", *actions) | formset("links") | formset("texts")  # fmt: skip
        data |= formset("participations") | formset(
            "parties", *({"id": row.pk, "country": row.country_id} for row in parties)
        )
        data |= formset("citations", citation_row(citation.source, id=citation.pk))
        data |= {"citations-0-locator": citation.locator, "reason": "By the gazette"} | values
        for name, count in (("citations", 1), ("parties", len(parties))):
            data[f"{name}-INITIAL_FORMS"] = count
        return data

    def test_a_new_step_is_pending_and_published_with_its_treaty(self, colleagues, client, treaty):
        (signature,) = treaty.actions.all()
        steps = (
            {"record_ptr": signature.pk, "action_type": "signature", "date": "2001"},
            {
                "action_type": "entry_into_force", "date": "2002",
                "source": SourceFactory().pk, "locator": "page 1",
            },
        )  # fmt: skip
        form = self.form(treaty, *steps, _submit="1") | {"actions-INITIAL_FORMS": 1}
        response = colleagues["editor"].post(address(treaty), form, follow=True)
        assert shown_messages(response) == ["1 submitted for review."], errors(response)
        assert TreatyAction.objects.count() == 1
        assert len(response.context["inline_admin_formsets"][1].formset.initial_forms) == 2
        waiting = workflow.open_revision(treaty)
        page = colleagues["reviewer"].get(f"/admin/review/{waiting.pk}/")
        parts = [change.part.partition(":")[0] for change in page.context["changes"]]
        assert set(parts) == {"treaty action"}
        preview = colleagues["editor"].get(address(treaty, "preview")).content.decode()
        assert "in force" in preview
        assert "in force since" not in client.get(treaty.get_absolute_url()).content.decode()
        colleagues["publisher"].post(f"/admin/review/{waiting.pk}/", {"publish": "1"})
        step = TreatyAction.objects.get(action_type="entry_into_force")
        assert (step.state, step.citations.get().locator) == ("published", "page 1")
        assert "in_force" in set(treaty.periods.values_list("status", flat=True))


class TestWithdrawnRecords:
    def test_a_withdrawn_record_is_a_410_with_the_reason(self, colleagues, client, pair):
        event = EventFactory(title="A meeting", relation=pair, published=True)
        page = f"/admin/relations/event/withdraw/?row={event.pk}"
        assert colleagues["editor"].get(page).status_code == 403
        response = colleagues["publisher"].post(page, {"reason": ""})
        assert response.status_code == 400
        assert response.context["form"].errors == {"reason": ["This field is required."]}
        colleagues["publisher"].post(page, {"reason": "It was another meeting."})
        answer = client.get(event.get_absolute_url())
        assert answer.status_code == 410
        assert "It was another meeting." in answer.content.decode()
        shown = client.get(f"/events/{event.slug}.json")
        assert shown.status_code == 410
        assert shown.json() | {"withdrawn_on": ""} == {
            "state": "withdrawn",
            "id": event.slug,
            "title": "A meeting",
            "withdrawn_on": "",
            "reason": "It was another meeting.",
            "changes": f"http://testserver/changes/{event.slug}/",
        }
        log = client.get(f"/changes/{event.slug}.json").json()
        assert [(row["version"], row["state"]) for row in log["versions"]] == [
            (2, "withdrawn"),
            (1, "published"),
        ]

    def test_a_withdrawn_figure_is_a_410_with_the_reason(self, colleagues, client):
        figure = FigureFactory(published=True)
        page = f"/admin/trade/figure/withdraw/?row={figure.pk}"
        colleagues["publisher"].post(page, {"reason": "A misprint."})
        answer = client.get(figure.get_absolute_url())
        assert answer.status_code == 410
        assert "A misprint." in answer.content.decode()

    def test_a_record_that_was_never_public_is_a_404(self, client):
        event = EventFactory(state="withdrawn")
        assert client.get(event.get_absolute_url()).status_code == 404
        assert client.get(f"/changes/{EventFactory().slug}/").status_code == 404


class TestFigures:
    def test_publishing_a_figure_takes_two_people(self, colleagues):
        figure = FigureFactory()
        for role in ("editor", "publisher"):
            colleagues[role].post(
                "/admin/trade/figure/",
                {"action": "submit_selected", "_selected_action": [figure.pk]},
            )
        figure.refresh_from_db()
        assert figure.state == "in_review"
        queue = colleagues["publisher"].get("/admin/review/")
        assert [row.record for row in queue.context["page"]] == [figure]
        publish = {"action": "publish_selected", "_selected_action": [figure.pk]}
        colleagues["editor"].post("/admin/trade/figure/", publish)
        figure.refresh_from_db()
        assert figure.state == "in_review"
        colleagues["publisher"].post("/admin/trade/figure/", publish)
        figure.refresh_from_db()
        assert figure.state == "published"


class TestDashboard:
    def test_the_dashboard_shows_the_tasks_of_each_user(self, colleagues, client, pair):
        editor = colleagues["editor"]
        editor.post("/admin/relations/event/add/", event_form(pair, title="Mine"))
        waiting = event_form(pair, citation_row(SourceFactory()), title="Theirs", _submit="1")
        editor.post("/admin/relations/event/add/", waiting)
        ErrorReport.objects.create(address="/", message="Wrong.")
        Passage.objects.create(
            source=Source.objects.get(), locator="p1s1", quote="gone", anchoring="mismatch"
        )
        desk = editor.get("/admin/").context["desk"]
        assert [str(row.record) for row in desk["drafts"]["rows"]] == ["Mine"]
        assert desk["drafts"]["rows"][0].lacking
        counts = {name: desk[name]["count"] for name in ("for_me", "reports", "gaps", "mismatches")}
        assert counts == {"for_me": 0, "reports": 1, "gaps": 1, "mismatches": 1}
        desk = colleagues["reviewer"].get("/admin/").context["desk"]
        assert [str(row.record) for row in desk["for_me"]["rows"]] == ["Theirs"]
        workflow.approve(Event.objects.get(title="Theirs"), colleagues["reviewer"].user)
        assert colleagues["reviewer"].get("/admin/").context["desk"]["for_me"]["count"] == 0
        assert colleagues["publisher"].get("/admin/").context["desk"]["for_me"]["count"] == 1

    def test_the_dashboard_shows_open_disagreements_and_recent_changes(self, colleagues, pair):
        for title, values in (
            ("Whose day it was", {}),
            ("Decided already", {"state": "decided", "reason": "So.", "choice": "a"}),
            ("Gone since", {"present": False}),
        ):
            values = {"present": True} | values
            Disagreement.objects.create(key=title, rule="rival_dates", title=title, **values)
        event = EventFactory(title="The council met", relation=pair, published=True)
        publish(event, colleagues["publisher"].user, "A letter was wrong.")
        revise(EventFactory(title="A draft", relation=pair), colleagues["editor"].user)
        page = html.fromstring(colleagues["editor"].get("/admin/").content.decode())
        found = {
            name: " ".join(
                page.xpath(f"//section[@aria-labelledby='desk-{name}']")[0].text_content().split()
            )
            for name in ("disagreements", "changed")
        }
        assert found["disagreements"].startswith("Open disagreements (1) Whose day it was · ")
        assert "Decided already" not in found["disagreements"]
        assert "Gone since" not in found["disagreements"]
        assert found["changed"].startswith("Recent changes The council met · version 2 · ")
        assert "A letter was wrong." in found["changed"]
        assert "A draft" not in found["changed"]

    def test_the_number_of_queries_does_not_grow_with_tasks(
        self, colleagues, base, django_assert_max_num_queries
    ):
        pair = Relation.objects.first()
        for number in range(12):
            event = EventFactory(title=f"Draft {number}", relation=pair)
            CitationFactory(record=event)
            revise(event, colleagues["editor"].user)
            if number % 2:
                workflow.submit(event, colleagues["editor"].user)
        for role in ("editor", "reviewer"):
            with django_assert_max_num_queries(45):
                colleagues[role].get("/admin/")
            with django_assert_max_num_queries(30):
                colleagues[role].get("/admin/review/")

    def test_users_without_a_role_see_no_dashboard(self, client):
        client.force_login(UserFactory())
        assert client.get("/admin/").context["desk"] == {}
        assert client.get("/admin/review/").status_code == 403
