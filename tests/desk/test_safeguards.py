"""No published data changes by one person alone, and nobody's work is lost."""

import pytest
from lxml import html

from core.snapshot import full_snapshot
from relations import workflow
from relations.duplicates import add_citations
from relations.merging import merge
from relations.models import Citation, Event, Person, Revision
from relations.publication import revise
from relations.release import readers_see
from relations.takedown import take_down
from sources.models import Passage
from tests.desk.test_review import address, change_form, shown_messages
from tests.desk.test_two_editors import form_data
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


def draft_by(user, **values):
    """A draft of an event with its evidence, by a user."""
    event = EventFactory(**values)
    CitationFactory(record=event)
    revise(event, user)
    return event


def pact(user, **values):
    """A draft of a treaty with a signature by one party, with evidence, by a user."""
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
    def test_every_treaty_can_be_saved_unchanged_and_offers_each_party_once(self, colleagues, base):
        for treaty in Treaty.objects.all():
            response = colleagues["editor"].get(address(treaty))
            for choice in html.fromstring(response.content.decode()).xpath(
                "//select[starts-with(@name, 'actions-') and contains(@name, '-party')]"
            ):
                offered = [option for option in choice.value_options if option]
                assert sorted(offered) == sorted(str(row.pk) for row in treaty.parties.all())
            sent = form_data(response) | {"reason": "Why"}
            assert colleagues["editor"].post(address(treaty), sent).status_code == 302, treaty

    def test_deleting_a_draft_deletes_its_parts(self, colleagues):
        editor = colleagues["editor"]
        event, treaty = draft_by(editor.user), pact(editor.user)
        assert [delete(editor, row) for row in (event, treaty)] == [302, 302]
        assert not Revision.objects.exists()
        assert not Citation.objects.exists()


class TestSteps:
    def test_changing_a_step_returns_its_approved_treaty_to_draft(self, colleagues):
        treaty = pact(colleagues["editor"].user)
        workflow.submit(treaty, colleagues["editor"].user)
        workflow.approve(treaty, colleagues["reviewer"].user)
        step = treaty.actions.get()
        sent = form_data(colleagues["editor"].get(address(step))) | {"date": "1999"}
        response = colleagues["editor"].post(address(step), sent, follow=True)
        assert (
            "It was in review and is a draft again. Submit it for review again."
            in shown_messages(response)
        )
        treaty.refresh_from_db()
        revision = workflow.open_revision(treaty)
        assert (treaty.state, revision.state) == ("draft", "draft")
        assert revision.snapshot["actions"][0]["date"] == "1999"
        with pytest.raises(workflow.StepRefused, match="has not been submitted for review"):
            workflow.publish(treaty, colleagues["publisher"].user)

    @pytest.mark.parametrize("take", [workflow.submit, workflow.publish])
    def test_a_step_cannot_be_published_before_its_treaty(self, colleagues, take):
        step = pact(colleagues["editor"].user).actions.get()
        with pytest.raises(workflow.StepRefused, match="is published with “Pact”"):
            take(step, colleagues["administrator"].user)
        step.refresh_from_db()
        assert step.state == "draft"


class TestReview:
    def test_adding_a_citation_revokes_the_approval_but_stays_in_review(self, colleagues):
        first, second = colleagues["editor"].user, UserFactory(role="Editor")
        event = draft_by(first)
        workflow.submit(event, first)
        workflow.approve(event, colleagues["reviewer"].user)
        (new,) = add_citations(event, [Citation(source=SourceFactory(), locator="p2")], second)
        event.refresh_from_db()
        revision = workflow.open_revision(event)
        assert (event.state, revision.state, revision.approved) == ("in_review", "pending", False)
        assert workflow.authors(event) == {first.pk, second.pk}
        assert new in event.citations.all()

    def test_an_outdated_review_redirects_and_returns_the_remark(self, colleagues):
        editor, reviewer = colleagues["editor"], colleagues["reviewer"]
        event = draft_by(editor.user, title="A meeting")
        page = f"/admin/review/{workflow.submit(event, editor.user).pk}/"
        event.refresh_from_db()
        revise(event, editor.user)
        newer = workflow.open_revision(event)
        response = reviewer.post(page, {"back": "1", "remark": "Which day?"}, follow=True)
        assert response.redirect_chain == [(f"/admin/review/{newer.pk}/", 302)]
        assert shown_messages(response) == [
            "“A meeting” has changed since you opened it. This is its current state. "
            "Your remark was: Which day?"
        ]
        workflow.send_back(event, reviewer.user, "Which day?")
        response = reviewer.post(f"/admin/review/{newer.pk}/", {"approve": "1"}, follow=True)
        assert response.redirect_chain == [(address(event), 302)]
        assert workflow.open_revision(event).state == "rejected"

    def test_users_who_discarded_their_change_may_review_another(self, colleagues):
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

    def test_authors_and_reviewers_can_discard_a_change(self, colleagues, pair):
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

    def test_a_merged_draft_is_on_no_task_list(self, colleagues, pair):
        user = colleagues["editor"].user
        kept, other = (draft_by(user, relation=pair, title=title) for title in ("One", "Other"))
        merge(kept, other, user, "The same")
        rows = colleagues["editor"].get("/admin/").context["desk"]["drafts"]["rows"]
        assert [row.record.title for row in rows] == ["One"]


