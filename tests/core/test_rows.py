"""Reading lists from text files: encodings, quotes, packed files, and files of another kind."""

import csv
import gzip
import io
import tarfile
import tracemalloc
import zipfile

import pytest

from core import file_kinds
from core.rows import FileError, RowError, encoding_named, read_rows

CYRILLIC = "id,name\n1,Казахстан\n2,Азербайджан\n3,Россия и Киргизия\n4,Узбекистан\n"
UNCLOSED = "a quoted cell is not closed, or text follows its end"


@pytest.fixture
def read(tmp_path):
    """The rows of a content: number, line, cells as a list, and the message of its error."""

    def rows(content, columns=("id",), delimiter=",", **layout):
        path = tmp_path / "list.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return [
            (row.number, row.line, [*row.cells.values()], problem.message if problem else "")
            for row, problem in read_rows(path, columns, delimiter, **layout)
        ]

    return rows


@pytest.fixture
def refused(read):
    def message(content, **layout):
        with pytest.raises(FileError) as error:
            read(content, **layout)
        return str(error.value)

    return message


class TestEncodings:
    @pytest.mark.parametrize(
        "encoding", ["cp1251", "koi8-r", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "UTF-8"]
    )
    def test_a_declared_encoding_is_read(self, read, encoding):
        assert [
            cells for _n, _l, cells, _p in read(CYRILLIC.encode(encoding), encoding=encoding)
        ] == [
            ["1", "Казахстан"],
            ["2", "Азербайджан"],
            ["3", "Россия и Киргизия"],
            ["4", "Узбекистан"],
        ]

    def test_a_byte_order_mark_of_utf_16_is_no_part_of_the_header(self, read):
        content = b"\xff\xfe" + '"id","name"\n1,Ann\n'.encode("utf-16-le")
        assert read(content, ("id", "name"), encoding="utf-16-le") == [(1, 2, ["1", "Ann"], "")]

    def test_the_mark_of_utf_8_comes_before_the_declared_encoding(self, read):
        rows = read(b"\xef\xbb\xbf" + "id,name\n1,Bö\n".encode(), encoding="cp1251")
        assert rows == [(1, 2, ["1", "Bö"], "")]

    @pytest.mark.parametrize("name", ["cp9999", "utf8x", "idna", "unicode_escape", "hex", ""])
    def test_an_unknown_encoding_is_refused_with_known_ones(self, name):
        with pytest.raises(FileError) as error:
            encoding_named(name)
        assert str(error.value).startswith(f"The encoding “{name}” is unknown. Use for example: ")
        assert "cp1251" in str(error.value)

    def test_codecs_that_no_file_is_in_are_not_suggested(self):
        with pytest.raises(FileError) as error:
            encoding_named("base64")
        assert str(error.value).startswith("The encoding “base64” is unknown. Use for example: utf")

    @pytest.mark.parametrize(
        ("encoding", "named"), [("utf-8", "utf-8"), ("utf-16-le", "utf-16-le")]
    )
    @pytest.mark.parametrize("declared", ["utf-16", "utf-32"])
    def test_a_file_that_lacks_the_mark_of_its_encoding_is_refused(
        self, refused, declared, encoding, named
    ):
        message = refused("id,name\n1,Ann\n2,Bea\n".encode(encoding), encoding=declared)
        assert message == (
            f"The file is not in {declared}; it may be in {named}. Declare that encoding."
        )

    def test_a_similar_encoding_is_suggested_first(self):
        with pytest.raises(FileError, match="Use for example: (windows_|cp)125"):
            encoding_named("windows-12511")

    def test_a_file_in_windows_1251_is_named_with_a_word_as_proof(self, refused):
        assert refused(CYRILLIC.encode("cp1251")) == (
            "The file is not in UTF-8. Save it as UTF-8, or declare its encoding in the mapping: "
            "encoding = “cp1251” (Казахстан)."
        )

    def test_a_header_in_another_encoding_is_named_too(self, refused):
        message = refused("номер,название страны,дата события\n1,a,b\n".encode("cp1251"))
        assert "encoding = “cp1251” (номер" in message

    def test_a_file_in_utf_8_that_is_declared_otherwise_is_refused(self, refused):
        assert refused(CYRILLIC, encoding="cp1251") == (
            "The file is in UTF-8, not in cp1251. Remove the line “encoding” from the mapping."
        )

    @pytest.mark.parametrize(
        ("encoding", "named"),
        [("utf-16", "utf-16"), ("utf-16-le", "utf-16-le"), ("utf-16-be", "utf-16-be")],
    )
    def test_utf_16_is_named_if_it_is_not_declared(self, refused, encoding, named):
        message = refused("id,name\n1,Ann\n2,Bea\n".encode(encoding))
        assert message.startswith("The file is in UTF-16. Save it as UTF-8, or declare it")
        assert f"encoding = “{named}" in message

    def test_a_line_that_cannot_be_decoded_shows_its_bytes(self, read):
        (row,) = read(b"id,name\n1,B\xf6a\n")
        assert row[2] == ["1", "B\\xf6a"]

    def test_a_lost_character_of_utf_16_is_an_error_of_its_row(self, read):
        content = (
            "id,name\n1,A".encode("utf-16-le") + b"\x00\xd8" + "b\n2,Bea\n".encode("utf-16-le")
        )
        rows = read(content, encoding="utf-16-le")
        assert [bool(problem) for _n, _l, _c, problem in rows] == [True, False]


