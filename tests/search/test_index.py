"""The index is right after every change, and readers find nothing that they may not see.

After each change `check_index` finds no difference, and a search shows what has changed.
"""

from random import Random

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.changes import deleting, rows_changed, together
from core.snapshot import rolled_back
from desk.adapters import adapter_named
from relations import workflow
from relations.merging import merge
from relations.models import CountryName, Event, Person, Relation
from relations.preview import preview
from relations.publication import publish_all
from relations.release import release
from relations.takedown import take_down
from relations.workflow import open_revision
from search.corrections import correct
from search.match import Filter, token
from search.models import Entry, Kind, Word
from search.query import read
from search.rebuilding import rebuild
from search.results import Search
from search.suggestions import suggest
from sources.importing import run
from sources.models import Passage, Source
from sources.texts import attach
from tests.desk.test_review import address, change_form
from tests.desk.test_two_editors import form_data, with_row
from tests.factories import (
    CitationFactory,
    CommodityFactory,
    CountryFactory,
    EventFactory,
    FigureFactory,
    OfficeFactory,
    OrganizationFactory,
    ParticipationFactory,
    PartyFactory,
    PassageFactory,
    PersonFactory,
    RelationFactory,
    SourceFactory,
    TopicFactory,
    TreatyActionFactory,
    TreatyFactory,
    TreatyTextFactory,
    UserFactory,
    indexed,
)
from tests.steps import publish, withdraw

pytestmark = pytest.mark.django_db


# The most queries that publish a record with a new source.
PUBLISHING = 95
# The tables that are written under the lock of the index: it, the log of public changes, the
# versions of pages, whose writers do not wait for each other, and the session.
WRITTEN_LAST = ('"search_', '"core_publicchange"', '"core_pageversion"', '"django_session"')


def found(text: str, desk: bool = False) -> list[str]:
    """The titles of the results of a search, after a check of the index."""
    call_command("check_index", verbosity=0)
    return [one.title for one in Search.of(text, desk=desk).page().entries]


def all_indexed():
    """Index the rows that factories have saved."""
    list(rebuild())


@pytest.fixture
def publisher():
    return UserFactory(role="Administrator")


