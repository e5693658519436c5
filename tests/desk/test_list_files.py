"""Importing lists from sheets and files in any layout, and feeding their rejects back."""

import csv
import gzip
import io
import json
import re
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from openpyxl import Workbook

from core.rows import Row, RowError
from relations.models import Event
from sources.importing import Outcome, Report
from sources.rejects import Rejects

pytestmark = pytest.mark.django_db

MAPPING = """
name = "visits"
kind = "event"
id = "No"
{layout}

[source]
slug = "ministry-list"
title = "Events of the ministry"
kind = "official"
rights = "unknown"

[columns]
title = "Subject"
date = "Day"
country = "One"
other_country = "Other"

[constants]
event_type = "joint_statement"
"""
HEADER = ["No", "Subject", "Day", "One", "Other", "Remark"]
ROWS = [
    ["1", "Переговоры", "2024-03-05", "Kazakhstan", "Azerbaijan", "a"],
    ["2", "Talks, on trade", "2024-03-06", "Atlantis", "Azerbaijan", "b"],
]


def text_of(rows, delimiter=","):
    target = io.StringIO()
    csv.writer(target, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return target.getvalue()


def sheet_of(rows):
    book, target = Workbook(), io.BytesIO()
    book.active.title = "Notes"
    sheet = book.create_sheet("Events")
    for row in rows:
        sheet.append(row)
    book.save(target)
    return target.getvalue()


@pytest.fixture
def load(tmp_path, mapping):
    """Import a content with a layout; the report, with what was printed and the rejects file."""

    def imported(content, layout=""):
        path, out = tmp_path / "list", io.StringIO()
        path.write_bytes(content)
        return run(path, layout, out)

    def run(path, layout, out):
        report, rejects = tmp_path / "report.json", tmp_path / f"{path.name}-rejects.csv"
        call_command(
            "import_data", mapping(MAPPING.format(layout=layout)), str(path),
            report=report, rejects=rejects, stdout=out,
        )  # fmt: skip
        found = SimpleNamespace(**json.loads(report.read_text()), printed=out.getvalue())
        found.path, found.again = rejects, lambda: run(rejects, layout, io.StringIO())
        return found

    return imported


def rejected(report):
    with report.path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


LAYOUTS = [
    (text_of([HEADER, *ROWS]).encode(), ""),
    (text_of([HEADER, *ROWS]).encode("cp1251"), 'encoding = "cp1251"'),
    (text_of([HEADER, *ROWS], "\t").encode("utf-16"), 'encoding = "utf-16"\ndelimiter = "tab"'),
    (b"List\n\n" + text_of([HEADER, *ROWS], ";").encode(), 'skip_lines = 2\ndelimiter = ";"'),
    (gzip.compress(text_of([HEADER, *ROWS]).encode()), ""),
    (text_of([HEADER, *ROWS]).replace("\n", "\r").encode(), ""),
    (sheet_of([["List"], HEADER, [], *ROWS]), 'skip_lines = 1\nsheet = "Events"'),
]


@pytest.mark.parametrize(("content", "layout"), LAYOUTS)
def test_rejects_of_any_layout_can_be_corrected_and_fed_back(base, load, content, layout):
    report = load(content, layout)
    assert (report.read, report.created, report.rejected) == (2, 1, 1)
    (row,) = rejected(report) if "delimiter" not in layout else [None]
    if row:
        assert [row[name] for name in HEADER] == ROWS[1]
        assert (row["_row"], row["_column"]) == ("2", "One")
    text = report.path.read_text(encoding="utf-8")
    report.path.write_text(text.replace("Atlantis", "France"), encoding="utf-8")
    again = report.again()
    assert (again.read, again.created, again.rejected) == (1, 1, 0)
    titles = Event.objects.filter(title__in=("Переговоры", "Talks, on trade"))
    assert titles.count() == 2
    assert Event.objects.get(title="Talks, on trade").relation.slug == "azerbaijan-france"


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        (b"2,Talks,2024-03-06", "2|Talks|2024-03-06|||"),
        (b'2,"Talks,2024-03-06,France,Italy,b', '2|"Talks|2024-03-06|France|Italy|b'),
        (b"2,B\xf6,2024-03-06,France,Italy,b", "2|B\\xf6|2024-03-06|France|Italy|b"),
        (b"2,T,2024-03-06,France,Italy,b,c,d", "2|T|2024-03-06|France|Italy|b"),
    ],
)
def test_a_malformed_first_reject_keeps_every_column(base, load, line, cells):
    lines = text_of([HEADER]).encode() + line + b"\n" + text_of([ROWS[1], ROWS[0]]).encode()
    report = load(lines)
    assert (report.created, report.rejected) == (1, 2)
    first, second = rejected(report)
    assert [first[name] for name in HEADER] == cells.split("|")
    assert [second[name] for name in HEADER] == ROWS[1]
    assert first.get(None) == (["c", "d"] if line.endswith(b"d") else None)


