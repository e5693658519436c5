"""The text of Word documents as a reader sees it when all tracked changes are accepted."""

from io import BytesIO
from zipfile import ZipFile

import pytest

from core.documents import Unreadable
from core.readers import docx as read
from tests.documents import docx, paragraph, repacked, run, word

INSERTED = "<w:ins w:id='1'>{}</w:ins>"
DELETED = "<w:del w:id='2'><w:r><w:delText>{}</w:delText></w:r></w:del>"


def text(*body: str, **parts: str) -> str:
    return read(word("".join(body), **parts)).text


def said(*body: str, **parts: str) -> list[str]:
    found = read(word("".join(body), **parts))
    return [words % values for words, values in found.warnings]


def table(*rows: str) -> str:
    return f"<w:tbl>{''.join(rows)}</w:tbl>"


def row(*cells: str, properties: str = "") -> str:
    cells = (one if one.startswith("<") else cell(paragraph(one)) for one in cells)
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def cell(content: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{content}</w:tc>"


def field(instruction: str, result: str | None, before: str = "") -> str:
    begin, separate, end = (
        f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")
    )
    shown = "" if result is None else separate + result
    return f"{begin}<w:r><w:instrText>{instruction}</w:instrText></w:r>{before}{shown}{end}"


class TestTrackedChanges:
    def test_insertions_and_moved_text_stay_and_deletions_go(self):
        assert text(
            paragraph(
                "enters into force on ",
                DELETED.format("2 June"),
                INSERTED.format(run("1 May")),
                "<w:moveFrom w:id='3'>" + run(" at noon") + "</w:moveFrom>",
                " and shall not end",
                "<w:moveTo w:id='4'>" + run(" at noon") + "</w:moveTo>",
                INSERTED.format(DELETED.format(" never")),
                ".",
            )
        ) == "enters into force on 1 May and shall not end at noon."  # fmt: skip

    @pytest.mark.parametrize("mark", ["<w:del/>", "<w:moveFrom/>", "<w:vanish/><w:specVanish/>"])
    def test_a_paragraph_whose_mark_is_gone_continues_in_the_next(self, mark):
        assert text(
            paragraph("The parties ", properties=f"<w:rPr>{mark}</w:rPr>"),
            paragraph("agree."),
            paragraph("They part.", properties="<w:rPr><w:ins/></w:rPr>"),
            paragraph("End."),
        ) == "The parties agree.\n\nThey part.\n\nEnd."  # fmt: skip

    def test_text_before_a_table_stays_apart_although_its_mark_is_gone(self):
        gone = paragraph("Before", properties="<w:rPr><w:del/></w:rPr>")
        assert text(gone, table(row("cell")), gone) == "Before\n\ncell\n\nBefore"

    def test_deleted_rows_and_cells_go_and_inserted_ones_stay(self):
        assert text(
            table(
                row("a", cell(paragraph("gone"), "<w:cellDel/>"), "b"),
                row("gone", properties="<w:del/>"),
                row(cell(paragraph("c"), "<w:cellIns/>"), "d", properties="<w:ins/>"),
            )
        ) == "a | b\nc | d"  # fmt: skip


class TestWrappers:
    @pytest.mark.parametrize(
        "wrapped",
        [
            "<w:sdt><w:sdtPr/><w:sdtContent>{}</w:sdtContent></w:sdt>",
            "<w:smartTag w:element='place'>{}</w:smartTag>",
            "<w:customXml w:element='day'><w:customXmlPr/>{}</w:customXml>",
            "<w:hyperlink w:anchor='a'>{}</w:hyperlink>",
            "<w:fldSimple w:instr=' DATE '>{}</w:fldSimple>",
            "<w:dir w:val='rtl'>{}</w:dir>",
            "<w:bdo w:val='ltr'>{}</w:bdo>",
            "<w:smartTag><w:sdt><w:sdtContent><w:ins>{}</w:ins></w:sdtContent></w:sdt></w:smartTag>",
            "<w:unheardOf>{}</w:unheardOf>",
        ],
    )
    def test_wrappers_of_words_are_opened(self, wrapped):
        assert text(paragraph("on ", wrapped.format(run("1 May")), " 2020")) == "on 1 May 2020"

    @pytest.mark.parametrize(
        "wrapped",
        [
            "<w:sdt><w:sdtPr/><w:sdtContent>{}</w:sdtContent></w:sdt>",
            "<w:customXml><w:customXmlPr/>{}</w:customXml>",
        ],
    )
    def test_wrappers_of_paragraphs_rows_and_cells_are_opened(self, wrapped):
        one = cell(paragraph("a"))
        tables = table(wrapped.format(row(wrapped.format(one) + one, "b")))
        assert text(wrapped.format(paragraph("Article 1") + tables)) == "Article 1\n\na | a | b"

    def test_of_alternatives_the_one_that_word_shows_is_read_once(self):
        def both(needs):
            return (
                f'<w:r><mc:AlternateContent><mc:Choice Requires="{needs}"><w:drawing><wps:txbx>'
                f"<w:txbxContent>{paragraph('Box', field('REF x', run(' 2')))}</w:txbxContent>"
                "</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>"
                f"<w:txbxContent>{paragraph('Old box')}</w:txbxContent></v:textbox></w:pict>"
                "</mc:Fallback></mc:AlternateContent></w:r>"
            )

        assert text(paragraph("At ", both("wps"), "anchor")) == "At anchor\n\nBox 2"
        assert text(paragraph("At ", both("unheard"), "anchor")) == "At anchor\n\nOld box"

    def test_old_text_boxes_lettering_and_diagrams_are_read(self):
        shapes = (
            f"<w:r><w:pict><v:textbox><w:txbxContent>{paragraph('Box')}</w:txbxContent>"
            "</v:textbox></w:pict></w:r><w:r><w:pict><v:shape><v:textpath string='DRAFT'/>"
            "</v:shape></w:pict></w:r><w:r><w:drawing><a:graphic><a:graphicData>"
            "<dgm:relIds r:dm='diagram'/></a:graphicData></a:graphic></w:drawing></w:r>"
        )
        points = "<dgm:ptLst><dgm:pt><dgm:t><a:p><a:r><a:t>Step</a:t></a:r><a:r><a:t> 1</a:t></a:r>"
        assert text(
            paragraph("Text", shapes), diagram=f"{points}</a:p></dgm:t></dgm:pt></dgm:ptLst>"
        ) == "Text\n\nBox\n\nDRAFT\n\nStep 1"  # fmt: skip


class TestSigns:
    def test_tabs_breaks_and_hyphens_are_kept_and_soft_hyphens_are_not(self):
        signs = (
            "<w:r><w:t>1</w:t><w:tab/><w:t>a</w:t><w:br/><w:t>b</w:t><w:cr/><w:t>co</w:t>"
            "<w:noBreakHyphen/><w:t>op</w:t><w:softHyphen/><w:t>eration</w:t><w:ptab/></w:r>"
        )
        assert text(paragraph(signs, "x")) == "1\ta\nb\nco-operation\tx"

    @pytest.mark.parametrize(
        ("sign", "shown"),
        [
            ('<w:sym w:font="Symbol" w:char="F0B3"/>', "≥"),
            ('<w:sym w:font="Symbol" w:char="61"/>', "α"),
            ('<w:sym w:font="Wingdings" w:char="F0FE"/>', "☑"),
            ('<w:sym w:font="Times New Roman" w:char="20AC"/>', "€"),
            ('<w:rPr><w:rFonts w:ascii="Symbol"/></w:rPr><w:t>\uf062a</w:t>', "βα"),
        ],
    )
    def test_symbols_are_decoded(self, sign, shown):
        assert text(paragraph(f"<w:r>{sign}</w:r>")) == shown

    @pytest.mark.parametrize(
        "sign",
        [
            '<w:sym w:font="Webdings" w:char="F061"/>',
            '<w:sym w:font="Unheard" w:char="F061"/>',
            '<w:sym w:font="Symbol" w:char="no"/>',
        ],
    )
    def test_unknown_symbols_are_shown_and_reported(self, sign):
        body = paragraph("by ", f"<w:r>{sign}</w:r>", "5 %")
        assert text(body) == "by �5 %"
        assert said(body) == [
            "Characters that the file does not identify: 1, for example in “\ufffd5”. Compare such "
            "words with the document before you cite them."
        ]

    def test_words_of_two_alphabets_are_reported_if_there_are_several(self):
        body = paragraph("Azяrbaycan Respublikasы Hюkumяti")
        assert said(body) == [
            "Words that mix alphabets or consist of accented letters: 3, for example "
            "“Azяrbaycan”. A font may show letters other than those stored: compare the text "
            "with the document before you cite it."
        ]
        assert said(paragraph("Cоглашение между МИД и NATO, COVID-19")) == []

    def test_hidden_text_is_left_out_and_reported(self):
        styles = (
            '<w:style w:type="character" w:styleId="Base"><w:rPr><w:vanish/></w:rPr></w:style>'
            '<w:style w:type="character" w:styleId="Secret"><w:basedOn w:val="Base"/></w:style>'
        )
        body = paragraph(
            run("a", "<w:vanish/>"),
            run("b", '<w:vanish w:val="0"/><w:rStyle w:val="Secret"/>'),
            run("c", '<w:rStyle w:val="Secret"/>'),
            run("d", "<w:strike/>"),
        )
        assert text(body, styles=styles) == "bd"
        assert said(body, styles=styles) == [
            "Passages of hidden text left out: 2.",
            "Passages kept although they are struck through: 1.",
        ]

    def test_raised_and_lowered_digits_do_not_join_the_number_before_them(self):
        def at(place, words):
            return run(words, f'<w:vertAlign w:val="{place}"/>')

        assert text(
            paragraph("10", at("superscript", "9"), " t of CO", at("subscript", "2"), " in 2020",
                      at("superscript", "1"), ", the 1", at("superscript", "st"),
                      at("baseline", "2"))
        ) == "10⁹ t of CO₂ in 2020¹, the 1st2"  # fmt: skip

    def test_formulas_keep_their_fractions_and_powers(self):
        def part(name, content):
            return f"<m:{name}>{content}</m:{name}>"

        def letter(words):
            return part("r", part("t", words))

        half = part("f", part("num", letter("1")) + part("den", letter("x+2")))
        square = part("sSup", part("e", letter("m")) + part("sup", letter("2")))
        root = part("rad", part("e", letter("9")))
        group = part("d", part("e", half) + part("e", square))
        assert text(paragraph("by ", part("oMath", group + root))) == "by (1/(x+2), m^2)√9"


class TestFields:
    def test_results_are_read_and_instructions_are_not(self):
        nested = field(' IF "a" = "b" ', run("Article 5"), before=field("MERGEFIELD x", run("a")))
        assert text(paragraph("See ", nested, ".")) == "See Article 5."

    def test_a_result_may_cover_several_paragraphs(self):
        first, last = field("TOC", run("Article 1|")).split("|")
        assert text(
            f"<w:p>{first}</w:t></w:r></w:p>", paragraph("Article 2", f"<w:r><w:t>{last}")
        ) == ("Article 1\n\nArticle 2")

    def test_an_unclosed_field_hides_nothing(self):
        begin = (
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>x</w:instrText></w:r>'
        )
        assert text(paragraph(begin, "Article 1"), paragraph("Article 2")) == (
            "Article 1\n\nArticle 2"
        )

    def test_boxes_and_choices_of_forms_are_read(self):
        def form(data):
            return (
                f'<w:r><w:fldChar w:fldCharType="begin"><w:ffData>{data}</w:ffData></w:fldChar>'
                '</w:r><w:r><w:instrText>FORM</w:instrText></w:r><w:r><w:fldChar '
                'w:fldCharType="end"/></w:r>'
            )  # fmt: skip

        offers = (
            '<w:ddList><w:result w:val="1"/><w:listEntry w:val="no"/><w:listEntry w:val="yes"/>'
        )
        assert text(
            paragraph(
                form('<w:checkBox><w:default w:val="0"/><w:checked/></w:checkBox>'),
                form('<w:checkBox><w:default w:val="0"/></w:checkBox>'),
                form(f"{offers}</w:ddList>"),
            )
        ) == "☒☐yes"  # fmt: skip

    @pytest.mark.parametrize(
        "number", [field("AUTONUM", None), '<w:fldSimple w:instr=" AUTONUM "/>']
    )
    def test_numbers_of_articles_in_fields_without_a_result_are_reported(self, number):
        silent = '<w:fldSimple w:instr=" XE index "/>'
        body = paragraph("Article ", number, silent, " Aims")
        assert text(body) == "Article  Aims"
        assert said(body) == ["Fields without a stored result, left out: 1."]

    def test_a_field_without_a_result_is_reported_unless_it_shows_nothing(self):
        body = paragraph("a", field("EQ \\f(1,2)", None), field('XE "index"', None))
        assert said(body) == ["Fields without a stored result, left out: 1."]


class TestTables:
    def test_merged_cells_are_read_once_and_nested_tables_in_place(self):
        inner = table(row("n1", "n2"), row("n3", "n4"))
        assert text(
            table(
                row(cell(paragraph("A"), '<w:vMerge w:val="restart"/>'), "2019", "1"),
                row(cell(paragraph(""), "<w:vMerge/>"), "2020", "2"),
                row(cell(paragraph("all"), '<w:gridSpan w:val="2"/>'), cell(inner + paragraph(""))),
            )
        ) == "A | 2019 | 1\n | 2020 | 2\nall | n1 | n2 n3 | n4"  # fmt: skip

    def test_a_hidden_row_is_left_out(self):
        assert text(table(row("a"), row("b", properties="<w:hidden/>"))) == "a"


class TestNotesAndMargins:
    def test_notes_follow_the_text_under_their_numbers(self):
        def note(kind, key):
            return f'<w:r><w:{kind}Reference w:id="{key}"/></w:r>'

        def notes(kind, **texts):
            mark = "<w:r><w:footnoteRef/></w:r>"
            return "".join(
                f'<w:{kind} w:id="{key[1:]}">{paragraph(mark, words)}</w:{kind}>'
                for key, words in texts.items()
            )

        marked = '<w:r><w:footnoteReference w:customMarkFollows="1" w:id="5"/><w:t>*</w:t></w:r>'
        assert text(
            paragraph("In force", note("footnote", 3), " soon", note("endnote", 2), marked),
            paragraph("", DELETED.format("x"), "<w:del>" + note("footnote", 4) + "</w:del>"),
            footnotes=notes("footnote", _0="separator", _3="On 1 May.", _4="gone", _5="* Now."),
            endnotes=notes("endnote", _2="Perhaps."),
        ) == "In force[1] soon[i]*\n\n[1] On 1 May.\n\n* Now.\n\n[i] Perhaps."  # fmt: skip

    def test_headers_and_footers_that_pages_show_are_read_once_without_page_numbers(self):
        def section(*rows, more=""):
            return f"<w:sectPr>{''.join(rows)}{more}</w:sectPr>"

        def refers(kind, of, name):
            return f'<w:{kind}Reference w:type="{of}" r:id="{name}"/>'

        first = section(
            refers("header", "default", "header1"),
            refers("header", "first", "header2"),
            refers("header", "even", "header3"),
            refers("footer", "default", "footer1"),
            more="<w:titlePg/>",
        )
        assert text(
            paragraph("Text", properties=first),
            paragraph("End"),
            section(refers("header", "default", "header4")),
            header1=paragraph("No. 12"),
            header2=paragraph("Ministry"),
            header3=paragraph("never shown"),
            header4=paragraph("No. 12"),
            footer1=paragraph("Page ", field("PAGE", run("7")), " of treaty"),
        ) == "No. 12\n\nMinistry\n\nText\n\nEnd\n\nPage  of treaty"  # fmt: skip

    def test_comments_pictures_and_embedded_parts_are_counted(self):
        body = (
            paragraph(
                "a",
                '<w:r><w:commentReference w:id="1"/></w:r>',
                "<w:r><w:drawing><a:blip/></w:drawing></w:r>",
                "<w:r><w:pict><v:imagedata/></w:pict></w:r>",
                "<w:subDoc/>",
            )
            + "<w:altChunk/>"
        )
        assert text(body) == "a"
        assert said(body) == [
            "Comments left out: 1.",
            "Images and charts left out, with any text in them: 2.",
            "Parts embedded from other files and left out: 2.",
        ]


def level(number, form, words, more=""):
    return (
        f'<w:lvl w:ilvl="{number}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{words}"/>{more}</w:lvl>'
    )


class TestNumbering:
    LISTS = (
        '<w:abstractNum w:abstractNumId="7">'
        + level(0, "decimal", "Article %1")
        + level(1, "lowerLetter", "(%2)")
        + level(2, "upperRoman", "%1.%3", "<w:isLgl/>")
        + '</w:abstractNum><w:abstractNum w:abstractNumId="8">'
        + level(0, "bullet", "\uf0b7")
        + '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
        '<w:num w:numId="2"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="0">'
        '<w:startOverride w:val="9"/></w:lvlOverride></w:num>'
        '<w:num w:numId="3"><w:abstractNumId w:val="8"/></w:num>'
    )

    @staticmethod
    def item(words, at=0, of=1, mark=""):
        place = f'<w:numPr><w:ilvl w:val="{at}"/><w:numId w:val="{of}"/></w:numPr>'
        return paragraph(words, properties=f"{place}<w:rPr>{mark}</w:rPr>")

    def test_automatic_numbers_are_part_of_the_text(self):
        item = self.item
        assert text(
            item("Aims"),
            item("first", 1),
            item("second", 1),
            item("deep", 2),
            item("Means"),
            item("again", 1),
            item("not numbered", of=0),
            item("joined to ", mark="<w:del/>"),
            item(""),
            item("of nine", of=2),
            item("point", of=3),
            numbering=self.LISTS,
        ).split("\n\n") == [
            "Article 1 Aims",
            "(a) first",
            "(b) second",
            "1.1 deep",
            "Article 2 Means",
            "(a) again",
            "not numbered",
            "Article 3 joined to",
            "Article 9 of nine",
            "• point",
        ]

    def test_a_style_numbers_its_paragraphs(self):
        styles = (
            '<w:style w:type="paragraph" w:styleId="H1"><w:pPr><w:numPr><w:numId w:val="1"/>'
            '</w:numPr></w:pPr></w:style><w:style w:type="paragraph" w:styleId="H1a">'
            '<w:basedOn w:val="H1"/></w:style>'
        )
        assert text(
            paragraph("Aims", properties='<w:pStyle w:val="H1"/>'),
            paragraph("Means", properties='<w:pStyle w:val="H1a"/>'),
            styles=styles,
            numbering=self.LISTS,
        ) == "Article 1 Aims\n\nArticle 2 Means"  # fmt: skip

    @pytest.mark.parametrize(
        ("form", "numbers"),
        [
            ("decimalZero", ["01", "02"]),
            ("lowerRoman", ["i", "ii"]),
            ("upperLetter", ["A", "B"]),
            ("russianLower", ["а", "б"]),
            ("cardinalText", ["1", "2"]),
        ],
    )
    def test_numbers_have_their_format(self, form, numbers):
        of = level(0, form, "%1.", '<w:suff w:val="nothing"/>')
        lists = (
            f'<w:abstractNum w:abstractNumId="1">{of}'
            '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
        )
        found = text(self.item("x"), self.item("x"), numbering=lists)
        assert found.split("\n\n") == [f"{number}.x" for number in numbers]


def test_a_strict_document_is_read_as_any_other():
    content = word(paragraph("Article 1"))
    strict = {
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main": (
            b"http://purl.oclc.org/ooxml/wordprocessingml/main"
        ),
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships": (
            b"http://purl.oclc.org/ooxml/officeDocument/relationships"
        ),
    }
    parts = {}
    with ZipFile(BytesIO(content)) as archive:
        for name in ("word/document.xml", "_rels/.rels"):
            part = archive.read(name)
            for usual, other in strict.items():
                part = part.replace(usual, other)
            parts[name] = part
    assert b"purl.oclc.org" in parts["_rels/.rels"]
    assert read(repacked(content, parts)).text == "Article 1"


def test_a_document_without_its_text_part_is_refused():
    content = repacked(docx("words"), {"word/document.xml": b"<other/>"})
    with pytest.raises(Unreadable, match="it is damaged"):
        read(content)
