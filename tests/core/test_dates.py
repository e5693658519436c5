"""Dates as precise as their source: parsing, bounds, order, ranges and descriptions."""

from datetime import date, datetime, timedelta, timezone

import pytest
from django.utils import translation
from edtf import parse_edtf
from hypothesis import given
from hypothesis import strategies as st

from core.dates import DateError, Edtf, Precision, describe_span, today

NONE, SET, YEAR, HALF, QUARTER, MONTH, DAY = Precision
ONE_DATE = "This field takes one date. Enter “from” and “until” as two dates, without “/”."


@pytest.mark.parametrize(
    ("text", "earliest", "latest", "precision"),
    [
        ("", None, None, NONE),
        ("..", None, None, NONE),
        ("2005", date(2005, 1, 1), date(2005, 12, 31), YEAR),
        ("0001", date(1, 1, 1), date(1, 12, 31), YEAR),
        ("9999", date(9999, 1, 1), date(9999, 12, 31), YEAR),
        ("2020-09", date(2020, 9, 1), date(2020, 9, 30), MONTH),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), MONTH),
        ("1900-02", date(1900, 2, 1), date(1900, 2, 28), MONTH),
        ("1992-08-27", date(1992, 8, 27), date(1992, 8, 27), DAY),
        ("2024-33", date(2024, 1, 1), date(2024, 3, 31), QUARTER),
        ("2024-34", date(2024, 4, 1), date(2024, 6, 30), QUARTER),
        ("2024-35", date(2024, 7, 1), date(2024, 9, 30), QUARTER),
        ("2024-36", date(2024, 10, 1), date(2024, 12, 31), QUARTER),
        ("2024-40", date(2024, 1, 1), date(2024, 6, 30), HALF),
        ("2024-41", date(2024, 7, 1), date(2024, 12, 31), HALF),
        # "About" and "uncertain" leave the bounds unchanged.
        ("1992~", date(1992, 1, 1), date(1992, 12, 31), YEAR),
        ("2023?", date(2023, 1, 1), date(2023, 12, 31), YEAR),
        ("2023-05%", date(2023, 5, 1), date(2023, 5, 31), MONTH),
        ("1992-08-27?", date(1992, 8, 27), date(1992, 8, 27), DAY),
        ("[1990..1992]", date(1990, 1, 1), date(1992, 12, 31), SET),
        ("[2024-03-11..2024-12]", date(2024, 3, 11), date(2024, 12, 31), SET),
        ("[..1995]", None, date(1995, 12, 31), SET),
        ("[2020..]", date(2020, 1, 1), None, SET),
    ],
)
def test_parsing_gives_bounds_and_precision(text, earliest, latest, precision):
    value = Edtf.parse(text)
    assert str(value) == text
    assert (value.earliest, value.latest, value.precision) == (earliest, latest, precision)


def test_parsing_ignores_surrounding_whitespace():
    assert Edtf.parse(" 2005\n") == Edtf.parse("2005")
    assert str(Edtf.parse(" 2005\n")) == "2005"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "soon",
            "“soon” is not a date in EDTF. Write for example 2005, 2020-09, 1992-08-27, "
            "1992~ (about), 2023? (uncertain), [1990..1992] or [..1995].",
        ),
        ("199", "“199” is not a date: write year, year-month or year-month-day in digits."),
        ("20050", "“20050” is not a date: write year, year-month or year-month-day in digits."),
        ("-0500", "“-0500” is not a date: write year, year-month or year-month-day in digits."),
        ("2005-1", "“2005-1” is not a date: write year, year-month or year-month-day in digits."),
        ("0000", "There is no year 0."),
        ("2005-00", "There is no month 00."),
        ("2005-13", "There is no month 13."),
        ("2005-33-01", "There is no month 33."),
        ("2005-02-29", "February 2005 has no day 29."),
        ("2005-01-00", "January 2005 has no day 0."),
        ("2005/2006", ONE_DATE),
        ("2005/..", ONE_DATE),
        ("[1990", "“[1990” is not a set of dates: write [1990..1992], [..1995] or [2020..]."),
        ("[..]", "“[..]” is not a set of dates: write [1990..1992], [..1995] or [2020..]."),
        ("[1990,1992]", "“[1990,1992]” is not a set of dates: write [1990..1992], [..1995] or "
         "[2020..]."),
        ("[1992..1990]", "In “[1992..1990]” the first date is later than the last."),
        ("[1990..1992~]", "“1992~” is not a date: write year, year-month or year-month-day in "
         "digits."),
        ("[1990-13..1992]", "There is no month 13."),
    ],
)  # fmt: skip
def test_parsing_an_invalid_date_raises_the_reason(text, message):
    with pytest.raises(DateError) as error:
        Edtf.parse(text)
    assert str(error.value) == message


def test_unknown_and_not_ended_dates_differ_from_open_sets():
    assert [bool(Edtf.parse(text)) for text in ("", "..", "[2020..]")] == [False, True, True]
    assert [Edtf.parse(text).is_open for text in ("", "..", "[2020..]")] == [False, True, False]


