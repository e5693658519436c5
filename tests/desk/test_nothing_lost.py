"""Nothing that an editor has entered is lost, or saved twice, without a word."""

from time import time

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice
from lxml import html

from core.models import SubmittedForm
from core.uploads import kept
from relations import publication, workflow
from relations.merging import MergeRefused, merge
from relations.models import ErrorReport, Event, Organization, Person, Topic
from relations.workflow import StepRefused
from sources.models import Source, SourceText
from tests.conftest import signed_in
from tests.desk.test_admin import errors
from tests.desk.test_review import address, shown_messages
from tests.desk.test_two_editors import form_data, with_row
from tests.documents import docx
from tests.factories import (
    CitationFactory,
    EventFactory,
    MembershipFactory,
    MissionFactory,
    OfficeFactory,
    OrganizationFactory,
    ParticipationFactory,
    PassageFactory,
    PersonFactory,
    RelationFactory,
    SourceFactory,
    TopicFactory,
    TreatyActionFactory,
    TreatyFactory,
    UserFactory,
    VisitFactory,
)
from tests.steps import publish
from trade.models import Indicator

pytestmark = pytest.mark.django_db
SOURCE = "/admin/sources/source/add/"
EVENT = "/admin/relations/event/add/"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.VAR, settings.MEDIA_ROOT = tmp_path, tmp_path / "files"
    return tmp_path / "uploads"


class TestFiles:
    """A file need not be chosen again because another field has an error."""

    def upload(self, name="note.docx", content=None):
        return SimpleUploadedFile(name, content or docx("The ministers met."))

    def form(self, client, **values):
        return form_data(client.get(SOURCE)) | {"kind": "official", "rights": "unknown"} | values

    @pytest.mark.parametrize(
        ("wrong", "right"),
        [
            ({"date": "the other day"}, {"date": "2024"}),
            ({"kind": ""}, {"kind": "official"}),
            ({"rights": "open", "licence": ""}, {"licence": "CC BY"}),
        ],
    )
    def test_a_file_is_kept_while_another_field_has_an_error(
        self, admin_client, folder, wrong, right
    ):
        first = self.form(admin_client, title="A note") | wrong | {"text_file": self.upload()}
        response = admin_client.post(SOURCE, first)
        assert response.status_code == 200
        assert "“note.docx” is kept until you save." in response.content.decode()
        again = form_data(response) | right
        again.pop("text_file-drop", None)
        assert admin_client.post(SOURCE, again).status_code == 302
        assert SourceText.objects.get().text == "The ministers met."
        assert not any(folder.iterdir())

    def test_a_file_is_kept_through_several_errors(self, admin_client):
        form = self.form(admin_client, title="A note", date="x", text_file=self.upload())
        tokens = set()
        for _time in range(3):
            form = form_data(admin_client.post(SOURCE, form))
            tokens.add(form["text_file-kept"])
        assert len(tokens) == 1
        assert kept(tokens.pop()).name == "note.docx"
        assert admin_client.post(SOURCE, form | {"date": "2024"}).status_code == 302
        assert SourceText.objects.exists()

    def test_a_file_is_kept_while_a_row_has_an_error(self, admin_client):
        source = SourceFactory()
        form = with_row(form_data(admin_client.get(address(source))), "passages", locator="? ?")
        response = admin_client.post(address(source), form | {"text_file": self.upload()})
        assert "Letters, digits" in str(errors(response)["locator"])
        form = form_data(response) | {"passages-0-locator": "p1"}
        assert admin_client.post(address(source), form).status_code == 302
        assert SourceText.objects.get().source == source

    def test_a_refused_file_is_not_kept(self, admin_client, folder):
        form = self.form(admin_client, title="A note", date="x")
        response = admin_client.post(
            SOURCE, form | {"text_file": self.upload("a.pdf", b"%PDF-1.4 broken")}
        )
        assert set(errors(response)) == {"date", "text_file"}
        assert "is kept until" not in response.content.decode()
        assert not folder.exists() or not any(folder.iterdir())

    def test_another_file_replaces_the_kept_one_if_that_is_removed(self, admin_client):
        form = self.form(admin_client, title="A note", date="x", text_file=self.upload())
        form = form_data(admin_client.post(SOURCE, form)) | {"date": "2024"}
        other = SimpleUploadedFile("b.txt", b"Other words.")
        refused = admin_client.post(SOURCE, form | {"text_file": other})
        assert errors(refused)["title"] == ["Several files cannot share this. Leave it blank."]
        form["text_file-drop"] = form["text_file-kept"]
        other.seek(0)
        assert admin_client.post(SOURCE, form | {"text_file": other}).status_code == 302
        assert SourceText.objects.get().text == "Other words."

    def test_a_kept_file_can_be_removed(self, admin_client):
        form = self.form(admin_client, title="A note", pasted="Words.", text_file=self.upload())
        response = admin_client.post(SOURCE, form)
        assert set(errors(response)) == {"pasted"}
        form = form_data(response)
        form["text_file-drop"] = form["text_file-kept"]
        assert admin_client.post(SOURCE, form).status_code == 302
        assert SourceText.objects.get().text == "Words."

    @pytest.mark.parametrize("token", ["../../db.sqlite3", "0" * 32, "g" * 32, "\0"])
    def test_a_file_that_is_no_longer_kept_is_asked_for(self, admin_client, token):
        form = self.form(admin_client, title="A note") | {"text_file-kept": token}
        response = admin_client.post(SOURCE, form)
        assert response.context["adminform"].form.errors == {
            "text_file": ["The file is no longer stored. Choose it again."]
        }
        assert not SourceText.objects.exists()

    def test_both_files_of_an_import_are_kept(self, admin_client):
        page = "/admin/import/"
        form = {
            "name": "",
            "as_of": "2026-02-30",
            "mapping": SimpleUploadedFile("m.toml", b"[x"),
            "file": SimpleUploadedFile("list.csv", b"a,b\n1,2\n"),
        }
        response = admin_client.post(page, form)
        shown = response.content.decode()
        assert response.status_code == 400
        assert "“list.csv” is kept until you save." in shown
        # The mapping is not valid TOML: it has to be corrected and chosen again.
        assert "m.toml" not in shown
        assert 'name="file" required' not in shown
        token = response.context["form"]["file"].value().token
        form = {"name": "unctad-iia", "as_of": "", "file-kept": token}
        response = admin_client.post(page, form)
        assert "required" not in str(response.context["form"].errors.get("file", ""))