class TestRecords:
    def test_a_draft_of_the_admin_is_found_at_the_desk_only(self, admin_client):
        event = EventFactory(title="Plenum")
        all_indexed()
        admin_client.post(address(event), change_form(event, title="Quorum"))
        assert found("quorum") == []
        assert found("quorum", desk=True) == ["Quorum"]
        assert found("plenum", desk=True) == []

    def test_a_published_record_is_found_until_it_is_withdrawn(self):
        event = EventFactory(title="Quorum")
        CitationFactory(record=event)
        all_indexed()
        assert found("quorum") == []
        publish(event)
        assert found("quorum") == ["Quorum"]
        withdraw(event)
        assert found("quorum") == []

    def test_a_pending_change_is_found_once_it_is_published(self, publisher):
        event = EventFactory(title="Quorum", published=True)
        all_indexed()

        def rename(row):
            row.title = "Plenum"
            row.save()

        workflow.change_pending(event, rename, publisher, "")
        assert (found("quorum"), found("plenum", desk=True)) == (["Quorum"], [])
        workflow.publish(event, publisher)
        assert (found("quorum"), found("plenum")) == ([], ["Plenum"])

    def test_a_restored_version_is_found(self, publisher):
        event = EventFactory(title="Quorum")
        all_indexed()
        workflow.save_draft(event, publisher, "")
        event.title = "Plenum"
        event.save()
        workflow.save_draft(event, publisher, "")
        assert found("plenum", desk=True) == ["Plenum"]
        workflow.restore_version(event, event.revisions.get(number=1), publisher, "")
        assert (found("quorum", True), found("plenum", True)) == (["Quorum"], [])

    def test_a_preview_leaves_the_index_as_it_is(self, rf):
        event = EventFactory(title="Quorum")
        all_indexed()
        with rolled_back():
            preview(rf.get("/"), event, open_revision(event))
            assert Event.objects.get().is_public
            assert not Entry.objects.get(kind=Kind.EVENT).public

    def test_a_deleted_draft_is_found_no_more(self, admin_client):
        event = EventFactory(title="Quorum")
        all_indexed()
        admin_client.post(address(event, "delete"), {"post": "yes"})
        assert not Event.objects.exists()
        assert found("quorum", desk=True) == []

    def test_merged_records_are_found_once(self):
        pair = RelationFactory()
        kept = EventFactory(relation=pair, title="Quorum", published=True)
        other = EventFactory(relation=pair, title="Plenum", published=True)
        all_indexed()
        merge(kept, other)
        assert (found("quorum"), found("plenum")) == (["Quorum"], [])

    def test_moving_a_record_reorders_both_pairs(self, publisher):
        old, new = RelationFactory(), RelationFactory()
        event = EventFactory(relation=old, published=True)
        all_indexed()
        before = Entry.objects.get(kind=Kind.PAIR, row=new.pk).pk
        event = Event.objects.get(pk=event.pk)
        event.relation = new
        event.save()
        publish(event)
        call_command("check_index", verbosity=0)
        assert Entry.objects.get(kind=Kind.PAIR, row=new.pk).pk < before

    def test_publishing_costs_a_bounded_number_of_queries(self, django_assert_max_num_queries):
        event = EventFactory()
        CitationFactory(record=event)
        all_indexed()
        event = Event.objects.get(pk=event.pk)
        with django_assert_max_num_queries(PUBLISHING):
            publish(event)

    def test_indexing_more_rows_takes_no_more_queries(self, django_assert_num_queries):
        def rows(number):
            pair = RelationFactory()
            events = EventFactory.create_batch(number, relation=pair, topics=[TopicFactory()])
            for event in events:
                ParticipationFactory(record=event)
            treaties = TreatyFactory.create_batch(number, relation=pair)
            steps = [TreatyActionFactory(treaty=treaty) for treaty in treaties]
            figures = FigureFactory.create_batch(number, from_country=pair.country_a)
            passages = [PassageFactory(source=figure.source) for figure in figures]
            return [*events, *treaties, *steps, *figures, *passages]

        indexed(*rows(1))
        one, many = rows(2), rows(5)
        with CaptureQueriesContext(connection) as few:
            indexed(*one)
        with django_assert_num_queries(len(few)):
            indexed(*many)


