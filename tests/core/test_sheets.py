"""Reading lists from sheets: what each kind of cell becomes, in XLSX and ODS alike."""

import io
import re
import zipfile
from datetime import date, datetime, time
from types import SimpleNamespace

import pytest
from lxml import etree
from openpyxl import Workbook

from core import ods as ods_module
from core import sheets
from core.cell_texts import DAMAGED
from core.rows import FileError, read_rows

NAMES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        ("office", "office"), ("table", "table"), ("text", "text"), ("style", "style"),
        ("number", "datastyle"),
    )
)  # fmt: skip
CALC = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
STYLES = """
<number:date-style style:name="N1"><number:year/></number:date-style>
<number:date-style style:name="N2"><number:month/><number:year/></number:date-style>
<number:date-style style:name="N3"><number:day/><number:month/><number:year/></number:date-style>
<style:style style:name="year" style:data-style-name="N1"/>
<style:style style:name="month" style:data-style-name="N2"/>
<style:style style:name="day" style:data-style-name="N3"/>
"""


def ods(*tables, manifest=""):
    """An OpenDocument spreadsheet of tables, each a name and the XML of its rows."""
    body = "".join(
        f'<table:table table:name="{name}">{rows}</table:table>' for name, rows in tables
    )
    content = (
        f"<office:document-content {NAMES} {CALC}><office:automatic-styles>{STYLES}"
        "</office:automatic-styles><office:body><office:spreadsheet>"
        f"{body}</office:spreadsheet></office:body></office:document-content>"
    )
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        if manifest:
            archive.writestr("META-INF/manifest.xml", manifest)
    return target.getvalue()


def row(*cells, attributes=""):
    """The XML of a row; a text is a cell of its own, or else the XML of one."""
    texts = (item if item.startswith("<") else cell("string", text=item) for item in cells)
    return f"<table:table-row {attributes}>{''.join(texts)}</table:table-row>"


def cell(kind, attributes="", text=""):
    shown = f"<text:p>{text}</text:p>" if text else ""
    return f'<table:table-cell office:value-type="{kind}" {attributes}>{shown}</table:table-cell>'