class TestSentTwice:
    """A form adds one row, however often it is sent."""

    def event_form(self, client, **values):
        values = {"title": "Talks", "event_type": "meeting"} | values
        return form_data(client.get(EVENT)) | values

    def test_a_double_click_adds_one_row(self, admin_client):
        form = self.event_form(admin_client, date="2001-05-04")
        assert admin_client.post(EVENT, form).status_code == 302
        response = admin_client.post(EVENT, form, follow=True)
        event = Event.objects.get()
        assert response.redirect_chain == [(address(event), 302)]
        assert shown_messages(response)[-1] == (
            "“Talks” is saved. You sent the form twice; it was added only once."
        )

    NEW = [
        ("relations/event", Event, {"title": "Talks", "event_type": "meeting"}, "title"),
        ("relations/person", Person, {"name": "A. B.", "slug": "a-b"}, "slug"),
        (
            "relations/organization",
            Organization,
            {"name": "A Body", "kind": "other", "slug": "a-body"},
            "slug",
        ),
        (
            "sources/source",
            Source,
            {"title": "A note", "kind": "news", "rights": "unknown", "slug": ""},
            "title",
        ),
        ("relations/topic", Topic, {"name": "Talks", "slug": "talks"}, "slug"),
        (
            "trade/indicator",
            Indicator,
            {"name": "Exports of gas", "measure": "flow", "slug": "gas"},
            "slug",
        ),
    ]

    @pytest.mark.parametrize(("path", "model", "values", "changed"), NEW)
    def test_back_and_save_asks_before_it_adds_another(
        self, admin_client, path, model, values, changed
    ):
        page = f"/admin/{path}/add/"
        before = model.objects.count()
        form = form_data(admin_client.get(page)) | values
        assert admin_client.post(page, form).status_code == 302
        # Back, another value, and saved again.
        other = {changed: "another-one"} | ({"name": "Somebody else"} if changed == "slug" else {})
        response = admin_client.post(page, form | other)
        assert model.objects.count() == before + 1
        shown = response.content.decode()
        row = model.objects.get(pk=SubmittedForm.objects.get().address.split("/")[-3])
        assert "You have already saved this form, as" in shown
        assert f'href="{address(row)}"' in shown
        # What was typed is still there, and may be saved as another row.
        again = form_data(response)
        assert again[changed] == "another-one"
        assert admin_client.post(page, again).status_code == 302
        assert model.objects.count() == before + 2

    def test_an_event_saved_again_without_its_date_and_pair_is_a_duplicate(self, admin_client):
        """A browser that fetches the form again restores the text, but not date and pair."""
        pair = RelationFactory()
        form = self.event_form(admin_client, date="2001-05-04", relation=pair.pk)
        assert admin_client.post(EVENT, form).status_code == 302
        for values in ({}, {"date": "2001-05-04"}, {"relation": pair.pk}):
            response = admin_client.post(EVENT, self.event_form(admin_client, **values))
            assert response.status_code == 200
            assert [str(row) for row in response.context["adminform"].form.duplicates] == ["Talks"]
        assert Event.objects.count() == 1
        # It may still be another one.
        form = form_data(response) | {"_different": "1"}
        assert admin_client.post(EVENT, form).status_code == 302
        assert Event.objects.count() == 2

    @pytest.mark.parametrize(
        "values", [{"date": "2003-01-01"}, {"relation": RelationFactory}, {"title": "Other talks"}]
    )
    def test_a_similar_event_is_no_duplicate(self, admin_client, values):
        pair = RelationFactory()
        form = self.event_form(admin_client, date="2001-05-04", relation=pair.pk)
        admin_client.post(EVENT, form)
        values = {name: make().pk if callable(make) else make for name, make in values.items()}
        common = {"date": "2001-05-04", "relation": pair.pk}
        again = self.event_form(admin_client, **common | values)
        if "title" in values:
            again["relation"] = ""
        assert admin_client.post(EVENT, again).status_code == 302
        assert Event.objects.count() == 2

    def test_the_same_title_by_a_colleague_is_no_duplicate(self, admin_client):
        EventFactory(title="Talks", date="2001-05-04")
        assert admin_client.post(EVENT, self.event_form(admin_client)).status_code == 302

    def test_a_form_with_errors_can_be_sent_again(self, admin_client):
        form = self.event_form(admin_client, title="")
        response = admin_client.post(EVENT, form)
        assert set(errors(response)) == {"title"}
        again = form_data(response)
        assert again["form_token"] == form["form_token"]
        assert admin_client.post(EVENT, again | {"title": "Talks"}).status_code == 302

    def test_the_form_of_another_user_is_unknown(self, admin_client):
        form = self.event_form(admin_client, date="2001")
        admin_client.post(EVENT, form)
        other = signed_in(UserFactory(role="Editor"))
        response = other.post(EVENT, form | {"title": "Something else", "date": "1980"})
        assert response.status_code == 200
        assert Event.objects.count() == 1

    def test_forms_are_forgotten_after_a_day(self, admin_client):
        admin_client.post(EVENT, self.event_form(admin_client))
        SubmittedForm.objects.update(at="2001-01-01T00:00Z")
        admin_client.post(EVENT, self.event_form(admin_client, title="Other talks"))
        assert [row.name for row in SubmittedForm.objects.all()] == ["Other talks"]