@pytest.mark.parametrize(
    ("text", "approximate", "uncertain"),
    [("1992", False, False), ("1992~", True, False), ("1992?", False, True), ("1992%", True, True)],
)
def test_approximate_and_uncertain_dates_differ(text, approximate, uncertain):
    value = Edtf.parse(text)
    assert (value.is_approximate, value.is_uncertain) == (approximate, uncertain)


@pytest.mark.parametrize(
    ("text", "iso", "year"),
    [
        ("1992-08-27", "1992-08-27", 1992),
        ("2020-09?", "2020-09", 2020),
        ("1992~", "1992", 1992),
        ("2024-33", "", 2024),
        ("[1990..1992]", "", 1990),
        ("[..1995]", "", 1995),
        ("", "", None),
        ("..", "", None),
    ],
)
def test_iso_form_and_listing_year(text, iso, year):
    assert (Edtf.parse(text).iso, Edtf.parse(text).year) == (iso, year)


def test_today_is_the_date_in_utc(monkeypatch):
    class Clock(datetime):
        @classmethod
        def now(cls, zone=None):
            in_baku = datetime(2024, 3, 12, 1, 30, tzinfo=timezone(timedelta(hours=4)))
            return in_baku.astimezone(zone) if zone else in_baku.replace(tzinfo=None)

    monkeypatch.setattr("core.dates.datetime", Clock)
    assert today() == date(2024, 3, 11)


# In words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "date unknown"),
        ("..", "not ended"),
        ("2005", "2005"),
        ("2020-09", "September 2020"),
        ("1992-08-27", "27 August 1992"),
        ("2024-33", "1st quarter 2024"),
        ("2024-36", "4th quarter 2024"),
        ("2024-40", "first half of 2024"),
        ("2024-41", "second half of 2024"),
        ("1992~", "about 1992"),
        ("1992-08~", "about August 1992"),
        ("2023?", "2023 (uncertain)"),
        ("2023%", "about 2023 (uncertain)"),
        ("[1990..1992]", "between 1990 and 1992"),
        ("[2024-03-11..2024-12]", "between 11 March 2024 and December 2024"),
        ("[..1995]", "not later than 1995"),
        ("[2020-09..]", "September 2020 or later"),
    ],
)
def test_describing_a_date_in_english(text, words):
    assert Edtf.parse(text).describe() == words


@pytest.mark.parametrize(
    ("language", "month", "day"),
    [
        # Russian and Kazakh keep the abbreviation of "year" on the same line as its number.
        ("ru", "сентябрь 2020\u202fг.", "27 августа 1992\u202fг."),
        ("az", "sentyabr 2020", "27 avqust 1992"),
        ("kk", "2020\u202fж. қыркүйек", "1992\u202fж. 27 тамыз"),
        # Babel does not know this language: English is used.
        ("qx", "September 2020", "August 27, 1992"),
    ],
)
def test_describing_a_date_uses_the_active_language(language, month, day):
    with translation.override(language):
        assert Edtf.parse("2020-09").describe() == month
        assert Edtf.parse("1992-08-27").describe() == day


@pytest.mark.parametrize(
    ("start", "until", "words"),
    [
        ("2013-05-12", "2013-05-13", "12–13 May 2013"),
        ("2013-05-30", "2013-06-02", "30 May – 2 June 2013"),
        ("2013-12-30", "2014-01-02", "30 December 2013 – 2 January 2014"),
        ("2013-05-12", "2013-05-12", "12 May 2013"),
        ("2013-05-12", "", "12 May 2013"),
        ("2024-01", "2024-06", "January – June 2024"),
        ("2023-09", "2024-06", "September 2023 – June 2024"),
        ("1998", "2004", "1998–2004"),
        ("2024-33", "2024-35", "1st quarter 2024 – 3rd quarter 2024"),
        ("2013-05-12", "2013-05", "12 May 2013 – May 2013"),
        ("2013-05-12~", "2013-05-13", "about 12 May 2013 – 13 May 2013"),
        ("1998", "2004?", "1998 – 2004 (uncertain)"),
        ("1998", "..", "1998 – not ended"),
        ("", "2004", "date unknown – 2004"),
    ],
)
def test_describing_a_period_gives_once_what_its_ends_share(start, until, words):
    assert describe_span(Edtf.parse(start), Edtf.parse(until)) == words


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ru", "30 мая – 2 июня 2013\u202fг."),
        ("kk", "2013\u202fж. 30 мамыр – 2 маусым"),
        ("qx", "May 30 – June 2, 2013"),
    ],
)
def test_describing_a_period_uses_the_active_language(language, words):
    with translation.override(language):
        assert describe_span(Edtf.parse("2013-05-30"), Edtf.parse("2013-06-02")) == words


# Properties


YEARS = st.integers(1, 9999)


@st.composite
def points(draw, years=YEARS):
    """A point without a qualifier, of any precision."""
    year = draw(years)
    day = draw(st.dates(date(year, 1, 1), date(year, 12, 31)))
    part = draw(st.sampled_from([33, 34, 35, 36, 40, 41]))
    return draw(
        st.sampled_from(
            [f"{year:04}", f"{year:04}-{day.month:02}", f"{year:04}-{part}", day.isoformat()]
        )
    )