class TestLayout:
    def test_lines_before_the_header_are_skipped_and_counted(self, read):
        content = "List of visits\n\nAs of 2024\nid,name\n1,Ann\n"
        assert read(content, skip_lines=3) == [(1, 5, ["1", "Ann"], "")]

    def test_tabs_separate_cells(self, read):
        assert read("id\tname\n1\tAnn, B\n", delimiter="\t") == [(1, 2, ["1", "Ann, B"], "")]

    def test_lines_may_end_with_cr_alone(self, read):
        content = 'id,name\r1,"Ann\rB"\r\r2,Bea\r'
        assert read(content) == [(1, 2, ["1", "Ann\nB"], ""), (2, 5, ["2", "Bea"], "")]

    def test_blank_rows_of_a_sheet_are_no_rows(self, read):
        assert read("id,name\n,\n1,Ann\n , \n,,,,\n") == [(1, 3, ["1", "Ann"], "")]

    def test_a_column_without_a_name_is_named_by_its_place(self, read, tmp_path):
        read(",id,,name\n0,1,x,Ann\n")
        ((row, _problem),) = read_rows(tmp_path / "list.csv", ("id", "column 3"))
        assert row.cells == {"column 1": "0", "id": "1", "column 3": "x", "name": "Ann"}

    def test_repeated_names_are_refused(self, refused):
        assert refused("id,Day,name,Day,name\n1,2,3,4,5\n") == (
            "The header has these names more than once: Day, name. Give each column its own name."
        )

    def test_tabs_are_named_as_the_delimiter(self, refused):
        assert "separated by “tab”" in refused("id\tname\n1\tAnn\n")

    def test_surplus_cells_are_kept(self, read, tmp_path):
        read("id,name\n1,Ann,Bea,\n")
        ((row, problem),) = read_rows(tmp_path / "list.csv", ("id",))
        assert (row.surplus, problem.kind) == (("Bea", ""), "more cells than columns")

    def test_missing_cells_are_empty(self, read):
        assert read("id,name,day\n1\n")[0][2] == ["1", "", ""]


