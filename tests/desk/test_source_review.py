"""The page on which all pending changes that cite one source are reviewed and published."""

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override
from lxml import html

from core.snapshot import snapshot
from desk import source_review
from desk.review_items import review_items
from relations import workflow
from relations.models import Event
from sources.models import Passage, SourceText
from tests.factories import (
    CitationFactory,
    EventFactory,
    FigureFactory,
    PersonFactory,
    SourceFactory,
    TradedGoodFactory,
    TreatyActionFactory,
    TreatyFactory,
)
from trade.models import Figure

pytestmark = pytest.mark.django_db

TEXT = """They met in Baku. The council was founded there. Trade reached 5 million dollars.

The pact was signed on 3 May 2024."""


@pytest.fixture
def source():
    source = SourceFactory(title="Communiqué", rights="public_domain")
    SourceText.objects.create(source=source, text=TEXT)
    return source


def passage(source, words, locator, paragraph=1, sentence=1):
    row = Passage(
        source=source, locator=locator, quote=words, paragraph=paragraph, sentence=sentence
    )
    row.full_clean()
    row.save()
    return row


def submitted(record, user, reason=""):
    workflow.save_draft(record, user, reason)
    workflow.submit(type(record).objects.get(pk=record.pk), user)
    return record


@pytest.fixture
def event(source, colleagues):
    event = EventFactory(title="The council was founded", date="2024")
    words = passage(source, "The council was founded there.", "p1s2", sentence=2)
    CitationFactory(record=event, source=source, passage=words)
    where = passage(source, "They met in Baku. The council was founded", "p1s1")
    CitationFactory(record=event, source=source, passage=where, field="date")
    return submitted(event, colleagues["editor"].user)


@pytest.fixture
def treaty(source, colleagues):
    treaty = TreatyFactory(title="Pact", date="2024-05-03")
    action = TreatyActionFactory(treaty=treaty, date="2024-05-03")
    words = passage(source, "signed on 3 May 2024", "p2s1", 2)
    CitationFactory(record=action, source=source, passage=words)
    CitationFactory(record=treaty, source=source, passage=words)
    return submitted(treaty, colleagues["editor"].user)


@pytest.fixture
def figure(source, colleagues):
    words = passage(source, "Trade reached 5 million dollars.", "p1s3", sentence=3)
    figure = FigureFactory(source=source, passage=words, value="5000000")
    return submitted(figure, colleagues["editor"].user)


def address(source):
    return f"/admin/review/document/{source.pk}/"


def token(record):
    revision = workflow.open_revision(record)
    return f"{record.common()._meta.model_name}-{record.pk}-{revision.pk}"


def text_of(node) -> str:
    return " ".join(node.text_content().split())


def shown(response) -> list:
    """The changes on a page, as sections."""
    page = html.fromstring(response.content.decode())
    return page.xpath("//section[@class='review-item']")


def names(response) -> list[str]:
    return [text_of(item.xpath("./h2")[0]) for item in shown(response)]


