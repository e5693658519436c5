"""Figures and goods at the desk: written, reviewed by another user, sent back or published."""

import pytest

from core.snapshot import full_snapshot
from relations import workflow
from relations.models import Disagreement
from tests.desk.test_admin import figure_form
from tests.desk.test_review import address, shown_messages
from tests.desk.test_two_editors import form_data
from tests.factories import (
    CountryFactory,
    FigureFactory,
    IndicatorFactory,
    PassageFactory,
    RelationFactory,
    SourceFactory,
    UserFactory,
)
from tests.steps import publish
from trade.derived import find_disagreements
from trade.models import Figure

pytestmark = pytest.mark.django_db
LIST = "/admin/trade/figure/"


@pytest.fixture
def figure(colleagues):
    """A figure written and submitted by the editor."""
    values = figure_form(
        RelationFactory(), SourceFactory(), IndicatorFactory(), locator="page 3", _submit="1"
    )
    del values["_publish"]
    response = colleagues["editor"].post(f"{LIST}add/", values)
    assert response.status_code == 302, response.context["adminform"].form.errors
    return Figure.objects.get()


def review_page(figure):
    return f"/admin/review/figure/{figure.pk}/"


def review_data(figure, **values) -> dict:
    """The form data of its review page."""
    waiting = workflow.open_revision(figure)
    return {"revision": waiting.pk if waiting else ""} | values


def state_of(figure) -> str:
    figure.refresh_from_db()
    return figure.state


def select(client, action, figure):
    return client.post(LIST, {"action": action, "_selected_action": [figure.pk]}, follow=True)


def test_the_review_shows_each_value_and_missing_evidence(colleagues, figure):
    page = colleagues["reviewer"].get(review_page(figure))
    values = {change.field: change.after for change in page.context["changes"]}
    assert values["Place"] == "page 3"
    assert page.context["problems"] == []
    Figure.objects.update(
        locator="", passage=PassageFactory(source=figure.source, anchoring="mismatch")
    )
    page = colleagues["reviewer"].get(review_page(figure))
    assert page.context["problems"] == [
        "The words copied from the source are not in its text.",
    ]
    Figure.objects.update(passage=None)
    page = colleagues["reviewer"].get(review_page(figure))
    assert page.context["problems"] == ["No place in the source is named."]


def test_the_preview_shows_the_public_page(colleagues, client, figure):
    response = colleagues["reviewer"].get(address(figure, "preview"))
    assert str(figure) in response.content.decode()
    assert response.status_code == 200
    assert state_of(figure) == "in_review"
    assert client.get(figure.get_absolute_url()).status_code == 404


def test_sending_back_needs_a_remark_that_the_author_sees(colleagues, figure):
    reviewer, editor = colleagues["reviewer"], colleagues["editor"]
    response = reviewer.post(review_page(figure), review_data(figure, back="1", remark=""))
    assert response.context["form"].errors == {"remark": ["Say what the author should do."]}
    asked = review_data(figure, back="1", remark="Which page?")
    response = reviewer.post(review_page(figure), asked, follow=True)
    assert shown_messages(response) == [f"“{figure}” is sent back to its author."]
    assert state_of(figure) == "draft"
    drafts = editor.get("/admin/").context["desk"]["drafts"]
    assert [(row.record, str(row.reviewer), row.remark) for row in drafts["rows"]] == [
        (figure, "reviewer", "Which page?")
    ]
    assert drafts["count"] == 1
    form = editor.get(address(figure))
    words = " ".join(form.content.decode().split())
    assert "<strong>reviewer asks:</strong> Which page?" in words
    # A user who only sent it back is not its author.
    editor.post(address(figure), form_data(form) | {"_submit": "1"})
    assert state_of(figure) == "in_review"
    assert reviewer.get(review_page(figure)).context["may_review"]


def test_another_publisher_publishes_it_from_the_review(colleagues, client, figure):
    for role, offered in (("editor", (False, False)), ("reviewer", (True, False))):
        page = colleagues[role].get(review_page(figure))
        assert (page.context["may_review"], page.context["may_publish"]) == offered
        response = colleagues[role].post(review_page(figure), review_data(figure, publish="1"))
        assert response.status_code == 403
    assert (
        colleagues["editor"].post(review_page(figure), review_data(figure, back="1")).status_code
        == 403
    )
    assert state_of(figure) == "in_review"
    colleagues["publisher"].post(review_page(figure), review_data(figure, publish="1"))
    assert client.get(figure.get_absolute_url()).status_code == 200
    response = colleagues["publisher"].post(
        review_page(figure), review_data(figure, back="1", remark="Too late"), follow=True
    )
    assert "Your remark was: Too late" in shown_messages(response)[-1]