class TestNames:
    def test_a_renamed_country_renames_its_pairs(self, admin_client):
        country = CountryFactory(name_en="Ruritania")
        pair = RelationFactory(country_a=country, country_b=CountryFactory(name_en="Zembla"))
        EventFactory(relation=pair, published=True)
        all_indexed()
        page = f"/admin/relations/country/{country.pk}/change/"
        form = form_data(admin_client.get(page)) | {"name_en": "Graustark"}
        assert admin_client.post(page, form).status_code == 302
        assert found("kind:pair zembla") == ["Graustark–Zembla"]
        assert found("ruritania") == []

    def test_names_of_a_country_have_one_order_on_both_databases(self):
        country = CountryFactory(name_en="Republic")
        for name, date in (("kingdom", "1900"), ("Isles", ""), ("empire", "1800"), ("isle", "")):
            country.names.create(language="en", kind="alias", name=name, date=date)
        indexed(country)
        names = Entry.objects.get(kind="country", row=country.pk).names.splitlines()
        assert names[-4:] == ["Isles", "isle", "empire", "kingdom"]

    def test_an_added_name_of_a_country_is_found(self, admin_client):
        country = CountryFactory(name_en="Ruritania")
        all_indexed()
        page = f"/admin/relations/country/{country.pk}/change/"
        form = form_data(admin_client.get(page))
        form = with_row(form, "names", kind="former", language="en", name="Strelsau")
        assert admin_client.post(page, form).status_code == 302
        assert found("strelsau") == ["Ruritania"]

    def test_any_number_of_rows_may_change_at_once(self, monkeypatch):
        monkeypatch.setattr("search.index.PORTION", 2)
        rows = [PersonFactory(name=f"Ruritanian {number}") for number in range(5)]
        topic = TopicFactory(name="Ruritania")
        rows_changed(*rows, topic)
        assert len(found("ruritanian", desk=True)) == 5

    def test_a_pair_is_found_once_it_has_a_published_record(self):
        one, other = CountryFactory(name_en="Ruritania"), CountryFactory(name_en="Zembla")
        all_indexed()
        pair = Relation.objects.get_or_create_pair(one, other)
        event = EventFactory(relation=pair)
        CitationFactory(record=event)
        all_indexed()
        assert found("kind:pair zembla") == []
        assert found("kind:pair zembla", desk=True) == ["Ruritania–Zembla"]
        publish(event)
        assert found("kind:pair zembla") == ["Ruritania–Zembla"]

    def test_a_pair_that_is_created_and_published_in_one_transaction_is_found(self):
        one, other = CountryFactory(name_en="Ruritania"), CountryFactory(name_en="Zembla")
        all_indexed()
        with together():
            (pair,) = Relation.objects.get_or_create_pairs({(one, other)}).values()
            event = EventFactory(relation=pair)
            CitationFactory(record=event)
            publish(event)
        assert found("kind:pair zembla") == ["Ruritania–Zembla"]
        call_command("check_index")

    def test_a_class_of_goods_is_found_once_a_published_figure_has_it(self, client):
        goods = CommodityFactory(classification="HS", code="0101", name="Live horses")
        figure = FigureFactory(commodity=goods)
        all_indexed()
        assert found("kind:commodity horses") == []
        publish(figure)
        assert found("kind:commodity horses") == ["HS 0101 Live horses"]
        link = Entry.objects.get(kind=Kind.COMMODITY).url
        assert link == "/trade/?commodity=HS%3A0101"

    def test_a_name_of_any_length_is_saved(self):
        # Letters that no database can compress.
        letters = Random(1).choices("abcdefghijklmnopqrstuvwxyz", k=5000)
        title = " ".join("".join(letters[start : start + 9]) for start in range(0, 5000, 9))
        indexed(SourceFactory(title=title))
        assert found(title[:9], desk=True) == [title]

    def test_names_that_are_loaded_after_their_country_are_found(self):
        country = indexed(CountryFactory(name_en="Ruritania"))
        name = CountryName.objects.create(
            country=country, kind="former", language="en", name="Strelsau"
        )
        rows_changed(name)
        assert found("strelsau") == ["Ruritania"]

    def test_a_renamed_topic_is_found_and_a_deleted_one_is_not(self, admin_client):
        topic = TopicFactory(name="Canals")
        EventFactory(title="Quorum", topics=[topic], published=True)
        all_indexed()
        page = f"/admin/relations/topic/{topic.pk}/change/"
        admin_client.post(page, form_data(admin_client.get(page)) | {"name": "Locks"})
        assert (found("canals"), found("locks")) == ([], ["Locks", "Quorum"])
        match = Filter(token("topic", topic.pk))
        with deleting([topic]):
            topic.delete()
        assert found("locks") == []
        assert not Entry.objects.matching(match).exists()

    def test_merged_people_are_found_under_both_names(self):
        kept, other = PersonFactory(name="Anna Quill", public=True), PersonFactory(name="Ann Quil")
        office = OfficeFactory(person=other, published=True)
        all_indexed()
        merge(Person.objects.get(pk=kept.pk), Person.objects.get(pk=other.pk))
        assert found("ann quil")[0] == "Anna Quill"
        assert [one.title for one in suggest("ann quil")] == ["Anna Quill"]
        about = Search.of("", Filter(token("person", kept.pk))).page().entries
        assert office.title in [one.title for one in about]

    def test_merging_organizations_moves_their_figures(self):
        kept, other = OrganizationFactory(name="Bureau A"), OrganizationFactory(name="Bureau B")
        figure = FigureFactory(reporter_organization=other, published=True)
        all_indexed()
        merge(kept, other)
        call_command("check_index", verbosity=0)
        about = Entry.objects.matching(Filter(token("organization", kept.pk)))
        assert [one.slug for one in about.filter(kind=Kind.FIGURE)] == [figure.slug]

    def test_a_person_is_found_once_a_published_record_names_them(self):
        event = EventFactory(title="Quorum")
        CitationFactory(record=event)
        ParticipationFactory(record=event, person__name="Anna Quill")
        all_indexed()
        assert (found("quill"), suggest("quill")) == ([], [])
        publish(event)
        assert found("quill")[0] == "Anna Quill"
        assert [one.title for one in suggest("quill")] == ["Anna Quill"]

    def test_a_released_organization_is_found(self, publisher):
        organization = OrganizationFactory(name="Bureau of Quills")
        all_indexed()
        assert found("quills") == []
        release(organization, publisher)
        assert found("quills") == ["Bureau of Quills"]


