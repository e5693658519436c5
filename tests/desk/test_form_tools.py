"""Help in forms: typed dates, likely duplicates, autocomplete and popups."""

import json
from datetime import date

import pytest
from django.contrib.auth.models import Permission, User

from relations.models import Citation, Event, Relation
from sources.models import Source
from tests.desk.test_admin import citation_row, errors, event_form, formset, treaty_form
from tests.desk.test_two_editors import form_data
from tests.factories import (
    CitationFactory,
    CountryFactory,
    EventFactory,
    OrganizationFactory,
    PersonFactory,
    RelationFactory,
    SourceFactory,
    TopicFactory,
    TreatyFactory,
    VisitFactory,
    indexed,
)
from tests.steps import publish
from treaties.models import Treaty

pytestmark = pytest.mark.django_db

ADD = "/admin/relations/event/add/"
HOSTILE = ["\0", "\ud800", "x" * 100_000, "9" * 400, "-1", "' OR 1=1", "٣"]


@pytest.fixture
def source():
    return SourceFactory()


@pytest.fixture
def pair():
    return RelationFactory()


def shown_messages(response):
    return [str(message) for message in response.wsgi_request._messages]


class TestDates:
    def test_a_typed_date_is_saved_and_its_reading_shown(self, admin_client, pair, source):
        form = event_form(pair, citation_row(source), date="Sept 2020", until="after 2021")
        response = admin_client.post(ADD, form, follow=True)
        event = Event.objects.get()
        assert (str(event.date), str(event.until)) == ("2020-09", "[2022..]")
        messages = [str(message) for message in response.context["messages"]]
        assert "“Sept 2020” is understood as 2020-09 (September 2020)." in messages
        assert "“after 2021” is understood as [2022..] (2022 or later)." in messages

    def test_an_ambiguous_date_is_shown_again_with_its_readings(self, admin_client, pair, source):
        response = admin_client.post(ADD, event_form(pair, citation_row(source), date="11/03/2024"))
        assert errors(response)["date"] == [
            "“11/03/2024” can mean: 2024-03-11 (11 March 2024) · 2024-11-03 (3 November 2024). "
            "Write the one that you mean."
        ]
        assert not Event.objects.exists()

    def test_a_new_style_day_is_saved_and_the_old_one_named(self, admin_client, pair, source):
        form = event_form(pair, citation_row(source), date="25 October (7 November) 1917")
        response = admin_client.post(ADD, form, follow=True)
        assert str(Event.objects.get().date) == "1917-11-07"
        assert (
            "“25 October (7 November) 1917” is understood as 1917-11-07 (7 November 1917). "
            "Old Style: 25 October 1917. Keep it in “as stated”."
        ) in [str(message) for message in response.context["messages"]]

    def test_a_period_in_one_field_is_shown_again_with_its_two_dates(
        self, admin_client, pair, source
    ):
        form = event_form(pair, citation_row(source), date="7–8 July 2015")
        (message,) = errors(admin_client.post(ADD, form))["date"]
        assert "2015-07-07 – 2015-07-08 (from 7 July 2015 until 8 July 2015)" in message
        assert message.endswith("A period takes two fields: enter its start and its end.")
        assert not Event.objects.exists()

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("01/01/65", "Write the year with four digits: two do not say which century."),
            ("03/04/2024", "“03/04/2024” can mean: 2024-04-03 (3 April 2024) · 2024-03-04"),
        ],
    )
    def test_a_day_of_a_source_is_not_guessed(self, admin_client, source, text, message):
        address = f"/admin/sources/source/{source.pk}/change/"
        form = form_data(admin_client.get(address)) | {"accessed": text}
        response = admin_client.post(address, form)
        (said,) = response.context["adminform"].form.errors["accessed"]
        assert said.startswith(message)
        admin_client.post(address, form | {"accessed": "3 апреля 2024"})
        source.refresh_from_db()
        assert source.accessed == date(2024, 4, 3)

    def test_a_treaty_step_accepts_a_typed_date(self, admin_client, pair, source):
        action = {"action_type": "signature", "date": "5 апреля 2001", "source": source.pk}
        admin_client.post("/admin/treaties/treaty/add/", treaty_form(pair, action))
        assert str(Treaty.objects.get().actions.get().date) == "2001-04-05"

    @pytest.mark.parametrize(
        ("text", "answer"),
        [
            ("Sept 2020", ["understood as 2020-09 (September 2020)", "2020-09"]),
            ("2020-09", ["September 2020", "2020-09"]),
            ("", [""]),
            ("Monday", ["This is not a recognized date. Write it as 2005, 2020-09 or 1992-08-27."]),
            ("27 Aug 92", ["Write the year with four digits: two do not say which century."]),
            (
                "11/03/2024",
                ["This can be read in more than one way. Choose:", "2024-03-11", "2024-11-03"],
            ),
        ],
    )
    def test_reading_a_date_while_typing(self, admin_client, text, answer):
        found = admin_client.get("/admin/read-date/", {"text": text}).json()
        assert [found["said"], *(offer["date"] for offer in found["offers"])] == answer

    def test_reading_a_period_while_typing_gives_its_end(self, admin_client):
        found = admin_client.get("/admin/read-date/", {"text": "7–8 July 2015"}).json()
        assert found["said"] == "This can be read in more than one way. Choose:"
        assert [(offer["date"], offer["until"]) for offer in found["offers"]] == [
            ("2015-07-07", "2015-07-08"), ("[2015-07-07..2015-07-08]", ""),
        ]  # fmt: skip

    def test_a_period_read_while_typing_has_ends_with_one_reading(self, admin_client):
        response = admin_client.get("/admin/read-date/", {"text": "H1 1938 – H2 1939"})
        first = response.json()["offers"][0]
        assert (first["date"], first["until"]) == ("1938-H1", "1939-H2")

    def test_reading_an_old_style_day_while_typing_names_it(self, admin_client):
        found = admin_client.get("/admin/read-date/", {"text": "25 October 1917 O.S."}).json()
        assert found["said"] == (
            "understood as 1917-11-07 (7 November 1917). "
            "Old Style: 25 October 1917. Keep it in “as stated”."
        )

    @pytest.mark.parametrize("text", HOSTILE)
    def test_hostile_text_has_no_readings(self, admin_client, text):
        text = text.encode("utf-8", "surrogatepass")
        response = admin_client.get("/admin/read-date/", {"text": text})
        assert (response.status_code, response.json()["offers"]) == (200, [])

    def test_only_editors_can_use_the_tools(self, client):
        for address in ("/admin/read-date/?text=2020", "/admin/likely-duplicates/?kind=event"):
            assert client.get(address).status_code == 302


