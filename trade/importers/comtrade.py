"""UN Comtrade: the old bulk files, and the API's responses and files."""

import codecs
import re
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path

from django.utils.translation import gettext as _

from core.dates import Edtf
from core.file_kinds import CSV, kind_of, opened
from core.json_rows import looks_like_json, read_objects
from core.rows import LINE, FileError, Row, RowError, read_rows
from relations.models import Country
from relations.resolver import Unresolved
from trade.areas import RE_EXPORTS, RE_IMPORTS, Area
from trade.importers.comtrade_codes import ComtradeCodes, plain
from trade.importers.figures import FigureAdapter, number, period
from trade.models import Figure
from trade.models.figure import DIGITS, PLACES
from trade.nomenclatures import check_code
from trade.rules import EXPORTS, IMPORTS

REVISIONS = {
    "H0": ("HS", "1992"),
    "H1": ("HS", "1996"),
    "H2": ("HS", "2002"),
    "H3": ("HS", "2007"),
    "H4": ("HS", "2012"),
    "H5": ("HS", "2017"),
    "H6": ("HS", "2022"),
    "HS": ("HS", ""),
    "SS": ("SITC", ""),
    "S1": ("SITC", "1"),
    "S2": ("SITC", "2"),
    "S3": ("SITC", "3"),
    "S4": ("SITC", "4"),
}
TOTAL = "TOTAL"
# The encodings and delimiters of files that the website and comtradeapicall have saved.
ENCODINGS, DELIMITERS = ("utf-8", "cp1252", "latin-1"), ",;\t|"


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
        self.codes = ComtradeCodes()

    def rows(self, path: Path):
        delimiter, encoding = self.delimiter, ""
        if kind_of(path) == CSV:
            header, encoding = _header(path), _encoding(path)
            delimiter = max(DELIMITERS, key=header.count)
            self.choose_columns({self.named(cell.strip(' "')) for cell in header.split(delimiter)})
        return read_rows(path, self.columns, delimiter, self.named, encoding=encoding)

    def choose_columns(self, header: set[str]) -> None:
        """Prepare for a file with this header, if it may lack columns."""

    @staticmethod
    def named(key: str) -> str:
        """The name of a column here for its name in the header."""
        return key

    def side(self, row: Row, column: str, told: Edtf) -> tuple[Country | None, str]:
        """The country with this code in the period and an empty area, or None and the area.

        Raises RowError if the code is unknown, or if the row gives the letters of another country
        beside it.
        """
        letters = self.iso_of.get(column)
        find = self.codes.by_numbers if letters else self.codes.by_letters
        try:
            found = find(row[column], told)
        except Unresolved as error:
            raise error.in_row(column, row[column]) from error
        if isinstance(found, Area):
            return None, found.value
        if letters in row.cells:
            self.codes.check_letters(column, row[column], found, row[letters])
        return found, ""

    def goods(self, row: Row, classification: str, code: str, name: str):
        """The commodity; None for the total."""
        known = REVISIONS.get(row[classification])
        if not known:
            raise RowError(classification, _("this classification is unknown"), row[classification])
        if row[code] == TOTAL:
            return None
        check_code(code, known[0], row[code])
        return self.commodity(*known, row[code], row[name] if name in row.cells else "")

    def statement(
        self,
        row: Row,
        flow: str,
        reporter: str,
        partner: str,
        told: Edtf,
        goods,
        column: str,
        valuation: str,
    ) -> Figure:
        """The figure of a row in a period; `flow` to `partner` and `column` are column names."""
        indicator = self.indicators.get(self.flows.get(row[flow], ""))
        if not indicator:
            raise RowError(flow, _("this flow is unknown"), row[flow])
        own, other = self.side(row, reporter, told), self.side(row, partner, told)
        out = indicator.slug in (EXPORTS, RE_EXPORTS)
        (from_country, from_area), (to_country, to_area) = (own, other) if out else (other, own)
        code = goods.code if goods else TOTAL
        figure = self.figure(
            row,
            column,
            f"reporter {row[reporter]}, {indicator.slug}, partner {row[partner]}, {code}, {told}",
            self.number(row, column),
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
        if {own[0], other[0]} & self.codes.peculiar:
            self.check_codes(row, figure, (reporter, partner))
        return figure

    @staticmethod
    def number(row: Row, column: str) -> Decimal:
        """The value of a row in US dollars."""
        return number(row, column)

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
            period(row, "Period"),
            self.goods(row, "Classification", "Commodity Code", "Commodity"),
            "Trade Value (US$)",
            # The layout does not say; pages that compare figures name the usual valuation.
            Figure.Valuation.NOT_STATED,
        )