def test_an_unsubmitted_draft_cannot_be_published(colleagues, figure):
    workflow.send_back(figure, colleagues["reviewer"].user, "Which page?")
    response = select(colleagues["publisher"], "publish_selected", figure)
    assert shown_messages(response) == [f"“{figure}” has not been submitted for review."]
    assert state_of(figure) == "draft"


def test_saving_a_figure_under_review_returns_it_to_draft(colleagues, figure):
    editor = colleagues["editor"]
    sent = form_data(editor.get(address(figure))) | {"value": "7"}
    response = editor.post(address(figure), sent, follow=True)
    assert "It was in review and is a draft again. Submit it for review again." in shown_messages(
        response
    )
    assert state_of(figure) == "draft"
    assert figure.value == 7
    # Saved unchanged, it stays in review.
    workflow.submit(figure, editor.user)
    editor.post(address(figure), form_data(editor.get(address(figure))))
    assert state_of(figure) == "in_review"


def test_the_dashboard_counts_the_tasks_of_each_role(colleagues, figure):
    counts = {
        role: client.get("/admin/").context["desk"]["for_me"]["count"]
        for role, client in colleagues.items()
    }
    assert counts == {"editor": 0, "reviewer": 1, "publisher": 1, "administrator": 1}
    shown = colleagues["reviewer"].get("/admin/").content.decode()
    assert f'<a href="{review_page(figure)}">{figure}</a>' in shown


def test_a_correction_is_among_the_recent_changes(colleagues):
    figure, client = FigureFactory(published=True), colleagues["administrator"]
    sent = form_data(client.get(address(figure))) | {"value": "9", "reason": "A misprint"}
    client.post(address(figure), sent | {"_publish": "1"})
    changed = colleagues["editor"].get("/admin/").context["desk"]["changed"]["rows"]
    assert [(row.record, row.number, row.reason) for row in changed] == [
        (figure, 2, "A misprint"),
        (figure, 1, ""),
    ]


def test_a_withdrawn_figure_stays_a_410_until_another_publisher_republishes_it(
    colleagues, client, figure
):
    publisher = colleagues["publisher"]
    publisher.post(review_page(figure), review_data(figure, publish="1"))
    publisher.post(f"{LIST}withdraw/?row={figure.pk}", {"reason": "A misprint."})
    for role in ("editor", "reviewer"):
        response = select(colleagues[role], "submit_selected", figure)
        assert shown_messages(response)[-1] == f"“{figure}” has no pending change."
        assert colleagues[role].post(address(figure, "delete"), {"post": "yes"}).status_code == 403
    assert client.get(figure.get_absolute_url()).status_code == 410
    assert (
        "has been withdrawn. Save it again"
        in shown_messages(select(publisher, "publish_selected", figure))[-1]
    )
    sent = form_data(publisher.get(address(figure))) | {"value": "8", "reason": "Right now"}
    publisher.post(address(figure), sent | {"_submit": "1"})
    assert (
        "You wrote this yourself"
        in shown_messages(select(publisher, "publish_selected", figure))[-1]
    )
    assert state_of(figure) == "withdrawn"
    colleagues["reviewer"].post(review_page(figure), review_data(figure, approve="1"))
    select(publisher, "publish_selected", figure)
    assert client.get(figure.get_absolute_url()).status_code == 200
    assert [row.reason for row in figure.revisions.live()] == ["Right now", "A misprint.", ""]


def test_correcting_the_pair_of_a_figure_removes_its_disagreement(colleagues):
    one, other = CountryFactory(), CountryFactory()
    indicator = IndicatorFactory()
    rivals = [
        FigureFactory(
            indicator=indicator, from_country=one, to_country=other, value=value, published=True
        )
        for value in (10, 20)
    ]
    find_disagreements(Figure.objects.all().pairs())

    assert Disagreement.objects.present().count() == 1
    client = colleagues["administrator"]
    sent = form_data(client.get(address(rivals[1]))) | {"_publish": "1"}
    sent |= {"to_country": CountryFactory().pk, "reason": "Another country"}
    assert client.post(address(rivals[1]), sent).status_code == 302
    assert Disagreement.objects.present().count() == 0