class TestPendingChangesAndMerges:
    """A change that was made before a merge takes over what the merge brought."""

    def change(self, client, row, **values):
        form = form_data(client.get(address(row))) | {"reason": "Why"} | values
        assert client.post(address(row), form).status_code == 302
        return workflow.open_revision(fresh(row))

    def publish(self, colleagues, row):
        """Open the change again, save it, and publish it."""
        page = colleagues["editor"].get(address(row))
        form = form_data(page)
        assert colleagues["editor"].post(address(row), form | {"_submit": "1"}).status_code == 302
        workflow.publish(fresh(row), colleagues["publisher"].user)

    @pytest.mark.parametrize(
        "make", [EventFactory, VisitFactory, MembershipFactory, MissionFactory, OfficeFactory]
    )
    def test_what_a_merged_record_brings_stays(self, colleagues, make):
        one = make(published=True)
        subject = {name: getattr(one, name) for name in one.SUBJECT}
        common = subject | {"relation": one.relation}
        if make is VisitFactory:
            common["host"] = one.host
        other = make(**common, published=True)
        self.change(colleagues["editor"], one, title="Changed")
        topic, part = TopicFactory(), ParticipationFactory(record=other)
        other.topics.add(topic)
        merge(one, other, colleagues["publisher"].user, "The same")
        workflow.submit(fresh(one), colleagues["editor"].user)
        with pytest.raises(StepRefused, match="A newer version"):
            workflow.publish(fresh(one), colleagues["publisher"].user)
        self.publish(colleagues, one)
        one = fresh(one)
        assert one.title == "Changed"
        assert one.citations.count() == 2
        assert one.participations.get().person == part.person
        assert list(one.topics.all()) == [topic]

    def test_what_the_change_removed_stays_removed(self, colleagues):
        one, other = self.two_events()
        gone = CitationFactory(record=one, locator="gone")
        publication.revise(fresh(one))
        form = form_data(colleagues["editor"].get(address(one))) | {"reason": "Why"}
        number = next(
            name.split("-")[1]
            for name, value in form.items()
            if name.startswith("citations-") and name.endswith("-id") and value == str(gone.pk)
        )
        form |= {f"citations-{number}-DELETE": "on", "summary": "New"}
        assert colleagues["editor"].post(address(one), form).status_code == 302
        merge(one, other)
        self.publish(colleagues, one)
        one = fresh(one)
        assert one.summary == "New"
        assert one.citations.count() == 2
        assert not one.citations.filter(locator="gone").exists()

    def two_events(self):
        one = EventFactory(published=True)
        return one, EventFactory(relation=one.relation, published=True)

    def test_texts_that_a_merge_fills_in_stay(self, colleagues):
        one, other = self.two_events()
        source = SourceFactory()
        mine = CitationFactory(record=one, source=source, locator="p1")
        CitationFactory(record=other, source=source, locator="p1", note="In the margin")
        publication.revise(fresh(one))
        self.change(colleagues["editor"], one, title="Changed")
        merge(one, other)
        self.publish(colleagues, one)
        assert fresh(one).title == "Changed"
        assert fresh(mine).note == "In the margin"

    @pytest.mark.parametrize("make", [PersonFactory, OrganizationFactory])
    def test_a_change_that_names_a_merged_participant_names_the_one_that_stays(
        self, colleagues, make
    ):
        kind = make._meta.model._meta.model_name
        kept, other = make(), make()
        values = {"person": None} | {kind: other}
        event = EventFactory()
        ParticipationFactory(record=event, **values)
        CitationFactory(record=event)
        publish(event)
        self.change(colleagues["editor"], event, title="Changed")
        merge(kept, other)
        self.publish(colleagues, event)
        assert fresh(event).title == "Changed"
        assert getattr(event.participations.get(), kind) == kept

    def test_a_change_that_added_a_merged_participant_adds_the_one_that_stays(self, colleagues):
        kept, other = PersonFactory.create_batch(2)
        event = EventFactory(published=True)
        form = with_row(
            form_data(colleagues["editor"].get(address(event))) | {"reason": "Why"},
            "participations",
            role="visitor",
            person=other.pk,
        )
        colleagues["editor"].post(address(event), form)
        merge(kept, other)
        page = colleagues["editor"].get(address(event))
        assert form_data(page)["participations-0-person"] == str(kept.pk)
        workflow.submit(fresh(event), colleagues["editor"].user)
        workflow.publish(fresh(event), colleagues["publisher"].user)
        assert event.participations.get().person == kept

    def test_a_change_that_added_both_names_the_one_that_stays_once(self, colleagues):
        kept, other = PersonFactory.create_batch(2)
        event = EventFactory(published=True)
        form = form_data(colleagues["editor"].get(address(event))) | {"reason": "Why"}
        for person in (kept, other):
            form = with_row(form, "participations", role="visitor", person=person.pk)
        colleagues["editor"].post(address(event), form)
        merge(kept, other)
        workflow.submit(fresh(event), colleagues["editor"].user)
        workflow.publish(fresh(event), colleagues["publisher"].user)
        assert event.participations.get().person == kept

    def test_an_earlier_version_that_names_a_merged_person_can_be_restored(self, colleagues):
        kept, other = PersonFactory.create_batch(2)
        event = EventFactory()
        part = ParticipationFactory(record=event, person=other)
        publication.revise(event)
        first = event.revisions.first()
        part.delete()
        publication.revise(event)
        merge(kept, other)
        workflow.restore_version(event, first, colleagues["editor"].user, "Back")
        assert event.participations.get().person == kept

    def test_a_change_to_a_treaty_keeps_the_steps_that_a_merge_brought(self, colleagues):
        one = TreatyFactory(published=True)
        other = TreatyFactory(relation=one.relation)
        CitationFactory(record=other)
        step = TreatyActionFactory(treaty=other, date="2001")
        CitationFactory(record=step)
        publish(other)
        self.change(colleagues["editor"], one, title="Changed")
        merge(one, other)
        self.publish(colleagues, one)
        one = fresh(one)
        assert one.title == "Changed"
        assert [action.slug for action in one.actions.all()] == [step.slug]
        assert one.actions.get().state == "published"
        assert one.actions.get().citations.count() == 1

    def test_a_change_to_a_treaty_keeps_a_step_that_was_changed_alone(self, colleagues):
        treaty = TreatyFactory()
        CitationFactory(record=treaty)
        step = TreatyActionFactory(treaty=treaty, date="2001")
        CitationFactory(record=step)
        publish(treaty)
        self.change(colleagues["editor"], treaty, title="Changed")
        step = fresh(step)
        step.date = "2002"
        publication.revise(step)
        self.publish(colleagues, treaty)
        assert fresh(treaty).title == "Changed"
        assert str(fresh(step).date) == "2002"

    def test_a_record_with_a_pending_change_cannot_be_merged_away(self, colleagues):
        one, other = self.two_events()
        self.change(colleagues["editor"], other, title="Changed")
        with pytest.raises(MergeRefused, match=r"has a pending change\. Publish or discard it"):
            merge(one, other)
        workflow.discard(other, colleagues["editor"].user)
        merge(one, other)
        assert fresh(other).state == "withdrawn"


