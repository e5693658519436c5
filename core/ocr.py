"""The text of a scanned PDF by optical character recognition (OCR), where tesseract and pdftoppm
are installed. A child process calls them (core.ocr_pages).
"""

import json
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from core.documents import PAGE, Reading
from core.unreadable import _

TOOLS = ("pdftoppm", "tesseract")
# The most seconds for a document, and for a page.
SECONDS, PAGE_SECONDS = 50, 20


def is_installed() -> bool:
    """Whether this machine has the tools that OCR needs."""
    return all(map(shutil.which, TOOLS))


def recognized(reading: Reading, content: bytes) -> Reading:
    """The reading of a PDF of pictures with the text on them, and a warning that OCR has read it.
    Unchanged if OCR finds no text."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "core.ocr_pages"],
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
        words = _("OCR took too long. Only the first %(read)d of %(all)d pages have text.")
        warnings.append((words, {"read": len(pages), "all": answer["all"]}))
    return replace(reading, text=f"\n{PAGE}\n".join(pages), warnings=warnings)


def _clean(text: str) -> str:
    """The text of a page without form feeds, characters that databases reject and empty lines."""
    text = re.sub(r"[\0\ud800-\udfff]", "", text.replace(PAGE, "\n"))
    # Tesseract takes some small letters of Azerbaijani and Kazakh for capitals.
    text = re.sub(r"(?<=[^\W\d_])[ƏӘҒҚҢӨҰҮҺ]", _as_before, text)
    return re.sub(r"\n\s*\n\s*", "\n\n", text).strip()


def _as_before(capital: re.Match) -> str:
    """A capital within a word, as a small letter if the letter before it is one."""
    before = capital.string[capital.start() - 1]
    return capital[0].lower() if before.islower() else capital[0]
