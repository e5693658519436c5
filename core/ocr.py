"""The text of a scanned PDF by optical character recognition (OCR), where tesseract and pdftoppm
are installed.

`python -m core.ocr` is the child process that calls them: it takes the PDF on standard input and
writes the text of each page, and the number of all pages, as JSON.
"""

import json
import os
import re
import resource
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from pypdf import PdfReader

from core.documents import MEMORY, PAGE, Reading
from core.unreadable import _

TOOLS = ("pdftoppm", "tesseract")
# The languages of sources, as tesseract calls them; those that are installed are used.
LANGUAGES = ("eng", "rus", "aze", "aze_cyrl", "kaz")
# The most seconds for a document, and for a page: fewer than proxies wait for an answer.
SECONDS, PAGE_SECONDS = 50, 20
# The height of a page's picture in pixels: 200 dots per inch of A4.
PIXELS = 2400


def is_installed() -> bool:
    """Whether this machine has the tools that OCR needs."""
    return all(map(shutil.which, TOOLS))


def recognized(reading: Reading, content: bytes) -> Reading:
    """The reading of a PDF of pictures with the text on them, and a warning that OCR has read it.
    Unchanged if OCR finds no text."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "core.ocr"],
            input=content,
            capture_output=True,
            timeout=SECONDS + PAGE_SECONDS,
            cwd=Path(__file__).parent.parent,
            check=False,
        )
        answer = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        return reading
    pages = [_clean(text) for text in answer["pages"]]
    if not any(pages):
        return reading
    words = _("The text was read by OCR. Compare words with the document before you cite them.")
    warnings = [*reading.warnings, (words, {})]
    if len(pages) < answer["all"]:
        words = _("OCR took too long. Only the first %(read)d of %(all)d pages have their text.")
        warnings.append((words, {"read": len(pages), "all": answer["all"]}))
    return replace(reading, text=f"\n{PAGE}\n".join(pages), warnings=warnings)


def _clean(text: str) -> str:
    """The text of a page without form feeds, characters that databases reject and empty lines."""
    text = re.sub(r"[\0\ud800-\udfff]", "", text.replace(PAGE, "\n"))
    return re.sub(r"\n\s*\n\s*", "\n\n", text).strip()


def main() -> None:
    """Read the PDF from standard input, page by page, until the time is up."""
    until = time.monotonic() + SECONDS
    # The tools inherit these limits.
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    content = sys.stdin.buffer.read()
    count, pages = len(PdfReader(BytesIO(content)).pages), []
    languages = _languages()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "document.pdf"
        path.write_bytes(content)
        for number in range(1, count + 1):
            if (left := until - time.monotonic()) <= 0:
                break
            pages.append(_page(path, number, languages, min(left, PAGE_SECONDS)))
    sys.stdout.write(json.dumps({"pages": pages, "all": count}))


def _languages() -> list[str]:
    """The option of tesseract for those of the LANGUAGES that are installed."""
    listed = subprocess.run(["tesseract", "--list-langs"], capture_output=True, check=False)
    found = [name for name in LANGUAGES if name in listed.stdout.decode(errors="replace").split()]
    return ["-l", "+".join(found)] if found else []


def _page(path: Path, number: int, languages: list[str], seconds: float) -> str:
    """The text of a page; empty if a tool fails or takes too long."""
    picture = path.with_name("page.pgm")
    picture.unlink(missing_ok=True)
    draw = ["pdftoppm", "-f", number, "-l", number, "-gray", "-singlefile", "-scale-to", PIXELS]
    try:
        for command in (
            [*draw, path, picture.with_suffix("")],
            ["tesseract", picture, "stdout", *languages],
        ):
            done = subprocess.run(
                list(map(str, command)),
                capture_output=True,
                timeout=seconds,
                env=os.environ | {"OMP_THREAD_LIMIT": "1"},
                check=True,
            )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode(errors="replace")


if __name__ == "__main__":
    main()