class TestRowThatCanNoLongerBeChanged:
    """A form whose row was shown to readers, or deleted, is shown again with its values."""

    @pytest.mark.parametrize(
        ("make", "field"),
        [
            (PersonFactory, "description"),
            (OrganizationFactory, "place"),
            (SourceFactory, "note"),
            (PassageFactory, "quote"),
        ],
    )
    def test_a_form_of_a_row_that_readers_see_now_is_shown_again(self, colleagues, make, field):
        row, editor = make(), colleagues["editor"]
        form = form_data(editor.get(address(row))) | {field: "Typed at length"}
        shown = row if hasattr(row, "published_at") else row.source
        type(shown).objects.filter(pk=shown.pk).release()
        if hasattr(shown, "passages"):
            shown.passages.release()
        response = editor.post(address(row), form)
        assert response.status_code == 403
        assert f"Nothing was saved: readers see “{row}” now" in response.content.decode().replace(
            "&#x27;", "'"
        )
        assert form_data(response)[field].strip() == "Typed at length"
        assert getattr(fresh(row), field) != "Typed at length"

    def test_a_form_of_a_user_without_the_permission_is_not_saved(self, colleagues):
        event, editor = EventFactory(title="Talks"), colleagues["editor"]
        form = form_data(editor.get(address(event))) | {"title": "Changed"}
        editor.user.groups.clear()
        for name in ("view_event", "view_record"):
            editor.user.user_permissions.add(Permission.objects.get(codename=name))
        response = editor.post(address(event), form)
        assert response.status_code == 403
        assert form_data(response)["title"] == "Changed"
        assert fresh(event).title == "Talks"
        editor.user.user_permissions.clear()
        response = editor.post(address(event), form)
        assert response.status_code == 403
        assert "Changed" not in response.content.decode()

    @pytest.mark.parametrize("is_new", [False, True])
    def test_a_form_with_a_step_that_its_user_may_not_take_is_shown_again(self, colleagues, is_new):
        event, editor = EventFactory(title="Talks"), colleagues["editor"]
        page = EVENT if is_new else address(event)
        form = form_data(editor.get(page)) | {"title": "Changed", "event_type": "meeting"}
        response = editor.post(page, form | {"_publish": "1"})
        assert response.status_code == 403
        assert "Nothing was saved: your account is not allowed" in response.content.decode()
        assert form_data(response)["title"] == "Changed"
        assert Event.objects.get().title == "Talks"

    @pytest.mark.parametrize("kind", ["relations/event", "treaties/treaty", "sources/source"])
    def test_a_deleted_row_is_shown_again_as_a_new_one(self, colleagues, kind):
        make, rows, row = {
            "relations/event": (EventFactory, "citations", {"note": "New words"}),
            "treaties/treaty": (TreatyFactory, "parties", {}),
            "sources/source": (SourceFactory, "passages", {"locator": "p1"}),
        }[kind]
        one, editor = make(title="Talks"), colleagues["editor"]
        if kind == "relations/event":
            CitationFactory(record=one, note="On record")
            row["source"] = SourceFactory().pk
        form = with_row(form_data(editor.get(address(one))), rows, **row) | {"title": "Changed"}
        kept, page = getattr(one, rows).count(), address(one)
        one.delete()
        response = editor.post(page, form)
        assert response.status_code == 409
        assert "Somebody has deleted this since you opened it." in response.content.decode()
        again = form_data(response)
        (target,) = html.fromstring(response.content.decode()).xpath(
            "//form[contains(@id, '_form')]/@action"
        )
        assert target == f"/admin/{kind}/add/"
        response = editor.post(target, again)
        assert response.status_code == 302, errors(response)
        made = type(one).objects.get(title="Changed")
        assert getattr(made, rows).count() == kept + bool(row)

    def test_a_form_is_shown_again_if_the_record_it_repeats_is_deleted(self, colleagues):
        editor = colleagues["editor"]
        form = form_data(editor.get(EVENT)) | {"title": "Talks", "_same": "123456"}
        response = editor.post(EVENT, form)
        assert "somebody has deleted that record" in response.content.decode()
        assert form_data(response)["title"] == "Talks"
        assert not Event.objects.exists()


