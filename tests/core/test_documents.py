"""Reading the text of files of every format; hostile files are rejected quickly with a reason."""

import pytest

from core import documents
from core.documents import HTML, TEXT, Unreadable, form_of, read
from core.readers import clean
from tests.documents import archive, docx, pdf, repacked, saved_page

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
            "Passages kept although they are struck through: 1.",
            "Only the main part of the page is kept: 26 of 28 words. The rest, such as menus, is "
            "left out.",
        ]

    def test_a_short_web_page_gives_its_full_text(self):
        assert "Only this." in read(b"<html><body><p>Only this.</p></body></html>").text

    def test_plain_text_is_unchanged_except_for_its_byte_order_mark(self):
        assert read(b"\xef\xbb\xbfOne\r\n\r\nTwo ").text == "One\r\n\r\nTwo "

    def test_pasted_html_is_read_as_plain_text(self):
        assert read(b"<html>as written", form=documents.TEXT).text == "<html>as written"


def warnings(reading) -> list[str]:
    return [words % values for words, values in reading.warnings]


SIGNED = "Договор подписан сторонами в Баку, стороны обсудили торговлю."


class TestEncodings:
    @pytest.mark.parametrize("encoding", ["cp1251", "koi8-r", "utf-16"])
    def test_plain_text_is_read_in_other_encodings(self, encoding):
        found = read(SIGNED.encode(encoding), "a.txt")
        assert (found.form, found.text) == ("text", SIGNED)

    @pytest.mark.parametrize(
        ("declared", "encoding", "said"),
        [
            ("windows-1251", "cp1251", []),
            ("utf-8", "cp1251", ["The file is not in the encoding that it declares. It was read "
                                 "as Windows-1251."]),
            ("windows-1251", "utf-8", []),
            ("koi8-r", "koi8-r", []),
            ("utf-16", "utf-16", []),
        ],
    )  # fmt: skip
    def test_a_web_page_is_read_in_its_encoding_even_if_it_names_another(
        self, declared, encoding, said
    ):
        page = f"<html><head><meta charset={declared}></head><body><p>{SIGNED}</p></body></html>"
        found = read(page.encode(encoding), "a.html")
        assert (found.form, found.text, warnings(found)) == ("html", SIGNED, said)

    def test_a_web_page_in_an_unknown_encoding_is_refused(self):
        page = b"<html><head><meta charset=utf-8></head><body>\xff\xfe\x80 \xaa\xff</body></html>"
        assert reason(page).startswith("The encoding of this text is unknown: byte 45")

    def test_an_xml_declaration_does_not_confuse_the_encoding(self):
        page = f'<?xml version="1.0" encoding="windows-1251"?><html><body>{SIGNED}</body></html>'
        assert read(page.encode("cp1251")).text == SIGNED


LINKED_DATA = """{"@context": "https://schema.org", "@graph": [
  {"@type": "WebSite", "name": "A site", "url": "https://example.org/"},
  {"@type": ["NewsArticle"], "author": [{"name": "A. Aliyev"}, {"name": "B. Akhmetov"}],
   "publisher": {"@type": "Organization", "name": "Report"}, "inLanguage": "az",
   "url": "https://example.org/data"}]}"""


def described(head: str, attributes: str = "") -> documents.Reading:
    """A web page with these elements in its head."""
    page = f"<!doctype html><html{attributes}><head>{head}</head><body><p>The parties met.</p>"
    return read(f"{page}</body></html>".encode())


class TestMetadata:
    def test_a_web_page_names_its_address_author_publisher_and_language(self):
        found = described(
            '<link rel="canonical" href="https://example.org/news/1#top">'
            '<meta property="og:url" content="https://example.org/other">'
            '<meta name="author" content="A. Aliyev">'
            '<meta property="og:site_name" content="Example  News">'
            '<meta property="og:locale" content="az_AZ">'
        )
        assert (found.url, found.author) == ("https://example.org/news/1", "A. Aliyev")
        assert (found.publisher, found.language) == ("Example News", "az-AZ")

    def test_linked_data_gives_what_other_metadata_lacks(self):
        found = described(
            f'<script type="application/ld+json">{LINKED_DATA}</script>'
            '<script type="application/ld+json">{"broken": </script>'
            '<meta name="author" content="https://example.org/authors/1">',
            ' lang="en"',
        )
        assert (found.url, found.author) == ("https://example.org/data", "A. Aliyev, B. Akhmetov")
        assert (found.publisher, found.language) == ("Report", "en")

    @pytest.mark.parametrize(
        "address",
        [
            "",
            "/news/1",
            "javascript:alert(1)",
            "ftp://example.org/a",
            "file:///C:/a.html",
            "https://user:secret@example.org/",
            "https://[broken",
            "https://example.org/a b",
        ],
    )
    def test_only_addresses_of_the_web_are_taken(self, address):
        assert described(f'<link rel="canonical" href="{address}">').url == ""

    def test_a_page_that_a_browser_saved_names_its_address_in_a_comment(self):
        saved = "<!-- saved from url=(0029)https://example.org/news/visit -->"
        assert described(saved).url == "https://example.org/news/visit"

    @pytest.mark.parametrize(
        "data", ["[" * 5000 + "]" * 5000, '{"@graph":' * 300 + "1" + "}" * 300]
    )
    def test_hostile_linked_data_is_ignored(self, data):
        assert described(f'<script type="application/ld+json">{data}</script>').author == ""