def test_a_row_with_surplus_cells_is_corrected_by_removing_them(base, load):
    report = load(text_of([HEADER, [*ROWS[0], "c", "d"]]).encode())
    assert report.again().rejected == 1
    report.path.write_text(
        report.path.read_text(encoding="utf-8").replace(",c,d", ""), encoding="utf-8"
    )
    assert report.again().created == 1


def test_reasons_are_grouped_without_the_value_and_with_examples(base, load):
    rows = [[str(n), "Talks", "2024-02-01", f"Atlantis {n}", "Italy", ""] for n in range(40)]
    report = load(text_of([HEADER, *rows]).encode())
    assert report.reasons == [
        {
            "column": "One",
            "reason": "no country with this name is known",
            "count": 40,
            "examples": [{"value": f"Atlantis {n}", "row": n + 1} for n in range(3)],
        }
    ]
    shown = "“Atlantis 0” (row 1), “Atlantis 1” (row 2), “Atlantis 2” (row 3)"
    assert f"40 One: no country with this name is known, such as {shown}\n" in report.printed


def test_the_preview_of_an_upload_shows_reasons_with_examples(base, admin_client):
    sent = {"mapping": MAPPING.format(layout=""), "file": text_of([HEADER, *ROWS])}
    files = {name: SimpleUploadedFile(f"{name}.x", text.encode()) for name, text in sent.items()}
    shown = admin_client.post(reverse("admin:import_list"), files).content.decode()
    cells = ("One", "no country with this name is known", "1")
    row = "".join(rf"<td>{cell}</td>\s*" for cell in cells) + r"<td>\s*“Atlantis” \(row 2\)\s*</td>"
    assert re.search(row, shown)


def test_a_row_with_several_errors_counts_for_each_and_is_rejected_once(tmp_path):
    errors = RowError("a", "unknown", "x", others=(RowError("b", "too long", "y", "cut it"),))
    row, report = Row(3, 4, {"a": "x", "b": "y"}), Report("list", "file")
    report.add(row, Outcome.REJECTED, errors)
    assert report.counts["rejected"] == report.read == 1
    assert report.as_dict()["rejected by reason"] == {"a: unknown": 1, "b: too long": 1}
    assert [message["message"] for message in report.messages] == [
        "unknown: “x”",
        "too long: “y”; cut it",
    ]
    with Rejects(tmp_path / "r.csv") as rejects:
        rejects.add(row, errors)
    assert (tmp_path / "r.csv").read_text(encoding="utf-8") == (
        'a,b,_row,_column,_reason\nx,y,3,"a, b",a: unknown: “x”; b: too long: “y”; cut it\n'
    )


def test_a_reason_has_three_different_examples():
    report = Report("list", "file")
    for number, value in enumerate("aabcd", start=1):
        report.add(Row(number, number, {}), Outcome.REJECTED, RowError("x", "unknown", value))
    (reason,) = report.by_reason
    assert (reason.count, reason.examples) == (5, [("a", 1), ("b", 3), ("c", 4)])


def test_columns_that_appear_later_are_added_to_the_rejects(tmp_path):
    path, error = tmp_path / "r.csv", RowError("", "wrong")
    with Rejects(path, asks=True) as rejects:
        rejects.add(Row(1, 1, {"a": "1"}), error)
        rejects.see([Row(2, 2, {"b": "2"})])
        rejects.add(Row(3, 3, {"a": "3", "b": "4"}, ("more",)), error)
    assert path.read_text(encoding="utf-8").splitlines() == [
        "a,b,_same_as,_row,_column,_reason",
        "1,,,1,,wrong",
        "3,4,,3,,wrong,more",
    ]
    assert [item.name for item in tmp_path.iterdir()] == ["r.csv"]


@pytest.mark.parametrize(
    ("layout", "message"),
    [
        ('encoding = "cp12510"', "The encoding “cp12510” is unknown"),
        ("encoding = 3", "must be text in quotation marks"),
        ("skip_lines = -1", "“skip_lines” must be a whole number"),
        ('skip_lines = "2"', "“skip_lines” must be a whole number"),
        ("skip_lines = true", "“skip_lines” must be a whole number"),
        ('delimiter = "x"', "“delimiter” must be one sign"),
        ('delimiter = ";;"', "“delimiter” must be one sign"),
        ("delimiter = 3", "“delimiter” must be one sign"),
    ],
)
def test_a_wrong_layout_is_refused(base, load, layout, message):
    with pytest.raises(CommandError, match=message):
        load(b"No\n", layout)
