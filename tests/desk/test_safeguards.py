"""What readers see is never changed by one person alone, and nothing of anybody's work is lost."""

import pytest
from lxml import html

from core.snapshot import full_snapshot
from relations import workflow
from relations.duplicates import add_citations
from relations.merging import merge
from relations.models import Citation, Event, Person, Revision
from relations.publication import revise
from relations.takedown import take_down
from sources.models import Passage
from tests.desk.test_review import address, change_form, told
from tests.desk.test_two_editors import typed
from tests.factories import (
    CitationFactory,
    EventFactory,
    FigureFactory,
    OrganizationFactory,
    ParticipationFactory,
    PartyFactory,
    PassageFactory,
    PersonFactory,
    RelationFactory,
    SourceFactory,
    TreatyActionFactory,
    TreatyFactory,
    UserFactory,
)
from tests.steps import withdraw
from trade.models import FigureRevision
from treaties.models import Treaty

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair():
    return RelationFactory()


def written(user, **values):
    """An event with its evidence, as a draft of a user."""
    event = EventFactory(**values)
    CitationFactory(record=event)
    revise(event, user)
    return event


def pact(user, **values):
    """A treaty with a signature by one of its parties, with their evidence, as a draft."""
    treaty = TreatyFactory(title="Pact", **values)
    step = TreatyActionFactory(treaty=treaty, date="2001", party=treaty.parties.first())
    for record in (treaty, step):
        CitationFactory(record=record)
    CitationFactory(record=step, field="date")
    revise(treaty, user)
    return treaty


def delete(client, row) -> int:
    return client.post(address(row, "delete"), {"post": "yes"}).status_code


class TestForms:
    def test_every_treaty_is_saved_as_it_stands_and_each_party_is_offered_once(
        self, colleagues, base
    ):
        for treaty in Treaty.objects.all():
            response = colleagues["editor"].get(address(treaty))
            for choice in html.fromstring(response.content.decode()).xpath(
                "//select[starts-with(@name, 'actions-') and contains(@name, '-party')]"
            ):
                offered = [option for option in choice.value_options if option]
                assert sorted(offered) == sorted(str(row.pk) for row in treaty.parties.all())
            sent = typed(response) | {"reason": "Why"}
            assert colleagues["editor"].post(address(treaty), sent).status_code == 302, treaty

    def test_a_draft_is_deleted_with_all_that_belongs_to_it(self, colleagues):
        editor = colleagues["editor"]
        event, treaty = written(editor.user), pact(editor.user)
        assert [delete(editor, row) for row in (event, treaty)] == [302, 302]
        assert not Revision.objects.exists()
        assert not Citation.objects.exists()


class TestSteps:
    def test_a_step_changed_after_the_approval_takes_its_treaty_out_of_review(self, colleagues):
        treaty = pact(colleagues["editor"].user)
        workflow.submit(treaty, colleagues["editor"].user)
        workflow.approve(treaty, colleagues["reviewer"].user)
        step = treaty.actions.get()
        sent = typed(colleagues["editor"].get(address(step))) | {"date": "1999"}
        response = colleagues["editor"].post(address(step), sent, follow=True)
        assert "It waited in review and is a draft again: submit it once more." in told(response)
        treaty.refresh_from_db()
        revision = workflow.open_revision(treaty)
        assert (treaty.state, revision.state) == ("draft", "draft")
        assert revision.snapshot["actions"][0]["date"] == "1999"
        with pytest.raises(workflow.StepRefused, match="has not been submitted for review"):
            workflow.publish(treaty, colleagues["publisher"].user)

    @pytest.mark.parametrize("take", [workflow.submit, workflow.publish])
    def test_no_step_goes_to_readers_before_its_treaty(self, colleagues, take):
        step = pact(colleagues["editor"].user).actions.get()
        with pytest.raises(workflow.StepRefused, match="is published with “Pact”"):
            take(step, colleagues["administrator"].user)
        step.refresh_from_db()
        assert step.state == "draft"