def fresh(row):
    return type(row).objects.get(pk=row.pk)


class TestSession:
    def test_the_session_gives_its_token_as_long_as_it_lasts(self, admin_client):
        response = admin_client.get("/admin/session/")
        token = response.json()["token"]
        assert "no-store" in response["Cache-Control"]
        strict = Client(enforce_csrf_checks=True)
        strict.cookies = admin_client.cookies
        form = {"title": "", "csrfmiddlewaretoken": token}
        assert strict.post(EVENT, form).status_code == 200
        admin_client.logout()
        assert admin_client.get("/admin/session/").status_code == 403

    def test_it_needs_the_second_factor(self, client):
        client.force_login(
            UserFactory(role="Publisher"), backend="django.contrib.auth.backends.ModelBackend"
        )
        assert client.get("/admin/session/").status_code == 403

    @pytest.mark.parametrize("page", [EVENT, SOURCE, "/admin/import/", "/admin/"])
    def test_pages_with_forms_check_the_session(self, admin_client, page):
        shown = admin_client.get(page).content.decode()
        assert 'src="/static/js/session.js"' in shown
        assert 'data-check="/admin/session/"' in shown

    def test_the_sign_in_does_not(self, client):
        assert "session.js" not in client.get("/admin/login/").content.decode()


def totp(user) -> str:
    """The present code of a user's authenticator."""
    one = TOTP(TOTPDevice.objects.get(user=user).bin_key)
    one.time = time()
    return f"{one.token():06}"


