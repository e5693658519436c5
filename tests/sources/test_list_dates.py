"""Dates in the cells of lists: formats that guess nothing, and the precision of a column."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.dates import DateError, Edtf
from core.rows import FileError
from sources.list_dates import (
    DateFormat,
    Firsts,
    Stamp,
    at_most,
    date_in_words,
    first_as_period,
    timestamp,
)


def read(form, text):
    found = DateFormat(form).read(text)
    return found and str(found[0])


@pytest.mark.parametrize(
    ("form", "text", "date"),
    [
        ("%d.%m.%Y", "05.03.2024", "2024-03-05"),
        ("%d.%m.%Y", "5.3.2024", "2024-03-05"),
        ("%d.%m.%Y", "\u200e05.03.2024\u00a0", "2024-03-05"),
        ("%d.%m.%Y г.", "05.03.2024 г.", "2024-03-05"),
        ("%m/%d/%Y", "03/05/2024", "2024-03-05"),
        ("%m.%Y", "03.2024", "2024-03"),
        ("%Y", "2024", "2024"),
        ("%d %B %Y", "5 March 2024", "2024-03-05"),
        ("%d %B %Y", "5  марта\u00a02024", "2024-03-05"),
        ("%d %b %Y", "5 Sept. 2024", "2024-09-05"),
        ("%B %Y", "avqust 1992", "1992-08"),
        # The weekday is that of the day.
        ("%A, %d %B %Y", "Thursday, 27 August 1992", "1992-08-27"),
        ("%a %d.%m.%Y", "Thu. 27.08.1992", "1992-08-27"),
        ("%d.%m.%Y (%A)", "27.08.1992 (четверг)", "1992-08-27"),
        ("%d.%m.%Y, %A", "27.08.1992, cümə axşamı", "1992-08-27"),
        ("%A, %Y-%j", "Thursday, 1992-240", "1992-08-27"),
        ("%A %B %d %Y", "Thursday August 27 1992", "1992-08-27"),
        ("%A, %d %B %Y", "Frigg, 27 August 1992", None),
        ("%A, %d.%m.%Y", "Thursday, 00.08.1992", None),
        # The day of the year is a day.
        ("%Y-%j", "2024-061", "2024-03-01"),
        ("%Y-%j", "2023-366", None),
        # Numbers side by side have all their digits.
        ("%Y%m%d", "20030506", "2003-05-06"),
        ("%Y%m%d", "2003056", None),
        ("%Y%m%d", "200356", None),
        ("%Y%m%d", "199911", None),
        ("%Y%m", "199911", "1999-11"),
        ("%d%m%Y", "6052003", None),
        ("%Y%m%dT%H%M%S", "20030506T101500", "2003-05-06"),
        # Zeros are unknown parts.
        ("%Y%m%d", "20030500", "2003-05"),
        ("%Y-%m-%d", "2003-00-00", "2003"),
        ("%d.%m.%Y", "00.05.2003", "2003-05"),
        # Another format.
        ("%d.%m.%Y", "2024-03-05", None),
        ("%d.%m.%Y", "05.03.24", None),
        ("%d.%m.%Y", "05.03.2024 10:00", None),
        ("%d %B %Y", "5 Brumaire 2024", None),
        ("%d.%m.%Y", "٠٥.٠٣.٢٠٢٤", None),
    ],
)
def test_a_cell_is_read_in_its_format_only(form, text, date):
    assert read(form, text) == date


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("31.02.2024", "February 2024 has no day 31."),
        ("01.13.2024", "There is no month 13."),
        ("01.00.2024", "There is no month 00."),
        ("01.01.0000", "There is no year 0."),
    ],
)
def test_a_date_that_does_not_exist_raises_the_reason(text, message):
    with pytest.raises(DateError, match=message):
        DateFormat("%d.%m.%Y").read(text)


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("%A, %d %B %Y", "Friday, 27 August 1992"),
        ("%a %d.%m.%Y", "Fri 27.08.1992"),
        ("%d.%m.%Y (%A)", "27.08.1992 (пятница)"),
        ("%d.%m.%Y, %A", "27.08.1992, cümə"),
        ("%A, %Y-%j", "Friday, 1992-240"),
    ],
)
def test_a_day_on_another_weekday_raises_the_right_one(form, text):
    with pytest.raises(DateError, match=r"27 August 1992 was a Thursday, not a Friday\."):
        DateFormat(form).read(text)


ISO = "%Y-%m-%dT%H:%M:%S%z"


@pytest.mark.parametrize(
    ("form", "text", "time"),
    [
        (ISO, "2000-02-01T99:99:99Z", "99:99:99"),
        (ISO, "2000-02-01T25:00:00Z", "25:00:00"),
        (ISO, "2000-02-01T10:60:00Z", "10:60:00"),
        (ISO, "2000-02-01T10:30:60Z", "10:30:60"),
        (ISO, "2000-02-01T10:59:61Z", "10:59:61"),
        (ISO, "2000-02-01T24:00:01Z", "24:00:01"),
        ("%d.%m.%Y %H:%M:%S.%f", "01.02.2000 24:00:00.5", "24:00:00"),
        ("%d.%m.%Y %H:%M", "01.02.2000 24:30", "24:30"),
        ("%d.%m.%Y %H:%M %p", "01.02.2000 13:00 AM", "13:00"),
        ("%d.%m.%Y %I:%M %p", "01.02.2000 13:00 PM", "13:00"),
        ("%d.%m.%Y %I:%M %p", "01.02.2000 00:00 AM", "00:00"),
        ("%Y%m%d%H%M%S", "20000201996060", "99:60:60"),
    ],
)
def test_a_time_that_does_not_exist_raises_the_reason(form, text, time):
    with pytest.raises(DateError, match=rf"There is no time {time}\."):
        DateFormat(form).read(text)


@pytest.mark.parametrize("offset", ["+24:00", "-99:99", "+0460"])
def test_an_offset_from_utc_that_does_not_exist_is_not_in_the_format(offset):
    assert DateFormat(ISO).read(f"2000-02-01T10:00:00{offset}") is None


@pytest.mark.parametrize(
    ("form", "reason"),
    [
        ("%d.%m.%y", "Two digits do not say which century: the list needs years in %Y."),
        ("%x", "This depends on the computer. Write out the parts, such as %d.%m.%Y."),
        ("%c", "This depends on the computer. Write out the parts, such as %d.%m.%Y."),
        ("%D", "This depends on the computer. Write out the parts, such as %d.%m.%Y."),
        ("%Y-W%W", "Weeks cannot be read. Give the days, or the months."),
        ("%G-W%V-%u", "Weeks cannot be read. Give the days, or the months."),
        ("%d.%m", "It must have %Y, the year, exactly once."),
        ("%Y %Y", "It must have %Y, the year, exactly once."),
        ("%%Y", "It must have %Y, the year, exactly once."),
        ("", "It must have %Y, the year, exactly once."),
        ("%d %Y", "It has a day without a month."),
        ("%m %B %Y", "It gives the same part of the date twice."),
        ("%j %m %Y", "It gives the same part of the date twice."),
        ("%-d.%m.%Y", "%-d is unknown. Use %Y, %m, %b,"),
        ("%e.%m.%Y", "%e is unknown. Use %Y, %m, %b,"),
        ("%H %I %d.%m.%Y", "It gives the same part of the date twice."),
        ("%a %A %d.%m.%Y", "It gives the same part of the date twice."),
        ("%A %m.%Y", "It has a weekday without a day."),
        ("%d.%m.%Y %", "% is unknown. Use %Y, %m, %b,"),
    ],
)
def test_a_format_that_guesses_or_loses_a_part_is_refused(form, reason):
    with pytest.raises(FileError) as refused:
        DateFormat(form)
    assert str(refused.value).startswith(f"The format “{form}” cannot be used. {reason}")


@pytest.mark.parametrize(
    ("form", "text", "midnight"),
    [
        ("%Y-%m-%dT%H:%M:%SZ", "1993-05-01T00:00:00Z", True),
        ("%Y-%m-%dT%H:%M:%S%z", "1993-05-01T00:00:00+04:00", True),
        ("%Y-%m-%d %H:%M:%S.%f", "1993-05-01 00:00:00.000", True),
        ("%Y-%m-%d %H:%M:%S.%f", "1993-05-01 00:00:00.001", False),
        ("%d/%m/%Y %I:%M %p", "01/05/1993 12:00 AM", True),
        ("%d/%m/%Y %I:%M %p", "01/05/1993 12:00 PM", False),
        ("%d/%m/%Y %H:%M", "01/05/1993 10:00", False),
        ("%d/%m/%Y %H:%M", "01/05/1993 23:59", False),
        # The end of the day, and a leap second.
        ("%d/%m/%Y %H:%M", "01/05/1993 24:00", False),
        ("%Y-%m-%dT%H:%M:%SZ", "1993-05-01T24:00:00Z", False),
        ("%Y-%m-%dT%H:%M:%SZ", "1993-05-01T23:59:60Z", False),
        ("%d/%m/%Y%%I %H:%M", "01/05/1993%I 00:00", True),
        ("%d/%m/%Y", "01/05/1993", False),
    ],
)
def test_midnight_is_recognized(form, text, midnight):
    assert DateFormat(form).read(text)[:2] == (Edtf.parse("1993-05-01"), midnight)


@pytest.mark.parametrize(
    ("text", "date", "midnight"),
    [
        ("2016-03-01T00:00:00Z", "2016-03-01", True),
        ("2016-03-01 00:00:00", "2016-03-01", True),
        ("2016-03-01T00:00", "2016-03-01", True),
        ("2016-03-01 00:00:00.000000", "2016-03-01", True),
        ("2016-03-01 00:00:00 UTC", "2016-03-01", True),
        ("2016-03-01 00:00:00+00", "2016-03-01", True),
        # The day is the one that is written, whatever the offset from UTC.
        ("2016-03-01T00:00:00.000+03:00", "2016-03-01", True),
        ("2016-03-01T23:30:00-11:00", "2016-03-01", False),
        ("2016-03-01T24:00:00Z", "2016-03-01", False),
        ("01.03.2016 00:00:00", "2016-03-01", True),
        ("1.3.2016 9:30", "2016-03-01", False),
        ("2016-03-00T00:00:00", "2016-03", True),
    ],
)
def test_a_timestamp_needs_no_format(text, date, midnight):
    assert timestamp(text)[:2] == (Edtf.parse(date), midnight)


@pytest.mark.parametrize(
    "text",
    ["2016-03-01", "03/01/2016 00:00", "2016-03-01T", "2016-03-01T00", "1 May 2016 00:00", ""],
)
def test_other_texts_are_no_timestamps(text):
    assert timestamp(text) is None


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("", ""),
        ("..", ".."),
        ("1992-08-27", "1992-08-27"),
        ("27 August 1992", "1992-08-27"),
        ("Thursday, 27.08.1992", "1992-08-27"),
        ("январь 2024", "2024-01"),
        ("2024-cü ilin yanvarı", "2024-01"),
        ("2024 жылғы қаңтар", "2024-01"),
        ("2024M01", "2024-01"),
        ("2002-Q1", "2002-33"),
        ("Q1 2002", "2002-33"),
        ("circa 1992", "1992~"),
        ("13/03/2024", "2024-03-13"),
    ],
)
def test_a_cell_without_a_format_is_read_as_in_a_form(text, date):
    assert str(date_in_words(text)) == date


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("11/03/2024", "“11/03/2024” can mean: 2024-03-11 (11 March 2024) · 2024-11-03"),
        ("since 2005", "“since 2005” can mean: 2005 (2005) · [2005..] (2005 or later). Write one"),
        ("1992–1994", "“1992–1994” can mean: 1992 – 1994 (from 1992 until 1994) · [1992..1994]"),
        ("27.08.92", "Write the year with four digits"),
        ("Friday, 27 August 1992", "27 August 1992 was a Thursday, not a Friday."),
        (
            "25 October (7 November) 1917",
            "is an Old Style date. Give the New Style date, 1917",
        ),
        ("today", "“Today” changes with each import. Give the date."),
        ("до сегодняшнего дня", "“Today” changes with each import. Give the date."),
        ("soon", "“soon” is not a date in EDTF."),
        ("9" * 500, "This is too long for a date."),
        ("1992\0", "is not a date in EDTF."),
    ],
)
def test_a_cell_without_one_reading_raises_the_reason(text, message):
    with pytest.raises(DateError) as refused:
        date_in_words(text)
    assert message in str(refused.value)


@given(st.text(alphabet="%YmdbBajAHIMSfpzyxW. -:TZг", max_size=12), st.text(max_size=12))
def test_any_format_and_cell_give_a_date_or_a_reason(form, text):
    try:
        found = DateFormat(form).read(text)
    except (FileError, DateError):
        return
    assert found is None or found[0].precision


def column(*days, midnight=True):
    """What a column of timestamps supports, date by date."""
    firsts = Firsts()
    for day in days:
        firsts.add(Stamp(Edtf.parse(day), midnight))
    return [str(firsts.supported(Stamp(Edtf.parse(day), midnight))) for day in days]


def test_first_days_of_a_column_that_has_mostly_first_days_are_months_and_years():
    assert column("1993-01-01", "1995-05-01", "1998-01-01", "1999-07-15") == [
        "1993", "1995-05", "1998", "1999-07-15",
    ]  # fmt: skip


def test_first_days_among_other_days_are_days():
    assert column("1993-01-01", "1995-05-12", "1998-03-01", "1999-07-15") == [
        "1993-01-01", "1995-05-12", "1998-03-01", "1999-07-15",
    ]  # fmt: skip


def test_january_among_all_months_is_a_month():
    assert column(*(f"1993-{month:02}-01" for month in range(1, 13))) == [
        f"1993-{month:02}" for month in range(1, 13)
    ]


def test_first_days_at_another_time_than_midnight_are_days():
    assert column("1993-01-01", "1995-05-01", midnight=False) == ["1993-01-01", "1995-05-01"]


def evenings(*times):
    """What a column of times on 29 February 2016 supports, time by time."""
    firsts = Firsts()
    stamps = [timestamp(f"2016-02-29T{time}") for time in times]
    for stamp in stamps:
        firsts.add(stamp)
    return [firsts.supported(stamp) for stamp in stamps]


@pytest.mark.parametrize(
    "times",
    [
        ("21:00:00Z", "21:00:00Z"),
        # Summer and winter; and one day with a time of its own.
        ("20:00:00Z", "19:00:00.000+00:00", "20:00:00+0000", "09:30:00Z"),
    ],
)
def test_a_column_of_midnights_in_another_zone_is_refused(times):
    with pytest.raises(DateError, match=r"Most times in this column are 2[01]:00 in UTC"):
        evenings(*times)


@pytest.mark.parametrize(
    "times",
    [
        ("12:00:00Z", "12:00:00Z"),
        ("09:00:00Z", "09:00:00Z"),
        ("18:00:00", "18:00:00"),
        ("18:00:00+03:00", "18:00:00+03:00"),
        ("14:00:00Z", "16:00:00Z", "18:00:00Z"),
        ("18:00:00Z", "10:00:00Z", "11:15:00Z"),
        ("18:30:00Z", "18:30:00Z"),
    ],
)
def test_other_times_keep_their_days(times):
    assert set(map(str, evenings(*times))) == {"2016-02-29"}


@pytest.mark.parametrize(
    ("date", "period"),
    [
        ("1993-01-01", "1993"), ("1993-05-01", "1993-05"), ("1993-05-02", "1993-05-02"),
        ("1993-01", "1993-01"), ("1993", "1993"), ("", ""),
    ],
)  # fmt: skip
def test_a_first_day_as_a_period(date, period):
    assert str(first_as_period(Edtf.parse(date))) == period


@pytest.mark.parametrize(
    ("date", "precision", "rounded"),
    [
        ("1993-05-06", "day", "1993-05-06"),
        ("1993-05-06", "month", "1993-05"),
        ("1993-05-06", "year", "1993"),
        ("1993-05-06~", "month", "1993-05~"),
        ("[1990-05-06..1992-03-01]", "year", "[1990..1992]"),
        ("2020-33", "year", "2020"),
        ("1993", "month", "1993"),
        ("..", "year", ".."),
        ("", "year", ""),
    ],
)
def test_a_date_is_at_most_as_precise_as_asked(date, precision, rounded):
    assert str(at_most(Edtf.parse(date), precision)) == rounded
