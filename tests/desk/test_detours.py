"""By no detour does anything go to readers unseen by a second person, or leave them for good."""

import pytest

from relations import workflow
from relations.merging import merge
from relations.models import Citation, Participation, Relation, Revision
from relations.publication import revise
from sources.models import SourceText
from sources.texts import attach, passage_of
from tests.desk.test_review import address, told
from tests.desk.test_safeguards import delete, pact, written
from tests.desk.test_two_editors import typed
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


def public_pact(user=None, **values):
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
    def test_one_that_readers_have_seen_is_not_moved_to_a_draft(self, colleagues, pair):
        editor = colleagues["editor"]
        step = public_pact(relation=pair).actions.get()
        draft = pact(editor.user, relation=pair)
        sent = typed(editor.get(address(step))) | {"treaty": draft.pk, "reason": "Why"}
        response = editor.post(address(step), sent)
        assert response.context["adminform"].form.errors["treaty"] == [
            "Readers have seen this step: its treaty has to be one that they see."
        ]

    def test_a_draft_under_which_one_stands_that_readers_have_seen_is_not_deleted(
        self, colleagues, pair
    ):
        draft = pact(colleagues["editor"].user, relation=pair)
        step = public_pact(relation=pair).actions.get()
        TreatyAction.objects.filter(pk=step.pk).update(treaty=draft)
        assert delete(colleagues["administrator"], draft) == 403
        assert Revision.objects.filter(record=step.pk).exists()

    def test_an_own_one_moved_to_a_published_treaty_waits_for_another(self, colleagues, pair):
        publisher = colleagues["publisher"]
        treaty = public_pact(relation=pair)
        own = pact(publisher.user, relation=pair).actions.get()
        revise(own, publisher.user)
        TreatyAction.objects.filter(pk=own.pk).update(treaty=treaty, party=None)
        response = publish_selected(publisher, treaty)
        assert told(response)[-1] == "“Pact” is published and has no pending change."
        assert publisher.user.pk in workflow.authors(treaty)
        own.refresh_from_db()
        assert own.state == "draft"

    def test_those_of_lists_do_not_go_before_their_treaty(self, colleagues, pair):
        step = TreatyActionFactory(treaty=pact(None, relation=pair), action_type="ratification")
        CitationFactory(record=step)
        response = publish_selected(colleagues["publisher"], step)
        assert told(response) == [
            "“Pact: ratification” is published with “Pact”: submit and publish that."
        ]
        step.refresh_from_db()
        assert step.state == "draft"

    def test_the_preview_of_one_of_a_draft_is_that_of_its_treaty(self, colleagues, pair):
        step = pact(colleagues["editor"].user, relation=pair).actions.get()
        response = colleagues["editor"].get(address(step, "preview"))
        assert response.status_code == 200
        assert "Pact" in response.content.decode()

    def test_one_withdrawn_alone_stays_so_when_its_treaty_comes_back(self, colleagues, pair):
        treaty = public_pact(relation=pair)
        alone = TreatyActionFactory(treaty=treaty, action_type="ratification", date="2002")
        CitationFactory(record=alone)
        publish(alone)
        withdraw(alone, None, "Never happened")
        withdraw(Treaty.objects.get(pk=treaty.pk), None, "Doubtful")
        assert self.states(treaty) == {"signature": "withdrawn", "ratification": "withdrawn"}
        self.bring_back(treaty, colleagues)
        assert self.states(treaty) == {"signature": "published", "ratification": "withdrawn"}

    def test_one_left_out_while_its_treaty_was_withdrawn_does_not_come_back(self, colleagues, pair):
        treaty = public_pact(relation=pair)
        wrong = TreatyActionFactory(treaty=treaty, action_type="ratification", date="2002")
        CitationFactory(record=wrong)
        publish(wrong)
        treaty = Treaty.objects.get(pk=treaty.pk)
        withdraw(treaty, None, "Doubtful")
        self.bring_back(treaty, colleagues, leave="ratification")
        assert self.states(treaty) == {"signature": "published", "ratification": "withdrawn"}

    def test_one_that_was_left_out_is_restored_with_an_earlier_version(self, colleagues, pair):
        treaty = public_pact(relation=pair)
        step = treaty.actions.get()
        number = treaty.version
        withdraw(step, None, "A slip")
        revise(treaty, None, "Without its step")
        editor = colleagues["editor"]
        page = address(treaty, "restore")
        response = editor.post(page, {"number": number}, follow=True)
        assert told(response)[-1] == "Restored as a draft: look at it, and submit it."
        workflow.submit(treaty, editor.user)
        workflow.publish(treaty, colleagues["publisher"].user)
        assert self.states(treaty) == {"signature": "published"}
        response = editor.post(page, {"number": number}, follow=True)
        assert told(response)[-1] == "Nothing has changed."

    def states(self, treaty):
        return dict(treaty.actions.values_list("action_type", "state"))

    def bring_back(self, treaty, colleagues, leave=None):
        """Save a withdrawn treaty anew, without one of its steps, and publish it."""
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
    def test_it_does_not_cover_what_came_after(self, colleagues, pair, detour):
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
            assert told(response)[-1] == "Restored as a draft: look at it, and submit it."
        elif detour == "delete":
            assert delete(colleagues["reviewer"], other) == 302
        else:
            merge(step, other, editor.user, "The same")
        with pytest.raises(workflow.StepRefused):
            workflow.publish(treaty, publisher.user)
        treaty.refresh_from_db()
        assert treaty.published_at is None

    def test_it_is_of_the_text_that_was_looked_at(self, colleagues, pair, monkeypatch):
        """The author saves and submits anew between the reviewer's look and their button."""
        author = colleagues["editor"].user
        event = written(author, relation=pair, title="Talks")
        page = f"/admin/review/{workflow.submit(event, author).pk}/"
        locked = workflow.locked

        def slowly(record):
            monkeypatch.setattr(workflow, "locked", locked)
            row = type(record).objects.get(pk=record.pk)
            row.title = "Other talks"
            workflow.save_draft(row, author, "")
            row.save()
            workflow.submit(row, author)
            return locked(record)

        monkeypatch.setattr(workflow, "locked", slowly)
        response = colleagues["reviewer"].post(page, {"approve": "1"})
        assert response.context["form"].non_field_errors() == [
            "“Talks” has changed since you opened it: look at it again."
        ]
        assert not Revision.objects.filter(record=event.pk, reviewed_at__isnull=False).exists()