class TestReadingAmounts:
    @pytest.mark.parametrize(
        ("given", "answer"),
        [
            ({"text": "$106.2 mln"}, ["106,200,000 US dollars", "106.2 million USD"]),
            ({"text": "19,6 млн"}, ["Choose the unit, or name it in the amount."]),
            ({"text": "19,6 млн", "unit": "EUR"}, ["19,600,000 euros", "19.6 million EUR"]),
            (
                {"text": "12,3 milyon manat", "period": "2003", "unit": "AZM"},
                ["12,300,000 Azerbaijani manats (before 2006)", "12.3 million AZM"],
            ),
            (
                {"text": "5 million AZN", "period": "1999"},
                [
                    "5,000,000 Azerbaijani manats. AZN replaced AZM on 2006-01-01, after this "
                    "period began. Choose AZM, or say in the note that the source restates the "
                    "value in AZN.",
                    "5 million AZN",
                ],
            ),
            (
                {"text": "1,234", "unit": "USD"},
                [
                    "This can be read in more than one way. Choose:",
                    "1234 USD",
                    "1.2340 units USD",
                    "1234 thousand USD",
                    "1234 million USD",
                ],
            ),
            ({"text": ""}, [""]),
            (
                {"text": "12 34"},
                ["“12 34” is not a number. Write it as 1234.5, 1 234,5, 0.5 or -5."],
            ),
        ],
    )
    def test_reading_an_amount_while_typing(self, admin_client, given, answer):
        found = admin_client.get("/admin/read-amount/", given).json()
        assert [found["said"], *(offer["amount"] for offer in found["offers"])] == answer

    def test_the_countries_and_the_period_decide_between_currencies(self, admin_client):
        country = CountryFactory(slug="azerbaijan")
        given = {"text": "12,3 milyon manat", "period": "2023"}
        beside = given | {"from_country": country.pk}
        found = admin_client.get("/admin/read-amount/", beside).json()
        assert found["said"] == "12,300,000 Azerbaijani manats"
        asked = admin_client.get("/admin/read-amount/", given).json()
        assert asked == {
            "said": "Several currencies have this name: AZN (Azerbaijani manats) · TMT (Turkmen "
            "manats). Choose the unit, or write the code.",
            "offers": [],
        }

    @pytest.mark.parametrize("name", ["text", "unit", "period", "from_country"])
    @pytest.mark.parametrize("text", HOSTILE)
    def test_hostile_values_give_an_answer(self, admin_client, name, text):
        text = text.encode("utf-8", "surrogatepass")
        response = admin_client.get("/admin/read-amount/", {"text": "$5 mln", name: text})
        assert response.status_code == 200

    def test_only_editors_can_use_it(self, client):
        assert client.get("/admin/read-amount/?text=5").status_code == 302