class ComtradeApi(ComtradeAdapter):
    """UN Comtrade, the API's JSON or CSV (v1), as its website, its package `comtradeapicall` or
    others save it: with headers in camelCase or snake_case, and without some columns."""

    name = "comtrade-api"
    # The columns that a file needs, each with another one that will do.
    NEEDED = {
        "period": "ref_year",
        "reporter_code": "reporter_iso",
        "flow_code": "flow_desc",
        "partner_code": "partner_iso",
        "classification_code": "classification_search_code",
        "cmd_code": "cmd_code",
        "primary_value": "primary_value",
    }
    columns = tuple(NEEDED)
    names = {name: name for name in NEEDED}
    iso_of = {"reporter_code": "reporter_iso", "partner_code": "partner_iso"}
    flows = {
        **{"M": IMPORTS, "X": EXPORTS, "RX": RE_EXPORTS, "RM": RE_IMPORTS},
        **{"Import": IMPORTS, "Export": EXPORTS, "Re-export": RE_EXPORTS, "Re-import": RE_IMPORTS},
    }
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
            self.choose_columns(set(self.NEEDED))
            return read_objects(path, self.columns, "data", self.named)
        return super().rows(path)

    def choose_columns(self, header: set[str]) -> None:
        self.names = {
            name: other if name not in header and other in header else name
            for name, other in self.NEEDED.items()
        }
        self.columns = tuple(self.names.values())

    @staticmethod
    def named(key: str) -> str:
        return in_snake_case(key)

    def map(self, row: Row) -> Figure:
        for column, whole in self.WHOLE.items():
            if column in row.cells and plain(row[column]) not in whole:
                raise RowError(
                    column, _("only rows for all procedures and routes are imported"), row[column]
                )
        names = self.names
        return self.statement(
            row,
            names["flow_code"],
            names["reporter_code"],
            names["partner_code"],
            self.period(row),
            self.goods(row, names["classification_code"], "cmd_code", "cmd_desc"),
            "primary_value",
            self.valuation(row),
        )

    def period(self, row: Row) -> Edtf:
        """The period of a row; without that column, its year, or its month in monthly data."""
        column = self.names["period"]
        cells = {column: plain(row[column])}
        if column == "ref_year" and row.cells.get("freq_code", "").strip() == "M":
            cells[column] += plain(row["ref_month"]).zfill(2) if "ref_month" in row.cells else ""
        return period(replace(row, cells=cells), column)

    @staticmethod
    def number(row: Row, column: str) -> Decimal:
        """The value of a row in US dollars. The API calculates with binary numbers, whose tails
        (123456.78900000001) are cut: what is stored has 4 decimal places and 15 digits."""
        value = _amount(row[column])
        if value is None or not value.is_finite():
            return number(row, column)
        places = max(0, min(PLACES, DIGITS - 1 - value.adjusted()))
        if -value.as_tuple().exponent > places:
            row = replace(row, cells={column: f"{round(value, places):f}"})
        return number(row, column)

    @staticmethod
    def valuation(row: Row) -> str:
        """FOB or CIF if the primary value equals only that column, or else not stated."""
        primary, fob, cif = (
            _amount(row[name]) if name in row.cells else None
            for name in ("primary_value", "fobvalue", "cifvalue")
        )
        if (fob == primary) == (cif == primary):
            return Figure.Valuation.NOT_STATED
        return Figure.Valuation.FOB if fob == primary else Figure.Valuation.CIF


def _amount(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


@lru_cache(maxsize=1024)
def in_snake_case(key: str) -> str:
    """The column for a key in camelCase: primary_value for primaryValue."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", key)
    # partner2Code becomes partner2code, and reporterISO becomes reporter_iso.
    return words.lower()


def _header(path: Path) -> str:
    with opened(path) as file:
        return file.readline(LINE).decode("utf-8-sig", errors="replace").strip()


def _encoding(path: Path) -> str:
    """The first of the encodings in which the entire file can be read; latin-1 reads any bytes."""
    return next(encoding for encoding in ENCODINGS if _is_in(path, encoding))


def _is_in(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with opened(path) as file:
            while chunk := file.read(1 << 20):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
