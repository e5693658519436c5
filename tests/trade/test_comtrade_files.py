"""Files of UN Comtrade's API as its website, its package and others save them."""

import json
from decimal import Decimal

import pytest

from core.dates import Edtf
from core.rows import FileError
from desk.adapters import adapter_named
from relations.models import Country
from relations.resolver import Unresolved
from sources.importing import run
from trade.areas import AREA_LETTERS, Area
from trade.importers.comtrade import in_snake_case
from trade.importers.comtrade_codes import PECULIAR, ComtradeCodes, plain
from trade.models import Figure

pytestmark = pytest.mark.django_db

# A row as the website saves it: all columns of the API, and a comma after the last one.
ROW = {
    "typeCode": "C", "freqCode": "A", "refPeriodId": "20220101", "refYear": "2022",
    "refMonth": "52", "period": "2022", "reporterCode": "398", "reporterISO": "KAZ",
    "reporterDesc": "Kazakhstan", "flowCode": "X", "flowDesc": "Export", "partnerCode": "31",
    "partnerISO": "AZE", "partnerDesc": "Azerbaijan", "partner2Code": "0", "partner2ISO": "W00",
    "partner2Desc": "World", "classificationCode": "H6", "classificationSearchCode": "HS",
    "isOriginalClassification": "true", "cmdCode": "2710", "cmdDesc": "Petroleum oils",
    "aggrLevel": "4", "isLeaf": "false", "customsCode": "C00", "customsDesc": "TOTAL CPC",
    "mosCode": "0", "motCode": "0", "motDesc": "TOTAL MOT", "qtyUnitCode": "8",
    "qtyUnitAbbr": "kg", "qty": "5123.5", "isQtyEstimated": "false", "netWgt": "5123.5",
    "grossWgt": "0", "cifvalue": "", "fobvalue": "123456.789", "primaryValue": "123456.789",
    "legacyEstimationFlag": "0", "isReported": "true", "isAggregate": "true",
}  # fmt: skip
NEEDED = ("period", "reporterCode", "flowCode", "partnerCode", "classificationCode", "cmdCode",
          "primaryValue")  # fmt: skip


@pytest.fixture
def imported(tmp_path, base):
    """Import a text, or bytes, as a file of the API and return the report."""

    def importing(content, **options):
        path = tmp_path / "list"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        report = run(adapter_named("comtrade-api"), path, **options)
        assert report.read == sum(report.outcomes.values())
        return report

    return importing


def text(*rows, delimiter=",", end="") -> str:
    """Rows as CSV with the columns of the first."""
    lines = [delimiter.join(rows[0]), *(delimiter.join(row.values()) + end for row in rows)]
    return "\n".join(lines) + "\n"


def figures():
    return Figure.objects.filter(source__slug="un-comtrade", state="in_review")


def one() -> Figure:
    return figures().select_related("commodity").get()