class TestDuplicates:
    TITLE = "Opening of the Abai monument"

    @pytest.fixture
    def known(self, pair):
        return EventFactory(relation=pair, title=self.TITLE, date="2020-09-02", published=True)

    def form(self, pair, *citations, **values):
        return event_form(pair, *citations, title=self.TITLE, date="2020-09", **values)

    def test_a_new_record_is_shown_again_with_its_likely_duplicates(
        self, admin_client, pair, source, known
    ):
        response = admin_client.post(ADD, self.form(pair, citation_row(source), _publish="1"))
        page = response.content.decode()
        assert response.context["adminform"].form.duplicates == [known]
        assert f'href="/admin/relations/event/{known.pk}/change/"' in page
        assert "2 September 2020 · published" in page
        assert f'name="_same" value="{known.pk}"' in page
        assert Event.objects.get() == known
        # The submitted values are still there.
        assert f'value="{self.TITLE}"' in page

    def test_a_record_confirmed_as_different_is_saved(self, admin_client, pair, source, known):
        form = self.form(pair, citation_row(source), shown=known.pk, _different="1")
        assert admin_client.post(ADD, form).status_code == 302
        assert Event.objects.count() == 2

    def test_confirming_a_difference_continues_with_the_requested_action(
        self, admin_client, pair, source, known
    ):
        response = admin_client.post(ADD, self.form(pair, citation_row(source), _submit="1"))
        assert 'name="_different" value="_submit"' in response.content.decode()
        form = self.form(pair, citation_row(source), shown=known.pk, _different="_submit")
        admin_client.post(ADD, form)
        assert Event.objects.exclude(pk=known.pk).get().state == "in_review"

    def test_a_record_confirmed_as_different_is_not_listed_again(self, admin_client, pair, known):
        form = self.form(pair, shown=known.pk, _different="1", event_type="party")
        response = admin_client.post(ADD, form)
        assert f'<input type="hidden" name="different" value="{known.pk}">' in (
            response.content.decode()
        )
        form = self.form(pair, different=known.pk)
        assert admin_client.post(ADD, form).status_code == 302

    def test_a_duplicate_added_meanwhile_is_listed(self, admin_client, pair, known):
        later = EventFactory(relation=pair, title=self.TITLE, date="2020-09-03")
        form = self.form(pair, shown=known.pk, _different="1")
        response = admin_client.post(ADD, form)
        assert response.context["adminform"].form.duplicates == [later]

    def test_confirming_a_duplicate_adds_only_new_citations(
        self, admin_client, pair, source, known
    ):
        had = known.citations.get()
        double = {"source": had.source_id, "locator": had.locator, "stance": "supports"}
        form = self.form(pair, citation_row(source), double, _same=known.pk)
        response = admin_client.post(ADD, form)
        assert response.url == f"/admin/relations/event/{known.pk}/change/"
        assert shown_messages(response) == ["1 citation added."]
        # Readers have seen the record: the added citations wait for review.
        assert known.citations.get() == had
        known.refresh_from_db()
        assert (Event.objects.count(), known.version, known.state) == (1, 1, "published")
        revision = known.revisions.first()
        assert (revision.author.username, revision.state) == ("admin", "draft")
        assert [row["source"] for row in revision.snapshot["citations"]] == [
            [had.source.slug],
            [source.slug],
        ]

    def test_confirming_a_duplicate_without_new_citations_changes_nothing(
        self, admin_client, pair, known
    ):
        had = known.citations.get()
        double = {"source": had.source_id, "locator": had.locator, "stance": "supports"}
        response = admin_client.post(ADD, self.form(pair, double, _same=known.pk))
        assert shown_messages(response) == ["The record already has these citations."]
        known.refresh_from_db()
        assert known.version == 1

    def test_an_invalid_citation_is_rejected_at_its_field(self, admin_client, pair, known):
        form = self.form(pair, {"source": "", "locator": "p1s1"}, _same=known.pk)
        response = admin_client.post(ADD, form)
        assert errors(response)["source"] == ["This field is required."]
        assert known.citations.count() == 1

    def test_a_contradicting_citation_of_an_unsupported_field_is_rejected(
        self, admin_client, pair, source
    ):
        known = EventFactory(relation=pair, title=self.TITLE, date="2020-09-02")
        for field in ("event_type", "date"):
            CitationFactory(record=known, field=field)
        publish(known)
        row = citation_row(source, stance="contradicts", field="place")
        response = admin_client.post(ADD, self.form(pair, row, _same=known.pk))
        assert "no citation supports place" in response.content.decode()
        assert Citation.objects.count() == 2

    @pytest.mark.parametrize("pk", ["", "0", *HOSTILE[2:]])
    def test_confirming_an_unknown_duplicate_is_rejected(self, admin_client, pair, source, pk):
        response = admin_client.post(ADD, self.form(pair, citation_row(source), _same=pk))
        assert response.status_code == 403

    def test_adding_citations_needs_the_right_to_change_the_known_record(
        self, client, pair, source, known
    ):
        user = User.objects.create_user("adder", is_staff=True)
        user.user_permissions.add(Permission.objects.get(codename="add_event"))
        client.force_login(user)
        form = self.form(pair, citation_row(source), _same=known.pk)
        assert client.post(ADD, form).status_code == 403
        assert known.citations.count() == 1

    def test_a_multilateral_duplicate_is_found_by_its_parties(self, admin_client, source):
        one, two = CountryFactory.create_batch(2)
        known = TreatyFactory(
            relation=None, parties=[one, two], title="Convention on the sea", date="2018"
        )
        form = treaty_form(Relation(), title="Convention on the sea", date="2018-08-12")
        form |= {"relation": ""} | formset("parties", {"country": one.pk}, {"country": two.pk})
        response = admin_client.post("/admin/treaties/treaty/add/", form)
        assert response.context["adminform"].form.duplicates == [known]

    def test_people_in_the_form_of_a_treaty_do_not_find_duplicates(self, admin_client):
        values = {
            "kind": "treaty",
            "title": "Convention on the sea",
            "date": "2018",
            "participations-0-person": PersonFactory().pk,
        }
        found = admin_client.get("/admin/likely-duplicates/", values)
        assert found.json() == {"said": "", "found": []}

    def test_a_hint_lists_likely_duplicates_while_typing(self, admin_client, pair, known):
        values = {"kind": "event", "title": self.TITLE, "date": "Sept 2020", "relation": pair.pk}
        found = admin_client.get("/admin/likely-duplicates/", values).json()
        assert found == {
            "said": "Likely duplicates (1):",
            "found": [
                {
                    "title": self.TITLE,
                    "date": "2 September 2020",
                    "state": "published",
                    "url": f"/admin/relations/event/{known.pk}/change/",
                }
            ],
        }

    def test_a_hint_about_a_visit_compares_the_host(self, admin_client, pair):
        visit = VisitFactory(relation=pair, title="Visit of the president", date="2020-09-02")
        values = {"kind": "visit", "title": visit.title, "date": "2020-09", "relation": pair.pk}
        for host, count in ((pair.country_a, 1), (pair.country_b, 0)):
            sent = values | {"host": host.pk}
            found = admin_client.get("/admin/likely-duplicates/", sent).json()["found"]
            assert len(found) == count

    @pytest.mark.parametrize("name", ["title", "date", "relation", "participations-0-person"])
    @pytest.mark.parametrize("text", HOSTILE)
    def test_hostile_text_gives_no_hint(self, admin_client, pair, known, name, text):
        values = {"kind": "event", "title": self.TITLE, "date": "2020", "relation": pair.pk}
        sent = values | {name: text.encode("utf-8", "surrogatepass")}
        response = admin_client.get("/admin/likely-duplicates/", sent)
        assert response.status_code == 200
        assert name == "participations-0-person" or response.json()["found"] == []

    def test_an_unknown_kind_is_a_404(self, admin_client):
        assert admin_client.get("/admin/likely-duplicates/?kind=war").status_code == 404

    def test_users_who_may_not_see_records_get_no_hint(self, client):
        client.force_login(User.objects.create_user("guest", is_staff=True))
        assert client.get("/admin/likely-duplicates/?kind=event").status_code == 403


