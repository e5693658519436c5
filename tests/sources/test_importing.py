"""Reading CSV lists: all kinds of broken files, row numbers, and corrected files of rejects."""

import csv
import tracemalloc

import pytest

from core.rows import LINE, FileError, read_rows


def rows(path, columns=("id", "name"), delimiter=","):
    return [
        (row.number, row.line, dict(row.cells), problem.message if problem else "")
        for row, problem in read_rows(path, columns, delimiter)
    ]


@pytest.fixture
def file(tmp_path):
    def write(content: bytes):
        path = tmp_path / "list.csv"
        path.write_bytes(content)
        return path

    return write


class TestRows:
    def test_byte_order_mark_spaces_and_blank_lines_are_ignored(self, file):
        path = file("\ufeff id , name\n1,Ann\n\n2,Bö\n".encode())
        assert rows(path) == [
            (1, 2, {"id": "1", "name": "Ann"}, ""),
            (2, 4, {"id": "2", "name": "Bö"}, ""),
        ]

    def test_a_cell_may_hold_line_breaks_and_delimiters(self, file):
        path = file(b'id,name\n1,"Ann,\nof two lines"\n2,Bea\n')
        assert [(number, line) for number, line, _cells, _problem in rows(path)] == [(1, 2), (2, 4)]
        assert rows(path)[0][2]["name"] == "Ann,\nof two lines"

    def test_a_trailing_column_without_a_name_is_ignored(self, file):
        assert rows(file(b"id;name;\n1;Ann;\n"), delimiter=";")[0][2:] == (
            {"id": "1", "name": "Ann"},
            "",
        )

    @pytest.mark.parametrize(
        ("line", "message"),
        [
            (b"2", "fewer cells than columns; the file may be cut off here: “1 of 2”"),
            (b"2,Bea,more", "more cells than columns: “3”"),
            (b"2,B\0ea", "the line contains NUL bytes"),
            (b"2,B\xf6a", "the line is not in the encoding utf-8: “byte 4”; is it in cp1252?"),
            (b'2,"B"ea', 'a quoted cell is not closed, or text follows its end: “"B"ea”'),
            (b"2," + b"x" * (LINE + 10), f"the line is longer than {LINE} bytes"),
        ],
    )
    def test_a_broken_line_is_reported_and_the_others_are_read(self, file, line, message):
        found = rows(file(b"id,name\n1,Ann\n" + line + b"\n3,Cid\n"))
        assert [problem for _n, _l, _cells, problem in found] == ["", message, ""]
        assert (found[1][0], found[1][1]) == (2, 3)
        assert found[2][2] == {"id": "3", "name": "Cid"}

    def test_a_file_truncated_within_a_cell_loses_only_that_row(self, file):
        found = rows(file(b'id,name\n1,Ann\n2,"Be'))
        assert found[0][3] == ""
        assert found[1][3] == 'a quoted cell is not closed, or text follows its end: “"Be”'
        assert found[1][2] == {"id": "2", "name": '"Be'}

    def test_a_very_long_line_is_skipped_in_little_memory(self, tmp_path):
        path = tmp_path / "long.csv"
        with path.open("wb") as target:
            target.write(b"id,name\n1,")
            for _number in range(200):
                target.write(b"x" * 1_000_000)
            target.write(b"\n2,Bea\n")
        tracemalloc.start()
        found = rows(path)
        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert [problem for _n, _l, _c, problem in found] == [
            f"the line is longer than {LINE} bytes",
            "",
        ]
        assert peak < 12_000_000

    def test_a_corrected_file_of_rejects_keeps_its_row_numbers(self, file):
        path = file(b"id,name,_row,_column,_reason\n7,Ann,41,name,wrong\n")
        assert rows(path)[0][0] == 41


class TestFiles:
    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (b"", "The file is empty."),
            (b"\x1f\x8b\x08 packed", "The gzip file is damaged or cut off. Get it again."),
            (b"PK\x03\x04 packed", "This is a zip file or spreadsheet that is damaged or cut off."),
            (b"%PDF-1.7", "This is a PDF file"),
            ("id,name\n".encode("utf-16"), "The file is in UTF-16. Save it as UTF-8, or declare"),
            (b"id;name\n1;Ann\n", "The columns are separated by “;”. Separate them by “,”, or"),
            (b"number,name\n", "The header lacks id; it has: number, name."),
            (b"id,n\0ame\n", "The header cannot be read: the line contains NUL bytes."),
        ],
    )
    def test_an_unsuitable_file_is_rejected_entirely(self, file, content, message):
        with pytest.raises(FileError) as refused:
            rows(file(content))
        assert str(refused.value).startswith(message)

    def test_columns_may_be_in_any_order_among_others(self, file):
        path = file(b"x,name,id\n-,Ann,1\n")
        assert rows(path)[0][2] == {"x": "-", "name": "Ann", "id": "1"}
        assert csv.field_size_limit() >= 100_000
