"""No indirect route publishes a row without a second person, or deletes a published one."""

import pytest

from relations import workflow
from relations.merging import merge
from relations.models import Citation, Participation, Relation, Revision
from relations.publication import revise
from sources.models import SourceText
from sources.texts import attach, passage_of
from tests.desk.test_review import address, shown_messages
from tests.desk.test_safeguards import delete, draft_by, pact
from tests.desk.test_two_editors import form_data
from tests.documents import pdf
from tests.factories import (
    CitationFactory,
    EventFactory,
    FigureFactory,
    ParticipationFactory,
    PassageFactory,
    RelationFactory,
    SourceFactory,
    TopicFactory,
    TreatyActionFactory,
    UserFactory,
)
from tests.steps import publish, withdraw
from treaties.models import Treaty, TreatyAction

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair():
    return RelationFactory()


def published_pact(user=None, **values):
    """A treaty with a signature, published."""
    treaty = pact(user, **values)
    publish(treaty)
    return Treaty.objects.get(pk=treaty.pk)


def publish_selected(client, row):
    meta = row._meta
    return client.post(
        f"/admin/{meta.app_label}/{meta.model_name}/",
        {"action": "publish_selected", "_selected_action": [row.pk]},
        follow=True,
    )


class TestSteps:
    def test_a_published_step_cannot_move_to_a_draft_treaty(self, colleagues, pair):
        editor = colleagues["editor"]
        step = published_pact(relation=pair).actions.get()
        draft = pact(editor.user, relation=pair)
        sent = form_data(editor.get(address(step))) | {"treaty": draft.pk, "reason": "Why"}
        response = editor.post(address(step), sent)
        assert response.context["adminform"].form.errors["treaty"] == [
            "Readers have seen this step. Choose a treaty that they can see."
        ]

    def test_a_draft_treaty_with_a_published_step_cannot_be_deleted(self, colleagues, pair):
        draft = pact(colleagues["editor"].user, relation=pair)
        step = published_pact(relation=pair).actions.get()
        TreatyAction.objects.filter(pk=step.pk).update(treaty=draft)
        assert delete(colleagues["administrator"], draft) == 403
        assert Revision.objects.filter(record=step.pk).exists()

    def test_an_own_step_moved_to_a_published_treaty_needs_another_publisher(
        self, colleagues, pair
    ):
        publisher = colleagues["publisher"]
        treaty = published_pact(relation=pair)
        own = pact(publisher.user, relation=pair).actions.get()
        revise(own, publisher.user)
        TreatyAction.objects.filter(pk=own.pk).update(treaty=treaty, party=None)
        response = publish_selected(publisher, treaty)
        assert shown_messages(response)[-1] == "“Pact” is published and has no pending change."
        assert publisher.user.pk in workflow.authors(treaty)
        own.refresh_from_db()
        assert own.state == "draft"

    def test_an_imported_step_cannot_be_published_before_its_treaty(self, colleagues, pair):
        step = TreatyActionFactory(treaty=pact(None, relation=pair), action_type="ratification")
        CitationFactory(record=step)
        response = publish_selected(colleagues["publisher"], step)
        assert shown_messages(response) == [
            "“Pact: ratification” is published with “Pact”. Submit and publish that one instead."
        ]
        step.refresh_from_db()
        assert step.state == "draft"

    def test_the_preview_of_a_step_is_the_preview_of_its_draft_treaty(self, colleagues, pair):
        step = pact(colleagues["editor"].user, relation=pair).actions.get()
        response = colleagues["editor"].get(address(step, "preview"))
        assert response.status_code == 200
        assert "Pact" in response.content.decode()

    def test_the_preview_of_a_step_of_a_withdrawn_treaty_is_its_notice(self, colleagues, pair):
        treaty = published_pact(relation=pair)
        withdraw(treaty, None, "It was never signed")
        response = colleagues["editor"].get(address(treaty.actions.get(), "preview"))
        assert response.status_code == 410
        assert "It was never signed" in response.content.decode()

    def test_a_separately_withdrawn_step_stays_withdrawn_with_its_treaty_republished(
        self, colleagues, pair
    ):
        treaty = published_pact(relation=pair)
        alone = TreatyActionFactory(treaty=treaty, action_type="ratification", date="2002")
        CitationFactory(record=alone)
        publish(alone)
        withdraw(alone, None, "Never happened")
        withdraw(Treaty.objects.get(pk=treaty.pk), None, "Doubtful")
        assert self.states(treaty) == {"signature": "withdrawn", "ratification": "withdrawn"}
        self.republish(treaty, colleagues)
        assert self.states(treaty) == {"signature": "published", "ratification": "withdrawn"}

    def test_a_step_removed_during_withdrawal_is_not_republished(self, colleagues, pair):
        treaty = published_pact(relation=pair)
        wrong = TreatyActionFactory(treaty=treaty, action_type="ratification", date="2002")
        CitationFactory(record=wrong)
        publish(wrong)
        treaty = Treaty.objects.get(pk=treaty.pk)
        withdraw(treaty, None, "Doubtful")
        self.republish(treaty, colleagues, leave="ratification")
        assert self.states(treaty) == {"signature": "published", "ratification": "withdrawn"}

    def test_restoring_an_earlier_version_restores_a_removed_step(self, colleagues, pair):
        treaty = published_pact(relation=pair)
        step = treaty.actions.get()
        number = treaty.version
        withdraw(step, None, "A slip")
        revise(treaty, None, "Without its step")
        editor = colleagues["editor"]
        page = address(treaty, "restore")
        response = editor.post(page, {"number": number}, follow=True)
        assert (
            shown_messages(response)[-1]
            == "Restored as a draft. Check it and submit it for review."
        )
        workflow.submit(treaty, editor.user)
        workflow.publish(treaty, colleagues["publisher"].user)
        assert self.states(treaty) == {"signature": "published"}
        response = editor.post(page, {"number": number}, follow=True)
        assert shown_messages(response)[-1] == "Nothing has changed."

    def states(self, treaty):
        return dict(treaty.actions.values_list("action_type", "state"))

    def republish(self, treaty, colleagues, leave=None):
        """Save a withdrawn treaty again, without the step `leave`, and publish it."""
        editor, publisher = colleagues["editor"].user, colleagues["publisher"].user
        treaty = Treaty.objects.get(pk=treaty.pk)
        content = workflow.full_snapshot(treaty)
        rows = content["actions"]
        content["actions"] = [row for row in rows if row["action_type"] != leave]
        workflow.save_pending(treaty, content, editor, "It was right")
        workflow.submit(treaty, editor)
        workflow.publish(treaty, publisher)


