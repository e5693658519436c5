"""Dates counted from a certain day or month, `on`: weekdays and months that are named or not."""

from core.dates import DateError, Edtf


def edtf(text: str) -> Edtf | None:
    """The date of EDTF text; None if it does not exist."""
    try:
        return Edtf.parse(text)
    except DateError:
        return None


def weekday_beside(on: Edtf, weekday: int, which: str) -> Edtf:
    """The day of a weekday, from Monday, 0: the last one up to the day, or with "<" before it, with
    ">" after it, and with "=" in its week. Empty outside the years 1 to 9999."""
    today = on.earliest.weekday()
    back = (today - weekday) % 7
    days = {"<": -(back or 7), ">": 7 - back, "=": weekday - today}
    return on.plus(days=days.get(which, -back))


def month_beside(on: Edtf, months: int) -> Edtf | None:
    """The month that is this many months later."""
    year, month = divmod(on.earliest.year * 12 + on.earliest.month - 1 + months, 12)
    return edtf(f"{year:04}-{month + 1:02}")


def named_month(on: Edtf, month: int, which: str) -> Edtf | None:
    """The last such month ("<"), that of the same year ("="), or the next one (">")."""
    present = on.earliest.month
    step = {"<": -(month >= present), "=": 0, ">": int(month <= present)}[which]
    return edtf(f"{on.earliest.year + step:04}-{month:02}")
