"""Cells of CSV files."""

import csv
import io
import json
from datetime import date

import pytest
from django import forms
from django.http import QueryDict

from core.exports import csv_lines, file_name, flat, jsonl_lines, with_origin


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("-5.25", "-5.25"),
        (-3, "-3"),
        ("-5+A1", "'-5+A1"),
        ("-5\n", "'-5\n"),
        ("+7", "'+7"),
        ("=1", "'=1"),
        ("@a", "'@a"),
    ],
)
def test_negative_numbers_stay_unchanged_and_formulas_are_escaped(value, cell):
    assert flat(value) == cell


@pytest.mark.parametrize(
    "value",
    [
        [],
        ["water", 'trade; "and", more', "=1", "Bakı\nAstana"],
        {"force_days": 0, "term_years": None, "place": ""},
        [{"id": "minsk", "names": ["Minsk", "Миньск"]}, {"id": "astana", "sure": True}],
    ],
)
def test_a_value_of_several_is_a_cell_of_json(value):
    lines = "".join(csv_lines([{"id": "a", "values": value}]))
    (row,) = csv.DictReader(io.StringIO(lines))
    assert json.loads(row["values"]) == value


def test_addresses_are_absolute_in_all_parts_of_a_value():
    row = {"url": "/a/", "title": "/b/", "parts": [{"url": "/c/#d"}], "more": {"changes": "/e/"}}
    assert with_origin(row, "https://x.example") == {
        "url": "https://x.example/a/",
        "title": "/b/",
        "parts": [{"url": "https://x.example/c/#d"}],
        "more": {"changes": "https://x.example/e/"},
    }
    assert with_origin({"url": "https://y.example/"}, "https://x.example") == {
        "url": "https://y.example/"
    }


def test_a_file_name_has_the_set_filters_and_the_day(monkeypatch):
    monkeypatch.setattr("core.exports.today", lambda: date(2026, 11, 29))

    class Filters(forms.Form):
        q, status, kind = forms.CharField(), forms.CharField(), forms.CharField()

    asked = QueryDict('kind=visit&kind=event&q=Bakı/../"x&status=in_force~&page=2&other=1')
    assert file_name("timeline_a-b", Filters(asked), "csv") == (
        "timeline_a-b_q-bakix_status-in_force-possibly_kind-visit-event_2026-11-29.csv"
    )
    assert file_name("a", Filters(QueryDict("q=")), "json") == "a_2026-11-29.json"
    assert file_name("visit", Filters(QueryDict("q=Алиев, Қазақстан")), "csv") == (
        "visit_q-алиев-казакстан_2026-11-29.csv"
    )
    for letter in "xж":
        long = file_name("a", Filters(QueryDict(f"q={letter * 500}")), "csv")
        assert len(long.encode()) == 195
        assert long.endswith(f"{letter}_2026-11-29.csv")


def test_a_file_without_rows_is_a_header():
    assert list(csv_lines([], ["id", "value"])) == ["id,value\r\n"]
    assert list(csv_lines([])) == []
    assert list(csv_lines(iter([{"id": 1}, {"id": 2}]))) == ["id\r\n", "1\r\n", "2\r\n"]


def test_json_lines_have_one_object_on_each_line():
    rows = [{"id": "a", "words": "Bakı\u2028\nAstana"}, {"id": "b", "parts": [{"x": None}]}]
    lines = list(jsonl_lines(rows))
    assert all(line.endswith("\n") and line.count("\n") == 1 for line in lines)
    assert [json.loads(line) for line in lines] == rows
    assert "Bakı" in lines[0]
