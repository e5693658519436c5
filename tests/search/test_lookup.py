"""Looking rows up: the desk's search boxes and autocompletes, and the text filters of lists."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from relations.models import Country, Event, Person, Record, Relation, Visit
from search.lookup import kinds_of, look_up
from search.match import Filter, token
from search.results import Search
from sources.models import Source, SourceText
from tests.factories import (
    CountryFactory,
    EventFactory,
    ParticipationFactory,
    PersonFactory,
    SourceFactory,
    VisitFactory,
    indexed,
)

pytestmark = pytest.mark.django_db
PAIR = "/relations/azerbaijan-kazakhstan/timeline/"
# What nobody should type, and what must not be an error.
HOSTILE = [
    *('"foo', "*", "(", "%s", "NEAR(", "a\0b", "\0", "' OR 1=1 --", "-", "-oil", "kind:"),
    *("kind:x", "\\", "🙂", "\u202eabc", "e\u0301", "۱۲", "1992..", "..", "z", "zz", "zzpublic"),
    *("x" * 10_000, " ".join(f"word{number}" for number in range(200)), '"' * 99, "a OR b"),
]


def slugs(client, address, **query) -> list[str]:
    return [row.slug for row in client.get(address, query).context["object_list"]]


def timeline(client, text) -> set[str]:
    return {entry.slug for entry in client.get(PAIR, {"q": text}).context["page"].entries}


class TestDesk:
    def autocompleted(self, client, term, model="treaties.party", field="country") -> list[str]:
        app, name = model.split(".")
        asked = {"app_label": app, "model_name": name, "field_name": field, "term": term}
        response = client.get("/admin/autocomplete/", asked)
        assert response.status_code == 200
        return [row["text"] for row in response.json()["results"]]

    @pytest.mark.parametrize("term", ["Hungary", "hungary", "Венгрия"])
    def test_the_country_with_exactly_this_name_comes_first(self, admin_client, base, term):
        assert self.autocompleted(admin_client, term)[0] == "Hungary"

    @pytest.mark.parametrize("term", ["India", "IND", "Индия"])
    def test_india_comes_before_names_that_contain_it(self, admin_client, base, term):
        found = self.autocompleted(admin_client, term)
        assert found[0] == "India"

    def test_longer_names_follow_the_exact_one(self, admin_client, base):
        found = self.autocompleted(admin_client, "Hungary")
        assert "Austria-Hungary" in found[1:]

    @pytest.mark.parametrize(
        "term", ["Токаев", "Tokaev", "Toqaev", "Тоқаев", "tokay", "Kassym tok"]
    )
    def test_a_person_is_found_in_every_spelling_and_while_typing(self, admin_client, base, term):
        found = self.autocompleted(admin_client, term, "relations.participation", "person")
        assert found[0] == "Kassym-Jomart Tokayev"

    def test_every_word_may_be_the_beginning_of_one(self, admin_client, base):
        found = self.autocompleted(admin_client, "kaz aze", "relations.event", "relation")
        assert found == ["Azerbaijan–Kazakhstan"]

    def test_drafts_are_found(self, admin_client):
        draft = indexed(EventFactory(title="Caspian talks"))
        found = admin_client.get("/admin/relations/event/", {"q": "caspian"}).context["cl"]
        assert [row.pk for row in found.result_list] == [draft.pk]

    def test_drafts_are_found_by_people_whom_readers_do_not_see(self):
        event = EventFactory()
        person = ParticipationFactory(record=event, person__name="Nemo").person
        indexed(event, person)
        assert list(look_up(Event.objects.all(), "Nemo")) == [event]
        assert Search.of("Nemo").page().entries == []

    @pytest.mark.parametrize(
        ("text", "for_editors", "for_readers"),
        [
            ("person:quorumov", ["Plenum"], []),
            ("plenum -quorumov", ["Summit"], ["Summit", "Plenum"]),
            ("plenum -person:quorumov", ["Summit"], ["Summit", "Plenum"]),
        ],
    )
    def test_only_editors_filter_by_people_whom_readers_do_not_see(
        self, text, for_editors, for_readers
    ):
        person = PersonFactory(name="Arslan Quorumov")
        events = [
            EventFactory(title=title, summary="Plenum.", published=True)
            for title in ("Summit", "Plenum")
        ]
        taking_part = ParticipationFactory(record=events[1], person=person)
        indexed(taking_part, person, *events)
        limit = Filter(token("kind", "event"))
        for desk, expected in ((True, for_editors), (False, for_readers)):
            found = Search.of(text, limit, desk=desk).newest().entries
            assert [one.title for one in reversed(found)] == expected, desk

    def test_the_list_keeps_the_order_that_the_user_has_chosen(self, admin_client):
        for name in ("India", "British India", "Indian Ocean"):
            indexed(CountryFactory(name_en=name))

        def listed(**query):
            shown = admin_client.get("/admin/relations/country/", {"q": "india", **query})
            return [row.name_en for row in shown.context["cl"].result_list]

        assert listed()[0] == "India"
        assert listed(o="1") == ["British India", "India", "Indian Ocean"]
        assert listed(o="-1") == ["Indian Ocean", "India", "British India"]

    def test_words_in_the_title_and_summary_are_found_in_any_script(self):
        event = indexed(EventFactory(title="Договор", summary="Azərbaycan ilə"))
        indexed(EventFactory(title="Other"))
        for text in ("ДОГОВОР", "azerbaycan", "dogovor"):
            assert list(look_up(Event.objects.all(), text)) == [event], text

    def test_invisible_characters_are_ignored(self):
        source = indexed(SourceFactory(title="The Ka\u00adzakh\u2011Azeri\u00a0pact"))
        for text in (
            "kazakh-azeri pact",
            "Kazakh\u2010Azeri\u202fpact",
            "\u200ekazakh\u200b-azeri",
        ):
            assert list(look_up(Source.objects.all(), text)) == [source], ascii(text)

    def test_a_row_is_found_by_its_whole_identifier(self, admin_client):
        row = EventFactory(title="Talks", slug="quite-another-name")
        for text, expected in ((row.slug, [row.pk]), ("quite-another", [])):
            shown = admin_client.get("/admin/relations/event/", {"q": text}).context["cl"]
            assert [one.pk for one in shown.result_list] == expected, text

    @pytest.mark.parametrize("text", HOSTILE)
    def test_any_text_gets_an_answer(self, admin_client, base, text):
        for model in ("relations/event", "sources/source", "relations/relation", "auth/user"):
            assert admin_client.get(f"/admin/{model}/", {"q": text}).status_code == 200
        self.autocompleted(admin_client, text)

    def test_a_model_outside_the_index_has_no_kinds(self):
        assert kinds_of(SourceText) == ()
        with pytest.raises(ValueError, match="SourceText"):
            look_up(SourceText.objects.all(), "text")

    def test_a_kind_of_record_has_one_kind_and_records_have_all(self):
        assert kinds_of(Event) == ("event",)
        assert kinds_of(Source) == ("source",)
        assert set(kinds_of(Record)) == {
            *("visit", "event", "membership", "mission", "office", "treaty", "action"),
        }

    def test_the_lookup_keeps_to_the_rows_that_are_given(self):
        one, other = (indexed(PersonFactory(name=name)) for name in ("Ali Aliyev", "Ali Veli"))
        rows = Person.objects.exclude(pk=other.pk)
        assert list(look_up(rows, "ali")) == [one]
        assert list(look_up(Person.objects.all(), "ali veli")) == [other]

    def test_the_most_relevant_rows_come_first_and_the_others_in_their_order(self):
        in_summary = indexed(EventFactory(title="Anniversary", summary="Of the port of Aktau"))
        in_title = indexed(EventFactory(title="Port of Aktau reopened"))
        exact = indexed(EventFactory(title="Port of Aktau"))
        assert list(look_up(Event.objects.all(), "port of aktau")) == [exact, in_title, in_summary]


class TestFilters:
    def test_places_and_participants_are_found(self, client):
        person = PersonFactory(name="Kassym-Jomart Tokayev", public=True)
        there = VisitFactory(title="State visit", place="Baku", published=True)
        his = EventFactory(title="Summit", published=True)
        his.participations.create(role="participant", person=person)
        VisitFactory(title="Another", place="Astana", published=True)
        indexed(person, there, his)
        assert slugs(client, "/visits/", q="Baku") == slugs(client, "/visits/", q="баку")
        assert slugs(client, "/visits/", q="Baku") == [there.slug]
        assert slugs(client, "/events/", q="Токаев") == [his.slug]

    def test_the_timeline_of_a_pair_finds_entries_of_both_its_streams(self, client, base):
        found = timeline(client, "Токаев")
        assert "kassym-jomart-tokayev-president" in found
        assert timeline(client, "Tokayev") == found
        baku = {row.slug for row in Visit.objects.published().filter(place__contains="Baku")}
        assert baku
        assert timeline(client, "Baku") >= baku & timeline(client, "")

    @pytest.mark.parametrize("text", ["SILK road", "road silk", '"silk road"', "silk ro"])
    def test_all_words_are_needed_in_any_order(self, client, base, text):
        assert timeline(client, text) == {"digital-silk-road"}

    @pytest.mark.parametrize("text", ["silk zebra", "sil road", '"road silk"', "silk -road"])
    def test_only_the_last_word_may_be_unfinished(self, client, base, text):
        assert timeline(client, text) == set()

    def test_a_list_does_not_depend_on_drafts(self, client):
        published = EventFactory(title="Port of Aktau", published=True)
        indexed(published, EventFactory(title="Port of Baku"))
        assert slugs(client, "/events/", q="port") == [published.slug]
        # The name of a draft person means nothing to readers.
        person = PersonFactory(name="Nemo Draft")
        published.participations.create(role="participant", person=person)
        indexed(person, published)
        assert slugs(client, "/events/", q="nemo") == []

    def test_sources_people_and_countries_are_found_in_every_script(self, client):
        source = indexed(SourceFactory(title="Қазақстан заңы", public=True))
        person = indexed(PersonFactory(name="Əli Əliyev", public=True))
        country = indexed(CountryFactory(name_en="Kazakhstan", name_kk="Қазақстан"))
        assert slugs(client, "/sources/", q="казакстан") == [source.slug]
        assert slugs(client, "/people/", q="eliyev") == [person.slug]
        assert slugs(client, "/countries/", q="казак") == [country.slug]

    @pytest.mark.parametrize("text", [text for text in HOSTILE if len(text) <= 200])
    def test_any_text_gets_an_answer(self, client, base, text):
        for address in (PAIR, "/events/", "/sources/", "/countries/", "/treaties/", "/people/"):
            assert client.get(address, {"q": text}).status_code in (200, 400), address

    def test_a_text_without_words_finds_nothing(self, client, base):
        assert slugs(client, "/countries/", q="%") == []

    def test_the_text_is_read_once_for_all_facets(self, client, base):
        with CaptureQueriesContext(connection) as asked:
            client.get("/treaties/", {"q": "transit"})
        # Names in the text, entries with this name, and people with this surname.
        assert sum('FROM "search_name"' in query["sql"] for query in asked) == 3


def test_pairs_are_found_by_both_names(db):
    one, other = CountryFactory(name_en="Newland"), CountryFactory(name_en="Oldland")
    pair = Relation.objects.create(country_a=one, country_b=other, slug="newland-oldland")
    indexed(one, other, pair)
    for text in ("newland oldland", "oldl newl"):
        assert list(look_up(Relation.objects.all(), text)) == [pair], text
    assert list(look_up(Country.objects.all(), "newl")) == [one]