class TestMerging:
    def test_an_own_draft_goes_to_readers_by_another(self, colleagues, pair):
        publisher = colleagues["publisher"]
        kept = EventFactory(relation=pair, published=True)
        own = written(publisher.user, relation=pair, title="Mine")
        ParticipationFactory(record=own, capacity="President")
        page = f"/admin/merge/event/?id={kept.pk}&id={own.pk}"
        sent = {"kept": kept.pk, "reason": "The same"}
        response = publisher.post(page, sent)
        assert response.context["form"].non_field_errors() == [
            "You wrote “Mine” yourself, and readers would see it at once: another merges it."
        ]
        assert not Participation.objects.filter(record=kept.pk).exists()
        assert colleagues["administrator"].post(page, sent).status_code == 302

    def test_drafts_of_others_are_merged_away_by_who_reviews(self, colleagues, pair):
        own = written(colleagues["editor"].user, relation=pair)
        theirs = written(UserFactory(role="Editor"), relation=pair, title="Theirs")
        page = f"/admin/merge/event/?id={own.pk}&id={theirs.pk}"
        sent = {"kept": own.pk, "reason": "The same"}
        response = colleagues["editor"].post(page, sent)
        assert response.context["form"].non_field_errors() == [
            "“Theirs” is not yours alone: who reviews merges it."
        ]
        assert colleagues["reviewer"].post(page, sent).status_code == 302

    def test_what_was_merged_away_is_not_handed_over_any_more(self, colleagues, pair):
        user = colleagues["editor"].user
        kept, other = (written(user, relation=pair, title=title) for title in ("One", "Other"))
        merge(kept, other, user, "The same")
        other.refresh_from_db()
        with pytest.raises(workflow.StepRefused, match="“Other” is merged with another"):
            workflow.submit(other, user)


