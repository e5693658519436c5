"""Files of every format for tests: PDFs, Word documents, ZIP archives and damaged variants."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from docx import Document
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject, TextStringObject


def pdf(*pages: str, password: str = "", title: str = "", language: str = "") -> bytes:
    """A PDF with a line of text on each page."""
    writer = PdfWriter()
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    for words in pages:
        page = writer.add_blank_page(300, 300)
        stream = DecodedStreamObject()
        stream.set_data(f"BT /F1 12 Tf 20 200 Td ({words}) Tj ET".encode() if words else b"")
        page[NameObject("/Contents")] = writer._add_object(stream)
        fonts = DictionaryObject({NameObject("/F1"): writer._add_object(font)})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    if title:
        writer.add_metadata({"/Title": title})
    if language:
        writer._root_object[NameObject("/Lang")] = TextStringObject(language)
    if password:
        writer.encrypt(password)
    content = BytesIO()
    writer.write(content)
    return content.getvalue()


def docx(
    *paragraphs: str, rows: list[list[str]] = (), title: str = "", language: str = ""
) -> bytes:
    """A Word document of paragraphs, with a table after the first."""
    document = Document()
    document.core_properties.title = title
    document.core_properties.language = language
    for number, words in enumerate(paragraphs):
        document.add_paragraph(words)
        if rows and not number:
            table = document.add_table(rows=len(rows), cols=max(map(len, rows)))
            for row, cells in zip(table.rows, rows, strict=True):
                for cell, text in zip(row.cells, cells, strict=False):
                    cell.text = text
    content = BytesIO()
    document.save(content)
    return content.getvalue()


def repacked(content: bytes, changes: dict[str, bytes]) -> bytes:
    """A ZIP archive with some parts replaced, or added."""
    made = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(made, "w", ZIP_DEFLATED) as new:
        for name in {*old.namelist(), *changes}:
            new.writestr(name, changes.get(name) or old.read(name))
    return made.getvalue()


def archive(**parts: str) -> bytes:
    made = BytesIO()
    with ZipFile(made, "w") as new:
        for name, words in parts.items():
            new.writestr(name, words)
    return made.getvalue()
