"""Dates as people write them: single readings, choices between several, and errors."""

from contextlib import suppress
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override
from hypothesis import example, given
from hypothesis import strategies as st

from core import date_grammar
from core.date_words import LANGUAGES
from core.dates import DateError, Edtf
from core.fields import DayField, EdtfFormField
from core.typed_dates import LONGEST, typed

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
    # Roman months, and words around figures.
    "27.VIII.1992": "1992-08-27", "27 VIII 1992": "1992-08-27", "27/VIII/1992": "1992-08-27",
    "VIII.1992": "1992-08", "1992.VIII.27": "1992-08-27", "10.Х.1992 г.": "1992-10-10",
    "27.08.1992 г.": "1992-08-27", "27.08.1992г.": "1992-08-27", "от 27.08.1992": "1992-08-27",
    "27.08.1992-ci il": "1992-08-27", "27.08.1992 ж.": "1992-08-27",
    # Endings of numbers and names.
    "1992-ci ilin avqust ayının 27-si": "1992-08-27", "1992-ci il avqustun 27-də": "1992-08-27",
    "2020-ci ilin mayının 5-i": "2020-05-05", "27-го августа 1992-го": "1992-08-27",
    "2020 жылдың 5 мамыры": "2020-05-05", "1992 жылдың 27 тамызында": "1992-08-27",
    "2020 жылдың мамыр айының 5-і": "2020-05-05", "2020 жылғы 5 шілдесі": "2020-07-05",
    "в 1990-м": "1990", "вторая половина 1992 года": "1992-41",
    "2022 жылғы 24 тамыздағы": "2022-08-24", "ilk rüb 2024": "2024-33",
    # Weekdays.
    "Дүйсенбіде, 11 наурыз 2024": "2024-03-11",
    "Thursday, 27 August 1992": "1992-08-27", "27 August 1992 (Thursday)": "1992-08-27",
    "Thu 27 August 1992": "1992-08-27", "в четверг, 27 августа 1992 г.": "1992-08-27",
    "27 августа 1992 года, четверг": "1992-08-27", "среду, 26 августа 1992": "1992-08-26",
    "27 avqust 1992-ci il, cümə axşamı": "1992-08-27", "cümə, 28.08.1992": "1992-08-28",
    "1992 жылғы 27 тамыз, бейсенбі": "1992-08-27",
    "бейсенбі күні, 1992 жылғы 27 тамыз": "1992-08-27",
    "before Thursday, 27 August 1992": "[..1992-08-26]",
    "Wednesday, 25 October (7 November) 1917": "1917-11-07",
    "Thursday, 27 August 1992?": "1992-08-27?",
    "27 August 1992 (27.08.1992)": "1992-08-27", "27.08 (27 August 1992)": "1992-08-27",
    "25 October 1917 (Wednesday) O.S.": "1917-11-07",
    # A weekday that only one of two readings has.
    "Monday 11/03/2024": "2024-03-11", "Sunday 11/03/2024": "2024-11-03",
    # Hyphens that look alike, and dashes in place of hyphens.
    "27\u201108\u20111992": "1992-08-27", "1992\u2011ci il": "1992", "1992–ci il": "1992",
    "1990\u2011х": "[1990..1999]", "1990–х": "[1990..1999]", "mid–2005": "2005",
    "27\u00a0August\u202f1992": "1992-08-27", "\u200e27.08.1992\u200f": "1992-08-27",
    # Old Style and New Style.
    "25 October (7 November) 1917": "1917-11-07", "7 November (25 October) 1917": "1917-11-07",
    "7 November [O.S. 25 October] 1917": "1917-11-07", "25 October 1917 O.S.": "1917-11-07",
    "25 October 1917 (Old Style)": "1917-11-07", "7 November 1917 N.S.": "1917-11-07",
    "25 октября (7 ноября) 1917 года": "1917-11-07", "7 (20) января 1918": "1918-01-20",
    "24 декабря 1911 (6 января 1912)": "1912-01-06", "25 октября/7 ноября 1917": "1917-11-07",
    "25 октября 1917 г. по старому стилю": "1917-11-07", "2/14 March 1856": "1856-03-14",
    "25.10.1917 (07.11.1917)": "1917-11-07", "1917-ci il 25 oktyabr (7 noyabr)": "1917-11-07",
    "1917 жылғы 25 қазан (7 қараша)": "1917-11-07", "28 February (12 March) 1900": "1900-03-12",
    "about 25 October 1917 O.S.": "1917-11-07~", "7 November 1917 N.S.?": "1917-11-07?",
    "6 January 1900 [O.S. 25 December]": "1900-01-06", "25 December 1899 (6 January)": "1900-01-06",
    "6 января 1912 (24 декабря)": "1912-01-06",
    # Only the Julian calendar has these days.
    "29 February 1900 O.S.": "1900-03-13", "29.02.1900 O.S.": "1900-03-13",
    "29.II.1900 (Old Style)": "1900-03-13", "1900-02-29 O.S.": "1900-03-13",
    "Tuesday, 29 February 1900 O.S.": "1900-03-13", "29 февраля 1700 г. ст. ст.": "1700-03-11",
    "29 февраля (13 марта) 1900": "1900-03-13", "29 февраля/13 марта 1900 г.": "1900-03-13",
    "13 March 1900 [O.S. 29 February]": "1900-03-13", "29.02 (13.03) 1900": "1900-03-13",
    "1900-cü il 29 fevral (13 mart)": "1900-03-13", "1900 жылғы 29 ақпан (13 наурыз)": "1900-03-13",
    "29 February 1904 O.S.": "1904-03-13",
    # Seasons.
    "summer 2020": "[2020-06..2020-08]", "in the spring of 2020": "[2020-03..2020-05]",
    "late autumn 2020": "[2020-09..2020-11]", "winter 2020/21": "[2020-12..2021-02]",
    "winter 2020–2021": "[2020-12..2021-02]", "летом 2020 года": "[2020-06..2020-08]",
    "осень 2020 г.": "[2020-09..2020-11]", "2020-ci ilin yayında": "[2020-06..2020-08]",
    "2020-ci ilin yazı": "[2020-03..2020-05]", "2020 жылдың жазында": "[2020-06..2020-08]",
    "2020 жылдың күзі": "[2020-09..2020-11]", "before summer 2020": "[..2020-05]",
    "winter of 1992-93": "[1992-12..1993-02]", "зимой 1992-1993 годов": "[1992-12..1993-02]",
    "зимой 1992–1993 годов": "[1992-12..1993-02]", "зимой 1992 - 1993 гг.": "[1992-12..1993-02]",
    "зимой 1992/93 гг.": "[1992-12..1993-02]", "зима 1999-2000 годов": "[1999-12..2000-02]",
    "1992-1993-cü illərin qışında": "[1992-12..1993-02]",
    "1992-93-cü illərin qışı": "[1992-12..1993-02]",
    "1992–1993 жылдардың қысында": "[1992-12..1993-02]",
    # Parts of years, months and decades.
    "end-2020": "2020", "в конце 1992 года": "1992", "1992-ci ilin sonunda": "1992",
    "1992 жылдың басында": "1992", "в первых числах мая 2020": "2020-05",
    "1990-cı illərin ortalarında": "[1990..1999]", "1990 жылдардың соңы": "[1990..1999]",
    "в 1990-е годы": "[1990..1999]", "between the 1980s and the 1990s": "[1980..1999]",
    "before the 1990s": "[..1989]", "after the 1990s": "[2000..]",
    "before Q3 2020": "[..2020-06]", "between 7 and 8 July 2015": "[2015-07-07..2015-07-08]",
    "по 1995 год": "[..1995]", "not before 1995": "[1995..]", "1995 жылдан бұрын": "[..1994]",
    "on or before 5 May 2020": "[..2020-05-05]", "1992 at the latest": "[..1992]",
    "1992 and later": "[1992..]", "from 1992 onwards": "[1992..]", "1992 и позднее": "[1992..]",
    "до 31 декабря 1995 года включительно": "[..1995-12-31]", "until 1995 inclusive": "[..1995]",
    "1995-ci ilə qədər daxil olmaqla": "[..1995]", "1995 жылға дейін қоса алғанда": "[..1995]",
    "before 1 January 1992": "[..1991-12-31]", "after Q2 2020": "[2020-07..]",
    "на 1 января 2020 г.": "2020-01-01", "between the end of 1990 and early 1992": "[1990..1992]",
    "no later than end-1992": "[..1992]", "before early 1992": "[..1991]",
    "after late 1992": "[1993..]", "year-end 2020": "2020", "until now": "..",
    # After the end, before the end, and up to it.
    "по окончании 1992 года": "[1993..]", "по окончанию 1992 года": "[1993..]",
    "по окончании сентября 1992 г.": "[1992-10..]", "по окончании 1990-х годов": "[2000..]",
    "по окончании лета 1992 года": "[1992-09..]", "по завершении 1992 года": "[1993..]",
    "по истечении 1992 года": "[1993..]", "по истечении 31 декабря 1992": "[1993-01-01..]",
    "по прошествии 1992 года": "[1993..]", "после истечения 1992 года": "[1993..]",
    "до истечения 1992 года": "[..1992]", "по завершение 1992 года": "[..1992]",
    "по конец 1992 года": "[..1992]", "в конце 1992": "1992", "в окончание 1992 года": "1992",
    "upon the end of 1992": "[1993..]", "upon the expiry of 1992": "[1993..]",
    "on the expiration of 1992": "[1993..]", "after the completion of 1992": "[1993..]",
    "following the close of 1992": "[1993..]", "following 1992": "[1993..]",
    "at the close of 1992": "1992",
    "1992-ci il bitdikdən sonra": "[1993..]", "1992-ci il bitəndən sonra": "[1993..]",
    "1992-ci il başa çatdıqdan sonra": "[1993..]", "1992-ci il qurtarandan sonra": "[1993..]",
    "1992-ci ilin bitməsindən sonra": "[1993..]", "1992-ci il bitənədək": "[..1992]",
    "1992 жыл аяқталғаннан кейін": "[1993..]", "1992 жыл аяқталған соң": "[1993..]",
    "1992 жыл біткеннен кейін": "[1993..]", "1992 жыл біткен соң": "[1993..]",
    "1992 жылдың аяқталуынан кейін": "[1993..]", "1992 жылдың аяғынан кейін": "[1993..]",
    "1992 жыл аяқталғанға дейін": "[..1992]", "1992 жыл аяқталғанша": "[..1992]",
    # One of two dates that follow one another.
    "1992 or 1993": "[1992..1993]", "either 1993 or 1992": "[1992..1993]",
    "7 or 8 July 2015": "[2015-07-07..2015-07-08]", "[1992,1993]": "[1992..1993]",
    "август или сентябрь 1992 г.": "[1992-08..1992-09]", "1992 либо 1993": "[1992..1993]",
    "1992 və ya 1993-cü il": "[1992..1993]", "1992 немесе 1993 жыл": "[1992..1993]",
    "31 December 1992 or 1 January 1993": "[1992-12-31..1993-01-01]",
    # The turn of two years or decades.
    "turn of the year 1992/93": "[1992..1993]", "at the turn of 1992 and 1993": "[1992..1993]",
    "на рубеже 1992–1993 годов": "[1992..1993]", "на рубеже 1980–1990-х годов": "[1980..1999]",
    "на рубеже 1980-х и 1990-х годов": "[1980..1999]",
    # The forms of documents and catalogues.
    "«27» августа 1992 года": "1992-08-27", "1992 жылғы «27» тамыз": "1992-08-27",
    "“27” August 1992": "1992-08-27", "27/Aug/1992": "1992-08-27", "27-Aug-1992": "1992-08-27",
    "c.1992": "1992~", "ок.1992 г.": "1992~", "1992 (approx.)": "1992~", "1992 [?]": "1992?",
    "1992-ci il (təxminən)": "1992~", "1992 г. (предположительно)": "1992?",
    "нач. 1992": "1992", "кон. августа 1992": "1992-08", "1 пг 1992": "1992-40",
    "1992 ci il": "1992",
    "2024M01": "2024-01", "2024-M1": "2024-01", "2024S2": "2024-41", "2002-Q1": "2002-33",
    "Q1/1992": "1992-33", "1992:Q1": "1992-33", "on or about 27 August 1992": "1992-08-27~",
    "sometime between 1990 and 1992": "[1990..1992]", "осы күнге дейін": "..",
    "1992-ci ilin ikinci yarımilliyi": "1992-41", "1992 жылдың II жартыжылдығында": "1992-41",
    # Kazakh in Latin letters, of both alphabets.
    "1992 jylǵy 27 tamyz": "1992-08-27", "1992 jılğı 27 tamız": "1992-08-27",
    "2020 jyldyń 5 mamyry": "2020-05-05", "2020 jyldyń mamyr aıynda": "2020-05",
    "qarasha 2020": "2020-11", "qaraşa 2020": "2020-11", "2020 jyldyń qyrkúıeginde": "2020-09",
    "2020 jıldıñ qırküyeginde": "2020-09", "12 naýryz 2020 jyl": "2020-03-12",
    # Limits at some day of a period.
    "before 7–8 July 2015": "[..2015-07-06]", "after 7–8 July 2015": "[2015-07-09..]",
    "не позднее 7–8 июля 2015 г.": "[..2015-07-08]", "после 1992–1993 гг.": "[1994..]",
    "1995-dən əvvəl": "[..1994]", "1995 жылға жуық": "1995~", "в течение 1992 года": "1992",
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
    # An open end.
    "1992 –": ["1992", "[1992..]"],
    "1992-": ["1992", "[1992..]"],
    "1992..": ["1992", "[1992..]"],
    "1992…": ["1992", "[1992..]"],
    "27.08.1992–": ["1992-08-27", "[1992-08-27..]"],
    "with effect from 27 August 1992": ["1992-08-27", "[1992-08-27..]"],
    "as at 31 December 1992": ["1992-12-31", "[1992-12-31..]"],
    "27 avqust 1992-ci il tarixindən": ["1992-08-27", "[1992-08-27..]"],
    "27 avqust 1992-ci il tarixinədək": ["[..1992-08-27]", "[..1992-08-26]"],
    # A limit at some day of a period.
    "until 7–8 July 2015": ["[..2015-07-08]", "[2015-07-07..2015-07-08]"],
    "since 7–8 July 2015": ["[2015-07-07..2015-07-08]", "[2015-07-07..]"],
    "до 7–8 июля 2015 года": ["[..2015-07-06]", "[..2015-07-08]"],
    # A decade or a century; the start or the end of a year.
    "the 1900s": ["[1900..1909]", "[1900..1999]"],
    "winter 2020": ["[2019-12..2020-02]", "[2020-12..2021-02]"],
    "зимой 2020 года": ["[2019-12..2020-02]", "[2020-12..2021-02]"],
}

