"""Imported figures and their comparison with the database: a new value is a new vintage."""

import re
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from hashlib import blake2s

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.bulk import insert
from core.changes import rows_added, rows_changed
from core.dates import DateError, Edtf
from core.fields import check_span
from core.public_changes import log_changes
from core.rows import Row, RowError
from relations.models import State
from sources.importing import Adapter, Outcome, Writer
from sources.list_dates import date_error
from trade.models import Commodity, Figure, Indicator, check_digits
from trade.models.figure import LIMIT
from trade.nomenclatures import name_of

# How many values and combinations of a list are remembered.
REMEMBERED = 50_000
# The signs that a list may declare, and spaces of other widths, which are read as a space.
DECIMAL, THOUSANDS, SPACES = ".,", ",. '’", "\u00a0\u2009\u202f"


def number(row: Row, column: str, **signs) -> Decimal:
    """A cell as a number in whole units, as `read_number` reads it."""
    return read_number(column, row[column], **signs)


def read_number(
    column: str, cell: str, *, scale=0, thousands="", decimal=".", rounding: int | None = None
) -> Decimal:
    """The text of a cell as a number in whole units; `thousands` is the separator that the list
    declares. `rounding` rounds the number in the cell to so many decimal places, half up.

    Raises RowError unless each separator stands before three digits: with `thousands=","`, "19,6"
    is not 196.
    """
    text = re.sub(f"[{SPACES}]", " ", cell).replace("−", "-")
    if not text:
        raise RowError(column, _("a value is needed"))
    if not _number(thousands, decimal).fullmatch(text):
        raise RowError(column, _why_no_number(text, thousands, decimal), text[:60])
    digits = text.replace(thousands, "") if thousands else text
    value = Decimal(digits.replace(decimal, "."))
    try:
        if rounding is not None and abs(value) < LIMIT:
            value = rounded(value, rounding)
        value = value.scaleb(scale)
        check_digits(value)
    except ValidationError as error:
        raise RowError(column, error.messages[0].rstrip("."), text[:60]) from error
    return value


def rounded(value: Decimal, places: int) -> Decimal:
    """The number with at most so many decimal places. One that has no more stays as written."""
    if value.as_tuple().exponent >= -places:
        return value
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


@cache
def _number(thousands: str, decimal: str) -> re.Pattern:
    groups = rf"[1-9][0-9]{{0,2}}(?:{re.escape(thousands)}[0-9]{{3}})+|" if thousands else ""
    fraction = rf"(?:{re.escape(decimal)}[0-9]+)?(?:[eE][+-]?[0-9]{{1,3}})?"
    return re.compile(rf"[+-]?(?:{groups}[0-9]+){fraction}", re.ASCII)


def _why_no_number(text: str, thousands: str, decimal: str) -> str:
    """Why a cell is not a number with the separators that the list declares."""
    if not re.fullmatch(rf"[+-]?[0-9][0-9{THOUSANDS}]*", text, re.ASCII):
        return _("this is not a number")
    if not thousands and re.fullmatch(
        rf"[+-]?[0-9]{{1,3}}(?:[{THOUSANDS}][0-9]{{3}})+(?:[.,][0-9]+)?", text
    ):
        return _("thousands separators are not declared for this list")
    return _("this is not a number with “%(decimal)s” before decimals and %(thousands)s") % {
        "decimal": decimal,
        "thousands": _("“%s” between thousands") % thousands
        if thousands
        else _("nothing between thousands"),
    }


def period(row: Row, column: str) -> Edtf:
    """A cell as a period: yyyy, yyyymm, or any EDTF date that is not open."""
    text = row[column]
    if re.fullmatch(r"[0-9]{6}", text):
        text = f"{text[:4]}-{text[4:]}"
    try:
        found = Edtf.parse(text)
    except DateError as error:
        raise date_error(column, row[column], error) from error
    if not found or found.is_open:
        raise RowError(column, _("a period is needed"))
    return found


class FigureWriter(Writer):
    """Inserts new figures, in review.

    A figure is identified by series, period and source. A value that the source already stated,
    last before or first after the day of the file (`as_of`), changes nothing but the day on which
    it was last confirmed; in a file without a day, any value that the source has stated. Another
    value is a new vintage, dated `as_of`.
    """

    together = 5000

    def write(self, batch: list[tuple[Row, Figure]]) -> list[Outcome | RowError]:
        known = self._known([figure for _row, figure in batch])
        new, confirmed, outcomes = [], [], []
        for _row, figure in batch:
            days = known[identity(figure)]
            day = figure.edition
            same = repeated(days, figure)
            if same is not None:
                outcomes.append(Outcome.UNCHANGED)
                if same.pk and same.last_stated < day:
                    confirmed.append(same)
                    days[day] = same
            elif days and (not day or day in days):
                outcomes.append(another_value(figure, days[day] if day else None, days))
            else:
                outcomes.append(
                    Outcome.UPDATED
                    if days
                    else Outcome.EXCLUDED
                    if figure.excluded
                    else Outcome.CREATED
                )
                days[day] = figure
                new.append(figure)
        rows_added(*insert(new))
        # The last edition stays the last, so no disagreement changes.
        keys = {row.pk for row in confirmed}
        Figure.objects.filter(pk__in=keys).update(confirmed=self.as_of)
        # Nothing in the search index changes.
        log_changes({Figure: keys} if keys else {})
        return outcomes

    def _known(self, figures: list[Figure]) -> dict[tuple, dict[str, Figure]]:
        """What the source has stated of these numbers, by identity and day; a confirmed value
        has two days."""
        known = defaultdict(dict)
        rows = Figure.objects.filter(
            source=self.cited,
            series__in={figure.series for figure in figures},
            period__in={str(figure.period) for figure in figures},
        ).only("series", "period", "period_until", "edition", "confirmed", "value",
            "upper", "qualifier")  # fmt: skip
        for row in rows.iterator(chunk_size=2000):
            days = known[identity(row)]
            days[row.edition] = row
            if row.confirmed:
                days.setdefault(row.last_stated, row)
        return known

    @staticmethod
    def imported(source):
        return Figure.objects.filter(source__slug=source, state=State.IN_REVIEW)


