"""References of each format, read back by independent parsers."""

import json
from datetime import date

import bibtexparser
import pytest
import rispy
from bibtexparser.middlewares import LatexDecodingMiddleware

from core.dates import Edtf
from core.references import TYPES, Reference, bib_entries, csl_items, ris_records

VISIT = Reference(
    key="visit-of-a",
    title="Visit of A & B",
    url="https://relations.example/visits/visit-of-a/",
    read=date(2026, 11, 30),
    date=Edtf.parse("2024-03-11"),
    container="Bilateral relations",
    version="2",
    note="Sources: Gazette; Article",
)
TREATY = Reference(
    key="treaty-on-friendship",
    title="Treaty on Friendship",
    url="https://relations.example/treaties/treaty-on-friendship/",
    read=date(2026, 11, 30),
    type="treaty",
    date=Edtf.parse("1999-02"),
    authors=("Azerbaijan", "Korea, Republic of", "Казахстан"),
    genre="treaty",
    container="United Nations Treaty Series",
    place="Baku",
    number="I-36510",
    volume="2118",
    page="123",
    database="Bilateral relations",
)


def with_date(text: str) -> Reference:
    return Reference(key="a", title="A", url="/a/", date=Edtf.parse(text))


def from_bib(*references: Reference) -> list[dict]:
    """The entries of a BibTeX file as dicts with their type and key."""
    found = bibtexparser.parse_string(
        "".join(bib_entries(references)), append_middleware=[LatexDecodingMiddleware()]
    )
    assert not found.failed_blocks
    return [
        {"type_of_entry": entry.entry_type, "key": entry.key}
        | {field.key: field.value for field in entry.fields}
        for entry in found.entries
    ]


def from_ris(*references: Reference) -> list[dict]:
    return rispy.loads("".join(ris_records(references)))


def from_csl(*references: Reference) -> list[dict]:
    return json.loads("".join(csl_items(references)))


def test_a_page_is_a_bibtex_entry():
    assert VISIT.bib() == (
        "@misc{visit-of-a,\n"
        "  title = {{Visit of A \\& B}},\n"
        "  author = {{Bilateral relations}},\n"
        "  year = {2024},\n"
        "  date = {2024-03-11},\n"
        "  version = {2},\n"
        "  url = {https://relations.example/visits/visit-of-a/},\n"
        "  urldate = {2026-11-30},\n"
        "  note = {Sources: Gazette; Article}\n"
        "}\n"
    )


def test_a_page_is_a_ris_record():
    assert VISIT.ris() == (
        "TY  - ELEC\r\n"
        "TI  - Visit of A & B\r\n"
        "T2  - Bilateral relations\r\n"
        "PY  - 2024\r\n"
        "DA  - 2024/03/11/\r\n"
        "ET  - 2\r\n"
        "UR  - https://relations.example/visits/visit-of-a/\r\n"
        "Y2  - 2026/11/30\r\n"
        "N1  - Sources: Gazette; Article\r\n"
        "ER  - \r\n"
    )


def test_a_page_is_a_csl_item():
    assert from_csl(VISIT) == [
        {
            "id": "visit-of-a",
            "type": "webpage",
            "title": "Visit of A & B",
            "issued": {"date-parts": [[2024, 3, 11]]},
            "container-title": "Bilateral relations",
            "version": "2",
            "URL": "https://relations.example/visits/visit-of-a/",
            "accessed": {"date-parts": [[2026, 11, 30]]},
            "note": "Sources: Gazette; Article",
        }
    ]


def test_a_treaty_is_of_the_types_for_treaties_with_its_parties_as_authors():
    (entry,) = from_bib(TREATY)
    assert entry["type_of_entry"] == "legal"
    assert entry["author"] == "Azerbaijan and Korea, Republic of and Казахстан"
    assert "  author = {{Azerbaijan} and {Korea, Republic of} and {Казахстан}},\n" in TREATY.bib()
    assert entry["location"] == "Baku"
    assert (entry["series"], entry["volume"], entry["pages"], entry["number"]) == (
        "United Nations Treaty Series", "2118", "123", "I-36510",
    )  # fmt: skip
    (record,) = from_ris(TREATY)
    assert record["type_of_reference"] == "STAT"
    assert record["authors"] == ["Azerbaijan,", "Korea, Republic of", "Казахстан,"]
    assert (record["secondary_title"], record["volume"], record["start_page"]) == (
        "United Nations Treaty Series", "2118", "123",
    )  # fmt: skip
    assert (record["place_published"], record["number"]) == ("Baku", "I-36510")
    (item,) = from_csl(TREATY)
    assert item["type"] == "treaty"
    assert item["author"] == [{"literal": name} for name in TREATY.authors]
    assert item["issued"] == {"date-parts": [[1999, 2]]}
    assert (item["container-title"], item["volume"], item["page"], item["number"]) == (
        "United Nations Treaty Series", "2118", "123", "I-36510",
    )  # fmt: skip
    assert (item["event-place"], item["genre"]) == ("Baku", "treaty")