class TestAutocomplete:
    def search(self, admin_client, model, field, term):
        app, name = model.split(".")
        sent = {"app_label": app, "model_name": name, "field_name": field, "term": term}
        answer = admin_client.get("/admin/autocomplete/", sent)
        assert answer.status_code == 200
        return [row["text"] for row in answer.json()["results"]]

    @pytest.mark.parametrize(
        "term", ["kaz aze", "Казахстан Азербайджан", "AZƏRBAYCAN qaz", "қазақстан azer", "KZ AZ"]
    )
    def test_autocomplete_finds_a_pair_by_both_sides_in_any_script(self, admin_client, base, term):
        found = self.search(admin_client, "relations.event", "relation", term)
        assert found == ["Azerbaijan–Kazakhstan"]

    @pytest.mark.parametrize(
        ("model", "field", "make", "term"),
        [
            ("relations.participation", "person", lambda: PersonFactory(name="Әлия Ə."), "алия"),
            (
                "relations.participation",
                "organization",
                lambda: OrganizationFactory(name="Türk Şurası", acronym=""),
                "turk sura",
            ),
            ("relations.citation", "source", lambda: SourceFactory(title="Қазақ үні"), "казак"),
            ("treaties.party", "country", lambda: CountryFactory(name_en="Åland"), "aland"),
            ("relations.event", "topics", lambda: TopicFactory(name="Sea lanes"), "sea"),
        ],
    )
    def test_autocomplete_ignores_script_and_accents(self, admin_client, model, field, make, term):
        row = indexed(make())
        assert self.search(admin_client, model, field, term) == [str(row)]

    def test_the_number_of_queries_does_not_grow_with_results(
        self, admin_client, django_assert_max_num_queries
    ):
        indexed(*RelationFactory.create_batch(15))
        with django_assert_max_num_queries(20):
            assert len(self.search(admin_client, "relations.event", "relation", "land")) == 15