@st.composite
def sets(draw, years=YEARS):
    """A set of days with one or both ends."""
    ends = sorted(Edtf.parse(draw(points(years))) for _end in range(2))
    first, last = draw(st.sampled_from([(0, 1), (0, None), (None, 1)]))
    if first is not None and last is not None and ends[0].earliest > ends[1].latest:
        ends.reverse()
    return f"[{ends[0] if first is not None else ''}..{ends[1] if last is not None else ''}]"


def dates(years=YEARS):
    """Dates of every kind, including unknown and not ended."""
    qualified = st.tuples(points(years), st.sampled_from("~?%")).map("".join)
    return st.one_of(points(years), qualified, sets(years), st.sampled_from(["", ".."])).map(
        Edtf.parse
    )


@given(dates())
def test_parsing_the_text_of_a_date_gives_the_same_date(value):
    again = Edtf.parse(str(value))
    assert again == value
    assert (again.earliest, again.latest, again.precision) == (
        value.earliest,
        value.latest,
        value.precision,
    )


@given(st.text(max_size=40))
def test_any_text_parses_unchanged_or_raises(text):
    try:
        value = Edtf.parse(text)
    except DateError:
        return
    assert str(value) == text.strip()


@given(dates())
def test_the_first_day_is_never_after_the_last(value):
    if value.earliest and value.latest:
        assert value.earliest <= value.latest


@given(dates(), dates())
def test_dates_compare_by_their_sort_key(one, other):
    assert (one < other) == (one.sort_key < other.sort_key)
    assert (one < other) + (other < one) + (one.sort_key == other.sort_key) == 1


@given(dates(), dates())
def test_dates_sort_by_first_day_then_coarsest_first(one, other):
    if one.earliest and other.earliest:
        expected = (one.earliest, one.precision) < (other.earliest, other.precision)
        assert (one < other) == expected


@given(dates())
def test_unknown_dates_sort_first_and_not_ended_ones_last(value):
    if value and not value.is_open:
        assert Edtf.parse("") < value < Edtf.parse("..")


def test_dates_of_one_year_sort_from_coarsest_to_finest():
    texts = ["", "[..1991]", "[1992..]", "1992", "1992-40", "1992-33", "1992-01", "1992-01-01",
             "1992-08-27", "1993", ".."]  # fmt: skip
    # The set that ends in 1991 sorts by its last day, its only bound.
    assert [str(value) for value in sorted(map(Edtf.parse, reversed(texts)))] == texts


# Ranges are compared day by day within this window; open ranges reach its ends.
FIRST, LAST = date(1999, 1, 1), date(2002, 12, 31)
WINDOW = [FIRST + timedelta(days) for days in range((LAST - FIRST).days + 1)]
NEAR = st.integers(2000, 2001)
RANGES = st.tuples(
    st.none() | st.dates(date(1999, 6, 1), date(2002, 6, 30)),
    st.none() | st.dates(date(1999, 6, 1), date(2002, 6, 30)),
).filter(lambda ends: None in ends or ends[0] <= ends[1])


def days(earliest, latest):
    return {day for day in WINDOW if (earliest or FIRST) <= day <= (latest or LAST)}


@given(dates(NEAR), RANGES)
def test_possibly_within_is_true_if_any_day_lies_in_the_range(value, ends):
    possible = bool(days(value.earliest, value.latest) & days(*ends))
    known = bool(value) and not value.is_open
    assert value.possibly_within(*ends) == (known and possible)


@given(dates(NEAR), RANGES, st.integers(0, 400), st.integers(0, 400))
def test_widening_a_range_keeps_its_dates(value, ends, before, after):
    start, end = ends
    wider = (
        start and start - timedelta(before),
        end and end + timedelta(after),
    )
    assert value.possibly_within(*wider) or not value.possibly_within(*ends)


# Comparison with another implementation

COMMON = st.integers(1, 9999).flatmap(
    lambda year: st.one_of(
        st.just(f"{year:04}"),
        st.integers(1, 12).map(lambda month: f"{year:04}-{month:02}"),
        st.dates(date(year, 1, 1), date(year, 12, 31)).map(date.isoformat),
        st.sampled_from([33, 34, 35, 36]).map(lambda part: f"{year:04}-{part}"),
        st.integers(year, 9999).map(lambda last: f"[{year:04}..{last:04}]"),
        st.just(f"[..{year:04}]"),
        st.just(f"[{year:04}..]"),
    )
)


def day(moment) -> date | None:
    """A bound as the edtf package gives it; None if it is infinite."""
    return None if isinstance(moment, float) else date(*moment[:3])


@given(COMMON)
def test_the_edtf_package_finds_the_same_bounds(text):
    theirs, ours = parse_edtf(text), Edtf.parse(text)
    assert (day(theirs.lower_strict()), day(theirs.upper_strict())) == (ours.earliest, ours.latest)