class TestRoles:
    def test_an_editor_deletes_no_draft_of_an_imported_list(self, colleagues, pair):
        listed = EventFactory(relation=pair)
        assert delete(colleagues["editor"], listed) == 403
        assert delete(colleagues["reviewer"], listed) == 302

    def test_the_summary_of_a_pair_is_written_by_who_publishes(self, colleagues):
        figure = FigureFactory(published=True)
        pair = Relation.objects.get_or_create_pair(figure.from_country, figure.to_country)
        for role, kept in (("editor", ""), ("publisher", "Good neighbours.")):
            sent = typed(colleagues[role].get(address(pair))) | {"summary": "Good neighbours."}
            colleagues[role].post(address(pair), sent)
            pair.refresh_from_db()
            assert pair.summary == kept

    def test_two_who_withdraw_at_once_are_told(self, colleagues, pair, monkeypatch):
        event = EventFactory(title="Talks", relation=pair, published=True)
        locked = workflow.locked

        def slowly(record):
            withdraw(type(record).objects.get(pk=record.pk), None, "The other's reason")
            return locked(record)

        monkeypatch.setattr(workflow, "locked", slowly)
        response = colleagues["publisher"].post(
            f"/admin/relations/event/withdraw/?row={event.pk}", {"reason": "Mine"}
        )
        assert response.status_code == 400
        assert response.context["form"].non_field_errors() == ["“Talks” is not published."]


class TestNames:
    def test_a_topic_that_records_have_is_not_deleted_nor_renamed(self, colleagues, pair):
        topic, unused = TopicFactory(slug="energy"), TopicFactory()
        EventFactory(relation=pair, published=True).topics.add(topic)
        administrator = colleagues["administrator"]
        assert delete(administrator, topic) == 403
        assert delete(administrator, unused) == 302
        sent = typed(administrator.get(address(topic))) | {"slug": "power"}
        administrator.post(address(topic), sent)
        topic.refresh_from_db()
        assert topic.slug == "energy"

    def test_a_change_that_names_a_topic_that_is_gone_is_refused(self, colleagues, pair):
        event = EventFactory(relation=pair, published=True)
        CitationFactory(record=event)
        revise(event)
        topic, user = TopicFactory(slug="energy"), colleagues["editor"].user
        workflow.change_pending(event, lambda row: row.topics.add(topic), user, "Its topic")
        workflow.submit(event, user)
        topic.delete()
        with pytest.raises(Exception, match="Topics: “energy” no longer exists."):
            workflow.publish(event, colleagues["publisher"].user)

    def test_what_rests_on_a_passage_bears_its_new_place(self, colleagues, client, pair):
        passage = PassageFactory(locator="p1s1", source__slug="gazette")
        event = EventFactory(relation=pair, published=True)
        cited = CitationFactory(record=event, source=passage.source, passage=passage)
        publisher = colleagues["publisher"]
        sent = typed(publisher.get(address(passage))) | {"locator": "p1s2"}
        assert publisher.post(address(passage), sent).status_code == 302
        assert Citation.objects.get(pk=cited.pk).place_url == "/sources/gazette/#p1s2"
        page = client.get("/sources/gazette/").content.decode()
        assert 'id="p1s2"' in page
        assert "No published record rests on it" not in page


class TestDocuments:
    def test_a_password_alone_opens_no_reserved_file(self, colleagues, client):
        source = SourceFactory(slug="paper", rights="reserved")
        attach(source, b"Reserved words.", "paper.txt")
        client.force_login(colleagues["publisher"].user)
        assert client.get("/sources/paper/file").status_code == 404
        assert "/sources/paper/file" not in client.get("/sources/paper/").content.decode()
        assert colleagues["publisher"].get("/sources/paper/file").status_code == 200

    def test_words_cited_beside_a_published_record_are_marked_in_the_text(self, colleagues, pair):
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

    def test_a_file_without_text_in_the_place_of_another_leaves_none_of_the_other(self):
        source = SourceFactory(rights="public_domain")
        attach(source, b"They met in Baku.", "a.txt")
        passage = passage_of(source, "met in Baku")
        passage.save()
        source.checksum = ""
        attach(source, pdf(""), "a.pdf")
        assert not SourceText.objects.filter(source=source).exists()
        passage.refresh_from_db()
        assert passage.anchoring == "unchecked"
