"""The units of figures, and the currencies that others have replaced."""

from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.dates import Edtf


class Unit(models.TextChoices):
    """The units of figures: currencies by ISO 4217 code, and others.

    A redenominated currency is a unit of its own, and so in other series than its successor.
    """

    USD = "USD", _("US dollars")
    EUR = "EUR", _("euros")
    AZN = "AZN", _("Azerbaijani manats")
    KZT = "KZT", _("Kazakhstani tenge")
    RUB = "RUB", _("Russian roubles")
    COUNT = "count", _("number")
    TONNE = "tonne", _("tonnes")
    PERCENT = "percent", _("per cent")
    AMD = "AMD", _("Armenian drams")
    AZM = "AZM", _("Azerbaijani manats (before 2006)")
    BGL = "BGL", _("Bulgarian levs (before July 1999)")
    BGN = "BGN", _("Bulgarian levs")
    BYB = "BYB", _("Belarusian roubles (before 2000)")
    BYN = "BYN", _("Belarusian roubles")
    BYR = "BYR", _("Belarusian roubles (2000 to June 2016)")
    CHF = "CHF", _("Swiss francs")
    CNY = "CNY", _("Chinese yuan")
    GBP = "GBP", _("pounds sterling")
    GEK = "GEK", _("Georgian coupons (before October 1995)")
    GEL = "GEL", _("Georgian lari")
    JPY = "JPY", _("Japanese yen")
    KGS = "KGS", _("Kyrgyz soms")
    MDL = "MDL", _("Moldovan lei")
    PLN = "PLN", _("Polish zlotys")
    PLZ = "PLZ", _("Polish zlotys (before 1995)")
    ROL = "ROL", _("Romanian lei (before July 2005)")
    RON = "RON", _("Romanian lei")
    RUR = "RUR", _("Russian roubles (before 1998)")
    SUR = "SUR", _("Soviet roubles")
    TJR = "TJR", _("Tajik roubles (before October 2000)")
    TJS = "TJS", _("Tajik somoni")
    TMM = "TMM", _("Turkmen manats (before 2009)")
    TMT = "TMT", _("Turkmen manats")
    TRL = "TRL", _("Turkish liras (before 2005)")
    TRY = "TRY", _("Turkish liras")
    UAH = "UAH", _("Ukrainian hryvnias")
    UAK = "UAK", _("Ukrainian karbovanets (before September 1996)")
    UZS = "UZS", _("Uzbek soms")


MONEY = frozenset(Unit) - {Unit.COUNT, Unit.TONNE, Unit.PERCENT}


@dataclass(frozen=True, slots=True)
class Replacement:
    """How a currency was redenominated: one unit of `new` replaced `factor` units of `old`."""

    old: Unit
    new: Unit
    day: date
    factor: int


REPLACEMENTS = (
    Replacement(Unit.SUR, Unit.RUR, date(1993, 7, 26), 1),
    Replacement(Unit.AZM, Unit.AZN, date(2006, 1, 1), 5_000),
    Replacement(Unit.BGL, Unit.BGN, date(1999, 7, 5), 1_000),
    Replacement(Unit.BYB, Unit.BYR, date(2000, 1, 1), 1_000),
    Replacement(Unit.BYR, Unit.BYN, date(2016, 7, 1), 10_000),
    Replacement(Unit.GEK, Unit.GEL, date(1995, 10, 2), 1_000_000),
    Replacement(Unit.PLZ, Unit.PLN, date(1995, 1, 1), 10_000),
    Replacement(Unit.ROL, Unit.RON, date(2005, 7, 1), 10_000),
    Replacement(Unit.RUR, Unit.RUB, date(1998, 1, 1), 1_000),
    Replacement(Unit.TJR, Unit.TJS, date(2000, 10, 30), 1_000),
    Replacement(Unit.TMM, Unit.TMT, date(2009, 1, 1), 5_000),
    Replacement(Unit.TRL, Unit.TRY, date(2005, 1, 1), 1_000_000),
    Replacement(Unit.UAK, Unit.UAH, date(1996, 9, 2), 100_000),
)
# The replacement that ended a unit, and the one that introduced it at another value.
ENDED = {row.old: row for row in REPLACEMENTS}
INTRODUCED = {row.new: row for row in REPLACEMENTS if row.factor > 1}


def began_after_end(unit: str, period: Edtf) -> Replacement | None:
    """The replacement that had ended the unit when the period began; None if it had not."""
    ended, earliest = ENDED.get(unit), getattr(period, "earliest", None)
    return ended if ended and earliest and earliest >= ended.day else None


def began_before_start(unit: str, period: Edtf) -> Replacement | None:
    """The replacement that introduced the unit only after the period began; None if it was there.

    A source may restate early values in a later unit, so this is a doubt and not an error.
    """
    introduced = INTRODUCED.get(unit)
    earliest = period.earliest or period.latest
    return introduced if introduced and earliest and earliest < introduced.day else None