PERIODS = {
    "7–8 July 2015": ("2015-07-07", "2015-07-08"),
    "July 7–8, 2015": ("2015-07-07", "2015-07-08"),
    "7 and 8 July 2015": ("2015-07-07", "2015-07-08"),
    "7/8 July 2015": ("2015-07-07", "2015-07-08"),
    "7–8.VII.2015": ("2015-07-07", "2015-07-08"),
    "27th–28th of August 1992": ("1992-08-27", "1992-08-28"),
    "27 June – 3 July 2015": ("2015-06-27", "2015-07-03"),
    "30 December – 2 January 2024": ("2023-12-30", "2024-01-02"),
    "from 22 to 24 May 2024": ("2024-05-22", "2024-05-24"),
    "22–24 мая 2024": ("2024-05-22", "2024-05-24"),
    "22-24 мая 2024 г.": ("2024-05-22", "2024-05-24"),
    "с 22 по 24 мая 2024 года": ("2024-05-22", "2024-05-24"),
    "7 и 8 июля 2015 г.": ("2015-07-07", "2015-07-08"),
    "22–24.05.2024": ("2024-05-22", "2024-05-24"),
    "22.05–24.05.2024": ("2024-05-22", "2024-05-24"),
    "22.05.2024 - 24.05.2024": ("2024-05-22", "2024-05-24"),
    "22/05/2024 – 24/05/2024": ("2024-05-22", "2024-05-24"),
    "2024-05-22/2024-05-24": ("2024-05-22", "2024-05-24"),
    "22–24 may 2024-cü il": ("2024-05-22", "2024-05-24"),
    "2024-cü il mayın 22-dən 24-dək": ("2024-05-22", "2024-05-24"),
    "2024-cü il mayın 22-24-də": ("2024-05-22", "2024-05-24"),
    "2024 жылғы 22–24 мамыр": ("2024-05-22", "2024-05-24"),
    "2024 жылғы 22 мамырдан 24 мамырға дейін": ("2024-05-22", "2024-05-24"),
    "May–June 2024": ("2024-05", "2024-06"),
    "с мая по июнь 2024 года": ("2024-05", "2024-06"),
    "август 1992 г. – сентябрь 1993 г.": ("1992-08", "1993-09"),
    "1990-1992": ("1990", "1992"),
    "1990–1992": ("1990", "1992"),
    "1990–92": ("1990", "1992"),
    "1992-93": ("1992", "1993"),
    "1992-94": ("1992", "1994"),
    "1912–13": ("1912", "1913"),
    "1912/13": ("1912", "1913"),
    "1931-32": ("1931", "1932"),
    "1914-18": ("1914", "1918"),
    "1930-31": ("1930", "1931"),
    "2005-13": ("2005", "2013"),
    "1914-18 гг.": ("1914", "1918"),
    "from 1990–1992": ("1990", "1992"),
    "from 1990-1992": ("1990", "1992"),
    "between 1990–92": ("1990", "1992"),
    "в период 1990-1992 гг.": ("1990", "1992"),
    "с 22–24 мая 2024": ("2024-05-22", "2024-05-24"),
    "Tuesday 7 – Wednesday 8 July 2015": ("2015-07-07", "2015-07-08"),
    "Tuesday, 7 July – 8 July 2015": ("2015-07-07", "2015-07-08"),
    "Tue–Wed, 7–8 July 2015": ("2015-07-07", "2015-07-08"),
    "7–8 июля 2015 года (вторник-среда)": ("2015-07-07", "2015-07-08"),
    "со вторника 7 по среду 8 июля 2015 г.": ("2015-07-07", "2015-07-08"),
    "in 1992-93": ("1992", "1993"),
    "в 1992–93 годах": ("1992", "1993"),
    "1992-93-cü illər": ("1992", "1993"),
    "1992-93 жж.": ("1992", "1993"),
    "2010–11": ("2010", "2011"),
    "1990/91": ("1990", "1991"),
    "1992–1994 годы": ("1992", "1994"),
    "1992-1994-cü illər": ("1992", "1994"),
    "1992–1994 жж.": ("1992", "1994"),
    "1990-cı ildən 1992-ci ilədək": ("1990", "1992"),
    "1990 жылдан 1992 жылға дейін": ("1990", "1992"),
    "end of May – beginning of June 2020": ("2020-05", "2020-06"),
    "в январе–марте 2024 года": ("2024-01", "2024-03"),
    "2024-cü ilin yanvar-mart aylarında": ("2024-01", "2024-03"),
    "2024 жылдың қаңтар-наурыз айларында": ("2024-01", "2024-03"),
    "1990\u20121992": ("1990", "1992"),
    "1992..1994": ("1992", "1994"),
    "1992 … 1994": ("1992", "1994"),
    "7/20 May 2024": ("2024-05-07", "2024-05-20"),
    "1990\u22121992": ("1990", "1992"),
    "1980-е – 1990-е годы": ("[1980..1989]", "[1990..1999]"),
    "1980–1990-е годы": ("[1980..1989]", "[1990..1999]"),
    "Q1–Q3 2020": ("2020-33", "2020-35"),
    "лето–осень 1992 г.": ("[1992-06..1992-08]", "[1992-09..1992-11]"),
    "winter – spring 2020": ("[2019-12..2020-02]", "[2020-03..2020-05]"),
    "2024 жылғы 22-24 мамыр аралығында": ("2024-05-22", "2024-05-24"),
    "22-24 may 2024-cü il tarixlərində": ("2024-05-22", "2024-05-24"),
    "I–III кварталы 2020 г.": ("2020-33", "2020-35"),
    "1–3 кварталы 2020": ("2020-33", "2020-35"),
    "I-III кв. 2020": ("2020-33", "2020-35"),
    "30.VIII–2.IX.1992": ("1992-08-30", "1992-09-02"),
    "2020-ci il mayın 5-dən 7-nə qədər": ("2020-05-05", "2020-05-07"),
    "1992-ci ildən 1995-ci ilə kimi": ("1992", "1995"),
}

