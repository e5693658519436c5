"""UN Comtrade: the old bulk files, and the API's responses and files."""

import re
from pathlib import Path

from django.utils.translation import gettext as _

from core.json_rows import looks_like_json, read_objects
from core.rows import FileError, Row, RowError, read_rows
from relations.models import Country
from trade.areas import RE_EXPORTS, RE_IMPORTS, Area
from trade.importers.figures import FigureAdapter, number, period
from trade.models import Figure
from trade.rules import EXPORTS, IMPORTS

# Codes that are not current ISO 3166-1 numeric codes, with the country that each certainly means:
# its code in ISO 3166-1 alpha-3 or 3166-3, or its slug. A state that lost or gained territory
# remains the same state (588 is Pakistan with East Pakistan, 841 the United States before 1981).
PECULIAR = {
    "80": "BQAQ",
    "200": "CSHH",
    "230": "ETH",
    "251": "FRA",
    "278": "DDDE",
    "280": "DEU",
    "381": "ITA",
    "412": "kosovo",
    "530": "ANHH",
    "532": "ANHH",
    "536": "NTHH",
    "579": "NOR",
    "582": "PCHH",
    "588": "PAK",
    "590": "PAN",
    "592": "PZPA",
    "698": "SKIN",
    "699": "IND",
    "720": "YDYE",
    "736": "SDN",
    "757": "CHE",
    "810": "SUHH",
    "841": "USA",
    "842": "USA",
    "849": "PUUM",
    "866": "VDVN",
    "868": "south-vietnam",
    "886": "north-yemen",
    "890": "YUCS",
    "891": "CSXX",
}
REVISIONS = {
    "H0": ("HS", "1992"),
    "H1": ("HS", "1996"),
    "H2": ("HS", "2002"),
    "H3": ("HS", "2007"),
    "H4": ("HS", "2012"),
    "H5": ("HS", "2017"),
    "H6": ("HS", "2022"),
    "HS": ("HS", ""),
    "S1": ("SITC", "1"),
    "S2": ("SITC", "2"),
    "S3": ("SITC", "3"),
    "S4": ("SITC", "4"),
}
CODES = {"HS": re.compile(r"\d\d|\d{4}|\d{6}|9999AA"), "SITC": re.compile(r"\d{1,5}")}
TOTAL = "TOTAL"


class ComtradeAdapter(FigureAdapter):
    """What both layouts share: codes of areas, flows and goods."""

    source = {
        "slug": "un-comtrade",
        "title": "UN Comtrade",
        "kind": "data_set",
        "publisher": "United Nations",
        "url": "https://comtradeplus.un.org",
        "language": "en",
        "rights": "unknown",
    }
    flows: dict[str, str]
    # The column with the ISO 3166-1 alpha-3 code beside each column of a code, if a file has it.
    iso_of: dict[str, str]

    def __init__(self):
        super().__init__()
        # The row and the codes that first stated a number of a country with codes of its own here,
        # by slug of the figure. They last for the whole file.
        self.stated = {}

    def begin(self, as_of):
        super().begin(as_of)
        missing = [slug for slug in self.flows.values() if slug not in self.indicators]
        if missing:
            raise FileError(
                _("The indicators %s are missing: run load_fixtures first.") % ", ".join(missing)
            )
        self.countries = {}
        for country in Country.objects.all():
            for code in (country.iso3, country.iso_former, country.slug):
                if code:
                    self.countries[code] = country
            if country.iso_numeric:
                self.countries[str(int(country.iso_numeric))] = country
        self.peculiar = {self.countries.get(name) for name in PECULIAR.values()} - {None}

    def side(self, row: Row, column: str) -> tuple[Country | None, str]:
        """The country with this code and an empty area, or None and the area.

        Comtrade's own codes come first, then the numbers of ISO 3166-1. Raises RowError if the
        code is unknown, or if the row gives the ISO code of another country beside it.
        """
        code = plain(row[column])
        if code in Area.values:
            return None, code
        country = self.countries.get(PECULIAR.get(code, code if code.isdecimal() else ""))
        if country is None:
            raise RowError(column, _("no country or area with this code is known"), row[column])
        iso = row.cells.get(self.iso_of[column], "").strip()
        if country.iso3 and self.countries.get(iso, country) != country:
            raise RowError(
                column,
                _("the code is not that of the country that the row names"),
                row[column],
                _("it is the code of %(country)s, and the row names %(iso)s")
                % {"country": country, "iso": iso},
            )
        return country, ""

    def goods(self, row: Row, classification: str, code: str, name: str):
        """The commodity; None for the total."""
        known = REVISIONS.get(row[classification])
        if not known:
            raise RowError(classification, _("this classification is unknown"), row[classification])
        if row[code] == TOTAL:
            return None
        if not CODES[known[0]].fullmatch(row[code]):
            raise RowError(code, _("this is not a commodity code"), row[code])
        return self.commodity(*known, row[code], row[name])

    def statement(
        self, row: Row, flow: str, reporter: str, partner: str, when: str, goods, column, valuation
    ) -> Figure:
        """The figure of a row; `flow` to `when` and `column` are column names."""
        indicator = self.indicators.get(self.flows.get(row[flow], ""))
        if not indicator:
            raise RowError(flow, _("this flow is unknown"), row[flow])
        own, other = self.side(row, reporter), self.side(row, partner)
        out = indicator.slug in (EXPORTS, RE_EXPORTS)
        (from_country, from_area), (to_country, to_area) = (own, other) if out else (other, own)
        told = period(row, when)
        code = goods.code if goods else TOTAL
        figure = self.figure(
            row,
            column,
            f"reporter {row[reporter]}, {indicator.slug}, partner {row[partner]}, {code}, {told}",
            number(row, column),
            indicator=indicator,
            from_country=from_country,
            from_area=from_area,
            to_country=to_country,
            to_area=to_area,
            reporter_country=own[0],
            reporter_area=own[1],
            commodity=goods,
            period=told,
            unit=Figure.Unit.USD,
            valuation=valuation,
        )
        one, another = (reporter, partner) if out else (partner, reporter)
        columns = {"from_country": one, "to_country": another, "reporter_country": reporter}
        self.check_lifetimes(figure, columns.get)
        if {own[0], other[0]} & self.peculiar:
            self.check_codes(row, figure, (reporter, partner))
        return figure

    def check_codes(self, row: Row, figure: Figure, columns: tuple[str, str]) -> None:
        """Raise RowError if another row states the number under another code of the country: its
        value is that of another territory, or would be counted twice."""
        codes = [plain(row[column]) for column in columns]
        number, before = self.stated.setdefault(figure.slug, (row.number, codes))
        for column, code, other in zip(columns, codes, before, strict=True):
            if code != other:
                problem = _("another row gives this number under another code of the same country")
                detail = _("%(code)s here, %(other)s in row %(row)d")
                given = {"code": code, "other": other, "row": number}
                raise RowError(column, problem, detail % given)


