"""Any list of figures, described by a mapping instead of code."""

import re
from dataclasses import replace
from decimal import Decimal

from django.utils.translation import gettext as _

from core.rows import FileError, Row, RowError
from relations.models import Country, Organization
from relations.resolver import Resolver, Unresolved
from search.spelling import Spellings, suggestion
from sources.mappings import MappedList, Mapping
from trade.amounts import may_lack_scale, scale_of
from trade.importers.figures import DECIMAL, SPACES, THOUSANDS, FigureAdapter, number, period
from trade.list_fields import KINDS
from trade.models import Commodity, Figure
from trade.units import began_before_start

# A number with a word after it, which may be a scale: 19.6 million.
_WITH_WORD = re.compile(r"(?P<number>.*[0-9])\s*(?P<word>[^\W\d_]+\.?)")


class FigureMapping(MappedList, FigureAdapter):
    """A list of figures by a mapping, which declares its thousands separator if it has one."""

    def __init__(self, content: dict):
        self.mapping = Mapping(content, KINDS)
        self.name, self.source = self.mapping.name, self.mapping.source
        self.columns, self.delimiter = self.mapping.columns, self.mapping.delimiter
        self.decimal, self.thousands = self._signs(content)
        super().__init__()

    @staticmethod
    def _signs(content: dict) -> tuple[str, str]:
        """The decimal sign and the thousands separator that the list declares."""
        decimal, thousands = content.get("decimal", "."), content.get("thousands", "")
        thousands = " " if thousands in [*SPACES] else thousands
        if decimal not in [*DECIMAL]:
            raise FileError(_("“decimal” must be “.” or “,”."))
        if thousands not in ["", *THOUSANDS]:
            raise FileError(_("“thousands” must be a comma, a point, a space or an apostrophe."))
        if thousands == decimal:
            raise FileError(_("“decimal” and “thousands” must be different signs."))
        return decimal, thousands

    def begin(self, as_of):
        super().begin(as_of)
        self.resolver = Resolver(self.mapping.successors)

    def map(self, row: Row) -> Figure:
        mapping = self.mapping
        numbers = ("value", "upper")
        values = {name: self.value(row, name) for name in mapping.names if name not in numbers}
        one, other = values["from_country"], values["to_country"]
        if one == other:
            column = mapping.columns_of.get("to_country", "")
            raise RowError(column, _("two countries are needed"))
        if not values["indicator"].directed and one.slug > other.slug:
            values |= {"from_country": other, "to_country": one}
        if values.get("period_until") == values["period"]:
            values["period_until"] = ""
        self.check_currency(row, values)
        values |= self.amounts(row, values)
        identity = mapping.identity(row)
        place = f"id {identity}"[:100] if identity else f"row {row.number}"
        figure = self.figure(row, mapping.columns_of["value"], place, **values)
        self.check_lifetimes(figure, mapping.column)
        return figure

    def amounts(self, row: Row, values: dict) -> dict:
        """The value of a row, its upper end if it has one, and their scale.

        Raises RowError if the scales of the cells and of the list differ, or if none is named for
        an amount that is more likely in thousands or millions.
        """
        column, upper = (self.mapping.columns_of.get(name) for name in ("value", "upper"))
        named = "scale" in self.mapping.names and self.mapping.text(row, "scale")
        listed = values["scale"] if named else None
        found = {}
        found["value"], scale = self.number(row, column, listed)
        if upper and row[upper]:
            found["upper"], scale_of_upper = self.number(row, upper, listed)
            if scale_of_upper != scale:
                raise RowError(upper, _("the scale is not that of the value"), row[upper])
        if scale is None and may_lack_scale(values["unit"], *found.values()):
            words = _(
                "no scale is given, but a sum of money with a fraction is usually in thousands "
                "or millions; give the scale (“units” if it is in neither)"
            )
            raise RowError(self.mapping.column("scale"), words, row[column])
        return {**found, "scale": Figure.Scale(scale or 0)}

    def number(self, row: Row, column: str, listed: int | None) -> tuple[Decimal, int | None]:
        """The amount of a cell, and its scale: that of the cell, as in "19.6 million", or that of
        the list; None if neither names one. Raises RowError if the two differ."""
        text, scale = row[column], listed
        match = _WITH_WORD.fullmatch(text)
        if match and (named := scale_of(match["word"])) is not None:
            row, scale = replace(row, cells=row.cells | {column: match["number"]}), named
        try:
            if listed not in (None, scale):
                raise RowError(column, _("the list names another scale"))
            signs = {"thousands": self.thousands, "decimal": self.decimal}
            return number(row, column, scale=scale or 0, **signs), scale
        except RowError as error:
            raise RowError(column, error.kind, text) from error

    def check_currency(self, row: Row, values: dict) -> None:
        """Raise RowError for a value from before its currency, unless the list restates values."""
        introduced = began_before_start(values["unit"], values["period"])
        if introduced and not self.mapping.content.get("restated"):
            words = _(
                "%(new)s replaced %(old)s on %(day)s; give the unit of each row, or declare "
                "restated = true"
            )
            given = {"new": introduced.new, "old": introduced.old, "day": introduced.day}
            raise RowError(self.mapping.column("unit"), words % given, str(values["period"]))

    def value(self, row: Row, name: str):
        """The value of a field, from its cell or else from the mapping's constant."""
        text, column = self.mapping.text(row, name), self.mapping.column(name)
        match name:
            case "from_country" | "to_country":
                return self.party(column, text, Country, self.value(row, "period"))
            case "reporter_country":
                on = self.value(row, "period")
                return self.party(column, text, Country, on) if text else None
            case "reporter_organization":
                return self.party(column, text, Organization) if text else None
            case "indicator":
                known, found = self.indicators, _("no indicator with this name is known")
                return self.choose(column, text, known, found)
            case "scale":
                scales = {str(scale.value): scale for scale in Figure.Scale}
                scales[text] = scales.get(text or "0", scale_of(text))
                return self.choose(column, text, scales, _("this is not a scale"))
            case "commodity":
                return self.goods(column, text) if text else None
            case "period" if not text:
                raise RowError(column, _("a period is needed"))
            case "period" | "period_until" if self._is_year_and_month(name, text):
                return self.mapping.rounded(name, period(row, column))
        if not text and not self.mapping.list_kind.field(name).required:
            return Figure._meta.get_field(name).get_default()
        return self.mapping.value(row, name)

    def _is_year_and_month(self, name: str, text: str) -> bool:
        """Whether a cell is yyyymm, in a column without a format of its own."""
        is_plain = name in self.mapping.columns_of and name not in self.mapping.formats
        return is_plain and bool(re.fullmatch("[0-9]{6}", text))

    def party(self, column: str, text: str, kind: type, on=None) -> Country | Organization:
        """The country with this code or name in a period, or the organization with this name.

        An acronym of an organization may be the code of a country (EC: Ecuador).
        """
        is_code = kind is Country and self.resolver.is_code(text)
        try:
            found = (self.resolver.code if is_code else self.resolver.party)(text, on)
        except Unresolved as error:
            raise error.in_row(column, text) from error
        if not isinstance(found, kind):
            raise RowError(column, _("this is the name of something else"), text)
        return found

    def goods(self, column: str, text: str) -> Commodity:
        """The commodity with this code, in the classification that the mapping names."""
        key = tuple(self.mapping.content.get(name, "") for name in ("classification", "revision"))
        if (key, text) not in self.commodities:
            rows = Commodity.objects.filter(classification=key[0], revision=key[1], code=text)
            self.commodities[key, text] = rows.first()
        return self.choose(
            column, text, {text: self.commodities[key, text]}, _("this class of goods is unknown")
        )

    @staticmethod
    def choose(column: str, text: str, known: dict, problem: str):
        """The known value for a text. Raises RowError if there is none."""
        if known.get(text) is None:
            near = Spellings((name, name) for name in known if known[name] is not None).near(text)
            raise RowError(column, problem, text, suggestion(near))
        return known[text]