class TestQuotes:
    ROWS = "".join(f"{number},Name {number},2020\n" for number in range(3, 24))

    @pytest.mark.parametrize(
        "after",
        ["", '24,"Dan",2020\n', '24,"Dan, of E",2020\n', '24,Dan",2020\n', '24,"",2020\n25,x,y\n'],
    )
    def test_an_unbalanced_quote_rejects_its_row_only(self, read, after):
        rows = read(f'id,name,year\n1,Ann,2020\n2,"Be,2020\n{self.ROWS}{after}')
        assert rows[1] == (2, 3, ["2", '"Be', "2020"], f'{UNCLOSED}: “"Be,2020”')
        assert [cells[0] for _n, _l, cells, _p in rows[:23]] == list(map(str, range(1, 24)))
        assert [number for number, _l, _c, problem in rows if problem] == [2]
        assert rows[22][:2] == (23, 24)

    def test_line_breaks_in_quoted_cells_are_read(self, read):
        rows = read('id,name,year\n1,"Ann,\nBea,\n""Cid""",2020\n2,Dan,2021\n')
        assert rows == [
            (1, 2, ["1", 'Ann,\nBea,\n"Cid"', "2020"], ""),
            (2, 5, ["2", "Dan", "2021"], ""),
        ]

    def test_a_row_of_several_lines_with_too_few_cells_is_one_reject(self, read):
        rows = read('id,name,year\n1,"Ann\nB"\n2,Dan,2021\n')
        assert [(line, bool(problem)) for _n, line, _c, problem in rows] == [(2, True), (4, False)]

    def test_many_unbalanced_quotes_are_read_in_linear_time(self, read):
        text = "id,name,year\n" + "".join(
            f'{number},"Be,{"x" * 200}\n' + "0,a,b\n" * 50 for number in range(300)
        )
        rows = read(text)
        assert len(rows) == 300 * 51
        assert sum(bool(problem) for _n, _l, _c, problem in rows) == 300

    def test_a_cell_may_be_as_long_as_a_line(self, read):
        assert len(read(f"id,name\n1,{'x' * 300_000}\n")[0][2][1]) == 300_000


class TestPacked:
    def test_a_gzip_file_is_unpacked_while_it_is_read(self, read):
        assert read(gzip.compress(b"id,name\n1,Ann\n")) == [(1, 2, ["1", "Ann"], "")]

    def test_encoding_and_cr_hold_within_a_gzip_file(self, read):
        content = gzip.compress("id,name\r1,Россия\r".encode("utf-16"))
        assert read(content, encoding="utf-16") == [(1, 2, ["1", "Россия"], "")]

    def test_a_gzip_file_of_many_rows_takes_little_memory(self, read, tmp_path):
        path = tmp_path / "list.csv.gz"
        with gzip.open(path, "wt") as file:
            file.write("id,name\n")
            file.writelines(f"{number},{number**5}\n" for number in range(100_000))
        tracemalloc.start()
        count = sum(1 for _row in read_rows(path, ("id",)))
        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert count == 100_000
        assert peak < 3_000_000

    @pytest.mark.parametrize("cut", [40, 30])
    def test_a_gzip_file_that_is_cut_off_is_refused(self, refused, cut):
        packed = gzip.compress(b"".join(b"%d,%d\n" % (n, n**3) for n in range(500)))
        assert refused(packed[:-cut]) == "The gzip file is damaged or cut off. Get it again."

    def test_a_damaged_gzip_file_is_refused(self, refused):
        packed = bytearray(gzip.compress(b"id,name\n1,Ann\n"))
        packed[-8] ^= 1
        assert refused(bytes(packed)) == "The gzip file is damaged or cut off. Get it again."

    def test_a_bomb_is_refused(self, refused, monkeypatch):
        monkeypatch.setattr(file_kinds, "FREE", 1 << 20)
        message = refused(gzip.compress(b"id\n" + b"0\n" * (4 << 20)))
        assert message.startswith("The compressed file unpacks to more than ")

    @pytest.mark.parametrize(
        ("content", "kind"), [("zip", "zip"), ("tar", "tar"), (b"%PDF-1", "PDF")]
    )
    def test_another_kind_of_file_in_a_gzip_file_is_named(self, refused, content, kind):
        target = io.BytesIO()
        if content == "zip":
            with zipfile.ZipFile(target, "w") as archive:
                archive.writestr("a.csv", "id\n1\n")
        elif content == "tar":
            with tarfile.open(fileobj=target, mode="w") as archive:
                archive.addfile(tarfile.TarInfo("a.csv"), io.BytesIO())
        else:
            target.write(content)
        assert refused(gzip.compress(target.getvalue())) == (
            f"This gzip file contains a {kind} file, not a list in CSV. Unpack it first."
        )