class TestApproval:
    @pytest.mark.parametrize("detour", ["restore", "delete", "merge"])
    def test_an_approval_does_not_cover_later_changes(self, colleagues, pair, detour):
        publisher, editor = colleagues["publisher"], colleagues["editor"]
        treaty = pact(editor.user, relation=pair)
        step = treaty.actions.get()
        other = TreatyActionFactory(
            treaty=treaty, action_type="ratification", date="2002", party=step.party
        )
        CitationFactory(record=other)
        workflow.save_draft(step, editor.user, "")
        TreatyAction.objects.filter(pk=step.pk).update(place="Baku")
        workflow.save_draft(TreatyAction.objects.get(pk=step.pk), editor.user, "")
        treaty.refresh_from_db()
        workflow.submit(treaty, editor.user)
        workflow.approve(treaty, colleagues["reviewer"].user)
        if detour == "restore":
            first = step.revisions.order_by("number").first().number
            response = editor.post(address(step, "restore"), {"number": first}, follow=True)
            assert (
                shown_messages(response)[-1]
                == "Restored as a draft. Check it and submit it for review."
            )
        elif detour == "delete":
            assert delete(colleagues["reviewer"], other) == 302
        else:
            merge(step, other, editor.user, "The same")
        with pytest.raises(workflow.StepRefused):
            workflow.publish(treaty, publisher.user)
        treaty.refresh_from_db()
        assert treaty.published_at is None

    def test_an_approval_covers_only_the_version_that_was_reviewed(
        self, colleagues, pair, monkeypatch
    ):
        """The author saves and submits again after the reviewer opened the page."""
        author = colleagues["editor"].user
        event = draft_by(author, relation=pair, title="Talks")
        page = f"/admin/review/{workflow.submit(event, author).pk}/"
        locked = workflow.locked

        def change_first(record):
            monkeypatch.setattr(workflow, "locked", locked)
            row = type(record).objects.get(pk=record.pk)
            row.title = "Other talks"
            workflow.save_draft(row, author, "")
            row.save()
            workflow.submit(row, author)
            return locked(record)

        monkeypatch.setattr(workflow, "locked", change_first)
        response = colleagues["reviewer"].post(page, {"approve": "1"})
        assert response.context["form"].non_field_errors() == [
            "“Talks” has changed since you opened it. Reload the page and review it again."
        ]
        assert not Revision.objects.filter(record=event.pk, reviewed_at__isnull=False).exists()


