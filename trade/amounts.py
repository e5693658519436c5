"""Amounts as people write them, in English, Russian, Azerbaijani and Kazakh."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.dates import Edtf
from core.folding import fold
from trade.amount_words import HOMES, QUALIFIERS, RANGES, SCALES, THOUSAND_MILLION, UNITS
from trade.models import Figure, check_digits
from trade.templatetags.figures import in_full
from trade.units import MONEY, Unit, began_before_start, named, no_longer_used, not_yet_used

# Longer than any amount in words; longer text is not read.
LONGEST = 120
Qualifier = Figure.Qualifier
# Money with a fraction and without a scale, below this, is more likely in thousands or millions.
DOUBTFUL = Decimal(1_000_000)
THOUSAND = Decimal(1_000)
_TOKEN = re.compile(r"[0-9](?:[0-9.,' ]*[0-9])?|[^\W\d_]+|[^\s\w]|_")
# Digits after a loose sign (".5", "19,mln") or beside a parenthesis, which can mean a negative
# number or a footnote.
_UNCLEAR = re.compile(
    r"(?<![0-9])[.,'][0-9]|(?<!\w)[.,'] [0-9]|[0-9][.,'][^\W\d]|\( ?[0-9]|[0-9] ?\)"
)
# Numbers by their decimal sign; the other sign, spaces or ' separate groups of three digits.
_NUMBERS = {
    ".": re.compile(r"(?:[0-9]+|[1-9][0-9]{0,2}(?:([,' ])[0-9]{3})(?:\1[0-9]{3})*)(?:\.[0-9]+)?"),
    ",": re.compile(r"(?:[0-9]+|[1-9][0-9]{0,2}(?:([.' ])[0-9]{3})(?:\1[0-9]{3})*)(?:,[0-9]+)?"),
}


class AmountError(ValueError):
    """The text is not an amount that can be stored; the message says why."""


class UnitError(ValueError):
    """The unit of an amount is missing, or not certain; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Amount:
    """One reading of an amount, with the fields of a Figure.

    `value` and `upper` (of a range) are in whole units. `scale` is the power of ten that the text
    names, or None; `units` are those that its words can mean, none if it names no unit.
    """

    value: Decimal
    upper: Decimal | None = None
    scale: int | None = None
    qualifier: str = Qualifier.EXACT
    units: tuple[Unit, ...] = ()

    def figure(self) -> Figure:
        """An unsaved figure with this amount, in the first of its units."""
        unit = self.units[0] if self.units else Unit.COUNT
        return Figure(
            value=self.value,
            upper=self.upper,
            scale=self.scale or 0,
            qualifier=self.qualifier,
            unit=unit,
        )

    @property
    def words(self) -> str:
        """The amount in full: "106,200,000 US dollars"."""
        return in_full(self.figure())

    @property
    def text(self) -> str:
        """The amount in a form that has only this reading, with its unit: 1.234 million is written
        as 1234 thousand."""
        figure = self.figure()
        if figure.scale and any(map(_is_ambiguous, _digits_of(figure))):
            figure.scale -= 3
        return " ".join((written(figure), *self.units[:1]))


def written(figure: Figure) -> str:
    """The amount of a figure without its unit, as `read` reads it: "more than 106.2 million"."""
    scale = {0: "", 3: "thousand", 6: "million", 9: "billion", 12: "trillion"}[figure.scale]
    digits = [f"{end}0" if _is_ambiguous(end) else end for end in _digits_of(figure)]
    if not figure.scale and may_lack_scale(figure.unit, *map(Decimal, digits)):
        scale = "units"
    number = f"{' – '.join(digits)} {scale}".strip()
    named = {
        Qualifier.ABOUT: "about",
        Qualifier.MORE_THAN: "more than",
        Qualifier.AT_LEAST: "at least",
        Qualifier.LESS_THAN: "less than",
        Qualifier.UP_TO: "up to",
    }
    return f"{named.get(figure.qualifier, '')} {number}".strip()


