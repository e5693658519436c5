"""Any list of figures, described by a mapping instead of code."""

import re
from contextlib import suppress
from decimal import Decimal

from django.utils.translation import gettext as _

from core.dates import Edtf
from core.rows import FileError, Row, RowError
from relations.models import Country, Organization
from relations.resolver import Resolver, Unresolved
from search.spelling import Spellings, suggestion
from sources.mappings.keys import MappingError, Problem
from sources.mappings.mapping import MappedList, Mapping
from trade.amounts import may_lack_scale, scale_of
from trade.areas import RE_EXPORTS, RE_IMPORTS, Area
from trade.importers.comtrade_codes import ComtradeCodes
from trade.importers.figures import (
    DECIMAL,
    REMEMBERED,
    SPACES,
    THOUSANDS,
    FigureAdapter,
    period,
    read_number,
)
from trade.importers.measures import Measures, ValueRow, relocated
from trade.importers.sides import area_named
from trade.list_fields import FIGURE, SIDES, STATED
from trade.models import Commodity, Figure
from trade.nomenclatures import name_of
from trade.rules import EXPORTS, IMPORTS
from trade.units import began_before_start, not_yet_used

# The system of codes of UN Comtrade, which has codes of areas, too.
COMTRADE = "comtrade"
# A number with a word after it, which may be a scale: 19.6 million.
_WITH_WORD = re.compile(r"(?P<number>.*[0-9])\s*(?P<word>[^\W\d_]+\.?)")
# The fields that name countries or areas.
COUNTRIES = (*SIDES, *STATED, "reporter_country")
# Flows, of which the reporter is the origin or the destination.
OUT, IN = (EXPORTS, RE_EXPORTS), (IMPORTS, RE_IMPORTS)
# Days on which names of countries are looked up that a mapping gives without a date.
DAYS = (None, *(Edtf.parse(year) for year in ("2020", "1985", "1950", "1910")))


