"""Figures and goods at the desk: written, looked at by another, sent back or published."""

import pytest

from core.snapshot import full_snapshot
from relations import workflow
from relations.models import Disagreement
from tests.desk.test_admin import figure_form
from tests.desk.test_review import address, told
from tests.desk.test_two_editors import typed
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
    """A figure that the editor has written and submitted."""
    values = figure_form(
        RelationFactory(), SourceFactory(), IndicatorFactory(), locator="page 3", _submit="1"
    )
    del values["_publish"]
    response = colleagues["editor"].post(f"{LIST}add/", values)
    assert response.status_code == 302, response.context["adminform"].form.errors
    return Figure.objects.get()


def page_of(figure):
    return f"/admin/review/figure/{figure.pk}/"


def verdict(figure, **values) -> dict:
    """What the form of its review sends."""
    waiting = workflow.open_revision(figure)
    return {"revision": waiting.pk if waiting else ""} | values


def stands(figure) -> str:
    figure.refresh_from_db()
    return figure.state


def select(client, action, figure):
    return client.post(LIST, {"action": action, "_selected_action": [figure.pk]}, follow=True)


def test_its_review_shows_each_value_and_what_evidence_is_missing(colleagues, figure):
    page = colleagues["reviewer"].get(page_of(figure))
    values = {change.field: change.after for change in page.context["changes"]}
    assert values["Place"] == "page 3"
    assert page.context["problems"] == []
    Figure.objects.update(
        locator="", passage=PassageFactory(source=figure.source, anchoring="mismatch")
    )
    page = colleagues["reviewer"].get(page_of(figure))
    assert page.context["problems"] == [
        "The words copied from the source do not stand in its text.",
    ]
    Figure.objects.update(passage=None)
    page = colleagues["reviewer"].get(page_of(figure))
    assert page.context["problems"] == ["No place in the source is named."]


def test_the_preview_is_the_page_of_readers(colleagues, client, figure):
    response = colleagues["reviewer"].get(address(figure, "preview"))
    assert str(figure) in response.content.decode()
    assert response.status_code == 200
    assert stands(figure) == "in_review"
    assert client.get(figure.get_absolute_url()).status_code == 404


def test_it_is_sent_back_with_a_remark_which_its_author_finds(colleagues, figure):
    reviewer, editor = colleagues["reviewer"], colleagues["editor"]
    response = reviewer.post(page_of(figure), verdict(figure, back="1", remark=""))
    assert response.context["form"].errors == {"remark": ["Say what is to be done."]}
    asked = verdict(figure, back="1", remark="Which page?")
    response = reviewer.post(page_of(figure), asked, follow=True)
    assert told(response) == [f"“{figure}” is sent back to its author."]
    assert stands(figure) == "draft"
    drafts = editor.get("/admin/").context["desk"]["drafts"]
    assert [(row.record, str(row.reviewer), row.remark) for row in drafts["rows"]] == [
        (figure, "reviewer", "Which page?")
    ]
    assert drafts["count"] == 1
    form = editor.get(address(figure))
    words = " ".join(form.content.decode().split())
    assert "<strong>reviewer asks:</strong> Which page?" in words
    # Who has only sent it back has not written it.
    editor.post(address(figure), typed(form) | {"_submit": "1"})
    assert stands(figure) == "in_review"
    assert reviewer.get(page_of(figure)).context["may_review"]


def test_it_is_published_from_its_review_by_another_who_publishes(colleagues, client, figure):
    for role, offered in (("editor", (False, False)), ("reviewer", (True, False))):
        page = colleagues[role].get(page_of(figure))
        assert (page.context["may_review"], page.context["may_publish"]) == offered
        response = colleagues[role].post(page_of(figure), verdict(figure, publish="1"))
        assert response.status_code == 403
    assert colleagues["editor"].post(page_of(figure), verdict(figure, back="1")).status_code == 403
    assert stands(figure) == "in_review"
    colleagues["publisher"].post(page_of(figure), verdict(figure, publish="1"))
    assert client.get(figure.get_absolute_url()).status_code == 200
    response = colleagues["publisher"].post(
        page_of(figure), verdict(figure, back="1", remark="Too late"), follow=True
    )
    assert "Your remark was: Too late" in told(response)[-1]


def test_an_unsubmitted_draft_goes_to_nobody(colleagues, figure):
    workflow.send_back(figure, colleagues["reviewer"].user, "Which page?")
    response = select(colleagues["publisher"], "publish_selected", figure)
    assert told(response) == [f"“{figure}” has not been submitted for review."]
    assert stands(figure) == "draft"


def test_saving_what_waits_makes_it_a_draft_again(colleagues, figure):
    editor = colleagues["editor"]
    sent = typed(editor.get(address(figure))) | {"value": "7"}
    response = editor.post(address(figure), sent, follow=True)
    assert "It waited in review and is a draft again: submit it once more." in told(response)
    assert stands(figure) == "draft"
    assert figure.value == 7
    # As it stands it waits on.
    workflow.submit(figure, editor.user)
    editor.post(address(figure), typed(editor.get(address(figure))))
    assert stands(figure) == "in_review"


def test_the_first_page_counts_what_each_may_act_on(colleagues, figure):
    counts = {
        role: client.get("/admin/").context["desk"]["for_me"]["count"]
        for role, client in colleagues.items()
    }
    assert counts == {"editor": 0, "reviewer": 1, "publisher": 1, "administrator": 1}
    shown = colleagues["reviewer"].get("/admin/").content.decode()
    assert f'<a href="{page_of(figure)}">{figure}</a>' in shown


