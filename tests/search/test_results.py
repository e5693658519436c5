"""Results: their order, pages and facets; corrections; and what readers must never find."""

import re
from collections import Counter
from itertools import chain

import pytest
from django.db import connection

from search.corrections import correct
from search.database import GROUPS
from search.match import TOKEN, Filter
from search.models import Entry, Kind
from search.query import read
from search.results import COUNTED, FACETS, Cursor, Search
from search.suggestions import suggest
from sources.models import SourceText
from tests import factories
from tests.factories import indexed
from tests.steps import publish, withdraw

pytestmark = pytest.mark.django_db
# Words that only hidden rows have.
SECRET = "Zyxwvuland"


@pytest.fixture(scope="module")
def pipelines(module_database):
    """Entries that have "pipeline" in different places."""
    topic = factories.TopicFactory(name="Energy", slug="energy")
    organization = factories.OrganizationFactory(
        name="Consortium", aliases="Pipeline Company\nTTT", public=True
    )
    pair = factories.RelationFactory()
    rows = [topic, organization, pair, pair.country_a, pair.country_b]
    for number in range(7):
        event = factories.EventFactory(
            title=f"Pipeline opened in part {number}", relation=pair, date=str(1990 + number)
        )
        rows.append(published(event, [topic] if number % 2 else []))
    for number in range(5):
        visit = factories.VisitFactory(
            relation=pair, summary="Talks on the pipeline.", date=str(2001 - number)
        )
        rows.append(published(visit, [topic]))
    source = factories.SourceFactory(language="ru", rights="public_domain", public=True)
    text = SourceText.objects.create(source=source, text="The pipeline is long.\n\nVery long.")
    rows += [source, text]
    indexed(*rows)
    return rows


def published(record, topics=()):
    record.topics.set(topics)
    factories.CitationFactory(record=record, source__public=True)
    publish(record)
    return record


def found(text: str, **values) -> list[str]:
    return [f"{one.kind}/{one.slug}" for one in Search.of(text, **values).page(limit=100).entries]


def everything(search: Search, limit: int, method: str = "page") -> list[int]:
    """The keys of all results, page by page, with cursors as they are written in addresses."""
    keys, after = [], None
    while True:
        page = getattr(search, method)(after, limit)
        assert len(page.entries) <= limit
        keys += [one.pk for one in page.entries]
        if page.next is None:
            return keys
        after = Cursor.parse(str(page.next))


def test_titles_come_before_names_before_summaries_before_texts(pipelines):
    kinds = [one.kind for one in Search.of("pipeline").page(limit=100).entries]
    assert kinds == ["event"] * 7 + ["organization"] + ["visit"] * 5 + ["text"]


def test_exact_name_comes_first(pipelines):
    assert found("Pipeline Company")[0].startswith("organization/")
    assert found("ttt")[0].startswith("organization/")


def test_newer_one_of_equally_relevant_records_comes_first(pipelines):
    titles = [one.title for one in Search.of("kind:event pipeline").page().entries]
    assert titles[0] == "Pipeline opened in part 6"
    assert titles[-1] == "Pipeline opened in part 0"


def test_pair_of_two_countries_comes_first():
    one = factories.CountryFactory(name_en="Bosnia and Herzegovina", iso2="BA", name_ru="Босния")
    other = factories.CountryFactory(name_en="Peru", iso2="PE", name_ru="Перу")
    pair = factories.RelationFactory(country_a=one, country_b=other)
    event = published(factories.EventFactory(title="Bosnia and Herzegovina, Peru", relation=pair))
    indexed(one, other, pair, event)
    for text in (
        "peru bosnia and herzegovina", "Bosnia and Herzegovina–Peru", "Перу и Босния", "ba pe",
        "relations of Peru with Bosnia and Herzegovina",
    ):  # fmt: skip
        assert found(text)[0] == f"pair/{pair.slug}", text
    assert found("kind:event peru bosnia and herzegovina") == [f"event/{event.slug}"]


@pytest.mark.parametrize("text", ["ba pe", "PE-BA", "pact-of-lima"])
def test_entry_that_is_found_by_its_name_alone_is_counted_and_dated(text):
    one, other = factories.CountryFactory(iso2="BA"), factories.CountryFactory(iso2="PE")
    pair = factories.RelationFactory(country_a=one, country_b=other)
    pair.summary = "Neighbours."
    pair.save()
    treaty = published(factories.TreatyFactory(title="Agreement", slug="pact-of-lima"))
    indexed(one, other, pair, treaty)
    search = Search.of(text)
    expected = [entry.pk for entry in search.page().entries]
    assert len(expected) == 1
    assert everything(search, 5, "newest") == expected
    assert search.facets().total == 1
    assert found(f"{text} kind:visit") == []


