"""What the cells of spreadsheets become as text, in every format of file."""

from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.row_types import FileError

DAMAGED = gettext_lazy(
    "The spreadsheet is damaged or cut off. Get it again, or save it as XLSX once more."
)


def sheet_named(sheet: str, names: list[str]) -> str:
    """A sheet of these: the first, unless one is named. Raises FileError if it does not exist."""
    if not names:
        raise FileError(_("The spreadsheet has no sheet with cells."))
    if sheet and sheet not in names:
        raise FileError(
            _("The spreadsheet has no sheet “%(sheet)s”. It has: %(names)s.")
            % {"sheet": sheet, "names": ", ".join(names)[:300]}
        )
    return sheet or names[0]


def number_text(text: str) -> str:
    """A number of a sheet with all its digits, and without an exponent or an empty fraction."""
    value = Decimal(text)
    if not value.is_finite() or abs(value.adjusted()) > 300:
        return text
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def at_precision(day: datetime | date, parts: str) -> str:
    """A date as EDTF, as precise as a format that shows these parts: some of y, m and d."""
    if isinstance(day, datetime) and (day.hour or day.minute or day.second):
        return day.replace(microsecond=0).isoformat()
    text = day.isoformat()[:10]
    if "y" in parts and "d" not in parts:
        return text[:7] if "m" in parts else text[:4]
    return text
