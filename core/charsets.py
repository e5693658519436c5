"""The characters of text whose encoding is declared wrongly, or not at all.

UTF-8 is recognized by itself. A single-byte encoding is accepted only if it gives words as people
write them: mojibake is refused, never returned.
"""

import codecs
import re

from core.languages import CYRILLIC, cyrillic_score
from core.unreadable import Unreadable, _

# The byte order marks, with the encodings that they name. That of UTF-32 begins with UTF-16's.
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What a text in no declared encoding may be in, the likeliest first, with the common names.
GUESSED = {
    "cp1251": "Windows-1251",
    "kz1048": "KZ-1048",
    "koi8-r": "KOI8-R",
    "koi8-u": "KOI8-U",
    "cp866": "CP866",
    "mac-cyrillic": "MacCyrillic",
    "iso8859-5": "ISO 8859-5",
    "cp1254": "Windows-1254",
}
# How well text must fit, and how much better than in the next encoding.
PLAUSIBLE, LEAD = 0.75, 0.05
# Further encodings of lists, which no text distinguishes with certainty.
FURTHER = ("cp1252", "cp1250", "cp1251", "koi8-r", "gb18030", "shift_jis", "cp949", "big5")
# The fewest Cyrillic words by which an encoding is guessed.
FEWEST = 3
# How many words are judged at the start, in the middle and at the end of a text.
JUDGED = 1_000
# A text in UTF-8 may have a damaged byte in so many.
DAMAGED = 1000

# Words, with all signs beside letters and ASCII that are not common punctuation.
_USUAL_SIGNS = "‘’‚“”„«»‹›–—…№§°•·©®™€±¹²³½¼¾†‡‰¶"
_WORD = re.compile(rf"(?:[^\W\d_]|[^\x00-\x7f\s{_USUAL_SIGNS}])+")
_CYRILLIC = re.compile("[\u0400-\u04ff]+")
_NAMED = re.compile(rb"""<meta[^>]{0,300}?charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.I)
_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{2,40})["']""", re.I)
_ALPHABETS = tuple(frozenset(language.alphabet) for language in CYRILLIC)
# The accented letters of Latin texts in sources: Azerbaijani, Turkish, Western European.
_ACCENTED = frozenset("çğıöüşâîûäéèêáóíúñßàëïãõåøæœðþýìòùô")
_VOWELS = frozenset("аеиоуыэюяёіїєөүұәӣӯ")
# The share of vowels in Cyrillic text.
_USUAL = 0.42
# Encodings that Python has, and files do not.
_NOT_OF_FILES = ("idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape")
# Control characters that no text has.
_CONTROLS = re.compile("[\0-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")


def declared_in(page: bytes) -> str:
    """The encoding that a web page names in its head; empty if it names none."""
    head = page[:4096]
    found = _DECLARED.match(head.lstrip()) or _NAMED.search(head)
    return found[1].decode() if found else ""


def decoded(content: bytes, *declared: str) -> tuple[str, list[tuple[str, dict]]]:
    """Text without its byte order mark, and warnings if its encoding was guessed.

    `declared` are names of encodings, the most trusted first. Raises Unreadable if the encoding
    is not certain.
    """
    for mark, name in MARKS:
        if content.startswith(mark):
            return _strict(content[len(mark) :], name), []
    try:
        # Text in another encoding is hardly ever valid UTF-8.
        return content.decode(), []
    except UnicodeDecodeError as error:
        place = error.start
    named, guess = [_known(name) for name in declared], _guessed(content)
    for name in filter(None, named):
        if name == "utf-8":
            text = content.decode(errors="replace")
            if text.count("\ufffd") * DAMAGED <= len(text):
                return text, []
        elif _fit(content, name) >= PLAUSIBLE or (not guess and _is_of_other_script(content, name)):
            return content.decode(name, "replace"), []
    name = guess
    if not name:
        raise Unreadable(
            _(
                "The encoding of this text is unknown: byte %(place)d is not UTF-8, and no other "
                "encoding gives readable words. If it is text, save it as UTF-8."
            ),
            place=place,
        )
    said = _("The file does not declare its encoding. It was read as %(name)s: check the text.")
    if any(named):
        said = _("The file is not in the encoding that it declares. It was read as %(name)s.")
    return content.decode(name, "replace"), [(said, {"name": GUESSED[name]})]