# Words around the beginning, middle and end of a year, month and decade.
UNITS = {"year": ("1991", "1992", "1993"), "month": ("1992-08", "1992-09", "1992-10"),
         "decade": ("1989", "1990..1999", "2000")}  # fmt: skip
PHRASES = {
    "en": (
        {"before": "before {}", "after": "after {}", "until": "until {}"},
        {"start": "the beginning of {}", "middle": "the middle of {}", "end": "the end of {}"},
        {"year": "1992", "month": "September 1992", "decade": "the 1990s"},
    ),
    "ru": (
        {"before": "ранее {}", "after": "после {}", "until": "до {}"},
        {"start": "начала {}", "middle": "середины {}", "end": "конца {}"},
        {"year": "1992 года", "month": "сентября 1992 г.", "decade": "1990-х годов"},
    ),
    "az": (
        {"before": "{}ndən əvvəl", "after": "{}ndan sonra", "until": "{}na qədər"},
        {"start": "{} əvvəli", "middle": "{} ortası", "end": "{} sonu"},
        {"year": "1992-ci ilin", "month": "1992-ci ilin sentyabrının", "decade": "1990-cı illərin"},
    ),
    "kk": (
        {"before": "{}нан бұрын", "after": "{}нан кейін", "until": "{}на дейін"},
        {"start": "{} басы", "middle": "{} ортасы", "end": "{} соңы"},
        {"year": "1992 жылдың", "month": "1992 жылдың қыркүйегінің", "decade": "1990 жылдардың"},
    ),
}


