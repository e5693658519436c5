"""Recognition in the gold texts (tests/extraction/gold): precision and recall by kind, on all texts
and on those that were held out, and the time to read 10,000 words.

    .venv/bin/python benchmarks/reading.py          # add -v for what was missed or wrong
"""

import os
import sys
from io import StringIO
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
os.environ.setdefault("DATABASE_URL", "sqlite://:memory:")

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402

from core.dates import Edtf  # noqa: E402
from extraction.known import known_names  # noqa: E402
from extraction.suggestions import suggested  # noqa: E402
from tests.extraction.scoring import LANGUAGES, Score, gold_texts, scores  # noqa: E402

WORDS, REPEATED = 10_000, 5


def main() -> None:
    call_command("migrate", verbosity=0)
    call_command("sync_roles", stdout=StringIO())
    call_command("load_fixtures", stdout=StringIO())
    entries = [entry for language in LANGUAGES for entry in gold_texts(language)]
    found = [(entry, scores(entry)) for entry in entries]
    kinds = list(dict.fromkeys(kind for _entry, score in found for kind in score))
    say(f"{'kind':15}{'all':>21}{'':14}{'held out':>15}")
    say(f"{'':15}{'precision recall count':>30}{'precision recall count':>30}")
    for kind in kinds:
        cells = []
        for held_out in (False, True):
            rows = [s for entry, s in found if entry["held_out"] or not held_out]
            cells.append(sum((row[kind] for row in rows if kind in row), Score()))
        cells = [f"{c.precision:16.3f}{c.recall:8.3f}{c.right + c.missed:6}" for c in cells]
        say(f"{kind:15}{''.join(cells)}")
    if "-v" in sys.argv:
        wanted = [word for word in sys.argv[1:] if not word.startswith("-")]
        for entry, score in found:
            if entry["held_out"] or wanted and not entry["id"].startswith(tuple(wanted)):
                continue
            for kind, one in score.items():
                if kind != "records":
                    for note in one.notes:
                        say(note)
    timed(entries)


def timed(entries: list[dict]) -> None:
    """Say how long a text of 10,000 words takes, made of the gold texts, the fastest of five."""
    texts, count = [], 0
    while count < WORDS:
        for entry in entries:
            texts.append(entry["text"].strip())
            count += len(entry["text"].split())
            if count >= WORDS:
                break
    text, times = "\n\n".join(texts), []
    for _number in range(REPEATED):
        start = perf_counter()
        suggested(text, known_names, Edtf.parse("2024-05-25"))
        times.append(perf_counter() - start)
    first, fastest = times[0], min(times)
    say(f"{count:,} words: {fastest:.2f} s; the first time {first:.2f} s")


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    main()