class TestReview:
    def test_a_further_source_leaves_it_in_the_queue_to_be_looked_at_anew(self, colleagues):
        first, second = colleagues["editor"].user, UserFactory(role="Editor")
        event = written(first)
        workflow.submit(event, first)
        workflow.approve(event, colleagues["reviewer"].user)
        (new,) = add_citations(event, [Citation(source=SourceFactory(), locator="p2")], second)
        event.refresh_from_db()
        revision = workflow.open_revision(event)
        assert (event.state, revision.state, revision.approved) == ("in_review", "pending", False)
        assert workflow.authors(event) == {first.pk, second.pk}
        assert new in event.citations.all()

    def test_what_waits_no_longer_leads_on_and_gives_the_remark_back(self, colleagues):
        editor, reviewer = colleagues["editor"], colleagues["reviewer"]
        event = written(editor.user, title="A meeting")
        page = f"/admin/review/{workflow.submit(event, editor.user).pk}/"
        event.refresh_from_db()
        revise(event, editor.user)
        newer = workflow.open_revision(event)
        response = reviewer.post(page, {"back": "1", "remark": "Which day?"}, follow=True)
        assert response.redirect_chain == [(f"/admin/review/{newer.pk}/", 302)]
        assert told(response) == [
            "“A meeting” has changed since you opened it. This is its present state. "
            "Your remark was: Which day?"
        ]
        workflow.send_back(event, reviewer.user, "Which day?")
        response = reviewer.post(f"/admin/review/{newer.pk}/", {"approve": "1"}, follow=True)
        assert response.redirect_chain == [(address(event), 302)]
        assert workflow.open_revision(event).state == "rejected"

    def test_who_gave_their_change_up_may_review_anothers(self, colleagues):
        reviewer, editor = colleagues["reviewer"].user, colleagues["editor"].user
        event = EventFactory(published=True)
        revise(event)
        for user in (reviewer, editor):
            workflow.change_pending(
                event, lambda row: Event.objects.filter(pk=row.pk).update(place="Here"), user, "Why"
            )
            if user == reviewer:
                workflow.discard(event, user)
        workflow.submit(event, editor)
        queue = colleagues["reviewer"].get("/admin/review/").context["page"]
        assert [(row, row.mine) for row in queue] == [(workflow.open_revision(event), True)]
        assert workflow.approve(event, reviewer).approved

    def test_giving_up_is_offered_to_the_author_and_to_who_reviews(self, colleagues, pair):
        event = EventFactory(relation=pair, published=True)
        revise(event)
        workflow.change_pending(
            event,
            lambda row: Event.objects.filter(pk=row.pk).update(place="Here"),
            UserFactory(role="Editor"),
            "Why",
        )
        offered = {
            role: "Discard this change" in client.get(address(event)).content.decode()
            for role, client in colleagues.items()
        }
        assert offered == {
            "editor": False,
            "reviewer": True,
            "publisher": True,
            "administrator": True,
        }

    def test_a_merged_draft_is_nobodys_task_any_more(self, colleagues, pair):
        user = colleagues["editor"].user
        kept, other = (written(user, relation=pair, title=title) for title in ("One", "Other"))
        merge(kept, other, user, "The same")
        rows = colleagues["editor"].get("/admin/").context["desk"]["drafts"]["rows"]
        assert [row.record.title for row in rows] == ["One"]


class TestWithdrawn:
    def test_one_alone_brings_nothing_back(self, colleagues, pair):
        event = EventFactory(title="A meeting", relation=pair, published=True)
        CitationFactory(record=event)
        withdraw(event, None, "A mistake")
        form = {"action": "publish_selected", "_selected_action": [event.pk]}
        response = colleagues["publisher"].post("/admin/relations/event/", form, follow=True)
        assert told(response) == [
            "“A meeting” was withdrawn: save it again with a reason, for another person to review."
        ]
        event.refresh_from_db()
        assert event.state == "withdrawn"
        # As it is it can be handed over, and another publishes it.
        form = typed(colleagues["editor"].get(address(event)))
        form |= {"reason": "It was right", "_submit": "1"}
        assert colleagues["editor"].post(address(event), form).status_code == 302
        colleagues["publisher"].post(
            "/admin/relations/event/",
            {"action": "publish_selected", "_selected_action": [event.pk]},
        )
        event.refresh_from_db()
        assert event.state == "published"
        assert event.revisions.live().first().reason == "It was right"

    def test_an_editor_gives_no_withdrawn_address_to_another_record(self, colleagues, pair):
        public = EventFactory(relation=pair, published=True)
        withdraw(public, None, "A mistake")
        own = written(colleagues["editor"].user, relation=pair)
        page = f"/admin/merge/event/?id={public.pk}&id={own.pk}"
        assert colleagues["editor"].get(page).status_code == 403
        response = colleagues["publisher"].post(page, {"kept": own.pk, "reason": "The same"})
        assert "Readers have seen only one of them: that one has to stay." in str(
            response.context["form"].errors
        )