def limits(language, relation, part, unit):
    """The right readings of a limit at a part of a year, month or decade."""
    before, itself, after = UNITS[unit]
    first, last = itself.split("..")[0], itself.split("..")[-1]
    upto, up_to_before = f"[..{last}]", f"[..{before}]"
    if relation == "after":
        return [f"[{after}..]" if part == "end" else f"[{first}..]"]
    if relation == "before":
        return [up_to_before if part == "start" else upto]
    if language == "en":
        return [upto, f"[{itself}]" if unit == "decade" else itself]
    if part != "start":
        return [upto]
    return [up_to_before, upto] if language == "ru" else [upto, up_to_before]


NOT_UNDERSTOOD = [
    *("", "  ", "Monday", "5 may", "blah 2020", "12 2020", "XX", "/", "Monday 2020", "autumn"),
    *("[1990", "q5 2020", "about the 1990s", "27-ci avqust", "may may 2020", "123 may 2020"),
    *("2020 or soon", "5 may 2020 10:30", "\0", "\ud800", "2020\0", "9" * 500, "1990 годы"),
    # A right-to-left override, which looks like 1992-02-10.
    "1992-\u202e01-20",
    # No sign is dropped.
    *("1992+", ">1992", "1992 ± 1", "(1992)", "[1992]", "№ 5 2020", "1992 -?", "27/08-1992"),
    *("1992/", "/1992", "1992, 1994", "1990 and 1992", "1999–01", "7–8 июля", "5 – 12 2020"),
    *("20200505", "V 2020", "upon 1992", "по истечении 30 дней"),
    *("27.08 (27.08)", "second half of the 1990s", "2024s3", "1992–?"),
    # The seasons of several years, which are no period.
    *("летом 1992-1993 годов", "зимой 1992-1994 гг.", "летом 1992-93 годов"),
    # A limit in Old Style.
    *("since 25 October 1917 O.S.", "until 25 October 1917 O.S.", "25 October 1917 O.S. N.S."),
]