class FigureAdapter(Adapter):
    """A list whose rows are figures. Subclasses map a row to a Figure that is not saved."""

    writer_class = FigureWriter

    def begin(self, as_of: date | None) -> None:
        super().begin(as_of)
        self.indicators = {row.slug: row for row in Indicator.objects.all()}
        self.commodities = {}
        # Countries that existed in a period, by their keys.
        self.existing = set()

    def commodity(self, classification: str, revision: str, code: str, name: str) -> Commodity:
        """The commodity; created if it does not exist."""
        key = (classification, revision, code)
        if key not in self.commodities:
            self.commodities[key], new = Commodity.objects.get_or_create(
                classification=classification,
                revision=revision,
                code=code,
                defaults={"name": name or name_of(classification, revision, code) or code},
            )
            if new:
                rows_changed(self.commodities[key])
        return self.commodities[key]

    def figure(self, row: Row, column: str, place: str, value: Decimal, **values) -> Figure:
        """The unsaved figure that a row states in a column, with this source and vintage."""
        figure = Figure(
            source=self.cited,
            locator=place[:100],
            as_stated=row[column][:300],
            value=value,
            vintage=self.as_of,
            state=State.IN_REVIEW,
            **values,
        )
        try:
            check_span(figure.period, figure.period_until)
            figure.check_amount()
        except ValidationError as error:
            raise RowError(column, error.messages[0].rstrip("."), row[column]) from error
        figure.derive()
        figure.slug = figure_slug(figure)
        return figure

    def check_lifetimes(self, figure: Figure, column_of: Callable[[str], str]) -> None:
        """Raise RowError for a country that did not exist in the period; `column_of` returns the
        column that names a field."""
        keys = (getattr(figure, f"{name}_id") for name in figure.COUNTRIES)
        named = (str(figure.period), str(figure.period_until), *keys)
        if named in self.existing:
            return
        try:
            figure.check_lifetimes()
            if len(self.existing) >= REMEMBERED:
                self.existing.clear()
            self.existing.add(named)
        except ValidationError as error:
            name, words = next(iter(error.message_dict.items()))
            problem = _("a country that did not exist then")
            raise RowError(column_of(name), problem, " ".join(words)) from error


def another_value(figure: Figure, same_day: Figure | None, days: dict[str, Figure]) -> RowError:
    """Why another value of a known number cannot be stored: the list contradicts itself, or its day
    is needed."""
    for other in [same_day] if same_day else days.values():
        if not other.pk:  # of this batch
            words = _("another row states another value of the same number")
            hint = f"{other.locator}: {other.as_stated}"
            return RowError("", words, figure.as_stated, hint)
    words = _("the value has changed; give the date of the file with --as-of")
    if same_day:
        words = _(
            "another value with the same date is recorded; give the date of the file with --as-of"
        )
    return RowError("", words, figure.as_stated)


def repeated(days: dict[str, Figure], figure: Figure) -> Figure | None:
    """The figure whose value this one repeats, out of those of its number by day; None if the
    value is new for its day."""
    day = figure.edition
    if day in days:
        near = [days[day]]
    elif day:
        before = max((other for other in days if other < day), default=None)
        after = min((other for other in days if other > day), default=None)
        near = [days[other] for other in (before, after) if other is not None]
    else:
        near = days.values()
    return next((row for row in near if row.quantity == figure.quantity), None)


def identity(figure: Figure) -> tuple[str, str, str]:
    """The key of a number within its source, the same for every revision."""
    return figure.series, str(figure.period), str(figure.period_until)


def figure_slug(figure: Figure) -> str:
    """The permanent slug: readable words, a digest of source and identity, then the edition."""
    told = "|".join((figure.source.slug, *identity(figure)))
    words = "-".join(
        filter(
            None,
            (
                figure.indicator.slug,
                figure.from_country.slug if figure.from_country_id else f"area-{figure.from_area}",
                figure.to_country.slug if figure.to_country_id else f"area-{figure.to_area}",
                figure.commodity.code.lower() if figure.commodity_id else "",
                str(figure.period.earliest.year if figure.period.earliest else ""),
            ),
        )
    )
    digest = blake2s(told.encode(), digest_size=6).hexdigest()
    return "-".join(filter(None, (words[:130].strip("-"), digest, figure.edition)))