NESTED = b"".join(
    b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x%d\n\n--x%d\n" % (depth, depth)
    for depth in range(5000)
)


class TestSavedPages:
    def test_a_saved_page_gives_its_text_address_title_and_day_of_saving(self):
        found = read(
            saved_page(
                f"<html><body><p>{SIGNED}</p></body></html>".encode("cp1251"),
                b"<html><body><p>An advertisement</p></body></html>",
                part={
                    "Content-Type": 'text/html; charset="windows-1251"',
                    "Content-Location": "https://example.org/frame",
                },
                Subject="Новости Баку",
                Date="Mon, 11 Mar 2024 10:00:00 -0000",
                Snapshot_Content_Location="https://example.org/news/1?a=b#top",
            ),
            "page.mhtml",
        )
        assert (found.form, found.text, found.title) == ("mhtml", SIGNED, "Новости Баку")
        assert (found.url, found.accessed) == ("https://example.org/news/1?a=b", "2024-03-11")
        assert (found.date, found.warnings) == ("", [])

    def test_the_page_and_its_part_say_what_the_file_does_not(self):
        page = saved_page(
            PAGE,
            part={"Content-Location": "https://example.org/part"},
            Subject="=?unknown?B?broken?=",
            Date="some day",
            Snapshot_Content_Location="file:///C:/page.html",
        )
        found = read(page, "page.mht")
        assert (found.title, found.date, found.language) == ("Bəyanat", "2024-03-11", "az")
        assert (found.url, found.accessed) == ("https://example.org/part", "")

    def test_the_main_page_is_the_one_that_the_file_names(self):
        content = saved_page(
            b"<html><body>A frame</body></html>", b"<html><body>The page</body></html>"
        )
        assert read(content).text == "A frame"
        named = content.replace(b"multipart/related;", b'multipart/related; start="<1>";')
        assert read(named).text == "The page"

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x--\n",
             "This file contains no web page. Open it in a browser and save the page again."),
            (b"MIME-Version: 1.0\nContent-Type: multipart/related\n\ngarbage \xff\0",
             "This file contains no web page."),
            (b"From: a@b.c\nMIME-Version: 1.0\nContent-Type: text/plain\n\nDear all",
             "This is an e-mail, not a saved web page."),
            (saved_page(b"<html><body></body></html>"), "This file contains no text."),
            (saved_page(b"<html><body>" + b"x" * (6 << 20)), "The web page is larger than 5 MB."),
            (NESTED, "This saved web page is damaged."),
        ],
        ids=["empty", "garbage", "e-mail", "no words", "large", "nested"],
    )  # fmt: skip
    def test_a_damaged_saved_page_is_refused_with_the_reason(self, content, words):
        assert reason(content).startswith(words)

    def test_a_name_that_does_not_match_the_content_is_reported(self):
        assert "does not match the content of the file (saved web page)" in reason(
            saved_page(PAGE), "page.html"
        )
        assert "does not match the content of the file (web page)" in reason(PAGE, "page.mht")

    def test_notes_that_look_like_headers_stay_plain_text(self):
        assert form_of(b"Note: they met\n\nMIME-Version: 1.0 is a header.") == TEXT


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
        (b"\x89PNG\r\n", "", "This is an image and has no text. Attach a document with text."),
        (b"<!doctype html><html><body>" + b"<div>" * 50000, "", "This file contains no text."),
        (b"<!doctype html>" + b"x" * (6 << 20), "", "The web page is larger than 5 MB."),
        (docx(""), "", "This file contains no text."),
        (b" \n ", "", "This file contains no text."),
        (b"", "", "This file contains no text."),
        ("договор".encode("cp1251"), "", "The encoding of this text is unknown: byte 0 is not"),
        (
            b"\xff\xfea",
            "",
            "This text begins as UTF-16-LE, but byte 0 is invalid. Save it as UTF-8.",
        ),
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