REFUSED = {
    "27.8.92": "Write the year with four digits",
    "3/4/05": "Write the year with four digits",
    "27 Aug 92": "Write the year with four digits",
    "92": "Write the year with four digits",
    "’92": "Write the year with four digits",
    "31 June 2020": "June 2020 has no day 31.",
    "32.01.2020": "January 2020 has no day 32.",
    "2024-13-01": "There is no month 13.",
    "2024-13": "There is no month 13.",
    "2020-05-32": "May 2020 has no day 32.",
    "2024/13": "There is no month 13.",
    "1992.93": "There is no month 93.",
    "1999-00": "There is no month 00.",
    "13/13/2024": "There is no month 13.",
    "1 May 0000": "There is no year 0.",
    "after 9999": "Dates must be in the years",
    "before 0001": "Dates must be in the years",
    "between 1992 and 1990": r"1992 is later than 1990\. Write the earlier date first\.",
    "1992–1990": "1992 is later than 1990",
    "8–7 July 2015": "8 July 2015 is later than 7 July 2015",
    "until 8–7 July 2015": "8 July 2015 is later than 7 July 2015",
    "1992 or 1994": r"other days between 1992 and 1994\. Write \[1992\.\.1994\] if they",
    "9 или 7 июля 2015": "other days between 7 July 2015 and 9 July 2015",
    "31 June – 2 July 2015": "June 2015 has no day 31.",
    "01/01/65": "Write the year with four digits",
    "27.08.92 г.": "Write the year with four digits",
    "27 Aug 05": "Write the year with four digits",
    "August '92": "Write the year with four digits",
    "7–8 July 92": "Write the year with four digits",
    "the 90s": "Write the year with four digits",
    "90-е годы": "Write the year with four digits",
    "до начала 90-х": "Write the year with four digits",
    "до конца 90-х годов": "Write the year with four digits",
    "until the end of the 90s": "Write the year with four digits",
    "90-cı illərin sonu": "Write the year with four digits",
    "90 жылдардың соңы": "Write the year with four digits",
    # Signs.
    "-0043": "A date cannot start with a sign. Write “until” before an end; years before",
    "-1992": "A date cannot start with a sign.",
    "– 1992": "A date cannot start with a sign.",
    "\u22121992": "A date cannot start with a sign.",
    "+1992": "A date cannot start with a sign.",
    "..1992": "A date cannot start with a sign.",
    "…1992": "A date cannot start with a sign.",
    "43 BC": "Dates must be in the years 1 to 9999.",
    "43 г. до н. э.": "Dates must be in the years 1 to 9999.",
    "e.ə. 43": "Dates must be in the years 1 to 9999.",
    "б.з.б. 43 жыл": "Dates must be in the years 1 to 9999.",
    "before about 1992": "The ends of a limit or period cannot be “about” or uncertain",
    "1992~–1994": "The ends of a limit or period cannot be “about” or uncertain",
    "circa 1992–1993": "The ends of a limit or period cannot be “about” or uncertain",
    "circa 1939-41": "The ends of a limit or period cannot be “about” or uncertain",
    "около 1914–18 гг.": "The ends of a limit or period cannot be “about” or uncertain",
    "2024M13": "There is no month 13.",
    # Footnote marks, which folding turns into digits.
    "1² May 1992": "“²” is not a plain digit: write the number in 0–9.",
    "① мая 1992": "“①” is not a plain digit",
    "½ 1992": "“½” is not a plain digit",
    # Weeks and fiscal years.
    "1992-W35": r"Weeks cannot be read\. Give the first and the last day\.",
    "week 35 of 1992": "Weeks cannot be read",
    "35-я неделя 1992 года": "Weeks cannot be read",
    "FY 2020": "Fiscal years start in different months.",
    "FY1992/93": "Fiscal years start in different months.",
    "financial year 1992-93": "Fiscal years start in different months.",
    "в 1992/93 финансовом году": "Fiscal years start in different months.",
    "1992/93-cü maliyyə ili": "Fiscal years start in different months.",
    "1992/93 қаржы жылы": "Fiscal years start in different months.",
    # Centuries.
    "19th century": "A century is too long for a date",
    "early 20th century": "A century is too long for a date",
    "XIX в.": "A century is too long for a date",
    "конец XIX века": "A century is too long for a date",
    "XIX əsrin sonu": "A century is too long for a date",
    "XX ғасырдың басы": "A century is too long for a date",
    # A weekday or a second day that contradicts the date.
    "Friday, 27 August 1992": "27 August 1992 was a Thursday, not a Friday.",
    "25 October 1917 (Thursday) O.S.": "7 November 1917 was a Wednesday, not a Thursday.",
    "before Friday, 27 August 1992": "27 August 1992 was a Thursday, not a Friday.",
    "Tuesday 7 – Thursday 8 July 2015": "8 July 2015 was a Wednesday, not a Thursday.",
    "7–8 July 2015 (Mon–Tue)": "7 July 2015 was a Tuesday, not a Monday.",
    "Tuesday, 25 October (7 November) 1917": "7 November 1917 was a Wednesday, not a Tuesday.",
    "пятница, 27 августа 1992": "27 August 1992 was a Thursday, not a Friday.",
    "25 October (8 November) 1917": "25 October 1917 and 8 November 1917 are not one day in two",
    "25 October 1917 (25 October 1917 N.S.)": "25 October 1917 and 25 October 1917 are not one day",
    "6 January 1900 (26 December)": "6 January 1900 and 26 December 1900 are not one day in two",
    "29 February (14 March) 1900": "29 February 1900 and 14 March 1900 are not one day in two",
    "Monday, 29 February 1900 O.S.": "13 March 1900 was a Tuesday, not a Monday.",
    # Days that one calendar lacks.
    "29 February 1900": "February 1900 has no day 29.",
    "29 February 1900 N.S.": "February 1900 has no day 29.",
    "29 February 1901 O.S.": "February 1901 has no day 29.",
    "30 February (14 March) 1900": "February 1900 has no day 30.",
    "31 December 9999 O.S.": "Dates must be in the years 1 to 9999.",
    "1 May 0000 – 2 May 2000": "There is no year 0.",
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


@pytest.mark.parametrize(("text", "days"), PERIODS.items())
def test_a_period_offers_its_start_and_end_or_a_day_between(text, days):
    period, sometime = typed(text)
    assert (str(period.date), str(period.until)) == days
    assert sometime.until is None
    first, last = (day.strip("[]").split("..") for day in days)
    assert str(sometime.date) == f"[{first[0]}..{last[-1]}]"


@pytest.mark.parametrize(
    "text",
    [
        "1990–present",
        "с 1990 по настоящее время",
        "1990 – н.в.",
        "1990-cı ildən indiyədək",
        "1990 жылдан осы уақытқа дейін",
    ],
)
def test_a_period_that_has_not_ended_has_an_open_end(text):
    (period,) = typed(text)
    assert (str(period.date), str(period.until)) == ("1990", "..")


@pytest.mark.parametrize("text", ["today", "сегодня", "bu gün", "бүгін", "bügin"])
def test_today_is_the_day_on_which_it_is_typed(text, monkeypatch):
    monkeypatch.setattr(date_grammar, "today", lambda: date(2026, 2, 1))
    assert texts(text) == ["2026-02-01"]
    assert DayField().clean(text) == date(2026, 2, 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("until today", ["[..2026-02-01]", "2026-02-01", ".."]),
        ("по сегодняшний день", ["[..2026-02-01]", ".."]),
        ("bu günə qədər", ["[..2026-02-01]", "[..2026-01-31]", ".."]),
        ("бүгінге дейін", ["[..2026-02-01]", "[..2026-01-31]", ".."]),
        ("before today", ["[..2026-01-31]"]),
    ],
)
def test_until_today_can_also_mean_that_it_has_not_ended(text, expected, monkeypatch):
    monkeypatch.setattr(date_grammar, "today", lambda: date(2026, 2, 1))
    assert texts(text) == expected