def _digits_of(figure: Figure) -> list[str]:
    """The number of a figure, or both ends of its range, in digits in its scale."""
    ends = [end for end in (figure.value, figure.upper) if end is not None]
    return [f"{end.scaleb(-figure.scale).normalize():f}" for end in ends]


def _is_ambiguous(digits: str) -> bool:
    """Whether the point in a number can also separate thousands; not before a fourth place."""
    return bool(re.fullmatch(r"-?[1-9][0-9]{0,2}\.[0-9]{3}", digits))


def may_lack_scale(unit: str, *ends: Decimal | None) -> bool:
    """Whether an amount that names no scale is likely in thousands or millions: a small sum of
    money with a fraction, even of zero (106.0)."""
    return unit in MONEY and any(
        end and abs(end) < DOUBTFUL and end.as_tuple().exponent < 0 for end in ends
    )


def understand(
    text: str,
    unit: str = "",
    period: Edtf | None = None,
    countries: Collection[str] = (),
    restated: bool = False,
) -> list[Amount]:
    """The readings of an amount, each a different value with its one unit; empty if the text is
    blank.

    `unit` is the unit chosen beside the text. Without it, the period of the figure and the slugs of
    its countries decide between currencies of the same name. `restated` says that the source gives
    the value in a later currency than that of the period. Raises AmountError or UnitError with a
    message for the editor.
    """
    found = {}
    for amount in read(text):
        chosen = _unit(amount.units, unit, period, countries)
        if not restated and (problem := too_early(chosen, period)):
            raise UnitError(problem)
        for reading in _scales(replace(amount, units=(chosen,))):
            found.setdefault((reading.value, reading.upper), reading)
    return _possible(found.values())


def _possible(found: Collection[Amount]) -> list[Amount]:
    """The readings without those of a number of people or companies that is not whole; all, if none
    is whole."""
    whole = [
        amount
        for amount in found
        if amount.units != (Unit.COUNT,) or not (amount.value % 1 or (amount.upper or 0) % 1)
    ]
    return whole or [*found]


def too_early(unit: Unit, period: Edtf | None) -> str:
    """Why a value of this period is doubtful in this unit: a currency that came later. Empty if it
    is not."""
    introduced = period and began_before_start(unit, period)
    if not introduced:
        day = period and not_yet_used(unit, period)
        words = _(
            "%(unit)s came into use on %(day)s, after this period. Choose another unit, or say in "
            "the note that the source restates the value."
        )
        return words % {"unit": unit, "day": day} if day else ""
    words = _(
        "%(new)s replaced %(old)s on %(day)s, after this period began. Choose %(old)s, or say in "
        "the note that the source restates the value in %(new)s."
    )
    return words % {"new": introduced.new, "old": introduced.old, "day": introduced.day}


def read(text: str) -> list[Amount]:
    """The readings of an amount: several if it is not certain which sign is the decimal sign.

    Raises AmountError, and nothing else, for text that is not an amount.
    """
    if not text.strip():
        return []
    if len(text) > LONGEST:
        raise AmountError(_("Write at most %d characters.") % LONGEST)
    if strange := [letter for letter in text if letter.isnumeric() and not letter.isascii()]:
        raise AmountError(_("“%s” is not a plain digit: write the number in 0–9.") % strange[0])
    parts = _ends(re.sub("[‐‑‒―−]", "-", fold(text)).rstrip(" ,;"))
    qualifier, rest = _qualified(parts[0])
    if len(parts) == 2 and qualifier != Qualifier.EXACT:
        raise AmountError(_("A range cannot also be approximate or a limit. Write one of the two."))
    if len(parts) == 1:
        parts = [rest]
    clear = not any(map(_UNCLEAR.search, parts))
    found = [reading for sign in _NUMBERS if clear and (reading := _reading(parts, sign))]
    if not found:
        raise AmountError(
            _("“%s” is not a number. Write it as 1234.5, 1 234,5, 0.5 or -5.") % text.strip()
        )
    _check(found)
    if qualifier != Qualifier.EXACT:
        found = [replace(reading, qualifier=qualifier) for reading in found]
    return list(dict.fromkeys(found))