@pytest.mark.parametrize(
    "title",
    [
        "50 % of A & B_C #1 {braces} $5",
        "C:\\path ~ tilde",
        "Визит Президента Касым-Жомарта Токаева",
        "Әзербайжан Республикасы – Qazaqıstan “quoted”",
        "ER - not the end",
        "@book{not-an-entry, title = {x}}",
    ],
)
def test_every_parser_reads_the_title_that_was_written(title):
    reference = Reference(key="a", title=title, url="https://x.example/", note=title)
    (entry,) = from_bib(reference)
    assert entry["title"] == entry["note"] == title
    assert from_ris(reference)[0]["title"] == title
    assert from_csl(reference)[0]["title"] == title


def test_line_breaks_do_not_end_a_field():
    reference = Reference(key="a", title="one\r\nER  - \r\ntwo", url="/a/", abstract="x\ny")
    (record,) = from_ris(reference)
    assert (record["title"], record["abstract"]) == ("one ER - two", "x y")
    assert from_bib(reference)[0]["abstract"] == "x y"


@pytest.mark.parametrize(
    ("text", "issued"),
    [
        ("2024-03-11", (2024, 3, 11)),
        ("2024-03", (2024, 3)),
        ("2024", (2024,)),
        ("1992~", (1992,)),
        ("2024-33", (2024,)),
        ("[2024-03-05..2024-03-20]", (2024, 3)),
        ("[2024..2025]", ()),
        ("[..2024]", ()),
        ("..", ()),
        ("", ()),
    ],
)
def test_a_reference_has_the_part_of_the_date_that_is_certain(text, issued):
    reference = with_date(text)
    assert reference.issued == issued
    record, entry = from_ris(reference)[0], from_bib(reference)[0]
    assert record.get("year") == entry.get("year") == (str(issued[0]) if issued else None)
    parts = from_csl(reference)[0].get("issued", {}).get("date-parts")
    assert parts == ([[*issued]] if issued else None)


def test_a_month_is_written_without_a_day():
    assert from_bib(with_date("2024-03"))[0]["date"] == "2024-03"
    assert from_ris(with_date("2024-03"))[0]["date"] == "2024/03//"


def test_an_approximate_date_is_marked_and_in_words():
    reference = with_date("1992~")
    # The decoder of LaTeX would turn the tilde into a space; biblatex does not.
    assert "  date = {1992~},\n" in reference.bib()
    assert from_csl(reference)[0]["issued"] == {"date-parts": [[1992]], "circa": True}
    notes = (from_bib(reference)[0]["note"], from_csl(reference)[0]["note"])
    assert notes == ("Date: about 1992.", "Date: about 1992.")
    assert from_ris(reference)[0]["notes"] == ["Date: about 1992."]


def test_a_date_that_numbers_cannot_express_is_in_words():
    reference = with_date("[1990..1992]")
    assert from_csl(reference)[0]["issued"] == {"literal": "between 1990 and 1992"}
    assert not {"year", "date"} & set(from_bib(reference)[0])
    assert from_ris(reference)[0]["notes"] == ["Date: between 1990 and 1992."]


def test_a_reference_without_a_date_has_no_note_about_it():
    assert "note" not in from_csl(with_date(""))[0]
    assert "issued" not in from_csl(with_date(""))[0]


@pytest.mark.parametrize("type", TYPES)
def test_every_type_is_read_by_every_parser(type):
    reference = Reference(
        key="a", title="A", url="/a/", type=type, container="In", publisher="By", authors=("X",)
    )
    (entry,) = from_bib(reference)
    assert (entry["type_of_entry"], entry["author"]) == (TYPES[type][0], "X")
    assert from_ris(reference)[0]["type_of_reference"] == TYPES[type][1]
    assert from_csl(reference)[0]["publisher"] == "By"


def test_files_hold_all_references_in_order():
    for read, key in ((from_bib, "key"), (from_csl, "id")):
        assert [row[key] for row in read(VISIT, TREATY)] == [VISIT.key, TREATY.key]
    assert [row["urls"] for row in from_ris(VISIT, TREATY)] == [[VISIT.url], [TREATY.url]]


def test_files_without_references_are_empty():
    assert (from_bib(), from_ris(), from_csl()) == ([], [], [])


def test_an_address_of_ours_becomes_absolute_and_others_stay():
    assert with_date("").at("https://x.example").url == "https://x.example/a/"
    assert VISIT.at("https://x.example") is VISIT


def test_metadata_repeats_the_reference():
    assert TREATY.metadata() == [
        ("citation_title", "Treaty on Friendship"),
        ("citation_author", "Azerbaijan"),
        ("citation_author", "Korea, Republic of"),
        ("citation_author", "Казахстан"),
        ("citation_publication_date", "1999/02"),
        ("citation_publisher", "United Nations Treaty Series"),
        ("citation_volume", "2118"),
        ("citation_firstpage", "123"),
        ("citation_public_url", TREATY.url),
    ]