class TestFormSentAfterTheSession:
    """Without scripts a form is sent although its session has ended. It can be sent again."""

    PASSWORD = "correct horse battery"

    @pytest.fixture
    def person(self):
        def make(role):
            user = UserFactory(username=role.lower(), role=role)
            user.set_password(self.PASSWORD)
            user.save()
            return user

        return make

    def form_of(self, response, words) -> tuple[str, dict]:
        """The address and values of the form with a button of these words."""
        page = html.fromstring(response.content.decode())
        (form,) = page.xpath(f"//form[.//input[@type='submit'][@value='{words}']]")
        values = dict(form.form_values())
        given = page.xpath(f"//input[@form='{form.get('id')}']") if form.get("id") else ()
        values |= {field.get("name"): field.get("value") for field in given}
        # Browsers drop the first line end of a text.
        return form.get("action"), {name: text.removeprefix("\n") for name, text in values.items()}

    def sent_too_late(self, client, page=EVENT, **values):
        form = form_data(client.get(page)) | values
        client.logout()
        return client.post(page, form)

    def signed_in_again(self, client, response, **values):
        address, form = self.form_of(response, "Log in")
        given = {"username": "editor", "password": self.PASSWORD} | values
        return client.post(address, form | given)

    def test_it_is_sent_again_with_all_its_values(self, person):
        client, pair, source = signed_in(person("Editor")), RelationFactory(), SourceFactory()
        TOTPDevice.objects.all().delete()
        values = {"title": "Talks", "relation": pair.pk, "date": "2001-05-04"}
        values |= {"event_type": "meeting", "summary": "Two\r\nlines “quoted”"}
        values |= {"citations-0-source": source.pk, "citations-0-locator": "p1"}
        response = self.sent_too_late(client, **values)
        shown = response.content.decode()
        assert response.status_code == 200
        assert "Your session had ended, so your form is not saved yet." in shown
        response = self.signed_in_again(client, response)
        assert "You are signed in as editor." in response.content.decode()
        assert not Event.objects.exists()
        address, form = self.form_of(response, "Send the form")
        assert address == EVENT
        assert client.post(address, form).status_code == 302
        event = Event.objects.get()
        assert (event.title, event.relation, str(event.date)) == ("Talks", pair, "2001-05-04")
        assert event.summary.split() == ["Two", "lines", "“quoted”"]
        assert event.citations.get().source == source

    def test_a_wrong_password_and_the_second_factor_keep_it(self, person):
        user = person("Publisher")
        client = signed_in(user)
        event = EventFactory(title="Talks")
        response = self.sent_too_late(client, address(event), title="Changed")
        response = self.signed_in_again(client, response, username="publisher", password="wrong")
        assert "Please enter the correct" in response.content.decode()
        response = self.signed_in_again(client, response, username="publisher")
        for code in ("000000", totp(user)):
            TOTPDevice.objects.update(throttling_failure_count=0)
            assert fresh(event).title == "Talks"
            where, form = self.form_of(response, "Continue")
            assert where == "/admin/second-factor/"
            response = client.post(where, form | {"code": code})
        where, form = self.form_of(response, "Send the form")
        assert client.post(where, form).status_code == 302
        assert fresh(event).title == "Changed"

    def test_the_second_factor_alone_keeps_it(self, person):
        user = person("Publisher")
        client = signed_in(user)
        form = form_data(client.get(EVENT)) | {"title": "Talks", "event_type": "meeting"}
        half = Client()
        half.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        where, given = self.form_of(half.post(EVENT, form), "Continue")
        response = half.post(where, given | {"code": totp(user)})
        assert half.post(*self.form_of(response, "Send the form")).status_code == 302
        assert Event.objects.get().title == "Talks"

    def test_its_file_is_asked_for_again(self, person, folder):
        client = signed_in(person("Editor"))
        TOTPDevice.objects.all().delete()
        upload = SimpleUploadedFile("note.docx", docx("The ministers met."))
        values = {"title": "A note", "kind": "news", "rights": "unknown", "text_file": upload}
        response = self.signed_in_again(client, self.sent_too_late(client, SOURCE, **values))
        assert "The form will ask for the file “note.docx” again." in response.content.decode()
        response = client.post(*self.form_of(response, "Send the form"))
        assert errors(response)["text_file"] == ["The file is no longer stored. Choose it again."]
        assert form_data(response)["title"] == "A note"
        # Nothing of a stranger is stored.
        assert not folder.exists() or not any(folder.iterdir())

    def test_each_of_several_files_is_asked_for_again(self, person):
        client = signed_in(person("Editor"))
        TOTPDevice.objects.all().delete()
        files = [SimpleUploadedFile(name, b"They met.") for name in ("a.txt", "b.txt")]
        values = {"kind": "news", "rights": "unknown", "text_file": files}
        response = self.signed_in_again(client, self.sent_too_late(client, SOURCE, **values))
        for name in ("a.txt", "b.txt"):
            asked = f"The form will ask for the file “{name}” again."
            assert asked in response.content.decode()

    def test_passwords_and_overlong_forms_are_not_carried(self, monkeypatch):
        client, page = Client(), "/admin/password_change/"
        response = client.post(page, {"old_password": "a", "new_password1": "b"})
        assert response.url == f"/admin/login/?next={page}"
        monkeypatch.setattr("desk.resubmission.LARGEST", 100)
        assert client.post(EVENT, {"title": "x" * 200}).url == f"/admin/login/?next={EVENT}"

    def test_a_form_made_elsewhere_is_not_carried(self, person):
        client = signed_in(person("Editor"))
        TOTPDevice.objects.all().delete()
        response = self.sent_too_late(client, title="Talks")
        response = self.signed_in_again(client, response, carried_form="W10:1x:forged", next=EVENT)
        assert (response.status_code, response.url) == (302, EVENT)
        strict = Client(enforce_csrf_checks=True)
        assert strict.post(EVENT, {"title": "Talks"}).status_code == 403