class TestWhatReadersSee:
    """What published records rest on is changed by those who publish."""

    def rows(self, published):
        pair, source = RelationFactory(), SourceFactory()
        passage = PassageFactory(source=source)
        event = EventFactory(relation=pair, published=published)
        CitationFactory(record=event, source=source, passage=passage)
        person, body = PersonFactory(), OrganizationFactory()
        ParticipationFactory(record=event, person=person)
        ParticipationFactory(record=event, person=None, organization=body)
        return [pair, source, passage, person, body]

    @pytest.mark.parametrize(("published", "editors"), [(False, 302), (True, 403)])
    def test_an_editor_changes_it_only_before(self, colleagues, published, editors):
        for row in self.rows(published):
            sent = typed(colleagues["publisher"].get(address(row)))
            assert colleagues["editor"].get(address(row)).status_code == 200
            assert colleagues["editor"].post(address(row), sent).status_code == editors, row
            assert colleagues["publisher"].post(address(row), sent).status_code == 302, row

    def test_a_published_figure_counts_too(self, colleagues):
        source = FigureFactory(published=True).source
        assert workflow.readers_see(source)
        assert not workflow.readers_see(FigureFactory().source)

    def test_a_party_of_a_published_treaty_counts_too(self):
        public = PartyFactory(organization=OrganizationFactory(), treaty__published=True)
        hidden = PartyFactory(organization=OrganizationFactory())
        seen = [workflow.readers_see(row.organization) for row in (public, hidden)]
        assert seen == [True, False]

    @pytest.mark.parametrize(("published", "status"), [(False, 302), (True, 403)])
    def test_an_editor_merges_people_only_before(self, colleagues, published, status):
        person, other = PersonFactory(), PersonFactory()
        event = EventFactory(published=published)
        ParticipationFactory(record=event, person=person)
        page = f"/admin/merge/person/?id={person.pk}&id={other.pk}"
        response = colleagues["editor"].post(page, {"kept": other.pk, "reason": "The same"})
        assert response.status_code == status
        assert Person.objects.count() == (2 if published else 1)


class TestFigures:
    def test_others_and_those_of_lists_are_deleted_by_who_reviews(self, colleagues):
        editor = colleagues["editor"]
        own, others, listed, waiting = (FigureFactory() for _number in range(4))
        for figure, user in ((own, editor.user), (others, UserFactory()), (waiting, editor.user)):
            revise(figure, user)
        workflow.submit(waiting, editor.user)
        found = [delete(editor, row) for row in (own, others, listed, waiting)]
        assert found == [302, 403, 403, 403]
        assert delete(colleagues["reviewer"], others) == 302

    def test_what_another_submitted_is_published_from_its_form(self, colleagues):
        figure = FigureFactory()
        figure.refresh_from_db()
        revise(figure, colleagues["editor"].user)
        workflow.submit(figure, colleagues["editor"].user)
        pages = {
            role: colleagues[role].get(address(figure)).content.decode()
            for role in ("editor", "publisher")
        }
        assert 'name="_publish"' not in pages["editor"]
        assert 'name="_publish"' in pages["publisher"]
        # Saving it as it is makes nobody its author.
        page, publisher = address(figure), colleagues["publisher"]
        assert publisher.post(page, typed(publisher.get(page))).status_code == 302
        sent = typed(publisher.get(page)) | {"_publish": "1"}
        publisher.post(page, sent)
        figure.refresh_from_db()
        assert figure.state == "published"

    def test_who_changes_it_while_publishing_has_written_it(self, colleagues):
        figure = FigureFactory()
        figure.refresh_from_db()
        revise(figure, colleagues["editor"].user)
        workflow.submit(figure, colleagues["editor"].user)
        page, publisher = address(figure), colleagues["publisher"]
        sent = typed(publisher.get(page)) | {"value": "7", "_publish": "1"}
        response = publisher.post(page, sent, follow=True)
        assert told(response) == [
            f"“{figure}” has not been submitted for review. It is saved, but not published.",
            *told(response)[2:],
        ]
        figure.refresh_from_db()
        assert (figure.state, figure.value) == ("draft", 7)

    def test_a_correction_needs_a_reason_and_a_second_person_and_what_was_said_stays(
        self, colleagues, client
    ):
        figure = FigureFactory(value="598470000", scale=6, published=True, as_stated="598.47")
        page, publisher = address(figure), colleagues["publisher"]
        sent = typed(publisher.get(page)) | {"value": "589470000", "as_stated": "589.47"}
        response = publisher.post(page, sent)
        assert response.context["adminform"].form.errors == {
            "reason": ["Readers have seen this: say why it changes."]
        }
        publisher.post(page, sent | {"reason": "Two digits were swapped", "_submit": "1"})
        figure.refresh_from_db()
        assert (figure.value, figure.state) == (598470000, "published")
        assert "Two digits" not in client.get(figure.get_absolute_url()).content.decode()
        publish_selected(publisher, figure)
        figure.refresh_from_db()
        assert figure.value == 598470000
        review = f"/admin/review/figure/{figure.pk}/"
        changed = colleagues["reviewer"].get(review).context["changes"]
        assert [(row.field, row.before, row.after) for row in changed] == [
            ("As stated", "598.47", "589.47"),
            ("Value", "598470000.0000", "589470000.0000"),
        ]
        seen = workflow.open_revision(figure).pk
        colleagues["reviewer"].post(review, {"approve": "1", "revision": seen})
        publish_selected(publisher, figure)
        figure.refresh_from_db()
        assert (figure.value, figure.version) == (589470000, 2)
        first, second = figure.revisions.order_by("number")
        assert (first.author, first.reason, first.snapshot["record"]["value"]) == (
            None, "", "598470000.0000",
        )  # fmt: skip
        assert (second.author, second.reviewer) == (publisher.user, colleagues["reviewer"].user)
        shown = client.get(figure.get_absolute_url()).content.decode()
        assert "Two digits were swapped" in shown
        assert "<del>598470000.0000</del>" in shown

    def test_a_takedown_leaves_no_words_of_the_source_in_what_a_figure_said_before(self, client):
        figure = FigureFactory(published=True, as_stated="598.47", source__rights="quote")
        workflow.save_pending(
            figure, changed(figure, as_stated="589.47"), UserFactory(), "Two digits were swapped"
        )
        take_down(figure.source)
        assert [row.snapshot["record"]["as_stated"] for row in figure.revisions.all()] == ["", ""]

    def test_saved_as_it_is_nothing_is_kept(self, colleagues):
        figure = FigureFactory(published=True)
        sent = typed(colleagues["publisher"].get(address(figure)))
        assert colleagues["publisher"].post(address(figure), sent).status_code == 302
        assert not FigureRevision.objects.exists()

    def test_an_editor_may_propose_a_correction_and_discard_it(self, colleagues):
        figure, editor = FigureFactory(published=True), colleagues["editor"]
        sent = typed(editor.get(address(figure))) | {"value": "7", "reason": "A misprint"}
        assert editor.post(address(figure), sent).status_code == 302
        assert workflow.open_revision(figure).author == editor.user
        assert typed(editor.get(address(figure)))["value"] == "7.0000"
        editor.post(address(figure, "drop"))
        assert workflow.open_revision(figure) is None