class TestMerging:
    def test_authors_cannot_merge_their_draft_into_a_published_record(self, colleagues, pair):
        publisher = colleagues["publisher"]
        kept = EventFactory(relation=pair, published=True)
        own = draft_by(publisher.user, relation=pair, title="Mine")
        ParticipationFactory(record=own, capacity="President")
        page = f"/admin/merge/event/?id={kept.pk}&id={own.pk}"
        sent = {"kept": kept.pk, "reason": "The same"}
        response = publisher.post(page, sent)
        assert response.context["form"].non_field_errors() == [
            "You wrote “Mine” yourself, and readers would see it at once. Ask somebody else to "
            "merge it."
        ]
        assert not Participation.objects.filter(record=kept.pk).exists()
        assert colleagues["administrator"].post(page, sent).status_code == 302

    def test_only_reviewers_can_merge_away_drafts_of_others(self, colleagues, pair):
        own = draft_by(colleagues["editor"].user, relation=pair)
        theirs = draft_by(UserFactory(role="Editor"), relation=pair, title="Theirs")
        page = f"/admin/merge/event/?id={own.pk}&id={theirs.pk}"
        sent = {"kept": own.pk, "reason": "The same"}
        response = colleagues["editor"].post(page, sent)
        assert response.context["form"].non_field_errors() == [
            "“Theirs” has other authors. Ask a reviewer to merge it."
        ]
        assert colleagues["reviewer"].post(page, sent).status_code == 302

    def test_a_merged_draft_cannot_be_submitted(self, colleagues, pair):
        user = colleagues["editor"].user
        kept, other = (draft_by(user, relation=pair, title=title) for title in ("One", "Other"))
        merge(kept, other, user, "The same")
        other.refresh_from_db()
        with pytest.raises(workflow.StepRefused, match="“Other” has been merged into another"):
            workflow.submit(other, user)


class TestRoles:
    def test_an_editor_cannot_delete_an_imported_draft(self, colleagues, pair):
        listed = EventFactory(relation=pair)
        assert delete(colleagues["editor"], listed) == 403
        assert delete(colleagues["reviewer"], listed) == 302

    def test_only_publishers_can_write_the_summary_of_a_pair(self, colleagues):
        figure = FigureFactory(published=True)
        pair = Relation.objects.get_or_create_pair(figure.from_country, figure.to_country)
        for role, kept in (("editor", ""), ("publisher", "Good neighbours.")):
            sent = form_data(colleagues[role].get(address(pair))) | {"summary": "Good neighbours."}
            colleagues[role].post(address(pair), sent)
            pair.refresh_from_db()
            assert pair.summary == kept

    def test_a_second_simultaneous_withdrawal_is_rejected(self, colleagues, pair, monkeypatch):
        event = EventFactory(title="Talks", relation=pair, published=True)
        locked = workflow.locked

        def change_first(record):
            withdraw(type(record).objects.get(pk=record.pk), None, "The other's reason")
            return locked(record)

        monkeypatch.setattr(workflow, "locked", change_first)
        response = colleagues["publisher"].post(
            f"/admin/relations/event/withdraw/?row={event.pk}", {"reason": "Mine"}
        )
        assert response.status_code == 400
        assert response.context["form"].non_field_errors() == ["“Talks” is not published."]


