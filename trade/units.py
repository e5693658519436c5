"""The units of figures, and the currencies that others have replaced."""

from dataclasses import dataclass
from datetime import date
from functools import cache

from django.db import models
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.dates import Edtf
from core.folding import fold
from trade.currencies import CODES, first_day, last_day, name_of, names_of

# The currencies that come first in a choice.
COMMON = ("USD", "EUR", "AZN", "KZT", "RUB", "CNY", "GBP", "TRY")
_OTHERS = {
    "COUNT": ("count", _("number")),
    "TONNE": ("tonne", _("tonnes")),
    "PERCENT": ("percent", _("per cent")),
}
_named = lazy(name_of, str)

# The units of figures: the currencies of ISO 4217 by code, and others; the common ones first. A
# redenominated currency is a unit of its own, and so in other series than its successor.
Unit = models.TextChoices(
    "Unit",
    [(code, (code, _named(code))) for code in COMMON]
    + [*_OTHERS.items()]
    + [(code, (code, _named(code))) for code in CODES if code not in COMMON],
)
MONEY = frozenset(Unit) - {Unit.COUNT, Unit.TONNE, Unit.PERCENT}


def unit_choices() -> list[tuple[str, str]]:
    """The choices of the field. Migrations name this function, so that a new currency needs no
    migration."""
    return Unit.choices


def grouped_choices() -> list:
    """The units for a select: common ones, currencies in use and those that have ended, each by
    name with its code."""
    groups = {_("Common"): [], _("Other currencies"): [], _("Former currencies"): []}
    common, present, former = groups.values()
    for unit in Unit:
        if unit in COMMON or unit not in MONEY:
            common.append((unit.value, unit.label))
        else:
            group = former if last_day(unit) or unit in ENDED else present
            group.append((unit.value, f"{unit.label} ({unit.value})"))
    for group in (present, former):
        group.sort(key=lambda choice: fold(choice[1]))
    return [*groups.items()]


def named(phrase: str) -> tuple[Unit, ...]:
    """The currencies with this folded code or full name in one of our languages; those in use
    come first."""
    return _by_name().get(phrase, ())


@cache
def _by_name() -> dict[str, tuple[Unit, ...]]:
    found = {}
    for unit in sorted(MONEY, key=lambda unit: (bool(last_day(unit)) or unit in ENDED, unit)):
        for name in {fold(name) for name in (unit.value, *names_of(unit))}:
            found[name] = (*found.get(name, ()), unit)
    return found


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
NEW = {row.new: row for row in REPLACEMENTS}
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


def no_longer_used(unit: str, period: Edtf) -> str:
    """Why no value of this period can be in this unit: a currency that had ended. Empty if one
    can be."""
    if ended := began_after_end(unit, period):
        words = gettext("%(old)s had been replaced by %(new)s when this period began.")
        return words % {"old": ended.old.label, "new": ended.new.label}
    last, earliest = last_day(unit), getattr(period, "earliest", None)
    if unit in ENDED or not last or not earliest or earliest <= last:
        return ""
    words = gettext("The last day of %(unit)s was %(day)s, before this period began.")
    return words % {"unit": Unit(unit).label, "day": last}


def not_yet_used(unit: str, period: Edtf) -> date | None:
    """The day on which the currency came into use, if that was after the end of the period and it
    replaced no other one at another value (see `began_before_start`); None if it was there."""
    first, latest = first_day(unit), getattr(period, "latest", None)
    return first if unit not in NEW and first and latest and latest < first else None


def too_early(unit: str, period: Edtf) -> str:
    """What to check in a value from before its currency; empty if the currency was there."""
    if introduced := began_before_start(unit, period):
        words = gettext(
            "%(new)s replaced %(old)s on %(day)s, after this period began. Check that the source "
            "restates the value."
        )
        given = {"new": introduced.new.label, "old": introduced.old.label, "day": introduced.day}
        return words % given
    if day := not_yet_used(unit, period):
        words = gettext(
            "%(unit)s came into use on %(day)s, after this period. Check that the source restates "
            "the value."
        )
        return words % {"unit": Unit(unit).label, "day": day}
    return ""
