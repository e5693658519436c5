"""Entries of a form that are kept until it is saved, and offered again."""

from datetime import timedelta

import pytest
from django.utils import timezone
from lxml import html

from core.models import UnsavedForm
from core.unsaved import LARGEST, MOST
from relations.models import Event, Participation
from tests.desk.test_admin import citation_row, event_form
from tests.desk.test_review import address, shown_messages
from tests.desk.test_two_editors import form_data
from tests.factories import (
    CitationFactory,
    EventFactory,
    PersonFactory,
    RelationFactory,
    SourceFactory,
)
from tests.steps import publish

pytestmark = pytest.mark.django_db

EVENT = "/admin/relations/event/add/"
OFFER = "You have unsaved entries from"
OUTDATED = "A newer version has been saved since then."


@pytest.fixture
def editor(colleagues):
    return colleagues["editor"]


def keep(client, page, **values):
    """Send the entries of a page as its script does; returns the response."""
    return client.post("/admin/unsaved/", {**values, "_address": page})


def opened(client, page) -> dict:
    """The form of a page as it is served."""
    return form_data(client.get(page))


def text(response) -> str:
    return " ".join(response.content.decode().split())


class TestKeeping:
    def test_the_entries_are_kept_without_tokens_passwords_and_buttons(self, editor):
        values = {"title": "Talks", "topics": ["1", "2"], "csrfmiddlewaretoken": "a", "_save": "1"}
        response = keep(editor, EVENT, **values, password1="secret")
        at = timezone.localtime(UnsavedForm.objects.get().at)
        assert response.json() == {
            "said": f"Your entries are kept ({at:%H:%M}) until you save.",
        }
        kept = UnsavedForm.objects.get()
        assert (kept.user, kept.address) == (editor.user, EVENT)
        assert kept.values == [["title", "Talks"], ["topics", "1"], ["topics", "2"]]

    def test_further_entries_of_the_same_page_replace_them(self, editor):
        for title in ("Tal", "Talks"):
            keep(editor, EVENT, title=title, form_token="a" * 32)
        assert ["title", "Talks"] in UnsavedForm.objects.get().values

    def test_too_long_a_form_is_not_kept(self, editor):
        response = keep(editor, EVENT, title="x" * LARGEST)
        assert response.json() == {"said": "This form is too long to be kept. Save it soon."}
        assert not UnsavedForm.objects.exists()

    @pytest.mark.parametrize("page", ["", "/" + "x" * 300, "/\0/"])
    def test_an_invalid_address_is_refused(self, editor, page):
        assert keep(editor, page, title="Talks").status_code == 400

    def test_a_null_character_is_left_out(self, editor):
        assert keep(editor, EVENT, **{"ti\0tle": "Ta\0lks", "\0_save": "1"}).status_code == 200
        assert UnsavedForm.objects.get().values == [["title", "Talks"]]

    def test_nothing_is_kept_without_a_session(self, client):
        assert keep(client, EVENT, title="Talks").status_code == 403
        assert not UnsavedForm.objects.exists()

    def test_only_a_form_that_is_sent_is_kept(self, editor):
        assert editor.get("/admin/unsaved/").status_code == 405

    def test_entries_of_two_weeks_ago_are_forgotten(self, editor):
        keep(editor, "/old/")
        UnsavedForm.objects.update(at=timezone.now() - timedelta(days=15))
        keep(editor, EVENT)
        assert UnsavedForm.objects.get().address == EVENT

    def test_only_the_latest_forms_of_a_user_are_kept(self, colleagues):
        editor, other = colleagues["editor"], colleagues["reviewer"]
        keep(other, EVENT, title="Theirs")
        for number in range(MOST + 1):
            keep(editor, f"/{number}/")
        mine = UnsavedForm.objects.filter(user=editor.user)
        assert mine.count() == MOST
        assert not mine.filter(address="/0/").exists()
        assert UnsavedForm.objects.filter(user=other.user).exists()