class TestPairs:
    def test_codes_are_never_shown_as_names_of_a_pair(self):
        names = {"name_az": "", "name_kk": "А", "name_ru": "Б"}
        one = CountryFactory(name_en="Ruritania", iso2="XA", iso3="XAA", **names)
        other = CountryFactory(name_en="Zembla", iso2="XB", iso3="XBB", **names)
        indexed(RelationFactory(country_a=one, country_b=other))
        entry = Entry.objects.get(kind=Kind.PAIR)
        assert entry.names.splitlines() == ["А–А", "Б–Б"]
        assert entry.aliases.splitlines() == ["XA–XB", "XAA–XBB"]


class TestTreaties:
    def test_a_registration_number_is_found_once_its_step_is_published(self):
        treaty = TreatyFactory(title="Accord", published=True)
        step = TreatyActionFactory(
            treaty=treaty, action_type="registration", registration="I-4711", date="2021"
        )
        CitationFactory(record=step)
        all_indexed()
        assert found("I-4711") == []
        publish(step)
        assert found("I-4711")[0] == "Accord"

    def test_a_step_that_moves_to_another_treaty_takes_its_number_along(self):
        one, other = TreatyFactory(title="Sound Dues"), TreatyFactory(title="Oder Tolls")
        step = TreatyActionFactory(
            treaty=one, action_type="registration", registration="I-12345", published=True
        )
        all_indexed()
        assert found("kind:treaty I-12345", desk=True) == ["Sound Dues"]
        step.treaty = other
        step.save()
        rows_changed(step)
        assert found("kind:treaty I-12345", desk=True) == ["Oder Tolls"]

    def test_steps_deleted_with_a_treaty_are_found_no_more(self, admin_client):
        treaty = TreatyFactory(title="Accord")
        TreatyActionFactory(treaty=treaty)
        all_indexed()
        assert len(found("accord", desk=True)) == 2
        admin_client.post(address(treaty, "delete"), {"post": "yes"})
        assert found("accord", desk=True) == []

    def test_a_renamed_treaty_renames_its_drafts_of_steps(self):
        treaty = TreatyFactory(title="Accord")
        TreatyActionFactory(treaty=treaty)
        all_indexed()
        treaty.title = "Compact"
        treaty.save()
        workflow.save_draft(treaty, UserFactory(), "")
        assert found("accord", desk=True) == []
        assert len(found("compact", desk=True)) == 2

    def test_an_added_party_is_found_by(self, publisher):
        treaty, country = TreatyFactory(title="Accord", published=True), CountryFactory()
        all_indexed()
        PartyFactory(treaty=treaty, country=country)
        workflow.publication.revise(treaty, publisher)
        call_command("check_index", verbosity=0)
        about = Search.of("accord", Filter(token("country", country.pk))).page()
        assert [one.title for one in about.entries] == ["Accord"]

    def test_its_open_text_is_found_about_it(self, publisher):
        treaty = TreatyFactory(title="Accord", published=True)
        source = SourceFactory(kind="treaty_text", rights="public_domain", public=True)
        attach(source, b"The parties shall build a zeppelin.", "a.txt")
        all_indexed()
        text = TreatyTextFactory(treaty=treaty, source=source)
        workflow.publication.revise(treaty, publisher)
        assert found("zeppelin") == [source.title]
        about = Filter(token("treaty", treaty.pk))
        assert Search.of("zeppelin", about).facets().total == 1
        text.delete()
        workflow.publication.revise(treaty, publisher)
        assert found("zeppelin") == [source.title]
        assert Search.of("zeppelin", about).facets().total == 0


