"""Reading the text of files of every format; hostile files are rejected quickly with a reason."""

import pytest

from core import documents
from core.documents import HTML, TEXT, Unreadable, form_of, read
from core.readers import clean
from tests.documents import archive, docx, pdf, repacked

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
PAGE = """<!doctype html><html lang="az"><head><title>Bəyanat</title>
<meta property="article:published_time" content="2024-03-11T10:00:00+04:00">
<script>alert("of the head")</script></head>
<body><article><h1>Bəyanat</h1>
<p>Tərəflər Bakıda görüşdülər və beş sənəd imzaladılar. Növbəti görüş Astanada olacaq.</p>
<p onclick="alert('of an attribute')">Ticarət dövriyyəsi artmışdır, bu barədə məlumat verilib.</p>
</article><script>alert("of the body")</script></body></html>""".encode()


def document(body: str) -> bytes:
    """A Word document with this hand-written main part."""
    return repacked(docx("words"), {"word/document.xml": body.encode()})


def reason(content: bytes, name: str = "") -> str:
    with pytest.raises(Unreadable) as error:
        read(content, name)
    return error.value.message % error.value.values


class TestText:
    def test_a_pdf_gives_its_text_page_by_page(self):
        assert read(pdf("Article 1", "", "Article 2", title="Treaty", language="en-GB")) == (
            documents.Reading("pdf", "Article 1\n\f\n\n\f\nArticle 2", "Treaty", "en-GB")
        )

    def test_a_pdf_of_images_has_no_text(self):
        assert read(pdf("", "")).text == ""

    def test_a_word_document_gives_its_text_with_table_rows_in_place(self):
        content = docx(
            "The parties met.",
            "Done in two copies.",
            rows=[["Year", "Turnover"], ["2023", "598.47"]],
            title="Joint statement",
            language="kk",
        )
        assert read(content, "statement.docx") == documents.Reading(
            "docx",
            "The parties met.\n\nYear | Turnover\n2023 | 598.47\n\nDone in two copies.",
            "Joint statement",
            "kk",
        )

    def test_a_web_page_gives_text_without_scripts_and_its_metadata(self):
        found = read(PAGE, "page.html")
        assert (found.form, found.title, found.language) == ("html", "Bəyanat", "az")
        assert found.date == "2024-03-11"
        assert "beş sənəd imzaladılar. Növbəti görüş Astanada olacaq." in found.text
        assert "\n\nTicarət dövriyyəsi artmışdır" in found.text
        assert "alert" not in found.text

    def test_a_web_page_loses_deleted_and_hidden_text_and_keeps_the_numbers_of_its_lists(self):
        found = read(
            b"<!doctype html><html><body><article><h1>Protocol</h1>"
            b"<p>It enters into force on <del>2 June</del> <ins>1 May</ins> and stays.</p>"
            b"<p hidden>Not shown.</p><p style='color:red; DISPLAY : none'>Nor this.</p>"
            b"<ol start='3' type='a'><li>The parties meet.</li>"
            b"<li value='7'>They part, and <s>never</s> meet again, at 10<sup>9</sup> t "
            b"in 2020<sup><a href='#n'>1</a></sup>.</li></ol></article>"
            b"<footer>Contact us</footer></body></html>"
        )
        assert found.text.split("\n\n") == [
            "Protocol",
            "It enters into force on 1 May and stays.",
            "- c. The parties meet.",
            "- g. They part, and never meet again, at 10⁹ t in 2020¹.",
        ]
        assert [words % values for words, values in found.warnings] == [
            "Places where text is struck through but not deleted, which is kept: 1.",
            "The text is the main part of the page, with 26 of its 28 words. The rest, such as "
            "menus, is left out.",
        ]

    def test_a_short_web_page_gives_its_full_text(self):
        assert "Only this." in read(b"<html><body><p>Only this.</p></body></html>").text

    def test_plain_text_is_unchanged_except_for_its_byte_order_mark(self):
        assert read(b"\xef\xbb\xbfOne\r\n\r\nTwo ").text == "One\r\n\r\nTwo "

    def test_pasted_html_is_read_as_plain_text(self):
        assert read(b"<html>as written", form=documents.TEXT).text == "<html>as written"


