"""Whole records that texts state."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.dates import Edtf
from extraction.known import known_names
from extraction.recognition import recognize
from extraction.suggestions import suggested, suggestions
from tests.extraction.texts import COMMUNIQUE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("base")]


def found(text: str, on: str = "2031-03-12", pair=()):
    return suggested(text, known_names, Edtf.parse(on) if on else None, pair)


def values(one, *names: str) -> tuple:
    return tuple(str(one.value(name)) for name in names)


def test_a_communique_gives_its_records_in_the_order_of_the_text():
    visit, earlier, treaty, session, figure = found(COMMUNIQUE)
    names = ("host", "pair", "visit_type", "rank", "date", "place")
    pair = "('azerbaijan', 'kazakhstan')"
    arrived = ("azerbaijan", pair, "official", "head_of_government", "2031-03-11", "Baku")
    assert values(visit, *names) == arrived
    paid = ("kazakhstan", pair, "working", "foreign_minister", "2031-02-05", "Astana")
    assert values(earlier, *names) == paid
    assert [one.person.name for one in (*visit.people, *earlier.people)] == [
        "Aidar Bekenov",
        "Farid Babazadeh",
    ]
    title = "Agreement on cooperation in the field of archives between Azerbaijan and Kazakhstan"
    assert values(treaty, "title", "instrument", "parties", "date", "place") == (
        title, "agreement", pair, "2031-03-11", "Baku",
    )  # fmt: skip
    assert [values(step, "action_type", "date") for step in treaty.steps] == [
        ("signature", "2031-03-11")
    ]
    assert values(session, "event_type", "pair", "date", "place") == (
        "session", pair, "2031-02-06", "Astana",
    )  # fmt: skip
    assert values(figure, "indicator", "from_country", "to_country", "value", "unit", "period") == (
        "trade-turnover", "azerbaijan", "kazakhstan", "529600000", "USD", "2030",
    )  # fmt: skip


def test_the_quotation_of_a_suggestion_states_it():
    visit = found(COMMUNIQUE)[0]
    words = COMMUNIQUE[visit.start : visit.end]
    assert words.startswith("11 March 2031 the Prime Minister of Kazakhstan, Aidar Bekenov")
    assert words.endswith("on an official visit")


@pytest.mark.parametrize(
    "text",
    [
        "President Kassym-Jomart Tokayev will pay a visit to Azerbaijan in May.",
        "President Kassym-Jomart Tokayev was invited to visit Azerbaijan.",
        "The visit of President Kassym-Jomart Tokayev to Azerbaijan was cancelled.",
        "Президент Касым-Жомарт Токаев планирует визит в Азербайджан.",
        "Prezident Kasım-Jomart Tokayevin Azərbaycana səfəri gözlənilir.",
        "Қасым-Жомарт Тоқаевтың Әзербайжанға сапары жоспарланып отыр.",
        "Azerbaijan and Kazakhstan plan to sign an Agreement on archives.",
        "The trade turnover of Azerbaijan and Kazakhstan is to reach $1 billion by 2040.",
    ],
)
def test_plans_invitations_and_denials_give_no_record(text):
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        (
            "Президент Казахстана Касым-Жомарт Токаев 11 марта 2024 года посетил Баку.",
            "visit",
            {"host": "azerbaijan", "rank": "head_of_state", "date": "2024-03-11"},
        ),
        (
            "Prezident İlham Əliyev 2024-cü il martın 11-də Astanada rəsmi səfərdə olub.",
            "visit",
            {"host": "kazakhstan", "visit_type": "official", "date": "2024-03-11"},
        ),
        (
            "Қазақстан мен Әзербайжан арасында дипломатиялық қатынастар 1992 жылғы 27 тамызда "
            "орнатылды.",
            "event",
            {"event_type": "establishment", "date": "1992-08-27"},
        ),
        (
            "The Embassy of Kazakhstan in Baku was opened in December 1993.",
            "event",
            {"event_type": "mission_opened", "date": "1993-12", "place": "Baku"},
        ),
        (
            "Kazakhstan has had a consulate in Baku since 1994, and it operates.",
            "mission",
            {"mission_type": "consulate", "sender": "kazakhstan", "host": "azerbaijan"},
        ),
        (
            "Kazakhstan joined the OSCE in January 1992.",
            "membership",
            {"organization": "osce", "member": "kazakhstan", "date": "1992-01"},
        ),
        (
            "В 2023 году экспорт Казахстана в Азербайджан составил 456,3 млн долларов.",
            "figure",
            {"indicator": "exports", "from_country": "kazakhstan", "period": "2023"},
        ),
        (
            "Kazakhstan's imports from Azerbaijan fell to $73 million in 2023.",
            "figure",
            {"indicator": "imports", "from_country": "azerbaijan", "value": "73000000"},
        ),
        (
            "Trade between Azerbaijan and Kazakhstan decreased by 12.5 percent in 2023.",
            "figure",
            {"indicator": "trade-turnover-growth", "value": "-12.5"},
        ),
    ],
)
def test_records_of_each_kind_are_found_in_four_languages(text, kind, expected):
    (one,) = found(text, "2024-03-12")
    assert one.kind == kind
    assert {name: str(one.value(name)) for name in expected} == expected


def test_a_headline_without_a_day_gives_way_to_the_sentence_that_has_it():
    text = (
        "Visit of the Prime Minister of Kazakhstan to Azerbaijan\n\n"
        "Prime Minister of Kazakhstan Aidar Bekenov paid a visit to Azerbaijan on 11 March 2031."
    )
    (visit,) = found(text)
    assert str(visit.value("date")) == "2031-03-11"
    assert visit.people[0].person.name == "Aidar Bekenov"


def test_later_steps_are_added_to_the_treaty_that_an_earlier_sentence_names():
    text = (
        "The Agreement on archives between Azerbaijan and Kazakhstan was signed on 11 March 2030. "
        "Kazakhstan ratified it on 1 July 2030 by Law No. 462-II and Azerbaijan on 5 August 2030. "
        "The Agreement entered into force on 9 September 2030."
    )
    (treaty,) = found(text)
    assert [values(one, "action_type", "date", "party") for one in treaty.steps] == [
        ("signature", "2030-03-11", ""),
        ("ratification", "2030-07-01", "kazakhstan"),
        ("ratification", "2030-08-05", "azerbaijan"),
        ("entry_into_force", "2030-09-09", ""),
    ]
    assert treaty.steps[1].value("law") == "No. 462-II"


def test_a_treaty_of_three_countries_has_three_parties():
    text = (
        "Azerbaijan, Georgia and Türkiye signed the Agreement on the railway in Tbilisi on "
        "7 February 2007."
    )
    (treaty,) = found(text)
    assert treaty.value("parties") == ("azerbaijan", "georgia", "turkiye")


def test_a_value_from_elsewhere_says_how_it_was_inferred():
    text = "On 11 March 2031 an envoy came to Baku. The parties signed the Protocol on trade."
    treaty = found(text, pair=("azerbaijan", "kazakhstan"))[-1]
    assert treaty.values["parties"].inferred == "The two countries that the text is about."
    assert treaty.values["date"].inferred == "Taken from an earlier sentence."


@pytest.mark.parametrize(
    "text",
    [
        "An envoy came on 11 March 2031. The following day they signed the Protocol on trade.",
        "11 марта 2031 года посол прибыл в Баку. На следующий день подписан Протокол о торговле.",
    ],
)
def test_the_following_day_is_a_day_later(text):
    treaty = next(one for one in found(text) if one.kind == "treaty")
    assert str(treaty.value("date")) == "2031-03-12"


TEXTS = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("abcАБВгдƏəıİқҚ 0123456789.,;:-–«»“”()\n\"'$€%№\u0301\u202e\u00ad"),
    ),
    max_size=300,
)
PIECES = st.lists(
    st.sampled_from(
        COMMUNIQUE.split() + ["подписано", "Соглашение", "о", "səfər", "сапар", "l1", "2O24"]
    ),
    max_size=60,
).map(" ".join)  # fmt: skip


@given(st.one_of(TEXTS, PIECES))
def test_no_text_is_an_error(text):
    read = recognize(text, lambda keys: {}, Edtf.parse("2031-03-12"))
    for one in suggestions(read):
        assert 0 <= one.start < one.end <= len(text)
    for span in read.spans():
        assert 0 <= span.start < span.end <= len(text)


@pytest.mark.parametrize("text", ["Ŧħē ŋæm ßþð.", "これは何ですか。", "वह आया।", "ⴰⵣⵓⵍ"])
def test_an_unknown_language_gives_no_suggestions(text):
    assert found(text) == []
