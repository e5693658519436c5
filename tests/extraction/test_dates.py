"""Dates and periods in running text: which words name them, what they mean, what is none."""

import pytest
from django.utils.translation import override
from hypothesis import example, given
from hypothesis import strategies as st

from core.dates import Edtf
from extraction.dates import dates_in
from extraction.spans import DateSpan
from tests.extraction import gold


def found(text: str, on: str = "") -> dict[str, str]:
    """The dates of a text by their words: EDTF, a period with a slash, an inferred date with *."""
    spans = dates_in(text, Edtf.parse(on) if on else None)
    return {
        text[span.start : span.end]: f"{span.date}"
        + (f"/{span.until}" if span.until else "")
        + ("*" if span.inferred else "")
        for span in spans
    }


# Texts in which one date is marked with brackets, and its value.
WHOLE = {
    # English.
    "established on [27 August 1992].": "1992-08-27",
    "on [27th of August, 1992], in Baku": "1992-08-27",
    "met on [7–8 July 2015] in Ufa": "2015-07-07/2015-07-08",
    "met on [7 and 8 July 2015]": "2015-07-07/2015-07-08",
    "[from 22 to 24 May 2024] he": "2024-05-22/2024-05-24",
    "of [March 29-April 11, 1961], to": "1961-03-29/1961-04-11",
    "of [24 January/15 February 1961] on": "1961-01-24/1961-02-15",
    "of [June 28,1889], between": "1889-06-28",
    "[28 April – 2 May 2024]": "2024-04-28/2024-05-02",
    "[30 December 2023 – 2 January 2024]": "2023-12-30/2024-01-02",
    "in [September 2020]": "2020-09",
    "since [1993], they": "1993",
    "by [2030] trade": "2030",
    "([2008])": "2008",
    "in [January–May 2024]": "2024-01/2024-05",
    "in the [first half of 2024]": "2024-40",
    "in the [third quarter of 2023]": "2023-35",
    "in the [first nine months of 2024]": "2024-01/2024-09",
    "[Between 2005 and 2022] it": "2005/2022",
    "[From 1993 to 1997] he": "1993/1997",
    "in the [1990s]": "[1990..1999]",
    "in the [summer of 2023]": "[2023-06..2023-08]",
    "in [early 2023]": "2023",
    "in [mid-2023]": "2023",
    "at the [end of 2025]": "2025",
    "[after 2005] he": "[2006..]",
    "[about 1990] he": "1990~",
    "on [Friday, 3 December 1999]": "1999-12-03",
    "on [Monday, 11/03/2024]": "2024-03-11",
    "on [October 25, 2022]": "2022-10-25",
    "on [Feb. 11, 2024]": "2024-02-11",
    "on [2020-06-19], he": "2020-06-19",
    "[5/3/2024]": "2024-03-05",
    # Russian.
    "установлены [27 августа 1992 года].": "1992-08-27",
    "от [5 июля 1997 г.] № 150-I": "1997-07-05",
    "[«27» августа 1992 г.]": "1992-08-27",
    "[22–24 мая 2024]": "2024-05-22/2024-05-24",
    "[с 22 по 24 мая 2024 года] он": "2024-05-22/2024-05-24",
    "[март 2024 года]": "2024-03",
    "в [марте 1998 года]": "1998-03",
    "в [2005 году]": "2005",
    "в [2021–2023 годах]": "2021/2023",
    "[январь–июнь 2024]": "2024-01/2024-06",
    "в [первом полугодии 2024 года]": "2024-40",
    "за [девять месяцев 2023 года]": "2023-01/2023-09",
    "в [1990-е годы]": "[1990..1999]",
    "в [январе 2024-го]": "2024-01",
    "до [2026 года]": "2026",
    "[после 2012 года]": "[2013..]",
    "в [конце 2025 года]": "2025",
    "вылетел [27.09.2013].": "2013-09-27",
    # Azerbaijani.
    "[27 avqust 1992-ci ildə] qurulub": "1992-08-27",
    "[2023-cü ildə] ticarət": "2023",
    "[1996-cı il sentyabrın 16-da]": "1996-09-16",
    "[2006-cı ilin sentyabrında]": "2006-09",
    "[2004-cü ilin mart ayında]": "2004-03",
    "[2024-cü ilin may ayının 24-də]": "2024-05-24",
    "[2024-cü ilin yanvar-sentyabr aylarında]": "2024-01/2024-09",
    "[2024-cü ilin birinci yarısında]": "2024-40",
    "[2023-cü ilin ilk 9 ayında]": "2023-01/2023-09",
    "[2007-ci ildən 2012-ci ilə qədər] idxal": "2007/2012",
    "[2004–2009-cu illərdə]": "2004/2009",
    "[1990-cı illərdə]": "[1990..1999]",
    "[2025-ci ilin payızında]": "[2025-09..2025-11]",
    # Kazakh.
    "[2024 жылғы 11 наурызда] кездесті": "2024-03-11",
    "[1996 жылы 16 қыркүйекте]": "1996-09-16",
    "[2022 жылғы 24 тамыздағы] декларация": "2022-08-24",
    "[2024 жылғы мамырдың 24-і]": "2024-05-24",
    "[2023 жылы]": "2023",
    "[2024 жылғы қаңтар-маусым айларында]": "2024-01/2024-06",
    "[2024 жылғы 22–24 мамыр аралығында]": "2024-05-22/2024-05-24",
    "[2024 жылғы 22-ден 24 мамырға дейін]": "2024-05-22/2024-05-24",
    "[2024 жылдың бірінші жартыжылдығында]": "2024-40",
    "[2024 жылдың 9 айында]": "2024-01/2024-09",
    "[2007 жылдан 2012 жылға дейін] құрылыс": "2007/2012",
    "[2021–2030 жылдары]": "2021/2030",
    "[1990 жылдары]": "[1990..1999]",
}  # fmt: skip


