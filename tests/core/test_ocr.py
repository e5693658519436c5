"""Recognizing the text of scanned PDFs, with tesseract if it is installed, and with stand-ins."""

import shutil
import subprocess

import pytest

from core import ocr
from core.documents import Reading
from tests.core.language_samples import SAMPLES
from tests.documents import pdf, scan

needs_tools = pytest.mark.skipif(
    not ocr.is_installed(), reason="tesseract and pdftoppm are not installed"
)
PAGE = b"P5\n40 40\n255\n" + b"\xff" * 1600


@pytest.fixture
def tools(tmp_path, monkeypatch):
    """Stand-ins for pdftoppm, which draws nothing, and tesseract, whose body a test gives."""

    def install(tesseract: str, listed: str = "eng rus"):
        for name, body in {
            "pdftoppm": "exit 0",
            "tesseract": f'[ "$1" = --list-langs ] && echo {listed} && exit 0\n{tesseract}',
        }.items():
            path = tmp_path / name
            path.write_text(f"#!/bin/sh\n{body}\n")
            path.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")

    return install


def recognized(*pages: bytes):
    reading = ocr.recognized(Reading("pdf", "", "Protocol"), scan(*pages))
    return reading, [words % values for words, values in reading.warnings]


def test_the_text_of_each_page_is_recognized_with_a_warning(tools):
    tools("printf 'The parties met.\\n\\n \\nThey parted.\\n\\f'")
    reading, warnings = recognized(PAGE, PAGE)
    page = "The parties met.\n\nThey parted."
    assert (reading.text, reading.title) == (f"{page}\n\f\n{page}", "Protocol")
    assert warnings == [
        "The text was read by OCR. Compare words with the document before you cite them."
    ]


def test_each_page_is_read_in_its_language_that_of_the_page_before_first(tools, tmp_path):
    (tmp_path / "kk").write_text(SAMPLES["kk"][0])
    asked = tmp_path / "asked"
    tools(
        f'echo "$4" >> {asked}; case "$4" in kaz) cat {tmp_path}/kk;; *) echo Aaa;; esac',
        listed="deu eng kaz osd rus",
    )
    assert recognized(PAGE, PAGE)[0].text == f"{SAMPLES['kk'][0]}\n\f\n{SAMPLES['kk'][0]}"
    assert asked.read_text().split() == ["eng", "kaz", "kaz"]


def test_capitals_within_words_become_small(tools):
    tools("echo 'prezidentlƏri жӘне құжатҚа MƏCLİS Қазақ ЖӘНЕ'")
    assert recognized(PAGE)[0].text == "prezidentləri және құжатқа MƏCLİS Қазақ ЖӘНЕ"


def test_a_page_in_no_certain_language_is_read_in_all_that_are_installed(tools):
    tools('echo "$@"', listed="deu eng kaz osd rus")
    assert recognized(PAGE)[0].text.endswith("page.pgm stdout -l eng+kaz+rus")


@pytest.mark.parametrize("body", ["exit 1", "printf ' \\f'", "kill $$"])
def test_without_recognized_words_nothing_changes(tools, body):
    tools(body)
    reading, warnings = recognized(PAGE)
    assert (reading.text, warnings) == ("", [])


def test_pages_that_are_read_within_the_time_are_kept(tools, monkeypatch):
    tools("echo words")
    monkeypatch.setattr(
        ocr.subprocess,
        "run",
        lambda *_args, **_options: subprocess.CompletedProcess(
            [], 0, b'{"pages": ["words"], "all": 7}'
        ),
    )
    content = pdf("")
    reading = ocr.recognized(Reading("pdf", ""), content)
    assert reading.warnings[1][0] % reading.warnings[1][1] == (
        "OCR took too long. Only the first 1 of 7 pages have text."
    )


def test_a_document_that_takes_too_long_keeps_no_text(tools, monkeypatch):
    tools("sleep 9")
    monkeypatch.setattr(ocr, "SECONDS", -19.5)
    reading, warnings = recognized(PAGE)
    assert (reading.text, warnings) == ("", [])


def test_tools_that_are_missing_are_noticed(tools, monkeypatch, tmp_path):
    tools("exit 0")
    assert ocr.is_installed()
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    assert not ocr.is_installed()


@needs_tools
def test_tesseract_reads_a_scanned_page(tmp_path):
    path = tmp_path / "page.pdf"
    path.write_bytes(pdf("The ministers met in Astana"))
    drawn = [shutil.which("pdftoppm"), "-gray", "-r", "150", path, tmp_path / "page", "-singlefile"]
    subprocess.run(drawn, check=True)
    reading, warnings = recognized((tmp_path / "page.pgm").read_bytes())
    assert reading.text == "The ministers met in Astana"
    assert len(warnings) == 1
