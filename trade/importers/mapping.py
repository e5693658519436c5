"""Any list of figures, described by a mapping instead of code."""

from django.utils.translation import gettext as _

from core.rows import FileError, Row, RowError
from relations.importers import ListMapping
from relations.models import Country, Organization
from relations.resolver import Resolver, Unresolved
from trade.importers.figures import FigureAdapter, number, period
from trade.models import Commodity, Figure


class FigureMapping(FigureAdapter, ListMapping):
    """A list of figures by a mapping, which declares its thousands separator if it has one."""

    kinds = {"figure": Figure}
    needed = {"figure": ("indicator", "from_country", "to_country", "period", "value", "unit")}
    extra = ()
    # What a mapping may give beyond that.
    further = ("reporter_country", "reporter_organization", "commodity", "period_until", "scale",
               "valuation", "basis", "status", "qualifier", "coverage", "attribution",
               "note")  # fmt: skip

    def _check(self) -> None:
        super()._check()
        taken = {*self.needed["figure"], *self.further}
        if unknown := sorted({*self.columns_of, *self.constants} - taken):
            raise FileError(_("A mapping of figures takes no %s.") % ", ".join(unknown))
        if "value" not in self.columns_of:
            raise FileError(_("The mapping names no column of values."))

    def begin(self, as_of):
        super().begin(as_of)
        self.resolver = Resolver()

    def map(self, row: Row) -> Figure:
        names = [name for name in (*self.columns_of, *self.constants) if name != "value"]
        values = {name: self.value(row, name) for name in names}
        one, other = values["from_country"], values["to_country"]
        if one == other:
            raise RowError(self.columns_of.get("to_country", ""), _("two countries are needed"))
        if not values["indicator"].directed and one.slug > other.slug:
            values |= {"from_country": other, "to_country": one}
        column = self.columns_of["value"]
        amount = number(
            row,
            column,
            scale=values.setdefault("scale", Figure.Scale.ONE),
            thousands=self.mapping.get("thousands", ""),
            decimal=self.mapping.get("decimal", "."),
        )
        identity = row[self.mapping["id"]] if self.mapping.get("id") else ""
        place = f"id {identity}"[:100] if identity else f"row {row.number}"
        return self.figure(row, column, place, amount, **values)

    def value(self, row: Row, name: str):
        column = self.columns_of.get(name, "")
        text = row[column] if column else str(self.constants.get(name, ""))
        text = self.mapping.get("values", {}).get(name, {}).get(text, text)
        match name:
            case "from_country" | "to_country":
                return self.party(column or name, text, Country)
            case "reporter_country":
                return self.party(column or name, text, Country) if text else None
            case "reporter_organization":
                return self.party(column or name, text, Organization) if text else None
            case "indicator":
                known, found = self.indicators, _("no indicator of this name is known")
                return self.choose(column or name, text, known, found)
            case "scale":
                scales = {str(scale.value): scale for scale in Figure.Scale}
                return self.choose(column or name, text or "0", scales, _("this is no scale"))
            case "commodity":
                return self.goods(column or name, text) if text else None
            case "period" if not text:
                raise RowError(column or name, _("a period is needed"))
            case "period" if column and name not in self.mapping.get("formats", {}):
                return period(row, column)
        if not text and name in self.further:
            return Figure._meta.get_field(name).get_default()
        return super().value(row, name)

    def party(self, column: str, text: str, kind: type) -> Country | Organization:
        """The country or organization of a name, or of a code."""
        try:
            found = self.resolver.by_code.get(text) or self.resolver.party(text)
        except Unresolved as error:
            raise RowError(column, str(error), text) from error
        if not isinstance(found, kind):
            raise RowError(column, _("this is something else in the base"), text)
        return found

    def goods(self, column: str, text: str) -> Commodity:
        """The class of goods of a code, in the classification that the mapping names."""
        key = tuple(self.mapping.get(name, "") for name in ("classification", "revision"))
        if (key, text) not in self.commodities:
            rows = Commodity.objects.filter(classification=key[0], revision=key[1], code=text)
            self.commodities[key, text] = rows.first()
        return self.choose(
            column, text, {text: self.commodities[key, text]}, _("this class of goods is not known")
        )

    @staticmethod
    def choose(column: str, text: str, known: dict, problem: str):
        """What a text stands for; a RowError where it stands for nothing."""
        if known.get(text) is None:
            raise RowError(column, problem, text)
        return known[text]
