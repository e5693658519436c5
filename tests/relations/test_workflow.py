"""The publication workflow: who may take each step, and the result of each step."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.snapshot import changes, full_snapshot, rolled_back
from relations import workflow
from relations.models import Event, Revision
from relations.models.publishable import EvidenceMissing, PublicationRefused
from relations.models.restoring import restore
from relations.problems import problems
from relations.publication import revise
from relations.workflow import StepRefused
from tests.factories import (
    CitationFactory,
    CountryFactory,
    EventFactory,
    ParticipationFactory,
    PartyFactory,
    PassageFactory,
    PersonFactory,
    SourceFactory,
    TopicFactory,
    TreatyActionFactory,
    TreatyFactory,
    TreatyLinkFactory,
    TreatyTextFactory,
    UserFactory,
)
from tests.steps import publish
from treaties.models import Treaty, TreatyAction

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return UserFactory(username="editor", role="Editor")


@pytest.fixture
def reviewer():
    return UserFactory(username="reviewer", role="Reviewer")


@pytest.fixture
def publisher():
    return UserFactory(username="publisher", role="Publisher")


@pytest.fixture
def administrator():
    return UserFactory(username="administrator", role="Administrator")


def draft_by(editor, **values):
    """A draft with its evidence, saved by an editor."""
    event = EventFactory(**{"title": "A meeting", **values})
    CitationFactory(record=event)
    revise(event, editor)
    return event


def pending_change(event, user, **values):
    """A pending change of a published record."""
    content = full_snapshot(Event.objects.get(pk=event.pk))
    content["record"] |= values
    return workflow.save_pending(event, content, user, "A better source")


def states(record) -> list[tuple]:
    return list(record.revisions.order_by("number").values_list("number", "state"))


def current(record) -> tuple:
    record.refresh_from_db()
    return record.state, record.version, record.title


class TestNew:
    def test_a_draft_is_submitted_approved_and_published(self, editor, reviewer, publisher):
        event = draft_by(editor)
        assert (current(event)[0], states(event)) == ("draft", [(1, "draft")])
        workflow.submit(event, editor, "Please look")
        assert (current(event)[0], states(event)) == ("in_review", [(1, "pending")])
        workflow.approve(event, reviewer)
        workflow.publish(event, publisher)
        assert current(event) == ("published", 1, "A meeting")
        version = event.revisions.get()
        assert (version.state, version.author, version.reviewer) == ("live", editor, reviewer)
        assert version.reason == "Please look"
        assert version.snapshot["record"]["state"] == "published"

    def test_sending_back_returns_a_record_to_draft_with_a_remark(self, editor, reviewer):
        event = draft_by(editor)
        workflow.submit(event, editor)
        workflow.send_back(event, reviewer, "Name the place.")
        assert (current(event)[0], states(event)) == ("draft", [(1, "rejected")])
        revision = workflow.open_revision(event)
        assert (revision.remark, revision.reviewer) == ("Name the place.", reviewer)

    def test_a_remark_stays_with_the_revision_that_was_sent_back(self, editor, reviewer, publisher):
        event = draft_by(editor)
        workflow.submit(event, editor)
        workflow.send_back(event, reviewer, "Name the place.", {"date": "Which year?"})
        revision = workflow.submit(event, editor, "The place is not known")
        assert (current(event)[0], states(event)) == (
            "in_review",
            [(1, "superseded"), (2, "pending")],
        )
        assert (revision.author, revision.reason) == (editor, "The place is not known")
        assert (revision.remark, revision.remarks, revision.reviewer) == ("", {}, None)
        assert not revision.approved
        first = event.revisions.get(number=1)
        assert (first.remark, first.remarks) == ("Name the place.", {"date": "Which year?"})
        assert first.reviewer == reviewer
        workflow.publish(event, publisher)
        live = event.revisions.live().get()
        assert (live.number, live.remark, live.reviewer) == (2, "", publisher)
        assert current(event) == ("published", 2, "A meeting")

    @pytest.mark.parametrize("remark", ["", "  "])
    def test_sending_back_needs_a_remark(self, editor, reviewer, remark):
        event = draft_by(editor)
        workflow.submit(event, editor)
        with pytest.raises(ValidationError) as error:
            workflow.send_back(event, reviewer, remark)
        assert error.value.message_dict == {"remark": ["Say what the author should do."]}
        assert states(event) == [(1, "pending")]

    def test_saving_a_draft_supersedes_its_previous_revision(self, editor):
        event = draft_by(editor)
        revise(event, editor)
        assert states(event) == [(1, "superseded"), (2, "draft")]

    def test_a_record_without_evidence_can_be_submitted_but_not_published(
        self, editor, reviewer, publisher
    ):
        event = EventFactory(title="A meeting")
        revise(event, editor)
        workflow.submit(event, editor)
        needed = "“A meeting” needs at least one citation that supports it."
        assert problems(event, workflow.open_revision(event)) == [needed]
        workflow.approve(event, reviewer)
        with pytest.raises(EvidenceMissing) as error:
            workflow.publish(event, publisher)
        assert error.value.messages == [needed]
        assert (current(event)[0], states(event)) == ("in_review", [(1, "pending")])

    def test_an_imported_record_is_published_without_approval(self, publisher):
        event = EventFactory(title="A meeting", state="in_review")
        CitationFactory(record=event)
        workflow.publish(event, publisher)
        assert current(event) == ("published", 1, "A meeting")


class TestFourEyes:
    def test_authors_cannot_review_their_own_record(self, reviewer):
        event = draft_by(reviewer)
        workflow.submit(event, reviewer)
        for step in (workflow.approve, lambda *who: workflow.send_back(*who, "No")):
            with pytest.raises(StepRefused) as error:
                step(event, reviewer)
            assert error.value.messages == [
                "You wrote this yourself. Somebody else must review it."
            ]
        assert states(event) == [(1, "pending")]

    def test_earlier_contributors_cannot_review_the_record(self, editor, reviewer):
        event = draft_by(editor)
        revise(event, reviewer)
        revise(event, editor)
        workflow.submit(event, editor)
        with pytest.raises(StepRefused):
            workflow.approve(event, reviewer)

    def test_a_publisher_can_publish_the_record_of_another_user(self, editor, publisher):
        event = draft_by(editor)
        workflow.submit(event, editor)
        workflow.publish(event, publisher)
        assert current(event)[0] == "published"
        # The history names both.
        version = event.revisions.get()
        assert (version.author, version.reviewer) == (editor, publisher)
        assert version.reviewed_at is not None

    def test_a_publisher_needs_an_approval_for_their_own_record(self, reviewer, publisher):
        event = draft_by(publisher)
        workflow.submit(event, publisher)
        with pytest.raises(StepRefused) as error:
            workflow.publish(event, publisher)
        assert error.value.messages == ["You wrote this yourself. Somebody else must approve it."]
        workflow.approve(event, reviewer)
        workflow.publish(event, publisher)
        assert current(event)[0] == "published"

    def test_a_record_must_be_submitted_before_publication(self, editor, publisher):
        event = draft_by(editor)
        with pytest.raises(StepRefused) as error:
            workflow.publish(event, publisher)
        assert error.value.messages == ["“A meeting” has not been submitted for review."]

    def test_changing_a_record_revokes_its_approval(self, reviewer, publisher):
        event = draft_by(publisher)
        workflow.submit(event, publisher)
        workflow.approve(event, reviewer)
        revise(event, publisher)
        workflow.submit(event, publisher)
        with pytest.raises(StepRefused):
            workflow.publish(event, publisher)

    def test_an_administrator_may_publish_without_a_reviewer(self, administrator):
        event = draft_by(administrator)
        workflow.publish(event, administrator)
        assert current(event)[0] == "published"
        assert event.revisions.get().reviewer is None

    def test_a_user_who_sent_the_record_back_is_not_its_reviewer(self, reviewer, administrator):
        event = draft_by(administrator)
        workflow.submit(event, administrator)
        workflow.send_back(event, reviewer, "Name the place.")
        workflow.publish(event, administrator)
        assert event.revisions.get().reviewer is None

    @pytest.mark.parametrize("step", ["approve", "send_back", "publish", "withdraw"])
    def test_an_editor_may_not_review_publish_or_withdraw(self, editor, step):
        event = draft_by(UserFactory())
        workflow.submit(event, editor)
        more = {"send_back": ["No"], "withdraw": ["No"]}.get(step, [])
        with pytest.raises(PermissionDenied):
            getattr(workflow, step)(event, editor, *more)
        assert states(event) == [(1, "pending")]

    @pytest.mark.parametrize("step", ["publish", "withdraw"])
    def test_a_reviewer_may_not_publish_or_withdraw(self, reviewer, step):
        event = draft_by(UserFactory())
        with pytest.raises(PermissionDenied):
            getattr(workflow, step)(event, reviewer, "Why")


class TestPendingChanges:
    """Changes of published records wait in a revision of their own."""

    def test_readers_see_the_old_version_until_the_change_is_published(
        self, editor, reviewer, publisher
    ):
        event = EventFactory(title="A meeting", published=True)
        revision = pending_change(event, editor, title="The first meeting")
        assert current(event) == ("published", 1, "A meeting")
        assert (revision.number, revision.base, revision.state) == (2, 1, "draft")
        workflow.submit(event, editor)
        assert current(event) == ("published", 1, "A meeting")
        workflow.approve(event, reviewer)
        workflow.publish(event, publisher)
        assert current(event) == ("published", 2, "The first meeting")
        assert states(event) == [(1, "live"), (2, "live")]
        assert event.revisions.first().reason == "A better source"

    def test_an_empty_change_is_not_saved(self, editor):
        event = EventFactory(published=True)
        assert pending_change(event, editor) is None
        assert states(event) == [(1, "live")]

    def test_a_change_that_removes_the_evidence_is_rejected(self, editor, administrator):
        event = EventFactory(title="A meeting", published=True)
        content = full_snapshot(event) | {"citations": []}
        workflow.save_pending(event, content, editor, "None")
        with pytest.raises(PublicationRefused) as error:
            workflow.publish(event, administrator)
        assert error.value.messages == [
            "“A meeting” is published. Its last supporting citation cannot be removed."
        ]
        assert event.citations.count() == 1
        assert states(event) == [(1, "live"), (2, "draft")]

    def test_a_change_based_on_an_older_version_is_rejected(self, editor, administrator):
        event = EventFactory(title="A meeting", published=True)
        pending_change(event, editor, title="The first meeting")
        row = Event.objects.get()
        row.summary = "Imported meanwhile"
        revise(row, reason="Imported: a list")
        with pytest.raises(StepRefused) as error:
            workflow.publish(event, administrator)
        assert error.value.messages == [
            "A newer version of “A meeting” has been published. Compare both versions and save it "
            "again."
        ]
        assert Event.objects.get().summary == "Imported meanwhile"
        assert states(event) == [(1, "live"), (2, "draft"), (3, "live")]

    def test_a_change_that_refers_to_a_deleted_row_is_rejected(self, administrator):
        person = PersonFactory(slug="envoy")
        event = EventFactory(published=True)
        ParticipationFactory(record=event, person=person)
        content = full_snapshot(event)
        event.participations.all().delete()
        workflow.save_pending(event, content, administrator, "Again")
        person.delete()
        with pytest.raises(PublicationRefused) as error:
            workflow.publish(event, administrator)
        assert error.value.messages == ["Person: “envoy” no longer exists."]

    def test_only_the_author_can_discard_a_change_and_it_stays_in_the_history(self, editor):
        event = EventFactory(published=True)
        pending_change(event, editor, title="The first meeting")
        with pytest.raises(PermissionDenied):
            workflow.discard(event, UserFactory(role="Editor"))
        workflow.discard(event, editor)
        assert workflow.open_revision(event) is None
        assert states(event) == [(1, "live"), (2, "dropped")]


class TestWithdraw:
    def test_withdrawing_needs_a_reason_for_readers(self, publisher):
        event = EventFactory(published=True)
        for reason in ("", " "):
            with pytest.raises(ValidationError) as error:
                workflow.withdraw(event, publisher, reason)
            assert error.value.message_dict == {"reason": ["Give a reason. Readers will see it."]}
        workflow.withdraw(event, publisher, "It did not take place.")
        assert current(event)[:2] == ("withdrawn", 2)
        newest = event.revisions.first()
        assert (newest.reason, newest.withdrawn) == ("It did not take place.", True)

    def test_a_draft_cannot_be_withdrawn(self, publisher):
        with pytest.raises(StepRefused):
            workflow.withdraw(draft_by(publisher), publisher, "Why")


@pytest.fixture
def treaty():
    """A published treaty with a child of every kind, and two steps with citations."""
    treaty = TreatyFactory(title="Pact", date="2001")
    parties = [PartyFactory(treaty=treaty, country=CountryFactory()) for _number in range(2)]
    signature = TreatyActionFactory(treaty=treaty, action_type="signature", date="2001")
    TreatyActionFactory(
        treaty=treaty, action_type="ratification", date="2002", party=parties[0], slug="consent"
    )
    for record in (treaty, *treaty.actions.all()):
        CitationFactory(record=record, passage=PassageFactory())
    CitationFactory(record=signature, field="place")
    TreatyLinkFactory(treaty=treaty)
    TreatyTextFactory(treaty=treaty)
    ParticipationFactory(record=treaty)
    treaty.topics.add(TopicFactory(slug="energy"))
    publish(Treaty.objects.filter(pk=treaty.pk))
    return Treaty.objects.get(pk=treaty.pk)


class TestSnapshots:
    def test_restoring_a_snapshot_gives_the_same_snapshot(self, treaty):
        content = full_snapshot(treaty)
        assert restore(treaty, content) == []
        treaty.title, treaty.term_years = "Another", 5
        treaty.save()
        treaty.topics.clear()
        treaty.texts.all().delete()
        treaty.links.all().delete()
        step = treaty.actions.get(slug="consent")
        step.date, step.party = "2003", None
        step.save()
        assert changes(Treaty, content, full_snapshot(Treaty.objects.get(pk=treaty.pk)))
        touched = restore(Treaty.objects.get(pk=treaty.pk), content)
        assert [row.slug for row in touched] == ["consent"]
        again = full_snapshot(Treaty.objects.get(pk=treaty.pk))
        assert changes(Treaty, content, again) == []
        assert sorted(map(str, again["actions"])) == sorted(map(str, content["actions"]))

    def test_publishing_a_treaty_without_a_step_withdraws_the_step(self, treaty, administrator):
        content = full_snapshot(treaty)
        content["actions"] = [row for row in content["actions"] if row["slug"] != "consent"]
        workflow.save_pending(treaty, content, administrator, "It was another treaty's.")
        assert TreatyAction.objects.get(slug="consent").state == "published"
        workflow.publish(treaty, administrator)
        step = TreatyAction.objects.get(slug="consent")
        assert step.state == "withdrawn"
        assert step.revisions.first().reason == "It was another treaty's."

    @pytest.mark.parametrize("order", [1, -1])
    def test_publishing_a_change_swaps_which_text_prevails(self, treaty, administrator, order):
        treaty.texts.all().delete()
        first = TreatyTextFactory(treaty=treaty, text_language="az", standing="prevails")
        second = TreatyTextFactory(treaty=treaty, text_language="kk")
        content = full_snapshot(Treaty.objects.get(pk=treaty.pk))
        content["texts"].sort(key=lambda row: row["text_language"], reverse=order < 0)
        other = {"prevails": "authentic", "authentic": "prevails"}
        for row in content["texts"]:
            row["standing"] = other[row["standing"]]
        workflow.save_pending(treaty, content, administrator, "The other text prevails.")
        assert problems(treaty, workflow.open_revision(treaty)) == []
        workflow.publish(treaty, administrator)
        found = dict(treaty.texts.values_list("pk", "standing"))
        assert found == {first.pk: "authentic", second.pk: "prevails"}

    def test_publishing_a_change_removes_the_text_that_prevailed(self, treaty, administrator):
        treaty.texts.all().delete()
        for language, standing in (("az", "prevails"), ("kk", "authentic")):
            TreatyTextFactory(treaty=treaty, text_language=language, standing=standing)
        content = full_snapshot(Treaty.objects.get(pk=treaty.pk))
        content["texts"] = [row for row in content["texts"] if row["text_language"] == "kk"]
        content["texts"][0]["standing"] = "prevails"
        workflow.save_pending(treaty, content, administrator, "There is no such text.")
        workflow.publish(treaty, administrator)
        assert treaty.texts.get(standing="prevails").text_language == "kk"
        assert not treaty.texts.filter(text_language="az").exists()

    def test_restoring_an_unchanged_treaty_takes_one_query_for_each_party(self, treaty):
        def queries():
            row = Treaty.objects.get(pk=treaty.pk)
            content = full_snapshot(row)
            with CaptureQueriesContext(connection) as captured:
                restore(row, content)
            return len(captured)

        before = queries()
        for _number in range(3):
            PartyFactory(treaty=treaty, country=CountryFactory())
        assert queries() == before + 3

    def test_publishing_a_treaty_publishes_its_new_step(self, treaty, administrator):
        source = SourceFactory(slug="gazette")
        with rolled_back():
            step = TreatyActionFactory(
                treaty=treaty, slug="force", action_type="entry_into_force", date="2004"
            )
            CitationFactory(record=step, source=source)
            content = full_snapshot(Treaty.objects.get(pk=treaty.pk))
        assert not TreatyAction.objects.filter(slug="force").exists()
        workflow.save_pending(treaty, content, administrator, "It entered into force.")
        workflow.publish(treaty, administrator)
        step = TreatyAction.objects.get(slug="force")
        assert (step.state, step.citations.get().source) == ("published", source)
        assert "in_force" in set(treaty.periods.values_list("status", flat=True))

    def test_a_rolled_back_restore_saves_nothing_and_repeats_its_keys(self, treaty):
        content = full_snapshot(treaty)
        treaty.texts.all().delete()
        keys = []
        for _round in range(2):
            with rolled_back():
                restore(Treaty.objects.get(pk=treaty.pk), content, trying=True)
                keys.append(list(treaty.texts.values_list("pk", flat=True)))
            assert treaty.texts.count() == 0
        assert keys[0] == keys[1] == [2**52]

    def test_changes_lists_differences_by_field_and_child(self, treaty):
        before = full_snapshot(treaty)
        after = full_snapshot(treaty)
        after["record"] |= {"title": "Great pact", "binding": "yes"}
        after["topics"] = []
        after["parties"] = before["parties"][:-1]
        step = next(row for row in after["actions"] if row["slug"] == "consent")
        step |= {"date": "2003~"}
        found = [
            (change.part.partition(":")[0], change.field, change.before, change.after)
            for change in changes(Treaty, before, after)
        ]
        assert found == [
            ("", "Title", "Pact", "Great pact"),
            ("", "Binding", "unclear whether binding", "binding"),
            ("", "Topics", "energy", ""),
            ("party", "", "(no other values)", ""),
            ("treaty action", "Date", "2002", "about 2003"),
        ]


def test_the_edition_changes_with_the_record_and_its_steps(treaty, editor):
    seen = [workflow.edition(treaty)]
    revise(treaty.actions.get(slug="consent"), editor)
    seen.append(workflow.edition(treaty))
    revise(treaty, editor)
    seen.append(workflow.edition(treaty))
    assert len(set(seen)) == 3


def test_the_edition_changes_with_each_workflow_step(editor):
    event, reviewer = draft_by(editor), UserFactory(role="Reviewer")
    seen = [workflow.edition(event)]
    for step in (
        lambda: workflow.submit(event, editor),
        lambda: workflow.approve(event, reviewer),
        lambda: workflow.send_back(event, reviewer, "Where was it read?"),
    ):
        step()
        seen.append(workflow.edition(event))
    assert len(set(seen)) == 4


def test_publishing_by_a_loader_leaves_no_open_revision(editor):
    event = draft_by(editor)
    publish(event)
    assert states(event) == [(1, "superseded"), (2, "live")]
    assert Revision.objects.open().count() == 0
