"""Decimal numbers as texts."""

from decimal import Decimal


class Numeral(str):
    """A decimal number with exactly its digits: text in CSV and JSON, a number in spreadsheets."""

    __slots__ = ()

    @classmethod
    def of(cls, value: Decimal, places: int | None = None) -> "Numeral":
        """All digits of a number without an exponent or trailing zeros, or rounded to a number of
        decimal places."""
        return cls(f"{value.normalize():f}" if places is None else f"{value:.{places}f}")
