"""Dates as people write them: single readings, choices between several, and errors."""

from contextlib import suppress

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override
from hypothesis import example, given
from hypothesis import strategies as st

from core.dates import DateError, Edtf
from core.fields import EdtfFormField
from core.typed_dates import LANGUAGES, LONGEST, typed

READ = {
    # EDTF stays unchanged.
    "2005": "2005", "2020-09": "2020-09", "1992-08-27": "1992-08-27", "2005?": "2005?",
    "[1990..1992]": "[1990..1992]", "2024-33": "2024-33", "..": "..",
    # Figures.
    "2024-3-1": "2024-03-01", "2024/03/11": "2024-03-11", "11.03.2024": "2024-03-11",
    "1.3.2024": "2024-03-01", "13/03/2024": "2024-03-13", "03/13/2024": "2024-03-13",
    "5/5/2024": "2024-05-05", "27-8-1992": "1992-08-27", "03.2024": "2024-03",
    "1992-08-XX": "1992-08", "1992-XX-XX": "1992", "199X": "[1990..1999]",
    # English.
    "Sept 2020": "2020-09", "September 2020": "2020-09", "sep. 2020": "2020-09",
    "27 August 1992": "1992-08-27", "August 27, 1992": "1992-08-27",
    "the 27th of August 1992": "1992-08-27", "in May 2020": "2020-05", "circa 2005": "2005~",
    "c. 2005": "2005~", "about September 2020": "2020-09~", "possibly 2005": "2005?",
    "circa 2005?": "2005%", "between 1990 and 1992": "[1990..1992]",
    "between March 1990 and 2 April 1992": "[1990-03..1992-04-02]",
    "before 1995": "[..1994]", "before March 2020": "[..2020-02]", "after 2020": "[2021..]",
    "after 31 December 2020": "[2021-01-01..]", "not later than 1995": "[..1995]",
    "not earlier than 1995": "[1995..]", "2020 or later": "[2020..]", "Q3 2020": "2020-35",
    "first half of 2020": "2020-40", "the 1990s": "[1990..1999]", "late 1990s": "[1990..1999]",
    "mid-2005": "2005", "early September 2020": "2020-09", "present": "..",
    # Russian.
    "27 августа 1992 г.": "1992-08-27", "около 2005": "2005~", "в сентябре 2020": "2020-09",
    "в мае 2020 года": "2020-05", "в марте 2020": "2020-03", "сентябрь 2020": "2020-09",
    "12 февр. 2020": "2020-02-12", "конец 1990-х": "[1990..1999]", "начало 2005": "2005",
    "не позднее 1995": "[..1995]", "не ранее 1995": "[1995..]", "после 2020": "[2021..]",
    "между 1990 и 1992": "[1990..1992]", "III квартал 2020": "2020-35",
    "1-й квартал 2020 г.": "2020-33", "первое полугодие 2020": "2020-40",
    "предположительно 2005": "2005?", "по настоящее время": "..", "н.в.": "..",
    # Azerbaijani.
    "27 avqust 1992-ci il": "1992-08-27", "2005-ci il": "2005", "təxminən 2005-ci il": "2005~",
    "2020-ci ilin sentyabrında": "2020-09", "sentyabrın 27-də 2020": "2020-09-27",
    "1990 və 1992 arasında": "[1990..1992]", "1995-ci ildən sonra": "[1996..]",
    "1995-ci ildən əvvəl": "[..1994]", "1-ci kvartal 2020": "2020-33",
    # Kazakh.
    "1992 жылғы 27 тамыз": "1992-08-27", "1992 ж. 27 тамыз": "1992-08-27", "2005 жыл": "2005",
    "2005 жыл шамасында": "2005~", "шамамен 2005": "2005~",
    "2020 жылдың қыркүйегінде": "2020-09", "25 желтоқсан 1991 ж.": "1991-12-25",
    "1990 мен 1992 аралығында": "[1990..1992]", "1995 жылдан кейін": "[1996..]",
    "2020 ж. III тоқсан": "2020-35",
}  # fmt: skip

CHOICE = {
    "11/03/2024": ["2024-03-11", "2024-11-03"],
    "11-03-2024": ["2024-03-11", "2024-11-03"],
    "about 11/03/2024": ["2024-03-11~", "2024-11-03~"],
    "since 2005": ["2005", "[2005..]"],
    "с 2005 года": ["2005", "[2005..]"],
    "2005-ci ildən": ["2005", "[2005..]"],
    "2005 жылдан бастап": ["2005", "[2005..]"],
    "until 1995": ["[..1995]", "1995"],
    "до 1995 года": ["[..1994]", "[..1995]"],
    "1995-ci ilə qədər": ["[..1995]", "[..1994]"],
    "1995 жылға дейін": ["[..1995]", "[..1994]"],
}

