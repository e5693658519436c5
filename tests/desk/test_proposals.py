"""Editors propose changes of people, organizations and sources that readers see."""

from datetime import date

import pytest
from django.core import mail

from core.snapshot import full_snapshot
from relations.merging import MergeRefused, merge
from relations.models import Organization, Person
from relations.models.revision import OrganizationRevision, PersonRevision, SourceRevision
from relations.takedown import take_down
from sources.models import Source
from tests.conftest import signed_in
from tests.desk.test_review import address, shown_messages
from tests.desk.test_two_editors import form_data
from tests.factories import (
    CitationFactory,
    CountryFactory,
    EventFactory,
    OrganizationFactory,
    PassageFactory,
    PersonFactory,
    SourceFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

REVISIONS = {
    Person: PersonRevision,
    Organization: OrganizationRevision,
    Source: SourceRevision,
}
MADE = {Person: PersonFactory, Organization: OrganizationFactory, Source: SourceFactory}
NAME = {Person: "name", Organization: "name", Source: "title"}
WHY = "Its name was misspelt."
OLD, NEW = "Old name", "New name"


@pytest.fixture(params=REVISIONS, ids=lambda model: model.__name__)
def row(request):
    """A person, an organization and a source that readers see."""
    return MADE[request.param](**{NAME[request.param]: OLD}, public=True)


@pytest.fixture
def person():
    return PersonFactory(name=OLD, public=True)


def name_of(row) -> str:
    row.refresh_from_db()
    return getattr(row, NAME[type(row)])


def propose(client, row, button="_submit", reason=WHY, **values):
    """Send the form of a proposal with another name, or with these values."""
    page = address(row, "propose")
    values = values or {NAME[type(row)]: NEW}
    given = form_data(client.get(page)) | values | {"reason": reason, button: "1"}
    return client.post(page, given, follow=True)


def review(client, row, **button):
    page = f"/admin/review/{row._meta.model_name}/{row.pk}/"
    revision = row.revisions.open().get().pk
    return client.post(page, {"revision": revision} | button, follow=True)


class TestWorkflow:
    def test_from_proposal_to_publication_by_three_people(self, colleagues, row, client):
        editor, reviewer = colleagues["editor"], colleagues["reviewer"]
        assert "Propose a change" in editor.get(address(row)).content.decode()
        response = propose(editor, row)
        assert shown_messages(response) == ["1 submitted for review."]
        assert name_of(row) == OLD
        assert OLD in client.get(row.get_absolute_url()).content.decode()
        queue = reviewer.get("/admin/review/").content.decode()
        assert f"/admin/review/{row._meta.model_name}/{row.pk}/" in queue
        assert "waiting for you" in queue
        page = reviewer.get(f"/admin/review/{row._meta.model_name}/{row.pk}/")
        assert [(one.before, one.after) for one in page.context["changes"]] == [(OLD, NEW)]
        assert WHY in page.content.decode()
        review(reviewer, row, approve="1")
        assert name_of(row) == OLD
        review(colleagues["publisher"], row, publish="1")
        assert name_of(row) == NEW
        assert NEW in client.get(row.get_absolute_url()).content.decode()
        first, second = row.revisions.live().order_by("number")
        assert (first.author, second.author, second.reviewer, second.reason) == (
            *(None, editor.user, reviewer.user, WHY),
        )
        assert row.version == second.number

    def test_a_draft_is_found_again_and_its_author_cannot_review_it(self, colleagues, row):
        editor, reviewer = colleagues["editor"], colleagues["reviewer"]
        propose(reviewer, row, button="_save")
        assert address(row, "propose") in reviewer.get("/admin/").content.decode()
        assert form_data(reviewer.get(address(row, "propose")))[NAME[type(row)]] == NEW
        propose(reviewer, row)
        response = review(reviewer, row, approve="1")
        assert "You wrote this yourself. Somebody else must review it." in (
            response.content.decode()
        )
        # Another editor sees that it waits, and cannot discard it.
        assert "Proposed change" in editor.get(address(row)).content.decode()
        assert editor.post(address(row, "drop")).status_code == 403

    def test_it_is_sent_back_with_a_remark_and_submitted_again(self, colleagues, row):
        editor, reviewer = colleagues["editor"], colleagues["reviewer"]
        propose(editor, row)
        review(reviewer, row, back="1", remark="Which source says so?")
        page = editor.get(address(row, "propose")).content.decode()
        assert "Which source says so?" in page
        propose(editor, row, **{NAME[type(row)]: "Newer name"})
        assert row.revisions.open().get().state == "pending"
        review(colleagues["publisher"], row, publish="1")
        assert name_of(row) == "Newer name"

    def test_a_remark_at_a_field_is_mailed_listed_and_shown_at_the_field(
        self, colleagues, row, django_capture_on_commit_callbacks
    ):
        editor = colleagues["editor"]
        editor.user.email = "editor@example.org"
        editor.user.save()
        propose(editor, row)
        field = NAME[type(row)]
        with django_capture_on_commit_callbacks(execute=True):
            review(colleagues["reviewer"], row, back="1", **{f"at-{field}": "Who says so?"})
        assert f"{field.capitalize()}: Who says so?" in mail.outbox[0].body
        for page in ("/admin/", address(row, "history")):
            assert "Who says so?" in editor.get(page).content.decode(), page
        form = editor.get(address(row, "propose")).context["adminform"].form
        assert '<strong class="remark">reviewer: Who says so?</strong>' in form[field].help_text

    def test_the_queue_links_to_the_review_of_each(self, colleagues, row):
        propose(colleagues["editor"], row)
        page = colleagues["editor"].get("/admin/review/")
        assert page.status_code == 200
        assert f"/admin/review/{row._meta.model_name}/{row.pk}/" in page.content.decode()

    def test_its_author_can_preview_and_discard_it(self, colleagues, row):
        editor = colleagues["editor"]
        propose(editor, row)
        assert NEW in editor.get(address(row, "preview")).content.decode()
        assert name_of(row) == OLD
        editor.post(address(row, "drop"))
        assert not row.revisions.open().exists()
        history = editor.get(address(row, "history")).content.decode()
        assert "discarded" in history
        assert WHY in history

    def test_a_reason_is_required_and_a_change(self, colleagues, row):
        editor = colleagues["editor"]
        response = propose(editor, row, reason="")
        assert response.status_code == 400
        assert response.context["adminform"].form.errors == {"reason": ["This field is required."]}
        response = propose(editor, row, **{NAME[type(row)]: OLD})
        assert shown_messages(response) == ["Nothing has changed."]
        assert not row.revisions.exists()


class TestWhoMay:
    def test_only_rows_that_readers_see_take_proposals(self, colleagues):
        hidden = PersonFactory()
        assert colleagues["editor"].get(address(hidden, "propose")).status_code == 403
        page = colleagues["editor"].get(address(hidden)).content.decode()
        assert "Propose a change" not in page

    def test_users_without_a_role_cannot_propose(self, person):
        assert signed_in(UserFactory()).get(address(person, "propose")).status_code == 403

    def test_publishers_change_the_row_itself(self, colleagues, person):
        publisher = colleagues["publisher"]
        assert "Propose a change" not in publisher.get(address(person)).content.decode()
        form = form_data(publisher.get(address(person)))
        assert publisher.post(address(person), form | {"name": NEW}).status_code == 302
        assert name_of(person) == NEW
        assert not person.revisions.exists()

    @pytest.mark.parametrize("key", ["0", "x", "9" * 30])
    def test_an_unknown_row_is_a_404(self, colleagues, key):
        address = f"/admin/relations/person/{key}/propose/"
        assert colleagues["editor"].get(address).status_code == 404

    def test_an_invalid_value_is_told_at_its_field(self, colleagues, person):
        response = propose(colleagues["editor"], person, name="", country="x")
        assert set(response.context["adminform"].form.errors) == {"name", "country"}
        assert response.status_code == 400


class TestTwoChanges:
    def test_a_change_by_a_publisher_stays_when_the_proposal_is_published(self, colleagues, person):
        editor, publisher = colleagues["editor"], colleagues["publisher"]
        propose(editor, person)
        assert "Proposed change" in publisher.get(address(person)).content.decode()
        form = form_data(publisher.get(address(person))) | {"description": "A minister"}
        assert publisher.post(address(person), form).status_code == 302
        response = review(publisher, person, publish="1")
        assert "A newer version of “Old name” has been published." in response.content.decode()
        propose(editor, person, name=NEW)
        review(publisher, person, publish="1")
        assert (name_of(person), person.description) == (NEW, "A minister")

    def test_the_second_to_save_a_proposal_is_told(self, colleagues, person):
        page = address(person, "propose")
        forms = {role: form_data(colleagues[role].get(page)) for role in ("editor", "reviewer")}
        for role, form in forms.items():
            given = form | {"name": role, "reason": WHY, "_save": "1"}
            response = colleagues[role].post(page, given)
        assert response.status_code == 400
        (words,) = response.context["adminform"].form.non_field_errors()
        assert words.startswith("Somebody has changed “Old name” since you opened this page.")
        assert response.context["adminform"].form["name"].value() == "reviewer"
        assert person.revisions.open().get().snapshot["record"]["name"] == "editor"

    def test_a_person_with_a_pending_change_cannot_be_merged_away(self, colleagues, person):
        kept = PersonFactory(public=True)
        propose(colleagues["editor"], person)
        with pytest.raises(MergeRefused, match="“Old name” has a pending change"):
            merge(kept, person)

    def test_names_added_by_a_merge_stay_when_the_proposal_is_published(self, colleagues, person):
        propose(colleagues["editor"], person)
        merge(person, PersonFactory(name="Other spelling", public=True))
        propose(colleagues["editor"], person)
        review(colleagues["publisher"], person, publish="1")
        assert (name_of(person), person.aliases) == (NEW, "Other spelling")

    def test_a_country_that_is_gone_prevents_publication_with_its_name(self, colleagues, person):
        country = CountryFactory(slug="gone", name_en="Gone")
        propose(colleagues["editor"], person, country=country.pk)
        country.delete()
        response = review(colleagues["publisher"], person, publish="1")
        assert "“gone” no longer exists" in response.content.decode()
        assert colleagues["editor"].get(address(person, "propose")).status_code == 200


class TestSources:
    def test_passages_added_meanwhile_stay(self, colleagues):
        source = SourceFactory(title=OLD, public=True)
        PassageFactory(source=source)
        propose(colleagues["editor"], source)
        PassageFactory(source=source)
        review(colleagues["publisher"], source, publish="1")
        assert (name_of(source), source.passages.count()) == (NEW, 2)

    def test_stricter_rights_truncate_quotations_once_published(self, colleagues, client):
        source = SourceFactory(title=OLD, rights="public_domain")
        event = EventFactory(date="2001", published=True)
        words = " ".join(f"word{number}" for number in range(20))
        CitationFactory(record=event, source=source, field="date", stance="contradicts",
                        as_stated=words)  # fmt: skip
        event.refresh_from_db()
        Source.objects.filter(pk=source.pk).release()
        source.refresh_from_db()
        propose(colleagues["editor"], source, rights="reserved")
        review(colleagues["publisher"], source, publish="1")
        source.refresh_from_db()
        assert source.rights == "reserved"
        found = [row["value"] for one in event.disagreements.all() for row in one.members]
        assert any(value.endswith("…") for value in found)

    def test_text_and_day_of_the_last_check_are_not_proposed(self, colleagues):
        source = SourceFactory(public=True)
        form = colleagues["editor"].get(address(source, "propose")).context["adminform"].form
        assert {"slug", "checksum", "accessed", "text_file", "pasted"} & set(form.fields) == set()

    def test_what_changes_without_a_version_stays_when_a_proposal_is_published(self, colleagues):
        source = SourceFactory(title=OLD, public=True, accessed=date(2024, 1, 1), checksum="")
        propose(colleagues["editor"], source)
        attached = "a" * 64
        Source.objects.filter(pk=source.pk).update(accessed=date(2024, 2, 2), checksum=attached)
        review(colleagues["publisher"], source, publish="1")
        assert name_of(source) == NEW
        assert (source.accessed, source.checksum) == (date(2024, 2, 2), attached)

    def test_its_change_is_reviewed_on_the_page_of_the_source_too(self, colleagues):
        source, other = SourceFactory(title=OLD, public=True), SourceFactory(public=True)
        for row in (source, other):
            propose(colleagues["editor"], row)
        publisher, page = colleagues["publisher"], f"/admin/review/document/{source.pk}/"
        (item,) = publisher.get(page).context["items"]
        assert item.record == source
        publisher.post(page, {"publish": item.token})
        assert (name_of(source), name_of(other)) == (NEW, other.title)

    def test_a_source_can_be_taken_down_with_a_proposal(self, colleagues):
        source = SourceFactory(title=OLD, public=True)
        propose(colleagues["editor"], source)
        take_down(source)
        assert full_snapshot(source)["record"]["title"] == OLD
        assert source.revisions.open().exists()