@pytest.mark.parametrize(("marked", "value"), WHOLE.items())
def test_a_date_is_found_with_its_words_and_value(marked, value):
    text = marked.replace("[", "").replace("]", "")
    words = marked[marked.index("[") + 1 : marked.index("]")]
    assert found(text) == {words: value}


# Dates counted from Wednesday, 13 March 2024.
RELATIVE = {
    # Days and months without a year.
    "on [11 March]": "2024-03-11", "on [March 11]": "2024-03-11", "[11 марта]": "2024-03-11",
    "[11 mart]": "2024-03-11", "[martın 11-də]": "2024-03-11", "[11 наурызда]": "2024-03-11",
    "Baku, [Nov. 23]. By": "2023-11-23",
    "on [5 Feb]": "2024-02-05",
    "[22–24 may tarixlərində]": "2023-05-22/2023-05-24", "in [February]": "2024-02",
    "в [феврале]": "2024-02", "[mart ayında]": "2024-03", "[қарашада]": "2023-11",
    "в [январе–феврале]": "2024-01/2024-02", "в [I квартале]": "2024-33",
    # Days.
    "[yesterday]": "2024-03-12", "[Today], they": "2024-03-13", "[Вчера] они": "2024-03-12",
    "[сегодня]": "2024-03-13", "[завтра]": "2024-03-14", "[Dünən]": "2024-03-12",
    "[bu gün]": "2024-03-13", "[Кеше]": "2024-03-12", "[Бүгін]": "2024-03-13",
    # Weekdays: the last one up to the day of the source.
    "on [Monday]": "2024-03-11", "on [Wednesday]": "2024-03-13", "[last Wednesday]": "2024-03-06",
    "on [Friday]": "2024-03-08", "[next Friday]": "2024-03-15", "[this Friday]": "2024-03-15",
    "[Monday]'s talks": "2024-03-11",
    "в [понедельник]": "2024-03-11", "[Bazar ertəsi] Aktauda": "2024-03-11",
    "[cümə günü]": "2024-03-08", "[Дүйсенбіде]": "2024-03-11", "[жұма күні]": "2024-03-08",
    "on [Tuesday, 12 March]": "2024-03-12",
    # Months.
    "[last month]": "2024-02", "в [прошлом месяце]": "2024-02", "[keçən ay]": "2024-02",
    "[өткен айда]": "2024-02", "[last November]": "2023-11", "[last March]": "2023-03",
    "[this May]": "2024-05", "[next March]": "2025-03", "[next month]": "2024-04",
    "in [May last year]": "2023-05",
    "в [ноябре прошлого года]": "2023-11", "[Ötən ilin noyabrında]": "2023-11",
    "[былтырғы қарашада]": "2023-11", "in [March this year]": "2024-03",
    # Years and their parts.
    "[this year]": "2024", "[last year]": "2023", "в [прошлом году]": "2023",
    "[ötən il]": "2023", "[gələn il]": "2025", "[былтыр]": "2023", "[биыл]": "2024",
    "[осы жылғы 11 наурызда]": "2024-03-11", "в [следующем году]": "2025",
    "in the [first half of the year]": "2024-40",
    "за [январь–июнь текущего года]": "2024-01/2024-06",
    "[Bu ilin yanvar-may aylarında]": "2024-01/2024-05",
    "[cari ilin ilk rübündə]": "2024-33",
}  # fmt: skip