@pytest.mark.parametrize(
    "text",
    ["1992 – today", "с 1992 по сегодняшний день", "1992-ci ildən bu günədək",
     "1992 жылдан бүгінге дейін"],
)  # fmt: skip
def test_a_period_until_today_ends_on_that_day_or_has_not_ended(text, monkeypatch):
    monkeypatch.setattr(date_grammar, "today", lambda: date(2026, 2, 1))
    offers = typed(text)
    assert [(str(offer.date), str(offer.until or "")) for offer in offers] == [
        ("1992", "2026-02-01"), ("[1992..2026-02-01]", ""), ("1992", ".."),
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["2010/11", "2001/02", "1992/3"])
def test_a_slash_after_a_year_is_a_month_or_two_years(text):
    month, period, _sometime = typed(text)
    assert month.until is None
    assert period.until.earliest.year == period.date.earliest.year + 1


@pytest.mark.parametrize(
    ("text", "edtf", "until"),
    [
        ("1939-41", "1939-H2", "1941"),
        ("1930-33", "1930-Q1", "1933"),
        ("1905-40", "1905-H1", "1940"),
    ],
)
def test_edtf_for_a_part_of_a_year_may_be_two_years(text, edtf, until):
    part, period, sometime = typed(text)
    assert (str(part.date), str(part)) == (text, f"{edtf} ({part.words})")
    assert (str(period.date), str(period.until)) == (text[:4], until)
    assert str(sometime.date) == f"[{text[:4]}..{until}]"
    assert texts(edtf) == [text]