class TestOffering:
    def test_the_same_form_offers_them(self, editor):
        keep(editor, EVENT, title="Talks")
        assert OFFER in text(editor.get(EVENT))
        assert OFFER not in text(editor.get("/admin/relations/visit/add/"))

    def test_another_user_is_not_offered_them(self, colleagues):
        keep(colleagues["editor"], EVENT, title="Talks")
        response = colleagues["reviewer"].post(EVENT, {"_restore": "1"}, follow=True)
        assert OFFER not in text(response)
        assert "Talks" not in text(response)
        assert shown_messages(response) == ["These entries are no longer stored."]
        colleagues["reviewer"].post(EVENT, {"_discard": "1"})
        assert UnsavedForm.objects.exists()

    def test_a_form_from_a_source_has_its_own(self, editor):
        source = SourceFactory()
        keep(editor, f"{EVENT}?source={source.pk}", title="Talks")
        assert OFFER not in text(editor.get(EVENT))
        assert OFFER in text(editor.get(f"{EVENT}?source={source.pk}&title=Other"))

    def test_entries_of_two_weeks_ago_are_not_offered(self, editor):
        keep(editor, EVENT, title="Talks")
        UnsavedForm.objects.update(at=timezone.now() - timedelta(days=15))
        assert OFFER not in text(editor.get(EVENT))

    def test_discarding_forgets_them(self, editor):
        keep(editor, EVENT, title="Talks")
        response = editor.post(EVENT, {"_discard": "1"}, follow=True)
        assert shown_messages(response) == ["Your entries are discarded."]
        assert response.redirect_chain == [(EVENT, 302)]
        assert not UnsavedForm.objects.exists()

    def test_a_popup_neither_keeps_nor_offers_entries(self, editor):
        keep(editor, EVENT, title="Talks")
        page = text(editor.get(f"{EVENT}?_popup=1"))
        assert OFFER not in page
        assert "data-unsaved" not in page

    def test_two_pages_of_the_same_form_are_kept_apart(self, editor):
        first, second = (opened(editor, EVENT) for _page in range(2))
        keep(editor, EVENT, **first | {"title": "Talks"})
        keep(editor, EVENT, **second | {"title": "Consultations"})
        restored = form_data(editor.post(EVENT, {"_restore": "1"}))
        assert (restored["title"], restored["form_token"]) == (
            "Consultations",
            second["form_token"],
        )
        assert UnsavedForm.objects.count() == 2


class TestRestoring:
    def test_values_and_added_rows_are_shown_without_errors_and_not_saved(self, editor):
        pair, person, source = RelationFactory(), PersonFactory(), SourceFactory()
        form = event_form(pair, citation_row(source), citation_row(source, locator="p2"), date="")
        form |= {
            "participations-TOTAL_FORMS": "2",
            "participations-1-person": person.pk,
            "form_token": "a" * 32,
            "title": "",
        }
        keep(editor, EVENT, **form)
        response = editor.post(EVENT, {"_restore": "1"})
        assert response.status_code == 200
        assert response.context["problems"] == []
        assert "This field is required" not in text(response)
        assert shown_messages(response) == ["Your entries are restored. They are not saved yet."]
        assert not Event.objects.exists()
        sent = form_data(response)
        assert sent["relation"] == str(pair.pk)
        assert sent["citations-1-locator"] == "p2"
        assert sent["participations-1-person"] == str(person.pk)
        # The restored page is that of the entries: saving it forgets them.
        saved = editor.post(
            EVENT, sent | {"title": "Talks", "date": "2024", "participations-1-role": "participant"}
        )
        assert saved.status_code == 302, saved.context["problems"]
        assert Event.objects.get().citations.count() == 2
        assert not UnsavedForm.objects.exists()

    def test_a_complete_form_is_not_saved_by_restoring(self, editor):
        keep(editor, EVENT, **event_form(RelationFactory(), _save="1"))
        assert editor.post(EVENT, {"_restore": "1", "_save": "1"}).status_code == 200
        assert not Event.objects.exists()

    def test_the_form_of_a_record_restores_its_rows(self, editor):
        event = EventFactory(title="Talks")
        citation = CitationFactory(record=event)
        form = opened(editor, address(event))
        form |= {"title": "Long talks", "citations-0-note": "As it says"}
        keep(editor, address(event), **form)
        assert OUTDATED not in text(editor.get(address(event)))
        sent = form_data(editor.post(address(event), {"_restore": "1"}))
        assert (sent["title"], sent["citations-0-note"].strip()) == ("Long talks", "As it says")
        assert editor.post(address(event), sent).status_code == 302
        event.refresh_from_db()
        citation.refresh_from_db()
        assert (event.title, citation.note) == ("Long talks", "As it says")
        assert not UnsavedForm.objects.exists()

    def test_entries_older_than_the_record_say_so_and_lead_to_both_versions(self, colleagues):
        editor, reviewer = colleagues["editor"], colleagues["reviewer"]
        event = EventFactory(title="Talks", summary="")
        keep(editor, address(event), **opened(editor, address(event)) | {"title": "Long talks"})
        newer = opened(reviewer, address(event)) | {"title": "Short talks", "summary": "In Baku"}
        assert reviewer.post(address(event), newer).status_code == 302
        assert OUTDATED in text(editor.get(address(event)))
        response = editor.post(address(event), {"_restore": "1"})
        assert response.status_code == 200
        sent = form_data(response)
        # What the editor has not changed is as it was saved since.
        assert (sent["title"], sent["summary"].strip()) == ("Long talks", "In Baku")
        conflict = editor.post(address(event), sent)
        assert conflict.status_code == 409
        assert Event.objects.get().title == "Short talks"

    def test_a_change_to_a_published_record_is_restored_and_forgotten_once_saved(self, colleagues):
        editor, event = colleagues["editor"], EventFactory(title="Talks")
        CitationFactory(record=event)
        publish(event)
        form = opened(editor, address(event)) | {"title": "Long talks", "reason": ""}
        keep(editor, address(event), **form)
        response = editor.post(address(event), {"_restore": "1"})
        assert response.context["problems"] == []
        sent = form_data(response)
        assert sent["title"] == "Long talks"
        assert not event.revisions.open().exists()
        editor.post(address(event), sent | {"reason": "It was long"})
        assert event.revisions.open().count() == 1
        assert not UnsavedForm.objects.exists()

    def test_a_user_who_may_no_longer_change_it_gets_nothing(self, editor):
        event = EventFactory(title="Talks")
        keep(editor, address(event), title="Long talks")
        editor.user.groups.clear()
        assert editor.post(address(event), {"_restore": "1"}).status_code == 403

    def test_adding_a_source_to_a_duplicate_forgets_the_entries(self, editor):
        known = EventFactory(title="Talks")
        form = event_form(known.relation, citation_row(SourceFactory()), form_token="a" * 32)
        keep(editor, EVENT, **form)
        editor.post(EVENT, form | {"_same": known.pk})
        assert known.citations.count() == 1
        assert not UnsavedForm.objects.exists()

    def test_participants_of_a_record_that_is_saved_as_it_was_are_not_doubled(self, editor):
        event = EventFactory(title="Talks")
        Participation.objects.create(record=event, person=PersonFactory(), role="participant")
        keep(editor, address(event), **opened(editor, address(event)) | {"title": "Long talks"})
        sent = form_data(editor.post(address(event), {"_restore": "1"}))
        editor.post(address(event), sent)
        assert event.participations.count() == 1