class TestShapes:
    @pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
    def test_every_delimiter_of_a_camel_case_file_is_found(self, imported, delimiter):
        report = imported(text(ROW, delimiter=delimiter))
        assert (report.read, report.counts["created"]) == (1, 1), report.messages
        figure = one()
        assert (figure.from_country.slug, figure.to_country.slug) == ("kazakhstan", "azerbaijan")
        assert (figure.value, figure.valuation) == (Decimal("123456.789"), "fob")
        assert (figure.indicator.slug, str(figure.period)) == ("exports", "2022")
        assert figure.commodity.natural_key() == ("HS", "2022", "2710")

    def test_the_comma_that_the_website_adds_to_each_row_is_ignored(self, imported):
        assert (
            imported(text(ROW, ROW | {"partnerCode": "643", "partnerISO": "RUS"}, end=",")).counts[
                "created"
            ]
            == 2
        )

    def test_only_the_columns_of_the_number_itself_are_needed(self, imported):
        report = imported(text({name: ROW[name] for name in NEEDED}))
        assert report.counts["created"] == 1, report.messages
        figure = one()
        assert (figure.value, figure.valuation) == (Decimal("123456.789"), "not_stated")

    @pytest.mark.parametrize("name", NEEDED)
    def test_a_file_without_a_needed_column_is_refused(self, imported, name):
        column = in_snake_case(name)
        with pytest.raises(FileError, match=f"The header lacks {column};"):
            imported(text({key: ROW[key] for key in NEEDED if key != name}))

    @pytest.mark.parametrize(
        ("column", "other", "period"),
        [
            ("period", {"refYear": "2022"}, "2022"),
            ("period", {"refYear": "2022", "freqCode": "M", "refMonth": "3"}, "2022-03"),
            ("period", {"refYear": "2022", "freqCode": "A", "refMonth": "52"}, "2022"),
            ("reporterCode", {"reporterISO": "KAZ"}, "2022"),
            ("partnerCode", {"partnerISO": "AZE"}, "2022"),
            ("flowCode", {"flowDesc": "Export"}, "2022"),
            ("classificationCode", {"classificationSearchCode": "H6"}, "2022"),
        ],
    )
    def test_another_column_will_do(self, imported, column, other, period):
        row = {name: ROW[name] for name in NEEDED if name != column} | other
        assert imported(text(row)).counts["created"] == 1
        figure = one()
        assert (figure.from_country.slug, figure.to_country.slug) == ("kazakhstan", "azerbaijan")
        assert (figure.indicator.slug, str(figure.period)) == ("exports", period)

    def test_a_data_frame_saved_with_its_index_is_read(self, imported):
        header, line = text(ROW).splitlines()
        assert imported(f",{header}\n0,{line}\n").counts["created"] == 1

    def test_codes_that_became_floats_are_read(self, imported):
        row = ROW | {"reporterCode": "398.0", "partnerCode": "31.0", "partner2Code": "0.0",
                     "motCode": "0.0", "mosCode": "0.0"}  # fmt: skip
        assert imported(text(row)).counts["created"] == 1

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "latin-1"])
    def test_the_encoding_is_found(self, imported, encoding):
        rows = (ROW | {"cmdDesc": "Tôle"}, ROW | {"cmdDesc": "Tôle", "partnerCode": "643"})
        rows = [row | {"partnerISO": "", "partnerDesc": "Türkiye"} for row in rows]
        assert imported(text(*rows).encode(encoding)).counts["created"] == 2

    def test_the_name_of_a_new_class_keeps_its_accents(self, imported):
        row = ROW | {"classificationCode": "S4", "cmdCode": "67", "cmdDesc": "Tôle étamée"}
        imported(text(row).encode("cp1252"))
        assert str(one().commodity) == "SITC 67 Tôle étamée"

    @pytest.mark.parametrize("wrapped", [False, True])
    def test_a_list_of_records_is_read_as_a_response_is(self, imported, wrapped):
        rows = [ROW | {"reporterCode": 398, "partnerCode": code, "partnerISO": None,
                       "primaryValue": code + 0.5} for code in (31, 643)]  # fmt: skip
        report = imported(json.dumps({"data": rows} if wrapped else rows, indent=wrapped or None))
        assert (report.read, report.counts["created"]) == (2, 2)
        assert [row.value for row in figures().order_by("value")] == [
            Decimal("31.5"),
            Decimal("643.5"),
        ]

    def test_a_list_that_is_cut_off_keeps_its_complete_records(self, imported):
        whole = json.dumps([ROW, ROW | {"partnerCode": "643", "partnerISO": "RUS"}])
        report = imported(whole[:-30])
        assert (report.counts["created"], report.counts["rejected"]) == (1, 1)
        assert report.messages[0]["message"] == (
            "this object is incomplete; the file may be cut off here"
        )

    def test_an_empty_list_has_no_rows(self, imported):
        assert imported("[]").read == 0

    def test_records_may_lack_columns_that_are_not_needed(self, imported):
        report = imported(json.dumps([{name: ROW[name] for name in NEEDED}]))
        assert report.counts["created"] == 1


class TestNumbers:
    @pytest.mark.parametrize(
        ("cell", "value"),
        [
            ("123456.789", "123456.789"),
            ("123456.78900000001", "123456.789"),
            ("0.1", "0.1"),
            ("66.0639999999999", "66.064"),
            ("6804128143.0", "6804128143"),
            ("1234567890123.4567", "1234567890123.46"),
            ("1.5e6", "1500000"),
            ("0", "0"),
        ],
    )
    def test_binary_tails_are_cut_and_the_text_is_kept(self, imported, cell, value):
        report = imported(text(ROW | {"primaryValue": cell}))
        assert report.counts["created"] == 1, report.messages
        assert (one().value, one().as_stated) == (Decimal(value), cell)

    def test_more_digits_before_the_point_than_can_be_stored_are_rejected(self, imported):
        report = imported(text(ROW | {"primaryValue": "1234567890123456"}))
        assert report.messages[0]["message"] == (
            "At most 15 significant digits can be stored exactly: “1234567890123456”"
        )

    @pytest.mark.parametrize("cell", ["", "NaN", "n/a", "Infinity"])
    def test_a_cell_without_a_number_is_rejected(self, imported, cell):
        report = imported(text(ROW | {"primaryValue": cell}))
        assert (report.counts["rejected"], report.messages[0]["column"]) == (1, "primary_value")

    @pytest.mark.parametrize(
        ("values", "valuation"),
        [
            ({"fobvalue": "5.0", "primaryValue": "5"}, "fob"),
            ({"fobvalue": "0", "cifvalue": "5", "primaryValue": "5.000"}, "cif"),
            ({"fobvalue": "5", "cifvalue": "5", "primaryValue": "5"}, "not_stated"),
            ({"fobvalue": "", "cifvalue": "", "primaryValue": "5"}, "not_stated"),
        ],
    )
    def test_the_valuation_compares_numbers_and_not_texts(self, imported, values, valuation):
        imported(text(ROW | values))
        assert one().valuation == valuation


