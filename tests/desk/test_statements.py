"""Figures and goods at the desk: written, reviewed by another user, sent back or published."""

from decimal import Decimal

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
    assert reviewer.get(review_page(figure)).context["item"].may_review


def test_another_publisher_publishes_it_from_the_review(colleagues, client, figure):
    for role, offered in (("editor", (False, False)), ("reviewer", (True, False))):
        item = colleagues[role].get(review_page(figure)).context["item"]
        assert (item.may_review, item.may_publish) == offered
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


def test_an_editor_proposes_a_change_of_a_published_figure_of_a_list(colleagues, client):
    """It has no versions before."""
    figure, editor = (
        FigureFactory(value="5000000", scale=6, state="in_review"),
        colleagues["editor"],
    )
    publish(Figure.objects.all())
    sent = form_data(editor.get(address(figure))) | {"value": "7 million", "reason": "A misprint"}
    editor.post(address(figure), sent | {"_submit": "1"})
    figure.refresh_from_db()
    assert (figure.value, figure.state) == (5_000_000, "published")
    colleagues["reviewer"].post(review_page(figure), review_data(figure, approve="1"))
    colleagues["publisher"].post(review_page(figure), review_data(figure, publish="1"))
    figure.refresh_from_db()
    assert figure.value == 7_000_000
    page = client.get(figure.get_absolute_url()).content.decode()
    assert "A misprint" in page


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