class TestWithdrawnRecords:
    def test_republishing_a_withdrawn_record_takes_two_people(self, colleagues, pair):
        event = EventFactory(title="A meeting", relation=pair, published=True)
        CitationFactory(record=event)
        withdraw(event, None, "A mistake")
        form = {"action": "publish_selected", "_selected_action": [event.pk]}
        response = colleagues["publisher"].post("/admin/relations/event/", form, follow=True)
        assert shown_messages(response) == [
            "“A meeting” has been withdrawn. Save it again with a reason, so that somebody else "
            "can review it."
        ]
        event.refresh_from_db()
        assert event.state == "withdrawn"
        # Saved unchanged it can be submitted, and another user publishes it.
        form = form_data(colleagues["editor"].get(address(event)))
        form |= {"reason": "It was right", "_submit": "1"}
        assert colleagues["editor"].post(address(event), form).status_code == 302
        colleagues["publisher"].post(
            "/admin/relations/event/",
            {"action": "publish_selected", "_selected_action": [event.pk]},
        )
        event.refresh_from_db()
        assert event.state == "published"
        assert event.revisions.live().first().reason == "It was right"

    def test_an_editor_cannot_merge_a_withdrawn_record_into_a_draft(self, colleagues, pair):
        public = EventFactory(relation=pair, published=True)
        withdraw(public, None, "A mistake")
        own = draft_by(colleagues["editor"].user, relation=pair)
        page = f"/admin/merge/event/?id={public.pk}&id={own.pk}"
        assert colleagues["editor"].get(page).status_code == 403
        response = colleagues["publisher"].post(page, {"kept": own.pk, "reason": "The same"})
        assert "Readers have seen only one of them. Keep that one." in str(
            response.context["form"].errors
        )


class TestRowsInUse:
    """Only publishers change rows that published records refer to."""

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
    def test_an_editor_can_change_a_row_only_before_publication(
        self, colleagues, published, editors
    ):
        for row in self.rows(published):
            sent = form_data(colleagues["publisher"].get(address(row)))
            assert colleagues["editor"].get(address(row)).status_code == 200
            assert colleagues["editor"].post(address(row), sent).status_code == editors, row
            assert colleagues["publisher"].post(address(row), sent).status_code == 302, row

    def test_a_source_of_a_published_figure_is_in_use(self, colleagues):
        source = FigureFactory(published=True).source
        assert readers_see(source)
        assert not readers_see(FigureFactory().source)

    def test_a_party_of_a_published_treaty_is_in_use(self):
        public = PartyFactory(organization=OrganizationFactory(), treaty__published=True)
        hidden = PartyFactory(organization=OrganizationFactory())
        seen = [readers_see(row.organization) for row in (public, hidden)]
        assert seen == [True, False]

    @pytest.mark.parametrize(("published", "status"), [(False, 302), (True, 403)])
    def test_an_editor_can_merge_people_only_before_publication(
        self, colleagues, published, status
    ):
        person, other = PersonFactory(), PersonFactory()
        event = EventFactory(published=published)
        ParticipationFactory(record=event, person=person)
        page = f"/admin/merge/person/?id={person.pk}&id={other.pk}"
        response = colleagues["editor"].post(page, {"kept": other.pk, "reason": "The same"})
        assert response.status_code == status
        assert Person.objects.count() == (2 if published else 1)


