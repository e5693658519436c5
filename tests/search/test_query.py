"""The language of queries: what each text means, and that no text is an error."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from search.corrections import correct
from search.dates import year_tokens
from search.extracts import marked
from search.index import YEAR_SIZES
from search.match import About, Any, Filter, Match, Words, any_of
from search.query import LONGEST, MOST, PHRASE, Meaning, meanings, read
from search.results import Cursor, Search
from search.suggestions import suggest
from search.words import begun, keys
from tests import factories
from tests.factories import indexed

pytestmark = pytest.mark.django_db


def words(text: str) -> Words:
    """Entries with the words of a text side by side."""
    return Words(tuple(keys(text)))


def matches(text: str) -> list[Match]:
    """What the terms of a query match, as words."""
    return [term.match() for term in read(text).terms]


# "47 496 538" may be one number or three.
SPACED = [
    Any(
        (
            words("47 496 538"),
            words("47496538"),
            words("47,496,538"),
            words("47") & words("496") & words("538"),
        )
    )
]


def years(first: int, last: int) -> list[Match]:
    return [Filter(f"zzyear{year}") for year in range(first, last + 1)]


@pytest.fixture
def kingdom():
    row = factories.CountryFactory(name_en="United Kingdom", slug="united-kingdom", iso2="GB")
    return indexed(row)


@pytest.mark.parametrize(
    ("text", "expected"),
    {
        "oil gas": [words("oil"), words("gas")],
        "the price of oil": [words("price"), words("oil")],
        "the of": [words("the"), words("of")],
        '"price of oil"': [words("price of oil")],
        "“price of oil”": [words("price of oil")],
        "«price of oil»": [words("price of oil")],
        "„price of oil“": [words("price of oil")],
        "I-36510": [words("I 36510")],
        "HS 2710": [words("hs"), words("2710")],
        "598.47": [words("598.47")],
        "598,47": [words("598.47")],
        "47496538": [Any((words("47496538"), words("47,496,538"), words("47 496 538")))],
        "47,496,538": [Any((words("47,496,538"), words("47496538"), words("47 496 538")))],
        "47 496 538": SPACED,
        "47\u00a0496\u00a0538": SPACED,
        "47 4965": [words("47"), words("4965")],
        "HS2710": [Any((words("HS2710"), words("HS 2710")))],
        "I36510": [Any((words("I36510"), words("I 36510")))],
        "transp*": [Words((begun("transp"),), prefix=True)],
        "tr*": [words("tr")],
        '"transp*"': [words("transp")],
        '"oil': [words("oil")],
        "NEAR(oil": [words("near oil")],
        "oil) AND": [words("oil")],
        "mailto:oil": [words("mailto oil")],
        "topic:oil": [words("topic"), words("oil")],
        'x:"natural gas"': [words("x"), words("natural gas")],
        "1996..1992": [words("1996 1992")],
        "year:oil": [words("year"), words("oil")],
    }.items(),
)
def test_text_is_read_as_words(text, expected):
    query = read(text)
    assert matches(text) == expected
    assert (query.filters, query.excluded, query.cut) == ([], [], False)


@pytest.mark.parametrize(
    "text", ["", " ", "*", "(", '"', '""', "-", '-"', "🛢️", "\0", "-()", "..", "%"]
)
def test_query_without_words_finds_nothing(text):
    indexed(factories.TopicFactory())
    search = Search.of(text)
    assert search.query.is_empty
    assert search.page().entries == search.newest().entries == []
    assert search.facets().total == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    {
        "kind:treaty": Filter("zzkindtreaty"),
        "Kind:Visit": Filter("zzkindvisit"),
        "kind:визит": Filter("zzkindvisit"),
        "kind:visit,event": Any((Filter("zzkindvisit"), Filter("zzkindevent"))),
        "language:az-Cyrl": Filter("zzlanguageaz"),
        "language:Russian": Filter("zzlanguageru"),
        "language:орыс": Filter("zzlanguageru"),
        'language:"қазақ тілі"': Filter("zzlanguagekk"),
        "year:1992–1994": Any(tuple(years(1992, 1994))),
        "language:казахский": Filter("zzlanguagekk"),
        "year:1992-1994": Any(tuple(years(1992, 1994))),
        "decade:1990s": Filter("zzdecade199"),
        "decade:1990": Filter("zzdecade199"),
        "year:1992": Filter("zzyear1992"),
        "year:1992..1994": Any(tuple(years(1992, 1994))),
        "1992..1994": Any(tuple(years(1992, 1994))),
        "1992..1992": Filter("zzyear1992"),
        "1985..2001": any_of(
            [*years(1985, 1989), Filter("zztens199"), *years(2000, 2001)]
        ),
        "1890..2010": any_of(
            [Filter("zztens189"), Filter("zzhundreds19"), Filter("zztens200"), *years(2010, 2010)]
        ),
        "1999..": any_of(
            [*years(1999, 1999), *(Filter(f"zzhundreds{number}") for number in range(20, 30))]
        ),
    }.items(),
)  # fmt: skip
def test_filter_is_read(text, expected):
    query = read(text)
    assert (query.filters, query.terms, query.excluded) == ([expected], [], [])


@given(first=st.integers(0, 2999), length=st.integers(0, 400))
def test_tokens_of_a_range_stand_for_each_of_its_years_once(first, length):
    sizes = {name: size for size, name in YEAR_SIZES}
    years = []
    for one in year_tokens(first, first + length):
        name, number = re.fullmatch(r"zz([a-z]+)(\d+)", one).groups()
        years += range(int(number) * sizes[name], (int(number) + 1) * sizes[name])
    assert years == list(range(first, first + length + 1))


@pytest.mark.parametrize(
    "text",
    ["2024-03-11", "2024-3-11", "11.03.2024", "11.3.2024", "11 марта 2024", '"11 mart 2024"',
     "11 наурыз 2024", "2024-03"],
)  # fmt: skip
def test_date_is_found_however_it_is_written(text):
    event, *_others = (
        factories.EventFactory(title=title, date=date, published=True)
        for title, date in (("A", "2024-03-11"), ("B", "2024-11-03"), ("C", "2023-03-11"))
    )
    indexed(event, *_others)
    assert [one.row for one in Search.of(f"kind:event {text}").page().entries] == [event.pk]


@pytest.mark.parametrize("text", ["1991-1995", "1991–1995", "1990s", "1990-х"])
def test_years_are_found_beside_their_words(text):
    dated, named, other = (
        factories.EventFactory(title=title, date=date, published=True)
        for title, date in (("Talks", "1993"), (f"Plan of {text}", "2001"), ("Talks", "1989"))
    )
    indexed(dated, named, other)
    found = [one.row for one in Search.of(f"kind:event {text}").page().entries]
    assert found == [named.pk, dated.pk]


@pytest.mark.parametrize("text", ["Kazan", "Казань", "Kan", "Maya", '"Kazan"'])
def test_names_like_those_of_months_are_no_months(text):
    assert matches(text) == [words(text)]


@pytest.mark.parametrize("text", ["2000mw", "1500km", "2000-го", "2020-ci", "2000м"])
def test_years_and_units_are_no_decades(text):
    (term,) = read(text).terms
    assert term.found() == term.match()


@pytest.mark.parametrize("text", ["1990S", "1990’s", "1990s"])
def test_decade_is_read_in_any_spelling(text):
    (term,) = read(text).terms
    assert About("zztens199") in term.found().parts


def test_numbers_side_by_side_may_be_one_number_or_several():
    (found,) = matches("60 283")
    assert {words("60,283"), words("60283"), words("60") & words("283")} <= set(found.parts)


@pytest.mark.parametrize("value", ["kz-by", "by-kz", "BY-KZ", "by kz"])
def test_pair_is_found_by_codes_that_are_also_stop_words(value):
    one, other = (
        factories.CountryFactory(name_en=name, slug=name.lower(), iso2=code)
        for name, code in (("Kazakhstan", "KZ"), ("Belarus", "BY"))
    )
    pair = factories.RelationFactory(country_a=other, country_b=one)
    event = factories.EventFactory(relation=pair, published=True)
    indexed(one, other, event.relation, event)
    assert read(f'pair:"{value}"').filters == [Filter(f"zzpair{event.relation_id}")]


@pytest.mark.parametrize("text", ["13.13.2024", "2024-13-01", "1999-1995", "20245-03-11"])
def test_what_is_no_date_or_range_is_words(text):
    event = indexed(factories.EventFactory(title=f"Code {text}", published=True))
    indexed(factories.EventFactory(date="2024-01-13", published=True))
    assert [one.row for one in Search.of(f"kind:event {text}").page().entries] == [event.pk]


@pytest.mark.parametrize(
    ("text", "expected"),
    {
        "1990..1999": {"1990-05", "[1989..1991]", "1999-12-31"},
        "..1989": {"1989", "[1989..1991]", "[1980..1989]"},
        "1991..": {"[1989..1991]", "1999-12-31", "2000"},
        "year:1984..1987": {"[1980..1989]"},
    }.items(),
)
def test_range_finds_what_possibly_falls_into_it(text, expected):
    days = ("1989", "1990-05", "[1989..1991]", "1999-12-31", "2000", "[1980..1989]", "")
    indexed(*(factories.EventFactory(date=day, published=True) for day in days))
    found = Search.of(f"kind:event {text}").page().entries
    assert {str(one.date) for one in found} == expected


@pytest.mark.parametrize(
    "text",
    [
        'country:"united kingdom"',
        "country:united-kingdom",
        "country:GB",
        "country:“United Kingdom”",
    ],
)
def test_country_is_found_by_its_names(kingdom, text):
    assert read(text).filters == [Filter(f"zzcountry{kingdom.pk}")]


def test_person_is_found_by_a_word_of_the_name():
    person = indexed(factories.PersonFactory(name="Kassym-Jomart Tokayev", public=True))
    assert read("person:tokayev").filters == [Filter(f"zzperson{person.pk}")]


def test_hidden_person_is_no_filter():
    indexed(factories.PersonFactory(name="Kassym-Jomart Tokayev"))
    assert read("person:tokayev").filters == []


def test_excluded_words_exclude_what_is_about_their_row(kingdom):
    assert read("-gb -oil").excluded == [words("gb"), words("oil")]
    about = About(f"zzcountry{kingdom.pk}")
    assert read('-"united kingdom"').excluded == [Any((words("united kingdom"), about))]


def test_year_and_kind_are_found_by_words_and_by_entries_of_them():
    year, visit = (term.found() for term in read("1992 визит").terms)
    assert year == Any((words("1992"), About("zzyear1992")))
    assert visit.parts[1:] == (About("zzkindvisit"),)
    assert [term.found() for term in read('"1992"').terms] == [words("1992")]
    assert read("визит").terms[0].found(alone=False).parts[1:] == (Filter("zzkindvisit"),)


@pytest.mark.parametrize(
    "text", ["xa-xb", "xb-xa", '"Xland Ystan"', "ystan-xland", "Ystan–Xland", '"Ystan and XA"']
)
def test_pair_is_found_by_its_countries_in_either_order(text):
    one = factories.CountryFactory(name_en="Xland", slug="xland", iso2="XA")
    other = factories.CountryFactory(name_en="Ystan", slug="ystan", iso2="XB")
    pair = factories.RelationFactory(country_a=one, country_b=other)
    pair.summary = "Neighbours."
    pair.save()
    indexed(one, other, pair)
    assert read(f"pair:{text}").filters == [Filter(f"zzpair{pair.pk}")]
    assert read("pair:xa-xa").filters == []


def test_number_is_marked_in_each_way_it_is_found():
    marks = [term.marks for term in read("47496538 1,000 transp* 1992").terms]
    assert marks == [
        ["n47496538", "n47p496p538", "n47 n496 n538"],
        ["n1p000", "n1000", "n1 n000"],
        ["trans*"],
        ["n1992"],
    ]


def test_particle_of_a_name_in_cyrillic_may_differ():
    assert [term.text for term in read("Шарль де Голль").terms] == ["Шарль", "Голль"]


def test_names_are_recognized_with_the_stop_words_in_them():
    island = indexed(factories.CountryFactory(name_en="Isle of Man"))
    assert meanings(read("trade of the Isle of Man")) == [
        Meaning(3, 5, (("country", island.pk),))
    ]  # fmt: skip


def test_code_is_recognized_in_capitals_only(kingdom):
    rows = (("country", kingdom.pk),)
    assert meanings(read("GB oil")) == [Meaning(0, 0, rows)]
    assert meanings(read("gb oil")) == []


def test_code_is_recognized_in_its_own_letters_only():
    spain = indexed(factories.CountryFactory(iso2="ES"))
    assert meanings(read("ES oil")) == [Meaning(0, 0, (("country", spain.pk),))]
    assert meanings(read("ЕС oil")) == []


@pytest.mark.parametrize("text", ["HS 2710", "HS2710", "HS-2710", '"HS 2710"'])
def test_code_names_its_row_with_and_without_separators(text):
    oil = factories.CommodityFactory(code="2710")
    indexed(factories.TradedGoodFactory(commodity=oil, published=True), oil)
    rows = [one.rows for one in meanings(read(text))]
    assert rows == [(("commodity", oil.pk),)]


def test_only_so_much_of_a_query_is_read():
    assert len(read("oil gas " * 100).terms) == MOST
    assert read("oil gas " * 100).cut
    assert len(read("oil" * LONGEST).text) == LONGEST
    (term,) = read('"' + "oil " * (PHRASE + 1) + '"').terms
    assert len(term.keys) == PHRASE


@pytest.mark.parametrize("text", ["topic:{}", "-topic:{}"])
def test_only_so_many_values_of_filters_are_read(text):
    topic = indexed(factories.TopicFactory(name="Oil"))
    values = [f"{topic.slug}{'/' * number}" for number in range(3 * MOST)]
    with CaptureQueriesContext(connection) as queries:
        query = read(f"{text.format(','.join(values))} gas {text.format(','.join(values))}")
    assert len(queries) <= MOST
    assert query.cut
    assert (len(query.typed), len(query.filters) + len(query.excluded)) == (0, 1)


def test_each_value_of_a_filter_is_read_once():
    topic = indexed(factories.TopicFactory(name="Oil"))
    with CaptureQueriesContext(connection) as queries:
        query = read("topic:" + ",".join(["oil"] * 100))
    assert (len(queries), query.cut) == (1, False)
    assert query.filters == [Filter(f"zztopic{topic.pk}")]


PIECES = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ['"', "*", "(", ")", "-", ":", "..", "kind:", "year:", "country:", "1992", "NEAR(", "AND",
         "OR", "NOT", "%s", "'", "\\", "zzpublic", "|", "&", "!", "<->", "^", "{a} :", "🛢️", "عربي",
         "é" * 20, "a\u0301\u0302", "\u202e", "ﬁ", "中文", "Тоқаев", "“", "»", "\0", "\ud800"]
    ),
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=12).flatmap(
    lambda parts: st.sampled_from([" ".join(parts), "".join(parts)])
)


@given(text=TEXTS, cursor=st.one_of(st.text(max_size=45), st.from_regex(r"-?\d+\.-?\d+")))
def test_no_text_raises(text, cursor):
    if not hasattr(test_no_text_raises, "rows"):
        test_no_text_raises.rows = indexed(factories.TopicFactory(name="Oil, gas and Тоқаев"))
    try:
        after = Cursor.parse(cursor)
    except ValueError:
        after = None
    search = Search.of(text)
    search.page(after)
    search.newest(after)
    search.facets()
    suggest(text)
    correct(search.query)
    starts = [key + "*" * term.prefix for term in search.query.terms for key in term.keys]
    assert "".join(part for part, _found in marked(text, starts)) == text