NOT_UNDERSTOOD = [
    *("", "  ", "Monday", "5 may", "blah 2020", "1990-1992", "1990–1992", "12 2020", "XX", "/"),
    *("[1990", "q5 2020", "about the 1990s", "27-ci avqust", "may may 2020", "123 may 2020"),
    *("2020 or 2021", "5 may 2020 10:30", "\0", "\ud800", "2020\0", "summer 2020", "9" * 500),
]

REFUSED = {
    "27.8.92": "Write the year with four digits",
    "3/4/05": "Write the year with four digits",
    "27 Aug 92": "Write the year with four digits",
    "92": "Write the year with four digits",
    "’92": "Write the year with four digits",
    "31 June 2020": "2020-06 has no day 31.",
    "32.01.2020": "2020-01 has no day 32.",
    "2024-13-01": "There is no month 13.",
    "13/13/2024": "There is no month 13.",
    "1 May 0000": "There is no year 0.",
    "after 9999": "Dates must be in the years",
    "before 0001": "Dates must be in the years",
    "between 1992 and 1990": "the first date is later than the last",
}


def texts(text):
    return [str(offer.date) for offer in typed(text)]


@pytest.mark.parametrize(("text", "edtf"), READ.items())
def test_text_with_one_reading(text, edtf):
    assert texts(text) == [edtf]
    assert texts(f" {text.upper()} ") == [edtf]


@pytest.mark.parametrize(("text", "edtf"), CHOICE.items())
def test_ambiguous_text_gives_the_likeliest_reading_first(text, edtf):
    assert texts(text) == edtf


@pytest.mark.parametrize("text", NOT_UNDERSTOOD)
def test_unknown_text_has_no_readings(text):
    assert typed(text) == []


@pytest.mark.parametrize(("text", "message"), REFUSED.items())
def test_an_impossible_date_raises_the_reason(text, message):
    with pytest.raises(DateError, match=message):
        typed(text)


def test_each_reading_has_a_description():
    assert [offer.words for offer in typed("11/03/2024")] == ["11 March 2024", "3 November 2024"]


@given(st.text(max_size=LONGEST + 5))
@example("~" * LONGEST)
@example("between " * 15)
@example("early " * 20)
def test_any_text_gives_valid_dates_or_an_error(text):
    with suppress(DateError):
        for offer in typed(text):
            assert Edtf.parse(str(offer.date)) == offer.date


WORDS = "27 08 1992 2005 august сентября тамыз avqust between and about ? - . / before до il XX 199"


@given(st.lists(st.sampled_from(WORDS.split()), max_size=9), st.sampled_from(["", " "]))
def test_date_words_in_any_order_give_valid_dates_or_an_error(words, between):
    test_any_text_gives_valid_dates_or_an_error.hypothesis.inner_test(between.join(words))


YEARS = st.integers(1000, 9999).map(str)
POINTS = st.one_of(
    YEARS,
    st.dates().filter(lambda day: day.year >= 1000).map(lambda day: day.isoformat()),
    st.dates().filter(lambda day: day.year >= 1000).map(lambda day: day.isoformat()[:7]),
    st.builds("{}-{}".format, YEARS, st.sampled_from(["33", "34", "35", "36", "40", "41"])),
)
DATES = st.one_of(
    st.builds(str.__add__, POINTS, st.sampled_from(["", "~", "?", "%"])),
    st.builds("[..{}]".format, POINTS),
    st.builds("[{}..]".format, POINTS),
    st.tuples(POINTS, POINTS).map(lambda pair: "[{}..{}]".format(*sorted(pair))),
    st.just(".."),
)


def is_date(text):
    try:
        return Edtf.parse(text)
    except DateError:
        return None


@given(DATES.filter(is_date), st.sampled_from(LANGUAGES))
def test_the_description_of_a_date_parses_back_in_every_language(text, language):
    with override(language):
        assert texts(Edtf.parse(text).describe()) == [text]


class TestFormField:
    def test_a_single_reading_is_accepted(self):
        assert EdtfFormField().clean("Sept 2020") == Edtf.parse("2020-09")
        assert EdtfFormField(open_end=True).clean("present").is_open

    def test_an_ambiguous_date_lists_all_readings(self):
        with pytest.raises(ValidationError) as error:
            EdtfFormField().clean("11/03/2024")
        assert error.value.messages == [
            "“11/03/2024” can mean: 2024-03-11 (11 March 2024) · 2024-11-03 (3 November 2024). "
            "Write the one that you mean."
        ]

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("27 Aug 92", "Write the year with four digits: two do not say which century."),
            ("31 June 2020", "2020-06 has no day 31."),
            ("present", "“..” (not ended) is only valid as an end date."),
        ],
    )
    def test_an_invalid_date_gives_the_reason(self, text, message):
        with pytest.raises(ValidationError) as error:
            EdtfFormField().clean(text)
        assert error.value.messages == [message]

    @pytest.mark.parametrize("text", ["2020\0", "\ud800", "x" * 10_000_000, "١٢/٣/٢٠٢٤"])
    def test_hostile_text_is_rejected(self, text):
        with pytest.raises(ValidationError):
            EdtfFormField().clean(text)