class TestForms:
    def test_a_new_treaty_has_rows_for_two_parties_a_signature_and_a_citation(
        self, admin_client, db
    ):
        response = admin_client.get("/admin/treaties/treaty/add/")
        rows = {
            inline.formset.prefix: len(inline.formset.forms)
            for inline in response.context["inline_admin_formsets"]
        }
        assert list(rows.items()) == [
            ("parties", 2), ("actions", 1), ("citations", 1), ("participations", 1),
            ("links", 0), ("texts", 0),
        ]  # fmt: skip
        actions = response.context["inline_admin_formsets"][1].formset
        assert actions.forms[0]["action_type"].value() == "signature"
        # Sources of steps can be added from here, as those of citations can.
        assert 'id="add_id_actions-0-source"' in response.content.decode()

    def test_a_step_without_an_action_is_not_saved(self, admin_client, pair):
        form = treaty_form(pair, {"action_type": "", "source": SourceFactory().pk})
        assert admin_client.post("/admin/treaties/treaty/add/", form).status_code == 302
        assert not Treaty.objects.get().actions.exists()

    @pytest.mark.parametrize(
        ("address", "first"),
        [
            ("relations/person", ["name", "country", "slug"]),
            ("relations/organization", ["name", "kind", "acronym", "slug"]),
            ("relations/country", ["name_en", "kind", "slug"]),
        ],
    )
    def test_a_popup_shows_required_fields_first(self, admin_client, address, first):
        response = admin_client.get(f"/admin/{address}/add/?_popup=1")
        needed, further = response.context["adminform"].fieldsets
        assert list(needed[1]["fields"]) == first
        assert further[1]["classes"] == ["collapse"]
        form = response.context["adminform"].form
        required = {name for name, field in form.fields.items() if field.required}
        assert required <= set(first)

    def test_a_new_pair_can_be_added_in_a_popup(self, admin_client):
        one, two = CountryFactory.create_batch(2)
        sent = {"country_a": two.pk, "country_b": one.pk, "_popup": "1"}
        response = admin_client.post("/admin/relations/relation/add/?_popup=1", sent)
        answer = json.loads(response.context["popup_response_data"])
        made = Relation.objects.get()
        assert (answer["value"], answer["obj"]) == (str(made.pk), f"{one}–{two}")

    def test_autocomplete_finds_a_source_by_its_title(self, admin_client, base):
        sent = {"app_label": "treaties", "model_name": "treatytext", "field_name": "source"}
        answer = admin_client.get("/admin/autocomplete/", sent | {"term": "historic opp"})
        title = Source.objects.get(slug="a-historic-opportunity").title
        assert title in [row["text"] for row in answer.json()["results"]]