class TestProposals:
    """The page on which an editor proposes a change of a person."""

    @pytest.fixture
    def person(self):
        return PersonFactory(name="Old name", public=True)

    def kept(self, client, person, **values) -> str:
        """Keep entries as the script of the page does, under the address that the page names."""
        page = html.fromstring(client.get(address(person, "propose")).content.decode())
        (tools,) = page.xpath("//*[@id='desk-form']")
        assert tools.get("data-unsaved") == "/admin/unsaved/"
        keep(client, tools.get("data-address"), **values)
        return address(person, "propose")

    def test_entries_are_restored_without_errors_and_forgotten_once_saved(self, editor, person):
        form = opened(editor, address(person, "propose")) | {"name": "New name", "reason": ""}
        page = self.kept(editor, person, **form)
        assert OFFER in text(editor.get(page))
        response = editor.post(page, {"_restore": "1"})
        assert (response.status_code, response.context["problems"]) == (200, [])
        assert shown_messages(response) == ["Your entries are restored. They are not saved yet."]
        assert not person.revisions.exists()
        sent = form_data(response)
        assert sent["name"] == "New name"
        assert editor.post(page, sent | {"reason": "Misspelt", "_save": "1"}).status_code == 302
        assert person.revisions.open().get().snapshot["record"]["name"] == "New name"
        assert not UnsavedForm.objects.exists()

    def test_discarding_forgets_them(self, editor, person):
        page = self.kept(editor, person, name="New name")
        response = editor.post(page, {"_discard": "1"}, follow=True)
        assert shown_messages(response) == ["Your entries are discarded."]
        assert response.redirect_chain == [(page, 302)]
        assert not UnsavedForm.objects.exists()

    def test_a_complete_form_is_not_saved_by_restoring(self, editor, person):
        form = opened(editor, address(person, "propose"))
        page = self.kept(editor, person, **form | {"name": "New name", "reason": "Misspelt"})
        assert editor.post(page, {"_restore": "1", "_save": "1"}).status_code == 200
        assert not person.revisions.exists()

    def test_the_offer_says_that_outdated_entries_cannot_be_saved(self, editor, person):
        form = opened(editor, address(person, "propose")) | {"name": "New name"}
        page = self.kept(editor, person, **form | {"reason": "Misspelt"})
        person.description = "A minister"
        person.save()
        assert "so the restored entries cannot be saved. Copy what you need." in (
            text(editor.get(page))
        )
        sent = form_data(editor.post(page, {"_restore": "1"}))
        assert editor.post(page, sent | {"_save": "1"}).status_code == 400
        assert UnsavedForm.objects.exists()