@pytest.mark.parametrize("name", ["event", "nothing"])
def test_the_review_of_an_unknown_kind_is_a_404(colleagues, name):
    assert colleagues["reviewer"].get(f"/admin/review/{name}/1/").status_code == 404


def test_a_figure_changed_since_it_was_opened_is_not_approved(colleagues, figure):
    editor, reviewer = colleagues["editor"], colleagues["reviewer"]
    looked_at = review_data(figure, approve="1")
    sent = form_data(editor.get(address(figure))) | {"value": "666", "_submit": "1"}
    editor.post(address(figure), sent)
    response = reviewer.post(review_page(figure), looked_at, follow=True)
    assert "has changed since you opened it" in shown_messages(response)[-1]
    assert not workflow.open_revision(figure).approved
    reviewer.post(review_page(figure), review_data(figure, approve="1"))
    assert workflow.open_revision(figure).approved


def test_resubmitting_a_withdrawn_figure_needs_a_reason(colleagues):
    figure, publisher = FigureFactory(published=True), colleagues["publisher"]
    workflow.withdraw(figure, publisher.user, "A misprint")
    sent = form_data(publisher.get(address(figure))) | {"_submit": "1"}
    response = publisher.post(address(figure), sent)
    assert response.context["adminform"].form.errors == {
        "reason": ["Readers have seen this. Give a reason for the change."]
    }


def test_the_preview_of_a_change_that_no_longer_fits_shows_a_message(colleagues, figure):
    colleagues["publisher"].post(review_page(figure), review_data(figure, publish="1"))
    sent = form_data(colleagues["editor"].get(address(figure))) | {
        "period": "2030",
        "reason": "Why",
    }
    colleagues["editor"].post(address(figure), sent)
    values = {"period": "2030", "source": figure.source, "indicator": figure.indicator}
    sides = {"from_country": figure.from_country, "to_country": figure.to_country}
    FigureFactory(**values, **sides, unit=figure.unit, scale=figure.scale)
    response = colleagues["editor"].get(address(figure, "preview"), follow=True)
    assert response.redirect_chain == [(address(figure), 302)]
    assert shown_messages(response) != []


def test_saving_an_imported_figure_unchanged_makes_no_author(colleagues):
    figure, editor = FigureFactory(state="in_review"), colleagues["editor"]
    assert editor.post(address(figure), form_data(editor.get(address(figure)))).status_code == 302
    assert (state_of(figure), figure.revisions.count()) == ("in_review", 0)


def test_publishing_a_list_skips_figures_that_a_user_changed(colleagues):
    figure, editor = FigureFactory(state="in_review"), colleagues["editor"]
    listed = FigureFactory(state="in_review")
    sent = form_data(editor.get(address(figure))) | {"value": "7", "_submit": "1"}
    editor.post(address(figure), sent)
    publish(Figure.objects.all())
    assert (state_of(figure), state_of(listed)) == ("in_review", "published")


def test_correcting_a_figure_to_an_excluded_one_removes_its_disagreement(colleagues):
    one, other = CountryFactory(), CountryFactory()
    indicator, again = IndicatorFactory(slug="exports-x"), IndicatorFactory(slug="re-exports")
    rivals = [
        FigureFactory(
            indicator=indicator, from_country=one, to_country=other, value=value, published=True
        )
        for value in (10, 20)
    ]
    assert Disagreement.objects.present().count() == 1
    client = colleagues["administrator"]
    sent = form_data(client.get(address(rivals[1]))) | {"indicator": again.pk, "reason": "Why"}
    client.post(address(rivals[1]), sent | {"_publish": "1"})
    assert state_of(rivals[1]) == "published"
    assert Disagreement.objects.present().count() == 0


def test_a_figure_shows_earlier_versions_of_deleted_sources(client):
    figure = FigureFactory(published=True, as_stated="ten", source__rights="public_domain")
    other, user = SourceFactory(), UserFactory(is_superuser=True)
    content = full_snapshot(figure)
    content["record"] |= {"source": [other.slug], "as_stated": "10"}
    workflow.save_pending(figure, content, user, "By another source")
    workflow.publish(figure, user)
    figure.source.delete()
    page = client.get(figure.get_absolute_url())
    assert page.status_code == 200
    assert "By another source" in page.content.decode()
