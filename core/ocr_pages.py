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
from core.languages import language_of
from core.ocr import PAGE_SECONDS, SECONDS

# The languages of sources as tesseract calls them, with their tags, in the order in which they are
# tried. Several at once would mix their alphabets.
LANGUAGES = {"eng": "en", "aze": "az", "kaz": "kk", "rus": "ru", "aze_cyrl": "az-Cyrl"}
# The most words of a page that are too few for their language to be certain.
FEW = 20
# The height of a page's picture in pixels: 200 dots per inch of A4.
PIXELS = 2400


def main() -> None:
    """Read the PDF from standard input, page by page, until the time is up."""
    # The tools inherit these limits.
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    content = sys.stdin.buffer.read()
    count, pages = len(PdfReader(BytesIO(content)).pages), []
    with TemporaryDirectory() as folder:
        path = Path(folder) / "document.pdf"
        path.write_bytes(content)
        recognizer = Recognizer(path, time.monotonic() + SECONDS)
        for number in range(1, count + 1):
            if recognizer.left <= 0:
                break
            pages.append(recognizer.page(number))
    sys.stdout.write(json.dumps({"pages": pages, "all": count}))


class Recognizer:
    """Reads the pages of a PDF until a time on the monotonic clock."""

    def __init__(self, path: Path, until: float):
        self.path, self.until = path, until
        listed = self._output("tesseract", "--list-langs").split()
        self.installed = [name for name in LANGUAGES if name in listed]
        # The language of the page before.
        self.last = ""

    @property
    def left(self) -> float:
        return self.until - time.monotonic()

    def page(self, number: int) -> str:
        """The text of a page; empty if a tool fails or takes too long."""
        picture = self.path.with_name("page.pgm")
        picture.unlink(missing_ok=True)
        only = ("-f", number, "-l", number, "-singlefile")
        self._output(
            "pdftoppm", *only, "-gray", "-scale-to", PIXELS, self.path, picture.with_suffix("")
        )
        for name in sorted(self.installed, key=lambda name: name != self.last):
            text = self._output("tesseract", picture, "stdout", "-l", name)
            few = name == self.last and len(text.split()) < FEW
            if few or language_of(text) == LANGUAGES[name]:
                self.last = name
                return text
        together = ("-l", "+".join(self.installed)) if self.installed else ()
        return self._output("tesseract", picture, "stdout", *together)

    def _output(self, *command) -> str:
        """What a tool writes; empty if it fails or takes too long."""
        try:
            done = subprocess.run(
                list(map(str, command)),
                capture_output=True,
                timeout=max(min(self.left, PAGE_SECONDS), 0.1),
                env=os.environ | {"OMP_THREAD_LIMIT": "1"},
                check=True,
            )
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
            return ""
        return done.stdout.decode(errors="replace")


if __name__ == "__main__":
    main()
