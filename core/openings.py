"""The title and the day that the first lines of a text give."""

import re
from collections.abc import Iterator
from datetime import timedelta

from core.dates import DateError, Edtf, today
from core.folding import plain
from core.typed_dates import LONGEST, typed

# How many lines from the start may be the title, and how many may have the date.
TITLES, DATES = 5, 10
# The length of a line that continues in the next one, of a joined title, and of a title.
WRAPPED, JOINED, TITLE = 60, 250, 200
# How much of a text is read, in characters.
READ = 10_000

_END = re.compile(r"[.!?…:;]$")
# A line that ends with a comma or a short word, such as "and", goes on in the next one.
_GOES_ON = re.compile(r",$|\s[a-zа-яəәғı]{1,3}$")
_SENTENCE = re.compile(r"(.{20,}?[.!?…])\s+(?=[\"“«(]?[^\W\d_a-zа-я])")
# A full stop of an abbreviation belongs to the title: "U.S.", "г.", "и т. д."
_ABBREVIATED = re.compile(r"(?:^|[\s.])\w\.$|\.\.$")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+$", re.I)
# A time of day after a date, and the words before one.
_TIME = re.compile(
    r"[,\s|–—-]*\b(?:at |в )?[0-2]?\d[:.][0-5]\d(?::[0-5]\d)?(?:\s*\(?[A-Z]{3,4}\)?)?$"
)
_LABEL = re.compile(
    r"^(?:date|published|posted|дата|опубликовано|tarix|күні|жарияланған)\s*:\s*", re.I
)
# Between a place and a date, as in "Baku, 11 March 2024".
_BETWEEN = re.compile(r"\s*[,|–—]\s+|\s+-\s+|\.\s+")
# A place is a few words with capitals; "г." and "city of" may stand before it.
_PLACE = re.compile(r"(?:г\.\s?|гор\.\s?|қ\.\s?|ş\.\s?)?[A-ZА-ЯЁƏĞİÖÜÇŞӘҒҚҢӨҰҮҺІ][^\d]{1,40}")


def title_in(text: str) -> str:
    """The title of a text: its first line that is not only a date, number or address. A line that
    is wrapped is joined with the next; a long one is cut. Empty if there is none."""
    lines = _lines(text)
    for at, line in enumerate(lines[:TITLES]):
        if re.search(r"[^\W\d_]{2}", line) and not _ADDRESS.match(line) and not _day(line):
            return _shortened(_joined(lines[at:]))
    return ""


def day_in(text: str) -> str:
    """The day in EDTF that stands in a line of its own near the start of a text, alone or after a
    place; empty if there is none, or more than one."""
    days = set(filter(None, map(_day, _lines(text)[:DATES])))
    return days.pop() if len(days) == 1 else ""


def _lines(text: str) -> list[str]:
    return list(filter(None, map(plain, text[:READ].splitlines())))


def _joined(lines: list[str]) -> str:
    """The first line with those in which it continues."""
    title, *others = lines
    for line in others:
        wrapped = len(lines[0]) >= WRAPPED or line[0].islower() or _GOES_ON.search(title)
        if _END.search(title) or not wrapped or len(title) + len(line) > JOINED or _day(line):
            break
        title = f"{title} {line}"
    return title


def _shortened(title: str) -> str:
    if len(title) > TITLE and (sentence := _SENTENCE.match(title[: TITLE + 1])):
        title = sentence[1]
    if len(title) > TITLE:
        return f"{title[:TITLE].rsplit(' ', 1)[0].rstrip(' ,;:–—-')} …"
    if title.endswith(".") and not _ABBREVIATED.search(title):
        return title[:-1].rstrip()
    return title


def _day(line: str) -> str:
    """The day that a line gives and nothing else, except a place and the time; empty if it gives
    none, or one in the future."""
    if len(line) > LONGEST or not re.search(r"\d", line):
        return ""
    line = _TIME.sub("", _LABEL.sub("", line))
    for words in _without_place(line):
        try:
            offers = typed(words)
        except DateError:
            continue
        if len(offers) == 1 and offers[0].is_day:
            return str(offers[0].date) if _is_past(offers[0].date) else ""
        if offers:
            return ""
    return ""


def _without_place(line: str) -> Iterator[str]:
    """A line, and what is left of it without a place at its start or end."""
    yield line
    for mark in _BETWEEN.finditer(line):
        before, after = line[: mark.start()], line[mark.end() :]
        if _PLACE.fullmatch(before):
            yield after
        if _PLACE.fullmatch(after):
            yield before


def _is_past(day: Edtf) -> bool:
    """Whether a document can be of this day: anywhere on earth it may be tomorrow."""
    return bool(day.earliest) and day.earliest <= today() + timedelta(days=1)
