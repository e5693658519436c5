"""The child process that recognizes the text of a PDF page by page: `python -m core.ocr_pages`.

It takes the PDF on standard input, and writes the text of each page that it could read within the
time, and the number of all pages, as JSON.
"""

import json
import os
import resource
import subprocess
import sys
import time
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from pypdf import PdfReader

from core.documents import MEMORY
from core.ocr import PAGE_SECONDS, SECONDS

# The languages of sources, as tesseract calls them; those that are installed are used.
LANGUAGES = ("eng", "rus", "aze", "aze_cyrl", "kaz")
# The height of a page's picture in pixels: 200 dots per inch of A4.
PIXELS = 2400


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