class TestNames:
    def test_a_topic_in_use_cannot_be_deleted_or_renamed(self, colleagues, pair):
        topic, unused = TopicFactory(slug="energy"), TopicFactory()
        EventFactory(relation=pair, published=True).topics.add(topic)
        administrator = colleagues["administrator"]
        assert delete(administrator, topic) == 403
        assert delete(administrator, unused) == 302
        sent = form_data(administrator.get(address(topic))) | {"slug": "power"}
        administrator.post(address(topic), sent)
        topic.refresh_from_db()
        assert topic.slug == "energy"

    def test_a_change_with_a_deleted_topic_is_rejected(self, colleagues, pair):
        event = EventFactory(relation=pair, published=True)
        CitationFactory(record=event)
        revise(event)
        topic, user = TopicFactory(slug="energy"), colleagues["editor"].user
        workflow.change_pending(event, lambda row: row.topics.add(topic), user, "Its topic")
        workflow.submit(event, user)
        topic.delete()
        with pytest.raises(Exception, match="Topics: “energy” no longer exists."):
            workflow.publish(event, colleagues["publisher"].user)

    def test_citations_follow_the_new_place_of_their_passage(self, colleagues, client, pair):
        passage = PassageFactory(locator="p1s1", source__slug="gazette")
        event = EventFactory(relation=pair)
        cited = CitationFactory(record=event, source=passage.source, passage=passage)
        publisher = colleagues["publisher"]
        sent = form_data(publisher.get(address(passage))) | {"locator": "p1s2"}
        assert publisher.post(address(passage), sent).status_code == 302
        # Readers know it by its place from now on.
        publish(event)
        assert Citation.objects.get(pk=cited.pk).place_url == "/sources/gazette/?place=p1s2"
        page = client.get("/sources/gazette/").content.decode()
        assert 'id="p1s2"' in page
        assert "No published record cites it" not in page


class TestDocuments:
    def test_a_reserved_file_needs_the_second_factor(self, colleagues, client):
        source = SourceFactory(slug="paper", rights="reserved")
        attach(source, b"Reserved words.", "paper.txt")
        client.force_login(colleagues["publisher"].user)
        assert client.get("/sources/paper/file").status_code == 404
        assert "/sources/paper/file" not in client.get("/sources/paper/").content.decode()
        assert colleagues["publisher"].get("/sources/paper/file").status_code == 200

    def test_a_passage_cited_in_a_pending_change_matches_the_text(self, colleagues, pair):
        source = SourceFactory(rights="public_domain")
        SourceText.objects.create(source=source, text="They met in Baku.")
        event = EventFactory(relation=pair, published=True)
        revise(event)

        def cite(row):
            passage = passage_of(source, "met in Baku")
            passage.save()
            Citation.objects.create(record=row, source=source, passage=passage)

        workflow.change_pending(event, cite, colleagues["editor"].user, "A source")
        passage = source.passages.get()
        assert (passage.start, passage.end, passage.anchoring) == (5, 16, "matches")

    def test_replacing_a_file_by_one_without_text_deletes_the_old_text(self):
        source = SourceFactory(rights="public_domain")
        attach(source, b"They met in Baku.", "a.txt")
        passage = passage_of(source, "met in Baku")
        passage.save()
        source.checksum = ""
        attach(source, pdf(""), "a.pdf")
        assert not SourceText.objects.filter(source=source).exists()
        passage.refresh_from_db()
        assert passage.anchoring == "unchecked"