def xlsx(*tables):
    """A workbook of tables, each a name and rows of values."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in tables:
        sheet = book.create_sheet(name)
        for values in rows:
            sheet.append(values)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def changed(book, /, **texts):
    """A workbook whose parts are replaced: a function for each, by its name without folders."""
    source, target = zipfile.ZipFile(io.BytesIO(book)), io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for path in source.namelist():
            name = path.rpartition("/")[2].removesuffix(".xml").strip("[]")
            text = source.read(path).decode()
            archive.writestr(path, texts.pop(name)(text) if name in texts else text)
        for name, text in texts.items():
            archive.writestr(f"xl/{name}.xml", text(""))
    return target.getvalue()


def shared(content, *strings):
    """A workbook whose texts stand in its table of shared texts, as Excel writes them."""
    items = "".join(f"<si><t>{text}</t></si>" for text in strings)
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    part = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'

    def sheet(text):
        for place, string in enumerate(strings):
            inline = f't="inlineStr"><is><t>{string}</t></is></c>'
            assert inline in text
            text = text.replace(inline, f't="s"><v>{place}</v></c>')
        return text

    return changed(
        content,
        sheet1=sheet,
        Content_Types=lambda text: text.replace("</Types>", part),
        sharedStrings=lambda text: f'<sst xmlns="{main}">{items}</sst>',
    )


@pytest.fixture
def read(tmp_path):
    def rows(content, columns=("id",), **layout):
        path = tmp_path / "list"
        path.write_bytes(content)
        return [
            (item.number, item.line, [*item.cells.values()], problem.message if problem else "")
            for item, problem in read_rows(path, columns, **layout)
        ]

    return rows


class TestXlsx:
    @pytest.mark.parametrize(
        ("value", "form", "text"),
        [
            (date(2024, 3, 5), "dd.mm.yyyy", "2024-03-05"),
            (datetime(2024, 3, 5, 12, 30), "yyyy-mm-dd hh:mm", "2024-03-05T12:30:00"),
            (date(2024, 3, 1), "mmm yyyy", "2024-03"),
            (date(2024, 1, 1), "yyyy", "2024"),
            (date(2024, 3, 5), 'yyyy" day"', "2024"),
            (time(12, 30), "hh:mm", "12:30:00"),
            (2003, "General", "2003"),
            (2003.0, "0", "2003"),
            (0.05, "0%", "0.05"),
            (1234.5678, "#,##0.0", "1234.5678"),
            (66.0639999999999, "0.0", "66.0639999999999"),
            (1e-7, "General", "0.0000001"),
            (123456789012345, "0.00E+00", "123456789012345"),
            (1e20, "General", "100000000000000000000"),
            (True, "General", "TRUE"),
            ("  Ann\nBea ", "@", "  Ann\nBea "),
            ("007", "@", "007"),
        ],
    )
    def test_a_cell_becomes_text(self, read, value, form, text):
        book = Workbook()
        book.active.append(["id", "x"])
        book.active.append([value, "x"])
        book.active["A2"].number_format = form
        target = io.BytesIO()
        book.save(target)
        assert read(target.getvalue()) == [(1, 2, [text, "x"], "")]

    def test_a_formula_gives_the_value_that_is_stored(self, read):
        def with_formula(text):
            before, _cell, after = text.partition('<c r="A2"')
            return f'{before}<c r="A2"><f>B2*2</f><v>4</v>{after[after.index("</c>") :]}'

        content = changed(xlsx(("A", [["id", "x"], ["", 2]])), sheet1=with_formula)
        assert read(content) == [(1, 2, ["4", "2"], "")]

    def test_a_formula_that_no_program_has_computed_is_an_error_of_its_row(self, read):
        content = xlsx(("A", [["id", "x", "y"], [1, "=A2", "=A2"], [2, "a", "=A2"]]))
        assert read(content, ("id", "x")) == [
            (
                1,
                2,
                ["1", "=A2", "=A2"],
                "the formula in this cell was never computed: “=A2”; open the file in a "
                "spreadsheet program and save it",
            ),
            (2, 3, ["2", "a", "=A2"], ""),
        ]

    def test_the_computed_result_of_a_formula_may_be_an_empty_text(self, read):
        def with_formula(text):
            result = '<c r="B2" t="str"><f>A2&amp;""</f><v></v></c>'
            return re.sub(r'<c r="B2".*?</c>', result, text)

        content = changed(xlsx(("A", [["id", "x"], [1, 2]])), sheet1=with_formula)
        assert read(content, ("id", "x")) == [(1, 2, ["1", ""], "")]

    def test_texts_that_cells_share_are_read(self, read):
        content = shared(xlsx(("A", [["id", "x"], [1, "Ann"], [2, "Ann"]])), "id", "x", "Ann")
        assert [cells for _n, _l, cells, _p in read(content)] == [["1", "Ann"], ["2", "Ann"]]

    def test_an_error_cell_is_an_error_of_its_row_if_the_column_is_read(self, read):
        content = xlsx(("A", [["id", "x"], ["#N/A", 1], [2, "#DIV/0!"]]))
        assert read(content) == [
            (1, 2, ["#N/A", "1"], "the cell holds an error of the sheet: “#N/A”"),
            (2, 3, ["2", "#DIV/0!"], ""),
        ]

    def test_every_error_cell_of_a_row_is_an_error(self, tmp_path):
        path = tmp_path / "list"
        path.write_bytes(xlsx(("A", [["id", "x"], ["#N/A", "#DIV/0!"]])))
        ((_row, problem),) = read_rows(path, ("id", "x"))
        assert [one.column for one in problem.errors] == ["id", "x"]

    def test_blank_rows_are_skipped_and_short_rows_are_complete(self, read):
        content = xlsx(("A", [["id", "x", "y"], [1], [None, None], ["", " "], [2, None, 3]]))
        assert read(content) == [(1, 2, ["1", "", ""], ""), (2, 5, ["2", "", "3"], "")]

    def test_a_sheet_is_chosen_by_name(self, read):
        content = xlsx(("Notes", [["x"]]), ("Treaties", [["Title"], [], ["id"], [7]]))
        assert read(content, sheet="Treaties", skip_lines=1) == [(1, 4, ["7"], "")]

    def test_an_unknown_sheet_is_refused_with_the_names(self, read):
        with pytest.raises(FileError) as error:
            read(xlsx(("Notes", [["id"]]), ("Treaties", [["id"]])), sheet="Visits")
        assert str(error.value) == "The spreadsheet has no sheet “Visits”. It has: Notes, Treaties."

    def test_a_wrong_dimension_of_a_sheet_loses_nothing(self, read):
        content = changed(
            xlsx(("A", [["id", "x"], [1, 2], [3, 4]])),
            sheet1=lambda text: text.replace('ref="A1:B3"', 'ref="A1"'),
        )
        assert [cells for _n, _l, cells, _p in read(content)] == [["1", "2"], ["3", "4"]]

    def test_a_corrected_rejects_file_saved_as_a_workbook_is_recognized(self, read):
        content = xlsx(("Sheet1", [["id", "_row", "_column", "_reason"], [7, 41, "id", "wrong"]]))
        rows = read(content, sheet="Treaties", skip_lines=3)
        assert rows == [(41, 2, ["7", "41", "id", "wrong"], "")]


class TestOds:
    def one(self, read, text):
        ((_number, _line, cells, problem),) = read(ods(("A", row("id", "x") + row(text, "x"))))
        assert (cells[1], problem) == ("x", "")
        return cells[0]

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            (cell("date", 'office:date-value="2024-03-05" table:style-name="day"'), "2024-03-05"),
            (cell("date", 'office:date-value="2024-03-01" table:style-name="month"'), "2024-03"),
            (cell("date", 'office:date-value="2024-01-01" table:style-name="year"'), "2024"),
            (cell("date", 'office:date-value="2024-03-05"', "5.3."), "2024-03-05"),
            (cell("date", 'office:date-value="2024-03-05T12:30:00"'), "2024-03-05T12:30:00"),
            (cell("float", 'office:value="2003"', "2,003.00"), "2003"),
            (cell("float", 'office:value="2003.50"'), "2003.5"),
            (cell("percentage", 'office:value="0.05"', "5%"), "0.05"),
            (cell("currency", 'office:value="66.0639999999999"', "$66.06"), "66.0639999999999"),
            (cell("boolean", 'office:boolean-value="true"'), "TRUE"),
            (cell("float", 'office:value="4" table:formula="of:=[.B2]*2"', "4"), "4"),
            (cell("string", "", "<text:a>b</text:a><text:s text:c='2'/>c<text:tab/>"), "b  c\t"),
            (cell("string", "", "a<text:line-break/>b"), "a\nb"),
            ("<table:table-cell><text:p>a</text:p><text:p>b</text:p></table:table-cell>", "a\nb"),
            (
                "<table:table-cell><office:annotation><text:p>note</text:p></office:annotation>"
                "<text:p>a</text:p></table:table-cell>",
                "a",
            ),
        ],
    )  # fmt: skip
    def test_a_cell_becomes_text(self, read, text, expected):
        assert self.one(read, text) == expected

    def test_a_date_has_the_precision_of_its_column(self, read):
        columns = (
            '<table:table-column table:number-columns-repeated="2"/>'
            '<table:table-column table:default-cell-style-name="month"/>'
        )
        day = cell("date", 'office:date-value="2024-03-01"')
        content = ods(("A", columns + row("id", "x", "on") + row("1", "2", day)))
        assert read(content)[0][2] == ["1", "2", "2024-03"]

    @pytest.mark.parametrize(
        "text",
        [
            cell("string", 'calcext:value-type="error" table:formula="of:=1/0"', "#DIV/0!"),
            cell("float", 'office:value="0" table:formula="of:=1/0"', "#DIV/0!"),
        ],
    )
    def test_an_error_cell_is_an_error_of_its_row(self, read, text):
        ((_n, _l, cells, problem),) = read(ods(("A", row("id", "x") + row(text, "x"))))
        assert (cells[0], problem) == ("#DIV/0!", "the cell holds an error of the sheet: “#DIV/0!”")

    def test_repeated_cells_and_rows_are_repeated_and_blank_ones_are_not(self, read):
        twice = cell("float", 'office:value="5" table:number-columns-repeated="2"')
        blank = '<table:table-cell table:number-columns-repeated="16000"/>'
        content = ods((
            "A",
            row("id", "x", "y")
            + row(blank, attributes='table:number-rows-repeated="10"')
            + row("1", twice, blank, attributes='table:number-rows-repeated="2"')
            + row(blank, attributes='table:number-rows-repeated="1048000"'),
        ))  # fmt: skip
        assert read(content) == [(1, 12, ["1", "5", "5"], ""), (2, 13, ["1", "5", "5"], "")]

    def test_a_cell_covered_by_a_merged_one_is_blank(self, read):
        hidden = "<table:covered-table-cell><text:p>old</text:p></table:covered-table-cell>"
        assert read(ods(("A", row("id", "x") + row("1", hidden))))[0][2] == ["1", ""]

    def test_a_sheet_is_chosen_by_name(self, read):
        content = ods(("Notes", row("x")), ("Treaties", row("Title") + row("id") + row("7")))
        assert read(content, sheet="Treaties", skip_lines=1) == [(1, 3, ["7"], "")]

    def test_an_unknown_sheet_is_refused_with_the_names(self, read):
        with pytest.raises(FileError) as error:
            read(ods(("Notes", row("id")), ("Treaties", row("id"))), sheet="Visits")
        assert str(error.value) == "The spreadsheet has no sheet “Visits”. It has: Notes, Treaties."

    def test_rows_are_removed_once_they_are_read(self, read, monkeypatch):
        last = []

        def iterparse(*arguments, **options):
            for event, item in etree.iterparse(*arguments, **options):
                last[:] = [item]
                yield event, item

        monkeypatch.setattr(ods_module, "etree", SimpleNamespace(iterparse=iterparse))
        assert len(read(ods(("A", row("id") + row("1") * 500)))) == 500
        assert len(list(last[0].iter("{*}table-row"))) == 1


REFUSALS = (
    "This is a zip file",
    "The header",
    "The spreadsheet has no sheet",
    "The file is",
    "The compressed file",
)


class TestDamaged:
    def refusal(self, read, content):
        """The message of a refused file; empty if it is read, perhaps with errors of rows."""
        try:
            read(content)
        except FileError as error:
            return str(error)
        return ""

    @pytest.mark.parametrize("content", [xlsx(("A", [["id"], [1]])), ods(("A", row("id")))])
    @pytest.mark.parametrize("part", [3, 30, 2 / 3])
    def test_a_spreadsheet_that_is_cut_off_is_refused(self, read, content, part):
        size = int(len(content) * part) if part < 1 else len(content) - part
        with pytest.raises(FileError, match="damaged or cut off. Get it again"):
            read(content[:size])

    @pytest.mark.parametrize("place", range(0, 6000, 97))
    def test_a_changed_byte_never_gives_a_traceback(self, read, place):
        content = bytearray(xlsx(("A", [["id"], [1], ["x"]])))
        content[place % len(content)] ^= 0x55
        message = self.refusal(read, bytes(content))
        assert message in ("", str(DAMAGED)) or message.startswith(REFUSALS), message

    def test_a_sheet_with_broken_xml_is_an_error_of_its_last_row(self, read):
        content = ods(("A", row("id") + row("1") + "</table:table-row>" + row("2")))
        found = read(content)
        assert found[-1][3] == "the spreadsheet is damaged from here on"
        assert found[0][2] == ["1"]

    def test_a_spreadsheet_with_a_password_is_named(self, read):
        content = ods(("A", row("id")), manifest="<manifest:encryption-data/>")
        with pytest.raises(
            FileError, match="This spreadsheet has a password. Save it without one."
        ):
            read(content)

    def test_a_workbook_of_too_many_texts_is_refused(self, read, monkeypatch):
        monkeypatch.setattr(sheets, "SHARED", 100)
        with pytest.raises(FileError, match="The texts of this workbook take more than"):
            read(shared(xlsx(("A", [["id"], ["a text"]])), "id", "a text"))

    def test_an_entity_is_not_expanded(self, tmp_path):
        kind = '<!DOCTYPE a [<!ENTITY x "expanded">]>'
        content = changed(ods(("A", row("id") + row("&x;x"))), content=lambda text: kind + text)
        path = tmp_path / "entity"
        path.write_bytes(content)
        cells = [item.cells["id"] for item, _problem in read_rows(path, ("id",))]
        assert cells == ["x"]