class TestFigures:
    def test_editors_can_delete_only_their_own_draft_figures(self, colleagues):
        editor = colleagues["editor"]
        own, others, listed, waiting = (FigureFactory() for _number in range(4))
        for figure, user in ((own, editor.user), (others, UserFactory()), (waiting, editor.user)):
            revise(figure, user)
        workflow.submit(waiting, editor.user)
        found = [delete(editor, row) for row in (own, others, listed, waiting)]
        assert found == [302, 403, 403, 403]
        assert delete(colleagues["reviewer"], others) == 302

    def test_a_publisher_can_publish_a_submitted_figure_from_its_form(self, colleagues):
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
        # Saving it unchanged makes nobody its author.
        page, publisher = address(figure), colleagues["publisher"]
        assert publisher.post(page, form_data(publisher.get(page))).status_code == 302
        sent = form_data(publisher.get(page)) | {"_publish": "1"}
        publisher.post(page, sent)
        figure.refresh_from_db()
        assert figure.state == "published"

    def test_changing_a_figure_while_publishing_makes_the_publisher_an_author(self, colleagues):
        figure = FigureFactory()
        figure.refresh_from_db()
        revise(figure, colleagues["editor"].user)
        workflow.submit(figure, colleagues["editor"].user)
        page, publisher = address(figure), colleagues["publisher"]
        sent = form_data(publisher.get(page)) | {"value": "7", "_publish": "1"}
        response = publisher.post(page, sent, follow=True)
        said = f"“{figure}” has not been submitted for review. It is saved, but not published."
        assert said in shown_messages(response)
        assert "“7” is understood as 7 US dollars." in shown_messages(response)
        figure.refresh_from_db()
        assert (figure.state, figure.value) == ("draft", 7)

    def test_a_correction_needs_a_reason_and_a_reviewer_and_keeps_the_old_value(
        self, colleagues, client
    ):
        figure = FigureFactory(value="598470000", scale=6, published=True, as_stated="598.47")
        page, publisher = address(figure), colleagues["publisher"]
        sent = form_data(publisher.get(page)) | {"value": "589.47 million", "as_stated": "589.47"}
        response = publisher.post(page, sent)
        assert response.context["adminform"].form.errors == {
            "reason": ["Readers have seen this. Give a reason for the change."]
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
            ("Value in whole units", "598,470,000", "589,470,000"),
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
        assert "<del>598,470,000</del>" in shown

    def test_a_takedown_erases_words_in_earlier_versions_of_a_figure(self, client):
        figure = FigureFactory(published=True, as_stated="598.47", source__rights="quote")
        workflow.save_pending(
            figure,
            changed_snapshot(figure, as_stated="589.47"),
            UserFactory(),
            "Two digits were swapped",
        )
        take_down(figure.source)
        assert [row.snapshot["record"]["as_stated"] for row in figure.revisions.all()] == ["", ""]

    def test_saving_a_figure_unchanged_makes_no_revision(self, colleagues):
        figure = FigureFactory(published=True)
        sent = form_data(colleagues["publisher"].get(address(figure)))
        assert colleagues["publisher"].post(address(figure), sent).status_code == 302
        assert not FigureRevision.objects.exists()

    def test_an_editor_can_propose_and_discard_a_correction(self, colleagues):
        figure, editor = FigureFactory(published=True), colleagues["editor"]
        sent = form_data(editor.get(address(figure))) | {"value": "7", "reason": "A misprint"}
        assert editor.post(address(figure), sent).status_code == 302
        assert workflow.open_revision(figure).author == editor.user
        assert form_data(editor.get(address(figure)))["value"] == "7"
        editor.post(address(figure, "drop"))
        assert workflow.open_revision(figure) is None


def changed_snapshot(figure, **values):
    content = full_snapshot(figure)
    return content | {"record": content["record"] | values}


def publish_selected(client, figure):
    form = {"action": "publish_selected", "_selected_action": [figure.pk]}
    return client.post("/admin/trade/figure/", form, follow=True)


class TestMessages:
    def test_a_list_action_reports_only_what_it_did(self, colleagues, pair):
        event = EventFactory(title="A meeting", relation=pair)
        revise(event, UserFactory())
        form = {"action": "publish_selected", "_selected_action": [event.pk]}
        response = colleagues["publisher"].post("/admin/relations/event/", form, follow=True)
        assert shown_messages(response) == ["“A meeting” has not been submitted for review."]

    def test_submitting_a_published_record_without_a_change_says_so(self, colleagues, pair):
        event = EventFactory(title="A meeting", relation=pair, published=True)
        form = {"action": "submit_selected", "_selected_action": [event.pk]}
        response = colleagues["editor"].post("/admin/relations/event/", form, follow=True)
        assert shown_messages(response) == ["“A meeting” is published and has no pending change."]

    def test_saving_a_record_under_review_returns_it_to_draft_with_a_notice(self, colleagues, pair):
        event = EventFactory(title="A meeting", relation=pair)
        revise(event, colleagues["editor"].user)
        workflow.submit(event, colleagues["editor"].user)
        form = change_form(event, title="The meeting")
        response = colleagues["reviewer"].post(address(event), form, follow=True)
        assert shown_messages(response)[0] == (
            "It was in review and is a draft again. Submit it for review again."
        )

    def test_removing_a_missing_second_factor_reports_none_removed(self, colleagues):
        user = UserFactory(role="Editor")
        form = {"action": "remove_second_factors", "_selected_action": [user.pk]}
        response = colleagues["administrator"].post("/admin/auth/user/", form, follow=True)
        assert shown_messages(response) == [
            "The second factors of 0 accounts are removed. Their users set up new ones at the next "
            "sign-in."
        ]


def test_only_publishers_can_change_a_passage_that_readers_see(colleagues):
    passage = PassageFactory(quote="As it stands")
    CitationFactory(record=EventFactory(published=True), source=passage.source, passage=passage)
    sent = {"quote": "Entirely invented", "locator": passage.locator, "source": passage.source_id}
    assert colleagues["editor"].post(address(passage), sent).status_code == 403
    assert Passage.objects.get().quote == "As it stands"
