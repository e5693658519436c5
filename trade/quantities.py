"""Numbers as words state them, and arithmetic with them."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.numerals import Numeral

# An end of the values that a number can have, and whether it is one of them; None: no limit.
End = tuple[Decimal, bool] | None


class Qualifier(models.TextChoices):
    EXACT = "exact", _("exact")
    ABOUT = "about", _("about")
    MORE_THAN = "more_than", _("more than")
    AT_LEAST = "at_least", _("at least")
    LESS_THAN = "less_than", _("less than")
    UP_TO = "up_to", _("up to")
    RANGE = "range", _("range")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its qualifier. Of a range, `value` is the lower end and `upper` the upper end.

    Sums, differences and ratios have the qualifier that follows from their parts: 100 less "more
    than 50" is "less than 50". They are None if no number follows. Rounding is ignored.
    """

    value: Decimal
    qualifier: str = Qualifier.EXACT
    upper: Decimal | None = None

    @property
    def bounds(self) -> tuple[Decimal | None, Decimal | None] | None:
        """The lowest and the highest value that the words allow.

        None for an end means that there is no limit; None for both, for "about", that the words
        set no limits at all. "More than" and "less than" exclude the end that they name; "at
        least", "up to" and both ends of a range include it.
        """
        match self.qualifier:
            case Qualifier.ABOUT:
                return None
            case Qualifier.MORE_THAN | Qualifier.AT_LEAST:
                return self.value, None
            case Qualifier.LESS_THAN | Qualifier.UP_TO:
                return None, self.value
            case Qualifier.RANGE:
                return self.value, self.upper
        return self.value, self.value

    @property
    def ends(self) -> tuple[End, End]:
        low, high = self.bounds
        return (
            None if low is None else (low, self.qualifier != Qualifier.MORE_THAN),
            None if high is None else (high, self.qualifier != Qualifier.LESS_THAN),
        )

    def __add__(self, other: "Quantity") -> "Quantity | None":
        if Qualifier.ABOUT in (self.qualifier, other.qualifier):
            return _about(self.value + other.value, self, other)
        (low, high), (other_low, other_high) = self.ends, other.ends
        return _within(_plus(low, other_low), _plus(high, other_high))

    def __neg__(self) -> "Quantity":
        if self.qualifier == Qualifier.ABOUT:
            return Quantity(-self.value, self.qualifier)
        low, high = self.ends
        return _within(_minus(high), _minus(low))

    def __sub__(self, other: "Quantity") -> "Quantity | None":
        return self + -other

    def __truediv__(self, other: "Quantity") -> "Quantity | None":
        """The ratio of two quantities that are never negative; None if the second may be zero."""
        about = Qualifier.ABOUT in (self.qualifier, other.qualifier)
        if about:
            return _about(self.value / other.value, self, other) if other.value > 0 else None
        (low, high), (other_low, other_high) = self.ends, other.ends
        if (
            other_low is not None
            and other_low[0] <= 0
            or other_high is not None
            and other_high[0] <= 0
        ):
            return None
        if high is not None and high[0] == 0:
            return Quantity(Decimal())
        # That a ratio is not negative goes without saying.
        return _within(_ratio(low, other_high), _ratio(high, other_low))

    def __mul__(self, factor: int) -> "Quantity":
        """This quantity times a positive number."""
        upper = None if self.upper is None else self.upper * factor
        return Quantity(self.value * factor, self.qualifier, upper)


def sum_of(quantities: Iterable[Quantity]) -> Quantity | None:
    """The sum of quantities; None if no number follows."""
    return reduce(
        lambda one, other: None if one is None else one + other, quantities, Quantity(Decimal())
    )


def share(part: Quantity | None, whole: Quantity | None) -> Quantity | None:
    """A part of a whole in per cent; None if no number follows."""
    ratio = part / whole if part and whole else None
    return ratio and ratio * 100


def change(later: Quantity, earlier: Quantity) -> Quantity | None:
    """The growth from an earlier quantity to a later one in per cent; None if no number follows."""
    ratio = later / earlier
    return ratio and (ratio - Quantity(Decimal(1))) * 100


def columns(name: str, number: Quantity | None, places: int | None = None) -> dict[str, str]:
    """The cells of a file for a quantity: its number, qualifier, and the upper end of a range;
    all empty for None. `places` is the number of decimal places, if they are rounded."""
    value, upper = (number.value, number.upper) if number else (None, None)
    return {
        name: _digits(value, places),
        f"{name}_qualifier": str(number.qualifier) if number else "",
        f"{name}_upper": _digits(upper, places),
    }


def _digits(value: Decimal | None, places: int | None) -> str:
    return "" if value is None else Numeral.of(value, places)


def _about(value: Decimal, *parts: Quantity) -> Quantity | None:
    """An approximate result of parts that are exact or approximate."""
    if all(part.qualifier in (Qualifier.EXACT, Qualifier.ABOUT) for part in parts):
        return Quantity(value, Qualifier.ABOUT)
    return None


def _within(low: End, high: End) -> Quantity | None:
    """The quantity between two ends."""
    if low is None and high is None:
        return None
    if high is None:
        value, included = low
        return Quantity(value, Qualifier.AT_LEAST if included else Qualifier.MORE_THAN)
    if low is None:
        value, included = high
        return Quantity(value, Qualifier.UP_TO if included else Qualifier.LESS_THAN)
    if low[0] == high[0]:
        return Quantity(low[0])
    return Quantity(low[0], Qualifier.RANGE, high[0])


def _plus(one: End, other: End) -> End:
    return one and other and (one[0] + other[0], one[1] and other[1])


def _minus(end: End) -> End:
    return end and (-end[0], end[1])


def _ratio(one: End, other: End) -> End:
    return one and other and (one[0] / other[0], one[1] and other[1])