def zipped(**members):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return target.getvalue()


class TestKinds:
    OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (
                OLE + "Workbook".encode("utf-16-le"),
                "This is an Excel 97–2003 file (XLS). Save it as XLSX.",
            ),
            (OLE + "EncryptedPackage".encode("utf-16-le"), "This Excel file has a password."),
            (OLE, "This is a file of Microsoft Office 97–2003, not a list."),
            (
                zipped(**{"a.csv": "id\n1\n"}),
                "This is a zip file, not a list in CSV; unpack it first. It contains: a.csv.",
            ),
            (
                zipped(**{"xl__workbook.bin": ""}),
                "This is a binary Excel file (XLSB). Save it as XLSX.",
            ),
            (zipped(**{"word__document.xml": ""}), "This is a text document."),
            (
                zipped(mimetype="application/vnd.oasis.opendocument.text"),
                "This is a text document.",
            ),
            (b"BZh91AY", "This is a bzip2 file, not a list in CSV; unpack it first."),
            (b"%PDF-1.7", "This is a PDF file, not a list. Save the list as CSV, XLSX or ODS."),
            (
                b"\xef\xbb\xbf\n<!DOCTYPE html><html>",
                "This is a web page (HTML), whatever its name ends in.",
            ),
            (b"<table border=1><tr>", "This is a web page (HTML)"),
            (
                b'<html xmlns:x="urn:schemas-microsoft-com:office:excel">',
                "This is a web page (HTML)",
            ),
            (
                b'<?xml version="1.0"?><Book xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
                "This is an Excel 2003 XML file.",
            ),
            (b'<?xml version="1.0"?><rows>', "This is an XML file."),
            (b'[{"id": 1}]', "This is a JSON file. This list is read from CSV, XLSX or ODS."),
            (b'{"data": []}', "This is a JSON file."),
            (b"id,name\n1\0", None),
        ],
    )
    def test_another_kind_of_file_is_named(self, read, refused, content, message):
        if message is None:
            assert read(content)[0][3] == "the line contains NUL bytes"
        else:
            assert refused(content).startswith(message)


class TestRejectsFiles:
    TEXT = "id,name,_row,_column,_reason\n7,Ann,41,name,wrong\n"

    def test_it_is_read_in_utf_8_without_the_layout_of_the_list(self, read):
        text = self.TEXT.replace("Ann", "Россия")
        layout = {"encoding": "cp1251", "skip_lines": 4, "sheet": "Visits"}
        (row,) = read(text, ("id",), "|", **layout)
        assert row == (41, 2, ["7", "Россия", "41", "name", "wrong"], "")

    def test_it_may_be_saved_with_another_delimiter_and_encoding(self, read):
        text = self.TEXT.replace(",", ";").replace("Ann", "Россия")
        (row,) = read(text.encode("cp1251"), ("id",), "\t", encoding="cp1251")
        assert row[:3] == (41, 2, ["7", "Россия", "41", "name", "wrong"])

    def test_a_byte_that_was_not_corrected_is_rejected_again(self, read):
        ((_n, _l, _c, problem),) = read(self.TEXT.replace("Ann", "B\\xf6a"))
        assert problem == "this byte was not read; write the letter that it stands for: “\\xf6”"

    def test_a_column_named_row_alone_is_one_of_the_list(self, read):
        assert read("id,_row\n7,41\n")[0][0] == 1


def test_all_errors_of_a_row_are_its_errors():
    inner = RowError("c", "third")
    error = RowError("a", "first", others=(RowError("b", "second", others=(inner,)),))
    assert [one.column for one in error.errors] == ["a", "b", "c"]


def test_rows_of_a_quoted_csv_are_what_the_standard_library_reads(read):
    target = io.StringIO()
    cells = [["1", 'a "b"', "c\nd"], ["2", "", "x,y\n\nz"], ["3", '"', '""\n"']]
    csv.writer(target).writerows([["id", "one", "two"], *cells])
    assert [row[2] for row in read(target.getvalue())] == cells