def test_both_ends_of_a_period_are_written_so_that_each_has_one_reading():
    period, _sometime = typed("H1 1938 – H2 1939")
    assert str(period).startswith("1938-H1 – 1939-H2 (")


@pytest.mark.parametrize("text", ["1992-33", "1941-41", "2005-33", "2020-41", "1939-41~"])
def test_other_edtf_for_a_part_of_a_year_has_one_reading(text):
    assert texts(text) == [text]


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("part", ["start", "middle", "end"])
@pytest.mark.parametrize("relation", ["before", "after", "until"])
@pytest.mark.parametrize("language", PHRASES)
def test_a_limit_at_a_part_of_a_year_month_or_decade(language, relation, part, unit):
    relations, parts, units = PHRASES[language]
    text = relations[relation].format(parts[part].format(units[unit]))
    assert texts(text) == limits(language, relation, part, unit)


@pytest.mark.parametrize(
    ("text", "old"),
    [
        ("25 October (7 November) 1917", "25 October 1917"),
        ("25 October 1917 O.S.", "25 October 1917"),
        ("13 March 1900 [O.S. 29 February]", "29 February 1900"),
        ("29 February 1900 O.S.", "29 February 1900"),
    ],
)
def test_the_old_style_day_is_noted(text, old):
    (offer,) = typed(text)
    assert offer.note == f"Old Style: {old}. Keep it in “as stated”."