def test_a_correction_is_among_the_recent_changes(colleagues):
    figure, client = FigureFactory(published=True), colleagues["administrator"]
    sent = typed(client.get(address(figure))) | {"value": "9", "reason": "A misprint"}
    client.post(address(figure), sent | {"_publish": "1"})
    changed = colleagues["editor"].get("/admin/").context["desk"]["changed"]["rows"]
    assert [(row.record, row.number, row.reason) for row in changed] == [
        (figure, 2, "A misprint"),
        (figure, 1, ""),
    ]


def test_what_was_withdrawn_stays_told_until_another_publisher_brings_it_back(
    colleagues, client, figure
):
    publisher = colleagues["publisher"]
    publisher.post(page_of(figure), verdict(figure, publish="1"))
    publisher.post(f"{LIST}withdraw/?row={figure.pk}", {"reason": "A misprint."})
    for role in ("editor", "reviewer"):
        response = select(colleagues[role], "submit_selected", figure)
        assert told(response)[-1] == f"“{figure}” has no pending change."
        assert colleagues[role].post(address(figure, "delete"), {"post": "yes"}).status_code == 403
    assert client.get(figure.get_absolute_url()).status_code == 410
    assert "was withdrawn: save it again" in told(select(publisher, "publish_selected", figure))[-1]
    sent = typed(publisher.get(address(figure))) | {"value": "8", "reason": "Right now"}
    publisher.post(address(figure), sent | {"_submit": "1"})
    assert "You wrote this yourself" in told(select(publisher, "publish_selected", figure))[-1]
    assert stands(figure) == "withdrawn"
    colleagues["reviewer"].post(page_of(figure), verdict(figure, approve="1"))
    select(publisher, "publish_selected", figure)
    assert client.get(figure.get_absolute_url()).status_code == 200
    assert [row.reason for row in figure.revisions.live()] == ["Right now", "A misprint.", ""]


def test_corrected_to_another_pair_it_disagrees_with_nothing_on_the_old(colleagues):
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
    sent = typed(client.get(address(rivals[1]))) | {"_publish": "1"}
    sent |= {"to_country": CountryFactory().pk, "reason": "Another country"}
    assert client.post(address(rivals[1]), sent).status_code == 302
    assert Disagreement.objects.present().count() == 0


@pytest.mark.parametrize("name", ["event", "nothing"])
def test_of_what_is_no_statement_there_is_no_review(colleagues, name):
    assert colleagues["reviewer"].get(f"/admin/review/{name}/1/").status_code == 404


def test_what_was_written_anew_since_it_was_looked_at_is_not_approved(colleagues, figure):
    editor, reviewer = colleagues["editor"], colleagues["reviewer"]
    looked_at = verdict(figure, approve="1")
    sent = typed(editor.get(address(figure))) | {"value": "666", "_submit": "1"}
    editor.post(address(figure), sent)
    response = reviewer.post(page_of(figure), looked_at, follow=True)
    assert "has changed since you opened it" in told(response)[-1]
    assert not workflow.open_revision(figure).approved
    reviewer.post(page_of(figure), verdict(figure, approve="1"))
    assert workflow.open_revision(figure).approved


def test_a_withdrawn_one_comes_back_with_a_reason(colleagues):
    figure, publisher = FigureFactory(published=True), colleagues["publisher"]
    workflow.withdraw(figure, publisher.user, "A misprint")
    sent = typed(publisher.get(address(figure))) | {"_submit": "1"}
    response = publisher.post(address(figure), sent)
    assert response.context["adminform"].form.errors == {
        "reason": ["Readers have seen this: say why it changes."]
    }


def test_a_preview_of_what_no_longer_fits_says_so(colleagues, figure):
    colleagues["publisher"].post(page_of(figure), verdict(figure, publish="1"))
    sent = typed(colleagues["editor"].get(address(figure))) | {"period": "2030", "reason": "Why"}
    colleagues["editor"].post(address(figure), sent)
    values = {"period": "2030", "source": figure.source, "indicator": figure.indicator}
    sides = {"from_country": figure.from_country, "to_country": figure.to_country}
    FigureFactory(**values, **sides, unit=figure.unit, scale=figure.scale)
    response = colleagues["editor"].get(address(figure, "preview"), follow=True)
    assert response.redirect_chain == [(address(figure), 302)]
    assert told(response) != []


def test_saved_unchanged_one_of_a_list_has_no_author(colleagues):
    figure, editor = FigureFactory(state="in_review"), colleagues["editor"]
    assert editor.post(address(figure), typed(editor.get(address(figure)))).status_code == 302
    assert (stands(figure), figure.revisions.count()) == ("in_review", 0)


def test_a_list_is_published_without_what_somebody_has_changed_in_it(colleagues):
    figure, editor = FigureFactory(state="in_review"), colleagues["editor"]
    listed = FigureFactory(state="in_review")
    sent = typed(editor.get(address(figure))) | {"value": "7", "_submit": "1"}
    editor.post(address(figure), sent)
    publish(Figure.objects.all())
    assert (stands(figure), stands(listed)) == ("in_review", "published")


def test_corrected_to_what_is_in_no_sum_it_disagrees_with_nothing_any_more(colleagues):
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
    sent = typed(client.get(address(rivals[1]))) | {"indicator": again.pk, "reason": "Why"}
    client.post(address(rivals[1]), sent | {"_publish": "1"})
    assert stands(rivals[1]) == "published"
    assert Disagreement.objects.present().count() == 0


def test_what_a_figure_said_by_a_source_that_is_gone_is_shown_without_its_words(client):
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