class TestSources:
    @pytest.fixture
    def source(self):
        source = SourceFactory(title="Gazette", rights="public_domain", public=True)
        PassageFactory(source=source, quote="a zeppelin landed", public=True)
        attach(source, b"Opening.\n\nThe airship came at dawn.", "a.txt")
        return source

    def test_an_attached_open_text_is_found_at_its_paragraph(self, source, client):
        all_indexed()
        assert found("airship") == ["Gazette"]
        (one,) = Search.of("airship").page().entries
        address, _sign, anchor = one.url.partition("#")
        assert f'id="{anchor}"' in client.get(address).content.decode()

    def test_another_text_replaces_it(self, source):
        source.checksum = ""
        attach(source, b"Only a balloon.", "b.txt")
        assert (found("airship"), found("balloon")) == ([], ["Gazette"])

    def test_a_text_that_is_not_open_is_not_in_the_index(self, source):
        words = " ".join(f"word{number}" for number in range(60))
        PassageFactory(source=source, locator="p2s1", quote=words[:290], public=True)
        all_indexed()
        assert found("word30") == [f"Gazette, {Passage.objects.get(locator='p2s1').place}"]
        source.rights = "reserved"
        source.save()
        rows_changed(source)
        assert (found("airship", True), found("word30", True)) == ([], [])
        assert not any("airship" in one.text or "word30" in one.text for one in Entry.objects.all())

    def test_nothing_is_found_of_a_text_after_takedown(self, source):
        all_indexed()
        assert found("zeppelin") != []
        take_down(Source.objects.get(pk=source.pk))
        assert (found("airship", True), found("zeppelin", True)) == ([], [])

    def test_passages_of_a_hidden_source_are_found_at_the_desk_only(self):
        PassageFactory(quote="a zeppelin landed", public=True)
        all_indexed()
        assert (found("zeppelin"), len(found("zeppelin", True))) == ([], 1)

    def test_a_long_paragraph_is_found_to_its_end(self):
        source = SourceFactory(rights="open", licence="CC0", public=True)
        words = (f"w{number % 7000}" for number in range(20_000))
        attach(source, f"First.\n\n{' '.join(words)} zeppelin\n\nLast.".encode(), "a.txt")
        assert found("zeppelin") == [source.title]
        (one,) = Search.of("zeppelin").page().entries
        assert one.url.endswith("#paragraph-2")


class TestLists:
    TEXT = """id,start_date,end_date,visitor,from_id,from_name,description,source_xml
1,1990-05-31,1990-06-03,President Anna Quill,france,France,"State Visit.",a.xml
"""

    def imported(self, tmp_path, text=TEXT, **options):
        path = tmp_path / "list.csv"
        path.write_text(text, encoding="utf-8")
        adapter = adapter_named("us-visits")
        run(adapter, path, **options)
        return adapter

    def test_an_imported_record_is_found_once_it_is_published(self, base, tmp_path):
        adapter = self.imported(tmp_path)
        assert (found("quill"), len(found("quill", True))) == ([], 2)
        publish_all(adapter.imported())
        assert len(found("quill")) == 2
        assert found("kind:pair france usa") == ["France–United States"]
        self.imported(tmp_path, self.TEXT.replace("06-03", "06-04"))
        call_command("check_index", verbosity=0)

    def test_a_dry_run_leaves_the_index_as_it_is(self, base, tmp_path):
        before = Entry.objects.count()
        self.imported(tmp_path, dry_run=True)
        assert Entry.objects.count() == before
        assert found("quill", desk=True) == []

    def test_published_figures_of_a_list_are_found(self):
        figure = FigureFactory(value="598470000", scale=6)
        all_indexed()
        assert found("598.47") == []
        publish(type(figure).objects.all())
        assert len(found("598.47")) == 1

    def test_fixtures_are_indexed_when_they_are_loaded(self, base):
        assert found("kind:country kazakhstan")[0] == "Kazakhstan"