class ComtradeBulk(ComtradeAdapter):
    """UN Comtrade, the old bulk layout."""

    name = "comtrade-bulk"
    columns = ("Classification", "Period", "Trade Flow Code", "Reporter Code", "Partner Code",
               "Commodity Code", "Commodity", "Trade Value (US$)")  # fmt: skip
    iso_of = {"Reporter Code": "Reporter ISO", "Partner Code": "Partner ISO"}
    flows = {"1": IMPORTS, "2": EXPORTS, "3": RE_EXPORTS, "4": RE_IMPORTS}

    def map(self, row: Row) -> Figure:
        return self.statement(
            row,
            "Trade Flow Code",
            "Reporter Code",
            "Partner Code",
            "Period",
            self.goods(row, "Classification", "Commodity Code", "Commodity"),
            "Trade Value (US$)",
            # The layout does not say; pages that compare figures name the usual valuation.
            Figure.Valuation.NOT_STATED,
        )


class ComtradeApi(ComtradeAdapter):
    """UN Comtrade, the API's JSON or CSV (v1)."""

    name = "comtrade-api"
    columns = ("type_code", "period", "reporter_code", "flow_code", "partner_code", "partner2code",
               "classification_code", "cmd_code", "cmd_desc", "customs_code", "mos_code",
               "mot_code", "cifvalue", "fobvalue", "primary_value")  # fmt: skip
    iso_of = {"reporter_code": "reporter_iso", "partner_code": "partner_iso"}
    flows = {"M": IMPORTS, "X": EXPORTS, "RX": RE_EXPORTS, "RM": RE_IMPORTS}
    # The values of these columns in a total; other rows are parts of the same number.
    WHOLE = {
        "type_code": ("C", ""),
        "partner2code": ("0", ""),
        "customs_code": ("C00", ""),
        "mos_code": ("0", ""),
        "mot_code": ("0", ""),
    }

    def rows(self, path: Path):
        if looks_like_json(path):
            return read_objects(path, self.columns, "data", in_snake_case)
        return read_rows(path, self.columns, self.delimiter, in_snake_case)

    def map(self, row: Row) -> Figure:
        for column, whole in self.WHOLE.items():
            if row[column] not in whole:
                raise RowError(
                    column, _("only rows for all procedures and routes are imported"), row[column]
                )
        return self.statement(
            row,
            "flow_code",
            "reporter_code",
            "partner_code",
            "period",
            self.goods(row, "classification_code", "cmd_code", "cmd_desc"),
            "primary_value",
            self.valuation(row),
        )

    @staticmethod
    def valuation(row: Row) -> str:
        """FOB or CIF if the primary value equals only that column, or else not stated."""
        primary = row["primary_value"]
        fob, cif = primary == row["fobvalue"], primary == row["cifvalue"]
        if fob == cif:
            return Figure.Valuation.NOT_STATED
        return Figure.Valuation.FOB if fob else Figure.Valuation.CIF


def plain(code: str) -> str:
    """A code of a country or area without leading zeros."""
    return code.lstrip("0") or ("0" if code else "")


def in_snake_case(key: str) -> str:
    """The column for a key in camelCase: primary_value for primaryValue."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", key)
    # partner2Code becomes partner2code, and reporterISO becomes reporter_iso.
    return words.lower()