@pytest.mark.parametrize("text", ["zzz*", "ZZZZ*", "ззз*"])
def test_beginning_that_all_tokens_have_finds_nothing(pipelines, text):
    assert found(text) == []
    assert found(f"pipeline -{text}") == found("pipeline")


def test_person_comes_first_by_surname_unless_it_is_a_whole_name():
    person = factories.PersonFactory(name="Arslan Qwertov", public=True)
    hidden = factories.PersonFactory(name="Murat Qwertov")
    office = factories.OrganizationFactory(name="Qwertov Foundation", public=True)
    indexed(person, hidden, office)
    expected = [f"person/{person.slug}", f"organization/{office.slug}"]
    assert found("Qwertov") == found("Квертова") == expected
    named = factories.OrganizationFactory(name="Qwertov", public=True)
    indexed(named)
    assert found("Qwertov")[0] == f"organization/{named.slug}"


def test_person_is_not_first_by_a_word_that_the_query_excludes():
    person = factories.PersonFactory(name="Arslan Qwertov", public=True)
    indexed(person)
    assert found("Qwertov -arslan") == []


def test_entries_of_a_kind_are_ranked_by_the_other_words():
    pair = factories.RelationFactory()
    person = factories.PersonFactory(name="Qwert", public=True)
    other = factories.VisitFactory(relation=pair, title="Talks", date="2020")
    meant = factories.VisitFactory(relation=pair, title="Journey of Qwert", date="1992")
    factories.ParticipationFactory(record=other, person=person, role="visitor")
    indexed(pair, person, published(other), published(meant))
    expected = [f"visit/{meant.slug}", f"visit/{other.slug}"]
    assert found("səfər Qwert") == found("визит Qwert") == expected


def test_name_in_exactly_these_letters_comes_first():
    other = factories.OrganizationFactory(name="Kase", public=True)
    meant = factories.OrganizationFactory(name="Case", public=True)
    indexed(other, meant)
    # Both have the same key if C is a rough K; else only one is found.
    assert found("case")[0] == f"organization/{meant.slug}"
    assert found("kase")[0] == f"organization/{other.slug}"


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 8, 13, 100])
@pytest.mark.parametrize("text", ["pipeline", "ttt", "kind:visit,event", "-talks", "energy"])
def test_pages_follow_without_gap_or_repetition(pipelines, text, limit):
    search = Search.of(text)
    whole = everything(search, 1000)
    assert len(whole) == len(set(whole)) == search.facets().total
    assert everything(search, limit) == whole
    newest = everything(search, limit, "newest")
    assert sorted(newest) == sorted(whole)
    dates = list(Entry.objects.filter(pk__in=newest).order_by("-sort_key", "-pk"))
    assert newest == [one.pk for one in dates]


@pytest.mark.parametrize("method", ["page", "newest"])
@pytest.mark.parametrize("text", ["pipeline", "ttt", "kind:visit,event", "-talks", "energy"])
def test_order_is_the_same_for_many_and_for_few_results(pipelines, text, method, monkeypatch):
    search = Search.of(text)
    whole = everything(search, 1000, method)
    monkeypatch.setattr("search.database.SORTED", 3)
    assert everything(search, 1000, method) == everything(search, 2, method) == whole


@pytest.mark.parametrize(
    "text",
    ["", ".", "1", "1.", ".1", "a.b", "1.2.3", " 1.2", "1_0.1", "١.1", "1.9223372036854775808",
     "99999999999.1", "1.1\n", "1e5.1", "--1.1", "1" * 50 + ".1"],
)  # fmt: skip
def test_forged_cursor_is_refused(text):
    with pytest.raises(ValueError, match=f"^{re.escape(text)}$"):
        Cursor.parse(text)


@pytest.mark.parametrize("cursor", ["0.0", "0.12", "9.1", "-5.1", "4.9223372036854775807"])
def test_cursor_of_nothing_is_no_error(pipelines, cursor):
    after = Cursor.parse(cursor)
    assert len(Search.of("pipeline").page(after).entries) <= 14
    assert len(Search.of("pipeline").newest(after).entries) <= 14


