"""What is recognized in a text: spans of characters with what they mean."""

from dataclasses import dataclass
from enum import StrEnum

from core.dates import Edtf
from trade.amounts import Amount


class Measure(StrEnum):
    """What the number of a sum is: an amount in a unit, a percentage, or how many times as much."""

    AMOUNT = "amount"
    PERCENT = "percent"
    TIMES = "times"


@dataclass(frozen=True, slots=True)
class Span:
    """Characters of a text, from `start` up to `end`."""

    start: int
    end: int

    def is_inside(self, other: "Span") -> bool:
        return other.start <= self.start and self.end <= other.end


@dataclass(frozen=True, slots=True)
class DateSpan(Span):
    """A date, or a period with its end. `inferred` says, in words, how a part that the text leaves
    out was found; it is empty if the text gives the whole date."""

    date: Edtf
    until: Edtf | None = None
    inferred: str = ""


@dataclass(frozen=True, slots=True)
class AmountSpan(Span):
    """A sum with its unit, scale and qualifier. Of a percentage or factor, `amount.value` is the
    plain number: 12.5 for 12.5 %, 2.5 for "2.5 times"."""

    amount: Amount
    measure: Measure = Measure.AMOUNT