def likely(content: bytes) -> dict[str, str]:
    """The encodings that text which is not UTF-8 may be in, by Python's names, each with its first
    word that is not ASCII; only one if it is certain. Empty if no encoding gives words."""
    names = [name] if (name := _guessed(content)) else [*FURTHER, *GUESSED]
    sample, found = _sample(content), {}
    for name in names:
        try:
            text = sample.decode(name)
        except UnicodeDecodeError:
            continue
        if not _CONTROLS.search(text) and (words := _WORD.findall(text)):
            # Western text is the same in the Turkish encoding.
            western = name == "cp1254" and text == sample.decode("cp1252", "replace")
            if words[0] not in found.values():
                found["cp1252" if western else name] = words[0]
    return dict([*found.items()][:3])


def _strict(content: bytes, name: str) -> str:
    try:
        return content.decode(name)
    except UnicodeDecodeError as error:
        raise Unreadable(
            _("This text begins as %(name)s, but byte %(place)d is invalid. Save it as UTF-8."),
            name=name.upper(),
            place=error.start,
        ) from error


def _known(name: str) -> str:
    """The name that Python has for an encoding of text; empty if it has none. As browsers do,
    read Latin-1 as Windows-1252."""
    try:
        found = codecs.lookup(name).name
        b"a".decode(found, "replace")
    except (LookupError, ValueError):
        return ""
    if found.startswith(("utf-16", "utf-32", "utf-7", *_NOT_OF_FILES)):
        return ""
    return {"iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254"}.get(found, found)


def _guessed(content: bytes) -> str:
    """The encoding that gives the most plausible text; empty if it is not certain."""
    scores, content = {}, _sample(content)
    for name in GUESSED:
        if (fit := _fit(content, name)) >= PLAUSIBLE:
            text = content.decode(name, "replace")
            if 0 < len(_CYRILLIC.findall(text)) < FEWEST:
                continue
            # Encodings that give the same text are one.
            scores.setdefault(text, (fit + cyrillic_score(text), name))
    (best, name), (second, _name), *_others = sorted([*scores.values(), (0, ""), (0, "")])[::-1]
    return name if best - second >= LEAD else ""


def _sample(content: bytes) -> bytes:
    """The words of a text that are not ASCII, or some from its start, middle and end."""
    words = [word for word in content.split() if not word.isascii()]
    if len(words) > 3 * JUDGED:
        middle = len(words) // 2
        words = words[:JUDGED] + words[middle : middle + JUDGED] + words[-JUDGED:]
    return b" ".join(words)


def _fit(content: bytes, name: str) -> float:
    """How plausible the text is that an encoding gives: 1 at most."""
    text = _sample(content).decode(name, "replace")
    if _CONTROLS.search(text) or text.count("\ufffd") * DAMAGED > len(text):
        return 0
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    letters = "".join(words)
    if not letters:
        return 1
    if len(letters) > 2 * sum(map(len, _CYRILLIC.findall(letters))):
        return sum(_is_latin(word) for word in words) / len(words)
    written = {frozenset(word.lower()): 0 for word in words}
    for word in words:
        written[frozenset(word.lower())] += _is_written(word)
    fit = max(
        sum(count for letters, count in written.items() if letters <= alphabet)
        for alphabet in _ALPHABETS
    ) / len(words)
    vowels = sum(letter in _VOWELS for letter in letters.lower()) / len(letters)
    capitals = sum(letter.isupper() for letter in letters) / len(letters)
    return fit - abs(vowels - _USUAL) - 0.2 * (capitals > 0.5)


def _is_of_other_script(content: bytes, name: str) -> bool:
    """Whether the words that are not ASCII are neither Latin nor Cyrillic, without any errors."""
    try:
        letters = "".join(filter(str.isalpha, _sample(content).decode(name)))
    except UnicodeDecodeError:
        return False
    known = sum(letter < "\u0530" for letter in letters if not letter.isascii())
    return known * DAMAGED < len(letters)


def _is_written(word: str) -> bool:
    """Whether a word has capitals only at its start or throughout."""
    return word in (word.lower(), word.capitalize(), word.upper())


def _is_latin(word: str) -> bool:
    lower = word.lower().replace("\u0307", "")
    accents = [letter for letter in lower if not letter.isascii()]
    return len(accents) <= len(lower) / 2 and _ACCENTED.issuperset(accents)
