"""References of records for reference managers."""

from datetime import date

import pytest

from core.references import Reference, bib_entries, ris_records

ROW = {
    "id": "visit-of-a",
    "title": "Visit of A & B",
    "url": "https://relations.example/visits/visit-of-a/",
    "date_earliest": "2024-03-11",
    "date_latest": "2024-03-11",
    "summary": "",
    "citations": [{"source": "gazette"}, {"source": "article"}, {"source": "gazette"}],
}


def test_a_record_is_a_bibtex_entry_with_its_date_and_sources(monkeypatch):
    monkeypatch.setattr("core.references.today", lambda: date(2026, 11, 30))
    assert "".join(bib_entries([ROW])) == (
        "@misc{visit-of-a,\n"
        "  title = {{Visit of A \\& B}},\n"
        "  author = {{Bilateral relations}},\n"
        "  year = {2024},\n"
        "  date = {2024-03-11},\n"
        "  url = {https://relations.example/visits/visit-of-a/},\n"
        "  urldate = {2026-11-30},\n"
        "  note = {Sources: gazette, article}\n"
        "}\n"
    )


def test_a_record_is_a_ris_record_with_its_date_and_sources(monkeypatch):
    monkeypatch.setattr("core.references.today", lambda: date(2026, 11, 30))
    assert "".join(ris_records([ROW])) == (
        "TY  - ELEC\r\n"
        "TI  - Visit of A & B\r\n"
        "T2  - Bilateral relations\r\n"
        "PY  - 2024\r\n"
        "DA  - 2024/03/11/\r\n"
        "UR  - https://relations.example/visits/visit-of-a/\r\n"
        "Y2  - 2026/11/30\r\n"
        "N1  - Sources: gazette, article\r\n"
        "ER  - \r\n"
    )


@pytest.mark.parametrize(
    ("earliest", "latest", "issued"),
    [
        ("2024-03-11", "2024-03-11", (2024, 3, 11)),
        ("2024-03-01", "2024-03-31", (2024, 3)),
        ("2024-01-01", "2024-12-31", (2024,)),
        ("2024-03-11", "2025-03-11", ()),
        (None, "2024-03-11", ()),
        (None, None, ()),
    ],
)
def test_a_reference_has_the_part_of_the_date_that_is_certain(earliest, latest, issued):
    row = ROW | {"date_earliest": earliest, "date_latest": latest}
    assert Reference.of_row(row).issued == issued


def test_a_month_is_written_without_a_day():
    row = ROW | {"date_earliest": "2024-03-01", "date_latest": "2024-03-31"}
    assert "  date = {2024-03},\n" in Reference.of_row(row).bib()
    assert "DA  - 2024/03//\r\n" in Reference.of_row(row).ris()


def test_special_characters_and_line_breaks_stay_within_their_field():
    row = ROW | {"title": "{50 %}\\x\nER  - ", "summary": "two\r\nlines"}
    assert "  title = {{\\{50 \\%\\}\\textbackslash x ER - }},\n" in Reference.of_row(row).bib()
    lines = Reference.of_row(row).ris().split("\r\n")
    assert "TI  - {50 %}\\x ER - " in lines
    assert "AB  - two lines" in lines
    assert len(lines) == 11