def test_a_new_style_day_has_no_note():
    assert typed("7 November 1917 N.S.")[0].note == ""


@given(st.dates(min_value=date(1700, 3, 1), max_value=date(1918, 1, 31)))
@example(date(1900, 3, 13))
def test_a_day_in_both_calendars_is_the_new_style_day(day):
    year, month, day_of_month = julian(day).split("-")
    old = f"{day_of_month}.{month}.{year}"
    assert texts(f"{old} ({Edtf.parse(day.isoformat()).describe()})") == [day.isoformat()]
    assert texts(f"{old} O.S.") == [day.isoformat()]


def julian(day):
    """The day of the Julian calendar, by the number of days since its 1 March of the year 0."""
    number = day.toordinal() + 1721425 + 32082
    year = (4 * number + 3) // 1461
    rest = number - 1461 * year // 4
    month = (5 * rest + 2) // 153
    late = month // 10
    day_of_month = rest - (153 * month + 2) // 5 + 1
    return f"{year - 4800 + late:04}-{month + 3 - 12 * late:02}-{day_of_month:02}"


def test_each_reading_has_a_description():
    assert [offer.words for offer in typed("11/03/2024")] == ["11 March 2024", "3 November 2024"]


@given(st.text(max_size=LONGEST + 5))
@example("~" * LONGEST)
@example("between " * 15)
@example("early " * 20)
@example("1/" * 60)
@example("before 1992 – present")
@example("today-present-qədər")
def test_any_text_gives_valid_dates_or_an_error(text):
    with suppress(DateError):
        for offer in typed(text):
            assert Edtf.parse(str(offer.date)) == offer.date


WORDS = (
    "27 08 1992 2005 august сентября тамыз avqust between and about ? - – . / ( ) before до il XX "
    "199 end конца sonu соңы VIII summer зима Thursday четверг O.S. from по dan дейін and 92 х е "
    "today present or turn Q1 « » FY qədər"
)


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
    def test_a_stored_part_of_a_year_can_be_saved_again(self):
        field = EdtfFormField()
        for stored, shown in (("1939-41", "1939-H2"), ("2020-35", "2020-35")):
            value = Edtf.parse(stored)
            assert field.prepare_value(value) == shown
            assert field.clean(shown) == value
            assert not field.has_changed(value, shown)

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
            ("31 June 2020", "June 2020 has no day 31."),
            ("present", "“..” (not ended) is only valid as an end date."),
        ],
    )
    def test_an_invalid_date_gives_the_reason(self, text, message):
        with pytest.raises(ValidationError) as error:
            EdtfFormField().clean(text)
        assert error.value.messages == [message]

    def test_a_period_lists_its_start_and_end_for_two_fields(self):
        with pytest.raises(ValidationError) as error:
            EdtfFormField().clean("7–8 July 2015")
        assert error.value.messages == [
            "“7–8 July 2015” can mean: 2015-07-07 – 2015-07-08 (from 7 July 2015 until 8 July "
            "2015) · [2015-07-07..2015-07-08] (between 7 July 2015 and 8 July 2015). Write the one "
            "that you mean. A period takes two fields: enter its start and its end."
        ]

    @pytest.mark.parametrize("text", ["2020\0", "\ud800", "x" * 10_000_000, "١٢/٣/٢٠٢٤"])
    def test_hostile_text_is_rejected(self, text):
        with pytest.raises(ValidationError):
            EdtfFormField().clean(text)


class TestDayField:
    @pytest.mark.parametrize(
        "text",
        ["2005-03-01", "1.3.2005", "1 March 2005", "1 марта 2005 г.", "Tuesday, 1 March 2005"],
    )
    def test_a_day_is_read_as_people_write_it(self, text):
        assert DayField().clean(text) == date(2005, 3, 1)
        assert DayField().clean(date(2005, 3, 1)) == date(2005, 3, 1)

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("01/01/65", "Write the year with four digits: two do not say which century."),
            ("1 Jan 65", "Write the year with four digits: two do not say which century."),
            (
                "11/03/2024",
                "“11/03/2024” can mean: 2024-03-11 (11 March 2024) · 2024-11-03 (3 November 2024). "
                "Write the one that you mean.",
            ),
            ("2005", "“2005” is not one day. Write a day, such as 2005-03-01."),
            ("1 March 2005?", "“1 March 2005?” is not one day. Write a day, such as 2005-03-01."),
            ("7–8 July 2015", "“7–8 July 2015” is not one day. Write a day, such as 2005-03-01."),
            ("present", "“present” is not one day. Write a day, such as 2005-03-01."),
            ("2005-02-30", "February 2005 has no day 30."),
            ("soon", "Enter a valid date."),
            ("2005-03-01\0", "Enter a valid date."),
            ("9" * 1000, "Enter a valid date."),
        ],
    )
    def test_another_text_is_refused_with_the_reason(self, text, message):
        with pytest.raises(ValidationError) as error:
            DayField().clean(text)
        assert error.value.messages == [message]

    def test_a_blank_day_is_none(self):
        assert DayField(required=False).clean(" ") is None
