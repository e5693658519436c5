"""Any list of figures, described by a mapping instead of code."""

from django.utils.translation import gettext as _

from core.rows import FileError, Row, RowError
from relations.models import Country, Organization
from relations.resolver import Resolver, Unresolved
from sources.mappings import MappedList, Mapping
from trade.importers.figures import FigureAdapter, number, period
from trade.models import Commodity, Figure


class FigureMapping(MappedList, FigureAdapter):
    """A list of figures by a mapping, which declares its thousands separator if it has one."""

    needed = ("indicator", "from_country", "to_country", "period", "value", "unit")
    # The optional fields.
    further = ("reporter_country", "reporter_organization", "commodity", "period_until", "scale",
               "valuation", "basis", "status", "qualifier", "coverage", "attribution",
               "note")  # fmt: skip

    def __init__(self, content: dict):
        self.mapping = Mapping(content, {"figure": Figure}, {"figure": self.needed})
        self.name, self.source = self.mapping.name, self.mapping.source
        self.columns, self.delimiter = self.mapping.columns, self.mapping.delimiter
        if unknown := sorted(set(self.mapping.names) - {*self.needed, *self.further}):
            raise FileError(_("A mapping of figures cannot set: %s.") % ", ".join(unknown))
        if "value" not in self.mapping.columns_of:
            raise FileError(_("The mapping names no column for the value."))
        super().__init__()

    def begin(self, as_of):
        super().begin(as_of)
        self.resolver = Resolver()

    def map(self, row: Row) -> Figure:
        mapping = self.mapping
        values = {name: self.value(row, name) for name in mapping.names if name != "value"}
        one, other = values["from_country"], values["to_country"]
        if one == other:
            column = mapping.columns_of.get("to_country", "")
            raise RowError(column, _("two countries are needed"))
        if not values["indicator"].directed and one.slug > other.slug:
            values |= {"from_country": other, "to_country": one}
        column = mapping.columns_of["value"]
        amount = number(
            row,
            column,
            scale=values.setdefault("scale", Figure.Scale.ONE),
            thousands=mapping.content.get("thousands", ""),
            decimal=mapping.content.get("decimal", "."),
        )
        identity = mapping.identity(row)
        place = f"id {identity}"[:100] if identity else f"row {row.number}"
        return self.figure(row, column, place, amount, **values)

    def value(self, row: Row, name: str):
        """The value of a field, from its cell or else from the mapping's constant."""
        text, column = self.mapping.text(row, name), self.mapping.column(name)
        match name:
            case "from_country" | "to_country":
                return self.party(column, text, Country)
            case "reporter_country":
                return self.party(column, text, Country) if text else None
            case "reporter_organization":
                return self.party(column, text, Organization) if text else None
            case "indicator":
                known, found = self.indicators, _("no indicator with this name is known")
                return self.choose(column, text, known, found)
            case "scale":
                scales = {str(scale.value): scale for scale in Figure.Scale}
                return self.choose(column, text or "0", scales, _("this is not a scale"))
            case "commodity":
                return self.goods(column, text) if text else None
            case "period" if not text:
                raise RowError(column, _("a period is needed"))
            case "period" if self._is_plain(name):
                return self.mapping.rounded(name, period(row, column))
        if not text and name in self.further:
            return Figure._meta.get_field(name).get_default()
        return self.mapping.value(row, name)

    def _is_plain(self, name: str) -> bool:
        """Whether it has a column, without a format of its own."""
        return name in self.mapping.columns_of and name not in self.mapping.formats

    def party(self, column: str, text: str, kind: type) -> Country | Organization:
        """The country or organization with this code or name."""
        try:
            found = self.resolver.by_code.get(text) or self.resolver.party(text)
        except Unresolved as error:
            raise RowError(column, str(error), text) from error
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
            column, text, {text: self.commodities[key, text]}, _("this class of goods is not known")
        )

    @staticmethod
    def choose(column: str, text: str, known: dict, problem: str):
        """The known value for a text. Raises RowError if there is none."""
        if known.get(text) is None:
            raise RowError(column, problem, text)
        return known[text]