class TestHidden:
    """A word that only rows hold that readers may not see."""

    @pytest.fixture(
        params=["draft", "withdrawn", "person", "organization", "source", "quote", "text"]
    )
    def planted(self, request):
        reserved = {"rights": "reserved", "public": True}
        match request.param:
            case "draft":
                EventFactory(title="Zugzwang", summary="zugzwang")
            case "withdrawn":
                withdraw(EventFactory(title="Zugzwang", published=True))
            case "person":
                PersonFactory(name="Zugzwang")
            case "organization":
                OrganizationFactory(name="Zugzwang", acronym="ZUGZWANG")
            case "source":
                PassageFactory(source__title="Zugzwang", quote="zugzwang", public=True)
            case "quote":
                PassageFactory(quote="of a zugzwang", source=SourceFactory(public=True))
            case "text":
                attach(SourceFactory(**reserved), b"A zugzwang in the end.", "a.txt")
        all_indexed()

    def test_it_is_not_found_counted_suggested_or_a_correction(self, planted):
        assert found("zugzwang") == []
        facets = Search.of("zugzwang").facets()
        assert (facets.total, sum(map(sum, (one.values() for one in facets.counts.values())))) == (
            0, 0,
        )  # fmt: skip
        assert suggest("zugzw", kinds=tuple(Kind)) == []
        assert correct(read("zugzwamg")) is None

    def test_its_words_are_not_learned(self):
        EventFactory(title="Zugzwang")
        all_indexed()
        assert not Word.objects.filter(word="zugzwang").exists()


class TestTransactions:
    """The index is written last: whoever writes it holds a lock that others wait for, and must not
    wait for their rows meanwhile."""

    def written_after(self, queries) -> list[str]:
        """What a request locks or writes of other rows after it has begun to update the index. The
        middleware saves the session afterwards, in another transaction."""
        texts = [one["sql"] for one in queries]
        first = next(place for place, text in enumerate(texts) if '"search_entry"' in text)
        return [
            text
            for text in texts[first:]
            if text.startswith(("INSERT", "UPDATE", "DELETE")) or "FOR UPDATE" in text
            if not any(name in text for name in WRITTEN_LAST)
        ]

    def test_a_form_with_a_new_passage_writes_the_index_last(self, admin_client):
        event = EventFactory(title="Quorum", relation=RelationFactory())
        source = SourceFactory()
        attach(source, b"Both sides agreed on transit.")
        all_indexed()
        data = change_form(event, title="Plenum")
        row = {"source": source.pk, "stance": "supports", "quote": "agreed on transit"}
        data |= {f"citations-0-{name}": value for name, value in row.items()}
        data["citations-TOTAL_FORMS"] = 1
        with CaptureQueriesContext(connection) as queries:
            response = admin_client.post(address(event), data)
        assert (response.status_code, Passage.objects.get().quote) == (302, "agreed on transit")
        assert self.written_after(queries) == []
        assert found("plenum", desk=True) == ["Plenum"]

    def test_several_records_are_withdrawn_before_the_index_is_written(self, admin_client):
        events = [EventFactory(title=f"Quorum {name}", published=True) for name in ("A", "B")]
        all_indexed()
        page = "/admin/relations/event/withdraw/?" + "&".join(f"row={one.pk}" for one in events)
        with CaptureQueriesContext(connection) as queries:
            response = admin_client.post(page, {"reason": "Not an event"})
        assert response.status_code == 302
        assert self.written_after(queries) == []
        assert found("quorum") == []
