"""Forms that know the source they are opened from, what was saved last, and what they copy."""

from collections import defaultdict

import pytest
from django.contrib.auth.models import Permission
from lxml import html

from relations.models import Event, Participation, Visit
from sources.models import Passage, SourceText
from tests.conftest import signed_in
from tests.desk.test_admin import errors, event_form, figure_form, formset, treaty_form
from tests.desk.test_review import address, shown_messages
from tests.desk.test_two_editors import form_data
from tests.factories import (
    CitationFactory,
    EventFactory,
    FigureFactory,
    IndicatorFactory,
    PersonFactory,
    RelationFactory,
    SourceFactory,
    TreatyFactory,
    UserFactory,
)
from treaties.models import Treaty

pytestmark = pytest.mark.django_db

EVENT = "/admin/relations/event/add/"
FIGURE = "/admin/trade/figure/add/"
GOODS = "/admin/trade/tradedgood/add/"
TREATY = "/admin/treaties/treaty/add/"
TEXT = "The ministers met in Astana. They signed two agreements.\n\nTrade grew in Astana."


@pytest.fixture
def pair():
    return RelationFactory()


@pytest.fixture
def source():
    source = SourceFactory(rights="public_domain", title="Joint statement")
    SourceText.objects.create(source=source, text=TEXT)
    return source


@pytest.fixture
def editor(colleagues):
    return colleagues["editor"]


@pytest.fixture
def adder():
    """A client whose user may add events, but may view nothing."""
    user = UserFactory()
    user.user_permissions.add(Permission.objects.get(codename="add_event"))
    return signed_in(user)


def page(response):
    return html.fromstring(response.content.decode())


def filled(response):
    """The values of the form as it was served; blank ones are empty."""
    return defaultdict(str, form_data(response))


def beside(response):
    """The paragraphs of the text beside a form."""
    return [text.text_content() for text in page(response).xpath("//aside//p[@data-start]")]


def row_of(source, **more):
    return {"source": source.pk, "stance": "supports", "quote": "They signed"} | more


class TestTextBeside:
    @pytest.mark.parametrize("form", [EVENT, TREATY, FIGURE, GOODS])
    def test_a_form_that_is_opened_from_a_source_shows_its_text(self, editor, source, form):
        response = editor.get(f"{form}?source={source.pk}&quote=trade+grew")
        assert beside(response) == TEXT.split("\n\n")
        (mark,) = page(response).xpath("//aside//mark[@class='own']")
        assert mark.text_content() == "Trade grew"
        links = page(response).xpath("//aside//nav//a")
        assert links[0].get("href") == address(source)
        assert f"{EVENT}?source={source.pk}" in [link.get("href") for link in links]

    def test_the_form_of_a_record_shows_the_text_that_it_cites(self, editor, source):
        event = EventFactory()
        start = TEXT.index("signed")
        passage = Passage.objects.create(
            source=source, locator="p1s2", quote="signed", start=start, end=start + 6,
            anchoring="matches",
        )  # fmt: skip
        CitationFactory(record=event, source=SourceFactory())
        CitationFactory(record=event, source=source, passage=passage)
        response = editor.get(address(event))
        assert beside(response) == TEXT.split("\n\n")
        (mark,) = page(response).xpath("//aside//mark[@class='own']")
        assert mark.text_content() == "signed"

    def test_the_form_of_a_figure_shows_the_text_that_it_cites(self, editor, source):
        assert beside(editor.get(address(FigureFactory(source=source)))) == TEXT.split("\n\n")

    def test_an_invalid_form_keeps_the_text_and_marks_the_words_that_were_typed(
        self, editor, pair, source
    ):
        form = event_form(pair, row_of(source), title="")
        response = editor.post(EVENT, form)
        assert response.status_code == 200
        (mark,) = page(response).xpath("//aside//mark[@class='own']")
        assert mark.text_content() == "They signed"

    @pytest.mark.parametrize("key", ["", "x", "999999", "9" * 19, "²"])
    def test_an_unknown_source_is_left_out(self, editor, key):
        response = editor.get(EVENT, {"source": key})
        assert response.status_code == 200
        assert beside(response) == []
        assert 'name="_submit_next"' not in response.content.decode()

    def test_only_users_who_may_view_sources_see_the_text(self, adder, source):
        response = adder.get(f"{EVENT}?source={source.pk}")
        assert response.status_code == 200
        assert beside(response) == []
        assert "They signed two" not in response.content.decode()


