"""Workbooks, as openpyxl and pandas read them."""

import io
import zipfile
from datetime import datetime

import openpyxl
import pandas
import pytest

from core import workbooks
from core.numerals import Numeral
from core.workbooks import CHARACTERS, workbook


def read(rows: list[dict], columns=None) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(b"".join(workbook(columns or [*rows[0]], rows))))


def cell(value):
    """A value as a cell of a workbook."""
    return read([{"a": value}]).active["A2"]


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        (7, 7),
        (-3, -3),
        (0.25, 0.25),
        (Numeral("12.50"), 12.5),
        (Numeral("0.0001"), 0.0001),
        (Numeral("123456789012345"), 123456789012345),
        (Numeral("1230000000000000000"), 1230000000000000000),
        (True, True),
        (False, False),
        ("2024-03-05", datetime(2024, 3, 5)),
        ("1900-03-01", datetime(1900, 3, 1)),
    ],
)
def test_exact_numbers_and_days_are_no_texts(value, stored):
    found = cell(value)
    assert found.value == stored
    assert type(found.value) is type(stored)


@pytest.mark.parametrize(
    "value",
    [
        # More digits than a spreadsheet keeps, and texts that only look like numbers.
        Numeral("1234567890123456"),
        Numeral("0.1234567890123456"),
        1e300,
        "12",
        "007",
        "2024",
        "2024-03",
        "2024-02-30",
        "1900-02-28",
        "1850-01-02",
        "2024-03-05T10:00:00+00:00",
        "=1+1",
        "+1",
        "@SUM(A1)",
        "#N/A",
        " spaces  and\nlines ",
        "<b> & \"'",
        "Қазақстан 😀",
    ],
)
def test_anything_else_is_text_and_no_formula(value):
    found = cell(value)
    assert (found.data_type, found.value) == ("s", str(value))


@pytest.mark.parametrize("value", [None, ""])
def test_no_value_is_an_empty_cell(value):
    assert cell(value).value is None


def test_a_value_of_several_is_json():
    assert cell(["a", "ə"]).value == '["a", "ə"]'
    assert cell({"a": None}).value == '{"a": null}'
    assert cell([]).value == "[]"


def test_characters_that_xml_cannot_contain_are_replaced():
    assert cell("a\0b\x1fc\ud800d\uffff").value == "a\ufffdb\ufffdc\ufffdd\ufffd"


@pytest.mark.parametrize("letter", ["x", "ж", "😀"])
def test_a_text_that_no_cell_can_hold_is_cut_with_a_note(letter):
    text = letter * CHARACTERS
    assert cell(text[: CHARACTERS // 2]).value == text[: CHARACTERS // 2]
    found = cell(text + letter).value
    assert len(found.encode("utf-16-le")) // 2 in (CHARACTERS, CHARACTERS - 1)
    assert found.endswith(f"{letter} … [cut: the CSV and JSON files have the whole text]")


def test_more_rows_than_a_sheet_holds_go_on_in_another_sheet(monkeypatch):
    monkeypatch.setattr(workbooks, "ROWS", 2)
    rows = [{"a": number} for number in range(5)]
    book = read(rows)
    assert book.sheetnames == ["data", "data 2", "data 3"]
    assert [[row[0] for row in sheet.values] for sheet in book] == [
        ["a", 0, 1],
        ["a", 2, 3],
        ["a", 4],
    ]
    assert read(rows[:4]).sheetnames == ["data", "data 2"]


def test_a_sheet_that_becomes_too_long_ends_early(monkeypatch):
    monkeypatch.setattr(workbooks, "LONGEST_PART", 1000)
    book = read([{"a": "x" * 400} for _number in range(5)])
    assert sum(sheet.max_row - 1 for sheet in book) == 5
    assert len(book.sheetnames) > 1


def test_a_workbook_without_rows_is_a_header():
    assert list(read([], ["id", "value <&>"]).active.values) == [("id", "value <&>")]
    assert b"".join(workbook([], []))


def test_it_is_sent_in_portions(monkeypatch):
    monkeypatch.setattr(workbooks, "PORTION", 100)
    asked = []

    def rows():
        for number in range(20_000):
            asked.append(number)
            yield {"a": f"row {number * 7919}"}

    portions = workbook(["a"], rows())
    first = next(portions)
    assert len(asked) < 20_000
    content = first + b"".join(portions)
    assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None
    frame = pandas.read_excel(io.BytesIO(content))
    assert list(frame["a"][-2:]) == ["row 158364162", "row 158372081"]
