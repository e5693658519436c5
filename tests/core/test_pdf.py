"""The text of PDFs as their pages show it: passwords, glyphs, forms, notes and pictures."""

import pytest
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

from core.readers import pdf as read
from tests.documents import pdf, pdf_of


def entries(**values) -> DictionaryObject:
    return DictionaryObject({NameObject(f"/{name}"): value for name, value in values.items()})


def name(text: str) -> NameObject:
    return NameObject(f"/{text}")


def table(*lines: str) -> DecodedStreamObject:
    """A ToUnicode table of codes with two bytes."""
    stream = DecodedStreamObject()
    stream.set_data(
        "begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        f"{' '.join(lines)}\nendcmap".encode()
    )
    return stream


def of_cids(**values) -> DictionaryObject:
    """A font whose codes are numbers of glyphs, as most programs embed fonts."""
    info = entries(
        Registry=TextStringObject("Adobe"),
        Ordering=TextStringObject("Identity"),
        Supplement=NumberObject(0),
    )
    below = entries(Type=name("Font"), Subtype=name("CIDFontType2"), CIDSystemInfo=info)
    return entries(
        Type=name("Font"),
        Subtype=name("Type0"),
        Encoding=name("Identity-H"),
        DescendantFonts=ArrayObject([below]),
        **values,
    )


def with_glyphs(*names: str) -> DictionaryObject:
    """A font whose codes from 1 are glyphs of these names."""
    differences = ArrayObject([NumberObject(1), *map(name, names)])
    return entries(
        Type=name("Font"),
        Subtype=name("Type1"),
        BaseFont=name("ABCDEF+Treaty"),
        Encoding=entries(Type=name("Encoding"), Differences=differences),
    )


def said(found) -> list[str]:
    return [words % values for words, values in found.warnings]


@pytest.mark.parametrize("algorithm", ["RC4-40", "RC4-128", "AES-128", "AES-256-R5", "AES-256"])
def test_a_pdf_that_opens_without_a_password_is_read(algorithm):
    content = pdf("Article 1", owner_password="owner", algorithm=algorithm)
    assert b"/Encrypt" in content
    assert read(content).text == "Article 1"


def test_ligatures_named_by_their_letters_are_decoded():
    font = with_glyphs("fi", "f_f_l", "s.sc", "uni0416")
    assert read(pdf_of(font, "(o\x01ce a\x02uent \x03 \x04)")).text == "oﬁce aﬄuent s Ж"
    assert read(pdf_of(font, "(o\x01ce)")).warnings == []
    font = with_glyphs("T_h", "u0416", "uni04160436", "u10FFFF_a")
    assert read(pdf_of(font, "(\x01e \x02 \x03)")).text == "The Ж Жж"


@pytest.mark.parametrize(
    ("font", "drawn", "text", "example"),
    [
        (with_glyphs("g123"), "(o\x01ce)", "o�ce", "o�ce"),
        (with_glyphs("C0001"), "(of\x01ce and)", "of�ce and", "of�ce"),
        (
            of_cids(ToUnicode=table("2 beginbfchar <0001> <006F> <0002> <0063> endbfchar")),
            "<000100050002>",
            "o�c",
            "o�c",
        ),
        (
            of_cids(ToUnicode=table("1 beginbfrange <0001> <0003> <0061> endbfrange")),
            "<0001000200030123>",
            "abc�",
            "abc�",
        ),
        (
            of_cids(ToUnicode=table("1 beginbfrange <0001> <0002> [<0061> <F001>] endbfrange")),
            "<00010002>",
            "a�",
            "a�",
        ),
    ],
)
def test_glyphs_without_letters_are_shown_and_reported(font, drawn, text, example):
    found = read(pdf_of(font, drawn))
    assert found.text == text
    assert said(found) == [
        "Characters that the file does not identify: 1, for example in "
        f"“{example}”. Compare such words with the document before you cite them."
    ]


def test_ligatures_with_letters_in_their_table_are_decoded():
    font = of_cids(ToUnicode=table("2 beginbfchar <0001> <00660069> <0002> <0078> endbfchar"))
    found = read(pdf_of(font, "<00010002>"))
    assert (found.text, found.warnings) == ("fix", [])


def test_pages_in_a_font_without_letters_are_named():
    found = read(pdf_of(of_cids(), "<00240025>", "", "<0026>"))
    assert said(found) == [
        "A font on these pages does not say which letters its glyphs stand for: 1, 3. "
        "Compare their text with the document, or attach a copy of the document in DOCX."
    ]


def test_pages_in_a_font_with_a_numbering_of_its_own_are_named():
    font = of_cids()
    font[name("Encoding")] = table("1 begincidrange <0000> <00FF> 0 endcidrange")
    assert said(read(pdf_of(font, "<00240025>")))[0] == (
        "A font on these pages does not say which letters its glyphs stand for: 1. Compare "
        "their text with the document, or attach a copy of the document in DOCX."
    )


def test_words_in_a_font_that_shows_other_letters_than_it_names_are_reported():
    font = entries(
        Type=name("Font"),
        Subtype=name("TrueType"),
        BaseFont=name("ABCDEF+TimesCyr"),
        Encoding=name("WinAnsiEncoding"),
    )
    drawn = "Договор между сторонами".encode("cp1251").decode("latin-1")
    assert said(read(pdf_of(font, f"({drawn})"))) == [
        "Words that mix alphabets or consist of accented letters: 3, for example “Äîãîâîð”. "
        "A font may show letters other than those stored: compare the text with the document "
        "before you cite it."
    ]
    assert (
        read(pdf_of(font, "(\xc9l\xe8ve \xe0 Gen\xe8ve, \xc9t\xe9s, \xd6l, \xc4rzte)")).warnings
        == []
    )


def test_pages_that_are_pictures_among_pages_of_text_are_named():
    picture = StreamObject()
    picture.update(entries(Type=name("XObject"), Subtype=name("Image")))
    drawn = entries(XObject=entries(Im1=picture))
    found = read(pdf_of(with_glyphs("a"), "(Article 1)", "", "", resources=drawn))
    assert said(found) == ["These pages are images without text: 2, 3."]


def test_filled_in_fields_and_typed_notes_are_read_and_comments_are_counted():
    notes = (
        entries(Subtype=name("Widget"), V=TextStringObject("Baku")),
        entries(Subtype=name("Widget"), Parent=entries(V=TextStringObject("1 May"))),
        entries(Subtype=name("Widget"), V=TextStringObject("hidden"), F=NumberObject(2)),
        entries(Subtype=name("Widget"), V=name("Off")),
        entries(Subtype=name("FreeText"), Contents=TextStringObject("True copy")),
        entries(Subtype=name("Text"), Contents=TextStringObject("Is this right?")),
        entries(Subtype=name("Link"), Contents=TextStringObject("a link")),
    )
    found = read(pdf_of(with_glyphs("a"), "(Done at)", notes=notes))
    assert found.text == "Done at\nBaku\n1 May\nTrue copy"
    assert said(found) == ["Comments left out: 1."]