class TestNextFromTheSource:
    def test_the_next_form_has_the_same_source_and_pair(self, editor, pair, source):
        form = event_form(pair, row_of(source), _submit_next="1")
        response = editor.post(f"{EVENT}?source={source.pk}", form, follow=True)
        assert Event.objects.get().state == "in_review"
        assert response.redirect_chain == [(f"{EVENT}?source={source.pk}", 302)]
        assert "1 submitted for review." in shown_messages(response)
        sent = filled(response)
        assert (sent["relation"], sent["citations-0-source"]) == (str(pair.pk), str(source.pk))
        assert sent["title"] == sent["citations-0-quote"].strip() == ""
        assert "Filled in from what you saved last: relation." in " ".join(
            page(response).text_content().split()
        )

    @pytest.mark.parametrize("step", ["_submit", "_save"])
    def test_other_buttons_return_to_the_source(self, editor, pair, source, step):
        form = event_form(pair, row_of(source)) | {step: "1"}
        response = editor.post(f"{EVENT}?source={source.pk}", form)
        assert (response.status_code, response["Location"]) == (302, address(source))

    def test_adding_another_stays_with_the_source(self, editor, pair, source):
        form = event_form(pair, row_of(source), _addanother="1")
        response = editor.post(f"{EVENT}?source={source.pk}", form)
        assert response["Location"] == f"{EVENT}?source={source.pk}"

    def test_the_next_form_follows_after_a_duplicate_is_ruled_out(self, editor, pair, source):
        known = EventFactory(relation=pair, date="2024-05", title="A new council")
        form = event_form(pair, row_of(source), event_type=known.event_type, _submit_next="1")
        response = editor.post(f"{EVENT}?source={source.pk}", form)
        assert 'name="_different" value="_submit_next"' in response.content.decode()
        del form["_submit_next"]
        form |= {"_different": "_submit_next", "shown": known.pk}
        response = editor.post(f"{EVENT}?source={source.pk}", form)
        assert response["Location"] == f"{EVENT}?source={source.pk}"
        assert Event.objects.exclude(pk=known.pk).get().state == "in_review"

    def test_a_refused_step_stays_with_the_record(self, colleagues, pair, source):
        form = event_form(pair, _publish="1")
        response = colleagues["administrator"].post(f"{EVENT}?source={source.pk}", form)
        assert response["Location"] == address(Event.objects.get())