def shown_messages(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


class TestPage:
    def test_changes_stand_in_the_order_of_the_text(
        self, colleagues, source, treaty, figure, event
    ):
        other = submitted(EventFactory(), colleagues["editor"].user)
        CitationFactory(record=other)
        page = colleagues["reviewer"].get(address(source))
        assert names(page) == ["The council was founded", str(figure), "Pact"]

    def test_each_value_stands_beside_its_words_in_their_sentences(self, colleagues, source, event):
        (item,) = shown(colleagues["reviewer"].get(address(source)))
        groups = [
            [text_of(side) for side in one] for one in item.xpath(".//div[@class='evidence']")
        ]
        assert groups == [
            [
                "Date 2024",
                "paragraph 1, sentences 1–2 They met in Baku. The council was founded there.",
            ],
            [
                f"Title The council was founded Relation {event.relation} Type meeting",
                "paragraph 1, sentence 2 The council was founded there.",
            ],
        ]
        marked = [text_of(mark) for mark in item.xpath(".//mark")]
        assert marked == [
            "They met in Baku. The council was founded",
            "The council was founded there.",
        ]

    def test_steps_of_a_treaty_have_values_and_words_of_their_own(self, colleagues, source, treaty):
        (item,) = shown(colleagues["reviewer"].get(address(source)))
        assert [text_of(one) for one in item.xpath(".//h3")] == [
            "Treaty action: signature, 3 May 2024"
        ]
        step = item.xpath(".//div[@class='evidence']")[-1]
        assert text_of(step) == (
            "Date 3 May 2024 Action signature paragraph 2, sentence 1 The pact was signed on "
            "3 May 2024."
        )

    def test_missing_evidence_is_shown_with_its_record(self, colleagues, source, event):
        event.citations.filter(field="").delete()
        workflow.save_draft(event, colleagues["editor"].user, "")
        workflow.submit(event, colleagues["editor"].user)
        (item,) = shown(colleagues["reviewer"].get(address(source)))
        lacking = [text_of(one) for one in item.xpath(".//ul[@class='errorlist']/li")]
        assert lacking == ["“The council was founded”: no citation supports event_type."]

    def test_a_change_of_a_published_record_shows_both_values_and_new_evidence(
        self, colleagues, source
    ):
        event = EventFactory(title="A meeting", date="2023", published=True)
        words = passage(source, "They met in Baku.", "p1s1")

        def change(row):
            row.title = "The meeting"
            row.save()
            CitationFactory(record=row, source=source, passage=words, field="date")

        workflow.change_pending(event, change, colleagues["editor"].user, "By the communiqué")
        workflow.submit(event, colleagues["editor"].user)
        (item,) = shown(colleagues["reviewer"].get(address(source)))
        groups = [text_of(one) for one in item.xpath(".//div[@class='evidence']")]
        assert groups[0] == (
            "Date 2023 (unchanged; new evidence) paragraph 1, sentence 1 They met in Baku."
        )
        assert groups[1].startswith("Title A meeting The meeting Source ")
        assert "a change to version 1" in text_of(item)
        assert "Reason: By the communiqué" in text_of(item)

    def test_only_editors_see_it_and_an_unknown_source_is_a_404(self, client, colleagues, source):
        assert client.get(address(source)).status_code == 302
        assert colleagues["editor"].get("/admin/review/document/999999/").status_code == 404
        page = colleagues["editor"].get(address(source)).content.decode()
        assert "No change that cites this source is in review." in page

    def test_the_queue_the_source_and_the_review_of_a_record_link_to_it(
        self, colleagues, source, event
    ):
        revision = workflow.open_revision(event)
        for page in (
            "/admin/review/",
            f"/admin/review/{revision.pk}/",
            f"/admin/sources/source/{source.pk}/change/",
        ):
            shown = html.fromstring(colleagues["reviewer"].get(page).content.decode())
            assert len(shown.xpath(f"//a[@href='{address(source)}']")) == 1, page

    def test_the_number_of_queries_does_not_grow_with_the_changes(
        self, colleagues, source, django_assert_max_num_queries
    ):
        editor = colleagues["editor"].user

        def add(count):
            for number in range(count):
                event = EventFactory()
                CitationFactory(record=event, source=source, locator=f"page {number}")
                submitted(event, editor)
                submitted(FigureFactory(source=source), editor)
                submitted(TradedGoodFactory(source=source), editor)
                treaty = TreatyFactory()
                action = TreatyActionFactory(treaty=treaty)
                for record in (treaty, action):
                    CitationFactory(record=record, source=source)
                submitted(treaty, editor)

        def queries() -> int:
            with CaptureQueriesContext(connection) as context:
                response = colleagues["publisher"].get(address(source))
            assert response.status_code == 200
            return len(context)

        add(1)
        queries()
        few = queries()
        add(6)
        assert queries() == few
        assert few < 80

    def test_more_changes_than_a_page_holds_are_counted(
        self, colleagues, source, event, figure, monkeypatch
    ):
        monkeypatch.setattr(source_review, "SHOWN", 1)
        page = colleagues["publisher"].get(address(source), {"p": 2})
        assert names(page) == [str(figure)]
        said = text_of(html.fromstring(page.content.decode()))
        assert "2 changes that cite this source are in review" in said
        assert "numbers 2 to 2 in the order of submission." in said
        data = {"publish_all": "", "seen": [token(figure)]}
        colleagues["publisher"].post(f"{address(source)}?p=2", data)
        assert Figure.objects.get(pk=figure.pk).state == "published"
        assert Event.objects.get(pk=event.pk).state == "in_review"


class TestSteps:
    def test_a_reviewer_approves_one_and_then_all(self, colleagues, source, event, figure, treaty):
        reviewer = colleagues["reviewer"]
        response = reviewer.post(address(source), {"approve": token(event)}, follow=True)
        assert shown_messages(response) == [
            "“The council was founded” is approved; a publisher can publish it."
        ]
        seen = [token(row) for row in (event, figure, treaty)]
        response = reviewer.post(address(source), {"approve_all": "", "seen": seen}, follow=True)
        assert shown_messages(response) == ["2 changes are approved; a publisher can publish them."]
        rows = [workflow.open_revision(row) for row in (event, figure, treaty)]
        assert [row.reviewer for row in rows] == [reviewer.user] * 3

    def test_a_publisher_publishes_all_in_one_click(
        self, colleagues, client, source, event, figure, treaty
    ):
        publisher = colleagues["publisher"]
        data = {"publish_all": "", "seen": [token(row) for row in (event, figure, treaty)]}
        response = publisher.post(address(source), data, follow=True)
        assert shown_messages(response) == ["3 changes are published."]
        assert client.get(event.get_absolute_url()).status_code == 200
        live = [row.revisions.live().get() for row in (event, figure, treaty)]
        people = {(row.author, row.reviewer, row.publisher) for row in live}
        assert people == {(colleagues["editor"].user, publisher.user, publisher.user)}

    def test_all_are_published_or_none(self, colleagues, source, event, figure):
        workflow.save_draft(figure, None, "")
        event.citations.filter(field="").delete()
        workflow.save_draft(event, colleagues["editor"].user, "")
        workflow.submit(event, colleagues["editor"].user)
        data = {"publish_selected": "", "row": [token(event), token(figure)]}
        response = colleagues["publisher"].post(address(source), data)
        assert response.status_code == 400
        assert shown_messages(response) == [
            "Nothing was done, because 1 of 2 changes was refused. The reason is shown with it."
        ]
        refusals = [item.refusals for item in response.context["items"]]
        assert refusals == [
            ["“The council was founded”: no citation supports event_type."],
            [],
        ]
        assert Figure.objects.get(pk=figure.pk).state == "in_review"
        assert [item.selected for item in response.context["items"]] == [True, True]

    def test_a_step_without_a_selection_says_so(self, colleagues, source, event):
        response = colleagues["publisher"].post(address(source), {"publish_selected": ""})
        assert (response.status_code, shown_messages(response)) == (
            400,
            ["Nothing was done: select at least one change."],
        )

    def test_ones_own_change_is_shown_but_cannot_be_approved(self, colleagues, source, event):
        own = EventFactory(title="Own")
        CitationFactory(record=own, source=source)
        reviewer = colleagues["reviewer"]
        submitted(own, reviewer.user)
        response = reviewer.get(address(source))
        (_event, item) = shown(response)
        assert "You wrote this yourself. Somebody else must review it." in text_of(item)
        assert item.xpath(".//button") == []
        assert "You wrote 1 of them; somebody else must approve it." in response.content.decode()
        seen = [token(event), token(own)]
        reviewer.post(address(source), {"approve_all": "", "seen": seen})
        approved = [workflow.open_revision(row).approved for row in (event, own)]
        assert approved == [True, False]
        response = reviewer.post(address(source), {"approve": token(own)})
        (refused,) = [item for item in response.context["items"] if item.refusals]
        assert refused.refusals == ["You wrote this yourself. Somebody else must review it."]

    def test_publish_all_leaves_out_own_changes_that_nobody_has_reviewed(
        self, colleagues, source, event
    ):
        administrator = colleagues["administrator"]
        approved, own = EventFactory(title="Approved"), EventFactory(title="Own")
        for row in (approved, own):
            CitationFactory(record=row, source=source)
            CitationFactory(record=row, source=source, field="date")
            submitted(row, administrator.user)
        workflow.approve(approved, colleagues["reviewer"].user)
        page = administrator.get(address(source)).content.decode()
        assert "Publish all (2)" in " ".join(page.split())
        seen = [token(row) for row in (event, approved, own)]
        administrator.post(address(source), {"publish_all": "", "seen": seen})
        states = [Event.objects.get(pk=row.pk).state for row in (event, approved, own)]
        assert states == ["published", "published", "in_review"]
        page = administrator.get(address(source)).content.decode()
        assert ("publish_all" in page, "publish_selected" in page) == (False, True)
        administrator.post(address(source), {"publish": token(own)})
        assert Event.objects.get(pk=own.pk).state == "published"

    def test_editors_and_reviewers_have_only_their_buttons(self, colleagues, source, event):
        (item,) = shown(colleagues["editor"].get(address(source)))
        assert item.xpath(".//button | .//textarea | .//input[@type='checkbox']") == []
        assert (
            colleagues["editor"].post(address(source), {"approve": token(event)}).status_code == 403
        )
        (item,) = shown(colleagues["reviewer"].get(address(source)))
        assert item.xpath(".//button/@name") == ["approve", "back"]
        (item,) = shown(colleagues["publisher"].get(address(source)))
        assert item.xpath(".//button/@name") == ["publish", "approve", "back"]

    def test_a_change_saved_since_is_named_and_nothing_is_done(
        self, colleagues, source, event, figure
    ):
        seen = [token(event), token(figure)]
        event.title = "The council was renamed"
        event.save()
        submitted(event, colleagues["editor"].user)
        data = {"publish_all": "", "seen": seen, f"record-{event.pk}-remark": "Which one?"}
        response = colleagues["publisher"].post(address(source), data)
        assert response.status_code == 409
        assert shown_messages(response) == [
            "“The council was renamed” has changed since you opened this page, so nothing was "
            "done. Check it again."
        ]
        first, second = response.context["items"]
        assert (first.refusals, second.refusals) == (["This is its current state."], [])
        assert "Which one?</textarea>" in response.content.decode()
        assert Figure.objects.get(pk=figure.pk).state == "in_review"

    def test_a_change_saved_while_the_step_is_taken_is_refused(
        self, colleagues, source, event, figure
    ):
        publisher = colleagues["publisher"].user
        items = review_items(
            [workflow.open_revision(row) for row in (event, figure)], publisher, source
        )
        event.title = "The council was renamed"
        event.save()
        submitted(event, colleagues["editor"].user)
        with pytest.raises(source_review.Refused) as refused:
            source_review.take_all("publish", items, publisher)
        assert refused.value.reasons == {
            items[0].token: [
                "“The council was founded” has changed since you opened it. Reload the page and "
                "review it again."
            ]
        }
        assert Figure.objects.get(pk=figure.pk).state == "in_review"

    @pytest.mark.parametrize("asked", ["", "x", "record-1-2-3", "figure-1-1", "record-9-\0"])
    def test_an_unknown_change_is_refused(self, colleagues, source, event, asked):
        response = colleagues["publisher"].post(address(source), {"publish": asked})
        assert (response.status_code, shown_messages(response)) == (
            409,
            ["This change is no longer in review."],
        )


class TestRemarks:
    def send_back(self, colleagues, source, record, **remarks):
        prefix = token(record).rpartition("-")[0]
        data = {f"{prefix}-{name}": text for name, text in remarks.items()}
        data["back"] = token(record)
        return colleagues["reviewer"].post(address(source), data, follow=True)

    def test_a_change_is_sent_back_with_remarks_at_fields_that_the_author_sees(
        self, colleagues, source, event
    ):
        remarks = {"at-date": "The text says 2023.", "at-title": "Shorter, please."}
        self.send_back(colleagues, source, event, **remarks)
        revision = workflow.open_revision(event)
        assert (revision.state, revision.remark) == ("rejected", "")
        assert revision.remarks == {"date": "The text says 2023.", "title": "Shorter, please."}
        form = html.fromstring(
            colleagues["editor"].get(f"/admin/relations/event/{event.pk}/change/").content.decode()
        )
        at_date = form.get_element_by_id("id_date_helptext")
        assert text_of(at_date).startswith("reviewer: The text says 2023.")
        assert "id_date_helptext" in form.get_element_by_id("id_date").get("aria-describedby")
        top = text_of(form.xpath("//div[@class='waiting']")[0])
        assert "Date: The text says 2023." in top
        desk = colleagues["editor"].get("/admin/").content.decode()
        assert "Date: The text says 2023." in text_of(html.fromstring(desk))

    def test_a_remark_at_a_step_is_shown_at_the_step(self, colleagues, source, treaty):
        (step,) = treaty.actions.all()
        self.send_back(colleagues, source, treaty, **{f"at-{step.slug}/date": "Which day?"})
        assert workflow.open_revision(treaty).remarks == {f"{step.slug}/date": "Which day?"}
        page = f"/admin/treaties/treaty/{treaty.pk}/change/"
        form = html.fromstring(colleagues["editor"].get(page).content.decode())
        at_step = text_of(form.get_element_by_id("id_actions-0-date_helptext"))
        assert at_step.startswith("reviewer: Which day?")
        waiting = text_of(form.xpath("//div[@class='waiting']")[0])
        assert "treaty action: signature, 3 May 2024 · Date: Which day?" in waiting

    def test_the_review_of_one_record_takes_remarks_at_fields_too(self, colleagues, event):
        page = f"/admin/review/{workflow.open_revision(event).pk}/"
        data = {"back": "1", "remark": "Check it.", "at-date": "2023?"}
        assert colleagues["reviewer"].post(page, data).status_code == 302
        revision = workflow.open_revision(event)
        assert (revision.remark, revision.remarks) == ("Check it.", {"date": "2023?"})

    def test_sending_back_without_any_remark_is_refused(self, colleagues, source, event):
        response = self.send_back(colleagues, source, event, remark=" ")
        assert response.status_code == 400
        (item,) = response.context["items"]
        assert item.refusals == ["Say what the author should do."]

    def test_a_remark_that_is_too_long_is_refused_and_kept(self, colleagues, source, event):
        response = self.send_back(colleagues, source, event, **{"at-date": "x" * 501})
        assert response.status_code == 400
        (item,) = response.context["items"]
        assert item.refusals == ["Ensure this value has at most 500 characters (it has 501)."]
        assert "x" * 501 in response.content.decode()

    def test_remarks_on_other_changes_stay_after_a_step(self, colleagues, source, event, figure):
        data = {"approve": token(event), f"figure-{figure.pk}-remark": "In euros?"}
        response = colleagues["reviewer"].post(address(source), data)
        assert response.status_code == 200
        assert "In euros?</textarea>" in response.content.decode()
        assert workflow.open_revision(event).approved


class TestMails:
    @pytest.fixture(autouse=True)
    def addresses(self, colleagues):
        for name in ("editor", "publisher"):
            user = colleagues[name].user
            user.email = f"{name}@example.org"
            user.save()

    def test_the_author_gets_one_mail_about_all_changes_of_a_step(
        self, colleagues, source, event, figure, settings, django_capture_on_commit_callbacks
    ):
        settings.SITE_URL = "https://relations.example"
        data = {"publish_all": "", "seen": [token(event), token(figure)]}
        with django_capture_on_commit_callbacks(execute=True):
            colleagues["publisher"].post(address(source), data)
        (sent,) = mail.outbox
        assert (sent.to, sent.subject) == (["editor@example.org"], "2 of your changes")
        assert sent.body == (
            "publisher has published “The council was founded”.\n\n"
            f"publisher has published “{figure}”.\n\n"
            "The status of your changes: https://relations.example/admin/"
        )

    def test_a_mail_about_a_change_that_is_sent_back_gives_the_remarks(
        self, colleagues, event, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True):
            reviewer = colleagues["reviewer"].user
            workflow.send_back(event, reviewer, "Check it.", {"date": "2023?"})
        (sent,) = mail.outbox
        assert sent.subject == "reviewer has sent “The council was founded” back to you."
        assert sent.body.splitlines()[1:] == ["Check it.", "Date: 2023?"]

    def test_nobody_gets_a_mail_about_steps_of_their_own_or_without_an_address(
        self, colleagues, source, event, django_capture_on_commit_callbacks
    ):
        own = EventFactory()
        CitationFactory(record=own)
        submitted(own, colleagues["publisher"].user)
        with django_capture_on_commit_callbacks(execute=True):
            workflow.approve(own, colleagues["reviewer"].user)
        assert len(mail.outbox) == 1
        workflow_user = colleagues["editor"].user
        workflow_user.email = ""
        workflow_user.save()
        with django_capture_on_commit_callbacks(execute=True):
            workflow.publish(own, colleagues["publisher"].user)
            workflow.approve(event, colleagues["reviewer"].user)
        assert len(mail.outbox) == 1

    def test_a_refused_step_sends_no_mail(
        self, colleagues, source, event, figure, django_capture_on_commit_callbacks
    ):
        data = {"publish": token(event)}
        event.citations.filter(field="").delete()
        with django_capture_on_commit_callbacks(execute=True):
            assert colleagues["publisher"].post(address(source), data).status_code == 400
        assert mail.outbox == []

    def test_mails_are_in_the_language_of_the_site(
        self, colleagues, django_capture_on_commit_callbacks
    ):
        person, editor = PersonFactory(public=True), colleagues["editor"].user
        values = {"record": snapshot(person) | {"name": "New name"}}
        workflow.save_pending(person, values, editor, "Misspelt")
        workflow.submit(person, editor)
        with django_capture_on_commit_callbacks(execute=True), override("ru"):
            workflow.send_back(person, colleagues["reviewer"].user, "", {"name": "Who says so?"})
        assert "Name: Who says so?" in mail.outbox[0].body

    def test_a_failing_mail_server_is_logged_and_fails_no_step(
        self, colleagues, event, settings, caplog, django_capture_on_commit_callbacks
    ):
        settings.EMAIL_BACKEND = "tests.desk.test_source_review.FailingBackend"
        with django_capture_on_commit_callbacks(execute=True):
            workflow.approve(event, colleagues["reviewer"].user)
        assert workflow.open_revision(event).approved
        assert "No mail could be sent to 1 authors." in caplog.text


class FailingBackend(BaseEmailBackend):
    def send_messages(self, email_messages):
        raise ConnectionRefusedError


class TestSubmissions:
    def standing(self, colleagues) -> list[str]:
        page = html.fromstring(colleagues["editor"].get("/admin/").content.decode())
        section = page.xpath("//section[@aria-labelledby='desk-submissions']")[0]
        return [text_of(one) for one in (*section.xpath("./h2"), *section.xpath("./ul/li"))]

    def test_authors_see_what_they_submitted_and_where_it_stands(
        self, colleagues, source, event, figure, treaty
    ):
        today = timezone.now().strftime("%-d %B %Y")
        workflow.approve(figure, colleagues["reviewer"].user)
        assert sorted(self.standing(colleagues)) == sorted(
            [
                "My submissions (3)",
                f"The council was founded · in review since {today}",
                f"{figure} · approved by reviewer, {today}",
                f"Pact · in review since {today}",
            ]
        )
        workflow.publish(figure, colleagues["publisher"].user)
        workflow.send_back(event, colleagues["reviewer"].user, "Why?")
        workflow.publish(treaty, colleagues["publisher"].user)
        assert sorted(self.standing(colleagues)) == sorted(
            [
                "My submissions (3)",
                f"The council was founded · sent back by reviewer, {today}",
                f"{figure} · published by publisher, {today}",
                f"Pact · published by publisher, {today}",
            ]
        )

    def test_the_history_names_who_approved_and_who_published(self, colleagues, source, figure):
        workflow.approve(figure, colleagues["reviewer"].user)
        workflow.publish(figure, colleagues["publisher"].user)
        page = colleagues["editor"].get(f"/admin/trade/figure/{figure.pk}/history/")
        said = text_of(html.fromstring(page.content.decode()))
        assert "Reviewed by reviewer, " in said
        assert "Published by publisher." in said
        figure.revisions.update(publisher=None)
        page = colleagues["editor"].get(f"/admin/trade/figure/{figure.pk}/history/")
        assert "It is not recorded who published this version." in page.content.decode()
