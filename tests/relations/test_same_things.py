"""People and organizations entered twice, and citations that only look the same."""

import pytest

from relations.duplicates import add_citations, similar_organizations, similar_people
from relations.models import Citation, Event, FormerAddress, Organization, Person
from sources.models import Source
from sources.texts import attach
from tests.desk.test_admin import errors, event_form, formset
from tests.factories import (
    CitationFactory,
    CountryFactory,
    EventFactory,
    OrganizationFactory,
    PersonFactory,
    RelationFactory,
    SourceFactory,
)

pytestmark = pytest.mark.django_db
URL = "https://news.example/orban"
SENTENCE = "Diplomatic relations were established on 27 August 1992 by an exchange of notes."


class TestPeople:
    def test_a_name_in_another_order_is_found_unless_the_countries_differ(self):
        hungary, other = CountryFactory.create_batch(2)
        known = PersonFactory(name="Viktor Orbán", country=hungary)
        assert similar_people(Person(name="Orbán Viktor")) == [known]
        assert similar_people(Person(name="Orban, Viktor", country=hungary)) == [known]
        assert similar_people(Person(name="Orbán Viktor", country=other)) == []
        assert similar_people(Person(name="Viktor Yushchenko")) == []
        assert similar_people(known) == []

    def test_other_spellings_count_on_both_sides(self):
        known = PersonFactory(
            name="Kassym-Jomart Tokayev", aliases="Токаев Касым-Жомарт\nTokaev K."
        )
        assert similar_people(Person(name="Тоқаев Қасым-Жомарт")) == [known]
        assert similar_people(Person(name="K.-J. T.", aliases="Tokayev Kassym-Jomart")) == [known]

    def test_the_form_asks_before_it_saves_another_one(self, admin_client):
        known = PersonFactory(name="Viktor Orbán")
        form = {"name": "Orbán Viktor", "slug": "orban-viktor"}
        response = admin_client.post("/admin/relations/person/add/", form)
        assert errors(response) == {
            "__all__": ["This may already exist. Choose one of the buttons above."]
        }
        assert f"/admin/relations/person/{known.pk}/change/" in response.content.decode()
        assert not Person.objects.filter(slug="orban-viktor").exists()
        again = form | {"_different": "1", "shown": known.pk}
        assert admin_client.post("/admin/relations/person/add/", again).status_code == 302
        assert Person.objects.filter(slug="orban-viktor").exists()


class TestBlankIdentifiers:
    """The identifier of a new row is made from its name or title."""

    ROWS = (
        ("relations/person", Person, "name", {}),
        ("relations/organization", Organization, "name", {"kind": "other"}),
        ("sources/source", Source, "title", {"kind": "news", "rights": "unknown", "url": URL}),
    )

    @pytest.mark.parametrize(("address", "model", "field", "values"), ROWS)
    def test_the_name_of_an_existing_row_asks_whether_it_is_the_same(
        self, admin_client, address, model, field, values
    ):
        page = f"/admin/{address}/add/"
        form = values | {field: "Viktor Orbán", "slug": ""}
        form |= {} if model is not Source else formset("passages") | formset("synopsis")
        response = admin_client.post(page, form)
        assert response.status_code == 302, errors(response)
        known = model.objects.get(slug="viktor-orban")
        response = admin_client.post(page, form)
        assert errors(response) == {
            "__all__": ["This may already exist. Choose one of the buttons above."]
        }
        again = form | {"_different": "1", "shown": known.pk}
        assert admin_client.post(page, again).status_code == 302
        slugs = model.objects.filter(**{field: "Viktor Orbán"}).order_by("pk")
        assert list(slugs.values_list("slug", flat=True)) == ["viktor-orban", "viktor-orban-2"]

    @pytest.mark.parametrize(("address", "_model", "field", "_values"), ROWS)
    def test_no_script_fills_in_the_identifier(self, admin_client, address, _model, field, _values):
        page = admin_client.get(f"/admin/{address}/add/")
        assert page.context["adminform"].prepopulated_fields == []
        assert not page.context["adminform"].form.fields["slug"].required

    def test_the_identifier_of_a_merged_row_is_not_made_again(self, admin_client):
        kept = PersonFactory(name="Péter Szijjártó")
        FormerAddress.objects.create(slug="viktor-orban", person=kept)
        form = {"name": "Viktor Orbán", "slug": ""}
        assert admin_client.post("/admin/relations/person/add/", form).status_code == 302
        assert Person.objects.get(name="Viktor Orbán").slug == "viktor-orban-2"

    def test_a_typed_identifier_that_is_taken_is_refused_at_its_field(self, admin_client):
        PersonFactory(slug="viktor-orban", name="Somebody")
        form = {"name": "Viktor Orbán", "slug": "viktor-orban"}
        assert errors(admin_client.post("/admin/relations/person/add/", form)) == {
            "slug": ["Person with this Identifier already exists."]
        }