def _check(found: list[Amount]) -> None:
    """Raise AmountError if the numbers cannot be stored exactly."""
    try:
        for reading in found:
            for end in filter(None, (reading.value, reading.upper)):
                check_digits(end)
    except ValidationError as error:
        raise AmountError(" ".join(error.messages)) from error


def _qualified(text: str) -> tuple[Qualifier, str]:
    """The qualifier that the words express, and the text without them."""
    for qualifier, pattern in QUALIFIERS:
        if match := pattern.fullmatch(text):
            # Its unit may follow: "100-dən çox şirkət".
            return Qualifier(qualifier), match["rest"] + (match.groupdict().get("unit") or "")
    return Qualifier.EXACT, text


def _ends(text: str) -> list[str]:
    """The two ends of a range, or the text alone."""
    for pattern in RANGES:
        if match := pattern.fullmatch(text):
            return [match["first"], match["last"]]
    return [text]


@dataclass(frozen=True, slots=True)
class _Part:
    """A number with its scale (None if none is named) and the units that its words can mean."""

    value: Decimal
    scale: int | None
    units: tuple[Unit, ...]

    def scaled(self, scale: int | None) -> Decimal:
        """Its value, in this scale if it names none."""
        return self.value.scaleb(scale or 0) if self.scale is None else self.value


def _reading(parts: list[str], sign: str) -> Amount | None:
    """The amount with this decimal sign; None if the numbers cannot be read with it."""
    found = [_part(part, sign) for part in parts]
    if None in found:
        return None
    first, last = found[0], found[-1]
    if first is last:
        return Amount(first.scaled(0), None, first.scale, Qualifier.EXACT, first.units)
    if last.scale is None and first.scale is not None:
        raise AmountError(_("Write the scale at the upper end of the range: 10–12 million."))
    scale = last.scale if first.scale is None else min(first.scale, last.scale)
    value, upper = first.scaled(last.scale), last.scaled(0)
    if value >= upper:
        raise AmountError(_("The first number of the range must be the smaller one."))
    return Amount(value, upper, scale, Qualifier.RANGE, _common(first.units, last.units))


def _common(*named: tuple[Unit, ...]) -> tuple[Unit, ...]:
    """The units that all of these words can mean. Raises AmountError if they differ."""
    given = [units for units in named if units]
    common = [unit for unit in (given[0] if given else ()) if all(unit in row for row in given)]
    if given and not common:
        raise AmountError(_("The amount names two units. Write one."))
    return tuple(common)


def _part(text: str, sign: str) -> _Part | None:
    """A number with the words around it; None if it cannot be read with this decimal sign.

    It may have several parts, such as "1 milyard 234 milyon 500 min".
    """
    numbers, scales, phrases, signs = [], [[]], [[]], []
    for token in _TOKEN.findall(text):
        if token[0].isdecimal():
            if not _NUMBERS[sign].fullmatch(token):
                return None
            numbers.append(_decimal(token, sign))
            scales.append([])
            phrases.append([])
        elif (scale := scale_of(token)) is not None:
            scales[-1].append(scale)
        elif token in "+-" and not numbers:
            signs.append(token)
        elif token == "(":
            # Another name of the unit: "US dollars (USD)".
            phrases.append([])
        elif token not in ".,)'":
            phrases[-1].append(token)
    if not numbers:
        raise AmountError(_("Write the number in digits."))
    if len(signs) > 1:
        return None
    # A scale before the number: "USD million 106.2".
    scales[-1] += scales.pop(0)
    units = _common(*map(_known_units, (" ".join(words) for words in phrases if words)))
    value, scale = _sum(numbers, [_one_scale(row) for row in scales])
    return _Part(-value if signs == ["-"] else value, scale, units)


def _decimal(token: str, sign: str) -> Decimal:
    groups = {".": "[,' ]", ",": "[.' ]"}
    return Decimal(re.sub(groups[sign], "", token).replace(",", "."))


