"""The life course of a treaty: its status on any day, for each rule."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.dates import Edtf
from treaties.life import (
    CONSENT,
    ENDED,
    OPEN,
    REVOCABLE,
    SIGNATURES,
    STATED,
    Ending,
    Rule,
    Status,
    Step,
    Terms,
    in_words,
    life_course,
    life_courses,
    status_on,
)

_STEP = re.compile(
    r"(?P<type>\w+)(?: (?P<date>[^ ]+))?(?: from (?P<effective>[^ ]+))?"
    r"(?: until (?P<until>[^ ]+))?(?: by (?P<party>\w+))?(?: = (?P<status>\w+))?"
    r"(?: of (?P<revokes>[\w-]+))?"
)


def steps(text: str) -> list[Step]:
    """Steps as `type date from effective until end by party = status of revoked`, split by ;.

    A slug is the type and the place of the step, counted from 0: `revocation 2017 by A of
    withdrawal-2`.
    """
    found = []
    for line in filter(None, (part.strip() for part in text.split(";"))):
        match = _STEP.fullmatch(line)
        assert match, line
        values = match.groupdict("")
        day = "" if values["date"] == "-" else values["date"]
        found.append(
            Step(
                type=values["type"],
                date=Edtf.parse(day),
                effective=Edtf.parse(values["effective"]),
                until=Edtf.parse(values["until"]),
                party=values["party"] or None,
                status=values["status"],
                slug=f"{values['type']}-{len(found)}",
                revokes=values["revokes"],
            )
        )
    return found


def of(*names, **terms) -> Terms:
    """Terms of a treaty between these parties."""
    return Terms({name: Edtf.parse("") for name in names}, **terms)


def answer(course, day: str) -> str:
    """The status on a day, with ~ if it is only possible."""
    status, certain, _known = status_on(course, date.fromisoformat(day))
    return status if certain or status in ("", *OPEN) else f"{status}~"


TWO = of("A", "B")
MANY = of("A", "B", "C")
# A treaty of two with a state that came into being long after it, and one that split in two.
YOUNG = of("A", "B", began={"B": Edtf.parse("1991-12-16")})
SPLIT = Terms({"A": Edtf.parse("1992-12-31")} | {name: Edtf.parse("") for name in "BCD"})

# Steps, terms, endings by other treaties, and the expected status by day.
COURSES = {
    "nothing is known": ("", TWO, (), {"1990-01-01": "", "2020-01-01": ""}),
    "signed, and no source says more": (
        "signature 2005-05-24", TWO, (),
        {"2005-05-23": "", "2005-05-24": "signed_unknown", "2026-01-01": "signed_unknown"},
    ),
    "signed, then in force": (
        "signature 1996-09-16; entry_into_force 1999-01-29", TWO, (),
        {"1996-09-15": "", "1996-09-16": "signed", "1999-01-28": "signed",
         "1999-01-29": "in_force", "2026-01-01": "in_force"},
    ),
    "in force from the day of effect, not from that of the step": (
        "signature 1996-01-01; entry_into_force 1996-05-01 from 1996-06-01", TWO, (),
        {"1996-05-15": "signed", "1996-06-01": "in_force"},
    ),
    "in force on signature": (
        "signature 1996-01-01; entry_into_force 1996-01-01", TWO, (),
        {"1995-12-31": "", "1996-01-01": "in_force"},
    ),
    "in force before it was signed": (
        "signature 1996-03-05; entry_into_force 1996-01-01", TWO, (),
        {"1995-12-31": "", "1996-01-01": "in_force", "1996-03-05": "in_force"},
    ),
    "initialled first": (
        "initialling 1994-05-01; signature 1996-01-01; entry_into_force 1997-01-01",
        TWO, (),
        {"1994-04-30": "", "1994-05-01": "initialled", "1996-01-01": "signed",
         "1997-01-01": "in_force"},
    ),
    "initialled and no more": (
        "initialling 1994-05-01", TWO, (), {"1994-05-01": "initialled", "2020-01-01": "initialled"},
    ),
    "signed by each on a day of its own": (
        "signature 1996-01-01 by A; signature 1996-02-01 by B; entry_into_force 1997-01-01",
        TWO, (),
        {"1996-01-15": "", "1996-02-01": "signed", "1997-01-01": "in_force"},
    ),
    "one of two has ratified": (
        "signature 2019-10-14; ratification 2021-06-18 by A", TWO, (),
        {"2021-06-18": "signed_unknown", "2026-01-01": "signed_unknown"},
    ),
    "both have ratified, the clause is not recorded": (
        "signature 2019-10-14; ratification 2021-06-18 by A; ratification 2021-08-01 by B", TWO, (),
        {"2021-07-31": "signed", "2021-08-01": "in_force~", "2026-01-01": "in_force~"},
    ),
    "both have notified, the clause is not recorded": (
        "signature 2019-10-14; notification 2021-06-18 by A; notification 2021-08-01 by B", TWO, (),
        {"2021-07-31": "signed", "2021-08-01": "in_force~"},
    ),
    "thirty days after the later notification": (
        "signature 2019-10-14; notification 2021-08-01 by B; notification 2021-06-18 by A",
        of("A", "B", force_days=30), (),
        {"2021-08-30": "signed", "2021-08-31": "in_force"},
    ),
    "on the day of the later notification": (
        "signature 2019-10-14; notification 2021-06-18 by A; notification 2021-08-01 by B",
        of("A", "B", force_days=0), (),
        {"2021-07-31": "signed", "2021-08-01": "in_force"},
    ),
    "the clause needs notifications, two laws are none": (
        "signature 2019-10-14; ratification 2021-06-18 by A; ratification 2021-08-01 by B",
        of("A", "B", force_days=30), (),
        {"2021-07-31": "signed", "2021-08-31": "in_force~"},
    ),
    "thirty days after a notification in some month": (
        "signature 2019-10-14; notification 2021-06-18 by A; notification 2021-08 by B",
        of("A", "B", force_days=30), (),
        {"2021-08-30": "signed", "2021-09-10": "in_force~", "2021-09-30": "in_force"},
    ),
    "exchange of instruments, with the day of effect": (
        "signature 1930-01-01; exchange 1931-05-01 from 1931-06-01", TWO, (),
        {"1931-05-31": "signed", "1931-06-01": "in_force"},
    ),
    "a stated entry into force goes before the clause": (
        "signature 2019-10-14; notification 2020-01-01 by A; notification 2020-02-01 by B;"
        "entry_into_force 2020-05-05", of("A", "B", force_days=30), (),
        {"2020-05-04": "signed", "2020-05-05": "in_force"},
    ),
    "definitive signature by both": (
        "definitive_signature 1996-01-01 by A; definitive_signature 1996-02-01 by B", TWO, (),
        {"1996-01-15": "", "1996-02-01": "in_force"},
    ),
    "applied provisionally, then in force": (
        "signature 1996-01-01; provisional 1996-03-01; entry_into_force 1998-01-01", TWO, (),
        {"1996-02-28": "signed", "1996-03-01": "provisional", "1998-01-01": "in_force"},
    ),
    "applied provisionally ever since": (
        "signature 1996-01-01; provisional 1996-01-01", TWO, (),
        {"1996-01-01": "provisional", "2020-01-01": "provisional"},
    ),
    "in force in some year": (
        "signature 1998-05-01; entry_into_force 1999", TWO, (),
        {"1998-12-31": "signed", "1999-06-01": "in_force~", "1999-12-31": "in_force"},
    ),
    "signed and in force in one year of which only that is known": (
        "signature 1999; entry_into_force 1999", TWO, (),
        {"1998-12-31": "", "1999-06-01": "in_force~", "1999-12-31": "in_force"},
    ),
    "in force about some year": (
        "signature 1990-01-01; entry_into_force 1992~", TWO, (),
        {"1991-06-01": "signed~", "1992-06-01": "in_force~", "2005-01-01": "in_force~"},
    ),
    "in force in an uncertain month": (
        "signature 1990-01-01; entry_into_force 1992-05?", TWO, (),
        {"1992-05-15": "in_force~", "2005-01-01": "in_force~"},
    ),
    "in force not later than a year": (
        "signature 1990-01-01; entry_into_force [..1995]", TWO, (),
        {"1989-12-31": "", "1992-01-01": "in_force~", "1995-12-31": "in_force"},
    ),
    "in force not before a year": (
        "signature 1990-01-01; entry_into_force [1995..]", TWO, (),
        {"1994-12-31": "signed", "1995-01-01": "in_force~", "2020-01-01": "in_force~"},
    ),
    "in force on a day that no source gives": (
        "signature 1990-01-01; entry_into_force", TWO, (),
        {"1989-12-31": "", "1990-01-01": "in_force~", "2020-01-01": "in_force~"},
    ),
    "suspended and resumed": (
        "entry_into_force 1990-01-01; suspension 2000-01-01; resumption 2002-01-01", TWO, (),
        {"1999-12-31": "in_force", "2000-01-01": "suspended", "2001-12-31": "suspended",
         "2002-01-01": "in_force"},
    ),
    "suspended in some year and resumed in the next": (
        "entry_into_force 1990-01-01; suspension 2000; resumption 2001", TWO, (),
        {"1999-12-31": "in_force", "2000-06-01": "suspended~", "2000-12-31": "suspended",
         "2001-06-01": "in_force~", "2001-12-31": "in_force"},
    ),
    "suspended, then terminated": (
        "entry_into_force 1990-01-01; suspension 2000-01-01; termination 2003-01-01", TWO, (),
        {"2002-12-31": "suspended", "2003-01-01": "terminated"},
    ),
    "terminated": (
        "signature 1949-01-01; entry_into_force 1950-01-01; termination 1960-07-01", TWO, (),
        {"1960-06-30": "in_force", "1960-07-01": "terminated", "2020-01-01": "terminated"},
    ),
    "terminated, entry into force not recorded": (
        "signature 1949-01-01; termination 1960-07-01", TWO, (),
        {"1955-01-01": "signed_unknown", "1960-07-01": "terminated"},
    ),
    "terminated about some year": (
        "entry_into_force 1950-01-01; termination 1960~", TWO, (),
        {"1950-01-01": "in_force~", "1970-01-01": "terminated~"},
    ),
    "terminated and brought back by an entry into force": (
        "entry_into_force 1950-01-01; termination 1960-01-01; entry_into_force 1970-01-01", TWO, (),
        {"1965-01-01": "terminated", "1970-01-01": "in_force"},
    ),
    "two sources, two days of entry into force": (
        "signature 1990-01-01; entry_into_force 1991-01-01; entry_into_force 1992-01-01", TWO, (),
        {"1990-12-31": "signed", "1991-06-01": "in_force~", "1992-01-01": "in_force"},
    ),
    "expired on a stated day": (
        "entry_into_force 1990-01-01; expiry 2000-01-01", TWO, (),
        {"1999-12-31": "in_force", "2000-01-01": "expired"},
    ),
    "a term of five years": (
        "signature 1999-01-01; entry_into_force 2000-02-29", of("A", "B", term_years=5), (),
        {"2005-02-27": "in_force", "2005-02-28": "expired"},
    ),
    "a term of five years, extended to a day": (
        "entry_into_force 2000-01-01; extension 2004-06-01 until 2007-12-31",
        of("A", "B", term_years=5), (),
        {"2005-01-01": "in_force", "2007-12-31": "in_force", "2008-01-01": "expired"},
    ),
    "a term of five years, extended without an end": (
        "entry_into_force 2000-01-01; extension 2004-06-01", of("A", "B", term_years=5), (),
        {"2005-01-01": "in_force", "2020-01-01": "in_force"},
    ),
    "expired and then renewed": (
        "entry_into_force 2000-01-01; extension 2006-06-01 until 2009-05-31",
        of("A", "B", term_years=5), (),
        {"2005-01-01": "expired", "2006-06-01": "in_force", "2009-06-01": "expired"},
    ),
    "a term counted from some year": (
        "entry_into_force 2000", of("A", "B", term_years=5), (),
        {"2004-12-31": "in_force", "2005-06-01": "expired~", "2005-12-31": "expired"},
    ),
    "renewed tacitly, term after term": (
        "entry_into_force 2000-01-01", of("A", "B", term_years=5, renewal_years=5), (),
        {"2005-01-01": "in_force", "2024-01-01": "in_force"},
    ),
    "denounced in time before the end of a term": (
        "entry_into_force 2000-01-01; denunciation 2009-06-30 by A",
        of("A", "B", term_years=5, renewal_years=5, notice_months=6), (),
        {"2009-12-31": "in_force", "2010-01-01": "terminated"},
    ),
    "denounced too late for the term, so after the next": (
        "entry_into_force 2000-01-01; denunciation 2009-08-01 by A",
        of("A", "B", term_years=5, renewal_years=5, notice_months=6), (),
        {"2010-01-01": "in_force", "2014-12-31": "in_force", "2015-01-01": "terminated"},
    ),
    "denounced with a notice of a year": (
        "entry_into_force 2000-01-01; denunciation 2010-03-31 by B",
        of("A", "B", notice_months=12), (),
        {"2011-03-30": "in_force", "2011-03-31": "terminated"},
    ),
    "denounced, the notice is not recorded": (
        "entry_into_force 2000-01-01; denunciation 2010-03-31 by B", TWO, (),
        {"2010-03-30": "in_force", "2010-03-31": "terminated~", "2020-01-01": "terminated~"},
    ),
    "denounced with effect from a day": (
        "entry_into_force 2000-01-01; denunciation 2010-03-31 from 2010-10-01 by B", TWO, (),
        {"2010-09-30": "in_force", "2010-10-01": "terminated"},
    ),
    "one of many withdraws, the treaty stays": (
        "entry_into_force 2000-01-01; withdrawal 2010-03-31 from 2010-10-01 by B", MANY, (),
        {"2010-10-01": "in_force", "2020-01-01": "in_force"},
    ),
    "superseded when the later treaty enters into force": (
        "entry_into_force 2000-01-01", TWO,
        (Ending("supersedes", Edtf.parse("2015-03-01"), "later"),),
        {"2015-02-28": "in_force", "2015-03-01": "superseded"},
    ),
    "the later treaty has not entered into force": (
        "entry_into_force 2000-01-01", TWO, (Ending("supersedes", Edtf.parse(""), "later"),),
        {"2020-01-01": "in_force"},
    ),
    "the entry into force of the later treaty is not known": (
        "entry_into_force 2000-01-01", TWO, (Ending("supersedes", Edtf.parse("[2015-01-01..]")),),
        {"2014-12-31": "in_force", "2020-01-01": "superseded~"},
    ),
    "terminated by a later treaty": (
        "entry_into_force 2000-01-01", TWO, (Ending("terminates", Edtf.parse("2015")),),
        {"2014-12-31": "in_force", "2015-06-01": "terminated~", "2015-12-31": "terminated"},
    ),
    "a state has ceased to exist, none succeeded": (
        "entry_into_force 1950-01-01",
        Terms({"A": Edtf.parse("1991-12-26"), "B": Edtf.parse("")}), (),
        {"1991-12-26": "in_force", "1991-12-27": "unknown", "2020-01-01": "unknown"},
    ),
    "a state has ceased to exist, one succeeded": (
        "entry_into_force 1950-01-01; succession 1992-06-01 from 1991-12-26 by C",
        Terms({"A": Edtf.parse("1991-12-26"), "B": Edtf.parse(""), "C": Edtf.parse("")}), (),
        {"1991-12-26": "in_force", "2020-01-01": "in_force"},
    ),
    "terminated before a state ceased to exist": (
        "entry_into_force 1950-01-01; termination 1960-01-01",
        Terms({"A": Edtf.parse("1991-12-26"), "B": Edtf.parse("")}), (),
        {"1970-01-01": "terminated", "2020-01-01": "terminated"},
    ),
    "stated to be in force, entry not dated": (
        "signature 2000-01-01; status_stated 2010-01-01 = in_force", TWO, (),
        {"1999-12-31": "", "2005-01-01": "in_force~", "2010-01-01": "in_force",
         "2020-01-01": "in_force"},
    ),
    "stated not to be in force": (
        "signature 2000-01-01; status_stated 2010-01-01 = signed", TWO, (),
        {"2005-01-01": "signed", "2010-01-01": "signed", "2020-01-01": "signed"},
    ),
    "stated not to be in force, then to be": (
        "signature 2000-01-01; status_stated 2010-01-01 = signed; "
        "status_stated 2015-01-01 = in_force", TWO, (),
        {"2010-01-01": "signed", "2012-01-01": "in_force~", "2015-01-01": "in_force"},
    ),
    "stated to be terminated, the day is not known": (
        "entry_into_force 2000-01-01; status_stated 2010-01-01 = in_force; "
        "status_stated 2020-01-01 = terminated", TWO, (),
        {"2010-01-01": "in_force", "2015-01-01": "terminated~", "2020-01-01": "terminated"},
    ),
    "a statement narrows a year": (
        "signature 1998-01-01; entry_into_force 1999; status_stated 1999-06-30 = in_force",
        TWO, (),
        {"1999-03-01": "in_force~", "1999-06-30": "in_force", "1999-12-01": "in_force"},
    ),
    "a statement against a dated end changes nothing": (
        "entry_into_force 1990-01-01; termination 2000-01-01; status_stated 2010-01-01 = in_force",
        TWO, (), {"2010-01-01": "terminated", "2020-01-01": "terminated"},
    ),
    "a statement that would push a step beyond a later one changes nothing": (
        "termination 1990; resumption [1991..]; expiry 1997; status_stated 1998 = terminated", TWO,
        (), {"1990-12-31": "terminated", "1995-01-01": "in_force~", "1998-12-31": "expired"},
    ),
    "a statement between two steps of which the later may be before the earlier": (
        "signature 1990-01-01; entry_into_force [1995..]; termination 2000-01-01; "
        "status_stated 2000-01-01 = signed", TWO, (),
        {"1994-12-31": "signed", "1999-12-31": "in_force~", "2000-01-01": "terminated"},
    ),
    "signed, as a source states that does not know the entry into force": (
        "signature 2000-01-01; status_stated 2010-01-01 = signed_unknown", TWO, (),
        {"2005-01-01": "signed_unknown", "2010-01-01": "signed_unknown"},
    ),
    "signed, as a source states that does not know the entry into force, which another does": (
        "status_stated 2010-01-01 = signed_unknown; entry_into_force 2005-01-01", TWO, (),
        {"2004-12-31": "", "2010-01-01": "in_force"},
    ),
    "initialled after a source stated it to be signed, entry into force unknown": (
        "status_stated 2005-01-01 = signed_unknown; status_stated 2010-01-01 = initialled", TWO, (),
        {"2005-01-01": "signed_unknown", "2010-01-01": "signed_unknown"},
    ),
    "stated to be in force on the last day of the calendar": (
        "signature 2000-01-01; entry_into_force 2001-01-01; termination [2005..]; "
        "status_stated 9999-12-31 = in_force", TWO, (), {"2020-01-01": "in_force"},
    ),
    "in negotiation, as a source states": (
        "status_stated 2010-01-01 = in_negotiation", TWO, (),
        {"2009-01-01": "in_negotiation~", "2010-01-01": "in_negotiation"},
    ),
    "only a ratification is recorded": (
        "ratification 2000-01-01 by A", TWO, (), {"1999-12-31": "", "2000-01-01": "unknown"},
    ),
    "in force with another of many, three parties, first of their own entries": (
        "signature 1990-01-01; entry_into_force 1992-01-01 by A; entry_into_force 1993-01-01 by B",
        MANY, (), {"1991-12-31": "signed", "1992-01-01": "in_force"},
    ),
    "denounced, and the denunciation revoked before it took effect": (
        "entry_into_force 2000-01-01; denunciation 2010-03-31 from 2010-10-01 by B; "
        "revocation 2010-06-01 by B of denunciation-1", TWO, (),
        {"2010-06-01": "in_force", "2010-10-01": "in_force", "2020-01-01": "in_force"},
    ),
    "denounced, and the denunciation revoked in some month before it took effect": (
        "entry_into_force 2000-01-01; denunciation 2010-03-31 from 2010-10-01 by B; "
        "revocation 2010-06 by B of denunciation-1", TWO, (),
        {"2010-06-15": "in_force", "2010-10-01": "in_force"},
    ),
    "denounced, and the denunciation revoked after it had taken effect": (
        "entry_into_force 2000-01-01; denunciation 2010-03-31 from 2010-10-01 by B; "
        "revocation 2011-01-01 by B of denunciation-1", TWO, (),
        {"2010-09-30": "in_force", "2010-12-31": "terminated", "2011-01-01": "in_force"},
    ),
    "denounced, revoked, and denounced again": (
        "entry_into_force 2000-01-01; denunciation 2010-03-31 from 2010-10-01 by B; "
        "revocation 2010-06-01 by B of denunciation-1; denunciation 2012-01-01 from 2012-07-01 "
        "by B", TWO, (),
        {"2010-10-01": "in_force", "2012-06-30": "in_force", "2012-07-01": "terminated"},
    ),
    "a ratification withdrawn before the other party ratified": (
        "signature 2000-01-01; ratification 2000-06-30 by A; revocation 2005-01-01 by A of "
        "ratification-1; ratification 2010-01-01 by B", TWO, (),
        {"2000-01-01": "signed", "2004-12-31": "signed", "2005-01-01": "signed",
         "2010-01-01": "signed"},
    ),
    "a ratification withdrawn, stated not to be in force": (
        "signature 1996-09-24; ratification 2000-06-30 by A; revocation 2023-11-02 by A of "
        "ratification-1; status_stated 2024-01-01 = signed", MANY, (),
        {"2000-06-30": "signed", "2023-11-01": "signed", "2023-11-02": "signed",
         "2024-01-01": "signed", "2026-01-01": "signed"},
    ),
    "a ratification withdrawn and given again": (
        "signature 2000-01-01; ratification 2000-06-30 by A; revocation 2005-01-01 by A of "
        "ratification-1; ratification 2008-01-01 by A; ratification 2010-01-01 by B", TWO, (),
        {"2005-06-01": "signed", "2009-12-31": "signed", "2010-01-01": "in_force~"},
    ),
    "a signature withdrawn by one of two": (
        "signature 2000-01-01 by A; signature 2000-01-01 by B; revocation 2003-01-01 by A of "
        "signature-0; entry_into_force 2010-01-01", TWO, (),
        {"2000-01-01": "signed", "2003-01-01": "signed", "2010-01-01": "in_force"},
    ),
    "a revocation that names no known step changes nothing": (
        "entry_into_force 2000-01-01; revocation 2010-06-01 by B of denunciation-9", TWO, (),
        {"2010-06-01": "in_force"},
    ),
    "a reservation withdrawn leaves the status": (
        "entry_into_force 2000-01-01; reservation 2000-01-01 by B; revocation 2010-06-01 by B of "
        "reservation-1", TWO, (),
        {"2000-01-01": "in_force", "2010-06-01": "in_force"},
    ),
    "left by one of two, which joined again": (
        "entry_into_force 1990-01-01; withdrawal 2000-01-01 from 2001-01-01 by A; "
        "accession 2005-01-01 from 2005-02-01 by A", TWO, (),
        {"2000-12-31": "in_force", "2001-01-01": "terminated", "2005-01-31": "terminated",
         "2005-02-01": "in_force"},
    ),
    "six of nine extend a term of five years": (
        "entry_into_force 1994-04-20; " + "; ".join(
            f"extension 1999-04-02 by {name}" for name in "ABCDEF"
        ), of(*"ABCDEFGHI", term_years=5), (),
        {"1999-04-19": "in_force", "1999-04-20": "in_force", "2020-01-01": "in_force"},
    ),
    "parties extend a term to different days": (
        "entry_into_force 1994-04-20; extension 1999-04-02 until 2009-04-19 by A; "
        "extension 1999-04-03 until 2004-04-19 by B", of("A", "B", "C", term_years=5), (),
        {"2004-04-19": "in_force", "2004-04-20": "unknown", "2009-04-20": "expired"},
    ),
    "a term whose last day still counts": (
        "entry_into_force 2000-03-01", of("A", "B", term_years=5, last_day_counts=True), (),
        {"2005-03-01": "in_force", "2005-03-02": "expired"},
    ),
    "a term whose last day no longer counts": (
        "entry_into_force 2000-03-01", of("A", "B", term_years=5), (),
        {"2005-02-28": "in_force", "2005-03-01": "expired"},
    ),
    "a notice whose last day still counts": (
        "entry_into_force 2000-01-01; denunciation 2010-03-31 by B",
        of("A", "B", notice_months=12, last_day_counts=True), (),
        {"2011-03-31": "in_force", "2011-04-01": "terminated"},
    ),
    "a renewed term whose last day still counts": (
        "entry_into_force 2000-01-01; denunciation 2009-06-30 by A",
        of("A", "B", term_years=5, renewal_years=5, notice_months=6, last_day_counts=True), (),
        {"2010-01-01": "in_force", "2010-01-02": "terminated"},
    ),
    "a stated day of effect is the first day without force, whatever counts": (
        "entry_into_force 2000-01-01; denunciation 2010-03-31 from 2010-10-01 by B",
        of("A", "B", notice_months=12, last_day_counts=True), (),
        {"2010-09-30": "in_force", "2010-10-01": "terminated"},
    ),
    "extended afterwards with effect from the end of the term": (
        "entry_into_force 2000-01-01; extension 2006-06-01 from 2005-01-01 until 2009-12-31",
        of("A", "B", term_years=5), (),
        {"2004-12-31": "in_force", "2005-01-01": "in_force", "2006-05-31": "in_force",
         "2009-12-31": "in_force", "2010-01-01": "expired"},
    ),
    "extended afterwards with effect from a stated expiry": (
        "entry_into_force 2000-01-01; expiry 2005-01-01; extension 2006-06-01 from 2005-01-01",
        TWO, (),
        {"2005-01-01": "in_force", "2006-05-31": "in_force", "2020-01-01": "in_force"},
    ),
    "extended afterwards, a day after the end of the term": (
        "entry_into_force 2000-01-01; extension 2006-06-01 from 2005-01-02",
        of("A", "B", term_years=5), (),
        {"2005-01-01": "expired", "2005-01-02": "in_force"},
    ),
    "terminated for one of many": (
        "entry_into_force 2000-01-01; termination 2010-01-01 by B", MANY, (),
        {"2010-01-01": "in_force"},
    ),
    "suspended by one of many": (
        "entry_into_force 2000-01-01; suspension 2010-01-01 by B", MANY, (),
        {"2010-01-01": "in_force"},
    ),
    "expired for one of many": (
        "entry_into_force 2000-01-01; expiry 2010-01-01 by B", MANY, (),
        {"2010-01-01": "in_force"},
    ),
    "a status stated for one of many is not that of the treaty": (
        "entry_into_force 2000-01-01; status_stated 2010-01-01 by B = terminated", MANY, (),
        {"2010-01-01": "in_force", "2020-01-01": "in_force"},
    ),
    "left by all but one of many": (
        "entry_into_force 2000-01-01; withdrawal 2010-01-01 from 2010-06-01 by A; "
        "withdrawal 2012-01-01 from 2012-06-01 by B", MANY, (),
        {"2012-05-31": "in_force", "2012-06-01": "unknown"},
    ),
    "left by all but one of many, and joined again by one": (
        "entry_into_force 2000-01-01; withdrawal 2010-01-01 from 2010-06-01 by A; "
        "withdrawal 2012-01-01 from 2012-06-01 by B; accession 2011-01-01 by A", MANY, (),
        {"2012-06-01": "in_force"},
    ),
    "all but one of many have ceased to exist": (
        "entry_into_force 1900-01-01",
        Terms({"A": Edtf.parse("1918-11"), "B": Edtf.parse("1922"), "C": Edtf.parse("")}), (),
        {"1921-12-31": "in_force", "1922-06-01": "unknown", "1923-01-01": "unknown"},
    ),
    "one of many has ceased to exist": (
        "entry_into_force 1900-01-01",
        Terms({"A": Edtf.parse("1918-11"), "B": Edtf.parse(""), "C": Edtf.parse("")}), (),
        {"1920-01-01": "in_force", "2020-01-01": "in_force"},
    ),
    "two sources date the revocation of one notice": (
        "entry_into_force 2000-01-01; withdrawal 2016-11-10 from 2017-11-10 by A; "
        "revocation 2017-02-10 by A of withdrawal-1; revocation 2017-03-10 by A of withdrawal-1",
        MANY, (), {"2017-11-10": "in_force"},
    ),
    "a party ceased to exist, and another succeeded later": (
        "entry_into_force 1950-01-01; succession 1994-02-01 by C",
        Terms({"A": Edtf.parse("1991-12-26"), "B": Edtf.parse(""), "C": Edtf.parse("")}), (),
        {"1991-12-26": "in_force", "1992-06-01": "unknown", "1994-02-01": "in_force"},
    ),
    "one of two successors denounced": (
        "entry_into_force 1980-01-01; succession 1993-01-01 by C; succession 1993-01-01 by D; "
        "denunciation 2000-01-01 from 2001-01-01 by C",
        Terms({"A": Edtf.parse("1992-12-31")} | {name: Edtf.parse("") for name in "BCD"}), (),
        {"2001-01-01": "in_force"},
    ),
    "one of three extended alone": (
        "entry_into_force 1994-04-20; extension 1999-04-02 by A", of(*"ABC", term_years=5), (),
        {"1999-04-19": "in_force", "1999-04-20": "unknown"},
    ),
    "suspended by all but one of many, each on its own": (
        "entry_into_force 1990-01-01; suspension 2000-01-01 by A; suspension 2001-01-01 by B", MANY,
        (), {"2000-12-31": "in_force", "2001-01-01": "suspended", "2020-01-01": "suspended"},
    ),
    "suspended by all of many, each on its own, and resumed by two": (
        "entry_into_force 1990-01-01; suspension 2000-01-01 by A; suspension 2000-01-01 by B; "
        "suspension 2000-01-01 by C; resumption 2005-01-01 by A; resumption 2006-01-01 by B", MANY,
        (), {"1999-12-31": "in_force", "2000-01-01": "suspended", "2005-12-31": "suspended",
             "2006-01-01": "in_force"},
    ),
    "suspended by all of many, each on its own, and resumed together": (
        "entry_into_force 1990-01-01; suspension 2000-01-01 by A; suspension 2001-01-01 by B; "
        "suspension 2002-01-01 by C; resumption 2005-01-01", MANY, (),
        {"2004-12-31": "suspended", "2005-01-01": "in_force"},
    ),
    "suspended in some year by all of many, each on its own": (
        "entry_into_force 1990-01-01; suspension 2000 by A; suspension 2001 by B; "
        "suspension 2002 by C", MANY, (),
        {"2000-12-31": "in_force", "2001-06-01": "suspended~", "2001-12-31": "suspended"},
    ),
    "left by one of many and suspended by another": (
        "entry_into_force 1990-01-01; withdrawal 2000-01-01 from 2001-01-01 by A; "
        "suspension 2002-01-01 by B", MANY, (),
        {"2001-12-31": "in_force", "2002-01-01": "suspended"},
    ),
    "denounced by all of many": (
        "entry_into_force 1990-01-01; denunciation 2000-01-01 from 2001-01-01 by A; "
        "denunciation 2000-01-01 from 2002-01-01 by B; denunciation 2000-01-01 from 2003-01-01 "
        "by C", MANY, (),
        {"2001-12-31": "in_force", "2002-01-01": "unknown", "2003-01-01": "terminated"},
    ),
    "denounced by all of many on one day": (
        "entry_into_force 1990-01-01; denunciation 2000-01-01 from 2001-01-01 by A; "
        "denunciation 2000-01-01 from 2001-01-01 by B; denunciation 2000-01-01 from 2001-01-01 "
        "by C", MANY, (), {"2000-12-31": "in_force", "2001-01-01": "terminated"},
    ),
    "expired for each of many": (
        "entry_into_force 1990-01-01; expiry 2001-01-01 by A; expiry 2001-01-01 by B; "
        "expiry 2001-01-01 by C", MANY, (), {"2000-12-31": "in_force", "2001-01-01": "expired"},
    ),
    "left by all of many and joined again by two": (
        "entry_into_force 1990-01-01; withdrawal 2000-01-01 from 2001-01-01 by A; "
        "withdrawal 2000-01-01 from 2001-01-01 by B; withdrawal 2000-01-01 from 2001-01-01 by C; "
        "accession 2005-01-01 from 2005-02-01 by A; accession 2006-01-01 from 2006-02-01 by B",
        MANY, (), {"2006-01-31": "terminated", "2006-02-01": "in_force"},
    ),
    "left by one of two parties before a third acceded": (
        "entry_into_force 1990-01-01; withdrawal 1997-01-01 from 1998-01-01 by A; "
        "accession 2000-01-01 from 2000-02-01 by C", MANY, (),
        {"1997-12-31": "in_force", "1998-01-01": "unknown", "2000-02-01": "in_force"},
    ),
    "in force for only one that has ratified, which withdrew": (
        "signature 1990-01-01 by A; signature 1990-01-01 by B; signature 1990-01-01 by C; "
        "ratification 1991-01-01 by B; entry_into_force 1992-01-01; withdrawal 1999-01-01 from "
        "2000-01-01 by B", MANY, (),
        {"1992-01-01": "in_force", "1999-12-31": "in_force", "2000-01-01": "unknown"},
    ),
    "suspended by each of two, and resumed by one after the other": (
        "entry_into_force 1990-01-01; suspension 2000-01-01 by A; suspension 2001-01-01 by B; "
        "resumption 2002-01-01 by A; resumption 2003-01-01 by B", TWO, (),
        {"2000-01-01": "suspended", "2002-01-01": "suspended", "2003-01-01": "in_force"},
    ),
    "denounced by both successors to one of two": (
        "entry_into_force 1980-01-01; succession 1993-01-01 by C; succession 1993-01-01 by D; "
        "denunciation 2000-01-01 from 2001-01-01 by C; denunciation 2002-01-01 from 2003-01-01 "
        "by D", SPLIT, (), {"2002-12-31": "in_force", "2003-01-01": "terminated"},
    ),
    "extended by one of many beyond a term that no source gives": (
        "entry_into_force 1990-01-01; extension 1995-01-01 until 1999-12-31 by A", MANY, (),
        {"2000-01-01": "in_force"},
    ),
    "of two, in force before one of them came into being": (
        "signature 1960-01-01; entry_into_force 1961-01-01; termination 2000-01-01", YOUNG, (),
        {"1961-01-01": "unknown", "1991-12-15": "unknown", "1991-12-16": "in_force~",
         "2000-01-01": "terminated"},
    ),
    "of two, in force before one of them came into being, and stated to be still": (
        "entry_into_force 1961-01-01; status_stated 2010-01-01 = in_force", YOUNG, (),
        {"1991-12-15": "unknown", "1991-12-16": "in_force~", "2010-01-01": "in_force"},
    ),
    "of two, suspended before one of them came into being": (
        "entry_into_force 1961-01-01; suspension 1970-01-01; resumption 1995-01-01", YOUNG, (),
        {"1961-01-01": "unknown", "1994-12-31": "unknown", "1995-01-01": "in_force"},
    ),
    "of two, terminated before one of them came into being": (
        "entry_into_force 1961-01-01; termination 1970-01-01", YOUNG, (),
        {"1961-01-01": "unknown", "1970-01-01": "terminated", "2000-01-01": "terminated"},
    ),
    "of two, signed before one of them came into being, in force after that": (
        "signature 1990-01-01; entry_into_force 1993-01-01", YOUNG, (),
        {"1990-01-01": "signed", "1992-12-31": "signed", "1993-01-01": "in_force"},
    ),
    "of two that both came into being after its entry into force": (
        "entry_into_force 1961-01-01",
        of("A", "B", began={"A": Edtf.parse("1991-12-16"), "B": Edtf.parse("1993-01-01")}), (),
        {"1961-01-01": "unknown", "1992-12-31": "unknown", "1993-01-01": "in_force~"},
    ),
    "suspended, and its term extended": (
        "entry_into_force 1990-01-01; suspension 1993-01-01; extension 1994-06-01 until "
        "1999-12-31; resumption 1996-01-01", of("A", "B", term_years=5), (),
        {"1994-06-01": "suspended", "1995-01-01": "suspended", "1996-01-01": "in_force",
         "2000-01-01": "expired"},
    ),
    "suspended, expired, and extended afterwards": (
        "entry_into_force 1990-01-01; suspension 1993-01-01; extension 1996-01-01 until "
        "1999-12-31", of("A", "B", term_years=5), (),
        {"1994-12-31": "suspended", "1995-01-01": "expired", "1996-01-01": "suspended",
         "2000-01-01": "expired"},
    ),
    "left by both of two, and joined again by one": (
        "entry_into_force 1990-01-01; withdrawal 2000-01-01 from 2001-01-01 by A; "
        "withdrawal 2000-01-01 from 2002-01-01 by B; accession 2005-01-01 from 2005-02-01 by A",
        TWO, (), {"2001-01-01": "terminated", "2005-02-01": "terminated"},
    ),
    "left by both of two, and joined again by both": (
        "entry_into_force 1990-01-01; withdrawal 2000-01-01 from 2001-01-01 by A; "
        "withdrawal 2000-01-01 from 2002-01-01 by B; accession 2005-01-01 from 2005-02-01 by A; "
        "accession 2006-01-01 from 2006-02-01 by B", TWO, (),
        {"2005-02-01": "terminated", "2006-01-31": "terminated", "2006-02-01": "in_force"},
    ),
    "provisionally applied until one of two gave notice": (
        "signature 1990-01-01; provisional 1990-02-01; denunciation 1995-01-01 from 1995-03-01 "
        "by A", TWO, (), {"1995-02-28": "provisional", "1995-03-01": "terminated"},
    ),
    "entered into force for single parties, of which one left before the third joined": (
        "entry_into_force 1995-01-01 by A; entry_into_force 1995-01-01 by B; "
        "withdrawal 1996-01-01 from 1997-01-01 by A; entry_into_force 1999-01-01 by C", MANY, (),
        {"1996-12-31": "in_force", "1997-01-01": "unknown", "1999-01-01": "in_force"},
    ),
    "applied provisionally by single parties": (
        "signature 1990-01-01; provisional 1991-01-01 by A; provisional 1992-01-01 by B; "
        "entry_into_force 1995-01-01", MANY, (),
        {"1991-01-01": "signed", "1992-01-01": "provisional", "1995-01-01": "in_force"},
    ),
    "denounced after a party had ceased to exist, and before another succeeded": (
        "entry_into_force 1980-01-01; succession 1994-01-01 by C; denunciation 1993-01-01 from "
        "1993-06-01 by B",
        Terms({"A": Edtf.parse("1991-12-26"), "B": Edtf.parse(""), "C": Edtf.parse("")}), (),
        {"1992-01-01": "unknown", "1993-06-01": "terminated", "1994-01-01": "terminated"},
    ),
    "superseded for each of many": (
        "entry_into_force 1990-01-01; supersession 2000-01-01 by A; supersession 2000-01-01 by B; "
        "supersession 2001-01-01 by C", MANY, (),
        {"1999-12-31": "in_force", "2000-01-01": "unknown", "2001-01-01": "superseded"},
    ),
    "superseded between all that are left": (
        "entry_into_force 1990-01-01; withdrawal 2000-01-01 from 2000-07-01 by A",
        Terms({"D": Edtf.parse("1991-12-25")} | dict.fromkeys("ABC", Edtf.parse(""))),
        (Ending("supersedes", Edtf.parse("2015-03-01"), "later", frozenset("BC")),),
        {"2015-02-28": "in_force", "2015-03-01": "superseded"},
    ),
    "superseded between some of those that are left": (
        "entry_into_force 1990-01-01; withdrawal 2000-01-01 from 2000-07-01 by A; "
        "accession 2002-01-01 from 2002-01-01 by A", MANY,
        (Ending("supersedes", Edtf.parse("2015-03-01"), "later", frozenset("BC")),),
        {"2015-03-01": "in_force", "2020-01-01": "in_force"},
    ),
    "stated to be in force before the only known step, its end": (
        "status_stated 2010-01-01 = in_force; termination 2015-01-01", TWO, (),
        {"2009-12-31": "in_force~", "2010-01-01": "in_force", "2014-12-31": "in_force",
         "2015-01-01": "terminated"},
    ),
    "stated to be in force before the only known step, a suspension": (
        "status_stated 2010-01-01 = in_force; suspension 2015-01-01", MANY, (),
        {"2010-01-01": "in_force", "2014-12-31": "in_force", "2015-01-01": "suspended"},
    ),
    "stated to be in force before a party ceased to exist": (
        "status_stated 1980-01-01 = in_force",
        Terms({"A": Edtf.parse("1991-12-25"), "B": Edtf.parse("")}), (),
        {"1979-12-31": "in_force~", "1980-01-01": "in_force", "1991-12-25": "in_force",
         "1991-12-26": "unknown"},
    ),
    "stated to be in force only after a party had ceased to exist": (
        "status_stated 2020-01-01 = in_force",
        Terms({"A": Edtf.parse("1991-12-25"), "B": Edtf.parse("")}), (),
        {"1991-12-25": "in_force~", "2020-01-01": "in_force"},
    ),
    "expired while it was suspended until a day": (
        "entry_into_force 2008-01-01; suspension 2012-01-01 until 2013-12-31",
        of("A", "B", term_years=5), (),
        {"2012-12-31": "suspended", "2013-01-01": "expired", "2014-01-01": "expired"},
    ),
    "terminated while it was suspended until a day": (
        "entry_into_force 2008-01-01; suspension 2012-01-01 until 2013-12-31; "
        "termination 2013-06-01", TWO, (),
        {"2013-05-31": "suspended", "2013-06-01": "terminated", "2014-01-01": "terminated"},
    ),
    "suspended until a day": (
        "entry_into_force 1991-11-29; suspension 2012-06-29 until 2013-08-14", TWO, (),
        {"2012-06-28": "in_force", "2012-06-29": "suspended", "2013-08-14": "suspended",
         "2013-08-15": "in_force"},
    ),
    "a suspension until a day, prolonged before and after its end": (
        "entry_into_force 1991-11-29; suspension 2012-06-29 until 2013-08-14; suspension "
        "2013-08-01 until 2014-08-14; suspension 2014-08-15 until 2015-08-14", TWO, (),
        {"2013-08-15": "suspended", "2014-08-15": "suspended", "2015-08-14": "suspended",
         "2015-08-15": "in_force"},
    ),
    "a suspension until a day, resumed before and suspended again": (
        "entry_into_force 1991-11-29; suspension 2012-06-29 until 2013-08-14; resumption "
        "2013-01-01; suspension 2013-06-01", TWO, (),
        {"2012-12-31": "suspended", "2013-01-01": "in_force", "2013-06-01": "suspended",
         "2013-08-15": "suspended"},
    ),
    "suspended until days of their own by both": (
        "entry_into_force 1991-11-29; suspension 2012-06-29 until 2013-08-14 by A; suspension "
        "2013-08-01 until 2014-08-14 by B", TWO, (),
        {"2013-08-15": "suspended", "2014-08-14": "suspended", "2014-08-15": "in_force"},
    ),
    "a ratification withdrawn, and nothing known of an entry into force": (
        "signature 1996-09-24; ratification 2000-06-30 by A; revocation 2023-11-02 by A of "
        "ratification-1", TWO, (),
        {"1996-09-23": "", "1996-09-24": "signed", "2000-06-30": "signed", "2023-11-01": "signed",
         "2023-11-02": "signed", "2026-01-01": "signed"},
    ),
    "a signature by all that one of many withdrew": (
        "signature 2016-02-04; revocation 2017-01-30 by A of signature-0; entry_into_force "
        "2018-12-30", MANY, (),
        {"2016-02-04": "signed", "2017-01-30": "signed", "2018-12-30": "in_force"},
    ),
    "superseded between all parties, one by one": (
        "entry_into_force 1990-01-01", MANY,
        (Ending("supersedes", Edtf.parse("2015-03-01"), "later",
                frozenset("ABC")),),
        {"2015-02-28": "in_force", "2015-03-01": "superseded"},
    ),
    "superseded between some of many parties": (
        "entry_into_force 1990-01-01", MANY,
        (Ending("supersedes", Edtf.parse("2015-03-01"), "later",
                frozenset("AB")),),
        {"2015-03-01": "in_force", "2020-01-01": "in_force"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", COURSES)
def test_a_life_course_has_the_expected_statuses(name):
    text, terms, endings, expected = COURSES[name]
    course = life_course(steps(text), terms, endings)
    assert {day: answer(course, day) for day in expected} == expected


def test_at_least_ten_of_a_hundred_and_ten_courses_have_vague_dates():
    assert len(COURSES) + len(OWN_COURSES) >= 110
    vague = [
        name
        for name, (text, _terms, _endings, _days) in COURSES.items()
        if any(step.when and step.when.earliest != step.when.latest for step in steps(text))
    ]
    assert len(vague) >= 10


# A single party: steps, terms, party, its status by day, and the endings by other treaties, if any.
OWN_COURSES = {
    "it signed and ratified before the treaty was in force": (
        "signature 1990-01-01; ratification 1991-01-01 by A; entry_into_force 1995-01-01",
        MANY, "A", {"1989-12-31": "", "1994-12-31": "signed", "1995-01-01": "in_force"},
    ),
    "it acceded later": (
        "entry_into_force 1995-01-01; accession 2000-03-01 from 2000-04-01 by C",
        MANY, "C", {"2000-03-31": "", "2000-04-01": "in_force"},
    ),
    "it acceded later, and the treaty says after how many days that counts": (
        "entry_into_force 1995-01-01; accession 2000-03-01 by C",
        of("A", "B", "C", force_days=30), "C", {"2000-03-30": "", "2000-03-31": "in_force"},
    ),
    "it acceded later, and no source says from when that counts": (
        "entry_into_force 1995-01-01; accession 2000-03-01 by C",
        MANY, "C", {"2000-02-29": "", "2000-03-01": "in_force~"},
    ),
    "it withdrew": (
        "entry_into_force 1995-01-01; withdrawal 2010-03-31 from 2010-10-01 by B",
        MANY, "B", {"1995-01-01": "in_force", "2010-09-30": "in_force", "2010-10-01": "terminated"},
    ),
    "it signed, and only others consented": (
        "signature 1990-01-01 by A; signature 1990-01-01 by B; ratification 1991-01-01 by B; "
        "entry_into_force 1992-01-01",
        MANY, "A", {"1990-01-01": "signed_unknown", "2020-01-01": "signed_unknown"},
    ),
    "it acceded after the treaty had ended for all": (
        "entry_into_force 1980-01-01; accession 1990-05-01 from 1990-06-01 by C",
        of("A", "B", "C", term_years=5), "C",
        {"1982-01-01": "", "1985-01-01": "expired", "1990-06-01": "expired"},
    ),
    "it signed, and ratified after the treaty had ended for all": (
        "signature 1979-01-01; entry_into_force 1980-01-01; "
        "ratification 1990-05-01 from 1990-06-01 by C",
        of("A", "B", "C", term_years=5), "C",
        {"1982-01-01": "signed_unknown", "1985-01-01": "expired", "1990-06-01": "expired"},
    ),
    "it revoked a signature that is said to have effect on the last day of all": (
        "signature 1990 from 9999-12-31 by A; revocation 1990~ by A of signature-0",
        Terms(dict.fromkeys("BC", Edtf.parse("")) | {"A": Edtf.parse("1993-01-01")}),
        "A", {"1992-01-01": "signed_unknown", "1993-01-02": "not_party~"},
    ),
    "the treaty as a whole ends": (
        "entry_into_force 1995-01-01; accession 2000-03-01 from 2000-04-01 by C; "
        "termination 2020-01-01",
        MANY, "C", {"2019-12-31": "in_force", "2020-01-01": "terminated"},
    ),
    "a successor, from its succession": (
        "entry_into_force 1950-01-01; succession 1992-06-01 from 1991-12-26 by C",
        Terms({"A": Edtf.parse("1991-12-26"), "B": Edtf.parse(""), "C": Edtf.parse("")}),
        "C", {"1991-12-25": "", "1991-12-26": "in_force"},
    ),
    "the predecessor, until its end": (
        "entry_into_force 1950-01-01; succession 1992-06-01 from 1991-12-26 by C",
        Terms({"A": Edtf.parse("1991-12-26"), "B": Edtf.parse(""), "C": Edtf.parse("")}),
        "A", {"1950-01-01": "in_force", "1991-12-26": "in_force", "1991-12-27": "terminated"},
    ),
    "it suspended and resumed for itself": (
        "entry_into_force 1995-01-01; suspension 2000-01-01 by B; resumption 2005-01-01 by B",
        MANY, "B", {"1999-12-31": "in_force", "2000-01-01": "suspended", "2005-01-01": "in_force"},
    ),
    "it gave notice of withdrawal and revoked it": (
        "entry_into_force 1995-01-01; withdrawal 2016-11-10 from 2017-11-10 by B; "
        "revocation 2017-02-10 by B of withdrawal-1; accession 1995-01-01 from 1995-01-01 by B",
        MANY, "B",
        {"1995-01-01": "in_force", "2017-02-10": "in_force", "2017-11-10": "in_force",
         "2026-01-01": "in_force"},
    ),
    "it ratified and withdrew the ratification before the treaty was in force": (
        "signature 1996-09-24 by A; ratification 2000-06-30 by A; signature 1996-09-24 by B; "
        "revocation 2023-11-02 by A of ratification-1; status_stated 2024-01-01 = signed",
        MANY, "A",
        {"1996-09-24": "signed", "2000-06-30": "signed", "2023-11-02": "signed",
         "2026-01-01": "signed"},
    ),
    "it withdrew its ratification after the treaty had entered into force": (
        "ratification 2000-06-30 by A; entry_into_force 2001-01-01; "
        "revocation 2005-01-01 by A of ratification-0; signature 1999-01-01 by A; "
        "signature 1999-01-01 by B; ratification 2000-01-01 by B",
        MANY, "A",
        {"2001-01-01": "in_force", "2004-12-31": "in_force", "2005-01-01": "signed"},
    ),
    "its term ended, and it acceded again to the treaty that others had extended": (
        "signature 1992-05-15; ratification 1993-05-01 by A; entry_into_force 1994-04-20; "
        "extension 1999-04-02 by B; extension 1999-04-02 by C; accession 2006-12-13 from "
        "2006-12-13 by A; withdrawal 2012-06-28 from 2012-12-19 by A",
        of(*"ABC", term_years=5), "A",
        {"1992-05-15": "signed", "1994-04-20": "in_force", "1999-04-19": "in_force",
         "1999-04-20": "expired", "2006-12-12": "expired", "2006-12-13": "in_force",
         "2012-12-18": "in_force", "2012-12-19": "terminated"},
    ),
    "its term ended, and the treaty entered into force for it again until the end for all": (
        "entry_into_force 1994-04-20; entry_into_force 1994-04-20 by A; extension 1999-04-02 until "
        "2009-04-19 by B; extension 1999-04-02 until 2009-04-19 by C; "
        "entry_into_force 2006-12-13 by A", of(*"ABC", term_years=5), "A",
        {"1994-04-20": "in_force", "1999-04-19": "in_force", "1999-04-20": "expired",
         "2006-12-13": "in_force", "2009-04-19": "in_force", "2009-04-20": "expired"},
    ),
    "it signed a treaty in force on signature, another acceded": (
        "signature 1993-01-01 by A; signature 1993-01-01 by B; entry_into_force 1993-01-01; "
        "accession 1995-01-01 from 1995-02-01 by C", MANY, "A",
        {"1992-12-31": "", "1993-01-01": "in_force", "2026-01-01": "in_force"},
    ),
    "it signed and extended, others ratified": (
        "signature 1992-05-15 by A; signature 1992-05-15 by B; ratification 1993-01-01 by A; "
        "entry_into_force 1994-04-20; extension 1999-04-02 by A; extension 1999-04-02 by B",
        of(*"ABC", term_years=5), "B",
        {"1992-05-15": "signed", "1994-04-20": "in_force", "1999-04-20": "in_force"},
    ),
    "it signed and extended, others acceded": (
        "signature 1992-05-15 by A; signature 1992-05-15 by B; entry_into_force 1994-04-20; "
        "extension 1999-04-02 by A; extension 1999-04-02 by B; accession 2006-12-13 by C",
        of(*"ABC", term_years=5), "B",
        {"1992-05-15": "signed", "1994-04-20": "in_force", "1999-04-20": "in_force",
         "2026-01-01": "in_force"},
    ),
    "it withdrew its part in a signature by all": (
        "signature 2016-02-04; revocation 2017-01-30 by A of signature-0; entry_into_force "
        "2018-12-30", MANY, "A",
        {"2016-02-04": "signed", "2017-01-29": "signed", "2017-01-30": "not_party",
         "2018-12-30": "not_party"},
    ),
    "another party withdrew its part in a signature by all": (
        "signature 2016-02-04; revocation 2017-01-30 by A of signature-0; entry_into_force "
        "2018-12-30", MANY, "B",
        {"2016-02-04": "signed", "2017-01-30": "signed", "2018-12-30": "in_force"},
    ),
    "it withdrew its ratification, and nothing is known of an entry into force": (
        "signature 1996-09-24; ratification 2000-06-30 by A; ratification 2001-01-01 by B; "
        "revocation 2023-11-02 by A of ratification-1", MANY, "A",
        {"1996-09-24": "signed", "2000-06-30": "signed", "2023-11-02": "signed",
         "2026-01-01": "signed"},
    ),
    "suspended for it until a day": (
        "entry_into_force 1991-11-29; suspension 2012-06-29 until 2013-08-14 by A", MANY, "A",
        {"2012-06-29": "suspended", "2013-08-14": "suspended", "2013-08-15": "in_force"},
    ),
    "it withdrew its signature": (
        "signature 2000-12-31 by A; signature 2000-12-31 by B; revocation 2002-05-06 by A of "
        "signature-0; ratification 2001-01-01 by B; entry_into_force 2002-07-01 by B",
        MANY, "A",
        {"2000-12-30": "", "2000-12-31": "signed_unknown", "2002-05-05": "signed_unknown",
         "2002-05-06": "not_party", "2020-01-01": "not_party"},
    ),
    "it left and acceded again": (
        "entry_into_force 1995-01-01; withdrawal 2000-01-01 from 2001-01-01 by B; "
        "accession 2005-01-01 from 2005-02-01 by B", MANY, "B",
        {"1995-01-01": "in_force", "2000-12-31": "in_force", "2001-01-01": "terminated",
         "2005-01-31": "terminated", "2005-02-01": "in_force", "2020-01-01": "in_force"},
    ),
    "it acceded, left and acceded again": (
        "entry_into_force 1995-01-01; accession 1998-01-01 from 1998-02-01 by C; "
        "withdrawal 2000-01-01 from 2001-01-01 by C; accession 2005-01-01 from 2005-02-01 by C",
        MANY, "C",
        {"1998-01-31": "", "1998-02-01": "in_force", "2001-01-01": "terminated",
         "2005-02-01": "in_force"},
    ),
    "it left and acceded again, recorded as entries into force": (
        "entry_into_force 1995-01-01 by A; entry_into_force 1995-06-01 by B; "
        "withdrawal 2000-01-01 from 2001-01-01 by B; entry_into_force 2005-02-01 by B",
        MANY, "B",
        {"1995-05-31": "", "1995-06-01": "in_force", "2001-01-01": "terminated",
         "2005-01-31": "terminated", "2005-02-01": "in_force"},
    ),
    "it left twice": (
        "entry_into_force 1995-01-01; withdrawal 2000-01-01 from 2001-01-01 by B; "
        "accession 2005-01-01 from 2005-02-01 by B; withdrawal 2010-01-01 from 2011-01-01 by B",
        MANY, "B",
        {"2001-01-01": "terminated", "2005-02-01": "in_force", "2010-12-31": "in_force",
         "2011-01-01": "terminated"},
    ),
    "it left and acceded again on one day": (
        "entry_into_force 1995-01-01; withdrawal 2000-01-01 from 2001-01-01 by B; "
        "accession 2000-06-01 from 2001-01-01 by B", MANY, "B",
        {"2000-12-31": "in_force", "2001-01-01": "in_force"},
    ),
    "it acceded again, and no source says from when that counts": (
        "entry_into_force 1995-01-01; withdrawal 2000-01-01 from 2001-01-01 by B; "
        "accession 2005-01-01 by B", MANY, "B",
        {"2004-12-31": "terminated", "2005-01-01": "in_force~"},
    ),
    "two sources date its entry into force differently": (
        "entry_into_force 1995-01-01; entry_into_force 1996-01-01 by B; "
        "entry_into_force 1997-01-01 by B", MANY, "B",
        {"1995-12-31": "", "1996-06-01": "in_force~", "1997-01-01": "in_force"},
    ),
    "it acceded after the treaty had ended": (
        "entry_into_force 1995-01-01; withdrawal 2000-01-01 from 2001-01-01 by B; "
        "termination 2003-01-01; accession 2005-01-01 from 2005-02-01 by B", MANY, "B",
        {"2001-01-01": "terminated", "2020-01-01": "terminated"},
    ),
    "it extended a term of five years": (
        "entry_into_force 1994-04-20; extension 1999-04-02 by A; extension 1999-04-02 by B",
        of(*"ABC", term_years=5), "A",
        {"1994-04-20": "in_force", "1999-04-20": "in_force", "2020-01-01": "in_force"},
    ),
    "it did not extend a term of five years": (
        "entry_into_force 1994-04-20; extension 1999-04-02 by A; extension 1999-04-02 by B",
        of(*"ABC", term_years=5), "C",
        {"1994-04-20": "in_force", "1999-04-19": "in_force", "1999-04-20": "expired",
         "2020-01-01": "expired"},
    ),
    "it extended a term to a day, others for longer": (
        "entry_into_force 1994-04-20; extension 1999-04-02 until 2004-04-19 by A; "
        "extension 1999-04-02 by B", of(*"ABC", term_years=5), "A",
        {"2004-04-19": "in_force", "2004-04-20": "expired"},
    ),
    "its denunciation takes effect with the end of a term": (
        "entry_into_force 2000-01-01; denunciation 2009-06-30 by A",
        of("A", "B", "C", term_years=5, renewal_years=5, notice_months=6), "A",
        {"2009-12-31": "in_force", "2010-01-01": "terminated"},
    ),
    "it terminated the treaty for itself": (
        "entry_into_force 2000-01-01; termination 2010-01-01 by B", MANY, "B",
        {"2009-12-31": "in_force", "2010-01-01": "terminated"},
    ),
    "the treaty expired for it": (
        "entry_into_force 2000-01-01; expiry 2010-01-01 by B", MANY, "B",
        {"2009-12-31": "in_force", "2010-01-01": "expired"},
    ),
    "a source states that it is no longer bound": (
        "entry_into_force 2000-01-01; status_stated 2010-01-01 by B = terminated", MANY, "B",
        {"1999-12-31": "", "2005-01-01": "terminated~", "2010-01-01": "terminated"},
    ),
    "a state has ceased to exist and none succeeded": (
        "entry_into_force 1900-01-01",
        Terms({"A": Edtf.parse("1918-11"), "B": Edtf.parse(""), "C": Edtf.parse("")}), "A",
        {"1918-11-01": "in_force", "1918-11-15": "terminated~", "1918-12-01": "terminated",
         "2020-01-01": "terminated"},
    ),
    "a state ceased to exist before the treaty it had signed was in force": (
        "signature 1917-01-01; entry_into_force 1920-01-01",
        Terms({"A": Edtf.parse("1918-11-12"), "B": Edtf.parse(""), "C": Edtf.parse("")}), "A",
        {"1918-11-12": "signed_unknown", "1918-11-13": "not_party", "2020-01-01": "not_party"},
    ),
    "a state came into being after the treaty had entered into force, and no accession is known": (
        "entry_into_force 1961-01-01",
        Terms({name: Edtf.parse("") for name in "ABC"}, {"C": Edtf.parse("1991-12-16")}), "C",
        {"1961-01-01": "", "1991-12-15": "", "1991-12-16": "in_force~", "2020-01-01": "in_force~"},
    ),
    "it left, and all others extended the treaty": (
        "entry_into_force 1994-04-20; withdrawal 1998-01-01 from 1998-06-01 by A; "
        "extension 1999-04-02 from 1999-04-20 until 2004-04-19", of(*"ABC", term_years=5), "A",
        {"1998-05-31": "in_force", "1998-06-01": "terminated", "2000-01-01": "terminated"},
    ),
    "it left, and the treaty was suspended and resumed": (
        "entry_into_force 1994-04-20; withdrawal 1998-01-01 from 1998-06-01 by A; "
        "suspension 1999-01-01; resumption 2000-01-01", MANY, "A",
        {"1998-06-01": "terminated", "2001-01-01": "terminated"},
    ),
    "it withdrew a ratification and gave it again, to a treaty of two": (
        "signature 2000-01-01; ratification 2000-06-30 by A; revocation 2005-01-01 by A of "
        "ratification-1; ratification 2008-01-01 by A; ratification 2010-01-01 by B; "
        "entry_into_force 2010-02-01", TWO, "A",
        {"2005-01-01": "signed", "2010-01-31": "signed", "2010-02-01": "in_force"},
    ),
    "it withdrew its ratification; all had signed together": (
        "signature 1996-09-24; ratification 2000-06-30 by A; revocation 2023-11-02 by A of "
        "ratification-1; status_stated 2024-01-01 = signed", MANY, "A",
        {"1996-09-24": "signed", "2000-06-30": "signed", "2023-11-02": "signed",
         "2026-01-01": "signed"},
    ),
    "it acceded again before its withdrawal took effect": (
        "entry_into_force 1964-12-13; accession 1976-09-23 by A; "
        "withdrawal 2011-06-29 from 2012-01-01 by A; accession 2011-12-29 by A",
        of(*"ABC", force_days=30), "A",
        {"2011-12-31": "in_force", "2012-01-01": "terminated", "2012-01-27": "terminated",
         "2012-01-28": "in_force"},
    ),
    "it acceded again with effect before its withdrawal took effect": (
        "entry_into_force 1964-12-13; withdrawal 2011-06-29 from 2012-01-01 by A; "
        "accession 2011-11-01 from 2011-11-15 by A", MANY, "A",
        {"1970-01-01": "in_force", "2011-12-31": "in_force", "2012-01-01": "in_force"},
    ),
    "it left a treaty that was only applied provisionally": (
        "signature 2000-01-01; provisional 2000-02-01; withdrawal 2009-10-18 from 2009-12-18 by A",
        MANY, "A",
        {"2000-01-15": "signed", "2005-01-01": "provisional", "2009-12-18": "terminated"},
    ),
    "the other party denounced a treaty to which it had succeeded": (
        "entry_into_force 1980-01-01; succession 1993-01-01 by C; succession 1993-01-01 by D; "
        "denunciation 2000-01-01 from 2001-01-01 by B",
        Terms({"A": Edtf.parse("1992-12-31")} | {name: Edtf.parse("") for name in "BCD"}), "D",
        {"1993-01-01": "in_force", "2001-01-01": "terminated"},
    ),
    "it acceded after the treaty had been suspended and resumed": (
        "entry_into_force 1980-01-01; suspension 1985-01-01; resumption 1985-06-01; "
        "accession 1986-01-01 from 1986-02-01 by A", MANY, "A",
        {"1985-03-01": "", "1986-02-01": "in_force"},
    ),
    "it acceded after others had extended a term of five years": (
        "entry_into_force 1994-04-20; extension 1999-04-02 until 2009-04-19 by A; "
        "extension 1999-04-02 until 2009-04-19 by B; accession 2001-01-01 from 2001-02-01 by C",
        of(*"ABC", term_years=5), "C",
        {"1999-04-20": "", "2001-01-31": "", "2001-02-01": "in_force", "2009-04-19": "in_force",
         "2009-04-20": "expired"},
    ),
    "it extended a term after the others": (
        "entry_into_force 1994-04-20; extension 1999-04-02 by A; extension 1999-04-02 by B; "
        "extension 2001-01-01 by C", of(*"ABC", term_years=5), "C",
        {"1999-04-20": "expired", "2000-12-31": "expired", "2001-01-01": "in_force"},
    ),
    "another party withdrew its accession before the treaty was in force": (
        "signature 1990-01-01 by A; signature 1990-01-01 by B; accession 1991-01-01 by C; "
        "revocation 1992-01-01 by C of accession-2; entry_into_force 1993-01-01", MANY, "A",
        {"1990-01-01": "signed", "1991-06-01": "signed", "1993-01-01": "in_force"},
    ),
    "it withdrew its accession before the treaty was in force": (
        "signature 1990-01-01 by A; signature 1990-01-01 by B; accession 1991-01-01 by C; "
        "revocation 1992-01-01 by C of accession-2; entry_into_force 1993-01-01", MANY, "C",
        {"1991-12-31": "", "1992-01-01": "not_party", "1993-01-01": "not_party"},
    ),
    "it withdrew its accession and acceded again": (
        "entry_into_force 1990-01-01; accession 1991-01-01 from 1991-02-01 by C; revocation "
        "1992-01-01 by C of accession-1; accession 1995-01-01 from 1995-02-01 by C", MANY, "C",
        {"1991-12-31": "in_force", "1992-01-01": "not_party", "1995-02-01": "in_force"},
    ),
    "it signed definitively, and others ratified": (
        "definitive_signature 1990-01-01 by A; signature 1990-01-01 by B; ratification 1991-01-01 "
        "by B; entry_into_force 1991-02-01", MANY, "A",
        {"1990-01-01": "signed", "1991-01-31": "signed", "1991-02-01": "in_force"},
    ),
    "it signed, and another signed definitively": (
        "definitive_signature 1990-01-01 by A; signature 1990-01-01 by B; entry_into_force "
        "1991-02-01", MANY, "B", {"1990-01-01": "signed_unknown", "1991-02-01": "signed_unknown"},
    ),
    "a source states that it has only signed": (
        "signature 1990-01-01; entry_into_force 1992-01-01; status_stated 1995-01-01 by C = signed",
        MANY, "C", {"1990-01-01": "signed", "1995-01-01": "signed", "2020-01-01": "signed"},
    ),
    "sources state that it has only signed, and later that it is bound": (
        "signature 1990-01-01; entry_into_force 1992-01-01; status_stated 1995-01-01 by C = "
        "signed; status_stated 2005-01-01 by C = in_force", MANY, "C",
        {"1995-01-01": "signed", "2000-01-01": "in_force~", "2005-01-01": "in_force"},
    ),
    "it ratified and withdrew before the treaty was in force": (
        "ratification 1991-01-01 by B; ratification 1991-01-01 by C; entry_into_force 1992-01-01; "
        "withdrawal 1991-06-01 from 1991-12-01 by C", MANY, "C",
        {"1991-11-30": "", "1991-12-01": "not_party", "1992-01-01": "not_party"},
    ),
    "it withdrew before the treaty was in force, and acceded later": (
        "ratification 1991-01-01 by B; ratification 1991-01-01 by C; entry_into_force 1992-01-01; "
        "withdrawal 1991-06-01 from 1991-12-01 by C; accession 1995-01-01 from 1995-02-01 by C",
        MANY, "C", {"1992-01-01": "not_party", "1995-01-31": "not_party", "1995-02-01": "in_force"},
    ),
    "it left, and the treaty ended and entered into force again": (
        "entry_into_force 1990-01-01; withdrawal 1995-01-01 from 1996-01-01 by B; "
        "termination 2000-01-01; entry_into_force 2005-01-01", of(*"ABCD"), "B",
        {"1996-01-01": "terminated", "2005-01-01": "terminated"},
    ),
    "the treaty ended and entered into force again": (
        "entry_into_force 1990-01-01; accession 1994-01-01 from 1994-02-01 by B; "
        "termination 2000-01-01; entry_into_force 2005-01-01", of(*"ABCD"), "B",
        {"1994-01-31": "", "1994-02-01": "in_force", "2000-01-01": "terminated",
         "2005-01-01": "in_force"},
    ),
    "it acceded to a treaty that its signatories applied provisionally": (
        "signature 1990-01-01; provisional 1991-01-01; accession 1992-01-01 by C; "
        "entry_into_force 1995-01-01", MANY, "C",
        {"1991-01-01": "", "1994-12-31": "", "1995-01-01": "in_force"},
    ),
    "others alone applied the treaty provisionally": (
        "signature 1990-01-01; provisional 1991-01-01 by A; provisional 1992-01-01 by B; "
        "entry_into_force 1995-01-01", MANY, "C",
        {"1990-01-01": "signed", "1994-12-31": "signed", "1995-01-01": "in_force"},
    ),
    "the other party denounced the treaty before it succeeded": (
        "entry_into_force 1980-01-01; succession 1994-01-01 by C; denunciation 1993-01-01 from "
        "1993-06-01 by B",
        Terms({"A": Edtf.parse("1991-12-26"), "B": Edtf.parse(""), "C": Edtf.parse("")}), "C",
        {"1993-05-31": "", "1994-01-01": "not_party"},
    ),
    "it withdrew a reservation": (
        "entry_into_force 1990-01-01; accession 1995-01-01 from 1995-02-01 by C; reservation "
        "1995-01-01 by C; revocation 2000-01-01 by C of reservation-2", MANY, "C",
        {"1995-02-01": "in_force", "2000-01-01": "in_force"},
    ),
    "it ended its provisional application before the treaty was in force": (
        "signature 1994-12-17 by A; signature 1994-12-17 by B; provisional 1994-12-17; "
        "ratification 1997-01-01 by B; entry_into_force 1998-04-16; "
        "withdrawal 1996-08-20 from 1996-10-18 by A", MANY, "A",
        {"1994-12-17": "provisional", "1996-10-17": "provisional", "1996-10-18": "terminated",
         "1998-04-16": "terminated"},
    ),
    "it entered a union with another party and left it": (
        "entry_into_force 1950-01-01; suspension 1958-02-22 by A; resumption 1961-09-28 by A", MANY,
        "A", {"1958-02-21": "in_force", "1958-02-22": "suspended", "1961-09-28": "in_force"},
    ),
    "it suspended a treaty, as all others did before": (
        "entry_into_force 1990-01-01; suspension 2000-01-01 by A; suspension 2001-01-01 by B; "
        "resumption 2003-01-01 by A; resumption 2004-01-01 by B", MANY, "A",
        {"2000-01-01": "suspended", "2003-01-01": "in_force", "2003-12-31": "in_force"},
    ),
    "it resumed alone a treaty that all had suspended": (
        "entry_into_force 1990-01-01; suspension 2000-01-01 by A; suspension 2000-01-01 by B; "
        "suspension 2000-01-01 by C; resumption 2003-01-01 by A; resumption 2004-01-01 by B", MANY,
        "A", {"2000-01-01": "suspended", "2003-12-31": "suspended", "2004-01-01": "in_force"},
    ),
    "all others suspended the treaty, to which it had acceded": (
        "entry_into_force 1990-01-01; accession 1995-01-01 from 1995-02-01 by C; "
        "suspension 2000-01-01 by A; suspension 2001-01-01 by B; resumption 2002-01-01 by A", MANY,
        "C", {"1995-02-01": "in_force", "2000-12-31": "in_force", "2001-01-01": "suspended",
              "2002-01-01": "in_force"},
    ),
    "all others left the treaty, to which it had acceded": (
        "entry_into_force 1990-01-01; accession 1995-01-01 from 1995-02-01 by C; "
        "withdrawal 2000-01-01 from 2001-01-01 by A; withdrawal 2000-01-01 from 2001-01-01 by B",
        MANY, "C", {"2000-12-31": "in_force", "2001-01-01": "unknown"},
    ),
    "it came into being after the treaty of two had entered into force": (
        "signature 1960-01-01; entry_into_force 1961-01-01; termination 2000-01-01", YOUNG, "B",
        {"1960-01-01": "", "1991-12-15": "", "1991-12-16": "in_force~", "2000-01-01": "terminated"},
    ),
    "it came into being after the treaty of two to which it succeeded": (
        "entry_into_force 1961-01-01; succession 1993-01-01 from 1991-12-16 by B", YOUNG, "B",
        {"1991-12-15": "", "1991-12-16": "in_force"},
    ),
    "a party to a treaty of two ceased to exist": (
        "entry_into_force 1900-01-01",
        Terms({"A": Edtf.parse("1918-11-12"), "B": Edtf.parse("")}), "A",
        {"1918-11-12": "in_force", "1918-11-13": "terminated"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", OWN_COURSES)
def test_each_party_has_the_expected_statuses(name):
    text, terms, party, expected, *endings = OWN_COURSES[name]
    log = (steps(text), terms, *endings)
    course = courses(log)[party]
    assert {day: answer(course, day) for day in expected} == expected


@pytest.mark.parametrize(
    ("text", "terms", "party"),
    [
        ("entry_into_force 1995-01-01; withdrawal 2010-03-31 by B", MANY, "A"),
        ("signature 1990-01-01; ratification 1991-01-01 by A", TWO, "A"),
        ("signature 1990-01-01 by A; entry_into_force 1995-01-01", MANY, "A"),
    ],
)
def test_other_parties_follow_the_course_of_the_treaty(text, terms, party):
    assert life_courses(steps(text), terms)[party] == []


def test_a_period_names_its_rule_and_steps():
    course = life_course(
        steps(
            "signature 2019-10-14; notification 2021-06-18 by A; notification 2021-08-01 by B; "
            "denunciation 2023-01-01 by A"
        ),
        of("A", "B", force_days=30, notice_months=6),
    )
    assert [(row.status, row.rule, row.by) for row in course] == [
        ("signed", Rule.SIGNATURE, ("signature-0",)),
        ("in_force", Rule.CLAUSE, ("notification-1", "notification-2")),
        ("terminated", Rule.DENUNCIATION, ("denunciation-3",)),
    ]
    assert [(str(row.start), str(row.end)) for row in course] == [
        ("2019-10-14", "2021-08-31"),
        ("2021-08-31", "2023-07-01"),
        ("2023-07-01", ""),
    ]


def test_every_rule_has_a_label_of_one_sentence():
    for rule in Rule:
        assert re.fullmatch(r"[A-Z][^.]+\.", str(rule.label)), rule


def test_the_status_after_a_statement_is_the_last_known_one():
    course = life_course(
        steps("entry_into_force 2000-01-01; status_stated 2026-02-01 = in_force"), TWO
    )

    def words(day):
        on = date.fromisoformat(day)
        return in_words(*status_on(course, on), on)

    assert words("1999-12-31") == "not concluded yet"
    assert words("2026-02-01") == "in force"
    assert words("2026-02-02") == "in force, as last known on 1 February 2026"
    vague = life_course(steps("signature 1998-01-01; entry_into_force 1999"), TWO)
    on = date(1999, 6, 1)
    assert in_words(*status_on(vague, on), on) == "possibly in force"


DAYS = [
    "", "1990", "1990~", "1991-05", "[1990..1993]", "[..1992]", "[1991..]", "1992-03-01",
    "1992-03-02", "1994", "1994?", "1995-06-15", "1996-02-29", "1998", "[1997..1999]",
    "0001-01-01", "9999-12-31",
]  # fmt: skip
TYPES = [
    "initialling", "signature", "definitive_signature", "provisional", "entry_into_force",
    "suspension", "resumption", "extension", "denunciation", "withdrawal", "termination",
    "expiry", "supersession", "succession", "status_stated", "registration", "reservation",
    *CONSENT,
]  # fmt: skip
PARTING = {
    "suspension", "denunciation", "withdrawal", "termination", "expiry", "supersession",
    "extension", "status_stated",
}  # fmt: skip
BOUND = [(Status.PROVISIONAL, True), (Status.IN_FORCE, True)]
REVIVING = {Rule.RESUMPTION, Rule.ENTRY, Rule.ACCESSION, Rule.SUCCESSION, Rule.REVOCATION}
RETURNING = {
    "resumption", "extension", "entry_into_force", "succession", "revocation",
    "definitive_signature", *CONSENT,
}  # fmt: skip


def revocation(step: Step, day: str) -> Step:
    return Step(
        "revocation", Edtf.parse(day), party=step.party, slug=f"not-{step.slug}", revokes=step.slug
    )


@st.composite
def logs(draw, most: int = 7):
    """Random steps of a treaty with two or three parties, with vague dates and in any order.

    Some revoke others."""
    parties = draw(st.sampled_from([("A", "B"), ("A", "B", "C")]))
    found = []
    for number in range(draw(st.integers(0, most))):
        kind = draw(st.sampled_from(TYPES))
        stated = st.sampled_from([status.value for status in STATED if status != "unknown"])
        found.append(
            Step(
                type=kind,
                date=Edtf.parse(draw(st.sampled_from(DAYS))),
                effective=Edtf.parse(draw(st.sampled_from(["", "", *DAYS]))),
                party=draw(st.sampled_from([None, None, *parties])),
                status=draw(stated) if kind == "status_stated" else "",
                slug=f"step-{number}",
            )
        )
    for step in [step for step in found if step.type in REVOCABLE]:
        if draw(st.integers(0, 2)) == 0:
            day = draw(st.sampled_from(DAYS))
            found.append(revocation(step, day))
    ended = draw(st.sampled_from(["", "", "1993-01-01", "1996"]))
    small = st.sampled_from([None, None, 1, 3])
    began = draw(st.sampled_from(["", "", "1992-06-01", "1994"]))
    terms = Terms(
        {name: Edtf.parse(ended if name == "A" else "") for name in parties},
        {"B": Edtf.parse(began)},
        force_days=draw(small),
        term_years=draw(small),
        renewal_years=draw(small),
        notice_months=draw(small),
    )
    endings = draw(st.sampled_from([(), (Ending("supersedes", Edtf.parse("1997"), "later"),)]))
    return found, terms, endings


@given(logs())
def test_an_ended_treaty_returns_only_by_a_reviving_step(log):
    for course in life_courses(*log).values():
        for before, after in zip(course, course[1:], strict=False):
            if before.status in ENDED and after.status == Status.IN_FORCE:
                kinds = {step.type for step in log[0]}
                assert after.rule in REVIVING or "revocation" in kinds
                assert kinds & RETURNING
            elif before.status in ENDED and after.status not in ENDED:
                # Resumed and suspended again on the same day, or before a party came into being,
                # or after a revocation.
                kinds = {step.type for step in log[0]}
                assert kinds & RETURNING
                assert after.status in (Status.SUSPENDED, Status.UNKNOWN) or "revocation" in kinds


def courses(log):
    """The course of the treaty as a whole and that of each party, under its name."""
    found = life_courses(*log)
    return {party: course or found[None] for party, course in found.items()}


@given(logs())
def test_periods_have_no_gaps_and_at_most_one_is_certain(log):
    for course in courses(log).values():
        for before, after in zip(course, course[1:], strict=False):
            assert before.first <= after.first
            if not any(step.type == "revocation" for step in log[0]):
                assert after.first.toordinal() <= before.last.toordinal() + 1
            assert before.last <= after.last
            gap = after.first.toordinal() > before.last.toordinal() + 1
            assert before.status != after.status or gap
        for number in range(0, 12 * 365, 31):
            day = date(1989, 1, 1) + timedelta(days=number)
            possible = [row for row in course if row.possible(day)]
            certain = [row for row in course if row.certain(day)]
            assert len(certain) <= 1
            assert not certain or possible == certain
            assert not possible or course[0].first <= day <= course[-1].last


@given(logs())
def test_no_party_is_bound_after_it_left_or_ceased_to_exist(log):
    found, terms, _endings = log
    for party, course in courses(log).items():
        for day in days_of_no_return(party, found, terms):
            assert status_on(course, day)[0] != Status.IN_FORCE


def days_of_no_return(party, found, terms):
    """Days on which a party is certainly not bound: its end, and the day of effect of a withdrawal
    that no later or undated step can undo."""
    if party is None:
        return
    ended = terms.parties[party]
    if ended.latest:
        yield ended.latest + timedelta(days=1)
    for step in found:
        if step.type == "withdrawal" and step.party == party and step.effective.is_definite:
            end = step.effective.latest
            undone = any(
                other.revokes == step.slug
                or other.type in RETURNING
                and not other.when.certainly_before(step.effective)
                for other in found
            )
            if end and step.date.earliest and not undone:
                yield end


@given(logs())
def test_a_treaty_that_has_bound_two_parties_is_in_force_only_while_it_binds_two(log):
    found, terms, endings = log
    # Steps by all that nobody but a state that has left or ceased to exist could have taken.
    others = ("extension", "resumption", "entry_into_force", "status_stated", "succession")
    # Without consents, those that revoked a signature had been bound like all.
    others = (*others, *SIGNATURES, "revocation")
    found = [step for step in found if step.type not in others]
    entry = Step("entry_into_force", Edtf.parse("1990-01-01"), slug="entry")
    of_each = courses(([*found, entry], terms, endings))
    whole, twice = of_each.pop(None), False
    for number in range(0, 12 * 365, 31):
        on = date(1990, 1, 1) + timedelta(days=number)
        sure = [course for course in of_each.values() if status_on(course, on)[:2] in BOUND]
        twice |= len(sure) > 1
        possible = [
            course
            for course in of_each.values()
            if any(row.possible(on) and (row.status, True) in BOUND for row in course)
        ]
        if twice and len(possible) < 2:
            assert status_on(whole, on)[:2] not in BOUND


@given(logs(), st.sampled_from(["1991-05-01", "1993-02-03", "1996-06-06", "1999-01-01"]))
def test_a_revoked_step_leaves_no_trace_after_its_revocation(log, day):
    found, terms, endings = log
    known = [step for step in found if step.type != "revocation"]
    on = date.fromisoformat(day)
    for step in [step for step in known if step.type in REVOCABLE][:1]:
        if not step.when.latest or step.when.latest > on:
            continue
        revoked = courses(([*known, revocation(step, day)], terms, endings))
        never = courses(([row for row in known if row is not step], terms, endings))
        # A party without another signature or consent is not bound like those that gave none.
        taken = {step.party} - {None} if step.type in (*SIGNATURES, *CONSENT) else set()
        if taken and any(row.party and row.type in {*PARTING, "succession"} for row in known):
            # The treaty may then bind fewer than two, at least for a while.
            continue
        for name in revoked.keys() - taken:
            for later in (on, on + timedelta(days=400), date(2020, 1, 1)):
                one, other = status_on(revoked[name], later)[:2], status_on(never[name], later)[:2]
                # Without its consent, a treaty of two is known not to be in force.
                known_now = step.type in CONSENT and other[0] == Status.SIGNED_UNKNOWN
                assert one == other or known_now and one[0] == Status.SIGNED


@given(logs())
def test_a_party_is_bound_only_while_the_treaty_may_be_in_force(log):
    found, terms, endings = log
    # These restore a treaty without saying when it entered into force, or contradict that.
    others = ("suspension", "resumption", "extension", "status_stated")
    if any(step.type == "entry_into_force" and step.party is None for step in found):
        found = [step for step in found if step.type != "entry_into_force" or step.party is None]
    found = [step for step in found if step.type not in others]
    of_each = life_courses(found, terms, endings)
    succeeded = {step.party for step in found if step.type == "succession"}
    for name in terms.parties.keys() - succeeded:
        for row in of_each[name]:
            if row.status == Status.IN_FORCE and row.certain_first:
                possible = {one.status for one in of_each[None] if one.possible(row.certain_first)}
                assert Status.IN_FORCE in possible


@given(logs())
def test_the_recording_order_of_steps_does_not_matter(log):
    found, terms, endings = log
    assert life_course(found, terms, endings) == life_course(found[::-1], terms, endings)


@given(logs())
def test_a_treaty_without_entry_into_force_is_never_in_force(log):
    found, terms, endings = log
    silent = [
        step
        for step in found
        if step.type in ("signature", "initialling", "registration", "termination", "expiry")
    ]
    statuses = {row.status for row in life_course(silent, terms, endings)}
    assert Status.IN_FORCE not in statuses
    assert Status.SIGNED not in statuses