class FigureMapping(MappedList, FigureAdapter):
    """A list of figures by a mapping, which declares its thousands separator if it has one.

    Each row has one value, or one in each of the columns of [measures]. The sides are
    `from_country` and `to_country`, or else `reporter` and `partner`: then the indicator, or
    `flow`, decides the direction.
    """

    def __init__(self, content: dict):
        self.measures = Measures(content, FIGURE.names)
        self.mapping = Mapping(self._with_measures(content), FIGURE)
        names = self.mapping.names
        self.name, self.source = self.mapping.name, self.mapping.source
        self.delimiter = self.mapping.delimiter
        own = set(self.measures.columns.values())
        columns = [column for column in self.mapping.columns if column not in own]
        columns += [measure.column for measure in self.measures.named]
        self.columns = tuple(dict.fromkeys(columns))
        self.by_reporter = "partner" in names
        self.indicator = "flow" if "flow" in names else "indicator"
        # The names whose values are those of fields of a figure.
        apart = {"indicator", "flow", "value", "upper", *COUNTRIES}
        self.plain = [name for name in names if name not in apart]
        self.decimal, self.thousands = self._signs(content)
        self.rounding = content.get("rounding")
        self.resolver, self.remembered = None, {}
        super().__init__()

    def _with_measures(self, content: dict) -> dict:
        """A mapping in which the fields that [measures] sets have columns: see ValueRow."""
        own = self.measures.columns
        if not own:
            return content
        constants = content.get("constants", {})
        return {name: table for name, table in content.items() if name != "measures"} | {
            "columns": {**content.get("columns", {}), **own},
            "constants": {name: text for name, text in constants.items() if name not in own},
        }

    def read(self, path):
        rows = super().read(path)
        return self.measures.expand(rows, self.mapping) if self.measures else rows

    @property
    def notes(self):
        return [*self.mapping.notes, *self.measures.notes]

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
        if self.resolver is None:
            self.resolver = Resolver(self.mapping.successors, list_name=self.name)
            self.comtrade = ComtradeCodes()
            self.check()

    def check(self) -> None:
        """Raise MappingError if the mapping gives values that no row can have, such as an unknown
        unit, or if a title of a column of [measures] is none."""
        found, content = [], self.mapping.content
        for name in self.mapping.constants:
            found.append((f"[constants] {name}", name, self.mapping.text(Row(0, 0, {}), name)))
        for name, table in self.mapping.cells.values.items():
            found += [(f"[values.{name}] “{text}”", name, value) for text, value in table.items()]
        for measure in self.measures.found:
            place = f"[measures] “{measure.column}”"
            found += [(f"{place} {name}", name, text) for name, text in measure.texts.items()]
        found = [(place, self._refusal(name, str(text))) for place, name, text in found if text]
        problems = [Problem(place, message) for place, message in found if message]
        if "commodity" in self.mapping.names:
            problems += self._problems_of_goods(content)
        if problems:
            raise MappingError(problems)

    def _refusal(self, name: str, text: str) -> str:
        """Why a field cannot have a value; empty if it can."""
        column = self.mapping.columns_of.get(name, "")
        cells = self.mapping.cells
        is_composed = name in cells.templates or len(cells.columns_of.get(name, ())) > 1
        if name in ("value", "upper", "commodity") or is_composed:
            return ""
        row = ValueRow(0, 0, {}, given={column: text} if column else {})
        try:
            if name not in COUNTRIES:
                self.value(row, name)
                return ""
            for day in DAYS:
                with suppress(RowError):
                    self.side(row, name, day)
                    return ""
            self.side(row, name, None)
        except RowError as error:
            return error.message
        return ""

    @staticmethod
    def _problems_of_goods(content: dict) -> list[Problem]:
        """The problem of a classification or revision of which no class of goods is known."""
        named = [str(content.get(name, "")) for name in ("classification", "revision")]
        known = Commodity.objects.order_by().values_list("classification", "revision").distinct()
        if tuple(named) in (known := sorted(known)):
            return []
        words = _("No goods of “%s” are known, so that no code in “commodity” has a meaning.")
        allowed = tuple(" ".join(filter(None, pair)) for pair in known)
        return [Problem("classification", words % " ".join(named).strip(), allowed)]

    def map(self, row: Row) -> Figure:
        try:
            return self._figure(row)
        except RowError as error:
            raise relocated(error, row) from error

    def _figure(self, row: Row) -> Figure:
        mapping = self.mapping
        values = {name: self.value(row, name) for name in self.plain}
        values["indicator"] = self.value(row, self.indicator)
        values |= self.sides(row, values["indicator"], values["period"])
        if values.get("reporter_organization") and (
            values.get("reporter_country") or values.get("reporter_area")
        ):
            words = _("the reporter is a country or an organization, not both")
            raise RowError(mapping.column("reporter_organization"), words)
        if values.get("period_until") == values["period"]:
            values["period_until"] = ""
        self.check_currency(row, values)
        values |= self.amounts(row, values)
        identity = mapping.identity(row)
        place = f"id {identity}" if identity else f"row {row.number}"
        if isinstance(row, ValueRow):
            place = f"{place[:60]}, {row.column}"
        figure = self.figure(row, mapping.columns_of["value"], place[:100], **values)
        self.check_lifetimes(figure, lambda name: mapping.column(self._naming(figure, name)))
        return figure

    def _naming(self, figure: Figure, name: str) -> str:
        """The field of the mapping that names a country of a figure."""
        if not self.by_reporter:
            return name
        return "reporter" if getattr(figure, name) == figure.reporter_country else "partner"

    def sides(self, row: Row, indicator, on: Edtf) -> dict:
        """The two sides of a row, and the country or area that states it, as fields of a figure."""
        mapping, found = self.mapping, {}
        if not self.by_reporter:
            one, other = (self.side(row, name, on) for name in SIDES)
            if one == other:
                column = mapping.columns_of.get("to_country", "")
                raise RowError(column, _("two countries are needed"))
            reporter = (None, "")
            if "reporter_country" in mapping.names and mapping.text(row, "reporter_country"):
                reporter = self.side(row, "reporter_country", on)
        else:
            reporter, partner = (self.side(row, name, on) for name in STATED)
            one, other = (partner, reporter) if indicator.slug in IN else (reporter, partner)
            if indicator.directed and indicator.slug not in (*OUT, *IN):
                words = _("this indicator does not say who is the origin; name the columns of "
                          "from_country and to_country")  # fmt: skip
                raise RowError(mapping.column(self.indicator), words, indicator.slug)
        if not indicator.directed and one[0] and other[0] and one[0].slug > other[0].slug:
            one, other = other, one
        for name, side in (("from", one), ("to", other), ("reporter", reporter)):
            found[f"{name}_country"], found[f"{name}_area"] = side
        return found

    def side(self, row: Row, name: str, on: Edtf | None) -> tuple[Country | None, str]:
        """The country that a field names in a period, and no area; or None and the area."""
        text = self.mapping.text(row, name)
        key = name, text, on
        if key not in self.remembered:
            found = self.coded(row, name, text, on) or area_named(text)
            found = found or self.party(row, name, text, Country, on)
            self._remember(key, (None, found) if isinstance(found, Area) else (found, ""))
        return self.remembered[key]

    def coded(self, row: Row, name: str, text: str, on: Edtf | None) -> Country | Area | None:
        """The country or area with a code, if the mapping says of which system the field has codes.
        The name of an area, such as World, may stand among them."""
        system = self.mapping.content.get("codes", {}).get(name, "")
        if not system:
            return None
        if system != COMTRADE and (area := area_named(text)):
            return area
        try:
            if system == COMTRADE:
                return self.comtrade.area_or_country(text, on)
            return self.resolver.coded(system, text, on)
        except Unresolved as error:
            raise error.in_row(self.mapping.column(name), text) from error

    def _remember(self, key: tuple, value: object) -> None:
        if len(self.remembered) >= REMEMBERED:
            self.remembered.clear()
        self.remembered[key] = value

    def amounts(self, row: Row, values: dict) -> dict:
        """The value of a row, its upper end if it has one, and their scale.

        Raises RowError if the scales of the cells and of the list differ, or if none is named for
        an amount that is more likely in thousands or millions.
        """
        column, text = self.mapping.column("value"), self.mapping.text(row, "value")
        named = "scale" in self.mapping.names and self.mapping.text(row, "scale")
        listed = values["scale"] if named else None
        found = {}
        found["value"], scale = self.number(column, text, listed)
        if "upper" in self.mapping.names and (end := self.mapping.text(row, "upper")):
            upper = self.mapping.column("upper")
            found["upper"], scale_of_upper = self.number(upper, end, listed)
            if scale_of_upper != scale:
                raise RowError(upper, _("the scale is not that of the value"), end)
        if scale is None and may_lack_scale(values["unit"], *found.values()):
            words = _(
                "no scale is given, but a sum of money with a fraction is usually in thousands "
                "or millions; give the scale (“units” if it is in neither)"
            )
            raise RowError(self.mapping.column("scale"), words, text)
        return {**found, "scale": Figure.Scale(scale or 0)}

    def number(self, column: str, text: str, listed: int | None) -> tuple[Decimal, int | None]:
        """The amount of a cell, and its scale: that of the cell, as in "19.6 million", or that of
        the list; None if neither names one. Raises RowError if the two differ."""
        digits, scale = text, listed
        match = _WITH_WORD.fullmatch(text)
        if match and (named := scale_of(match["word"])) is not None:
            digits, scale = match["number"], named
        try:
            if listed not in (None, scale):
                raise RowError(column, _("the list names another scale"))
            signs = {"thousands": self.thousands, "decimal": self.decimal}
            value = read_number(column, digits, scale=scale or 0, rounding=self.rounding, **signs)
            return value, scale
        except RowError as error:
            raise RowError(column, error.kind, text) from error

    def check_currency(self, row: Row, values: dict) -> None:
        """Raise RowError for a value from before its currency, unless the list restates values."""
        unit, told = values["unit"], values["period"]
        introduced, day = began_before_start(unit, told), not_yet_used(unit, told)
        if day and not self.mapping.content.get("restated"):
            words = _("this currency came into use later; declare restated = true")
            raise RowError(self.mapping.column("unit"), words, f"{unit}: {day}")
        if introduced and not self.mapping.content.get("restated"):
            words = _(
                "%(new)s replaced %(old)s on %(day)s; give the unit of each row, or declare "
                "restated = true"
            )
            given = {"new": introduced.new, "old": introduced.old, "day": introduced.day}
            raise RowError(self.mapping.column("unit"), words % given, str(values["period"]))

    def value(self, row: Row, name: str):
        """The value of a field that names no country, from its cell or else from the constant."""
        # A date is read in other ways if it is in several columns, one of two, or translated.
        cells, is_date = self.mapping.cells, name in self.mapping.readers
        if is_date and (
            name in cells.parts_of or name in cells.values or self.mapping.span_of(name)
        ):
            return self._value(row, name)
        key = name, self.mapping.text(row, name)
        if key not in self.remembered:
            self._remember(key, self._value(row, name))
        return self.remembered[key]

    def _value(self, row: Row, name: str):
        text, column = self.mapping.text(row, name), self.mapping.column(name)
        match name:
            case "reporter_organization":
                return self.party(row, name, text, Organization) if text else None
            case "indicator" | "flow":
                known, found = self.indicators, _("no indicator with this name is known")
                return self.choose(column, text, known, found)
            case "scale":
                scales = {str(scale.value): scale for scale in Figure.Scale}
                scales[text] = scales.get(text or "0", scale_of(text))
                return self.choose(column, text, scales, _("this is not a scale"))
            case "commodity" if not text:
                if row[column].strip() or self.mapping.cells.is_translated(row, name):
                    return None
                words = _("a code is needed; [values.commodity] may say that none means all goods")
                raise RowError(column, words)
            case "commodity":
                return self.goods(column, text)
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

    def party(self, row: Row, name: str, text: str, kind: type, on=None) -> Country | Organization:
        """The country with this code or name in a period, or the organization with this name.

        An acronym of an organization may be the code of a country (EC: Ecuador).
        """
        column = self.mapping.column(name)
        is_code = kind is Country and self.resolver.is_code(text)
        try:
            found = (self.resolver.code if is_code else self.resolver.party)(text, on)
        except Unresolved as error:
            raise error.in_row(column, text) from error
        if not isinstance(found, kind):
            raise RowError(column, _("this is the name of something else"), text)
        return found

    def goods(self, column: str, text: str) -> Commodity:
        """The commodity with this code, with or without points, in the classification that the
        mapping names; created if the nomenclature has it."""
        code = re.sub(r"[.\s]", "", text)
        key = tuple(self.mapping.content.get(name, "") for name in ("classification", "revision"))
        if (key, text) not in self.commodities:
            rows = Commodity.objects.filter(classification=key[0], revision=key[1], code=code)
            found = rows.first() or (name_of(*key, code) and self.commodity(*key, code, ""))
            self.commodities[key, text] = found or None
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