class TestLongTexts:
    def pasted(self, client, length):
        form = form_data(client.get(SOURCE)) | {"kind": "news", "rights": "unknown"}
        return client.post(SOURCE, form | {"title": "A note", "pasted": "ы" * length})

    def test_a_text_of_five_megabytes_can_be_pasted(self, admin_client):
        assert self.pasted(admin_client, 2_500_000).status_code == 302
        assert len(SourceText.objects.get().text) == 2_500_000

    def test_a_longer_text_is_refused_at_its_field(self, admin_client):
        response = self.pasted(admin_client, 2_500_001)
        assert errors(response)["pasted"] == [
            "At most 2,500,000 characters can be pasted. Attach a longer text as a file."
        ]

    def test_a_browser_cuts_no_pasted_text(self, admin_client):
        page = admin_client.get(SOURCE).content.decode()
        (field,) = html.fromstring(page).xpath("//textarea[@name='pasted']")
        assert "maxlength" not in field.attrib


def test_an_error_reported_twice_is_one_report(client):
    event = EventFactory(published=True)
    for message in ("The date is wrong", "The date is wrong", "The place is wrong"):
        page = client.post(f"/report/{event.slug}/", {"message": message})
        assert page.context["thanks"]
    assert ErrorReport.objects.count() == 2
