"""Files of every format for tests: PDFs, Word documents, ZIP archives and damaged variants."""

from email.encoders import encode_quopri
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from docx import Document
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    TextStringObject,
)


def pdf(
    *pages: str, password: str = "", title: str = "", language: str = "", **encryption: str
) -> bytes:
    """A PDF with a line of text on each page, in Helvetica. `encryption` is that of PdfWriter."""
    return pdf_of(
        DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Font"),
                NameObject("/Subtype"): NameObject("/Type1"),
                NameObject("/BaseFont"): NameObject("/Helvetica"),
            }
        ),
        *(f"({words})" if words else "" for words in pages),
        password=password,
        title=title,
        language=language,
        **encryption,
    )


def pdf_of(
    font: DictionaryObject,
    *pages: str,
    password: str = "",
    title: str = "",
    language: str = "",
    notes: tuple[DictionaryObject, ...] = (),
    resources: DictionaryObject | None = None,
    **encryption: str,
) -> bytes:
    """A PDF that draws a string in this font on each page, as PDF writes it: (text) or <hex>. The
    annotations `notes` and further `resources` are on every page."""
    writer = PdfWriter()
    drawn = writer._add_object(font)
    for words in pages:
        page = writer.add_blank_page(300, 300)
        stream = DecodedStreamObject()
        stream.set_data(f"BT /F1 12 Tf 20 200 Td {words} Tj ET".encode("latin-1") if words else b"")
        page[NameObject("/Contents")] = writer._add_object(stream)
        fonts = DictionaryObject({NameObject("/F1"): drawn})
        page[NameObject("/Resources")] = DictionaryObject(
            {NameObject("/Font"): fonts, **(resources or {})}
        )
        if notes:
            page[NameObject("/Annots")] = ArrayObject(map(writer._add_object, notes))
    if title:
        writer.add_metadata({"/Title": title})
    if language:
        writer._root_object[NameObject("/Lang")] = TextStringObject(language)
    if password or encryption:
        writer.encrypt(password, **encryption)
    content = BytesIO()
    writer.write(content)
    return content.getvalue()


def scan(*pages: bytes) -> bytes:
    """A PDF whose pages are pictures: grey ones in PGM, as `pdftoppm -gray` draws them."""
    writer = PdfWriter()
    for picture in pages:
        _format, size, _white, dots = picture.split(b"\n", 3)
        width, height = map(int, size.split())
        image = DecodedStreamObject()
        image.set_data(dots)
        image |= {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Image"),
            NameObject("/Width"): NumberObject(width),
            NameObject("/Height"): NumberObject(height),
            NameObject("/ColorSpace"): NameObject("/DeviceGray"),
            NameObject("/BitsPerComponent"): NumberObject(8),
        }
        page = writer.add_blank_page(300, 300)
        drawn = DictionaryObject({NameObject("/I"): writer._add_object(image.flate_encode())})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): drawn})
        stream = DecodedStreamObject()
        stream.set_data(b"q 300 0 0 300 0 0 cm /I Do Q")
        page[NameObject("/Contents")] = writer._add_object(stream)
    content = BytesIO()
    writer.write(content)
    return content.getvalue()


def saved_page(page: bytes, *frames: bytes, part: dict | None = None, **headers: str) -> bytes:
    """A web page as Chrome saves it, in MHTML: further HTML `frames`, headers of the file, and
    those of the page's `part`."""
    message = MIMEMultipart("related", boundary="----MultipartBoundary--1----")
    message["From"] = "<Saved by Blink>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = Header(value) if not value.isascii() else value
    for number, content in enumerate((page, *frames)):
        html = MIMENonMultipart("text", "html")
        html.set_payload(content)
        encode_quopri(html)
        html["Content-ID"] = f"<{number}>"
        for name, value in (part or {}).items() if not number else ():
            del html[name]
            html[name] = value
        message.attach(html)
    return message.as_bytes()


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


_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NAMESPACES = (
    f'xmlns:w="{_WORD}" xmlns:r="{_LINKS}" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)


def word(body: str, **parts: str) -> bytes:
    """A Word document with this body in WordprocessingML. `parts` gives further parts by name and
    content, such as footnotes="<w:footnote …>"; the relationship of each has the id of its name."""
    roots = {"header": "hdr", "footer": "ftr", "diagram": "dgm:dataModel"}
    kinds = {"diagram": "diagramData"}
    links, changes = "", {}
    for name, content in parts.items():
        stem = name.rstrip("0123456789")
        root = roots.get(stem, stem)
        root = root if ":" in root else f"w:{root}"
        changes[f"word/{name}.xml"] = f"<{root} {NAMESPACES}>{content}</{root}>".encode()
        kind = f"{_LINKS}/{kinds.get(stem, stem)}"
        links += f'<Relationship Id="{name}" Type="{kind}" Target="{name}.xml"/>'
    links = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f"{links}</Relationships>"
    )
    text = f"<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>"
    changes |= {"word/document.xml": text.encode()}
    return repacked(docx("words"), changes | {"word/_rels/document.xml.rels": links.encode()})


def paragraph(*runs: str, properties: str = "") -> str:
    """A paragraph in WordprocessingML: of texts, and of runs or other elements as they are."""
    return (
        f"<w:p><w:pPr>{properties}</w:pPr>"
        + "".join(one if one.startswith("<") else run(one) for one in runs)
        + "</w:p>"
    )


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


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