SAYS_A = f'<w:document xmlns:w="{WORD}"><w:body><w:p><w:r><w:t>&a;</w:t></w:r></w:p></w:body>'
BOMB = document(
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY b "bbbbbbbbbb"><!ENTITY a "&b;&b;&b;&b;&b;">]>'
    f"{SAYS_A}</w:document>"
)
OUTSIDE = document(
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    f"{SAYS_A}</w:document>"
)
MACROS = repacked(docx("words"), {"word/vbaProject.bin": b"x"})
DEEP = document(
    f'<w:document xmlns:w="{WORD}"><w:body>'
    + "<w:tbl><w:tr><w:tc>" * 5000
    + "</w:tc></w:tr></w:tbl>" * 5000
    + "</w:body></w:document>"
)
HUGE = repacked(docx("words"), {"word/media/picture.bin": b"\0" * (101 << 20)})


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"%PDF-1.7 and then nothing", "", "This PDF cannot be read: "),
        (pdf("Article 1")[:300], "", "This PDF cannot be read: "),
        (pdf("Article 1", password="x"), "", "This PDF needs a password. Attach a copy"),
        (b"no pdf", "a.pdf", "“a.pdf” does not match the content of the file (plain text)."),
        (docx("words"), "a.pdf", "does not match the content of the file (Word document)."),
        (HUGE, "", "This file unpacks to more than 100 MB or 2000 parts."),
        (BOMB, "", "This Word document declares XML entities."),
        (OUTSIDE, "", "This Word document declares XML entities."),
        (DEEP, "", "This Word document cannot be read: Excessive depth in document"),
        (docx("words")[:3000], "", "This archive is damaged; it cannot be opened."),
        (MACROS, "", "This Word document contains macros"),
        (archive(**{"xl/workbook.xml": ""}), "", "This is a spreadsheet: save it as CSV"),
        (archive(**{"content.xml": ""}), "", "This is an OpenDocument file: save it as"),
        (archive(**{"a.txt": "words"}), "", "This is a ZIP archive, not a Word document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.doc", "This is an old or encrypted Office file"),
        (b"{\\rtf1 words}", "", "This is an RTF file: save it as DOCX."),
        (b"\x89PNG\r\n", "", "This is a picture and has no text. Attach a document with text."),
        (b"<!doctype html><html><body>" + b"<div>" * 50000, "", "This file contains no text."),
        (b"<!doctype html>" + b"x" * (6 << 20), "", "A web page may have at most 5 MB."),
        (docx(""), "", "This file contains no text."),
        (b" \n ", "", "This file contains no text."),
        (b"", "", "This file contains no text."),
        ("договор".encode("cp1251"), "", "The encoding of this text is not known: byte 0 is not"),
        (b"\xff\xfea", "", "This text begins as UTF-16-LE, but byte 0 is not. Save it as UTF-8."),
        (b"nul \0", "", "This is not text: it contains NUL characters."),
        (b"x" * (10_000_001), "", "This text has more than 10000000 characters."),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)  # fmt: skip
def test_reading_an_unreadable_file_raises_the_reason(content, name, words):
    assert words in reason(content, name)


def test_a_file_that_takes_too_long_is_rejected(monkeypatch):
    """The parent ends the child here, as the child's own limits would."""
    monkeypatch.setattr(documents, "SECONDS", -4.99)
    assert reason(docx("words")).startswith("This file is damaged, or takes more than")


def test_a_file_that_crashes_the_child_process_is_rejected(monkeypatch):
    monkeypatch.setattr(documents.sys, "executable", "/bin/false")
    assert reason(docx("words")).startswith("This file is damaged, or takes more than")


@pytest.mark.parametrize(
    ("content", "form"),
    [
        (b"<!---->" * 9000 + b"x", TEXT),
        (b"<!-- a --> <!-- b -->\n<html>", HTML),
        (b'<?xml version="1.0"?>\n<!-- a --><!DOCTYPE html>', HTML),
    ],
)
def test_a_web_page_is_recognized_after_any_number_of_comments(content, form):
    """Each comment is skipped once: with backtracking, forty of them would never end."""
    assert form_of(content) == form


def test_long_runs_of_spaces_are_cleaned_in_linear_time():
    assert clean("a" + " " * 300_000 + "b  \nc") == "a" + " " * 300_000 + "b\nc"