class TestRemembered:
    def test_the_pair_of_the_record_saved_last(self, editor, pair, source):
        editor.post(EVENT, event_form(pair, row_of(source)))
        response = editor.get("/admin/relations/visit/add/")
        assert filled(response)["relation"] == str(pair.pk)
        assert response.context["filled_in"] == ["relation"]
        assert beside(response) == []

    def test_an_untouched_form_cites_no_source_that_was_saved_last(self, editor, pair, source):
        editor.post(EVENT, event_form(pair, row_of(source)))
        form = form_data(editor.get(EVENT)) | {"title": "Talks", "event_type": "meeting"}
        assert editor.post(EVENT, form).status_code == 302
        assert not Event.objects.get(title="Talks").citations.exists()

    def test_the_first_step_of_a_treaty_takes_no_source_that_was_saved_last(
        self, editor, pair, source
    ):
        editor.post(EVENT, event_form(pair, row_of(source)))
        assert filled(editor.get(TREATY))["actions-0-source"] == ""

    def test_a_figure_takes_the_source_of_the_record_saved_last(self, editor, pair, source):
        editor.post(EVENT, event_form(pair, row_of(source)))
        response = editor.get(FIGURE)
        assert filled(response)["source"] == str(source.pk)
        assert response.context["filled_in"] == ["source"]
        assert beside(response) == TEXT.split("\n\n")

    def test_countries_and_series_of_the_figure_saved_last(self, editor, pair, source):
        indicator = IndicatorFactory()
        form = figure_form(pair, source, indicator, reporter_country=pair.country_a_id)
        form.pop("_publish")
        assert editor.post(FIGURE, form).status_code == 302
        sent = filled(editor.get(FIGURE))
        wanted = ("indicator", "from_country", "to_country", "reporter_country", "source")
        assert {name: sent[name] for name in wanted} == {name: str(form[name]) for name in wanted}
        assert (sent["value"], sent["period"]) == ("", "")
        # The amount names its unit: that of another one would change or refuse it.
        assert (form["unit"], sent["unit"]) == ("USD", "")
        # Goods have the same countries and source.
        goods = filled(editor.get(GOODS))
        assert (goods["from_country"], goods["source"]) == (str(pair.country_a_id), str(source.pk))

    def test_a_value_left_blank_last_time_is_not_filled_in(self, editor, pair, source):
        indicator = IndicatorFactory()
        for values in ({"reporter_country": pair.country_a_id}, {"period": "2021"}):
            form = figure_form(pair, source, indicator, **values)
            form.pop("_publish")
            assert editor.post(FIGURE, form).status_code == 302
        assert filled(editor.get(FIGURE))["reporter_country"] == ""

    def test_the_values_last_used_for_the_source_win(self, editor, source):
        first, second = RelationFactory(), RelationFactory()
        editor.post(f"{EVENT}?source={source.pk}", event_form(first, row_of(source)))
        editor.post(EVENT, event_form(second, title="Another council"))
        assert filled(editor.get(EVENT))["relation"] == str(second.pk)
        sent = filled(editor.get(f"{EVENT}?source={source.pk}"))
        assert sent["relation"] == str(first.pk)

    def test_the_query_string_wins(self, editor, pair, source):
        editor.post(EVENT, event_form(pair, row_of(source)))
        other, another = RelationFactory(), SourceFactory()
        sent = filled(editor.get(f"{EVENT}?relation={other.pk}&source={another.pk}"))
        assert (sent["relation"], sent["citations-0-source"]) == (str(other.pk), str(another.pk))

    def test_another_user_gets_nothing(self, colleagues, pair, source):
        colleagues["editor"].post(EVENT, event_form(pair, row_of(source)))
        response = colleagues["reviewer"].get(EVENT)
        assert filled(response)["relation"] == ""
        assert response.context["filled_in"] == []

    @pytest.mark.parametrize("tool", ["read-date", "read-amount", "locate", "quotable"])
    def test_questions_of_the_form_do_not_overwrite_what_is_saved_meanwhile(self, editor, tool):
        asked = editor.get(f"/admin/{tool}/", {"text": "2024"}).wsgi_request
        assert asked.session.modified is False
        assert editor.get(EVENT).wsgi_request.session.modified is True

    def test_a_source_deleted_since_is_left_out(self, editor, pair):
        source = SourceFactory()
        editor.post(EVENT, event_form(pair, row_of(source, quote="", locator="p1")))
        Event.objects.all().delete()
        source.delete()
        assert filled(editor.get(FIGURE))["source"] == ""