class TestAmounts:
    @pytest.fixture
    def submit(self, admin_client):
        """Submit the form of a new figure with this amount; return the response."""

        def submitted(value, unit="", **more):
            values = figure_form(RelationFactory(), SourceFactory(), IndicatorFactory(), **more)
            del values["_publish"]
            values |= {"value": value, "unit": unit}
            return admin_client.post(f"{LIST}add/", values, follow=True)

        return submitted

    @pytest.mark.parametrize(
        ("text", "unit", "stored", "shown"),
        [
            ("$106.2 mln", "", (106_200_000, None, 6, "exact", "USD"), "106,200,000 US dollars"),
            ("19,6 млн", "EUR", (19_600_000, None, 6, "exact", "EUR"), "19,600,000 euros"),
            (
                "1 234,5 тыс. долл.",
                "",
                (1_234_500, None, 3, "exact", "USD"),
                "1,234,500 US dollars",
            ),
            (
                "3,4 млрд теңге",
                "KZT",
                (3_400_000_000, None, 9, "exact", "KZT"),
                "3,400,000,000 Kazakhstani tenge",
            ),
            (
                "10–12 million",
                "USD",
                (10_000_000, 12_000_000, 6, "range", "USD"),
                "10,000,000–12,000,000 US dollars",
            ),
            (
                "до 5 млн долл. США",
                "",
                (5_000_000, None, 6, "up_to", "USD"),
                "up to 5,000,000 US dollars",
            ),
            ("19,6 %", "", (Decimal("19.6"), None, 0, "exact", "percent"), "19.6 per cent"),
        ],
    )
    def test_an_amount_is_stored_as_it_is_written_and_shown_in_full(
        self, submit, text, unit, stored, shown
    ):
        response = submit(text, unit)
        figure = Figure.objects.get()
        fields = ("value", "upper", "scale", "qualifier", "unit")
        assert tuple(getattr(figure, name) for name in fields) == stored
        assert f"“{text}” is understood as {shown}." in shown_messages(response)

    def test_a_scale_beside_the_amount_changes_nothing(self, submit):
        response = submit("106.2", "USD", scale="6")
        assert response.context["adminform"].form.errors == {
            "value": [
                "“106.2” can mean: 106.2 units USD (106.2 US dollars) · 106.2 thousand USD "
                "(106,200 US dollars) · 106.2 million USD (106,200,000 US dollars) · 106.2 billion "
                "USD (106,200,000,000 US dollars). Write the one that you mean."
            ]
        }
        assert not Figure.objects.exists()

    @pytest.fixture
    def resubmit(self, admin_client):
        """Submit the form of a new figure beside one of 106.2 million US dollars in 2023; return
        the errors of the form, empty once it is saved."""
        figure = FigureFactory(value=106_200_000, scale=6, published=True)
        pair = RelationFactory(country_a=figure.from_country, country_b=figure.to_country)

        def submitted(value, **more):
            values = figure_form(pair, SourceFactory(), figure.indicator, value=value, **more)
            del values["_publish"]
            response = admin_client.post(f"{LIST}add/", values)
            saved = response.status_code == 302
            return {} if saved else response.context["adminform"].form.errors

        return submitted

    @pytest.mark.parametrize("text", ["106", "106 USD", "about 106", "90–106", "106 000"])
    def test_an_amount_without_a_scale_far_off_other_values_asks_for_it(self, resubmit, text):
        (said,) = resubmit(text)["value"]
        assert said.endswith(
            f"is far from other values: 106,200,000 US dollars (2023). Write the scale: “{text} "
            f"million”, or “{text} units” if the source gives no scale."
        )
        assert Figure.objects.count() == 1
        assert resubmit(f"{text} units") == {}
        assert Figure.objects.filter(scale=0).count() == 1

    def test_an_amount_in_another_scale_than_other_values_needs_a_note(self, resubmit):
        assert resubmit("106 bn") == {
            "value": [
                "106,000,000,000 US dollars is far from other values: 106,200,000 US dollars "
                "(2023). Check the scale. If the source really states this amount, say so in the "
                "note."
            ]
        }
        assert resubmit("106 bn", note="So in the source.") == {}

    @pytest.mark.parametrize(
        ("text", "more"),
        [
            ("106 million", {}),
            ("90,000,000", {}),
            ("106", {"unit": "EUR"}),
            ("106", {"status": "target"}),
            ("106", {"period": "2012"}),
        ],
    )
    def test_an_amount_like_other_values_or_of_another_series_does_not_ask(
        self, resubmit, text, more
    ):
        assert resubmit(text, **more) == {}

    def test_a_figure_far_off_other_values_is_asked_about_only_if_its_amount_changes(
        self, resubmit, admin_client
    ):
        assert resubmit("106 units") == {}
        figure = Figure.objects.get(scale=0)
        sent = form_data(admin_client.get(address(figure)))
        assert admin_client.post(address(figure), sent | {"locator": "p2"}).status_code == 302
        response = admin_client.post(address(figure), sent | {"value": "107"})
        assert list(response.context["adminform"].form.errors) == ["value"]

    def test_an_ambiguous_amount_asks(self, submit):
        response = submit("1,234 million", "USD")
        assert response.context["adminform"].form.errors == {
            "value": [
                "“1,234 million” can mean: 1234 million USD (1,234,000,000 US dollars) · 1234 "
                "thousand USD (1,234,000 US dollars). Write the one that you mean."
            ]
        }
        assert not Figure.objects.exists()

    def test_another_unit_than_the_chosen_one_is_rejected_at_the_unit(self, submit):
        response = submit("5 млн евро", "USD")
        assert response.context["adminform"].form.errors == {
            "unit": ["The amount names another unit: EUR (euros)."]
        }

    def test_saving_the_form_of_a_figure_unchanged_changes_nothing(self, admin_client):
        for values in (
            {"value": Decimal("106.2")},
            {"value": Decimal("1234000"), "scale": 6},
            {"value": Decimal("23113859"), "scale": 3, "qualifier": "about"},
            {"value": Decimal("88372807.36")},
            {"value": 10, "upper": 12, "qualifier": "range", "unit": "percent"},
            {"value": Decimal("1.234"), "unit": "percent"},
        ):
            figure = FigureFactory(**values)
            before = Figure.objects.filter(pk=figure.pk).values().get()
            response = admin_client.post(
                address(figure), form_data(admin_client.get(address(figure)))
            )
            assert response.status_code == 302, values
            assert Figure.objects.filter(pk=figure.pk).values().get() == before

    def test_a_range_corrected_to_a_number_loses_its_upper_end(self, colleagues):
        figure = FigureFactory(value=10, upper=12, qualifier="range", published=True)
        client = colleagues["administrator"]
        sent = form_data(client.get(address(figure))) | {"value": "11.5 million", "reason": "Why"}
        client.post(address(figure), sent | {"_publish": "1"})
        figure.refresh_from_db()
        assert (figure.value, figure.upper, figure.qualifier) == (11_500_000, None, "exact")
        # An older version is restored as the range that it was.
        client.post(address(figure, "restore"), {"number": "1"})
        content = workflow.open_revision(figure).snapshot["record"]
        assert (content["value"], content["upper"]) == ("10.0000", "12.0000")
        assert content["qualifier"] == "range"

    def test_the_review_shows_the_value_in_full(self, colleagues, submit):
        submit("$106.2 mln", _submit="1")
        page = colleagues["reviewer"].get(review_page(Figure.objects.get()))
        values = {change.field: change.after for change in page.context["changes"]}
        assert (values["Value in whole units"], values["Unit"], values["Stated in"]) == (
            "106,200,000", "US dollars", "millions",
        )  # fmt: skip

    def test_a_period_typed_as_people_write_it_has_both_ends_in_its_heading(
        self, admin_client, client
    ):
        values = figure_form(RelationFactory(), SourceFactory(), IndicatorFactory())
        values |= {"period": "январь 2024", "period_until": "2024-06"}
        response = admin_client.post(f"{LIST}add/", values, follow=True)
        figure = Figure.objects.get()
        assert (str(figure.period), str(figure.period_until)) == ("2024-01", "2024-06")
        assert "“январь 2024” is understood as 2024-01 (January 2024)." in shown_messages(response)
        page = client.get(figure.get_absolute_url()).content.decode()
        assert f"<h1>{figure}</h1>" in page
        assert str(figure).endswith(", January – June 2024")

    def test_the_list_shows_amounts_and_whole_periods(self, admin_client):
        FigureFactory(
            value=10_000_000, upper=12_000_000, qualifier="range", scale=6,
            period="2024-01", period_until="2024-06",
        )  # fmt: skip
        page = admin_client.get(LIST).content.decode()
        assert "10–12 million US dollars" in page
        assert "January – June 2024" in page


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