@pytest.mark.parametrize("text", ["pipeline", "kind:event", "energy -talks", "1995"])
def test_facets_count_each_result(pipelines, text):
    search = Search.of(text)
    expected = {name: Counter() for name in FACETS}
    for pk in everything(search, 1000):
        for token in Entry.objects.get(pk=pk).about.split():
            for name in FACETS:
                if token.startswith(TOKEN + name):
                    expected[name][token.removeprefix(TOKEN + name)] += 1
    assert search.facets().counts == expected
    assert search.facets().total == len(everything(search, 1000))


def test_facet_filters_what_it_counts(pipelines):
    for kind, number in Search.of("pipeline").facets().counts["kind"].items():
        assert Search.of("pipeline", Filter(f"{TOKEN}kind{kind}")).facets().total == number


def test_facets_stop_counting(pipelines, monkeypatch):
    monkeypatch.setattr("search.results.COUNTED", 3)
    facets = Search.of("pipeline").facets()
    assert (facets.total, facets.more) == (4, True)
    assert COUNTED == 2_000


def test_mistyped_words_are_corrected_to_words_that_are_found(pipelines):
    assert correct(read("pipline energy")).text == "pipeline energy"
    assert correct(read("enregy -gas pipelien")).text == "energy -gas pipeline"
    assert correct(read("mipeline")).parts == (("pipeline", True),)
    assert correct(read("(enregy), pipelien")).text == "energy pipeline"
    assert correct(read("pipeline")) is None
    assert correct(read('"pipline"')) is None
    assert correct(read("qqvvxx pipline")) is None


def test_word_in_another_script_is_corrected_by_its_sound():
    indexed(factories.PersonFactory(name="Tokayev", public=True))
    assert correct(read("токаеф")).text == "tokayev"


@pytest.fixture
def planted(pipelines):
    """Rows that readers must not find, each with a word of its own and with "pipeline"."""
    pair = pipelines[2]
    rows = [
        factories.EventFactory(title=f"Pipeline {SECRET} draft", relation=pair),
        factories.PersonFactory(name=f"Pipeline {SECRET} person"),
        factories.OrganizationFactory(name=f"Pipeline {SECRET} body"),
        factories.SourceFactory(title=f"Pipeline {SECRET} source"),
        factories.FigureFactory(coverage=f"Pipeline {SECRET}"),
        factories.TradedGoodFactory(name=f"Pipeline {SECRET}"),
    ]
    restricted = factories.SourceFactory(rights="reserved", public=True)
    rows.append(SourceText.objects.create(source=restricted, text=f"The pipeline of {SECRET}."))
    rows.append(factories.PassageFactory(source=restricted, quote=f"pipeline {SECRET}"))
    withdrawn = published(factories.EventFactory(title=f"Pipeline {SECRET}", relation=pair))
    indexed(withdrawn)
    withdraw(withdrawn, reason="no longer true")
    indexed(*rows, withdrawn)
    return rows


def test_hidden_rows_are_in_no_result_count_suggestion_or_correction(pipelines, planted):
    before = found("pipeline")
    assert len(before) == 14
    assert Search.of("pipeline").facets().total == 14
    for text in (SECRET, f'"pipeline {SECRET.lower()}"', f"{SECRET[:6]}*", f"pipeline {SECRET}"):
        search = Search.of(text)
        assert search.page().entries == search.newest().entries == []
        assert search.facets().total == 0
        assert search.known == []
    assert suggest(SECRET[:5]) == suggest(SECRET) == []
    assert correct(read(SECRET.replace("v", "w"))) is None
    assert Search.of(f"-{SECRET}").facets().total == Search.of("-qqvvxx").facets().total


def test_editors_find_hidden_rows(pipelines, planted):
    assert len(found(SECRET, desk=True)) >= len(planted) - 1


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite's index has the right order")
@pytest.mark.parametrize("method", ["page", "newest"])
@pytest.mark.parametrize("text", ["pipeline", "kind:event pipeline", "pipeline -talks", "1990.."])
@pytest.mark.parametrize("sizes", [(1, 1, 2, 4), (3, 1, 3, 3), (0, 0, 0, 0), (1, 100, 1, 100)])
def test_results_do_not_depend_on_how_the_first_are_found(
    pipelines, text, method, sizes, monkeypatch
):
    expected = everything(Search.of(text), 3, method)
    for name, size in zip(("PEEKED", "FEW", "WALKED", "MANY"), sizes, strict=True):
        monkeypatch.setattr(f"search.database.{name}", size)
    assert everything(Search.of(text), 3, method) == expected


def test_groups_hold_each_kind_once_in_order():
    assert list(chain(*GROUPS)) == list(Kind)