class TestStepsOfANewTreaty:
    def added(self, client, pair, step, *citations, **values):
        form = treaty_form(pair, step, **values) | formset("citations", *citations)
        response = client.post(TREATY, form)
        assert response.status_code == 302, errors(response)
        (action,) = Treaty.objects.get().actions.all()
        return action

    def test_a_blank_signature_takes_date_place_source_and_words(self, editor, pair, source):
        step = {"action_type": "signature", "source": source.pk}
        action = self.added(editor, pair, step, row_of(source), place="Astana")
        assert (str(action.date), action.place) == ("2001-04-05", "Astana")
        (citation,) = action.citations.all()
        assert (citation.source, citation.passage.quote) == (source, "They signed")
        assert (citation.stance, action.party) == ("supports", None)

    def test_it_takes_a_place_in_a_source_without_words(self, editor, pair, source):
        row = row_of(source, quote="", locator="page 3")
        action = self.added(editor, pair, {"action_type": "signature"}, row)
        assert [(one.source, one.locator) for one in action.citations.all()] == [(source, "page 3")]

    def test_its_own_values_are_kept(self, editor, pair, source):
        step = {"action_type": "signature", "place": "Baku", "source": source.pk}
        step |= {"quote": "two agreements"}
        action = self.added(editor, pair, step, row_of(source), place="Astana")
        assert action.place == "Baku"
        assert action.citations.get().passage.quote == "two agreements"

    def test_a_signature_on_another_day_takes_nothing(self, editor, pair, source):
        step = {"action_type": "signature", "date": "2001-04-06"}
        action = self.added(editor, pair, step, row_of(source), place="Astana")
        assert (str(action.date), action.place) == ("2001-04-06", "")
        assert not action.citations.exists()

    def test_another_step_takes_nothing(self, editor, pair, source):
        action = self.added(editor, pair, {"action_type": "ratification"}, row_of(source))
        assert (str(action.date), action.place, action.citations.count()) == ("", "", 0)

    def test_a_step_that_is_added_later_takes_nothing(self, editor, pair, source):
        treaty = TreatyFactory(relation=pair, date="2001-04-05", place="Astana")
        form = form_data(editor.get(address(treaty))) | {
            "actions-TOTAL_FORMS": "1", "actions-0-action_type": "signature",
        }  # fmt: skip
        editor.post(address(treaty), form)
        (action,) = treaty.actions.all()
        assert (str(action.date), action.place) == ("", "")

    def test_a_source_without_a_step_is_not_dropped_from_a_known_treaty(self, editor, pair, source):
        treaty = TreatyFactory(relation=pair)
        form = form_data(editor.get(address(treaty))) | {
            "actions-TOTAL_FORMS": "1", "actions-0-source": source.pk,
        }  # fmt: skip
        response = editor.post(address(treaty), form)
        listed = [(problem.field, problem.message) for problem in response.context["problems"]]
        assert listed == [("id_actions-0-action_type", "This field is required.")]

    def test_a_source_without_a_step_adds_none_to_a_new_treaty(self, editor, pair, source):
        form = treaty_form(pair, {"source": source.pk})
        assert editor.post(TREATY, form).status_code == 302
        assert not Treaty.objects.get().actions.exists()

    def test_an_invalid_date_is_reported_once(self, editor, pair, source):
        form = treaty_form(pair, {"action_type": "signature"}, date="the other day")
        response = editor.post(TREATY, form)
        assert [problem.field for problem in response.context["problems"]] == ["id_date"]