class TestOrganizations:
    def test_an_organization_is_found_by_any_of_its_names(self):
        known = OrganizationFactory(
            name="Organization of Turkic States", acronym="OTS", aliases="Turkic Council"
        )
        for name in ("The Organization of Turkic States", "OTS", "turkic council"):
            assert similar_organizations(Organization(name=name)) == [known]
        assert similar_organizations(Organization(name="Body", acronym="ots")) == [known]
        assert similar_organizations(Organization(name="Turkic Academy")) == []

    def test_two_companies_of_one_name_in_two_countries_are_two(self):
        one, other = CountryFactory.create_batch(2)
        OrganizationFactory(name="National Bank", country=one)
        assert similar_organizations(Organization(name="National Bank", country=other)) == []

    def test_the_form_asks_before_it_saves_another_one(self, admin_client):
        OrganizationFactory(name="Turkic Council")
        form = {"name": "The Turkic Council", "kind": "other", "slug": "council"}
        response = admin_client.post("/admin/relations/organization/add/", form)
        assert not Organization.objects.filter(slug="council").exists()
        assert "Is it one of these?" in response.content.decode()


class TestCitations:
    def form(self, source, *quotes, **values):
        pair = RelationFactory()
        rows = [
            {"source": source.pk, "quote": quote, "stance": "supports"} | values for quote in quotes
        ]
        form = event_form(pair, title="Established", date="1992-08-27")
        return form | formset("citations", *rows) | formset("participations")

    def test_different_words_of_one_sentence_are_two_citations(self, admin_client):
        source = SourceFactory(rights="open", licence="CC0")
        attach(source, SENTENCE.encode(), "a.txt")
        form = self.form(source, "27 August 1992", "an exchange of notes")
        response = admin_client.post("/admin/relations/event/add/", form)
        assert response.status_code == 302, errors(response)
        quotes = Citation.objects.filter(source=source).order_by("pk")
        assert [row.passage.quote for row in quotes] == ["27 August 1992", "an exchange of notes"]

    def test_the_same_words_twice_are_refused_at_the_row(self, admin_client):
        source = SourceFactory(rights="open", licence="CC0")
        attach(source, SENTENCE.encode(), "a.txt")
        form = self.form(source, "27 August 1992", "27 August 1992")
        response = admin_client.post("/admin/relations/event/add/", form)
        assert response.status_code == 200
        assert not Event.objects.filter(title="Established").exists()

    def test_different_words_at_one_place_without_a_text_are_two_citations(self, admin_client):
        source = SourceFactory()
        pair = RelationFactory()
        rows = [
            {"source": source.pk, "locator": "p3s9", "stance": "supports", "as_stated": words}
            for words in ("on 27 August 1992", "by an exchange of notes")
        ]
        form = event_form(pair, title="Established", date="1992-08-27")
        form |= formset("citations", *rows) | formset("participations")
        response = admin_client.post("/admin/relations/event/add/", form)
        assert response.status_code == 302, errors(response)
        assert Citation.objects.filter(source=source).count() == 2

    def test_adding_other_words_of_a_cited_place_adds_a_citation(self, admin_user):
        event = EventFactory()
        source = SourceFactory()
        CitationFactory(record=event, source=source, locator="p3s9", as_stated="on 27 August")
        for words, added in (("by an exchange", 1), ("On  27 August", 0), ("", 0)):
            new = [Citation(source=source, locator="p3s9", as_stated=words)]
            assert len(add_citations(event, new, admin_user)) == added