def changed(figure, **values):
    content = full_snapshot(figure)
    return content | {"record": content["record"] | values}


def publish_selected(client, figure):
    form = {"action": "publish_selected", "_selected_action": [figure.pk]}
    return client.post("/admin/trade/figure/", form, follow=True)


class TestWords:
    def test_a_list_says_only_what_it_did(self, colleagues, pair):
        event = EventFactory(title="A meeting", relation=pair)
        revise(event, UserFactory())
        form = {"action": "publish_selected", "_selected_action": [event.pk]}
        response = colleagues["publisher"].post("/admin/relations/event/", form, follow=True)
        assert told(response) == ["“A meeting” has not been submitted for review."]

    def test_a_published_record_without_a_change_says_so(self, colleagues, pair):
        event = EventFactory(title="A meeting", relation=pair, published=True)
        form = {"action": "submit_selected", "_selected_action": [event.pk]}
        response = colleagues["editor"].post("/admin/relations/event/", form, follow=True)
        assert told(response) == ["“A meeting” is published and has no pending change."]

    def test_who_saves_what_waits_in_review_is_told_that_it_waits_no_longer(self, colleagues, pair):
        event = EventFactory(title="A meeting", relation=pair)
        revise(event, colleagues["editor"].user)
        workflow.submit(event, colleagues["editor"].user)
        form = change_form(event, title="The meeting")
        response = colleagues["reviewer"].post(address(event), form, follow=True)
        assert told(response)[0] == (
            "It waited in review and is a draft again: submit it once more."
        )

    def test_an_account_with_a_role_that_cannot_sign_in_is_told_of(self, colleagues):
        user = UserFactory(username="new", role="Editor", is_staff=False)
        client = colleagues["administrator"]
        response = client.post(address(user), typed(client.get(address(user))), follow=True)
        assert "“new” has a role but not the staff status, and cannot sign in to the desk." in told(
            response
        )

    def test_a_second_factor_that_is_not_there_is_not_said_to_be_removed(self, colleagues):
        user = UserFactory(role="Editor")
        form = {"action": "remove_second_factors", "_selected_action": [user.pk]}
        response = colleagues["administrator"].post("/admin/auth/user/", form, follow=True)
        assert told(response) == ["0 have none now, and set up new ones when they sign in next."]


def test_a_passage_is_changed_in_the_desk_by_who_publishes_once_readers_see_it(colleagues):
    passage = PassageFactory(quote="As it stands")
    CitationFactory(record=EventFactory(published=True), source=passage.source, passage=passage)
    sent = {"quote": "Entirely invented", "locator": passage.locator, "source": passage.source_id}
    assert colleagues["editor"].post(address(passage), sent).status_code == 403
    assert Passage.objects.get().quote == "As it stands"