class TestCopying:
    def test_a_record_is_copied_with_its_participants_and_source(self, editor, pair, source):
        person = PersonFactory()
        visit = Visit.objects.create(
            title="A visit", slug="a-visit", relation=pair, host=pair.country_a, date="2024-05",
            visit_type="official", rank="minister",
        )  # fmt: skip
        Participation.objects.create(
            record=visit, person=person, role="participant", as_stated="P."
        )
        CitationFactory(record=visit, source=source, as_stated="signed", locator="p1s2")
        link = page(editor.get(address(visit))).xpath("//a[normalize-space()='Copy']/@href")
        assert link == [f"/admin/relations/visit/add/?copy={visit.pk}"]
        sent = filled(editor.get(link[0]))
        copied = ("title", "date", "rank", "visit_type", "relation", "host")
        assert [sent[name] for name in copied] == [
            "A visit", "2024-05", "minister", "official", str(pair.pk), str(pair.country_a_id)
        ]  # fmt: skip
        assert sent["slug"] == ""
        assert sent["participations-0-person"] == str(person.pk)
        assert sent["participations-0-role"] == "participant"
        assert sent["participations-0-as_stated"] == ""
        assert sent["citations-0-source"] == str(source.pk)
        assert sent["citations-0-as_stated"] == sent["citations-0-locator"] == ""

    def test_a_treaty_is_copied_with_its_parties(self, editor):
        treaty = TreatyFactory()
        response = editor.get(f"{TREATY}?copy={treaty.pk}")
        sent = filled(response)
        parties = [sent[f"parties-{number}-country"] for number in (0, 1)]
        assert parties == [str(party.country_id) for party in treaty.parties.all()]
        assert sent["parties-TOTAL_FORMS"] == "2"

    def test_a_figure_is_copied_without_its_amount_and_words(self, editor, source):
        figure = FigureFactory(source=source, locator="p1", as_stated="a million", period="2023")
        sent = filled(editor.get(f"{FIGURE}?copy={figure.pk}"))
        assert (sent["indicator"], sent["period"]) == (str(figure.indicator_id), "2023")
        assert (sent["unit"], sent["source"]) == ("USD", str(source.pk))
        assert sent["value"] == sent["locator"] == sent["as_stated"] == sent["slug"] == ""

    def test_the_query_string_wins_over_the_copy(self, editor, source):
        event = EventFactory()
        CitationFactory(record=event)
        url = f"{EVENT}?copy={event.pk}&title=Mine&source={source.pk}"
        sent = filled(editor.get(url))
        assert (sent["title"], sent["citations-0-source"]) == ("Mine", str(source.pk))

    @pytest.mark.parametrize("key", ["", "x", "999999", "9" * 19])
    def test_an_unknown_row_is_not_copied(self, editor, key):
        response = editor.get(EVENT, {"copy": key})
        assert response.status_code == 200
        assert filled(response)["title"] == ""

    def test_a_row_that_the_user_may_not_view_is_not_copied(self, adder):
        event = EventFactory(title="Secret talks")
        assert "Secret talks" not in adder.get(f"{EVENT}?copy={event.pk}").content.decode()


class TestAllErrors:
    def test_errors_of_the_form_and_of_its_rows_are_listed_with_links(self, editor, pair, source):
        row = row_of(source, quote="Nobody said this")
        response = editor.post(EVENT, event_form(pair, row, title="", date="the other day"))
        listed = [(one.label, one.field) for one in response.context["problems"]]
        assert listed == [
            ("Title", "id_title"),
            ("Date", "id_date"),
            ("Citation 1, Words copied from the source", "id_citations-0-quote"),
        ]
        found = page(response)
        links = [link.get("href") for link in found.xpath("//section[@id='problems']//a")]
        assert links == ["#id_title", "#id_date", "#id_citations-0-quote"]
        for link in links:
            (field,) = found.xpath(f"//*[@id='{link[1:]}']")
            assert field.get("aria-invalid") == "true"
            assert f"{link[1:]}_error" in field.get("aria-describedby").split()
            assert found.xpath(f"//*[@id='{link[1:]}_error']")
        assert found.findtext(".//title").strip().startswith("Error:")

    def test_an_error_of_the_whole_form_has_no_link(self, editor, pair):
        EventFactory(relation=pair, date="2024-05", title="A new council", event_type="session")
        response = editor.post(EVENT, event_form(pair))
        (problem,) = response.context["problems"]
        assert (problem.label, problem.field) == ("", "")
        assert problem.message == "This may already exist. Choose one of the buttons above."

    def test_a_form_without_errors_lists_none(self, editor):
        assert editor.get(EVENT).context["problems"] == []


class TestQuotableWords:
    @pytest.mark.parametrize(("rights", "most"), [("reserved", 12), ("public_domain", None)])
    def test_the_limit_follows_the_rights_of_the_source(self, editor, rights, most):
        source = SourceFactory(rights=rights)
        assert editor.get("/admin/quotable/", {"source": source.pk}).json() == {"most": most}
        assert editor.get("/admin/quotable/", {"rights": rights}).json() == {"most": most}

    @pytest.mark.parametrize("key", ["", "x", "9" * 19])
    def test_an_unknown_source_has_no_limit(self, editor, key):
        assert editor.get("/admin/quotable/", {"source": key}).json() == {"most": None}