class TestCodes:
    def test_every_unknown_code_has_one_reason(self, imported):
        codes = ("777", "778", "ABC", "")
        report = imported(text(*(ROW | {"partnerCode": code} for code in codes)))
        assert report.as_dict()["rejected by reason"] == {
            "partner_code: no country or area with this code is known": 4
        }

    @pytest.mark.parametrize("letters", ["ROM", "ROU", "", "XYZ"])
    def test_letters_that_are_no_longer_used_are_those_of_the_country(self, imported, letters):
        row = ROW | {"partnerCode": "642", "partnerISO": letters}
        assert imported(text(row)).counts["created"] == 1

    @pytest.mark.parametrize(
        ("code", "letters"), [("642", "ZAR"), ("31", "BUR"), ("643", "SUN"), ("398", "ROM")]
    )
    def test_former_letters_of_another_country_are_rejected(self, imported, code, letters):
        report = imported(text(ROW | {"partnerCode": code, "partnerISO": letters}))
        assert report.as_dict()["rejected by reason"] == {
            "partner_code: the code is not that of the country that the row names": 1
        }

    @pytest.mark.parametrize(
        ("code", "year", "slug"),
        [
            ("412", "2010", "kosovo"),
            ("536", "1985", "neutral-zone"),
            ("841", "1975", "united-states"),
            ("849", "1975", "us-miscellaneous-pacific-islands"),
            ("396", "1975", "johnston-island"),
            ("488", "1975", "midway-islands"),
            ("872", "1975", "wake-island"),
            ("594", "1975", "panama-canal-zone"),
            ("031", "2020", "azerbaijan"),
            ("31.0", "2020", "azerbaijan"),
            ("AZE", "2020", "azerbaijan"),
            ("ROM", "2020", "romania"),
            ("ZAR", "1980", "democratic-republic-of-the-congo"),
            ("BUR", "1980", "myanmar"),
            ("TMP", "2001", "timor-leste"),
            ("ANT", "2005", "netherlands-antilles"),
            ("SUN", "1980", "soviet-union"),
            ("YUG", "1980", "yugoslavia"),
            ("YUG", "1995", "serbia-and-montenegro"),
            ("SCG", "2004", "serbia-and-montenegro"),
        ],
    )
    def test_the_date_decides_what_a_code_means(self, base, code, year, slug):
        assert ComtradeCodes().area_or_country(code, Edtf.parse(year)).slug == slug

    @pytest.mark.parametrize(
        ("year", "slug"), [("1970", "new-hebrides"), ("1980", "vanuatu"), ("2000", "vanuatu")]
    )
    def test_a_state_has_the_number_of_the_territory_before_it(self, base, year, slug):
        assert ComtradeCodes().area_or_country("548", Edtf.parse(year)).slug == "vanuatu"
        Country.objects.filter(slug="vanuatu").update(
            date="1980-07-30", date_earliest="1980-07-30", date_latest="1980-07-30"
        )
        assert ComtradeCodes().area_or_country("548", Edtf.parse(year)).slug == slug

    @pytest.mark.parametrize("code", ["YUG", "ZZZ", "999", "aze", "", "A79"])
    def test_a_code_that_is_not_certain_is_unresolved(self, base, code):
        with pytest.raises(Unresolved, match="no country or area with this code is known"):
            ComtradeCodes().area_or_country(code)

    @pytest.mark.parametrize(
        ("code", "area"), [("0", Area.WORLD), ("221", Area.EASTERN_EUROPE), ("975", Area.ASEAN),
                           ("830", Area.CHANNEL_ISLANDS), ("W00", Area.WORLD), ("_X", "899"),
                           ("S19", "490"), ("XX", "839")],
    )  # fmt: skip
    def test_the_codes_of_areas(self, base, code, area):
        assert ComtradeCodes().area_or_country(code) == area

    def test_no_letters_of_an_area_are_those_of_a_country(self, base):
        codes = {*Country.objects.values_list("iso3", flat=True)}
        assert not codes & {*AREA_LETTERS}
        assert {*PECULIAR} & {*Area.values} == set()

    def test_codes_are_found_without_a_query_each(self, base, django_assert_num_queries):
        with django_assert_num_queries(2):
            codes = ComtradeCodes()
            for code in ("31", "842", "W00", "ROM", "YUG", "0"):
                codes.area_or_country(code, Edtf.parse("1995"))

    def test_plain_keeps_what_is_not_a_number(self):
        assert [*map(plain, ("031", "31.0", "0", "000", "", "C00", "1.5"))] == [
            "31", "31", "0", "0", "", "C00", "1.5",
        ]  # fmt: skip