def scale_of(word: str) -> int | None:
    """The power of ten that a word means; None if it is not a scale."""
    folded = fold(word).rstrip(".")
    return next((scale for scale, pattern in SCALES if pattern.fullmatch(folded)), None)


def _one_scale(named: list[int]) -> int | None:
    """The scale of the words after a number: at most one, or "thousand million"."""
    if len(named) == 2 and named == THOUSAND_MILLION:
        return sum(named)
    if len(named) > 1:
        raise AmountError(_("The amount names two scales. Write one."))
    return named[0] if named else None


def _sum(numbers: list[Decimal], scales: list[int | None]) -> tuple[Decimal, int | None]:
    """The sum of the parts of a number, and the scale of the last; the scales must descend.

    Only hundreds after thousands need no scale: in "5 mln 1", the 1 may be a footnote.
    """
    total, rest = Decimal(), None
    for number, scale in zip(numbers, scales, strict=True):
        part = number.scaleb(scale or 0)
        loose = scale is None and (rest != THOUSAND or part < 100)
        if rest is not None and (loose or rest <= 1 or total % rest or part >= rest):
            raise AmountError(_("These parts do not form one number. Write one number."))
        total, rest = total + part, Decimal(1).scaleb(scale or 0)
    only = len(numbers) == 1
    return total, scales[-1] if only else scales[-1] or 0


@lru_cache(maxsize=4096)
def units_of(phrase: str) -> tuple[Unit, ...]:
    """The units that folded words can mean; empty for unknown words."""
    return next((units for units, pattern in UNITS if pattern.fullmatch(phrase)), ())


def _known_units(phrase: str) -> tuple[Unit, ...]:
    """The units that words can mean. Raises AmountError for unknown words."""
    if units := units_of(phrase) or named(phrase):
        return units
    if "+" in phrase:
        raise AmountError(_("“+” can mean “more than” or “at least”. Write one of these instead."))
    raise AmountError(
        _("“%s” is not a known scale or unit. Write for example 106.2 million USD.") % phrase
    )


def _unit(
    named: tuple[Unit, ...], chosen: str, period: Edtf | None, countries: Collection[str]
) -> Unit:
    """The unit of an amount whose words can mean these units. Raises UnitError if not certain."""
    if not named and not chosen:
        raise UnitError(_("Choose the unit, or name it in the amount."))
    if chosen and (not named or chosen in named):
        return Unit(chosen)
    if chosen:
        raise UnitError(_("The amount names another unit: %s.") % _listed(named))
    left = _of_countries(named, countries)
    if period is not None:
        left = [unit for unit in left if not no_longer_used(unit, period)]
    if len(left) == 1:
        return left[0]
    words = _("Several currencies have this name: %s. Choose the unit, or write the code.")
    raise UnitError(words % _listed(left or named))


def _of_countries(named: tuple[Unit, ...], countries: Collection[str]) -> list[Unit]:
    """Of currencies with the same name, those of one of the countries, if only it has one."""
    homes = {HOMES[unit] for unit in named if HOMES.get(unit) in countries}
    return [unit for unit in named if len(homes) != 1 or HOMES.get(unit) in homes]


def listed(found: Iterable[Amount]) -> str:
    """The readings of an amount, for a message."""
    return " · ".join(f"{amount.text} ({amount.words})" for amount in found)


def _listed(units: Iterable[Unit]) -> str:
    return " · ".join(f"{unit.value} ({unit.label})" for unit in units)


def _scales(amount: Amount) -> Iterator[Amount]:
    """The amount, or its readings in each scale if it is doubtful that it has none."""
    yield amount
    if amount.scale is None and may_lack_scale(amount.units[0], amount.value, amount.upper):
        for scale in (3, 6, 9):
            value, upper = (end and end.scaleb(scale) for end in (amount.value, amount.upper))
            yield replace(amount, value=value, upper=upper, scale=scale)