@pytest.mark.parametrize(("marked", "value"), RELATIVE.items())
def test_a_relative_date_is_counted_from_the_source_and_marked(marked, value):
    text = marked.replace("[", "").replace("]", "")
    words = marked[marked.index("[") + 1 : marked.index("]")]
    assert found(text, "2024-03-13") == {words: f"{value}*"}


@pytest.mark.parametrize("on", ["", "2024~", "[2023..2024]", "[..2024]", ".."])
def test_a_relative_date_is_left_out_without_a_certain_year_of_the_source(on):
    for marked in RELATIVE:
        assert found(marked.replace("[", "").replace("]", ""), on) == {}


def test_a_year_as_the_date_of_the_source_resolves_years_but_not_days():
    assert found("11 March; this year; last year", "2024") == {
        "11 March": "2024-03-11*", "this year": "2024*", "last year": "2023*",
    }  # fmt: skip
    assert found("yesterday, on Monday, last month", "2024") == {}
    assert found("yesterday, on Monday, last month", "2024-05") == {"last month": "2024-04*"}


def test_a_coming_date_is_of_the_year_before_only_if_it_is_more_than_two_months_away():
    assert found("on 12 May", "2024-03-13") == {"12 May": "2024-05-12*"}
    assert found("on 16 May", "2024-03-13") == {"16 May": "2023-05-16*"}
    assert found("on 29 February", "2025-03-01") == {"29 February": "2024-02-29*"}


def test_another_date_nearby_gives_the_year():
    text = "They came on 22 May 2019. On 24 May they left."
    assert found(text, "2024-03-13") == {"22 May 2019": "2019-05-22", "24 May": "2019-05-24*"}
    assert found(text) == {"22 May 2019": "2019-05-22", "24 May": "2019-05-24*"}
    assert found("In 2023 trade grew; in November it fell.") == {
        "2023": "2023", "November": "2023-11*",
    }  # fmt: skip


def test_a_date_two_sentences_away_does_not_give_the_year():
    text = "They came on 22 May 2019. They met. On 24 May they left."
    assert found(text) == {"22 May 2019": "2019-05-22"}


def test_news_is_of_the_year_of_the_source_although_an_old_treaty_is_named():
    text = "They recalled the treaty of 24 May 2005. On 12 March they met."
    assert found(text, "2024-03-13")["12 March"] == "2024-03-12*"


def test_a_date_near_another_is_of_its_year_although_the_source_is_of_a_later_one():
    text = "They came on 22 May 2023. On 24 May they left."
    assert found(text, "2024-05-25")["24 May"] == "2023-05-24*"


def test_a_date_of_last_year_is_not_of_the_year_of_another_date():
    assert found("22 мая 2019 года; 11 марта прошлого года") == {"22 мая 2019 года": "2019-05-22"}


def test_the_reason_names_the_date_that_a_date_is_counted_from():
    (span,) = dates_in("Yesterday they met.", Edtf.parse("2024-03-13"))
    assert span == DateSpan(
        0,
        9,
        Edtf.parse("2024-03-12"),
        inferred="“Yesterday” is calculated from the date of the source, 13 March 2024.",
    )
    _first, second = dates_in("22 May 2019 to Baku, 24 May to Ganja")
    assert second.inferred == "The year is that of 22 May 2019, named earlier in the text."
    (span,) = dates_in("On 11 March", Edtf.parse("2024"))
    assert span.inferred == "The year is calculated from the date of the source, 2024."


def test_offsets_are_those_of_the_text_as_it_is():
    # Folding would shorten or lengthen these words.
    text = "Ǆ ﬁ İİİ\u00ad\u200b və И\u0306: 27\u00a0а\u0301вгуста 1992 года"
    (span,) = dates_in(text)
    assert text[span.start : span.end] == "27\u00a0а\u0301вгуста 1992 года"
    assert span.date == Edtf.parse("1992-08-27")


def test_dates_of_a_list_are_separate():
    assert found("в 2005 и 2009 годах") == {"2005": "2005", "2009 годах": "2009"}
    assert found("in 2023 and 2024") == {"2023": "2023", "2024": "2024"}
    assert found("22 и 25 мая 2024 года") == {"22": "2024-05-22", "25 мая 2024 года": "2024-05-25"}
    assert found("in March and April 2024") == {"March": "2024-03", "April 2024": "2024-04"}
    assert found("on 2 March & 4 April 1964") == {
        "2 March": "1964-03-02", "4 April 1964": "1964-04-04",
    }  # fmt: skip
    assert found("on 26 and 28 May", "2024-06-01") == {"26": "2024-05-26*", "28 May": "2024-05-28*"}


@pytest.mark.parametrize(
    "text",
    [
        "Law No. 1992-XII", "закон № 1992-XII", "UN registration I-36510", "2024 companies",
        "resolution 1244", "of 1244", "COVID-19", "an Il-76", "Стратегия-2050 года",
        "İl-76 təyyarəsi", "Ил-76 ұшағы",
        "Agenda 2030", "Vision 2050", "«Казахстан-2050»", "Expo 2017", "at 10.30 a.m.",
        "в 15:30", "saat 15:00-da", "Article 1998", "pp. 1998–2003", "на страницах 1998–2003",
        "tel. +994 12 493-44-77", "31-12-45", "maddə 2005", "2005-бап", "зал № 2024",
        "No. 2005/17", "a 30-day visit", "38–53 days", "24/7", "the first half of the match",
        "окружающей среды", "2003 may be", "2000 years ago", "1000 il əvvəl", "5000 illik",
        "5 там", "of Jan", "5 jan", "bazarda",
        "they may decide", "a march", "31 April",
        "on the 27th", "в 24 странах",
        "in 2000 tonnes", "with 12 to 13 people", "$1990", "1990%",
    ],
)  # fmt: skip
def test_other_numbers_and_words_are_no_dates(text):
    assert found(text, "2024-03-13") == {}


def test_a_date_with_a_wrong_weekday_or_day_is_not_another_date():
    assert found("on Monday, 3 December 1999") == {"Monday, 3 December 1999": "1999-12-03"}
    assert found("on 31 April, Baku", "2024-03-13") == {}
    assert found("on 31 April 2024, Baku") == {}


def test_the_active_language_does_not_change_the_dates():
    with override("ru"):
        assert found("Yesterday and on 5/3/2024", "2024-03-13") == {
            "Yesterday": "2024-03-12*", "5/3/2024": "2024-03-05",
        }  # fmt: skip


@pytest.mark.parametrize("held_out", [False, True])
def test_dates_of_the_written_sentences_are_found(held_out):
    assert gold.scores(gold.dates, held_out) == (1.0, 1.0)


DAYS = ["", "2024-03-13", "2024", "0001-01-01", "9999-12-31", "9999-12", "2024-33", "[..2024]"]
WORDS = st.sampled_from(
    [
        "l1", "2O24", "11", "12.12.", "2024", "1990-е", "31", "0", "May", "мая", "mart",
        "наурыз", "с", "22", "по", "-", "–", ",", "of", "the", "year", "last", "bu", "ötən",
        "сегодня", "первом", "квартале", "ilin", "9", "ayında", "Monday", "в", "І", "²", "٣",
        "\u202e", "1-ci", "годы", "after", "около",
    ]
)  # fmt: skip


@given(st.one_of(st.text(), st.lists(WORDS).map(" ".join)), st.sampled_from(DAYS))
@example("last month yesterday, last year 9 months of last year", "0001-01-01")
@example("tomorrow next month next year on 12 May", "9999-12-31")
def test_any_text_gives_ordered_spans_and_no_error(text, on):
    end = 0
    for span in dates_in(text, Edtf.parse(on)):
        assert end <= span.start < span.end <= len(text)
        assert span.date.text
        end = span.end
